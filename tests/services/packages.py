"""Installs what a test needs from the distribution, when it may."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path


class ServiceMissing(Exception):
    """A server that the tests need is not there and can not be installed; the message says what to install."""


def install(package: str, purpose: str) -> None:
    """Install a package of the distribution (Debian, Ubuntu), as root.

    Args:
        package: its name.
        purpose: what the tests need it for.

    Raises:
        ServiceMissing: not root, no apt-get, or it failed.
    """
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        raise ServiceMissing(f"The tests need {purpose}: install it (on Debian and Ubuntu: sudo apt-get install {package}).")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (Path(tempfile.gettempdir()) / "verbonden-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in (["apt-get", "-q", "update"], ["apt-get", "-q", "install", "-y", "--no-install-recommends", package]):
            done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise ServiceMissing(f"The tests need {purpose}, and installing the package {package} failed: {reason}")
