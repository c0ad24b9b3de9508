"""The channels that work with telephone numbers, put together from the settings. Without an account there are none."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from channels.choices import Words
from channels.onward import Onward, Targets
from channels.pace import Pace
from channels.registry import Channel
from channels.sms.channel import SmsChannel
from channels.twilio.accepting import Acceptance
from channels.twilio.api import TwilioApi
from channels.twilio.asking import Asking
from channels.twilio.files import FileLinks, OutgoingFiles
from channels.twilio.missed import Missed
from channels.twilio.rate import Rate
from channels.twilio.receiving import Receiver
from channels.twilio.sending import Sender
from channels.twilio.settings import TwilioSettings
from channels.twilio.signature import Replays
from channels.twilio.status import StatusUpdates
from channels.twilio.webhooks import Webhooks
from channels.whatsapp.channel import WhatsAppChannel
from channels.whatsapp.templates import Templates
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.inbox import Inbox
from loket.identity.attempts import Attempts
from loket.identity.one_time import OneTimeTokens
from loket.media import Media
from loket.media.fetching import Fetching
from loket.partners.partners import Partners
from loket.settings import Settings
from loket.store import Store


@dataclass
class Telephone:
    """SMS and WhatsApp, as far as they are configured."""

    words: Words
    settings: TwilioSettings | None = None
    api: TwilioApi | None = None
    channels: tuple[Channel, ...] = ()
    templates: Templates | None = None
    fetching: Fetching | None = None
    webhooks: Webhooks | None = field(default=None)
    acceptance: Acceptance | None = None
    asking: Asking | None = None
    missed: Missed | None = None
    files: OutgoingFiles | None = None

    def targets(self, public_url: str) -> Targets:
        """Where citizens can go on."""
        numbers = {}
        if self.settings and self.settings.sms_number:
            numbers["sms"] = self.settings.sms_number
        if self.settings and self.settings.whatsapp_number:
            numbers["whatsapp"] = self.settings.whatsapp_number
        return Targets(numbers, public_url)

    def onward(self, store: Store, clock: Callable[[], datetime], public_url: str) -> Onward:
        """Going on elsewhere."""
        return Onward(store, OneTimeTokens(store, clock), Attempts(store, clock), self.words, self.targets(public_url), clock)

    def receive(
        self, store: Store, inbox: Inbox, media: Media, composer: Composer, onward: Onward, bus: Bus,
        mask: Callable[[str], str], clock: Callable[[], datetime], short: Callable[[str], bool], pace: Pace, holder: str,
    ) -> None:  # fmt: skip
        """Put together what takes messages in; it needs the inbox, which needs the channels."""
        if self.settings is None or self.api is None:
            return
        known = Partners(store, inbox, clock)
        replays = Replays(clock)
        receiver = Receiver(store, inbox, known, media, composer, self.words, onward, bus, mask, clock, short)
        statuses = StatusUpdates(store, bus, clock, replays)
        self.acceptance = Acceptance(store, receiver, replays, mask, holder, clock)
        self.webhooks = Webhooks(self.settings, self.acceptance, statuses, pace)
        self.asking = Asking(store, self.api, statuses, clock)
        self.missed = Missed(store, self.api, receiver, self.acceptance, clock)
        self.fetching = Fetching(store, media, self.api.fetch, bus, clock)
        self.files = OutgoingFiles(store, media, FileLinks(self.settings, clock))

    def add(self, app: web.Application) -> None:
        """Register the webhooks, and where the provider fetches files."""
        for part in (self.webhooks, self.files):
            if part is not None:
                part.add(app)

    async def start(self) -> None:
        """Begin."""
        for part in (self.templates, self.fetching, self.acceptance, self.asking, self.missed):
            if part is not None:
                await part.start()

    async def stop(self) -> None:
        """Stop."""
        for part in (self.templates, self.fetching, self.acceptance, self.asking, self.missed):
            if part is not None:
                await part.stop()
        if self.api is not None:
            await self.api.close()


def build_telephone(
    settings: Settings, store: Store, clock: Callable[[], datetime], environment: Mapping[str, str] | None = None
) -> Telephone:
    """What the environment asks for. Raises ValueError for settings that contradict each other."""
    given = os.environ if environment is None else environment
    words = Words.load(settings.data / "kanalen" / "woorden.yaml")
    twilio = TwilioSettings.from_environment(given, settings.public_url)
    if twilio is None:
        return Telephone(words)
    api, rate = TwilioApi(twilio), Rate(store, clock)
    sms = whatsapp = templates = None
    if twilio.sms_number or twilio.service_sid:
        sms = SmsChannel(store, Sender(store, api, rate, twilio, "sms", clock))
    if twilio.whatsapp_number:
        templates = Templates(api, settings.data / "whatsapp" / "sjablonen.yaml", make=bool(twilio.api_url))
        sender = Sender(store, api, rate, twilio, "whatsapp", clock)
        whatsapp = WhatsAppChannel(store, sender, templates, sms, clock, FileLinks(twilio, clock).link)
    channels = tuple(channel for channel in (sms, whatsapp) if channel is not None)
    return Telephone(words, twilio, api, channels, templates)
