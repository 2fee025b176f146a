"""Typing faults are mended, and what is right, or of another language, is left as it is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluate import one_typing_fault
from bot.language.lexicon import Lexicon
from bot.language.mending import LONGEST_TEXT, Change, Mended, Mender
from bot.language.reading import Finding, Reading
from bot.language.word_model import BREAK, WordModel, learn_dutch

NLU = Path(__file__).parents[2] / "data" / "nlu"
OTHERS = "other_language"


def examples() -> dict[str, list[str]]:
    """The training examples of each intent."""
    return {
        block["intent"]: [line[2:] for line in block["examples"].splitlines()]
        for file in sorted(NLU.glob("*.yml"))
        for block in yaml.safe_load(file.read_text("utf-8"))["nlu"]
    }


EXAMPLES = examples()
DUTCH = [text for intent, texts in EXAMPLES.items() if intent != OTHERS for text in texts]


@pytest.fixture(scope="module")
def words() -> WordModel:
    return learn_dutch(DUTCH, EXAMPLES[OTHERS])


@pytest.fixture(scope="module")
def mender(words: WordModel) -> Mender:
    return Mender(words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # a letter lost, doubled, swapped or changed in a short word
        ("Ik bn lasdocent", "Ik ben lasdocent"),
        ("mijn dochtter doet mbo", "mijn dochter doet mbo"),
        ("mag ik zse weken naar Malta", "mag ik zes weken naar Malta"),
        ("ik dpe mbo", "ik doe mbo"),
        ("hij zit op het vmboo", "hij zit op het vmbo"),
        ("van 2 maatr tot 4 april", "van 2 maart tot 4 april"),
        # in a long one
        ("ik ben pratkijkopleider", "ik ben praktijkopleider"),
        # letters held down
        ("halloooo", "hallo"),
        # a space lost, added, or swapped with a letter
        ("ik wil drieweken weg", "ik wil drie weken weg"),
        ("ik ben doce nt", "ik ben docent"),
        ("ik wi ldrie weken weg", "ik wil drie weken weg"),
        ("ik doe mb o4", "ik doe mbo 4"),
        ("mag ik naa rSpanje", "mag ik naar Spanje"),
        # a full stop swapped with a letter
        ("Ik ben docen.t", "Ik ben docent."),
        # a fault that is a word too
        ("ik been docent", "ik ben docent"),
        ("As docent mag ik weg", "Als docent mag ik weg"),
        # an abbreviation with signs inside
        ("van 3 mei r/m 5 juli", "van 3 mei t/m 5 juli"),
        # what the grammar of lengths forgives itself is mended too, for the others
        ("zes wekne", "zes weken"),
        # capitals stay
        ("IK BNE DOCENT", "IK BEN DOCENT"),
        ("Hte mbo", "Het mbo"),
        # a country, though it has a capital
        ("naar Portgual", "naar Portugal"),
        ("wat is Erasums", "wat is Erasmus"),
        # accents
        ("naar Itale", "naar Italië"),
    ],
)
def test_mends(mender: Mender, typed: str, meant: str) -> None:
    assert mender.mend(typed).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "Ik ben docent op het mbo en wil drie weken naar Spanje.",
        "",
        "   ",
        "🙂",
        "12-03-2026",
        # names, of which no list is complete
        "Mijn zoon Jelte Vermassen woont in Wijtschate.",
        "Groeten, K. Bakkre",
        # abbreviations, with their points and slashes
        "van 1 mei t.e.m. 30 juni, 32 u p/w",
        "wij zijn lid van de XVWZ",
        "in de 3de graad",
        # a word that may be two terms, and might as well be the other
        "ik doe tbo",
        # one term is not another
        "hij doet hbo",
        "zij zit in het tso",
        # ordinary words that look like terms
        "wandelen in het bos",
        "dat is fijn nieuws",
        "de kinderen van de bosschool",
        # one person is not another, and nothing is denied that was not
        "mag ie ook mee",
        "is dat nog net goed",
        # compounds that stand in no list
        "ik doe de opleiding tot betonvlechtersknecht",
        # other languages, and no language
        "Guten Tag, ich suche einen Praktikumsplatz in Belgien",
        "quisiera saber cuanto tiempo puedo quedarme",
        "asdf qwer zxcv",
    ],
)
def test_leaves(mender: Mender, text: str) -> None:
    assert mender.mend(text) == Mended(text, text)


def test_a_very_long_text_is_left(mender: Mender) -> None:
    text = "ik bn docent " * (LONGEST_TEXT // 13 + 1)

    assert mender.mend(text).text == text


@given(st.text())
@settings(deadline=None)
def test_any_text_can_be_mended(mender: Mender, text: str) -> None:
    assert mender.mend(text).typed == text


TERMS = sorted(
    word for word, category in Lexicon.load().words.items() if category and word.isalpha()
)


@given(st.lists(st.sampled_from(TERMS), min_size=1, max_size=6))
@settings(deadline=None)
def test_no_term_becomes_another(mender: Mender, terms: list[str]) -> None:
    text = " ".join(terms)

    assert mender.mend(text).text == text


@given(st.sampled_from(DUTCH), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_every_word_of_a_mended_text_leads_back_to_what_was_typed(
    mender: Mender, text: str, rng: random.Random
) -> None:
    mended = mender.mend(one_typing_fault(rng)(text))

    place = 0
    for word in mended.text.split():
        start = mended.text.index(word, place)
        place = start + len(word)
        typed_start, typed_end = mended.as_typed(start, place)
        assert 0 <= typed_start < typed_end <= len(mended.typed)
        if all(change.end < start or place < change.start for change in mended.changes):
            assert mended.typed[typed_start:typed_end] == word


@given(st.sampled_from(DUTCH), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_the_changes_are_all_that_changed(mender: Mender, text: str, rng: random.Random) -> None:
    mended = mender.mend(one_typing_fault(rng)(text))

    rebuilt, done = "", 0
    for change in mended.changes:
        rebuilt += mended.typed[done : change.typed_start]
        assert len(rebuilt) == change.start
        rebuilt += mended.text[change.start : change.end]
        done = change.typed_end
    assert rebuilt + mended.typed[done:] == mended.text


def test_training_sentences_are_left_and_their_faults_mended(mender: Mender) -> None:
    # Not held out, so this only guards against a mender that does too much or nothing.
    rng = random.Random(7)
    spoil = one_typing_fault(rng)
    sentences = [text for text in rng.sample(DUTCH, 1000) if len(text) > 20]
    spoiled = [(text, faulty) for text in sentences if (faulty := spoil(text)) != text]

    left = sum(mender.mend(text).text == text for text in sentences)
    mended = sum(mender.mend(faulty).text == text for text, faulty in spoiled)

    assert left >= 0.98 * len(sentences)
    assert mended >= 0.75 * len(spoiled)


def test_a_finding_stands_where_it_was_typed() -> None:
    mended = Mended(
        "ik bn mb odocent", "ik ben mbo docent", (Change(4, 4, 4, 5), Change(8, 10, 9, 11))
    )
    reading = Reading(
        findings=(
            Finding("who", "self", 3, 6, "ben"),
            Finding("education", "mbo", 7, 10, "mbo"),
            Finding("status", "teacher", 11, 17, "docent"),
        )
    )

    assert [f.text for f in reading.placed_in(mended).findings] == ["bn", "mb o", "docent"]


def test_a_model_is_the_same_after_storing(words: WordModel, tmp_path: Path) -> None:
    words.save(tmp_path)
    stored = WordModel.load(tmp_path)

    assert stored.chance("ben", "ik") == words.chance("ben", "ik")
    assert stored.common == words.common
    assert Mender(stored).mend("Ik bn docent").text == "Ik ben docent"


def test_what_is_seen_of_one_word_of_a_kind_is_expected_of_another() -> None:
    model = WordModel.learn(
        ["ik wil naar Spanje"],
        [],
        {"malta": 60, "manta": 60},
        {"spanje": "country", "malta": "country"},
    )

    assert model.chance("malta", "naar") > model.chance("manta", "naar")
    assert model.saw("ik", BREAK) and not model.saw("naar", "ik")
