"""The gateway: one aiohttp process that serves citizens and staff and works through the inbox and the outbox.

    python -m channels.gateway

Any number of these may run side by side on one store and one bus; no process keeps state.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
import uvloop
from aiohttp import WSCloseCode, web

from channels.balie.build import add_desk
from channels.balie.file_routes import StaffFileRoutes
from channels.balie.limits_routes import LimitsRoutes
from channels.balie.media_routes import MediaRoutes
from channels.balie.review_routes import ReviewRoutes
from channels.bot_client import RasaBot
from channels.digid.setup import Digid, build_digid
from channels.health import add_health, reachable
from channels.lanes import Delivery
from channels.leiding import Leiding, build_leiding, build_periods, retention_rules
from channels.limits import Limits
from channels.metrics_route import MetricsRoute
from channels.pace import Pace
from channels.pages import add_pages, security_headers
from channels.reception import build_waiting
from channels.registers import Part, Registers, build_registers
from channels.registry import Registry
from channels.store_away import add_even_geduld
from channels.telephone import Telephone, build_telephone
from channels.twilio.accepting import forget_accepted
from channels.twilio.signature import forget_seen
from channels.watching import Standing, watched
from channels.web.access import Access
from channels.web.channel import WebChannel
from channels.web.citizen_routes import CitizenRoutes
from channels.web.connection import Services
from channels.web.file_routes import FileRoutes
from channels.web.hub import Hub
from channels.web.onward_pages import OnwardPages
from channels.web.routes import add_routes
from channels.web.sessions import WebSessions
from loket import logs, production, secret_files, tracing
from loket.answers.compose import Composer
from loket.answers.screen_texts import changed, with_screen
from loket.answers.texts import Texts
from loket.bus import Bus, Event
from loket.bus.limits import SharedLimits
from loket.conversations.desk import Desk
from loket.conversations.erasure import Erasure
from loket.conversations.handling import Handler
from loket.conversations.inbox import Inbox, utcnow
from loket.conversations.language import Languages
from loket.conversations.late import LateAnswers
from loket.conversations.preview import Preview
from loket.conversations.shortcuts import ShortcutBot, Shortcuts
from loket.conversations.workers import Workers
from loket.directory import Directory
from loket.handoff import teams
from loket.handoff.absent import Absent
from loket.handoff.canned import CannedAnswers
from loket.handoff.summary import Summariser
from loket.identity import logins, one_time
from loket.identity.attempts import Attempts
from loket.identity.seals import tell_head
from loket.identity.staff import StaffAccounts
from loket.media import Media
from loket.media.scanner import Scanner
from loket.notifications.consent import Consent, ConsentBot
from loket.partners.partners import forget_partners
from loket.privacy.masking import mask
from loket.review.record import Recorder
from loket.review.review import ReviewList
from loket.settings import Settings
from loket.store import Store
from loket.store.retention import Retention
from loket.understanding.crisis import CrisisGate

log = structlog.get_logger(__name__)
ASSISTANT = "Verbonden"
BODY_BYTES = 64 * 1024
PAUSE_OVER = 2.05
"""Seconds; a little more than the pause of the channels that have one."""


@dataclass
class Gateway:
    """Everything that one gateway process holds."""

    settings: Settings
    store: Store
    bus: Bus
    bot: RasaBot
    workers: Workers
    late: LateAnswers
    delivery: Delivery
    hub: Hub
    retention: Retention
    registers: Registers
    erasure: Erasure
    absent: Absent
    telephone: Telephone
    leiding: Leiding
    digid: Digid
    standing: Standing
    accounts: StaffAccounts
    app: web.Application

    async def start(self) -> None:
        """Begin to work; the HTTP server is started by the caller."""
        await teams.ensure(self.store, teams.read_teams(self.settings.data))
        await self.accounts.ensure(*demo_accounts(self.settings), demo=self.settings.demo)
        await self.bus.start()
        for part in self._parts():
            await part.start()

    def _parts(self) -> tuple[Part, ...]:
        return (self.workers, self.late, self.delivery, self.hub, self.retention, self.registers, self.erasure, self.absent,
                self.telephone, self.leiding, self.digid, self.standing)

    async def stop(self) -> None:
        """Stop taking work, then close everything. What was accepted and not handled stays for another process."""
        for part in (*self._parts(), self.bus):
            await part.stop()
        await self.bot.close()
        await self.store.close()


def demo_accounts(settings: Settings) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The demo accounts and their generated passwords (`var/secrets.json`); nothing when there are none."""
    import yaml

    accounts, passwords = settings.data / "balie" / "medewerkers_demo.yaml", settings.var / "secrets.json"
    if not accounts.exists() or not passwords.exists():
        return [], {}
    found = yaml.safe_load(accounts.read_text(encoding="utf-8"))
    people = found["medewerkers"] if isinstance(found, dict) else found
    return people, json.loads(passwords.read_text(encoding="utf-8")).get("demo_accounts", {})


def build(settings: Settings) -> Gateway:
    """Put the gateway together. Raises the errors of the data files it reads."""
    holder = f"{socket.gethostname()}.{os.getpid()}.{uuid.uuid4().hex[:8]}"
    store = Store.connect(settings.database_url, settings.sqlite_synchronous)
    bus = Bus(settings.redis_url, holder)
    bot = RasaBot(settings.bot_url, settings.bot_secret)
    words = settings.data / "antwoorden"
    composer = Composer(with_screen(Texts.load(words), words / "scherm.yaml"), Directory.load(settings.data / "verwijsindex"))
    summariser = Summariser.load(store, composer.directory, settings.data, utcnow)
    telephone = build_telephone(settings, store, utcnow)
    channels = Registry(WebChannel(bus), *telephone.channels)
    inbox = Inbox(store, masked, holder, utcnow, channels.pause)
    onward = telephone.onward(store, utcnow, settings.public_url)
    gate = CrisisGate.load(settings.data / "crisis" / "poort.yaml")
    waiting = build_waiting(settings, store, composer, gate, bus, masked, utcnow, channels.short, channels.pushed)
    recorder = Recorder(settings.review_below)
    consenting = ConsentBot(bot, Consent(store, composer, utcnow))
    bots = ShortcutBot(consenting, Shortcuts.load(settings.data / "antwoorden" / "vervolg.yaml"))
    handler = Handler(inbox, bots, composer, summariser, gate, bus, utcnow, channels.short, waiting.reception, recorder,
                      onward.asked, channels.pushed)
    workers = Workers(inbox, handler.run)
    inbox.room = workers.room
    late = LateAnswers(store, inbox, composer, bus, utcnow, channels.short, channels.pushed, bot.gate.busy)
    delivery = Delivery(store, channels, bus, holder, utcnow)
    hub = Hub(store, bus, utcnow)
    registers = build_registers(settings, store, summariser, composer, holder, masked, bus, channels.short)
    periods = build_periods(settings, waiting.callbacks.rules.number_days)
    rules = [*retention_rules(periods), forget_seen(), logins.forget_expired(), one_time.forget_expired(), forget_partners(),
             forget_accepted(), tell_head()]
    retention = Retention(store, holder, rules, utcnow)
    media = Media(store, masked, utcnow, Scanner(settings.clamd) if settings.clamd else None)
    accounts = StaffAccounts(store, Attempts(store))
    erasure = Erasure(store, bot, bus, composer.texts, utcnow)
    absent = Absent(store, composer, bus, channels.short, holder, utcnow, timedelta(seconds=settings.desk_grace))
    desk = Desk(store, composer, summariser, bus, masked, utcnow, channels.short, channels.pushed)

    def rung(event: Event) -> None:
        if event["kind"] == "wake" and "conversation" in event:
            workers.ring(event["conversation"])
            if channels.pause(event.get("channel", "")):  # a burst may go on; look again when it can be over
                asyncio.get_running_loop().call_later(PAUSE_OVER, workers.ring, event["conversation"])
        elif event["kind"] == "message" and event.get("deliver", True):
            delivery.ring(event)

    bus.listen(rung)
    app = web.Application(client_max_size=BODY_BYTES, middlewares=[watched, security_headers])
    add_even_geduld(app, composer.texts)
    app["sockets"] = set()
    sessions = WebSessions(store, inbox, composer, utcnow)
    access = Access(settings.public_url, settings.embed_origins)
    preview = Preview(masked, hub.retell)
    pace = Pace(settings.limits, shared=SharedLimits(bus.connections))
    services = Services(store, inbox, bus, hub, composer, ASSISTANT, pace, preview)
    add_routes(app, services, sessions, access, settings.proxies)
    languages = Languages(store, composer, bus, utcnow)
    citizen = CitizenRoutes(store, composer, sessions, access, erasure, languages, ASSISTANT)
    citizen.add(app)
    FileRoutes(store, inbox, media, Attempts(store), bus, composer, citizen).add(app)
    canned = CannedAnswers.load(composer, settings.data)
    routes = add_desk(app, settings, desk, accounts, bus, composer, ASSISTANT, canned)
    review = ReviewList(store, composer.directory, utcnow)
    ReviewRoutes(review, bus, composer.directory, routes.guard, routes.problem).add(app)
    limits = Limits(store, utcnow)
    routes.sendable = limits.check
    LimitsRoutes(limits, desk, routes.guard).add(app)
    StaffFileRoutes(desk, media, limits, composer, routes.guard).add(app)
    MetricsRoute(os.environ.get("VERBONDEN_METRICS_TOKEN", "")).add(app)
    OnwardPages(store, onward, sessions, access, composer).add(app)
    MediaRoutes(media, desk, routes.guard, routes.problem).add(app)
    waiting.add(app, routes, sessions, access)
    leiding = build_leiding(settings, store, composer, waiting.callbacks, canned, periods, bus, holder, utcnow, preview)
    leiding.add(app, routes)
    add_pages(app, settings.web, settings.data, ASSISTANT, lambda: changed(composer.texts))
    standing = Standing(store, {"database": partial(reachable, store), "bus": bus.answers, "bot": bot.ready},
                        lambda: len(app["sockets"]), utcnow)
    add_health(app, standing)
    registers.add(app)
    telephone.receive(store, inbox, media, composer, onward, bus, masked, utcnow, channels.short, pace, holder)
    telephone.add(app)
    digid = build_digid(settings, store, sessions, inbox, composer, bus, ASSISTANT, channels.short)
    digid.add(app)
    return Gateway(
        settings, store, bus, bot, workers, late, delivery, hub, retention, registers, erasure, absent, telephone, leiding,
        digid, standing, accounts, app,
    )


def masked(value: str) -> str:
    """A text without BSN, IBAN and the like."""
    return mask(value).text


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    gateway = build(settings)
    await gateway.start()
    runner = web.AppRunner(gateway.app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    await web.TCPSite(runner, settings.host, settings.port).start()
    log.info("gateway.started", host=settings.host, port=settings.port)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    for open_socket in list(gateway.app["sockets"]):
        await open_socket.close(code=WSCloseCode.GOING_AWAY)
    await runner.cleanup()
    await gateway.stop()


def main() -> int:
    """Serve; 2 when the settings are not fit for the public."""
    logs.configure("gateway")
    try:
        secret_files.load()
        production.check(os.environ)
    except production.NotSafe as refused:
        log.error("gateway.not_safe", problems=refused.problems)
        return 2
    except secret_files.WrongSecretFile as refused:
        log.error("gateway.not_safe", problems=[str(refused)])
        return 2
    tracing.configure("verbonden-gateway")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # a tenth less processor time for each message
        runner.run(serve(Settings.from_environment()))
    tracing.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
