"""The packages of the demonstration's log-in (`demo/inlog`). Verbonden runs without them: then nobody can log in with DigiD."""

from __future__ import annotations

from setup.tools import node
from verbonden.commands import ROOT, Failed, run
from verbonden.content import fingerprint, is_stamped
from verbonden.progress import Progress

FOLDER = ROOT / "demo" / "inlog"
LOCK = ("demo/inlog/package.json", "demo/inlog/package-lock.json")
STAMP = FOLDER / "node_modules" / ".stamp"


def ensure(progress: Progress) -> None:
    """Install the packages of the lock; does nothing when they are there. When it can not be done, that is said."""
    lock = fingerprint(ROOT, LOCK)
    if is_stamped(STAMP, lock):
        return
    try:
        environment = node(progress)
        with progress.step("packages of the demonstration's log-in (npm ci)") as step:
            run(step, ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=FOLDER, env=environment,
                what="Installing the packages of the demonstration's log-in")
    except Failed as failure:
        progress.say(f"Verbonden runs without the demonstration's log-in: {failure}")
        return
    STAMP.write_text(lock, encoding="utf-8")
