"""Part of in_rasa: what Rasa's graph and its rules say, as they are and repaired."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot import rasa_fixes, rasa_rules

CONVERSATIONS, TURNS = 60, 5


class Part(GraphComponent):
    """A component that writes down what it was given."""

    @classmethod
    def create(cls, config: Any, model_storage: Any, resource: Any, execution_context: Any) -> Part:
        return cls()

    def gather(self, **given: Any) -> list[Any]:
        """Its inputs by name."""
        return sorted(given.items())

    def fail(self, **given: Any) -> None:
        """Raises what a component should not."""
        raise RuntimeError("broken")


def graphs() -> list[Any]:
    """What comes out of a small graph for several targets, and of what can not be run."""

    def node(fn: str = "gather", **needs: str) -> SchemaNode:
        return SchemaNode(needs=needs, uses=Part, constructor_name="create", fn=fn, config={}, eager=True)

    schema = GraphSchema({
        "last": node(left="left", right="right"), "left": node(message="__message__", base="base"), "base": node(),
        "right": node(base="base", tracker="__tracker__"), "broken": node("fail", base="base"),
    })
    runner, found = DaskGraphRunner(schema, None, ExecutionContext(schema)), []
    inputs = {"__message__": ["hallo"], "__tracker__": 1}
    for given, targets in ((inputs, ["last"]), (inputs, ["left", "base"]), (inputs, ["left"]), (None, ["base"]),
                           (None, ["left"]), (inputs, ["broken"])):
        try:
            found.append(runner.run(given, targets))
        except Exception as error:
            found.append([type(error).__name__, isinstance(error, GraphRunError)])
    return json.loads(json.dumps(found))


def conversations(domain: Domain) -> list[list[Event]]:
    """Conversations as they can go: all intents, answers, the form begun, interrupted and left, and what hardly ever is."""
    dice = random.Random(7)
    actions = [name for name in domain.user_actions if not name.startswith(("validate_", "action_ask_"))]
    rare: list[Any] = [Restarted, UserUtteranceReverted, ActionReverted, SessionStarted, lambda: FollowupAction("action_mens"),
                       lambda: ActionExecuted(action_text="een zin"), lambda: LoopInterrupted(True)]
    found = []
    for number in range(CONVERSATIONS):
        events: list[Event] = [] if number % 4 == 0 else [ActionExecuted("action_session_start"), SessionStarted()]
        events += [ActionExecuted("action_listen")] * (number % 3 != 0)
        for _ in range(TURNS):
            intent = dice.choice([*sorted(domain.intents), "status", "status", "antwoord", "antwoord"])
            entities = dice.choice([[], [], [{"entity": "postcode", "value": "1234 AB"}]])
            events.append(UserUttered("vraag", {"name": dice.choice([intent] * 20 + [None])}, entities))
            if dice.random() < 0.9:
                events.append(DefinePrevUserUtteredFeaturization(dice.random() < 0.03))
            begins = intent == "status"
            right = "zaakstatus_form" if begins else f"action_{intent}"
            events.append(ActionExecuted(right if right in domain.action_names_or_texts else dice.choice(actions)))
            if begins:
                events += [ActiveLoop("zaakstatus_form"), SlotSet("requested_slot", "zaaknummer")]
            elif dice.random() < 0.2:
                events += [ActiveLoop(None), SlotSet("requested_slot", None)]
            events += [BotUttered("antwoord"), SlotSet("misverstanden", dice.randrange(3))][: dice.randrange(3)]
            if dice.random() < 0.1:
                events.append(dice.choice(rare)())
            events.append(ActionExecuted("action_listen"))
        found.append(events)
    return found


def said(policy: RulePolicy, domain: Domain) -> list[Any]:
    """What the rules say after each event of each conversation."""
    found = []
    for events in conversations(domain):  # new ones: what is done with events changes them
        tracker = DialogueStateTracker("x", domain.slots)
        for event in events:
            tracker.update(event, domain)
            prediction = policy.predict_action_probabilities(tracker, domain)
            found.append(json.loads(json.dumps(vars(prediction), default=str)))
            prediction.probabilities[0] = 2.0  # as the ensemble does after a rejection
            prediction.events.append(event)
    return found


def compare(model: Path) -> dict[str, Any]:
    """What a small graph and the rules of a trained model say: before, after, and again when it was said once."""
    with tempfile.TemporaryDirectory() as folder:
        storage, metadata = LocalModelStorage.from_model_archive(Path(folder), model)
        schema, domain = metadata.predict_schema, metadata.domain
        node = schema.nodes["run_RulePolicy0"]
        config = {**RulePolicy.get_default_config(), **node.config}
        policy = RulePolicy.load(config, storage, Resource(node.resource.name), ExecutionContext(schema))
    found: dict[str, Any] = {}
    for when in ("before", "after", "again"):
        if when == "after":
            rasa_fixes.apply()
        found[when] = {"graphs": graphs(), "said": said(policy, domain)}
    rasa_fixes.undo()
    return {**found, "kept": len(rasa_rules._memories[policy].said)}
