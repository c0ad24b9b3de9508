"""A citizen sends a file to a human: `POST /api/web/files`, the bytes as they are."""

from __future__ import annotations

from urllib.parse import unquote

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.web.citizen_routes import CitizenRoutes
from channels.web.connection import CLIENT_ID
from channels.web.sessions import NAME
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.inbox import Inbox, utcnow
from loket.conversations.model import Inbound, Rendered
from loket.conversations.states import HUMAN_OWNED, WAITING, State
from loket.identity.attempts import Attempts, TooManyAttempts
from loket.media import MAX_BYTES, Checked, Media, NotAccepted
from loket.store.engine import Store
from loket.store.schema import Conversation, Message

CHUNK = 64 * 1024
FILES_LIMIT = 20
"""So many files an hour from one browser."""

TROUBLE = {
    "empty": "bestand.leeg",
    "too_big": "bestand.te_groot",
    "kind": "bestand.soort",
    "virus": "bestand.virus",
    "unscanned": "bestand.niet_nagekeken",
}
BUSY = ("unscanned",)
"""Not the fault of the file: sending it again later can help."""


class NobodyToSee(Exception):
    """No human has the conversation, or is asked for."""


class FileRoutes:
    """Takes files of a citizen for a human; the bot never gets one.

    Args:
        citizen: knows the session, and how errors are told.
    """

    def __init__(
        self, store: Store, inbox: Inbox, media: Media, attempts: Attempts, bus: Bus, composer: Composer, citizen: CitizenRoutes
    ) -> None:
        self._store, self._inbox, self._media, self._attempts = store, inbox, media, attempts
        self._bus, self._composer, self._citizen = bus, composer, citizen

    def add(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_post("/api/web/files", self._receive)

    async def _receive(self, request: web.Request) -> web.Response:
        session = await self._citizen.session(request)
        problem = self._citizen.problem
        client_id = request.headers.get("X-Message-Id", "")
        if not CLIENT_ID.fullmatch(client_id):
            raise problem(web.HTTPBadRequest, "malformed", "geweigerd.even_niet")
        try:
            await self._attempts.count("file", [f"web:{session.id}"], FILES_LIMIT)
            async with self._store.read() as database:
                state = await database.scalar(select(Conversation.state).where(Conversation.id == session.conversation_id))
            _must_have_human(state)
            file = await self._media.check(await read_file(request), unquote(request.headers.get("X-File-Name", "")))
            seq = await self._keep(session.id, session.conversation_id, client_id, file)
        except TooManyAttempts:
            raise problem(web.HTTPTooManyRequests, "too_many", "bestand.te_vaak") from None
        except NobodyToSee:
            raise problem(web.HTTPConflict, "no_human", "bestand.geen_mens") from None
        except NotAccepted as refused:
            kind = web.HTTPServiceUnavailable if refused.code in BUSY else web.HTTPUnprocessableEntity
            raise problem(kind, refused.code, TROUBLE[refused.code]) from None
        return web.json_response({"seq": seq})

    async def _keep(self, session_id: str, conversation_id: str, client_id: str, file: Checked) -> int:
        """Store the message with its file in one transaction; the same id is stored once."""

        async def also(session: AsyncSession, conversation: Conversation, message: Message) -> list[Rendered]:
            _must_have_human(conversation.state)  # locked now: it can have been closed in between
            await self._media.keep(session, message, [file])
            return []

        text = self._composer.text("bestand.gestuurd").text
        inbound = Inbound(NAME, session_id, f"{session_id}:{client_id}", text, utcnow())
        received = await self._inbox.receive(conversation_id, inbound, also, settled=True)
        self._bus.publish({"kind": "message", "conversation": received.conversation_id, "seq": received.seq})
        self._bus.publish({"kind": "queue", "conversation": received.conversation_id})
        return received.seq


def _must_have_human(state: str | None) -> None:
    if state is None or State(state) not in HUMAN_OWNED | WAITING:
        raise NobodyToSee


async def read_file(request: web.Request) -> bytes:
    """The body, and not more of it than a file may have. Raises NotAccepted."""
    if (request.content_length or 0) > MAX_BYTES:
        raise NotAccepted("too_big")
    data = bytearray()
    async for chunk in request.content.iter_chunked(CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise NotAccepted("too_big")
    return bytes(data)
