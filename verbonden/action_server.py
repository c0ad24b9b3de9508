"""Rasa's action server in one process: `python -m verbonden.action_server --port 5055`.

`python -m rasa_sdk` starts a second process for its one worker: twice the memory, a slower start, and a worker that outlives
a killed parent. The application is the same.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from typing import Any

import structlog
from opentelemetry.trace import SpanKind
from rasa_sdk import utils
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor

from loket import logs, production, secret_files, tracing

KEEP_ALIVE = 120
"""Seconds that Rasa's connection stays open between messages."""


class TracedExecutor(ActionExecutor):
    """Runs actions, each as a part of the trace that came with the message through Rasa."""

    async def run(self, action_call: dict[str, Any], *given: Any, **named: Any) -> Any:
        """See ActionExecutor."""
        told = ((action_call.get("tracker") or {}).get("latest_message") or {}).get("metadata") or {}
        parent = told.get(tracing.CARRIER)
        structlog.contextvars.bind_contextvars(conversation=told.get("conversation"))
        with tracing.span("action", SpanKind.SERVER, parent, action=action_call.get("next_action"),
                          conversation=told.get("conversation")):
            return await super().run(action_call, *given, **named)


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m verbonden.action_server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5055)
    parser.add_argument("--actions", default="actions", help="package with the actions")
    options = parser.parse_args(arguments)
    try:
        secret_files.load()
        production.check(os.environ)
    except production.NotSafe as refused:
        print(*refused.problems, sep="\n", file=sys.stderr)
        return 2
    except secret_files.WrongSecretFile as refused:
        print(refused, file=sys.stderr)
        return 2
    utils.configure_colored_logging("WARNING")
    utils.update_sanic_log_level()
    logging.getLogger("sanic.access").disabled = True  # bodies are not in it, but it is a line for every message
    logs.configure("actions")
    tracing.configure("verbonden-actions")
    executor = TracedExecutor()
    executor.register_package(options.actions)
    app = create_app(executor, cors_origins=[])
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_ALIVE
    app.run(host=options.host, port=options.port, single_process=True, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
