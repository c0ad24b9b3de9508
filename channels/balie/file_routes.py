"""Staff send a file to a citizen: `POST /api/balie/conversations/{id}/files`, the bytes as they are."""

from __future__ import annotations

from urllib.parse import unquote

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from channels.balie.guard import Guard
from channels.limits import Limits, NotSendable
from channels.twilio.files import SENDABLE
from channels.web.connection import CLIENT_ID
from channels.web.file_routes import read_file
from channels.whatsapp.channel import NAME as WHATSAPP
from loket import metrics
from loket.answers.compose import Composer
from loket.conversations.desk import Desk
from loket.identity.sessions import LoggedIn
from loket.media import Media, NotAccepted
from loket.store.schema import Message

BUSY = ("unscanned",)
"""Not the fault of the file: sending it again later can help."""


class StaffFileRoutes:
    """Takes a file for the citizen of a conversation on WhatsApp; no other channel can bring one."""

    def __init__(self, desk: Desk, media: Media, limits: Limits, composer: Composer, guard: Guard) -> None:
        self._desk, self._media, self._limits, self._composer, self._guard = desk, media, limits, composer, guard

    def add(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_post("/api/balie/conversations/{id}/files", self._guard(self._send))

    async def _send(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        client_id = request.headers.get("X-Message-Id", "")
        if not CLIENT_ID.fullmatch(client_id):
            return self._guard.problem(400, "malformed")
        conversation = await self._desk.conversation(request.match_info["id"])
        if conversation.channel != WHATSAPP:
            raise NotSendable("file_not_here")
        await self._limits.check(conversation, "")
        try:
            file = await self._media.check(await read_file(request), unquote(request.headers.get("X-File-Name", "")))
            if len(file.data) > SENDABLE.get(file.kind.mime, 0):
                raise NotAccepted("too_big" if file.kind.mime in SENDABLE else "kind")
        except NotAccepted as refused:
            return self._guard.problem(503 if refused.code in BUSY else 422, f"file_{refused.code}")

        async def keep(session: AsyncSession, message: Message) -> None:
            await self._media.keep(session, message, [file])

        text = self._composer.text("bestand.van_medewerker", naam=file.name).text
        seq = await self._desk.say(conversation.id, logged_in.member, client_id, text, keep)
        metrics.count("media_out", channel=WHATSAPP)
        return web.json_response({"seq": seq})
