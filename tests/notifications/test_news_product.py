"""The whole of it: citizens say yes, staff moves the case, the message arrives; until they stop."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from demo.zaaksysteem.clients import Client
from demo.zaaksysteem.seed_keys import key_of
from tests.product.test_telephone import Phone, short
from tests.zaaksysteem.rig import token
from verbonden.client import CitizenClient
from verbonden.running import NotRunning, RunningProduct, running_product

NUMBER = "ZAAK-2026-0000000001"
PERMIT = key_of("zaaktype", "parkeervergunning")


async def move(product: RunningProduct, step: int) -> None:
    """Staff moves the case in the case system."""
    status = json.loads((product.var / "status.json").read_text(encoding="utf-8"))
    secrets = json.loads((product.var / "secrets.json").read_text(encoding="utf-8"))
    staff = Client(secrets["zaaksysteem_beheer_client_id"], secrets["zaaksysteem_beheer_secret"])
    url = status["zaaksysteem_url"]
    body = {
        "zaak": f"{url}/zaken/api/v1/zaken/{key_of('zaak', NUMBER)}",
        "statustype": f"{url}/catalogi/api/v1/statustypen/{key_of('statustype', PERMIT, step)}",
        "datumStatusGezet": datetime.now(UTC).isoformat(),
    }
    headers = {"Authorization": token(staff), "Accept": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{url}/zaken/api/v1/statussen", json=body) as answer,
    ):
        assert answer.status == 201


async def test_citizens_hear_of_news_on_the_web_and_by_sms_until_they_stop(tmp_path: Path) -> None:
    try:
        # Never quiet: this test also runs at night.
        with running_product(tmp_path / "var", {"VERBONDEN_QUIET_HOURS": "0-0"}) as product:
            async with CitizenClient(product.url) as citizen, aiohttp.ClientSession() as http:
                # Given one on the web and one by SMS, who said yes
                await citizen.ask(f"Hoe ver is mijn zaak {NUMBER}?")
                told = await citizen.ask("12 maart 1980")
                offer = next(m for m in told if any(b["payload"] == "/nieuws_aan" for b in m["buttons"]))
                assert "bericht als er nieuws is" in offer["text"]
                await citizen.press(offer["seq"], "/nieuws_aan")
                await citizen.until(lambda: any("Goed, dat doe ik" in m["text"] for m in citizen.messages.values()))
                phone = Phone(product.twilio_url, "+31612349901", "sms", http)
                await phone.send(f"Hoe ver is mijn zaak {NUMBER}? Ik ben geboren op 12 maart 1980")
                offered = await phone.until(short("nieuws.aanbod"))
                choice = next(line for line in offered[-1]["text"].splitlines() if "bericht" in line and line[0].isdigit())
                await phone.send(choice.split(".")[0])
                await phone.until(short("nieuws.aan"))
                # When staff moves the case
                await move(product, 3)
                # Then both hear that there is news, and nothing of what it is
                await citizen.until(lambda: any("Er is nieuws" in m["text"] for m in citizen.messages.values()), 30)
                news = next(m for m in citizen.messages.values() if "Er is nieuws" in m["text"])
                by_sms = (await phone.until(short("nieuws.bericht")))[-1]
                for text in (news["text"], by_sms["text"]):
                    assert NUMBER not in text and "arkeer" not in text
                # And who sends STOP hears nothing of the next, while the other does
                await phone.send("STOP")
                heard = await phone.until(short("kanaal.gestopt"))
                await move(product, 2)
                await citizen.until(lambda: sum("Er is nieuws" in m["text"] for m in citizen.messages.values()) == 2, 30)
                await phone.send("waar vraag ik een paspoort aan")  # messages come in order: news would be before the answer
                after = (await phone.until("paspoort"))[len(heard) :]
                assert after and not [message for message in after if short("nieuws.bericht") in message["text"]]
    except NotRunning as error:
        pytest.fail(f"The product does not start: {error}", pytrace=False)
