"""Chromium for the browser tests: the one of VERBONDEN_TEST_CHROMIUM, of the machine, or of the distribution's package."""

from __future__ import annotations

import os
import shutil

from tests.services.packages import ServiceMissing, install

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",  # as root there is none to be had
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # It must not talk to anyone but us.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
]


def chromium_path() -> str:
    """The program.

    Raises:
        ServiceMissing: there is none and it can not be installed.
    """
    found = _find()
    if found is None:
        install("chromium", "the browser Chromium")
        found = _find()
    if found is None:
        raise ServiceMissing("The tests need the browser Chromium; it was not found.")
    return found


def _find() -> str | None:
    given = os.environ.get("VERBONDEN_TEST_CHROMIUM")
    return given or next((found for name in PROGRAMS if (found := shutil.which(name))), None)
