"""HTTP routes of logging in with DigiD.

`GET  /digid/inloggen`   from the web chat: away to the provider, in the same window
`GET  /digid/terug`      back from the provider, into the same conversation
`POST /digid/uitloggen`  answers `{"next": address}`: where the browser goes to log out at the provider too
`GET  /digid/uitgelogd`  after that
`GET  /i/{token}`        the one-time link of SMS and WhatsApp: a page that explains; `POST` goes on to the provider
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from urllib.parse import quote

import structlog
from aiohttp import web

from channels.digid.pages import Pages, stylesheet
from channels.web.access import COOKIE, same_origin
from channels.web.sessions import LIFETIME, Session, WebSessions
from channels.web.sessions import NAME as WEB
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.cases.errors import InvalidInput
from loket.contacts import party
from loket.contacts.register import ContactRegister
from loket.conversations import journal
from loket.conversations.inbox import Inbox, utcnow
from loket.conversations.journal import UnknownConversation
from loket.conversations.model import Author, Inbound
from loket.conversations.states import State
from loket.identity.digid import DigidSessions
from loket.identity.logins import PendingLogins
from loket.identity.oidc import Pending, RelyingParty
from loket.identity.oidc_errors import LoginInvalid, LoginRefused, OidcError, ProviderUnavailable
from loket.identity.one_time import OneTimeTokens, WrongToken
from loket.partners.find import address_of
from loket.store.engine import Store
from loket.store.schema import Conversation

log = structlog.get_logger(__name__)
PURPOSE = "digid"
LINK_COOKIE = "verbonden_link"
"""Binds a log-in that began with a one-time link to its browser; there is no chat session there."""

BACK = "/digid/terug"
LOGGED_IN = "/ingelogd"
"""Payload of the message with which a conversation goes on after logging in (data/rules/zaakstatus.yml)."""


@dataclass(frozen=True)
class DigidServices:
    """What the routes need. `bsn_claim` is the claim of the ID token with the BSN, `register` that of contacts or None."""

    store: Store
    party: RelyingParty
    sessions: DigidSessions
    logins: PendingLogins
    tokens: OneTimeTokens
    web_sessions: WebSessions
    inbox: Inbox
    bus: Bus
    composer: Composer
    pages: Pages
    public_url: str
    bsn_claim: str
    register: ContactRegister | None = None


class DigidRoutes:
    """Registers the routes."""

    def __init__(self, services: DigidServices) -> None:
        self._s = services
        self._url = services.public_url.rstrip("/")
        self._secure = self._url.startswith("https://")

    def add(self, app: web.Application) -> None:
        """Register them."""
        app.router.add_get("/digid/inloggen", self._log_in)
        app.router.add_get(BACK, self._back)
        app.router.add_post("/digid/uitloggen", self._log_out)
        app.router.add_get("/digid/uitgelogd", self._logged_out)
        app.router.add_get("/digid/pagina.css", stylesheet)
        app.router.add_get("/i/{token}", self._explain)
        app.router.add_post("/i/{token}", self._use)

    async def _log_in(self, request: web.Request) -> web.StreamResponse:
        secret = request.cookies.get(COOKIE, "")
        session = await self._s.web_sessions.find(secret) if secret else None
        link = request.query.get("link", "")
        if link and await self._elsewhere(link, session):
            raise web.HTTPSeeOther(f"{self._url}/i/{quote(link, safe='')}")
        if session is None:
            return self._s.pages.answer("geen_gesprek", 400, go=f"{self._url}/")
        try:
            address = await self._begin(secret, session.conversation_id)
        except ProviderUnavailable as error:
            return self._failed(error, by_link=False)
        raise web.HTTPSeeOther(address, headers={"Cache-Control": "no-store"})

    async def _elsewhere(self, link: str, session: Session | None) -> bool:
        """Whether a link is for another conversation than that of this browser: the chat may stand on another site, which
        keeps our cookie from us."""
        try:
            conversation_id = await self._s.tokens.look(PURPOSE, link)
        except WrongToken:
            return session is None
        return session is None or session.conversation_id != conversation_id

    async def _begin(self, browser: str, conversation_id: str) -> str:
        """Where to send a browser. Who logs in anew chooses anew: `prompt=login`. Raises ProviderUnavailable."""
        address, pending = await self._s.party.begin(self._url + BACK, {"prompt": "login"})
        await self._s.logins.remember(pending, browser, conversation_id)
        return address

    async def _back(self, request: web.Request) -> web.StreamResponse:
        """The provider's answer: whatever is wrong with it, nobody is logged in and the citizen reads how to go on."""
        answer = dict(request.query)
        failure: OidcError = LoginInvalid("browser")
        found: tuple[Pending, str] | None = None
        by_link, browser = LINK_COOKIE in request.cookies and COOKIE not in request.cookies, ""
        for name in (LINK_COOKIE, COOKIE):
            if found is None and (browser := request.cookies.get(name, "")):
                try:
                    found = await self._s.logins.take(answer.get("state", ""), browser)
                    by_link = name == LINK_COOKIE
                except LoginInvalid as error:
                    failure = error
        if found is None:
            return self._failed(failure, by_link)
        pending, conversation_id = found
        try:
            identity = await self._s.party.finish(pending, answer)
            bsn = identity.claims.get(self._s.bsn_claim)
            if not isinstance(bsn, str):
                raise LoginInvalid("no_bsn")
            conversation_id = await self._s.inbox.open_one(conversation_id)
            await self._s.sessions.begin(conversation_id, bsn)
        except InvalidInput:
            return self._failed(LoginInvalid("wrong_bsn"), by_link)
        except (OidcError, UnknownConversation) as error:
            return self._failed(error if isinstance(error, OidcError) else LoginInvalid("conversation"), by_link)
        await self._go_on(conversation_id, bsn)
        if by_link:
            response: web.StreamResponse = self._s.pages.answer("ingelogd")
            response.del_cookie(LINK_COOKIE, path="/")
            return response
        # An answer and not an exception: those lose their cookies.
        response = web.Response(status=303, headers={"Location": f"{self._url}/", "Cache-Control": "no-store"})
        await self._rotate(browser, response)
        return response

    async def _rotate(self, secret: str, response: web.StreamResponse) -> None:
        """A new cookie for the same session: one that someone else may have known is worth nothing from here on."""
        fresh = await self._s.web_sessions.rotate(secret)
        if fresh is not None:
            response.set_cookie(COOKIE, fresh, max_age=int(LIFETIME.total_seconds()), httponly=True, secure=self._secure,
                                samesite="Lax", path="/")

    async def _go_on(self, conversation_id: str, bsn: str) -> None:
        """The conversation goes on where it was, as if the citizen said so: the bot or the human answers."""
        async with self._s.store.read() as session:
            conversation = await session.get_one(Conversation, conversation_id)
        inbound = Inbound(conversation.channel, conversation.address, f"digid:{uuid.uuid4()}",
                          self._s.composer.text("digid.ik_ben_ingelogd").text, utcnow(), LOGGED_IN)
        received = await self._s.inbox.receive(conversation_id, inbound)
        for event in ({"kind": "state"}, {"kind": "message", "seq": received.seq}, {"kind": "wake"}, {"kind": "queue"}):
            self._s.bus.publish({**event, "conversation": received.conversation_id})
        if State(conversation.state) is not State.BOT:  # the bot, which would find out whose contact it is, is not asked
            found = await party.logged_in(self._s.register, conversation.facts, received.seq, bsn)
            async with self._s.store.write() as session:
                row = await journal.locked(session, received.conversation_id)
                row.facts = {**row.facts, **found}

    async def _log_out(self, request: web.Request) -> web.StreamResponse:
        if not same_origin(request, self._url):
            raise web.HTTPForbidden
        session = await self._s.web_sessions.find(request.cookies.get(COOKIE, ""))
        if session is None:
            raise web.HTTPUnauthorized
        next_ = f"{self._url}/"
        if await self._s.sessions.end(session.conversation_id):
            await self._say_logged_out(session.conversation_id)
            # Without the ID token as a hint: it holds the BSN, and addresses end up in histories and logs.
            next_ = await self._s.party.end_session_url(None, f"{self._url}/digid/uitgelogd") or next_
        response = web.json_response({"next": next_})
        await self._rotate(request.cookies.get(COOKIE, ""), response)
        return response

    async def _say_logged_out(self, conversation_id: str) -> None:
        async with self._s.store.read() as session:
            conversation = await session.get_one(Conversation, conversation_id)
        rendered = self._s.composer.text("digid.uitgelogd")
        said = await self._s.inbox.say(conversation_id, Author.SYSTEM, rendered, conversation.epoch)
        if said is not None:
            self._s.bus.publish({"kind": "message", "conversation": conversation_id, "seq": said.seq})
        self._s.bus.publish({"kind": "state", "conversation": conversation_id})
        self._s.bus.publish({"kind": "queue", "conversation": conversation_id})

    async def _logged_out(self, request: web.Request) -> web.StreamResponse:
        return self._s.pages.answer("uitgelogd", go=f"{self._url}/")

    async def _explain(self, request: web.Request) -> web.StreamResponse:
        """A page with a button. The link is not used up by opening it: messengers open links to preview them."""
        try:
            conversation_id = await self._s.tokens.look(PURPOSE, request.match_info["token"])
        except WrongToken as error:
            return self._wrong_link(error)
        async with self._s.store.read() as session:
            conversation = await session.get_one(Conversation, conversation_id)
        address = None if conversation.channel == WEB else await address_of(self._s.store, conversation_id, conversation.channel)
        if address is None:
            return self._s.pages.answer("link_web")
        return self._s.pages.answer("link", nummer=address.number[-2:])

    async def _use(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Origin") not in (None, "null") and not same_origin(request, self._url):
            raise web.HTTPForbidden
        token = request.match_info["token"]
        try:
            # First the provider, then the token: when it is down the link can be used again.
            await self._s.party.begin(self._url + BACK)
            conversation_id = await self._s.tokens.use(PURPOSE, token)
            browser = secrets.token_urlsafe(32)
            address = await self._begin(browser, conversation_id)
        except WrongToken as error:
            return self._wrong_link(error)
        except ProviderUnavailable as error:
            return self._failed(error, by_link=True)
        # No redirect: a policy of the page about forms would forbid one to another site.
        response = self._s.pages.answer("naar_digid", refresh=address)
        response.set_cookie(LINK_COOKIE, browser, max_age=900, httponly=True, secure=self._secure, samesite="Lax", path="/")
        return response

    def _wrong_link(self, error: WrongToken) -> web.Response:
        name = {"used": "link_gebruikt", "expired": "link_te_oud"}.get(error.reason, "link_onbekend")
        return self._s.pages.answer(name, 410 if error.reason != "unknown" else 404)

    def _failed(self, error: OidcError, by_link: bool) -> web.Response:
        """Nobody is logged in. Who came with a link has the conversation elsewhere, and no use for the way to our chat."""
        if isinstance(error, ProviderUnavailable):
            log.warning("digid.provider_down", reason=error.reason)
            name, status = "digid_storing", 503
        else:
            log.warning("digid.not_logged_in", reason=error.reason)
            name, status = ("gestopt", 200) if isinstance(error, LoginRefused) else ("mislukt", 400)
        if by_link:
            return self._s.pages.answer(f"{name}_link", status)
        return self._s.pages.answer(name, status, go=f"{self._url}/")

