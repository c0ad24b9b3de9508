"""The lanes of all channels as one part of the gateway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from channels.delivery import Lane, ProviderLane
from channels.pull_lane import PullLane
from channels.registry import Registry
from loket.bus import Bus, Event
from loket.store.engine import Store


class Delivery:
    """All lanes as one part."""

    def __init__(
        self, store: Store, channels: Registry, bus: Bus, holder: str, clock: Callable[[], datetime], look_every: float = 1.0
    ) -> None:
        self.lanes: list[Lane] = [
            kind(store, channels, name, bus, holder, clock, look_every)
            for name in channels.names
            for kind in ([PullLane] if channels[name].capabilities.pull else [ProviderLane])
        ]

    def ring(self, event: Event) -> None:
        """A message was stored; the event says on which channel, if that is known."""
        for lane in self.lanes:
            if event.get("channel") in (None, lane.name):
                lane.ring(event)

    async def start(self) -> None:
        """Begin to deliver."""
        for lane in self.lanes:
            await lane.start()

    async def round(self) -> int:
        """Deliver one batch on each lane; returns how many rows were taken."""
        return sum([await lane.round() for lane in self.lanes])

    async def stop(self) -> None:
        """Stop; rows in hand become due again when their hold ends."""
        for lane in self.lanes:
            await lane.stop()
