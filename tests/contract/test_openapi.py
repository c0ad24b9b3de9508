"""The description of our own endpoints: every route is in it, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from channels.gateway import build
from loket.settings import Settings
from verbonden.commands import ROOT

DESCRIBED: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
NOT_DESCRIBED = {("OPTIONS", "/api/web/{path}"), ("GET", "/{path}")}
"""What a browser asks before it lets a page of another site call; and the files of the built pages."""

NOWHERE = "http://127.0.0.1:9"
EVERYTHING = {
    "VERBONDEN_DEMO": "1", "VERBONDEN_BOT_URL": NOWHERE, "VERBONDEN_BOT_SECRET": "x", "VERBONDEN_REDIS_URL": "redis://127.0.0.1:9",
    "VERBONDEN_NRC_AUTHORIZATION": "Bearer x",
    "TWILIO_ACCOUNT_SID": f"AC{0:032}", "TWILIO_AUTH_TOKEN": "x", "TWILIO_SMS_NUMBER": "+31600000000",
    "TWILIO_WHATSAPP_NUMBER": "+31600000001", "ZAAKSYSTEEM_URL": NOWHERE, "ZAAKSYSTEEM_CLIENT_ID": "x", "ZAAKSYSTEEM_SECRET": "x",
    "KLANTINTERACTIES_URL": NOWHERE, "KLANTINTERACTIES_TOKEN": "x", "VERBONDEN_DIGID_ISSUER": NOWHERE,
    "VERBONDEN_DIGID_CLIENT_ID": "x", "VERBONDEN_DIGID_CLIENT_SECRET": "x", "VERBONDEN_MEDEWERKERS_ISSUER": NOWHERE,
    "VERBONDEN_MEDEWERKERS_CLIENT_ID": "x", "VERBONDEN_MEDEWERKERS_CLIENT_SECRET": "x",
}  # fmt: skip
"""A gateway with all that can be connected; nothing of it is called when it is put together."""


async def test_every_route_is_described_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**EVERYTHING, "VERBONDEN_DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}"}.items():
        monkeypatch.setenv(name, value)
    gateway = build(Settings.from_environment())
    routes = {
        (route.method, route.resource.canonical)
        for route in gateway.app.router.routes()
        if route.method != "HEAD" and route.resource is not None
    }
    told = {(method.upper(), path) for path, methods in DESCRIBED["paths"].items() for method in methods}
    assert routes - NOT_DESCRIBED == told
    await gateway.store.close()


def test_every_operation_says_what_it_needs_and_how_it_refuses() -> None:
    operations = [(path, method, each) for path, methods in DESCRIBED["paths"].items() for method, each in methods.items()]
    assert not [path for path, _, each in operations if not each.get("summary") or "4XX" not in each["responses"]]
    assert len({each["operationId"] for _, _, each in operations}) == len(operations)
    desk = [(path, method, each["security"]) for path, method, each in operations if path.startswith("/api/balie/")]
    without = {path for path, _, security in desk if not security}
    assert without == {"/api/balie/login", "/api/balie/oidc/begin", "/api/balie/oidc/terug"}
    assert not [path for path, method, security in desk if security and method == "post" and "csrf" not in security[0]]


def test_nothing_of_a_citizen_stands_in_an_address() -> None:
    """Addresses end up in logs of proxies and the history of browsers: no part of one can hold a text, a number or a name."""
    asked = {
        (path, each["name"])
        for path, methods in DESCRIBED["paths"].items()
        for operation in methods.values()
        for each in operation.get("parameters", [])
        if each["in"] in ("query", "path")
    }
    ids = {"id", "callback", "review", "change", "token", "code", "state", "conversation", "m"}
    choices = {"after", "form", "view", "kind", "key", "from", "to", "channel", "team", "organisation", "link", "error"}
    assert {name for _, name in asked} - ids - choices == {"q"}
    searched = {path for path, name in asked if name == "q"}
    assert searched == {"/api/balie/conversations/{id}/answers"}, "words of staff, for a list"
