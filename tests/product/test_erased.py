"""A citizen deletes a conversation: afterwards no table and no key of the memory holds a word, a number or a file of it."""

from __future__ import annotations

import asyncio
import secrets
import uuid

from redis import asyncio as redis

from tests.media.samples import PDF
from tests.product.support import Desk
from tests.written import readable
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct


async def everything(product: RunningProduct) -> tuple[str, str]:
    """All that is in the store, and in the memory of the bot."""
    remembered = list[str]()
    memory = redis.from_url(product.redis_url)
    async for key in memory.scan_iter(count=500):
        if await memory.type(key) in (b"string", "string"):
            remembered.append(f"{key!r} {await memory.get(key)!r}")
    await memory.aclose()
    return await readable(product.database_url), "\n".join(remembered)


async def test_nothing_is_left_anywhere(product: RunningProduct) -> None:
    word, phone = f"kievit{secrets.token_hex(4)}", f"06{secrets.randbelow(10**8 - 10**7) + 10**7}"
    # Given a conversation with the bot and with a human, a file, and a promised call
    async with CitizenClient(product.url) as citizen, Desk(product.url, "fatima", product.accounts["fatima"]) as desk:
        await citizen.until(lambda: citizen.messages)
        await citizen.ask(f"Ik heet {word} en heb een vraag over huurtoeslag")
        await citizen.ask("ik wil een mens")
        await citizen.until(lambda: citizen.state["state"] == "queued")
        headers = {"Origin": product.url, "X-Message-Id": str(uuid.uuid4()), "X-File-Name": f"{word}.pdf"}
        file = PDF + f"% {word} %".encode()
        async with citizen.http.post(f"{product.url}/api/web/files", data=file, headers=headers) as answer:
            assert answer.status == 200
        await desk.claim(citizen.conversation)
        await desk.say(citizen.conversation, f"Dag {word}")
        status, _ = await desk.post(f"conversations/{citizen.conversation}/notes", {"id": "n", "text": f"Over {word}"})
        assert status == 200
        _, offers = await desk.get(f"callbacks/offers?conversation={citizen.conversation}")
        call = {"number": phone, "question": word, **{key: offers["items"][0][key] for key in ("from", "until")}}
        assert (await desk.post(f"conversations/{citizen.conversation}/callback", call))[0] == 200
        stored, remembered = await everything(product)
        assert stored.count(word) >= 5 and phone in stored, "else this test shows nothing"
        assert word in remembered
        # When it is deleted
        async with citizen.http.post(f"{product.url}/api/web/delete", json={"anyway": True}, headers=headers) as answer:
            assert answer.status == 204
        # Then it is nowhere
        async with asyncio.timeout(30):
            while word in (stored + remembered) or phone in (stored + remembered) or citizen.conversation in remembered:
                await asyncio.sleep(0.5)
                stored, remembered = await everything(product)
        assert citizen.conversation in stored, "what stays is that there was one, and who looked"
