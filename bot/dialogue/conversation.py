"""One turn of the conversation: what we knew and what was read → what we know and what we say.

Pure: no Rasa, no clock, no files but the wording and the rule tables that are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.dialogue.case import Case, days_asked_about, hear
from bot.dialogue.scope import (
    Note,
    about_countries,
    about_days,
    about_uncovered_days,
    country_notes,
    is_covered,
)
from bot.dialogue.wording import Reply, Wording, day_in_words, length_in_words, stay_in_words
from bot.eligibility.calendar import DayRange, Fit, fit
from bot.eligibility.decision import Decision, Question, decide
from bot.eligibility.facts import Facts, Role, Status
from bot.eligibility.table import Edition, KeyAction, Verdict
from bot.language.reading import Reading, Who

BARE_ANSWERS = {"affirm", "deny", "dont_know", "explain_question"}
NOTHING_READ = Reading()
CERTAIN = 0.9  # from this confidence on, even what was asked for is something else
SURE = 0.8  # from this confidence on, something else is something else even halfway a case


@dataclass(frozen=True)
class Office:
    """What a conversation needs to answer: the rule tables, the default edition, the words."""

    editions: Mapping[str, Edition]
    default_edition: str
    wording: Wording

    def edition(self, case: Case) -> Edition:
        """The edition that a case is judged by."""
        return self.editions[case.edition or self.default_edition]


def consult(
    office: Office, case: Case, reading: Reading, intent: str, today: date
) -> tuple[Case, Reply]:
    """Hears a message and answers from the rule table, or asks for the one fact still missing."""
    tells_something = reading.tells_something or reading.asks_about_time
    if intent in BARE_ANSWERS and case.asks is None and not tells_something:
        return case, office.wording.reply("nothing_open", {"type": "smalltalk"})
    if reading.edition and reading.edition not in office.editions:
        return case, _unknown_edition(office)
    stuck = intent == "explain_question" or (
        intent == "dont_know" and case.asks in {"role", "status"}
    )
    case = hear(case, reading, intent, today)
    if case.when and not is_covered(office.editions, case.when) and _must_cover(office, case):
        bare = replace(case, when=None) if _only_asks_about_time(reading) else case
        return bare, _uncovered_days(office, case.when)
    decided = decide(office.edition(case), case.facts, today)
    if isinstance(decided, Question):
        if decided.asks == "role" and _need_explaining(office, _only_countries(reading)):
            return inform(office, replace(case, asks="role"), reading, "countries", today)
        case = replace(case, asks=decided.asks)
        if decided.asks == "stay":
            case = replace(case, facts=replace(case.facts, stay=None))
        return case, question(office, case, stuck=stuck)
    case = replace(case, asks=None)
    return case, answer(office, case, decided, today, notes(office, case, decided, today, reading))


def _must_cover(office: Office, case: Case) -> bool:
    """Whether the edition may answer only for days that some edition covers.

    One that was asked for by name, and the last one, whose answer would look like today's. An older
    default edition answers for any day, with a reservation.
    """
    return case.edition is not None or office.default_edition == list(office.editions)[-1]


def _unknown_edition(office: Office) -> Reply:
    last = list(office.editions.values())[-1]
    text = office.wording.say(
        "edition_unknown",
        editions=_joined(office, office.editions),
        last_day=day_in_words(last.valid.last_day),
    )
    return Reply(text, {"type": "info", "topic": "editions"}, _edition_buttons(office))


def _uncovered_days(office: Office, days: DayRange) -> Reply:
    text = about_uncovered_days(office.wording, office.editions, days)
    return Reply(text, {"type": "info", "topic": "editions"})


def _only_countries(reading: Reading) -> tuple[str, ...]:
    """The countries of a message that tells nothing else: "en naar Zwitserland?"."""
    if reading.stay or reading.edition or reading.when or reading.describes_somebody:
        return ()
    return reading.countries


def _need_explaining(office: Office, countries: Iterable[str]) -> bool:
    """Whether some edition has more to say of these countries than that they take part."""
    return any(country_notes(edition, countries, ()) for edition in office.editions.values())


def _only_asks_about_time(reading: Reading) -> bool:
    """ "En in 2030?": a year or a start, and nothing of the case itself."""
    return reading.asks_about_time and not (
        reading.stay or reading.edition or reading.describes_somebody
    )


def notes(
    office: Office, case: Case, decision: Decision, today: date, reading: Reading = NOTHING_READ
) -> list[Note]:
    """What to point out: rules of another time, a country that does not simply take part.

    In a chat to whoever wrote what was read; without a reading in a letter.
    """
    edition = office.edition(case)
    found = []
    if text := _about_time(office, case, reading, today):
        found.append(Note("edition", text))
    if decision.key_action is KeyAction.KA1:
        found += country_notes(edition, case.countries, _only_countries(reading))
    return found


def _about_time(office: Office, case: Case, reading: Reading, today: date) -> str:
    days = DayRange(today, today) if reading.now else case.when
    asked = _only_asks_about_time(reading)
    if days is None:
        return ""
    return about_days(
        office.wording,
        office.editions,
        office.edition(case),
        days,
        asked=asked,
        in_chat=reading is not NOTHING_READ,
    )


def question(office: Office, case: Case, *, stuck: bool = False) -> Reply:
    """The open question in Dutch, with buttons where the choices are closed."""
    name = f"ask_{case.asks}"
    if case.asks in {"status", "activity"} and case.facts.role:
        name = f"ask_{case.asks}_{case.facts.role}"
    text = office.wording.say(_for_other(office, name, case))
    if stuck and office.wording.knows(f"help_{case.asks}"):
        text = f"{office.wording.say(f'help_{case.asks}')}\n\n{text}"
    return Reply(text, {"type": "question", "asks": case.asks}, office.wording.buttons(name))


def _for_other(office: Office, name: str, case: Case) -> str:
    other = f"{name}_other"
    return other if case.who is Who.OTHER and office.wording.knows(other) else name


def answer(
    office: Office, case: Case, decision: Decision, today: date, beside: Sequence[Note] = ()
) -> Reply:
    """The decision as Dutch text and as the ``custom`` object of the contract, with the notes."""
    payload = _payload(office, case.facts, decision)
    payload["notes"] = [note.to_json() for note in beside]
    text = "\n\n".join([*(note.text for note in beside), answer_text(office, case.facts, decision)])
    others = _others(office, case, today)
    if others:
        payload["others"] = [_payload(office, facts, other) for other, facts in others]
        text = "\n\n".join([text, *(answer_text(office, facts, other) for other, facts in others)])
    return Reply(text, payload, _edition_buttons(office, decision.edition.edition))


def _payload(office: Office, facts: Facts, decision: Decision) -> dict[str, Any]:
    """``stay_text`` is what is said of the wanted stay, for a page that shows it otherwise."""
    return {**decision.to_payload(), "stay_text": stay_text(office, facts, decision) or None}


def _others(office: Office, case: Case, today: date) -> list[tuple[Decision, Facts]]:
    decided = [(decide(office.edition(case), facts, today), facts) for facts in case.also]
    return [(other, facts) for other, facts in decided if isinstance(other, Decision)]


def _edition_buttons(office: Office, current: str | None = None) -> tuple[dict[str, str], ...]:
    """A button for every edition but the current one."""
    buttons = office.wording.buttons("other_edition")
    return tuple(
        {key: text.format(edition=edition) for key, text in button.items()}
        for edition in office.editions
        if edition != current
        for button in buttons
    )


def answer_text(office: Office, facts: Facts, decision: Decision) -> str:
    """The decision in Dutch: what it is, the stay, the conditions, why, and what to do."""
    say = office.wording.say
    payload = decision.to_payload()
    paragraphs = [f"{say(headline(decision))} {decision.explanation}"]
    paragraphs.append(stay_text(office, facts, decision))
    if decision.conditions:
        conditions = " ".join(condition.text for condition in decision.conditions)
        paragraphs.append(say("conditions", conditions=conditions))
    paragraphs.append(
        say(
            "source",
            quote=decision.source.quote,
            heading=payload["source"]["heading"],
            edition=decision.edition.edition,
        )
    )
    paragraphs.append(decision.next_step)
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def headline(decision: Decision) -> str:
    """The name of the sentence that says what was decided."""
    if decision.verdict is Verdict.ELIGIBLE and decision.fits is Fit.NO:
        return "verdict_eligible_but_not_so_long"
    return f"verdict_{decision.verdict}"


def stay_text(office: Office, facts: Facts, decision: Decision) -> str:
    """Whether the wanted stay is allowed; empty without a wish or without any stay."""
    say = office.wording.say
    if decision.stay is None or decision.fits is None or facts.stay is None:
        return ""
    words = {
        "min": length_in_words(decision.stay.min),
        "max": length_in_words(decision.stay.max),
        "stay": stay_in_words(facts.stay),
    }
    if decision.fitting_part is not None:
        return say("stay_fits_partly", **words, part=stay_in_words(decision.fitting_part))
    if decision.fits is Fit.DEPENDS and fit(facts.stay, decision.stay) is not Fit.DEPENDS:
        known = decision.stay_row is not None and len(decision.stay_row.activity) == 1
        what = "condition" if known else "activity"
        return say(f"stay_fits_depends_on_{what}", **words)
    return say(f"stay_fits_{decision.fits}", **words)


def goes_on(case: Case, reading: Reading, confidence: float) -> bool:
    """Whether a message that by itself looks like something else goes on with the case.

    "28 maart" means nothing to a classifier, but all to somebody who just said when he graduated.
    ``confidence`` is that of the other intent: sure enough, and it is something else.
    """
    if case.asks == "graduation" and reading.moment:
        return True
    if case.asks == "purpose" and reading.purpose and confidence < CERTAIN:
        return True
    if confidence >= SURE or not (case.asks or case.facts.role):
        return False
    facts = case.facts
    return bool(
        reading.stay
        or (reading.activity and (facts.activity or case.asks == "activity"))
        or reading.edition
        or reading.now
        or reading.goes_back
        or ((reading.departure or reading.return_) and facts.stay)
        or reading.describes_somebody
        or (reading.moment and facts.status is Status.GRADUATE)
        or (reading.credit and facts.status is Status.PRE_VOCATIONAL)
        or (reading.purpose and facts.role is Role.ORGANISATION)
        or (reading.number is not None and facts.stay)
    )


def inform(
    office: Office, case: Case, reading: Reading, topic: str, today: date
) -> tuple[Case, Reply]:
    """Answers a question about the programme, then puts the open question again."""
    if reading.edition and reading.edition not in office.editions:
        return case, resume(office, case, _unknown_edition(office))
    if topic == "editions" and case.facts.role and reading.asks_about_time:
        return consult(office, case, reading, "", today)
    case = note(case, reading, today)
    if topic == "editions":
        case = replace(case, edition=reading.edition or case.edition)
    return case, resume(office, case, information(office, case, reading, topic, today))


def information(office: Office, case: Case, reading: Reading, topic: str, today: date) -> Reply:
    """The answer to a question about the programme; the rule tables tell of time and place."""
    match topic:
        case "countries":
            asked = office.editions.get(reading.edition or case.edition or "")
            editions = [asked] if asked else _default_first(office)
            return Reply(*about_countries(office.wording, editions, reading.countries))
        case "editions":
            when = days_asked_about(reading, today)
            text = _about_time(office, replace(case, when=when), reading, today)
            text = text or _about_editions(office, case, chosen=reading.edition is not None)
            custom = {"type": "info", "topic": topic}
            return Reply(text, custom, _edition_buttons(office, office.edition(case).edition))
    return office.wording.reply(f"info_{topic}", {"type": "info", "topic": topic})


def _default_first(office: Office) -> list[Edition]:
    default = office.editions[office.default_edition]
    return [default, *(edition for edition in office.editions.values() if edition is not default)]


def _about_editions(office: Office, case: Case, *, chosen: bool) -> str:
    edition = office.edition(case)
    others = [name for name in office.editions if name != edition.edition]
    return office.wording.say(
        "edition_chosen" if chosen else "info_editions",
        edition=edition.edition,
        first_day=day_in_words(edition.valid.first_day),
        last_day=day_in_words(edition.valid.last_day),
        others=_joined(office, others),
        end=list(office.editions.values())[-1].valid.last_day.year,
    )


def _joined(office: Office, names: Iterable[str]) -> str:
    *some, last = names
    return office.wording.say("enumeration", some=", ".join(some), last=last) if some else last


def resume(office: Office, case: Case, reply: Reply) -> Reply:
    """A reply to a digression, with the question that is still open behind it."""
    if not case.asks:
        return reply
    again = question(office, case)
    return Reply(f"{reply.text}\n\n{again.text}", reply.custom, again.buttons)


def note(case: Case, reading: Reading, today: date) -> Case:
    """The case after a digression: a status told on the way is kept, the open question stays."""
    told = tuple(person for person in reading.travellers if person.facts.status is not None)
    case = replace(case, countries=reading.countries or case.countries)
    if not told:
        return case
    return hear(case, replace(reading, travellers=told), "", today)


def refer(office: Office, case: Case, reading: Reading) -> Reply:
    """Says that a question is about something else, and for a near miss who does know."""
    custom = {"type": "out_of_scope"}
    name = "out_of_scope"
    if reading.referral and office.wording.knows(f"refer_{reading.referral}"):
        name = f"refer_{reading.referral}"
        custom["referral"] = reading.referral
    return resume(office, case, office.wording.reply(name, custom))
