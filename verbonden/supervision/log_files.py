"""Log files of the processes, with rotation."""

from __future__ import annotations

from collections import deque
from pathlib import Path

MAX_BYTES = 5_000_000
OLD_FILES = 3


class LogFile:
    """Takes the raw output of a process; keeps `MAX_BYTES` and `OLD_FILES` older ones, and remembers the last lines.

    Args:
        path: of the newest file; older ones get .1, .2, ...
        max_bytes: size at which a new file is begun.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._max = path, max_bytes
        self._stream = path.open("ab", buffering=0)
        self.tail: deque[str] = deque(maxlen=20)

    def write(self, line: bytes) -> None:
        """Append one line. A full disk must not stop the product: then the line is lost."""
        text = line.decode("utf-8", "replace").rstrip()
        if text:
            self.tail.append(text)
        try:
            if self._stream.tell() + len(line) > self._max:
                self._rotate()
            self._stream.write(line)
        except OSError:
            return

    def _rotate(self) -> None:
        self._stream.close()
        for number in range(OLD_FILES, 0, -1):
            older = self._path.with_name(f"{self._path.name}.{number}")
            newer = self._path if number == 1 else self._path.with_name(f"{self._path.name}.{number - 1}")
            if newer.exists():
                newer.replace(older)
        self._stream = self._path.open("ab", buffering=0)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
