"""What the fake does with messages that we send, through the provider's own client library and through plain calls."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from tests.twilio.rig import AUTHORIZATION, CITIZEN, KEY, KEY_SECRET, PUBLIC, SID, SMS, TOKEN, WHATSAPP, Rig

WA = f"whatsapp:{CITIZEN}"
QUICK = {"body": "{{1}}", "actions": [{"id": "ja", "title": "{{2}}"}, {"id": "nee", "title": "Nee"}]}

LIST = {"body": "Kies", "button": "Kies", "items": [{"id": "1", "item": "{{1}}"}]}
WRONG: list[dict[str, Any]] = [
    {}, {"twilio/quatsch": {}}, {"twilio/text": {"body": "x", "kleur": "rood"}}, {"twilio/quick-reply": {"body": "x"}},
]


async def send(rig: Rig, **form: Any) -> dict[str, Any]:
    """Send; fails when it is refused."""
    status, made = await rig.api("POST", "Messages.json", StatusCallback=f"{PUBLIC}/status", **form)
    assert status == 201, made
    return made


async def ended(rig: Rig, sid: str) -> dict[str, Any]:
    """The message once it is at its end and everything about it was told."""
    ends = {"delivered", "read", "undelivered", "failed"}

    def at_end() -> bool:
        message = rig.provider.store.message(sid)
        states = rig.receiver.states(sid)
        return message is not None and message["status"] in ends and bool(states) and states[-1] == message["status"] and (
            message["status"] != "delivered" or not message["to"].startswith("whatsapp"))

    await rig.until(at_end, f"end of {sid}")
    return (await rig.api("GET", f"Messages/{sid}.json"))[1]


async def template(rig: Rig, types: dict[str, Any], variables: dict[str, str] | None = None) -> str:
    """A new template."""
    body = {"friendly_name": "proef", "language": "nl", "variables": variables or {}, "types": types}
    async with rig.http.post(f"{rig.url}/v1/Content", json=body, headers=AUTHORIZATION) as answer:
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["sid"])


async def test_the_library_sends_fetches_lists_redacts_and_deletes(rig: Rig) -> None:
    def work() -> None:
        client = rig.client()
        made = client.messages.create(to=CITIZEN, from_=SMS, body="Dag", status_callback=f"{PUBLIC}/status")
        assert made.status == "queued" and made.num_segments == "1" and made.direction == "outbound-api"
        while client.messages(made.sid).fetch().status != "delivered":
            pass
        since = datetime.now(UTC) - timedelta(minutes=1)
        found = client.messages.list(to=CITIZEN, from_=SMS, date_sent_after=since)
        assert [message.sid for message in found] == [made.sid]
        assert client.messages.list(to=CITIZEN, date_sent_after=since + timedelta(hours=1)) == []
        assert client.messages(made.sid).update(body="").body == ""
        assert client.messages(made.sid).delete()
        with pytest.raises(TwilioRestException) as gone:
            client.messages(made.sid).fetch()
        assert (gone.value.status, gone.value.code) == (404, 20404)
        assert client.api.accounts(SID).fetch().status == "active"
        numbers = client.incoming_phone_numbers.list(phone_number=SMS)
        assert numbers[0].capabilities["sms"] and numbers[0].sms_url == f"{PUBLIC}/in"
        assert numbers[0].update(sms_url=f"{PUBLIC}/elders").sms_url == f"{PUBLIC}/elders"
        senders = client.messaging.v2.channels_senders.list(channel="whatsapp")
        assert senders[0].sender_id == f"whatsapp:{WHATSAPP}" and senders[0].webhook["callback_url"] == f"{PUBLIC}/in"

    await asyncio.to_thread(work)


async def test_who_may_call(rig: Rig) -> None:
    def status_of(user: str, password: str) -> int:
        try:
            rig.client(user, password).api.accounts(SID).fetch()
        except TwilioRestException as error:
            return int(error.code)
        return 200

    tried = [(SID, TOKEN), (SID, "c3" * 16), (KEY, KEY_SECRET), (SID, "x"), (KEY, TOKEN), ("", "")]
    assert [await asyncio.to_thread(status_of, *pair) for pair in tried] == [200, 200, 200, 20003, 20003, 20003]
    other = "AC" + "0" * 32
    async with rig.http.get(f"{rig.url}/2010-04-01/Accounts/{other}/Messages.json", headers=AUTHORIZATION) as answer:
        assert answer.status == 404


async def test_lists_come_in_pages_that_the_library_follows(rig: Rig) -> None:
    made = [(await send(rig, To=CITIZEN, From=SMS, Body=f"nummer {number}"))["sid"] for number in range(7)]
    found = await asyncio.to_thread(lambda: [m.sid for m in rig.client().messages.list(to=CITIZEN, page_size=3)])
    assert found == made[::-1]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": SMS, "Body": "x"}, 21604),
        ({"To": CITIZEN, "Body": "x"}, 21603),
        ({"To": CITIZEN, "From": SMS}, 21602),
        ({"To": CITIZEN, "From": SMS, "Body": "a" * 1601}, 21617),
        ({"To": "12", "From": SMS, "Body": "x"}, 21211),
        ({"To": "+3161234", "From": SMS, "Body": "x"}, 21211),
        ({"To": "whatsapp:0612345678", "From": f"whatsapp:{WHATSAPP}", "Body": "x"}, 21211),
        ({"To": CITIZEN, "From": "+3161", "Body": "x"}, 21212),
        ({"To": CITIZEN, "From": WHATSAPP, "Body": "x"}, 21606),
        ({"To": CITIZEN, "From": "+3197010209999", "Body": "x"}, 21659),
        ({"To": WA, "From": f"whatsapp:{SMS}", "Body": "x"}, 63007),
        ({"To": WA, "From": SMS, "Body": "x"}, 21910),
        ({"To": SMS, "From": SMS, "Body": "x"}, 21266),
        ({"To": "+31201234567", "From": SMS, "Body": "x"}, 21614),
        ({"To": "+14155552671", "From": SMS, "Body": "x"}, 21408),
        ({"To": "7575", "From": SMS, "Body": "x"}, 21612),
        ({"To": CITIZEN, "From": SMS, "Body": "x", "MediaUrl": "https://example.nl/a.png"}, 21612),
        ({"To": WA, "From": f"whatsapp:{WHATSAPP}", "MediaUrl": "geen adres"}, 21620),
        ({"To": CITIZEN, "From": SMS, "Body": "x", "StatusCallback": "/status"}, 21609),
        ({"To": CITIZEN, "From": SMS, "Body": "x", "StatusCallback": "https://my_host/status"}, 21609),
        ({"To": WA, "From": f"whatsapp:{WHATSAPP}", "ContentSid": "HX" + "0" * 32}, 21655),
        ({"To": CITIZEN, "From": SMS, "Body": "x", "ContentVariables": "{}"}, 21656),
        ({"To": CITIZEN, "MessagingServiceSid": "MG" + "0" * 32, "Body": "x"}, 21701),
        ({"To": CITIZEN, "From": SMS, "Body": "x", "SendAt": "2030-01-01T00:00:00Z", "ScheduleType": "fixed"}, 35118),
        ({"To": CITIZEN, "From": SMS, "Body": "x", "ValidityPeriod": "0"}, 20001),
        ({"To": CITIZEN, "From": SMS, "Body": "x", "ValidityPeriod": "36001"}, 20001),
    ],
)
async def test_what_can_not_be_sent_is_refused_with_its_code(rig: Rig, form: dict[str, str], code: int) -> None:
    status, body = await rig.api("POST", "Messages.json", **form)
    assert (status, body.get("code")) == (400, code), body
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}" and body["status"] == 400
    assert rig.provider.store.messages() == []


async def test_parameters_are_a_form_and_given_once(rig: Rig) -> None:
    url = f"{rig.url}/2010-04-01/Accounts/{SID}/Messages.json"
    twice = aiohttp.FormData([("To", CITIZEN), ("To", CITIZEN), ("From", SMS), ("Body", "x")])
    for given in ({"json": {"To": CITIZEN}}, {"data": twice}, {"data": {"Body": "x"}, "params": {"To": CITIZEN}}):
        async with rig.http.post(url, headers=AUTHORIZATION, **given) as answer:
            assert answer.status == 400 and (await answer.json())["code"] == 20001


async def test_an_sms_is_told_queued_sent_delivered_with_genuine_signatures(rig: Rig) -> None:
    made = await send(rig, To=CITIZEN, From=SMS, Body="€" * 100)
    message = await ended(rig, made["sid"])
    assert rig.receiver.states(made["sid"]) == ["queued", "sent", "delivered"]
    assert all(call.genuine for call in rig.receiver.calls)
    assert message["num_segments"] == "2" and message["date_sent"] and message["error_code"] is None
    last = rig.receiver.calls[-1].parameters
    assert (last["SmsStatus"], last["SmsSid"], last["To"], last["AccountSid"]) == ("delivered", made["sid"], CITIZEN, SID)
    assert "ErrorCode" not in last


async def test_whatsapp_is_read_inside_the_window_and_refused_outside(rig: Rig) -> None:
    # Given a citizen who never wrote
    made = await send(rig, To=WA, From=f"whatsapp:{WHATSAPP}", Body="Dag")
    assert made["status"] == "queued"  # the API itself does not know yet
    assert (await ended(rig, made["sid"]))["error_code"] == 63016
    assert rig.receiver.calls[-1].parameters["ErrorCode"] == "63016"
    # When the citizen writes
    await rig.text("Hallo", "whatsapp")
    made = await send(rig, To=WA, From=f"whatsapp:{WHATSAPP}", Body="Dag")
    await ended(rig, made["sid"])
    assert rig.receiver.states(made["sid"]) == ["queued", "sent", "delivered", "read"]
    assert rig.receiver.calls[-1].parameters["EventType"] == "READ"
    # Then free text is possible for 24 hours
    for hours, error in ((23.9, None), (24.1, 63016)):
        await rig.fake("PATCH", f"numbers/{CITIZEN}", last_inbound_hours=hours)
        made = await send(rig, To=WA, From=f"whatsapp:{WHATSAPP}", Body="Nog iets")
        assert (await ended(rig, made["sid"]))["error_code"] == error


async def test_outside_the_window_only_approved_templates_are_sent(rig: Rig) -> None:
    sid = await template(rig, {"twilio/text": {"body": "Nieuws over {{1}}."}}, {"1": "uw zaak"})
    form = {"To": WA, "From": f"whatsapp:{WHATSAPP}", "ContentSid": sid, "ContentVariables": '{"1": "uw aanvraag"}'}
    assert (await ended(rig, (await send(rig, **form))["sid"]))["error_code"] == 63016

    async def approval() -> str:
        async with rig.http.get(f"{rig.url}/v1/Content/{sid}/ApprovalRequests", headers=AUTHORIZATION) as answer:
            return str((await answer.json())["whatsapp"]["status"])

    assert await approval() == "unsubmitted"
    request = {"name": "nieuws", "category": "UTILITY"}
    url = f"{rig.url}/v1/Content/{sid}/ApprovalRequests/whatsapp"
    async with rig.http.post(url, json=request, headers=AUTHORIZATION) as answer:
        assert answer.status == 201
    await rig.until(lambda: rig.provider.store.kept("template", sid)["approval"]["status"] == "approved", "approval")
    message = await ended(rig, (await send(rig, **form))["sid"])
    assert (message["status"], message["body"]) == ("read", "Nieuws over uw aanvraag.")


@pytest.mark.parametrize(
    ("types", "variables", "error"),
    [
        ({"twilio/quick-reply": QUICK}, {"1": "Klopt dit?", "2": "Ja"}, None),
        ({"twilio/quick-reply": QUICK}, {"1": "Klopt dit?", "2": "een titel van meer dan twintig tekens"}, 63005),
        ({"twilio/quick-reply": QUICK}, {"1": "Klopt dit?", "2": "Nee"}, 63005),  # the same twice
        ({"twilio/quick-reply": QUICK}, {"1": "Klopt dit?"}, 63028),
        ({"twilio/quick-reply": QUICK}, {"1": "a" * 1025, "2": "Ja"}, 63005),
        ({"twilio/list-picker": LIST}, {"1": "Een"}, None),
        ({"twilio/list-picker": LIST}, {"1": "a" * 25}, 63005),
    ],
)
async def test_buttons_and_lists_keep_to_the_limits_of_whatsapp(
    rig: Rig, types: dict[str, Any], variables: dict[str, str], error: int | None
) -> None:
    import json

    await rig.text("Hallo", "whatsapp")
    sid = await template(rig, types)
    made = await send(rig, To=WA, From=f"whatsapp:{WHATSAPP}", ContentSid=sid, ContentVariables=json.dumps(variables))
    assert (await ended(rig, made["sid"]))["error_code"] == error


@pytest.mark.parametrize("types", WRONG)
async def test_a_wrong_template_is_refused(rig: Rig, types: dict[str, Any]) -> None:
    body = {"friendly_name": "x", "language": "nl", "types": types}
    async with rig.http.post(f"{rig.url}/v1/Content", json=body, headers=AUTHORIZATION) as answer:
        assert answer.status == 400 and (await answer.json())["code"] == 20001


async def test_files_are_fetched_and_sent_on(rig: Rig) -> None:
    await rig.text("Hallo", "whatsapp")
    rig.receiver.answer = lambda call: (
        aiohttp.web.Response(body=b"%PDF-1.7", content_type="application/pdf") if "brief" in call.path
        else aiohttp.web.Response(status=404 if "weg" in call.path else 204)
    )
    base = rig.provider.account.deliver_to
    good = await send(rig, To=WA, From=f"whatsapp:{WHATSAPP}", Body="Hierbij", MediaUrl=f"{base}/brief.pdf")
    assert (await ended(rig, good["sid"]))["num_media"] == "1"
    listed = (await rig.api("GET", f"Messages/{good['sid']}/Media.json"))[1]["media_list"]
    assert [media["content_type"] for media in listed] == ["application/pdf"]
    bad = await send(rig, To=WA, From=f"whatsapp:{WHATSAPP}", Body="Hierbij", MediaUrl=f"{base}/weg.pdf")
    assert (await ended(rig, bad["sid"]))["error_code"] == 63019


async def test_through_a_service_the_sender_comes_later(service_rig: Rig) -> None:
    service = service_rig.provider.account.service
    made = await send(service_rig, To=CITIZEN, MessagingServiceSid=service, Body="Dag")
    assert (made["status"], made["from"], made["num_segments"]) == ("accepted", None, "0")
    message = await ended(service_rig, made["sid"])
    assert (message["from"], message["num_segments"]) == (SMS, "1")
    assert service_rig.receiver.calls[-1].parameters["MessagingServiceSid"] == service
    # A message for later can be called off.
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    made = await send(service_rig, To=CITIZEN, MessagingServiceSid=service, Body="Later", SendAt=later, ScheduleType="fixed")
    assert made["status"] == "scheduled"
    assert (await service_rig.api("POST", f"Messages/{made['sid']}.json", Status="canceled"))[1]["status"] == "canceled"
    assert (await service_rig.api("POST", f"Messages/{made['sid']}.json", Status="canceled"))[1]["code"] == 30409
