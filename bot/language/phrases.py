"""What a noun does in its clause: whether it is what somebody is, whom it is about, or a place.

Noun phrases as people write them in chat, often without a verb or an article; where the order of
words does not decide, the parse does.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from bot.language.clauses import (
    COPULAS,
    DETERMINERS,
    MODALS,
    NEGATORS,
    POSSESSIVES_FIRST,
    POSSESSIVES_THIRD,
    PREPOSITIONS,
    Clause,
    Subject,
)
from bot.language.lexicon import Term

_OBLIQUE = PREPOSITIONS - {"als", "namens", "vanuit"}
_ADVERBS = {
    "nu",
    "ook",
    "al",
    "nog",
    "zelf",
    "eigenlijk",
    "gewoon",
    "momenteel",
    "namelijk",
    "dan",
    "toch",
    "eerst",
    "maar",
    "just",
    "steeds",
    "wel",
    "er",
    "hier",
    "immers",
    "enkel",
    "tevens",
    "zeker",
    "vast",
    "zo'n",
    "zon",
    "beetje",
    "daar",
    "thuis",
    "echt",
    "dus",
    "pas",
    "net",
    "wat",
    "zelfs",
    "sowieso",
    "inmiddels",
    "ondertussen",
    "alleen",
    "vooral",
}
# First words of terms that are no noun but tell something of the subject: "leer voor kok".
_SAID_OF_OWNER = {
    "die",
    "doe",
    "doet",
    "leren",
    "studeren",
    "werk",
    "werkt",
    "werkzaam",
    "werkende",
    "werkend",
    "verantwoordelijk",
    "opleiding",
    "studeer",
    "studeert",
    "leid",
    "leidt",
    "leer",
    "leert",
    "les",
    "sta",
    "staat",
    "voor",
    "organiseer",
    "regel",
    "regelt",
    "stages",
    "zonder",
    "geen",
    "geef",
    "geeft",
    "doceer",
    "doceert",
    "lesgeef",
    "lesgeeft",
    "op",
    "met",
    "ga",
    "gaat",
    "zit",
    "schoolgaand",
    "baan",
    "job",
}


class Phrases:
    """The noun phrases of a message around the terms that were found in it."""

    def __init__(self, doc: Doc, terms: Sequence[Term]) -> None:
        self._doc = doc
        self._terms = terms
        self._of_education = {
            index
            for term in terms
            if term.category == "education"
            for index in range(term.token_start, term.token_end)
        }

    def left_of(self, index: int, clause: Clause) -> int:
        """The first token to the left outside the noun phrase of the token at ``index``."""
        left = index - 1
        while left >= clause.start:
            token = self._doc[left]
            word = token.lower_
            inside_phrase = word not in COPULAS and (
                word in DETERMINERS
                or word in POSSESSIVES_FIRST
                or word in POSSESSIVES_THIRD
                or word in _ADVERBS
                or (token.pos_ == "ADV" and word not in NEGATORS and not token.text[0].isupper())
                or left in self._of_education
                or (token.pos_ in {"ADJ", "NUM"} and word not in MODALS)
                or token.dep_ == "amod"  # "een erkend bedrijf"
                or word.endswith("ende")  # "een toezichthoudende instantie"
                or token.like_num
                or token.text in {'"', "'", "(", "“", "‘", "-"}
            )
            if word == "zijn":
                if left > clause.start and self._doc[left - 1].lower_ in PREPOSITIONS:
                    inside_phrase = True
                elif self._is_copula(left, clause):
                    inside_phrase = False
                elif "Yes" in token.morph.get("Poss"):
                    inside_phrase = True
            if not inside_phrase:
                break
            left -= 1
        return left

    def _is_copula(self, index: int, clause: Clause) -> bool:
        return (
            bool({"wij", "we", "zij", "ze", "jullie"} & set(clause.words[: index - clause.start]))
            or (index == clause.start and "Yes" not in self._doc[index].morph.get("Poss"))
            or bool(
                {"wij", "we"} & set(clause.words[index - clause.start : index - clause.start + 2])
            )
        )

    def function(self, term: Term, clause: Clause) -> str:
        """What a noun does in its clause: subject, predicate, object, beneficiary, companion,
        place, destination, context, or fragment where there is no verb to decide."""
        index = term.token_start
        if term.text.split()[0].lower() in _SAID_OF_OWNER:
            return "predicate"
        around = (self._doc[max(index - 1, 0)], self._doc[min(term.token_end, len(self._doc) - 1)])
        if around[0].lower_ == "die" and around[1].lower_ in COPULAS:
            return "predicate"  # "mijn collega die leraar is"
        left = self.left_of(index, clause)
        subject, at = clause.subject
        nominative = subject in (Subject.FIRST, Subject.FIRST_PLURAL, Subject.THIRD)
        if left < clause.start:
            if clause.start > 0 and self._doc[clause.start - 1].lower_ == "als":
                return "predicate"
            return self._at_start(term, clause, nominative)
        word = self._doc[left].lower_
        if word == "namens" and term.category == "persons" and self.is_possessed(term, clause):
            return "beneficiary"
        if word in {"als", "namens", "vanuit"}:
            if word == "als" and clause.has_verb and self.is_possessed(term, clause):
                return "object" if nominative and at < index else "subject"
            if (
                word == "als"
                and left > 0
                and self._doc[left - 1].lower_ in {"net", "zelfde", "dezelfde"}
            ):
                return "context"
            return "predicate"
        if word == "dan" or word == "beroep":
            return "predicate"
        if word in COPULAS:
            if word in {"ben", "bent", "kben"} or nominative:
                return "predicate"
            return "subject" if left == clause.start else "predicate"
        if nominative and left == at:
            # "ben ik leerling", "zijn wij een vzw"; but "wil ik leerlingen sturen"
            verb = self._doc[left - 1].lower_ if left > clause.start else ""
            after = {token.lower_ for token in self._doc[term.token_end : clause.end]}
            return "predicate" if verb in COPULAS or after & COPULAS - {"zijn"} else "object"
        if word in {"wij", "we", "ons"} and term.category == "organisations":
            return "predicate"
        if word == "voor":
            of_post = any(_is_post(t) and t.token_end == left for t in self._terms)
            return "context" if of_post else "beneficiary"  # "loopbaanbegeleider voor mbo'ers"
        if word in {"om", "over"}:
            return "beneficiary"
        if word in {"met", "samen"}:
            before = self._doc[left - 1].lower_ if left > clause.start else ""
            are = (
                before == "zijn" and subject is Subject.FIRST_PLURAL
            )  # "wij zijn met twee leraars"
            return "predicate" if are or before in {"spreekt", "spreek"} else "companion"
        if word == "naar":
            return "destination"
        if word in {"bij", "in", "op", "aan", "binnen", "te", "uit"}:
            return "place"
        if word == "van" and left > clause.start and self._doc[left - 1].lower_ in {"wij", "we"}:
            return "predicate"
        if word == "van" and self._counts_part(left, clause):
            return "subject" if clause.has_verb else "fragment"
        if word in _OBLIQUE:
            return "context"
        if word in {"en", "én", "of", ",", "/", "maar"}:
            return self._conjunct(term, clause, left, nominative)
        if word in MODALS or self._doc[left].pos_ in {"VERB", "AUX"}:
            # "praktijkopleider, begeleid drie bbl'ers": "ik" is left out
            is_one = word not in MODALS and "Sing" in self._doc[left].morph.get("Number")
            left_out = is_one and is_plural(self._doc, term)
            return "object" if nominative or left_out else "subject"
        if nominative:
            return "object" if self._doc[index].dep_ != "nsubj" else "subject"
        if self._doc[index].dep_.startswith("nsubj"):
            return "subject"
        return "fragment" if not clause.has_verb else "context"

    def _counts_part(self, index: int, clause: Clause) -> bool:
        """ "Twaalf van mijn leerlingen", "een paar van onze docenten"."""
        if index <= clause.start:
            return False
        before = self._doc[index - 1]
        some = {"paar", "enkele", "enkelen", "sommige", "sommigen", "aantal", "groepje", "een"}
        return before.pos_ == "NUM" or before.like_num or before.lower_ in some

    def _at_start(self, term: Term, clause: Clause, nominative: bool) -> str:
        if nominative or not clause.has_verb:
            return "fragment"
        return "subject"

    def _conjunct(self, term: Term, clause: Clause, left: int, nominative: bool) -> str:
        for earlier in reversed(self._terms):
            if earlier.category == term.category and clause.start <= earlier.token_start < left:
                return self.function(earlier, clause)
        if left <= clause.start:
            if not nominative and clause.has_verb:
                return "subject"
            return "fragment"
        return "object" if nominative else "subject"

    def is_possessed(self, term: Term, clause: Clause) -> bool:
        """ "Mijn leerling", "een leerling van mij"."""
        left = self.left_of(term.token_start, clause)
        phrase = {token.lower_ for token in self._doc[left + 1 : term.token_start]}
        after = [token.lower_ for token in self._doc[term.token_end : term.token_end + 3]]
        return bool(
            phrase & (POSSESSIVES_FIRST | POSSESSIVES_THIRD - {"zijn"})
            or after[:2] in (["van", "mij"], ["van", "ons"], ["van", "me"])
            or (
                after[:1] in (["uit"], ["in"], ["van"])
                and after[1:2]
                and after[1] in {"mijn", "onze", "ons"}
            )
        )

    def is_determined(self, term: Term, clause: Clause) -> bool:
        """ "Een leerling", "drie leerlingen"."""
        left = self.left_of(term.token_start, clause)
        return any(
            token.lower_ in DETERMINERS or token.like_num
            for token in self._doc[left + 1 : term.token_start]
            if token.i not in self._of_education
        )

    def anchor(self, term: Term, clause: Clause, inside: Sequence[Term]) -> Term | None:
        """The word for a person whose phrase the kind of education belongs to."""
        best: Term | None = None
        for person in inside:
            if person.category != "persons":
                continue
            if person.token_start <= term.token_start < person.token_end or (
                term.token_start <= person.token_start < term.token_end
            ):
                return person
            if 0 <= person.token_start - term.token_end <= 1 and not any(
                t.lower_ in {",", "en", "dus"}
                for t in self._doc[term.token_end : person.token_start]
            ):
                return person
            gap = self._doc[person.token_end : term.token_start]
            if (
                person.token_end <= term.token_start
                and len(gap) <= 5
                and not any(t.lower_ in MODALS or t.lower_ in COPULAS for t in gap)
                and not any(t.text in {",", "("} for t in gap)
            ):
                best = person
        return best


def is_plural(doc: Doc, term: Term) -> bool:
    """Whether the last word of a term is a plural, by its tag or, without one, by its form."""
    token = doc[term.token_end - 1]
    number = token.morph.get("Number")
    if number:
        return number == ["Plur"]
    return token.lower_.endswith(("en", "s")) and token.lower_ != token.lemma_.lower()


def _is_post(term: Term) -> bool:
    return term.category == "persons" and term.means.get("role") == "staff"
