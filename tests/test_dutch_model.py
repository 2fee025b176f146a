"""The Dutch spaCy package: what it reads in a chat message, and what it says about itself."""

import json
import random
from importlib.metadata import version
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.training import Example
from spacy.vocab import Vocab

FOLDER = Path(__file__).parent.parent / "dutch_model"
MOST_BYTES = 10_000_000

WITH_GAPS = """\
1\tHij\thij\tPRON\tVNW\tPerson=3\t2\tnsubj\t_\t_
2\twerkt\twerken\tVERB\tWW\tNumber=Sing|Tense=Pres|VerbForm=Fin\t0\troot\t_\t_
3\tin\tin\tADP\tVZ\t_\t4\tcase\t_\t_
4\tGent\t_\t_\t_\t_\t2\tobl\t_\tSpaceAfter=No
5\t.\t.\tPUNCT\tLET\t_\t2\tpunct\t_\t_

"""


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load("nl_core_news_sm")


def token(doc: Doc, word: str) -> Token:
    return next(token for token in doc if token.text == word)


@pytest.mark.parametrize(
    ("message", "word", "lemma", "pos"),
    [
        ("ik zit op het mbo", "zit", "zitten", "VERB"),
        ("ik zit op het mbo", "mbo", "mbo", "NOUN"),
        ("Ik werk als docent.", "werk", "werken", "VERB"),
        ("mijn leerlingen willen naar spanje", "leerlingen", "leerling", "NOUN"),
        ("ik heb mijn diploma vorig jaar gehaald", "gehaald", "halen", "VERB"),
        ("mogen wij meedoen?", "meedoen", "meedoen", "VERB"),
        ("hoe lang duurt een stage", "duurt", "duren", "VERB"),
        ("vertel me meer", "vertel", "vertellen", "VERB"),
    ],
)
def test_words_get_their_lemma_and_part_of_speech(
    nlp: Language, message: str, word: str, lemma: str, pos: str
) -> None:
    found = token(nlp(message), word)
    assert (found.lemma_, found.pos_) == (lemma, pos)


@pytest.mark.parametrize(
    ("message", "subject", "head"),
    [
        ("ik zit op het mbo", "ik", "zit"),
        ("mijn dochter wil drie weken naar spanje", "dochter", "wil"),
        ("mag ik als docent meedoen", "ik", "meedoen"),
        ("mag mijn zoon langer blijven", "zoon", "blijven"),
        ("ik ben leraar", "ik", "leraar"),
        ("wij zijn een school in gent", "wij", "school"),
        ("Kunt u mij helpen?", "u", "helpen"),
    ],
)
def test_the_subject_is_found_in_statements_and_questions(
    nlp: Language, message: str, subject: str, head: str
) -> None:
    found = token(nlp(message), subject)
    assert (found.dep_, found.head.text) == ("nsubj", head)


def test_a_denied_role_carries_its_negation(nlp: Language) -> None:
    denial = token(nlp("ik ben geen docent"), "geen")
    assert (denial.dep_, denial.head.text) == ("det", "docent")


def test_a_command_has_no_subject(nlp: Language) -> None:
    doc = nlp("stuur mij het formulier")
    assert token(doc, "stuur").dep_ == "ROOT"
    assert not [word for word in doc if word.dep_.startswith("nsubj")]


def test_the_package_says_what_it_is_and_where_it_comes_from(nlp: Language) -> None:
    meta = nlp.meta
    assert (meta["lang"], meta["name"]) == ("nl", "core_news_sm")
    assert meta["version"] == version("nl_core_news_sm")
    assert meta["version"].startswith("3.7.0+")
    assert meta["license"] == "CC BY-SA 4.0"
    assert {source["license"] for source in meta["sources"]} == {"CC BY-SA 4.0"}
    assert "Gertjan van Noord" in meta["author"]


def test_only_the_usual_components_without_named_entities(nlp: Language) -> None:
    assert nlp.pipe_names == [
        "tok2vec",
        "morphologizer",
        "tagger",
        "parser",
        "trainable_lemmatizer",
        "attribute_ruler",
    ]
    assert nlp.disabled == ["senter"]


def test_its_tokenizer_is_the_one_of_dutch_so_that_the_bot_need_not_load_it(nlp: Language) -> None:
    own, saved = (dutch.tokenizer.to_bytes(exclude=["vocab"]) for dutch in (spacy.blank("nl"), nlp))
    assert own == saved


def test_white_space_is_tagged_as_space(nlp: Language) -> None:
    assert [word.pos_ for word in nlp("ik zoek  iets") if word.is_space] == ["SPACE"]


def test_one_wheel_of_under_ten_megabytes_is_the_one_installed() -> None:
    (wheel,) = (FOLDER / "dist").glob("*.whl")
    assert wheel.stat().st_size < MOST_BYTES
    assert wheel.name == f"nl_core_news_sm-{version('nl_core_news_sm')}-py3-none-any.whl"


def test_the_card_shows_the_measured_scores() -> None:
    metrics = json.loads((FOLDER / "metrics.json").read_text(encoding="utf8"))
    card = (FOLDER / "README.md").read_text(encoding="utf8")
    lemma_row = next(line for line in card.splitlines() if line.startswith("| Lemma accuracy"))
    assert f"{metrics['test']['lemma_acc']:.3f}" in lemma_row
    assert metrics["test"]["lemma_acc"] >= 0.94


def test_a_layer_that_is_not_annotated_stays_unset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    from convert import to_doc
    from treebank import read_sentences

    path = tmp_path / "gaps.conllu"
    path.write_text(WITH_GAPS, encoding="utf8")
    vocab = Vocab()
    gold = to_doc(vocab, list(read_sentences(path)))
    example = Example(Doc(vocab, words=[word.text for word in gold]), gold)
    assert example.get_aligned("LEMMA", as_string=True) == ["hij", "werken", "in", "", "."]
    assert example.get_aligned("POS", as_string=True) == ["PRON", "VERB", "ADP", "", "PUNCT"]
    assert [word.has_morph() for word in gold] == [True, True, True, False, True]


def test_rewritten_sentences_keep_their_words_and_change_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    from first_person import rewrite
    from treebank import read_sentences

    path = tmp_path / "third.conllu"
    path.write_text(WITH_GAPS, encoding="utf8")
    sentences = list(read_sentences(path))
    rewritten = {
        " ".join(row.form for row in new)
        for seed in range(2000)
        for new in rewrite(sentences, random.Random(seed))
    }
    assert {"Ik werk in Gent .", "Werk ik in Gent ?", "Werk in Gent !"} <= rewritten
    assert {"Wij werken in Gent .", "Werken jullie in Gent ?", "Mijn zus werkt in Gent ."} <= (
        rewritten
    )
    assert not any("Hij" in sentence for sentence in rewritten)
