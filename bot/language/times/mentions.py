"""What lengths and dates mean: a wanted stay, a moment in the past, a start to come, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, Literal

from spacy.tokens import Doc

from bot.eligibility.calendar import (
    AbsurdStay,
    DatedStay,
    DayRange,
    Length,
    LengthStay,
    Stay,
    Unit,
    last_day,
)
from bot.language.times.days import (
    UNSURE_DAYS,
    both_ends,
    days_ago,
    first_day_of,
    last_day_of,
    widened,
)
from bot.language.times.grammar import YOUNGEST_AGE, read_atoms
from bot.language.times.words import Atom, Days, Span, atoms_of, vocabulary

_LONGEST_SENSIBLE_MONTHS = 120
_OLDEST_AGE = 110
_WORKING_WEEK = 6
_WINDOW = 120
_SHORT_ANSWER = 6
_NEAR = 40


@dataclass(frozen=True)
class TimeMention:
    """A length or date in a text, with the characters where it stands.

    ``kind`` is ``stay`` (a length or dates that can be a wanted stay; ``value`` is a ``Stay``),
    ``moment`` (days in the past, such as those of a graduation; a ``DayRange``), ``future`` (days
    to come; a ``DayRange``), ``departure`` or ``return`` (the first or last day of a stay whose
    other end is not in the text: "en als het t/m 14 juni is?"; a ``DayRange``) or ``other`` (looks
    like a length and is not a stay; ``value`` says why: age, experience, frequency …).
    ``approximate``: said or meant roughly. ``has_year``: the year of a moment was said.
    """

    kind: Literal["stay", "moment", "future", "departure", "return", "other"]
    value: Stay | DayRange | str
    start: int
    end: int
    text: str
    approximate: bool = False
    has_year: bool = True

    @property
    def stay(self) -> Stay:
        """The value of a ``stay``."""
        assert isinstance(self.value, Stay)
        return self.value

    @property
    def days(self) -> DayRange:
        """The value of a ``moment``, ``future``, ``departure`` or ``return``."""
        assert isinstance(self.value, DayRange)
        return self.value


def find_times(doc: Doc, today: date) -> list[TimeMention]:
    """All lengths and dates of the text, in order; never raises, whatever the text.

    A date without a year is the next such date for a stay, the most recent for a moment.
    """
    return _Text(doc.text, today).mentions()


def numbers_in(text: str) -> list[int]:
    """The whole numbers of a text, in figures or words ("en dertien?"), in order."""
    amounts = [atom.value for atom in atoms_of(text) if atom.kind == "n"]
    return [int(a.low) for a in amounts if a.low == a.high and a.low.denominator == 1]


_UNIT = r"(?:dag|week|weken|maand|jaar|schooljaar|semester)"
_COURSE = (
    r"\w*opleiding(?:en)?|\w+klas|\w*traject|studies?|\w*contract|\w*project(?:en)?|programma|bachelor|master|"
    r"specialisatie|school|leerweg|samenwerking|\w*partnerschap|alliantie|kenniscentrum|subsidie|proeftijd|"
    r"stageplaats"
)
_TRACK = r"bso|tso|aso|kso|vmbo|havo|vwo|hbo|mbo|bbl|bol|secundair|middelbaar|universiteit"
_WISH = (
    r"wil|willen|wilt|wou|zou|zouden|ga|gaan|gaat|mag|mogen|kan|kunnen|kunt|naar|blijven|blijf|weg|"
    r"buitenland|graag|stage|verblijf|voor"
)

_AT_WORK = r"(?:bij|in|op) (?:een?|ne|den?|het|mijn|haar|zijn|hun|onze?|ons) \w+"
_LEARNS_AND_WORKS = (
    r"\b(?:dua\w+|\w*bbl\w*|leertijd|alternerend|leren en werken|leer(?:ling|jong|meis|gast)\w*)\b"
)
_GOES = rf"\b(?:{_WISH}|landen?)\b"


@dataclass(frozen=True)
class _NotAStay:
    """Why a length is something else: words right ``before`` and ``after`` it, in these units."""

    reason: str
    before: str = ""
    after: str = ""
    units: str = "days weeks months years"

    def applies(self, unit: Unit, before: str, after: str) -> bool:
        return (
            unit in self.units.split()
            and (not self.before or _ends_with(self.before).search(before) is not None)
            and (not self.after or _starts_with(self.after).match(after) is not None)
        )


@cache
def _ends_with(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|\W)(?:{words})$")


@cache
def _starts_with(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words})(?!\w)")


_NOT_STAYS = (
    _NotAStay("frequency", before="elke|iedere|ieder|elk|per|om de|alle"),
    _NotAStay("frequency", before=r"(?:per|elke|iedere|ieder|elk) (?:week|maand|dag|weekend)"),
    _NotAStay("frequency", after=rf"(?:per|in de|in een|op een|elke|iedere|ieder|elk|/) ?{_UNIT}"),
    _NotAStay("frequency", after=r"op de (?:vijf|5|zeven|7|vier|4|tien|10)", units="days"),
    _NotAStay("part", before=r"(?:eerste|laatste|tweede|derde|vorige|afgelopen|voorbije|komende|"
              r"volgende|overige|resterende|rest van de)"),
    _NotAStay("start", before=r"binnen(?: de)?|na|sinds|tot over|al na"),
    _NotAStay("start", after=r"later|eerder|van tevoren|vantevoren|vooraf|op voorhand|daarvoor|"
              r"daarna|ervoor|erna|nadien|na|nadat|voordat|voor"
              r" (?:(?:mijn|het|de|we|ik|je|onze) )?(?:vertrek|begin|start|ga|gaan|reis)"),
    _NotAStay("start", after=r"tot (?:de|het|mijn|onze)"),
    _NotAStay("waiting", before=r"(?:wacht|wachten|wachttijd|gewacht)(?: \w+){0,2}"),
    _NotAStay("experience", after=r"(?:\w+ )?(?:(?:werk)?ervaring(?! op)|onderwijservaring|"
              r"lesgegeven|in dienst|in het vak|in het onderwijs|in het beroepsonderwijs|"
              r"voor de klas|werkzaam|werkloos|werkzoekend|ancienniteit|dienst|zwanger|"
              r"praktijkervaring)"),
    _NotAStay("experience", before=r"al|reeds|sinds|sedert|inmiddels|ondertussen",
              after=r"(?!naar\b|weg\b|op stage\b|in (?:het )?buitenland).*"),
    _NotAStay("experience", before=r"(?:ben|(?:hij|zij|ze|die) is|werk|werkt|geef|geeft|sta|staat|"
              r"zit|woon|doe|doceer)"
              r"(?: (?:ik|hij|ze|zij|er|daar|hier|nu|nog maar|pas|maar|hier nu|er nu|ook))*",
              after=r"(?!.*\b(?:buitenland|weg|naar)\b).*", units="years"),
    _NotAStay("experience", before=r"(?:ben|werk|werkt|geef|geeft|sta|zit|woon)"
              r"(?: (?:ik|hij|ze|zij|er|daar|hier))* (?:nu|nog maar|pas)", units="weeks months"),
    _NotAStay("experience", before=r"(?:ik|hij|zij|ze|we|wij) (?:was|waren|werkte|deed|gaf|zat|"
              r"woonde|liep)(?: \w+){0,2}"),
    _NotAStay("experience", before=r".*(?:ben|heb|hebben|heeft|is|was|had|hebt)(?: .*)?",
              after=r"(?!.*\b(?:wil|willen|wou|zou|mag|kan)\b).*\b(?:geweest|gewerkt|gestudeerd|"
              r"gewoond|gelopen|gezeten|gegeven|gevolgd|gedaan|gestaan|geleerd)"),
    _NotAStay("course", before=rf".*\b(?:{_COURSE})(?: (?!spreekt|praat|zegt|biedt|vraagt)\w+)"
              r"{0,2} (?:duurt|duren|loopt|lopen|is|"
              r"van|over|duurde)(?: \w+)?"),
    _NotAStay("course", before=rf"(?:{_COURSE})(?:,? (?:die|dat))? ?(?:\w+ )?",
              after=r"(?:loopt|duurt|lopen|duren|lang)"),
    _NotAStay("course", before=r"(?:mijn|onze|zijn|haar|hun|de) (?:cursus|training|lessen|les)"
              r"(?: \w+)? (?:duurt|duren|loopt)"),
    _NotAStay("course", after=rf"(?:durende?|lopende?) (?:{_COURSE})"),
    _NotAStay("course", after=rf"(?:{_TRACK}|opleiding|studie|contract|project)", units="years"),
    _NotAStay("past", after=r"(?:niks|niets|thuis gezeten|gewerkt)"),
    _NotAStay("holiday", after=r"(?:vakantie|verlof|ziek|vrij|vrijaf|\w+verlof)(?! om\b)"),
    _NotAStay("working days", after=r"(?:(?:op|in) (?:de |het |mijn |ons |onze |zijn |haar )?"
              r"(?:werk|werkplek|werkvloer|bedrijf|school|kantoor|zaak|klas|stagebedrijf|"
              r"schoolbank\w*)(?! in)|"
              r"(?:naar )?(?:de )?(?:school|les(?! ?(?:te |gaan )?ge)|werken|werk))", units="days"),
    _NotAStay("working days", before=r"(?:werk|werkt|werken)(?: (?:ik|je|we|hij|ze))?",
              units="days"),
    _NotAStay("idiom", before=r"(?<!uit )(?<!kom )(?<!komt )(?<!komen )(?<!kwam )(?<!kwamen )op"
              r"|goed voor|dag in", after=r"(?!.)|[^0-9]", units="days"),
    _NotAStay("part", after=r"(?:langer|korter|meer|minder|extra|erbij|minder lang)"),
    _NotAStay("age", after=r"(?:oud|jong|geworden|van leeftijd|leeftijd)", units="months years"),
)  # fmt: skip


class _Text:
    """The folded atoms of a text, and what is said around each."""

    def __init__(self, text: str, today: date) -> None:
        self.text = text
        self.today = today
        self.atoms = read_atoms(text, today)

    def mentions(self) -> list[TimeMention]:
        found = [self._mention(i) for i in range(len(self.atoms))]
        self._start_stays(found)
        self._departure_and_return(found)
        self._working_days(found)
        self._single_ends(found)
        self._day_after_month(found)
        self._same_unit(found)
        return [mention for mention in found if mention]

    def _mention(self, i: int) -> TimeMention | None:
        atom = self.atoms[i]
        match atom.kind:
            case "L":
                return self._length(i, atom.value)
            case "S":
                return self._dates(i, *atom.value)
            case "O":
                return self._between(i, *atom.value)
            case "X" | "C":
                return self._days(i, atom.value)
            case "M":
                return self._of(i, "moment", atom.value, approximate=True)
            case "E":
                return self._of(i, "future", atom.value, approximate=True)
            case "Z":
                return self._of(i, "other", atom.value)
            case "y":
                return self._year(i, atom.value)
            case "g":
                return self._day_from_today(i, atom.value)
        return None

    def _of(
        self, i: int, kind: str, value: Any, approximate: bool = False, has_year: bool = True
    ) -> TimeMention:
        start, end = self.atoms[i].start, self.atoms[i].end
        return TimeMention(kind, value, start, end, self.text[start:end], approximate, has_year)  # type: ignore[arg-type]

    # lengths

    def _length(self, i: int, span: Span) -> TimeMention:
        before, after = self._words_before(i), self._words_after(i)
        if self._since_graduation(before, after):
            days = days_ago(span, self.today)
            if days:
                return self._of(i, "moment", days, approximate=span.how != "exactly")
        if self._is_age(span, before, after):
            return self._of(i, "other", "age")
        if re.search(r"(?:^|\W)over$", before) and not re.search(
            r"(?:gaat|ging|het) over$", before
        ):
            start = self._from_now(span)
            if start:
                return self._of(i, "future", start, approximate=True)
        asked = re.search(r"\b(?:kan|kun|mag|mogen|kunnen|wil)\b(?: \w+){0,3} al$", before)
        for reason in _NOT_STAYS:
            if asked and reason.reason == "experience":
                continue
            if reason.applies(span.low.unit, before, after):
                return self._of(i, "other", reason.reason)
        if i and self.atoms[i - 1].kind == "o":
            return self._of(i, "other", "part")
        return self._of(i, "stay", _stay(span, self.atoms[i].text), approximate=span.about)

    def _since_graduation(self, before: str, after: str) -> bool:
        if re.match(r"(?:afgestudeerd|gediplomeerd)(?!\w)", after):
            return True
        if re.search(
            r"diploma (?:ligt|heb ik|hangt|is|zit)(?: \w+)? (?:al|nu|sinds|intussen)$", before
        ):
            return True
        said_since = re.search(r"(?:^|\W)(?:al|reeds|sinds|sedert|nu|inmiddels|intussen)$", before)
        diploma = r"(?:(?:mijn|een|dit|dat|het|zijn|haar) )?diploma|klaar|van school af"
        return bool(said_since and re.match(rf"(?:{diploma})(?!\w)", after))

    def _is_age(self, span: Span, before: str, after: str) -> bool:
        years = span.high.amount
        if span.low.unit is not Unit.YEARS or years > _OLDEST_AGE or years < 3:
            return False
        if re.search(
            r"(?:stage|duur|verblijf|periode|mobiliteit|erasmus)(?: van| is| duurt)?$", before
        ):
            return False
        if re.search(r"(?:^|\W)(?:ben|bent|is|zijn|word|wordt|was|werd)(?: \w+)?$", before):
            return years >= 5 and not re.match(r"(?:leraar|lerares|docent|leerkracht)", after)
        if years < YOUNGEST_AGE:
            return (
                re.search(
                    r"(?:zoon|dochter|kind|kleuter|peuter|jongen|meisje|leeftijd) van$", before
                )
                is not None
            )
        return re.search(rf"(?:^|\W)(?:{_WISH})(?: \w+)?$", before) is None

    def _from_now(self, span: Span) -> DayRange | None:
        unsure = timedelta(days=int(UNSURE_DAYS[span.low.unit][0]))
        try:
            earliest, latest = (
                last_day(self.today, Length(part.amount, part.unit, part.extra_days))
                for part in (span.low, span.high)
            )
            return DayRange(max(self.today, earliest - unsure), latest + unsure)
        except (ValueError, OverflowError):
            return None

    def _start_stays(self, found: list[TimeMention | None]) -> None:
        """ "vanaf 1 september 2026 vijf maanden": a start and a length are dates."""
        for i, mention in enumerate(found):
            if not (mention and mention.kind == "future" and self.atoms[i].kind == "X"):
                continue
            if not any(atom.kind in "Vv" for atom in self.atoms[max(0, i - 2) : i]):
                continue
            near = range(max(0, i - _NEAR), min(len(found), i + _NEAR))
            lengths = [j for j in near if self._is_stay(found[j]) and self._same_sentence(i, j)]
            if len(lengths) != 1:
                continue
            stay = found[lengths[0]]
            assert stay is not None and isinstance(mention.value, DayRange)
            if isinstance(stay.value, LengthStay) and stay.value.shortest == stay.value.longest:
                first = mention.value.earliest
                dated = DatedStay(first, last_day(first, stay.value.shortest))
                found[lengths[0]] = replace(stay, value=dated)

    def _departure_and_return(self, found: list[TimeMention | None]) -> None:
        """ "ik vertrek op 14 april en ben op 26 april weer thuis": two days are a stay."""
        days = [
            i
            for i, mention in enumerate(found)
            if mention and mention.kind == "future" and self.atoms[i].kind == "X"
        ]
        for i, j in pairwise(days):
            first, last = found[i], found[j]
            assert first is not None and last is not None
            leaves = any(atom.kind == "V" for atom in self.atoms[max(0, i - 2) : i])
            returns = any(
                atom.text in vocabulary().table["returning"] for atom in self.atoms[i + 1 : j + 4]
            )
            if not (leaves and returns and self._same_sentence(i, j)):
                continue
            assert isinstance(first.value, DayRange) and isinstance(last.value, DayRange)
            if first.value.earliest <= last.value.earliest:
                stay = DatedStay(first.value.earliest, last.value.earliest)
                text = self.text[first.start : last.end]
                found[i] = TimeMention("stay", stay, first.start, last.end, text)
                found[j] = None

    def _working_days(self, found: list[TimeMention | None]) -> None:
        """ "drie dagen in een salon en één dag les": days beside working days are such too."""
        said = [i for i, mention in enumerate(found) if mention and self.atoms[i].kind == "L"]
        for i in said:
            mention = found[i]
            if mention and self._is_working_week(i) and self._learns_at_work(i):
                found[i] = replace(mention, kind="other", value="working days")
        for i, j in pairwise(said):
            pair = (found[i], found[j])
            between = {atom.text for atom in self.atoms[i:j]}
            if "working days" not in [mention.value for mention in pair if mention]:
                continue
            if between & vocabulary().table["looking_ahead"] or not self._same_sentence(i, j):
                continue
            for k in (i, j):
                mention = found[k]
                if mention and self._is_working_week(k):
                    found[k] = replace(mention, kind="other", value="working days")

    def _same_unit(self, found: list[TimeMention | None]) -> None:
        """ "Ik zei twee maanden maar het worden er drie": three months, and no longer two."""
        stays = [i for i, mention in enumerate(found) if self._is_stay(mention)]
        if len(stays) != 1 or self.atoms[stays[0]].kind != "L":
            return
        said = self.atoms[stays[0]].value
        for i, atom in enumerate(self.atoms[1:], start=1):
            if i > stays[0] and atom.kind == "n" and self.atoms[i - 1].text == "er":
                length = Length.of(atom.value.low, said.low.unit)
                found[i] = self._of(i, "stay", LengthStay.of(length))
                found[stays[0]] = self._of(stays[0], "other", "corrected")
                return

    def _is_working_week(self, i: int) -> bool:
        span = self.atoms[i].value
        return span.low.unit is Unit.DAYS and span.high.amount <= _WORKING_WEEK

    def _learns_at_work(self, i: int) -> bool:
        """ "duaal leren, vier dagen bij een slager", and no word of going anywhere."""
        before, after = self._words_before(i), self._words_after(i)
        around = f"{before} {after.partition(',')[0]}"
        learns_there = re.match(_AT_WORK, after) and re.search(_LEARNS_AND_WORKS, before)
        return bool(learns_there) and not re.search(_GOES, around)

    def _single_ends(self, found: list[TimeMention | None]) -> None:
        """ "En als het t/m 14 juni is?", "ik vertrek op 1 juli": one end of a stay told before."""
        if any(self._is_stay(mention) for mention in found):
            return
        for i, mention in enumerate(found):
            if not (mention and mention.kind in ("moment", "future") and self.atoms[i].kind == "X"):
                continue
            before, after = self.atoms[max(0, i - 2) : i], self.atoms[i + 1 : i + 4]
            near = {atom.text for atom in (*self.atoms[max(0, i - 4) : i], *after)}
            if any(atom.kind == "t" for atom in before):
                found[i] = replace(mention, kind="return")
            elif near & vocabulary().table["returning"] and not mention.has_year:
                day = self.atoms[i].value.next(self.today)
                found[i] = replace(mention, kind="return", value=day)
            elif mention.kind == "moment":
                continue
            elif any(atom.kind == "V" for atom in before) or near & vocabulary().table["leaving"]:
                found[i] = replace(mention, kind="departure")

    def _day_after_month(self, found: list[TimeMention | None]) -> None:
        """ "In maart 2025, om precies te zijn op de 20ste"."""
        days = [
            j
            for j, atom in enumerate(self.atoms)
            if atom.kind == "o" and j and self.atoms[j - 1].kind == "D"
        ]
        months = [i for i, m in enumerate(found) if m and m.kind in ("moment", "future")]
        if len(days) != 1 or len(months) != 1 or months[0] > days[0]:
            return
        (i,) = months
        mention, said = found[i], self.atoms[i].value
        number = int(self.atoms[days[0]].value)
        if self.atoms[i].kind != "C" or said.first[0] != said.last[0] or not 1 <= number <= 31:
            return
        assert mention is not None
        day = mention.days.earliest.replace(day=1) + timedelta(days=number - 1)
        if day.month == mention.days.earliest.month:
            found[i] = replace(mention, value=DayRange(day, day), approximate=False)

    @staticmethod
    def _is_stay(mention: TimeMention | None) -> bool:
        return mention is not None and mention.kind == "stay"

    def _same_sentence(self, i: int, j: int) -> bool:
        first, last = sorted((i, j))
        return all(atom.kind != "." for atom in self.atoms[first:last])

    # dates

    def _dates(self, i: int, first: Days, last: Days) -> TimeMention | None:
        back = self._looks_back(i) is True
        pair = both_ends(first, last, self.today, back)
        if pair is not None and pair[1].latest > self.today:
            back = False
        approximate = not (first.is_day and last.is_day) or bool(first.how or last.how)
        if pair is None:
            return self._of(i, "stay", AbsurdStay(self.atoms[i].text))
        start, end = first_day_of(first, pair[0]), last_day_of(last, pair[1])
        if end < start or (end - start).days > _LONGEST_SENSIBLE_MONTHS * 31:
            return self._of(i, "stay", AbsurdStay(self.atoms[i].text))
        if back and re.search(r"\btot\b|t/?e?m\b", self.atoms[i].text):
            return self._of(i, "other", "past")
        if back:
            has_year = first.year is not None or last.year is not None
            return self._when(i, DayRange(start, end), back, has_year)
        return self._of(i, "stay", DatedStay(start, end), approximate)

    def _between(self, i: int, first: Days, last: Days) -> TimeMention | None:
        if first.is_day and last.is_day and self._looks_back(i) is not True:
            return self._dates(i, first, last)
        has_year = first.year is not None or last.year is not None
        back = self._looks_back(i) is not False
        pair = both_ends(first, last, self.today, back)
        if pair is None or pair[1].latest < pair[0].earliest:
            return None
        span = DayRange(pair[0].earliest, pair[1].latest)
        return self._when(i, span, back, has_year)

    def _days(self, i: int, days: Days) -> TimeMention | None:
        if self._is_birth(i) or (days.last == (12, 31) and self._is_born_in(i)):
            return self._of(i, "other", "birth")
        looks_back = self._looks_back(i)
        if days.year is not None:
            span = days.in_year(days.year)
            back = looks_back is not False
        else:
            back = looks_back is not False
            span = days.most_recent(self.today) if back else days.next(self.today)
        bare_year = self.atoms[i].text.isdigit() and looks_back is None
        if span is None or (bare_year and len(self.atoms) > _SHORT_ANSWER):
            return None
        before_or_after = re.search(r"(?:^|\W)(?:voor|na)(?: de)?$", self._words_before(i))
        if before_or_after and back and not days.is_day:
            days = replace(days, how="about")
        return self._when(i, widened(days, span), back, days.year is not None, not days.is_day)

    def _when(
        self, i: int, span: DayRange, back: bool, has_year: bool, approximate: bool = True
    ) -> TimeMention:
        """In the past or to come; a span that holds today is told apart by ``back``."""
        if span.latest < self.today or (span.earliest <= self.today and back):
            past = DayRange(span.earliest, min(span.latest, self.today))
            return self._of(i, "moment", past, approximate, has_year)
        return self._of(i, "future", span, approximate, has_year)

    def _year(self, i: int, year: int) -> TimeMention | None:
        if self._is_birth(i):
            return self._of(i, "other", "birth")
        said = sum(atom.kind not in ",._" for atom in self.atoms)
        alone = said == 1 and len(self.atoms) <= 3
        if year <= self.today.year and (alone or self._looks_back(i)):
            span = DayRange(date(year, 1, 1), min(date(year, 12, 31), self.today))
            return self._of(i, "moment", span, approximate=True)
        return None

    def _day_from_today(self, i: int, days: int) -> TimeMention | None:
        day = self.today + timedelta(days=days)
        if days > 0:
            return self._of(i, "future", DayRange(day, day))
        if len(self.atoms) <= 2 or self._looks_back(i):
            return self._of(i, "moment", DayRange(day, day))
        return None

    # the words around

    def _words_before(self, i: int) -> str:
        words: list[str] = []
        for atom in reversed(self.atoms[max(0, i - 10) : i]):
            if atom.kind == ".":
                break
            words.append(atom.text)
        return " ".join(reversed(words))[-_WINDOW:]

    def _words_after(self, i: int) -> str:
        words: list[str] = []
        for atom in self.atoms[i + 1 : i + 8]:
            if atom.kind == ".":
                break
            words.append(atom.text)
        return " ".join(words)[:_WINDOW]

    def _is_birth(self, i: int) -> bool:
        near = (*self.atoms[max(0, i - 4) : i], *self.atoms[i + 1 : i + 3])
        return any(atom.text in vocabulary().table["born"] or atom.text == "°" for atom in near)

    def _is_born_in(self, i: int) -> bool:
        """ "ik ben van 2007"."""
        born = r"(?:ik ben|ben ik|(?:hij|zij|ze|zoon|dochter) is) van$"
        return re.search(born, self._words_before(i)) is not None

    def _looks_back(self, i: int) -> bool | None:
        """Whether the words around speak of the past, or (``False``) of plans; ``None`` if neither.

        The clause decides, else the nearest such word of the sentence, else that of the text.
        """
        table = vocabulary().table
        clause = list(self._around(i, ".,c", table["clause_openers"]))
        if any(atom.text in table["surely_ahead"] for atom, _ in clause):
            return False
        for around in (clause, list(self._around(i, ".", ())), list(self._around(i, "", ()))):
            back = [far for atom, far in around if atom.text in table["looking_back"]]
            ahead = [
                far
                for atom, far in around
                if atom.kind == "V" or atom.text in table["looking_ahead"]
            ]
            if back and (not ahead or around is clause or min(back) < min(ahead)):
                return True
            if ahead:
                return False
        deadline = any(atom.kind == "t" for atom in self.atoms[max(0, i - 2) : i])
        beside_stay = "L" in self._kinds_around(i)
        return False if deadline or beside_stay else None

    def _kinds_around(self, i: int) -> str:
        near = (*self.atoms[max(0, i - 3) : i], *self.atoms[i + 1 : i + 4])
        return "".join(atom.kind for atom in near)

    def _around(
        self, i: int, stop_kinds: str, stop_words: Iterable[str]
    ) -> Iterable[tuple[Atom, int]]:
        """The words around, with their distance, up to the ends of the clause or sentence."""
        for step in (-1, 1):
            for distance in range(1, _NEAR):
                j = i + step * distance
                if not 0 <= j < len(self.atoms) or self.atoms[j].kind in stop_kinds:
                    break
                if self.atoms[j].text in stop_words:
                    break
                yield self.atoms[j], distance


def _stay(span: Span, said: str) -> Stay:
    sensible = span.low.amount > 0 and span.high.rough_months <= _LONGEST_SENSIBLE_MONTHS
    if not sensible:
        return AbsurdStay(said)
    try:
        shortest, longest = (
            Length(part.amount, part.unit, part.extra_days) for part in (span.low, span.high)
        )
        if span.how in ("more_than", "little_more"):
            shortest = longest = _one_day_more(longest)
        elif span.how == "less_than":
            shortest = longest = Length(longest.fewest_days - 1, Unit.DAYS)
    except ValueError:
        return AbsurdStay(said)
    return LengthStay(shortest, longest)


def _one_day_more(length: Length) -> Length:
    if length.months:
        return Length(length.months, Unit.MONTHS, length.extra_days + 1)
    return Length(length.days + 1, Unit.DAYS)
