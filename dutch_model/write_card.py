"""Measure the packaged wheel, gather all scores in metrics.json, and fill the model card."""

import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import spacy
import srsly
import typer
from spacy.tokens import DocBin

HERE = Path(__file__).parent
SCORES = {
    "tag_acc": "XPOS tag accuracy",
    "pos_acc": "POS accuracy",
    "morph_acc": "Morphology accuracy",
    "lemma_acc": "Lemma accuracy",
    "dep_uas": "UAS",
    "dep_las": "LAS",
    "sents_f": "Sentence F",
}
# nl_core_news_sm 3.7.0 as published by Explosion, on its own test set.
OFFICIAL = {
    "tag_acc": 0.939,
    "pos_acc": 0.957,
    "morph_acc": 0.950,
    "lemma_acc": 0.950,
    "dep_uas": 0.854,
    "dep_las": 0.801,
    "sents_f": 0.866,
}
CHAT = {
    "verb_lemma": "Lemma of the verbs",
    "other_lemma": "Lemma of the other key words",
    "pos": "POS of the key words",
    "subject": "Who is the subject of which verb",
    "other_relation": "Other relations (object, negation, particle, ...)",
    "whole_sentence": "Sentences without a mistake",
}
START = "<!-- measured: start -->"
END = "<!-- measured: end -->"
MESSAGES_TIMED = 300


def packaged_model(wheel: Path, folder: Path) -> Path:
    """Unpack a wheel; the folder in it that spaCy loads."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return next(folder.glob("nl_core_news_sm/nl_core_news_sm-*"))


def measure(model: Path, texts: list[str]) -> dict[str, float]:
    """Load time in seconds, words a second in batches, milliseconds for one chat message."""
    began = time.perf_counter()
    nlp = spacy.load(model)
    load = time.perf_counter() - began
    nlp(texts[0])
    began = time.perf_counter()
    words = sum(len(doc) for doc in nlp.pipe(texts))
    in_batches = time.perf_counter() - began
    began = time.perf_counter()
    for _ in range(MESSAGES_TIMED):
        nlp("mag mijn dochter ook drie maanden naar spanje")
    message = (time.perf_counter() - began) / MESSAGES_TIMED
    return {
        "load_seconds": round(load, 2),
        "words_per_second": round(words / in_batches, -2),
        "message_milliseconds": round(message * 1000, 2),
    }


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def as_card(metrics: dict[str, Any]) -> str:
    sets = [metrics["test"], metrics["test_as_typed"], metrics["dev"]]
    treebank = table(
        [
            "",
            "official 3.7.0, its own test set",
            "Alpino test",
            "Alpino test as typed on a phone",
            "held-out mix",
        ],
        [
            [name, f"{OFFICIAL[key]:.3f}", *(f"{scores[key]:.3f}" for scores in sets)]
            for key, name in SCORES.items()
        ]
        + [["Named entities F", "0.729", "none", "none", "none"]],
    )
    chat = table(
        ["", "`chat_check.txt`", "`chat_check_unseen.txt`"],
        [
            [name, f"{metrics['chat'][key]:.3f}", f"{metrics['chat_unseen'][key]:.3f}"]
            for key, name in CHAT.items()
        ],
    )
    use = metrics["use"]
    size = (
        f"Wheel {metrics['wheel_megabytes']} MB; loads in {use['load_seconds']} s; "
        f"{use['words_per_second']:,.0f} words a second in batches; "
        f"{use['message_milliseconds']} ms for one chat message (two shared cores, one thread)."
    )
    return f"{treebank}\n\n{chat}\n\n{size}"


def main(training: Path = HERE / "training", dist: Path = HERE / "dist") -> None:
    """Write metrics.json and the part of README.md between its marks."""
    (wheel,) = dist.glob("*.whl")
    scores = {
        name: srsly.read_json(training / f"{file}.json")
        for name, file in {
            "test": "test",
            "test_as_typed": "test-phone",
            "dev": "dev",
            "chat": "chat",
            "chat_unseen": "chat-unseen",
        }.items()
    }
    metrics: dict[str, Any] = {
        name: {key: round(value, 4) for key, value in found.items() if isinstance(value, float)}
        for name, found in scores.items()
    }
    for name in ("test", "test_as_typed", "dev"):
        metrics[name] = {key: metrics[name][key] for key in SCORES}
    docs = DocBin().from_disk(HERE / "corpus" / "test.spacy").get_docs(spacy.blank("nl").vocab)
    with tempfile.TemporaryDirectory() as folder:
        metrics["use"] = measure(packaged_model(wheel, Path(folder)), [doc.text for doc in docs])
    metrics["wheel"] = wheel.name
    metrics["wheel_megabytes"] = round(wheel.stat().st_size / 1e6, 1)
    text = srsly.json_dumps(metrics, indent=2)
    (HERE / "metrics.json").write_text(text + "\n", encoding="utf8")
    card = HERE / "README.md"
    before, _, rest = card.read_text(encoding="utf8").partition(START)
    _, _, after = rest.partition(END)
    card.write_text(f"{before}{START}\n{as_card(metrics)}\n{END}{after}", encoding="utf8")


if __name__ == "__main__":
    typer.run(main)
