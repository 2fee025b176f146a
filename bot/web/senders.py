"""Whose conversation a message belongs to, so that nobody can go on in somebody else's.

The chat page makes a secret of its own for each conversation and sends it as `sender`. The bot
keeps the conversation under the secret's hash: who reads that in a log, in the database or in an
export can't talk in the conversation. Programs on this computer may call a conversation what they
like, as in any Rasa project; of others a name counts for their own address only.
"""

from __future__ import annotations

import re
from hashlib import sha256

_SECRET = re.compile(r"web-[0-9]{1,10}(?:-[0-9]{1,10}){3}")  # 128 bits of chance
_HASHED = re.compile(r"(?:page|tool)-[0-9a-f]{32}")


class TakenSenderError(ValueError):
    """A sender that is the id of a stored conversation."""


def conversation_of(sender: str, client: str, is_local: bool) -> str:
    """The id under which the conversation of a sender is kept.

    Raises:
        TakenSenderError: the sender is such an id itself.
    """
    if _HASHED.fullmatch(sender):
        raise TakenSenderError(sender)
    if _SECRET.fullmatch(sender):
        return f"page-{_hash(sender)}"
    return sender if is_local else f"tool-{_hash(f'{client} {sender}')}"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
