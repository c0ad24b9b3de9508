"""The demonstration's log-in (`demo/inlog`) as a process of this machine: only in demo mode, and never needed to start."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from setup import inlog as packages
from setup.tools import node_program
from verbonden.commands import ROOT
from verbonden.supervision import banner
from verbonden.supervision.probes import http_answers, http_ok
from verbonden.supervision.process import Spec
from verbonden.supervision.secrets_file import Secrets

CLIENT_ID = "verbonden"
REALMS = {"digid": "VERBONDEN_DIGID", "medewerkers": "VERBONDEN_MEDEWERKERS"}
"""Issuers, and the prefix of the variables with which the product is told of them (loket.identity.oidc_provider)."""

LEVEL = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract"
"""DigiD's level "Midden" (Logius, Koppelvlakspecificatie DigiD SAML)."""

PATHS = {"digid": ("/digid/terug", ("/", "/digid/uitgelogd")), "medewerkers": ("/api/balie/oidc/terug", ("/balie",))}
"""Where a browser comes back after logging in, and after logging out."""


def is_wanted(base: Mapping[str, str]) -> bool:
    """Whether it must run: in demo mode, when the settings leave a log-in open, and when it is installed."""
    demo = base.get("VERBONDEN_DEMO", "1") == "1"
    open_ = any(not base.get(f"{prefix}_ISSUER") for prefix in REALMS.values())
    return demo and open_ and (packages.FOLDER / "node_modules" / "oidc-provider").is_dir() and node_program() is not None


def settings(base: Mapping[str, str], secrets: Secrets, url: str) -> dict[str, str]:
    """What the product must know of it. An issuer that was given stays.

    Args:
        base: the environment.
        secrets: of this folder.
        url: where browsers and the product reach it.
    """
    found = {"VERBONDEN_INLOG_URL": base.get("VERBONDEN_INLOG_URL") or url}
    for name, prefix in REALMS.items():
        if not base.get(f"{prefix}_ISSUER"):
            found |= {
                f"{prefix}_ISSUER": f"{found['VERBONDEN_INLOG_URL']}/{name}",
                f"{prefix}_CLIENT_ID": CLIENT_ID,
                f"{prefix}_CLIENT_SECRET": secrets.inlog_client_secret,
                f"{prefix}_DEMO": "1",
            }
            if name == "digid":
                found[f"{prefix}_ACR_VALUES"] = LEVEL
    return found


def spec(var: Path, secrets: Secrets, environment: Mapping[str, str], port: int) -> Spec:
    """How it is run; writes its configuration, which holds passwords, to a file for the owner only."""
    path = var / "inlog" / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(configuration(secrets, environment, port), stream, indent=1)
    healthy = f"http://{'127.0.0.1' if _everywhere(environment) else environment['VERBONDEN_HOST']}:{port}/gezond"
    return Spec(
        "inlog", (node_program() or "node", str(packages.FOLDER / "server.mjs"), str(path)),
        {"PATH": environment.get("PATH", ""), "NODE_ENV": "production"}, http_ok(healthy), http_answers(healthy), port, wave=1,
        essential=False,
    )


def configuration(secrets: Secrets, environment: Mapping[str, str], port: int) -> dict[str, Any]:
    """What demo/inlog/server.mjs reads: where it is, its two clients, who can log in, and its words."""
    data = Path(environment["VERBONDEN_DATA"])
    people = yaml.safe_load((ROOT / "demo" / "zaaksysteem" / "data" / "personen.yaml").read_text(encoding="utf-8"))
    accounts = banner.accounts_of(data)
    return {
        "url": environment["VERBONDEN_INLOG_URL"],
        "host": environment["VERBONDEN_HOST"],
        "port": port,
        "cookie_key": secrets.inlog_cookie_key,
        "clients": {name: _client(name, secrets, environment["VERBONDEN_PUBLIC_URL"]) for name in REALMS},
        "citizens": [{"bsn": p["bsn"], "name": f"{p['voornamen']} {p['achternaam']}"} for p in people.values()],
        "staff": [
            {**account, "teams": account.get("teams", []), "password": secrets.demo_accounts[account["username"]]}
            for account in accounts if account["username"] in secrets.demo_accounts
        ],
        "texts": yaml.safe_load((data / "inlog.yaml").read_text(encoding="utf-8")),
    }


def _client(name: str, secrets: Secrets, public_url: str) -> dict[str, Any]:
    back, after = PATHS[name]
    return {
        "client_id": CLIENT_ID,
        "client_secret": secrets.inlog_client_secret,
        "redirect_uris": [public_url.rstrip("/") + back],
        "post_logout_redirect_uris": [public_url.rstrip("/") + path for path in after],
    }


def _everywhere(environment: Mapping[str, str]) -> bool:
    return environment["VERBONDEN_HOST"] in ("0.0.0.0", "::", "")  # noqa: S104 (compared, not bound)
