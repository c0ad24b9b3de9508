"""`/verder/{code}`: going on in the browser with a conversation of the telephone.

The link only shows a page with a button; programs that open links to preview them use nothing up.
"""

from __future__ import annotations

from html import escape

from aiohttp import web

from channels.onward import Onward
from channels.web.access import COOKIE, Access
from channels.web.sessions import LIFETIME, WebSessions
from loket.answers.compose import Composer
from loket.store.engine import Store

PAGE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p>{form}</main></body></html>
"""
FORM = '<form method="post"><button type="submit">{button}</button></form>'


class OnwardPages:
    """The page and what its button does."""

    def __init__(self, store: Store, onward: Onward, sessions: WebSessions, access: Access, composer: Composer) -> None:
        self._store, self._onward, self._sessions, self._access, self._composer = store, onward, sessions, access, composer

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/verder/{code}", self._explain)
        app.router.add_post("/verder/{code}", self._go)

    async def _explain(self, request: web.Request) -> web.Response:
        text = self._composer.texts.texts["verder.pagina"]
        return self._page(text.tekst, FORM.format(button=escape(self._composer.texts.line("verder.pagina_knop"))))

    async def _go(self, request: web.Request) -> web.StreamResponse:
        if not self._access.own(request):
            raise web.HTTPForbidden
        conversation = await self._onward.redeem(request.match_info["code"], f"web:{request.remote}")
        if conversation is None:
            return self._page(self._composer.texts.line("verder.pagina_werkt_niet"), "", 410)
        secret = await self._sessions.open_existing(conversation)
        answer = web.Response(status=303, headers={"Location": "/"})
        seconds = int(LIFETIME.total_seconds())
        answer.set_cookie(
            COOKIE, secret, max_age=seconds, httponly=True, secure=self._access.secure, samesite="Lax", path="/"
        )
        return answer

    def _page(self, text: str, form: str, status: int = 200) -> web.Response:
        title = escape(self._composer.texts.texts["verder.pagina"].titel)
        headers = {"Cache-Control": "no-store"}
        body = PAGE.format(title=title, text=escape(text), form=form)
        return web.Response(text=body, content_type="text/html", status=status, headers=headers)
