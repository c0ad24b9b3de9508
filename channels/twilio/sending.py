"""Sending one message through the provider: at the sender's pace, once, also when a process dies in between."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from channels.registry import DeliveryFailed
from channels.sms import segments
from channels.twilio import errors
from channels.twilio.api import ProviderFailed, Sending, Sent, TwilioApi
from channels.twilio.asking import AFTER as ASK_AFTER
from channels.twilio.rate import Rate
from channels.twilio.settings import STATUS_PATH, STATUS_RETRIES, TwilioSettings
from loket import metrics
from loket.partners import partners, progress
from loket.store.engine import Store
from loket.store.partners import PartnerAddress, ProviderMessage
from loket.store.schema import Message

log = structlog.get_logger(__name__)
CLOCKS = timedelta(minutes=2)
"""How far our clock and the provider's may differ."""


@dataclass(frozen=True)
class Piece:
    """One part of a message, for the provider.

    Attributes:
        body, content_sid, variables: a text, or a template with its values.
        any_form: an earlier attempt may have sent it with other words (a template).
        file: address of a file that goes with it.
    """

    body: str
    content_sid: str = ""
    variables: dict[str, str] | None = None
    any_form: bool = False
    file: str = ""


class Sender:
    """Sends the parts of messages from one of our numbers.

    The row of a part is written before the provider is asked. If it is found without an id later, the earlier attempt may have
    succeeded: the provider is asked what it sent to this number since, before anything is sent again. The address for status
    call-backs names the row too, so that often the provider itself has told already.
    """

    def __init__(
        self, store: Store, api: TwilioApi, rate: Rate, settings: TwilioSettings, channel: str, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._api, self._rate, self._settings, self._channel = store, api, rate, settings, channel
        self._clock = clock
        whatsapp = channel == "whatsapp"
        self._sender = f"whatsapp:{settings.whatsapp_number}" if whatsapp else settings.sms_number or settings.service_sid
        self._per_second = settings.whatsapp_per_second if whatsapp else settings.sms_per_second

    async def send(self, address: PartnerAddress, message: Message, pieces: Sequence[Piece], first_part: int = 0) -> None:
        """Send every part that was not sent yet, in order. Raises DeliveryFailed."""
        for part, piece in enumerate(pieces, start=first_part):
            await self._part(address, message, part, piece)

    async def _part(self, address: PartnerAddress, message: Message, part: int, piece: Piece) -> None:
        row, tried = await self._begin(address, message, part, piece)
        if row.sid is not None:
            return
        to = f"whatsapp:{address.number}" if self._channel == "whatsapp" else address.number
        sending = Sending(to, piece.body, piece.content_sid, piece.variables, piece.file)
        try:
            if tried:
                since, known = row.first_tried_at - CLOCKS, await self._sids(address)
                found = await self._api.find(sending, since, known, piece.any_form)
                if found is not None:
                    log.info("twilio.found_again", message=message.id, part=part)
                    return await self._sent(row, found)
            await self._rate.turn(self._sender, self._per_second)
            callback = f"{self._settings.public_url}{STATUS_PATH}?m={row.id}{STATUS_RETRIES}"
            await self._sent(row, await self._api.send(sending, callback))
        except DeliveryFailed:
            await self._certain(row.id, row.error or 0)  # not our turn: nothing was sent
            raise
        except ProviderFailed as failed:
            await self._failed(row, address, failed)

    async def _begin(
        self, address: PartnerAddress, message: Message, part: int, piece: Piece
    ) -> tuple[ProviderMessage, bool]:
        """The row of a part, and whether an earlier attempt may have sent it."""
        now = self._clock()
        async with self._store.write(brief=True) as session:
            row = await session.scalar(
                select(ProviderMessage)
                .where(ProviderMessage.message_id == message.id, ProviderMessage.part == part)
                .with_for_update()
            )
            if row is None:
                row = ProviderMessage(
                    id=str(uuid.uuid4()),
                    message_id=message.id,
                    part=part,
                    address_id=address.id,
                    channel=self._channel,
                    state=progress.TRYING,
                    segments=segments.count(piece.body).segments if self._channel == "sms" else 1,
                    retries=0,
                    first_tried_at=now,
                    updated_at=now,
                )
                session.add(row)
                return row, False
            tried = row.sid is None and row.error is None
            if not tried:
                row.first_tried_at = now
            row.error = None if row.sid is None else row.error
            return row, tried

    async def _sids(self, address: PartnerAddress) -> set[str]:
        async with self._store.read(brief=True) as session:
            found = select(ProviderMessage.sid).where(ProviderMessage.address_id == address.id, ProviderMessage.sid.is_not(None))
            return {sid for sid in await session.scalars(found) if sid}

    async def _sent(self, begun: ProviderMessage, sent: Sent) -> None:
        """Write down what the provider made of an attempt; `begun` is the row as it was before it."""
        async with self._store.write(brief=True) as session:
            row = await session.get_one(ProviderMessage, begun.id, with_for_update=True)
            if row.retries != begun.retries:
                # A call-back was faster: it did not arrive, and the row is ready for another attempt, as if it was never sent.
                log.info("twilio.failed_already", message=row.message_id, part=row.part)
            else:
                if row.sid is not None and row.sid != sent.sid:
                    log.error("twilio.sent_twice", message=row.message_id, part=row.part)
                row.sid, row.updated_at = sent.sid, self._clock()
                if sent.state in progress.ENDED:
                    # Found again, and at its end: what follows from that is not for the sending. We ask for it at once.
                    row.state, row.updated_at = progress.further(row.state, "sent"), row.first_tried_at - ASK_AFTER
                elif progress.known(sent.state):
                    row.state = progress.further(row.state, sent.state)
            if self._channel == "sms":
                row.segments = max(row.segments, sent.segments)
            counted = row.segments
        metrics.count("messages_out", channel=self._channel)
        metrics.count("segments_out", counted, channel=self._channel)

    async def _certain(self, row_id: str, code: int) -> None:
        """Nothing was sent, so the next attempt need not look."""
        async with self._store.write(brief=True) as session:
            row = await session.get_one(ProviderMessage, row_id, with_for_update=True)
            if row.sid is None:
                row.error, row.updated_at = code, self._clock()

    async def _failed(self, row: ProviderMessage, address: PartnerAddress, failed: ProviderFailed) -> None:
        """Raises DeliveryFailed with what follows from the refusal."""
        what = errors.refused(failed.code, failed.status)
        if failed.certain:
            await self._certain(row.id, failed.code or failed.status)
        await apply(self._store, address.id, what, self._clock())
        if what is errors.BY_CODE[20003]:
            log.error("twilio.account_refused", code=failed.code)
        if what.reason == "throttled":
            await self._rate.rest(self._sender, failed.retry_after or 1.0)
            wait = timedelta(seconds=failed.retry_after) if failed.retry_after else None
            raise DeliveryFailed(what.reason, permanent=False, after=wait)
        # An error whose other way comes next (a template, SMS) is settled by the channel, which knows those.
        permanent = what.again_after is None and not what.window_closed
        raise DeliveryFailed(what.reason, permanent=permanent, after=what.again_after if what.reason == "account" else None)


async def apply(store: Store, address_id: str, what: errors.Consequence, now: datetime) -> None:
    """Keep what an error says about an address."""
    if not (what.unreachable or what.opted_out or what.window_closed):
        return
    async with store.write(brief=True) as session:
        address = await partners.locked(session, address_id)
        if what.unreachable:
            address.unreachable = what.unreachable
        if what.opted_out:
            address.opted_out_at, address.asked_at = now, None
        if what.window_closed:
            address.heard_at = None
