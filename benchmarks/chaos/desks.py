"""Members of staff at the real desk: they race for whoever waits, answer, give back and close, and send again what got lost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from typing import Any

import aiohttp

from benchmarks.chaos.diary import Answer, Claim, DeskDiary

FAILURES = (aiohttp.ClientError, ConnectionError, TimeoutError, OSError)
PAUSE = 0.5
OFTEN = 200
"""How often one call is repeated while the gateway is away; with the pauses, longer than any fault lasts."""


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

    async def work(self, stop: asyncio.Event) -> None:
        """Until `stop`: take somebody who waits, help, and end it."""
        listening = asyncio.create_task(self._listen())
        try:
            while not stop.is_set():
                listed = await self._call("GET", "conversations?view=waiting")
                waiting = [item for item in listed["items"] if self._wanted(item)]
                if not waiting:
                    await asyncio.sleep(PAUSE)
                    continue
                item = self._dice.choice(waiting[:3])
                with contextlib.suppress(Refused):
                    if await self._claim(item["id"], item["epoch"]):
                        await self._help(item["id"])
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self._http.close()

    def _wanted(self, item: dict[str, Any]) -> bool:
        return item["state"] in ("queued", "callback") and not item["locked"] and item["id"] not in self._leave

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
        owner = (await self._call("GET", f"conversations/{conversation}"))["item"].get("owner")
        return bool(owner) and owner["id"] == self._member

    async def _help(self, conversation: str) -> None:
        """One to three answers, and an end."""
        for number in range(self._dice.randint(1, 3)):
            await asyncio.sleep(self._dice.uniform(0.1, 1.0))
            await self._say(conversation, f"Antwoord {number + 1} van {self._account['username']} {self._dice.getrandbits(40)}")
        end, body = self._dice.choice((
            ("close", {"outcome": "answered", "note": ""}), ("close", {"outcome": "answered", "note": ""}),
            ("return", {"reason": "klaar"}), ("requeue", {}),
        ))
        item = (await self._call("GET", f"conversations/{conversation}"))["item"]
        await self._call("POST", f"conversations/{conversation}/{end}", {"epoch": item["epoch"], **body})
        self._diary.count({"close": "closed", "return": "given back to the bot", "requeue": "put back in the queue"}[end])

    async def _say(self, conversation: str, text: str) -> None:
        message = {"id": str(uuid.UUID(int=self._dice.getrandbits(128), version=4)), "text": text}
        path = f"conversations/{conversation}/messages"
        seq = (await self._call("POST", path, message))["seq"]
        self._diary.answers.append(Answer(conversation, message["id"], self._member, text, seq))
        self._diary.count("answers")
        if self._dice.random() < 0.15:  # a nervous browser
            await self._call("POST", path, message)
            self._diary.count("answers sent twice")

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
                    finally:
                        touching.cancel()
            await asyncio.sleep(PAUSE)

    async def _touch(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """The mouse moves now and then."""
        while not socket.closed:
            with contextlib.suppress(*FAILURES):
                await socket.send_json({"type": "active"})
            await asyncio.sleep(5)
