"""Which intent a message has, from the classifier's ranking and from the facts that were read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.eligibility.facts import Status
from bot.language.reading import Reading, Who

FALLBACK = "nlu_fallback"
CONSULT = "eligibility"
_BARE = {"affirm", "deny", "dont_know", "explain_question"}
_SMALL = {
    "greet",
    "thank",
    "goodbye",
    "insult",
    "praise",
    "bot_challenge",
    "capabilities",
    "how_are_you",
}
_FEW_WORDS = 3
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(
    r"<(script|style)\b.*?(?:</\1>|$)|<[^>]*>|\b(?:drop|truncate|alter) table \S+"
    r"|\b(?:select|delete|insert|update) .*\b(?:from|into|set)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_FEW_DIFFERENT_WORDS = 0.1


@dataclass(frozen=True)
class Arbitration:
    """From which confidence on the classifier is believed (shares between 0 and 1).

    A message is taken as a case from ``abroad`` on if it speaks of somebody and of going abroad,
    from ``on_topic`` on if it speaks of the subject otherwise, and only from ``off_topic`` on if
    it does not: a wrong answer costs most. A wish to go abroad is always one, unless it is
    ``surely_not`` (a holiday); somebody named as the one it is about is one if the classifier
    thinks so or is in ``doubt``. Set so that of 500 sentences about other things 1% gets through.

    ``threshold``: below it a message is not understood. ``known_words``: the least share of words
    that training has seen, unless the classifier is ``sure`` of one word or ``very_sure`` of small
    talk.
    ``info_threshold``: from here on a question about the programme is one, even when the visitor
    also tells who he is; below it a case needs ``least_for_case``.
    """

    threshold: float = 0.3
    abroad: float = 0.3
    on_topic: float = 0.45
    off_topic: float = 0.65
    info_threshold: float = 0.6
    least_for_case: float = 0.1
    known_words: float = 0.45
    sure: float = 0.7
    very_sure: float = 0.95
    surely_not: float = 0.75
    doubt: float = 0.5


def settle(
    ranking: Sequence[tuple[str, float]],
    reading: Reading,
    text: str,
    known_words: float,
    limits: Arbitration,
) -> tuple[str, float]:
    """The intent and its confidence. Facts about somebody outweigh small talk and vague doubt."""
    if not ranking or _is_noise(text, reading):
        return FALLBACK, 1.0
    name, confidence = ranking[0]
    case = dict(ranking).get(CONSULT, 0.0)
    needed = _needed(reading, limits, in_doubt=name == CONSULT or confidence < limits.doubt)
    if reading.referral and name.startswith("info_") and not reading.describes_somebody:
        return "out_of_scope", confidence
    unsure = confidence < limits.doubt or (
        confidence < limits.surely_not and name in {"out_of_scope", "info_programme", CONSULT}
    )
    possible = case >= limits.least_for_case
    if reading.wishes_abroad and unsure and possible and not reading.referral:
        return CONSULT, 1 - confidence
    if reading.speaks_of_somebody and (reading.describes_somebody or not reading.referral):
        if name == "insult" and not reading.is_on_topic:
            return name, confidence
        if name in _SMALL | _BARE:
            return CONSULT, confidence
        if _asks_for_us(name, reading):
            return CONSULT, confidence
        if name.startswith("info_"):
            meant = (reading.is_personal or reading.is_on_topic) and possible
            if confidence < limits.info_threshold and meant:
                return CONSULT, 1 - confidence
            known = confidence >= limits.threshold
            return (name, confidence) if known else ("out_of_scope", 1 - confidence)
        a_case = reading.is_personal or (reading.stay and reading.abroad)
        if case >= needed or (reading.only_facts and a_case):
            return CONSULT, case
        return name if name != CONSULT else "out_of_scope", 1 - case
    if _asks_what_holds(name, confidence, reading, text, limits):
        return "info_editions", max(confidence, 1 - confidence)
    if reading.referral and name in {"out_of_scope", CONSULT}:
        return "out_of_scope", max(confidence, 1 - confidence)
    if reading.number is not None and not known_words and _LETTERS.search(text):
        return FALLBACK, 1.0
    told = reading.moment or reading.stay or reading.credit or reading.number is not None
    if name in _SMALL | {"start_over"} and told:
        return CONSULT, 1 - confidence
    if name == CONSULT and case < (limits.on_topic if reading.moment or reading.when else needed):
        about_countries = dict(ranking).get("info_countries", 0.0) if reading.countries else 0.0
        if about_countries >= limits.threshold:
            return "info_countries", about_countries
        return FALLBACK, 1 - case
    several = len(_LETTERS.findall(text)) > 1
    sure = limits.very_sure if name in _SMALL else limits.sure
    unknown = known_words < limits.known_words and (
        confidence < sure or (several and name not in _SMALL)
    )
    if unknown and name != "other_language" and not reading.tells_something:
        return FALLBACK, 1 - known_words
    if confidence < limits.threshold:
        return FALLBACK, 1 - confidence
    return name, confidence


def _asks_what_holds(
    name: str, confidence: float, reading: Reading, text: str, limits: Arbitration
) -> bool:
    """ "En nu?", "geldt dat nog?", "en in 2030?": about the rules themselves, not about a case."""
    if reading.stay or reading.countries or reading.edition:
        return False
    few_words = len(_LETTERS.findall(text)) <= _FEW_WORDS
    unsure = name == CONSULT or confidence < limits.threshold
    if reading.now:
        return few_words or unsure or name in _SMALL | _BARE | {"start_over"}
    return bool(reading.when and few_words and unsure)


def _needed(reading: Reading, limits: Arbitration, *, in_doubt: bool) -> float:
    told = any(
        p.wishes and not p.points_back and p.facts.status not in (None, Status.NOT_IN_EDUCATION)
        for p in reading.travellers
    )
    named = any(p.emphasised and p.who is Who.OTHER for p in reading.travellers)
    ours = any(person.who is Who.ORGANISATION for person in reading.travellers)
    wanted = reading.abroad or (ours and reading.purpose)
    if told or (named and in_doubt) or (wanted and reading.travellers):
        return limits.abroad
    return limits.on_topic if reading.is_on_topic or ours else limits.off_topic


def _is_noise(text: str, reading: Reading) -> bool:
    """No words at all, nothing but code, or the same words over and over."""
    words = text.lower().split()
    if len(words) > 100 and len(set(words)) < _FEW_DIFFERENT_WORDS * len(words):
        return True
    without_code = _CODE.sub(" ", text)
    if _LETTERS.search(without_code):
        return False
    return without_code != text or not reading.tells_something


def _asks_for_us(name: str, reading: Reading) -> bool:
    """ "Onze school zoekt iets bij Erasmus+" asks about the school, not about the programme."""
    return name == "info_programme" and any(p.who is Who.ORGANISATION for p in reading.travellers)
