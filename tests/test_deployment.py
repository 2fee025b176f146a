"""What deployment/ puts on the internet, seen from there."""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from proof.stage import nginx_of_deployment
from real_servers import Nginx, program
from running_bot import ROOT, RunningBot

Answer = tuple[int, http.client.HTTPMessage, bytes]

# Every route of the bot, and what a stranger gets through nginx.
FROM_ELSEWHERE = [
    ("GET", "/", 200),
    ("GET", "/widget.js", 200),
    ("GET", "/widget.css", 200),
    ("GET", "/page.css", 200),
    ("GET", "/icon.svg", 200),
    ("POST", "/webhooks/rest/webhook", 200),
    ("POST", "/api/feedback", 400),  # the vote must be about a rule
    ("GET", "/helpdesk", 401),
    ("GET", "/helpdesk/regels", 401),
    ("GET", "/helpdesk/feedback", 401),
    ("GET", "/helpdesk/cijfers", 401),
    ("POST", "/api/answer", 401),
    ("GET", "/api/vocabulary", 401),
    ("GET", "/api/rules", 401),
    ("GET", "/api/reviews", 401),
    ("GET", "/api/reviews/nlu.yml", 401),
    ("GET", "/api/statistics", 401),
    ("GET", "/api/openapi.json", 401),
    ("POST", "/api/logout", 401),
    ("POST", "/api/login", 401),
    ("GET", "/webhooks/rest/", 404),
    ("GET", "/health", 404),
    ("GET", "/ready", 404),
    ("GET", "/metrics", 404),
    ("GET", "/model", 404),
    ("PUT", "/model", 404),
    ("POST", "/model/parse", 404),
    ("GET", "/domain", 404),
    ("GET", "/status", 404),
    ("GET", "/conversations/anna/tracker", 404),
    ("GET", "/index.html", 404),
    ("GET", "/../domain.yml", 400),
]


@pytest.fixture(scope="module")
def nginx(tiny_bot: RunningBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    if not program("nginx"):
        pytest.skip("nginx is not installed (Debian: nginx-light).")
    server = nginx_of_deployment(tmp_path_factory.mktemp("nginx"), [tiny_bot.port] * 2)
    server.start()
    yield server
    server.stop()


def ask(nginx: Nginx, method: str, path: str, body: object = None, **headers: str) -> Answer:
    connection = http.client.HTTPSConnection(
        "127.0.0.1", nginx.port, timeout=30, context=ssl._create_unverified_context()
    )
    try:
        fields = {"Content-Type": "application/json", **headers}
        connection.request(method, path, None if body is None else json.dumps(body), fields)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(("method", "path", "status"), FROM_ELSEWHERE)
def test_only_the_chat_answers_a_stranger(
    nginx: Nginx, method: str, path: str, status: int
) -> None:
    body = {"sender": "eva", "message": "hallo", "rule": "geen", "useful": True}
    if path == "/api/login":
        body = {"password": "geraden"}
    assert ask(nginx, method, path, body if method == "POST" else None)[0] == status


def test_the_table_names_every_route() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py"))
    named = {path for _, path, _ in FROM_ELSEWHERE}
    for path in re.findall(r'"(/(?:api|helpdesk)[a-z/.-]*)"', code):
        assert path in named or path == "/api/reviews/", path


def test_answers_through_nginx_are_guarded(nginx: Nginx) -> None:
    _, headers, _ = ask(nginx, "GET", "/")
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["server"] == "nginx"


def test_a_made_up_address_is_not_believed(nginx: Nginx) -> None:
    """Else anybody could be on this computer, or many visitors."""
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert ask(nginx, "GET", "/api/rules", **{name: "127.0.0.1"})[0] == 401


def test_the_bots_own_page_may_talk_through_nginx(nginx: Nginx) -> None:
    origin = f"https://127.0.0.1:{nginx.port}"
    body = {"sender": "eva", "message": "hallo"}
    assert ask(nginx, "POST", "/webhooks/rest/webhook", body, Origin=origin)[0] == 200
    elsewhere = "https://elders.example"
    assert ask(nginx, "POST", "/webhooks/rest/webhook", body, Origin=elsewhere)[0] == 403


def test_plain_http_is_sent_to_https() -> None:
    site = (ROOT / "deployment" / "nginx" / "wegwijzer.conf").read_text(encoding="utf-8")
    plain = site[site.index("listen 80;") : site.index("listen 443")]
    assert "return 301 https://" in plain
    assert "proxy_pass" not in plain


def test_the_bot_listens_on_one_port_only(tiny_bot: RunningBot) -> None:
    process = Path(f"/proc/{tiny_bot.process.pid}")
    sockets = {os.readlink(file) for file in (process / "fd").iterdir()}
    listening = {
        (int(fields[1].split(":")[0], 16), int(fields[1].split(":")[1], 16))
        for table in ("tcp", "tcp6")
        for fields in map(str.split, (process / "net" / table).read_text().splitlines()[1:])
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets
    }
    assert listening == {(0x0100007F, tiny_bot.port)}  # 127.0.0.1
