"""One inbound webhook, read (https://www.twilio.com/docs/messaging/guides/webhook-request)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loket.media.kinds import MAX_FILES

WHATSAPP = "whatsapp:"
CARDS = ("text/vcard", "text/x-vcard", "text/directory")


class NotAMessage(ValueError):
    """A signed request that is not a message to us."""


@dataclass(frozen=True)
class Incoming:
    """A message of a citizen as the provider tells it.

    Attributes:
        channel: sms or whatsapp.
        sid: the provider's id; a repetition has the same.
        number: of the citizen.
        text: what was typed; empty for a file or a button without words.
        payload: of a pressed button or a chosen line of a list.
        replies_to: sid of our message that this answers to.
        profile_name: as the citizen calls himself on WhatsApp.
        files: addresses of files.
        location, contacts: whether a place or people were sent.
        opted: STOP, START or HELP when the provider has settled that already.
        has_files: there are files whose addresses are not known yet.
    """

    channel: str
    sid: str
    number: str
    text: str
    payload: str | None = None
    replies_to: str | None = None
    profile_name: str = ""
    files: tuple[str, ...] = ()
    location: bool = False
    contacts: bool = False
    opted: str = ""
    has_files: bool = False


def read(given: Mapping[str, str], account_sid: str) -> Incoming:
    """Read the parameters. Raises NotAMessage when something that every message has is missing, or it is for another account."""
    sender, to, sid = given.get("From", ""), given.get("To", ""), given.get("MessageSid") or given.get("SmsMessageSid") or ""
    if given.get("AccountSid") != account_sid:
        raise NotAMessage("account")
    if not sender or not to or not sid:
        raise NotAMessage("incomplete")
    whatsapp = sender.startswith(WHATSAPP)
    if whatsapp != to.startswith(WHATSAPP):
        raise NotAMessage("channels")
    count = given.get("NumMedia", "0")
    numbers = range(min(int(count), MAX_FILES)) if count.isdecimal() else range(0)
    kinds = [given.get(f"MediaContentType{number}", "").lower() for number in numbers]
    files = [given.get(f"MediaUrl{number}", "") for number in numbers]
    cards = any(kind in CARDS for kind in kinds) or given.get("MessageType") == "contacts"
    return Incoming(
        channel="whatsapp" if whatsapp else "sms",
        sid=sid[:64],
        number=sender.removeprefix(WHATSAPP).strip(),
        text=given.get("Body", "") or given.get("ButtonText", "") or given.get("ListTitle", ""),
        payload=given.get("ButtonPayload") or given.get("ListId") or None,
        replies_to=given.get("OriginalRepliedMessageSid") or None,
        profile_name=given.get("ProfileName", ""),
        files=tuple(url for url, kind in zip(files, kinds) if url and kind not in CARDS),
        location=bool(given.get("Latitude") and given.get("Longitude")),
        contacts=cards,
        opted=given.get("OptOutType", "").upper(),
    )
