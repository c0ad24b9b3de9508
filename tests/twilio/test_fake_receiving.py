"""What the fake tells us of messages of citizens, and what it does with STOP."""

from __future__ import annotations

import asyncio
import base64
import json
from functools import partial
from typing import Any

import pytest
from aiohttp import web

from tests.twilio.rig import AUTHORIZATION, CITIZEN, OLD_TOKEN, PUBLIC, SID, SMS, WHATSAPP, Rig, running_rig

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


async def only(rig: Rig) -> dict[str, str]:
    """The parameters of the one inbound webhook."""
    await rig.until(rig.receiver.inbound, "a webhook")
    calls = rig.receiver.inbound()
    assert len(calls) == 1 and calls[0].genuine
    return calls[0].parameters


async def test_an_sms_arrives_with_the_parameters_of_the_real_one(rig: Rig) -> None:
    sid = await rig.text("Hoe laat bent u open? € 5 & meer")
    found = await only(rig)
    expected = {
        "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": SID, "From": CITIZEN, "To": SMS,
        "Body": "Hoe laat bent u open? € 5 & meer", "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received",
        "FromCountry": "NL", "ApiVersion": "2010-04-01",
    }
    assert expected.items() <= found.items()
    assert found["FromCity"] == ""  # blanks are there, and signed


async def test_whatsapp_tells_name_and_number(rig: Rig) -> None:
    await rig.text("Hoi", "whatsapp", name="Fatima", forwarded=True)
    found = await only(rig)
    assert (found["ProfileName"], found["WaId"]) == ("Fatima", CITIZEN[1:])
    assert (found["MessageType"], found["Forwarded"]) == ("text", "true")
    assert (found["From"], found["To"]) == (f"whatsapp:{CITIZEN}", f"whatsapp:{WHATSAPP}")
    assert json.loads(found["ChannelMetadata"])["data"]["context"] == {"ProfileName": "Fatima", "WaId": CITIZEN[1:]}
    assert "FromCity" not in found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"button": "ja", "reply_to": "SM1"}, {"ButtonPayload": "ja", "ButtonText": "Ja", "MessageType": "button",
                                               "OriginalRepliedMessageSid": "SM1",
                                               "OriginalRepliedMessageSender": f"whatsapp:{WHATSAPP}"}),
        ({"item": {"id": "3", "title": "Ja"}}, {"ListId": "3", "ListTitle": "Ja", "MessageType": "interactive"}),
        ({"location": {"latitude": 52.1, "longitude": 4.3, "label": "Stadhuis"}},
         {"Latitude": "52.1", "Longitude": "4.3", "Label": "Stadhuis", "MessageType": "location"}),
    ],
)
async def test_buttons_lists_and_places(rig: Rig, given: dict[str, object], expected: dict[str, str]) -> None:
    await rig.text("Ja", "whatsapp", **given)
    found = await only(rig)
    assert {name: found.get(name) for name in expected} == expected


async def test_files_can_be_fetched_with_our_credentials_only(rig: Rig) -> None:
    contact = {"type": "text/vcard", "content": base64.b64encode(b"BEGIN:VCARD").decode()}
    picture = {"type": "image/png", "name": "foto.png", "content": base64.b64encode(PNG).decode()}
    sid = await rig.text("", "whatsapp", files=[picture, contact])
    found = await only(rig)
    assert (found["NumMedia"], found["MediaContentType0"], found["MediaContentType1"]) == ("2", "image/png", "text/vcard")
    assert found["MessageType"] == "image" and found["Body"] == ""
    async with rig.http.get(found["MediaUrl0"]) as answer:
        assert answer.status == 401
    async with rig.http.get(found["MediaUrl0"], headers=AUTHORIZATION, allow_redirects=False) as answer:
        assert answer.status == 307  # elsewhere, where no credentials are asked
        elsewhere = answer.headers["Location"]
    async with rig.http.get(elsewhere) as answer:
        assert answer.content_type == "image/png" and await answer.read() == PNG
    media = await asyncio.to_thread(lambda: rig.client().messages(sid).media.list())
    assert [item.content_type for item in media] == ["image/png", "text/vcard"]
    assert await asyncio.to_thread(media[0].delete)
    async with rig.http.get(found["MediaUrl0"], headers=AUTHORIZATION) as answer:
        assert answer.status == 404


async def send(rig: Rig, body: str, service: str = "") -> tuple[int, dict[str, Any]]:
    """We text the citizen."""
    sender = {"MessagingServiceSid": service} if service else {"From": SMS}
    return await rig.api("POST", "Messages.json", To=CITIZEN, Body=body, StatusCallback=f"{PUBLIC}/status", **sender)


@pytest.mark.parametrize("word", ["STOP", "stop ", "Unsubscribe"])
async def test_stop_ends_sms_until_start(rig: Rig, word: str) -> None:
    await rig.text(word)
    assert "OptOutType" not in await only(rig)
    status, body = await send(rig, "Toch nog iets")
    assert (status, body["code"]) == (400, 21610)
    # The provider itself answered, once.
    thread = (await rig.fake("GET", f"thread?channel=sms&number={CITIZEN[1:]}".replace("number=", "number=%2B")))["messages"]
    assert [message["from_citizen"] for message in thread] == [True, False]
    await rig.text("START")
    assert (await send(rig, "Welkom terug"))[0] == 201


async def test_other_words_do_not_stop(rig: Rig) -> None:
    for word in ("AFMELDEN", "stop met die brieven", "yes"):
        await rig.text(word)
    assert (await send(rig, "Dag"))[0] == 201


async def test_with_a_service_dutch_words_stop_and_the_webhook_says_so(service_rig: Rig) -> None:
    await service_rig.text("Afmelden")
    assert (await only(service_rig))["OptOutType"] == "STOP"
    status, made = await send(service_rig, "Toch nog iets", service_rig.provider.account.service)
    assert status == 201  # known only afterwards
    await service_rig.until(lambda: service_rig.receiver.states(made["sid"])[-1:] == ["failed"], "failure")
    assert service_rig.receiver.calls[-1].parameters["ErrorCode"] == "21610"


async def test_a_webhook_that_fails_is_tried_again_as_its_address_says(rig: Rig) -> None:
    rig.receiver.answer = lambda _: web.Response(status=503 if len(rig.receiver.calls) < 3 else 200)
    sid = await rig.text("Hallo")  # by default only a connection that fails is tried again
    await rig.until(lambda: rig.provider.store.message(sid)["private"]["delivered"] is False, "loss")  # type: ignore[index]
    assert len(rig.receiver.calls) == 1
    await rig.fake("PATCH", "settings", webhook={"sms": {"url": f"{PUBLIC}/in?a=b#rc=3&rp=5xx"}})
    sid = await rig.text("Hallo")
    await rig.until(lambda: rig.provider.store.message(sid)["private"]["delivered"], "delivery")  # type: ignore[index]
    assert len(rig.receiver.calls) == 3
    assert {call.path for call in rig.receiver.calls[1:]} == {"/in?a=b"} and all(call.genuine for call in rig.receiver.calls)
    tokens = {call.headers["I-Twilio-Idempotency-Token"] for call in rig.receiver.calls[1:]}
    assert len(tokens) == 1


async def test_when_nobody_listens_the_message_is_lost_and_the_log_says_so() -> None:
    async with running_rig() as rig:
        await rig.fake("PATCH", "settings", webhook={"sms": {"url": "http://127.0.0.1:9/in"}})
        object.__setattr__(rig.provider.account, "deliver_to", "")
        await rig.text("Hallo")
        await rig.until(lambda: [e for e in rig.provider.store.events() if e["what"] == "inbound.lost"], "loss")
        tries = [event for event in rig.provider.store.events() if event["what"] == "webhook.inbound"]
        assert [(event["status"], event["failure"]) for event in tries] == [(None, "ct"), (None, "ct")]


async def test_twiml_in_the_answer_is_sent(rig: Rig) -> None:
    text = "<Response><Message>Dag &amp; tot ziens</Message><Message><Body>Twee</Body></Message></Response>"
    rig.receiver.answer = lambda _: web.Response(text=text, content_type="text/xml")
    await rig.text("Hallo")
    await rig.until(lambda: len(rig.provider.store.messages()) == 3, "answers")
    assert [message["body"] for message in rig.provider.store.messages()[:2]] == ["Twee", "Dag & tot ziens"]


def _arrived(rig: Rig, number: int) -> bool:
    return len(rig.receiver.calls) == number


async def test_signatures_can_be_old_wrong_or_missing(rig: Rig) -> None:
    from twilio.request_validator import RequestValidator

    for number, how in enumerate(("old", "wrong", "none"), 1):
        await rig.fake("PUT", f"faults/{CITIZEN}", signature=how)
        await rig.text(how)
        await rig.until(partial(_arrived, rig, number), how)
    old, wrong, none = rig.receiver.calls
    assert RequestValidator(OLD_TOKEN).validate(f"{PUBLIC}/in", old.parameters, old.headers["X-Twilio-Signature"])
    assert not wrong.genuine and not old.genuine and "X-Twilio-Signature" not in none.headers


@pytest.mark.parametrize(
    "given",
    [{"channel": "fax"}, {"from": "niemand"}, {"text": ""}, {"text": "x", "kleur": "rood"}, {"button": "ja", "text": "Ja"},
     {"files": [{"type": "image/png", "content": "geen base64!"}]}],
)
async def test_nonsense_of_the_phone_is_refused(rig: Rig, given: dict[str, object]) -> None:
    body = {"channel": "sms", "from": CITIZEN, "text": "", **given}
    async with rig.http.post(f"{rig.url}/fake/inbound", json=body) as answer:
        assert answer.status == 400 and (await answer.json())["error"]
    assert rig.provider.store.messages() == []


async def test_another_page_can_not_turn_knobs(rig: Rig) -> None:
    for headers in ({"Origin": "https://elders.example"}, {"Content-Type": "text/plain"}):
        async with rig.http.patch(f"{rig.url}/fake/faults", data=b"{}", headers=headers) as answer:
            assert answer.status in (403, 415)


