"""Which intent a message has, from the classifier's ranking and from the facts that were read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.reading import Reading, Who

FALLBACK = "nlu_fallback"
CONSULT = "eligibility"
_BARE = {"affirm", "deny", "dont_know", "explain_question"}
_SMALL = {"greet", "thank", "goodbye", "insult", "praise", "bot_challenge", "capabilities", "how_are_you"}
_ELSEWHERE = {"out_of_scope", "other_language", "handover", "start_over"}
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_MARKUP = re.compile(r"<[^>]*>")
_KEY_ACTION = re.compile(r"\b(?:kern ?actie|key action|actie|ka) ?(?:(1|een|één)|(2|twee))\b")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Arbitration:
    """From which confidence on the classifier is believed (shares between 0 and 1).

    ``threshold``: below it the message is not understood. ``facts_threshold``: the same for a
    message in which somebody's role or status was read. ``known_words``: the least share of words
    that training has seen. ``info_threshold``: from here on a question about the programme is
    one, even when the visitor also tells who he is.
    """

    threshold: float = 0.3
    facts_threshold: float = 0.75
    known_words: float = 0.45
    info_threshold: float = 0.6


def features_of(text: str) -> str:
    """The text as the classifier sees it: lower case, every number the same, but the key actions."""
    named = _KEY_ACTION.sub(lambda m: "kernactie eerste" if m[1] else "kernactie tweede", text.lower()[:2000])
    return _NUMBER.sub("0", named)


def settle(
    ranking: Sequence[tuple[str, float]],
    reading: Reading,
    text: str,
    known_words: float,
    limits: Arbitration,
) -> tuple[str, float]:
    """The intent and its confidence. Facts about somebody outweigh small talk and vague doubt."""
    if not ranking or not _LETTERS.search(_MARKUP.sub(" ", text)) and not reading.tells_something:
        return FALLBACK, 1.0
    name, confidence = ranking[0]
    if reading.speaks_of_somebody and (reading.describes_somebody or not reading.referral):
        if name in _SMALL | _BARE:
            return CONSULT, confidence
        if name in _ELSEWHERE:
            firm = reading.is_personal or reading.stay
            enough = limits.facts_threshold if firm else limits.threshold
            return (name, confidence) if confidence >= enough else (CONSULT, 1 - confidence)
        organisation = any(p.who is Who.ORGANISATION for p in reading.travellers)
        if name == "info_programme" and organisation:
            return CONSULT, 1 - confidence  # "onze school zoekt iets bij Erasmus+"
        if name.startswith("info_") and confidence < limits.info_threshold:
            return CONSULT, 1 - confidence
        return name, confidence
    if reading.referral and name in {"out_of_scope", CONSULT}:
        return "out_of_scope", max(confidence, 1 - confidence)
    if name in _SMALL | {"start_over"} and (reading.moment or reading.stay or reading.credit):
        return CONSULT, 1 - confidence
    if known_words < limits.known_words and name != "other_language" and not reading.tells_something:
        return FALLBACK, 1 - known_words
    if confidence < limits.threshold:
        return FALLBACK, 1 - confidence
    return name, confidence
