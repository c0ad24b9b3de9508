"""Error answers, with the codes and the words of the provider's error dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

MORE_INFO = "https://www.twilio.com/docs/errors/{code}"

MESSAGES = {
    20001: "Parameter validation error: {0}",
    20003: "Authenticate",
    20004: "Method not allowed",
    20009: "Cannot delete message because delivery has not been completed.",
    20404: "The requested resource {0} was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service unavailable",
    21211: "Invalid 'To' Phone Number: {0}",
    21212: "Invalid From Number (caller ID): {0}",
    21266: "'To' and 'From' number cannot be the same: {0}",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {0}",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided ({0}) is not a valid message-capable Twilio phone number for this destination.",
    21609: "The StatusCallback URL {0} is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21612: "Message cannot be sent with the current combination of 'To' ({0}) and/or 'From' ({1}) parameters",
    21614: "To number: {0}, is not a mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21620: "Invalid media URL(s)",
    21623: "Number of media files exceeds allowed limit",
    21655: "The ContentSid is Invalid",
    21656: "The ContentVariables Parameter is invalid",
    21659: "'From' {0} is not a Twilio phone number or Short Code country mismatch",
    21701: "The Messaging Service does not exist",
    21703: "The Messaging Service does not have any phone numbers",
    21910: "Invalid From and To pair. From and To should be of the same channel",
    30409: "Message cannot be canceled: it is not scheduled",
    35111: "SendAt is required to schedule a message",
    35114: "SendAt time must be between 300 seconds and 35 days (inclusive) in the future",
    35118: "MessagingServiceSid is required to schedule a message",
    63007: "Twilio could not find a Channel with the specified From address",
}
"""Texts of errors that the API itself answers with."""

LATER = {
    11200: "HTTP retrieval failure",
    12300: "Invalid Content-Type",
    21610: "Attempt to send to unsubscribed recipient",
    30001: "Queue overflow",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Carrier violation",
    30008: "Unknown error",
    30036: "Validity Period Expired",
    63005: "Channel did not accept given content. Please refer to provider specification",
    63016: "Failed to send freeform message because you are outside the allowed window. "
           "If you are using WhatsApp, please use a Message Template.",
    63019: "Media failed to download",
    63024: "Invalid message recipient",
}
"""Texts of errors that become known after the API accepted a message."""

STATUS = {20003: 401, 20004: 405, 20009: 409, 20404: 404, 20429: 429, 20500: 500, 20503: 503}
"""HTTP status; the others are 400."""


@dataclass
class Refusal(Exception):
    """What the API answers instead of the resource.

    Attributes:
        code: of the provider's dictionary.
        message: for people.
        status: HTTP status.
    """

    code: int
    message: str
    status: int

    def body(self) -> dict[str, Any]:
        """As the API sends it."""
        return {"code": self.code, "message": self.message, "more_info": MORE_INFO.format(code=self.code), "status": self.status}

    def response(self) -> web.Response:
        """The whole answer."""
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else {}
        if self.status == 429:
            headers["Retry-After"] = "1"
        return web.json_response(self.body(), status=self.status, headers=headers)


def refusal(code: int, *filled: object) -> Refusal:
    """The error with this code; `filled` goes into its text."""
    return Refusal(code, MESSAGES[code].format(*filled), STATUS.get(code, 400))
