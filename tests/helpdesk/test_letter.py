"""What of a letter is read, and where it stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.letter import Letter

LETTER = """Onderwerp: stage

Geachte mevrouw De Smet,

Mijn dochter doet mbo en wil graag
zes weken weg. Mag dat?
Ze is zeventien.

Met vriendelijke groet,
Jan Peeters
docent wiskunde

Op 3 maart 2026 schreef Katrien:
> Mag ik twee jaar naar Canada?
"""


def texts(letter: str) -> list[str]:
    return [passage.text for passage in Letter.open(letter).passages]


def test_each_question_is_a_passage_with_what_leads_up_to_it() -> None:
    assert texts(LETTER) == [
        "Mijn dochter doet mbo en wil graag zes weken weg. Mag dat?",
        "Ze is zeventien.",
    ]


def test_the_signature_is_told_apart_and_names_are_not_in_the_text() -> None:
    letter = Letter.open(LETTER)
    assert letter.statements[-1].text == "Jan Peeters docent wiskunde"
    assert "Peeters" not in letter.text
    assert "De Smet" not in letter.text


def test_the_items_of_a_list_are_passages_of_their_own() -> None:
    assert texts("Twee vragen:\n1. Mag mijn zoon mee?\n2) En ik?") == [
        "Twee vragen:",
        "Mag mijn zoon mee?",
        "En ik?",
    ]


def test_a_question_after_the_closing_is_still_read() -> None:
    letter = "Mag ik zes weken weg?\n\nGroeten, Lies\n\nPS Mag mijn collega ook mee?"
    assert texts(letter) == ["Mag ik zes weken weg?", "PS Mag mijn collega ook mee?"]


def test_a_first_line_that_tells_something_is_no_salutation() -> None:
    assert texts("Hallo ik ben docent op een mbo") == ["Hallo ik ben docent op een mbo"]


def test_two_persons_in_a_sentence_are_two_statements() -> None:
    letter = Letter.open("Mijn zoon doet hbo en mijn dochter doet mbo.")
    assert [s.text for s in letter.statements] == [
        "Mijn zoon doet hbo en",
        "mijn dochter doet mbo.",
    ]


@given(st.text(st.sampled_from("ab 1.)?>,-:\r\n\tMvg groet Beste"), max_size=200) | st.text())
def test_whatever_the_letter_a_passage_stands_where_it_says(letter: str) -> None:
    opened = Letter.open(letter)
    for passage in (*opened.passages, *opened.statements):
        there = letter[passage.start : passage.end]
        assert len(there) == len(passage.text)
        assert all(
            said == written or said.isspace() or (said == "," and written in "()")
            for said, written in zip(passage.text, there, strict=True)
        )
