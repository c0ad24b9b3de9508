"""What is said when everything runs; the words are in `data/opstart.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml


def accounts_of(data: Path) -> list[dict[str, str]]:
    """The demo accounts: `username`, `name`, `organisation` (id), `role`. Without the file there are none."""
    path = data / "balie" / "medewerkers_demo.yaml"
    if not path.exists():
        return []
    found: list[dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def banner(
    data: Path, url: str, accounts: Sequence[Mapping[str, str]], passwords: Mapping[str, str], phone: str = ""
) -> str:
    """The text.

    Args:
        data: folder with the words and the names of the organisations.
        url: of the gateway.
        accounts: to show; none when the demo is off.
        passwords: by user name.
        phone: address of the demonstration's telephone; empty when there is none.
    """
    words = yaml.safe_load((data / "opstart.yaml").read_text(encoding="utf-8"))
    names = _organisation_names(data)
    log_in = [
        words["inlogregel"].format(
            gebruiker=account["username"], wachtwoord=passwords[account["username"]], naam=account["name"], rol=account["role"],
            organisatie=names.get(account["organisation"], account["organisation"]),
        )
        for account in accounts
    ]
    parts = [words["klaar"].format(adres=url).rstrip() + ("\n" + words["telefoon"].format(adres=phone) if phone else "")]
    if log_in:
        parts.append("\n".join([f"  {words['inloggen']}:", *(f"    {line}" for line in log_in)]))
    parts.append(f"  {words['stoppen']}")
    return "\n\n".join(parts)


def _organisation_names(data: Path) -> dict[str, str]:
    path = data / "verwijsindex" / "organisaties.yaml"
    return {item["id"]: item["naam"] for item in yaml.safe_load(path.read_text(encoding="utf-8"))["organisaties"]}
