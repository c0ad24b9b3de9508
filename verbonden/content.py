"""Fingerprints of files by content, to do again only what changed.

Runs on every Python from 3.8: the bootstrap uses it before there is an environment.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Iterable, Iterator

IGNORED_FOLDERS = frozenset({"__pycache__", "node_modules", "dist", ".git"})
IGNORED_SUFFIXES = frozenset({".pyc", ".pyo", ".swp", ".tmp"})


def files(root: Path, paths: Iterable[str]) -> Iterator[Path]:
    """All files under the given files and folders, in a fixed order; what does not exist is left out."""
    for name in sorted(set(paths)):
        path = root / name
        if path.is_file():
            yield path
        elif path.is_dir():
            for found in sorted(path.rglob("*")):
                inside = found.relative_to(path).parts
                if found.is_file() and found.suffix not in IGNORED_SUFFIXES and not IGNORED_FOLDERS.intersection(inside):
                    yield found


def fingerprint(root: Path, paths: Iterable[str], *extra: str) -> str:
    """A short hexadecimal fingerprint of names and contents.

    Args:
        root: folder that the paths are relative to; the fingerprint does not depend on where it is.
        paths: files and folders.
        extra: other things that the result depends on, such as a version.
    """
    digest = hashlib.sha256()
    for word in extra:
        digest.update(b"\0extra\0" + word.encode())
    for path in files(root, paths):
        digest.update(b"\0file\0" + path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def is_stamped(stamp: Path, value: str) -> bool:
    """Whether the stamp file holds this value: what it stands for was finished with it."""
    try:
        return stamp.read_text(encoding="utf-8").strip() == value
    except OSError:
        return False
