"""The strict check itself: it accepts what real systems answered, and it can fail."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.contract.openapi import answer_problems, document, error_problems

RECORDINGS = Path(__file__).parents[1] / "zaaksysteem" / "recordings"
APIS = {"zaken": "zaken-api.yaml", "catalogi": "catalogi-api.yaml", "klantinteracties": "klantinteracties-api.yaml"}
UUID = re.compile(r"/(?:[0-9a-f]{8}-[0-9a-f-]{27}|abc)$")


def exchanges() -> list[tuple[str, dict[str, Any]]]:
    """All recorded exchanges that have a JSON answer."""
    found = []
    for file in sorted(RECORDINGS.glob("*.json")):
        found += [(f"{file.stem}-{item['name']}", item) for item in json.loads(file.read_text(encoding="utf-8"))]
    return [(name, item) for name, item in found if isinstance(item["response"]["body"], dict)]


def where(url: str) -> tuple[str, str]:
    """File and path of a recorded address."""
    api, rest = re.fullmatch(r"/(\w+)/api/v\d(/.*)", urlsplit(url).path).groups()  # type: ignore[union-attr]
    return APIS[api], UUID.sub("/{uuid}", rest)


def problems(item: dict[str, Any]) -> list[str]:
    """What the strict check says of a recorded answer."""
    name, path = where(item["request"]["url"])
    status, body = item["response"]["status"], item["response"]["body"]
    if status >= 400:
        return error_problems(name, body, fields="invalidParams" in body)
    return answer_problems(name, path, item["request"]["method"], status, body)


@pytest.mark.parametrize(("name", "item"), exchanges(), ids=[name for name, _ in exchanges()])
def test_recorded_answers_pass(name: str, item: dict[str, Any]) -> None:
    assert problems(item) == []


CASE = next(item for name, item in exchanges() if name == "zaken_answers-zaken_expand")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda zaak: zaak.pop("einddatumGepland"), "einddatumGepland"),
        (lambda zaak: zaak.update(zomaar=1), "zomaar"),
        (lambda zaak: zaak.update(startdatum="22-11-2026"), "startdatum"),
        (lambda zaak: zaak.update(startdatum=None), "startdatum"),
        (lambda zaak: zaak.update(uuid="abc"), "uuid"),
        (lambda zaak: zaak.update(url="geen-url"), "url"),
        (lambda zaak: zaak.update(bronorganisatie="1"), "bronorganisatie"),
        (lambda zaak: zaak.update(vertrouwelijkheidaanduiding="onbekend"), "vertrouwelijkheidaanduiding"),
        (lambda zaak: zaak["opschorting"].update(indicatie="ja"), "opschorting"),
        (lambda zaak: zaak["_expand"]["status"].pop("datumStatusGezet"), "['_expand'].status"),
        (lambda zaak: zaak["_expand"]["zaaktype"].pop("statustypen"), "statustypen"),
        (lambda zaak: zaak["_expand"]["rollen"][0].update(betrokkeneType="medewerker"), "rollen"),
        (lambda zaak: zaak["_expand"].update(onbekend=1), "onbekend"),
    ],
)
def test_a_wrong_answer_is_found(change: Any, complaint: str) -> None:
    item = copy.deepcopy(CASE)
    change(item["response"]["body"]["results"][0])
    found = problems(item)
    assert found
    assert any(complaint in problem for problem in found)


def test_the_files_are_small_and_name_their_licence() -> None:
    for name in APIS.values():
        assert document(name)["info"]["license"]["name"] == "EUPL-1.2"
        path = Path(__file__).parent / "specs" / name
        assert path.stat().st_size < 100_000
        assert "/work" not in path.read_text(encoding="utf-8")
