"""The whole way in the started product: a button of the citizen, the row at the desk, the answer, the export."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp

from loket.review.export import Training, read
from verbonden.client import CitizenClient
from verbonden.commands import ROOT
from verbonden.running import RunningProduct

QUESTION = "Hoe vraag ik huurtoeslag aan voor mijn nieuwe huis?"


async def test_from_the_button_to_training_data(product: RunningProduct, tmp_path: Path) -> None:
    async with CitizenClient(product.url) as citizen:
        answer = (await citizen.ask(QUESTION))[-1]
        pressed = next(button for button in answer["buttons"] if button["payload"] == "/klopt_niet")
        await citizen.press(answer["seq"], pressed["payload"])
        await citizen.until(lambda: citizen.after(answer["seq"]))
    api = f"{product.url}/api/balie"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        given = {"username": "ruben", "password": product.accounts["ruben"]}
        async with http.post(f"{api}/login", json=given, headers={"Origin": product.url}) as entered:
            token = {"X-CSRF-Token": (await entered.json())["csrf"]}
        async with http.get(f"{api}/review") as answered:
            rows: list[dict[str, Any]] = (await answered.json())["items"]
        [row] = [each for each in rows if each["text"] == QUESTION]
        assert row["reasons"] == ["niet_bedoeld"] and row["thought"]["organisaties"]
        why = {"reason": "Nakijken wat de computer niet begreep"}
        async with http.post(f"{api}/conversations/{row['conversation']}/open", json=why, headers=token) as answered:
            assert "onbegrepen" not in (await answered.json())["facts"]
        right = {"uitkomst": "antwoord", "organisaties": ["gemeente"]}
        async with http.post(f"{api}/review/{row['id']}", json={"state": "answered", "answer": right}, headers=token) as answered:
            assert answered.status == 200
    path = tmp_path / "review.yml"
    command = [sys.executable, "-m", "verbonden.cli", "review", "export", "--database", product.database_url, "--out", str(path)]
    await asyncio.to_thread(subprocess.run, command, cwd=ROOT, check=True, timeout=60)
    assert Training(QUESTION, "antwoord", ("gemeente",)) in read(path)
    logs = "".join(log.read_text(encoding="utf-8", errors="replace") for log in (product.var / "log").iterdir())
    assert QUESTION not in logs
