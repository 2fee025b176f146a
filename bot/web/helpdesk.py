"""The helpdesk's answer assistant: its pages, its JSON API and its login.

Everything here is for staff (:mod:`bot.web.access`), but for the login and the visitors' votes.
``openapi.yml`` describes the API, and requests are checked against that description.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, html, text
from sanic.response import json as as_json

from bot.dialogue.assistant import (
    LetterTooLongError,
    Understand,
    answer_facts,
    read_letter,
)
from bot.dialogue.case import Case
from bot.dialogue.conversation import Office
from bot.dialogue.letter import Letter
from bot.eligibility.calendar import DayRange
from bot.eligibility.decision import Decision, decide
from bot.eligibility.facts import STATUSES, Activity, Answer, Facts, Purpose, Role, Sector, Status
from bot.eligibility.table import (
    REPORTED_STATUSES,
    Edition,
    KeyAction,
    Reason,
    Row,
    Verdict,
)
from bot.language.reading import Who
from bot.web import gate, statistics
from bot.web.access import Access, TooManyTriesError, is_this_computer
from bot.web.feedback import FeedbackStore, Review, as_nlu_examples, as_scenarios
from bot.web.senders import TakenSenderError

FOLDER = Path(__file__).parent
PAGES = Environment(loader=FileSystemLoader(FOLDER / "staff"), autoescape=True)
SESSION_COOKIE = "helpdesk"

logger = logging.getLogger(__name__)

Handler = Callable[..., Awaitable[HTTPResponse]]
# The events of visitors and bot since a moment (Unix time), at most so many, by conversation.
SaidSince = Callable[[float, int], Awaitable[Sequence[tuple[str, statistics.Event]]]]


async def _nothing_said(moment: float, most: int) -> Sequence[tuple[str, statistics.Event]]:
    return ()


class MalformedError(ValueError):
    """A request that does not fit the description of the API; the message is Dutch."""


@cache
def description() -> dict[str, Any]:
    """The OpenAPI description of the API."""
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(
        (FOLDER / "openapi.yml").read_text("utf-8")
    )
    return loaded


@dataclass(frozen=True)
class Helpdesk:
    """What the pages and the API need: how a text is understood, the rules, the door, the store."""

    office: Office
    understand: Understand
    today: Callable[[], date]
    access: Access
    store: FeedbackStore
    said_since: SaidSince = _nothing_said

    def register(self, app: Sanic) -> None:
        """Adds the pages and the API to a web application."""
        for method, path, handler in (
            ("GET", "/helpdesk", partial(self._page, "answers.html")),
            ("GET", "/helpdesk/regels", partial(self._page, "rules.html")),
            ("GET", "/helpdesk/feedback", partial(self._page, "feedback.html")),
            ("GET", "/helpdesk/cijfers", partial(self._page, "statistics.html")),
            ("POST", "/api/answer", self._answer),
            ("GET", "/api/vocabulary", self._vocabulary),
            ("GET", "/api/rules", self._rules),
            ("GET", "/api/reviews", self._reviews),
            ("POST", "/api/reviews", self._review),
            ("GET", "/api/reviews/<name>", self._export),
            ("GET", "/api/statistics", self._statistics),
            ("GET", "/api/openapi.json", _described),
            ("POST", "/api/logout", self._log_out),
        ):
            _add(app, method, path, partial(self._for_staff, handler))
        _add(app, "POST", "/api/login", self._log_in)
        _add(app, "POST", "/api/feedback", self._vote)
        app.error_handler.add(MalformedError, _malformed)

    # --- the door -----------------------------------------------------------------------------

    async def _for_staff(self, handler: Handler, request: Request, **parts: str) -> HTTPResponse:
        if self._may_enter(request):
            return await handler(request, **parts)
        if request.path.startswith("/helpdesk"):
            return await self._page("login.html", request, HTTPStatus.UNAUTHORIZED)
        return as_json({"error": "Meld u eerst aan."}, status=HTTPStatus.UNAUTHORIZED)

    def _may_enter(self, request: Request) -> bool:
        if self.access.needs_login:
            return self.access.allows(
                request.cookies.get(SESSION_COOKIE), request.headers.get("authorization")
            )
        return is_this_computer(request.ip, request.headers)

    async def _page(
        self, name: str, request: Request, status: HTTPStatus = HTTPStatus.OK
    ) -> HTTPResponse:
        # Who came in with a token, or needs no login, has no session to end.
        has_session = self.access.allows(request.cookies.get(SESSION_COOKIE), None)
        page = PAGES.get_template(name).render(has_session=has_session)
        return html(page, status=status, headers={"Cache-Control": "no-store"})

    async def _log_in(self, request: Request) -> HTTPResponse:
        password = _body(request, "Login")["password"]
        try:
            # In a thread: hashing a guess would keep everybody else waiting.
            session = await asyncio.get_running_loop().run_in_executor(
                None, self.access.log_in, password, gate.client(request)
            )
        except TooManyTriesError as error:
            wait = math.ceil(error.wait)
            return as_json(
                {"error": f"Te vaak een verkeerd wachtwoord. Wacht {wait} seconden."},
                status=HTTPStatus.TOO_MANY_REQUESTS,
                headers={"Retry-After": str(wait)},
            )
        logger.warning(
            "Helpdesk login from %s: %s", gate.client(request), "ok" if session else "refused"
        )
        if session is None:
            return as_json({"error": "Dit wachtwoord klopt niet."}, status=HTTPStatus.UNAUTHORIZED)
        response = empty()
        response.cookies[SESSION_COOKIE] = session
        response.cookies[SESSION_COOKIE].update({"path": "/", "httponly": True})
        response.cookies[SESSION_COOKIE]["samesite"] = "Strict"
        if "https" in (request.scheme, request.headers.get("x-forwarded-proto")):
            response.cookies[SESSION_COOKIE]["secure"] = True
        return response

    async def _log_out(self, request: Request) -> HTTPResponse:
        self.access.log_out(request.cookies.get(SESSION_COOKIE, ""))
        response = empty()
        del response.cookies[SESSION_COOKIE]
        return response

    # --- answers ------------------------------------------------------------------------------

    async def _answer(self, request: Request) -> HTTPResponse:
        body = _body(request, "Request")
        facts = _facts(body.get("facts", {}))
        edition = self._edition(body.get("edition"))
        try:
            if "question" in body:
                answer = await read_letter(
                    body["question"],
                    self.understand,
                    self.office,
                    self.today(),
                    given=facts,
                    edition=edition,
                )
            else:
                case = Case(
                    facts,
                    who=Who(body.get("who", Who.SELF)),
                    noun=body.get("noun"),
                    edition=edition,
                    countries=tuple(body.get("countries", ())),
                    when=DayRange.from_json(body["when"]) if body.get("when") else None,
                )
                answer = answer_facts(self.office, case, self.today())
        except LetterTooLongError as error:
            raise MalformedError(str(error)) from error
        except ValueError as error:
            raise MalformedError(f"De feiten spreken elkaar tegen: {error}.") from error
        return as_json(answer.to_json())

    def _edition(self, name: str | None) -> str | None:
        if name is not None and name not in self.office.editions:
            known = ", ".join(self.office.editions)
            raise MalformedError(f"Dit programma is er niet. Kies uit {known}.")
        return name

    # --- rules and words ----------------------------------------------------------------------

    async def _vocabulary(self, request: Request) -> HTTPResponse:
        say = self.office.wording.say
        values: dict[str, list[str]] = {
            "role": list(Role),
            "status": list(Status),
            **{f"status_of_{role}": list(statuses) for role, statuses in STATUSES.items()},
            "reported_status": [s for statuses in REPORTED_STATUSES.values() for s in statuses],
            "graduation": [Answer.UNKNOWN],
            "credit": list(Answer),
            "sector": list(Sector),
            "purpose": list(Purpose),
            "activity": list(Activity),
            "verdict": list(Verdict),
            "reason": list(Reason),
            "key_action": list(KeyAction),
            "fits": ["yes", "no", "depends"],
            "asks": [
                "role", "status", "graduation", "credit", "purpose", "activity", "sector", "stay",
            ],
        }  # fmt: skip
        labelled = {
            name: [
                {"value": value, "label": say(f"label_{_label_of(name)}_{value}")}
                for value in options
            ]
            for name, options in values.items()
        }
        labelled["edition"] = [
            {"value": edition.edition, "label": edition.title}
            for edition in self.office.editions.values()
        ]
        names = (
            "role",
            "status",
            "graduation",
            "credit",
            "sector",
            "purpose",
            "activity",
            "stay",
            "edition",
        )
        facts = {name: say(f"label_fact_{name}") for name in names}
        today = self.today().isoformat()
        return as_json({"facts": facts, "values": labelled, "today": today})

    async def _rules(self, request: Request) -> HTTPResponse:
        editions = [
            _edition_as_json(edition, edition.edition == self.office.default_edition)
            for edition in self.office.editions.values()
        ]
        return as_json({"editions": editions})

    # --- feedback -----------------------------------------------------------------------------

    async def _reviews(self, request: Request) -> HTTPResponse:
        reviews = [review.to_json() for review in self.store.reviews()]
        return as_json({"reviews": reviews, "votes": self.store.votes()})

    async def _review(self, request: Request) -> HTTPResponse:
        body = _body(request, "NewReview")
        edition = self._edition(body["edition"])
        assert edition
        facts = _facts(body["facts"])
        try:
            outcome = decide(self.office.editions[edition], facts, self.today())
        except ValueError as error:
            raise MalformedError(f"De feiten spreken elkaar tegen: {error}.") from error
        review = Review(
            # Without the lines in which people put their names.
            text=Letter.open(body["question"]).text,
            understood=_facts(body["understood"]),
            facts=facts,
            edition=edition,
            rule=outcome.rule if isinstance(outcome, Decision) else None,
            right=body["right"],
            remark=body.get("remark", ""),
            day=self.today(),
        )
        self.store.add_review(review)
        return empty()

    async def _export(self, request: Request, name: str) -> HTTPResponse:
        edition = name.removesuffix(".yml")
        if name == "nlu.yml":
            content = as_nlu_examples(self.store.reviews())
        elif edition in self.office.editions and name != edition:
            content = as_scenarios(self.store.reviews(), edition, self.today())
        else:
            return as_json({"error": "Dit bestand is er niet."}, status=HTTPStatus.NOT_FOUND)
        return text(
            content,
            content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def _statistics(self, request: Request) -> HTTPResponse:
        since = time.time() - statistics.DAYS * 24 * 3600
        events = await self.said_since(since, statistics.MOST_EVENTS)
        wrong = sum(not review.right for review in self.store.reviews())
        votes: list[dict[str, Any]] = [
            {"rule": rule, **counts} for rule, counts in self.store.votes().items()
        ]
        votes.sort(key=lambda vote: vote["not_useful"], reverse=True)
        return as_json({**statistics.summary(events), "wrong_reviews": wrong, "votes": votes})

    async def _vote(self, request: Request) -> HTTPResponse:
        body = _body(request, "Vote")
        rules = {row.id for edition in self.office.editions.values() for row in edition.rows}
        if body["rule"] not in rules:
            raise MalformedError("Deze regel is er niet.")
        try:
            conversation = gate.conversation(request, body["sender"])
        except TakenSenderError as error:
            raise MalformedError("sender klopt niet; zie /api/openapi.json.") from error
        self.store.add_vote(conversation, body["rule"], body["useful"], self.today())
        return empty()


def _add(app: Sanic, method: str, path: str, handler: Handler) -> None:
    name = f"helpdesk-{method}{path.translate(str.maketrans('/<>.', '----'))}"
    # Sanic writes on its handlers, which a method does not allow.
    app.add_route(partial(handler), path, methods=[method], name=name)


async def _described(request: Request) -> HTTPResponse:
    return as_json(description())


def _malformed(request: Request, error: Exception) -> HTTPResponse:
    return as_json({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": description()["components"]}
    )


def _body(request: Request, schema: str) -> dict[str, Any]:
    """The JSON object of a request; raises ``MalformedError`` if it does not fit the schema."""
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        raise MalformedError("Stuur JSON, met Content-Type: application/json.")
    try:
        body = json.loads(request.body)
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise MalformedError("De inhoud van het verzoek is geen JSON.") from error
    fault = next(_validator(schema).iter_errors(body), None)
    if fault is not None:
        place = fault.json_path.removeprefix("$").lstrip(".") or "het verzoek"
        raise MalformedError(f"{place} klopt niet; zie /api/openapi.json.")
    result: dict[str, Any] = body
    return result


def _facts(values: dict[str, Any]) -> Facts:
    try:
        return Facts.from_json(values)
    except ValueError as error:
        raise MalformedError(f"Een feit klopt niet: {error}.") from error


def _label_of(name: str) -> str:
    return "status" if "status" in name else name


def _edition_as_json(edition: Edition, is_default: bool) -> dict[str, Any]:
    return {
        "edition": edition.edition,
        "title": edition.title,
        "first_day": edition.valid.first_day.isoformat(),
        "last_day": edition.valid.last_day.isoformat(),
        "is_default": is_default,
        "sources": [
            {
                "title": source.title,
                "address": source.address,
                "consulted": source.consulted.isoformat(),
            }
            for source in edition.sources
        ],
        "rules": [_row_as_json(edition, row) for row in edition.rows],
    }


def _row_as_json(edition: Edition, row: Row) -> dict[str, Any]:
    quote = edition.quotes[row.quote]
    source = edition.source(quote.source)
    stays = edition.stays[row.stay] if row.stay else ()
    return {
        "id": row.id,
        "role": row.who.role,
        "statuses": list(row.who.statuses),
        "when": {name: list(values) for name, values in row.when.values().items()},
        "verdict": row.verdict,
        "reason": row.reason,
        "key_action": row.key_action,
        "stays": [
            {
                "activities": list(stay.activity) if len(stays) > 1 else [],
                "min": stay.min,
                "max": stay.max,
                "explanation": stay.explanation,
            }
            for stay in stays
        ],
        "explanation": row.explanation,
        "conditions": [edition.conditions[name].text for name in row.conditions],
        "next_step": row.next_step and edition.next_steps[row.next_step],
        "source": {
            "heading": quote.heading,
            "quote": quote.quote,
            "title": source.title,
            "address": source.address,
        },
    }
