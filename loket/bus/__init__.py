"""The bus only wakes and fans out; the store is the truth."""

from loket.bus.bus import Bus, Event

__all__ = ["Bus", "Event"]
