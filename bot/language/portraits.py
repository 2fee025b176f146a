"""What a message says of one person or organisation, and the facts that it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.eligibility.calendar import DayRange, Stay
from bot.eligibility.facts import Facts, Role, Sector, Status
from bot.language.clauses import Clause, clause_at, is_finite
from bot.language.lexicon import Kind, Term
from bot.language.reading import Finding, Who

_STAFF_ORDER = ["head", "planner", "adviser", "trainer", "teacher", "unlisted_staff"]
_SECTOR_ORDER = [Sector.VOCATIONAL, Sector.OTHER, Sector.UNKNOWN, Sector.AMBIGUOUS]
# Of two statuses said of one person the one that decides: a course that prepares for "het mbo" is
# not the mbo, and who learns at work says so beside the name of the school.
_LEARNER_ORDER = [
    Status.GRADUATE,
    Status.NON_VOCATIONAL_COURSE,
    Status.PRE_VOCATIONAL,
    Status.UNLISTED_TRAINING,
    Status.HIGHER_EDUCATION_STUDENT,
    Status.TRAINEE,
    Status.REGULATED_TRAINING,
    Status.VOCATIONAL_COLLEGE_STUDENT,
    Status.VET_STUDENT,
    Status.GENERAL_EDUCATION_PUPIL,
    Status.NOT_IN_EDUCATION,
]


@dataclass
class Portrait:
    """All that a message says of one person or organisation, before it is weighed."""

    who: Who
    relation: str | None = None
    noun: str | None = None
    points_back: bool = False
    named: bool = False
    is_mine_alone: bool = False
    reports: bool = False
    speaks: bool = False
    on_behalf: bool = False
    workplace: Status | None = None
    kind: Status | None = None
    roles: list[Term] = field(default_factory=list)
    educations: list[tuple[Term, Clause]] = field(default_factory=list)
    sectors: list[Term] = field(default_factory=list)
    completions: list[tuple[Term, Clause]] = field(default_factory=list)
    organisations: list[Term] = field(default_factory=list)
    later: list[Term] = field(default_factory=list)
    wishes: int = 0
    excluded: bool = False
    asks_then: bool = False
    included: bool = False
    stay: Stay | None = None
    moment: DayRange | None = None

    def take_name(self, term: Term) -> None:
        """Becomes somebody in particular, who was but "hij" before."""
        self.relation, self.noun, self.points_back = term.means["relation"], term.term, False
        self.named = True

    @property
    def takes_part(self) -> bool:
        """Whether it is said to learn or teach, or to have done so; not only where it works."""
        left = all(term.means.get("completed") == "left" for term, _ in self.completions)
        return bool(self.roles or self.educations or self.later or not left)

    @property
    def described(self) -> bool:
        """Whether anything is said of it that tells who it is."""
        return bool(
            self.roles or self.educations or self.completions or self.organisations or self.later
        )

    @property
    def is_staff(self) -> bool:
        """Whether a word for a member of staff is said of it."""
        return any(term.means.get("role") == "staff" for term in self.roles)

    @property
    def is_learner(self) -> bool:
        """Whether it is said to learn, or to have learned."""
        return bool(self.educations or self.completions) or any(
            term.means.get("role") == "learner" for term in self.roles
        )

    @property
    def findings(self) -> list[Finding]:
        """What was found of it, and where."""
        found = [
            *self.roles,
            *(t for t, _ in self.educations),
            *self.sectors,
            *(t for t, _ in self.completions),
            *self.organisations,
            *self.later,
        ]
        return [
            Finding(
                term.category,
                " ".join(map(str, term.means.values())),
                term.start,
                term.end,
                term.text,
            )
            for term in {(t.category, t.start): t for t in found}.values()
        ]


class Conclusions:
    """What portraits come to; ``writer`` is the one of whoever writes the message."""

    def __init__(
        self, kinds: Mapping[str, Kind], clauses: Sequence[Clause], writer: Portrait
    ) -> None:
        self._kinds = kinds
        self._clauses = clauses
        self._writer = writer

    def facts(self, portrait: Portrait) -> Facts:
        """What the portrait comes to: one role, one status, and what hangs on them."""
        staff = [t for t in portrait.roles if t.means.get("role") == "staff"]
        learner = [t for t in portrait.roles if t.means.get("role") == "learner"]
        if staff and not (
            learner
            and learner[-1].token_start > staff[-1].token_start
            and learner[-1].means.get("status")
        ):
            return self._staff_facts(portrait, staff)
        return self._learner_facts(portrait, learner)

    def _staff_facts(self, portrait: Portrait, terms: list[Term]) -> Facts:
        statuses = [t.means["status"] for t in terms if "status" in t.means]
        ranked = sorted(statuses, key=lambda s: _STAFF_ORDER.index(s) if s in _STAFF_ORDER else 9)
        return Facts(
            role=Role.STAFF,
            status=Status(ranked[0]) if ranked else None,
            sector=self.sector(portrait),
        )

    def sector(self, portrait: Portrait) -> Sector | None:
        """The kind of education that the portrait works or learns in, if it is told."""
        terms = portrait.roles
        said = [Sector(t.means["sector"]) for t in terms if "sector" in t.means]
        places = [t for t, _ in portrait.educations] + portrait.sectors
        beside = [
            t
            for t in places
            if any(t.token_start in clause_at(self._clauses, r.token_start) for r in terms)
        ]
        # "lector aan een hogeschool … binnen het beroepsonderwijs": what stands by the post decides
        sectors = said or [self._kinds[t.means["education"]].sector for t in beside or places]
        return next((s for s in _SECTOR_ORDER if s in sectors), None)

    def _learner_facts(self, portrait: Portrait, terms: list[Term]) -> Facts:
        if portrait.asks_then:  # "Hij doet havo en gaat naar het mbo. Mag hij dan weg?"
            then = self._education_status([t for t in portrait.later if t.category == "education"])
            if then is not None:
                return Facts(role=Role.LEARNER, status=then)
        over = {t.token_start for t, _ in portrait.completions}
        terms = [t for t in terms if t.token_start not in over]  # "oud-mbo'er" is no mbo'er
        said = [Status(t.means["status"]) for t in terms if "status" in t.means]
        finished = self._finished(portrait)
        current = [t for t, c in portrait.educations if t not in finished]
        taught = self._education_status(current)
        ends = [term.means["completed"] for term, _ in portrait.completions]
        completion = "yes" if "yes" in ends else ends[-1] if ends else None
        finished_status = self._education_status(finished)
        status: Status | None
        if completion == "yes" and (taught is None or not current) and not _still_learning(said):
            outside = {
                Status.HIGHER_EDUCATION_STUDENT,
                Status.GENERAL_EDUCATION_PUPIL,
                Status.NON_VOCATIONAL_COURSE,
            }
            status = finished_status if finished_status in outside else Status.GRADUATE
        elif completion in {"left", "dropped_out"} and taught is None and not terms:
            status = Status.NOT_IN_EDUCATION
        else:
            named = set(said) - {Status.NOT_IN_EDUCATION}
            if taught and not (named and taught is Status.UNLISTED_TRAINING):
                said.append(taught)
            status = _strongest(said)
            if status is None and finished_status is not None:
                status = finished_status
            if status is None and portrait.later:
                status = self._education_status(
                    [t for t in portrait.later if t.category == "education"]
                )
        if status is None and portrait.relation == "pupil" and self._writer.is_staff:
            status = self._education_status(  # pupils of a teacher at the mbo are at the mbo
                [t for t, _ in self._writer.educations] + self._writer.sectors
            )
        if status is None and not terms and not portrait.completions and not portrait.educations:
            return Facts(role=Role.LEARNER if portrait.relation == "pupil" else None)
        graduation = portrait.moment if status is Status.GRADUATE else None
        return Facts(role=Role.LEARNER, status=status, graduation=graduation)

    def _finished(self, portrait: Portrait) -> list[Term]:
        """ "Vorig jaar afgerond, mbo beveiliging": a fragment beside it names what was finished."""
        named = {
            i for term, _ in portrait.educations for i in range(term.token_start, term.token_end)
        }
        done = [clause for _, clause in portrait.completions]
        sentences = {clause.sentence for clause in done}
        return [
            term
            for term, clause in portrait.educations
            if clause in done
            or (
                clause.sentence in sentences
                and not any(is_finite(token) for token in clause.tokens if token.i not in named)
            )
        ]

    def _education_status(self, terms: list[Term]) -> Status | None:
        statuses = {self._kinds[t.means["education"]].learner for t in terms} - {None}
        if Status.TRAINEE in statuses:  # "leertijd bij Syntra": the contract, not the place
            statuses.discard(Status.UNLISTED_TRAINING)
        return _strongest(statuses)


def _strongest(statuses: Iterable[Status | None]) -> Status | None:
    present = set(statuses)
    return next((status for status in _LEARNER_ORDER if status in present), None)


def _still_learning(said: Iterable[Status]) -> bool:
    return bool({Status.TRAINEE, Status.VET_STUDENT} & set(said))
