"""The relying party against the certified `oidc-provider` of demo/inlog, over HTTP as a browser would speak to it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import aiohttp
import pytest
import pytest_asyncio

from loket.identity.oidc import Pending, RelyingParty
from loket.identity.oidc_errors import LoginInvalid, LoginRefused
from loket.identity.oidc_provider import ProviderSettings
from verbonden.orphans import die_with_parent
from verbonden.supervision import inlog
from verbonden.supervision.ports import pick_free
from verbonden.supervision.probes import http_ok, wait_until
from verbonden.supervision.secrets_file import Secrets, load_or_make

PUBLIC = "http://127.0.0.1:8080"
BACK = f"{PUBLIC}/digid/terug"


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Secrets]]:
    """Its address, and the secrets it was given: started as the supervisor starts it."""
    folder, port = tmp_path_factory.mktemp("inlog"), pick_free(set())
    secrets = load_or_make(folder / "secrets.json", ["fatima"])
    url = f"http://127.0.0.1:{port}"
    environment = {"VERBONDEN_HOST": "127.0.0.1", "VERBONDEN_PUBLIC_URL": PUBLIC, "VERBONDEN_DATA": str(Path("data").resolve()),
                   "VERBONDEN_INLOG_URL": url}
    spec = inlog.spec(folder, secrets, environment, port)
    running = subprocess.Popen(spec.command, env=dict(spec.environment), preexec_fn=die_with_parent())
    yield url, secrets
    running.terminate()
    running.wait(10)


@pytest_asyncio.fixture
async def party(provider: tuple[str, Secrets]) -> AsyncIterator[RelyingParty]:
    """Ours, for citizens."""
    url, secrets = provider
    assert await wait_until(http_ok(f"{url}/gezond"), 30)
    settings = ProviderSettings(f"{url}/digid", inlog.CLIENT_ID, secrets.inlog_client_secret, acr_values=(inlog.LEVEL,))
    found = RelyingParty(settings)
    yield found
    await found.close()


async def browse(address: str, form: Mapping[str, str] | None, choose: str = "") -> dict[str, str]:
    """Open the log-in page and send a form; returns the query with which the browser comes back to us.

    Args:
        address: of the authorization request.
        form: to send; None sends the button whose title holds `choose`.
        choose: name of a demo citizen.
    """
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        answer = await http.get(address)
        page, here = await answer.text(), str(answer.url)
        if form is None:
            found = re.search(rf'value="(\w+)">[^<]*{choose}', page)
            assert found is not None, page
            form = {"persoon": found[1]}
        answer = await http.post(here, data=form, allow_redirects=False)
        while answer.status in (302, 303):
            target = urljoin(here, answer.headers["Location"])
            if target.startswith(PUBLIC):
                return dict(parse_qsl(urlsplit(target).query))
            answer = await http.get(target, allow_redirects=False)
        return {"page": await answer.text(), "status": str(answer.status)}


async def test_a_citizen_logs_in(party: RelyingParty) -> None:
    address, pending = await party.begin(BACK, {"prompt": "login"})
    identity = await party.finish(pending, await browse(address, None, "Sanne Vermeulen"))
    assert identity.claims["bsn"] == "999990007" and identity.subject != "999990007"
    assert identity.claims["acr"] == inlog.LEVEL
    out = await party.end_session_url(identity.id_token, f"{PUBLIC}/digid/uitgelogd")
    assert out is not None and "/digid/session/end?" in out


async def test_a_code_works_once(party: RelyingParty) -> None:
    address, pending = await party.begin(BACK)
    answer = await browse(address, None, "Karim")
    await party.finish(pending, answer)
    with pytest.raises(LoginInvalid, match="token_invalid_grant"):
        await party.finish(pending, answer)


async def test_a_code_is_of_no_use_without_what_only_we_know(party: RelyingParty) -> None:
    changes = ({"verifier": "x" * 43}, {"redirect_uri": f"{PUBLIC}/elders"})
    for change in changes:
        address, pending = await party.begin(BACK)
        with pytest.raises(LoginInvalid, match="token_invalid_grant"):
            await party.finish(replace(pending, **change), await browse(address, None, "Karim"))


async def test_another_nonce_or_state_is_noticed(party: RelyingParty) -> None:
    address, pending = await party.begin(BACK)
    answer = await browse(address, None, "Karim")
    with pytest.raises(LoginInvalid, match="state"):
        await party.finish(pending, {**answer, "state": "anders"})
    with pytest.raises(LoginInvalid, match="issuer"):
        await party.finish(pending, {**answer, "iss": "https://ander.example"})
    with pytest.raises(LoginInvalid, match="id_token_nonce"):
        await party.finish(replace(pending, nonce="anders"), answer)


async def test_it_refuses_what_it_must(party: RelyingParty) -> None:
    """That it is strict: without PKCE, with another secret, or with an address that is not registered nothing is given."""
    address, pending = await party.begin(BACK)
    without = re.sub(r"&code_challenge(_method)?=[^&]+", "", address)
    async with aiohttp.ClientSession() as http, http.get(without, allow_redirects=False) as answer:
        assert "error=invalid_request" in answer.headers["Location"]
    elsewhere, _ = await party.begin("http://127.0.0.1:8080/elders")
    async with aiohttp.ClientSession() as http, http.get(elsewhere, allow_redirects=False) as answer:
        assert answer.status == 400
    wrong = RelyingParty(replace(party.settings, client_secret="verkeerd"))
    with pytest.raises(LoginInvalid, match="token_invalid_client"):
        await wrong.finish(pending, await browse(address, None, "Karim"))
    await wrong.close()


async def test_who_stops_is_told_apart(party: RelyingParty) -> None:
    address, pending = await party.begin(BACK)
    with pytest.raises(LoginRefused, match="access_denied"):
        await party.finish(pending, await browse(address, {"stoppen": "1"}))


async def test_staff_log_in_with_a_password(provider: tuple[str, Secrets], party: RelyingParty) -> None:
    url, secrets = provider
    settings = ProviderSettings(f"{url}/medewerkers", inlog.CLIENT_ID, secrets.inlog_client_secret)
    staff = RelyingParty(settings)
    back = PUBLIC + inlog.PATHS["medewerkers"][0]
    pending: Pending
    address, pending = await staff.begin(back)
    wrong = await browse(address, {"gebruiker": "fatima", "wachtwoord": "raad maar"})
    assert wrong["status"] == "200" and 'role="alert"' in wrong["page"] and "code" not in wrong
    address, pending = await staff.begin(back)
    right = {"gebruiker": "fatima", "wachtwoord": secrets.demo_accounts["fatima"]}
    claims = (await staff.finish(pending, await browse(address, right))).claims
    assert claims["preferred_username"] == "fatima" and claims["role"] == "casemanager" and claims["organisation"] == "gemeente"
    assert "bsn" not in claims and "password" not in json.dumps(dict(claims))
    await staff.close()
