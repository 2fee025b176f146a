"""The visitor's chat: its files, and which other sites may use it."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

STATIC = Path(__file__).parent / "static"

# What a page of another site needs in order to hold the chat. No more is opened to it.
EMBEDDABLE = {"/widget.js", "/widget.css", "/webhooks/rest/webhook", "/api/feedback"}

SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def register(app: Sanic, allowed_origins: Collection[str] = ()) -> None:
    """Serve the files of `bot/web/static/`, with `index.html` at `/`.

    A browser that asks on behalf of another site gets an answer only if that site is one of
    `allowed_origins` (`*` allows all) and asks for what the embedded chat needs; else 403.
    Every response carries the security headers, whichever page it belongs to.
    """
    for file in STATIC.iterdir():
        path = "/" if file.name == "index.html" else f"/{file.name}"
        app.static(path, file, name=file.name)

    async def preflight(_: Request) -> HTTPResponse:
        return empty()

    for path in EMBEDDABLE:
        app.add_route(
            preflight, path, methods=["OPTIONS"], name=f"preflight{path.replace('/', '-')}"
        )

    def may_share(request: Request, origin: str) -> bool:
        return request.path in EMBEDDABLE and bool({origin, "*"} & set(allowed_origins))

    @app.middleware("request")
    async def refuse_foreign_site(request: Request) -> HTTPResponse | None:
        origin = request.headers.get("origin")
        if origin is None or urlsplit(origin).netloc == request.host or may_share(request, origin):
            return None
        return json({"error": "Deze site mag de bot niet gebruiken."}, status=HTTPStatus.FORBIDDEN)

    @app.middleware("response")
    async def add_headers(request: Request, response: HTTPResponse) -> None:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        shared = request.path in EMBEDDABLE
        response.headers["Cross-Origin-Resource-Policy"] = (
            "cross-origin" if shared else "same-origin"
        )
        if not shared:
            return
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("origin")
        if origin is not None and may_share(request, origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Access-Control-Max-Age"] = "600"
