"""The grammar of lengths and dates: rules that fold runs of atoms into larger ones.

A rule matches the kinds of neighbouring atoms, written as one string, and gives the kind and value
of the atom that takes their place. Rules run in the order in which they stand: quantities, lengths,
dates, ranges. What they make:

* ``L`` a length (``Span``)
* ``X`` a day, with or without a year (``Days``)
* ``C`` several days: a month, a season, a year (``Days``)
* ``S`` a range from day to day (two ``Days``)
* ``O`` days somewhere within such a range (two ``Days``)
* ``M`` days in the past (``DayRange``)
* ``E`` days to come (``DayRange``)
* ``Y`` a year named from today ("vorig jaar")
* ``Z`` something that only looks like a length (why)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from bot.eligibility.calendar import DayRange, Unit, add_months
from bot.language.times.days import days_ago
from bot.language.times.words import (
    Amount,
    Atom,
    Days,
    Part,
    Span,
    UnitWord,
    atoms_of,
    folded_text,
    one_day,
)

YOUNGEST_AGE = 12


_Fold = Callable[[Sequence[Atom], date], "tuple[str, Any] | None"]
_CASCADE: list[tuple[re.Pattern[str], _Fold]] = []


def _rule(shape: str) -> Callable[[_Fold], _Fold]:
    """Fold the runs of atoms whose kinds match ``shape``, after the rules above it."""

    def add(fold: _Fold) -> _Fold:
        _CASCADE.append((re.compile(shape), fold))
        return fold

    return add


def read_atoms(text: str, today: date) -> list[Atom]:
    folded = folded_text(text)
    atoms = atoms_of(text)
    kinds = "".join(atom.kind for atom in atoms)
    for shape, fold in _CASCADE:
        done: list[Atom] = []
        position = 0
        for match in shape.finditer(kinds):
            run = atoms[match.start() : match.end()]
            built = fold(run, today)
            if built:
                start, end = run[0].start, run[-1].end
                done += atoms[position : match.start()]
                done.append(Atom(*built, start, end, folded[start:end]))
                position = match.end()
        if done:
            atoms = done + atoms[position:]
            kinds = "".join(atom.kind for atom in atoms)
    return atoms


def _of(atoms: Sequence[Atom], kinds: str) -> list[Any]:
    return [atom.value for atom in atoms if atom.kind in kinds]


def _how(atoms: Sequence[Atom]) -> str:
    found = _of(atoms, "q")
    return found[-1] if found else ""


# quantities


@_rule(r"[ne]ce?h(?=x{0,3}r?u)|nh(?=u)|ns(?=u)")
def _and_a_half(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    amount, last = atoms[0].value, atoms[-1]
    if last.kind == "s":
        part = _fraction(last)
        return ("n", Amount(amount.low + part, amount.high + part)) if part else None
    if len(atoms) == 2:
        return "n", Amount(amount.low / 2, amount.high / 2)
    half = Fraction(1, 2)
    return "n", Amount(amount.low + half, amount.high + half)


@_rule(r"e?[hs](?=u)")
def _half(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    part = _fraction(atoms[-1]) if atoms[-1].kind == "s" else Fraction(1, 2)
    return ("n", Amount(part, part)) if part else None


def _fraction(atom: Atom) -> Fraction | None:
    numerator, denominator = atom.value
    if numerator < denominator and denominator in (2, 4):
        return Fraction(numerator, denominator)
    return None


@_rule(r"[ne]?k(?=u)")
def _quarters(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    count = atoms[0].value.low if len(atoms) == 2 else 1
    return "n", Amount(Fraction(count, 4), Fraction(count, 4))


@_rule(r"e?p(?=x{0,3}u)")
def _a_few(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    return "n", atoms[-1].value


@_rule(r"eKf[ne]")
def _some(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    return "n", replace(atoms[-1].value, about=True)


@_rule(r"y(?=u)")
def _four_digits(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    number = Fraction(atoms[0].value)
    return None if atoms[0].text.startswith("'") else ("n", Amount(number, number))


@_rule(
    r"bD?[ne]cD?[ne](?=x{0,3}r?u)|[ne](?:[trf]|rf|,f)q{0,3}[ne](?=q{0,3}x{0,3}r?u)|q[ne],?c?q[ne](?=x{0,3}r?u)|nn(?=u)"
)
def _range_of_numbers(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    first, last = _of(atoms, "ne")
    kinds = "".join(atom.kind for atom in atoms)
    if kinds == "nn" and (last.low != first.low + 1 or atoms[0].text[0].isdigit()):
        return None
    if kinds.startswith("q") and _of(atoms, "q") != ["at_least", "at_most"]:
        return None
    low, high = sorted((first.low, last.high))
    return "n", Amount(low, high, first.about or last.about)


# lengths


@_rule(r"[ne](?:[trf]q?[ne])?r?H")
def _hours(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    return "Z", "hours"


@_rule(r"(?:e|(?<![PRFTDox]))q{0,3}ufn(?:[trf,]n)?(?![qx]{0,3}r?[um])")
def _a_week_or_six(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    (unit,) = _of(atoms, "u")
    numbers = _of(atoms, "n")
    low, high = sorted((numbers[0].low, numbers[-1].high))
    return "L", _span(Amount(low, high, about=True), unit)


@_rule(r"[ne]x{0,3}W")
def _nights(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    """Five nights are spent between six days."""
    amount = atoms[0].value
    days = UnitWord(Fraction(1), Unit.DAYS)
    return "L", _span(Amount(amount.low + 1, amount.high + 1, about=True), days)


@_rule(r"qu(?=,?G)")
def _without_number(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    """ "nog geen jaar geleden"."""
    how = _how(atoms)
    span = _span(Amount(Fraction(1), Fraction(1)), atoms[1].value)
    return "L", replace(span, about=True, how=how)


@_rule(r"[ne]q{0,3}x{0,3}q{0,3}r?u|[ne]r?j")
def _length(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    span = _span(atoms[0].value, atoms[-1].value)
    how = _how(atoms)
    if how == "over" and atoms[-1].text == "dag":  # "een goede dag" is a greeting
        return None
    return "L", replace(span, about=span.about or how not in ("", "exactly"), how=how)


@_rule(r"D?xD?u?m[yY]?")
def _whole_month(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    (month,) = _of(atoms, "m")
    days = replace(_month(month), year=_year(atoms))
    return "S", (days, days)


@_rule(r"D?um")
def _named_month(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    """ "de maand augustus"."""
    return ("m", atoms[-1].value) if _of(atoms, "u")[0].unit is Unit.MONTHS else None


@_rule(r"ou")
def _school_class(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    """ "het zesde jaar", "de tweede week"."""
    return "Z", "part"


@_rule(r"[eD]?xD?u|[eD]?xD?z|ez")
def _whole(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    word = atoms[-1]
    unit = word.value[1] if word.kind == "z" else word.value
    whole = next((atom.text for atom in atoms if atom.kind == "x"), "heel")
    if not unit or not whole.startswith(("he", "ga", "vo", "ge")) or word.text.endswith("en"):
        return None
    if unit.unit is Unit.DAYS and unit.factor == 1:
        return None
    return "L", _span(Amount(Fraction(1), Fraction(1)), unit)


def _span(amount: Amount, unit: UnitWord) -> Span:
    low, high = (Part(number * unit.factor, unit.unit) for number in (amount.low, amount.high))
    return Span(low, high, about=amount.about or unit.about)


@_rule(r"Lc?L|Lce?h")
def _sum(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    """ "een jaar en twee maanden", "twee weken en drie dagen", "een jaar en een half"."""
    big = atoms[0].value
    if atoms[-1].kind == "h":
        part = Part(Fraction(1, 2), big.low.unit)
    else:
        part = atoms[-1].value.low
        if atoms[-1].value.high != part:
            return None
    joined = any(atom.kind == "c" for atom in atoms)
    is_age = big.low.unit is Unit.YEARS and (big.low.amount >= YOUNGEST_AGE or not joined)
    if big.low != big.high or (is_age and part.unit is not Unit.MONTHS):
        return None
    total = _add(big.low, part)
    return ("L", replace(big, low=total, high=total)) if total else None


def _add(big: Part, small: Part) -> Part | None:
    if big.extra_days or big.amount <= 0 or small.amount <= 0:
        return None
    match big.unit, small.unit:
        case (Unit.YEARS, Unit.YEARS) | (Unit.MONTHS, Unit.MONTHS) | (Unit.WEEKS, Unit.WEEKS):
            return Part(big.amount + small.amount, big.unit) if small.amount < 1 else None
        case Unit.YEARS, Unit.MONTHS:
            return Part(big.amount * 12 + small.amount, Unit.MONTHS)
        case Unit.YEARS | Unit.MONTHS, Unit.WEEKS:
            return replace(big, extra_days=small.amount * 7)
        case Unit.YEARS | Unit.MONTHS, Unit.DAYS:
            return replace(big, extra_days=small.amount)
        case Unit.WEEKS, Unit.DAYS:
            return Part(big.amount * 7 + small.amount, Unit.DAYS)
    return None


@_rule(r"[ne]\*L")
def _several_times(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    return "L", replace(atoms[-1].value, about=True)


@_rule(r"qL[,.]?c?qL")
def _from_minimum_to_maximum(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    low, high = _of(atoms, "L")
    return ("L", _between(low, high)) if _of(atoms, "q") == ["at_least", "at_most"] else None


@_rule(r"e?q{1,3}L|Lq(?![LXCndmyzhB])")
def _qualified(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    (span,) = _of(atoms, "L")
    how = _how(atoms)
    about = span.about or how in ("about", "almost", "over", "more_than", "less_than")
    return "L", replace(span, about=about, how=how)


@_rule(r"bD?LcD?L|v?L[tr]D?L")
def _range_of_lengths(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    low, high = _of(atoms, "L")
    return "L", _between(low, high)


def _between(one: Span, other: Span) -> Span:
    first, last = sorted((one, other), key=lambda span: span.low.rough_months)
    return Span(first.low, last.high, about=one.about or other.about)


# years and days


@_rule(r"[PRFT]u")
def _relative(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    """ "vorig jaar", "afgelopen maand", "volgende week", "dit schooljaar"."""
    kind, unit = atoms[0].kind, atoms[1].value
    step = {"P": -1, "R": -1, "F": 1, "T": 0}[kind]
    if atoms[1].text in ("schooljaar", "academiejaar", "studiejaar"):
        return "C", Days((9, 1), (8, 31), today.year - (today.month < 9) + step)
    if unit.factor != 1 or atoms[1].text.endswith("en"):
        return None
    if unit.unit is Unit.YEARS:
        if kind == "R":
            return "M", DayRange(date(today.year - 1, 1, 1), today)
        return "Y", today.year + step
    if unit.unit is Unit.MONTHS:
        first = add_months(today.replace(day=1), step)
        span = DayRange(first, add_months(first, 1) - timedelta(days=1))
    elif unit.unit is Unit.WEEKS:
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        span = DayRange(first, first + timedelta(days=6))
    else:
        return None
    if kind == "T":
        return None
    return ("E", span) if step > 0 else ("M", DayRange(span.earliest, min(span.latest, today)))


@_rule(r"LG,?I?m|mLG")
def _month_some_years_ago(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    ((span,), (month,)) = _of(atoms, "L"), _of(atoms, "m")
    years = span.low.amount
    if span.low != span.high or span.low.unit is not Unit.YEARS or years.denominator != 1:
        return None
    return ("C", replace(_month(month), year=today.year - int(years))) if 0 < years < 100 else None


@_rule(r"g?L,?G")
def _distance(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    (span,) = _of(atoms, "L")
    if atoms[0].kind == "g":
        span = replace(span, how="exactly")
        today += timedelta(days=atoms[0].value)
    days = days_ago(span, today)
    return ("M", days) if days else None


def _month(month: int) -> Days:
    return Days((month, 1), (month, 31))


@_rule(r"(?:w,?)?D?[neo]v?[ma](?:,?v?I?[yY])?")
def _day_of_month(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    number = next(atom for atom in atoms if atom.kind in "neo")
    (month,) = _of(atoms, "ma")
    day = number.value if number.kind == "o" else number.value.low
    if day.denominator != 1 or not 1 <= day <= 31:
        return None
    return "X", one_day(int(day), month, _year(atoms))


def _year(atoms: Sequence[Atom]) -> int | None:
    found = _of(atoms, "yY")
    return found[0] if found else None


@_rule(r"(?:w,?)?d")
def _whole_date(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    return "X", atoms[-1].value


@_rule(r"u?yr[yn](?!r?u)")
def _school_year(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    first, last = atoms[-3], atoms[-1]
    end = last.value if last.kind == "y" else 2000 + int(last.value.low)
    return ("C", Days((9, 1), (8, 31), first.value)) if end == first.value + 1 else ("Z", "years")


@_rule(r"[vNb]?y[tc]y")
def _years(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    return "Z", "years"


@_rule(r"D?[Bh](?:v|D){0,3}[ma](?:,?v?I?[yY])?")
def _part_of_month(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    (month,) = _of(atoms, "ma")
    part = next(atom.value for atom in atoms if atom.kind in "Bh")
    first, last = {"begin": (1, 10), "middle": (10, 20), "end": (20, 31)}[part]
    how = part if part == "middle" else ""
    return "C", Days((month, first), (month, last), _year(atoms), how)


@_rule(r"D?[Bh](?:v|D|I){0,3}[yY]")
def _part_of_year(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    part = next(atom.value for atom in atoms if atom.kind in "Bh")
    first, last = {"begin": (1, 4), "middle": (5, 8), "end": (10, 12)}[part]
    return "C", Days((first, 1), (last, 31), _year(atoms))


@_rule(r"[PRFT](?:I)?[mzw]")
def _relative_period(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    """ "afgelopen juni", "vorige zomer" (may be of this year or the last), "volgende maart"."""
    kind, last = atoms[0].kind, atoms[-1]
    if last.kind == "w":
        if kind == "T" or len(last.text) < 6:
            return None
        back = (today.weekday() - last.value - 1) % 7 + 1
        if kind in "PR":
            first = today - timedelta(days=back + 7 * (kind == "P"))
            return "M", DayRange(first, today - timedelta(days=back))
        return "E", DayRange(today, today + timedelta(days=14))
    days = _month(last.value) if last.kind == "m" else last.value[0]
    if kind == "F":
        span = days.next(today + timedelta(days=1))
        return ("E", span) if span else None
    if kind == "T":
        return "C", replace(days, year=today.year)
    recent = days.most_recent(today)
    if recent is None:
        return None
    earliest = recent.earliest
    if kind == "P" and earliest.year == today.year:
        earliest = add_months(earliest, -12)
    return "M", DayRange(earliest, min(recent.latest, today))


@_rule(r"[mz],?(?:v|I){0,3}[yY]|a[yY]|[yY]I?[mz]|m|z|a(?=[tr][maC])|(?<=[maC][tr])a")
def _period(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    atom = next(atom for atom in atoms if atom.kind in "maz")
    days = atom.value[0] if atom.kind == "z" else _month(atom.value)
    return "C", replace(days, year=_year(atoms))


@_rule(r"Y,?I?[XC]|[XC],?vY")
def _with_year(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    (days,) = _of(atoms, "XC")
    if days.year is not None:
        return None
    return atoms[-1].kind if atoms[-1].kind in "XC" else atoms[0].kind, replace(
        days, year=_year(atoms)
    )


@_rule(r"(?<=[ISVv])y|Y")
def _year_alone(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    return "C", Days((1, 1), (12, 31), atoms[-1].value)


@_rule(r"nrntnrn|(?<=[vVNI])nrn(?!r?u)|(?<=[vVNI])s|s(?=[tr][sX])|(?<=[sX][tr])s")
def _short_date(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    if atoms[-1].kind == "s":
        return "X", one_day(atoms[-1].value[0], atoms[-1].value[1])
    numbers = [amount.low for amount in _of(atoms, "n")]
    if any(number.denominator != 1 or not 1 <= number <= 31 for number in numbers):
        return None
    whole = [int(number) for number in numbers]
    if len(whole) == 2:
        return "X", one_day(*whole)
    return "S", (one_day(*whole[:2]), one_day(*whole[2:]))


@_rule(r"q[XC]")
def _roughly(atoms: Sequence[Atom], today: date) -> tuple[str, Any]:
    return atoms[-1].kind, replace(atoms[-1].value, how=_how(atoms))


@_rule(r"[XC][RF](?!u)")
def _last_or_next(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    """ "30 juni jl.", "1 mei aanstaande"."""
    days = atoms[0].value
    span = days.most_recent(today) if atoms[1].kind == "R" else days.next(today)
    return ("M" if atoms[1].kind == "R" else "E", span) if span else None


# from … to


@_rule(r"[vVNb]?(?:w,?)?D?[neo](?:,?t|r|c)(?:w,?)?D?X")
def _days_of_one_month(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    """ "van 3 tot 16 augustus"."""
    number = next(atom for atom in atoms if atom.kind in "neo")
    last = atoms[-1].value
    day = number.value if number.kind == "o" else number.value.low
    joined_by_and = any(atom.kind == "c" for atom in atoms)
    if day.denominator != 1 or not 1 <= day <= 31 or (joined_by_and and atoms[0].kind not in "bvV"):
        return None
    return "S", (one_day(int(day), last.first[0], last.year), last)


@_rule(r"[vVNb]?[XC](?:,?t|r|c)D?[XC]|XfX|CfC")
def _from_until(atoms: Sequence[Atom], today: date) -> tuple[str, Any] | None:
    first, last = _of(atoms, "XC")
    opened = atoms[0].kind in "vVNb"
    joint = next(atom.kind for atom in atoms if atom.kind in "trcf")
    if joint == "f" or (joint == "c" and not opened):
        return ("O", (first, last)) if atoms[-1].kind == "C" else None
    sign = next(atom.text for atom in atoms if atom.kind in "trc")
    if sign == "/" and not opened and atoms[-1].kind == "C":
        return "O", (first, last)
    last = _up_to(last, sign)
    return ("O" if atoms[0].kind == "b" else "S"), (first, last)


def _up_to(last: Days, joined_by: str) -> Days:
    """A stay "tot de zomervakantie" ends as that begins; "tot juni" ends with June."""
    is_season = last.first[0] != last.last[0] and last.year is None
    return replace(last, last=last.first) if is_season and joined_by in ("tot", "tot aan") else last
