"""Start the fake provider: ``python -m demo.twilio --port 8792``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from aiohttp import web

from demo.twilio.account import Account, MissingSetting
from demo.twilio.app import create_app
from demo.twilio.store import Store

DEFAULT_PORT = 8792


def main(arguments: list[str] | None = None) -> int:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo.twilio", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data", type=Path, help="SQLite file; without it everything is forgotten at the end")
    parser.add_argument("--seed", type=int, help="for the faults: the same seed, the same chances")
    options = parser.parse_args(arguments)
    try:
        account = Account.from_environment(os.environ)
    except MissingSetting as missing:
        print(f"Fake provider: set the environment variable {missing.args[0]}.", file=sys.stderr)
        return 2
    try:
        base = os.environ.get("TWILIO_FAKE_URL") or f"http://{options.host}:{options.port}"
        app = create_app(account, Store(options.data), base.rstrip("/"), options.seed)
        web.run_app(app, host=options.host, port=options.port, access_log=None, print=None, shutdown_timeout=1)
    except OSError as error:
        print(f"Fake provider: cannot listen on port {options.port}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
