"""`make profile`: what our repairs of Rasa save, in one run of one process. Runs with the Python of Rasa's environment.

Measures the parts of a turn that grow with a conversation or are repeated for nothing: reading and writing the tracker, judging
the result of an action, deciding what comes next by the rules of the newest model; without servers or load, so that the ratios
hold on a busy machine too.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import RedisTrackerStore
from rasa.engine.constants import PLACEHOLDER_TRACKER
from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot import rasa_fixes
from bot.memory import TURNS, RecentTurns
from loket.understanding.package import newest

LENGTHS = (10, 100, 300)
RESULT = {
    "events": [{"event": "slot", "timestamp": None, "name": "misverstanden", "value": 0}],
    "responses": [{"custom": {"utterance": {"parts": [{"key": "antwoord.product", "values": {"product": "huurtoeslag"}}]}}}],
}


class _Memory:
    """The two calls of a Redis client that the stores use; the network is not what is measured."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def set(self, key: str, value: str, ex: float | None = None) -> None:
        self.kept[key] = value


def turn(number: int) -> list[Any]:
    """The events of one turn as our rules make them."""
    parse = {"text": f"vraag {number}", "intent": {"name": "antwoord", "confidence": 0.9}, "entities": [],
             "understanding": {"uitkomst": "antwoord", "producten": [["huurtoeslag", 0.9], ["zorgtoeslag", 0.1]], "signalen": []}}
    return [
        UserUttered(parse["text"], parse["intent"], [], parse, metadata={"message_id": str(number), "facts": {"laatste": "x"}}),
        ActionExecuted("action_antwoord"),
        SlotSet("misverstanden", 0),
        BotUttered(data={"custom": RESULT["responses"][0]["custom"]}),
        ActionExecuted("action_listen"),
    ]


def median_ms(function: Callable[[], Any], times: int) -> float:
    """Median duration of a call, milliseconds."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        function()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def one_turn(kind: type[RedisTrackerStore], domain: Domain, length: int) -> float:
    """Milliseconds of everything around one turn, in a conversation that has this many: read, two copies (Rasa makes one for each
    action), the state for the action server, judging its result, write."""
    store = kind(domain, key_prefix="verbonden")
    store.red = _Memory()
    action = RemoteAction("action_antwoord", None)

    async def go(number: int) -> None:
        tracker = await store.get_or_create_tracker("x")
        for event in turn(number):
            tracker.update(event)
        tracker.copy()
        json.dumps(tracker.copy().current_state(EventVerbosity.ALL))
        action._validate_action_result(RESULT)
        await store.save(tracker)

    whole = DialogueStateTracker("x", domain.slots)
    whole.update(ActionExecuted("action_listen"))
    for number in range(length):
        for event in turn(number):
            whole.update(event)
    asyncio.run(store.save(whole))
    numbers = iter(range(length, 10**6))
    return median_ms(lambda: asyncio.run(go(next(numbers))), 25)


def deciding(model: Path) -> float:
    """Milliseconds of deciding what comes after a message and what comes after its answer, in a conversation that was bounded."""
    with tempfile.TemporaryDirectory() as folder:
        storage, metadata = LocalModelStorage.from_model_archive(Path(folder), model)
        schema = metadata.predict_schema.minimal_graph_schema([metadata.core_target])
        runner = DaskGraphRunner.create(schema, storage, ExecutionContext(schema))
    tracker = DialogueStateTracker("x", metadata.domain.slots)
    for event in [ActionExecuted("action_listen"), *(event for number in range(TURNS) for event in turn(number))]:
        tracker.update(event)
    asked = tracker.copy()
    asked.update(turn(TURNS)[0])
    answered = asked.copy()
    for event in turn(TURNS)[1:-1]:
        answered.update(event)

    def both() -> None:
        for state in (asked, answered):
            runner.run({PLACEHOLDER_TRACKER: state}, [metadata.core_target])

    both()
    return median_ms(both, 100)


def measure() -> dict[str, Any]:
    """Milliseconds as Rasa is and as we run it, and how many times faster that is."""
    domain = Domain.load("bot/domain")
    action = RemoteAction("action_antwoord", None)
    stock: dict[str, float] = {"judging the result of an action": median_ms(lambda: action._validate_action_result(RESULT), 50)}
    stock["deciding what comes next"] = deciding(newest())
    for length in LENGTHS:
        stock[f"around turn {length}"] = one_turn(RedisTrackerStore, domain, length)
    if not rasa_fixes.apply():
        raise SystemExit("Rasa is another version: bot/rasa_fixes.py does nothing.")
    ours: dict[str, float] = {"judging the result of an action": median_ms(lambda: action._validate_action_result(RESULT), 50)}
    ours["deciding what comes next"] = deciding(newest())
    for length in LENGTHS:
        ours[f"around turn {length}"] = one_turn(RecentTurns, domain, length)
    parts = {
        name: {"rasa_ms": round(stock[name], 3), "ours_ms": round(ours[name], 3), "times": round(stock[name] / ours[name], 1)}
        for name in stock
    }
    last, first = f"around turn {LENGTHS[-1]}", f"around turn {LENGTHS[0]}"
    growth = {"rasa": round(stock[last] / stock[first], 1), "ours": round(ours[last] / ours[first], 2)}
    return {"parts": parts, f"turn {LENGTHS[-1]} against turn {LENGTHS[0]}": growth}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
