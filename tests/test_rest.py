"""What the REST channel promises, whatever comes in."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from typing import Any

import pytest

from bot.evaluate import rest_bot
from bot.runtime.rest import without_endless_words

WEBHOOK = "/webhooks/rest/webhook"


def post(address: str, body: bytes) -> tuple[int, Any]:
    request = urllib.request.Request(
        address + WEBHOOK, body, {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def ask(address: str, message: str) -> list[dict[str, Any]]:
    status, messages = post(
        address, json.dumps({"sender": uuid.uuid4().hex, "message": message}).encode()
    )
    assert status == 200
    return list(messages)


def test_page_answers_once_the_bot_is_ready(bot_address: str) -> None:
    with urllib.request.urlopen(f"{bot_address}/", timeout=10) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"hallo"',
        b'{"sender": "a"}',
        b'{"message": 7, "sender": "a"}',
        b'{"message": "hallo", "sender": {"x": 1}}',
    ],
)
def test_malformed_request_gets_a_4xx_with_a_json_error(bot_address: str, body: bytes) -> None:
    status, answer = post(bot_address, body)
    assert 400 <= status < 500
    assert answer["error"]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   \n ",
        "😂😂🔥✈️",
        "<b>hallo</b><script>alert(1)</script>",
        "'; DROP TABLE conversations; --",
        "どうすればスペインに行けますか",
        "/affirm",
        "/action_start_over{bad json",
        "x" * 10_000,
        "Ik wil " + "heel " * 2_000 + "graag weg",
    ],
)
def test_strange_text_gets_a_normal_reply(bot_address: str, message: str) -> None:
    messages = ask(bot_address, message)
    assert sum("custom" in m for m in messages) == 1
    assert any(m.get("text") for m in messages)


@pytest.mark.parametrize(
    "message",
    [
        "Hallo",
        "Ik volg mbo, zes weken naar Spanje",
        "Ik ben student",
        "Wat is het budget?",
        "Ik wil iemand spreken",
        "Gaat het morgen regenen?",
        "qsdf jklm wxcv",
        "Good morning, do you speak English?",
        "opnieuw",
    ],
)
def test_every_reply_says_in_one_custom_object_what_it_is(bot_address: str, message: str) -> None:
    messages = ask(bot_address, message)
    customs = [m["custom"] for m in messages if "custom" in m]
    assert len(customs) == 1
    assert customs[0]["type"]
    assert any(m.get("text") for m in messages)


def test_answer_holds_every_key_of_the_contract(bot_address: str) -> None:
    answer = rest_bot(bot_address)()("Ik ben docent op een roc en ga drie weken meelopen in Graz")
    assert {
        "type", "edition", "role", "status", "verdict", "reason", "conditions", "key_action",
        "stay", "requested_stay", "rule", "source",
    } <= answer.keys()  # fmt: skip
    assert answer["conditions"], "the standing condition of all staff"
    assert {"heading", "quote"} <= answer["source"].keys()
    assert answer["requested_stay"] == {"length": "P3W", "fits": "yes"}


def test_rasas_own_http_api_is_not_served(bot_address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{bot_address}/model/parse", b"{}", timeout=10)
    assert error.value.code in {404, 405}


def test_a_long_conversation_stays_a_conversation(bot_address: str) -> None:
    say = rest_bot(bot_address)()
    assert say("Ik zit in het bso")["type"] == "answer"
    for weeks in range(2, 52):
        assert say(f"en {weeks} weken?")["requested_stay"]["fits"] == "yes"
    assert say("en 54 weken?")["requested_stay"]["fits"] == "no"


@pytest.mark.parametrize("path", ["/helpdesk", "/helpdesk/regels", "/api/rules", "/api/reviews"])
def test_staff_pages_refuse_a_stranger(bot_address: str, path: str) -> None:
    """Without a login only this machine itself gets in; a foreign Host is DNS rebinding."""
    stranger = urllib.request.Request(bot_address + path, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(stranger, timeout=10)
    assert error.value.code == 401


def test_an_endless_word_is_cut_and_what_follows_stays_in_its_place() -> None:
    text = f"Ik doe mbo {'a' * 500} en wil zes weken weg"
    cut = without_endless_words(text)
    assert "a" * 101 not in cut
    assert cut.index("zes weken") == text.index("zes weken")
