"""What Rasa's rules say, kept for each situation that they can tell apart.

Rasa writes out all states of the conversation, twice, and holds every rule against each of them, twice for each message: a tenth
of the time of a turn. Rules look back a few actions only, and what citizens do before them repeats itself.
"""

from __future__ import annotations

import copy
import weakref
from typing import Any, Dict, List, MutableMapping, Optional, Text, Tuple, Union

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT

Situation = Tuple[Union[Text, Tuple[Text, Tuple[Text, ...]]], ...]
"""Newest first: the name of an action, or the intent of a message with the entities in it that rules may ask for."""

KEPT = 4096
"""Situations; when there are more, all are forgotten."""

UNSEEN = (BotUttered, SlotSet, DefinePrevUserUtteredFeaturization)
"""Events that rules do not see, where no slot has features."""

slow = RulePolicy.predict_action_probabilities
"""Rasa's own."""


class Memory:
    """What the rules of one policy said.

    Args:
        policy: with its rules.
        domain: that they are about.
    """

    def __init__(self, policy: RulePolicy, domain: Domain) -> None:
        rules = [policy._rule_key_to_state(rule) for rule in policy.lookup[RULES]]
        self.domain = domain
        self.said: Dict[Situation, PolicyPrediction] = {}
        self._depth = max(map(len, rules), default=0)
        asks_for_text = any(TEXT in state.get("user", {}) for states in rules for state in states)
        self._usable = not asks_for_text and not any(slot.has_features() for slot in domain.slots)

    def situation(self, tracker: DialogueStateTracker) -> Optional[Situation]:
        """All that the rules can see; None where that is more than actions and intents, as in a form: then Rasa decides."""
        if not self._usable or tracker.active_loop_name:
            return None
        found: List[Union[Text, Tuple[Text, Tuple[Text, ...]]]] = []
        actions = 0
        for event in reversed(tracker.events):
            kind = type(event)
            if kind is UserUttered:
                if not event.intent_name or event.use_text_for_featurization:
                    return None
                found.append((event.intent_name, tuple(sorted(self.domain._get_featurized_entities(event)))))
                if actions >= self._depth:
                    break
            elif kind is ActionExecuted:
                if not event.action_name or event.action_name in self.domain.form_names:
                    return None
                if actions < self._depth:
                    found.append(event.action_name)
                actions += 1
            elif kind is SessionStarted:
                break
            elif kind not in UNSEEN:
                return None
        return tuple(found)


_memories: MutableMapping[RulePolicy, Memory] = weakref.WeakKeyDictionary()


def predict(self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, **rest: Any) -> PolicyPrediction:
    """As `RulePolicy.predict_action_probabilities`."""
    memory = _memories.get(self)
    if memory is None or memory.domain is not domain:
        memory = _memories[self] = Memory(self, domain)
    situation = memory.situation(tracker)
    if situation is None:
        return slow(self, tracker, domain, **rest)
    if situation not in memory.said:
        if len(memory.said) >= KEPT:
            memory.said.clear()
        memory.said[situation] = slow(self, tracker, domain, **rest)
    prediction = memory.said[situation]
    own = copy.copy(prediction)  # what is done with a prediction changes it
    own.probabilities, own.events = list(prediction.probabilities), list(prediction.events)
    return own
