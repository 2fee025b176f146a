"""From a parsed message to a :class:`~bot.language.reading.Reading`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from spacy.tokens import Doc

from bot.eligibility.calendar import AbsurdStay, DatedStay, DayRange, Stay
from bot.eligibility.facts import Activity, Answer, Partnership, Purpose
from bot.language.clauses import NEGATORS, Clause, clause_at, split_clauses
from bot.language.functions import ReadsFunctions
from bot.language.lexicon import Lexicon, Term
from bot.language.people import who_goes
from bot.language.reading import Finding, Reading
from bot.language.times import TimeMention, find_times, numbers_in

_CORRECTS = {
    "bedoel",
    "bedoelde",
    "sorry",
    "nee",
    "neen",
    "oeps",
    "correctie",
    "toch",
    "liever",
    "teruggebracht",
    "ingekort",
    "verlengd",
    "uitgebreid",
    "aangepast",
    "wacht",
}
_TELLING = {"NOUN", "VERB", "ADJ", "ADV", "SYM", "X"}
_TELLS_LITTLE = {
    "zit", "zitten", "doe", "doet", "doen", "volg", "volgt", "volgen", "ga", "gaat", "studeer",
    "studeert", "leer", "leert", "werk", "werkt", "ben", "is", "heb", "heeft", "hallo", "hoi",
    "dag", "goedendag", "goedemorgen", "goedemiddag", "goedenavond", "beste", "geachte",
    "mevrouw", "meneer", "betreft", "dit", "deze", "jaar", "laatste", "eerste", "nu", "ook",
    "momenteel", "hier", "daar", "nog", "even",
}  # fmt: skip
_FEW_WORDS = 4
_FOR_A_YEAR = re.compile(r"\b(?:voor|anno|tegen|rond) (20[1-9]\d)\b(?!-)", re.IGNORECASE)
_PLACES = {"abroad", "countries"}
_UNSURE = (
    {"weet", "niet"},
    {"weten", "niet"},
    {"weet", "ni"},
    {"geen", "idee"},
    {"onduidelijk"},
    {"weten", "ni"},
    {"kan", "niemand"},
    {"weet", "niemand"},
)

_GOES_BACK = re.compile(
    r"\b(?i:terug(?: over)? naar|terugkomen op|(?:weer|opnieuw) over|toch weer over)"
    r" (?:mijn|m'n|mn|onze?|[A-Z]\w+\b(?! toe)|die|hem|haar|mij|"
    r"de (?:eerste|dochter|zoon|leerling)|"
    r"(?:de|het|ons|onze) (?:bedrijf|school|hotel|organisatie|vereniging|zaak|firma|gemeente))"
)


def read(
    doc: Doc,
    today: date,
    lexicon: Lexicon | None = None,
    functions: ReadsFunctions | None = None,
) -> Reading:
    """Everything that the message tells for a decision; never raises, whatever the text.

    ``today`` fixes what "vorig jaar" and "in mei" mean. Without ``functions`` only words tell what
    somebody is, not what they do.
    """
    lexicon = lexicon or Lexicon.load()
    terms = lexicon.find(doc)
    times = find_times(doc, today)
    clauses = split_clauses(doc)
    if not clauses:
        return Reading()
    stay_mentions = _wanted_stays(doc, clauses, times)
    moments = [mention for mention in times if mention.kind == "moment"]
    purpose, purpose_findings = _purpose(clauses, terms)
    people, people_findings = who_goes(
        doc,
        clauses,
        terms,
        [(_token_at(doc, mention.start), mention.stay) for mention in stay_mentions],
        [(_token_at(doc, mention.start), mention.days) for mention in moments],
        lexicon.kinds,
        purpose is not None,
        functions,
    )
    stay = _one_stay(doc, stay_mentions)
    if len(people) > 1 and len(stay_mentions) < 2:
        people = [replace(person, stay=person.stay or stay) for person in people[:2]]
    credit, credit_findings = _credit(clauses, terms)
    activity = next(
        (t for t in terms if t.category == "activities" and not _negated(clauses, t)), None
    )
    editions = [t for t in terms if "edition" in t.means and not _negated(clauses, t)]
    edition = editions[0] if len({t.means["edition"] for t in editions}) == 1 else None
    referral = next(
        (t for t in terms if t.category == "near_misses" and not _negated(clauses, t)), None
    )
    moment = moments[-1] if moments else None
    departure, return_ = (
        next((mention for mention in times if mention.kind == kind), None)
        for kind in ("departure", "return")
    )
    countries = [t for t in terms if t.category == "countries" and not _negated(clauses, t)]
    abroad = next((t for t in terms if t.category in _PLACES), None)
    findings = [
        *people_findings,
        *purpose_findings,
        *credit_findings,
        *(_time_finding("stay", mention) for mention in stay_mentions),
        *(_time_finding("moment", mention) for mention in moments),
        *(_time_finding(end.kind, end) for end in (departure, return_) if end),
        *(_term_finding("activity", term) for term in [activity] if term),
        *(_term_finding("edition", term) for term in [edition] if term),
        *(_term_finding("country", term) for term in countries),
        *(_term_finding("abroad", term) for term in [abroad] if term),
        *(_term_finding("referral", term) for term in [referral] if term),
    ]
    return Reading(
        travellers=tuple(people),
        stay=stay,
        activity=Activity(activity.means["activity"]) if activity else None,
        purpose=purpose,
        partnership=_partnership(clauses, terms),
        credit=credit,
        moment=moment.days if moment else None,
        moment_has_year=moment.has_year if moment else True,
        departure=departure.days if departure else None,
        return_=return_.days if return_ else None,
        end_has_year=all(end.has_year for end in (departure, return_) if end),
        goes_back=_goes_back(doc, terms),
        edition=edition.means["edition"] if edition else None,
        referral=referral.means["referral"] if referral else None,
        number=None if times else _bare_number(doc),
        countries=tuple(dict.fromkeys(term.means["country"] for term in countries)),
        abroad=abroad is not None,
        now=_asks_what_holds_now(doc, terms),
        when=_days_asked_about(doc, times),
        only_facts=_tells_only_facts(doc, terms, times),
        findings=tuple(sorted(findings, key=lambda finding: finding.start)),
    )


def _goes_back(doc: Doc, terms: Sequence[Term]) -> bool:
    """ "Terug naar Lotte", not "terug naar Spanje"."""
    match = _GOES_BACK.search(doc.text)
    return match is not None and not any(
        term.category in _PLACES and term.end == match.end() for term in terms
    )


def _asks_what_holds_now(doc: Doc, terms: Sequence[Term]) -> bool:
    said = {term.means["now"] for term in terms if "now" in term.means}
    return "yes" in said or ("alone" in said and _has_few_words(doc))


def _tells_only_facts(doc: Doc, terms: Sequence[Term], times: Sequence[TimeMention]) -> bool:
    """Whether what is no term, time or name is but a word like "is", "volgt" or "mijn"."""
    told = [(t.start, t.end) for t in terms] + [(t.start, t.end) for t in times]
    return not any(
        token.pos_ in _TELLING
        and token.lower_ not in _TELLS_LITTLE
        and not any(start <= token.idx < end for start, end in told)
        for token in doc
    )


def _days_asked_about(doc: Doc, times: Sequence[TimeMention]) -> DayRange | None:
    """Days to come, or in a message that says little else ("geldt dat in 2025?") any days."""
    says_little = _has_few_words(doc, _FEW_WORDS + 2)
    kinds = {"future", "moment"} if says_little else {"future"}
    for mention in reversed(times):
        if mention.kind in kinds:
            return mention.days
    year = _FOR_A_YEAR.search(doc.text) if says_little else None
    return DayRange(date(int(year[1]), 1, 1), date(int(year[1]), 12, 31)) if year else None


def _has_few_words(doc: Doc, few: int = _FEW_WORDS) -> bool:
    return sum(not token.is_punct for token in doc) <= few


def _bare_number(doc: Doc) -> int | None:
    words = [token for token in doc if not token.is_punct]
    numbers = numbers_in(doc.text)
    said = {token.lower_ for token in words}
    is_bare = len(words) <= _FEW_WORDS or ("er" in said and said & {"worden", "wordt", "werden"})
    return numbers[0] if len(numbers) == 1 and is_bare else None


def _token_at(doc: Doc, character: int) -> int:
    span = doc.char_span(character, character + 1, alignment_mode="expand")
    return span.start if span else len(doc) - 1


def _negated(clauses: Sequence[Clause], term: Term) -> bool:
    return clause_at(clauses, term.token_start).negates(term.token_start)


def _wanted_stays(
    doc: Doc, clauses: Sequence[Clause], times: Sequence[TimeMention]
) -> list[TimeMention]:
    """The lengths and dates that can be meant as the stay, without those that are denied."""
    kept = []
    for mention in times:
        if mention.kind != "stay":
            continue
        index = _token_at(doc, mention.start)
        clause = clause_at(clauses, index)
        if clause.negates(index, reach=2) and not isinstance(mention.value, AbsurdStay):
            continue
        kept.append(mention)
    return kept


def _one_stay(doc: Doc, mentions: Sequence[TimeMention]) -> Stay | None:
    """Of several lengths: dates before lengths, the last one after a correction, else the first."""
    if not mentions:
        return None
    dated = [mention for mention in mentions if isinstance(mention.stay, DatedStay)]
    corrected = _CORRECTS & {token.lower_ for token in doc}
    pool = dated or list(mentions)
    return (pool[-1] if corrected and not dated else pool[0]).stay


def _purpose(
    clauses: Sequence[Clause], terms: Sequence[Term]
) -> tuple[Purpose | None, list[Finding]]:
    """What an organisation wants; ``None`` if it says both or neither."""
    said: dict[Purpose, list[Term]] = {}
    for term in terms:
        if term.category != "purposes":
            continue
        clause = clause_at(clauses, term.token_start)
        before = clause.words[: term.token_start - clause.start]
        if any(word in NEGATORS | {"zonder"} for word in before) and "alleen" not in before:
            continue
        if clause.negates(term.token_start):
            continue
        said.setdefault(Purpose(term.means["purpose"]), []).append(term)
    findings = [
        Finding("purpose", str(purpose), term.start, term.end, term.text)
        for purpose, found in said.items()
        for term in found
    ]
    firm = {p for p, found in said.items() if not all(map(_is_vague_purpose, found))}
    if len(firm) == 1:
        return firm.pop(), findings
    return (next(iter(said)) if len(said) == 1 else None), findings


def _partnership(clauses: Sequence[Clause], terms: Sequence[Term]) -> Partnership | None:
    said = (
        t.means["partnership"]
        for t in terms
        if "partnership" in t.means and not _negated(clauses, t)
    )
    return next(map(Partnership, said), None)


def _is_vague_purpose(term: Term) -> bool:
    """People who are sent abroad go to partners too, and in a project."""
    return "project" in term.term or term.term.startswith(("partner", "buitenlandse partner"))


def _credit(
    clauses: Sequence[Clause], terms: Sequence[Term]
) -> tuple[Answer | None, list[Finding]]:
    """Whether a course is said to count; a question ("telt dat mee?") tells nothing."""
    said = [
        (clause_at(clauses, t.token_start), _term_finding("credit", t))
        for t in terms
        if t.category == "credit"
    ]
    said += [(clause, _clause_finding(clause)) for clause in clauses if clause.counts_towards]
    for clause, finding in said:
        sentence = {word for c in clauses if c.sentence == clause.sentence for word in c.words}
        if "laten" not in sentence and any(words <= sentence for words in _UNSURE):
            return Answer.UNKNOWN, [replace(finding, value="unknown")]
        if any(word in NEGATORS for word in clause.words):
            return Answer.NO, [replace(finding, value="no")]
        supposed = clause.is_supposition or sentence & {"stel", "veronderstel", "gesteld"}
        if supposed or not (clause.is_question and _ends_sentence(clause, clauses)):
            return Answer.YES, [finding]
    return None, []


def _ends_sentence(clause: Clause, clauses: Sequence[Clause]) -> bool:
    return not any(c.sentence == clause.sentence and c.start > clause.start for c in clauses)


def _clause_finding(clause: Clause) -> Finding:
    span = clause.doc[clause.start : clause.end]
    return Finding("credit", "yes", span.start_char, span.end_char, span.text)


def _term_finding(fact: str, term: Term) -> Finding:
    return Finding(fact, " ".join(map(str, term.means.values())), term.start, term.end, term.text)


def _time_finding(fact: str, mention: TimeMention) -> Finding:
    value = (mention.stay.iso() or "") if fact == "stay" else str(mention.value)
    return Finding(fact, value, mention.start, mention.end, mention.text)
