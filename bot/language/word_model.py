"""Which words people write to this bot, and how likely one is after another.

Learned from the training examples. A general list of Dutch words stands behind them, for words that
the examples lack, and the lexicon, for words that behave alike: what is seen of "Spanje" is
expected of "Malta".
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from pathlib import Path

from bot.language.clauses import NEGATORS
from bot.language.lexicon import Lexicon, fold
from bot.language.spelling import is_one_fault
from bot.language.times.words import vocabulary
from bot.language.word_list import WordList

BREAK = "."  # the end of a sentence, and what stands before its first word
NUMBER = "0"  # any number in digits

_LEARNED = "learned.json"
_LETTER = r"[^\W\d_]"
WORD = (
    rf"{_LETTER}(?:[./]{_LETTER}(?!{_LETTER}))+\.?"  # t/m, m.b.o.
    rf"|{_LETTER}+(?:['’`´]{_LETTER}+)*"
)
_TOKEN = re.compile(rf"{WORD}|\d+|[.!?;:\n…]+")
_LEVELS_PER_E = 4
_LEVEL_OF_UNLISTED = 16  # the rarest of the list
_WORDS_IN_LIST = 4000  # how many words of the examples the list weighs as much as
_COMMONER = 10  # how many times as often people may leave out the capital of a name
_UNSEEN_MEMBER = 0.5  # how often a word of a kind counts as seen if it never was
_KINDS_OF_TIME = {kind: f"time {kind}" for kind in "nuomwzgH"} | {"a": "time m"}
KIND_OF_NUMBER = _KINDS_OF_TIME["n"]
_CLOSED_CLASSES = {
    "denial": NEGATORS,
    "subject": ["ik", "k", "ikke", "jij", "je", "u", "ge", "gij", "hij", "ie", "zij", "ze", "wij",
                "we", "jullie", "wie"],
    "object": ["mij", "jou", "hem", "hen"],
    "owner": ["mijn", "mn", "jouw", "uw", "zn", "haar", "hun", "ons", "onze"],
    "pointer": ["die", "dat", "dit", "deze"],
}  # fmt: skip


class WordModel:
    """The known words, folded as in the lexicon. Use :meth:`learn`, :func:`learn_dutch`.

    ``levels`` tells how frequent a word is in general, ``kinds`` which words behave alike,
    ``followers`` how often which word came after which. ``spellings`` has the accents that folding
    takes away, ``names`` what is written with a capital, ``foreign`` words of other languages.
    """

    def __init__(
        self,
        levels: WordList,
        kinds: Mapping[str, str],
        followers: Mapping[str, Mapping[str, int]],
        spellings: Mapping[str, str],
        names: Iterable[str],
        foreign: Iterable[str],
    ) -> None:
        self.kinds = kinds
        self.names = frozenset(names)
        self.foreign = frozenset(foreign)
        self._levels = levels
        self._followers = followers
        self._spellings = spellings
        self._counts: Counter[str] = Counter()
        self._counts_after: Counter[str] = Counter()
        self._kind_counts: Counter[str] = Counter()
        self._kind_counts_after: Counter[str] = Counter()
        self._kind_pairs: Counter[tuple[str, str]] = Counter()
        for before, words in followers.items():
            kind_before = kinds.get(before, before)
            for word, count in words.items():
                kind = kinds.get(word, word)
                self._counts[word] += count
                self._counts_after[before] += count
                self._kind_counts[kind] += count
                self._kind_counts_after[kind_before] += count
                self._kind_pairs[kind_before, kind] += count
        self._sizes = Counter(kinds.values())
        self._total = self._counts.total()
        list_total = sum(n * _count_of(level) for level, n in levels.count().items())
        self._weight = _WORDS_IN_LIST / list_total

    @classmethod
    def learn(
        cls,
        sentences: Iterable[str],
        others: Iterable[str],
        word_list: Mapping[str, int],
        kinds: Mapping[str, str],
        misspelt: Collection[str] = (),
    ) -> WordModel:
        """Learns from Dutch sentences and from ``others`` in other languages.

        ``word_list`` has the words of the language with their frequencies; what is ``misspelt`` is
        no word, however often it is written.
        """
        followers: dict[str, Counter[str]] = defaultdict(Counter)
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        capitals: Counter[str] = Counter()
        for sentence in sentences:
            before = BREAK
            for form in _TOKEN.findall(sentence + "\n"):
                word = word_of(form)
                if word.isalpha():
                    forms[word][form.lower()] += 1
                    if before != BREAK and form[0].isupper():
                        capitals[word] += 1
                if word != BREAK or before != BREAK:
                    followers[before][word] += 1
                before = word
        known = {word for word in (*kinds, *forms) if word.isalpha()}.difference(misspelt)
        levels = dict.fromkeys(known, _LEVEL_OF_UNLISTED)
        for form, count in sorted(word_list.items(), key=lambda entry: entry[1]):
            if (word := fold(form)).isalpha():
                levels[word] = round(math.log(count) * _LEVELS_PER_E)
                if word not in forms or word == form:
                    forms[word] = Counter([form])
        usual = {word: max(sorted(found), key=found.__getitem__) for word, found in forms.items()}
        model = cls(
            levels=WordList(levels),
            kinds=kinds,
            followers=followers,
            spellings={word: form for word, form in usual.items() if word != form},
            names=(w for w, n in capitals.items() if n * _COMMONER > forms[w].total()),
            foreign=(),
        )
        strange = Counter(word_of(form) for other in others for form in _TOKEN.findall(other))
        total = strange.total()
        model.foreign = frozenset(w for w, n in strange.items() if n / total > model.share(w))
        return model

    @property
    def words(self) -> Container[str]:
        """Every known word."""
        return self._levels

    @property
    def common(self) -> set[str]:
        """The words that the examples have more than once."""
        return {word for word, count in self._counts.items() if count > 1 and word in self._levels}

    def saw(self, word: str, before: str) -> bool:
        """Whether a word came after another in the examples."""
        return word in self._followers.get(before, ())

    def saw_kind(self, word: str, before: str) -> bool:
        """Whether a word of its kind came after one of the other's kind in the examples."""
        return (self._kind(before), self._kind(word)) in self._kind_pairs

    def _kind(self, word: str) -> str:
        return self.kinds.get(word, word)

    def share(self, word: str) -> float:
        """How often a word comes, whatever stands before it."""
        level = self._levels.get(word)
        listed = self._weight * _count_of(level) if level else 0.0
        return (self._counts[word] + listed) / (self._total + _WORDS_IN_LIST)

    def chance(self, word: str, before: str) -> float:
        """How likely a known word is after another (interpolated as Witten and Bell do)."""
        expected = (self._chance_as_kind(word, before) + self.share(word)) / 2
        followers = self._followers.get(before)
        if not followers:
            return expected
        variety = len(followers)
        return (followers.get(word, 0) + variety * expected) / (
            self._counts_after[before] + variety
        )

    def spelled(self, word: str) -> str:
        """A word with its accents and apostrophes."""
        return self._spellings.get(word, word)

    def _chance_as_kind(self, word: str, before: str) -> float:
        kind, kind_before = self.kinds.get(word), self.kinds.get(before, before)
        pairs = self._kind_pairs[kind_before, kind or word]
        if not pairs:
            return 0.0
        chance = pairs / self._kind_counts_after[kind_before]
        if kind:
            chance *= (self._counts[word] + _UNSEEN_MEMBER) / (
                self._kind_counts[kind] + _UNSEEN_MEMBER * self._sizes[kind]
            )
        return chance

    def save(self, folder: Path) -> None:
        """Write the model in a folder."""
        self._levels.save(folder)
        learned = {
            "kinds": dict(self.kinds),
            "followers": dict(self._followers),
            "spellings": dict(self._spellings),
            "names": sorted(self.names),
            "foreign": sorted(self.foreign),
        }
        (folder / _LEARNED).write_text(json.dumps(learned), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> WordModel:
        """The model that :meth:`save` wrote in a folder."""
        learned = json.loads((folder / _LEARNED).read_text("utf-8"))
        return cls(WordList.load(folder), **learned)


def learn_dutch(sentences: Iterable[str], others: Iterable[str]) -> WordModel:
    """Learns from Dutch sentences, and others, with the kinds of our lexicon."""
    from spellchecker import SpellChecker  # slow to load, and of use in training only

    word_list = dict(SpellChecker(language="nl").word_frequency.items())
    kinds = {word: category for word, category in Lexicon.load().words.items() if category}
    of_time: dict[str, set[str]] = defaultdict(set)
    for phrase, (kind, _) in vocabulary().phrases.items():
        if len(phrase) == 1 and kind in _KINDS_OF_TIME and phrase[0].isalpha():
            of_time[_KINDS_OF_TIME[kind]].add(fold(phrase[0]))
    misspelt: set[str] = set()
    for kind, words in of_time.items():
        listed = words & word_list.keys()
        misspelt |= {w for w in words - listed if any(is_one_fault(w, other) for other in listed)}
        kinds |= dict.fromkeys(words - misspelt, kind)
    for kind, members in _CLOSED_CLASSES.items():
        kinds |= dict.fromkeys(map(fold, members), kind)
    kinds[NUMBER] = KIND_OF_NUMBER
    return WordModel.learn(sentences, others, word_list, kinds, misspelt)


def word_of(token: str) -> str:
    """What a word, number or sign at the end of a sentence is called here."""
    if token[0].isdigit():
        return NUMBER
    return fold(token).replace("/", "") if token[0].isalpha() else BREAK


def _count_of(level: int) -> float:
    return math.exp(level / _LEVELS_PER_E)
