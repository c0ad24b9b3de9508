"""`verbonden run`: the whole product on this machine, under one supervisor."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from verbonden import database
from verbonden.commands import ROOT, Failed
from verbonden.model import ensure_model
from verbonden.progress import Progress

if TYPE_CHECKING:
    from verbonden.supervision.plan import Plan
    from verbonden.supervision.secrets_file import Secrets


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--var", type=Path, help="folder for everything that is written (VERBONDEN_VAR; default: var)")
    parser.add_argument("--port", type=int, help="port of the pages (VERBONDEN_PORT; default 8080); 0: free ports for all")
    parser.add_argument("--json-status", type=Path, metavar="FILE", help="keep process ids and addresses in this file too")


def run(args: argparse.Namespace, make: Callable[[Path, Secrets, Path], Plan] | None = None) -> int:
    """Run until stopped; 1 with one sentence when it can not be started.

    Args:
        make: decides what runs, given the folder, its secrets and the model; by default one of each.
    """
    began = time.monotonic()
    try:
        return _run(args, began, make)
    except (Failed, OSError) as error:
        print(f"Verbonden can not start: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 1


def _run(args: argparse.Namespace, began: float, make: Callable[[Path, Secrets, Path], Plan] | None) -> int:
    # Heavy imports only here, so that `verbonden --help` answers at once.
    from verbonden.supervision import banner, secrets_file, var_lock
    from verbonden.supervision.plan import make_plan
    from verbonden.supervision.ports import PortTaken
    from verbonden.supervision.redis_address import WrongRedisUrl
    from verbonden.supervision.supervisor import StartFailed, Supervisor

    if args.port is not None:
        os.environ["VERBONDEN_PORT"] = str(args.port)
    var = database.folder(args.var)
    progress = Progress()
    try:
        held = var_lock.take(var)
        data = Path(os.environ.get("VERBONDEN_DATA") or ROOT / "data")
        accounts = banner.accounts_of(data)
        secrets = secrets_file.load_or_make(var / "secrets.json", [account["username"] for account in accounts])
        model = ensure_model(progress)
        # From here on everything that is written can hold what citizens said.
        os.umask(0o077)
        plan = (make or make_plan)(var, secrets, model)
        status = [var / "status.json"] + ([args.json_status.resolve()] if args.json_status else [])
        supervisor = Supervisor(plan, progress.say, tuple(status))

        def ready() -> None:
            starting.__exit__(None, None, None)
            shown = accounts if plan.demo else []
            progress.say("\n" + banner.banner(data, plan.url, shown, secrets.demo_accounts, plan.phone))

        starting = progress.step(f"start of {len(plan.specs)} processes")
        starting.__enter__()
        asyncio.run(supervisor.run(ready))
    except (var_lock.AlreadyRunning, PortTaken, WrongRedisUrl, secrets_file.BrokenSecrets, StartFailed) as error:
        print(str(error), file=sys.stderr)
        return 1
    held.close()
    progress.say("Verbonden is stopped.")
    return 0
