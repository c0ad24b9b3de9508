"""Secrets from files, as containers get them: `NAME_FILE` names a file that holds the value of `NAME`.

Every process of ours reads them when it starts. For one that is not ours: `python -m loket.secret_files COMMAND ...` (this module
runs on Python 3.10 and imports nothing else).
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

PREFIXES = ("VERBONDEN_", "ZAAKSYSTEEM_", "KLANTINTERACTIES_", "TWILIO_", "NRC_")
SUFFIX = "_FILE"
LARGEST = 64 * 1024
"""Bytes; a secret is shorter, and a path that was mistaken is often longer."""


class WrongSecretFile(ValueError):
    """A file can not be used; the message names the setting and never what is in the file."""


def from_files(environment: Mapping[str, str]) -> "dict[str, str]":
    """The settings that stand in files; a newline at the end of a file is not part of it. Raises WrongSecretFile."""
    found = {}
    for name, path in environment.items():
        if not (path and name.endswith(SUFFIX) and name.startswith(PREFIXES)):
            continue
        setting = name[: -len(SUFFIX)]
        if environment.get(setting):
            raise WrongSecretFile(f"{setting} and {name} are both set: which one counts is not clear.")
        try:
            with Path(path).open("rb") as stream:
                value = stream.read(LARGEST + 1)
            text = value.decode("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise WrongSecretFile(f"{name}: the file can not be read ({type(error).__name__}).") from None
        if not text or len(value) > LARGEST or "\0" in text:
            raise WrongSecretFile(f"{name}: the file holds no secret (it is empty, too long or not text).")
        found[setting] = text
    return found


def load() -> None:
    """Put them in the environment of this process, in the place of the names of their files. Raises WrongSecretFile."""
    found = from_files(os.environ)
    os.environ.update(found)
    for name in found:
        del os.environ[name + SUFFIX]  # a process that we start must not find both


def main() -> int:
    """Load them, then become the command that was given; 2 when that can not be done."""
    if len(sys.argv) < 2:
        print("usage: python -m loket.secret_files COMMAND ...", file=sys.stderr)
        return 2
    try:
        load()
        os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 (the command is of whoever starts us)
    except (WrongSecretFile, OSError) as error:
        print(error, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
