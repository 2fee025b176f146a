"""The custom actions of the bot; see :mod:`actions.actions`."""

from actions.actions import (
    ActionConsult,
    ActionNotUnderstood,
    ActionRefer,
    ActionResume,
    ActionStartOver,
)

__all__ = [
    "ActionConsult",
    "ActionNotUnderstood",
    "ActionRefer",
    "ActionResume",
    "ActionStartOver",
]
