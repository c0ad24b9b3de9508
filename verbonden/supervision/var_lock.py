"""One product per var folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO


class AlreadyRunning(Exception):
    """Another supervisor runs on this folder."""


def take(var: Path) -> TextIO:
    """Hold the folder as long as the returned file is open; the kernel frees it however we end.

    Raises:
        AlreadyRunning: another supervisor holds it.
        OSError: the folder can not be written.
    """
    var.mkdir(parents=True, exist_ok=True)
    stream = (var / "run.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.seek(0)
        pid = stream.read().strip()
        stream.close()
        raise AlreadyRunning(
            f"Verbonden already runs on the folder {var}{f' (process {pid})' if pid else ''}: stop that, "
            "or start another one beside it with --var FOLDER --port 0."
        ) from None
    stream.truncate(0)
    stream.write(str(os.getpid()))
    stream.flush()
    return stream
