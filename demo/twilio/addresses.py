"""Telephone numbers and channel addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass

WHATSAPP = "whatsapp:"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SHORT_CODE = re.compile(r"[0-9]{3,6}")
ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")
DUTCH = re.compile(r"\+31(?:[1-9][0-9]{8}|97[0-9]{9})")
"""Nine digits after the country code; eleven for the 097 range (Nummerplan telefoon- en ISDN-diensten)."""


@dataclass(frozen=True, slots=True)
class Address:
    """A number in one channel.

    Attributes:
        channel: `sms` or `whatsapp`.
        number: E.164, a short code, or an alphanumeric sender.
    """

    channel: str
    number: str

    def __str__(self) -> str:
        return f"{WHATSAPP}{self.number}" if self.channel == "whatsapp" else self.number

    @property
    def is_short_code(self) -> bool:
        """Whether it is a short code, which can send to us but can not be answered from a long number."""
        return SHORT_CODE.fullmatch(self.number) is not None

    @property
    def is_phone(self) -> bool:
        """Whether it is a telephone number that can exist; of Dutch ones the length is known."""
        if not E164.fullmatch(self.number):
            return False
        return not self.number.startswith("+31") or DUTCH.fullmatch(self.number) is not None

    @property
    def is_landline(self) -> bool:
        """Whether it is a Dutch number outside the mobile ranges 06 and 097, so that no SMS can reach it."""
        return self.number.startswith("+31") and not self.number.startswith(("+316", "+3197"))


def parse(text: str) -> Address:
    """Read `whatsapp:+316…` or `+316…`; spaces, dots, dashes and brackets do not matter. Never fails: see `is_phone`."""
    channel, rest = ("whatsapp", text[len(WHATSAPP):]) if text.startswith(WHATSAPP) else ("sms", text)
    squeezed = re.sub(r"[ .()-]", "", rest)
    return Address(channel, squeezed if re.fullmatch(r"\+?[0-9]+", squeezed) else rest)
