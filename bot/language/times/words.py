"""The words of lengths and dates, and what they stand for.

A text is cut into atoms, each with a one-letter kind: "drie" is a number ``n``, "weken" a unit
``u``, "maart" a month ``m``. The words stand in ``lexicon/times.yml``; numbers are made here.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.eligibility.calendar import DayRange, Length, Unit
from bot.language.lexicon import YAML
from bot.language.spelling import MIN_LENGTH, Speller, is_one_fault

_WORDS_FILE = Path(__file__).parents[1] / "lexicon" / "times.yml"
_HUGE = Fraction(10**6)


@dataclass(frozen=True)
class Amount:
    """A number, or a range of numbers ("2 à 3", "een paar")."""

    low: Fraction
    high: Fraction
    about: bool = False


@dataclass(frozen=True)
class UnitWord:
    """A unit or a length with a name of its own: so many ``unit``."""

    factor: Fraction
    unit: Unit
    about: bool = False


@dataclass(frozen=True)
class Part:
    """One end of a length; the amount may be zero, negative or huge, unlike in ``Length``."""

    amount: Fraction
    unit: Unit
    extra_days: Fraction = Fraction(0)

    @property
    def months(self) -> Fraction:
        return self.amount * {Unit.MONTHS: 1, Unit.YEARS: 12}.get(self.unit, 0)

    @property
    def days(self) -> Fraction:
        return self.amount * {Unit.DAYS: 1, Unit.WEEKS: 7}.get(self.unit, 0) + self.extra_days

    @property
    def rough_months(self) -> Fraction:
        """How long it is, to compare with other units or with what is sensible."""
        return self.months + self.days / 30


@dataclass(frozen=True)
class Span:
    """A length as said: its ends, and how ("bijna", "meer dan", "ongeveer")."""

    low: Part
    high: Part
    about: bool = False
    how: str = ""


@dataclass(frozen=True)
class Days:
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
class Atom:
    kind: str
    value: Any
    start: int
    end: int
    text: str


_TOKEN = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])"
    r"|[0-9]{1,2}(?P<sep>[/.-])[0-9]{1,2}(?P=sep)(?:[0-9]{4}|[0-9]{2})(?![0-9])"
    r"|[0-9]{1,2}[/-](?:19|20)[0-9]{2}(?![0-9/-])"
    r"|[0-9]{1,2}/[0-9]{1,2}(?![0-9/])"
    r"|[0-9]{1,3}(?:ste|de|e)(?![a-z])"
    r"|[0-9]+(?:[.,][0-9]+)?[½¼¾]?|[½¼¾]"
    r"|'[0-9]{2}(?![0-9a-z])"
    r"|t/e?m|t\.e\.m|plus/minus|zo'n|z'n|t\.m(?=\.)"
    r"|'?[a-z][a-z0-9]*|[^\W\d_]+|\n|\S"
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
    ones = ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
    teens = ["tien", "elf", "twaalf"]
    teens += [f"{one}tien" for one in ("der", "veer", *ones[4:])]
    tens = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]
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
class Vocabulary:
    """The vocabulary: every phrase (a tuple of tokens) with its kind and value."""

    phrases: dict[tuple[str, ...], tuple[str, Any]]
    longest: int
    table: dict[str, Any]
    speller: Speller

    def near_unit(self, word: str) -> UnitWord | None:
        """The unit meant by a faulty word after a number."""
        if len(word) < 3 or word in self.table["not_units"]:
            return None
        for unit, known in self.table["units_after_number"].items():
            if any(word[0] == right[0] and is_one_fault(word, right) for right in known):
                return UnitWord(Fraction(1), Unit(unit))
        return None

    def near_number(self, word: str) -> Amount | None:
        """The number meant by a faulty word before a unit."""
        if len(word) < 3 or word in self.table["not_numbers"]:
            return None
        for right in self.table["numbers_before_unit"]:
            if word[0] == right[0] and is_one_fault(word, right):
                found = self.phrases[(right,)][1]
                assert isinstance(found, Amount)
                return found
        return None


@cache
def vocabulary() -> Vocabulary:
    table = yaml.load(_WORDS_FILE.read_text(encoding="utf-8"), Loader=YAML)
    phrases: dict[tuple[str, ...], tuple[str, Any]] = {}

    def add(words: Iterable[str], kind: str, value: Any = None) -> None:
        for word in words:
            phrases[tuple(match.group() for match in _TOKEN.finditer(word))] = (kind, value)

    numbers = _number_words()
    for word, number in numbers.items():
        add([word], "n", Amount(number, number))
    for word, place in _ordinal_words(numbers).items():
        add([word], "o", place)
    add(["een", "'n", "n", "ene", "ne", "nen"], "e", Amount(Fraction(1), Fraction(1)))
    add(["half", "halve", "halfe", "halv", "hlaf", "hafl", "haf", "hlave"], "h", "middle")
    add(["kwart"], "k")
    for role, words in table["joining"].items():
        add(words, _KIND_OF_JOINING[role], role)
    for how, words in table["qualifiers"].items():
        add(words, "q", how)
    for unit, words in table["units"].items():
        add(words, "u", UnitWord(Fraction(1), Unit(unit)))
    add(table["hours"], "H")
    add(table["nights"], "W")
    add(table["vague"], "p", Amount(Fraction(2), Fraction(4), about=True))
    for named in table["named_lengths"]:
        length = Length.parse(named["length"])
        add(named["words"], "u", UnitWord(length.amount, length.unit, named.get("about", False)))
    for season in table["seasons"]:
        first, last = (_month_and_day(season[key]) for key in ("from", "until"))
        for word in season["words"]:
            _, length_of_season = phrases.get((word,), ("", None))
            add([word], "z", (Days(first, last), length_of_season))
    for kind, key in (("m", "months"), ("a", "short_months"), ("w", "weekdays")):
        for number, words in table[key].items():
            add(words, kind, number)
    for word, days in table["days_from_today"].items():
        add([word], "g", days)
    return Vocabulary(
        phrases=phrases,
        longest=max(map(len, phrases)),
        table={key: _as_set(value) for key, value in table.items()},
        speller=Speller(
            (phrase[0] for phrase, (kind, _) in phrases.items() if kind in "numGPRF"),
            ordinary=table["not_faulty"],
        ),
    )


def _month_and_day(text: str) -> tuple[int, int]:
    month, day = map(int, text.split("-"))
    return month, day


def _as_set(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) and isinstance(value[0], str) else value


def folded_text(text: str) -> str:
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


def atoms_of(text: str) -> list[Atom]:
    """The words, numbers and signs of a text, each with its kind; ``_`` for what says nothing."""
    dotted = vocabulary().table["dotted"]
    folded = folded_text(text)
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(folded)]
    atoms: list[Atom] = []
    i = 0
    while i < len(tokens):
        size = _longest_phrase(tokens, i)
        start, end = tokens[i][1], tokens[i + size - 1][2]
        if folded[end : end + 1] == "." and tokens[i + size - 1][0] in dotted:
            kind, value = _kind(tokens, i, size, atoms)
            end += 1
            i += 1
        else:
            kind, value = _kind(tokens, i, size, atoms)
        atoms.append(Atom(kind, value, start, end, folded[start:end]))
        i += size
    return _with_faulty_words(atoms)


def _longest_phrase(tokens: Sequence[tuple[str, int, int]], i: int) -> int:
    words = vocabulary()
    for size in range(min(words.longest, len(tokens) - i), 1, -1):
        if tuple(token for token, _, _ in tokens[i : i + size]) in words.phrases:
            return size
    return 1


def _kind(
    tokens: Sequence[tuple[str, int, int]], i: int, size: int, before: Sequence[Atom]
) -> tuple[str, Any]:
    words = vocabulary()
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
    kind: str
    value: Any
    kind, value = readings.pop() if len(readings) == 1 else ("_", None)
    counted = before and before[-1].kind in (
        "np" if kind == "u" and value.factor == 1 else "nepxDo"
    )
    return (kind, value) if counted or kind != "u" else ("_", None)


def _numeric(token: str, negative: bool) -> tuple[str, Any]:
    parts = [int(part[:9]) for part in re.findall("[0-9]+", token)]
    if re.fullmatch("[0-9]{4}-[0-9]+-[0-9]+", token):
        return "d", one_day(parts[2], parts[1], parts[0])
    if len(parts) == 3:
        year = parts[2] + 2000 if parts[2] < 100 else parts[2]
        return "d", one_day(parts[0], parts[1], year)
    if len(parts) == 2 and parts[1] >= 1900 and token[-5] in "/-":
        return "C", Days((parts[0], 1), (parts[0], 31), parts[1])
    if "/" in token:
        return "s", (parts[0], parts[1])
    if token[0] == "'":
        return "y", 2000 + parts[0]
    if token[-1] == "e":
        return "o", parts[0]
    if re.fullmatch("(19|20|21)[0-9]{2}", token):
        return "y", parts[0]
    fraction = _FRACTIONS.get(token[-1], Fraction(0))
    digits = token.rstrip("½¼¾").replace(",", ".")
    if re.fullmatch(r"[1-9][0-9]{0,2}\.000", digits):
        digits = digits.replace(".", "")
    number = (Fraction(digits) if len(digits) <= 9 else _HUGE) if digits else Fraction(0)
    number = (number + fraction) * (-1 if negative else 1)
    return "n", Amount(number, number)


def one_day(day: int, month: int, year: int | None = None) -> Days:
    return Days((month, day), (month, day), year)


def _adjective(prefix: str, ending: str) -> tuple[str, Any]:
    """ "driedaags" is a length of three days, "driejarig" the length of a course or an age."""
    kind, amount = vocabulary().phrases.get((prefix,), ("_", None))
    if prefix and kind not in "neh":
        return "_", None
    if ending == "jarig":
        return "Z", "age"
    unit = _UNIT_OF_ADJECTIVE[ending]
    if not prefix:
        return "j", UnitWord(Fraction(1), unit)
    if kind == "h":
        return "_", None
    return "L", Span(Part(amount.low, unit), Part(amount.high, unit))


def _with_faulty_words(atoms: list[Atom]) -> list[Atom]:
    """The atoms with short faulty words read by their neighbour: "3 wekne", "vif weken"."""
    words = vocabulary()
    read = list(atoms)
    for i, atom in enumerate(read):
        if atom.kind == "_" and i and read[i - 1].kind in "nPRF":
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


def _is_label(atoms: Sequence[Atom], i: int) -> bool:
    """Whether a number is a level or a class, as in "niveau 3" (but not "mbo 3 weken")."""
    before = i - 1 - (i > 0 and atoms[i - 1].text == "-")
    if before < 0 or atoms[before].text not in vocabulary().table["labels"]:
        return False
    return i + 1 >= len(atoms) or atoms[i + 1].kind != "u"
