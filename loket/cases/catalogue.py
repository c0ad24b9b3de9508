"""The statustypen of a zaaktype, cached: they belong to a published version of it and hardly ever change."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog

from loket.cases.answers import Statustype
from loket.cases.errors import CaseSystemError, Misconfigured, NotFound

log = structlog.get_logger(__name__)

Types = tuple[Statustype, ...]


class StatusTypes:
    """Statustypen by the URL of their zaaktype. Concurrent askers of one zaaktype share one request."""

    def __init__(
        self,
        fetch: Callable[[str], Awaitable[Types]],
        *,
        lifetime: float = 3600.0,
        refusal_lifetime: float = 300.0,
        size: int = 500,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set up an empty cache.

        Args:
            fetch: reads the statustypen of a zaaktype.
            lifetime: seconds that they are kept.
            refusal_lifetime: seconds that "we may not read the catalogue" is kept.
            size: zaaktypen kept.
            clock: seconds, monotonic.
        """
        self._fetch = fetch
        self._lifetime = lifetime
        self._refusal_lifetime = refusal_lifetime
        self._size = size
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Types | None]] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def of(self, zaaktype_url: str) -> Types | None:
        """The statustypen; None when they cannot be read now (no right to read the catalogue, or it is down)."""
        lock = self._locks.setdefault(zaaktype_url, asyncio.Lock())
        try:
            async with lock:
                kept = self._kept.get(zaaktype_url)
                if kept is not None and self._clock() < kept[0]:
                    return kept[1]
                return await self._read(zaaktype_url)
        finally:
            if not lock.locked():
                self._locks.pop(zaaktype_url, None)

    async def _read(self, zaaktype_url: str) -> Types | None:
        try:
            types: Types | None = await self._fetch(zaaktype_url)
            lifetime = self._lifetime
        except (Misconfigured, NotFound) as error:
            log.error("catalogue_refused", reason=error.reason)
            types, lifetime = None, self._refusal_lifetime
        except CaseSystemError:
            return None
        self._kept[zaaktype_url] = (self._clock() + lifetime, types)
        self._kept.move_to_end(zaaktype_url)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return types
