"""A citizen's message: kept, then delivered to the account's webhook with the parameters of the real one."""

from __future__ import annotations

import asyncio
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from demo.twilio import optout, segments
from demo.twilio.addresses import Address
from demo.twilio.provider import Provider
from demo.twilio.store import Document
from demo.twilio.webhooks import Answer, Webhooks

KINDS = {"image": "image", "video": "video", "audio": "audio"}


class NoSender(ValueError):
    """The account has no sender in this channel."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that a citizen sends.

    Attributes:
        kind: MIME type.
        name: of the file; empty when there is none.
        content: the bytes.
    """

    kind: str
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a citizen sends.

    Attributes:
        citizen: from where.
        text: the words; with a button or a list item its title.
        files: pictures and the like.
        name: profile name in WhatsApp.
        button: `id` of the quick reply that was pressed.
        item: `id` and `title` of the list item that was chosen.
        reply_to: message of ours that is answered.
        location: latitude, longitude, label, address.
        forwarded: whether it was forwarded.
    """

    citizen: Address
    text: str = ""
    files: tuple[File, ...] = ()
    name: str = ""
    button: str = ""
    item: tuple[str, str] | None = None
    reply_to: str = ""
    location: tuple[float, float, str, str] | None = None
    forwarded: bool = False


class Reception:
    """Takes the messages of citizens.

    Args:
        provider: the running fake.
        webhooks: makes the calls.
    """

    def __init__(self, provider: Provider, webhooks: Webhooks) -> None:
        self._provider, self._webhooks = provider, webhooks

    def receive(self, inbound: Inbound) -> Document:
        """Keep the message, and deliver it beside.

        Raises:
            NoSender: there is nobody to send it to.
        """
        provider = self._provider
        ours = provider.account.sender_for(inbound.citizen.channel)
        if ours is None:
            raise NoSender(inbound.citizen.channel)
        now = provider.now()
        sms = inbound.citizen.channel == "sms"
        sid = provider.new_sid("MM" if inbound.files and sms else "SM")
        message: Document = {
            "sid": sid, "account_sid": provider.account.sid, "api_version": "2010-04-01", "body": inbound.text,
            "direction": "inbound", "error_code": None, "error_message": None, "from": str(inbound.citizen), "to": str(ours),
            "messaging_service_sid": provider.account.service or None, "num_media": str(len(inbound.files)),
            "num_segments": str(segments.count(inbound.text) if sms else 1), "price": None, "price_unit": None,
            "status": "received", "at": now, "created": now, "updated": now, "sent": now,
            "private": {"sender": str(inbound.citizen), "delivered": None, "location": inbound.location, "name": inbound.name,
                        "reply_to": inbound.reply_to},
        }
        provider.store.put_message(message)
        for file in inbound.files:
            provider.store.put_media(provider.new_sid("ME"), sid, file.kind, file.name, now, file.content)
        if not sms:
            provider.store.keep("last_inbound", str(inbound.citizen), now)
        effect = optout.apply(provider, inbound.citizen, ours, inbound.text)
        provider.store.log(now, "message.inbound", sid=sid, number=inbound.citizen.number, channel=inbound.citizen.channel,
                           keyword=effect.kind if effect else None)
        if effect and effect.reply:
            self._reply(ours, inbound.citizen, effect.reply)
        parameters = self._parameters(inbound, message, effect)
        faults = provider.faults_for(inbound.citizen.number)
        provider.spawn(self._deliver(sid, parameters, provider.chance.up_to(faults.inbound_delay)))
        if provider.chance.hits(faults.inbound_duplicate):
            provider.spawn(self._deliver(sid, parameters, provider.chance.up_to(faults.inbound_delay)))
        return message

    async def _deliver(self, sid: str, parameters: Mapping[str, str], delay: float) -> None:
        provider = self._provider
        await asyncio.sleep(delay)
        channel = "whatsapp" if parameters["From"].startswith("whatsapp:") else "sms"
        hook = provider.store.kept("webhook", channel) or {}
        faults = provider.faults_for(parameters["From"].rpartition(":")[2])
        answer = Answer(None)
        for url in (hook.get("url"), hook.get("fallback")):
            if url:
                answer = await self._webhooks.call(url, parameters, what="inbound", sid=sid, signature=faults.signature)
                if answer.good:
                    break
        message = provider.store.message(sid)
        if message is not None and not message["private"]["delivered"]:
            message["private"]["delivered"] = answer.good
            provider.store.put_message(message)
            provider.store.log(provider.now(), "inbound.delivered" if answer.good else "inbound.lost", sid=sid,
                               number=parameters["From"].rpartition(":")[2], channel=channel)
            if answer.good:
                self._twiml(answer, message)

    def _twiml(self, answer: Answer, message: Document) -> None:
        """Send what the receiver answered as TwiML: the text of each Message."""
        if not answer.body.strip():
            return
        if answer.content_type not in ("text/xml", "application/xml", "text/html", "text/plain"):
            self._provider.store.log(self._provider.now(), "warning", code=12300, sid=message["sid"])
            return
        if answer.content_type == "text/plain":
            texts = [answer.body]
        else:
            try:
                root = ElementTree.fromstring(answer.body)  # what our own gateway answers
            except ElementTree.ParseError:
                self._provider.store.log(self._provider.now(), "warning", code=12100, sid=message["sid"])
                return
            texts = ["".join(node.itertext()).strip() for node in root.findall("Message")]
        from demo.twilio.addresses import parse

        for text in texts:
            self._reply(parse(message["to"]), parse(message["from"]), text)

    def _reply(self, ours: Address, citizen: Address, text: str) -> None:
        """What the provider sends by itself, or for TwiML: nobody is told how far it comes."""
        provider, now = self._provider, self._provider.now()
        sid = provider.new_sid("SM")
        provider.store.put_message({
            "sid": sid, "account_sid": provider.account.sid, "api_version": "2010-04-01", "body": text,
            "direction": "outbound-reply", "error_code": None, "error_message": None, "from": str(ours), "to": str(citizen),
            "messaging_service_sid": None, "num_media": "0", "num_segments": str(segments.count(text)), "price": None,
            "price_unit": None, "status": "delivered", "at": now, "created": now, "updated": now, "sent": now,
            "private": {"callback": "", "sender": str(ours), "send_at": None, "expires": now, "template": "", "shown": None,
                        "media": [], "keep": True},
        })
        provider.store.log(now, "message.status", sid=sid, state="delivered", code=None, number=citizen.number,
                           channel=citizen.channel)

    def _parameters(self, inbound: Inbound, message: Document, effect: optout.Effect | None) -> dict[str, str]:
        """As https://www.twilio.com/docs/messaging/guides/webhook-request lists them, with what real calls hold besides."""
        provider, sid = self._provider, message["sid"]
        found = {
            "AccountSid": provider.account.sid, "ApiVersion": "2010-04-01", "Body": inbound.text, "From": message["from"],
            "MessageSid": sid, "NumMedia": message["num_media"], "NumSegments": message["num_segments"], "SmsMessageSid": sid,
            "SmsSid": sid, "SmsStatus": "received", "To": message["to"],
        }
        if provider.account.service:
            found["MessagingServiceSid"] = provider.account.service
        if effect and effect.told:
            found["OptOutType"] = effect.kind
        for number, media in enumerate(provider.store.media(sid)):
            found[f"MediaContentType{number}"] = media["kind"]
            found[f"MediaUrl{number}"] = (
                f"{provider.base}/2010-04-01/Accounts/{provider.account.sid}/Messages/{sid}/Media/{media['sid']}"
            )
        if inbound.citizen.channel == "sms":
            country = "NL" if message["from"].startswith("+31") else ""
            return found | {"FromCity": "", "FromCountry": country, "FromState": "", "FromZip": "", "ToCity": "",
                            "ToCountry": "NL", "ToState": "", "ToZip": ""}
        return found | self._whatsapp(inbound, message)

    def _whatsapp(self, inbound: Inbound, message: Document) -> dict[str, str]:
        digits = inbound.citizen.number.removeprefix("+")
        context: dict[str, Any] = {"ProfileName": inbound.name, "WaId": digits}
        found = {
            "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": context}}, separators=(",", ":")),
            "MessageType": _message_type(inbound), "ProfileName": inbound.name, "ReferralNumMedia": "0", "WaId": digits,
        }
        if inbound.reply_to:
            found |= {"OriginalRepliedMessageSender": message["to"], "OriginalRepliedMessageSid": inbound.reply_to}
        if inbound.button:
            found |= {"ButtonPayload": inbound.button, "ButtonText": inbound.text}
        if inbound.item is not None:
            found |= {"ListId": inbound.item[0], "ListTitle": inbound.item[1]}
        if inbound.forwarded:
            found["Forwarded"] = "true"
        if inbound.location is not None:
            latitude, longitude, label, address = inbound.location
            found |= {"Latitude": f"{latitude}", "Longitude": f"{longitude}"}
            found |= {name: value for name, value in (("Label", label), ("Address", address)) if value}
        return found


def _message_type(inbound: Inbound) -> str:
    if inbound.location is not None:
        return "location"
    if inbound.button:
        return "button"
    if inbound.item is not None:
        return "interactive"
    if inbound.files:
        kind = inbound.files[0].kind
        return "contacts" if kind == "text/vcard" else KINDS.get(kind.partition("/")[0], "document")
    return "text"
