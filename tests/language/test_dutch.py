"""Words and marks of a message: where an abbreviation, and where a sentence ends."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from bot.language import dutch
from bot.language.lexicon import LexiconError, load_abbreviations


@pytest.fixture(scope="module")
def language() -> Language:
    return spacy.blank("nl", config={"nlp": {"tokenizer": {"@tokenizers": dutch.TOKENIZER}}})


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Vragen m.b.t. stage", ["Vragen", "m.b.t.", "stage"]),
        ("Bijv. in mei", ["Bijv.", "in", "mei"]),
        ("T.e.m. 3 mei", ["T.e.m.", "3", "mei"]),
        ("'s Morgens is 't koud", ["'s", "Morgens", "is", "'t", "koud"]),
        ("’t Is goed :-)", ["’t", "Is", "goed", ":-)"]),
    ],
)
def test_an_abbreviation_is_one_word(language: Language, text: str, tokens: list[str]) -> None:
    assert [token.text for token in language(text)] == tokens


@pytest.mark.parametrize("sentence", ["Ik doe dat al.", "Dat is top.", "Dank u.", "Ik ken hem."])
def test_the_end_of_a_sentence_is_no_abbreviation(language: Language, sentence: str) -> None:
    assert language(sentence)[-1].text == "."


def test_an_abbreviation_without_its_point_is_refused(tmp_path: Path) -> None:
    (tmp_path / "abbreviations.yml").write_text("words: [\n  enz., etc\n]\n", "utf-8")
    with pytest.raises(LexiconError, match=r"abbreviations\.yml, regel 2: 'etc' eindigt niet op"):
        load_abbreviations(tmp_path)
