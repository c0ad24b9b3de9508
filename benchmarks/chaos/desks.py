"""Members of staff at the real desk: they race for whoever waits, answer, give back and close, and send again what got lost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from typing import Any

import aiohttp

from benchmarks.chaos.diary import Answer, Claim, DeskDiary, Opened

FAILURES = (aiohttp.ClientError, ConnectionError, TimeoutError, OSError)
PAUSE = 0.5
OFTEN = 200
"""How often one call is repeated while the gateway is away; with the pauses, longer than any fault lasts."""

DRAIN_SECONDS = 60.0
"""How long a desk that may stop goes on with who still waits."""

ENDINGS = (
    ("close", {"outcome": "answered", "note": ""}), ("close", {"outcome": "answered", "note": ""}),
    ("return", {"reason": "klaar"}), ("requeue", {}),
)  # fmt: skip
COUNTED = {"close": "closed", "return": "given back to the bot", "requeue": "put back in the queue"}


class Refused(Exception):
    """The desk said no: `status` and `code`."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class Desk:
    """One member of staff.

    Args:
        url, username, password: of a demo account.
        diary: shared by all desks.
        dice: what this one does.
        leave: conversations that are no part of this.
    """

    def __init__(
        self, url: str, username: str, password: str, diary: DeskDiary, dice: random.Random, leave: frozenset[str] = frozenset()
    ) -> None:
        self._url, self._account, self._diary, self._dice = url, {"username": username, "password": password}, diary, dice
        self._leave = leave
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=10), headers={"Origin": url}
        )
        self._csrf, self._member = "", ""
        self._known: dict[str, int] = {}

    async def work(self, stop: asyncio.Event) -> None:
        """Take somebody who waits, help, and end it; from `stop` on until nobody waits any more. Leaves nobody behind."""
        listening, clock = asyncio.create_task(self._listen()), asyncio.get_running_loop().time
        deadline = float("inf")
        try:
            while clock() < deadline:
                stopping = stop.is_set()
                if stopping and deadline == float("inf"):
                    deadline = clock() + DRAIN_SECONDS
                waiting = await self._list("waiting")
                if not waiting and stopping:
                    break
                if not waiting:
                    await asyncio.sleep(PAUSE)
                    continue
                item = self._dice.choice(waiting[:3])
                with contextlib.suppress(Refused):
                    if await self._claim(item["id"], item["epoch"]):
                        await self._help(item["id"], stop)
            for item in await self._list("mine"):
                with contextlib.suppress(Refused):
                    await self._end(item["id"], *ENDINGS[0])
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self._http.close()

    async def _list(self, view: str) -> list[dict[str, Any]]:
        listed = await self._call("GET", f"conversations?view={view}")
        return [item for item in listed["items"] if item["id"] not in self._leave and (view == "mine" or self._wanted(item))]

    def _wanted(self, item: dict[str, Any]) -> bool:
        return item["state"] in ("queued", "callback") and not item["locked"]

    async def _claim(self, conversation: str, epoch: int) -> bool:
        try:
            await self._call("POST", f"conversations/{conversation}/claim", {"epoch": epoch})
        except Refused as refused:
            self._diary.count("claims lost to a colleague" if refused.status == 409 else f"claims refused: {refused}")
            # The answer to a first try may have got lost: then it is ours after all.
            return refused.status == 409 and await self._is_mine(conversation)
        self._diary.claims.append(Claim(conversation, epoch, self._member))
        self._diary.count("claims")
        return True

    async def _is_mine(self, conversation: str) -> bool:
        owner = (await self._open(conversation)).get("owner")
        return bool(owner) and owner["id"] == self._member

    async def _help(self, conversation: str, stop: asyncio.Event) -> None:
        """Open it, one to three answers, and an end: any, or from `stop` on one after which nobody waits."""
        await self._open(conversation)
        for number in range(self._dice.randint(1, 3)):
            await asyncio.sleep(self._dice.uniform(0.1, 1.0))
            await self._say(conversation, f"Antwoord {number + 1} van {self._account['username']} {self._dice.getrandbits(40)}")
        await self._end(conversation, *(ENDINGS[0] if stop.is_set() else self._dice.choice(ENDINGS)))

    async def _end(self, conversation: str, end: str, body: dict[str, Any]) -> None:
        item = await self._open(conversation)
        await self._call("POST", f"conversations/{conversation}/{end}", {"epoch": item["epoch"], **body})
        self._diary.count(COUNTED[end])

    async def _open(self, conversation: str) -> dict[str, Any]:
        """How it stands, and what was said."""
        known = self._known.get(conversation, 0)
        found = await self._call("GET", f"conversations/{conversation}")
        shown = tuple((message["seq"], message["author"], message["text"]) for message in found["messages"])
        self._diary.opened.append(Opened(conversation, known, shown))
        self._diary.count("opened")
        item: dict[str, Any] = found["item"]
        return item

    async def _say(self, conversation: str, text: str) -> None:
        message = {"id": str(uuid.UUID(int=self._dice.getrandbits(128), version=4)), "text": text}
        path = f"conversations/{conversation}/messages"
        seq = (await self._call("POST", path, message))["seq"]
        self._diary.answers.append(Answer(conversation, message["id"], self._member, text, seq))
        self._knows(conversation, seq)
        self._diary.count("answers")
        if self._dice.random() < 0.15:  # a nervous browser
            await self._call("POST", path, message)
            self._diary.count("answers sent twice")

    def _knows(self, conversation: str, seq: int) -> None:
        self._known[conversation] = max(seq, self._known.get(conversation, 0))

    # -- the line ------------------------------------------------------------------------------------------------

    async def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call until there is an answer. Raises Refused, and ConnectionError when there never is one."""
        for _ in range(OFTEN):
            try:
                if not self._csrf:
                    await self._log_in()
                async with self._http.request(
                    method, f"{self._url}/api/balie/{path}", json=body, headers={"X-CSRF-Token": self._csrf}
                ) as answer:
                    if answer.status == 401:
                        self._csrf = ""
                    elif answer.status < 400:
                        return await answer.json() if answer.content_type == "application/json" else {}
                    elif answer.status < 500:
                        raise Refused(answer.status, (await answer.json()).get("code", ""))
                    else:
                        self._diary.count("calls that failed (5xx)")
            except FAILURES:
                self._diary.count("calls without an answer")
            await asyncio.sleep(PAUSE)
        raise ConnectionError(path)

    async def _log_in(self) -> None:
        async with self._http.post(f"{self._url}/api/balie/login", json=self._account) as answer:
            answer.raise_for_status()
            found = await answer.json()
        self._csrf, self._member = found["csrf"], found["user"]["id"]
        self._diary.count("log-ins")

    async def _listen(self) -> None:
        """The open page: hears what is said in its conversations, and shows that somebody is there."""
        while True:
            with contextlib.suppress(*FAILURES, ValueError):
                async with self._http.ws_connect(f"{self._url}/api/balie/ws", heartbeat=10) as socket:
                    touching = asyncio.create_task(self._touch(socket))
                    try:
                        async for frame in socket:
                            if frame.type is aiohttp.WSMsgType.TEXT and (body := json.loads(frame.data))["type"] == "message":
                                message = body["message"]
                                self._diary.seen.append((body["conversation"], message["seq"], message["author"]))
                                self._knows(body["conversation"], message["seq"])
                    finally:
                        touching.cancel()
            await asyncio.sleep(PAUSE)

    async def _touch(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """The mouse moves now and then."""
        while not socket.closed:
            with contextlib.suppress(*FAILURES):
                await socket.send_json({"type": "active"})
            await asyncio.sleep(5)
