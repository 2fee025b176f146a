"""A letter as a row of passages: what is asked in it, without salutation, signature and thread.

Every passage keeps its place in the letter: characters that are not read become spaces, so that
what is found in a passage can be pointed out in the letter itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.language.clauses import MODALS

_FLAGS = re.IGNORECASE | re.MULTILINE
_THREAD = re.compile(
    r"^[ \t]*(?:-{3,} ?(?:oorspronkelijk|doorgestuurd|original|forwarded)|_{10,}"
    r"|op .{5,80} schreef\b)",
    _FLAGS,
)
_HEADER = re.compile(
    r"^[ \t]*(?:>.*|(?:van|aan|cc|bcc|verzonden|datum|onderwerp|betreft|from|to|sent|date|subject)"
    r"[ \t]*:.*)$",
    _FLAGS,
)
_SALUTATION = re.compile(
    r"^[ \t]*(?i:beste|geachte|dag|hallo|hoi|hey|hi|goedendag|goededag|goeiedag|l\.?s\.?|mevrouw"
    r"|meneer|mijnheer|goe(?:de|ie)[ -]?(?:morgen|middag|avond))"
    r"(?:,?[ \t]+(?:(?i:geachte|beste|mevrouw|mevr|mvr|mw|heer|meneer|mijnheer|dhr|en|of|de|van|der"
    r"|den|team|allen|iedereen|helpdesk|collega'?s?)|[A-Z][\w'’+-]*)[./]*)*[ \t]*[,!:.]?[ \t\r]*$",
    re.MULTILINE,
)
_CLOSING = re.compile(
    r"^[ \t]*(?:(?:met )?(?:vriendelijke|hartelijke|beleefde|sportieve|warme) groet"
    r"|groet(?:en|jes)?\b|m\.?v\.?g\b|hoogachtend|vriendelijk dank|-- ?$"
    r"|ver(?:zonden|stuurd) vanaf)\w*[ \t]*[,.!]?",
    _FLAGS,
)
_AFTERTHOUGHT = re.compile(r"^\s*p\.?\s?s\b", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_ITEM = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[a-z]\)|[-*•–])[ \t]+", re.MULTILINE | re.IGNORECASE)
_QUESTION_END = re.compile(r"\?[?!]*[)\"'”’]*(?=\s|$)")
_STATEMENT_END = re.compile(
    r"(?<=[.!?])[)\"'”’]*\s+(?=[^\W\da-z_]|\d)"
    r"|,?\s(?:en|maar|terwijl)\s(?=(?:mijn|m'n|onze|ik|wij|we|hij|zij|ze)\b)"
)
_WORD = re.compile(r"[^\W_]+")
# Mail programs break lines anywhere, and a line end would end the sentence. "Een collega (docent
# metaal) wil …" is read as "Een collega, docent metaal, wil …".
_PLAIN = str.maketrans("\r\n()", "  ,,")


@dataclass(frozen=True)
class Passage:
    """A stretch of a letter, from character ``start``."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words in lower case."""
        return frozenset(_WORD.findall(self.text.lower()))

    @property
    def asks(self) -> bool:
        """A question, or a wish that asks for an answer ("hij wil zes weken naar Spanje")."""
        return self.is_question or bool(self.words & MODALS)

    @property
    def is_question(self) -> bool:
        return "?" in self.text

    def __contains__(self, other: Passage) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Letter:
    """The passages of a letter; single statements and the signature tell who is who."""

    passages: tuple[Passage, ...]
    statements: tuple[Passage, ...]

    @classmethod
    def open(cls, text: str) -> Letter:
        """Each question is a passage with all that leads up to it, within its own paragraph."""
        body, signature = _without_formalities(text)
        paragraphs = [part for start, end in _paragraphs(body) for part in _items(body, start, end)]
        passages = [
            passage
            for start, end in paragraphs
            for passage in _cut(body, start, end, _QUESTION_END)
        ]
        statements = [
            statement
            for passage in passages
            for statement in _cut(body, passage.start, passage.end, _STATEMENT_END)
        ]
        return cls(tuple(passages), (*statements, *_cut(signature, 0, len(signature), None)))

    @property
    def text(self) -> str:
        """What was asked, without the lines in which people put their names."""
        return "\n".join(passage.text for passage in self.passages)


def _without_formalities(text: str) -> tuple[str, str]:
    """The letter with all but its body blanked, and with all but its signature blanked."""
    thread = _THREAD.search(text)
    body = text[: thread.start()] + _blank(text[thread.start() :]) if thread else text
    for formality in (_HEADER, _SALUTATION):
        body = formality.sub(lambda match: _blank(match.group()), body)
    closing = _CLOSING.search(body)
    if not closing:
        return body, _blank(body)
    signature = _blank(body[: closing.end()]) + body[closing.end() :]
    body = body[: closing.start()] + _blank(closing.group()) + body[closing.end() :]
    for start, end in _paragraphs(body):
        if end <= closing.start():
            continue
        part = body[start:end]
        if start > closing.end() and ("?" in part or _AFTERTHOUGHT.match(part)):
            signature = signature[:start] + _blank(part) + signature[end:]
        else:
            start = max(start, closing.start())
            body = body[:start] + _blank(body[start:end]) + body[end:]
    return body, signature


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _BLANK_LINE.finditer(text):
        if text[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if text[start:].strip():
        yield start, len(text)


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items of a list, without their numbers or bullets; or the whole paragraph."""
    markers = [*_ITEM.finditer(text, start, end)]
    first = markers[0].start() if markers else end
    if text[start:first].strip():
        yield start, first
    ends = [marker.start() for marker in markers[1:]] + [end]
    yield from ((marker.end(), stop) for marker, stop in zip(markers, ends, strict=False))


def _cut(text: str, start: int, end: int, boundary: re.Pattern[str] | None) -> Iterator[Passage]:
    ends = [match.end() for match in boundary.finditer(text, start, end)] if boundary else []
    for stop in [*ends, end]:
        piece = text[start:stop]
        if _WORD.search(piece):
            indent = len(piece) - len(piece.lstrip())
            yield Passage(start + indent, piece.strip().translate(_PLAIN))
        start = stop
