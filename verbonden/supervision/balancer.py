"""The balancer (HAProxy) in front of gateways, Rasas and action servers of this machine, made of `deploy/haproxy.cfg`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from verbonden.commands import ROOT, Failed
from verbonden.supervision.probes import http_answers
from verbonden.supervision.process import Spec

SOURCE = ROOT / "deploy" / "haproxy.cfg"
FRONTENDS = {"gateway": 8080, "rasa": 5005, "actions": 5055}
"""The part that is behind each port of the source."""


def configuration(source: str, binds: Mapping[str, str], servers: Mapping[str, Sequence[int]]) -> str:
    """The configuration for this machine.

    Args:
        source: of `deploy/haproxy.cfg`.
        binds: by part, where it listens: `127.0.0.1:8080`.
        servers: by part, the ports of its copies.
    """
    text = re.sub(r"(?ms)^resolvers .*?^(?=\S)", "", source)
    for part, port in FRONTENDS.items():
        text = re.sub(rf"(?m)^    bind :{port}$", f"    bind {binds[part]}", text)
        lines = "\n".join(f"    server {part}-{number} 127.0.0.1:{each} check" for number, each in enumerate(servers[part], 1))
        text = re.sub(rf"(?m)^    server-template {part} .*$", lines, text)
    return text


def spec(var: Path, host: str, binds: Mapping[str, str], servers: Mapping[str, Sequence[int]]) -> Spec:
    """How it is run.

    Raises:
        Failed: HAProxy is not installed.
    """
    program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise Failed("HAProxy, the balancer, is not installed (on Debian and Ubuntu: haproxy).")
    file = var / "haproxy.cfg"
    file.write_text(configuration(SOURCE.read_text(encoding="utf-8"), binds, servers), encoding="utf-8")
    port = int(binds["gateway"].rpartition(":")[2])
    answers = http_answers(f"http://{host}:{port}/health/live")
    path = {"PATH": "/usr/sbin:/usr/bin:/bin"}
    return Spec("balancer", (program, "-db", "-f", str(file)), path, answers, answers, port, wave=1)
