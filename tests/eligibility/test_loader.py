"""What an editor sees when a rule table is broken, and which days an edition covers."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.eligibility import (
    EditionError,
    NoEditionError,
    edition_on,
    load_edition,
    load_editions,
)

HERE = Path(__file__).parent
SAMPLE = (HERE / "sample.yml").read_text()
BROKEN = sorted((HERE / "broken").glob("*.yml"))
EDITIONS = load_editions()


def test_the_sample_itself_is_sound():
    assert load_edition(HERE / "sample.yml").edition == "sample"


@pytest.mark.parametrize("fixture", BROKEN, ids=[path.stem for path in BROKEN])
def test_fault_gives_one_line_with_file_line_row_and_remedy(tmp_path, fixture):
    fault = YAML(typ="safe").load(fixture)
    assert SAMPLE.count(fault["replace"]) == 1, "the fixture must say where exactly"
    path = tmp_path / "sample.yml"
    path.write_text(SAMPLE.replace(fault["replace"], fault["by"]))
    with pytest.raises(EditionError) as error:
        load_edition(path)
    assert str(error.value) == fault["error"]


def test_all_faults_are_known_at_once(tmp_path):
    path = tmp_path / "sample.yml"
    path.write_text(
        SAMPLE.replace("verdict: eligible", "verdict: elegible").replace("P2M", "2 maanden")
    )
    with pytest.raises(EditionError) as error:
        load_edition(path)
    assert [(fault.line, fault.row) for fault in error.value.faults] == [
        (30, "staff-other"),
        (47, "staff-vocational"),
    ]
    assert str(error.value).endswith("(En nog 1: zie `wegwijzer rules check`.)")


@pytest.mark.parametrize("content", ["", "zomaar tekst", "- een lijst"])
def test_a_file_that_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "sample.yml"
    path.write_text(content)
    with pytest.raises(EditionError, match=r"^sample\.yml, regel 1: "):
        load_edition(path)


def test_a_missing_file_or_folder_is_refused(tmp_path):
    with pytest.raises(EditionError, match="niet te lezen"):
        load_edition(tmp_path / "sample.yml")
    with pytest.raises(EditionError, match="hier staat geen editie"):
        load_editions(tmp_path)


def test_editions_may_not_overlap_in_time(tmp_path):
    (tmp_path / "sample.yml").write_text(SAMPLE)
    later = SAMPLE.replace("edition: sample", "edition: second").replace("2014-01", "2020-12")
    (tmp_path / "second.yml").write_text(later)
    with pytest.raises(EditionError) as error:
        load_editions(tmp_path)
    assert str(error.value) == (
        "second.yml, regel 4: deze editie begint op 2020-12-01, maar sample geldt tot en met "
        "2020-12-31. Pas een van de datums aan."
    )


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2014, 1, 1), "2014-2020"),
        (date(2020, 12, 31), "2014-2020"),
        (date(2021, 1, 1), "2021-2027"),
        (date(2027, 12, 31), "2021-2027"),
    ],
)
def test_first_and_last_day_belong_to_an_edition(day, edition):
    assert edition_on(EDITIONS.values(), day).edition == edition


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (
            date(2028, 1, 1),
            "Voor 2028-01-01 is er geen editie. "
            "De laatste, 2021-2027, geldt tot en met 2027-12-31.",
        ),
        (
            date(2013, 12, 31),
            "Voor 2013-12-31 is er geen editie. De eerste, 2014-2020, geldt vanaf 2014-01-01.",
        ),
    ],
)
def test_a_day_without_edition_is_an_error_that_says_so(day, words):
    with pytest.raises(NoEditionError) as error:
        edition_on(EDITIONS.values(), day)
    assert str(error.value) == words
