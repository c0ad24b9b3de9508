"""A clock on the wall that can be moved while the product runs, for its processes alone."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


class NoCompiler(Exception):
    """There is no C compiler to build the clock with."""


class Clock:
    """Of one run, in a folder of its own. Raises NoCompiler."""

    def __init__(self, folder: Path) -> None:
        self._file, self._library, self._ahead = folder / "ahead", folder / "clock.so", 0
        compiler = shutil.which("cc")
        if compiler is None:
            raise NoCompiler
        subprocess.run([compiler, "-O2", "-fPIC", "-shared", "-D_GNU_SOURCE", "-o", self._library, SOURCE], check=True)
        self._file.write_bytes(struct.pack("q", 0))

    def environment(self) -> dict[str, str]:
        """For the product."""
        return {"LD_PRELOAD": str(self._library), "CHAOS_CLOCK": str(self._file)}

    def move(self, seconds: int) -> None:
        """Forward, or back."""
        self._ahead += seconds
        with self._file.open("r+b") as stream:  # the same file: it is mapped
            stream.write(struct.pack("q", self._ahead))
