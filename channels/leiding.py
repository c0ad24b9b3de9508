"""What the gateway has for team leaders and administrators, put together in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from channels.balie.beheer_routes import BeheerRoutes
from channels.balie.leiding_routes import LeidingRoutes
from channels.balie.routes import DeskRoutes
from loket.administration.book import Book
from loket.administration.kinds import all_kinds
from loket.administration.periods import Period, Periods
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations import retention as conversations
from loket.conversations.preview import Preview
from loket.figures.keeper import Keeper
from loket.figures.report import Figures
from loket.handoff.access import forget_after as forget_reasons
from loket.handoff.callback_retention import forget_numbers
from loket.handoff.callbacks import Callbacks
from loket.handoff.canned import CannedAnswers
from loket.handoff.late_calls import LateCalls
from loket.handoff.opening import Opening
from loket.handoff.targets import WaitTargets
from loket.identity import audit
from loket.media import keeping as media
from loket.plain.measure import Plain
from loket.review import retention as review
from loket.settings import Settings
from loket.store import Store
from loket.store.retention import Rule


@dataclass(frozen=True)
class Leiding:
    """The parts; it works by itself in the background."""

    store: Store
    composer: Composer
    targets: WaitTargets
    figures: Figures
    keeper: Keeper
    periods: Periods
    book: Book
    opening: Opening
    canned: CannedAnswers
    plain: Plain
    late_calls: LateCalls
    preview: Preview

    def add(self, app: web.Application, routes: DeskRoutes) -> None:
        """Register the routes."""
        LeidingRoutes(
            self.figures, self.store, self.targets, self.composer.directory, self.composer.texts, routes.guard, routes.problem
        ).add(app)
        parts = (self.book, self.store, self.composer, self.opening, self.canned, self.periods, self.plain, self.preview)
        BeheerRoutes(*parts, routes.guard, routes.problem).add(app)

    async def start(self) -> None:
        """Make what administrators changed count, and begin to count days."""
        await self.book.start()
        await self.keeper.start()
        await self.late_calls.start()

    async def stop(self) -> None:
        """Stop."""
        await self.late_calls.stop()
        await self.keeper.stop()
        await self.book.stop()


def retention_rules(periods: Periods) -> list[Rule]:
    """The rules whose days an administrator may change."""
    return [
        periods.rule("gesprekken", conversations.forget_after),
        periods.rule("leren", review.forget_after),
        periods.rule("audit", audit.forget_after),
        periods.rule("audit", forget_reasons),
        periods.rule("bestanden", media.forget_after),
        periods.rule("telefoonnummers", forget_numbers),
    ]


def build_periods(settings: Settings, number_days: int) -> Periods:
    """The periods as they are set up, with their limits.

    Conversations stay longer than a day can be counted anew (`loket.figures.keeper.OPEN_DAYS`). The audit stays at least a year:
    shorter was judged too short to answer who saw someone's data (Court of Justice of the EU, C-553/07, Rijkeboer).
    """
    return Periods(
        {
            "gesprekken": Period(conversations.DAYS, 31, 3650),
            "leren": Period(settings.review_days, 8, 365),
            "audit": Period(settings.audit_days, 366, 3650),
            "bestanden": Period(settings.media_days, 1, 365),
            "telefoonnummers": Period(number_days, 1, 90),
        }
    )


def build_leiding(
    settings: Settings,
    store: Store,
    composer: Composer,
    callbacks: Callbacks,
    canned: CannedAnswers,
    periods: Periods,
    bus: Bus,
    holder: str,
    clock: Callable[[], datetime],
    preview: Preview,
) -> Leiding:
    """Put them together. Raises the errors of the data files."""
    targets = WaitTargets.load(settings.data)
    return Leiding(
        store,
        composer,
        targets,
        Figures(store, targets, clock),
        Keeper(store, targets, holder, clock),
        periods,
        Book(store, bus, clock, all_kinds(composer, callbacks.opening, canned, periods, preview)),
        callbacks.opening,
        canned,
        Plain.load(settings.data / "taal"),
        LateCalls(store, callbacks, holder, clock),
        preview,
    )
