"""The tools that set-up itself needs: uv, and Node where the machine has none. They live in `.tools`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from verbonden.commands import ROOT, Failed, output, run
from verbonden.content import fingerprint, is_stamped
from verbonden.progress import Progress, Step

TOOLS = ROOT / ".tools"
NODE_NEEDED = (20, 19)
NPM_NEEDED = (10, 0)


def uv(progress: Progress) -> Path:
    """The program uv, installed with pip on first use.

    Raises:
        Failed: it can not be installed.
    """
    lock = "requirements/tools.txt"
    wanted = fingerprint(ROOT, [lock])
    stamp = TOOLS / "uv.stamp"
    if is_stamped(stamp, wanted):
        for program in (TOOLS / "bin" / "uv", TOOLS / "uv" / "bin" / "uv"):
            if output([program, "--version"]):
                return program
    with progress.step("uv, which installs the rest") as step:
        program = _install_uv(step, lock)
    stamp.write_text(wanted, encoding="utf-8")
    return program


def _install_uv(step: Step, lock: str) -> Path:
    arguments = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock]
    what = "Installing uv"
    if output([TOOLS / "bin" / "python", "-m", "pip", "--version"]) is None:
        # Debian keeps venv in a package of its own: without it, pip can still install into a plain folder.
        broken = output([sys.executable, "-c", "import ensurepip, venv"]) is None
        if broken:
            if output([sys.executable, "-m", "pip", "--version"]) is None:
                ready = shutil.which("uv")
                if ready and output([ready, "--version"]):
                    return Path(ready)
                raise Failed(f"This Python ({sys.executable}) has neither venv nor pip: install them (on Debian and Ubuntu: "
                             "apt-get install python3-venv) and run the command again.")
            run(step, [sys.executable, "-m", "pip", *arguments, "--upgrade", "--target", TOOLS / "uv"], what=what)
            return TOOLS / "uv" / "bin" / "uv"
        run(step, [sys.executable, "-m", "venv", "--clear", TOOLS], what="Making a virtual environment")
    run(step, [TOOLS / "bin" / "python", "-m", "pip", *arguments], what=what)
    return TOOLS / "bin" / "uv"


def _version(text: str | None) -> tuple[int, ...]:
    """`v20.19.1` as (20, 19, 1); nothing as ()."""
    numbers = (text or "").lstrip("v").split("-")[0].split(".")
    return tuple(int(number) for number in numbers if number.isdigit())


def node_program() -> str | None:
    """The program `node`, the machine's own when new enough, else the one that `node()` installed; None when there is neither."""
    own = shutil.which("node")
    if own and _version(output([own, "--version"])) >= NODE_NEEDED:
        return own
    program = TOOLS / "node" / "bin" / "node"
    return str(program) if program.exists() else None


def node(progress: Progress) -> dict[str, str]:
    """Environment variables with which `node` and `npm` are found: the machine's own when new enough, else ours.

    Raises:
        Failed: there is none and it can not be installed.
    """
    if _version(output(["node", "--version"])) >= NODE_NEEDED and _version(output(["npm", "--version"])) >= NPM_NEEDED:
        return {}
    folder, lock = TOOLS / "node", "requirements/node.txt"
    wanted, stamp = fingerprint(ROOT, [lock]), TOOLS / "node.stamp"
    if not (is_stamped(stamp, wanted) and output([folder / "bin" / "node", "--version"])):
        program = uv(progress)
        with progress.step("Node, for the web pages") as step:
            run(step, [program, "venv", "--quiet", "--clear", "--python", "3.12", folder], what="Node", python="3.12")
            target = ["--python", folder / "bin" / "python"]
            run(step, [program, "pip", "install", "--quiet", "--require-hashes", *target, "-r", lock],
                what="Installing Node")
        stamp.write_text(wanted, encoding="utf-8")
    return {"PATH": str(folder / "bin") + os.pathsep + os.environ.get("PATH", "")}
