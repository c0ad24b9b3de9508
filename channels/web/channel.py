"""The web chat as a channel of the registry."""

from __future__ import annotations

from channels.capabilities import Capabilities
from channels.web.sessions import NAME
from loket.bus import Bus
from loket.store.schema import Message


class WebChannel:
    """The citizen's client fetches from the store; to deliver is to ring."""

    name = NAME
    capabilities = Capabilities(buttons=True, links=True, short=False, max_text=8000, media=False, window=None, pull=True)

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def deliver(self, conversation_id: str, message: Message) -> None:
        """Ring, in every process; what is shown is confirmed by the client's acknowledgement."""
        self._bus.publish({"kind": "message", "conversation": conversation_id, "seq": message.seq, "deliver": False})
