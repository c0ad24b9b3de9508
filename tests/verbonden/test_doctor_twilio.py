"""`verbonden doctor` on SMS and WhatsApp, with the fake provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from channels.twilio.api import TwilioApi
from channels.twilio.settings import INBOUND_PATH, TwilioSettings
from channels.whatsapp.templates import Templates
from tests.twilio.rig import SERVICE, SID, SMS, TOKEN, WHATSAPP, Rig, running_rig
from verbonden.commands import ROOT
from verbonden.doctor.findings import Finding, Level
from verbonden.doctor.twilio import examine_twilio

SENTENCES = ROOT / "data" / "whatsapp" / "sjablonen.yaml"


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    """The fake, whose webhooks come to a server of ours that refuses what is not signed."""
    async with running_rig(service=True) as rig:
        rig.receiver.answer = lambda call: web.Response(status=200 if call.genuine else 403)
        url = f"{rig.provider.account.deliver_to}{INBOUND_PATH}#rc=5&rp=all"
        await rig.fake("PATCH", "settings", webhook={"sms": {"url": url}, "whatsapp": {"url": url}})
        yield rig


def environment(rig: Rig, **changed: str) -> dict[str, str]:
    """The settings of a product that uses the fake."""
    return {
        "VERBONDEN_PUBLIC_URL": rig.provider.account.deliver_to, "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": rig.url, "TWILIO_SMS_NUMBER": SMS, "TWILIO_WHATSAPP_NUMBER": WHATSAPP,
        "TWILIO_MESSAGING_SERVICE_SID": SERVICE, **changed,
    }


async def make_templates(rig: Rig) -> None:
    """As `python -m channels.whatsapp.templates` does."""
    settings = TwilioSettings.from_environment(environment(rig), rig.provider.account.deliver_to)
    assert settings is not None
    api = TwilioApi(settings)
    try:
        await Templates(api, SENTENCES).make()
    finally:
        await api.close()


async def examined(given: dict[str, str]) -> dict[str, Finding]:
    """The findings by subject."""
    return {finding.subject: finding async for finding in examine_twilio(given)}


async def test_all_is_well(rig: Rig) -> None:
    await make_templates(rig)
    waiting = ("received", "pending")
    await rig.until(lambda: not [t for t in rig.provider.store.all_kept("template").values()
                                 if t["approval"]["status"] in waiting], "approval")
    found = await examined(environment(rig))
    assert set(found) == {"SMS and WhatsApp", "SMS number", "Messaging Service", "WhatsApp number", "WhatsApp templates",
                          "webhook"}
    assert {finding.level for finding in found.values()} == {Level.GOOD}, found


@pytest.mark.parametrize(
    ("changed", "subject", "says"),
    [
        ({"TWILIO_AUTH_TOKEN": "0" * 32}, "SMS and WhatsApp", "refuses"),
        ({"TWILIO_AUTH_TOKEN": ""}, "SMS and WhatsApp", "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_API_URL": "http://127.0.0.1:9"}, "SMS and WhatsApp", "can not be reached"),
        ({"TWILIO_SMS_NUMBER": "+3197010209999"}, "SMS number", "not in the account"),
        ({"TWILIO_WHATSAPP_NUMBER": "+3197010209999"}, "WhatsApp number", "no WhatsApp sender"),
        ({"TWILIO_SMS_NUMBER": "", "TWILIO_WHATSAPP_NUMBER": ""}, "senders", "no number"),
        ({"TWILIO_MESSAGING_SERVICE_SID": "MG" + "0" * 32}, "SMS and WhatsApp", "does not know"),
        ({"VERBONDEN_DEMO": "0"}, "SMS and WhatsApp", "not to the provider"),
        ({"VERBONDEN_PUBLIC_URL": "http://127.0.0.1:9"}, "webhook", "can not be reached"),
        ({"VERBONDEN_PUBLIC_URL": "http://127.0.0.1:9"}, "SMS number", "messages of citizens go"),
    ],
)
async def test_what_is_wrong_is_told_with_what_to_do(rig: Rig, changed: dict[str, str], subject: str, says: str) -> None:
    all_of_them = [finding async for finding in examine_twilio(environment(rig, **changed))]
    wrong = [finding for finding in all_of_them if finding.level is Level.WRONG and finding.subject == subject]
    assert any(says in finding.sentence for finding in wrong), all_of_them
    assert all(finding.advice for finding in wrong)
    assert not any(TOKEN in finding.sentence + finding.advice for finding in all_of_them)


@pytest.mark.parametrize(
    ("url", "level", "says"),
    [("", Level.WRONG, "nowhere"), ("https://elders.example/in", Level.WRONG, "elders.example"),
     ("{ours}", Level.NOTE, "restart")],
)
async def test_the_address_of_a_webhook(rig: Rig, url: str, level: Level, says: str) -> None:
    ours = f"{rig.provider.account.deliver_to}{INBOUND_PATH}"
    await rig.fake("PATCH", "settings", webhook={"whatsapp": {"url": url.format(ours=ours)}})
    found = (await examined(environment(rig)))["WhatsApp number"]
    assert found.level is level and says in found.sentence


async def test_templates_that_are_missing_or_not_approved(rig: Rig) -> None:
    found = (await examined(environment(rig)))["WhatsApp templates"]
    assert found.level is Level.WRONG and "missing" in found.sentence and "channels.whatsapp.templates" in found.advice
    await make_templates(rig)

    def reject() -> None:
        for sid, template in rig.provider.store.all_kept("template").items():
            rejected: dict[str, Any] = {**template, "approval": {**template["approval"], "status": "rejected"}}
            rig.provider.store.keep("template", sid, rejected)

    await rig.until(lambda: not [t for t in rig.provider.store.all_kept("template").values()
                                 if t["approval"]["status"] == "received"], "approval")
    reject()
    found = (await examined(environment(rig)))["WhatsApp templates"]
    assert found.level is Level.WRONG and "rejected" in found.sentence


async def test_without_an_account_the_channels_are_off() -> None:
    found = (await examined({}))["SMS and WhatsApp"]
    assert found.level is Level.NOTE and "off" in found.sentence
