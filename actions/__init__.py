"""The custom actions of the bot; see :mod:`actions.actions`."""

from actions.actions import (
    ActionConsult,
    ActionInform,
    ActionNotUnderstood,
    ActionRefer,
    ActionResume,
    ActionStartOver,
)

__all__ = [
    "ActionConsult",
    "ActionInform",
    "ActionNotUnderstood",
    "ActionRefer",
    "ActionResume",
    "ActionStartOver",
]
