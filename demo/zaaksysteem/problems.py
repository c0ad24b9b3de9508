"""Error answers: the body of RFC 7807, but as ``application/json``, as Open Zaak sends it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from aiohttp import web

NOT_FOUND_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>API dashboard | Demo zaaksysteem</title></head>
<body><h1>Demo zaaksysteem</h1><p>Page not found (404)</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class InvalidParam:
    """One entry of ``invalidParams``."""

    name: str
    code: str
    reason: str


class Problem(Exception):
    """An error answer.

    Attributes:
        status: HTTP status.
        kind: last part of ``type``, the name of the error class in the original.
        code: machine-readable code.
        title: Dutch title.
        detail: Dutch detail; the title when empty.
        params: for a 400, what is wrong with which field.
        headers: extra headers.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        code: str,
        title: str,
        detail: str = "",
        params: tuple[InvalidParam, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.kind = kind
        self.code = code
        self.title = title
        self.detail = detail or title
        self.params = params
        self.headers = headers

    def body(self, origin: str) -> dict[str, Any]:
        """The JSON body.

        Args:
            origin: scheme and host of the request.
        """
        body: dict[str, Any] = {
            "type": f"{origin}/ref/fouten/{self.kind}/",
            "code": self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": f"urn:uuid:{uuid.uuid4()}",
        }
        if self.status == 400 and self.params:
            body["invalidParams"] = [{"name": param.name, "code": param.code, "reason": param.reason} for param in self.params]
        return body


def denied(code: str = "permission_denied", detail: str = "") -> Problem:
    """403. Open Zaak has no 401: every refusal of a token is a 403 with its own code."""
    return Problem(403, "PermissionDenied", code, "Je hebt geen toestemming om deze actie uit te voeren.", detail)


def not_found(detail: str = "") -> Problem:
    """404 in JSON."""
    return Problem(404, "NotFound", "not_found", "Niet gevonden.", detail)


def invalid(name: str, code: str, reason: str) -> Problem:
    """400 for one field or parameter."""
    return Problem(400, "ValidationError", "invalid", "Ongeldige invoer.", params=(InvalidParam(name, code, reason),))


def invalid_fields(params: tuple[InvalidParam, ...]) -> Problem:
    """400 for several fields."""
    return Problem(400, "ValidationError", "invalid", "Ongeldige invoer.", params=params)


def required(*names: str) -> Problem:
    """400 for missing fields."""
    params = tuple(InvalidParam(name, "required", "Dit veld is verplicht.") for name in names)
    return Problem(400, "ValidationError", "invalid", "Ongeldige invoer.", params=params)


def unknown_version() -> Problem:
    """404 in JSON for another version of an API that exists."""
    return not_found("Ongeldige versie in URL-pad.")


def precondition(detail: str) -> Problem:
    """412: a CRS header is missing."""
    return Problem(412, "PreconditionFailed", "precondition_failed", "Voorwaarde is niet vervuld", detail)


def not_acceptable(detail: str = "") -> Problem:
    """406."""
    return Problem(406, "NotAcceptable", "not_acceptable", "Kan niet voldoen aan de opgegeven Accept header.", detail)


def server_error() -> Problem:
    """500, also for something that is not a UUID in ``/zaken/<uuid>``."""
    return Problem(500, "APIException", "error", "Er is een serverfout opgetreden.", "Internal Server Error")


def html_not_found() -> web.Response:
    """404 of a path outside the API, or with a trailing slash: HTML."""
    return web.Response(status=404, text=NOT_FOUND_PAGE, content_type="text/html", charset="utf-8")
