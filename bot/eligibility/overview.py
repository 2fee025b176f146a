"""A rule table as a page to read: Markdown, or HTML with time lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from math import log

from bot.eligibility.calendar import Length
from bot.eligibility.comparison import span_in_words
from bot.eligibility.table import DIMENSIONS, Edition, Row, StayRow

_ROW_HEADINGS = (
    "regel", "wie", "wanneer", "oordeel", "kernactie", "verblijf", "project", "voorwaarden", "bron"
)  # fmt: skip
_STAY_HEADINGS = ("verblijf", "activiteit", "hoe lang", "voorwaarden", "bron")
_LONGEST_STAY = 366
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; width: 100% }
th, td { border: 1px solid #767676; padding: .4rem; text-align: left; vertical-align: top }
.line { background: #e6e6e6; height: .6rem; min-width: 8rem; position: relative }
.line span { background: #1d4ed8; bottom: 0; position: absolute; top: 0 }
"""


def markdown(edition: Edition) -> str:
    """The table of one edition as Markdown."""
    conditions = [f"- **{name}**: {entry.text}" for name, entry in edition.conditions.items()]
    sources = [
        f"- {source.title}, {source.address} (geraadpleegd {source.consulted})"
        for source in edition.sources
    ]
    return "\n\n".join(
        [
            f"# {edition.title}",
            f"Geldt van {_validity(edition)}.",
            "## Wie",
            _markdown_table(_ROW_HEADINGS, [_row_cells(edition, row) for row in edition.rows]),
            "## Hoe lang",
            _markdown_table(
                _STAY_HEADINGS, [_stay_cells(edition, stay) for stay in _stays(edition)]
            ),
            "## Voorwaarden",
            "\n".join(conditions),
            "## Bronnen",
            "\n".join(sources) + "\n",
        ]
    )


def html(editions: Sequence[Edition]) -> str:
    """All tables on one page, with a time line of the editions and one of each stay.

    The line of a stay is drawn on a logarithmic scale from 1 day to a year.
    """
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
            *(part for edition in editions for part in _html_edition(edition)),
            "</body></html>\n",
        ]
    )


def _html_edition(edition: Edition) -> Iterable[str]:
    yield f"<h2>{escape(edition.title)}</h2><h3>Wie</h3>"
    yield _html_table(
        _ROW_HEADINGS, [map(escape, _row_cells(edition, row)) for row in edition.rows]
    )
    stays = []
    for stay in _stays(edition):
        name, activity, span, *rest = map(escape, _stay_cells(edition, stay))
        stays.append([name, activity, span + _stay_line(stay), *rest])
    yield f"<h3>Hoe lang</h3>{_html_table(_STAY_HEADINGS, stays)}<h3>Voorwaarden</h3><dl>"
    for name, condition in edition.conditions.items():
        yield f"<dt>{escape(name)}</dt><dd>{escape(condition.text)}</dd>"
    yield "</dl><h3>Bronnen</h3><ul>"
    for source in edition.sources:
        link = f'<a href="{escape(source.address)}">{escape(source.title)}</a>'
        yield f"<li>{link} (geraadpleegd {source.consulted})</li>"
    yield "</ul>"


# ---------------------------------------------------------------- cells


def _stays(edition: Edition) -> list[StayRow]:
    return [stay for kind in edition.stays.values() for stay in kind]


def _row_cells(edition: Edition, row: Row) -> list[str]:
    verdict = row.verdict + (f" ({row.reason})" if row.reason else "")
    when = "; ".join(f"{name}: {', '.join(found)}" for name, found in row.when.values().items())
    return [
        row.id,
        f"{row.who.role}: {', '.join(row.who.status or ('iedereen',))}",
        when or "altijd",
        verdict,
        row.key_action or "geen",
        row.stay or "geen",
        span_in_words(row.project) if row.project else "geen",
        ", ".join(row.conditions) or "geen",
        _quoted(edition, row.quote),
    ]


def _stay_cells(edition: Edition, stay: StayRow) -> list[str]:
    every = len(stay.activity) == len(DIMENSIONS["activity"])
    return [
        stay.id,
        "elke" if every else ", ".join(stay.activity),
        span_in_words(stay),
        ", ".join(stay.conditions) or "geen",
        _quoted(edition, stay.quote),
    ]


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
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _edition_line(edition: Edition, first: date, last: date) -> str:
    length = (last - first).days
    return _line(
        (edition.valid.first_day - first).days / length,
        (edition.valid.last_day - first).days / length,
    )


def _stay_line(stay: StayRow) -> str:
    days = (Length.parse(stay.min).fewest_days, Length.parse(stay.max).most_days)
    start, end = (min(1.0, log(day) / log(_LONGEST_STAY)) for day in days)
    return _line(start, end)


def _line(start: float, end: float) -> str:
    place = f"left:{start:.1%};right:{1 - end:.1%}"
    return f'<div class="line" aria-hidden="true"><span style="{place}"></span></div>'
