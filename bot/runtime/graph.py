"""Runs Rasa's graph one component after another: see ``docs/adr/0006-quick-rasa.md``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any

from rasa.core.policies import rule_policy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_yaml_file

from bot.runtime.policy import RulePolicy

Plan = tuple[tuple[str, GraphNode, tuple[str, ...]], ...]


class DomainOfModel(DomainProvider):
    """Reads the domain of a model without checking it: that was done when it was trained."""

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DomainOfModel:
        """The provider of the domain that training stored."""
        with model_storage.read_from(resource) as folder:
            domain = Domain.from_dict(read_yaml_file(folder / "domain.yml"))
        return cls(model_storage, resource, domain)


_QUICKER = {rule_policy.RulePolicy: RulePolicy, DomainProvider: DomainOfModel}


class SequentialGraphRunner(GraphRunner):
    """A ``GraphRunner`` that works out the order of the components once, not for every message."""

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._plans: dict[tuple[str, ...], Plan] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> SequentialGraphRunner:
        """Instantiates every component of the schema, two of Rasa's as our subclasses of them."""
        nodes = {
            name: replace(node, uses=_QUICKER.get(node.uses, node.uses))
            for name, node in graph_schema.nodes.items()
        }
        return cls(
            graph_schema,
            {
                name: GraphNode.from_schema_node(
                    name, node, model_storage, execution_context, hooks
                )
                for name, node in nodes.items()
            },
        )

    def run(
        self, inputs: dict[str, Any] | None = None, targets: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """The output of each target, or of the schema's own targets.

        Raises:
            GraphRunError: an input has the name of a component, or a component lacks an input.
        """
        wanted = tuple(targets or self._schema.target_names)
        plan = self._plans.get(wanted)
        if plan is None:
            plan = self._plans[wanted] = self._plan(wanted)
        inputs = inputs or {}
        if clashing := inputs.keys() & self._nodes.keys():
            raise GraphRunError(f"Inputs have the names of components: {sorted(clashing)}.")
        outputs = dict(inputs)
        for name, node, needs in plan:
            _, outputs[name] = node(*((need, outputs[need]) for need in needs if need in outputs))
        return {name: outputs[name] for name in wanted}

    def _plan(self, targets: tuple[str, ...]) -> Plan:
        needs = {
            name: tuple(node.needs.values())
            for name, node in self._schema.minimal_graph_schema(list(targets)).nodes.items()
        }
        order = TopologicalSorter(needs).static_order()
        return tuple((name, self._nodes[name], needs[name]) for name in order if name in needs)
