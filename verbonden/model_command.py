"""`verbonden model`: train the Rasa model if what it is made of changed."""

from __future__ import annotations

import argparse
import signal
import sys

from verbonden.commands import Failed
from verbonden.model import ensure_model
from verbonden.progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(args: argparse.Namespace) -> int:
    """Print the path of the model; 1 with one sentence when it can not be trained."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up as after Ctrl+C: `make test` stops us so
    try:
        print(ensure_model(Progress(sys.stderr)))
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0
