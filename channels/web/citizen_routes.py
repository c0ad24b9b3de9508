"""What a citizen can do with their conversation as a whole: keep it, delete it, choose a language."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from channels import wire
from channels.web import transcript
from channels.web.access import COOKIE, Access
from channels.web.hidden import hidden, logged_in_since
from channels.web.sessions import Session, WebSessions
from loket.answers.compose import Composer
from loket.conversations import journal
from loket.conversations.erasure import Erasure, HumanBusy
from loket.conversations.inbox import utcnow
from loket.conversations.language import Languages, UnknownLanguage
from loket.store.engine import Store

WHOLE = 10_000
"""Messages in a transcript at most; a conversation that long is no conversation."""

FORMS = {"html": ("text/html", transcript.as_html), "json": ("application/json", transcript.as_json)}


class CitizenRoutes:
    """`/api/web/...` beside the session and the socket. Errors are `{"code", "text"}` with the text to show.

    Args:
        store, composer: of the gateway.
        sessions: of browsers.
        access: who may ask.
        name: of the assistant.
    """

    def __init__(
        self,
        store: Store,
        composer: Composer,
        sessions: WebSessions,
        access: Access,
        erasure: Erasure,
        languages: Languages,
        name: str,
    ) -> None:
        self._store, self._composer, self._sessions, self._access = store, composer, sessions, access
        self._erasure, self._languages, self._name = erasure, languages, name

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/api/web/transcript", self._transcript)
        app.router.add_post("/api/web/language", self._language)
        app.router.add_post("/api/web/delete", self._delete)

    async def session(self, request: web.Request, *, reading: bool = False) -> Session:
        """The browser that asks. Raises HTTPForbidden for a page that may not, HTTPUnauthorized without a session."""
        self._access.check(request, reading=reading)
        session = await self._sessions.find(self._access.secret(request))
        if session is None:
            raise self.problem(web.HTTPUnauthorized, "no_session", "web.geen_sessie")
        return session

    def problem(self, kind: type[web.HTTPException], code: str, key: str, **values: Any) -> web.HTTPException:
        """An error that says in Dutch what to do."""
        body = web.json_response({"code": code, "text": self._composer.text(key, **values).text}).text
        return kind(text=body, content_type="application/json")

    async def body(self, request: web.Request) -> dict[str, Any]:
        """The JSON of a request. Raises HTTPBadRequest."""
        try:
            found = await request.json()
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise self.problem(web.HTTPBadRequest, "malformed", "geweigerd.even_niet")
        return found

    async def _transcript(self, request: web.Request) -> web.Response:
        citizen = await self.session(request, reading=True)
        form = request.query.get("form", "html")
        if form not in FORMS:
            raise self.problem(web.HTTPBadRequest, "malformed", "geweigerd.even_niet")
        async with self._store.read() as session:
            ids = await journal.chain(session, citizen.conversation_id)
            rows = await journal.messages(session, ids, for_citizen=True, limit=WHOLE)
            since = await logged_in_since(session, citizen.conversation_id, utcnow())
        told = [wire.message(row, self._composer.directory, self._name) for row in rows]
        messages = [hidden(row, body, since, self._composer) for row, body in zip(rows, told, strict=True)]
        kind, make = FORMS[form]
        now, texts = utcnow(), self._composer.texts
        filename = f"{texts.line('verslag.bestand')}-{now.astimezone(transcript.CLOCK):%Y-%m-%d}.{form}"
        return web.Response(
            text=make(messages, texts, now),
            content_type=kind,
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="{filename}"'},
        )

    async def _language(self, request: web.Request) -> web.Response:
        citizen = await self.session(request)
        try:
            await self._languages.choose(citizen.conversation_id, str((await self.body(request)).get("language")))
        except UnknownLanguage:
            raise self.problem(web.HTTPBadRequest, "unknown_language", "geweigerd.even_niet") from None
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        citizen = await self.session(request)
        anyway = (await self.body(request)).get("anyway") is True
        try:
            await self._erasure.erase(citizen.conversation_id, anyway=anyway)
        except HumanBusy:
            raise self.problem(web.HTTPConflict, "human_busy", "gewist.mens_bezig") from None
        response = web.Response(status=204)
        response.del_cookie(COOKIE, path="/")
        return response
