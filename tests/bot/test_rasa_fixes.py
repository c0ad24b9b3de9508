"""What we replace in Rasa does what Rasa did, and Rasa is still the version that it was written for."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
import redis.asyncio

from verbonden.client import CitizenClient
from verbonden.commands import ROOT
from verbonden.model import QUIET, RASA_PYTHON, ensure_model
from verbonden.progress import Progress
from verbonden.running import RunningProduct


@pytest.fixture(scope="module")
def found() -> Any:
    """What tests/bot/in_rasa.py found in Rasa's own environment."""
    environment = {**os.environ, **QUIET, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [str(RASA_PYTHON), "-m", "tests.bot.in_rasa", str(ensure_model(Progress()))],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])  # before it stand warnings of Rasa


def test_rasa_is_what_the_repairs_were_written_for(found: Any) -> None:
    assert found["fingerprints"] == found["expected"], "Rasa changed: read its new code, then bot/rasa_fixes.py"
    assert found["applied"] is True


def test_repaired_rasa_judges_results_of_actions_as_before(found: Any) -> None:
    assert found["before"]["verdicts"] == found["after"]["verdicts"] == found["again"]["verdicts"]
    assert found["before"]["verdicts"][:4] == ["True"] * 4 and "True" not in found["before"]["verdicts"][4:]


def test_repaired_rasa_knows_the_same_events(found: Any) -> None:
    assert found["before"]["types"] == found["after"]["types"] == found["again"]["types"]
    assert len(set(found["before"]["types"])) > 6


def test_a_graph_gives_what_dask_made_of_it(found: Any) -> None:
    graphs = {when: found["dialogue"][when]["graphs"] for when in ("before", "after", "again")}
    assert graphs["before"] == graphs["after"] == graphs["again"]
    assert [len(each) for each in graphs["before"][:4]] == [1, 2, 1, 1]


def test_rules_say_what_they_said(found: Any) -> None:
    before, after, again = (found["dialogue"][when]["said"] for when in ("before", "after", "again"))
    assert len(before) == len(after) == len(again)
    for slow, quick, kept in zip(before, after, again):
        assert slow == quick == kept
    assert len({json.dumps(each) for each in before}) > 20, "the conversations are of many kinds"
    assert 50 < found["dialogue"]["kept"] < len(before) / 2, "situations come back"


def test_a_bounded_memory_leads_to_the_same_state(found: Any) -> None:
    assert len(found["whole"]) >= 40
    for whole, bounded in zip(found["whole"], found["bounded"]):
        assert whole == bounded, "slots, form, latest action and what is answered to a repeated message"
    assert any(state["loop"] for state in found["bounded"]) and any(any(state["again"]) for state in found["bounded"])


def test_a_bounded_memory_is_bounded(found: Any) -> None:
    for turns, events in found["sizes"]:
        assert turns <= found["turns"] and events < 10 * found["turns"]


async def test_a_long_conversation_is_short_in_the_store_of_the_bot(product: RunningProduct) -> None:
    # Given a conversation of more turns than the bot remembers, that began with the question for a case
    async with CitizenClient(product.url) as citizen:
        await citizen.until(lambda: citizen.messages)
        for text in ("hallo", *("hoe vraag ik huurtoeslag aan", "hoe vraag ik een paspoort aan") * 4, "hoe ver is mijn zaak"):
            await citizen.ask(text)
        store = redis.asyncio.from_url(product.redis_url, decode_responses=True)
        try:
            keys = [key async for key in store.scan_iter(f"verbonden:tracker:{citizen.conversation}.*")]
            kept = [json.loads(await store.get(key) or "{}") for key in keys]
        finally:
            await store.aclose()
        # Then the last turns are there, and only those
        texts = [event["text"] for tracker in kept for event in tracker["events"] if event["event"] == "user"]
        assert 1 < len(texts) <= 4 and texts[-1] == "hoe ver is mijn zaak"
        # And the form, begun before what is forgotten next, still hears its answers
        said = await citizen.ask("ZAAK-2026-0000000002")
        assert said and (await citizen.ask("30 juli 1991"))[0]["card"] is not None
