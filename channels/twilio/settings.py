"""Settings of the provider, from the environment. Switching from the fake to the real provider is these settings only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

INBOUND_PATH = "/api/twilio/inbound"
STATUS_PATH = "/api/twilio/status"
RETRIES = "#rc=5&rp=all"
"""After an address: the provider tries again when we do not answer, up to five times; by itself it does so once, and only when no
connection can be made. The fragment is neither sent nor signed (webhooks-connection-overrides in Twilio's documentation)."""

STATUS_RETRIES = "#rc=5&rp=ct"
"""Call-backs are tried again while no connection can be made: what else gets lost is asked for (channels.twilio.asking)."""


@dataclass(frozen=True)
class TwilioSettings:
    """What is needed to send and to take messages.

    Attributes:
        account_sid, auth_token: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN.
        old_token: TWILIO_AUTH_TOKEN_OLD: accepted on webhooks too, while the token is being rotated.
        api_url: TWILIO_API_URL: instead of the provider's own addresses (for the fake).
        sms_number, whatsapp_number: TWILIO_SMS_NUMBER, TWILIO_WHATSAPP_NUMBER: our senders in E.164; empty: no such channel.
        service_sid: TWILIO_MESSAGING_SERVICE_SID: send SMS through this service.
        sms_per_second, whatsapp_per_second: TWILIO_SMS_PER_SECOND, TWILIO_WHATSAPP_PER_SECOND: of one sender, all processes
            together. A European long number is let 10 a second, a WhatsApp sender 80 (Twilio's documentation of queues).
        public_url: how the provider reaches us; its signatures are over this address.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    old_token: str = field(repr=False)
    api_url: str
    sms_number: str
    whatsapp_number: str
    service_sid: str
    sms_per_second: float
    whatsapp_per_second: float
    public_url: str

    @classmethod
    def from_environment(cls, given: Mapping[str, str], public_url: str) -> TwilioSettings | None:
        """Read the environment; None when no account is set. Raises ValueError for an account without a token."""
        if not given.get("TWILIO_ACCOUNT_SID"):
            return None
        if not given.get("TWILIO_AUTH_TOKEN"):
            raise ValueError("TWILIO_AUTH_TOKEN is missing")
        return cls(
            account_sid=given["TWILIO_ACCOUNT_SID"],
            auth_token=given["TWILIO_AUTH_TOKEN"],
            old_token=given.get("TWILIO_AUTH_TOKEN_OLD", ""),
            api_url=given.get("TWILIO_API_URL", "").rstrip("/"),
            sms_number=given.get("TWILIO_SMS_NUMBER", "").replace(" ", ""),
            whatsapp_number=given.get("TWILIO_WHATSAPP_NUMBER", "").replace(" ", "").removeprefix("whatsapp:"),
            service_sid=given.get("TWILIO_MESSAGING_SERVICE_SID", ""),
            sms_per_second=float(given.get("TWILIO_SMS_PER_SECOND") or 10),
            whatsapp_per_second=float(given.get("TWILIO_WHATSAPP_PER_SECOND") or 80),
            public_url=public_url.rstrip("/"),
        )

    @property
    def tokens(self) -> tuple[str, ...]:
        """Tokens with which a webhook may be signed."""
        return (self.auth_token, self.old_token) if self.old_token else (self.auth_token,)
