"""Reads from what somebody does which function they have, where no word of the lexicon names it.

"Wie bij ons begint, leert van mij solderen": that is a trainer, who never says so. Functions are
learned from the examples of ``lexicon/functions.yml`` in the way intents are
(``docs/adr/0010-functions.md``). Only what is read with certainty counts; else the bot asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from spacy.language import Language
from spacy.tokens import Span, Token

from bot.eligibility.facts import STATUSES, Role, Sector, Status
from bot.language.clauses import (
    FIRST_PLURAL,
    FIRST_SINGULAR,
    NEGATORS,
    POSSESSIVES_FIRST,
    POSSESSIVES_THIRD,
    THIRD,
    Clause,
    Subject,
    is_finite,
)
from bot.language.intents import Ranker, Sentence, intent_model, sentences_of
from bot.language.lexicon import Example, Lexicon, Term

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

SURE = 0.88  # the least share that counts as certain: measured, see the ADR

_STRENGTH = 20.0
_NOTHING = "nothing"
_MOST_READ = 2  # tellings in one message, because each takes milliseconds
_FEWEST_WORDS = 3
_SEEN = frozenset({"trades", "education", "persons", "relations", "organisations"})
_STAFF = frozenset(STATUSES[Role.STAFF])
_VOCATIONAL_PLACES = frozenset({Status.COMPANY, Status.TRAINING_CENTRE, Status.VET_PROVIDER})

_SOMEBODY = FIRST_SINGULAR | FIRST_PLURAL | THIRD | POSSESSIVES_FIRST | POSSESSIVES_THIRD
# "leer voor stratenmaker bij een baas", as in chat
_WITHOUT_SUBJECT = frozenset({"ben", "leer", "werk", "sta", "zit", "heb"})

_WISHES = frozenset({"wil", "wilt", "wilde", "wou", "zou", "zouden", "mag", "kan", "kun", "kunt"})
_WISHES |= {"hoop", "droom", "wens", "overweeg"}
_LENGTHS = frozenset({"dag", "week", "maand", "jaar", "dagen", "weken", "maanden"})
_WRITING = frozenset({"vraag", "schrijf", "mail", "informeer", "contacteer"})
_QUESTIONS = frozenset({"hoe", "wat", "waar", "waarom", "wanneer", "welk", "welke", "hoelang"})
_SUBORDINATE = frozenset(
    {"die", "dat", "wie", "waar", "als", "of", "wat", "terwijl", "om", "waarin"}
)


class ReadsFunctions(Protocol):
    """Reads a function from a stretch of text; ``most_read``: of so many in one message."""

    most_read: int

    def read(self, told: Span, terms: Iterable[Term]) -> Mapping[str, str]:
        """Role, status and sector of who does what is told, as far as they are certain."""


@dataclass(frozen=True)
class Telling:
    """A stretch of a message that tells what somebody does, really and at present."""

    first: Clause
    span: Span

    def covers(self, token_index: int) -> bool:
        """Whether the token stands in it."""
        return self.span.start <= token_index < self.span.end

    def mentions(self, *words: str) -> bool:
        """Whether one of the words stands in it."""
        return any(token.lower_ in words for token in self.span)

    def as_term(self, means: Mapping[str, str]) -> Term:
        """The whole of it as a word for a person."""
        span = self.span
        start, end, text = span.start_char, span.end_char, span.text
        return Term("persons", means, text, start, end, span.start, span.end, text, True)


class FunctionReader:
    """Reads a function from a telling, with what was learned from examples."""

    most_read = _MOST_READ

    def __init__(self, ranker: Ranker, sure: float = SURE) -> None:
        self._ranker = ranker
        self._sure = sure

    @classmethod
    def load(cls, file: Path) -> FunctionReader:
        """The reader that :meth:`save` wrote."""
        return cls(Ranker.load(file))

    def save(self, file: Path) -> None:
        """Writes what was learned to a file, whose name ends in ``.npz``."""
        self._ranker.save(file)

    def read(self, told: Span, terms: Iterable[Term]) -> Mapping[str, str]:
        """Role and status of who does what is told, and the sector if the place tells it.

        Only the role if that is all that is certain; empty if nothing is. ``terms`` are those
        found in the message.
        """
        inside = [term for term in terms if told.start <= term.token_start < told.end]
        (sentence,) = sentences_of([told.text], [_marks(inside)])
        shares = dict(zip(self._ranker.names, self._ranker.shares(sentence), strict=True))
        name, share = max(shares.items(), key=lambda item: item[1])
        if name != _NOTHING and share >= self._sure:
            means = {"role": str(Status(name).role), "status": name}
        elif sum(shares[status] for status in shares.keys() & _STAFF) >= self._sure:
            means = {"role": str(Role.STAFF)}
        else:
            return {}
        places = {term.means["organisation"] for term in inside if "organisation" in term.means}
        if means["role"] == Role.STAFF and places & _VOCATIONAL_PLACES:
            means["sector"] = str(Sector.VOCATIONAL)
        return means


def learn(dutch: Language, lexicon: Lexicon, examples: Sequence[Example]) -> FunctionReader:
    """A reader of functions that has learned the examples."""
    model = function_model()
    model.fit(sentences_of_examples(dutch, lexicon, examples), names_of(examples))
    return FunctionReader(Ranker.of(model))


def function_model() -> Pipeline:
    """An untrained classifier of tellings: the one of intents."""
    return intent_model(_STRENGTH)


def sentences_of_examples(
    dutch: Language, lexicon: Lexicon, examples: Sequence[Example]
) -> list[Sentence]:
    """What the classifier sees of examples."""
    texts = [example.text for example in examples]
    return sentences_of(texts, [_marks(lexicon.find(doc)) for doc in dutch.pipe(texts)])


def names_of(examples: Iterable[Example]) -> list[str]:
    """The status that follows from each example, or ``nothing``."""
    return [example.means.get("status", _NOTHING) for example in examples]


def tellings(clauses: Sequence[Clause], same: Callable[[Clause, Clause], bool]) -> list[Telling]:
    """The stretches of a message that tell what somebody does.

    Wishes, questions, denials and what is over tell nothing. Clauses of a sentence belong together
    if one depends on the other or, according to ``same``, they are about the same person.
    """
    found: list[Telling] = []
    last: Clause | None = None
    for clause in clauses:
        span = _told(clause, clauses)
        if span is None:
            last = None
            continue
        joined = (
            last is not None
            and last.sentence == clause.sentence
            and (_depends(clause) or same(last, clause))
        )
        if joined:
            first = found[-1].first
            found[-1] = Telling(first, clause.doc[first.start : span.end])
        else:
            found.append(Telling(clause, span))
        last = clause if span.end == clause.end else None
    return [telling for telling in found if _says_enough(telling.span)]


def _told(clause: Clause, clauses: Sequence[Clause]) -> Span | None:
    """The part of a clause that tells something: in "(die) lassers opleidt wil weg" the first."""
    denies = bool(NEGATORS & set(clause.words)) and clause.words[0] not in _SUBORDINATE
    if denies or clause.counts_towards or _is_over(clause) or _writes(clause):
        return None
    if _asks(clause, clauses):
        return _told_beside(clause)
    tokens = clause.doc[clause.start : clause.end]
    wish = next((token.i for token in tokens if token.lower_ in _WISHES), clause.end)
    if wish < clause.end and not any(is_finite(token) for token in clause.doc[clause.start : wish]):
        return _told_beside(clause)
    return _without_the_wish(clause.doc[clause.start : wish])


def _without_the_wish(span: Span) -> Span:
    """ "…, twee dagen Straatsburg": a length behind the last comma belongs to what is asked."""
    commas = [token.i for token in span if token.text == ","]
    rest = span.doc[commas[-1] : span.end] if commas else ()
    is_length = any(t.lower_ in _LENGTHS for t in rest) and not any(map(is_finite, rest))
    return span.doc[span.start : commas[-1]] if is_length else span


def _told_beside(clause: Clause) -> Span | None:
    """What a question tells of whom it is about: "mag mijn collega die cursussen plant ook?"."""
    for verb in clause.doc[clause.start : clause.end]:
        relative = next((t for t in verb.lefts if t.lower_ == "die" and t.i >= clause.start), None)
        if verb.dep_ == "acl:relcl" and relative is not None:
            is_last = verb.i > relative.i + 1
            return clause.doc[relative.i : verb.i + 1 if is_last else clause.end]
    return None


def _depends(clause: Clause) -> bool:
    """Whether its subject stands in the clause before: "die …", "en begeleid daar …"."""
    first, second = clause.doc[clause.start], clause.doc[min(clause.start + 1, clause.end - 1)]
    goes_on = first.lower_ in {"en", "maar"} and is_finite(second)
    return first.lower_ in _SUBORDINATE or (goes_on and clause.subject[0] is Subject.NONE)


def _asks(clause: Clause, clauses: Sequence[Clause]) -> bool:
    opens = clause.start == 0 or clause.doc[clause.start - 1].text[-1] in ".!?\n:;"
    first = clause.doc[clause.start]
    if opens and first.lower_ in _QUESTIONS:
        return True
    last = not any(c.sentence == clause.sentence and c.start > clause.start for c in clauses)
    return clause.is_question and last and (opens or is_finite(first) or first.text == ",")


def _writes(clause: Clause) -> bool:
    """ "Namens onze directeur vraag ik …": what the writer does here is no function."""
    return not _WRITING.isdisjoint(clause.words) and clause.subject[0] is not Subject.NONE


def _is_over(clause: Clause) -> bool:
    finite = [token for token in clause.doc[clause.start : clause.end] if is_finite(token)]
    return clause.is_past or (bool(finite) and all(map(_is_past, finite)))


def _is_past(token: Token) -> bool:
    return "Past" in token.morph.get("Tense")


def _says_enough(span: Span) -> bool:
    words = [token.lower_ for token in span if token.is_alpha or "'" in token.text]
    somebody = not _SOMEBODY.isdisjoint(words) or not _WITHOUT_SUBJECT.isdisjoint(words[:1])
    does = any(is_finite(token) for token in span) or "ik" in words
    return somebody and does and len(words) >= _FEWEST_WORDS


def _marks(terms: Iterable[Term]) -> list[str]:
    """The kinds of words in a telling, the same for a baker and a bricklayer."""
    marks = []
    for term in terms:
        if term.category in _SEEN:
            marks += [term.category, *(f"{key}_{value}" for key, value in term.means.items())]
    return marks
