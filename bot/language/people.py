"""Who goes: the people and the organisation of a message, what is said of each, who travels.

Every description ("mbo", "docent", "een diploma") is given to the one it is said of, by the clause
it stands in: the subject of the clause, the noun it belongs to, or, in an elliptic fragment, the
one the text was about. Then the travellers are those for whom something is wanted or asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from spacy.tokens import Doc

from bot.eligibility.calendar import DayRange, Stay
from bot.eligibility.facts import Facts, Role, Sector, Status
from bot.language.clauses import (
    DETERMINERS,
    MODALS,
    NEGATORS,
    POSSESSIVES_FIRST,
    POSSESSIVES_THIRD,
    Clause,
    Subject,
    clause_at,
)
from bot.language.functions import ReadsFunctions, Telling, tellings
from bot.language.lexicon import Kind, Term
from bot.language.phrases import Phrases, is_plural
from bot.language.portraits import Conclusions, Portrait
from bot.language.reading import Finding, Person, Who


def who_goes(
    doc: Doc,
    clauses: Sequence[Clause],
    terms: Sequence[Term],
    stays: Sequence[tuple[int, Stay]],
    moments: Sequence[tuple[int, DayRange]],
    kinds: Mapping[str, Kind],
    has_purpose: bool,
    functions: ReadsFunctions | None = None,
) -> tuple[list[Person], list[Finding]]:
    """The travellers of a message, most likely first, and what was found of them and where.

    ``stays`` and ``moments`` are read lengths, dates and days in the past, each with the index of
    its first token; ``kinds`` says what follows from a kind of education.
    """
    terms = sorted([*terms, *_named_relatives(doc, terms)], key=lambda term: term.token_start)
    cast = _Cast(doc, clauses, terms, kinds, bool(stays))
    for clause in clauses:
        cast.hear(clause)
    for token_index, stay in stays:
        cast.give_stay(token_index, stay)
    for token_index, moment in moments:
        cast.give_moment(token_index, moment)
    return cast.travellers(has_purpose, functions)


def _named_relatives(doc: Doc, terms: Sequence[Term]) -> list[Term]:
    """ "Ons Lotte", "onze Yassin": a name behind such a word is one of the family."""
    taken = {index for term in terms for index in range(term.token_start, term.token_end)}
    return [
        Term(
            "relations",
            {"relation": "family"},
            name.lower_,
            name.idx,
            name.idx + len(name),
            name.i,
            name.i + 1,
            name.text,
            True,
        )
        for name in doc[1:]
        if doc[name.i - 1].lower_ in {"ons", "onze", "onzen", "mijn", "m'n"}
        and name.text.isalpha()
        and name.text.istitle()
        and name.pos_ == "PROPN"
        and name.i not in taken
    ]


class _Cast:
    """Everybody a message speaks of, filled clause by clause."""

    def __init__(
        self,
        doc: Doc,
        clauses: Sequence[Clause],
        terms: Sequence[Term],
        kinds: Mapping[str, Kind],
        has_stay: bool,
    ) -> None:
        self.doc = doc
        self.clauses = clauses
        self.terms = terms
        self.self_ = Portrait(Who.SELF)
        self.organisation = Portrait(Who.ORGANISATION)
        self.others: list[Portrait] = []
        self.owner_of: dict[int, Portrait] = {}
        self.relatives: dict[int, Portrait] = {}
        self.words = {token.lower_ for token in doc}
        self.spoken_of: Portrait | None = None
        self.stays_home = False
        self.owner = self.self_
        self.last_other: Portrait | None = None
        self.diplomas: list[tuple[Term, Clause]] = []
        self.first_person = False
        self.plural = False
        self.has_stay = has_stay
        self.kinds = kinds
        self.phrases = Phrases(doc, terms)
        self.conclusions = Conclusions(kinds, clauses, self.self_)

    # --- hearing one clause -------------------------------------------------------------------

    def hear(self, clause: Clause) -> None:
        inside = [term for term in self.terms if term.token_start in clause]
        subject, at = clause.subject
        targets: dict[int, Portrait | None] = {}
        owner = self._pronoun_owner(clause, subject, at)
        for term in inside:
            alone = (
                term.category == "relations"
                and term.means["relation"] == "pupil"
                and not any(
                    t.category == "persons" and t.token_start == term.token_start for t in inside
                )
            )
            among = term.means.get("relation") == "friend" and any(
                t.category == "relations" and t.means["relation"] == "pupil" for t in inside
            )  # "mijn leerlingen, zeven meisjes en een jongen"
            if among or clause.negates(term.token_start) or self._is_counted(term):
                continue
            if _is_somebody(term) or (alone and self._is_asked_about(term, clause)):
                owner = self._hear_relation(term, clause, owner)
            elif alone and self.phrases.function(term, clause) not in _WITH_OR_WHERE:
                self._speak_of(term)
        if owner is None:
            owner = self._noun_owner(clause, inside, targets)
        self.owner = self.last_other if owner.excluded and self.last_other else owner
        self.owner_of[clause.start] = owner
        taken = {
            term.token_start
            for term in inside
            if term.category == "organisations" and self._hear_organisation(term, clause)
        }
        for term in inside:
            if term.category == "persons":
                self._hear_person(term, clause, inside, targets)
        self._hear_own_school(clause, inside)
        self._hear_finished_education(clause, inside)
        for term in inside:
            if term.category == "education" and term.token_start not in taken:
                self._hear_education(term, clause, inside, targets)
            elif term.category == "completion":
                self._hear_completion(term, clause)
        if (
            clause.has_wish
            and owner is not self.organisation
            and subject is not Subject.SECOND
            and not (owner is self.self_ and self._is_about_others(clause, subject))
        ):
            owner.wishes += 1
            owner.asks_then |= bool(owner.later) and "dan" in clause.words
            if _BOTH & set(clause.words):
                for other in self.others:
                    other.wishes += other is not owner
        self._hear_topic(clause, inside)
        self._hear_verbs(clause, inside)

    def _is_counted(self, term: Term) -> bool:
        """ "Tien man": so many people, not a husband."""
        before = self.doc[term.token_start - 1] if term.token_start else None
        if before is None or term.text.lower() != "man":
            return False
        is_article = before.lower_ in DETERMINERS or before.lower_.endswith("ste")
        return bool(before.like_num and not is_article)

    def _is_asked_about(self, term: Term, clause: Clause) -> bool:
        """ "Mijn klas", "een paar jongens willen": not those who are merely mentioned."""
        if self.phrases.is_possessed(term, clause):
            return True
        function = self.phrases.function(term, clause)
        if function != "subject" and (clause.has_verb or function != "beneficiary"):
            return False
        return is_plural(self.doc, term) or self.phrases.is_determined(term, clause)

    def _speak_of(self, pupil: Term) -> Portrait:
        """The pupil of "ik begeleid een mbo'er", of whom a later "hij" or "ze" may speak."""
        self.spoken_of = Portrait(Who.OTHER, "pupil", pupil.term)
        self.relatives[pupil.token_end - 1] = self.spoken_of
        return self.spoken_of

    def _is_about_others(self, clause: Clause, subject: Subject) -> bool:
        """ "Steeds meer bedrijven vertrekken": some other noun is the subject of the clause."""
        return subject is Subject.NONE and any(
            token.dep_ == "nsubj" and token.pos_ in {"NOUN", "PROPN"} and token.head.i in clause
            for token in self.doc[clause.start : clause.end]
        )

    def _pronoun_owner(self, clause: Clause, subject: Subject, at: int) -> Portrait | None:
        if subject in (Subject.FIRST, Subject.FIRST_PLURAL):
            self.first_person = True
            self.plural = self.plural or subject is Subject.FIRST_PLURAL
            return self.self_
        if subject is Subject.THIRD:
            if self.doc[at].lower_ == "iemand" and clause.words[0] == "en":
                return self._other("friend", "iemand")  # "en iemand die …?": another case
            is_host = {"me", "mij", "mijzelf"} & set(clause.words) or (
                self.doc[at].lower_ in {"ze", "zij"}
                and self.self_.described
                and _OFFERS & set(clause.words)
            )
            if self.last_other is None and is_host:
                return self.self_  # "ze hebben een plek voor me": no matter who they are
            return self._pointed_at(self.doc[at].lower_)
        return None

    def _pointed_at(self, pronoun: str = "") -> Portrait:
        if self.last_other and _is_misfit(pronoun, self.last_other.noun):
            fitting = (p for p in reversed(self.others) if not _is_misfit(pronoun, p.noun))
            self.last_other = next(fitting, self.last_other)
        if self.last_other is None:
            self.last_other = self.spoken_of or Portrait(Who.OTHER, points_back=True)
            self.others.append(self.last_other)
        return self.last_other

    def _other(self, relation: str, noun: str) -> Portrait:
        for portrait in self.others:
            if portrait.relation == relation and (relation == "pupil" or portrait.noun == noun):
                self.last_other = portrait
                return portrait
        portrait = Portrait(Who.OTHER, relation, noun)
        self.others.append(portrait)
        self.last_other = portrait
        return portrait

    def _is_source(self, term: Term, clause: Clause) -> bool:
        """Staff whose words are reported: "zei de decaan", "de mentor appt dat het meetelt"."""
        if term.means.get("role") != "staff":
            return False
        left = self.phrases.left_of(term.token_start, clause)
        before = self.doc[left].lower_ if left >= clause.start else ""
        following = [token.lower_ for token in self.doc[term.token_end : term.token_end + 4]]
        after = set(following)
        if following and following[0] in {"vraagt", "vroeg"} and after & {"ik", "we", "wij"}:
            return True  # "mijn mentor vroeg of ik …"
        if before in _SAYS | {"volgens"} or (following and following[0] in _SAYS | _SAID):
            return True
        if before in {"heeft", "hebben", "had"}:
            return bool(after & _SAID)
        return self.phrases.function(term, clause) == "subject" and bool(after & (_SAYS | _SAID))

    def _hear_relation(self, term: Term, clause: Clause, owner: Portrait | None) -> Portrait | None:
        function = self.phrases.function(term, clause)
        if function in {"companion", "place", "destination"}:
            return owner
        if function == "predicate" and owner in (None, self.self_):
            return owner  # "ik ben moeder van …", "als vader": says who asks, not who goes
        if function == "context" and (owner or self.owner).who is Who.OTHER:
            return owner  # "mijn kleinzoon … bij een bakker van mijn schoonzoon"
        if function == "fragment" and self.last_other and self.last_other.points_back:
            self.last_other.take_name(term)  # "hij zit in 5 bso, mijn zoon"
            self.relatives[term.token_end - 1] = self.last_other
            return self.last_other
        if function == "subject" and _INVITES & set(clause.words) and _ME & set(clause.words):
            return owner  # "een collega uit Graz heeft mij uitgenodigd"
        spoken_of = self.last_other
        other = self._other(term.means["relation"], term.term)
        other.named = True
        self.relatives[term.token_end - 1] = other
        if function == "subject" and spoken_of and self._is_theirs(term, clause):
            other.excluded, self.last_other = True, spoken_of  # "mijn zoon …, want zijn mama werkt"
            return other
        if function == "beneficiary":
            other.included = True
            return other
        following = self.doc[term.token_end : term.token_end + 4]
        other.reports |= any(token.lower_ in _SAYS for token in following)
        if owner is self.self_:
            asked_about = self._is_of_asker(term, clause) or self._relative_clause_follows(term)
            return other if asked_about or self._is_whether(term, clause) else owner
        return other

    def _is_theirs(self, term: Term, clause: Clause) -> bool:
        """Somebody of somebody else: "zijn mama", but not "mijn zoon en zijn vriend"."""
        first = self.phrases.left_of(term.token_start, clause) + 1
        determiner = self.doc[first].lower_
        before = self.doc[first - 1].lower_ if first else ""
        joined = before in {"en", "of", "met"}
        return determiner in POSSESSIVES_THIRD and not joined and not clause.is_question

    def _is_whether(self, term: Term, clause: Clause) -> bool:
        """ "Ik vraag of mijn dochter weg mag": the subject of what is asked."""
        at = clause.subject[1]
        return at < term.token_start and bool(
            {"of", "dat", "wat", "hoelang"} & {t.lower_ for t in self.doc[at : term.token_start]}
        )

    def _is_of_asker(self, term: Term, clause: Clause) -> bool:
        """Whether it is the one whose mother asks: "ik ben moeder van een dochter in 5 bso"."""
        left = self.phrases.left_of(term.token_start, clause)
        return (
            left > clause.start
            and self.doc[left].lower_ == "van"
            and any(_is_kin(t) and t.token_end == left for t in self.terms)
        )

    def _relative_clause_follows(self, term: Term) -> bool:
        return term.token_end < len(self.doc) and self.doc[term.token_end].lower_ in {
            "die",
            "dat",
            ",",
            "uit",
            "van",
        }

    def _noun_owner(
        self, clause: Clause, inside: Sequence[Term], targets: dict[int, Portrait | None]
    ) -> Portrait:
        for term in inside:
            if (
                term.category == "persons"
                and not clause.negates(term.token_start)
                and not self._is_source(term, clause)
            ):
                other = self._as_other(term, clause)
                functions = {"subject", "fragment"}
                if not (clause.has_verb and self._is_elliptic(clause)):
                    functions.add("beneficiary")
                if other and self.phrases.function(term, clause) in functions:
                    targets[term.token_start] = other
                    return other
        if self.owner is self.organisation:
            return self.self_
        antecedent = self._antecedent(clause)
        if antecedent is None:
            return self.owner
        if antecedent is not self.self_ and antecedent not in self.others:
            self.others.append(antecedent)
        self.last_other = antecedent
        return antecedent

    def _antecedent(self, clause: Clause) -> Portrait | None:
        """Who goes on after a clause between: "de klas die ik begeleid, wil weg"."""
        index = self.clauses.index(clause)
        first = next((t for t in self.doc[clause.start : clause.end] if not t.is_punct), None)
        if index == 0 or first is None or first.lower_ not in MODALS:
            return None
        before = self.clauses[index - 1]
        if before.sentence == clause.sentence and _RELATIVE & set(before.words):
            return self.relatives.get(before.start + 1)
        return None

    def _is_elliptic(self, clause: Clause) -> bool:
        """ "We zijn een school en zoeken info voor …": the subject of the clause before goes on."""
        index = self.clauses.index(clause)
        return index > 0 and self.clauses[index - 1].sentence == clause.sentence

    def _as_other(self, term: Term, clause: Clause) -> Portrait | None:
        """The somebody else that a word for a person means; None if it says what the owner is."""
        function = self.phrases.function(term, clause)
        if function == "predicate":
            return None
        possessed = self.phrases.is_possessed(term, clause)
        plural = is_plural(self.doc, term)
        determined = self.phrases.is_determined(term, clause)
        relation = "pupil" if term.means.get("role") == "learner" else "staff"
        if possessed:
            other = self._other(relation, "possessed" if plural else term.term)
            other.is_mine_alone = not plural
            other.named = other.named or not clause.has_verb
            return other
        if function == "fragment" and not plural and not determined:
            return None
        if function == "context" and self._is_of_asker(term, clause):
            return self._other(relation, term.term)
        if function in {"subject", "beneficiary"} and (plural or determined):
            return self._other(relation, term.term)
        if function == "fragment" and (plural or determined):
            asks_on = clause.is_question and clause.words[0] in {"en", "of"}
            definite = self.doc[term.token_start - 1].lower_ in {"de", "het", "die", "dat", "den"}
            if not plural and not clause.has_verb and not (definite or asks_on):
                return None  # "een leerling" as answer to "wie bent u?"
            return self._other(relation, term.term)
        return None

    def _hear_person(
        self,
        term: Term,
        clause: Clause,
        inside: Sequence[Term],
        targets: dict[int, Portrait | None],
    ) -> None:
        if clause.negates(term.token_start) or self._is_source(term, clause):
            targets[term.token_start] = None
            return
        function = self.phrases.function(term, clause)
        owner = self.owner_of[clause.start]
        target = targets.get(term.token_start) or self._as_other(term, clause)
        if target is None:
            relative = self._relative_in(term, clause)
            if relative is not None:
                target = relative  # "een groepje jongens uit de opleiding tegelzetten"
            elif function == "predicate" and clause.subject[0] is Subject.FIRST:
                target = self.self_  # "ik ben mentor van een jongen die …"
            elif function in {"predicate", "fragment", "subject"}:
                target = owner
            else:
                targets[term.token_start] = None  # spoken of, but neither asker nor traveller
                if term.means.get("role") == "learner":
                    self._speak_of(term).roles.append(term)
                return
        targets[term.token_start] = target
        if target is not owner:
            self.relatives.setdefault(term.token_end - 1, target)
        if function == "beneficiary" and (
            self.phrases.is_possessed(term, clause)
            or target.named
            or not _SEEKS.isdisjoint(clause.words)
            or clause.subject[0] is Subject.NONE  # "is dat genoeg voor een mbo-student?"
        ):
            target.included = True
        if clause.is_past and target is self.self_:
            return
        if clause.is_later:
            target.later.append(term)
            return
        if self.phrases.is_possessed(term, clause) and "sector" in term.means:
            # "haar juf": to a pupil, of whatever school
            term = replace(term, means={**term.means, "sector": str(Sector.AMBIGUOUS)})
        target.roles.append(term)
        if target is not owner and function in {"subject", "fragment"} and clause.has_wish:
            target.wishes += 1

    def _hear_education(
        self,
        term: Term,
        clause: Clause,
        inside: Sequence[Term],
        targets: dict[int, Portrait | None],
    ) -> None:
        if clause.negates(term.token_start):
            return
        if self._is_destination(term, clause):
            if clause.is_later:  # "volgend jaar gaat hij naar het mbo"
                self.owner_of[clause.start].later.append(term)
            return
        if _is_many_places(term):
            return  # "opleidingen", "scholen" in general: nobody's own
        if self._is_rule_or_name(term, clause):
            return
        if self._is_somebodys_school(term, clause):
            return
        owner = self.owner_of[clause.start]
        target = owner
        if self._works_there(term, clause):
            owner.roles.append(replace(term, category="persons", means={"role": "staff"}))
            owner.sectors.append(term)
            return
        if owner is self.self_ and self._is_ours(term, clause):
            owner.sectors.append(term)  # pupils and teachers alike say "op onze school"
            return
        relative = self._relative_tells_of(term, clause)
        if relative is None and not owner.roles:
            relative = self._relative_in(term, clause)
        if relative is not None:
            relative.educations.append((term, clause))
            if relative is self.spoken_of:
                owner.sectors.append(term)
            return
        anchor = self.phrases.anchor(term, clause, inside)
        if anchor is not None:
            anchored = targets.get(anchor.token_start)
            if anchored is None:
                owner.sectors.append(term)
                if spoken_of := self.relatives.get(anchor.token_end - 1):
                    spoken_of.educations.append((term, clause))
                return
            if anchored is not owner and owner.is_staff:
                owner.sectors.append(term)
            target = anchored
        if self._is_given_up(term, clause):
            return
        if {"voordat", "vooraleer", "alvorens"} & set(clause.words) or (
            target.educations and _BEGINS & set(clause.words)
        ):
            target.later.append(term)  # "zit in de havo en begint in september aan het mbo"
            return
        is_over = clause.is_past and not any(t.category == "completion" for t in inside)
        is_ready = "klaar" in self.words
        tells_end = is_ready or any(t.category == "completion" for t in self.terms)
        if is_over and (target is self.self_ or clause.subject[0] is Subject.THIRD or tells_end):
            if is_ready:
                target.completions.append((replace(term, means={"completed": "yes"}), clause))
            return
        if self._is_what_follows(term, clause, inside):
            return
        if clause.is_later:
            target.later.append(term)
            return
        target.educations.append((term, clause))

    def _hear_completion(self, term: Term, clause: Clause) -> None:
        words = clause.words
        at = term.token_start - clause.start
        before = set(words[max(0, at - 4) : at])
        if clause.negates(term.token_start, reach=5) or before & {"niks", "niets", "nooit"}:
            return
        if term.means["completed"] == "left" and {"wil", "willen", "wou", "zou"} & set(words[:at]):
            return  # "ik wil een tussenjaar doen": still to come
        if before & _NOT_YET or words[max(0, at - 1) : at] == ["bijna"]:
            return
        if {"volgend", "volgende", "binnenkort", "straks"} & set(words):
            return
        if term.means["completed"] == "diploma":
            term = replace(term, means={"completed": "yes"})
            if not _is_in_hand(term, clause) and not self._goes_with_it(term, clause):
                self.diplomas.append((term, clause))
                return
        self.owner_of[clause.start].completions.append((term, clause))

    def _goes_with_it(self, term: Term, clause: Clause) -> bool:
        """ "Met mijn diploma wil ik …"."""
        left = self.phrases.left_of(term.token_start, clause)
        mine = self.doc[left + 1].lower_ in POSSESSIVES_FIRST | POSSESSIVES_THIRD
        return left >= clause.start and self.doc[left].lower_ == "met" and mine

    def _hear_finished_education(self, clause: Clause, inside: Sequence[Term]) -> None:
        """A kind of education with a word for done is a completed one: "het vmbo gehaald"."""
        educations = [t for t in inside if t.category == "education"]
        words = clause.words
        done = next((i for i, word in enumerate(words) if word in _DONE), len(words) - 1)
        is_done = words[done] in _DONE or clause.graduated
        if not educations or not is_done or any(t.category == "completion" for t in inside):
            return
        still_to_do = {"wil", "moet", "zal", "ga", "nog"} & set(words[:done])
        if still_to_do or clause.negates(clause.start + done, 9):
            return
        marker = replace(educations[0], category="completion", means={"completed": "yes"})
        self.owner_of[clause.start].completions.append((marker, clause))

    def _hear_organisation(self, term: Term, clause: Clause) -> bool:
        """Notes an organisation that the writer speaks for; tells whether it is one."""
        if clause.negates(term.token_start):
            return False
        before = clause.words[: term.token_start - clause.start]
        if {"werk", "werken"} & set(before) and {"bij", "voor"} & set(before):
            self.organisation.workplace = Status(term.means["organisation"])
        leads = _LEADS & set(before) and term.means["organisation"] in _SCHOOLS
        if leads:
            head = replace(term, category="persons", means={"role": "staff", "status": "head"})
            self.owner_of[clause.start].roles.append(head)
        if not self._speaks_for_organisation(term, clause):
            return False
        self.organisation.organisations.append(term)
        self.organisation.on_behalf |= bool({"namens", "vanuit"} & set(before[-3:]))
        return True

    def _hear_own_school(self, clause: Clause, inside: Sequence[Term]) -> None:
        """ "Onze school zoekt …", "het gaat over onze organisatie", "wij zijn een school"."""
        for index in range(clause.start, clause.end):
            word = self.doc[index].lower_
            if word not in _OWN_PLACES or any(t.token_start <= index < t.token_end for t in inside):
                continue
            place = Term("organisations", {}, word, 0, 0, index, index + 1, word, True)
            function = self.phrases.function(place, clause)
            ours = self.phrases.is_possessed(place, clause) and "mijn" not in clause.words
            are = function == "predicate" and clause.subject[0] is Subject.FIRST_PLURAL
            if are or (ours and function in {"subject", "beneficiary", "fragment", "predicate"}):
                kinds = [
                    self.kinds[t.means["education"]].organisation
                    for t in inside
                    if t.category == "education"
                ]
                self.organisation.speaks = True
                self.organisation.kind = self.organisation.kind or next(filter(None, kinds), None)

    def _speaks_for_organisation(self, term: Term, clause: Clause) -> bool:
        function = self.phrases.function(term, clause)
        words = clause.words
        subject, _ = clause.subject
        before = words[: term.token_start - clause.start]
        ours = self.phrases.is_possessed(term, clause)
        first = subject in (Subject.FIRST, Subject.FIRST_PLURAL)
        if function == "predicate":
            return subject is not Subject.THIRD or "namens" in before
        if "namens" in before or "vanuit" in before:
            return True
        wants = any(t.category == "purposes" for t in self.terms)
        we = {"we", "wij", "ons", "onze"} & self.words
        if wants and we and before[-3:] and {"bij", "voor"} & set(before[-3:]):
            return not self.self_.described
        if function == "beneficiary":
            return ours
        if function in {"place", "destination", "companion", "context"}:
            return False
        if first and function == "object":
            return bool(_RUNS & set(words))
        if function == "subject":
            personal = self.self_.takes_part or bool(
                {"me", "mij", "ons", "ik"} & set(words[len(before) :])
            )
            joins = clause.has_wish and bool(_JOINS & set(words))
            return (ours and (wants or not personal)) or ((wants or joins) and not personal)
        if function == "fragment" and (
            any(p.described for p in self.others) or self._is_own_education(term)
        ):
            return False
        if function == "fragment":
            others = {"education", "persons", "relations"}
            return not self.self_.described and (
                wants
                or not any(
                    t.category in others
                    and t.token_start in clause
                    and t.token_start != term.token_start
                    for t in self.terms
                )
            )
        return False

    def _is_own_education(self, term: Term) -> bool:
        """ "Vakschool, 20 dagen": with a stay behind it the bare name of a kind of school."""
        return self.has_stay and any(
            t.category == "education" and t.token_start == term.token_start for t in self.terms
        )

    def _hear_topic(self, clause: Clause, inside: Sequence[Term]) -> None:
        """ "Het gaat om mijn dochter", "niet over mij", "niet zij maar ikzelf"."""
        words = clause.words
        negated = bool({"niet", "ni", "nie", "geen"} & set(words))
        about = {"over", "om", "voor"} & set(words)
        topical = ("gaat" in words or "betreft" in words) or (negated and about)
        and_i = words[:2] == ["en", "ik"] and not any(word in _SAYS | {"denk"} for word in words)
        if and_i or words[:3] == ["en", "voor", "mij"]:
            self.self_.included = True
        if {"ik", "blijf"} <= set(words) and {"thuis", "hier"} & set(words) and not negated:
            self.stays_home = True
        for index, word in enumerate(words):
            person: Portrait | None = None
            if word in {"mij", "mezelf", "mijzelf", "me"} and topical and about:
                person = self.self_
            elif (
                word in {"hem", "haar", "hen", "hun", "hemzelf", "haarzelf", "henzelf"}
                and about
                and (clause.has_verb or words[0] in {"en", "voor", "of", "maar", "niet"})
            ):
                if words[max(0, index - 1)] in {"over", "om", "voor"} and (
                    index + 1 == len(words)
                    or clause.tokens[index + 1].pos_ not in {"ADJ", "NOUN", "PROPN"}
                ):
                    person = self._pointed_at()
            elif word in {"zij", "hij"} and index and words[index - 1] in {"niet", "ni"}:
                person = self._pointed_at()
            elif word in {"ikzelf", "ikzelve"} or (
                word in {"zelf", "ook"}
                and _i_wish(words)
                and (word == "zelf" or (clause.is_question and self.self_.described))
            ):
                if NEGATORS & set(words):
                    self.stays_home = True
                else:
                    self.self_.included = True
            if person is None:
                continue
            is_negated = negated and (
                "niet" in words[:index] or "ni" in words[:index] or "niet" in words[index:]
            )
            if is_negated:
                person.excluded = True
            else:
                person.included = True
        if not topical or not about:
            return
        for term in inside:
            if _is_somebody(term) or term.category == "persons":
                before = words[
                    max(0, term.token_start - clause.start - 4) : term.token_start - clause.start
                ]
                if {"over", "om", "voor"} & set(before):
                    other = self._other_for(term)
                    if other is not None:
                        other.excluded = clause.negates(term.token_start, reach=5)
                        other.included = not other.excluded

    def _other_for(self, term: Term) -> Portrait | None:
        if _is_somebody(term):
            return self._other(term.means["relation"], term.term)
        relation = "pupil" if term.means.get("role") == "learner" else "staff"
        for portrait in self.others:
            if portrait.relation == relation:
                return portrait
        return None

    def _hear_verbs(self, clause: Clause, inside: Sequence[Term]) -> None:
        """ "Ik geef Frans op een havo": giving, at a kind of education, is teaching there."""
        owner = self.owner_of[clause.start]
        gives = {"geef", "geeft", "geven"} & set(clause.words)
        if clause.is_supposition:
            gives |= {"lesgeven", "lesgaf", "doceren"} & set(clause.words)
        somebody = clause.subject[0] is not Subject.NONE or owner.named or "geef" in gives
        if not gives or not somebody or clause.is_past:
            return
        educations = [t for t in inside if t.category == "education"]
        if {"daar", "er", "hier", "ginder"} & set(clause.words):
            educations += [t for t, _ in owner.educations]  # "op een basisschool, ik geef er gym"
        other_gifts = {"krijg", "leiding", "advies", "raad", "voorlichting", "info"}
        if educations and not owner.roles and not other_gifts & set(clause.words):
            owner.roles.append(
                replace(
                    educations[0],
                    category="persons",
                    means={"role": "staff", "status": "teacher"},
                )
            )

    # --- grammar of one noun ------------------------------------------------------------------

    def _relative_in(self, term: Term, clause: Clause) -> Portrait | None:
        """The somebody of "een jongen in de aanloopfase", right before the kind of education."""
        left = self.phrases.left_of(term.token_start, clause)
        if left <= clause.start or self.doc[left].lower_ not in {"in", "uit", "van", "op"}:
            return None
        return self.relatives.get(left - 1) or self.relatives.get(left - 2)  # "een klas kappers"

    def _relative_tells_of(self, term: Term, clause: Clause) -> Portrait | None:
        """The somebody of "een jongen die een vooropleiding doet"."""
        left = self.phrases.left_of(term.token_start, clause)
        is_relative = self.doc[left + 1].lower_ in {"die", "dat"}
        return self.relatives.get(left) if is_relative and left >= clause.start else None

    def _is_destination(self, term: Term, clause: Clause) -> bool:
        """Not where somebody learns: "naar een school in Spanje", "met scholen in Ierland"."""
        left = self.phrases.left_of(term.token_start, clause)
        phrase = [token for token in self.doc[left + 1 : term.token_start]]
        foreign = any(
            t.lower_ in {"buitenlandse", "partnerschool", "andere", "europese", "buitenlands"}
            or (t.text[:1].isupper() and t.lower_.endswith(("se", "ische")) and t.i > clause.start)
            for t in phrase
        )
        if foreign:
            return True
        if left < clause.start:
            return False
        word = self.doc[left].lower_
        if word in {"over", "rond", "omtrent", "inzake", "betreffende"}:
            return True  # what it is about: "samenwerken rond beroepsopleidingen"
        mine = any(t.lower_ in POSSESSIVES_FIRST | POSSESSIVES_THIRD for t in phrase)
        if word in {"binnen", "rond"} and not mine:
            return True
        if word in {"met", "tussen"} and not mine:
            return self._is_institution(term)
        if word == "naar":
            indefinite = any(t.lower_ in {"een", "'n"} for t in phrase)
            wants = {"wil", "wilt", "willen", "zou", "zouden", "stage"} & set(clause.words)
            return bool(indefinite or wants or is_plural(self.doc, term))
        return False

    def _is_rule_or_name(self, term: Term, clause: Clause) -> bool:
        """Whom it is for in general: "dat is toch enkel voor bso", "Erasmus+ voor het mbo"."""
        left = self.phrases.left_of(term.token_start, clause)
        if left < clause.start or self.doc[left].lower_ != "voor":
            return False
        before = {t.lower_ for t in self.doc[max(clause.start, left - 3) : left]}
        personal = clause.subject[0] in (Subject.FIRST, Subject.FIRST_PLURAL)
        return bool(before & _PROGRAMME) or (
            bool(before & {"enkel", "alleen", "slechts", "uitsluitend"}) and not personal
        )

    def _is_somebodys_school(self, term: Term, clause: Clause) -> bool:
        """ "Ik vroeg het aan Hans (aan iemand) van het mbo": where somebody is to be found."""
        left = self.phrases.left_of(term.token_start, clause)
        if left <= clause.start:
            return False
        before = self.doc[left - 1]
        named = before.pos_ == "PROPN" or before.lower_ == "iemand"
        asked = {"aan", "met", "bij", "volgens"} & set(clause.words[: left - clause.start])
        return named and bool(asked) and self.doc[left].lower_ == "van"

    def _works_there(self, term: Term, clause: Clause) -> bool:
        """ "Ik werk al jaren op een vti": the place of somebody's work, unless they learn there."""
        left = self.phrases.left_of(term.token_start, clause)
        words = set(clause.words)
        return (
            left >= clause.start
            and self.doc[left].lower_ in _AT
            and term.means["education"] not in _TRACKS
            and not _WORKS.isdisjoint(words)
            and _LEARNS_THERE.isdisjoint(words)
        )

    def _is_ours(self, term: Term, clause: Clause) -> bool:
        left = self.phrases.left_of(term.token_start, clause)
        start = max(left - 2, clause.start)
        phrase = {token.lower_ for token in self.doc[start : term.token_start]}
        return bool(phrase & {"ons", "onze", "onzen"}) and bool(
            self._is_institution(term) or phrase & {"centrum", "school", "instelling"}
        )

    def _is_given_up(self, term: Term, clause: Clause) -> bool:
        """ "Eerst twee jaar hbo geprobeerd", "de havo is jaren geleden": not any more."""
        words = set(clause.words)
        return bool({"geprobeerd", "probeerde"} & words) or ("geleden" in words and "is" in words)

    def _is_institution(self, term: Term) -> bool:
        return any(
            t.category == "organisations" and t.token_start == term.token_start for t in self.terms
        )

    def _is_what_follows(self, term: Term, clause: Clause, inside: Iterable[Term]) -> bool:
        """ "telt mee voor het mbo", "de opleiding die ik daarna doe": not the present education."""
        left = self.phrases.left_of(term.token_start, clause)
        before = {"voor", "op", "aan", "in", "bij", "met"}
        if left < clause.start or self.doc[left].lower_ not in before:
            return False
        return clause.counts_towards or any(t.category == "credit" for t in inside)

    # --- after all clauses --------------------------------------------------------------------

    def give_stay(self, index: int, stay: Stay) -> None:
        owner = self.owner_of.get(clause_at(self.clauses, index).start, self.self_)
        if owner.stay is None:
            owner.stay = stay
        owner.wishes += 1

    def give_moment(self, index: int, moment: DayRange) -> None:
        clause = clause_at(self.clauses, index)
        owner = self.owner_of.get(clause.start, self.self_)
        # "diploma van mei 2024"
        owner.completions += [d for d in self.diplomas if d[1].sentence == clause.sentence]
        if not owner.completions:
            return
        known = owner.moment
        if known is None or (
            any(told is clause for _, told in owner.completions)
            and moment.latest - moment.earliest < known.latest - known.earliest
        ):
            owner.moment = moment  # "zat vorig jaar in 6 bso en is sinds juni afgestudeerd"

    def travellers(
        self, has_purpose: bool, functions: ReadsFunctions | None = None
    ) -> tuple[list[Person], list[Finding]]:
        """Who is to travel, most likely first, with what was found of them."""
        organisation = self._organisation(has_purpose)
        if organisation is not None:
            return [organisation], self.organisation.findings
        if functions is not None:
            self._hear_functions(functions)
        self._join_pronoun()
        if self.stays_home and self.others:
            self.self_.excluded = True
        people = [p for p in (*self.others, self.self_) if not p.excluded]
        weighed = [(self._weight(p), p) for p in people]
        weighed = [(weight, p) for weight, p in weighed if weight > 0]
        if not weighed:
            return [], []
        top = max(weight for weight, _ in weighed)
        chosen = [p for weight, p in weighed if weight == top]
        if len(chosen) > 1:
            chosen = [p for p in chosen if p.described] or chosen[:1]
        elif chosen[0].included and not chosen[0].described:
            self._belong_to_those_asked_about(chosen[0])
        people_chosen = [self._person(p) for p in chosen]
        return people_chosen, [finding for p in chosen for finding in p.findings]

    def _belong_to_those_asked_about(self, somebody: Portrait) -> None:
        """ "Zijn leerlingen van een vti welkom? Het gaat om mijn nicht": she is one of them."""
        general = [p for p in self.others if p.described and not (p.named or p.is_mine_alone)]
        if len(general) == 1 and general[0].noun != "possessed":
            somebody.roles, somebody.educations = general[0].roles, general[0].educations

    def _hear_functions(self, functions: ReadsFunctions) -> None:
        """What somebody does tells their function, where no word does."""
        left = functions.most_read
        for telling in tellings(self.clauses, self._have_one_owner):
            owner = self.owner_of[telling.first.start]
            with_me = owner.relation == "pupil" and telling.mentions("mij", "me")
            if not left or not (with_me or self._lacks_status(owner)):
                continue
            left -= 1
            means = functions.read(telling.span, self.terms)
            if owner.relation == "pupil" and means.get("role") == Role.STAFF:
                if not with_me:
                    continue
                owner = self.self_  # "leerlingen komen bij mij langs als …"
            if means and self._lacks_status(owner) and _goes_with(means, owner, telling):
                self._speak_only_of_others(owner, telling)
                owner.roles = [t for t in owner.roles if not telling.covers(t.token_start)]
                owner.roles.append(telling.as_term(means))

    def _speak_only_of_others(self, owner: Portrait, telling: Telling) -> None:
        """Whom somebody's work is for does not travel, and wishes nothing."""
        for clause in self.clauses:
            other = self.owner_of[clause.start]
            if other is not owner and telling.covers(clause.start):
                other.wishes -= clause.has_wish
        beside = [clause for clause in self.clauses if not telling.covers(clause.start)]
        asked_for = any(c.has_wish and self.owner_of[c.start] is not owner for c in beside)
        speaking_parts = [self.owner_of[clause.start] for clause in self.clauses]
        for other in self.others:
            if other is not owner and other is not self.spoken_of:  # of whom it goes on to speak
                other.roles = [t for t in other.roles if not telling.covers(t.token_start)]
                other.excluded |= not asked_for and other not in speaking_parts

    def _have_one_owner(self, clause: Clause, other: Clause) -> bool:
        return self.owner_of[clause.start] is self.owner_of[other.start]

    def _lacks_status(self, portrait: Portrait) -> bool:
        if portrait is self.organisation or portrait.excluded:
            return False
        status = self.conclusions.facts(portrait).status
        learns = any(_is_pupil_there(set(clause.words)) for _, clause in portrait.educations)
        only_place = not (learns or portrait.roles or portrait.completions)
        return only_place or status in (None, Status.NOT_IN_EDUCATION)

    def _join_pronoun(self) -> None:
        """ "Ons Lotte is afgestudeerd. Kan ze nog mee?": what nobody claimed is said of "ze"."""
        bare = [p for p in self.others if p.points_back and not p.described]
        if bare and self.self_.described and not self.first_person:
            self.others.remove(bare[0])
            self.self_.who = Who.OTHER
            self.self_.wishes += bare[0].wishes

    def _weight(self, portrait: Portrait) -> int:
        if portrait.reports and not portrait.described and self.self_.described:
            return 0  # "mijn broer zegt dat het niet kan, maar ik doe …"
        if portrait.relation == "staff" and portrait.is_mine_alone and self.self_.is_learner:
            return 0  # "mijn mentor raadt het aan": spoken of, not travelling
        weight = 4 * portrait.included + 2 * bool(portrait.wishes) + bool(portrait.described)
        weight += portrait.named
        if portrait.relation == "pupil" and portrait.wishes:
            weight += 1
        if portrait is self.self_ and not portrait.described and not self.others:
            return max(weight, 0)
        return weight

    def _organisation(self, has_purpose: bool) -> Person | None:
        portrait = self.organisation
        if portrait.excluded:
            return None
        if portrait.organisations:
            personal = self.self_.takes_part or any(p.described and p.wishes for p in self.others)
            if has_purpose or portrait.on_behalf or not personal:
                status = Status(portrait.organisations[0].means["organisation"])
                return Person(Who.ORGANISATION, Facts(role=Role.ORGANISATION, status=status))
        personal = bool(self.self_.roles) or any(p.described and p.wishes for p in self.others)
        if portrait.speaks and (has_purpose or not personal):
            kind = portrait.kind or portrait.workplace
            return Person(Who.ORGANISATION, Facts(role=Role.ORGANISATION, status=kind))
        if has_purpose and self.plural and not (self.self_.roles or self.self_.completions):
            return Person(Who.ORGANISATION, Facts(role=Role.ORGANISATION))
        return None

    def _person(self, portrait: Portrait) -> Person:
        is_only_place = not (portrait.roles or portrait.completions)
        return Person(
            who=portrait.who,
            facts=self.conclusions.facts(portrait),
            relation=portrait.relation,
            noun=portrait.noun,
            points_back=portrait.points_back or (portrait is self.self_ and not self.first_person),
            emphasised=portrait.included,
            wishes=bool(portrait.wishes),
            place=self.conclusions.sector(portrait) if is_only_place else None,
            stay=portrait.stay,
        )


_SAYS = {
    "zegt",
    "zei",
    "zeggen",
    "zeiden",
    "vertelt",
    "vertelde",
    "vindt",
    "vond",
    "denkt",
    "dacht",
    "meent",
    "beweert",
    "beweerde",
    "appt",
    "appte",
    "mailt",
    "mailde",
    "schrijft",
    "schreef",
    "bevestigt",
    "bevestigde",
    "weet",
    "wist",
    "raadt",
    "raadde",
    "antwoordt",
    "antwoordde",
    "liet",
    "belt",
    "belde",
    "meldt",
    "meldde",
}
_SAID = {
    "gezegd",
    "verteld",
    "beweerd",
    "geappt",
    "gemaild",
    "geschreven",
    "bevestigd",
    "beloofd",
    "uitgelegd",
    "aangeraden",
    "gesproken",
    "gevraagd",
    "gehoord",
    "weten",
}
_NOT_YET = {"na", "zodra", "wanneer", "voordat", "voor", "binnenkort", "straks", "tot"}
_HAVE = {
    "heb",
    "hebt",
    "heeft",
    "hebben",
    "had",
    "kreeg",
    "kregen",
    "haalde",
    "behaalde",
    "gehaald",
    "behaald",
    "gekregen",
    "ontvangen",
    "ontving",
    "staat",
    "binnen",
    "zak",
    "uitgereikt",
    "datum",
    "ligt",
    "hangt",
}
_DONE = {
    "gehaald",
    "behaald",
    "afgerond",
    "afgemaakt",
    "voltooid",
    "doorlopen",
    "afgesloten",
    "gedaan",
    "afgewerkt",
}
_PROGRAMME = {"erasmus", "erasmus+", "+", "programma", "beurs", "regeling", "subsidie"}
_OWN_PLACES = {
    "school",
    "organisatie",
    "instelling",
    "onderwijsinstelling",
    "scholengroep",
    "dienst",
    "centrum",
}
_RUNS = {
    "heb",
    "hebben",
    "run",
    "runnen",
    "leid",
    "leiden",
    "vertegenwoordig",
    "vertegenwoordigen",
    "vormen",
    "beheer",
    "beheren",
    "bestuur",
    "baat",
    "baten",
    "beginnen",
}
_JOINS = {"meedoen", "deelnemen", "meewerken", "aanvragen", "instappen", "aansluiten"}
_LEADS = {"leid", "leidt", "run", "runt", "bestuur", "bestuurt"}
_WITH_OR_WHERE = {"companion", "predicate", "place", "destination"}
_RELATIVE = {"die", "dat", "waar", "waarvan", "wie"}
_BEGINS = {"begin", "begint", "start"}
_INVITES = {"uitgenodigd", "nodigt", "nodigde", "uitnodigt", "uitnodigde"}
_ME = {"me", "mij", "ons"}
_BOTH = {"allebei", "beide", "beiden", "alletwee", "allemaal"}
_LEARNS = {"zit", "zitten", "doe", "doet", "doen", "volg", "volgt", "volgen", "studeer", "studeert"}
_LEARNS |= {"loop", "loopt", "lopen", "begin", "begint", "beginnen"}
_LEARNS_THERE = _LEARNS | {"leer", "leert", "leerling", "student", "studente", "stage", "opleiding"}
_SCHOOLS = {"vet_provider", "training_centre"}
_OFFERS = {"hebben", "bieden", "zoeken", "verwachten", "betalen", "organiseren"}
_WOMEN = {"dochter", "dochterlief", "kleindochter", "nicht", "zus", "zuster", "stiefdochter"}
_WOMEN |= {"pleegdochter", "stiefzus", "halfzus", "schoonzus", "schoondochter", "tienerdochter"}
_WOMEN |= {"bomma", "tante", "moeder", "mama", "mams", "oma", "vrouw", "echtgenote", "vriendin"}
_WOMEN |= {"buurmeisje", "buurvrouw", "klasgenote", "medestudente", "meisje", "vriendinnetje"}
_SEEKS = {"zoek", "zoekt", "zoeken", "regel", "regelt", "regelen"}
_WORKS = {"werk", "werkt", "werken", "werkzaam", "werkende"}
_AT = {"op", "in", "aan", "bij", "binnen", "van"}
# Kinds of education that one follows, and where nobody works.
_TRACKS = {"apprenticeship", "regulated", "unlisted", "non_vocational"}


def _is_in_hand(term: Term, clause: Clause) -> bool:
    """Whether a diploma has been obtained: "heb mijn diploma", "mijn diploma is binnen"."""
    if not any(part in term.text.lower() for part in ("diploma", "getuigschrift", "papier")):
        return False
    words = set(clause.words)
    return bool(words & _HAVE) and not words & {"wil", "moet", "zal", "hoop", "bijna"}


def _is_many_places(term: Term) -> bool:
    return term.text.lower().endswith(("opleidingen", "scholen", "instellingen", "trajecten"))


def _goes_with(means: Mapping[str, str], portrait: Portrait, telling: Telling) -> bool:
    """Whether what was learned agrees with the words: "op een roc" is where a learner learns."""
    if "status" not in means:
        return not (portrait.roles or portrait.completions)
    elsewhere = [t for t in portrait.roles if not telling.covers(t.token_start)]
    said = elsewhere if means["role"] == Role.STAFF else portrait.roles
    roles = {role for term in said if (role := term.means.get("role"))}
    is_learner = bool(portrait.educations) and means["role"] == Role.LEARNER
    return roles <= {means["role"]} and not is_learner


def _is_kin(term: Term) -> bool:
    return term.category == "relations" and term.means["relation"] == "family"


def _i_wish(words: Sequence[str]) -> bool:
    """ "Ik zou …", "mag ik …": not somebody else's wish in the same clause."""
    return any(
        ("ik" in pair or "k" in pair) and not MODALS.isdisjoint(pair) for pair in pairwise(words)
    )


def _is_pupil_there(words: set[str]) -> bool:
    """ "Hij volgt tso", "zij gaat naar de vakschool"; not "daar ga ik over de stages"."""
    return bool(_LEARNS & words) or ("naar" in words and bool({"ga", "gaat", "gaan"} & words))


def _is_misfit(pronoun: str, noun: str | None) -> bool:
    """Whether "hij" is said of a woman or girl; "ze" may be anybody, one or many."""
    return pronoun == "hij" and noun in _WOMEN


def _is_somebody(term: Term) -> bool:
    """A word for somebody else; pupils are told by the words for a person."""
    return term.category == "relations" and term.means["relation"] not in {"pupil", "employee"}
