"""A rule table as a page to read: Markdown, or HTML. Both draw how long a stay may last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from math import log

from bot.eligibility.calendar import Length
from bot.eligibility.comparison import span_in_words
from bot.eligibility.names import Names, identifiers
from bot.eligibility.table import DIMENSIONS, Edition, Range, Row, StayRow

_ROW_HEADINGS = (
    "regel", "wie", "wanneer", "oordeel", "kernactie", "verblijf", "project", "voorwaarden", "bron"
)  # fmt: skip
_STAY_HEADINGS = ("verblijf", "activiteit", "hoe lang", "voorwaarden", "bron")
_COUNTRY_HEADINGS = ("land", "doet mee", "antwoord")
_TAKES_PART = {"full": "ja", "none": "nee", "unsure": "misschien"}
_SCALE = "De lijn loopt van 1 dag (links) tot een jaar (rechts), steeds fijner naar links."
_LONGEST_STAY = 366
_CHARACTERS = 24
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: 1rem 0; width: 100% }
th, td { border: 1px solid #767676; padding: .4rem; text-align: left; vertical-align: top }
dt { font-weight: bold }
.line { background: #e6e6e6; height: .6rem; min-width: 8rem; position: relative }
.line span { bottom: 0; position: absolute; top: 0 }
.perhaps { background: #93b4f5 }
.surely { background: #1d4ed8 }
"""


def markdown(edition: Edition, names: Names = identifiers) -> str:
    """The table of one edition as Markdown; ``names`` says what identifiers are called."""
    conditions = [f"- **{name}**: {entry.text}" for name, entry in edition.conditions.items()]
    sources = [
        f"- {source.title}, {source.address} (geraadpleegd {source.consulted})"
        for source in edition.sources
    ]
    stays = []
    for stay in _stays(edition):
        name, activity, span, *rest = _stay_cells(stay, names)
        stays.append([name, activity, f"{span} `{_drawn(stay)}`", *rest])
    rows = [_row_cells(row, names) for row in edition.rows]
    return "\n\n".join(
        [
            f"# {edition.title}",
            f"Geldt van {_validity(edition)}.",
            "## Wie",
            _markdown_table(_ROW_HEADINGS, rows),
            "## Hoe lang",
            f"{_SCALE} █ mag, ▒ mag misschien.",
            _markdown_table(_STAY_HEADINGS, stays),
            "## Voorwaarden",
            "\n".join(conditions),
            "## Landen",
            _markdown_table(_COUNTRY_HEADINGS, _country_rows(edition)),
            "## Citaten",
            "\n".join(f"- **{name}**: {_quoted(edition, name)}" for name in edition.quotes),
            "## Bronnen",
            "\n".join(sources) + "\n",
        ]
    )


def html(editions: Sequence[Edition], names: Names = identifiers) -> str:
    """All tables on one page, with a time line of the editions and one of each stay."""
    first = min(edition.valid.first_day for edition in editions)
    last = max(edition.valid.last_day for edition in editions)
    lines = [
        [escape(edition.title), _validity(edition) + _edition_line(edition, first, last)]
        for edition in editions
    ]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="nl"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>De regels van Erasmus+</title><style>{_STYLE}</style></head><body>",
            "<h1>De regels van Erasmus+</h1>",
            _html_table(("editie", "geldt"), lines),
            *(part for edition in editions for part in _html_edition(edition, names)),
            "</body></html>\n",
        ]
    )


def _html_edition(edition: Edition, names: Names) -> Iterable[str]:
    yield f"<h2>{escape(edition.title)}</h2><h3>Wie</h3>"
    rows = []
    for row in edition.rows:
        *cells, _, quote = map(escape, _row_cells(row, names))
        rows.append(
            [
                *cells,
                _links(edition, "condition", row.conditions),
                _links(edition, "quote", [quote]),
            ]
        )
    yield _html_table(_ROW_HEADINGS, rows)
    stays = []
    for stay in _stays(edition):
        name, activity, span, _, quote = map(escape, _stay_cells(stay, names))
        links = (_links(edition, "condition", stay.conditions), _links(edition, "quote", [quote]))
        stays.append([name, activity, span + _stay_line(stay), *links])
    yield f"<h3>Hoe lang</h3><p>{_SCALE} Donker mag, licht mag misschien.</p>"
    yield f"{_html_table(_STAY_HEADINGS, stays)}<h3>Voorwaarden</h3><dl>"
    for name, condition in edition.conditions.items():
        yield f"{_term(edition, 'condition', name)}<dd>{escape(condition.text)}</dd>"
    yield "</dl><h3>Landen</h3>"
    yield _html_table(_COUNTRY_HEADINGS, [map(escape, row) for row in _country_rows(edition)])
    yield "<h3>Citaten</h3><dl>"
    for name in edition.quotes:
        yield f"{_term(edition, 'quote', name)}<dd>{escape(_quoted(edition, name))}</dd>"
    yield "</dl><h3>Bronnen</h3><ul>"
    for source in edition.sources:
        link = f'<a href="{escape(source.address)}">{escape(source.title)}</a>'
        yield f"<li>{link} (geraadpleegd {source.consulted})</li>"
    yield "</ul>"


def _term(edition: Edition, kind: str, name: str) -> str:
    return f'<dt id="{edition.edition}-{kind}-{name}">{name}</dt>'


def _links(edition: Edition, kind: str, names: Iterable[str]) -> str:
    """Links to where conditions or quotes stand on the page."""
    links = (f'<a href="#{edition.edition}-{kind}-{name}">{name}</a>' for name in names)
    return ", ".join(links) or "geen"


# ---------------------------------------------------------------- cells


def _stays(edition: Edition) -> list[StayRow]:
    return [stay for kind in edition.stays.values() for stay in kind]


def _row_cells(row: Row, names: Names) -> list[str]:
    verdict = names("verdict", row.verdict)
    if row.reason:
        verdict += f" ({names('reason', row.reason)})"
    when = "; ".join(
        f"{names('fact', name)}: {', '.join(names(name, value) for value in found)}"
        for name, found in row.when.values().items()
    )
    who = ", ".join(names("status", status) for status in row.who.status or ()) or "iedereen"
    return [
        row.id,
        f"{names('role', row.who.role)}: {who}",
        when or "altijd",
        verdict,
        row.key_action or "geen",
        names("role", row.stay) if row.stay else "geen",
        span_in_words(row.project) if row.project else "geen",
        ", ".join(row.conditions) or "geen",
        row.quote,
    ]


def _stay_cells(stay: StayRow, names: Names) -> list[str]:
    every = len(stay.activity) == len(DIMENSIONS["activity"])
    return [
        stay.id,
        "elke" if every else ", ".join(names("activity", value) for value in stay.activity),
        span_in_words(stay),
        ", ".join(stay.conditions) or "geen",
        stay.quote,
    ]


def _country_rows(edition: Edition) -> list[list[str]]:
    """The countries that simply take part, those with an answer of their own, and all others."""
    countries = edition.countries
    special = {name for country in countries.special for name in (country.name, *country.also)}
    full = [str(country.name) for country in countries.programme if country.name not in special]
    rows = [[", ".join(full), "ja", countries.taking_part.about("het land").text]]
    for country in countries.special:
        names = ", ".join((country.name, *country.also))
        rows.append([names, _TAKES_PART[country.takes_part], country.about(country.name).text])
    other = countries.not_listed
    return [*rows, ["elk ander land", _TAKES_PART[other.takes_part], other.about("het land").text]]


def _quoted(edition: Edition, name: str) -> str:
    quote = edition.quotes[name]
    return f"“{quote.quote}” ({quote.heading or edition.source(quote.source).title})"


def _validity(edition: Edition) -> str:
    return f"{edition.valid.first_day} tot en met {edition.valid.last_day}"


# ---------------------------------------------------------------- tables and lines


def _markdown_table(headings: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _html_table(headings: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _edition_line(edition: Edition, first: date, last: date) -> str:
    length = (last - first).days
    return _line(
        (
            "surely",
            (edition.valid.first_day - first).days / length,
            (edition.valid.last_day - first).days / length,
        )
    )


def _stay_line(stay: StayRow) -> str:
    return _line(
        ("perhaps", *_place(stay.possible or stay)), ("surely", *_place(stay.certain or stay))
    )


def _place(span: Range) -> tuple[float, float]:
    """Where a range begins and ends on a logarithmic scale from 1 day (0) to a year (1)."""
    days = (Length.parse(span.min).fewest_days, Length.parse(span.max).most_days)
    start, end = (min(1.0, log(day) / log(_LONGEST_STAY)) for day in days)
    return start, end


def _line(*parts: tuple[str, float, float]) -> str:
    spans = "".join(
        f'<span class="{kind}" style="left:{start:.1%};right:{1 - end:.1%}"></span>'
        for kind, start, end in parts
    )
    return f'<div class="line" aria-hidden="true">{spans}</div>'


def _drawn(stay: StayRow) -> str:
    """The time line of a stay in characters."""
    line = ["·"] * _CHARACTERS
    for mark, span in (("▒", stay.possible or stay), ("█", stay.certain or stay)):
        start, end = _place(span)
        first = min(_CHARACTERS - 1, int(start * _CHARACTERS))
        last = max(first, round(end * _CHARACTERS) - 1)
        line[first : last + 1] = mark * (last - first + 1)
    return "".join(line)
