"""What the assistant makes of a letter: answers, other readings, questions, replies."""

from __future__ import annotations

from typing import Any

import pytest
from desk import TODAY, answer, office
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.assistant import answer_facts, answer_letter
from bot.dialogue.case import Case
from bot.eligibility.decision import Decision
from bot.eligibility.facts import (
    STATUSES,
    Activity,
    Answer,
    Facts,
    Purpose,
    Role,
    Sector,
    Status,
)


def rules(text: str) -> list[tuple[str, str]]:
    """Of each answer: whom it is about, and the rule or the question."""
    return [
        (one["label"], one["decision"]["rule"] if one["decision"] else one["question"]["asks"])
        for one in answer(text).to_json()["answers"]
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mijn dochter zit in 6 bso. Mag zij zes weken naar Spanje?",
            [("Over: dochter", "ka1-learner-vet-student")],
        ),
        (
            "Ik ben docent op een mbo. Mogen mijn mbo-studenten drie weken weg? "
            "En mag ik zelf vijf dagen mee?",
            [
                ("Over de leerling of student", "ka1-learner-vet-student"),
                ("Over uzelf", "ka1-staff-teacher"),
            ],
        ),
        (
            "Mijn collega is directeur van een basisschool en ik ben leraar in het tso. "
            "Mogen wij allebei vijf dagen meelopen in Portugal?",
            [("Over uzelf", "ka1-staff-teacher"), ("Over: collega", "staff-other-sector")],
        ),
        ("Mag ik twee weken weg?\n\nGroet,\nAn\ndocent mbo", [("Over uzelf", "ka1-staff-teacher")]),
        ("Kan ik mee?", [("Over uzelf", "role")]),
        (  # pupils go to the school of who writes, who only leads up to the questions
            "Ik ben teamleider bij een roc. Wij willen met twaalf studenten tien weken naar "
            "Finland.\n\n- Mogen onze studenten tien weken weg?\n- Mogen twee docenten een week?",
            [
                ("Over de leerling of student", "ka1-learner-vet-student"),
                ("Over: docenten", "ka1-staff-teacher"),
            ],
        ),
        (
            "Ik ben leerkracht in een basisschool en mijn man is leraar in het tso. "
            "Wij willen allebei een maand gaan lesgeven. Mogen wij dat?",
            [("Over uzelf", "staff-other-sector"), ("Over: man", "ka1-staff-teacher")],
        ),
        (
            "Een collega van me (praktijkbegeleider op onze school) wil twee weken weg. Mag dat?",
            [("Over: collega", "ka1-staff-trainer")],
        ),
        (
            "Hoe lang mag een mbo-student minimaal weg? Een student van ons wil tien dagen gaan.",
            [("Over: mbo-student", "ka1-learner-vet-student")],
        ),
        ("Kan ik naar het buitenland? Mijn nichtje is geweest.", [("Over uzelf", "role")]),
        (
            "Mijn zoon doet mbo en gaat zes weken weg. Hoeveel geld krijgt hij?",
            [("Over: zoon", "ka1-learner-vet-student")],
        ),
    ],
)
def test_everybody_a_letter_asks_for_gets_an_answer(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert rules(text) == expected


def test_what_is_asked_later_of_the_same_person_adds_to_the_same_answer() -> None:
    text = "Mijn zoon doet mbo.\n\nKan hij met Erasmus+ weg? Hij wil zes weken naar Malta."
    (one,) = answer(text).to_json()["answers"]
    assert one["decision"]["requested_stay"] == {"length": "P6W", "fits": "yes"}


def test_another_wish_of_the_same_person_gets_its_own_answer() -> None:
    text = "Ik ben docent op een mbo. Mag ik vijf dagen weg? Of mag ik ook drie maanden weg?"
    fits = [one["decision"]["requested_stay"] for one in answer(text).to_json()["answers"]]
    assert fits == [{"length": "P5D", "fits": "yes"}, {"length": "P3M", "fits": "no"}]


def test_a_question_without_a_case_is_a_remark_only() -> None:
    answered = answer("Hoeveel geld krijg je van Erasmus+?").to_json()
    assert answered["answers"] == []
    assert [remark["topic"] for remark in answered["remarks"]] == ["funding"]
    assert answered["remarks"][0]["text"] in answered["reply"]["mail"]


def test_facts_are_pointed_out_in_the_letter() -> None:
    text = "Beste,\n\nMijn dochter doet mbo.\nMag zij zes\nweken naar Spanje?"
    (one,) = answer(text).to_json()["answers"]
    assert {f["fact"]: text[f["start"] : f["end"]] for f in one["found"]} == {
        "status": "mbo",
        "stay": "zes\nweken",
    }


def test_what_to_point_out_stands_beside_the_decision_and_in_the_reply() -> None:
    (one,) = answer("Ik doe mbo. Mag ik in mei 2027 zes weken naar Zwitserland?").answers
    told = one.to_json()
    assert [note["about"] for note in told["notes"]] == ["edition", "country"]
    assert all(note["text"] in told["reply"]["mail"] for note in told["notes"])
    assert answer_facts(office(), one.case, TODAY).answers[0].notes == one.notes


def test_a_letter_does_not_speak_of_buttons() -> None:
    reply = answer("Ik doe mbo en wil in mei 2027 zes weken weg.").to_json()["reply"]
    assert "die van 2021-2027" in reply["mail"]
    assert "knop" not in reply["mail"] + reply["chat"]


def test_given_facts_go_before_what_was_read() -> None:
    question = answer("Mijn dochter doet mbo en wil zes weken weg.")
    case = question.answers[0].case
    facts = Facts(status=Status.TRAINEE, stay=case.facts.stay)
    changed = answer_facts(office(), Case(facts, edition="2021-2027"), TODAY)
    decision = changed.answers[0].outcome
    assert isinstance(decision, Decision)
    assert (decision.edition.edition, decision.rule) == ("2021-2027", "ka1-learner-trainee")


def test_facts_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="hoort niet bij"):
        answer_facts(office(), Case(Facts(role=Role.STAFF, status=Status.VET_STUDENT)), TODAY)
    with pytest.raises(ValueError, match="hoort niet bij"):
        answer_letter(
            office(), [], [], TODAY, given=Facts(role=Role.STAFF, status=Status.VET_STUDENT)
        )


def alternatives(facts: Facts) -> dict[str, Any]:
    (one,) = answer_facts(office(), Case(facts), TODAY).to_json()["answers"]
    return {
        other["text"]: (other["outcome"] or {}).get("rule") or other["asks"]
        for other in one["alternatives"]
        if other["because"] == "open_fact"
    }


def test_an_open_fact_shows_what_each_value_would_give() -> None:
    assert alternatives(Facts(status=Status.GRADUATE)) == {
        "Diploma: hoogstens 12 maanden oud": "ka1-learner-recent-graduate",
        "Diploma: ouder dan 12 maanden": "learner-past-graduate",
    }
    assert alternatives(Facts(status=Status.TEACHER)) == {
        "Soort onderwijs: Ander onderwijs": "staff-other-sector"
    }


def test_somebody_who_is_told_of_is_another_reading() -> None:
    text = "Ik ben docent in het tso.\n\nMijn zoon doet havo. Mag hij zes weken weg?"
    (one,) = answer(text).to_json()["answers"]
    others = [other for other in one["alternatives"] if other["because"] == "other_person"]
    assert one["decision"]["rule"] == "learner-general-education"
    assert [(o["text"], o["outcome"]["rule"]) for o in others] == [
        ("Over uzelf", "ka1-staff-teacher")
    ]


def test_a_reply_holds_what_the_rules_say_and_is_complete() -> None:
    answered = answer("Ik ben docent op een mbo en wil drie maanden lesgeven in Finland.").to_json()
    decision = answered["answers"][0]["decision"]
    mail, chat = answered["reply"]["mail"], answered["reply"]["chat"]
    assert mail.startswith("Geachte")
    assert "Met vriendelijke groet" in mail
    assert decision["source"]["quote"] in mail
    for text in (mail, chat):
        assert decision["next_step"] in text
        assert "past daar niet in" in text
        assert all(condition in text for condition in decision["conditions"])
    assert len(chat) < len(mail)


def test_a_reply_to_an_open_case_asks_the_question() -> None:
    answered = answer("Ik ben leerling en wil zes weken weg.").to_json()
    assert answered["answers"][0]["question"]["text"] in answered["reply"]["mail"]


roles = st.sampled_from(list(Role))
facts_of_somebody = roles.flatmap(
    lambda role: st.builds(
        Facts,
        role=st.just(role),
        status=st.none() | st.sampled_from(STATUSES[role]),
        graduation=st.none() | st.just(Answer.UNKNOWN),
        credit=st.none() | st.sampled_from(Answer),
        sector=st.none() | st.sampled_from(Sector),
        purpose=st.none() | st.sampled_from(Purpose),
        activity=st.none() | st.sampled_from(Activity),
    )
)


@given(facts=facts_of_somebody, edition=st.sampled_from(["2014-2020", "2021-2027"]))
def test_another_reading_taken_over_gives_what_it_promised(facts: Facts, edition: str) -> None:
    (one,) = answer_facts(office(), Case(facts, edition=edition), TODAY).to_json()["answers"]
    for other in one["alternatives"]:
        taken = answer_facts(
            office(), Case(Facts.from_json(other["facts"]), edition=other["edition"]), TODAY
        )
        (after,) = taken.to_json()["answers"]
        assert (after["decision"] or {}).get("rule") == (other["outcome"] or {}).get("rule")
        assert (after["question"] or {}).get("asks") == other["asks"]
