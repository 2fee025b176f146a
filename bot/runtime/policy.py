"""Rasa's rules, looked at only where they can apply: see ``docs/adr/0006-quick-rasa.md``."""

from __future__ import annotations

import json
from functools import cached_property

from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RULES
from rasa.shared.core.constants import USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT


class RulePolicy(rule_policy.RulePolicy):
    """Looks only at the rules for the latest intent, where Rasa's own goes through all of them.

    Has the name of Rasa's own, because events tell which policy chose an action.
    """

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if self._rules_of_intent is None or tracker.active_loop_name:
            return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
        if use_text_for_last_user_input:
            return None, None, False
        states = self._prediction_states(tracker, domain)
        rules = self._rules_of_intent.get(states[-1].get(USER, {}).get(INTENT), {})
        rule = max(self._get_possible_keys(rules, states), key=len, default="")
        return rules.get(rule), rule or self._create_feature_key(states), False

    @cached_property
    def _rules_of_intent(self) -> dict[str, dict[str, str]] | None:
        """The action after each rule, by intent; ``None`` if a rule is about something else."""
        found: dict[str, dict[str, str]] = {}
        for rule, action in self.lookup[RULES].items():
            intent = json.loads(rule)[-1].get(USER, {}).get(INTENT)
            if intent is None:
                return None
            found.setdefault(intent, {})[rule] = action
        return found
