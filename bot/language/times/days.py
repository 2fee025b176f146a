"""Which days are meant: so long ago, a date without a year, a range with one year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from bot.eligibility.calendar import DayRange, Unit, add_months
from bot.language.times.words import Days, Part, Span

_LONG_AGO = 50 * 12
# By how many days a distance is unsure, and how many more if it is said to be rough.
UNSURE_DAYS = {
    Unit.DAYS: (Fraction(0), Fraction(2)),
    Unit.WEEKS: (Fraction(3), Fraction(7)),
    Unit.MONTHS: (Fraction(15), Fraction(30)),
    Unit.YEARS: (Fraction(182), Fraction(80)),
}


def days_ago(span: Span, today: date) -> DayRange | None:
    """The days that "so long ago" can mean.

    A distance is unsure by half of the smallest part that people count in, "ongeveer" by more;
    "bijna een jaar" is less than a year, "ruim een jaar" more.
    """
    how = span.how or ("about" if span.about else "")
    more, less = how in ("over", "little_more"), how == "almost"
    before = 0 if less or how == "exactly" else 1 + (more or how == "about")
    after = 0 if more or how == "exactly" else 1 + (less or how == "about")
    try:
        match how:
            case "more_than" | "at_least":
                latest = _back(today, span.low) - timedelta(days=how == "more_than")
                return DayRange(add_months(today, -_LONG_AGO), latest)
            case "less_than" | "at_most":
                return DayRange(_back(today, span.high), today)
        latest = min(today, _back(today, span.low, -after)) - timedelta(days=more)
        earliest = _back(today, span.high, before) + timedelta(days=less)
        return DayRange(min(latest, earliest), latest)
    except (ValueError, OverflowError):
        return None


def _back(today: date, part: Part, unsure: int = 0) -> date:
    """So long before today; ``unsure`` goes further back by 0, 1 or 2 steps (or forward)."""
    half, more = UNSURE_DAYS[Unit.WEEKS if part.extra_days else part.unit]
    steps = (Fraction(0), half, half + more)[abs(unsure)] / part.amount.denominator
    days = part.days + (steps if unsure > 0 else -steps)
    whole, rest = divmod(part.months, 1)
    return add_months(today, -int(whole)) - timedelta(days=round(rest * 30 + days))


def both_ends(first: Days, last: Days, today: date, back: bool) -> tuple[DayRange, DayRange] | None:
    """The two ends of a range; a year that was said for one end only holds for the other."""
    if first.year is None and last.year is None and back:
        last = _in_year_of(last, last.most_recent(today))
    elif first.year is None and last.year is None:
        first = _in_year_of(first, first.next(today))
    start: DayRange | None
    end: DayRange | None
    if first.year is None:
        end = last.next(today)
        years = [last.year, last.year - 1] if last.year else []
        starts = (first.in_year(year) for year in years)
        start = next((s for s in starts if s and end and s.earliest <= end.latest), None)
    else:
        start = first.next(today)
        years = [last.year] if last.year else [first.year, first.year + 1]
        ends = [last.in_year(year) for year in years]
        end = next((e for e in ends if e and start and start.earliest <= e.latest), ends[-1])
    return (start, end) if start and end else None


def _in_year_of(days: Days, span: DayRange | None) -> Days:
    return replace(days, year=span.earliest.year) if span else days


def first_day_of(days: Days, span: DayRange) -> date:
    return span.earliest.replace(day=15) if days.how == "middle" else span.earliest


def last_day_of(days: Days, span: DayRange) -> date:
    return span.latest.replace(day=15) if days.how == "middle" else span.latest


def widened(days: Days, span: DayRange) -> DayRange:
    if days.how in ("", "middle", "exactly"):
        return span
    more = timedelta(days=14 if days.is_day else 30)
    try:
        return DayRange(span.earliest - more, span.latest + more)
    except OverflowError:
        return span
