"""Takes out of a text what would tell who wrote it, before anything keeps the text.

E-mail addresses, account numbers, phone numbers and citizen numbers (BSN, rijksregisternummer).
Names and street addresses can't be told from other words, so they stay.
"""

from __future__ import annotations

import re

# Every repetition that can be long is possessive (`++`): a text must not take long to search.
_E_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_ACCOUNT = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}"
    r"|[ .-]?[A-Z0-9]{4}(?:[ .-]?\d{4}){1,6}(?:[ .-]?\d{1,3})?)(?!\w)",
    re.IGNORECASE,
)
_DIGITS_OF_AN_ACCOUNT = 10
_SAID_TO_BE_ONE = re.compile(
    r"(\b(?:bsn|burgerservicenummer|rijksregisternummer|insz)\b(?:-?nummer)?\W{0,3}(?:is\b)?\W{0,3})"
    r"\d(?:[\s./–‑-]{0,2}\d){5,}+",
    re.IGNORECASE,
)
# A phone or citizen number has at least nine digits, with few signs between them.
_NUMBER = re.compile(r"(?<!\d)(?:\+|\(0|\()?\d(?:[\s./()–‑-]{0,3}\d){8,}+")
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[\s./–‑-]\d{1,2}[\s./–‑-](?:19|20)\d{2}|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2})"
    r"(?!\d)"
)


def without_personal_data(text: str) -> str:
    """The text with e-mail addresses, account, phone and citizen numbers replaced by what they are.

    Doing it again changes nothing. Dates and lengths stay.
    """
    text = _E_MAIL.sub("[e-mailadres]", text)
    text = _ACCOUNT.sub(_account, text)
    text = _SAID_TO_BE_ONE.sub(r"\1[nummer]", text)
    return _NUMBER.sub(_number, text)


def _account(found: re.Match[str]) -> str:
    digits = sum(sign.isdigit() for sign in found[0])
    return "[rekeningnummer]" if digits >= _DIGITS_OF_AN_ACCOUNT else found[0]


def _number(found: re.Match[str]) -> str:
    return found[0] if _DATE.search(found[0]) else "[nummer]"
