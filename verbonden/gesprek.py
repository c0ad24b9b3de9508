"""`verbonden gesprek FILE.yaml`: play the citizen's turns of conversations through the running product.

Per conversation one JSON line: the transcript, the final outcome, the organisation and the hand-off summary.
The summary is read at the desk, as a casemanager would: the conversation is handed off at the end if it was not yet.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from loket.conversations import journal
from loket.conversations.inbox import utcnow
from loket.directory import Directory
from loket.handoff.summary import Summariser
from loket.store import Store
from loket.store.field_keys import Unreadable, WrongKeys
from loket.store.schema import Conversation
from verbonden import database
from verbonden.client import CitizenClient
from verbonden.commands import ROOT
from verbonden.database import NoDatabase
from verbonden.running import NotRunning, running_product


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("file", type=Path, help="conversations with `id` and `beurten` (each with `burger`)")
    parser.add_argument("--url", help="a running product, of that folder; default: one is started for this and stopped after it")
    database.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Play all conversations; 1 when one of them ended without an answer."""
    try:
        conversations = yaml.safe_load(args.file.read_text(encoding="utf-8"))
        assert all(isinstance(c["beurten"], list) for c in conversations)
    except (OSError, yaml.YAMLError, KeyError, TypeError, AssertionError) as error:
        print(f"{args.file} is niet te lezen als gesprekken: {error}", file=sys.stderr)
        return 2
    try:
        if args.url:
            var = database.folder(args.var)
            database.use_keys(var)
            return asyncio.run(_play_all(args.url, database.database_url(args.database, var), conversations))
        with running_product() as product:
            database.use_keys(product.var)
            return asyncio.run(_play_all(product.url, product.database_url, conversations))
    except NotRunning as error:
        print(f"Het product is niet te starten: {error}", file=sys.stderr)
        return 2
    except NoDatabase as error:
        print(error, file=sys.stderr)
        return 2
    except (Unreadable, WrongKeys):
        print("De sleutels passen niet bij de database: noem met --var de map van het product, of zet VERBONDEN_VAULT_KEYS.",
              file=sys.stderr)
        return 2
    except aiohttp.ClientError as error:
        print(f"Verbonden is niet bereikbaar op {args.url}: {error}", file=sys.stderr)
        return 2


async def _play_all(url: str, store_url: str, conversations: list[dict[str, Any]]) -> int:
    store = Store.connect(store_url)
    summariser = Summariser.load(store, Directory.load(ROOT / "data" / "verwijsindex"), ROOT / "data", utcnow)
    failed = 0
    try:
        for conversation in conversations:
            played = await play(url, store, summariser, conversation)
            failed += bool(played["dood_spoor"])
            print(json.dumps(played, ensure_ascii=False), flush=True)
    finally:
        await store.close()
    return 1 if failed else 0


async def play(url: str, store: Store, summariser: Summariser, conversation: dict[str, Any]) -> dict[str, Any]:
    """Play one conversation; the result as described above. `dood_spoor` lists turns that nobody answered."""
    transcript: list[dict[str, Any]] = []
    dead: list[int] = []
    async with CitizenClient(url) as client:
        await client.until(lambda: client.messages)
        for number, turn in enumerate(conversation["beurten"], 1):
            text = str(turn["burger"])
            waiting = client.state.get("state") != "bot"
            transcript.append({"wie": "burger", "tekst": text})
            answers = await _say(client, store, text)
            if not answers and not waiting:
                dead.append(number)
            transcript += [
                {"wie": a["author"], "tekst": a["text"], "knoppen": [b["title"] for b in a["buttons"]]} for a in answers
            ]
        return {
            **await _outcome(store, summariser, client.conversation),
            "id": conversation.get("id"),
            "transcript": transcript,
            "dood_spoor": dead,
        }


async def _say(client: CitizenClient, store: Store, text: str, seconds: float = 60.0) -> list[dict[str, Any]]:
    """Send a turn and wait until it is handled: in the queue, silence is an answer too."""
    if not client.connected:
        await client.connect()
    client_id = await client.send(text)
    await client.until(lambda: client_id in client.accepted or client_id in client.refused)
    seq = client.accepted.get(client_id, 0)
    async with asyncio.timeout(seconds):
        while True:
            async with store.read() as session:
                row = await session.get_one(Conversation, client.conversation)
                if row.pending == 0:
                    last = row.last_seq
                    break
            await asyncio.sleep(0.05)
    await client.until(lambda: max(client.messages) >= last)
    return client.after(seq)


async def _outcome(store: Store, summariser: Summariser, conversation_id: str) -> dict[str, Any]:
    async with store.read() as session:
        row = await session.get_one(Conversation, conversation_id)
        messages = await journal.messages(session, await journal.chain(session, conversation_id))
    summary, outcome = summariser.make(row, messages)
    return {
        "uitkomst": outcome.uitkomst,
        "organisatie": outcome.organisatie,
        "urgentie": outcome.urgentie,
        "emotie": outcome.emotie,
        "overgedragen": row.state != "bot",
        "samenvatting": summary,
    }
