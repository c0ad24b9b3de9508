"""What a page of ours must never do: break its own policy, ask a third party, or complain in the console."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

EXPECTED = (r"401 \(Unauthorized\).*/api/balie/me$",)
"""The desk asks who is logged in before anybody is: the browser itself writes that answer to the console."""

OWN_SCHEMES = ("data", "blob", "about")


class Watch:
    """Looks at everything the pages of a context do.

    Args:
        context: where the pages are.
        origin: ours, `http://host:port`; every request must go there.

    Attributes:
        problems: what was seen, in words; empty when all is well.
    """

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self._hosts = {urlsplit(origin).netloc}
        self._allowed = list(EXPECTED)
        self.problems: list[str] = []
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("page", self._on_page)

    def allow(self, pattern: str) -> None:
        """Expect console messages with this pattern, in tests that break something on purpose."""
        self._allowed.append(pattern)

    def welcome(self, origin: str) -> None:
        """Expect requests to this origin too: a page of another site that embeds the chat."""
        self._hosts.add(urlsplit(origin).netloc)

    def _on_page(self, page: Page) -> None:
        page.on("websocket", self._on_socket)

    def _on_console(self, message: ConsoleMessage) -> None:
        words = f"{message.text} {message.location['url']}"
        if message.type in ("error", "warning") and not any(re.search(pattern, words) for pattern in self._allowed):
            self.problems.append(f"console {message.type}: {words}")

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"error in a script: {error.error}")

    def _on_request(self, request: Request) -> None:
        self._must_be_ours(request.url)

    def _on_socket(self, socket: WebSocket) -> None:
        self._must_be_ours(socket.url)

    def _must_be_ours(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in OWN_SCHEMES and parts.netloc not in self._hosts:
            self.problems.append(f"request to a third party: {url}")
