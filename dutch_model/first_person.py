"""Rewrite treebank sentences into the first and second person.

News and encyclopaedias are about third persons: their treebanks hardly know "ik ben", "werk ik",
"mijn dochter wil" or an imperative. Here a third-person subject gives way to "ik", "jullie", "mijn
dochter" and the like, the finite verbs follow, and a sentence may become a question or a command.
The annotation stays reliable: only the words that are replaced get another one.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from treebank import Row, Sentence

LONGEST_SENTENCE = 22
LONGEST_SUBJECT = 6
VERB_FORMS = {
    "zijn": {"ik": "ben", "je": "bent", "u": "bent", "wij": "zijn"},
    "hebben": {"ik": "heb", "je": "hebt", "u": "heeft", "wij": "hebben"},
    "kunnen": {"ik": "kan", "je": "kan", "u": "kunt", "wij": "kunnen"},
    "zullen": {"ik": "zal", "je": "zal", "u": "zult", "wij": "zullen"},
    "willen": {"ik": "wil", "je": "wil", "u": "wilt", "wij": "willen"},
    "mogen": {"ik": "mag", "je": "mag", "u": "mag", "wij": "mogen"},
}
AGREEING = {"aux", "aux:pass", "cop"}
PRONOUN = "VNW|pers|pron|"
SUBJECTS = {
    "ik": ("ik", PRONOUN + "nomin|vol|1|ev", "Case=Nom|Person=1|PronType=Prs"),
    "je": ("je", PRONOUN + "nomin|red|2v|ev", "Case=Nom|Person=2|PronType=Prs"),
    "jij": ("jij", PRONOUN + "nomin|vol|2v|ev", "Case=Nom|Person=2|PronType=Prs"),
    "u": ("u", PRONOUN + "nomin|vol|2b|getal", "Case=Nom|Person=2|PronType=Prs"),
    "we": ("we", PRONOUN + "nomin|red|1|mv", "Case=Nom|Person=1|PronType=Prs"),
    "wij": ("wij", PRONOUN + "nomin|vol|1|mv", "Case=Nom|Person=1|PronType=Prs"),
    "jullie": ("jullie", PRONOUN + "stan|nadr|2v|mv", "Person=2|PronType=Prs"),
}
PERSON_OF = {"jij": "je", "we": "wij", "jullie": "wij"}
POSSESSIVE = "VNW|bez|det|stan|"
POSSESSIVES = {
    "mijn": ("mijn", POSSESSIVE + "vol|1|ev|prenom|zonder|agr", "Person=1"),
    "onze": ("ons", POSSESSIVE + "vol|1|mv|prenom|met-e|rest", "Person=1"),
    "je": ("je", POSSESSIVE + "red|2v|ev|prenom|zonder|agr", "Person=2"),
}
PEOPLE = [
    "broer",
    "buurman",
    "buurvrouw",
    "cliënt",
    "collega",
    "cursist",
    "dochter",
    "docent",
    "kleindochter",
    "kleinzoon",
    "leerling",
    "leraar",
    "man",
    "moeder",
    "neef",
    "nicht",
    "oom",
    "partner",
    "stagiair",
    "student",
    "tante",
    "vader",
    "vriend",
    "vriendin",
    "vrouw",
    "zoon",
    "zus",
]
REFLEXIVE = Row(
    form="me",
    lemma="me",
    pos="PRON",
    tag="VNW|pr|pron|obl|red|1|ev",
    morph="Case=Acc|Person=1|PronType=Prs",
    head=None,
    dep=None,
    space_after=True,
)


@dataclass(frozen=True)
class Clause:
    """The main clause of a sentence: positions of its subject and of the verbs that agree."""

    subject: int
    subject_words: range
    verbs: tuple[int, ...]
    predicate: int


def rewrite(sentences: list[Sentence], chance: random.Random) -> Iterator[Sentence]:
    """Every short sentence with a third-person subject, once, in another person."""
    for sentence in sentences:
        if len(sentence) > LONGEST_SENTENCE or sentence[0].head is None:
            continue
        clause = main_clause(sentence)
        if clause:
            yield from in_another_person(sentence, clause, chance)


def main_clause(sentence: Sentence) -> Clause | None:
    """The main clause if its subject and verbs are in the third person singular."""
    predicate = next(i for i, row in enumerate(sentence) if row.head == i)
    subjects = [
        i
        for i, row in enumerate(sentence)
        if row.head == predicate and row.dep in {"nsubj", "nsubj:pass"}
    ]
    heads = [predicate] + [
        i
        for i, row in enumerate(sentence)
        if row.head == predicate and row.dep == "conj" and not has_subject(sentence, i)
    ]
    verbs = [
        i
        for i, row in enumerate(sentence)
        if row.morph
        and "VerbForm=Fin" in row.morph
        and (i in heads or (row.head in heads and row.dep in AGREEING))
    ]
    if len(subjects) != 1 or not verbs:
        return None
    subject = subjects[0]
    words = subtree(sentence, subject)
    third_person = sentence[subject].pos in {"NOUN", "PROPN"} or (
        sentence[subject].form.lower() in {"hij", "ze", "zij", "men"}
    )
    singular = all(sentence[i].lemma and "Number=Sing" in (sentence[i].morph or "") for i in verbs)
    contiguous = words[-1] - words[0] + 1 == len(words)
    if not (third_person and singular and contiguous and len(words) <= LONGEST_SUBJECT):
        return None
    return Clause(subject, range(words[0], words[-1] + 1), tuple(verbs), predicate)


def has_subject(sentence: Sentence, head: int) -> bool:
    return any(row.head == head and (row.dep or "").startswith("nsubj") for row in sentence)


def subtree(sentence: Sentence, top: int) -> list[int]:
    """Positions of a token and everything below it, in order."""
    found = {top}
    while True:
        below = {i for i, row in enumerate(sentence) if row.head in found} - found
        if not below:
            return sorted(found)
        found |= below


def in_another_person(
    sentence: Sentence, clause: Clause, chance: random.Random
) -> Iterator[Sentence]:
    first_verb = min(clause.verbs)
    starts = clause.subject_words[0] == 0 and clause.subject_words[-1] + 1 == first_verb
    shape = chance.choice(["statement", "statement", "question", "command"]) if starts else None
    is_plain_verb = first_verb == clause.predicate and len(clause.verbs) == 1
    is_past = any("Tense=Past" in (sentence[i].morph or "") for i in clause.verbs)
    if shape == "command" and (is_past or not is_plain_verb or sentence[first_verb].pos != "VERB"):
        shape = "question"
    reflexive = any(row.form.lower() == "zich" for row in sentence)
    if shape == "command" or reflexive:
        subject = "ik"
    elif is_past:
        subject = chance.choices(["ik", "je", "u", "noun"], [10, 2, 2, 9])[0]
    else:
        subject = chance.choices(
            ["ik", "je", "jij", "u", "we", "wij", "jullie", "noun"], [10, 2, 2, 3, 3, 2, 2, 9]
        )[0]
    person = PERSON_OF.get(subject, subject)
    inverted = first_verb < clause.subject or shape == "question"
    if person != "noun" and not is_past:
        sentence = list(sentence)
        for i in clause.verbs:
            form = conjugate(sentence[i], "ik" if person == "je" and inverted else person)
            if form is None:
                return
            sentence[i] = agree(sentence[i], form, person)
    yield rearrange(sentence, clause, new_subject(sentence, clause, subject, chance), shape)


def conjugate(verb: Row, person: str) -> str | None:
    """The present tense of a verb that stands in the third person; None if it is not known."""
    lemma, form = verb.lemma or "", verb.form.lower()
    irregular = VERB_FORMS.get(lemma)
    if irregular:
        return irregular[person]
    if person in {"je", "u"}:
        return form
    if person == "wij":
        # A separable verb in one word, or a lemma that is not an infinitive, has another plural.
        return lemma if lemma.endswith("n") and lemma[:2] == form[:2] else None
    if not form.endswith("t") or lemma.removesuffix("en").endswith("t"):
        return form
    stem = form.removesuffix("t")
    return stem[:-1] if stem.endswith("aa") else stem


def agree(verb: Row, form: str, person: str) -> Row:
    number = "Plur" if person == "wij" else "Sing"
    ending = "mv" if person == "wij" else "met-t" if form.endswith("t") else "ev"
    # A stem that ends in "t" is tagged as one without the ending.
    if ending == "met-t" and (verb.lemma or "").removesuffix("en").endswith("t"):
        ending = "ev"
    return replace(
        verb,
        form=form.capitalize() if verb.form[0].isupper() else form,
        tag=f"WW|pv|tgw|{ending}" if verb.tag else None,
        morph=f"Number={number}|Tense=Pres|VerbForm=Fin",
    )


def new_subject(
    sentence: Sentence, clause: Clause, subject: str, chance: random.Random
) -> list[Row]:
    """The words of the new subject; the last one is its head."""
    old = sentence[clause.subject]
    if subject != "noun":
        lemma, tag, morph = SUBJECTS[subject]
        return [replace(old, form=subject, lemma=lemma, pos="PRON", tag=tag, morph=morph)]
    noun = chance.choice(PEOPLE)
    owner = chance.choices(["mijn", "onze", "je"], [6, 2, 1])[0]
    owner_lemma, owner_tag, owner_person = POSSESSIVES[owner]
    return [
        Row(
            form=owner,
            lemma=owner_lemma,
            pos="PRON",
            tag=owner_tag,
            morph=f"{owner_person}|Poss=Yes|PronType=Prs",
            head=None,
            dep="nmod:poss",
            space_after=True,
        ),
        replace(
            old,
            form=noun,
            lemma=noun,
            pos="NOUN",
            tag="N|soort|ev|basis|zijd|stan",
            morph="Gender=Com|Number=Sing",
        ),
    ]


def rearrange(
    sentence: Sentence, clause: Clause, subject: list[Row], shape: str | None
) -> Sentence:
    """Put the new subject in the place of the old one, or behind the verb, or leave it out."""
    places: list[tuple[int | None, Row]] = []
    new_words: list[tuple[int | None, Row]] = [(None, row) for row in subject[:-1]]
    new_words.append((clause.subject, replace(subject[-1], space_after=True)))
    for i, row in enumerate(sentence):
        if i == clause.subject_words[0] and shape not in {"question", "command"}:
            places += new_words
        if i in clause.subject_words:
            continue
        if row.form.lower() == "zich" and subject[-1].form == "ik":
            row = replace(REFLEXIVE, head=row.head, dep=row.dep, space_after=row.space_after)
        if i == len(sentence) - 1 and row.form == "." and shape in {"question", "command"}:
            row = replace(row, form="?" if shape == "question" else "!")
            row = replace(row, lemma=row.form)
        places.append((i, row))
        if i == min(clause.verbs) and shape == "question":
            places += new_words
    position = {old: new for new, (old, _) in enumerate(places) if old is not None}
    rows = []
    for old, row in places:
        head = position[clause.subject] if old is None else position[row.head or 0]
        rows.append(replace(row, head=head))
    first = rows[0]
    rows[0] = replace(first, form=first.form[0].upper() + first.form[1:])
    return rows
