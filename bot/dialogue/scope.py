"""When and where rules hold: which edition covers a day, and what it says of a country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from bot.dialogue.wording import Wording, day_in_words
from bot.eligibility.calendar import DayRange
from bot.eligibility.loader import NoEditionError, edition_on
from bot.eligibility.table import Edition

Editions = Mapping[str, Edition]
"""All editions by name, oldest first."""


@dataclass(frozen=True)
class Note:
    """A sentence beside an answer, and what it is about."""

    about: Literal["edition", "country"]
    text: str

    def to_json(self) -> dict[str, str]:
        return {"about": self.about, "text": self.text}


def is_covered(editions: Editions, days: DayRange | None) -> bool:
    """Whether some edition holds on the first of the days; days that are not known are."""
    return days is None or _holding_on(editions, days.earliest) is not None


def about_uncovered_days(wording: Wording, editions: Editions, days: DayRange) -> str:
    """That there are no rules for these days, and until when the last ones hold."""
    known = list(editions.values())
    before = [edition for edition in known if edition.valid.last_day < days.earliest]
    if not before:
        return _say(wording, "edition_too_early", known[0], days)
    return _say(wording, "edition_too_late", before[-1], days)


def about_days(
    wording: Wording,
    editions: Editions,
    edition: Edition,
    days: DayRange,
    *,
    asked: bool,
    in_chat: bool,
) -> str:
    """What to say of an answer by ``edition`` to somebody who speaks of these days, if anything.

    ``asked``: the days are the question ("en in 2026?"), so it is answered even if all is well.
    ``in_chat``: it tells how to ask for the other edition.
    """
    holding = _holding_on(editions, days.earliest)
    if holding is None:
        uncovered = about_uncovered_days(wording, editions, days)
        return f"{uncovered} {_say(wording, 'edition_used', edition, days)}"
    if holding is not edition:
        other = _say(wording, "edition_other", edition, days, other=holding.edition)
        how = wording.say("edition_other_ask", other=holding.edition)
        return f"{other} {how}" if in_chat else other
    if days.latest > edition.valid.last_day:
        return _say(wording, "edition_runs_over", edition, days)
    return _say(wording, "edition_holds", edition, days) if asked else ""


def _holding_on(editions: Editions, day: date) -> Edition | None:
    try:
        return edition_on(editions.values(), day)
    except NoEditionError:
        return None


def _say(wording: Wording, name: str, edition: Edition, days: DayRange, **more: str) -> str:
    return wording.say(
        name,
        edition=edition.edition,
        first_day=day_in_words(edition.valid.first_day),
        last_day=day_in_words(edition.valid.last_day),
        when=days.earliest.year,
        **more,
    )


def country_notes(edition: Edition, countries: Iterable[str], asked: Iterable[str]) -> list[Note]:
    """What ``edition`` says of the countries that don't simply take part or are asked about."""
    return [
        Note("country", answer.text)
        for name in countries
        if (answer := edition.countries.answer(name)).takes_part != "full" or name in asked
    ]


def about_countries(
    wording: Wording, editions: Iterable[Edition], countries: Iterable[str]
) -> tuple[str, dict[str, Any]]:
    """What each edition says of the countries, as text and for the ``custom`` object.

    Without a country: which countries take part.
    """
    editions, countries = list(editions), list(countries)
    custom: dict[str, Any] = {"type": "info", "topic": "countries"}
    if not countries:
        summaries = " ".join(edition.countries.summary for edition in editions)
        return wording.say("info_countries", summaries=summaries), custom
    answers = [
        (edition, name, edition.countries.answer(name))
        for name in countries
        for edition in editions
    ]
    custom["countries"] = [
        {"country": name, "edition": edition.edition, "takes_part": answer.takes_part}
        for edition, name, answer in answers
    ]
    paragraphs = [
        wording.say(f"country_{answer.takes_part}", edition=edition.edition, text=answer.text)
        for edition, _, answer in answers
    ]
    return "\n\n".join(paragraphs), custom
