"""Fuzzes one target until its time is over: `python -m benchmarks.fuzz.one TARGET [arguments of libFuzzer]`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["loket", "channels", "twilio"]):
    from benchmarks.fuzz.targets import TARGETS

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
