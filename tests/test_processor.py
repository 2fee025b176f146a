"""What we do otherwise than Rasa leads to the same conversations as Rasa's own classes."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.policies import rule_policy
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.runtime.actions import ActionsInProcess
from bot.runtime.graph import DomainOfModel, SequentialGraphRunner
from bot.runtime.model import fitting_model
from bot.runtime.policy import RulePolicy
from bot.runtime.processor import LONGEST_SESSION_IN_EVENTS, QuickAgent

MESSAGES = ["hallo", "hoeveel vragen", "hoeveel vragen", "ga stuk", "hallo", "hoeveel vragen"]
Replies = list[dict[str, Any]]


class Number(GraphComponent):
    """Provides a number, and multiplies with it."""

    def __init__(self, number: int) -> None:
        self._number = number

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Number:
        return cls(config["number"])

    def provide(self) -> int:
        return self._number

    def times(self, factor: int) -> int:
        return self._number * factor


def node(function: str, number: int, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs, Number, "create", function, {"number": number}, eager=True, is_target=False
    )


# The names are in such an order that it can't be the order to run in.
SCHEMA = GraphSchema(
    {
        "a_last": node("times", 5, factor="b_middle"),
        "b_middle": node("times", 3, factor="c_first"),
        "c_first": node("provide", 2),
        "d_from_outside": node("times", 7, factor="given"),
        "e_not_asked_for": node("times", 1, factor="never_given"),
    }
)


def runner(kind: type[GraphRunner], folder: Path) -> GraphRunner:
    return kind.create(SCHEMA, LocalModelStorage.create(folder), ExecutionContext(SCHEMA))


@pytest.mark.parametrize("kind", [DaskGraphRunner, SequentialGraphRunner])
@pytest.mark.parametrize(
    ("inputs", "targets", "expected"),
    [
        (None, ["a_last"], {"a_last": 30}),
        (None, ["c_first", "a_last"], {"c_first": 2, "a_last": 30}),
        ({"given": 6}, ["d_from_outside"], {"d_from_outside": 42}),
        ({"given": 1}, ["d_from_outside", "b_middle"], {"d_from_outside": 7, "b_middle": 6}),
    ],
)
def test_a_graph_gives_what_rasas_own_runner_gives(
    kind: type[GraphRunner],
    inputs: dict[str, Any] | None,
    targets: list[str],
    expected: dict[str, Any],
    tmp_path: Path,
) -> None:
    graph = runner(kind, tmp_path)
    for _ in range(2):  # the second time the order is known
        assert graph.run(inputs, targets) == expected


@pytest.mark.parametrize(
    ("inputs", "target"),
    [({}, "d_from_outside"), ({"c_first": "c_first"}, "a_last")],
    ids=["input is missing", "input has the name of a component"],
)
def test_wrong_inputs_of_a_graph_are_refused(
    inputs: dict[str, Any], target: str, tmp_path: Path
) -> None:
    with pytest.raises(GraphRunError):
        runner(SequentialGraphRunner, tmp_path).run(inputs, [target])


def test_the_domain_of_a_model_is_what_rasa_stored(tmp_path: Path) -> None:
    storage, resource = LocalModelStorage.create(tmp_path), Resource("domain")
    text = "version: '3.1'\nintents: [on, 'yes']\nresponses: {utter_no: [{text: 'Nee: 12:30 😀'}]}"
    domain = Domain.from_yaml(text)
    DomainProvider(storage, resource)._persist(domain)
    stored = DomainOfModel.load({}, storage, resource, ExecutionContext(GraphSchema({})))
    assert stored.provide_inference().as_dict() == domain.as_dict()
    assert stored.provide_inference().fingerprint() == domain.fingerprint()


DOMAIN = Domain.from_dict({"intents": ["greet", "ask"], "actions": ["action_greet", "action_ask"]})


def rule(action: str, *steps: tuple[str, dict[str, str]]) -> tuple[str, str]:
    """What is learned of a rule: it follows on steps of an action and what then was said."""
    states = [{"prev_action": {"action_name": name}, "user": said} for name, said in steps]
    return json.dumps(states), action


ON_INTENTS = [
    rule("action_greet", ("action_listen", {"intent": "greet"})),
    rule(
        "action_listen",
        ("action_listen", {"intent": "greet"}),
        ("action_greet", {"intent": "greet"}),
    ),
    rule("action_ask", ("action_listen", {"intent": "ask"})),
]
ON_TEXTS = [*ON_INTENTS, rule("action_ask", ("action_listen", {"text": "hallo"}))]
LISTEN = ActionExecuted("action_listen")
GREETING = UserUttered("hallo", {"name": "greet"})


@pytest.mark.parametrize("rules", [ON_INTENTS, ON_TEXTS], ids=["on intents", "on texts"])
@pytest.mark.parametrize(
    "events",
    [
        [LISTEN, GREETING],
        [LISTEN, GREETING, ActionExecuted("action_greet")],
        [
            LISTEN,
            GREETING,
            ActionExecuted("action_greet"),
            LISTEN,
            UserUttered("", {"name": "ask"}),
        ],
        [LISTEN, UserUttered("hm", {"name": "unheard_of"})],
        [LISTEN, GREETING, ActionExecuted("action_ask")],
        [LISTEN],
        [],
    ],
    ids=lambda events: ", ".join(type(event).__name__ for event in events) or "nothing",
)
def test_rules_choose_what_rasas_own_policy_chooses(
    rules: list[tuple[str, str]], events: list[Event], tmp_path: Path
) -> None:
    tracker = DialogueStateTracker.from_events("eva", events, domain=DOMAIN)
    predictions = [
        kind(
            kind.get_default_config(),
            LocalModelStorage.create(tmp_path),
            Resource("rules"),
            ExecutionContext(GraphSchema({})),
            lookup={"rules": dict(rules)},
        ).predict_action_probabilities(tracker, DOMAIN)
        for kind in (rule_policy.RulePolicy, RulePolicy)
    ]
    assert predictions[0] == predictions[1]
    assert predictions[0].policy_name == predictions[1].policy_name


def test_a_copy_of_a_conversation_is_in_its_state_and_changes_apart() -> None:
    domain = Domain.from_dict({"slots": {"count": {"type": "any", "mappings": []}}})
    tracker = DialogueStateTracker("eva", domain.slots)
    tracker.update_with_events([LISTEN, GREETING, SlotSet("count", 1), ActiveLoop("form")], domain)
    twin = tracker.copy()
    assert twin == tracker.travel_back_in_time(float("inf"))
    assert twin.current_state() == tracker.current_state()
    twin.update_with_events([SlotSet("count", 2), LoopInterrupted(True)], domain)
    assert (tracker.get_slot("count"), len(tracker.events)) == (1, 4)
    assert not tracker.active_loop.is_interrupted


def talk(agent: Agent, messages: list[str]) -> tuple[list[Replies], list[dict[str, Any]]]:
    """The replies to each message, and the events that the conversation then consists of."""

    async def conversation() -> tuple[list[Replies], list[dict[str, Any]]]:
        replies = []
        for text in messages:
            channel = CollectingOutputChannel()
            await agent.handle_message(UserMessage(text, channel, "eva", message_id="1"))
            replies.append(channel.messages)
        tracker = await agent.tracker_store.retrieve("eva")
        return replies, [event.as_dict() | {"timestamp": 0} for event in tracker.events]

    return asyncio.run(conversation())


@pytest.fixture
def agents(trained_tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Agent, Agent]:
    """Rasa's agent and ours, of the same model."""
    monkeypatch.syspath_prepend(os.fspath(trained_tiny_project))
    model = fitting_model(trained_tiny_project)
    assert model
    rasas, ours = (
        kind(
            tracker_store=InMemoryTrackerStore(None),
            action_endpoint=ActionsInProcess("tiny_actions"),
        )
        for kind in (Agent, QuickAgent)
    )
    rasas.load_model(model)
    ours.load_model(model)
    return rasas, ours


def test_a_conversation_goes_as_with_rasas_own_agent(agents: tuple[Agent, Agent]) -> None:
    rasas, ours = agents
    assert talk(ours, MESSAGES) == talk(rasas, MESSAGES)


def test_a_long_session_is_cut_but_not_between_two_failures(agents: tuple[Agent, Agent]) -> None:
    _, ours = agents
    lengths = [len(talk(ours, ["ga stuk" if turn % 40 < 20 else "hallo"])[1]) for turn in range(80)]
    assert max(lengths) < 3 * LONGEST_SESSION_IN_EVENTS
    cuts = [turn for turn in range(1, 80) if lengths[turn] < lengths[turn - 1]]
    assert cuts
    for turn in cuts:  # the reply before the cut was no failure, unless there were many
        assert (turn - 1) % 40 >= 20 or lengths[turn - 1] > 2 * LONGEST_SESSION_IN_EVENTS
