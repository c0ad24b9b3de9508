"""The account: who may call, which senders it has, and where their webhooks go."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from demo.twilio.addresses import Address, parse

DUTCH_AND_NEAR = ("+31", "+32", "+49", "+33", "+44", "+48", "+90", "+380", "+212", "+34", "+40", "+359", "+963")
"""Countries to which SMS is switched on (geographic permissions); others give 21408."""


class MissingSetting(ValueError):
    """A setting without which the account can not be made; its text is the name."""


def derived_sid(prefix: str, *parts: str) -> str:
    """An identifier that is the same at each start."""
    return prefix + hashlib.sha256(" ".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Account:
    """What the account holds.

    Attributes:
        sid: `AC…`.
        token: auth token; signs the webhooks.
        old_token: from before a rotation; still accepted.
        keys: secrets of API keys by `SK…`.
        sms: the number that sends and takes SMS; empty when there is none.
        whatsapp: the number of the WhatsApp sender; empty when there is none.
        service: `MG…` of the Messaging Service with these senders; empty when there is none.
        webhook_sms: address of inbound SMS, as people would set it in the console.
        webhook_whatsapp: the same for WhatsApp.
        deliver_to: origin that is really called instead of that of the webhook, as a reverse proxy would; empty: the same.
        opt_out: how the provider itself handles STOP (optout.MODES); empty: as it does when nothing was arranged.
        regions: beginnings of numbers to which SMS is switched on.
    """

    sid: str
    token: str = field(repr=False)
    old_token: str = field(default="", repr=False)
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    sms: str = ""
    whatsapp: str = ""
    service: str = ""
    webhook_sms: str = ""
    webhook_whatsapp: str = ""
    deliver_to: str = ""
    opt_out: str = ""
    regions: tuple[str, ...] = DUTCH_AND_NEAR

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Account:
        """Read the settings that the channels use too, and those of the fake alone (`TWILIO_FAKE_…`).

        Raises:
            MissingSetting: sid or token are not there.
        """
        for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
            if not environment.get(name):
                raise MissingSetting(name)
        key = environment.get("TWILIO_API_KEY_SID", "")
        return cls(
            sid=environment["TWILIO_ACCOUNT_SID"],
            token=environment["TWILIO_AUTH_TOKEN"],
            old_token=environment.get("TWILIO_AUTH_TOKEN_OLD", ""),
            keys={key: environment.get("TWILIO_API_KEY_SECRET", "")} if key else {},
            sms=parse(environment.get("TWILIO_SMS_NUMBER", "")).number,
            whatsapp=parse(environment.get("TWILIO_WHATSAPP_NUMBER", "")).number,
            service=environment.get("TWILIO_MESSAGING_SERVICE_SID", ""),
            webhook_sms=environment.get("TWILIO_FAKE_WEBHOOK_SMS", ""),
            webhook_whatsapp=environment.get("TWILIO_FAKE_WEBHOOK_WHATSAPP", ""),
            opt_out=environment.get("TWILIO_FAKE_OPT_OUT", ""),
            deliver_to=environment.get("TWILIO_FAKE_DELIVER_TO", "").rstrip("/"),
        )

    def may_call(self, user: str, password: str) -> bool:
        """Whether these credentials are right: the sid with a token, or an API key with its secret."""
        if user == self.sid:
            return bool(password) and password in (self.token, self.old_token)
        return bool(self.keys.get(user)) and self.keys[user] == password

    @property
    def number_sid(self) -> str:
        """`PN…` of the SMS number."""
        return derived_sid("PN", self.sid, self.sms)

    @property
    def sender_sid(self) -> str:
        """`XE…` of the WhatsApp sender."""
        return derived_sid("XE", self.sid, self.whatsapp)

    @property
    def senders(self) -> tuple[Address, ...]:
        """All senders."""
        found = [Address("sms", self.sms)] if self.sms else []
        return (*found, Address("whatsapp", self.whatsapp)) if self.whatsapp else tuple(found)

    def sender_for(self, channel: str) -> Address | None:
        """The sender of a channel."""
        return next((sender for sender in self.senders if sender.channel == channel), None)
