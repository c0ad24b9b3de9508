"""What the bot engine remembers of a conversation: the last turns, and what followed from those before.

Rasa's own stores keep every event for ever, read them all twice for each message, and send them all to the action server with
each action: a message late in a long conversation costs several times one at its begin (benchmarks/README.md). The truth of a
conversation is in our own store, so the bot can forget.
"""

from __future__ import annotations

from typing import Any, AsyncContextManager, Dict, List, Optional, Text

import ujson
from rasa.core.tracker_store import RedisTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, LoopInterrupted, SlotSet, UserUttered
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.held import HeldRedis

TURNS = 4
"""Messages of the citizen that stay with what was answered: no action looks further back than three (actions/answer.py)."""


class RecentTurns(RedisTrackerStore):
    """Rasa's Redis store, bounded; named in endpoints.yml, the way that Rasa documents for a store of one's own.

    Rasa's `save` reads what is stored and merges, for writers that do not lock. Ours hold the session's lock
    (`hold`), and a merge would bring back what is to be forgotten.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.red = HeldRedis(self.red)

    def hold(self, session: Text, seconds: float) -> AsyncContextManager[None]:
        """See `HeldRedis.hold`, by the name of a session."""
        return self.red.hold(self.key_prefix + session, seconds)

    async def save(self, tracker: DialogueStateTracker, timeout: Optional[float] = None) -> None:
        """Write the tracker, without the turns that are too long ago."""
        await self.stream_events(tracker)
        kept = Dialogue(tracker.sender_id, slim(recent(list(tracker.events), tracker.slots)))
        self.red.set(self.key_prefix + tracker.sender_id, ujson.dumps(kept.as_dict()), ex=timeout or self.record_exp)


def slim(events: List[Event]) -> List[Event]:
    """The events, with of each message but the last only what actions look back for: its intent, its entities and its words.

    How a message was understood in full is most of what is written; of the last it is told again when it is repeated.
    """
    said = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    kept = list(events)
    for index in said[:-1]:
        message: UserUttered = kept[index]
        kept[index] = UserUttered(
            message.text, message.intent, message.entities, timestamp=message.timestamp, input_channel=message.input_channel,
            message_id=message.message_id,
        )
    return kept


def recent(events: List[Event], slots: Dict[Text, Slot], turns: int = TURNS) -> List[Event]:
    """The events of the last turns, after those that make the state in which the first of them began.

    Args:
        events: of a whole conversation, oldest first.
        slots: of the domain, with any values.
        turns: messages of the citizen to keep, 1 or more.

    Returns:
        Events that lead to the same slots, the same form and the same latest action as all of them.
    """
    starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= turns:
        return events
    cut = starts[-turns]
    before = DialogueStateTracker("", slots.values())
    for event in events[:cut]:
        before.update(event)
    at = events[cut - 1].timestamp
    state: List[Event] = [ActionExecuted(ACTION_LISTEN_NAME, timestamp=at)]
    state += [SlotSet(slot.name, slot.value, timestamp=at) for slot in before.slots.values() if slot.value != slot.initial_value]
    if before.active_loop is not None:
        state.append(ActiveLoop(before.active_loop.name, timestamp=at))
        if before.active_loop.is_interrupted:
            state.append(LoopInterrupted(True, timestamp=at))
        state.append(ActionExecuted(ACTION_LISTEN_NAME, timestamp=at))
    return state + events[cut:]
