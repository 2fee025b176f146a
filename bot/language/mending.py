"""Mends typing faults before a message is read: "Ik bdn docent" becomes "Ik ben docent".

A noisy channel (``docs/adr/0008-mending-before-reading.md``): of all that may have been meant, the
likeliest, given how words follow each other (:mod:`bot.language.word_model`) and how seldom people
mistype. A fault is a letter lost, added, changed or swapped with its neighbour, be that a space or
another sign, and a space lost or added. What is known and fits stays, and so do names, numbers and
other languages.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase

from bot.language.word_model import BREAK, KIND_OF_NUMBER, NUMBER, WORD, WordModel, word_of

LONGEST_TEXT = 2000
_TOKEN = re.compile(rf"(?P<word>{WORD})|(?P<number>\d+)|(?P<break>[.!?;:…\n])|(?P<sign>[^\w\s]|_)")
_STRETCHED = re.compile(r"(.)\1{2,}")
_LINKS = ("", "s", "e", "en")
_LONGEST_WORD = 30
_MOST_CANDIDATES = 12
_NEVER = 1e-12


@dataclass(frozen=True)
class Prices:
    """What it takes to believe in a fault, as minus the logarithm of its chance.

    ``fault`` is the price of any. On top of it come: a letter ``changed`` or ``added`` (other than
    doubled), a ``space`` lost or added, a word that is ``known`` as it stands, and ``letter_known``
    for each of its letters from the fourth, a change ``to_term`` (into a word of the lexicon), and
    a word that is ``marked`` by a capital. Changing a known word that was never
    seen between such neighbours, into one that was, is ``at_home`` cheaper.

    ``unknown``, and ``letter_unknown`` for each letter, is the price of leaving an unknown word; in
    a compound of known words each letter is half as dear. Two words of one kind are ``rivals`` if
    their chances differ less: then neither was meant.
    """

    fault: float = 8.4
    changed: float = 3.8
    added: float = 4.5
    space: float = 1.5
    known: float = 3.6
    letter_known: float = 1.5
    to_term: float = 1.7
    marked: float = 4.2
    at_home: float = 2.0
    unknown: float = 13.2
    letter_unknown: float = 2.1
    rivals: float = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of the typed text, and the stretch of the mended text that replaces it."""

    typed_start: int
    typed_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mended:
    """A text without its typing faults, and the way back to the text as it was typed."""

    typed: str
    text: str
    changes: tuple[Change, ...] = ()

    def as_typed(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the typed text that some of the mended text stand for."""
        return self._back(start, is_end=False), self._back(end, is_end=True)

    def _back(self, place: int, is_end: bool) -> int:
        shift = 0
        for change in self.changes:
            neighbours = change.start if is_end else change.end
            if change.start <= place <= change.end and (
                place != neighbours or change.start == change.end
            ):
                return change.typed_end if is_end else change.typed_start
            if place <= change.start:
                break
            shift = change.typed_end - change.end
        return place + shift


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, number or sign; ``word`` is what the model calls it, nothing for most signs."""

    text: str
    start: int
    end: int
    word: str
    is_word: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to take the tokens from some place up to ``next``; as typed if ``text`` is None."""

    next: int
    words: tuple[str, ...]
    price: float = 0.0
    text: str | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """The best way so far to some place: its chance, and where it came from."""

    chance: float
    place: int
    before: str
    way: _Way


class Mender:
    """Mends with the words of a :class:`~bot.language.word_model.WordModel`.

    It never raises, and takes well under a millisecond for a message.
    """

    def __init__(self, model: WordModel, prices: Prices | None = None) -> None:
        self._model = model
        self._prices = prices or Prices()
        # What a known word can be a fault for: no rarity of the general list.
        self._familiar = model.common.union(model.kinds)
        self._meant = lru_cache(maxsize=8192)(self._find_meant)
        self._head = lru_cache(maxsize=8192)(self._find_head)

    def mend(self, text: str) -> Mended:
        """The text as it was meant; as it is where that is unclear, and if it is very long."""
        if len(text) > LONGEST_TEXT:
            return Mended(text, text)
        line = _Line(text, self._word_of)
        if self._is_foreign(line):
            return Mended(text, text)
        return _rewritten(line, self._best_ways(line))

    def _word_of(self, token: str) -> str:
        """As what the model knows a token: a compound as its head, if that is a term."""
        word = word_of(token)
        if word in self._model.words:
            return word
        head = self._head(word)
        return head if head and head in self._model.kinds else word

    def _is_foreign(self, line: _Line) -> bool:
        """Whether most words are of no Dutch that we know: another language, or no language."""
        words = [token.word for token in line.tokens if token.is_word]
        strange = sum(w not in self._model.words or w in self._model.foreign for w in words)
        return not words or (strange > 1 and strange > len(words) / 2)

    def _best_ways(self, line: _Line) -> list[tuple[int, _Way]]:
        """The likeliest row of ways from the first token to the last (Viterbi's algorithm)."""
        size = len(line.tokens)
        steps: list[dict[str, _Step]] = [{} for _ in range(size + 1)]
        steps[0][BREAK] = _Step(0.0, 0, "", _Way(0, ()))
        for place in range(size):
            ways = list(self._ways(line, place)) if steps[place] else []
            for before, step in steps[place].items():
                for way in ways:
                    chance, last = step.chance - way.price, before
                    for word in way.words:
                        chance += self._chance(word, last)
                        last = word
                    rival = steps[way.next].get(last)
                    if rival is None or chance > rival.chance:
                        steps[way.next][last] = _Step(chance, place, before, way)
        ends = steps[size]
        last = max(ends, key=lambda word: ends[word].chance + self._chance(BREAK, word))
        path = []
        place = size
        while place:
            step = steps[place][last]
            path.append((step.place, step.way))
            place, last = step.place, step.before
        return path[::-1]

    def _chance(self, word: str, before: str) -> float:
        if word in self._model.words or word in (BREAK, NUMBER):
            return math.log(self._model.chance(word, before) or _NEVER)
        letters = len(word) / 2 if self._head(word) else len(word)
        return -self._prices.unknown - letters * self._prices.letter_unknown

    def _find_head(self, word: str) -> str | None:
        """The last part of a compound of known words: "docent" of "lasdocent"."""
        for cut in range(3, min(len(word), _LONGEST_WORD) - 3):
            first, head = word[:cut], word[cut:]
            if head in self._model.words and any(
                first.endswith(link) and self._is_first_part(first[: cut - len(link)])
                for link in _LINKS
            ):
                return head
        return None

    def _is_first_part(self, word: str) -> bool:
        kind = self._model.kinds.get(word)
        return len(word) > 2 and word in self._model.words and kind != KIND_OF_NUMBER

    def _ways(self, line: _Line, place: int) -> Iterator[_Way]:
        token = line.tokens[place]
        yield _Way(place + 1, (token.word,) if token.word else ())
        if not token.is_word or len(token.word) > _LONGEST_WORD or line.is_part(place):
            return
        yield from self._with_a_sign_moved(line, place)
        is_known, is_name = token.word in self._model.words, line.is_name(place)
        if line.precedes_digit(place) or (is_known and is_name):
            return
        if not is_known:
            yield from self._joined(line, place)
        if not is_known and not is_name:
            yield from self._split(line, place)
        yield from self._changed(line, place, is_known, is_name)

    def _changed(self, line: _Line, place: int, is_known: bool, is_name: bool) -> Iterator[_Way]:
        """A letter lost, added, changed or swapped: "bdn", "hboo", "wekne"."""
        token, before, after = line.tokens[place], line.before[place], line.after[place]
        seen = self._neighbours_seen(token.word, before, after)
        if is_known and seen == 2:
            return
        is_marked = not is_name and place and line.has_capital(place)
        mark = self._prices.marked if is_marked else 0.0
        has_sign = not token.text.isalpha()
        for word, price in self._meant(token.word, is_known):
            if is_name and not self._is_name(word):
                continue
            if has_sign and self._model.spelled(word).isalpha():
                continue
            price += mark
            if is_known and not seen and word not in self._model.kinds:
                price -= self._prices.at_home * (self._neighbours_seen(word, before, after) == 2)
            yield _Way(place + 1, (word,), price, self._spelled(word, token.text))

    def _is_name(self, word: str) -> bool:
        return word in self._model.names or self._model.kinds.get(word) == "countries"

    def _neighbours_seen(self, word: str, before: str, after: str) -> int:
        return self._model.saw_kind(word, before) + self._model.saw_kind(after, word)

    def _find_meant(self, typed: str, is_known: bool) -> list[tuple[str, float]]:
        """The words that may have been meant by one word, and the price of each."""
        model, prices = self._model, self._prices
        if is_known and typed in model.kinds:
            return []  # never one term for another
        possible = self._familiar if is_known else model.words
        never = model.kinds if self._head(typed) else ()  # a compound may be new, and no term
        price_of_kind = {"lost": 0.0, "changed": prices.changed, "added": prices.added}
        found = {
            word: prices.fault + price_of_kind[fault]
            for word, fault in _one_fault_away(typed)
            if word in possible and word not in never
        }
        if is_known:
            known = prices.known + prices.letter_known * max(0, len(typed) - 3)
            found = {word: price + known for word, price in found.items()}
        else:
            found |= {
                word: prices.fault
                for word in _unstretched(typed)
                if word in possible and word not in never
            }
        ranked = sorted(
            (price - math.log(model.share(word)), word, price + self._price_of_term(word))
            for word, price in found.items()
        )
        chosen = self._without_rivals(ranked)[:_MOST_CANDIDATES]
        return [(word, price) for _, word, price in chosen]

    def _price_of_term(self, word: str) -> float:
        return self._prices.to_term if word in self._model.kinds else 0.0

    def _without_rivals(
        self, ranked: list[tuple[float, str, float]]
    ) -> list[tuple[float, str, float]]:
        """Of each kind the likeliest, or none if another is nearly as likely."""
        of_kind: dict[str, list[tuple[float, str, float]]] = defaultdict(list)
        for candidate in ranked:
            of_kind[self._model.kinds.get(candidate[1], candidate[1])].append(candidate)
        return sorted(
            candidates[0]
            for candidates in of_kind.values()
            if len(candidates) == 1 or candidates[1][0] - candidates[0][0] >= self._prices.rivals
        )

    def _joined(self, line: _Line, place: int) -> Iterator[_Way]:
        """A space too many: "do cent"."""
        if place + 1 == len(line.tokens):
            return
        one, two = line.tokens[place : place + 2]
        word = word_of(one.text) + word_of(two.text)
        if (
            two.is_word
            and two.text.islower()
            and line.text[one.end : two.start] == " "
            and word in self._model.words
        ):
            price = self._prices.fault + self._prices.space
            yield _Way(place + 2, (word,), price, self._spelled(word, one.text))

    def _split(self, line: _Line, place: int) -> Iterator[_Way]:
        """A space lost: "ikben"."""
        text = line.tokens[place].text
        if not text.isalpha() or self._head(line.tokens[place].word):
            return
        for cut in range(2, len(text) - 1):
            words = (word_of(text[:cut]), word_of(text[cut:]))
            if all(word in self._model.words for word in words):
                price = self._prices.fault + self._prices.space
                yield _Way(place + 1, words, price, f"{text[:cut]} {text[cut:]}")

    def _with_a_sign_moved(self, line: _Line, place: int) -> Iterator[_Way]:
        """A letter swapped with the space or sign beside it: "i ktwee", "docen,t"."""
        one, between, two, after = line.around_sign(place)
        if not two or (
            one.word in self._model.words and two.word in self._model.words and len(two.text) > 1
        ):
            return
        for first, second in (
            (one.text + two.text[0], two.text[1:]),
            (one.text[:-1], one.text[-1] + two.text),
        ):
            signs = tuple(word_of(between) for _ in between if between in ".!?;:…\n")
            words = tuple(word_of(part) for part in (first, second) if part)
            if first and all(word in self._model.words for word in words):
                row = (words[0], *signs, *words[1:])
                yield _Way(after, row, self._prices.fault, first + between + second)

    def _spelled(self, word: str, typed: str) -> str:
        spelled = self._model.spelled(word)
        if len(typed) > 1 and typed.isupper():
            return spelled.upper()
        return spelled[0].upper() + spelled[1:] if typed[0].isupper() else spelled


class _Line:
    """A text in tokens, and how each stands to its neighbours."""

    def __init__(self, text: str, word_of: Callable[[str], str]) -> None:
        self.text = text
        self.tokens = [
            _Token(
                match.group(),
                match.start(),
                match.end(),
                "" if match.lastgroup == "sign" else word_of(match.group()),
                match.lastgroup == "word",
            )
            for match in _TOKEN.finditer(text)
        ]
        self.before = _last_words(self.tokens)
        self.after = _last_words(self.tokens[::-1])[::-1]

    def has_capital(self, place: int) -> bool:
        return self.tokens[place].text[0].isupper() and not self.text.isupper()

    def is_name(self, place: int) -> bool:
        """Whether a capital, or several, mark a word as a name or an abbreviation."""
        text = self.tokens[place].text
        return self.has_capital(place) and (
            (len(text) > 1 and text.isupper())
            or self.before[place] != BREAK
            or self._follows_initial(place)
        )

    def is_part(self, place: int) -> bool:
        """Whether a word belongs to what stands against it: "3de", "p/w", "'t"."""
        token = self.tokens[place]
        left, right = self.text[: token.start][-1:], self.text[token.end :][:1]
        is_letter = len(token.text) == 1
        return left.isdigit() or (is_letter and not (left + right).isspace() and left + right != "")

    def precedes_digit(self, place: int) -> bool:
        return self.text[self.tokens[place].end :][:1].isdigit()

    def around_sign(self, place: int) -> tuple[_Token, str, _Token | None, int]:
        """A word, the one space or sign after it, the word after that, and the place behind."""
        one = self.tokens[place]
        for place_of_two in (place + 1, place + 2):
            two = self.tokens[place_of_two] if place_of_two < len(self.tokens) else None
            if two and two.is_word:
                between = self.text[one.end : two.start]
                is_abbreviation = len(one.text) < 2 and not between.isspace()
                is_part = len(two.text) == 1 and self._touches_sign(two.end)
                are_plain = one.text.isalpha() and two.text.isalpha() and two.text[0].islower()
                if len(between) == 1 and are_plain and not (is_abbreviation or is_part):
                    return one, between, two, place_of_two + 1
                break
        return one, "", None, place

    def _touches_sign(self, end: int) -> bool:
        following = self.text[end : end + 1]
        return following != "" and not following.isspace() and not following.isdigit()

    def _follows_initial(self, place: int) -> bool:
        """Whether a point before it belongs to an initial ("J. Bakker")."""
        return (
            place > 1
            and self.tokens[place - 1].text == "."
            and self.tokens[place - 2].is_word
            and len(self.tokens[place - 2].text) == 1
        )


def _last_words(tokens: Sequence[_Token]) -> list[str]:
    """For each token the word that comes before it in a row."""
    words = []
    word = BREAK
    for token in tokens:
        words.append(word)
        word = token.word or word
    return words


def _common_start(one: str, other: str) -> int:
    differ = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differ, min(len(one), len(other)))


def _rewritten(line: _Line, ways: Sequence[tuple[int, _Way]]) -> Mended:
    pieces: list[str] = []
    changes: list[Change] = []
    done = length = 0
    for place, way in ways:
        if way.text is None:
            continue
        start, end = line.tokens[place].start, line.tokens[way.next - 1].end
        typed, meant = line.text[start:end], way.text
        same = _common_start(typed, meant)
        typed, meant, start = typed[same:], meant[same:], start + same
        same = _common_start(typed[::-1], meant[::-1])
        typed, meant, end = typed[: len(typed) - same], meant[: len(meant) - same], end - same
        pieces += [line.text[done:start], meant]
        length += start - done
        changes.append(Change(start, end, length, length + len(meant)))
        length += len(meant)
        done = end
    return Mended(line.text, "".join([*pieces, line.text[done:]]), tuple(changes))


def _unstretched(word: str) -> set[str]:
    """What is left of letters that are held down: "heyyy"."""
    return {_STRETCHED.sub(r"\1", word), _STRETCHED.sub(r"\1\1", word)} - {word}


def _one_fault_away(typed: str) -> Iterator[tuple[str, str]]:
    """Every row of letters that may become ``typed`` by one fault, and the likeliest such fault."""
    cuts = [(typed[:i], typed[i:]) for i in range(len(typed) + 1)]
    found = {a + b[1:]: "added" for a, b in cuts if b}
    found |= {a + c + b[1:]: "changed" for a, b in cuts if b for c in ascii_lowercase}
    found |= {a + b[1:]: "lost" for a, b in cuts if b and b[0] in (a[-1:], b[1:2])}  # doubled
    found |= {a + b[1] + b[0] + b[2:]: "lost" for a, b in cuts if len(b) > 1}
    found |= {a + c + b: "lost" for a, b in cuts for c in ascii_lowercase}
    return ((word, fault) for word, fault in found.items() if word and word != typed)
