"""Runs with the Python of Rasa's environment and prints what it found as JSON; tests/bot/test_rasa_fixes.py judges it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, LoopInterrupted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import rasa_fixes
from bot.channel import replay
from bot.memory import TURNS, recent, slim
from tests.bot.in_rasa_dialogue import compare

RESULTS: list[Any] = [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": None}], "responses": [{"custom": {}}]},
    {},
    {"events": [{"event": "slot", "name": "a", "value": None}], "responses": []},
    {"events": [{"event": "slot", "name": "a"}]},
    {"events": [{"event": "slot", "name": 1, "value": 1}]},
    {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": "now"}]},
    {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": True}]},
    {"events": [{"event": "slot", "name": "a", "value": 1}, {"event": "no such event"}], "responses": [{}]},
    {"events": {"event": "slot"}, "responses": [{}]},
    {"events": "no list"},
    {"events": [{"event": "no such event"}]},
    {"events": [{"name": "no event"}]},
    {"responses": ["no object"]},
    {"responses": 3},
    [],
    None,
]


def verdicts() -> list[str]:
    """What Rasa says of each result of an action."""
    action, found = RemoteAction("action_x", None), []
    for result in RESULTS:
        try:
            found.append(str(action._validate_action_result(result)))
        except ValidationError as error:
            found.append(error.message)
    return found


def types() -> list[str]:
    """What Rasa makes of each name of an event."""
    names = ["user", "bot", "action", "slot", "active_loop", "topic", "no such event", "restart", "user"]
    found = []
    for name in names:
        for default in (None, SlotSet):
            try:
                found.append(str(Event.resolve_by_type(name, default)))
            except ValueError as error:
                found.append(str(error))
    return found


def conversation(turns: int, loop_from: int, interrupted: bool) -> list[Any]:
    """A conversation that sets slots as it goes on and is in the form from some turn on."""
    events: list[Any] = [ActionExecuted("action_listen")]
    for turn in range(turns):
        named = [{"entity": "zaaknummer", "value": f"Z{turn}"}]
        understood = {"intent": {"name": "status"}, "entities": named, "understanding": {"uitkomst": "status", "turn": turn}}
        events.append(UserUttered(f"vraag {turn}", {"name": "status"}, named, understood, metadata={"message_id": str(turn)}))
        if turn == loop_from:
            events += [ActionExecuted("zaakstatus_form"), ActiveLoop("zaakstatus_form"), SlotSet("requested_slot", "zaaknummer")]
        elif interrupted and turn == loop_from + 1:
            events += [LoopInterrupted(True)]
        events += [SlotSet("misverstanden", turn % 3), SlotSet("zaaknummer", f"Z{turn}" if turn % 2 else None)]
        events += [BotUttered(data={"custom": {"utterance": {"turn": turn}}}), ActionExecuted("action_listen")]
    return events


def state(events: list[Any], domain: Any) -> dict[str, Any]:
    """What the policies and the actions go by."""
    tracker = DialogueStateTracker.from_events("x", events, domain.slots)
    loop = tracker.active_loop
    return {
        "slots": tracker.current_slot_values(), "loop": loop and [loop.name, loop.is_interrupted],
        "latest": tracker.latest_action_name, "message": tracker.latest_message and tracker.latest_message.text,
        "followup": tracker.followup_action,
        "said": [
            [event.text, event.intent_name, event.as_dict()["parse_data"]["entities"]]
            for event in events if isinstance(event, UserUttered)
        ][-TURNS:],
        "understood": tracker.latest_message and tracker.latest_message.parse_data.get("understanding"),
        "again": [replay(tracker, str(turn)) for turn in range(40)],
        "history": [s.get("active_loop") for s in tracker.past_states(domain)][-4:],
    }


def main() -> None:
    """Print everything; the argument is a trained model."""
    dialogue = compare(Path(sys.argv[1]))
    domain = Domain.load("bot/domain")
    before = {"verdicts": verdicts(), "types": types()}
    applied = rasa_fixes.apply()
    after = {"verdicts": verdicts(), "types": types()}
    again = {"verdicts": verdicts(), "types": types()}
    whole, bounded, sizes = [], [], []
    for turns in (1, TURNS - 1, TURNS, TURNS + 1, 30):
        for loop_from in (0, turns - 1, turns - TURNS - 2, 99):
            for interrupted in (False, True):
                events = conversation(turns, loop_from, interrupted)
                short: list[Any] = []
                for event in events:  # as it goes on: bounded after every turn, from what was bounded before
                    short.append(event)
                    if isinstance(event, ActionExecuted) and event.action_name == "action_listen":
                        short = slim(recent(short, {slot.name: slot for slot in domain.slots}))
                whole.append(state(events, domain))
                bounded.append(state(short, domain))
                sizes.append([len([e for e in short if isinstance(e, UserUttered)]), len(short)])
    print(json.dumps({
        "fingerprints": rasa_fixes.fingerprints(), "expected": {fix.name: fix.source for fix in rasa_fixes.FIXES},
        "applied": applied, "before": before,
        "after": after, "again": again, "whole": whole, "bounded": bounded, "sizes": sizes, "turns": TURNS,
        "dialogue": dialogue,
    }))


if __name__ == "__main__":
    main()
