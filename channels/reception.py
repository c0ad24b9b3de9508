"""What the gateway has for citizens who wait: opening hours, calling back, ratings; put together in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from channels.balie.callback_routes import CallbackRoutes
from channels.balie.routes import DeskRoutes
from channels.web.access import Access
from channels.web.form_routes import FormRoutes
from channels.web.sessions import WebSessions
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.rating_asked import RatingAsked
from loket.conversations.ratings import Ratings
from loket.handoff.call_desk import CallDesk
from loket.handoff.callback_dialogue import CallbackDialogue
from loket.handoff.callbacks import Callbacks
from loket.handoff.opening import Opening
from loket.handoff.reception import Reception
from loket.identity.attempts import Attempts
from loket.settings import Settings
from loket.store import Store
from loket.understanding.crisis import CrisisGate


@dataclass(frozen=True)
class Waiting:
    """The parts; `reception` is what the handler of messages asks."""

    store: Store
    composer: Composer
    opening: Opening
    callbacks: Callbacks
    calls: CallDesk
    ratings: Ratings
    reception: Reception

    def add(self, app: web.Application, routes: DeskRoutes, sessions: WebSessions, access: Access) -> None:
        """Register the routes of the desk and of the citizen's forms."""
        CallbackRoutes(self.callbacks, self.calls, self.store, self.composer, routes.guard, routes.problem).add(app)
        attempts = Attempts(self.store)
        FormRoutes(self.store, sessions, self.callbacks, self.ratings, self.composer, attempts, access).add(app)


def build_waiting(
    settings: Settings,
    store: Store,
    composer: Composer,
    gate: CrisisGate,
    bus: Bus,
    mask: Callable[[str], str],
    clock: Callable[[], datetime],
    short: Callable[[str], bool],
    pushed: Callable[[str], bool],
) -> Waiting:
    """Put them together. Raises the errors of the data files."""
    opening = Opening.load(settings.data / "balie" / "openingstijden.yaml")
    callbacks = Callbacks.load(settings.data, store, composer, opening, bus, mask, clock, short)
    dialogue = CallbackDialogue(store, callbacks, composer, gate, clock, short)
    return Waiting(
        store,
        composer,
        opening,
        callbacks,
        CallDesk(store, callbacks, composer, mask, clock, RatingAsked(composer, short, pushed)),
        Ratings(store, mask, clock),
        Reception(dialogue, callbacks, composer, clock, short, pushed),
    )
