"""What is installed: environments, model, pages, room on the disk."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from verbonden.commands import output
from verbonden.doctor.findings import Finding, good, note, wrong
from verbonden.model import model_path

DISK_WRONG, DISK_NOTE = 500 * 10**6, 3 * 10**9
"""Free bytes. The store and the logs of a day of demo are some megabytes; a new model with its kin takes 0.3 GB."""

MEMORY_NOTE = 1.5 * 10**9
"""Free bytes: all processes together take about 1.2 GB."""


def examine_installed(var: Path) -> Iterator[Finding]:
    """Look at files only; starts nothing and asks nobody.

    Args:
        var: folder for everything that is written.
    """
    yield from _environments()
    yield _model()
    yield from _disk(var)
    yield from _memory()
    yield from _secrets(var)


def _environments() -> Iterator[Finding]:
    try:
        from setup import environments, web
    except ImportError:
        yield note("environments", "they are made by something else here (the set-up code is not installed).")
        return
    for wanted in (environments.APP, environments.RASA):
        environment = environments.installed(wanted)
        version = output([environment.interpreter, "--version"])
        subject = f"Python {environment.python} ({environment.folder})"
        if version is None:
            yield wrong(subject, "it is not installed or does not start.", "Run `make run`.")
        elif not version.startswith(f"Python {environment.python}."):
            yield wrong(subject, f"it has {version}.", f"Remove the folder {environment.folder} and run `make run`.")
        elif not environment.is_fresh():
            yield wrong(subject, f"it differs from {environment.lock}.", "Run `make run`.")
        else:
            yield good(subject, f"{version}, as in {environment.lock}.")
    if web.is_fresh():
        yield good("web pages", "they are built from the present sources.")
    elif (web.WEB / "dist" / "index.html").exists():
        yield wrong("web pages", "their sources changed since they were built.", "Run `make web`.")
    else:
        yield wrong("web pages", "they are not built.", "Run `make web`.")


def _model() -> Finding:
    path = model_path()
    if path.exists():
        return good("model", f"trained from the present data ({path.name}, {path.stat().st_size / 1e6:.0f} MB).")
    if any(path.parent.glob("verbonden-*.tar.gz")):
        return wrong("model", "what it is made of changed since it was trained.", "Run `make model`; `make run` does so too.")
    return wrong("model", "it is not trained.", "Run `make model`; `make run` does so too.")


def _disk(var: Path) -> Iterator[Finding]:
    folder = next(path for path in (var, *var.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    sentence = f"{free / 1e9:.1f} GB is free."
    if free < DISK_WRONG:
        yield wrong("disk", sentence, "Free some space: messages of citizens can not be kept on a full disk.")
    elif free < DISK_NOTE:
        yield note("disk", sentence, "Free some space before the next update.")
    else:
        yield good("disk", sentence)
    if not os.access(folder, os.W_OK):
        yield wrong("var", f"{folder} may not be written.", "Give the user that runs Verbonden the right to write there.")


def _memory() -> Iterator[Finding]:
    try:
        lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    except OSError:
        return
    free = int(lines["MemAvailable"].split()[0]) * 1024
    sentence = f"{free / 1e9:.1f} GB is free."
    yield good("memory", sentence) if free > MEMORY_NOTE else note("memory", sentence, "Close other programs before a start.")


def _secrets(var: Path) -> Iterator[Finding]:
    path = var / "secrets.json"
    if not path.exists():
        return
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield wrong("secrets", f"other users of this machine can read {path}.", f"Run `chmod 600 {path}`.")
    else:
        yield good("secrets", "only their owner can read them.")


def examine_settings(environment: dict[str, str]) -> Iterator[Finding]:
    """Settings that work but are dangerous together.

    Args:
        environment: of the product.
    """
    host, url = environment.get("VERBONDEN_HOST", "127.0.0.1"), environment.get("VERBONDEN_PUBLIC_URL", "")
    open_to_others = host not in ("127.0.0.1", "localhost", "::1")
    if open_to_others and environment.get("VERBONDEN_DEMO", "1") == "1":
        yield wrong("settings", f"demo accounts can log in and the gateway listens on {host}.",
                    "Set VERBONDEN_DEMO=0, or let it listen on 127.0.0.1.")
    if url.startswith("http://") and not any(local in url for local in ("127.0.0.1", "localhost", "[::1]")):
        yield wrong("settings", "VERBONDEN_PUBLIC_URL has no https: what citizens write can be read on the way.",
                    "Put a server with TLS in front and set the https address.")


