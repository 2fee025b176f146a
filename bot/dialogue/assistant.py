"""A letter to the helpdesk → an answer for everybody it asks about. Pure: no HTTP, no clock.

A letter is heard as a conversation told in one go: a passage that only adds to what is known goes
on with the same answer, one that contradicts it (another person, another wish) starts its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from bot.dialogue.case import Case, hear
from bot.dialogue.conversation import (
    Office,
    headline,
    information,
    notes,
    question,
    stay_text,
)
from bot.dialogue.letter import Letter, Passage
from bot.dialogue.scope import Note
from bot.eligibility.calendar import DayRange, add_months
from bot.eligibility.decision import Decision, Question, decide
from bot.eligibility.facts import STATUSES, Activity, Answer, Facts, Purpose, Role, Sector, Status
from bot.language.lexicon import Lexicon
from bot.language.reading import Finding, Person, Reading, Who

Outcome = Decision | Question
Understand = Callable[[str], Awaitable[tuple[Reading, str]]]
"""What is read in a text, and the intent that is seen in it."""

# Reading one piece takes some hundredths of a second.
MOST_PIECES = 200

# Which fact of a case each kind of finding tells.
_TELLS = {
    "persons": "status",
    "education": "status",
    "completion": "status",
    "organisations": "status",
    "moment": "graduation",
}
_NAMES = tuple(f.name for f in fields(Facts))
NOTHING_GIVEN = Facts()


@dataclass(frozen=True)
class Heard:
    """A passage with what was understood of it, if need be read behind its ``introduction``.

    That is where the writer says what he is: the pupils of a teacher at the mbo are at the mbo.
    """

    passage: Passage
    reading: Reading
    intent: str
    introduction: Passage | None = None

    def placed(self) -> list[Finding]:
        """The findings that tell a fact, with their place in the letter."""
        before = len(_leading(self.introduction)) if self.introduction else 0
        found = []
        for f in self.reading.findings:
            fact = _TELLS.get(f.fact, f.fact)
            if fact not in (*_NAMES, "edition"):
                continue
            shift = self.passage.start - before
            if self.introduction and f.start < before:
                shift = self.introduction.start
            found.append(replace(f, fact=fact, start=f.start + shift, end=f.end + shift))
        return found


@dataclass(frozen=True)
class Alternative:
    """Another way to read a case, and what it would give.

    ``because``: ``open_fact`` (not known, and it matters), ``other_status`` (the words can mean
    another status), ``other_person`` (somebody the letter names, but does not seem to ask about)
    or ``other_edition``.
    """

    because: str
    text: str
    case: Case
    outcome: Outcome


@dataclass(frozen=True)
class CaseAnswer:
    """What the rule table says of one case, or what must be asked first."""

    office: Office
    today: date
    case: Case
    found: tuple[Finding, ...] = ()
    background: tuple[Case, ...] = ()

    @cached_property
    def outcome(self) -> Outcome:
        """Raises ``ValueError`` if the facts contradict each other."""
        return decide(self.office.edition(self.case), self.case.facts, self.today)

    @property
    def label(self) -> str:
        """Whom the answer is about, in Dutch."""
        say = self.office.wording.say
        if self.case.who is not Who.OTHER:
            return say(f"label_about_{self.case.who}")
        if self.case.noun in (None, "possessed"):
            return say("label_about_staff" if self._is_staff else "label_about_other")
        return say("label_about_noun", noun=self.case.noun)

    @property
    def _is_staff(self) -> bool:
        return self.case.noun == "possessed" and self.case.facts.role is Role.STAFF

    @property
    def notes(self) -> list[Note]:
        """What to point out beside the decision: rules of another time, a country."""
        if isinstance(self.outcome, Question):
            return []
        return notes(self.office, self.case, self.outcome, self.today)

    @property
    def question(self) -> dict[str, Any] | None:
        """The question to put to the visitor, with its closed choices."""
        if not isinstance(self.outcome, Question):
            return None
        asks, wording = self.outcome.asks, self.office.wording
        reply = question(self.office, replace(self.case, asks=asks))
        in_a_letter = f"reply_ask_{asks}"
        return {
            "asks": asks,
            "text": wording.say(in_a_letter) if wording.knows(in_a_letter) else reply.text,
            "choices": [button["title"] for button in reply.buttons],
        }

    @property
    def alternatives(self) -> list[Alternative]:
        """The other readings that would give something else, those closest to this one first."""
        others = [
            *_open_facts(self),
            *_other_statuses(self),
            *_other_persons(self),
            *_other_editions(self),
        ]
        return [
            other
            for other in others
            if other.because == "other_edition" or _summary(other.outcome) != _summary(self.outcome)
        ]

    def body(self, kind: str) -> str:
        """The paragraphs of a reply on this case; ``kind`` is ``mail`` or ``chat``."""
        say = self.office.wording.say
        if isinstance(self.outcome, Question):
            asked = self.question
            assert asked
            return say(f"reply_{kind}_question", question=asked["text"])
        decision = self.outcome
        paragraphs = [
            f"{say(headline(decision))} {decision.explanation}",
            stay_text(self.office, self.case.facts, decision),
            *(note.text for note in self.notes),
        ]
        if decision.conditions:
            conditions = "\n".join(f"- {condition.text}" for condition in decision.conditions)
            paragraphs.append(say(f"reply_{kind}_conditions", conditions=conditions))
        paragraphs.append(decision.next_step)
        if kind == "mail":
            source = decision.to_payload()["source"]
            paragraphs.append(
                say(
                    "reply_mail_source",
                    edition=decision.edition.edition,
                    heading=source["heading"],
                    quote=source["quote"],
                    title=source["title"],
                )
            )
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)

    def to_json(self) -> dict[str, Any]:
        """The answer as the API gives it."""
        decided = self.outcome if isinstance(self.outcome, Decision) else None
        return {
            "label": self.label,
            "who": str(self.case.who),
            "noun": self.case.noun,
            "countries": list(self.case.countries),
            "when": self.case.when.to_json() if self.case.when else None,
            "edition": self.office.edition(self.case).edition,
            "facts": self.case.facts.to_json(),
            "found": [finding.to_json() for finding in self.found],
            "decision": decided.to_payload() if decided else None,
            "question": self.question,
            "notes": [note.to_json() for note in self.notes],
            "alternatives": [
                {
                    "because": other.because,
                    "text": other.text,
                    "who": str(other.case.who),
                    "noun": other.case.noun,
                    "edition": self.office.edition(other.case).edition,
                    "facts": other.case.facts.to_json(),
                    **_summary(other.outcome),
                }
                for other in self.alternatives
            ],
            "reply": {kind: self.body(kind) for kind in ("mail", "chat")},
        }


@dataclass(frozen=True)
class Remark:
    """A question in the letter that needs no decision (money, countries, a visa …)."""

    topic: str
    text: str
    passage: Passage

    def to_json(self) -> dict[str, Any]:
        return {
            "topic": self.topic,
            "text": self.text,
            "start": self.passage.start,
            "end": self.passage.end,
        }


@dataclass(frozen=True)
class LetterAnswer:
    """Everything there is to say to one letter."""

    office: Office
    answers: tuple[CaseAnswer, ...]
    remarks: tuple[Remark, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The whole answer as the API gives it; ``frame`` is what stands around the replies."""
        answers = [answer.to_json() for answer in self.answers]
        frame = {kind: self._frame(kind) for kind in ("mail", "chat")}
        return {
            "answers": answers,
            "remarks": [remark.to_json() for remark in self.remarks],
            "frame": frame,
            "reply": {kind: _framed(frame[kind], answers, kind) for kind in ("mail", "chat")},
        }

    def _frame(self, kind: str) -> dict[str, str]:
        say = self.office.wording.say
        remarks = "\n\n".join(dict.fromkeys(remark.text for remark in self.remarks))
        closing = say(f"reply_{kind}_closing")
        return {
            "opening": say(f"reply_{kind}_opening"),
            "closing": "\n\n".join(part for part in (remarks, closing) if part),
        }


def _framed(frame: dict[str, str], answers: Sequence[dict[str, Any]], kind: str) -> str:
    bodies = [answer["reply"][kind] for answer in answers]
    if len(answers) > 1:
        bodies = [f"{a['label']}\n\n{body}" for a, body in zip(answers, bodies, strict=True)]
    return "\n\n".join(part for part in (frame["opening"], *bodies, frame["closing"]) if part)


def answer_facts(office: Office, about: Case, today: date) -> LetterAnswer:
    """The answer to the facts of a case, as they were read before and changed since.

    Raises ``ValueError`` if the facts contradict each other.
    """
    facts, who = about.facts, about.who
    role = facts.role or (facts.status.role if facts.status else None)
    if role is Role.ORGANISATION:
        who = Who.ORGANISATION
    elif who is Who.ORGANISATION:
        who = Who.SELF
    answer = CaseAnswer(office, today, replace(about, who=who))
    _ = answer.outcome
    return LetterAnswer(office, (answer,))


class LetterTooLongError(ValueError):
    """A letter with more passages than can be read in good time."""


async def read_letter(
    text: str,
    understand: Understand,
    office: Office,
    today: date,
    *,
    given: Facts = NOTHING_GIVEN,
    edition: str | None = None,
) -> LetterAnswer:
    """Has every passage of a letter understood, and answers it; see :func:`answer_letter`.

    Raises ``LetterTooLongError`` before anything is read.
    """
    letter = Letter.open(text)
    pieces = dict.fromkeys((*letter.passages, *letter.statements))
    if len(pieces) > MOST_PIECES:
        raise LetterTooLongError("Deze tekst is te lang. Stuur alleen het deel met de vraag.")
    heard = {piece: Heard(piece, *await understand(piece.text)) for piece in pieces}
    statements = [heard[statement] for statement in letter.statements]
    introduction = next((one.passage for one in statements if _introduces(one)), None)
    for piece in pieces:
        if introduction and introduction not in piece and _speaks_of_pupils(heard[piece]):
            heard[piece] = await _in_context(heard[piece], introduction, understand)
    return answer_letter(
        office,
        [heard[passage] for passage in letter.passages],
        statements,
        today,
        given=given,
        edition=edition,
    )


def _introduces(heard: Heard) -> bool:
    return any(p.who is Who.SELF and p.facts.status for p in heard.reading.travellers)


def _speaks_of_pupils(heard: Heard) -> bool:
    return any(p.relation == "pupil" and not p.facts.status for p in heard.reading.travellers)


def _leading(introduction: Passage) -> str:
    """An introduction as it stands in front of something else; a signature has no full stop."""
    return f"{introduction.text}{'' if introduction.text.endswith('.') else '.'} "


async def _in_context(heard: Heard, introduction: Passage, understand: Understand) -> Heard:
    """A passage as it is understood behind the introduction, but without whom that is about."""
    reading, _ = await understand(_leading(introduction) + heard.passage.text)
    named = {(person.who, person.noun) for person in heard.reading.travellers}
    travellers = tuple(p for p in reading.travellers if (p.who, p.noun) in named)
    if len(travellers) < len(heard.reading.travellers):
        return heard
    reading = replace(heard.reading, travellers=travellers, findings=reading.findings)
    return replace(heard, reading=reading, introduction=introduction)


def answer_letter(
    office: Office,
    passages: Sequence[Heard],
    statements: Sequence[Heard],
    today: date,
    *,
    given: Facts = NOTHING_GIVEN,
    edition: str | None = None,
) -> LetterAnswer:
    """An answer for every case in the letter.

    ``given`` facts and a given ``edition`` replace what was understood, in every answer. Raises
    ``ValueError`` if they contradict it.
    """
    threads = _Threads(statements, today)
    remarks: list[Remark] = []
    for heard in passages:
        remark = _remark(office, heard, today)
        if remark:
            remarks.append(remark)
        if heard.reading.tells_something:
            parts = [one for one in statements if one.passage in heard.passage]
            for part in parts if _merges_people(heard, parts) else [heard]:
                threads.hear(part, asks=part.passage.asks and not remark, scope=heard.passage)
    asked, background = threads.sorted()
    if not asked:
        wished = [thread for thread in background if thread.case.facts.stay]
        asked = wished or ([] if remarks else background or [_Thread(Case())])
        background = [thread for thread in background if thread not in asked]
    answers = tuple(
        CaseAnswer(
            office,
            today,
            _override(thread.case, given, edition, office),
            _telling(thread, given),
            tuple(other.case for other in background if not _same_person(other.case, thread.case)),
        )
        for thread in asked
    )
    for answer in answers:
        _ = answer.outcome
    return LetterAnswer(office, answers, tuple(remarks))


def _override(case: Case, given: Facts, edition: str | None, office: Office) -> Case:
    known: dict[str, Any] = {
        name: value for name in _NAMES if (value := getattr(given, name)) is not None
    }
    facts = case.facts
    if given.status and given.role is None:
        known["role"] = given.status.role
    if given.role and given.role is not facts.role and given.status is None:
        known["status"] = None
    edition = edition or (case.edition if case.edition in office.editions else None)
    return replace(case, facts=replace(facts, **known), edition=edition)


# --- hearing ----------------------------------------------------------------------------------


def _merges_people(heard: Heard, parts: Sequence[Heard]) -> bool:
    """Whether a passage is about more people, sentence by sentence, than were told apart in it."""
    apart = {(p.who, p.noun) for part in parts for p in _described(part.reading)}
    return len(apart) > max(1, len(_described(heard.reading)))


@dataclass
class _Thread:
    """One case while the letter is being heard; ``outright``: a question asks for it by name."""

    case: Case
    asked: bool = False
    found: list[Finding] = field(default_factory=list)
    outright: bool = False
    of_pupils: bool = False


class _Threads:
    """The cases of a letter, filled passage by passage."""

    def __init__(self, statements: Sequence[Heard], today: date) -> None:
        self._statements = statements
        self._teller_facts, self._teller_found = _teller(statements)
        self._today = today
        self._all: list[_Thread] = []
        self._current: list[_Thread] = []

    def hear(self, heard: Heard, *, asks: bool, scope: Passage) -> None:
        """Adds a passage to the cases it is about, or starts new ones.

        ``scope`` is where to look for those whom "allebei" is about.
        """
        reading, found = heard.reading, heard.placed()
        if self._current and not asks and _only_mentions(reading):
            return
        people: Sequence[Person | None] = _described(reading) or [None]
        spoken_of: list[_Thread] = []
        bases = self._current or [_Thread(Case())]
        for base in bases if people == [None] else bases[-1:]:
            for person in people:
                said = reading if person is None else _only(reading, person)
                thread = self._continue(base, said, found, heard.passage)
                thread.asked = thread.asked or asks
                thread.outright = thread.outright or (
                    person is not None and heard.passage.is_question
                )
                spoken_of.append(thread)
        if asks and heard.passage.words & _BOTH:
            spoken_of += self._others_described(scope, spoken_of)
        self._current = spoken_of

    def _continue(
        self, base: _Thread, reading: Reading, found: list[Finding], passage: Passage
    ) -> _Thread:
        before, kept = base.case, base.found
        pupils = any(p.relation == "pupil" for p in reading.travellers)
        if pupils and base.of_pupils:
            reading = _as_spoken_of_before(reading)
        elif passage.is_question and before.facts.role is Role.ORGANISATION and _others(reading):
            # What the organisation wants was told before; this asks for somebody of it.
            before = Case(edition=before.edition)
        if self._teller_asks_too(before, reading, passage):
            before = Case(replace(self._teller_facts, stay=before.facts.stay))
            kept = self._teller_found
        case = hear(before, reading, "", self._today)
        if before is base.case and not _contradicts(before, case):
            base.case = case
            base.found = [*kept, *found]
            base.of_pupils = base.of_pupils or pupils
            if base not in self._all:
                self._all.append(base)
            return base
        if reading.stay and not reading.activity and not _same_person(base.case, case):
            case = replace(case, facts=replace(case.facts, activity=None))
        known = [f for f in kept if _value(case, f.fact) == _value(before, f.fact)]
        thread = _Thread(case, found=[*known, *found], of_pupils=pupils)
        self._all.append(thread)
        return thread

    def _teller_asks_too(self, case: Case, reading: Reading, passage: Passage) -> bool:
        """After somebody else, a question of who writes about himself ("mag ik zelf ook mee?")."""
        if case.who is not Who.OTHER or len(reading.travellers) != 1:
            return False
        (person,) = reading.travellers
        undescribed = person.who is Who.SELF and not (person.facts.role or person.points_back)
        return undescribed and (person.stay is not None or bool(passage.words & {"zelf", "ikzelf"}))

    def _others_described(self, passage: Passage, known: Sequence[_Thread]) -> list[_Thread]:
        """Everybody whom a statement in the passage describes ("mogen zij allebei?")."""
        others = []
        wish = known[-1].case
        for heard in self._statements:
            for person in _described(heard.reading) if heard.passage in passage else ():
                facts = replace(
                    person.facts, stay=person.stay or wish.facts.stay, activity=wish.facts.activity
                )
                case = replace(wish, facts=facts, who=person.who, noun=person.noun)
                if not any(_same_person(case, thread.case) for thread in known):
                    wished = [f for f in known[-1].found if f.fact in {"stay", "activity"}]
                    others.append(_Thread(case, True, [*heard.placed(), *wished]))
        self._all += others
        return others

    def sorted(self) -> tuple[list[_Thread], list[_Thread]]:
        """The cases that ask for an answer, and those that are only told of."""
        for thread in self._all:
            self._fill_teller(thread)
        asked = [t for t in self._all if t.asked and not self._is_put_again(t)]
        told = [t for t in self._all if t not in asked]
        for heard in self._statements:
            for person in _described(heard.reading):
                case = Case(person.facts, who=person.who, noun=person.noun)
                known = any(_same_person(case, thread.case) for thread in [*asked, *told])
                if person.facts.status and not known:
                    told.append(_Thread(case, found=heard.placed()))
        return asked, [t for t in told if not any(_same_person(t.case, a.case) for a in asked)]

    def _is_put_again(self, thread: _Thread) -> bool:
        """A wish that a question puts again by name, for the same one or, if it was the writer's
        ("wij willen met studenten tien weken weg"), for others with the same stay."""
        if thread.outright:
            return False
        case = thread.case
        return any(
            other.outright
            and (
                _same_person(case, other.case)
                if case.who is Who.OTHER
                else other.case.who is Who.OTHER
                and case.facts.stay is not None
                and case.facts.stay == other.case.facts.stay
            )
            for other in self._all
        )

    def _fill_teller(self, thread: _Thread) -> None:
        """Who asks for himself and says only in another place (a signature) what he is."""
        facts, teller = thread.case.facts, self._teller_facts
        if thread.case.who is not Who.SELF or teller.role is None:
            return
        if teller.role is not Role.ORGANISATION:
            facts = replace(facts, purpose=None)
        if facts.status is None and facts.role in (None, teller.role):
            facts = replace(facts, role=teller.role, status=teller.status)
        elif facts.role is not Role.STAFF or facts.role is not teller.role or facts.sector:
            return
        facts = replace(facts, sector=facts.sector or teller.sector)
        if facts != thread.case.facts:
            thread.case = replace(thread.case, facts=facts)
            thread.found = [*self._teller_found, *thread.found]


_BOTH = {"allebei", "alletwee", "alledrie", "beide", "beiden", "samen"}


def _described(reading: Reading) -> list[Person]:
    return [p for p in reading.travellers if p.facts.role or p.facts.status]


def _others(reading: Reading) -> list[Person]:
    return [p for p in _described(reading) if p.who is Who.OTHER]


def _only_mentions(reading: Reading) -> bool:
    """ "Mijn nichtje is ook geweest": somebody, but nothing that an answer could rest on."""
    bare = all(
        p.facts == Facts() and not (p.stay or p.emphasised or p.points_back)
        for p in reading.travellers
    )
    return bare and not replace(reading, travellers=()).tells_something


def _as_spoken_of_before(reading: Reading) -> Reading:
    """After "een mbo-student" an undescribed "student van ons" is the same one."""
    return replace(
        reading,
        travellers=tuple(
            replace(p, points_back=p.points_back or p.facts.status is None)
            for p in reading.travellers
        ),
    )


def _same_person(one: Case, other: Case) -> bool:
    return (one.who, one.noun) == (other.who, other.noun)


def _telling(thread: _Thread, given: Facts) -> tuple[Finding, ...]:
    """The findings that the facts of the case rest on, without those that lie inside another."""
    telling = [
        f
        for f in thread.found
        if _value(thread.case, f.fact) is not None
        and (f.fact == "edition" or getattr(given, f.fact) is None)
    ]
    return tuple(
        f
        for f in sorted(set(telling), key=lambda f: (f.start, -f.end))
        if not any(
            o is not f and o.fact == f.fact and o.start <= f.start and f.end <= o.end
            for o in telling
            if (o.start, o.end) != (f.start, f.end)
        )
    )


def _only(reading: Reading, person: Person) -> Reading:
    return replace(reading, travellers=(person,), stay=person.stay or reading.stay)


def _teller(statements: Sequence[Heard]) -> tuple[Facts, list[Finding]]:
    """What the writer says of himself in any statement, or in the signature."""
    for heard in statements:
        for person in heard.reading.travellers:
            if person.who is Who.SELF and person.facts.status:
                return person.facts, heard.placed()
    return Facts(), []


def _value(case: Case, fact: str) -> object:
    return case.edition if fact == "edition" else getattr(case.facts, fact)


def _contradicts(before: Case, after: Case) -> bool:
    """Whether something that was known became something else."""
    if before.edition and before.edition != after.edition:
        return True
    return any(
        (known := getattr(before.facts, name)) is not None
        and not _refines(known, getattr(after.facts, name))
        for name in _NAMES
    )


def _refines(known: object, now: object) -> bool:
    if isinstance(known, DayRange) and isinstance(now, DayRange):
        return known.earliest <= now.earliest and now.latest <= known.latest
    return known == now


def _remark(office: Office, heard: Heard, today: date) -> Remark | None:
    reading = heard.reading
    wording = office.wording
    referral = f"refer_{reading.referral}"
    if wording.knows(referral) and not reading.describes_somebody:
        return Remark(str(reading.referral), wording.say(referral), heard.passage)
    if heard.intent.startswith("info_") and heard.passage.asks and wording.knows(heard.intent):
        topic = heard.intent.removeprefix("info_")
        told = information(office, Case(), reading, topic, today)
        return Remark(topic, told.text, heard.passage)
    return None


# --- other readings ---------------------------------------------------------------------------


def _summary(outcome: Outcome) -> dict[str, Any]:
    """The part of an outcome that people compare."""
    if isinstance(outcome, Question):
        return {"outcome": None, "asks": outcome.asks}
    payload = outcome.to_payload()
    keys = ("verdict", "reason", "key_action", "stay", "requested_stay", "rule")
    return {"outcome": {key: payload[key] for key in keys}, "asks": None}


def _alternative(answer: CaseAnswer, because: str, text: str, case: Case) -> Alternative:
    outcome = decide(answer.office.edition(case), case.facts, answer.today)
    return Alternative(because, text, case, outcome)


def _open_facts(answer: CaseAnswer) -> Iterator[Alternative]:
    """What each value of a fact that is not known would give, each outcome once."""
    seen = [_summary(answer.outcome)]
    for name, values in _open_values(answer):
        for value, label in values:
            changed: dict[str, Any] = {name: value}
            case = replace(answer.case, facts=replace(answer.case.facts, **changed))
            other = _alternative(answer, "open_fact", label, case)
            if _summary(other.outcome) not in seen:
                seen.append(_summary(other.outcome))
                yield other


def _open_values(answer: CaseAnswer) -> Iterator[tuple[str, list[tuple[object, str]]]]:
    facts, outcome, say = answer.case.facts, answer.outcome, answer.office.wording.say

    def labelled(name: str, values: Sequence[object]) -> list[tuple[object, str]]:
        return [
            (value, f"{say(f'label_fact_{name}')}: {say(f'label_{name}_{value}')}")
            for value in values
        ]

    if facts.status is None:
        if facts.role:
            yield "status", [(s, say(f"label_status_{s}")) for s in STATUSES[facts.role]]
        return
    if facts.sector in (None, Sector.AMBIGUOUS, Sector.UNKNOWN) and facts.status.role is Role.STAFF:
        yield "sector", labelled("sector", [Sector.VOCATIONAL, Sector.OTHER])
    if facts.credit in (None, Answer.UNKNOWN):
        yield "credit", labelled("credit", [Answer.YES, Answer.NO])
    if facts.purpose in (None, Purpose.UNKNOWN):
        yield "purpose", labelled("purpose", [Purpose.SEND, Purpose.COOPERATE])
    if outcome == Question("graduation") or facts.graduation is Answer.UNKNOWN:
        yield "graduation", _graduations(answer)
    if facts.activity in (None, Activity.UNKNOWN):
        yield "activity", labelled("activity", [a for a in Activity if a is not Activity.UNKNOWN])


def _graduations(answer: CaseAnswer) -> list[tuple[object, str]]:
    months = answer.office.edition(answer.case).graduation_months
    last_chance = add_months(answer.today, -months)
    too_early = last_chance - timedelta(days=1)
    say = answer.office.wording.say
    return [
        (DayRange(answer.today, answer.today), say("label_graduation_recent", months=months)),
        (DayRange(too_early, too_early), say("label_graduation_past", months=months)),
    ]


def _other_statuses(answer: CaseAnswer) -> Iterator[Alternative]:
    """Another status that words of the letter can stand for, within the same role."""
    facts, say = answer.case.facts, answer.office.wording.say
    if facts.status is None:
        return
    for finding in answer.found:
        for status in _statuses_of(finding):
            if status is not facts.status and status.role is facts.status.role:
                case = replace(answer.case, facts=replace(facts, status=status))
                text = say("label_read_as", words=finding.text, label=say(f"label_status_{status}"))
                yield _alternative(answer, "other_status", text, case)


def _statuses_of(finding: Finding) -> Iterator[Status]:
    kinds = Lexicon.load().kinds
    for word in finding.value.split():
        if word in set(Status):
            yield Status(word)
        elif word in kinds and (learner := kinds[word].learner) is not None:
            yield learner


def _other_persons(answer: CaseAnswer) -> Iterator[Alternative]:
    for told in answer.background:
        wish = answer.case.facts
        facts = replace(told.facts, stay=told.facts.stay or wish.stay)
        case = replace(told, facts=facts, edition=told.edition or answer.case.edition)
        text = CaseAnswer(answer.office, answer.today, case).label
        yield _alternative(answer, "other_person", text, case)


def _other_editions(answer: CaseAnswer) -> Iterator[Alternative]:
    for edition in answer.office.editions.values():
        if edition.edition != answer.office.edition(answer.case).edition:
            case = replace(answer.case, edition=edition.edition)
            yield _alternative(answer, "other_edition", edition.title, case)
