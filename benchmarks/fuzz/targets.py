"""What is fuzzed: every parser that reads bytes of somebody we do not know, with what must hold for anything at all."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from channels.choices import Words
from channels.sms import segments
from channels.twilio import incoming, signature
from channels.whatsapp import render
from loket.cases import identifiers
from loket.handoff.phone_numbers import NotDialable, dialable, normal
from loket.identity.vault import Unreadable as UnreadableByVault
from loket.identity.vault import Vault
from loket.media.kinds import NotAccepted, file_name, recognise
from loket.privacy.extraction import LONGEST, extract
from loket.privacy.masking import mask
from loket.privacy.second_factor import second_factor
from loket.store.field_keys import FieldKeys, Unreadable
from loket.store.text import storable

DAY, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = base64.urlsafe_b64encode(bytes(32)).decode()
TOKEN, URL, ACCOUNT = "t" * 32, "https://verbonden.example/api/twilio/inbound", "AC" + "a" * 32
BUTTONS = [{"title": "Huurtoeslag", "payload": "/a"}, {"title": "Zorgtoeslag", "payload": "/b"}]
WORDS = Words.load(Path("data/kanalen/woorden.yaml"))
KEYS, VAULT = FieldKeys([KEY]), Vault([KEY])
LABEL = re.compile(r"\[[A-Z]+\]")


def masking(data: bytes) -> None:
    """What is masked holds no more to mask; what is not hidden stands as it was, and what is hidden has a label in its place."""
    text = _text(data)
    masked = mask(text)
    assert mask(masked.text).text == masked.text, "masked twice is another text"
    assert (masked.text == text) is not bool(masked.kinds), "changed without a label, or labelled without a change"
    first, *others = LABEL.split(masked.text)
    assert text.startswith(first)
    at = len(first)
    for piece in others:
        at = text.find(piece, at + 1)
        assert at >= 0, "something is gone, or is another thing"
        at += len(piece)
    assert not others or text.endswith(others[-1])


def extraction(data: bytes) -> None:
    """What is found stands in the text, where it is said to stand."""
    text = _text(data)[:LONGEST]
    for entity in extract(text, DAY):
        assert 0 <= entity.start < entity.end <= len(text) and text[entity.start : entity.end] == entity.text
    second_factor(text, DAY)


def numbers(data: bytes) -> None:
    """Numbers of cases, people and telephones: one form, which stays as it is."""
    text = _text(data)
    for read in (identifiers.case_number, identifiers.bsn, identifiers.case_uuid):
        try:
            found = read(text)
        except identifiers.InvalidInput:
            continue
        assert read(found) == found
    try:
        found = dialable(text, DAY)
    except NotDialable:
        return
    assert normal(found) == found


def sms(data: bytes) -> None:
    """Segments and choices of an SMS, pieces of a WhatsApp message."""
    text = _text(data)
    plain = segments.plain(text)
    assert segments.count(plain).segments >= (1 if plain else 0)
    WORDS.keyword(text), WORDS.agrees(text)
    assert WORDS.choice(text, BUTTONS) in (None, *BUTTONS)
    render.split(text)


def webhook(data: bytes) -> None:
    """The form that a provider sends, with a right signature and with a wrong one."""
    body = urlencode({"AccountSid": ACCOUNT, "From": "+31612345678", "To": "+3197010200001", "MessageSid": "SM1"}).encode()
    for each in (data, body + b"&" + data):
        given = signature.parse_qsl(each.decode("utf-8", "replace"), keep_blank_values=True)
        right = RequestValidator(TOKEN).compute_signature(URL, signature.MultiDict(given))
        for signed in (right, _text(data)):
            for kind in ("application/x-www-form-urlencoded", "application/json"):
                with suppress(signature.Refused, incoming.NotAMessage):
                    incoming.read(signature.check([TOKEN], URL, kind, each, signed).parameters, ACCOUNT)


def sealed(data: bytes) -> None:
    """What somebody put in the database instead of something sealed."""
    text = _text(data)
    for stored in (text, KEYS.mark + text):
        try:
            opened = KEYS.open(stored)
        except Unreadable:
            continue
        assert opened == stored, "opened without having been sealed"
    try:
        assert KEYS.open_bytes(data) == data
        KEYS.open_bytes(KEYS.mark.encode() + data)
        raise AssertionError("opened without having been sealed")
    except Unreadable:
        pass
    try:
        VAULT.open(text)
    except UnreadableByVault:
        return
    raise AssertionError("the vault opened what it did not seal")


def files(data: bytes) -> None:
    """The kind of a file, and a name for it."""
    try:
        kind = recognise(data)
    except NotAccepted:
        return
    name = file_name(_text(data), kind)
    assert name.endswith(kind.extension) and "/" not in name and name == storable(name)


def _text(data: bytes) -> str:
    return storable(data.decode("utf-8", "replace"))


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (masking, extraction, numbers, sms, webhook, sealed, files)
}
