"""Which ports the processes get."""

from __future__ import annotations

import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass

LOWEST, HIGHEST = 18_000, 32_000
"""Free ports are picked below the range from which the system gives out ports to outgoing connections, so that no other
program gets one in the seconds between the choice and the start."""


class PortTaken(Exception):
    """A port that was asked for is in use; the message says which, and how to choose another."""


@dataclass(frozen=True)
class PortChoice:
    """How the port of one process is chosen.

    Attributes:
        name: of the process.
        variable: environment variable with which it is set; `0` means any free one.
        default: used when the variable is not set.
        fixed: whether the default is a promise (people know the address), or another one will do.
    """

    name: str
    variable: str
    default: int
    fixed: bool = False


CHOICES = (
    PortChoice("gateway", "VERBONDEN_PORT", 8080, fixed=True),
    PortChoice("rasa", "VERBONDEN_BOT_PORT", 5005),
    PortChoice("actions", "VERBONDEN_ACTIONS_PORT", 5055),
    PortChoice("zaaksysteem", "VERBONDEN_ZAAKSYSTEEM_PORT", 8790),
    PortChoice("inlog", "VERBONDEN_INLOG_PORT", 8792),
    PortChoice("twilio", "VERBONDEN_TWILIO_PORT", 8793),
    PortChoice("valkey", "VERBONDEN_VALKEY_PORT", 8791),
)

FOR_BROWSERS = ("gateway", "inlog", "twilio")
"""What people open in a browser listens where the gateway does; the rest on loopback."""


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def pick_free(taken: set[int]) -> int:
    """A free port that is not in `taken`. Raises PortTaken when there is none."""
    for _ in range(500):
        port = random.randint(LOWEST, HIGHEST)  # noqa: S311 (no secret)
        if port not in taken and is_free(port):
            return port
    raise PortTaken("No free port was found on this machine.")


def choose(environment: Mapping[str, str], needed: set[str], host: str) -> dict[str, int]:
    """A port for each process in `needed`.

    Args:
        environment: with the variables of CHOICES.
        needed: names of the processes that this machine runs.
        host: where the gateway listens; the others are on loopback.

    Raises:
        PortTaken: one that was asked for is in use, or is no port number.
    """
    chosen: dict[str, int] = {}
    # Another gateway port means another instance beside the usual one: it leaves the usual ports alone.
    gateway = environment.get("VERBONDEN_PORT", "")
    beside = gateway not in ("", "8080")
    for choice in CHOICES:
        if choice.name not in needed:
            continue
        text = environment.get(choice.variable, "")
        if text and not (text.isdigit() and int(text) < 65_536):
            raise PortTaken(f"{choice.variable} is {text!r}, which is no port number (0 to 65535).")
        asked = int(text) if text else (0 if beside and not choice.fixed else choice.default)
        promised = choice.fixed or bool(text)
        at = host if choice.name in FOR_BROWSERS else "127.0.0.1"
        if asked and not (asked not in chosen.values() and is_free(asked, at)):
            if promised:
                raise PortTaken(
                    f"Port {asked} (for {choice.name}) is in use by another program: stop that, or choose another port, "
                    f"for example with {choice.variable}={_suggest(asked)}."
                )
            asked = 0
        chosen[choice.name] = asked or pick_free(set(chosen.values()))
    return chosen


def _suggest(port: int) -> int:
    return next((p for p in range(port + 1, min(port + 100, 65_536)) if is_free(p)), 0)
