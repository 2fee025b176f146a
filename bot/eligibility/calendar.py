"""Lengths of stays, dates and limits: what "two months" means on the calendar.

A week is 7 days. A month is a calendar month, so a number of months is not a number of days: two
months are 59 to 62 days, depending on where they start. First and last day of a stay both count.
That every fourth year is a leap year holds until 2100.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, Self

_SHORTEST_MONTH, _LONGEST_MONTH = 28, 31
_LEAP_CYCLE_MONTHS, _LEAP_CYCLE_DAYS = 48, 1461
_MILLION = 10**6  # lengths have no smaller part than a millionth of their unit


class Unit(StrEnum):
    """The units that people name a length in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


_ZERO = Fraction(0)
_DAYS_IN = {Unit.DAYS: 1, Unit.WEEKS: 7}
_MONTHS_IN = {Unit.MONTHS: 1, Unit.YEARS: 12}
_ISO_LETTER = {Unit.DAYS: "D", Unit.WEEKS: "W", Unit.MONTHS: "M", Unit.YEARS: "Y"}
_NUMBER = r"(\d{1,5}(?:[.,]\d{1,6})?)"
_ISO = re.compile(rf"P(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?")


@dataclass(frozen=True)
class Length:
    """A positive length of time in one unit, with ``extra_days`` for "twee maanden en een week".

    Part of a year is kept in months: half a year is 6 months, a year and a half 18 months.
    Raises ``ValueError`` if the length is not positive or has no finite decimal notation.
    """

    amount: Fraction
    unit: Unit
    extra_days: Fraction = _ZERO

    def __post_init__(self) -> None:
        if self.unit is Unit.YEARS and (self.amount.denominator != 1 or self.extra_days):
            object.__setattr__(self, "amount", self.amount * 12)
            object.__setattr__(self, "unit", Unit.MONTHS)
        if self.amount <= 0 or self.extra_days < 0:
            raise ValueError("een lengte is langer dan nul")
        if self.extra_days and self.unit in _DAYS_IN:
            raise ValueError("losse dagen horen alleen bij maanden")
        for number in (self.amount, self.extra_days):
            if _MILLION % number.denominator:
                raise ValueError(f"geen eindige decimale breuk: {number}")

    @classmethod
    def of(cls, amount: Fraction | int | str, unit: Unit) -> Self:
        """``Length.of("1.5", Unit.MONTHS)``: a length from any notation of its amount."""
        return cls(Fraction(amount), unit)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an ISO 8601 duration in years, months, weeks and days ("P2W", "P1.5M", "P2M7D").

        Raises ``ValueError`` for anything else, and for zero.
        """
        match = _ISO.fullmatch(text)
        if not match or not any(match.groups()):
            raise ValueError(f"geen duur als P2W of P12M: {text!r}")
        years, months, weeks, days = (
            Fraction(group.replace(",", ".")) if group else _ZERO for group in match.groups()
        )
        if years and not (months or weeks or days):
            return cls(years, Unit.YEARS)
        if years or months:
            return cls(years * 12 + months, Unit.MONTHS, weeks * 7 + days)
        return cls(weeks, Unit.WEEKS) if not days else cls(weeks * 7 + days, Unit.DAYS)

    def iso(self) -> str:
        """The ISO 8601 duration in the unit that was used: "P6W", "P10D", "P1.5M", "P1Y"."""
        extra = f"{_decimal(self.extra_days)}D" if self.extra_days else ""
        return f"P{_decimal(self.amount)}{_ISO_LETTER[self.unit]}{extra}"

    @property
    def months(self) -> Fraction:
        """The part of the length that is counted in calendar months."""
        return self.amount * _MONTHS_IN.get(self.unit, 0)

    @property
    def days(self) -> Fraction:
        """The part of the length that is counted in days."""
        return self.amount * _DAYS_IN.get(self.unit, 0) + self.extra_days

    @cached_property
    def millionths(self) -> tuple[int, int]:
        """``months`` and ``days`` in millionths: as exact as fractions, and sooner compared."""
        return int(self.months * _MILLION), int(self.days * _MILLION)

    @property
    def fewest_days(self) -> Fraction:
        """How many days the length is if it starts where months are short."""
        months, days = self.millionths
        return Fraction(_shortest_run(months) + days, _MILLION)

    @property
    def most_days(self) -> Fraction:
        """How many days the length is if it starts where months are long."""
        months, days = self.millionths
        return Fraction(_longest_run(months) + days, _MILLION)


@dataclass(frozen=True, order=True)
class DayRange:
    """The days, first and last included, on one of which something happened."""

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError(f"{self.latest} ligt voor {self.earliest}")

    def to_json(self) -> dict[str, str]:
        return {"earliest": self.earliest.isoformat(), "latest": self.latest.isoformat()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Raises ``ValueError`` or ``KeyError`` if the values are not those of :meth:`to_json`."""
        return cls(date.fromisoformat(values["earliest"]), date.fromisoformat(values["latest"]))


@dataclass(frozen=True)
class LengthStay:
    """A stay named by its length; ``shortest`` and ``longest`` differ for "2 à 3 maanden"."""

    shortest: Length
    longest: Length

    @classmethod
    def of(cls, length: Length) -> Self:
        """The stay of exactly this length."""
        return cls(length, length)

    def iso(self) -> str:
        """The ISO 8601 duration; of a range both ends, as in "P2M/P3M"."""
        if self.shortest == self.longest:
            return self.shortest.iso()
        return f"{self.shortest.iso()}/{self.longest.iso()}"

    def to_json(self) -> dict[str, str]:
        return {"shortest": self.shortest.iso(), "longest": self.longest.iso()}


@dataclass(frozen=True)
class DatedStay:
    """A stay named by its dates; first and last day both count."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"{self.last_day} ligt voor {self.first_day}")

    @property
    def days(self) -> int:
        """The number of days of the stay."""
        return (self.last_day - self.first_day).days + 1

    def iso(self) -> str:
        """The ISO 8601 duration in days."""
        return f"P{self.days}D"

    def to_json(self) -> dict[str, str]:
        return {"first_day": self.first_day.isoformat(), "last_day": self.last_day.isoformat()}


@dataclass(frozen=True)
class AbsurdStay:
    """A stay that cannot be meant (zero, negative, centuries, end before start): ask again."""

    said: str

    def iso(self) -> None:
        """An absurd stay has no duration."""

    def to_json(self) -> dict[str, str]:
        return {"absurd": self.said}


Stay = LengthStay | DatedStay | AbsurdStay


def stay_from_json(values: Mapping[str, Any]) -> Stay:
    """The stay that ``to_json`` wrote; raises ``ValueError`` or ``KeyError`` for anything else."""
    if "absurd" in values:
        return AbsurdStay(values["absurd"])
    if "first_day" in values:
        return DatedStay(
            date.fromisoformat(values["first_day"]), date.fromisoformat(values["last_day"])
        )
    return LengthStay(Length.parse(values["shortest"]), Length.parse(values["longest"]))


@dataclass(frozen=True)
class Limits:
    """How long a stay may last, both ends included; ``ValueError`` if ``min`` exceeds ``max``."""

    min: Length
    max: Length

    def __post_init__(self) -> None:
        if _at_most(self.min, self.max) is not Fit.YES:
            low, high = self.min.iso(), self.max.iso()
            raise ValueError(f"het minimum {low} is langer dan het maximum {high}")


class Fit(StrEnum):
    """Whether a stay keeps within limits; ``DEPENDS``: on the day on which it starts."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"


def fit(stay: Stay, limits: Limits) -> Fit:
    """Whether the whole stay keeps within the limits."""
    match stay:
        case DatedStay(first_day, day):
            within = last_day(first_day, limits.min) <= day <= last_day(first_day, limits.max)
            return Fit.YES if within else Fit.NO
        case LengthStay(shortest, longest):
            sides = {_at_most(limits.min, shortest), _at_most(longest, limits.max)}
            return next(fit for fit in (Fit.NO, Fit.DEPENDS, Fit.YES) if fit in sides)
        case AbsurdStay():
            return Fit.NO


def overlap(stay: Stay, limits: Limits) -> LengthStay | None:
    """The part of a range of lengths that fits whatever the start, or ``None`` if no part does."""
    if not isinstance(stay, LengthStay):
        return None
    shortest = stay.shortest if _at_most(limits.min, stay.shortest) is Fit.YES else limits.min
    longest = stay.longest if _at_most(stay.longest, limits.max) is Fit.YES else limits.max
    return LengthStay(shortest, longest) if _at_most(shortest, longest) is Fit.YES else None


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the end of that month if it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(first_day: date, length: Length) -> date:
    """The last day of a stay that starts on ``first_day``.

    A run of months ends the day before the same day in the month where it ends; where that month
    has no such day, it ends with the month (the habit of Regulation (EEC) 1182/71, article 3).
    Parts of a month or day are rounded down, to one day at least.
    """
    whole, part = divmod(length.months, 1)
    after = _day_after(first_day, int(whole))
    extra = length.days
    if part:
        extra += part * (_day_after(first_day, int(whole) + 1) - after).days
    return max(first_day, after + timedelta(days=int(extra) - 1))


def within_months_after(span: DayRange, months: int, today: date) -> bool | None:
    """Whether ``today`` is at most so many months after the day in ``span``.

    The same day so many months later is still within. ``None`` if it differs within the span.
    """
    answers = {today <= add_months(day, months) for day in (span.earliest, span.latest)}
    return answers.pop() if len(answers) == 1 else None


def _day_after(first_day: date, months: int) -> date:
    day = add_months(first_day, months)
    return day if day.day == first_day.day else day + timedelta(days=1)


def _at_most(length: Length, limit: Length) -> Fit:
    (months, days), (most_months, most_days) = length.millionths, limit.millionths
    months, days = months - most_months, days - most_days
    low = (_shortest_run(months) if months >= 0 else -_longest_run(-months)) + days
    high = (_longest_run(months) if months >= 0 else -_shortest_run(-months)) + days
    if high <= 0:
        return Fit.YES
    return Fit.NO if low > 0 else Fit.DEPENDS


def _shortest_run(months: int) -> int:
    """The fewest days of so many months, both in millionths."""
    whole, part = divmod(months, _MILLION)
    return _runs(whole)[0] * _MILLION + part * _SHORTEST_MONTH


def _longest_run(months: int) -> int:
    """The most days of so many months, both in millionths."""
    whole, part = divmod(months, _MILLION)
    return _runs(whole)[1] * _MILLION + part * _LONGEST_MONTH


@cache
def _runs(months: int) -> tuple[int, int]:
    cycles, rest = divmod(months, _LEAP_CYCLE_MONTHS)
    starts = (date(2001, 1, 1) + timedelta(days=n) for n in range(_LEAP_CYCLE_DAYS))
    runs = {(_day_after(start, rest) - start).days for start in starts}
    return min(runs) + cycles * _LEAP_CYCLE_DAYS, max(runs) + cycles * _LEAP_CYCLE_DAYS


def _decimal(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number)
    whole, part = divmod(number, 1)
    return f"{whole}.{int(part * _MILLION):06d}".rstrip("0")
