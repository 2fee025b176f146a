"""The lexicon: which Dutch words say something about who goes abroad, as what, and for what.

The words stand in ``lexicon/*.yml``, one file for each category, for a content editor to extend;
``lexicon/LEESMIJ.md`` tells how. :meth:`Lexicon.find` marks them in a message. What the marked
words mean together (who goes, what is denied) is not decided here.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from spacy.tokens import Doc

from bot.eligibility.facts import (
    STATUSES,
    Activity,
    Partnership,
    Purpose,
    Role,
    Sector,
    Status,
)
from bot.language.inflection import diminutives, forms_of_person, forms_of_thing
from bot.language.spelling import MIN_LENGTH, Speller

FOLDER = Path(__file__).parent / "lexicon"

_LETTER = r"[^\W\d_]"
_WORD = re.compile(
    rf"{_LETTER}(?:\.{_LETTER}(?!{_LETTER}))+\.?"  # m.b.o.
    rf"|{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*(?:['’`´]{_LETTER}+)*"
    r"|\d+"
)
_DROPPED = re.compile(r"[\u0300-\u036f'’`´.]")
_ANY_WORD = "*"
_NO_FILLER = frozenset({"niet", "nie", "ni", "geen", "nooit", "zonder"})
_ANY_TRADE = "<beroep>"
_ANY_FIELD = "<richting>"
_PLACEHOLDER = re.compile(r"(<\w+>)")
_NOTHING: Mapping[str, str] = MappingProxyType({})
YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MIN_FIRST_PART = 3
_MIN_SPLIT_HEAD = 4
_LINKS = ("", "s", "e", "en")


class LexiconError(ValueError):
    """A lexicon file is wrong. The message is one Dutch line that names the file and the line."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}, regel {line}: {problem}")


@dataclass(frozen=True)
class Kind:
    """What follows from a kind of education; ``None`` where the kind alone does not decide."""

    learner: Status | None
    sector: Sector
    organisation: Status | None


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the lexicon found in a message.

    ``start`` and ``end`` are places of characters in the message, ``token_start`` and ``token_end``
    of tokens; of a compound ("mbo-docent") two terms may share a token. ``term`` is the wording of
    the lexicon, ``text`` that of the message; ``exact`` is false if a spelling fault was forgiven.
    """

    category: str
    means: Mapping[str, str]
    term: str
    start: int
    end: int
    token_start: int
    token_end: int
    text: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody says they do, and what that means; nothing if ``means`` is empty."""

    text: str
    means: Mapping[str, str]


@dataclass(frozen=True)
class _Category:
    """What the entries of a file may say, and how their words are inflected."""

    values: Mapping[str, Collection[str] | re.Pattern[str]]
    forms: Callable[[str], set[str]] = field(default=lambda word: {word})


_CATEGORIES: Mapping[str, _Category] = {
    "trades": _Category({"trade": {"yes"}}, forms_of_person),
    "education": _Category({"education": ()}),  # the kinds stand in the file itself
    "persons": _Category(
        {
            "role": {Role.LEARNER, Role.STAFF},
            "status": STATUSES[Role.LEARNER] + STATUSES[Role.STAFF],
            "sector": tuple(Sector),
        },
        forms_of_person,
    ),
    "relations": _Category(
        {"relation": {"family", "friend", "colleague", "pupil", "employee"}}, forms_of_person
    ),
    "organisations": _Category({"organisation": STATUSES[Role.ORGANISATION]}, forms_of_thing),
    "purposes": _Category(
        {"purpose": {Purpose.SEND, Purpose.COOPERATE}, "partnership": set(Partnership)}
    ),
    "activities": _Category({"activity": set(Activity) - {Activity.UNKNOWN}}),
    "credit": _Category({"credit": {"yes"}}),
    "completion": _Category({"completed": {"yes", "dropped_out", "left", "diploma"}}),
    "abroad": _Category({"abroad": {"yes"}}),
    "countries": _Category({"country": re.compile(r".+")}),
    "editions": _Category({"edition": re.compile(r"\d{4}-\d{4}"), "now": {"yes", "alone"}}),
    "near_misses": _Category(
        {
            "referral": {
                "au_pair", "student_finance", "visa", "emigration", "working_abroad",
                "volunteering", "youth_exchange", "high_school_abroad", "europass", "holiday",
            }
        }
    ),
}  # fmt: skip

# Inside a longer term these keep their own meaning: "docent op het mbo", "oud-leerling".
_KEEP_INSIDE = frozenset({"education", "persons"})
# Dutch writes these as one word; many people do not ("stage begeleider").
_OFTEN_SPLIT = frozenset({"persons"})


@dataclass(frozen=True, slots=True)
class _Entry:
    category: str
    means: Mapping[str, str]
    term: str
    is_head: bool


@dataclass(slots=True)
class _Node:
    """A place in the tree of terms: the entries that end here and the words that may follow."""

    entries: dict[str, _Entry] = field(default_factory=dict)
    following: dict[str, _Node] = field(default_factory=dict)

    def add(self, term: tuple[str, ...], category: str, entry: _Entry) -> None:
        """Let a term end at the place that its words lead to from here."""
        node = self
        for word in term:
            node = node.following.get(word) or node.following.setdefault(word, _Node())
        node.entries[category] = entry


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Step:
    """One reading of the message from some word on: as ``word``, up to the word ``next``."""

    word: str
    next: int
    faults: int


@dataclass(frozen=True, slots=True)
class _Match:
    entry: _Entry
    start: int
    end: int
    words: frozenset[int]
    faults: int


class Lexicon:
    """All terms, ready to be found. Use :meth:`load`."""

    def __init__(
        self,
        entries: Mapping[str, Mapping[tuple[str, ...], _Entry]],
        meant: Mapping[str, Mapping[tuple[str, ...], _Entry]],
        kinds: Mapping[str, Kind],
        speller: Speller,
    ) -> None:
        self.kinds = kinds
        self._root = _Node()
        self._meant = {placeholder: _Node() for placeholder in meant}
        self._heads: dict[str, list[_Entry]] = defaultdict(list)
        self._first_parts: dict[str, _Entry] = {}
        words: set[str] = set()
        for category, terms in entries.items():
            for term, entry in terms.items():
                self._root.add(term, category, entry)
                words.update(term)
                if len(term) == 1 and entry.is_head:
                    self._heads[term[0]].append(entry)
                if len(term) == 1 and category == "education":
                    self._first_parts[term[0]] = entry
        for placeholder, terms in meant.items():
            for term, entry in terms.items():
                self._meant[placeholder].add(term, placeholder, entry)
                words.update(term)
        self._words = frozenset(words.difference(meant, [_ANY_WORD]))
        self._shortest_head = min(map(len, self._heads), default=0)
        self._longest_word = max(map(len, words), default=0)
        self._speller = speller

    @staticmethod
    def load(folder: Path = FOLDER) -> Lexicon:
        """The lexicon of a folder, read once. Raises :class:`LexiconError`."""
        return _load(folder)

    def find(self, doc: Doc) -> list[Term]:
        """The terms in a message, in the order of its text.

        In each category the longest match wins and none overlap. Of different categories, terms
        inside a longer one are left out ("partner" in "partners zoeken"), except persons and
        kinds of education.
        """
        text = doc.text
        words = _split(text)
        token_starts = [token.idx for token in doc]
        lemmas = {token.idx: token.lemma_ for token in doc if token.lemma_}
        steps = [self._steps(words, place, text, lemmas) for place in range(len(words))]
        matches = [
            match for place in range(len(words)) for match in self._matches(steps, words, place)
        ]
        for place, word in enumerate(words):
            if not self._is_term(word.text):
                matches.extend(self._compound(word, place))
        chosen = _drop_inner(_longest_of_each_category(matches))
        return [
            Term(
                category=match.entry.category,
                means=match.entry.means,
                term=match.entry.term,
                start=match.start,
                end=match.end,
                token_start=bisect_right(token_starts, match.start) - 1,
                token_end=bisect_right(token_starts, match.end - 1),
                text=text[match.start : match.end],
                exact=match.faults == 0,
            )
            for match in sorted(chosen, key=lambda match: (match.start, match.end))
            if match.entry.means
        ]

    @property
    def words(self) -> dict[str, str]:
        """Every word of the terms, folded, with a category that has it as a term of its own.

        The category is empty for a word that stands in longer terms only.
        """
        return {
            word: next(iter(node.entries), "") if (node := self._root.following.get(word)) else ""
            for word in self._words
        }

    def _is_term(self, word: str) -> bool:
        node = self._root.following.get(word)
        return node is not None and bool(node.entries)

    def _steps(
        self, words: list[_Word], place: int, text: str, lemmas: Mapping[int, str]
    ) -> list[_Step]:
        word = words[place]
        steps = [_Step(word.text, place + 1, 0)]
        if place + 1 < len(words):
            following = words[place + 1]
            joined = word.text + following.text
            between = text[word.end : following.start]
            if joined in self._words and (
                between == "-"
                or (
                    between == " "
                    and len(following.text) >= _MIN_SPLIT_HEAD
                    and not (place and words[place - 1].text == "ik")  # "ik leer jongeren lassen"
                    and self._is_split_compound(joined)
                )
            ):
                steps.append(_Step(joined, place + 2, 0))
        if word.text in self._words:
            return steps
        lemma = fold(lemmas.get(word.start, ""))
        if lemma != word.text and lemma in self._words:
            steps.append(_Step(lemma, place + 1, 0))
        elif not self._head_of(word.text):
            steps.extend(
                _Step(correction, place + 1, 1)
                for correction in self._speller.corrections(word.text)
            )
        return steps

    def _is_split_compound(self, word: str) -> bool:
        node = self._root.following.get(word)
        return node is not None and not _OFTEN_SPLIT.isdisjoint(node.entries)

    def _matches(
        self, steps: list[list[_Step]], words: list[_Word], first: int
    ) -> Iterator[_Match]:
        """All terms that begin at a word."""
        # In a word for which a placeholder stands, ``behind`` is where the term goes on after it.
        paths: list[tuple[_Node, int, frozenset[int], int, _Node | None]]
        paths = [(self._root, first, frozenset(), 0, None)]
        while paths:
            node, place, used, faults, behind = paths.pop()
            if behind and node.entries:
                paths.append((behind, place, used, faults, None))
            elif node.entries:
                for entry in node.entries.values():
                    yield _Match(entry, words[first].start, words[max(used)].end, used, faults)
            if place == len(words) or not node.following:
                continue
            following = node.following.get(_ANY_WORD)
            if following and words[place].text not in _NO_FILLER:
                paths.append((following, place + 1, used, faults, behind))
            for placeholder, meant in self._meant.items():
                if following := node.following.get(placeholder):
                    paths.append((meant, place, used, faults, following))
            for step in steps[place]:
                if following := node.following.get(step.word):
                    spanned = used.union(range(place, step.next))
                    paths.append((following, step.next, spanned, faults + step.faults, behind))

    def _head_of(self, word: str) -> tuple[str, list[_Entry]] | None:
        """The first part and the head of a compound: "lasdocent" gives "las" and "docent"."""
        if len(word) > 2 * self._longest_word:
            return None
        for cut in range(_MIN_FIRST_PART, len(word) - self._shortest_head + 1):
            if heads := self._heads.get(word[cut:]):
                return word[:cut], heads
        return None

    def _compound(self, word: _Word, place: int) -> Iterator[_Match]:
        if not (parts := self._head_of(word.text)):
            return
        first_part, heads = parts
        place_only = frozenset({place})
        for head in heads:
            yield _Match(head, word.start, word.end, place_only, 0)
        for link in _LINKS:
            education = self._first_parts.get(first_part.removesuffix(link))
            if education and first_part.endswith(link):
                end = word.start + len(first_part) - len(link)
                yield _Match(education, word.start, end, place_only, 0)
                return


def _longest_of_each_category(matches: list[_Match]) -> list[_Match]:
    by_category: dict[str, list[_Match]] = defaultdict(list)
    for match in matches:
        by_category[match.entry.category].append(match)
    chosen = []
    for rivals in by_category.values():
        rivals.sort(
            key=lambda match: (
                match.start - match.end,
                match.faults,
                -len(match.words),
                match.start,
            )
        )
        taken: set[int] = set()
        for match in rivals:
            places = range(min(match.words), max(match.words) + 1)
            if taken.intersection(places):
                continue
            if match.faults and _is_ambiguous(match, rivals):
                continue
            chosen.append(match)
            taken.update(places)
    return chosen


def _is_ambiguous(match: _Match, rivals: list[_Match]) -> bool:
    return any(
        rival.words == match.words
        and rival.faults == match.faults
        and rival.entry.means != match.entry.means
        for rival in rivals
    )


def _drop_inner(matches: list[_Match]) -> list[_Match]:
    """Leave out what stands inside a longer term: its words mean something else there."""
    outer_of: dict[int, list[frozenset[int]]] = defaultdict(list)
    for match in matches:
        if len(match.words) > 1:
            for word in match.words:
                outer_of[word].append(match.words)
    return [
        match
        for match in matches
        if match.entry.category in _KEEP_INSIDE
        or not any(match.words < outer for outer in outer_of[min(match.words)])
    ]


def _split(text: str) -> list[_Word]:
    return [
        _Word(fold(found.group()), found.start(), found.end()) for found in _WORD.finditer(text)
    ]


def fold(word: str) -> str:
    """A word as it is compared: small letters, no accents, apostrophes or abbreviation points."""
    word = word.lower()
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word)
    return _DROPPED.sub("", word)


def load_examples(folder: Path = FOLDER) -> list[Example]:
    """The examples of ``functions.yml``, from which functions are learned.

    Raises:
        LexiconError: the file is wrong, or has an example twice.
    """
    path = folder / "functions.yml"
    loader = _Loader(folder)
    lines: dict[str, int] = {}
    examples = []
    for node in _sequence(path, _mapping(path, _compose(path), {"entries"}).get("entries")):
        fields = _mapping(path, node, {"means", "examples"})
        if len(fields) < 2:
            raise LexiconError(path, _line(node), "hier horen 'means' en 'examples'")
        means = loader.read_means(path, "persons", fields["means"])
        written = _text(path, fields["examples"]).splitlines()
        for number, example in enumerate(written, _line(fields["examples"]) + 1):
            if not re.match(r"- \S", example):
                raise LexiconError(path, number, "hier hoort een streepje met een zin")
            text = example[2:].strip()
            if text in lines:
                raise LexiconError(path, number, f"deze zin staat ook op regel {lines[text]}")
            lines[text] = number
            examples.append(Example(text, means))
    return examples


def load_abbreviations(folder: Path = FOLDER) -> list[str]:
    """The abbreviations of ``abbreviations.yml``, each with its last point.

    Raises:
        LexiconError: the file is wrong.
    """
    path = folder / "abbreviations.yml"
    nodes = _sequence(path, _mapping(path, _compose(path), {"words"}).get("words"))
    for node in nodes:
        if not re.fullmatch(r"\S+\.", _text(path, node)):
            raise LexiconError(path, _line(node), f"'{node.value}' eindigt niet op een punt")
    return [_text(path, node) for node in nodes]


@cache
def _load(folder: Path) -> Lexicon:
    return _Loader(folder).load()


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry as it stands in a file."""

    entry: _Entry
    words: tuple[str, ...]
    line: int


class _Loader:
    """Reads and checks the files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kinds: dict[str, Kind] = {}
        self._spellings: set[str] = set()
        self._meant = {_ANY_FIELD: self._fields()}

    def load(self) -> Lexicon:
        terms = {category: self._category(category) for category in _CATEGORIES}
        speller = Speller(self._spellings, self._words("ordinary_words"))
        return Lexicon(terms, self._meant, MappingProxyType(self._kinds), speller)

    def _fields(self) -> dict[tuple[str, ...], _Entry]:
        fields = {}
        for name in self._words("fields"):
            for words in _wordings(name):
                fields[words] = _Entry(_ANY_FIELD, _NOTHING, name, is_head=False)
                self._spellings.update(_spellings(words, lambda word: {word}))
        return fields

    def _category(self, category: str) -> dict[tuple[str, ...], _Entry]:
        path = self._folder / f"{category}.yml"
        file = _mapping(path, _compose(path), {"kinds", "entries"})
        if category == "education":
            self._kinds = dict(self._read_kinds(path, file))
        elif "kinds" in file:
            raise LexiconError(path, _line(file["kinds"]), "'kinds' hoort alleen in education.yml")
        listed: dict[tuple[str, ...], _Listed] = {}
        for node in _sequence(path, file.get("entries")):
            for item in self._read_entry(path, category, node):
                known = listed.setdefault(item.words, item)
                if known.entry.means != item.entry.means or (
                    known.entry.is_head != item.entry.is_head
                ):
                    raise LexiconError(
                        path,
                        item.line,
                        f"'{item.entry.term}' heeft al een andere betekenis op regel {known.line}",
                    )
        forms = _CATEGORIES[category].forms
        self._spellings.update(*(_spellings(words, forms) for words in listed))
        entries = _inflected(listed.values(), forms)
        if category == "trades":
            self._meant[_ANY_TRADE] = entries
        return entries

    def _read_entry(self, path: Path, category: str, node: yaml.Node) -> Iterator[_Listed]:
        fields = _mapping(path, node, {"term", "terms", "means", "head", "region", "note"})
        if ("term" in fields) == ("terms" in fields):
            raise LexiconError(path, _line(node), "een ingang heeft óf 'term' óf 'terms'")
        if "means" not in fields:
            raise LexiconError(path, _line(node), "een ingang heeft 'means' nodig")
        if "region" in fields:
            _value(path, fields["region"], {"NL", "BE"})
        means = self.read_means(path, category, fields["means"])
        is_head = "head" in fields and _value(path, fields["head"], {"yes", "no"}) == "yes"
        nodes = [fields["term"]] if "term" in fields else _sequence(path, fields["terms"])
        for term_node in nodes:
            term = _text(path, term_node)
            for placeholder in _PLACEHOLDER.findall(term):
                if placeholder not in self._meant:
                    raise LexiconError(path, _line(term_node), f"onbekend: {placeholder}")
            for spelled in self._spelled(term):
                entry = _Entry(category, means, term, is_head)
                for words in _wordings(spelled):
                    yield _Listed(entry, words, _line(term_node))
            if not _split(term):
                raise LexiconError(path, _line(term_node), f"'{term}' bevat geen woord")

    def read_means(self, path: Path, category: str, node: yaml.Node) -> Mapping[str, str]:
        """What a word of the category means; empty for ``nothing``."""
        if isinstance(node, yaml.ScalarNode) and node.value == "nothing":
            return _NOTHING
        allowed = _CATEGORIES[category].values
        means = {
            key: _value(path, value, self._kinds if key == "education" else allowed[key])
            for key, value in _mapping(path, node, allowed).items()
        }
        if not means:
            raise LexiconError(path, _line(node), "'means' is leeg")
        if "status" in means and Status(means["status"]).role != means.get("role"):
            raise LexiconError(
                path, _line(node), f"status '{means['status']}' past niet bij deze 'role'"
            )
        return MappingProxyType(means)

    def _read_kinds(self, path: Path, file: Mapping[str, yaml.Node]) -> Iterator[tuple[str, Kind]]:
        for name, node in _mapping(path, file.get("kinds")).items():
            fields = _mapping(path, node, {"learner", "sector", "organisation"})
            if "sector" not in fields:
                raise LexiconError(path, _line(node), f"'{name}' heeft 'sector' nodig")
            statuses = {
                key: Status(_value(path, fields[key], STATUSES[role]))
                for key, role in (
                    ("learner", Role.LEARNER),
                    ("organisation", Role.ORGANISATION),
                )
                if key in fields
            }
            sector = Sector(_value(path, fields["sector"], tuple(Sector)))
            yield name, Kind(statuses.get("learner"), sector, statuses.get("organisation"))

    def _spelled(self, term: str) -> Iterator[str]:
        """A term as it stands, and what has hyphens as one word too, with each word it may have."""
        yield term
        if "-" in term:
            joined = term.replace("-", "")
            found = _PLACEHOLDER.search(joined)
            if found:
                names = dict.fromkeys(entry.term for entry in self._meant[found[0]].values())
                yield from (joined.replace(found[0], name) for name in names)
            else:
                yield joined

    def _words(self, name: str) -> list[str]:
        path = self._folder / f"{name}.yml"
        file = _mapping(path, _compose(path), {"words"})
        return [fold(_text(path, node)) for node in _sequence(path, file.get("words"))]


def _wordings(term: str) -> Iterator[tuple[str, ...]]:
    """The rows of words that a term stands for: a star is any one word or none, but no denial."""
    choices = [
        ((), (_ANY_WORD,)) if part == _ANY_WORD else (tuple(_words_of(part)),)
        for part in term.split()
    ]
    for choice in product(*choices):
        yield tuple(word for words in choice for word in words)


def _words_of(part: str) -> Iterator[str]:
    for piece in _PLACEHOLDER.split(part):
        if _PLACEHOLDER.fullmatch(piece):
            yield piece
        else:
            yield from (word.text for word in _split(piece))


def _spellings(words: tuple[str, ...], forms: Callable[[str], set[str]]) -> set[str]:
    """The words in which a fault is forgiven: no forms of short words, which look like others."""
    *first, last = words
    forgiven = forms(last) - diminutives(last) if len(last) >= MIN_LENGTH else {last}
    return {word for word in (*first, *forgiven) if word[0] not in "<*"}


def _inflected(
    listed: Collection[_Listed], forms: Callable[[str], set[str]]
) -> dict[tuple[str, ...], _Entry]:
    """The entries under all forms of their last word; one that could mean two things is dropped."""
    generated: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
    for item in listed:
        *first, last = item.words
        if last.isalpha():
            for form in forms(last):
                generated[(*first, form)].append(item.entry)
    entries = {
        words: rivals[0]
        for words, rivals in generated.items()
        if all(rival.means == rivals[0].means for rival in rivals)
    }
    return entries | {item.words: item.entry for item in listed}


def _compose(path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=YAML)
    except FileNotFoundError:
        raise LexiconError(path, 1, "dit bestand ontbreekt") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LexiconError(path, line, f"dit is geen geldige YAML ({error.problem})") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise LexiconError(path, 1, "dit is geen geldige YAML in UTF-8") from None


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _mapping(
    path: Path, node: yaml.Node | None, allowed: Collection[str] | None = None
) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise LexiconError(path, _line(node) if node else 1, "hier horen sleutels met waarden")
    found: dict[str, yaml.Node] = {}
    for key_node, value in node.value:
        key = _text(path, key_node)
        if allowed is not None and key not in allowed:
            raise LexiconError(path, _line(key_node), f"onbekende sleutel '{key}'")
        if key in found:
            raise LexiconError(path, _line(key_node), f"'{key}' staat er twee keer")
        found[key] = value
    return found


def _sequence(path: Path, node: yaml.Node | None) -> list[Any]:
    if not isinstance(node, yaml.SequenceNode):
        raise LexiconError(path, _line(node) if node else 1, "hier hoort een lijst")
    return list(node.value)


def _text(path: Path, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise LexiconError(path, _line(node), "hier hoort tekst")
    return str(node.value)


def _value(path: Path, node: yaml.Node, allowed: Iterable[str] | re.Pattern[str]) -> str:
    value = _text(path, node)
    if isinstance(allowed, re.Pattern):
        known = allowed.fullmatch(value) is not None
    else:
        known = value in {str(choice) for choice in allowed}
    if not known:
        raise LexiconError(path, _line(node), f"onbekende waarde '{value}'")
    return value
