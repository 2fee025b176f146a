"""The JSON API over HTTP, and its door."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
import requests
from desk import TODAY, Desk
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from bot.eligibility.decision import Question
from bot.eligibility.facts import Activity, Answer, Purpose, Role, Sector, Status
from bot.web.access import Access, hash_password, hash_token
from bot.web.helpdesk import description

OpenDesk = Callable[..., Desk]

QUESTION = {"question": "Mijn dochter doet mbo. Mag zij zes weken naar Spanje?"}
WITH_LOGIN = Access(hash_password("een lang wachtwoord"), frozenset({hash_token("geheim")}))
STAFF_PATHS = [
    "/helpdesk",
    "/helpdesk/regels",
    "/helpdesk/feedback",
    "/api/vocabulary",
    "/api/rules",
    "/api/reviews",
    "/api/reviews/nlu.yml",
    "/api/openapi.json",
]


def fitting(name: str, value: object) -> None:
    """Asserts that a value fits a schema of the description."""
    schema = {
        "$ref": f"#/components/schemas/{name}",
        "components": description()["components"],
    }
    Draft202012Validator(schema).validate(value)


def test_a_question_is_answered_as_described(desk: Desk) -> None:
    answered = desk.post("/api/answer", QUESTION).json()
    fitting("Answers", answered)
    (one,) = answered["answers"]
    assert one["label"] == "Over: dochter"
    assert one["decision"]["rule"] == "ka1-learner-vet-student"
    assert one["decision"]["requested_stay"] == {"length": "P6W", "fits": "yes"}


def test_facts_alone_are_a_what_if(desk: Desk) -> None:
    facts = {"status": "teacher", "stay": {"shortest": "P61D", "longest": "P61D"}}
    answered = desk.post("/api/answer", {"facts": facts, "edition": "2014-2020"}).json()
    fitting("Answers", answered)
    assert answered["answers"][0]["decision"]["requested_stay"]["fits"] == "depends"
    assert answered["answers"][0]["found"] == []


def test_facts_beside_a_question_go_before_what_was_read(desk: Desk) -> None:
    body = {**QUESTION, "facts": {"status": "graduate"}, "edition": "2021-2027"}
    (one,) = desk.post("/api/answer", body).json()["answers"]
    assert one["question"]["asks"] == "graduation"
    assert one["edition"] == "2021-2027"
    assert one["facts"]["stay"] == {"shortest": "P6W", "longest": "P6W"}
    assert "status" not in {finding["fact"] for finding in one["found"]}


def test_whom_a_what_if_is_about_may_be_said(desk: Desk) -> None:
    body = {"facts": {"role": "learner"}, "who": "other", "noun": "dochter"}
    (one,) = desk.post("/api/answer", body).json()["answers"]
    assert one["label"] == "Over: dochter"
    assert "u" not in one["question"]["text"].lower().split()


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "vraag",
        {"question": 7},
        {"question": "   "},
        {"question": "a" * 20_001},
        {"question": "Mag dat?\n\n" * 300},
        {"facts": {"status": "keizer"}},
        {"facts": {"kleur": "blauw"}},
        {"facts": {"role": "staff", "status": "trainee"}},
        {"facts": {"stay": {"shortest": "P0W", "longest": "P0W"}}},
        {"facts": {"stay": {"first_day": "2026-02-30", "last_day": "2026-03-01"}}},
        {"facts": {"stay": {"first_day": "2026-03-02", "last_day": "2026-03-01"}}},
        {"facts": {"graduation": {"earliest": "2026-03-02", "latest": "2026-03-01"}}},
        {"facts": {"status": "teacher"}, "edition": "1999"},
        {**QUESTION, "extra": 1},
    ],
)
def test_a_malformed_request_gets_a_400_that_says_why(desk: Desk, body: object) -> None:
    response = desk.post("/api/answer", body)
    assert response.status_code == 400
    fitting("Error", response.json())


@pytest.mark.parametrize("content", [b"", b"{", b'{"question": "\\ud800"}', b"\xff", b"[" * 9999])
def test_what_is_not_json_gets_a_400(desk: Desk, content: bytes) -> None:
    response = requests.post(
        f"{desk.address}/api/answer",
        content,
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    assert response.status_code == 400
    fitting("Error", response.json())


def test_a_form_of_another_site_is_not_json(desk: Desk) -> None:
    response = requests.post(
        f"{desk.address}/api/feedback",
        b'{"sender": "a", "rule": "ka1-staff-teacher", "useful": true}',
        headers={"Content-Type": "text/plain"},
        timeout=30,
    )
    assert response.status_code == 400


def test_the_other_answers_are_as_described(desk: Desk) -> None:
    fitting("Vocabulary", desk.get("/api/vocabulary").json())
    for edition in desk.get("/api/rules").json()["editions"]:
        fitting("Edition", edition)
    assert desk.get("/api/openapi.json").json()["openapi"] == "3.1.0"


def test_the_description_knows_every_value() -> None:
    schemas: dict[str, Any] = description()["components"]["schemas"]
    facts = schemas["Facts"]["properties"]
    assert schemas["Role"]["enum"] == list(Role)
    assert schemas["Status"]["enum"] == list(Status)
    assert facts["credit"]["enum"] == list(Answer)
    assert facts["sector"]["enum"] == list(Sector)
    assert facts["purpose"]["enum"] == list(Purpose)
    assert facts["activity"]["enum"] == list(Activity)
    asked = Question.__dataclass_fields__["asks"]
    assert asked.type == "Asks"


# --- feedback ---------------------------------------------------------------------------------


def test_an_opinion_is_listed_and_exported(desk: Desk) -> None:
    facts = {"role": "staff", "status": "teacher"}
    review = {
        "question": "Beste An,\n\nIk geef les. Bel 0475 12 34 56.\n\nGroeten,\nPiet Pieters",
        "understood": {"role": "staff"},
        "facts": facts,
        "edition": "2014-2020",
        "right": False,
        "remark": "is docent",
    }
    assert desk.post("/api/reviews", review).status_code == 204
    listed = desk.get("/api/reviews").json()
    fitting("Reviews", listed)
    assert listed["reviews"] == [
        {
            "text": "Ik geef les. Bel [nummer].",
            "understood": {"role": "staff"},
            "facts": facts,
            "edition": "2014-2020",
            "rule": "ka1-staff-teacher",
            "right": False,
            "remark": "is docent",
            "day": TODAY.isoformat(),
        }
    ]
    nlu = YAML(typ="safe").load(desk.get("/api/reviews/nlu.yml").text)
    assert nlu["nlu"][0]["examples"] == "- Ik geef les. Bel [nummer].\n"
    scenarios = YAML(typ="safe").load(desk.get("/api/reviews/2014-2020.yml").text)
    assert scenarios["scenarios"][0]["facts"] == facts
    assert desk.get("/api/reviews/1999.yml").status_code == 404


def test_a_visitor_votes_without_a_login(open_desk: OpenDesk) -> None:
    desk = open_desk(WITH_LOGIN)
    vote = {"sender": "abc", "rule": "ka1-staff-teacher", "useful": True}
    assert desk.post("/api/feedback", vote).status_code == 204
    assert desk.post("/api/feedback", {**vote, "rule": "een eigen tekst"}).status_code == 400
    listed = desk.get("/api/reviews", headers={"Authorization": "Bearer geheim"}).json()
    assert listed["votes"] == {"ka1-staff-teacher": {"useful": 1, "not_useful": 0}}


# --- the door ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", STAFF_PATHS)
def test_without_a_login_staff_pages_are_closed(open_desk: OpenDesk, path: str) -> None:
    desk = open_desk(WITH_LOGIN)
    assert desk.get(path).status_code == 401
    assert desk.get(path, headers={"Authorization": "Bearer fout"}).status_code == 401
    assert desk.get(path, headers={"Authorization": "Bearer geheim"}).status_code == 200
    assert desk.post("/api/answer", QUESTION).status_code == 401


def test_a_password_opens_a_session_that_scripts_and_other_sites_cannot_use(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(WITH_LOGIN)
    refused = desk.post("/api/login", {"password": "fout"})
    assert (refused.status_code, refused.cookies.get_dict()) == (401, {})
    response = desk.post("/api/login", {"password": "een lang wachtwoord"})
    assert response.status_code == 204
    cookie = response.headers["Set-Cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    cookies = response.cookies.get_dict()
    assert desk.get("/helpdesk", cookies=cookies).status_code == 200
    assert desk.post("/api/logout", {}, cookies=cookies).status_code == 204
    assert desk.get("/helpdesk", cookies=cookies).status_code == 401


def test_behind_https_the_session_never_goes_over_http(open_desk: OpenDesk) -> None:
    desk = open_desk(WITH_LOGIN)
    response = desk.post(
        "/api/login",
        {"password": "een lang wachtwoord"},
        headers={"X-Forwarded-Proto": "https"},
    )
    assert "; secure" in response.headers["Set-Cookie"].lower()


def test_who_keeps_guessing_gets_a_429(open_desk: OpenDesk) -> None:
    desk = open_desk(Access(hash_password("een lang wachtwoord")))
    statuses = [desk.post("/api/login", {"password": "fout"}).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 401, 429]
    response = desk.post("/api/login", {"password": "een lang wachtwoord"})
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "wegwijzer.example"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Origin": "https://evil.example"},
    ],
    ids=["rebound name", "proxy", "another site"],
)
def test_a_request_that_only_looks_local_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    for path in STAFF_PATHS:
        assert desk.get(path, headers=headers).status_code in (401, 403)
    assert desk.post("/api/answer", QUESTION, headers=headers).status_code in (401, 403)


def test_from_another_address_the_helpdesk_gets_401(open_desk: OpenDesk) -> None:
    address = _own_address()
    if address is None:
        pytest.skip("This machine has no other address than its loopback.")
    desk = open_desk(host="0.0.0.0")
    url = f"http://{address}:{desk.port}"
    for path in STAFF_PATHS:
        response = requests.get(url + path, headers={"Host": "localhost"}, timeout=30)
        assert response.status_code == 401
    assert requests.get(url + "/", timeout=30).status_code == 200, "visitors come in"


def _own_address() -> str | None:
    """An address of this machine that is not its loopback; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") or address == "0.0.0.0" else address
