"""Which files are accepted: by what is in them, never by the name or type that the sender gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

import puremagic

from loket.store.text import storable

MAX_BYTES = 10 * 1024 * 1024
"""Of one file. WhatsApp lets citizens send images of 5 MB and voice notes of 16 MB; a photo of a letter is 1 to 4 MB."""

MAX_FILES = 10
"""With one message; so many a provider gives."""

NAME_LENGTH = 100


class NotAccepted(ValueError):
    """A file that is not kept. `code` is empty, too_big, kind (not one we accept), virus or unscanned (the scanner is down)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Kind:
    """One kind of file: `kind` is image, pdf or audio; `mime` is what it is served as."""

    kind: str
    mime: str
    extension: str


_ACCEPTED = {
    ".jpg": Kind("image", "image/jpeg", ".jpg"),
    ".jpeg": Kind("image", "image/jpeg", ".jpg"),
    ".png": Kind("image", "image/png", ".png"),
    ".webp": Kind("image", "image/webp", ".webp"),
    ".gif": Kind("image", "image/gif", ".gif"),
    ".heic": Kind("image", "image/heic", ".heic"),
    ".heif": Kind("image", "image/heic", ".heic"),
    ".pdf": Kind("pdf", "application/pdf", ".pdf"),
    ".ogg": Kind("audio", "audio/ogg", ".ogg"),
    ".oga": Kind("audio", "audio/ogg", ".ogg"),
    ".opus": Kind("audio", "audio/ogg", ".ogg"),
    ".mp3": Kind("audio", "audio/mpeg", ".mp3"),
    ".m4a": Kind("audio", "audio/mp4", ".m4a"),
    ".amr": Kind("audio", "audio/amr", ".amr"),
    ".aac": Kind("audio", "audio/aac", ".aac"),
}

_MARKUP = re.compile(rb"<\s*(?:!doctype|html|script|svg|\?xml)", re.IGNORECASE)
"""A file that begins as a web page is none of ours, whatever else it may be."""


def recognise(data: bytes) -> Kind:
    """The kind of a file by its content.

    Raises NotAccepted: empty, too_big, or kind when the content is none of the accepted kinds.
    """
    if not data:
        raise NotAccepted("empty")
    if len(data) > MAX_BYTES:
        raise NotAccepted("too_big")
    if _MARKUP.match(data[:512].lstrip()):
        raise NotAccepted("kind")
    try:
        matches = puremagic.magic_string(data)
    except (puremagic.PureError, ValueError):
        raise NotAccepted("kind") from None
    for match in matches:  # most certain first
        if kind := _ACCEPTED.get(match.extension.lower()):
            return kind
    raise NotAccepted("kind")


def file_name(given: str, kind: Kind) -> str:
    """A name that is safe to show and to save under, with the ending of what is in the file."""
    base = storable(given).replace("\\", "/").rsplit("/", 1)[-1]
    stem = re.sub(r"[^\w .()-]", "_", base.rsplit(".", 1)[0] if "." in base else base).strip(" ._")
    return (stem[:NAME_LENGTH] or "bestand") + kind.extension
