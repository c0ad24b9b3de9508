"""The provider's API: the `twilio` package over HTTP calls of our own that end in time."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from channels.twilio.incoming import CARDS, WHATSAPP, Incoming
from channels.twilio.settings import TwilioSettings
from loket.media.fetching import NotFetched
from loket.media.kinds import MAX_BYTES, MAX_FILES, NotAccepted

SECONDS = 10.0
"""For one call, from the first byte to the last. The package's own asynchronous client has no time-out at all."""

MEDIA_SECONDS = 30.0
BODY_BYTES = 2 * 1024 * 1024
LISTED = 5000
"""How many messages of citizens are read at most after an outage."""

RECENT = 50
"""How many messages to one number are looked through for one that may have been sent: far more than go out in a minute."""


class ProviderFailed(Exception):
    """The provider did not do it.

    Attributes:
        code: its error code, 0 when there was none.
        status: HTTP status, 0 when nothing answered.
        certain: whether it is certain that nothing was sent.
        retry_after: seconds that it asks us to wait.
    """

    def __init__(self, code: int, status: int, certain: bool, retry_after: float = 0.0) -> None:
        super().__init__(f"error {code}, status {status}")
        self.code, self.status, self.certain, self.retry_after = code, status, certain, retry_after


@dataclass(frozen=True)
class Sending:
    """One message for the provider: `to` with its prefix, and a text, perhaps with the address of a file, or a template with its
    variables."""

    to: str
    body: str = ""
    content_sid: str = ""
    variables: Mapping[str, str] | None = None
    file: str = ""


@dataclass(frozen=True)
class Sent:
    """What the provider made of it."""

    sid: str
    state: str
    segments: int


class _Http(AsyncHttpClient):  # type: ignore[misc]
    """HTTP for the `twilio` package; each call ends within `seconds`, whatever the server does."""

    def __init__(self, seconds: float) -> None:
        super().__init__(logging.getLogger("channels.twilio"), True, seconds)
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None
        self.retry_after = 0.0

    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=32))
        return self._session

    async def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        as_json = (headers or {}).get("Content-Type") == "application/json"
        async with asyncio.timeout(self._seconds):
            async with self.session().request(
                method.upper(),
                url,
                params={name: str(value) for name, value in (params or {}).items()},
                data=None if as_json else data,
                json=data if as_json else None,
                headers={**(headers or {}), **({"Authorization": aiohttp.encode_basic_auth(*auth)} if auth else {})},
                allow_redirects=allow_redirects,
            ) as answer:
                body = await answer.content.read(BODY_BYTES)
                while len(body) < BODY_BYTES and (more := await answer.content.read(BODY_BYTES)):
                    body += more
                self.retry_after = _seconds(answer.headers.get("Retry-After"))
                return Response(answer.status, body.decode("utf-8", "replace"), answer.headers)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class TwilioApi:
    """Sends, looks messages up, and fetches files. `seconds` is the time for one call."""

    def __init__(self, settings: TwilioSettings, seconds: float = SECONDS) -> None:
        self._settings = settings
        self._http = _Http(seconds)
        self._client = Client(settings.account_sid, settings.auth_token, http_client=self._http)
        if settings.api_url:
            self._client.api.base_url = settings.api_url
            self._client.content.base_url = settings.api_url

    async def send(self, sending: Sending, callback: str) -> Sent:
        """Ask the provider to send one message; `callback` is where it tells how far it came. Raises ProviderFailed."""
        given: dict[str, Any] = {"to": sending.to, "status_callback": callback}
        if sending.content_sid:
            given["content_sid"] = sending.content_sid
            given["content_variables"] = json.dumps(dict(sending.variables or {}))
        else:
            given["body"] = sending.body
        if sending.file:
            given["media_url"] = [sending.file]
        whatsapp = sending.to.startswith("whatsapp:")
        if whatsapp:
            given["from_"] = f"whatsapp:{self._settings.whatsapp_number}"
        elif self._settings.service_sid:
            given["messaging_service_sid"] = self._settings.service_sid
        else:
            given["from_"] = self._settings.sms_number
        made = await self._call(self._client.messages.create_async(**given))
        return Sent(str(made.sid), str(made.status), int(made.num_segments or 0) or 1)

    async def find(self, sending: Sending, since: datetime, known: set[str], any_form: bool = False) -> Sent | None:
        """The message that an earlier attempt may have sent: to this number, since that moment, and not one of `known`.

        It has this text. With `any_form` one with another text will do if there is none: of a template the provider makes the
        text, and the earlier attempt may have been without one. Raises ProviderFailed.
        """
        found = await self._call(self._client.messages.list_async(to=sending.to, limit=RECENT, page_size=RECENT))
        new = [
            message
            for message in found
            if message.sid not in known
            and message.date_created is not None
            and message.date_created >= since
            and str(message.direction) == "outbound-api"
        ]
        same = [message for message in new if message.body == sending.body]
        for message in same or (new if any_form else []):
            return Sent(str(message.sid), str(message.status), int(message.num_segments or 0) or 1)
        return None

    async def inbound(self, since: datetime, until: datetime) -> list[Incoming]:
        """Messages to our numbers from `since` until `until`, oldest first, without their files. Raises ProviderFailed."""
        ours = [self._settings.sms_number, self._settings.whatsapp_number and f"whatsapp:{self._settings.whatsapp_number}"]
        found: list[Any] = []
        for number in filter(None, ours):
            # The provider filters by whole seconds.
            listing = self._client.messages.list_async(to=number, date_sent_after=since, limit=LISTED, page_size=100)
            found += await self._call(listing)
        mine = [m for m in found if str(m.direction) == "inbound" and m.date_created and since <= m.date_created <= until]
        # The list is newest first, and its moments are whole seconds.
        return [_incoming(message) for message in sorted(reversed(mine), key=lambda message: message.date_created)]

    async def with_files(self, incoming: Incoming) -> Incoming:
        """With the addresses of its files, as far as these are still there. Raises ProviderFailed."""
        if not incoming.has_files:
            return incoming
        try:
            found = await self._call(self._client.messages(incoming.sid).media.list_async(limit=MAX_FILES))
        except ProviderFailed as failed:
            if failed.status != 404:
                raise
            return incoming
        base, account = self._client.api.base_url, self._settings.account_sid
        root = f"{base}/2010-04-01/Accounts/{account}/Messages/{incoming.sid}/Media"
        cards = [one for one in found if one.content_type in CARDS]
        files = tuple(f"{root}/{one.sid}" for one in found if one not in cards)
        return replace(incoming, files=files, contacts=bool(cards))

    async def state(self, sid: str) -> tuple[str, int | None]:
        """How far a message came, and its error. Raises ProviderFailed."""
        found = await self._call(self._client.messages(sid).fetch_async())
        return str(found.status), found.error_code

    async def fetch(self, source: str) -> bytes:
        """The bytes of a file of a message (`loket.media.fetching.Fetch`). Only the provider's own addresses are asked.

        Raises NotFetched, NotAccepted.
        """
        if not self._trusted(source):
            raise NotFetched("foreign address", permanent=True)
        headers = {"Authorization": aiohttp.encode_basic_auth(self._settings.account_sid, self._settings.auth_token)}
        try:
            async with asyncio.timeout(MEDIA_SECONDS):
                async with self._http.session().get(source, headers=headers) as answer:
                    if answer.status != 200:
                        raise NotFetched(f"status {answer.status}", permanent=answer.status in (401, 403, 404, 410))
                    data = bytearray()
                    async for chunk in answer.content.iter_chunked(64 * 1024):
                        data += chunk
                        if len(data) > MAX_BYTES:
                            raise NotAccepted("too_big")
                    return bytes(data)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotFetched(type(error).__name__, permanent=False) from error

    def _trusted(self, source: str) -> bool:
        """The address comes in a signed request; this keeps it from ever pointing inside our own network."""
        if self._settings.api_url:
            return source.startswith(self._settings.api_url + "/")
        parts = urlsplit(source)
        return parts.scheme == "https" and (parts.hostname or "").endswith(".twilio.com")

    # -- templates -----------------------------------------------------------------------------------------------

    async def templates(self) -> dict[str, str]:
        """The content templates of the account: friendly name to sid; of equal names the newest. Raises ProviderFailed."""
        found = await self._call(self._client.content.v1.contents.list_async(limit=1000, page_size=100))
        return {str(one.friendly_name): str(one.sid) for one in sorted(found, key=lambda one: one.date_created)}

    async def approved(self, sid: str) -> bool:
        """Whether WhatsApp approved a template. Raises ProviderFailed."""
        found = await self._call(self._client.content.v1.contents(sid).approval_fetch().fetch_async())
        return str((found.whatsapp or {}).get("status")) == "approved"

    async def make_template(self, body: Mapping[str, Any]) -> str:
        """Make a template (`ContentCreateRequest` of the Content API); returns its sid. Raises ProviderFailed."""
        return str((await self._content("/v1/Content", body))["sid"])

    async def ask_approval(self, sid: str, name: str, category: str) -> None:
        """Ask WhatsApp to approve a template. Raises ProviderFailed."""
        await self._content(f"/v1/Content/{sid}/ApprovalRequests/whatsapp", {"name": name, "category": category})

    async def _content(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        # The package wants these as objects of classes that it makes anew with each release; the JSON is the stable contract.
        answer: Response = await self._call(
            self._http.request(
                "POST",
                f"{self._client.content.base_url}{path}",
                data=dict(body),
                headers={"Content-Type": "application/json", "Accept": "application/json"},
                auth=(self._settings.account_sid, self._settings.auth_token),
            )
        )
        if answer.status_code >= 300:
            raise ProviderFailed(_code(answer.text), answer.status_code, certain=True)
        return dict(json.loads(answer.text))

    async def _call(self, work: Any) -> Any:
        try:
            return await work
        except TwilioRestException as error:
            # A 5xx may come from in front of, or from behind, the place where the message is made.
            raise ProviderFailed(error.code or 0, error.status, error.status < 500, self._http.retry_after) from error
        except (TwilioException, aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            certain = isinstance(error, aiohttp.ClientConnectorError)  # it was never asked
            raise ProviderFailed(0, 0, certain) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()


def _incoming(message: Any) -> Incoming:
    number = str(message.from_)
    return Incoming(
        channel="whatsapp" if number.startswith(WHATSAPP) else "sms",
        sid=str(message.sid),
        number=number.removeprefix(WHATSAPP),
        text=str(message.body or ""),
        has_files=str(message.num_media or "0") != "0",
    )


def _seconds(header: str | None) -> float:
    return float(header) if header and header.isdecimal() else 0.0


def _code(text: str) -> int:
    try:
        return int(json.loads(text).get("code") or 0)
    except (ValueError, AttributeError, TypeError):
        return 0
