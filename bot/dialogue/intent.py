"""Which intent a message has, from the classifier's ranking and from the facts that were read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Arbitration:
    """From which confidence on the classifier is believed (shares between 0 and 1).

    A message about somebody is taken as a case from ``on_topic`` on if it also speaks of going
    abroad, and only from ``off_topic`` on if it does not: a wrong answer costs most.
    ``threshold``: below it a message is not understood. ``known_words``: the least share of words
    that training has seen, unless the classifier is ``sure``. ``info_threshold``: from here on a
    question about the programme is one, even when the visitor also tells who he is.
    """

    threshold: float = 0.3
    on_topic: float = 0.2
    off_topic: float = 0.55
    vague: float = 0.5
    info_threshold: float = 0.6
    known_words: float = 0.45
    sure: float = 0.7


def settle(
    ranking: Sequence[tuple[str, float]],
    reading: Reading,
    text: str,
    known_words: float,
    limits: Arbitration,
) -> tuple[str, float]:
    """The intent and its confidence. Facts about somebody outweigh small talk and vague doubt."""
    if not ranking or (not _LETTERS.search(_MARKUP.sub(" ", text)) and not reading.tells_something):
        return FALLBACK, 1.0
    name, confidence = ranking[0]
    case = dict(ranking).get(CONSULT, 0.0)
    if reading.speaks_of_somebody and (reading.describes_somebody or not reading.referral):
        if name in _SMALL | _BARE:
            return CONSULT, confidence
        if _asks_for_us(name, reading):
            return CONSULT, confidence
        if name.startswith("info_"):
            believed = confidence >= limits.info_threshold
            return (name, confidence) if believed else (CONSULT, 1 - confidence)
        if case >= (limits.on_topic if reading.is_on_topic else limits.off_topic):
            return CONSULT, case
        return name if name != CONSULT else "out_of_scope", 1 - case
    if _asks_what_holds(name, confidence, reading, text, limits):
        return "info_editions", max(confidence, 1 - confidence)
    if reading.referral and name in {"out_of_scope", CONSULT}:
        return "out_of_scope", max(confidence, 1 - confidence)
    if name in _SMALL | {"start_over"} and (reading.moment or reading.stay or reading.credit):
        return CONSULT, 1 - confidence
    if name == CONSULT and not reading.is_on_topic and case < limits.vague:
        return FALLBACK, 1 - case
    several = len(_LETTERS.findall(text)) > 1
    unknown = known_words < limits.known_words and (several or confidence < limits.sure)
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


def _asks_for_us(name: str, reading: Reading) -> bool:
    """ "Onze school zoekt iets bij Erasmus+" asks about the school, not about the programme."""
    return name == "info_programme" and any(p.who is Who.ORGANISATION for p in reading.travellers)
