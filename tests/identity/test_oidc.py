"""The relying party against a provider that gives wrong answers: each of them must be refused, for its own reason."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from loket.identity.oidc import Pending, RelyingParty
from loket.identity.oidc_errors import LoginInvalid, LoginRefused, ProviderUnavailable, WrongProviderSettings
from loket.identity.oidc_provider import ProviderSettings
from tests.identity.provider import CLIENT_ID, SECRET, HostileProvider, new_key, unsigned

BACK = "http://127.0.0.1:8080/digid/terug"


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[HostileProvider]:
    """Behaves, until a test says otherwise."""
    async with HostileProvider() as found:
        yield found


@pytest_asyncio.fixture
async def party(provider: HostileProvider) -> AsyncIterator[RelyingParty]:
    """Ours."""
    found = RelyingParty(ProviderSettings(provider.issuer, CLIENT_ID, SECRET))
    yield found
    await found.close()


async def begun(party: RelyingParty, provider: HostileProvider) -> tuple[Pending, dict[str, str]]:
    """A log-in, and the right answer to it."""
    url, pending = await party.begin(BACK)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    provider.nonce = asked["nonce"]
    return pending, {"code": "abc", "state": asked["state"], "iss": provider.issuer}


async def test_a_right_answer_gives_the_claims(party: RelyingParty, provider: HostileProvider) -> None:
    url, pending = await party.begin(BACK, {"prompt": "login"})
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    provider.nonce = asked["nonce"]
    identity = await party.finish(pending, {"code": "abc", "state": asked["state"], "iss": provider.issuer})
    assert identity.claims["bsn"] == "999990007" and identity.subject == "iemand"
    sent = provider.forms[0]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert asked["code_challenge"] == challenge and asked["code_challenge_method"] == "S256" and asked["prompt"] == "login"
    assert sent["redirect_uri"] == BACK and "client_secret" not in sent
    assert base64.b64decode(provider.authorization.removeprefix("Basic ")) == b"verbonden:geheim%3Amet%2Ftekens"
    assert "999990007" not in repr(identity) and pending.verifier not in repr(pending)


@pytest.mark.parametrize(("change", "reason"), [
    ({"state": "iets anders"}, "state"),
    ({"state": ""}, "state"),
    ({"iss": "http://127.0.0.1:1/ander"}, "issuer"),
    ({"iss": None}, "issuer"),
    ({"code": ""}, "no_code"),
    ({"code": "x" * 5000}, "too_long"),
])
async def test_a_tampered_answer_asks_for_no_token(
    party: RelyingParty, provider: HostileProvider, change: dict[str, str | None], reason: str
) -> None:
    pending, answer = await begun(party, provider)
    changed = {name: value for name, value in {**answer, **change}.items() if value is not None}
    with pytest.raises(LoginInvalid) as error:
        await party.finish(pending, changed)
    assert error.value.reason == reason and "/token" not in provider.calls


async def test_who_cancels_is_told_apart(party: RelyingParty, provider: HostileProvider) -> None:
    pending, answer = await begun(party, provider)
    del answer["code"]
    with pytest.raises(LoginRefused) as error:
        await party.finish(pending, {**answer, "error": "access_denied", "error_description": "<b>BSN 999990007</b>"})
    assert error.value.reason == "access_denied"


NOW = time.time()
WRONG_CLAIMS: list[tuple[str, dict[str, Any], str]] = [
    ("another nonce", {"nonce": "oud"}, "id_token_nonce"),
    ("no nonce", {"nonce": None}, "id_token_nonce"),
    ("expired", {"exp": NOW - 3600, "iat": NOW - 3700}, "id_token_expired"),
    ("no expiry", {"exp": None}, "id_token_time"),
    ("expiry that is no number", {"exp": "morgen"}, "id_token_time"),
    ("expiry that is a truth value", {"exp": True}, "id_token_time"),
    ("made in the future", {"iat": NOW + 7200, "exp": NOW + 7300}, "id_token_time"),
    ("made long ago", {"iat": NOW - 7200}, "id_token_time"),
    ("not valid yet", {"nbf": NOW + 7200}, "id_token_time"),
    ("for someone else", {"aud": "ander"}, "id_token_audience"),
    ("for nobody", {"aud": None}, "id_token_audience"),
    ("for two, made for the other", {"aud": [CLIENT_ID, "ander"], "azp": "ander"}, "id_token_audience"),
    ("for two, made for nobody", {"aud": [CLIENT_ID, "ander"]}, "id_token_audience"),
    ("for us, made for another", {"azp": "ander"}, "id_token_audience"),
    ("by someone else", {"iss": "https://ander.example"}, "id_token_issuer"),
    ("about nobody", {"sub": ""}, "id_token_subject"),
]


@pytest.mark.parametrize(("claims", "reason"), [case[1:] for case in WRONG_CLAIMS], ids=[case[0] for case in WRONG_CLAIMS])
async def test_a_token_with_a_wrong_claim_is_refused(
    party: RelyingParty, provider: HostileProvider, claims: dict[str, Any], reason: str
) -> None:
    pending, answer = await begun(party, provider)
    provider.claims = lambda right: {name: value for name, value in {**right, **claims}.items() if value is not None}
    with pytest.raises(LoginInvalid) as error:
        await party.finish(pending, answer)
    assert error.value.reason == reason


async def test_small_differences_of_clocks_are_forgiven(party: RelyingParty, provider: HostileProvider) -> None:
    pending, answer = await begun(party, provider)
    now = time.time()
    provider.claims = lambda right: {**right, "iat": now + 20, "exp": now + 60, "nbf": now + 20}
    assert (await party.finish(pending, answer)).subject == "iemand"


async def test_a_token_without_a_signature_is_refused(party: RelyingParty, provider: HostileProvider) -> None:
    pending, answer = await begun(party, provider)
    provider.raw_token = unsigned
    with pytest.raises(LoginInvalid, match="id_token_algorithm"):
        await party.finish(pending, answer)


async def test_a_token_signed_with_the_client_secret_or_the_public_key_is_refused(
    party: RelyingParty, provider: HostileProvider
) -> None:
    public = provider.key.as_pem(private=False)
    for secret in (SECRET.encode(), public):
        pending, answer = await begun(party, provider)
        key = OctKey.import_key(base64.urlsafe_b64encode(secret).decode() if secret == public else SECRET)
        provider.raw_token = lambda claims, key=key: jwt.encode({"alg": "HS256"}, claims, key)
        with pytest.raises(LoginInvalid, match="id_token_algorithm"):
            await party.finish(pending, answer)


async def test_a_token_signed_by_another_is_refused(party: RelyingParty, provider: HostileProvider) -> None:
    # Given a key with the id of the published one
    pending, answer = await begun(party, provider)
    provider.key = RSAKey.generate_key(2048, parameters={"kid": "een", "alg": "RS256", "use": "sig"})
    # When it signs, then the signature is wrong
    with pytest.raises(LoginInvalid, match="id_token_signature"):
        await party.finish(pending, answer)


async def test_a_token_that_was_changed_is_refused(party: RelyingParty, provider: HostileProvider) -> None:
    pending, answer = await begun(party, provider)

    def changed(claims: dict[str, Any]) -> str:
        right = jwt.encode({"alg": "RS256", "kid": "een"}, claims, provider.key)
        other = jwt.encode({"alg": "RS256", "kid": "een"}, {**claims, "bsn": "999990457"}, provider.key)
        return ".".join([other.split(".")[0], other.split(".")[1], right.split(".")[2]])

    provider.raw_token = changed
    with pytest.raises(LoginInvalid, match="id_token_signature"):
        await party.finish(pending, answer)


async def test_new_keys_are_fetched_when_a_token_needs_them(
    party: RelyingParty, provider: HostileProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given keys that we know
    pending, answer = await begun(party, provider)
    await party.finish(pending, answer)
    # When the provider changes its key, after the time in which made-up ids are not believed
    monkeypatch.setattr("loket.identity.oidc_provider.KEYS_AGAIN_SECONDS", 0.0)
    provider.key = new_key("twee")
    provider.published = [provider.key]
    pending, answer = await begun(party, provider)
    # Then the new one is found
    assert (await party.finish(pending, answer)).subject == "iemand"
    assert provider.calls.count("/jwks") == 2 and provider.calls.count("/.well-known/openid-configuration") == 1


async def test_made_up_key_ids_do_not_make_us_ask_on_and_on(party: RelyingParty, provider: HostileProvider) -> None:
    provider.header = {"kid": "verzonnen"}
    for _ in range(4):
        pending, answer = await begun(party, provider)
        with pytest.raises(LoginInvalid, match="id_token_signature"):
            await party.finish(pending, answer)
    assert provider.calls.count("/jwks") == 1


@pytest.mark.parametrize(("status", "error", "reason"), [
    (400, LoginInvalid, "token_invalid_grant"),
    (500, ProviderUnavailable, "token_http_500"),
])
async def test_a_code_is_tried_once(
    party: RelyingParty, provider: HostileProvider, status: int, error: type[Exception], reason: str
) -> None:
    pending, answer = await begun(party, provider)
    provider.token_status = status
    with pytest.raises(error, match=reason):
        await party.finish(pending, answer)
    assert provider.calls.count("/token") == 1


async def test_an_answer_without_a_token_is_refused(party: RelyingParty, provider: HostileProvider) -> None:
    pending, answer = await begun(party, provider)
    provider.claims = lambda claims: None
    with pytest.raises(LoginInvalid, match="token_200"):
        await party.finish(pending, answer)


@pytest.mark.parametrize("change", [
    {"issuer": "https://ander.example"},
    {"token_endpoint": "http://ander.example/token"},
    {"jwks_uri": None},
    {"code_challenge_methods_supported": ["plain"]},
])
async def test_a_discovery_document_that_can_not_be_trusted(
    party: RelyingParty, provider: HostileProvider, change: dict[str, Any]
) -> None:
    provider.metadata = change
    with pytest.raises(ProviderUnavailable):
        await party.begin(BACK)


async def test_nobody_at_the_other_end() -> None:
    party = RelyingParty(ProviderSettings("http://127.0.0.1:9", CLIENT_ID, SECRET))
    with pytest.raises(ProviderUnavailable):
        await party.begin(BACK)
    assert await party.end_session_url(None, BACK) is None
    await party.close()


async def test_levels_of_assurance_that_are_asked_for_are_needed(provider: HostileProvider) -> None:
    party = RelyingParty(ProviderSettings(provider.issuer, CLIENT_ID, SECRET, acr_values=("midden", "hoog")))
    for given, fits in (("laag", False), (None, False), ("hoog", True)):
        pending, answer = await begun(party, provider)
        provider.claims = lambda right, given=given: {**right, "acr": given}  # type: ignore[misc]
        if fits:
            assert (await party.finish(pending, answer)).claims["acr"] == "hoog"
        else:
            with pytest.raises(LoginInvalid, match="id_token_acr"):
                await party.finish(pending, answer)
    await party.close()


@pytest.mark.parametrize("kind", ["RSA", "EC"])
async def test_a_private_key_can_be_our_proof(provider: HostileProvider, kind: str) -> None:
    from joserfc.jwk import ECKey

    key: RSAKey | ECKey = RSAKey.generate_key(2048) if kind == "RSA" else ECKey.generate_key("P-256")
    party = RelyingParty(
        ProviderSettings(provider.issuer, CLIENT_ID, key.as_pem(private=True).decode(), client_authentication="private_key_jwt")
    )
    pending, answer = await begun(party, provider)
    await party.finish(pending, answer)
    claims = jwt.decode(provider.forms[0]["client_assertion"], key, algorithms=["PS256", "ES256"]).claims
    assert claims["sub"] == CLIENT_ID and claims["aud"] == f"{provider.issuer}/token" and claims["exp"] - claims["iat"] <= 60
    await party.close()


@pytest.mark.parametrize("wrong", [
    {"issuer": "http://inlog.example"},
    {"client_secret": ""},
    {"algorithms": ("none",)},
    {"algorithms": ("HS256",)},
    {"algorithms": ()},
    {"scopes": "profile"},
    {"client_authentication": "tls"},
])
def test_unsafe_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongProviderSettings):
        ProviderSettings(**{"issuer": "https://inlog.example", "client_id": "a", "client_secret": "b", **wrong})


def test_settings_from_the_environment() -> None:
    assert ProviderSettings.from_environment("VERBONDEN_DIGID", {}) is None
    found = ProviderSettings.from_environment("VERBONDEN_DIGID", {
        "VERBONDEN_DIGID_ISSUER": "https://broker.example/oidc", "VERBONDEN_DIGID_CLIENT_ID": "a",
        "VERBONDEN_DIGID_CLIENT_SECRET": "b", "VERBONDEN_DIGID_ACR_VALUES": "midden,hoog",
    })
    assert found is not None and found.acr_values == ("midden", "hoog") and "none" not in found.algorithms
    with pytest.raises(WrongProviderSettings, match="VERBONDEN_DIGID"):
        ProviderSettings.from_environment("VERBONDEN_DIGID", {"VERBONDEN_DIGID_ISSUER": "https://broker.example"})
