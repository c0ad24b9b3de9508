"""What the gateway has for team leaders and administrators, put together in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from channels.balie.leiding_routes import LeidingRoutes
from channels.balie.routes import DeskRoutes
from loket.answers.compose import Composer
from loket.figures.keeper import Keeper
from loket.figures.report import Figures
from loket.handoff.targets import WaitTargets
from loket.settings import Settings
from loket.store import Store


@dataclass(frozen=True)
class Leiding:
    """The parts; it works by itself in the background."""

    store: Store
    composer: Composer
    targets: WaitTargets
    figures: Figures
    keeper: Keeper

    def add(self, app: web.Application, routes: DeskRoutes) -> None:
        """Register the routes."""
        LeidingRoutes(
            self.figures, self.store, self.targets, self.composer.directory, self.composer.texts, routes.guard, routes.problem
        ).add(app)

    async def start(self) -> None:
        """Begin to count days."""
        await self.keeper.start()

    async def stop(self) -> None:
        """Stop."""
        await self.keeper.stop()


def build_leiding(
    settings: Settings, store: Store, composer: Composer, holder: str, clock: Callable[[], datetime]
) -> Leiding:
    """Put them together. Raises the errors of the data files."""
    targets = WaitTargets.load(settings.data)
    return Leiding(store, composer, targets, Figures(store, targets, clock), Keeper(store, targets, holder, clock))
