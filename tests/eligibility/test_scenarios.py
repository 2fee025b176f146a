"""Each scenario beside the rules is a test of its own; policy officers add them without Python."""

import pytest

from bot.eligibility import load_editions
from bot.eligibility.review import untouched_entries
from bot.eligibility.scenarios import ScenarioError, differences, load_scenarios

EDITIONS = load_editions()
CASES = [
    pytest.param(edition, scenario, id=f"{name}: {scenario.note}")
    for name, edition in EDITIONS.items()
    for scenario in load_scenarios(name)
]


@pytest.mark.parametrize(("edition", "scenario"), CASES)
def test_answer_is_as_the_scenario_says(edition, scenario):
    assert differences(edition, scenario) == []


@pytest.mark.parametrize("name", EDITIONS)
def test_every_row_has_a_scenario(name):
    assert untouched_entries(EDITIONS[name], load_scenarios(name)) == []


@pytest.mark.parametrize(
    ("facts", "expected", "words"),
    [
        ("{status: student}", "{asks: role}", "'student' kan niet bij 'status', kies uit: trainee"),
        ("{status: trainee}", "{asks: naam}", "'naam' kan niet bij 'asks'. Kies uit: role, status"),
        ("{status: trainee}", "{verdikt: eligible}", "'verdikt' is hier onbekend. Bedoelt u"),
        ("{status: trainee}", "{}", "noem bij expected minstens één sleutel"),
        ("{stay: lang}", "{asks: role}", "geen duur als P2W of P12M: 'lang'"),
        (
            "{stay: {first_day: 2027-01-01}}",
            "{asks: role}",
            "diplomadatum is niet volledig",
        ),
    ],
)
def test_broken_scenario_is_one_line_with_its_place(tmp_path, facts, expected, words):
    (tmp_path / "sample.yml").write_text(
        "today: 2026-11-23\n"
        f"scenarios:\n  - note: proef\n    facts: {facts}\n    expected: {expected}\n"
    )
    with pytest.raises(ScenarioError) as error:
        load_scenarios("sample", tmp_path)
    assert words in str(error.value)
    assert str(error.value).startswith(("sample.yml, regel 4: ", "sample.yml, regel 5: "))
    assert "\n" not in str(error.value)


def test_missing_scenarios_are_named(tmp_path):
    with pytest.raises(ScenarioError, match="niet te lezen"):
        load_scenarios("sample", tmp_path)
