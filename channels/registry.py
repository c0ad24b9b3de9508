"""All channels by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from channels.capabilities import Capabilities
from loket.store.schema import Message


class DeliveryFailed(Exception):
    """A message could not be delivered. `permanent`: trying again is useless."""

    def __init__(self, reason: str, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Channel(Protocol):
    """A way to reach citizens."""

    name: str
    capabilities: Capabilities

    async def deliver(self, conversation_id: str, message: Message) -> None:
        """Bring one message to the citizen. Raises DeliveryFailed."""
        ...


class Registry:
    """Maps names to channels. Raises KeyError for a name that is not configured."""

    def __init__(self, *channels: Channel) -> None:
        self._channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}

    def __getitem__(self, name: str) -> Channel:
        return self._channels[name]

    def short(self, name: str) -> bool:
        """Whether texts for this channel are short; False for an unknown one."""
        channel = self._channels.get(name)
        return channel is not None and channel.capabilities.short
