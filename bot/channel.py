"""The way into Rasa for the gateway: one call per message, safe to repeat.

Why not Rasa's REST channel: it hides errors behind a 200, checks no caller, says nothing of what was understood,
and answers a repeated message twice.
"""

from __future__ import annotations

import hmac
import logging
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, NamedTuple, Optional, Text

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import beside, rasa_fixes
from bot.components.understanding import VerbondenUnderstanding
from bot.memory import RecentTurns
from loket.understanding.crisis import CrisisGate
from loket.understanding.further import FurtherQuestions
from loket.understanding.signals import Signals
from loket.understanding.thread import Thread, together

log = logging.getLogger(__name__)
MESSAGE_ID = "message_id"
SIGNALS = Path("data/overdracht/signalen.yaml")
LOCK_SECONDS = 15.0
"""How long a turn may have a session; longer than any takes (the gateway waits 12 s for one)."""


class _Listening(NamedTuple):
    """What is heard in a message beside the model: danger, whether something is asked, and what it belongs to."""

    gate: CrisisGate
    signals: Signals
    thread: Thread


class _Collector(OutputChannel):
    """Keeps the custom payloads of the actions; nothing else is ever said (texts live in `data/antwoorden`)."""

    def __init__(self) -> None:
        self.payloads: List[Dict[Text, Any]] = []

    @classmethod
    def name(cls) -> Text:
        return "verbonden"

    async def send_text_message(self, recipient_id: Text, text: Text, **kwargs: Any) -> None:
        log.warning("an action uttered bare text; it is dropped, texts must come from data/antwoorden")

    async def send_custom_json(self, recipient_id: Text, json_message: Dict[Text, Any], **kwargs: Any) -> None:
        self.payloads.append(json_message)


class VerbondenInput(InputChannel):
    """`POST /webhooks/verbonden/webhook`, `/understand` and `/forget`, all with the shared secret."""

    def __init__(self, secret: Text) -> None:
        self._secret = secret
        files = VerbondenUnderstanding.get_default_config()
        self._listening = _Listening(
            CrisisGate.load(Path(files["crisis"])),
            Signals.load(SIGNALS),
            Thread(FurtherQuestions.load(Path(files["vervolgvragen"]))),
        )

    @classmethod
    def name(cls) -> Text:
        return "verbonden"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "VerbondenInput":
        """Raises ValueError without a secret: an open door into the bot must not be possible by forgetting."""
        secret = (credentials or {}).get("secret") or ""
        if not secret or secret.startswith("${"):
            raise ValueError("VERBONDEN_BOT_SECRET is not set")
        rasa_fixes.apply()
        return cls(secret)

    def _known(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("X-Verbonden-Secret", ""), self._secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes, as Rasa expects them."""
        routes = Blueprint("verbonden_channel", __name__)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            # Rasa takes a store in its own memory when it can not find ours: then a restart would forget every conversation.
            ready = agent is not None and agent.is_ready() and isinstance(_own_store(agent), RecentTurns)
            return response.json({"ready": ready}, status=200 if ready else 503)

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._known(request):
                return response.json({"error": "unknown caller"}, status=403)
            return await _turn(request.app.ctx.agent, request.json, self._listening)

        @routes.route("/understand", methods=["POST"])
        async def understand(request: Request) -> HTTPResponse:
            if not self._known(request):
                return response.json({"error": "unknown caller"}, status=403)
            parse_data = await _parse(request.app.ctx.agent, request.json["text"])
            return response.json(parse_data.get("understanding"))

        @routes.route("/forget", methods=["POST"])
        async def forget(request: Request) -> HTTPResponse:
            if not self._known(request):
                return response.json({"error": "unknown caller"}, status=403)
            for session in request.json["sessions"]:
                await _forget(request.app.ctx.agent, session)
            return response.json({"forgotten": len(request.json["sessions"])})

        return routes


async def _turn(agent: Agent, body: Dict[Text, Any], listening: _Listening) -> HTTPResponse:
    """One turn of the dialogue; 503 when an action failed, and then it is as if nothing was asked.

    The session is held by us and not by `agent.handle_message`: a repeated message must wait for the first attempt, which may
    still be busy, before it looks what was answered.
    """
    if not agent.is_ready():
        return response.json({"error": "not ready"}, status=503)
    session, message_id = body["session"], body[MESSAGE_ID]
    parse_data = await _parse(agent, body["text"])
    await _in_conversation(agent, parse_data, (body.get("context") or {}).get("facts") or {}, listening)
    async with _own_store(agent).hold(session, LOCK_SECONDS):
        if body.get("again"):
            tracker = await agent.tracker_store.retrieve(session)
            told = replay(tracker, message_id) if tracker is not None else None
            if told is not None:
                return response.json(told)
        collector = _Collector()
        metadata = {**body.get("context", {}), MESSAGE_ID: message_id}
        message = UserMessage(
            body["text"], collector, session, parse_data=parse_data, input_channel=VerbondenInput.name(), metadata=metadata
        )
        # The steps of `processor.handle_message`, but saved only if there is an answer: Rasa goes on when an action fails
        # (the action server is down, or the code raised), as if the action had nothing to say.
        processor = agent.processor
        tracker = await processor.log_message(message, should_save_tracker=False)
        tracker = await processor.run_action_extract_slots(collector, tracker)
        await processor._run_prediction_loop(collector, tracker)
        if not any("utterance" in payload or "handoff" in payload for payload in collector.payloads):
            return response.json({"error": "no action answered"}, status=503)
        await processor.save_tracker(tracker)
    return response.json({"payloads": collector.payloads, "understanding": parse_data.get("understanding")})


async def _parse(agent: Agent, text: Text) -> Dict[Text, Any]:
    """What Rasa makes of a text."""
    if not text.startswith(INTENT_MESSAGE_PREFIX):
        await beside.understand(text)
    return await agent.parse_message(text)


async def _forget(agent: Agent, session: Text) -> None:
    """Remove a session from the tracker store, after a turn that is under way. Rasa itself has no way to do so.

    The store is always the one of endpoints.yml: Redis, with one key for each session.
    """
    store = _own_store(agent)
    async with store.hold(session, LOCK_SECONDS):
        store.red.delete(store.key_prefix + session)


def _own_store(agent: Agent) -> Any:
    """The tracker store of endpoints.yml: Rasa wraps it to survive its failure."""
    store = agent.tracker_store
    while hasattr(store, "_tracker_store"):
        store = store._tracker_store
    return store


async def _in_conversation(agent: Agent, parse_data: Dict[Text, Any], facts: Dict[Text, Any], listening: _Listening) -> None:
    """Read a message as what it means after those before it; a button keeps its own meaning."""
    alone = parse_data.get("understanding")
    if not alone:
        return
    text = parse_data.get("text") or ""
    heard, asks = listening.gate.route(text), listening.signals.field(text) == "wens"
    reading = listening.thread.read(alone, text, facts, heard, asks)
    if reading.with_words:
        joined = await _parse(agent, f"{reading.with_words} {text}")
        reading = together(reading, joined.get("understanding") or {}, facts)
    if reading.intent:
        parse_data["intent"] = {"name": reading.intent, "confidence": 1.0}
    parse_data["entities"] += [{"entity": name, "value": value} for name, value in reading.entities.items()]
    parse_data["understanding"] = reading.understanding


def replay(tracker: DialogueStateTracker, message_id: Text) -> "Optional[Dict[Text, Any]]":
    """What was answered to this message before, or None if the tracker never saw it.

    A tracker is saved once, at the end of a turn that had an answer: so a turn is in it wholly or not at all.
    """
    events = list(tracker.events)
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, UserUttered):
            if (event.metadata or {}).get(MESSAGE_ID) != message_id:
                return None
            payloads = [e.data["custom"] for e in events[index:] if isinstance(e, BotUttered) and (e.data or {}).get("custom")]
            return {"payloads": payloads, "understanding": (event.parse_data or {}).get("understanding")}
    return None
