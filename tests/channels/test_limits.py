"""What the desk hears while typing, and what it may not send."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from channels.limits import Limits, NotSendable
from loket.conversations.inbox import utcnow
from loket.store.partners import PartnerAddress
from tests.channels.rig import Rig


async def test_the_segments_of_an_sms_are_counted_while_typing(rig: Rig) -> None:
    await rig.text("Hoi")
    limits, conversation = Limits(rig.store, utcnow), await rig.conversation()
    told = await limits.of(conversation, "a" * 170)
    assert (told["segments"], told["most_segments"], told["left"], told["encoding"]) == (2, 3, 136, "gsm7")
    await limits.check(conversation, "a" * 459)
    with pytest.raises(NotSendable, match="too_long_sms"):
        await limits.check(conversation, "a" * 460)


@pytest.mark.parametrize(
    "text",
    ["Uw zaak is ZAAK-2026-0000000002.", "U bent geboren op 12 maart 1980.", "Uw BSN is 999990019.", "Mail jan@voorbeeld.nl."],
)
async def test_personal_data_do_not_go_in_an_sms(rig: Rig, text: str) -> None:
    await rig.text("Hoi")
    limits = Limits(rig.store, utcnow)
    assert (await limits.of(await rig.conversation(), text))["personal"]
    with pytest.raises(NotSendable, match="personal_sms"):
        await limits.check(await rig.conversation(), text)


async def test_who_stopped_gets_nothing(rig: Rig) -> None:
    await rig.text("Hoi")
    await rig.text("STOP")
    with pytest.raises(NotSendable, match="stopped"):
        await Limits(rig.store, utcnow).check(await rig.conversation(), "Bent u daar nog?")


async def test_the_window_of_whatsapp_is_told(rig: Rig) -> None:
    await rig.text("Hoi", "whatsapp")
    limits, conversation = Limits(rig.store, utcnow), await rig.conversation("whatsapp")
    told = await limits.of(conversation, "Uw zaak is ZAAK-2026-0000000002.")
    assert told["window_open"] and told["window_closes"] and not told["personal"]
    async with rig.store.write() as session:
        await session.execute(update(PartnerAddress).values(heard_at=utcnow() - timedelta(hours=25)))
    assert not (await limits.of(conversation, ""))["window_open"]
    await limits.check(conversation, "Dit wacht tot de inwoner antwoordt.")
