"""What the provider may and may not tell us: signatures, repetitions, sizes, forms."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select, text, update
from twilio.request_validator import RequestValidator

from channels.pace import Pace
from channels.twilio.accepting import AT_ONCE
from channels.twilio.webhooks import BODY_BYTES
from loket import metrics
from loket.conversations.inbox import utcnow
from loket.settings import Limits
from loket.store.partners import PartnerAddress, SeenWebhook
from loket.store.schema import Message
from tests.channels.conftest import BOTH
from tests.channels.rig import CITIZEN, OLD, PUBLIC, SID, SMS, TOKEN, Rig

PATH = "/api/twilio/inbound"


def form(sid: str = "SM" + "1" * 32, said: str = "Hallo", **more: str) -> dict[str, str]:
    """A message as the provider sends it (example of its documentation)."""
    return {
        "AccountSid": SID, "ApiVersion": "2010-04-01", "MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid,
        "SmsStatus": "received", "From": CITIZEN, "To": SMS, "Body": said, "NumMedia": "0", "NumSegments": "1", "FromCity": "",
        "FromCountry": "NL", **more,
    }  # fmt: skip


async def post(rig: Rig, given: Mapping[str, str], token: str | None = TOKEN, path: str = PATH, **more: Any) -> int:
    """Send a signed form, and wait until what was accepted is handled; returns the status."""
    status = await call(rig, given, token, path, **more)
    await rig.taken()
    return status


async def call(rig: Rig, given: Mapping[str, str], token: str | None = TOKEN, path: str = PATH, **more: Any) -> int:
    """Send a signed form; returns the status."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if token is not None:
        headers["X-Twilio-Signature"] = RequestValidator(token).compute_signature(PUBLIC + path, dict(given))
    async with rig.http.post(rig.own_url + path, data=urlencode(given), headers={**headers, **more}) as answer:
        return answer.status


async def stored(rig: Rig) -> int:
    """How many messages of citizens there are."""
    async with rig.store.read() as session:
        return int(await session.scalar(select(func.count()).select_from(Message).where(Message.author == "citizen")) or 0)


def refused(reason: str) -> float:
    """How often something was refused for a reason."""
    return metrics.REGISTRY.get_sample_value(
        "verbonden_webhooks_refused_total", {"provider": "twilio", "reason": reason}
    ) or 0.0  # fmt: skip


async def test_a_message_with_the_present_or_the_old_token_is_taken(rig: Rig) -> None:
    assert await post(rig, form("SM" + "1" * 32)) == 200
    assert await post(rig, form("SM" + "2" * 32), OLD) == 200
    assert await stored(rig) == 2


@pytest.mark.parametrize(("token", "reason"), [(None, "missing"), ("d" * 32, "wrong")])
async def test_without_the_right_signature_it_is_refused_and_counted(rig: Rig, token: str | None, reason: str) -> None:
    before = refused(reason)
    assert await post(rig, form(), token) == 403
    assert await stored(rig) == 0 and refused(reason) == before + 1


async def test_a_signature_of_other_words_or_another_address_is_wrong(rig: Rig) -> None:
    right = RequestValidator(TOKEN).compute_signature(PUBLIC + PATH, form())
    assert await post(rig, form(said="Iets anders"), None, **{"X-Twilio-Signature": right}) == 403
    elsewhere = RequestValidator(TOKEN).compute_signature(rig.own_url + PATH, form())
    assert await post(rig, form(), None, **{"X-Twilio-Signature": elsewhere}) == 403
    assert await stored(rig) == 0


@BOTH
async def test_a_repetition_is_taken_once_and_a_replay_is_refused(rig: Rig) -> None:
    # Given a message that the provider sends twice within seconds
    assert await post(rig, form()) == 200
    assert await post(rig, form()) == 200
    assert await stored(rig) == 1
    # When the very same request comes after an hour
    async with rig.store.write() as session:
        await session.execute(update(SeenWebhook).values(at=utcnow() - timedelta(hours=1)))
    before = refused("replayed")
    # Then it is a replay
    assert await post(rig, form()) == 403
    assert await stored(rig) == 1 and refused("replayed") == before + 1


async def test_one_message_id_is_one_message_also_when_signed_anew(rig: Rig) -> None:
    assert await post(rig, form()) == 200
    assert await post(rig, form(FromCity="Utrecht")) == 200
    assert await stored(rig) == 1


async def test_json_needs_the_hash_of_its_body(rig: Rig) -> None:
    body = json.dumps(form()).encode()
    path = f"{PATH}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, {})
    headers = {"Content-Type": "application/json", "X-Twilio-Signature": signature}
    async with rig.http.post(rig.own_url + path, data=body.replace(b"Hallo", b"Ander"), headers=headers) as answer:
        assert answer.status == 403
    async with rig.http.post(rig.own_url + path, data=body, headers=headers) as answer:
        assert answer.status == 200
    without = {**headers, "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(PUBLIC + PATH, {})}
    async with rig.http.post(rig.own_url + PATH, data=body, headers=without) as answer:
        assert answer.status == 403
    assert await stored(rig) == 1


async def test_what_is_too_big_or_no_message_is_refused_and_stores_nothing(rig: Rig) -> None:
    assert await post(rig, form(said="a" * BODY_BYTES)) == 413
    assert await post(rig, {**form(), "AccountSid": "AC" + "9" * 32}) == 400
    assert await post(rig, {name: value for name, value in form().items() if name != "From"}) == 400
    assert await post(rig, form(From="whatsapp:" + CITIZEN)) == 400
    assert await stored(rig) == 0


async def test_a_sender_that_can_not_be_answered_gets_no_answer(rig: Rig) -> None:
    assert await post(rig, form(From="1008")) == 200
    assert await post(rig, form("SM" + "2" * 32, From="Belastingd")) == 200
    assert await stored(rig) == 0


async def test_a_landline_can_write_and_it_is_known_that_no_sms_reaches_it(rig: Rig) -> None:
    assert await post(rig, form(From="+31201234567")) == 200
    (address,) = await rig.rows(PartnerAddress)
    assert address.unreachable == "landline"
    await rig.deliver()
    ours = [m for m in await rig.messages(str(address.conversation_id)) if m.author != "citizen"]
    assert ours and all(m.delivery == "failed" and m.content["failure"] == "landline" for m in ours)


async def test_no_body_number_or_text_stands_in_the_log(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    await post(rig, form(said="Mijn geheim is groot"), "d" * 32)
    await post(rig, form(said="Mijn geheim is groot"))
    await rig.deliver()
    written = "".join(capsys.readouterr())
    assert "geheim" not in written and CITIZEN not in written and CITIZEN[3:] not in written


@BOTH
async def test_the_answer_does_not_wait_for_a_slow_store_and_the_message_is_stored_all_the_same(rig: Rig) -> None:
    # Given a store that is held by another writer
    assert rig.telephone.webhooks is not None
    rig.telephone.webhooks.seconds = 0.2
    async with rig.store.write() as session:
        if session.get_bind().dialect.name == "postgresql":
            await session.execute(text("lock table accepted_message in access exclusive mode"))
        else:
            await session.execute(text("update job set name = name"))
        # Then the provider hears in time that it must come back
        assert await call(rig, form()) == 503
        # And coming back while it is still being stored makes no more work
        assert await call(rig, form()) == 503
        assert rig.telephone.webhooks.under_way == 1
    await rig.until(lambda: stored(rig), "the message is stored")
    rig.telephone.webhooks.seconds = 10.0  # on a busy machine a free store may take its time too
    assert await post(rig, form(FromCity="again")) == 200
    assert await stored(rig) == 1


async def test_a_message_is_accepted_in_one_transaction_and_handled_in_another(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes it fast (benchmarks/README.md)."""
    await rig.text("Hallo")
    await rig.taken()
    written: list[tuple[bool, bool]] = []
    write = rig.store.write

    def counted(brief: bool = False, first: bool = False) -> Any:
        written.append((brief, first))
        return write(brief, first)

    monkeypatch.setattr(rig.store, "write", counted)
    await rig.text("Heb ik recht op huurtoeslag?")
    assert written == [(True, True), (True, False)]


async def test_a_number_that_sends_too_much_is_put_off(rig: Rig) -> None:
    assert rig.telephone.webhooks is not None
    rig.telephone.webhooks.pace = Pace(Limits(number_messages=2))
    before = refused("too_fast")
    assert [await post(rig, form(f"SM{number:032}")) for number in range(3)] == [200, 200, 429]
    assert await post(rig, form("SM" + "9" * 32, From="+31687654321")) == 200
    assert await stored(rig) == 3 and refused("too_fast") == before + 1


async def test_figures_that_are_no_digits_are_read_as_nothing(rig: Rig) -> None:
    assert await post(rig, form(said="²", NumMedia="²")) == 200
    assert await stored(rig) == 1


async def test_in_a_rush_messages_are_taken_in_turn(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a store in which each message takes a while
    acceptance = rig.telephone.acceptance
    assert acceptance is not None
    take, busy, most = acceptance._receiver.take, 0, 0

    async def slow(*given: Any) -> Any:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.02)
        try:
            return await take(*given)
        finally:
            busy -= 1

    monkeypatch.setattr(acceptance._receiver, "take", slow)
    # When many come at once
    await asyncio.gather(*(rig.text(f"Bericht {n}", **{"from": f"+316123400{n:02}"}) for n in range(20)))
    # Then only some are handled at a time, and all are
    assert most == AT_ONCE
