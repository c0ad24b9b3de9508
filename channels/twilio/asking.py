"""How far our messages came, when the provider's call-back about it never arrived: then we ask."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import not_, select, update

from channels.twilio.api import ProviderFailed, TwilioApi
from channels.twilio.status import StatusUpdates
from loket import metrics
from loket.partners import progress
from loket.store.clock import lately
from loket.store.engine import Store
from loket.store.partners import ProviderMessage

log = structlog.get_logger(__name__)
AFTER = timedelta(seconds=60)
"""How long a call-back may be under way. The provider tries it for at most 15 seconds."""

GIVE_UP = timedelta(days=2)
"""A message waits at most 10 hours at the provider, and some networks never tell what became of it."""

BATCH = 50
UNDERWAY = ("accepted", "scheduled", "queued", "sending", "sent")


class Asking:
    """Asks the provider about messages that have been under way for long: after one minute, and then each time twice as late.

    Args:
        store: the store.
        api: the provider.
        statuses: takes the answer in, as if it was a call-back.
        clock: now, aware.
        after: how long a message may be without news.
        every: seconds between two rounds.
    """

    def __init__(
        self, store: Store, api: TwilioApi, statuses: StatusUpdates, clock: Callable[[], datetime], after: timedelta = AFTER,
        every: float = 20.0,
    ) -> None:  # fmt: skip
        self._store, self._api, self._statuses, self._clock = store, api, statuses, clock
        self._after, self._every = after, every
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to ask."""
        self._task = asyncio.create_task(self._loop())

    async def _loop(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.round()
            except ProviderFailed as failed:
                log.info("twilio.can_not_ask", code=failed.code, status=failed.status)
            except Exception:
                log.exception("twilio.asking_failed")

    async def round(self) -> int:
        """Ask about what is due; returns about how many messages there was news. Raises ProviderFailed.

        After a rush or a restart that can be hundreds: then one batch follows the other.
        """
        news, asked = 0, set[str]()
        while due := [one for one in await self._due() if one[0] not in asked]:
            for row_id, sid, state in due:
                asked.add(row_id)
                found, code = await self._api.state(sid)
                if progress.known(found) and progress.further(state, found) != state:
                    news += 1
                    metrics.count("statuses_asked")
                    await self._statuses.update(row_id, sid, found, code)
                else:
                    await self._no_news(row_id)
        return news

    async def _due(self) -> list[tuple[str, str, str]]:
        now = self._clock()
        async with self._store.read(brief=True) as session:
            found = await session.execute(
                select(ProviderMessage)
                .where(
                    ProviderMessage.sid.is_not(None),
                    ProviderMessage.state.in_(UNDERWAY),
                    not_(lately(ProviderMessage.updated_at, now, self._after)),
                    ProviderMessage.first_tried_at > now - GIVE_UP,
                )
                .order_by(ProviderMessage.updated_at)
                .limit(BATCH * 4)
            )
            rows = list(found.scalars())
        return [(row.id, row.sid or "", row.state) for row in rows if _is_due(row, now)][:BATCH]

    async def _no_news(self, row_id: str) -> None:
        async with self._store.write(brief=True) as session:
            await session.execute(
                update(ProviderMessage)
                .where(ProviderMessage.id == row_id)
                .values(updated_at=self._clock())
                .execution_options(synchronize_session=False)
            )

    async def stop(self) -> None:
        """Stop asking."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task


def _is_due(row: ProviderMessage, now: datetime) -> bool:
    """The longer nothing was heard, the less often we ask. News from the future is of before the clock was put back."""
    return row.updated_at > now or now - row.updated_at >= (now - row.first_tried_at) / 2
