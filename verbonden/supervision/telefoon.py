"""The fake provider of SMS and WhatsApp (`demo/twilio`) as a process here: only in demo mode and without a real account."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from verbonden.supervision.probes import http_answers, http_ok
from verbonden.supervision.process import Spec

SMS_NUMBER, WHATSAPP_NUMBER = "+3197010200001", "+3197010200002"
"""Numbers of the demonstration; nothing is ever sent to or from them."""

INBOUND = "/api/twilio/inbound"
"""Where the gateway takes messages (channels.twilio.settings)."""

MAY_NOT_KNOW = ("VERBONDEN_DATABASE_URL", "VERBONDEN_VAULT_KEYS", "ZAAKSYSTEEM_SECRET", "KLANTINTERACTIES_TOKEN")


def is_wanted(base: Mapping[str, str]) -> bool:
    """Whether it must run: in demo mode, when no account is set."""
    return base.get("VERBONDEN_DEMO", "1") == "1" and not base.get("TWILIO_ACCOUNT_SID")


def settings(base: Mapping[str, str], account_sid: str, auth_token: str, url: str) -> dict[str, str]:
    """The account, as the product must know it.

    Args:
        base: the environment; numbers that are set there stay.
        account_sid, auth_token: of this folder's secrets.
        url: of the fake.
    """
    return {
        "TWILIO_ACCOUNT_SID": account_sid,
        "TWILIO_AUTH_TOKEN": auth_token,
        "TWILIO_API_URL": url,
        "TWILIO_SMS_NUMBER": base.get("TWILIO_SMS_NUMBER") or SMS_NUMBER,
        "TWILIO_WHATSAPP_NUMBER": base.get("TWILIO_WHATSAPP_NUMBER") or WHATSAPP_NUMBER,
    }


def spec(var: Path, environment: Mapping[str, str], gateway: str, port: int) -> Spec:
    """How it is run.

    Args:
        var: folder for what it writes.
        environment: of the product, with `settings`.
        gateway: where the gateway is reached from this machine.
        port: where it listens.
    """
    webhook = environment["VERBONDEN_PUBLIC_URL"].rstrip("/") + INBOUND
    own = {
        # After a break of the gateway the provider tries again (webhooks-connection-overrides).
        "TWILIO_FAKE_WEBHOOK_SMS": f"{webhook}#rc=5&rp=all",
        "TWILIO_FAKE_WEBHOOK_WHATSAPP": f"{webhook}#rc=5&rp=all",
        "TWILIO_FAKE_DELIVER_TO": gateway,
        # As docs/sms-en-whatsapp.md advises to arrange it: a new question after STOP can still be answered.
        "TWILIO_FAKE_OPT_OUT": "uit",
        "TWILIO_FAKE_URL": environment["TWILIO_API_URL"],
    }
    kept = {name: value for name, value in environment.items() if name not in MAY_NOT_KNOW}
    host = environment["VERBONDEN_HOST"] or "127.0.0.1"
    healthy = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/fake/settings"  # noqa: S104 (compared, not bound)
    return Spec(
        "twilio",
        (sys.executable, "-m", "demo.twilio", "--host", host, "--port", str(port), "--data", str(var / "twilio.sqlite3")),
        {**kept, **own}, http_ok(healthy), http_answers(healthy), port, wave=1, essential=False,
    )
