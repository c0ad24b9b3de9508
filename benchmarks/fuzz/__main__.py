"""Fuzzes every parser for some seconds: `make fuzz`, `make fuzz ARGS="--seconds 600 masking"`.

What it finds stays in `var/fuzz/TARGET`, also from one time to the next: it begins where it stopped. A text with which a parser
fails stands there as `crash-...`; put it in the tests.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator

import yaml

from verbonden.commands import ROOT

SECONDS, LONGEST, SEED = 60, 600, 2026
INTERPRETER = ROOT / ".venv-fuzz" / "bin" / "python"
"""Atheris has an environment of its own, so that nothing else has to install it; the rest comes from this one."""

NAMES = ("masking", "extraction", "numbers", "sms", "webhook", "sealed", "files")


def seeds() -> Iterator[bytes]:
    """Where the search begins: what people write, from the tests, and pieces that parsers look for."""
    for name in ("messages", "masking", "case_numbers", "contact"):
        for case in yaml.safe_load((ROOT / "tests" / "privacy" / f"{name}.yaml").read_text(encoding="utf-8")):
            yield str(case[0] if isinstance(case, list) else case).encode()
    yield from (b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"OggS", b"RIFF0000WEBPVP8 ")
    yield from (b"NumMedia=1&MediaUrl0=https%3A%2F%2Fx&MediaContentType0=image%2Fpng", b"Body=2&ButtonPayload=x")
    yield b"vz1.00000000.AAAA"


def fuzz(target: str, seconds: int) -> bool:
    """Fuzz one target; whether all went well."""
    corpus = ROOT / "var" / "fuzz" / target
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds():
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
    before, began = set(corpus.glob("crash-*")), time.monotonic()
    done = subprocess.run(
        [INTERPRETER, "-m", "benchmarks.fuzz.one", target, str(corpus), f"-max_total_time={seconds}", f"-max_len={LONGEST}",
         f"-seed={SEED}", f"-artifact_prefix={corpus}/", "-timeout=5", "-print_final_stats=1"],
        cwd=ROOT, text=True, capture_output=True, check=False,
        env={"PYTHONPATH": f"{ROOT}:{sysconfig.get_path('purelib')}", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    said = done.stderr.splitlines()
    runs = next((line.split()[-1] for line in said if line.startswith("stat::number_of_executed_units")), "?")
    print(f"{target:12} {runs:>9} texts in {time.monotonic() - began:3.0f} s", flush=True)
    if done.returncode:
        print("\n".join(line for line in done.stdout.splitlines()[-25:]))
        for crash in sorted(set(corpus.glob("*-*")) - before):
            print(f"  {crash.relative_to(ROOT)}: {crash.read_bytes()!r}")
    return done.returncode == 0


def main() -> int:
    """1 when a parser failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", default=NAMES, metavar="TARGET", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=SECONDS, help="in all")
    options = parser.parse_args()
    return 0 if all([fuzz(target, max(options.seconds // len(options.targets), 1)) for target in options.targets]) else 1


if __name__ == "__main__":
    sys.exit(main())
