"""Lengths, dates and moments in Dutch text.

The text is cut into atoms, each with a one-letter kind ("drie" ``n``, "weken" ``u``, "maart" ``m``).
A cascade of small rules then folds runs of atoms into larger ones: quantities, lengths, dates,
ranges. What is left is told apart by the words around it: "zes weken" is a stay, "17 jaar" an age.
The words themselves stand in ``lexicon/times.yml``.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from spacy.tokens import Doc

from bot.eligibility.calendar import (
    AbsurdStay,
    DatedStay,
    DayRange,
    Length,
    LengthStay,
    Stay,
    Unit,
    add_months,
    last_day,
)
from bot.language.spelling import MIN_LENGTH, Speller, is_one_fault

_WORDS_FILE = Path(__file__).parent / "lexicon" / "times.yml"

_LONGEST_SENSIBLE_MONTHS = 120
_YOUNGEST_AGE, _OLDEST_AGE = 12, 110
_LONG_AGO = 50 * 12
_HUGE = Fraction(10**6)


@dataclass(frozen=True)
class TimeMention:
    """A length or date in a text, with the characters where it stands.

    ``kind`` is ``stay`` (a length or dates that can be a wanted stay; ``value`` is a ``Stay``),
    ``moment`` (days in the past, such as those of a graduation; a ``DayRange``), ``future`` (days
    to come, such as a start; a ``DayRange``) or ``other`` (looks like a length and is not a stay;
    ``value`` says why: age, experience, frequency …).
    ``approximate``: said or meant roughly. ``has_year``: the year of a moment was said.
    """

    kind: Literal["stay", "moment", "future", "other"]
    value: Stay | DayRange | str
    start: int
    end: int
    text: str
    approximate: bool = False
    has_year: bool = True


def find_times(doc: Doc, today: date) -> list[TimeMention]:
    """All lengths and dates of the text, in order; never raises, whatever the text.

    A date without a year is the next such date for a stay, the most recent for a moment.
    """
    return _Text(doc.text, today).mentions()


# --- what atoms stand for ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Amount:
    """A number, or a range of numbers ("2 à 3", "een paar")."""

    low: Fraction
    high: Fraction
    about: bool = False


@dataclass(frozen=True)
class _UnitWord:
    """A unit or a length with a name of its own: so many ``unit``."""

    factor: Fraction
    unit: Unit
    about: bool = False


@dataclass(frozen=True)
class _Part:
    """One end of a length; the amount may be zero, negative or huge, unlike in ``Length``."""

    amount: Fraction
    unit: Unit
    extra_days: Fraction = Fraction(0)

    @property
    def rough_months(self) -> Fraction:
        per_month = {
            Unit.DAYS: Fraction(1, 30),
            Unit.WEEKS: Fraction(7, 30),
            Unit.MONTHS: Fraction(1),
            Unit.YEARS: Fraction(12),
        }
        return self.amount * per_month[self.unit] + self.extra_days / 30


@dataclass(frozen=True)
class _Span:
    """A length as said: its ends, and how ("bijna", "meer dan", "ongeveer")."""

    low: _Part
    high: _Part
    about: bool = False
    how: str = ""


@dataclass(frozen=True)
class _Days:
    """Days of a year: 14 March, June, a summer, or a whole year; the year may be unsaid.

    ``first`` and ``last`` are (month, day); for more than one day, a last day that the month does
    not have means its end. ``how`` as for a length ("rond juni"), or "middle" ("half maart").
    """

    first: tuple[int, int]
    last: tuple[int, int]
    year: int | None = None
    how: str = ""

    @property
    def is_day(self) -> bool:
        return self.first == self.last

    def in_year(self, year: int) -> DayRange | None:
        """These days in that year; ``None`` if there is no such day."""
        try:
            first = date(year, *self.first)
            last_year = year + (self.last < self.first)
            month, day = self.last
            if not self.is_day:
                day = min(day, monthrange(last_year, month)[1])
            return DayRange(first, date(last_year, month, day))
        except (ValueError, OverflowError):
            return None

    def next(self, today: date) -> DayRange | None:
        """The said days, or the first such days that are not over."""
        if self.year is not None:
            return self.in_year(self.year)
        spans = map(self.in_year, range(today.year - 1, today.year + 9))
        return next((span for span in spans if span and span.latest >= today), None)

    def most_recent(self, today: date) -> DayRange | None:
        """The said days, or the last such days that have begun."""
        if self.year is not None:
            return self.in_year(self.year)
        spans = map(self.in_year, range(today.year, today.year - 9, -1))
        return next((span for span in spans if span and span.earliest <= today), None)


@dataclass(frozen=True)
class _Atom:
    kind: str
    value: Any
    start: int
    end: int
    text: str


# --- words ------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])"
    r"|[0-9]{1,2}(?P<sep>[/.-])[0-9]{1,2}(?P=sep)(?:[0-9]{4}|[0-9]{2})(?![0-9])"
    r"|[0-9]{1,2}/[0-9]{1,2}(?![0-9/])"
    r"|[0-9]{1,3}(?:ste|de|e)(?![a-z])"
    r"|[0-9]+(?:[.,][0-9]+)?[½¼¾]?|[½¼¾]"
    r"|'[0-9]{2}(?![0-9a-z])"
    r"|t/e?m|t\.e\.m|plus/minus|zo'n|z'n|t\.m(?=\.)"
    r"|'?[a-z][a-z0-9]*|[^\W\d_]+|\n|\S"
)
_DOTTED = frozenset(
    "ca ong max min mnd mndn wk wkn jr dgn t.e.m t.m jan feb febr mrt apr jun jul aug sep sept okt "
    "nov dec".split()
)
_FRACTIONS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_KIND_OF_JOINING = {
    "until": "t", "dash": "r", "or": "f", "and": "c", "from": "v", "since": "N", "starting": "V",
    "between": "b", "in": "I", "article": "D", "whole": "x", "last": "P", "past": "R", "next": "F",
    "this": "T", "ago": "G", "begin": "B", "middle": "B", "end": "B", "times": "*", "piece": "K",
}  # fmt: skip
_ADJECTIVE = re.compile(r"(.*?)(daags|weeks|maands|jarig)e?")
_UNIT_OF_ADJECTIVE = {"daags": Unit.DAYS, "weeks": Unit.WEEKS, "maands": Unit.MONTHS}


def _number_words() -> dict[str, Fraction]:
    ones = "een twee drie vier vijf zes zeven acht negen".split()
    teens = "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien".split()
    tens = "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split()
    numbers = {word: Fraction(n) for n, word in enumerate([*ones, *teens], 1)}
    for n, ten in enumerate(tens, 2):
        numbers[ten] = Fraction(n * 10)
        numbers |= {f"{one}en{ten}": Fraction(n * 10 + m) for m, one in enumerate(ones, 1)}
    below_hundred = dict(numbers)
    for n, one in enumerate(["", *ones[1:]], 1):
        numbers[f"{one}honderd"] = Fraction(n * 100)
        for word, m in below_hundred.items():
            numbers |= {f"{one}honderd{link}{word}": n * 100 + m for link in ("", "en")}
    for half in ("half", "halve", "halven"):
        numbers[f"ander{half}"] = Fraction(3, 2)
        numbers[f"tween{half}"] = Fraction(5, 2)
        for n, one in enumerate([*ones[1:], *teens], 2):
            numbers |= {f"{one}{link}{half}": n + Fraction(1, 2) for link in ("en", "eneen")}
    numbers |= {"nul": Fraction(0), "duizend": Fraction(1000), "driekwart": Fraction(3, 4)}
    numbers |= {word: _HUGE for word in ("tienduizend", "honderdduizend", "miljoen", "miljard")}
    return numbers


def _ordinal_words(numbers: dict[str, Fraction]) -> dict[str, int]:
    irregular = {"eerste": 1, "derde": 3, "achtste": 8}
    regular = {
        word + ("de" if n < 20 else "ste"): int(n)
        for word, n in numbers.items()
        if n.denominator == 1 and 2 <= n <= 31 and n not in (3, 8)
    }
    return irregular | regular


@dataclass(frozen=True)
class _Words:
    """The vocabulary: every phrase (a tuple of tokens) with its kind and value."""

    phrases: dict[tuple[str, ...], tuple[str, Any]]
    longest: int
    table: dict[str, Any]
    speller: Speller

    def near_unit(self, word: str) -> _UnitWord | None:
        """The unit meant by a faulty word after a number."""
        if len(word) < 3 or word in self.table["not_units"]:
            return None
        for unit, known in self.table["units_after_number"].items():
            if any(word[0] == right[0] and is_one_fault(word, right) for right in known):
                return _UnitWord(Fraction(1), Unit(unit))
        return None

    def near_number(self, word: str) -> _Amount | None:
        """The number meant by a faulty word before a unit."""
        if len(word) < 3 or word in self.table["not_numbers"]:
            return None
        for right in self.table["numbers_before_unit"]:
            if word[0] == right[0] and is_one_fault(word, right):
                found = self.phrases[(right,)][1]
                assert isinstance(found, _Amount)
                return found
        return None


@cache
def _words() -> _Words:
    table = yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))
    phrases: dict[tuple[str, ...], tuple[str, Any]] = {}

    def add(words: Iterable[str], kind: str, value: Any = None) -> None:
        for word in words:
            phrases[tuple(match.group() for match in _TOKEN.finditer(word))] = (kind, value)

    numbers = _number_words()
    for word, number in numbers.items():
        add([word], "n", _Amount(number, number))
    for word, number in _ordinal_words(numbers).items():
        add([word], "o", number)
    add(["een", "'n", "ene"], "e", _Amount(Fraction(1), Fraction(1)))
    add(["half", "halve", "halfe", "halv"], "h", "middle")
    add(["kwart"], "k")
    for role, words in table["joining"].items():
        add(words, _KIND_OF_JOINING[role], role)
    for how, words in table["qualifiers"].items():
        add(words, "q", how)
    for unit, words in table["units"].items():
        add(words, "u", _UnitWord(Fraction(1), Unit(unit)))
    add(table["hours"], "H")
    add(table["vague"], "p", _Amount(Fraction(2), Fraction(4), about=True))
    for named in table["named_lengths"]:
        length = Length.parse(named["length"])
        add(named["words"], "u", _UnitWord(length.amount, length.unit, named.get("about", False)))
    for season in table["seasons"]:
        first, last = (tuple(map(int, season[key].split("-"))) for key in ("from", "until"))
        for word in season["words"]:
            _, length_of_season = phrases.get((word,), ("", None))
            add([word], "z", (_Days(first, last), length_of_season))
    for kind, key in (("m", "months"), ("a", "short_months"), ("w", "weekdays")):
        for number, words in table[key].items():
            add(words, kind, number)
    for word, days in table["days_from_today"].items():
        add([word], "g", days)
    return _Words(
        phrases=phrases,
        longest=max(map(len, phrases)),
        table={key: _as_set(value) for key, value in table.items()},
        speller=Speller(
            (phrase[0] for phrase, (kind, _) in phrases.items() if kind in "numGPRF"),
            ordinary=table["not_faulty"],
        ),
    )


def _as_set(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) and isinstance(value[0], str) else value


def _folded(text: str) -> str:
    """The text in small letters without accents, each character still in its own place."""
    return "".join(map(_folded_character, text))


@cache
def _folded_character(character: str) -> str:
    if character in "’‘`´":
        return "'"
    if character in "–—−‐":
        return "-"
    if character in _FRACTIONS:
        return character
    folded = unicodedata.normalize("NFKD", character)[:1].lower()
    return folded if len(folded) == 1 else character


# --- from text to atoms -----------------------------------------------------------------------


def _atoms(text: str) -> list[_Atom]:
    """The words, numbers and signs of a text, each with its kind; ``_`` for what says nothing."""
    words = _words()
    folded = _folded(text)
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(folded)]
    atoms: list[_Atom] = []
    i = 0
    while i < len(tokens):
        size = _longest_phrase(tokens, i)
        start, end = tokens[i][1], tokens[i + size - 1][2]
        if folded[end : end + 1] == "." and tokens[i + size - 1][0] in _DOTTED:
            kind, value = _kind(tokens, i, size, atoms)
            end += 1
            i += 1
        else:
            kind, value = _kind(tokens, i, size, atoms)
        atoms.append(_Atom(kind, value, start, end, folded[start:end]))
        i += size
    return _with_faulty_words(atoms)


def _longest_phrase(tokens: Sequence[tuple[str, int, int]], i: int) -> int:
    words = _words()
    for size in range(min(words.longest, len(tokens) - i), 1, -1):
        if tuple(token for token, _, _ in tokens[i : i + size]) in words.phrases:
            return size
    return 1


def _kind(
    tokens: Sequence[tuple[str, int, int]], i: int, size: int, before: Sequence[_Atom]
) -> tuple[str, Any]:
    words = _words()
    phrase = tuple(token for token, _, _ in tokens[i : i + size])
    token, start, _ = tokens[i]
    if token[0] in "0123456789½¼¾" or (token[0] == "'" and token[1:].isdigit()):
        negative = (
            len(before) > 0
            and before[-1].text == "-"
            and before[-1].end == start
            and (len(before) == 1 or before[-2].end < before[-1].start)
        )
        return _numeric(token, negative)
    if len(token) == 1 and token in "wdju" and not (before and before[-1].kind == "n"):
        return "_", None
    if token == "u" and before[-1].end != start:
        return "_", None
    found = words.phrases.get(phrase)
    if found:
        return found
    if token in ",":
        return ",", None
    if token in ".!?;\n":
        return ".", None
    adjective = _ADJECTIVE.fullmatch(token)
    if adjective:
        return _adjective(*adjective.groups())
    corrections = words.speller.corrections(token) if len(token) >= MIN_LENGTH - 1 else ()
    readings = {words.phrases[(right,)] for right in corrections if (right,) in words.phrases}
    return readings.pop() if len(readings) == 1 else ("_", None)


def _numeric(token: str, negative: bool) -> tuple[str, Any]:
    parts = [int(part[:9]) for part in re.findall("[0-9]+", token)]
    if re.fullmatch("[0-9]{4}-[0-9]+-[0-9]+", token):
        return "d", _day(parts[2], parts[1], parts[0])
    if len(parts) == 3:
        year = parts[2] + 2000 if parts[2] < 100 else parts[2]
        return "d", _day(parts[0], parts[1], year)
    if "/" in token:
        return "s", (parts[0], parts[1])
    if token[0] == "'":
        return "y", 2000 + parts[0]
    if token[-1] == "e":
        return "o", parts[0]
    if re.fullmatch("(19|20)[0-9]{2}", token):
        return "y", parts[0]
    fraction = _FRACTIONS.get(token[-1], Fraction(0))
    digits = token.rstrip("½¼¾").replace(",", ".")
    number = (Fraction(digits) if len(digits) <= 9 else _HUGE) if digits else Fraction(0)
    number = (number + fraction) * (-1 if negative else 1)
    return "n", _Amount(number, number)


def _day(day: int, month: int, year: int | None = None) -> _Days:
    return _Days((month, day), (month, day), year)


def _adjective(prefix: str, ending: str) -> tuple[str, Any]:
    """ "driedaags" is a length of three days, "driejarig" the length of a course or an age."""
    if ending == "jarig":
        return "Z", "age"
    unit = _UNIT_OF_ADJECTIVE[ending]
    if not prefix:
        return "j", _UnitWord(Fraction(1), unit)
    kind, amount = _words().phrases.get((prefix,), ("_", None))
    if kind not in "ne":
        return "_", None
    return "L", _Span(_Part(amount.low, unit), _Part(amount.high, unit))


def _with_faulty_words(atoms: list[_Atom]) -> list[_Atom]:
    """The atoms with short faulty words read by their neighbour: "3 wekne", "vif weken"."""
    words = _words()
    read = list(atoms)
    for i, atom in enumerate(read):
        if atom.kind == "_" and i and read[i - 1].kind == "n":
            unit = words.near_unit(atom.text)
            if unit:
                read[i] = replace(atom, kind="u", value=unit)
        if atom.kind == "_" and i + 1 < len(read) and read[i + 1].kind == "u":
            amount = words.near_number(atom.text)
            if amount:
                read[i] = replace(atom, kind="n", value=amount)
        if atom.kind == "n" and _is_label(read, i):
            read[i] = replace(atom, kind="_", value=None)
    return read


def _is_label(atoms: Sequence[_Atom], i: int) -> bool:
    """Whether a number is a level or a class, as in "niveau 3" (but not "mbo 3 weken")."""
    before = i - 1 - (i > 0 and atoms[i - 1].text == "-")
    if before < 0 or atoms[before].text not in _words().table["labels"]:
        return False
    return i + 1 >= len(atoms) or atoms[i + 1].kind != "u"


# --- folding atoms together -------------------------------------------------------------------

_Fold = Callable[[Sequence[_Atom], date], "tuple[str, Any] | None"]
_CASCADE: list[tuple[re.Pattern[str], _Fold]] = []


def _rule(shape: str) -> Callable[[_Fold], _Fold]:
    """Fold the runs of atoms whose kinds match ``shape``, after the rules above it."""

    def add(fold: _Fold) -> _Fold:
        _CASCADE.append((re.compile(shape), fold))
        return fold

    return add


def _folded_atoms(text: str, today: date) -> list[_Atom]:
    folded = _folded(text)
    atoms = _atoms(text)
    for shape, fold in _CASCADE:
        kinds = "".join(atom.kind for atom in atoms)
        done: list[_Atom] = []
        position = 0
        for match in shape.finditer(kinds):
            run = atoms[match.start() : match.end()]
            built = fold(run, today)
            if built:
                start, end = run[0].start, run[-1].end
                done += atoms[position : match.start()]
                done.append(_Atom(*built, start, end, folded[start:end]))
                position = match.end()
        atoms = done + atoms[position:]
    return atoms


def _of(atoms: Sequence[_Atom], kinds: str) -> list[Any]:
    return [atom.value for atom in atoms if atom.kind in kinds]


def _how(atoms: Sequence[_Atom]) -> str:
    found = _of(atoms, "q")
    return found[-1] if found else ""


# quantities


@_rule(r"[ne]ce?h(?=x*r?u)|nh(?=u)|ns(?=u)")
def _and_a_half(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    amount, last = atoms[0].value, atoms[-1]
    if last.kind == "s":
        part = _fraction(last)
        return ("n", _Amount(amount.low + part, amount.high + part)) if part else None
    if len(atoms) == 2:
        return "n", _Amount(amount.low / 2, amount.high / 2)
    half = Fraction(1, 2)
    return "n", _Amount(amount.low + half, amount.high + half)


@_rule(r"e?[hs](?=u)")
def _half(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    part = _fraction(atoms[-1]) if atoms[-1].kind == "s" else Fraction(1, 2)
    return ("n", _Amount(part, part)) if part else None


def _fraction(atom: _Atom) -> Fraction | None:
    numerator, denominator = atom.value
    if numerator < denominator and denominator in (2, 4):
        return Fraction(numerator, denominator)
    return None


@_rule(r"[ne]?k(?=u)")
def _quarters(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    count = atoms[0].value.low if len(atoms) == 2 else 1
    return "n", _Amount(Fraction(count, 4), Fraction(count, 4))


@_rule(r"e?p(?=x*u)")
def _a_few(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    return "n", atoms[-1].value


@_rule(r"eKf[ne]")
def _some(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    return "n", replace(atoms[-1].value, about=True)


@_rule(r"y(?=u)")
def _four_digits(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    number = Fraction(atoms[0].value)
    return None if atoms[0].text.startswith("'") else ("n", _Amount(number, number))


@_rule(r"bD?[ne]cD?[ne](?=x*r?u)|[ne](?:[trf]|rf|,f)q*[ne](?=q*x*r?u)|q[ne],?c?q[ne](?=x*r?u)|nn(?=u)")
def _range_of_numbers(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    first, last = _of(atoms, "ne")
    kinds = "".join(atom.kind for atom in atoms)
    if kinds == "nn" and (last.low != first.low + 1 or atoms[0].text[0].isdigit()):
        return None
    if kinds.startswith("q") and _of(atoms, "q") != ["at_least", "at_most"]:
        return None
    low, high = sorted((first.low, last.high))
    return "n", _Amount(low, high, first.about or last.about)


# lengths


@_rule(r"[ne](?:[trf]q?[ne])?r?H")
def _hours(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    return "Z", "hours"


@_rule(r"eq*ufn(?![qx]*r?[um])")
def _a_week_or_six(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    (unit,) = _of(atoms, "u")
    return "L", replace(_span(atoms[-1].value, unit), about=True)


@_rule(r"qu(?=,?G)")
def _nearly_a_year(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    """ "nog geen jaar geleden": the number is left out."""
    span = _span(_Amount(Fraction(1), Fraction(1)), atoms[1].value)
    return "L", replace(span, about=True, how=_how(atoms))


@_rule(r"[ne]q*x*q*r?u|[ne]r?j")
def _length(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    span = _span(atoms[0].value, atoms[-1].value)
    how = _how(atoms)
    return "L", replace(span, about=span.about or how not in ("", "exactly"), how=how)


@_rule(r"[eD]?xD?u|[eD]?xD?z|ez")
def _whole(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    word = atoms[-1]
    unit = word.value[1] if word.kind == "z" else word.value
    whole = next((atom.text for atom in atoms if atom.kind == "x"), "heel")
    if not unit or not whole.startswith(("he", "ga", "vo", "ge")) or word.text.endswith("en"):
        return None
    if unit.unit is Unit.DAYS and unit.factor == 1:
        return None
    return "L", _span(_Amount(Fraction(1), Fraction(1)), unit)


def _span(amount: _Amount, unit: _UnitWord) -> _Span:
    low, high = (_Part(number * unit.factor, unit.unit) for number in (amount.low, amount.high))
    return _Span(low, high, about=amount.about or unit.about)


@_rule(r"Lc?L|Lce?h")
def _sum(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    """ "een jaar en twee maanden", "twee weken en drie dagen", "een jaar en een half"."""
    big = atoms[0].value
    if atoms[-1].kind == "h":
        part = _Part(Fraction(1, 2), big.low.unit)
    else:
        part = atoms[-1].value.low
        if atoms[-1].value.high != part:
            return None
    if big.low != big.high:
        return None
    total = _add(big.low, part)
    return ("L", replace(big, low=total, high=total)) if total else None


def _add(big: _Part, small: _Part) -> _Part | None:
    if big.extra_days or big.amount <= 0 or small.amount <= 0:
        return None
    match big.unit, small.unit:
        case (Unit.YEARS, Unit.YEARS) | (Unit.MONTHS, Unit.MONTHS) | (Unit.WEEKS, Unit.WEEKS):
            return _Part(big.amount + small.amount, big.unit) if small.amount < 1 else None
        case Unit.YEARS, Unit.MONTHS:
            return _Part(big.amount * 12 + small.amount, Unit.MONTHS)
        case Unit.YEARS | Unit.MONTHS, Unit.WEEKS:
            return replace(big, extra_days=small.amount * 7)
        case Unit.YEARS | Unit.MONTHS, Unit.DAYS:
            return replace(big, extra_days=small.amount)
        case Unit.WEEKS, Unit.DAYS:
            return _Part(big.amount * 7 + small.amount, Unit.DAYS)
    return None


@_rule(r"[ne]\*L")
def _several_times(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    return "L", replace(atoms[-1].value, about=True)


@_rule(r"qL[,.]?c?qL")
def _from_minimum_to_maximum(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    low, high = _of(atoms, "L")
    return ("L", _between(low, high)) if _of(atoms, "q") == ["at_least", "at_most"] else None


@_rule(r"(?:e?q+)L|Lq(?![LXCndmyzhB])")
def _qualified(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    (span,) = _of(atoms, "L")
    how = _how(atoms)
    about = span.about or how in ("about", "almost", "over", "more_than", "less_than")
    return "L", replace(span, about=about, how=how)


@_rule(r"bD?LcD?L|v?L[tr]D?L")
def _range_of_lengths(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    low, high = _of(atoms, "L")
    return "L", _between(low, high)


def _between(one: _Span, other: _Span) -> _Span:
    first, last = sorted((one, other), key=lambda span: span.low.rough_months)
    return _Span(first.low, last.high, about=one.about or other.about)


# years and days


@_rule(r"[PRFT]u")
def _relative(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    """ "vorig jaar", "afgelopen maand", "volgende week", "dit schooljaar"."""
    kind, unit = atoms[0].kind, atoms[1].value
    step = {"P": -1, "R": -1, "F": 1, "T": 0}[kind]
    if atoms[1].text in ("schooljaar", "academiejaar", "studiejaar"):
        return "C", _Days((9, 1), (8, 31), today.year - (today.month < 9) + step)
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
def _month_some_years_ago(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    ((span,), (month,)) = _of(atoms, "L"), _of(atoms, "m")
    years = span.low.amount
    if span.low != span.high or span.low.unit is not Unit.YEARS or years.denominator != 1:
        return None
    return ("C", replace(_month(month), year=today.year - int(years))) if 0 < years < 100 else None


@_rule(r"g?L,?G")
def _distance(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    (span,) = _of(atoms, "L")
    if atoms[0].kind == "g":
        span = replace(span, how="exactly")
        today += timedelta(days=atoms[0].value)
    days = _ago(span, today)
    return ("M", days) if days else None


def _month(month: int) -> _Days:
    return _Days((month, 1), (month, 31))


@_rule(r"(?:w,?)?D?[neo]v?[ma](?:,?v?I?[yY])?")
def _day_of_month(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    number = next(atom for atom in atoms if atom.kind in "neo")
    (month,) = _of(atoms, "ma")
    day = number.value if number.kind == "o" else number.value.low
    if day.denominator != 1 or not 1 <= day <= 31:
        return None
    return "X", _day(int(day), month, _year(atoms))


def _year(atoms: Sequence[_Atom]) -> int | None:
    found = _of(atoms, "yY")
    return found[0] if found else None


@_rule(r"(?:w,?)?d")
def _whole_date(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    return "X", atoms[-1].value


@_rule(r"u?yr[yn](?!r?u)")
def _school_year(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    first, last = atoms[-3], atoms[-1]
    end = last.value if last.kind == "y" else 2000 + int(last.value.low)
    return ("C", _Days((9, 1), (8, 31), first.value)) if end == first.value + 1 else ("Z", "years")


@_rule(r"[vNb]?y[tc]y")
def _years(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    return "Z", "years"


@_rule(r"D?[Bh](?:v|D)*[ma](?:,?v?I?[yY])?")
def _part_of_month(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    (month,) = _of(atoms, "ma")
    part = next(atom.value for atom in atoms if atom.kind in "Bh")
    first, last = {"begin": (1, 10), "middle": (10, 20), "end": (20, 31)}[part]
    how = part if part == "middle" else ""
    return "C", _Days((month, first), (month, last), _year(atoms), how)


@_rule(r"D?B(?:v|D|I)*[yY]")
def _part_of_year(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    part = next(atom.value for atom in atoms if atom.kind == "B")
    first, last = {"begin": (1, 4), "middle": (5, 8), "end": (10, 12)}[part]
    return "C", _Days((first, 1), (last, 31), _year(atoms))


@_rule(r"[PRFT](?:I)?[mzw]")
def _relative_period(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    """ "afgelopen juni", "vorige zomer" (may be of this year or the last), "volgende maart"."""
    kind, last = atoms[0].kind, atoms[-1]
    if last.kind == "w":
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


@_rule(r"[mz],?(?:v|I)*[yY]|a[yY]|[yY]I?[mz]|m|z")
def _period(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    atom = next(atom for atom in atoms if atom.kind in "maz")
    days = atom.value[0] if atom.kind == "z" else _month(atom.value)
    return "C", replace(days, year=_year(atoms))


@_rule(r"YI?[XC]|[XC],?vY")
def _with_year(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    (days,) = _of(atoms, "XC")
    if days.year is not None:
        return None
    return atoms[-1].kind if atoms[-1].kind in "XC" else atoms[0].kind, replace(
        days, year=_year(atoms)
    )


@_rule(r"(?<=[ISVv])y|Y")
def _year_alone(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    return "C", _Days((1, 1), (12, 31), atoms[-1].value)


@_rule(r"nrntnrn|(?<=[vVNI])nrn(?!r?u)|(?<=[vVNI])s|s(?=[tr][sX])|(?<=[sX][tr])s")
def _short_date(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    if atoms[-1].kind == "s":
        return "X", _day(atoms[-1].value[0], atoms[-1].value[1])
    numbers = [amount.low for amount in _of(atoms, "n")]
    if any(number.denominator != 1 or not 1 <= number <= 31 for number in numbers):
        return None
    whole = [int(number) for number in numbers]
    if len(whole) == 2:
        return "X", _day(*whole)
    return "S", (_day(*whole[:2]), _day(*whole[2:]))


@_rule(r"q[XC]")
def _roughly(atoms: Sequence[_Atom], today: date) -> tuple[str, Any]:
    return atoms[-1].kind, replace(atoms[-1].value, how=_how(atoms))


# from … to


@_rule(r"[vVNb]?(?:w,?)?D?[neo](?:,?t|r|c)(?:w,?)?D?X")
def _days_of_one_month(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    """ "van 3 tot 16 augustus"."""
    number = next(atom for atom in atoms if atom.kind in "neo")
    last = atoms[-1].value
    day = number.value if number.kind == "o" else number.value.low
    joined_by_and = any(atom.kind == "c" for atom in atoms)
    if day.denominator != 1 or not 1 <= day <= 31 or (joined_by_and and atoms[0].kind not in "bvV"):
        return None
    return "S", (_day(int(day), last.first[0], last.year), last)


@_rule(r"[vVNb]?[XC](?:,?t|r|c)[XC]|XfX|CfC")
def _from_until(atoms: Sequence[_Atom], today: date) -> tuple[str, Any] | None:
    first, last = _of(atoms, "XC")
    opened = atoms[0].kind in "vVSb"
    joint = next(atom.kind for atom in atoms if atom.kind in "trcf")
    if joint == "f" or (joint == "c" and not opened):
        return ("O", (first, last)) if atoms[-1].kind == "C" else None
    if joint == "r" and not opened and atoms[-1].kind == "C":
        return "O", (first, last)
    return ("O" if atoms[0].kind == "b" else "S"), (first, last)


# --- days -------------------------------------------------------------------------------------


def _ago(span: _Span, today: date) -> DayRange | None:
    """The days that "so long ago" can mean.

    A distance is unsure by half of the smallest part that people count in; "ongeveer" makes it
    unsure on both sides, "bijna" towards today, "ruim" away from it.
    """
    how = span.how or ("about" if span.about else "")
    before = 0 if how == "exactly" else 1 + (how in ("about", "over"))
    after = 0 if how == "exactly" else 1 + (how in ("about", "almost"))
    try:
        match how:
            case "more_than" | "at_least":
                latest = _back(today, span.low) - timedelta(days=how == "more_than")
                return DayRange(add_months(today, -_LONG_AGO), latest)
            case "less_than" | "at_most":
                return DayRange(_back(today, span.high), today)
        latest = min(today, _back(today, span.low, -after))
        return DayRange(min(latest, _back(today, span.high, before)), latest)
    except (ValueError, OverflowError):
        return None


def _back(today: date, part: _Part, unsure: int = 0) -> date:
    """So long before today; ``unsure`` goes further back by 0, 1 or 2 steps (or forward)."""
    months = part.amount * {Unit.MONTHS: 1, Unit.YEARS: 12}.get(part.unit, 0)
    days = part.amount * {Unit.DAYS: 1, Unit.WEEKS: 7}.get(part.unit, 0) + part.extra_days
    half, more = _UNSURE_DAYS[Unit.WEEKS if part.extra_days else part.unit]
    days += (0, half, half + more)[abs(unsure)] / part.amount.denominator * (1 if unsure > 0 else -1)
    whole, rest = divmod(months, 1)
    return add_months(today, -int(whole)) - timedelta(days=round(rest * 30 + days))


_UNSURE_DAYS = {
    Unit.DAYS: (Fraction(0), Fraction(2)),
    Unit.WEEKS: (Fraction(3), Fraction(7)),
    Unit.MONTHS: (Fraction(15), Fraction(30)),
    Unit.YEARS: (Fraction(182), Fraction(80)),
}


def _pair(first: _Days, last: _Days, today: date, back: bool) -> tuple[DayRange, DayRange] | None:
    """The two ends of a range; a year that was said for one end only holds for the other."""
    if first.year is None and last.year is None and back:
        last = _in_year_of(last, last.most_recent(today))
    elif first.year is None and last.year is None:
        first = _in_year_of(first, first.next(today))
    if first.year is None:
        end = last.next(today)
        candidates = (last.year, last.year - 1) if last.year else ()
        starts = (first.in_year(year) for year in candidates)
        start = next((s for s in starts if s and end and s.earliest <= end.latest), None)
    else:
        start = first.next(today)
        candidates = (last.year,) if last.year else (first.year, first.year + 1)
        ends = [last.in_year(year) for year in candidates]
        end = next((e for e in ends if e and start and start.earliest <= e.latest), ends[-1])
    return (start, end) if start and end else None


def _in_year_of(days: _Days, span: DayRange | None) -> _Days:
    return replace(days, year=span.earliest.year) if span else days


def _first_day(days: _Days, span: DayRange) -> date:
    return span.earliest.replace(day=15) if days.how == "middle" else span.earliest


def _last_day(days: _Days, span: DayRange) -> date:
    return span.latest.replace(day=15) if days.how == "middle" else span.latest


def _widened(days: _Days, span: DayRange) -> DayRange:
    if days.how in ("", "middle", "exactly"):
        return span
    more = timedelta(days=14 if days.is_day else 30)
    try:
        return DayRange(span.earliest - more, span.latest + more)
    except OverflowError:
        return span


# --- what it means, by the words around it ----------------------------------------------------

_UNIT = r"(?:dag|week|weken|maand|jaar|schooljaar|semester)"
_COURSE = (
    r"\w*opleiding(?:en)?|studies?|traject|\w*contract|\w*project(?:en)?|programma|bachelor|master|"
    r"specialisatie|school|leerweg|samenwerking|partnerschap|subsidie|proeftijd|stageplaats"
)
_TRACK = r"bso|tso|aso|kso|vmbo|havo|vwo|hbo|mbo|bbl|bol|secundair|middelbaar|universiteit"
_WISH = (
    r"wil|willen|wilt|wou|zou|zouden|ga|gaan|gaat|mag|mogen|kan|kunnen|kunt|naar|blijven|blijf|weg|"
    r"buitenland|graag|stage|verblijf|voor"
)


@dataclass(frozen=True)
class _NotAStay:
    """Why a length is something else: words right ``before`` and ``after`` it, in these units."""

    reason: str
    before: str = ""
    after: str = ""
    units: str = "days weeks months years"

    def applies(self, unit: Unit, before: str, after: str) -> bool:
        return (
            unit in self.units.split()
            and (not self.before or _ends_with(self.before).search(before) is not None)
            and (not self.after or _starts_with(self.after).match(after) is not None)
        )


@cache
def _ends_with(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|\W)(?:{words})$")


@cache
def _starts_with(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words})(?!\w)")


_NOT_STAYS = (
    _NotAStay("frequency", before="elke|iedere|ieder|elk|per|om de|alle|om"),
    _NotAStay("frequency", after=rf"(?:per|in de|in een|op een|elke|iedere|ieder|elk|/) ?{_UNIT}"),
    _NotAStay("frequency", after=r"op de (?:vijf|5|zeven|7|vier|4|tien|10)", units="days"),
    _NotAStay("part", before=r"(?:eerste|laatste|tweede|derde|vorige|afgelopen|voorbije|komende|"
              r"volgende|overige|resterende|rest van de)"),
    _NotAStay("start", before=r"binnen(?: de)?|na|sinds|tot over|al na"),
    _NotAStay("start", after=r"later|eerder|van tevoren|vantevoren|vooraf|op voorhand|daarvoor|"
              r"daarna|ervoor|erna|nadien|na|nadat|voordat|"
              r"voor (?:(?:mijn|het|de|we|ik|je|onze) )?(?:vertrek|begin|start|ga|gaan|reis|afreis)"),
    _NotAStay("waiting", before=r"(?:wacht|wachten|wachttijd|gewacht)(?: \w+){0,2}"),
    _NotAStay("experience", after=r"(?:\w+ )?(?:ervaring|werkervaring|onderwijservaring|lesgegeven|"
              r"in dienst|in het vak|in het onderwijs|in het beroepsonderwijs|voor de klas|werkzaam|"
              r"werkloos|werkzoekend|ancienniteit|praktijkervaring|dienst)"),
    _NotAStay("experience", before=r"al|reeds|sinds|sedert|inmiddels|ondertussen"),
    _NotAStay("experience", before=r"(?:ben|is|werk|werkt|geef|geeft|sta|zit|woon|doe|doceer)"
              r"(?: (?:ik|hij|ze|zij|er|daar|hier|nu|nog maar|pas|maar|hier nu|er nu|ook))*",
              after=r"(?!.*\b(?:buitenland|weg|naar)\b).", units="years"),
    _NotAStay("experience", before=r"(?:ben|werk|werkt|geef|geeft|sta|zit|woon)"
              r"(?: (?:ik|hij|ze|zij|er|daar|hier))* (?:nu|nog maar|pas)", units="weeks months"),
    _NotAStay("experience", before=r"(?:ik|hij|zij|ze|we|wij) (?:was|waren|werkte|deed|gaf|zat|"
              r"woonde|liep)(?: \w+){0,2}"),
    _NotAStay("experience", before=r".*(?:ben|heb|hebben|heeft|is|was|had|hebt)(?: .*)?",
              after=r"(?!.*\b(?:wil|willen|wou|zou|mag|kan)\b).*\b(?:geweest|gewerkt|gestudeerd|gewoond|"
              r"gelopen|gezeten|gegeven|gevolgd|gedaan|gestaan|geleerd)"),
    _NotAStay("course", before=rf".*\b(?:{_COURSE})(?: \w+){{0,2}} (?:duurt|duren|loopt|lopen|is|van|"
              r"over|duurde)(?: \w+)?"),
    _NotAStay("course", before=rf"(?:{_COURSE})(?:,? (?:die|dat))? ?(?:\w+ )?",
              after=r"(?:loopt|duurt|lopen|duren|lang)"),
    _NotAStay("course", before=r"(?:mijn|onze|zijn|haar|hun|de) (?:cursus|training|lessen|les)"
              r"(?: \w+)? (?:duurt|duren|loopt)"),
    _NotAStay("course", after=rf"(?:durende?|lopende?) (?:{_COURSE})"),
    _NotAStay("course", after=rf"(?:{_TRACK}|opleiding|studie|contract|project)", units="months years"),
    _NotAStay("holiday", after=r"(?:vakantie|verlof|ziek|vrij|vrijaf|\w+verlof)"),
    _NotAStay("working days", after=r"(?:(?:op|in) (?:de |het |mijn |ons |onze |zijn |haar )?"
              r"(?:werk|werkplek|werkvloer|bedrijf|school|kantoor|zaak|klas|stagebedrijf|schoolbank\w*)"
              r"(?! in)|(?:naar )?(?:de )?(?:school|les(?! ?ge)|werken|werk))", units="days"),
    _NotAStay("working days", before=r"(?:werk|werkt|werken)(?: (?:ik|je|we|hij|ze))?", units="days"),
    _NotAStay("idiom", before=r"op|goed voor|dag in", after=r"(?!.)|[^0-9]", units="days"),
    _NotAStay("age", after=r"(?:oud|jong|geworden|van leeftijd|leeftijd)", units="months years"),
)  # fmt: skip


class _Text:
    """The folded atoms of a text, and what is said around each."""

    def __init__(self, text: str, today: date) -> None:
        self.text = text
        self.today = today
        self.atoms = _folded_atoms(text, today)

    def mentions(self) -> list[TimeMention]:
        found = [self._mention(i) for i in range(len(self.atoms))]
        self._start_stays(found)
        return [mention for mention in found if mention]

    def _mention(self, i: int) -> TimeMention | None:
        atom = self.atoms[i]
        match atom.kind:
            case "L":
                return self._length(i, atom.value)
            case "S":
                return self._dates(i, *atom.value)
            case "O":
                return self._between(i, *atom.value)
            case "X" | "C":
                return self._days(i, atom.value)
            case "M":
                return self._of(i, "moment", atom.value, approximate=True)
            case "E":
                return self._of(i, "future", atom.value, approximate=True)
            case "Z":
                return self._of(i, "other", atom.value)
            case "y":
                return self._year(i, atom.value)
            case "g":
                return self._day_from_today(i, atom.value)
        return None

    def _of(
        self, i: int, kind: str, value: Any, approximate: bool = False, has_year: bool = True
    ) -> TimeMention:
        start, end = self.atoms[i].start, self.atoms[i].end
        return TimeMention(kind, value, start, end, self.text[start:end], approximate, has_year)  # type: ignore[arg-type]

    # lengths

    def _length(self, i: int, span: _Span) -> TimeMention:
        before, after = self._words_before(i), self._words_after(i)
        if self._since_graduation(before, after):
            days = _ago(span, self.today)
            if days:
                return self._of(i, "moment", days, approximate=True)
        if self._is_age(span, before, after):
            return self._of(i, "other", "age")
        if re.search(r"(?:^|\W)over$", before) and not re.search(r"(?:gaat|ging) over$", before):
            start = self._from_now(span)
            if start:
                return self._of(i, "future", start, approximate=True)
        for reason in _NOT_STAYS:
            if reason.applies(span.low.unit, before, after):
                return self._of(i, "other", reason.reason)
        if i and self.atoms[i - 1].kind == "o":
            return self._of(i, "other", "part")
        return self._of(i, "stay", _stay(span, self.atoms[i].text), approximate=span.about)

    def _since_graduation(self, before: str, after: str) -> bool:
        graduated = r"(?:(?:af|weg|klaar|mijn|een|dit|dat|het) )?(?:afgestudeerd|gediplomeerd|diploma)"
        return re.match(rf"(?:afgestudeerd|gediplomeerd)(?!\w)|{graduated}(?!\w)", after) is not None and (
            re.search(r"(?:^|\W)(?:al|reeds|sinds|sedert|nu|ben|is|inmiddels|zijn)$", before) is not None
        )

    def _is_age(self, span: _Span, before: str, after: str) -> bool:
        years = span.high.amount
        if span.low.unit is not Unit.YEARS or years > _OLDEST_AGE or years < 3:
            return False
        if re.search(r"(?:stage|duur|verblijf|periode|mobiliteit|erasmus)(?: van| is| duurt)?$", before):
            return False
        if re.search(r"(?:^|\W)(?:ben|bent|is|zijn|word|wordt|was|werd)(?: \w+)?$", before):
            return years >= 5 and not re.match(r"(?:leraar|lerares|docent|leerkracht)", after)
        if years < _YOUNGEST_AGE:
            return re.search(r"(?:zoon|dochter|kind|jongen|meisje|leeftijd) van$", before) is not None
        return re.search(rf"(?:^|\W)(?:{_WISH})(?: \w+)?$", before) is None

    def _from_now(self, span: _Span) -> DayRange | None:
        unsure = timedelta(days=int(_UNSURE_DAYS[span.low.unit][0]))
        try:
            earliest, latest = (
                last_day(self.today, Length(part.amount, part.unit, part.extra_days))
                for part in (span.low, span.high)
            )
            return DayRange(max(self.today, earliest - unsure), latest + unsure)
        except (ValueError, OverflowError):
            return None

    def _start_stays(self, found: list[TimeMention | None]) -> None:
        """ "vanaf 1 september 2026 vijf maanden": a start and a length are dates."""
        for i, mention in enumerate(found):
            if not (mention and mention.kind == "future" and self.atoms[i].kind == "X"):
                continue
            if not any(atom.kind == "V" for atom in self.atoms[max(0, i - 2) : i]):
                continue
            lengths = [
                j
                for j, other in enumerate(found)
                if other and other.kind == "stay" and self._same_sentence(i, j)
            ]
            if len(lengths) != 1:
                continue
            stay = found[lengths[0]]
            assert stay is not None and isinstance(mention.value, DayRange)
            if isinstance(stay.value, LengthStay) and stay.value.shortest == stay.value.longest:
                first = mention.value.earliest
                dated = DatedStay(first, last_day(first, stay.value.shortest))
                found[lengths[0]] = replace(stay, value=dated)

    def _same_sentence(self, i: int, j: int) -> bool:
        first, last = sorted((i, j))
        return all(atom.kind != "." for atom in self.atoms[first:last])

    # dates

    def _dates(self, i: int, first: _Days, last: _Days) -> TimeMention | None:
        back = self._looks_back(i) is True
        pair = _pair(first, last, self.today, back)
        approximate = not (first.is_day and last.is_day) or bool(first.how or last.how)
        if pair is None:
            return self._of(i, "stay", AbsurdStay(self.atoms[i].text))
        start, end = _first_day(first, pair[0]), _last_day(last, pair[1])
        if end < start or (end - start).days > _LONGEST_SENSIBLE_MONTHS * 31:
            return self._of(i, "stay", AbsurdStay(self.atoms[i].text))
        has_year = first.year is not None or last.year is not None
        if back and start <= self.today:
            span = DayRange(start, min(end, self.today))
            return self._of(i, "moment", span, True, has_year)
        if end < self.today and has_year and self._looks_back(i) is not False:
            return self._of(i, "other", "past")
        return self._of(i, "stay", DatedStay(start, end), approximate)

    def _between(self, i: int, first: _Days, last: _Days) -> TimeMention | None:
        if first.is_day and last.is_day and self._looks_back(i) is False:
            return self._dates(i, first, last)
        has_year = first.year is not None or last.year is not None
        back = self._looks_back(i) is not False
        pair = _pair(first, last, self.today, back)
        if pair is None or pair[1].latest < pair[0].earliest:
            return None
        span = DayRange(pair[0].earliest, pair[1].latest)
        return self._when(i, span, back, has_year)

    def _days(self, i: int, days: _Days) -> TimeMention | None:
        if self._is_birth(i):
            return self._of(i, "other", "birth")
        looks_back = self._looks_back(i)
        if days.year is not None:
            span = days.in_year(days.year)
            back = looks_back is not False
        else:
            back = looks_back is not False
            span = days.most_recent(self.today) if back else days.next(self.today)
        if span is None:
            return None
        return self._when(i, _widened(days, span), back, days.year is not None, not days.is_day)

    def _when(
        self, i: int, span: DayRange, back: bool, has_year: bool, approximate: bool = True
    ) -> TimeMention:
        """In the past or to come; a span that holds today is told apart by ``back``."""
        if span.latest < self.today or (span.earliest <= self.today and back):
            past = DayRange(span.earliest, min(span.latest, self.today))
            return self._of(i, "moment", past, approximate, has_year)
        return self._of(i, "future", span, approximate, has_year)

    def _year(self, i: int, year: int) -> TimeMention | None:
        if self._is_birth(i):
            return self._of(i, "other", "birth")
        said = sum(atom.kind not in ",._" for atom in self.atoms)
        alone = said == 1 and len(self.atoms) <= 3
        if year <= self.today.year and (alone or self._looks_back(i)):
            span = DayRange(date(year, 1, 1), min(date(year, 12, 31), self.today))
            return self._of(i, "moment", span, approximate=True)
        return None

    def _day_from_today(self, i: int, days: int) -> TimeMention | None:
        day = self.today + timedelta(days=days)
        if days > 0:
            return self._of(i, "future", DayRange(day, day))
        if len(self.atoms) <= 2 or self._looks_back(i):
            return self._of(i, "moment", DayRange(day, day))
        return None

    # the words around

    def _words_before(self, i: int) -> str:
        words: list[str] = []
        for atom in reversed(self.atoms[max(0, i - 10) : i]):
            if atom.kind == ".":
                break
            words.append(atom.text)
        return " ".join(reversed(words))

    def _words_after(self, i: int) -> str:
        words: list[str] = []
        for atom in self.atoms[i + 1 : i + 8]:
            if atom.kind == ".":
                break
            words.append(atom.text)
        return " ".join(words)

    def _is_birth(self, i: int) -> bool:
        near = (*self.atoms[max(0, i - 4) : i], *self.atoms[i + 1 : i + 3])
        return any(atom.text in _words().table["born"] or atom.text == "°" for atom in near)

    def _looks_back(self, i: int) -> bool | None:
        """Whether the words around speak of the past, or (``False``) of plans; ``None`` if neither.

        The clause decides, else the nearest such word of the sentence, else that of the text.
        """
        table = _words().table
        clause = list(self._around(i, ".,c", table["clause_openers"]))
        if any(text in table["surely_ahead"] for text, _ in clause):
            return False
        for words in (clause, list(self._around(i, ".", ())), list(self._around(i, "", ()))):
            back = [distance for text, distance in words if text in table["looking_back"]]
            ahead = [distance for text, distance in words if text in table["looking_ahead"]]
            if back and (not ahead or words is clause or min(back) < min(ahead)):
                return True
            if ahead:
                return False
        deadline = i > 0 and self.atoms[i - 1].kind == "t"
        beside_stay = "L" in self._kinds_around(i)
        return False if deadline or beside_stay else None

    def _kinds_around(self, i: int) -> str:
        near = (*self.atoms[max(0, i - 3) : i], *self.atoms[i + 1 : i + 4])
        return "".join(atom.kind for atom in near)

    def _around(
        self, i: int, stop_kinds: str, stop_words: Iterable[str]
    ) -> Iterable[tuple[str, int]]:
        """The words around, with their distance, up to the ends of the clause or sentence."""
        for step in (-1, 1):
            for distance in range(1, 40):
                j = i + step * distance
                if not 0 <= j < len(self.atoms) or self.atoms[j].kind in stop_kinds:
                    break
                if self.atoms[j].text in stop_words:
                    break
                yield self.atoms[j].text, distance


def _stay(span: _Span, said: str) -> Stay:
    sensible = span.low.amount > 0 and span.high.rough_months <= _LONGEST_SENSIBLE_MONTHS
    if not sensible:
        return AbsurdStay(said)
    try:
        shortest, longest = (
            Length(part.amount, part.unit, part.extra_days) for part in (span.low, span.high)
        )
        if span.how == "more_than":
            shortest = longest = _one_day_more(longest)
        elif span.how == "less_than":
            shortest = longest = Length(longest.fewest_days - 1, Unit.DAYS)
    except ValueError:
        return AbsurdStay(said)
    return LengthStay(shortest, longest)


def _one_day_more(length: Length) -> Length:
    if length.months:
        return Length(length.months, Unit.MONTHS, length.extra_days + 1)
    return Length(length.days + 1, Unit.DAYS)
