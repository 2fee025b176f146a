"""Measures all that the bot understands, and writes it on one page with pictures."""

from __future__ import annotations

import asyncio
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from sklearn.calibration import calibration_curve
from sklearn.metrics import ConfusionMatrixDisplay, classification_report
from sklearn.model_selection import (
    StratifiedKFold,
    StratifiedShuffleSplit,
    cross_val_predict,
    learning_curve,
)
from threadpoolctl import threadpool_limits

from bot.evaluate import (
    Item,
    Say,
    Turn,
    load_set,
    measure,
    one_typing_fault,
    own_bot,
    rest_bot,
    scores,
)
from bot.language.intents import Sentence, intent_model, sentences_of

REPORT = Path("var/report")
SEED = 1
_BINS = 10
_STATED = {"key_action", "stay", "verdict"}
_APOSTROPHE = re.compile(r"['’]")
# A sign between two digits is part of a number, a date or a range, which people do type.
_SIGN = re.compile(r"(?<!\d)[.,:;!?()\"…–—/-]|[.,:;!?()\"…–—/-](?!\d)")

Spoil = Callable[[str], str]
Share = tuple[int, int]


def write_report(project: Path, set_path: Path, other_path: Path | None) -> int:
    """Measures bot and classifier, writes ``var/report/``; 1 if a set can't be read."""
    try:
        items = load_set(set_path)
        others = load_set(other_path) if other_path else []
    except (OSError, ValueError) as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    print("De antwoorden meten …", flush=True)
    with own_bot() as address:
        bot = rest_bot(address)
        measured = list(measure(items, bot, None))
        spoiled = {name: list(measure(items, bot, spoil)) for name, spoil in faults().items()}
        intrusions = [said for item in others if (said := answered(item, bot))]
    print("De tijd meten, en de oefenzinnen lezen …", flush=True)
    messages = [text for item in items for text in item["turns"]]
    seconds, sentences, intents = asyncio.run(_understand(project, messages))
    print("De herkenning van bedoelingen meten (enkele minuten) …", flush=True)
    page = write_page(
        project / REPORT,
        name=set_path.name,
        items=measured,
        spoiled=spoiled,
        others=len(others),
        intrusions=intrusions,
        seconds=seconds,
        classifier=cross_validated(sentences, intents),
        learning=learned(sentences, intents),
    )
    print(f"Klaar: {page}")
    return 0


def faults() -> dict[str, Spoil]:
    """Ways to spoil a message, by their Dutch name; the random ones start at the same seed."""
    one, two = (one_typing_fault(random.Random(SEED)) for _ in range(2))
    return {
        "één tikfout in elk bericht": one,
        "twee tikfouten in elk bericht": lambda text: two(two(text)),
        "geen hoofdletters": str.lower,
        "geen leestekens": without_punctuation,
    }


def without_punctuation(text: str) -> str:
    """The text without signs, as on a phone; those within numbers, dates and ranges stay."""
    return " ".join(_SIGN.sub(" ", _APOSTROPHE.sub("", text)).split())


def kinds_of_miss(items: Iterable[Item]) -> dict[str, list[tuple[Item, Turn]]]:
    """The wrong turns by what is wrong with them (the keys that differ), the commonest first."""
    kinds = defaultdict(list)
    for item in items:
        for turn in item.turns:
            if turn.wrong:
                kinds[_kind(turn)].append((item, turn))
    return dict(sorted(kinds.items(), key=lambda kind: -len(kind[1])))


def _kind(turn: Turn) -> str:
    if turn.wrong != ("type",):
        return ", ".join(turn.wrong)
    types = turn.expected["type"]
    expected = types if isinstance(types, str) else "/".join(types)
    return f"{turn.got.get('type')} in plaats van {expected}"


def confidently_wrong(items: Iterable[Item]) -> Share:
    """Answers with a wrong key action, stay or verdict and no condition; all answers."""
    answers = _answers(items)
    return sum(
        bool(_STATED & set(turn.wrong)) and turn.got.get("verdict") != "conditional"
        for turn in answers
    ), len(answers)


def uncalled_for(items: Iterable[Item]) -> Share:
    """Answers that came where none was expected; all answers."""
    answers = _answers(items)
    return sum("type" in turn.wrong for turn in answers), len(answers)


def _answers(items: Iterable[Item]) -> list[Turn]:
    return [turn for item in items for turn in item.turns if turn.got.get("type") == "answer"]


def answered(item: Mapping[str, Any], bot: Callable[[], Say]) -> str | None:
    """What in an item on another subject got an answer or a question, if anything did."""
    say = bot()
    for text in item["turns"]:
        kind = say(text).get("type")
        if kind in {"answer", "question"}:
            return f"{text} ({kind})"
    return None


async def _understand(
    project: Path, messages: Sequence[str]
) -> tuple[list[float], list[Sentence], list[str]]:
    """Computing time of each message in seconds, on one thread; the training sentences, read."""
    from rasa.shared.importers.importer import TrainingDataImporter

    from bot.runtime.model import fitting_model
    from bot.runtime.processor import QuickAgent

    model = fitting_model(project)
    assert model, "own_bot trains one"
    agent = QuickAgent()
    agent.load_model(model)
    data = TrainingDataImporter.load_from_config(
        str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")]
    ).get_nlu_data()
    seconds = []
    with threadpool_limits(1):
        await agent.parse_message(messages[0])  # the first one loads what is loaded late
        for text in messages:
            started = time.process_time()
            await agent.parse_message(text)
            seconds.append(time.process_time() - started)
    examples = [(e.get("text"), e.get("intent")) for e in data.intent_examples]
    sentences = sentences_of([text for text, _ in examples])
    return seconds, sentences, [intent for _, intent in examples]


@dataclass(frozen=True)
class Classified:
    """The intents that sentences have, those they were given, and with what confidence (0 to 1)."""

    truth: list[str]
    given: list[str]
    confidence: list[float]

    @cached_property
    def scores(self) -> dict[str, Any]:
        """Accuracy, averages, and precision, recall, F1 and support of each intent."""
        report = classification_report(self.truth, self.given, output_dict=True, zero_division=0)
        return dict(report)

    @property
    def intents(self) -> list[str]:
        """Every intent, in alphabetical order."""
        return sorted(set(self.truth) | set(self.given))

    @property
    def confusions(self) -> list[tuple[tuple[str, str], int]]:
        """The intent and the other one that was given for it, the commonest first."""
        pairs = zip(self.truth, self.given, strict=True)
        return Counter((truth, given) for truth, given in pairs if truth != given).most_common()

    @property
    def is_right(self) -> list[bool]:
        """Whether each sentence was given its own intent."""
        return [truth == given for truth, given in zip(self.truth, self.given, strict=True)]

    @property
    def calibration_error(self) -> float:
        """The expected calibration error: how far confidence is from the share that is right.

        The mean over ten equal bins of confidence, weighed by the sentences in each.
        """
        bins = np.minimum((np.array(self.confidence) * _BINS).astype(int), _BINS - 1)
        surplus = np.array(self.confidence) - np.array(self.is_right)
        return float(np.abs(np.bincount(bins, surplus)).sum() / len(surplus))


def cross_validated(sentences: Sequence[Sentence], intents: Sequence[str]) -> Classified:
    """Every sentence classified by a model that learned from the four fifths without it."""
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    shares = cross_val_predict(intent_model(), sentences, intents, cv=folds, method="predict_proba")
    names = sorted(set(intents))
    given = [names[i] for i in shares.argmax(axis=1)]
    return Classified(list(intents), given, shares.max(axis=1).tolist())


def learned(sentences: Sequence[Sentence], intents: Sequence[str]) -> dict[int, float]:
    """The accuracy on a fifth that is kept apart, by the number of sentences learned from."""
    fifth = StratifiedShuffleSplit(1, test_size=0.2, random_state=SEED)
    sizes, _, accuracy = learning_curve(
        intent_model(),
        sentences,
        intents,
        cv=fifth,
        train_sizes=np.linspace(0.1, 1, 10),
        shuffle=True,
        random_state=SEED,
    )
    return dict(zip(sizes.tolist(), accuracy.mean(axis=1).tolist(), strict=True))


def write_page(
    folder: Path,
    *,
    name: str,
    items: Sequence[Item],
    spoiled: Mapping[str, Sequence[Item]],
    others: int,
    intrusions: Sequence[str],
    seconds: Sequence[float],
    classifier: Classified,
    learning: Mapping[int, float],
) -> Path:
    """Writes page and pictures to a folder, and gives the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    _draw_confusion(classifier).savefig(folder / "confusion.png")
    _draw_learning(learning).savefig(folder / "learning.png")
    _draw_calibration(classifier).savefig(folder / "calibration.png")
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["percent"] = lambda share: f"{100 * share:.1f}%".replace(".", ",")
    templates.filters["ms"] = lambda seconds: f"{1000 * seconds:.1f} ms".replace(".", ",")
    page = folder / "index.html"
    page.write_text(
        templates.get_template("report.html").render(
            name=name,
            scores=scores(items),
            spoiled={fault: scores(spoilt) for fault, spoilt in spoiled.items()},
            kinds=kinds_of_miss(items),
            confidently_wrong=confidently_wrong(items),
            uncalled_for=uncalled_for(items),
            others=others,
            intrusions=intrusions,
            median=np.median(seconds),
            p95=np.percentile(seconds, 95),
            messages=len(seconds),
            classifier=classifier,
        ),
        "utf-8",
    )
    return page


def _draw_confusion(classifier: Classified) -> Figure:
    side = 2 + 0.35 * len(classifier.intents)
    figure = Figure(figsize=(side, side), layout="constrained")
    display = ConfusionMatrixDisplay.from_predictions(
        classifier.truth,
        classifier.given,
        ax=figure.subplots(),
        xticks_rotation="vertical",
        colorbar=False,
        cmap="Blues",
        im_kw={"norm": PowerNorm(0.4)},
    )
    for cell, count in zip(display.text_.flat, display.confusion_matrix.flat, strict=True):
        cell.set_visible(count > 0)
        cell.set_fontsize("small")
    display.ax_.set(xlabel="herkend als", ylabel="bedoeling")
    return figure


def _draw_learning(learning: Mapping[int, float]) -> Figure:
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(list(learning), list(learning.values()), marker="o")
    axes.set(xlabel="aantal oefenzinnen", ylabel="deel goed", ylim=(0, 1))
    axes.grid(alpha=0.3)
    return figure


def _draw_calibration(classifier: Classified) -> Figure:
    right, confidence = calibration_curve(classifier.is_right, classifier.confidence, n_bins=_BINS)
    figure = Figure(figsize=(7, 6), layout="constrained")
    curve, spread = figure.subplots(2, sharex=True, height_ratios=(3, 1))
    curve.plot([0, 1], [0, 1], linestyle="--", color="grey", label="precies goed geschat")
    curve.plot(confidence, right, marker="o", label="de bot")
    curve.set(ylabel="deel goed", xlim=(0, 1), ylim=(0, 1))
    curve.grid(alpha=0.3)
    curve.legend()
    spread.hist(classifier.confidence, bins=_BINS, range=(0, 1))
    spread.set(xlabel="zekerheid van de bot", ylabel="zinnen")
    return figure
