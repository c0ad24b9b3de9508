"""What the provider itself does with STOP, START and HELP (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from demo.twilio.addresses import Address
from demo.twilio.provider import Provider

MODES = ("standaard", "uitgebreid", "uit")
"""Ordinary numbers; Advanced Opt-Out of a Messaging Service; switched off by the provider at the customer's request."""

DATA = Path(__file__).parent / "data" / "opt_out.yaml"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a keyword did.

    Attributes:
        kind: STOP, START or HELP.
        reply: what the provider answers by itself; empty for nothing.
        told: whether the webhook says so in `OptOutType`.
    """

    kind: str
    reply: str
    told: bool


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return found


def mode_of(provider: Provider) -> str:
    """How opt-outs are handled now: what was set, else by whether there is a Messaging Service."""
    kept = provider.store.kept("setting", "opt_out")
    return str(kept or provider.account.opt_out or ("uitgebreid" if provider.account.service else "standaard"))


def apply(provider: Provider, citizen: Address, ours: Address, text: str) -> Effect | None:
    """Carry out the keyword that a message consists of; None when it is none."""
    mode = mode_of(provider)
    if mode == "uit" or (mode == "standaard" and citizen.channel != "sms"):
        return None
    word = text.strip().lower()
    kind = next((name for name, entry in _words()[mode].items() if word in entry["woorden"]), None)
    if kind is None:
        return None
    name, was_out = f"{citizen} {ours}", provider.opted_out(citizen, ours)
    if kind == "STOP":
        provider.store.keep("opted_out", name, provider.now())
    elif kind == "START":
        provider.store.forget("opted_out", name)
        if mode == "standaard" and not was_out:
            return None  # an ordinary "yes" of somebody who never stopped
    reply = "" if kind == "STOP" and was_out else str(_words()[mode][kind]["antwoord"])
    return Effect(kind, reply, told=mode == "uitgebreid")
