"""The web pages: built from `web/` when their sources changed."""

from __future__ import annotations

from setup.tools import node
from verbonden.commands import ROOT, run
from verbonden.content import fingerprint, is_stamped
from verbonden.progress import Progress

WEB = ROOT / "web"
SOURCES = ("web", "data/antwoorden/scherm.yaml")
"""The pages bundle the texts of the screen."""

LOCK = ("web/package.json", "web/package-lock.json")
STAMP = WEB / "dist" / ".stamp"
MODULES_STAMP = WEB / "node_modules" / ".stamp"


def wanted() -> str:
    """What the stamp of the build holds when it is fresh."""
    return fingerprint(ROOT, SOURCES)


def is_fresh() -> bool:
    """Whether the built pages are those of the sources."""
    return is_stamped(STAMP, wanted()) and (WEB / "dist" / "index.html").exists()


def ensure_modules(progress: Progress) -> None:
    """Install the packages of the lock; does nothing when they are there.

    Raises:
        Failed: no Node, no network, or a package that is not the one in the lock.
    """
    lock = fingerprint(ROOT, LOCK)
    if is_stamped(MODULES_STAMP, lock):
        return
    environment = node(progress)
    with progress.step("packages of the web pages (npm ci)") as step:
        run(step, ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=WEB, env=environment,
            what="Installing the packages of the web pages")
    MODULES_STAMP.write_text(lock, encoding="utf-8")


def ensure(progress: Progress) -> None:
    """Build the pages; does nothing when they are fresh.

    Raises:
        Failed: they can not be built.
    """
    if is_fresh():
        return
    ensure_modules(progress)
    value = wanted()
    environment = node(progress)
    with progress.step("web pages") as step:
        run(step, ["npm", "run", "build"], cwd=WEB, env=environment, what="Building the web pages")
    STAMP.write_text(value, encoding="utf-8")


def test(progress: Progress) -> None:
    """Run the unit tests of the pages.

    Raises:
        Failed: a test failed, or they can not be run.
    """
    ensure_modules(progress)
    environment = node(progress)
    with progress.step("unit tests of the web pages") as step:
        run(step, ["npm", "test"], cwd=WEB, env=environment, what="The unit tests of the web pages")
