"""Traps of reading one case by its address: no UUID is a server error, and what may not be read is a refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loket.cases.confidentiality import TrustLevel
from loket.cases.errors import InvalidInput, Misconfigured
from loket.cases.registry import CaseSystems
from tests.cases.faults import proxy_to, status, text
from tests.cases.support import Demo, registry, uuid_of


@pytest.mark.parametrize("uuid", ["", " ", "abc", "..", "_zoek", "?identificatie=", "a" * 36])
async def test_what_is_no_uuid_never_reaches_the_server(systems: CaseSystems, demo: Demo, uuid: str) -> None:
    with pytest.raises(InvalidInput):
        await systems.by_uuid("demo", uuid, TrustLevel.DIGID)
    assert demo.asked.lines == []


async def test_a_case_by_its_uuid_with_its_steps_on_request(systems: CaseSystems, demo: Demo) -> None:
    plain = await systems.by_uuid("demo", uuid_of(demo, 1), TrustLevel.KENMERK)
    whole = await systems.by_uuid("demo", uuid_of(demo, 1), TrustLevel.KENMERK, history=True)
    assert plain is not None and whole is not None and plain.number == whole.number
    assert not plain.history_complete and whole.history_complete and whole.trust is TrustLevel.KENMERK


async def test_the_trust_level_counts_here_too(systems: CaseSystems, demo: Demo) -> None:
    assert await systems.by_uuid("demo", uuid_of(demo, 7), TrustLevel.KENMERK) is None
    assert await systems.by_uuid("demo", uuid_of(demo, 7), TrustLevel.DIGID) is not None


async def test_gone_and_above_our_rights_are_both_nothing(systems: CaseSystems, demo: Demo) -> None:
    # The system tells the two apart: 404 and 403
    assert await systems.by_uuid("demo", "00000000-0000-4000-8000-000000000000", TrustLevel.DIGID) is None
    assert await systems.by_uuid("demo", uuid_of(demo, 12), TrustLevel.DIGID) is None


async def test_a_refused_token_is_no_absence(demo: Demo, tmp_path: Path) -> None:
    async with proxy_to(demo.url) as proxy:
        proxy.always = status(403, '{"code": "invalid-jwt-signature"}', "application/json")
        systems = registry(tmp_path, proxy.url)
        with pytest.raises(Misconfigured, match="invalid-jwt-signature"):
            await systems.by_uuid("demo", uuid_of(demo, 1), TrustLevel.DIGID)
        await systems.close()


async def test_another_case_than_was_asked_for_is_not_told(systems: CaseSystems, demo: Demo, tmp_path: Path) -> None:
    async with proxy_to(demo.url) as proxy:
        other = {**(demo.store.get("zaak", uuid_of(demo, 2)) or {}), "url": f"{demo.url}/zaken/api/v1/zaken/{uuid_of(demo, 2)}"}
        proxy.always = text(json.dumps(other, default=str))
        wrong = registry(tmp_path, proxy.url)
        with pytest.raises(Misconfigured, match="answer_mismatch"):
            await wrong.by_uuid("demo", uuid_of(demo, 1), TrustLevel.DIGID)
        await wrong.close()


async def test_a_system_that_is_no_longer_configured(systems: CaseSystems, demo: Demo) -> None:
    with pytest.raises(Misconfigured, match="unknown_system"):
        await systems.by_uuid("weg", uuid_of(demo, 1), TrustLevel.DIGID)
