"""The whole of it: a citizen says yes in the web chat, staff moves the case, the message arrives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from demo.zaaksysteem.clients import Client
from demo.zaaksysteem.seed_keys import key_of
from tests.zaaksysteem.rig import token
from verbonden.client import CitizenClient
from verbonden.running import NotRunning, running_product

NUMBER = "ZAAK-2026-0000000001"
PERMIT = key_of("zaaktype", "parkeervergunning")


async def test_a_citizen_hears_of_news(tmp_path: Path) -> None:
    try:
        # Never quiet: this test also runs at night.
        with running_product(tmp_path / "var", {"VERBONDEN_QUIET_HOURS": "0-0"}) as product:
            status = json.loads((product.var / "status.json").read_text(encoding="utf-8"))
            secrets = json.loads((product.var / "secrets.json").read_text(encoding="utf-8"))
            async with CitizenClient(product.url) as citizen:
                await citizen.ask(f"Hoe ver is mijn zaak {NUMBER}?")
                told = await citizen.ask("12 maart 1980")
                offer = next(m for m in told if any(b["payload"] == "/nieuws_aan" for b in m["buttons"]))
                assert "bericht als er nieuws is" in offer["text"]
                await citizen.press(offer["seq"], "/nieuws_aan")
                await citizen.until(lambda: any("Goed, dat doe ik" in m["text"] for m in citizen.messages.values()))
                staff = Client(secrets["zaaksysteem_beheer_client_id"], secrets["zaaksysteem_beheer_secret"])
                url = status["zaaksysteem_url"]
                body = {
                    "zaak": f"{url}/zaken/api/v1/zaken/{key_of('zaak', NUMBER)}",
                    "statustype": f"{url}/catalogi/api/v1/statustypen/{key_of('statustype', PERMIT, 3)}",
                    "datumStatusGezet": datetime.now(UTC).isoformat(),
                }
                headers = {"Authorization": token(staff), "Accept": "application/json"}
                async with (
                    aiohttp.ClientSession(headers=headers) as http,
                    http.post(f"{url}/zaken/api/v1/statussen", json=body) as answer,
                ):
                    assert answer.status == 201
                await citizen.until(lambda: any("Er is nieuws" in m["text"] for m in citizen.messages.values()), 30)
                news = next(m for m in citizen.messages.values() if "Er is nieuws" in m["text"])
                assert NUMBER not in news["text"] and "arkeer" not in news["text"]
    except NotRunning as error:
        pytest.fail(f"The product does not start: {error}", pytrace=False)
