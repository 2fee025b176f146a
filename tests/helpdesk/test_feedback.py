"""What is kept of opinions, and what others make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.eligibility.calendar import Length, LengthStay
from bot.eligibility.facts import Facts, Role, Status
from bot.eligibility.scenarios import load_scenarios
from bot.language.masking import without_personal_data
from bot.web.feedback import (
    FeedbackStore,
    Review,
    as_nlu_examples,
    as_scenarios,
)

TODAY = date(2026, 11, 24)
SIX_WEEKS = LengthStay.of(Length.parse("P6W"))
REVIEW = Review(
    text="Ik ben docent.\nMag ik zes weken weg?",
    understood=Facts(role=Role.STAFF),
    facts=Facts(role=Role.STAFF, status=Status.TEACHER, stay=SIX_WEEKS),
    edition="2014-2020",
    rule="ka1-staff-teacher",
    right=False,
    remark="docent staat er wel",
    day=TODAY,
)


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "var" / "feedback.db")


@pytest.mark.parametrize(
    "personal",
    [
        "jan.de-boer@school.example",
        "0475 12 34 56",
        "+32 475/12.34.56",
        "06-12345678",
        "(020) 123 45 67",
        "NL91 ABNA 0417 1643 00",
        "BE71096123456769",
        "85.07.30-033.28",
    ],
)
def test_personal_data_is_masked(personal: str) -> None:
    masked = without_personal_data(f"U bereikt mij op {personal}, dank u.")
    assert personal not in masked
    assert masked.startswith("U bereikt mij op [")
    assert masked.endswith("], dank u.")


@pytest.mark.parametrize(
    "fact",
    [
        "van 1 maart tot en met 15 juni 2027",
        "01-03-2027 t/m 15-06-2027",
        "van 2026-09-01 tot 2027-02-01",
        "programma 2021-2027",
        "10 à 12 weken, 61 dagen",
        "in 2025",
    ],
)
def test_dates_and_lengths_are_not(fact: str) -> None:
    assert without_personal_data(fact) == fact


def test_a_review_is_kept_without_personal_data(store: FeedbackStore, tmp_path: Path) -> None:
    private = "Bel 0475 12 34 56 of mail an@school.example"
    store.add_review(replace(REVIEW, text=private, remark=private))
    store.add_review(REVIEW)
    newest, oldest = store.reviews()
    assert newest == REVIEW
    assert oldest.text == oldest.remark == "Bel [nummer] of mail [e-mailadres]"
    content = (tmp_path / "var" / "feedback.db").read_bytes()
    assert b"0475" not in content and b"an@school" not in content


def test_a_visitor_has_one_vote_for_each_rule_and_stays_unknown(
    store: FeedbackStore, tmp_path: Path
) -> None:
    store.add_vote("bezoeker-1", "ka1-staff-teacher", True, TODAY)
    store.add_vote("bezoeker-1", "ka1-staff-teacher", False, TODAY)
    store.add_vote("bezoeker-2", "ka1-staff-teacher", True, TODAY)
    assert store.votes() == {"ka1-staff-teacher": {"useful": 1, "not_useful": 1}}
    assert b"bezoeker-1" not in (tmp_path / "var" / "feedback.db").read_bytes()


def test_votes_cannot_fill_the_disk(store: FeedbackStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.feedback.MOST_VOTES", 3)
    for number in range(10):
        store.add_vote(f"bezoeker-{number}", "ka1-staff-teacher", True, TODAY)
    assert store.votes() == {"ka1-staff-teacher": {"useful": 3, "not_useful": 0}}


def test_reviewed_texts_become_training_examples() -> None:
    exported = YAML(typ="safe").load(as_nlu_examples([REVIEW, REVIEW]))
    assert exported == {
        "version": "3.1",
        "nlu": [{"intent": "eligibility", "examples": "- Ik ben docent. Mag ik zes weken weg?\n"}],
    }


def test_reviewed_cases_become_scenarios_that_the_rule_tools_read(tmp_path: Path) -> None:
    wrong_table = replace(REVIEW, understood=REVIEW.facts, text="Niemand zegt wat wel klopt.")
    open_case = replace(REVIEW, rule=None)
    elsewhere = replace(REVIEW, edition="2021-2027")
    file = tmp_path / "2014-2020.yml"
    reviews = [REVIEW, wrong_table, open_case, elsewhere]
    file.write_text(as_scenarios(reviews, "2014-2020", TODAY), "utf-8")
    (scenario,) = load_scenarios("2014-2020", tmp_path)
    assert scenario.facts == {"role": "staff", "status": "teacher", "stay": "P6W"}
    assert scenario.expected.rule == "ka1-staff-teacher"
    assert scenario.note == "Ik ben docent. Mag ik zes weken weg? docent staat er wel"
