"""The balancer of `verbonden cluster`, made of the one in the compose file."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.services.packages import install
from verbonden.supervision.balancer import FRONTENDS, SOURCE, configuration

PORTS = {"gateway": [20001, 20002, 20003], "rasa": [20011], "actions": [20021, 20022]}


def made() -> str:
    """The configuration for six copies."""
    binds = {part: f"127.0.0.1:{port + 20000}" for part, port in FRONTENDS.items()}
    return configuration(SOURCE.read_text(encoding="utf-8"), binds, PORTS)


def test_every_copy_is_behind_its_own_part() -> None:
    text = made()
    for part, ports in PORTS.items():
        backend = text.split(f"\nbackend {part}\n")[1].split("\nfrontend ")[0].split("\nbackend ")[0]
        assert [int(port) for port in re.findall(r"server \S+ 127\.0\.0\.1:(\d+) check", backend)] == ports
    assert not re.search(r"(?m)^\s*(server-template|resolvers)\b", text)
    assert all(f"bind 127.0.0.1:{port + 20000}" in text for port in FRONTENDS.values())


def test_haproxy_takes_it(tmp_path: Path) -> None:
    program = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None:
        install("haproxy", "HAProxy, the balancer")
        program = "/usr/sbin/haproxy"
    file = tmp_path / "haproxy.cfg"
    file.write_text(made(), encoding="utf-8")
    done = subprocess.run([program, "-c", "-f", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
