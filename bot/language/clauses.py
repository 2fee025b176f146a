"""Clauses of a message: stretches of text with one subject, one tense and one reach of negation.

Written for chat as much as for letters: a clause may lack its subject ("zit op het mbo") or its
verb ("docent bouwkunde op een roc"). Word lists hold only closed classes of Dutch grammar; words
of the domain stand in the lexicon. The parse helps where the order of words does not decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

FIRST_SINGULAR = {"ik", "'k", "k", "ikzelf", "ikke", "kben", "kzit", "kheb", "kwil", "ikzelve"}
FIRST_PLURAL = {"wij", "we", "wijzelf"}
THIRD = {"hij", "zij", "ze", "die", "ie", "iemand", "hijzelf", "zijzelf"}
SECOND = {"u", "je", "jij", "jullie", "ge", "gij"}
POSSESSIVES_FIRST = {
    "mijn",
    "m'n",
    "mn",
    "men",
    "mij",
    "onze",
    "ons",
    "me",
    "mijne",
    "mijnen",
    "onzen",
}
POSSESSIVES_THIRD = {"zijn", "z'n", "zn", "haar", "hun", "d'r"}
DETERMINERS = {
    "de",
    "het",
    "een",
    "'n",
    "n",
    "'t",
    "t",
    "den",
    "nen",
    "deze",
    "die",
    "dat",
    "dit",
    "één",
    "zo'n",
}
NEGATORS = {
    "geen",
    "niet",
    "nooit",
    "noch",
    "evenmin",
    "ni",
    "nie",
    "gene",
    "geeneens",
    "géén",
    "niét",
    "nergens",
    "niemand",
}
PREPOSITIONS = {
    "aan",
    "bij",
    "binnen",
    "buiten",
    "door",
    "in",
    "langs",
    "met",
    "na",
    "naar",
    "namens",
    "om",
    "op",
    "over",
    "per",
    "rond",
    "sinds",
    "te",
    "tegen",
    "tot",
    "tussen",
    "uit",
    "van",
    "vanuit",
    "via",
    "volgens",
    "voor",
    "zonder",
    "vanop",
    "richting",
    "dankzij",
    "samen",
}
COPULAS = {
    "ben",
    "bent",
    "is",
    "zijn",
    "was",
    "waren",
    "word",
    "wordt",
    "worden",
    "werd",
    "blijf",
    "blijft",
    "kben",
    "heet",
    "noem",
}
MODALS = {
    "mag",
    "mogen",
    "kan",
    "kun",
    "kunt",
    "kunnen",
    "wil",
    "wilt",
    "willen",
    "wilde",
    "wou",
    "zou",
    "zouden",
    "ga",
    "gaat",
    "gaan",
    "moet",
    "moeten",
    "vertrek",
    "vertrekt",
    "vertrekken",
    "wens",
    "wensen",
    "hoop",
    "hopen",
    "droomt",
    "droom",
    "plan",
    "plant",
    "trek",
    "trekt",
    "trekken",
    "kom",
    "komt",
    "komen",
    "val",
    "valt",
    "vallen",
    "zoek",
    "zoekt",
    "zoeken",
    "dromen",
    "overweeg",
    "overweegt",
    "overwegen",
    "vraagt",
    "wenst",
    "krijg",
    "krijgt",
    "krijgen",
    "telt",
}
_FINITE = (
    COPULAS
    | MODALS
    | {
        "heb",
        "hebt",
        "heeft",
        "hebben",
        "had",
        "hadden",
        "zal",
        "zullen",
        "zit",
        "zitten",
        "zat",
        "zaten",
        "doe",
        "doet",
        "doen",
        "deed",
        "volg",
        "volgt",
        "volgen",
        "volgde",
        "werk",
        "werkt",
        "werken",
        "werkte",
        "geef",
        "geeft",
        "geven",
        "gaf",
        "studeer",
        "studeert",
        "studeren",
        "studeerde",
        "loop",
        "loopt",
        "leer",
        "leert",
        "leren",
        "leid",
        "leidt",
        "leiden",
        "begeleid",
        "begeleidt",
        "begeleiden",
        "woon",
        "woont",
        "runnen",
        "run",
        "zoeken",
        "haalde",
        "haal",
        "sta",
        "staat",
        "begin",
        "begint",
        "begon",
        "gaat",
    }
)
_SOFT = {
    "maar",
    "en",
    "want",
    "dus",
    "of",
    "dat",
    "omdat",
    "zodat",
    "terwijl",
    "aangezien",
    "doch",
    "als",
    "waar",
    "die",
    "wie",
    "toen",
    "sindsdien",
    ",",
}
_STARTS_A_CLAUSE = (
    FIRST_SINGULAR
    | FIRST_PLURAL
    | THIRD
    | SECOND
    | {"het", "dat", "er", "mijn", "de", "onze", "ons"}
)
_NO_CONJUNCTION = {"aan", "bij", "door", "met", "tegen", "van", "via", "zonder"}
_ASKING = {"mag", "mogen", "kan", "kun", "kunnen", "zou", "zouden"}
_ASKERS = FIRST_SINGULAR | FIRST_PLURAL | THIRD - {"die", "iemand"}
_HARD = {".", "?", "!", ";", "\n", "\n\n", "…", "...", ":", "??", "?!", "!!", "???", "–", "—"}
_COUNTERFACTUAL = {"stel", "gesteld", "veronderstel", "indien"}
_PAST = {"was", "waren", "zat", "zaten", "deed", "volgde", "werkte", "studeerde", "gaf", "had"}
_PAST_ADVERBS = {
    "vroeger",
    "ooit",
    "destijds",
    "voorheen",
    "voordien",
    "eerder",
    "indertijd",
    "toen",
}
_FUTURE_ADVERBS = {"daarna", "later", "straks", "nadien", "hierna", "erna", "vervolgens", "ooit"}


_STRESS = str.maketrans("áéíóú", "aeiou")  # "níét": accents that only stress a word
_TIME_TO_COME = re.compile(
    r"\bna (?:de|mijn|deze|dit|het) (?:grote )?"
    r"(?:zomer|vakantie|zomervakantie|schooljaar|examens)\b"
    r"|\bvolgend (?:school|studie|academie)?jaar\b|\bbinnenkort\b"
)


class Subject(Enum):
    """Grammatical person of a clause's subject."""

    FIRST = auto()
    FIRST_PLURAL = auto()
    SECOND = auto()
    THIRD = auto()
    NONE = auto()


@dataclass(frozen=True)
class Clause:
    """Tokens ``start`` up to ``end`` of ``doc``; ``sentence`` numbers the sentence it stands in."""

    doc: Doc
    start: int
    end: int
    sentence: int
    is_question: bool

    @property
    def tokens(self) -> Span:
        """The words and marks of the clause."""
        return self.doc[self.start : self.end]

    @cached_property
    def words(self) -> list[str]:
        """The words and marks as they are compared: in small letters, without stress."""
        return [token.lower_.translate(_STRESS) for token in self.tokens]

    def __contains__(self, index: int) -> bool:
        return self.start <= index < self.end

    @cached_property
    def has_verb(self) -> bool:
        return any(is_finite(token) for token in self.doc[self.start : self.end])

    @cached_property
    def has_wish(self) -> bool:
        """Whether it says that somebody may, can, wants to or goes to do something."""
        asks_to_know = {
            "weten",
            "vragen",
            "horen",
            "begrijpen",
            "informeren",
            "afvragen",
            "aanvragen",
        }
        return any(word in MODALS for word in self.words) and not asks_to_know & set(self.words)

    @cached_property
    def is_past(self) -> bool:
        """Told as over and done: "ik was leraar"; not supposed: "stel dat ik docent was"."""
        if self.is_supposition:
            return False
        past = any(word in _PAST or word in _PAST_ADVERBS for word in self.words)
        present = any(
            token.lower_ in _FINITE - _PAST and token.lower_ not in {"zijn", "gaan"}
            for token in self.doc[self.start : self.end]
        )
        return past and not present

    @cached_property
    def is_supposition(self) -> bool:
        sentence = self.doc[max(0, self.start - 4) : self.end]
        return (
            any(token.lower_ in _COUNTERFACTUAL for token in sentence)
            or ("als" in self.words and bool({"was", "waren"} & set(self.words)))
            or (self.start > 0 and self.doc[self.start - 1].lower_ == "als")
            or self.words[:2] in (["als", "ik"], ["en", "als"])
        )

    @cached_property
    def is_later(self) -> bool:
        """Told as still to come: "daarna wil ik naar het hbo"."""
        return any(word in _FUTURE_ADVERBS for word in self.words) or bool(
            _TIME_TO_COME.search(" ".join(self.words))
        )

    @cached_property
    def graduated(self) -> bool:
        """ "Ik studeerde in het najaar van 2024 af"."""
        words = self.words
        verbs = [
            i
            for i, word in enumerate(words)
            if word in {"studeerde", "studeerden", "rondde", "rondden"}
        ]
        return bool(verbs) and "af" in words[verbs[0] :]

    @cached_property
    def counts_towards(self) -> bool:
        """Whether it says that a course counts, or not: "telt volgens de decaan niet mee"."""
        words = set(self.words)
        return bool(
            (
                words & {"telt", "tellen", "telde", "meetelt", "meetellen"}
                and words & {"mee", "meetelt", "meetellen", "nergens"}
            )
            or (
                words & {"rekent", "rekenen", "aangerekend", "verrekend", "meegerekend"}
                and words & {"aan", "aangerekend", "verrekend", "meegerekend"}
            )
        )

    @cached_property
    def subject(self) -> tuple[Subject, int]:
        """The pronoun that is subject, with its token index (-1 if there is none).

        Of several pronouns a first person counts before a second (the bot, the helpdesk), and the
        parser settles whether "zij", "ze" and "die" are subject or something else.
        """
        found: dict[Subject, int] = {}
        for token in self.doc[self.start : self.end]:
            word = token.lower_
            if word in FIRST_SINGULAR:
                found.setdefault(Subject.FIRST, token.i)
            elif word in FIRST_PLURAL:
                found.setdefault(Subject.FIRST_PLURAL, token.i)
            elif word in THIRD and _stands_alone(token):
                found.setdefault(Subject.THIRD, token.i)
            elif word in SECOND and _stands_alone(token):
                found.setdefault(Subject.SECOND, token.i)
        for subject in (Subject.FIRST, Subject.FIRST_PLURAL, Subject.THIRD, Subject.SECOND):
            if subject in found:
                return subject, found[subject]
        return Subject.NONE, -1

    def negates(self, index: int, reach: int = 4) -> bool:
        """Whether a negation reaches the token: "geen docent", "in plaats van student"."""
        words = self.words
        at = index - self.start
        if words[at].startswith(("niet-", "non-")):
            return True
        before = words[max(0, at - reach) : at]
        for back, word in enumerate(reversed(before), start=1):
            if word in _ENDS_NEGATION:
                return False
            if word in NEGATORS:
                position = at - back
                # "niet alleen studenten", "of ik niet als docent mag": no negation of what follows
                following = words[position + 1] if position + 1 < len(words) else ""
                return following not in {"alleen", "enkel", "als", "zomaar", "gewoon"}
        if at <= 1 and _NOT_SO.match(" ".join(words[at + 1 : at + 4])):
            return True
        return bool({"ipv", "i.p.v."} & set(words[max(0, at - 2) : at])) or _instead(words, at)


# "Lesgeven doe ik niet meer", "student ben ik niet"
_NOT_SO = re.compile(
    r"(?:ben|doe|is|zijn|doet|doen|geef|volg|zit) (?:ik|hij|zij|ze|we|wij) (?:niet|ni|nie)\b"
)
_ENDS_NEGATION = {"maar", "of", "dat", "wel", ",", "doch", "alleen", "enkel", "gewoon", "hoor"}


def _instead(words: list[str], at: int) -> bool:
    near = words[max(0, at - 4) : at]
    return any(a == "plaats" and b == "van" for a, b in pairwise(near))


def _stands_alone(token: Token) -> bool:
    """A pronoun by itself, not a determiner: "zij doet mbo", not "die opleiding"."""
    before = token.nbor(-1).lower_ if token.i else ""
    if before in {"hoe", "wat", "waar", "waarom"}:
        return False  # "zien hoe ze dat doen": not who the sentence is about
    if before in _NO_CONJUNCTION:
        return False  # "wil via jullie naar Malta"
    if token.i + 1 >= len(token.doc):
        return True
    following = token.nbor()
    if token.lower_ == "iemand":
        return not before or before in {
            "stel",
            "dat",
            "als",
            "mag",
            "kan",
            "of",
            "wanneer",
            "en",
        }
    if token.lower_ == "die":
        alone = {"VERB", "AUX", "ADV", "PRON", "ADP", "SCONJ"} | (
            {"NUM", "DET"} if before in _ASKING else set()  # "mogen die drie weken weg?"
        )
        return following.pos_ in alone or following.lower_ in _FINITE
    return True


def is_finite(token: Token) -> bool:
    """Whether the token is a finite verb, by its tag or, in sloppy chat, by a list."""
    if token.lower_ == "zijn":
        return token.pos_ in {"VERB", "AUX"} and "Inf" not in token.morph.get("VerbForm")
    return token.lower_ in _FINITE or (
        token.pos_ in {"VERB", "AUX"} and "Fin" in token.morph.get("VerbForm")
    )


def split_clauses(doc: Doc) -> list[Clause]:
    """The clauses of a message, in order; together they cover every token."""
    clauses: list[Clause] = []
    sentence_start = 0
    sentence = 0
    for token in doc:
        last = token.i + 1 == len(doc)
        if last or token.text in _HARD or "\n" in token.text or (token.text == "." and not last):
            end = token.i + 1
            is_question = any(
                t.text.startswith("?") or t.text == "?!" for t in doc[sentence_start:end]
            )
            clauses.extend(_split_sentence(doc, sentence_start, end, sentence, is_question))
            sentence_start = end
            sentence += 1
    return clauses


def clause_at(clauses: Sequence[Clause], index: int) -> Clause:
    """The clause of a token, by its index."""
    return next((clause for clause in clauses if index in clause), clauses[-1])


def _split_sentence(
    doc: Doc, start: int, end: int, sentence: int, is_question: bool
) -> list[Clause]:
    finite = [is_finite(token) for token in doc[start:end]]
    cuts = [start]
    for token in doc[start + 1 : end - 1]:
        word = token.lower_
        if finite[token.i - start] and _ends_relative_clause(doc, cuts[-1], token.i):
            cuts.append(token.i)
            continue
        if _begins_question(token) and any(finite[cuts[-1] - start : token.i - start]):
            cuts.append(token.i)
            continue
        if word not in _SOFT and not (word == "-" and token.whitespace_):
            continue
        before = any(finite[cuts[-1] - start : token.i - start])
        after = any(finite[token.i + 1 - start :])
        joint = _next_joint(doc, token.i, end)
        if word == "en" and not any(finite[token.i + 1 - start : joint - start]):
            continue  # "ik geef hout en bouw in het bso en mijn leerlingen willen …"
        if word in {"en", "of"} and (_joins_nouns(token) or token.nbor(-1).lower_ == "tot"):
            continue
        if word == "maar" and _is_contrast(token):
            cuts.append(token.i)
        elif word == "die" and not (_stands_alone(token) and before and after):
            continue
        elif word == "als" and token.nbor().lower_ not in _STARTS_A_CLAUSE:
            continue  # "wij hebben als bedrijf drie leerlingen"
        elif word == "dus" and not any(finite[token.i + 1 - start : token.i + 5 - start]):
            continue  # "ik ben dus bol-student"
        elif before and after:
            cuts.append(token.i)
        elif word == "," and (after or before):
            # "Docent op het mbo, mag ik …": a fragment before the first verb is a clause of its own
            cuts.append(token.i)
    cuts.append(end)
    return [Clause(doc, a, b, sentence, is_question) for a, b in pairwise(cuts) if b > a]


def _ends_relative_clause(doc: Doc, start: int, index: int) -> bool:
    """ "De klas waar ik mentor van ben | wil weg": two verbs side by side, without a comma."""
    before = doc[index - 1]
    said = {token.lower_ for token in doc[start : index - 1]}
    return (
        doc[index].lower_ in MODALS
        and doc[index + 1].lower_ not in FIRST_SINGULAR | FIRST_PLURAL | SECOND | THIRD
        and is_finite(before)
        and before.lower_ not in MODALS
        and bool(said & {"die", "dat", "waar", "wie"})
    )


def _begins_question(token: Token) -> bool:
    """ "Ik heb mbo 4 gehaald | kan ik nog weg": without any mark before the question."""
    return token.lower_ in _ASKING and token.nbor().lower_ in _ASKERS


def _next_joint(doc: Doc, index: int, end: int) -> int:
    """The index of the next "en" or comma, or the end."""
    return next((i for i in range(index + 1, end) if doc[i].lower_ in {"en", ","}), end)


def _joins_nouns(token: Token) -> bool:
    """ "leerlingen of medewerkers uitzenden", not "ik doe mbo en mijn broer …"."""
    nouns = {"NOUN", "PROPN"}
    return token.nbor(-1).pos_ in nouns and token.nbor().pos_ in nouns


def _is_contrast(token: Token) -> bool:
    """ "geen docent maar stagebegeleider", not "maar 10 dagen" or "doe maar"."""
    if token.i + 1 >= len(token.doc):
        return False
    following = token.nbor()
    return not (following.like_num or following.pos_ == "NUM")
