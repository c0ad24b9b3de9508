"""The bad days of the fake: each knob does what it says, for all numbers or for one, and the same way each time."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from twilio.request_validator import RequestValidator

from demo.twilio.app import create_app
from demo.twilio.store import Store
from tests.twilio.rig import CITIZEN, PUBLIC, SID, SMS, TOKEN, WHATSAPP, Rig

OTHER = "+31687654321"


async def send(rig: Rig, to: str = CITIZEN, **more: Any) -> tuple[int, dict[str, Any]]:
    """We text the citizen."""
    return await rig.api("POST", "Messages.json", To=to, From=SMS, Body="Dag", StatusCallback=f"{PUBLIC}/status", **more)


async def states(rig: Rig, sid: str, count: int) -> list[str]:
    """What was told of a message, once so many calls came."""
    await rig.until(lambda: len(rig.receiver.states(sid)) >= count, f"{count} call-backs")
    return rig.receiver.states(sid)


@pytest.mark.parametrize(
    ("knob", "status", "code"), [("outage", 503, 20503), ("rest_error", 500, 20500), ("rest_throttle", 429, 20429)]
)
async def test_calls_fail_and_nothing_was_accepted(rig: Rig, knob: str, status: int, code: int) -> None:
    await rig.fake("PATCH", "faults", **{knob: True if knob == "outage" else 1})
    found, body = await send(rig)
    assert (found, body["code"], body["status"]) == (status, code, status)
    await rig.fake("PUT", "faults", step=0)
    assert rig.provider.store.messages() == []
    assert (await send(rig))[0] == 201


async def test_a_silent_server_never_answers(rig: Rig) -> None:
    await rig.fake("PATCH", "faults", rest_silent=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(send(rig), 0.3)
    assert rig.provider.store.messages() == []


async def test_a_lost_answer_leaves_a_message_that_can_be_found(rig: Rig) -> None:
    await rig.fake("PUT", f"faults/{CITIZEN}", rest_lost_answer=1)
    with pytest.raises(aiohttp.ClientError):
        await send(rig)
    _, found = await rig.api("GET", "Messages.json")
    assert [(message["to"], message["body"]) for message in found["messages"]] == [(CITIZEN, "Dag")]
    assert await states(rig, found["messages"][0]["sid"], 3) == ["queued", "sent", "delivered"]


async def test_a_sender_that_goes_too_fast_is_slowed_down(rig: Rig) -> None:
    await rig.fake("PATCH", "faults", rest_per_second=3)
    answers = await asyncio.gather(*(send(rig) for _ in range(6)))
    assert sorted(status for status, _ in answers) == [201] * 3 + [429] * 3
    assert len(rig.provider.store.messages()) == 3


async def test_call_backs_come_twice_late_in_another_order_or_not(rig: Rig) -> None:
    for knob, expected in (
        ("status_duplicate", ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
        ("status_reorder", ["delivered", "queued", "sent"]),
    ):
        await rig.fake("PUT", "faults", step=0, **{knob: 1})
        _, made = await send(rig)
        assert await states(rig, made["sid"], len(expected)) == expected
    await rig.fake("PUT", "faults", step=0, status_late=1, status_late_seconds=0.2)
    _, made = await send(rig)
    assert sorted(await states(rig, made["sid"], 3)) == ["delivered", "queued", "sent"]
    await rig.fake("PUT", "faults", step=0, status_lost=1)
    _, made = await send(rig)
    await rig.until(lambda: (rig.provider.store.message(made["sid"]) or {})["status"] == "delivered", "delivery")
    assert rig.receiver.states(made["sid"]) == []


async def test_call_backs_can_be_json_with_the_hash_of_the_body(rig: Rig) -> None:
    await rig.fake("PUT", "faults", step=0, status_json=True)
    await send(rig)
    await rig.until(lambda: len(rig.receiver.calls) == 3, "call-backs")
    for call in rig.receiver.calls:
        assert call.headers["Content-Type"] == "application/json" and "bodySHA256=" in call.path and call.genuine
        assert not RequestValidator(TOKEN).validate(PUBLIC + call.path, call.body + " ", call.headers["X-Twilio-Signature"])


@pytest.mark.parametrize(
    ("knobs", "last", "code"),
    [
        ({"undelivered": 1, "undelivered_code": 30005}, "undelivered", "30005"),
        ({"rejected": 1, "rejected_code": 30007}, "failed", "30007"),
    ],
)
async def test_messages_do_not_arrive(rig: Rig, knobs: dict[str, Any], last: str, code: str) -> None:
    await rig.fake("PUT", f"faults/{CITIZEN}", **knobs)
    _, made = await send(rig)
    _, other = await send(rig, OTHER)
    await rig.until(lambda: rig.receiver.states(made["sid"])[-1:] == [last], last)
    told = next(call for call in rig.receiver.calls if call.parameters["MessageStatus"] == last)
    assert told.parameters["ErrorCode"] == code
    assert (await states(rig, other["sid"], 3))[-1] == "delivered"  # only that one number


async def test_landlines_and_numbers_without_whatsapp(rig: Rig) -> None:
    landline = "+31201234567"
    await rig.fake("PUT", f"faults/{landline}", landline="undelivered")
    _, made = await send(rig, landline)
    await rig.until(lambda: rig.receiver.states(made["sid"])[-1:] == ["undelivered"], "failure")
    assert rig.receiver.calls[-1].parameters["ErrorCode"] == "30006"
    await rig.text("Hoi", "whatsapp")
    await rig.fake("PUT", f"faults/{CITIZEN}", on_whatsapp=False)
    _, made = await rig.api("POST", "Messages.json", To=f"whatsapp:{CITIZEN}", From=f"whatsapp:{WHATSAPP}", Body="Dag",
                            StatusCallback=f"{PUBLIC}/status")
    await rig.until(lambda: rig.receiver.states(made["sid"])[-1:] == ["failed"], "failure")
    assert rig.receiver.calls[-1].parameters["ErrorCode"] == "63024"


async def test_inbound_messages_come_twice_with_the_same_sid(rig: Rig) -> None:
    await rig.fake("PUT", "faults", step=0, inbound_duplicate=1)
    sid = await rig.text("Hallo")
    await rig.until(lambda: len(rig.receiver.inbound()) == 2, "two webhooks")
    assert [call.parameters["MessageSid"] for call in rig.receiver.inbound()] == [sid, sid]


async def test_the_same_seed_gives_the_same_day(rig: Rig) -> None:
    days = []
    for seed in (7, 7, 8):
        await rig.fake("PUT", "faults", step=0, rest_error=0.5, seed=seed)
        days.append([(await send(rig))[0] for _ in range(24)])
    assert days[0] == days[1] != days[2] and {201, 500} == set(days[0])


@pytest.mark.parametrize(
    "given", [{"regen": 1}, {"rest_error": 2}, {"rest_error": "vaak"}, {"outage": 1}, {"signature": "mooi"}, {"step": -1}]
)
async def test_nonsense_is_refused_and_changes_nothing(rig: Rig, given: dict[str, Any]) -> None:
    before = await rig.fake("GET", "faults")
    async with rig.http.patch(f"{rig.url}/fake/faults", json=given) as answer:
        assert answer.status == 400
    assert await rig.fake("GET", "faults") == before


async def test_the_log_tells_everything_as_it_happens(rig: Rig) -> None:
    async with rig.http.get(f"{rig.url}/fake/log", headers={"Accept": "text/event-stream"}) as stream:
        await stream.content.readuntil(b"\n\n")
        await rig.text("Hallo")
        assert b"message.inbound" in await stream.content.readuntil(b"\n\n")
    what = [event["what"] for event in (await rig.fake("GET", "log"))["events"]]
    assert "message.inbound" in what


async def test_work_goes_on_after_a_restart_of_the_fake(rig: Rig) -> None:
    store = Store()
    store.put_message({**_queued(), "sid": "SM" + "1" * 32})
    app = create_app(rig.provider.account, store, rig.url)
    async with TestServer(app):
        await rig.until(lambda: (store.message("SM" + "1" * 32) or {})["status"] == "delivered", "delivery")


def _queued() -> dict[str, Any]:
    now = 9e9
    return {
        "account_sid": SID, "from": SMS, "to": CITIZEN, "status": "queued", "direction": "outbound-api", "body": "Dag", "at": now,
        "created": now, "updated": now, "sent": None, "messaging_service_sid": None, "num_segments": "1", "error_code": None,
        "private": {"callback": "", "sender": SMS, "send_at": None, "expires": 9e9, "template": "", "shown": None, "media": [],
                    "keep": True},
    }
