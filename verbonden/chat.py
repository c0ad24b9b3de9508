"""`verbonden chat`: talk to the running product in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

import aiohttp

from verbonden.client import CitizenClient


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="address of the running product")


def run(args: argparse.Namespace) -> int:
    """Talk until end of input; 2 when the product does not run."""
    try:
        asyncio.run(_talk(args.url))
    except (aiohttp.ClientError, OSError):
        print(f"Verbonden is niet bereikbaar op {args.url}. Start het met: make run", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, EOFError):
        print()
    return 0


async def _talk(url: str) -> None:
    shown = 0
    async with CitizenClient(url) as client:
        await client.until(lambda: client.messages)
        while True:
            for seq, message in sorted(client.messages.items()):
                if seq > shown and message["author"] != "citizen":
                    _print(message)
                shown = max(shown, seq)
            line = await asyncio.to_thread(input, "> ")
            if line.strip():
                number = line.strip()
                last = client.messages[max(client.messages)]
                if number.isdigit() and 1 <= int(number) <= len(last["buttons"]):
                    await client.press(last["seq"], last["buttons"][int(number) - 1]["payload"])
                    await client.until(lambda seq=last["seq"]: client.after(seq))
                    await asyncio.sleep(0.5)
                else:
                    await client.ask(line)


def _print(message: dict[str, Any]) -> None:
    name = message["name"] or message["author"]
    print(f"\n{name}: {message['text']}")
    for link in message["links"]:
        print(f"   {link['title']}: {link['url']}")
    for phone in message["phones"]:
        print(f"   {phone['title']}: {phone['number']}")
    for number, button in enumerate(message["buttons"], 1):
        print(f"   [{number}] {button['title']}")
