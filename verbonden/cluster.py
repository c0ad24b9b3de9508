"""`verbonden cluster`: the distributed product on this machine, for trying it out and for tests."""

from __future__ import annotations

import argparse
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from verbonden import run as single

if TYPE_CHECKING:
    from verbonden.supervision.plan import Plan
    from verbonden.supervision.secrets_file import Secrets


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    single.add_arguments(parser)
    parser.add_argument("--gateways", type=int, default=3, help="default 3")
    parser.add_argument("--rasas", type=int, default=3, help="default 3; each takes about 1.1 GB of memory")
    parser.add_argument("--actions", type=int, default=2, help="default 2")


def run(args: argparse.Namespace) -> int:
    """Run until stopped; 1 with one sentence when it can not be started. SIGUSR1 restarts all copies, one by one."""
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # until the supervisor listens

    def make(var: Path, secrets: Secrets, model: Path) -> Plan:
        from verbonden.supervision.cluster import Copies, make_cluster

        return make_cluster(var, secrets, model, Copies(args.gateways, args.rasas, args.actions), os.environ)

    return single.run(args, make)
