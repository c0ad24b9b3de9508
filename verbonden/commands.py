"""Runs the commands of the set-up: their output goes to a log, a failure becomes one plain sentence."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from verbonden.orphans import die_with_parent
from verbonden.progress import Step

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "var" / "log" / "setup.log"


class Failed(Exception):
    """A step of the set-up failed; the message is one plain sentence about what to do."""


CAUSES = (
    (r"no space left on device|ENOSPC|disk quota exceeded", "the disk is full: free some space (about 6 GB is needed)"),
    (r"THESE PACKAGES DO NOT MATCH THE HASHES|hash mismatch|EINTEGRITY",
     "a downloaded package is not the one in the lock: do not trust it; try again on another network, or look at requirements/"),
    (r"python-build-standalone|No interpreter found|No download found",
     "the Python version that is needed is not on this machine and can not be downloaded: install Python {python} "
     "(for example with pyenv or the system's packages), or give this machine access to the internet"),
    (r"dns error|failed to lookup|name resolution|Name or service not known|ENOTFOUND|EAI_AGAIN|getaddrinfo|ECONNREFUSED"
     r"|Connection refused|Network is unreachable|ENETUNREACH|NewConnectionError|error sending request|tcp connect error"
     r"|timed out|ETIMEDOUT|Could not find a version that satisfies the requirement",
     "the package server can not be reached: check the network (or the proxy) and run the command again"),
    (r"Permission denied|EACCES", "files in the project folder may not be written: check who owns them"),
)


def cause(output: str, python: str = "") -> str | None:
    """What went wrong, in plain words, or None if the output gives no clue."""
    for pattern, sentence in CAUSES:
        if re.search(pattern, output, re.IGNORECASE):
            return sentence.format(python=python or "3.12 and 3.10")
    return None


def run(step: Step, command: Sequence[object], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None,
        what: str, python: str = "", log: Path = LOG) -> None:
    """Run a command to its end.

    Args:
        step: shows the last line of output.
        command: program and arguments.
        cwd: working directory.
        env: variables on top of the environment.
        what: what was tried, for the sentence.
        python: which Python was asked for, for the sentence.
        log: gets all output.

    Raises:
        Failed: the command is not there or ended with an error.
    """
    words = [str(word) for word in command]
    tail: deque[str] = deque(maxlen=60)
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="replace") as stream:
            stream.write("\n{} $ {}\n".format(time.strftime("%Y-%m-%d %H:%M:%S"), " ".join(words)))
            stream.flush()
            with subprocess.Popen(words, cwd=str(cwd), env=_environment(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
                                  preexec_fn=die_with_parent()) as process:
                assert process.stdout is not None
                for line in process.stdout:
                    stream.write(line)
                    tail.append(line)
                    step.detail = line.strip()[:100] or step.detail
                code = process.wait()
    except FileNotFoundError:
        raise Failed(f"{what}: the program {words[0]} is not there.") from None
    except OSError as error:
        reason = cause(f"{error.strerror} {error}") or str(error)
        raise Failed(f"{what}: {reason}.") from None
    if code:
        reason = cause("".join(tail), python) or _ending(code, tail)
        raise Failed(f"{what}: {reason}. All output is in {_shown(log)}.")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if ROOT in path.parents else str(path)


def _ending(code: int, tail: deque[str]) -> str:
    if code == -9:
        return "it was killed, probably because the memory is full: close other programs and try again"
    return f"it ended with {f'signal {-code}' if code < 0 else f'exit code {code}'}: {_last_words(tail)}"


def _last_words(tail: deque[str]) -> str:
    lines = [line.strip() for line in tail if line.strip()]
    return lines[-1][:200].rstrip(".") if lines else "it said nothing"


def _environment(extra: Mapping[str, str] | None) -> dict[str, str]:
    environment = dict(os.environ)
    # A virtual environment that happens to be active must not be the one we install into.
    environment.pop("VIRTUAL_ENV", None)
    environment.pop("PYTHONHOME", None)
    environment.update(extra or {})
    return environment


def output(command: Sequence[object]) -> str | None:
    """What a command prints, or None if it is not there or fails; for looking around, nothing is logged."""
    try:
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, cwd=str(ROOT), env=_environment(None), timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None
