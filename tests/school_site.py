"""Somebody else's site, on which the chat is embedded."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """A school's site; `html` is its page."""

    html = ""
    policy = ""

    def __init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(site.html.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def embed(self, bot: str, attributes: str = "") -> None:
        """Put the chat of the bot at that address on the page."""
        self.policy = (
            f"default-src 'none'; script-src {bot}; connect-src {bot}; "
            "require-trusted-types-for 'script'"
        )
        self.html = (
            "<!doctype html><html lang=nl><title>School</title><main><h1>Onze school</h1>"
            f"<p>Welkom.</p></main><script src={bot}/widget.js {attributes} defer>"
            "</script></html>"
        )

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
