"""Making a message: everything that is judged before the API answers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from demo.twilio import segments
from demo.twilio.account import Account
from demo.twilio.addresses import ALPHANUMERIC, Address, parse
from demo.twilio.errors import refusal
from demo.twilio.parameters import is_url, variables_of
from demo.twilio.provider import Provider
from demo.twilio.store import Document
from demo.twilio.templates import Shown, show

MAX_BODY = 1600
MAX_MEDIA = 10
SOONEST, LATEST = 300, 35 * 24 * 3600
"""Seconds ahead for which a message can be scheduled."""

Given = dict[str, list[str]]


def create(provider: Provider, given: Given) -> Document:
    """Judge the parameters and make the message; it is not stored yet.

    Args:
        provider: the running fake.
        given: parameters that passed `parameters.read`.

    Raises:
        Refusal: what the API answers instead.
    """
    account = provider.account
    to = _to(given)
    sender = _sender(given, to, account)
    service = given.get("MessagingServiceSid", [""])[0]
    shown = _shown(provider, given, to)
    media = given.get("MediaUrl", [])
    _check_content(given, shown, media)
    _check_reach(provider, to, sender, service, bool(media))
    callback = given.get("StatusCallback", [""])[0]
    if callback and not is_url(callback):
        raise refusal(21609, callback)
    send_at = _send_at(given, service, provider.now())
    text = shown.body if shown else given.get("Body", [""])[0]
    now = provider.now()
    files = list(media) + list(shown.media if shown else ())
    sid = provider.new_sid("MM" if files and to.channel == "sms" else "SM")
    return {
        "sid": sid,
        "account_sid": account.sid,
        "api_version": "2010-04-01",
        "body": text,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": str(sender) if not service or "From" in given else None,
        "to": str(to),
        "messaging_service_sid": service or None,
        "num_media": str(len(files)),
        "num_segments": "0" if service and "From" not in given else str(segments.count(text) if to.channel == "sms" else 1),
        "price": None,
        "price_unit": None,
        "status": "scheduled" if send_at else "accepted" if service else "queued",
        "at": now,
        "created": now,
        "updated": now,
        "sent": None,
        "private": {
            "callback": callback,
            "sender": str(sender),
            "send_at": send_at,
            "expires": now + int(given.get("ValidityPeriod", ["36000"])[0]),
            "template": given.get("ContentSid", [""])[0],
            "shown": asdict(shown) if shown else None,
            "media": files,
            "keep": given.get("ContentRetention", ["retain"])[0] == "retain",
        },
    }


def _to(given: Given) -> Address:
    if "To" not in given:
        raise refusal(21604)
    text = given["To"][0]
    to = parse(text)
    if not to.is_phone and not (to.channel == "sms" and to.is_short_code):
        raise refusal(21211, text)
    return to


def _sender(given: Given, to: Address, account: Account) -> Address:
    if "MessagingServiceSid" in given:
        if not account.service or given["MessagingServiceSid"][0] != account.service:
            raise refusal(21701)
        if "From" not in given:
            found = account.sender_for(to.channel)
            if found is None:
                raise refusal(21703)
            return found
    if "From" not in given:
        raise refusal(21603)
    text = given["From"][0]
    sender = parse(text)
    if sender.channel == "sms" and not (sender.is_phone or sender.is_short_code or ALPHANUMERIC.fullmatch(sender.number)):
        raise refusal(21212, text)
    if sender.channel != to.channel:
        raise refusal(21910)
    if sender.number == to.number:
        raise refusal(21266, text)
    if sender not in account.senders:
        if sender.channel == "whatsapp":
            raise refusal(63007)
        # A number of the account that has no SMS is 21606, a number of somebody else 21659.
        raise refusal(21606 if sender.number == account.whatsapp else 21659, text)
    return sender


def _shown(provider: Provider, given: Given, to: Address) -> Shown | None:
    if "ContentSid" not in given:
        if "ContentVariables" in given:
            raise refusal(21656)
        return None
    template = provider.store.kept("template", given["ContentSid"][0])
    if template is None:
        raise refusal(21655)
    variables = variables_of(given["ContentVariables"][0]) if "ContentVariables" in given else {}
    return show(template, variables, to.channel)


def _check_content(given: Given, shown: Shown | None, media: list[str]) -> None:
    body = given.get("Body", [""])[0]
    if not shown and not media and not body.strip():
        raise refusal(21602)
    if len(shown.body if shown else body) > MAX_BODY:
        raise refusal(21617)
    if len(media) > MAX_MEDIA:
        raise refusal(21623)
    if not all(is_url(url) for url in media):
        raise refusal(21620)


def _check_reach(provider: Provider, to: Address, sender: Address, service: str, media: bool) -> None:
    if to.channel == "sms":
        if to.is_short_code or media:  # no Dutch number sends to short codes, or sends MMS
            raise refusal(21612, to, sender)
        if not to.number.startswith(provider.account.regions):
            raise refusal(21408, to)
        if to.is_landline and provider.faults_for(to.number).landline == "refused":
            raise refusal(21614, to)
    # Through a Messaging Service it is found out later.
    if not service and provider.opted_out(to, sender):
        raise refusal(21610)


def _send_at(given: Given, service: str, now: float) -> float | None:
    if "ScheduleType" not in given and "SendAt" not in given:
        return None
    if not service:
        raise refusal(35118)
    if "SendAt" not in given or "ScheduleType" not in given:
        raise refusal(35111)
    moment = datetime.fromisoformat(given["SendAt"][0])
    at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not SOONEST <= at - now <= LATEST:
        raise refusal(35114)
    return at


def resource(message: Document) -> dict[str, Any]:
    """A message as the API shows it."""
    from demo.twilio.provider import rfc2822

    shown = {name: value for name, value in message.items() if name not in ("at", "created", "updated", "sent", "private")}
    uri = f"/2010-04-01/Accounts/{message['account_sid']}/Messages/{message['sid']}"
    return {
        **shown,
        "date_created": rfc2822(message["created"]),
        "date_updated": rfc2822(message["updated"]),
        "date_sent": rfc2822(message["sent"]),
        "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
        "uri": f"{uri}.json",
    }
