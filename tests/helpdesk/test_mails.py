"""Whole e-mails before the real bot, as a helpdesk system sends them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from ruamel.yaml import YAML

MAILS = YAML(typ="safe", pure=True).load(Path(__file__).with_name("mails.yml").read_text("utf-8"))


def summary(answer: dict[str, Any]) -> dict[str, Any]:
    decision = answer["decision"]
    if decision is None:
        stay = answer["facts"].get("stay", {})
        return {
            "label": answer["label"],
            "asks": answer["question"]["asks"],
            "stay": stay.get("shortest"),
        }
    wish = decision["requested_stay"] or {}
    return {
        "label": answer["label"],
        "rule": decision["rule"],
        "stay": wish.get("length"),
        "fits": wish.get("fits"),
    }


@pytest.mark.parametrize("mail", MAILS, ids=[mail["note"] for mail in MAILS])
def test_a_mail_is_answered_right_or_asks_what_is_missing(
    bot_address: str, mail: dict[str, Any]
) -> None:
    response = requests.post(
        f"{bot_address}/api/answer", json={"question": mail["text"]}, timeout=60
    )
    answered = response.json()
    got = [summary(answer) for answer in answered["answers"]]
    assert len(got) == len(mail["answers"])
    for one, expected in zip(got, mail["answers"], strict=True):
        assert one == one | expected
    assert [remark["topic"] for remark in answered["remarks"]] == mail.get("remarks", [])
