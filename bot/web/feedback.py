"""What staff and visitors think of answers, kept in a SQLite file without personal data."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.eligibility.calendar import LengthStay
from bot.eligibility.facts import Facts
from bot.language.masking import without_personal_data

# The door for visitors is open to all, so that it must not be able to fill the disk.
MOST_VOTES = 20_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS reviews (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL,
    text TEXT NOT NULL,
    understood TEXT NOT NULL,
    facts TEXT NOT NULL,
    edition TEXT NOT NULL,
    rule TEXT,
    right INTEGER NOT NULL,
    remark TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS votes (
    sender TEXT NOT NULL,
    rule TEXT NOT NULL,
    useful INTEGER NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (sender, rule)
);
"""


@dataclass(frozen=True)
class Review:
    """A colleague's opinion of one answer.

    ``right``: "klopt". If not, ``remark`` says what was wrong. ``facts`` are what the colleague
    made of the ``understood`` ones; ``rule`` is the row that they lead to, ``None`` for a question.
    """

    text: str
    understood: Facts
    facts: Facts
    edition: str
    rule: str | None
    right: bool
    remark: str
    day: date

    def to_json(self) -> dict[str, Any]:
        return {
            **vars(self),
            "understood": self.understood.to_json(),
            "facts": self.facts.to_json(),
            "day": self.day.isoformat(),
        }


class FeedbackStore:
    """Reviews by staff and votes by visitors; the file and its folder are made when needed."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add_review(self, review: Review) -> None:
        """Keeps a review, with what looks like personal data masked."""
        with closing(self._open()) as database, database:
            database.execute(
                "INSERT INTO reviews (day, text, understood, facts, edition, rule, right, remark)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    review.day.isoformat(),
                    without_personal_data(review.text),
                    json.dumps(review.understood.to_json()),
                    json.dumps(review.facts.to_json()),
                    review.edition,
                    review.rule,
                    review.right,
                    without_personal_data(review.remark),
                ),
            )

    def add_vote(self, conversation: str, rule: str, useful: bool, day: date) -> None:
        """Keeps the last opinion of a rule in a conversation, whose id is kept as a hash only."""
        with closing(self._open()) as database, database:
            database.execute(
                "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?)",
                (_hash(conversation), rule, useful, day.isoformat()),
            )
            database.execute(
                "DELETE FROM votes WHERE rowid <= (SELECT max(rowid) FROM votes) - ?", (MOST_VOTES,)
            )

    def forget_votes(self, conversation: str) -> None:
        """Deletes what was voted in a conversation."""
        with closing(self._open()) as database, database:
            database.execute("DELETE FROM votes WHERE sender = ?", (_hash(conversation),))

    def forget_before(self, day: date) -> None:
        """Deletes reviews and votes from before a day."""
        with closing(self._open()) as database, database:
            for table in ("reviews", "votes"):
                database.execute(f"DELETE FROM {table} WHERE day < ?", (day.isoformat(),))

    def reviews(self) -> list[Review]:
        """All reviews, the newest first."""
        with closing(self._open()) as database:
            rows = database.execute(
                "SELECT text, understood, facts, edition, rule, right, remark, day"
                " FROM reviews ORDER BY id DESC"
            ).fetchall()
        return [
            Review(
                text,
                Facts.from_json(json.loads(understood)),
                Facts.from_json(json.loads(facts)),
                edition,
                rule,
                bool(right),
                remark,
                date.fromisoformat(day),
            )
            for text, understood, facts, edition, rule, right, remark, day in rows
        ]

    def votes(self) -> dict[str, dict[str, int]]:
        """How many visitors found the answer of each rule useful, and how many not."""
        with closing(self._open()) as database:
            rows = database.execute(
                "SELECT rule, sum(useful), sum(1 - useful) FROM votes GROUP BY rule ORDER BY rule"
            ).fetchall()
        return {rule: {"useful": useful, "not_useful": rest} for rule, useful, rest in rows}

    def _open(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._file)
        database.executescript(_SCHEMA)
        return database


def _hash(conversation: str) -> str:
    return sha256(conversation.encode()).hexdigest()[:32]


def as_nlu_examples(reviews: Iterable[Review]) -> str:
    """The reviewed texts as Rasa training examples, for somebody to look through."""
    examples = dict.fromkeys(" ".join(review.text.split()) for review in reviews)
    block = "".join(f"- {example}\n" for example in examples)
    return _as_yaml(
        CommentedMap(
            version="3.1",
            nlu=[CommentedMap(intent="eligibility", examples=LiteralScalarString(block))],
        )
    )


def as_scenarios(reviews: Iterable[Review], edition: str, today: date) -> str:
    """A scenario file of an edition, with the reviewed cases that say what the answer must be.

    Left out is an answer that is wrong though its facts are right: nobody said what is right.
    """
    rows = [
        {
            "note": " ".join(f"{review.text} {review.remark}".split()),
            "today": review.day,
            "facts": _short(review.facts),
            "expected": {"rule": review.rule},
        }
        for review in reviews
        if review.edition == edition
        and review.rule
        and (review.right or review.facts != review.understood)
    ]
    return _as_yaml({"today": today, "scenarios": rows})


def _short(facts: Facts) -> dict[str, Any]:
    """Facts as scenario files write them: a length is one duration."""
    values = facts.to_json()
    stay = facts.stay
    if isinstance(stay, LengthStay) and stay.shortest == stay.longest:
        values["stay"] = stay.iso()
    return values


def _as_yaml(document: Any) -> str:
    yaml = YAML()
    yaml.width = 100  # type: ignore[assignment]
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()
