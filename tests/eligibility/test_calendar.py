"""What "two months" means: lengths, dates and limits on the calendar."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.eligibility.calendar import (
    AbsurdStay,
    DatedStay,
    DayRange,
    Fit,
    Length,
    LengthStay,
    Limits,
    Stay,
    Unit,
    add_months,
    fit,
    last_day,
    overlap,
    stay_from_json,
    within_months_after,
)

LEARNER = Limits(Length.parse("P2W"), Length.parse("P12M"))
STAFF = Limits(Length.parse("P2D"), Length.parse("P2M"))
SHORT_STAY = Limits(Length.parse("P10D"), Length.parse("P89D"))
LONG_STAY = Limits(Length.parse("P90D"), Length.parse("P365D"))
LIMITS = (LEARNER, STAFF, SHORT_STAY, LONG_STAY)

days = st.dates(date(1990, 1, 1), date(2035, 12, 31))
amounts = st.fractions(min_value=Fraction(1, 2), max_value=60, max_denominator=2)
lengths = st.builds(Length, amounts, st.sampled_from(Unit))
whole_lengths = st.builds(Length.of, st.integers(1, 60), st.sampled_from(Unit))
length_stays = st.one_of(
    lengths.map(LengthStay.of),
    st.builds(lambda a, n, unit: LengthStay(Length(a, unit), Length(a + n, unit)),
              amounts, amounts, st.sampled_from(Unit)),
)  # fmt: skip
dated_stays = st.builds(
    lambda day, n: DatedStay(day, day + timedelta(days=n)), days, st.integers(0, 800)
)
stays = st.one_of(length_stays, dated_stays, st.text().map(AbsurdStay))


def stay(text: str) -> Stay:
    """Read "P6W", "P2M/P3M" or "2027-03-01/2027-06-15"."""
    first, _, last = text.partition("/")
    if first.startswith("P"):
        return LengthStay(Length.parse(first), Length.parse(last or first))
    return DatedStay(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "limits, text, expected",
    [
        (LEARNER, "P13D", "no"),
        (LEARNER, "P14D", "yes"),
        (LEARNER, "P1.5W", "no"),
        (LEARNER, "P2W", "yes"),
        (LEARNER, "P0.5M", "yes"),
        (LEARNER, "P12M", "yes"),
        (LEARNER, "P1Y", "yes"),
        (LEARNER, "P12.5M", "no"),
        (LEARNER, "P18M", "no"),
        (LEARNER, "P52W", "yes"),
        (LEARNER, "P365D", "yes"),
        (LEARNER, "P366D", "depends"),
        (LEARNER, "P367D", "no"),
        (LEARNER, "P11M30D", "depends"),
        (LEARNER, "P11M28D", "yes"),
        (LEARNER, "P12M1D", "no"),
        (LEARNER, "P10M/P14M", "no"),
        (LEARNER, "P360D/P366D", "depends"),
        (LEARNER, "2027-03-01/2028-02-29", "yes"),
        (LEARNER, "2027-03-01/2028-03-01", "no"),
        (LEARNER, "2026-03-01/2027-02-28", "yes"),
        (LEARNER, "2026-11-02/2026-11-14", "no"),
        (LEARNER, "2026-11-02/2026-11-15", "yes"),
        (STAFF, "P1D", "no"),
        (STAFF, "P2D", "yes"),
        (STAFF, "P8W", "yes"),
        (STAFF, "P59D", "yes"),
        (STAFF, "P60D", "depends"),
        (STAFF, "P62D", "depends"),
        (STAFF, "P63D", "no"),
        (STAFF, "P9W", "no"),
        (STAFF, "P1.5M", "yes"),
        (STAFF, "P2M", "yes"),
        (STAFF, "P2M7D", "no"),
        (STAFF, "P2M/P3M", "no"),
        (STAFF, "2027-02-01/2027-03-31", "yes"),
        (STAFF, "2027-07-01/2027-08-31", "yes"),
        (STAFF, "2027-07-01/2027-09-01", "no"),
        (STAFF, "2027-07-01/2027-07-01", "no"),
        (SHORT_STAY, "P3M", "depends"),
        (SHORT_STAY, "P1M", "yes"),
        (SHORT_STAY, "P1.5W", "yes"),
        (LONG_STAY, "P3M", "depends"),
        (LONG_STAY, "P4M", "yes"),
        (LONG_STAY, "P12M", "depends"),
        (LONG_STAY, "P13M", "no"),
    ],
)
def test_whether_a_stay_keeps_within_limits(limits: Limits, text: str, expected: str) -> None:
    assert fit(stay(text), limits) == expected


def test_an_absurd_stay_never_fits_and_has_no_duration() -> None:
    assert fit(AbsurdStay("nul weken"), LEARNER) is Fit.NO
    assert AbsurdStay("nul weken").iso() is None


@pytest.mark.parametrize(
    "limits, text, expected",
    [
        (STAFF, "P1M/P3M", "P1M/P2M"),
        (STAFF, "P1D/P3W", "P2D/P3W"),
        (LEARNER, "P1W/P2Y", "P2W/P12M"),
        (LEARNER, "P2M/P3M", "P2M/P3M"),
        (LEARNER, "P13M/P15M", None),
        (STAFF, "P1D", None),
        (STAFF, "2027-07-01/2027-09-01", None),
    ],
)
def test_which_part_of_a_range_fits(limits: Limits, text: str, expected: str | None) -> None:
    part = overlap(stay(text), limits)
    assert (part and part.iso()) == expected


@pytest.mark.parametrize(
    "first, length, last",
    [
        ("2027-02-01", "P2M", "2027-03-31"),
        ("2027-01-15", "P2M", "2027-03-14"),
        ("2027-03-01", "P12M", "2028-02-29"),
        ("2027-07-01", "P2M", "2027-08-31"),
        ("2026-12-31", "P2M", "2027-02-28"),
        ("2028-02-29", "P1Y", "2029-02-28"),
        ("2027-03-01", "P6W", "2027-04-11"),
        ("2027-03-01", "P1D", "2027-03-01"),
        ("2027-03-01", "P1.5M", "2027-04-15"),
        ("2027-03-01", "P2M7D", "2027-05-07"),
    ],
)
def test_the_last_day_of_a_stay(first: str, length: str, last: str) -> None:
    end = last_day(date.fromisoformat(first), Length.parse(length))
    assert end == date.fromisoformat(last)


@pytest.mark.parametrize(
    "earliest, latest, expected",
    [
        ("2025-03-16", "2025-03-16", True),
        ("2025-03-15", "2025-03-15", False),
        ("2025-03-14", "2025-03-14", False),
        ("2025-03-16", "2025-06-30", True),
        ("2025-01-01", "2025-12-31", None),
        ("2024-01-01", "2024-12-31", False),
    ],
)
def test_twelve_months_after_graduation(earliest: str, latest: str, expected: bool | None) -> None:
    span = DayRange(date.fromisoformat(earliest), date.fromisoformat(latest))
    assert within_months_after(span, 12, today=date(2026, 3, 16)) is expected


def test_twelve_months_after_a_leap_day_end_with_february() -> None:
    leap_day = DayRange(date(2024, 2, 29), date(2024, 2, 29))
    assert within_months_after(leap_day, 12, today=date(2025, 2, 28)) is True
    assert within_months_after(leap_day, 12, today=date(2025, 3, 1)) is False


@pytest.mark.parametrize(
    "text, iso",
    [
        ("P6W", "P6W"),
        ("P10D", "P10D"),
        ("P1.5M", "P1.5M"),
        ("P1,5M", "P1.5M"),
        ("P1Y", "P1Y"),
        ("P0.5Y", "P6M"),
        ("P1.5Y", "P18M"),
        ("P1Y2M", "P14M"),
        ("P2W3D", "P17D"),
        ("P2M1W", "P2M7D"),
        ("P012M", "P12M"),
    ],
)
def test_iso_durations(text: str, iso: str) -> None:
    assert Length.parse(text).iso() == iso


@pytest.mark.parametrize(
    "text", ["", "P", "P0D", "-P1D", "2W", "P2", "PT2H", "P1D2W", "P1W ", "P1.W", "p2w", "P²W"]
)
def test_what_is_not_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"duur|langer dan nul"):
        Length.parse(text)


def test_a_minimum_above_the_maximum_is_refused() -> None:
    with pytest.raises(ValueError, match="het minimum P3M is langer dan het maximum P12W"):
        Limits(Length.parse("P3M"), Length.parse("P12W"))


@pytest.mark.parametrize("make", [DayRange, DatedStay])
def test_an_end_before_its_start_is_refused(make: type) -> None:
    with pytest.raises(ValueError, match="2027-02-28 ligt voor 2027-03-01"):
        make(date(2027, 3, 1), date(2027, 2, 28))


def test_a_third_of_a_month_has_no_duration() -> None:
    with pytest.raises(ValueError, match="decimale breuk"):
        Length(Fraction(1, 3), Unit.MONTHS)


@given(lengths)
def test_iso_durations_read_back(length: Length) -> None:
    assert Length.parse(length.iso()) == length


@given(stays)
def test_stays_survive_json(wanted: Stay) -> None:
    assert stay_from_json(json.loads(json.dumps(wanted.to_json()))) == wanted


@given(days, st.integers(0, 4000))
def test_day_ranges_survive_json(day: date, length: int) -> None:
    span = DayRange(day, day + timedelta(days=length))
    assert DayRange.from_json(json.loads(json.dumps(span.to_json()))) == span


@given(days, st.integers(1, 60))
def test_a_run_of_months_lasts_until_the_day_before_the_same_day(first: date, months: int) -> None:
    last = last_day(first, Length.of(months, Unit.MONTHS))
    later = (first.year * 12 + first.month - 1) + months
    if (last + timedelta(days=1)).day == first.day:
        after = last + timedelta(days=1)
        assert after.year * 12 + after.month - 1 == later
    else:
        assert last.year * 12 + last.month - 1 == later
        assert last.day < first.day
        assert (last + timedelta(days=1)).day == 1


@given(days, whole_lengths)
def test_no_start_gives_fewer_or_more_days_than_a_length_can_be(
    first: date, length: Length
) -> None:
    run = (last_day(first, length) - first).days + 1
    assert length.fewest_days <= run <= length.most_days


@pytest.mark.parametrize("months", range(1, 14))
def test_the_fewest_and_most_days_both_occur(months: int) -> None:
    length = Length.of(months, Unit.MONTHS)
    starts = (date(2024, 1, 1) + timedelta(days=n) for n in range(4 * 366))
    runs = [(last_day(start, length) - start).days + 1 for start in starts]
    assert (min(runs), max(runs)) == (length.fewest_days, length.most_days)


@given(st.integers(1, 800), days, st.sampled_from(LIMITS))
def test_a_certain_answer_holds_for_every_start(count: int, first: date, limits: Limits) -> None:
    by_length = fit(LengthStay.of(Length.of(count, Unit.DAYS)), limits)
    by_dates = fit(DatedStay(first, first + timedelta(days=count - 1)), limits)
    assert by_length in (by_dates, Fit.DEPENDS)


@pytest.mark.parametrize("limits", [LEARNER, STAFF])
def test_it_depends_only_if_both_answers_occur(limits: Limits) -> None:
    starts = [date(2024, 1, 1) + timedelta(days=n) for n in range(4 * 366)]
    for count in (13, 14, 58, 59, 60, 62, 63, 364, 365, 366, 367):
        answers = {fit(DatedStay(d, d + timedelta(days=count - 1)), limits) for d in starts}
        expected = answers.pop() if len(answers) == 1 else Fit.DEPENDS
        assert fit(LengthStay.of(Length.of(count, Unit.DAYS)), limits) == expected


@given(amounts, amounts, st.sampled_from(Unit), st.sampled_from(LIMITS))
def test_a_longer_stay_never_slips_back_under_the_maximum(
    amount: Fraction, more: Fraction, unit: Unit, limits: Limits
) -> None:
    upper = Limits(Length.parse("P1D"), limits.max)
    worse = [Fit.YES, Fit.DEPENDS, Fit.NO]
    before = fit(LengthStay.of(Length(amount + 1, unit)), upper)
    after = fit(LengthStay.of(Length(amount + 1 + more, unit)), upper)
    assert worse.index(before) <= worse.index(after)


@given(length_stays, st.sampled_from(LIMITS))
def test_the_part_that_fits_fits(wanted: LengthStay, limits: Limits) -> None:
    part = overlap(wanted, limits)
    if part is None:
        assert fit(wanted, limits) is not Fit.YES
    else:
        assert fit(part, limits) is Fit.YES


@given(days, st.integers(0, 400), st.integers(1, 24), st.integers(-500, 1500))
def test_within_months_holds_for_every_day_of_the_span(
    earliest: date, length: int, months: int, later: int
) -> None:
    today = earliest + timedelta(days=later)
    answers = {today <= add_months(earliest + timedelta(days=n), months) for n in range(length + 1)}
    span = DayRange(earliest, earliest + timedelta(days=length))
    answer = within_months_after(span, months, today)
    assert answers == ({True, False} if answer is None else {answer})
