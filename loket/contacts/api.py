"""Lists and new objects of the Klantinteracties API, and its authorisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from loket.cases.answers import validated
from loket.cases.errors import Misconfigured, NotFound
from loket.cases.transport import Transport
from loket.contacts.answers import Page

ROOT = "/klantinteracties/api/v1"


class TokenAuthorization:
    """``Authorization: Token ...``: not Bearer, and a refusal is a 401."""

    def __init__(self, token: str) -> None:
        """Keep the token."""
        self._header = f"Token {token}"

    def header(self) -> str:
        """The header's value."""
        return self._header

    def refused(self, code: str, server_date: str | None) -> bool:
        """A token does not expire: asking again does not help."""
        return False


class Api:
    """One contact register."""

    def __init__(self, transport: Transport) -> None:
        """Prepare; nothing is sent."""
        self._transport = transport

    async def list[Model: BaseModel](self, model: type[Model], resource: str, filters: Mapping[str, str]) -> list[Model]:
        """The first page of a list; all our filters find a handful at most.

        Raises:
            Unavailable: no usable answer in time.
            Misconfigured: the register refuses us.
        """
        if not all(value.strip() for value in filters.values()):
            raise AssertionError("an empty filter is no filter: it would return everybody")
        try:
            page = validated(Page, await self._transport.read(f"{ROOT}/{resource}", params=filters))
        except NotFound:
            raise Misconfigured("http_404") from None
        return [validated(model, item) for item in page.results]

    async def create[Model: BaseModel](self, model: type[Model], resource: str, body: Mapping[str, Any]) -> Model:
        """Make an object. Sent once.

        Raises:
            Unavailable: no usable answer; it is unknown whether the object was made.
            Misconfigured: the register refuses us; ``Rejected`` when it refuses the body.
        """
        try:
            return validated(model, await self._transport.write("POST", f"{ROOT}/{resource}", body))
        except NotFound:
            raise Misconfigured("http_404") from None

    async def close(self) -> None:
        """Close connections."""
        await self._transport.close()
