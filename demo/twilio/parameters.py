"""The parameters that the API takes, strictly: what the published description does not name is refused.

The real API ignores what it does not know, so that a misspelt parameter goes unnoticed; here it is error 20001. The names and
forms are those of `CreateMessage` and others in twilio-oai; tests/contract/specs/twilio.yaml is the cut that proves it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from multidict import MultiMapping

from demo.twilio.errors import Refusal, refusal

Check = Callable[[str], bool]


def sid(prefix: str) -> Check:
    """A provider's identifier: two letters and 32 hexadecimal digits."""
    return lambda value: re.fullmatch(rf"(?:{prefix})[0-9a-fA-F]{{32}}", value) is not None


def is_url(value: str) -> bool:
    """An absolute web address with a host; hosts with an underscore are not taken."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "_" not in (parts.hostname or "")


def one_of(*values: str) -> Check:
    """One of a few words."""
    return lambda value: value in values


def whole(low: int, high: int) -> Check:
    """A whole number in a range."""
    return lambda value: re.fullmatch(r"[0-9]{1,9}", value) is not None and low <= int(value) <= high


def is_number(value: str) -> bool:
    """A number with or without decimals."""
    return re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) is not None


def is_moment(value: str) -> bool:
    """A date or a moment in ISO 8601."""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def anything(value: str) -> bool:
    """No rule here: the resource itself judges it."""
    return True


boolean = one_of("true", "false", "True", "False")
method = one_of("GET", "POST")

CREATE_MESSAGE: Mapping[str, Check] = {
    "To": anything, "From": anything, "MessagingServiceSid": sid("MG"), "Body": anything, "MediaUrl": anything,
    "ContentSid": anything, "ContentVariables": anything, "StatusCallback": anything, "ApplicationSid": sid("AP"),
    "MaxPrice": is_number, "ProvideFeedback": boolean, "Attempt": whole(1, 10**6), "ValidityPeriod": whole(1, 36000),
    "ForceDelivery": boolean, "ContentRetention": one_of("retain", "discard"), "AddressRetention": one_of("retain", "obfuscate"),
    "SmartEncoded": boolean, "PersistentAction": anything, "ShortenUrls": boolean, "ScheduleType": one_of("fixed"),
    "SendAt": is_moment, "SendAsMms": boolean, "RiskCheck": one_of("enable", "disable"), "TrafficType": one_of("free"),
    "MessageIntent": anything, "FallbackFrom": anything,
}
SEVERAL = frozenset({"MediaUrl", "PersistentAction"})
"""May be given more than once."""

UPDATE_MESSAGE: Mapping[str, Check] = {"Body": anything, "Status": one_of("canceled")}
PAGING: Mapping[str, Check] = {"PageSize": whole(1, 1000), "Page": whole(0, 10**6), "PageToken": anything}
LIST_MESSAGES: Mapping[str, Check] = {
    "To": anything, "From": anything, "DateSent": is_moment, "DateSent<": is_moment, "DateSent>": is_moment, **PAGING,
}
LIST_MEDIA: Mapping[str, Check] = {"DateCreated": is_moment, "DateCreated<": is_moment, "DateCreated>": is_moment, **PAGING}
LIST_NUMBERS: Mapping[str, Check] = {
    "Beta": boolean, "FriendlyName": anything, "PhoneNumber": anything, "Origin": one_of("twilio", "hosted"), **PAGING,
}
UPDATE_NUMBER: Mapping[str, Check] = {
    "AccountSid": sid("AC"), "ApiVersion": anything, "FriendlyName": anything, "SmsApplicationSid": sid("AP"),
    "SmsFallbackMethod": method, "SmsFallbackUrl": anything, "SmsMethod": method, "SmsUrl": anything, "StatusCallback": anything,
    "StatusCallbackMethod": method, "VoiceApplicationSid": sid("AP"), "VoiceCallerIdLookup": boolean,
    "VoiceFallbackMethod": method, "VoiceFallbackUrl": anything, "VoiceMethod": method, "VoiceUrl": anything,
    "EmergencyStatus": one_of("Active", "Inactive"), "EmergencyAddressSid": sid("AD"), "TrunkSid": sid("TK"),
    "VoiceReceiveMode": one_of("voice", "fax"), "IdentitySid": sid("RI"), "AddressSid": sid("AD"), "BundleSid": sid("BU"),
}
LIST_SENDERS: Mapping[str, Check] = {"Channel": one_of("whatsapp", "rcs"), **PAGING}


def read(given: MultiMapping[Any], known: Mapping[str, Check]) -> dict[str, list[str]]:
    """The parameters by name, each with its values.

    Raises:
        Refusal: one is unknown, given twice, no text, or not in its form.
    """
    found: dict[str, list[str]] = {}
    for name in given:
        values = given.getall(name)
        if name not in known:
            raise refusal(20001, f"{name} is not a parameter of this resource")
        if len(values) > 1 and name not in SEVERAL:
            raise refusal(20001, f"{name} is given {len(values)} times")
        for value in values:
            if not isinstance(value, str):
                raise refusal(20001, f"{name} is a file")
            if value and not known[name](value):
                raise refusal(20001, f"{name} has an invalid value")
        # An empty value means the same as none, except where emptiness is the message (redacting a body).
        if any(values) or name == "Body":
            found[name] = list(values)
    return found


def variables_of(text: str) -> dict[str, str]:
    """`ContentVariables`: a JSON object with texts.

    Raises:
        Refusal: 21656.
    """
    try:
        found = json.loads(text)
    except ValueError:
        raise refusal(21656) from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise refusal(21656)
    return found


def unexpected(given: Mapping[str, Any], known: set[str], where: str) -> Refusal | None:
    """The refusal of JSON members that the published schema does not have."""
    extra = sorted(set(given) - known)
    return refusal(20001, f"{where}: unknown {', '.join(extra)}") if extra else None
