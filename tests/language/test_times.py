"""What Dutch says about lengths, dates and moments, as tables of examples."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from itertools import pairwise

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from bot.eligibility.calendar import (
    AbsurdStay,
    DatedStay,
    DayRange,
    LengthStay,
    Stay,
    within_months_after,
)
from bot.language.times import TimeMention, find_times

MONDAY_IN_MARCH = date(2026, 3, 16)
NOVEMBER = date(2026, 11, 20)

_nlp = spacy.blank("nl")


def times(text: str, today: date = MONDAY_IN_MARCH) -> list[TimeMention]:
    return find_times(_nlp.make_doc(text), today)


def said(text: str, kind: str, today: date = MONDAY_IN_MARCH) -> list[str]:
    """The values of one kind: "P6W", "2027-03-01/2027-06-15", a reason, or "absurd"."""
    return [_written(mention.value) for mention in times(text, today) if mention.kind == kind]


def _written(value: Stay | DayRange | str) -> str:
    match value:
        case DatedStay(first, last) | DayRange(first, last):
            return f"{first}/{last}"
        case LengthStay():
            return value.iso()
        case AbsurdStay():
            return "absurd"
    return value


@pytest.mark.parametrize(
    "text, iso",
    [
        # numbers and fractions
        ("6 weken", "P6W"),
        ("zes weken", "P6W"),
        ("ZES WEKEN", "P6W"),
        ("één maand", "P1M"),
        ("'n maand", "P1M"),
        ("tweeëntwintig dagen", "P22D"),
        ("tweeentwintig dagen", "P22D"),
        ("honderd dagen", "P100D"),
        ("anderhalve week", "P1.5W"),
        ("anderhalf jaar", "P18M"),
        ("tweeënhalve maand", "P2.5M"),
        ("twee en een halve maand", "P2.5M"),
        ("een jaar en een half", "P18M"),
        ("2,5 maand", "P2.5M"),
        ("2.5 maand", "P2.5M"),
        ("2½ maand", "P2.5M"),
        ("1 1/2 jaar", "P18M"),
        ("een half jaar", "P6M"),
        ("een halfjaar", "P6M"),
        ("half jaar", "P6M"),
        ("een halve maand", "P0.5M"),
        ("drie kwart jaar", "P9M"),
        ("driekwart jaar", "P9M"),
        ("een kwart jaar", "P3M"),
        ("een vol jaar", "P1Y"),
        ("een jaar en twee maanden", "P14M"),
        ("1 jaar 2 maanden", "P14M"),
        ("twee maanden en een week", "P2M7D"),
        ("2 weken en 3 dagen", "P17D"),
        # shortened, glued, small, with faults
        ("10 dgn", "P10D"),
        ("14 d", "P14D"),
        ("6wk", "P6W"),
        ("8 wkn", "P8W"),
        ("3 mnd", "P3M"),
        ("max. 3 mnd.", "P3M"),
        ("1 jr", "P1Y"),
        ("een maandje", "P1M"),
        ("twee weekjes", "P2W"),
        ("drie maande", "P3M"),
        ("vier weke", "P4W"),
        ("tien daagen", "P10D"),
        ("3 wekne", "P3W"),
        ("drie maandne", "P3M"),
        ("vif weken", "P5W"),
        ("anderhlaf jaar", "P18M"),
        ("zse weken", "P6W"),
        ("een hlaf jaar", "P6M"),
        ("driedaagse nascholing", "P3D"),
        ("een zesweekse stage", "P6W"),
        # Flanders
        ("vier maand", "P4M"),
        ("ne maand", "P1M"),
        ("twee wekskes", "P2W"),
        ("veertien dagen", "P14D"),
        # with a name
        ("een kwartaal", "P3M"),
        ("drie kwartalen", "P9M"),
        ("een weekend", "P2D"),
        ("een weekend of een midweek", "P2D"),
        # bounds count as said
        ("acht weken lang", "P8W"),
        ("hooguit drie weken", "P3W"),
        ("niet langer dan drie weken", "P3W"),
        ("minstens 3 maanden", "P3M"),
        ("tot 6 maanden", "P6M"),
        # ranges
        ("2 à 3 maanden", "P2M/P3M"),
        ("1 a 2 maand", "P1M/P2M"),
        ("2-3 mnd", "P2M/P3M"),
        ("twee tot drie weken", "P2W/P3W"),
        ("van 3 tot 5 weken", "P3W/P5W"),
        ("2 of 3 weken", "P2W/P3W"),
        ("tussen de 4 en 6 weken", "P4W/P6W"),
        ("tussen 2 weken en een maand", "P2W/P1M"),
        ("minimaal zes, maximaal acht weken", "P6W/P8W"),
        ("minstens 3 maanden en hoogstens 6 maanden", "P3M/P6M"),
    ],
)
def test_a_length_said_exactly(text: str, iso: str) -> None:
    first = times(text)[0]
    assert (first.kind, _written(first.value), first.approximate) == ("stay", iso, False)


@pytest.mark.parametrize(
    "text, iso",
    [
        ("ongeveer 3 weken", "P3W"),
        ("zo'n zes weken", "P6W"),
        ("3 weken ongeveer", "P3W"),
        ("bijna twee maanden", "P2M"),
        ("een dikke twee maanden", "P2M"),
        ("een goede week", "P1W"),
        ("een week of zes", "P6W"),
        ("een dag of tien", "P10D"),
        ("een maand of anderhalf", "P1.5M"),
        ("een week of drie, vier", "P3W/P4W"),
        ("een stuk of tien dagen", "P10D"),
        ("maand of drie", "P3M"),
        ("een paar weken", "P2W/P4W"),
        ("enkele maanden", "P2M/P4M"),
        ("een semester", "P5M"),
        ("een heel schooljaar", "P10M"),
        ("heel het schooljaar", "P10M"),
        ("een trimester", "P3M"),
        ("de hele zomer", "P2M"),
        ("de hele zomervakantie", "P2M"),
        ("twee keer drie weken", "P3W"),
        ("vijf nachten", "P6D"),
    ],
)
def test_a_length_said_roughly(text: str, iso: str) -> None:
    first = times(text)[0]
    assert (first.kind, _written(first.value), first.approximate) == ("stay", iso, True)


@pytest.mark.parametrize(
    "text, iso",
    [
        ("mag ik langer dan 12 maanden blijven?", "P12M1D"),
        ("meer dan een jaar", "P12M1D"),
        ("iets langer dan twee maanden", "P2M1D"),
        ("langer dan 2 weken", "P15D"),
        ("korter dan twee weken", "P13D"),
        ("minder dan een jaar", "P364D"),
    ],
)
def test_beyond_a_length_is_just_beyond_it(text: str, iso: str) -> None:
    assert said(text, "stay") == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "0 weken",
        "nul dagen",
        "-3 weken",
        "duizend jaar",
        "ik wil 15 jaar naar Spanje",
        "11 jaar naar Spanje",
        "999999999999999999999 weken",
        "drie eeuwen",
        "van 15 juni 2027 tot 1 maart 2027",
        "van 30 februari tot 3 mei",
        "van 1 maart 2027 tot 1 maart 2127",
    ],
)
def test_an_absurd_length_is_kept_as_such(text: str) -> None:
    assert said(text, "stay") == ["absurd"]


@pytest.mark.parametrize(
    "text, dates",
    [
        ("van 1 maart tot en met 15 juni 2027", "2027-03-01/2027-06-15"),
        ("van 1 maart t/m 15 juni 2027", "2027-03-01/2027-06-15"),
        ("1 mrt t.e.m. 15 jun 2027", "2027-03-01/2027-06-15"),
        ("1 maart tem 15 juni 2027", "2027-03-01/2027-06-15"),
        ("1 maart - 15 juni 2027", "2027-03-01/2027-06-15"),
        ("1/3/2027 - 15/6/2027", "2027-03-01/2027-06-15"),
        ("01-03-2027 t/m 15-06-2027", "2027-03-01/2027-06-15"),
        ("1.3.27 tot 15.6.27", "2027-03-01/2027-06-15"),
        ("2027-03-01 tot 2027-06-15", "2027-03-01/2027-06-15"),
        ("van 1/4 tot 15/6", "2026-04-01/2026-06-15"),
        ("van 1-4 t/m 15-6", "2026-04-01/2026-06-15"),
        ("3 t/m 16 augustus", "2026-08-03/2026-08-16"),
        ("van 3 tot 16 augustus", "2026-08-03/2026-08-16"),
        ("3-16 augustus", "2026-08-03/2026-08-16"),
        ("van de 3e tot de 16e augustus", "2026-08-03/2026-08-16"),
        ("van maandag 11 mei t/m vrijdag 22 mei", "2026-05-11/2026-05-22"),
        ("van 1 november t/m 15 februari", "2026-11-01/2027-02-15"),
        ("van 1 november t/m 15 februari 2028", "2027-11-01/2028-02-15"),
        ("van 1 november 2026 tot 15 februari", "2026-11-01/2027-02-15"),
        ("van 10 jan tot 28 feb", "2027-01-10/2027-02-28"),
        ("van 29 februari tot 14 maart", "2028-02-29/2028-03-14"),
        ("vanaf 1 september 2026 vijf maanden", "2026-09-01/2027-01-31"),
        ("vanaf 1 september 2026 wil ik vijf maanden weg", "2026-09-01/2027-01-31"),
        ("start op 5 oktober, 8 weken", "2026-10-05/2026-11-29"),
        ("ik vertrek op 14 april en ben op 26 april weer thuis", "2026-04-14/2026-04-26"),
        # whole months
        ("van september tot januari", "2026-09-01/2027-01-31"),
        ("maart t/m juni 2027", "2027-03-01/2027-06-30"),
        ("tussen 1 mei en 15 juni", "2026-05-01/2026-06-15"),
        ("feb-jun 2027", "2027-02-01/2027-06-30"),
        ("half maart tot eind mei", "2026-03-15/2026-05-31"),
        ("van september tot de kerstvakantie", "2026-09-01/2026-12-20"),
        ("de hele maand juni", "2026-06-01/2026-06-30"),
    ],
)
def test_a_stay_named_by_its_dates(text: str, dates: str) -> None:
    assert said(text, "stay") == [dates]


def test_dates_of_whole_months_are_rough() -> None:
    assert [mention.approximate for mention in times("van september tot januari")] == [True]
    assert [mention.approximate for mention in times("van 3 tot 16 augustus")] == [False]


@pytest.mark.parametrize(
    "text, days",
    [
        ("op 14 maart 2025", "2025-03-14/2025-03-14"),
        ("14-03-2025", "2025-03-14/2025-03-14"),
        ("gisteren", "2026-03-15/2026-03-15"),
        ("eergisteren", "2026-03-14/2026-03-14"),
        ("op 30 juni van vorig jaar", "2025-06-30/2025-06-30"),
        ("30 juni jl.", "2025-06-30/2025-06-30"),
        ("vandaag een jaar geleden", "2025-03-16/2025-03-16"),
        ("precies een jaar geleden", "2025-03-16/2025-03-16"),
        ("maart 2025", "2025-03-01/2025-03-31"),
        ("06/2025", "2025-06-01/2025-06-30"),
        ("half 2025", "2025-05-01/2025-08-31"),
        ("net voor de zomer van 2025", "2025-05-02/2025-10-22"),
        ("juni vorig jaar", "2025-06-01/2025-06-30"),
        ("vorig jaar juni", "2025-06-01/2025-06-30"),
        ("vorig jaar in juni", "2025-06-01/2025-06-30"),
        ("afgelopen juni", "2025-06-01/2025-06-30"),
        ("eind juni vorig jaar", "2025-06-20/2025-06-30"),
        ("verleden jaar, in de maand augustus", "2025-08-01/2025-08-31"),
        ("twee jaar geleden in juni", "2024-06-01/2024-06-30"),
        ("vorige maand", "2026-02-01/2026-02-28"),
        ("vorige week", "2026-03-09/2026-03-15"),
        ("vorige zomer", "2025-06-01/2025-09-22"),
        ("zomer 2024", "2024-06-01/2024-09-22"),
        ("in 2023", "2023-01-01/2023-12-31"),
        ("vorig jaar", "2025-01-01/2025-12-31"),
        ("verleden jaar", "2025-01-01/2025-12-31"),
        ("eind vorig jaar", "2025-10-01/2025-12-31"),
        ("begin dit jaar", "2026-01-01/2026-03-16"),
        ("vorig schooljaar", "2024-09-01/2025-08-31"),
        ("schooljaar 2024-2025", "2024-09-01/2025-08-31"),
        ("ergens tussen mei en juli vorig jaar", "2025-05-01/2025-07-31"),
        ("rond juni vorig jaar", "2025-05-02/2025-07-30"),
        ("deze maand vorig jaar in maart", "2025-03-01/2025-03-31"),
        # the most recent one
        ("sinds september", "2025-09-01/2025-09-30"),
        ("28 maart", "2025-03-28/2025-03-28"),
        ("ik ben in maart afgestudeerd", "2026-03-01/2026-03-16"),
        ("ik heb op 15 maart mijn diploma gehaald", "2026-03-15/2026-03-15"),
        ("ik ben in juni geslaagd en wil nog 6 weken weg", "2025-06-01/2025-06-30"),
    ],
)
def test_a_moment_in_the_past(text: str, days: str) -> None:
    assert said(text, "moment") == [days]


@pytest.mark.parametrize("text", ["juni", "28 maart", "sinds september", "ik studeerde af in juni"])
def test_a_moment_without_a_year_says_so(text: str) -> None:
    assert [(m.kind, m.has_year) for m in times(text)] == [("moment", False)]


@pytest.mark.parametrize("text", ["juni 2025", "vorig jaar juni", "in 2025", "28-03-2025"])
def test_a_moment_with_a_year_says_so(text: str) -> None:
    assert [(m.kind, m.has_year) for m in times(text)] == [("moment", True)]


def test_last_summer_may_be_of_this_year_or_the_one_before() -> None:
    assert said("vorige zomer", "moment", NOVEMBER) == ["2025-06-01/2026-09-22"]
    assert said("afgelopen zomer", "moment", NOVEMBER) == ["2026-06-01/2026-09-22"]


@pytest.mark.parametrize(
    "text, within",
    [
        ("acht maanden geleden", True),
        ("8 maand geleden", True),
        ("een paar maanden geleden", True),
        ("een half jaar geleden", True),
        ("drie weken terug", True),
        ("11 maanden geleden", True),
        ("ongeveer 10 maanden geleden", True),
        ("ruim tien maanden geleden", True),
        ("nog geen jaar geleden", True),
        ("minder dan een jaar geleden", True),
        ("precies een jaar geleden", True),
        ("ik ben al 8 maanden afgestudeerd", True),
        ("ik ben al vier maanden klaar met school", True),
        ("6 maanden afgestudeerd", True),
        ("een jaar geleden", None),
        ("12 maanden geleden", None),
        ("ongeveer 11 maanden geleden", None),
        ("bijna een jaar geleden", True),
        ("ruim een jaar geleden", False),
        ("een dik jaar geleden", False),
        ("ruim 11 maanden geleden", None),
        ("bijna 13 maanden geleden", None),
        ("vorig jaar", None),
        ("13 maanden geleden", False),
        ("14 maanden geleden", False),
        ("bijna 14 maanden geleden", False),
        ("meer dan een jaar geleden", False),
        ("anderhalf jaar geleden", False),
        ("ongeveer anderhalf jaar geleden", False),
        ("bijna twee jaar geleden", False),
        ("een jaar of twee geleden", False),
        ("een paar jaar geleden", False),
        ("ik heb sinds twee jaar mijn diploma", False),
        ("in 2023", False),
    ],
)
def test_whether_a_distance_is_within_a_year(text: str, within: bool | None) -> None:
    (mention,) = times(text)
    assert mention.kind == "moment"
    assert isinstance(mention.value, DayRange)
    assert within_months_after(mention.value, 12, MONDAY_IN_MARCH) is within


@given(
    st.integers(1, 60),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.sampled_from(range(1, 13)),
)
def test_more_months_ago_is_never_more_within(months: int, today: date, limit: int) -> None:
    (mention,) = times(f"{months} maanden geleden", today)
    assert isinstance(mention.value, DayRange)
    expected = None if months == limit else months < limit
    assert within_months_after(mention.value, limit, today) is expected


@pytest.mark.parametrize(
    "text, days",
    [
        ("ik wil in september weg", "2026-09-01/2026-09-30"),
        ("volgend jaar", "2027-01-01/2027-12-31"),
        ("juni volgend jaar", "2027-06-01/2027-06-30"),
        ("volgende maand", "2026-04-01/2026-04-30"),
        ("dit najaar", "2026-09-01/2026-12-21"),
        ("1 mei 2027", "2027-05-01/2027-05-01"),
        ("ik studeer in juni af", "2026-06-01/2026-06-30"),
        ("ik krijg mijn diploma in juni", "2026-06-01/2026-06-30"),
        ("in februari wil ik naar Ierland", "2027-02-01/2027-02-28"),
        ("over drie maanden vertrek ik", "2026-05-31/2026-06-30"),
        ("het is voor over 2 weken", "2026-03-26/2026-04-01"),
    ],
)
def test_days_to_come_are_no_stay(text: str, days: str) -> None:
    assert said(text, "future") == [days]
    assert said(text, "stay") == []


@pytest.mark.parametrize(
    "text, reason",
    [
        ("ik ben 17 jaar", "age"),
        ("mijn dochter is 19 jaar", "age"),
        ("mijn zoon (17 jaar)", "age"),
        ("een leerling van 16 jaar", "age"),
        ("een 17-jarige leerling", "age"),
        ("18 jaar oud", "age"),
        ("jongeren tussen 16 en 18 jaar", "age"),
        ("geboren op 3 mei 2006", "birth"),
        ("ik ben van 2007", "birth"),
        ("ik geef al 11 jaar les", "experience"),
        ("met 5 jaar ervaring", "experience"),
        ("ik ben 2 jaar leraar", "experience"),
        ("al twee jaar op het mbo", "experience"),
        ("ik was drie maanden in Spanje", "experience"),
        ("ik heb 3 weken in Spanje gewerkt", "experience"),
        ("ik ben twaalf weken zwanger", "experience"),
        ("een project dat 15 maanden loopt", "course"),
        ("mijn contract duurt 2 jaar", "course"),
        ("mijn opleiding duurt drie jaar", "course"),
        ("mijn schakelklas duurt een jaar", "course"),
        ("2 jaar bso", "course"),
        ("28 uur per week", "hours"),
        ("om 8 uur", "hours"),
        ("3 dagen per week", "frequency"),
        ("elke twee weken", "frequency"),
        ("om de twee weken", "frequency"),
        ("vier dagen op de werkplek", "working days"),
        ("ik ga één dag naar school", "working days"),
        ("ze doet duaal leren, vier dagen bij een slager", "working days"),
        ("als we drie weken langer blijven", "part"),
        ("tijdens de eerste twee weken van mijn cursus", "part"),
        ("de komende drie weken", "part"),
        ("het zesde jaar", "part"),
        ("7e jaar haarzorg", "part"),
        ("binnen drie weken", "start"),
        ("3 weken voor vertrek", "start"),
        ("een jaar na mijn diploma", "start"),
        ("twee weken later", "start"),
        ("we hebben 2 weken vakantie", "holiday"),
        ("het programma 2021-2027", "years"),
        ("van 2019 tot 2021", "years"),
        ("van september 2023 tot juni 2024 deed ik mbo", "past"),
    ],
)
def test_what_looks_like_a_stay_and_is_none(text: str, reason: str) -> None:
    assert said(text, "other") == [reason]
    assert said(text, "stay") == []
    assert said(text, "moment") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hallo!",
        "dag, fijn weekend",
        "goed weekend hé",
        "nog een goede dag verder",
        "net afgestudeerd",
        "niveau 3",
        "mbo 4",
        "ik zit in 5 bso",
        "leerjaar 4, groep 8",
        "500 euro per maand",
        "Jan is leraar",
        "stuur een kaartje",
        "schandalig dat jullie dit zo doen",
        "hoeveel weken duurt dat",
        "in welke maand",
        "volgens mij wel",
        "de bus van 10 over 8",
        "31 februari 2025",
        "een hele tijd geleden",
        "🎉🎉🎉",
        "<b>1</b>; DROP TABLE dagen",
    ],
)
def test_what_says_nothing_about_time(text: str) -> None:
    assert times(text) == []


@pytest.mark.parametrize(
    "text, stays",
    [
        ("Te weinig? 9 of 10 weken", ["P9W/P10W"]),
        ("van drie weken naar vijf weken", ["P3W", "P5W"]),
        ("twee weken. Of liever drie weken?", ["P2W", "P3W"]),
        ("ik ben 18 jaar en wil een jaar naar Ierland", ["P1Y"]),
        ("kan een leerling van 16 jaar 2 weken naar Malta?", ["P2W"]),
        ("ik doe mbo niveau 3, 6 weken stage", ["P6W"]),
        ("mbo 4 ict 20wk noorwegen kan?", ["P20W"]),
        ("ik werk al 10 jaar in het onderwijs en wil 1 week meelopen", ["P1W"]),
        ("bbl: 4 dagen in de zaak en 1 dag op school. Mag ik 2 weken weg?", ["P2W"]),
        ("drie dagen in een salon en één dag les", []),
        ("6 maanden geleden afgestudeerd, mag ik nog 3 maanden?", ["P3M"]),
        ("het gaat over drie weken stage", ["P3W"]),
        ("ik wil een cursus van een week volgen", ["P1W"]),
        ("mijn stage duurt 20 weken", ["P20W"]),
        ("is een half jaar te lang", ["P6M"]),
        ("2 dagen op een school in Finland", ["P2D"]),
        ("tien dagen lesgeven in Oostenrijk", ["P10D"]),
        ("ik kom uit op 361 dagen", ["P361D"]),
        ("zij staat al een jaar in de zaak en wil vier maanden ervaring opdoen", ["P4M"]),
        ("Ik schreef vier maanden maar het worden er vijf", ["P5M"]),
        ("2 weken in mei", ["P2W"]),
    ],
)
def test_the_stays_of_a_sentence(text: str, stays: list[str]) -> None:
    assert said(text, "stay") == stays


def test_a_mention_tells_where_it_stands() -> None:
    text = "Ik wil graag Zés  weken naar Finland, tussen 1 maart 2027 en 15 juni 2027."
    length, dates = times(text)
    assert text[length.start : length.end] == length.text == "Zés  weken"
    assert text[dates.start : dates.end] == dates.text == "tussen 1 maart 2027 en 15 juni 2027"


_PIECES = (
    "van tot en met t/m 3 16 0 -2 een half anderhalve week weken maanden jaar geleden maart mei "
    "2025 vorig volgend 1/3 29-02-2027 31 februari zomer of à tussen . , \n ongeveer al ben 17 wil "
    "keer x eind sinds over vanaf 99999999999 ½ 'n d uur nachten vertrek terug school dagen"
)
_WORDS = st.sampled_from(_PIECES.split(" "))
_TODAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(st.one_of(st.text(), st.lists(_WORDS, max_size=25).map(" ".join)), _TODAYS)
def test_no_text_is_too_strange(text: str, today: date) -> None:
    mentions = times(text, today)
    for mention in mentions:
        assert mention.text == text[mention.start : mention.end] != ""
        if mention.kind == "moment":
            assert isinstance(mention.value, DayRange)
            assert mention.value.latest <= today
    assert all(one.end <= other.start for one, other in pairwise(mentions))


@pytest.mark.parametrize(
    "piece",
    ["3 weken ", "van 1 maart tot ", "een ", "1-", "½", "ongeveer ", "heb x 3 weken ", "a", "\n",
     "vanaf 1 mei 3 weken "],
)  # fmt: skip
def test_ten_thousand_characters_are_read_to_the_end(piece: str) -> None:
    text = (piece * 10_000)[:10_000] + ". Ik wil zes weken"
    assert times(text)[-1].text == "zes weken"


def test_reading_dutch_does_not_need_rasa() -> None:
    code = "import sys, bot.language.times; sys.exit('rasa' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
