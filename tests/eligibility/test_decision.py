"""The decision as the rest of the bot sees it."""

import json
import subprocess
import sys
from datetime import date

import pytest

from bot.eligibility import Facts, Question, decide, load_editions
from bot.eligibility.calendar import AbsurdStay, Length, LengthStay
from bot.eligibility.facts import Role, Sector, Status

TODAY = date(2026, 11, 23)
EDITIONS = load_editions()
OLD = EDITIONS["2014-2020"]


def stay(shortest, longest=None):
    return LengthStay(Length.parse(shortest), Length.parse(longest or shortest))


def test_the_payload_is_the_answer_of_the_contract():
    facts = Facts(Role.LEARNER, Status.VET_STUDENT, stay=stay("P6W"))
    payload = decide(OLD, facts, TODAY).to_payload()
    source = payload.pop("source")
    receipt = payload.pop("receipt")
    names = ("explanation", "stay_explanation", "next_step", "edition_title")
    texts = {name: payload.pop(name) for name in names}
    assert payload == {
        "type": "answer",
        "edition": "2014-2020",
        "role": "learner",
        "status": "vet_student",
        "verdict": "eligible",
        "reason": None,
        "conditions": [],
        "key_action": "KA1",
        "stay": {"min": "P2W", "max": "P12M"},
        "requested_stay": {"length": "P6W", "fits": "yes"},
        "rule": "ka1-learner-vet-student",
    }
    assert source["heading"] == "Leerlingen"
    assert source["quote"].startswith("Personen in niet-tertiaire, beroepsopleiding")
    assert source["stay_quote"] == "Duur van het verblijf: tussen twee weken en twaalf maanden"
    assert "2 weken" in texts["explanation"] and "12 maanden" in texts["explanation"]
    assert texts["explanation"].endswith(texts["stay_explanation"])
    assert (receipt["rule"], receipt["date"]) == ("ka1-learner-vet-student", "2026-11-23")
    assert Facts.from_json(receipt["facts"]) == facts


def test_the_payload_survives_json():
    facts = Facts(Role.STAFF, Status.TEACHER, stay=stay("P3W"))
    payload = decide(EDITIONS["2021-2027"], facts, TODAY).to_payload()
    assert json.loads(json.dumps(payload)) == payload


def test_a_wish_is_reported_even_where_no_stay_is_granted():
    facts = Facts(Role.LEARNER, Status.HIGHER_EDUCATION_STUDENT, stay=stay("P6M"))
    payload = decide(OLD, facts, TODAY).to_payload()
    assert payload["requested_stay"] == {"length": "P6M", "fits": None}
    assert payload["stay"] is None


def test_of_a_range_that_does_not_fit_the_fitting_part_is_known():
    facts = Facts(Role.STAFF, Status.TEACHER, stay=stay("P1M", "P3M"))
    decision = decide(OLD, facts, TODAY)
    assert decision.to_payload()["requested_stay"]["fits"] == "no"
    assert decision.fitting_part == stay("P1M", "P2M")


def test_of_a_range_that_fits_there_is_no_separate_part():
    facts = Facts(Role.STAFF, Status.TEACHER, stay=stay("P1M", "P2M"))
    assert decide(OLD, facts, TODAY).fitting_part is None


def test_an_absurd_stay_is_asked_again_before_anything_else():
    assert decide(OLD, Facts(stay=AbsurdStay("-3 weken")), TODAY) == Question("stay")


def test_a_status_says_its_role():
    assert decide(OLD, Facts(status=Status.TEACHER), TODAY).role is Role.STAFF


def test_role_and_status_must_agree():
    with pytest.raises(ValueError, match="teacher hoort niet bij learner"):
        decide(OLD, Facts(Role.LEARNER, Status.TEACHER), TODAY)


def test_vocational_education_is_a_condition_only_for_who_did_not_say_it():
    unsaid = decide(OLD, Facts(Role.STAFF, Status.TEACHER), TODAY)
    said = decide(OLD, Facts(Role.STAFF, Status.TEACHER, sector=Sector.VOCATIONAL), TODAY)
    assert any("beroepsonderwijs" in text for text in unsaid.to_payload()["conditions"])
    assert "vocational-sector" not in said.condition_names


def test_the_receipt_changes_with_the_file():
    facts = Facts(Role.LEARNER, Status.VET_STUDENT)
    hashes = {decide(edition, facts, TODAY).to_payload()["receipt"]["hash"]
              for edition in EDITIONS.values()}  # fmt: skip
    assert len(hashes) == 2 and all(len(value) == 64 for value in hashes)


@pytest.mark.parametrize(
    ("edition", "country", "takes_part", "words"),
    [
        ("2014-2020", "Spanje", "full", "In 2014-2020 deed Spanje volledig mee"),
        ("2014-2020", "het Verenigd Koninkrijk", "full", "deed het Verenigd Koninkrijk volledig"),
        ("2014-2020", "Zwitserland", "none", "Zwitserland deed in 2014-2020 niet volledig mee"),
        ("2014-2020", "Curaçao", "none", "Aruba, Bonaire, Curaçao"),
        ("2014-2020", "Servië", "unsure", "Servië deed mee vanaf 2019"),
        ("2014-2020", "Japan", "unsure", "volledig meededen, noemt Japan niet"),
        ("2021-2027", "Turkije", "full", "In 2021-2027 doet Turkije volledig mee"),
        ("2021-2027", "Servië", "full", "In 2021-2027 doet Servië volledig mee"),
        ("2021-2027", "het Verenigd Koninkrijk", "unsure", "van 2021 tot en met 2026 niet"),
        ("2021-2027", "Zwitserland", "unsure", "Zwitserland doet van 2021 tot en met 2026 niet"),
        ("2021-2027", "saba", "unsure", "niet bevestigd: vraag het na"),
        ("2021-2027", "Oekraïne", "unsure", "volledig meedoen, noemt Oekraïne niet"),
    ],
)
def test_each_edition_has_its_countries(edition, country, takes_part, words):
    answer = EDITIONS[edition].countries.answer(country)
    assert answer.takes_part == takes_part
    assert words in answer.text


def test_the_ground_floor_knows_nothing_of_the_floors_above():
    code = (
        "import sys, pkgutil\n"
        "at_start = set(sys.modules)\n"
        "import bot.eligibility as floor\n"
        "for module in pkgutil.iter_modules(floor.__path__):\n"
        "    __import__(f'bot.eligibility.{module.name}')\n"
        "above = {'rasa', 'rasa_sdk', 'spacy', 'sanic', 'aiohttp', 'requests', 'httpx',\n"
        "         'bot.language', 'bot.dialogue', 'bot.runtime', 'bot.web', 'actions'}\n"
        "print(sorted(above & (set(sys.modules) - at_start)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (shown.stdout, shown.stderr) == ("[]\n", "")
