"""Start the demo case system: ``python -m demo.zaaksysteem --port 8790``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from demo.zaaksysteem.app import create_app
from demo.zaaksysteem.clients import READ, WRITE, Client
from demo.zaaksysteem.notifications import Subscriber, notify
from demo.zaaksysteem.seed import seed
from demo.zaaksysteem.store import Store

DEFAULT_PORT = 8790


def clients_from(environment: Mapping[str, str]) -> list[Client]:
    """The clients named in the environment.

    ``ZAAKSYSTEEM_CLIENT_ID`` and ``ZAAKSYSTEEM_SECRET`` may only read. ``ZAAKSYSTEEM_BEHEER_CLIENT_ID`` and
    ``ZAAKSYSTEEM_BEHEER_SECRET``, when set, may also move a case, as a member of staff would.

    Raises:
        KeyError: one of the first two is not set.
    """
    clients = [Client(environment["ZAAKSYSTEEM_CLIENT_ID"], environment["ZAAKSYSTEEM_SECRET"])]
    staff = environment.get("ZAAKSYSTEEM_BEHEER_CLIENT_ID")
    secret = environment.get("ZAAKSYSTEEM_BEHEER_SECRET")
    if staff and secret:
        clients.append(Client(staff, secret, READ | WRITE, "zeer_geheim"))
    return clients


def main(arguments: list[str] | None = None) -> int:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo.zaaksysteem", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data", type=Path, help="SQLite file; without it every start is fresh")
    options = parser.parse_args(arguments)
    try:
        clients = clients_from(os.environ)
    except KeyError as missing:
        print(f"Demo zaaksysteem: set the environment variable {missing.args[0]}.", file=sys.stderr)
        return 2
    # Without a token the Klantinteracties API refuses everybody.
    tokens = [os.environ["KLANTINTERACTIES_TOKEN"]] if os.environ.get("KLANTINTERACTIES_TOKEN") else []
    store = Store(options.data)
    seed(store, datetime.now(ZoneInfo("Europe/Amsterdam")).date())
    try:
        app = create_app(store, clients, tokens)
        if os.environ.get("NRC_CALLBACK_URL"):
            notify(app, Subscriber(os.environ["NRC_CALLBACK_URL"], os.environ.get("NRC_CALLBACK_AUTHORIZATION", "")))
        # No access log: a search for a person by GET would put a BSN into it.
        web.run_app(app, host=options.host, port=options.port, access_log=None, print=None)
    except OSError as error:
        print(f"Demo zaaksysteem: cannot listen on port {options.port}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
