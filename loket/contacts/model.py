"""What is registered about a contact. The caller masks texts first: no BSN, no IBAN, no more than the colleague needs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# Lengths from the OpenAPI file of Klantinteracties 0.9.0; a longer text is a 400 for the whole contact.
SUBJECT_LENGTH = 200
CONTENT_LENGTH = 1000
CHANNEL_LENGTH = 50
ACTION_LENGTH = 200
EXPLANATION_LENGTH = 1000

# ISO 639-1 to 639-3. The register takes any three letters, so a wrong one would never be noticed.
_LANGUAGES = {
    "nl": "nld", "en": "eng", "de": "deu", "fr": "fra", "es": "spa", "pl": "pol", "tr": "tur", "ar": "ara", "uk": "ukr",
    "ru": "rus", "ro": "ron", "bg": "bul", "pt": "por", "it": "ita", "fa": "fas", "so": "som", "ti": "tir", "zh": "zho",
    "pap": "pap", "fy": "fry",
}  # fmt: skip
UNDETERMINED = "und"


class ActorKind(StrEnum):
    """``soortActor``."""

    EMPLOYEE = "medewerker"
    AUTOMATED = "geautomatiseerde_actor"
    UNIT = "organisatorische_eenheid"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who handles a contact or a task: the assistant, a unit, an employee. Found by ``key``, made when it is not there.

    Attributes:
        key: ``actoridentificator.objectId``: unique within the codes of the configuration.
        name: name.
        kind: kind of actor.
        function: for an employee and an automated actor.
    """

    key: str
    name: str
    kind: ActorKind
    function: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A finished contact.

    Attributes:
        key: the caller's own key, the same at every attempt; it makes the call repeatable.
        channel: for example ``chat``, ``sms`` or ``whatsapp``.
        subject: what it was about.
        content: the summary.
        at: when it took place (aware).
        language: ISO 639-1 code of the conversation.
        confidential: whether only those involved may read it.
        succeeded: whether the citizen was reached and helped; None when unknown.
        party: UUID of the citizen's partij; None for an anonymous citizen, who stays anonymous.
        case_uuid: UUID of the zaak it was about, if any.
        metadata: flat strings for our own reference.
    """

    key: str
    channel: str
    subject: str
    content: str
    at: datetime
    language: str = "nl"
    confidential: bool = False
    succeeded: bool | None = None
    party: str | None = None
    case_uuid: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """A promise to the citizen that a colleague must keep (``internetaak``).

    Attributes:
        key: the caller's own key, the same at every attempt.
        contact: UUID of the klantcontact that led to it.
        action: what must be done, for example "Terugbellen".
        actor: UUID of the actor who must do it.
        explanation: what the colleague needs to know.
    """

    key: str
    contact: str
    action: str
    actor: str
    explanation: str = ""


def number_of(key: str) -> str:
    """The ``nummer`` of a contact or task: ten characters made from the caller's key.

    The API has no idempotency key, but a ``nummer`` is unique (measured: the second POST is a 400), so a number that follows
    from the key makes a repeated POST harmless. 50 bits: with a million contacts the chance of any collision is 0.05 %, and
    a collision is noticed, because the key is in ``metadata`` as well.
    """
    return base64.b32encode(hashlib.sha256(key.encode()).digest())[:10].decode()


def language_code(language: str) -> str:
    """ISO 639-1 (with or without a region) as the three letters that the register wants."""
    return _LANGUAGES.get(language.lower().partition("-")[0], UNDETERMINED)


def shortened(text: str, length: int) -> str:
    """``text`` cut at a word to at most ``length`` characters, with an ellipsis when something was cut off."""
    text = text.strip()
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if not text[length - 1].isspace() and len(cut.split()) > 1:
        cut = cut.rsplit(None, 1)[0]
    return cut.rstrip() + "…"
