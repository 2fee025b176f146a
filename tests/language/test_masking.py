"""What would tell who somebody is, is taken out of a text; everything else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from running_bot import ROOT

from bot.language.masking import without_personal_data


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail jan.jansen+x@mijn.school.nl", "mail [e-mailadres]"),
        ("Jan@School.BE.", "[e-mailadres]."),
        ("bel 06-12345678 of 0612345678", "bel [nummer] of [nummer]"),
        ("bel +32 475 12 34 56", "bel [nummer]"),
        ("bel (0031) 20 123 45 67", "bel [nummer]"),
        ("bel 09/123.45.67", "bel [nummer]"),
        ("tel0475/12.34.56", "tel[nummer]"),
        ("mijn bsn is 123456782", "mijn bsn is [nummer]"),
        ("BSN: 1234.56.78", "BSN: [nummer]"),
        ("rijksregisternummer 85.07.30-033.28", "rijksregisternummer [nummer]"),
        ("NL91 ABNA 0417 1643 00 en meer", "[rekeningnummer] en meer"),
        ("BE68539007547034", "[rekeningnummer]"),
        ("be68 5390 0754 7034 van mij", "[rekeningnummer] van mij"),
        ("٠٦١٢٣٤٥٦٧٨", "[nummer]"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert without_personal_data(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "van 1-3-2027 tot en met 15-6-2027",
        "01-03-2027/15-06-2027",
        "2027-03-01 2027-06-15",
        "van 01.03.2027 - 15.06.2027",
        "in 2021-2027, 10 weken of 2 à 3 maanden",
        "EU27 kan ook naar Spanje",
        "ik ben 18, 19 en 20 en 21 jaar",
        "we krijgen 1.250.000 euro",
        "a@b",
    ],
)
def test_dates_lengths_and_amounts_stay(text: str) -> None:
    assert without_personal_data(text) == text


@pytest.mark.parametrize(
    "file", sorted((ROOT / "data" / "nlu").glob("*.yml")), ids=lambda f: f.name
)
def test_nothing_that_the_bot_learns_from_is_masked(file: Path) -> None:
    for group in YAML(typ="safe").load(file)["nlu"]:
        examples = group.get("examples", "")
        assert without_personal_data(examples) == examples


@given(st.text(st.sampled_from("0123456789 .-/@+()aNLb\n"), max_size=60))
def test_masking_again_changes_nothing(text: str) -> None:
    once = without_personal_data(text)
    assert without_personal_data(once) == once
