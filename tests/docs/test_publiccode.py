"""publiccode.yml by the standard 0.4 (yml.publiccode.tools): what catalogues read."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import yaml

from verbonden.commands import ROOT

STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
CATEGORIES = set(
    "accounting agile-project-management applicant-tracking application-development appointment-scheduling backup "
    "billing-and-invoicing blog budgeting business-intelligence business-process-management cad call-center-management "
    "cloud-management collaboration communications compliance-management contact-management content-management crm "
    "customer-service-and-support data-analytics data-collection data-visualization digital-asset-management digital-citizenship "
    "document-management help-desk identity-management instant-messaging it-service-management knowledge-management service-desk "
    "task-management web-collaboration workflow-management".split()
)
"""Of the standard's list, those that could ever fit."""

SCOPES = set(
    "agriculture culture defence education emergency-services employment energy environment finance-and-economic-development "
    "foreign-affairs healthcare infrastructures justice local-authorities manufacturing research science-and-technology security "
    "society sport tourism transportation welfare".split()
)


@pytest.fixture(scope="module")
def publiccode() -> dict[str, Any]:
    """The file."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    return found


def test_what_must_be_there_is_there(publiccode: dict[str, Any]) -> None:
    assert publiccode["publiccodeYmlVersion"] == "0.4"
    assert publiccode["url"].startswith("https://") and publiccode["name"] and publiccode["platforms"]
    assert publiccode["developmentStatus"] in STATUSES and publiccode["softwareType"] == "standalone/web"
    assert publiccode["maintenance"]["type"] in {"internal", "community"} and publiccode["maintenance"]["contacts"]
    assert publiccode["localisation"]["localisationReady"] in (True, False) and publiccode["localisation"]["availableLanguages"]


def test_lists_use_the_words_of_the_standard(publiccode: dict[str, Any]) -> None:
    assert set(publiccode["categories"]) <= CATEGORIES
    assert set(publiccode["intendedAudience"]["scope"]) <= SCOPES
    assert publiccode["intendedAudience"]["countries"] == ["nl"]


def test_descriptions_have_the_length_that_catalogues_show(publiccode: dict[str, Any]) -> None:
    assert set(publiccode["description"]) == {"nl", "en"}
    for words in publiccode["description"].values():
        assert len(words["shortDescription"]) <= 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]
        assert all((ROOT / picture).is_file() for picture in words.get("screenshots", []))


def test_version_and_licence_are_those_of_the_package(publiccode: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert publiccode["softwareVersion"] == project["version"]
    assert publiccode["legal"]["license"] == project["license"] == "EUPL-1.2"
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (ROOT / "LICENSE").read_text(encoding="utf-8")
