"""All channels by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from channels.capabilities import Capabilities
from loket.store.schema import Message


class DeliveryFailed(Exception):
    """A message could not be delivered.

    Attributes:
        permanent: trying again is useless.
        after: when to try again; None leaves that to the outbox.
        counts: whether this was an attempt; waiting for one's turn is not.
    """

    def __init__(self, reason: str, permanent: bool, after: timedelta | None = None, counts: bool = True) -> None:
        super().__init__(reason)
        self.permanent, self.after, self.counts = permanent, after, counts


class DeliveryHeld(Exception):
    """A message waits for the citizen: it goes when he writes (`loket.partners.held`). `args[0]` says why."""


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

    @property
    def names(self) -> tuple[str, ...]:
        """The configured channels."""
        return tuple(self._channels)

    def pause(self, name: str) -> timedelta:
        """How far apart messages on this channel may come and still be one thought."""
        channel = self._channels.get(name)
        return channel.capabilities.pause if channel else timedelta(0)

    def pushed(self, name: str) -> bool:
        """Whether each message of ours is a telephone's: then no more is said than needed."""
        channel = self._channels.get(name)
        return channel is not None and not channel.capabilities.pull

    def short(self, name: str) -> bool:
        """Whether texts for this channel are short; False for an unknown one."""
        channel = self._channels.get(name)
        return channel is not None and channel.capabilities.short
