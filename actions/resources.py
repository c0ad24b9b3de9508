"""What the actions share: loaded once, at the first use, from the project's data and the environment."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from loket.cases.errors import CaseSystemError
from loket.cases.registry import CaseSystems
from loket.contacts.outbox import open_register
from loket.contacts.register import ContactRegister
from loket.directory import Directory
from loket.identity.attempts import Attempts
from loket.store import Store
from loket.understanding.further import FurtherQuestions
from loket.understanding.patterns import PatternGroups
from loket.understanding.signals import Signals

DATA = Path(os.environ.get("VERBONDEN_DATA", "data"))


@cache
def directory() -> Directory:
    """The verwijsindex."""
    return Directory.load(DATA / "verwijsindex")


@cache
def organisations_of() -> dict[str, tuple[str, ...]]:
    """The organisations of each product."""
    return {product.id: product.organisaties for product in directory().products.values()}


@cache
def smalltalk() -> PatternGroups:
    """Which small talk gets which text."""
    lines = read_list(DATA / "antwoorden" / "smalltalk.yaml")
    return PatternGroups({line["tekst"]: line["patronen"] for line in lines})


@cache
def further() -> FurtherQuestions:
    """The questions about what was told before."""
    return FurtherQuestions.load(DATA / "antwoorden" / "vervolgvragen.yaml")


@cache
def signals() -> Signals:
    """The signals for maatwerk."""
    return Signals.load(DATA / "overdracht" / "signalen.yaml")


def read_list(path: Path) -> list[dict[str, Any]]:
    """A YAML file that holds a list of mappings."""
    import yaml

    with path.open(encoding="utf-8") as stream:
        return yaml.safe_load(stream)  # type: ignore[no-any-return]


@cache
def case_systems() -> CaseSystems:
    """The configured case systems."""
    return CaseSystems.from_file(os.environ.get("VERBONDEN_CASE_SYSTEMS", str(DATA / "zaaksystemen.yaml")))


@cache
def contact_register() -> ContactRegister | None:
    """The register of contacts; None when none is set, or its file can not be used (`verbonden doctor` says which)."""
    try:
        return open_register(DATA / "klantinteracties.yaml", os.environ)
    except CaseSystemError:
        return None


@cache
def store() -> Store:
    """The store, for attempts and the audit of look-ups."""
    return Store.connect(os.environ["VERBONDEN_DATABASE_URL"])


@cache
def attempts() -> Attempts:
    """Limits that hold across processes."""
    return Attempts(store())
