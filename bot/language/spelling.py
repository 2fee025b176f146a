"""Spelling faults: which known word was meant by a word with one fault in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

MIN_LENGTH = 6
_SOUNDS = (("ei", "ij"), ("ey", "ij"), ("y", "ij"), ("ou", "au"), ("ck", "k"), ("c", "k"))


class Speller:
    """Finds the known words of six letters or more that differ from a word by one fault.

    A fault is a letter left out, added, changed, or swapped with its neighbour (the optimal string
    alignment distance of 1), or a word written as it sounds ("begelijder"). ``ordinary`` are
    common words that are never taken for a fault.
    """

    def __init__(self, words: Iterable[str], ordinary: Iterable[str] = ()) -> None:
        self._ordinary = frozenset(ordinary)
        self._by_half: dict[tuple[int, str, str], list[str]] = defaultdict(list)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for word in sorted(set(words)):
            if len(word) < MIN_LENGTH:
                continue
            self._by_sound[_sound(word)].append(word)
            for half in _halves(word, len(word)):
                self._by_half[half].append(word)
        # The same words come again and again.
        self.corrections = lru_cache(maxsize=4096)(self._corrections)

    def _corrections(self, word: str) -> frozenset[str]:
        """The known words that may have been meant; none for a short or an ordinary word."""
        if len(word) < MIN_LENGTH - 1 or word in self._ordinary:
            return frozenset()
        near = frozenset(
            known
            for length in (len(word) - 1, len(word), len(word) + 1)
            for half in _halves(word, length)
            for known in self._by_half.get(half, ())
            if is_one_fault(word, known)
        )
        return near or frozenset(self._by_sound.get(_sound(word), ()))


def is_one_fault(one: str, other: str) -> bool:
    """Whether two words differ by at most one letter left out, added, changed or swapped."""
    start = 0
    shortest = min(len(one), len(other))
    while start < shortest and one[start] == other[start]:
        start += 1
    end = 0
    while end < shortest - start and one[-1 - end] == other[-1 - end]:
        end += 1
    rest, other_rest = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(rest), len(other_rest)) <= 1 or (len(rest) == 2 and rest == other_rest[::-1])


def _halves(word: str, length: int) -> Iterator[tuple[int, str, str]]:
    """What a known word of some length begins and ends with, if it is ``word`` with one fault.

    The letter between the halves belongs to neither, so that one fault, even two letters swapped,
    leaves a half as it was.
    """
    middle = length // 2
    yield length, word[:middle], ""
    yield length, "", word[len(word) - (length - middle - 1) :]


def _sound(word: str) -> str:
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    return word
