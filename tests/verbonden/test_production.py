"""Outside the demonstration nothing starts with settings that anybody could guess."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from loket.production import NotSafe, check
from verbonden.commands import ROOT

LONG = "pX4n-dq0aPz7VbW1c9JrKt5m"
GOOD = {
    "VERBONDEN_DEMO": "0", "VERBONDEN_BOT_SECRET": LONG, "VERBONDEN_VAULT_KEYS": LONG, "VERBONDEN_PUBLIC_URL": "https://hulp.example",
    "VERBONDEN_DATABASE_URL": f"postgresql://v:{LONG}@db/v", "VERBONDEN_REDIS_URL": f"rediss://:{LONG}@bus:6379/0",
    "VERBONDEN_BOT_URL": "http://rasa:5005",
}  # fmt: skip


def test_good_settings_are_good_here_and_on_one_machine() -> None:
    check(GOOD)
    check({**GOOD, "VERBONDEN_PUBLIC_URL": "http://127.0.0.1:8080", "VERBONDEN_DATABASE_URL": "sqlite:///var/x.sqlite3"})
    check({**GOOD, "VERBONDEN_REDIS_URL": "redis://127.0.0.1:6379"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VERBONDEN_BOT_SECRET", ""), ("VERBONDEN_BOT_SECRET", "kort"), ("VERBONDEN_BOT_SECRET", "a" * 40),
        ("ZAAKSYSTEEM_SECRET", "Geheim"), ("TWILIO_AUTH_TOKEN", "test"), ("VERBONDEN_METRICS_TOKEN", "secret"),
        ("VERBONDEN_NRC_AUTHORIZATION", "Bearer geheim"), ("VERBONDEN_VAULT_KEYS", ""),
        ("VERBONDEN_VAULT_KEYS", "geheim,goed-genoeg"), ("VERBONDEN_AUDIT_KEYS", "geheim"),
        ("VERBONDEN_DATABASE_URL", "postgresql://v:postgres@db/v"), ("VERBONDEN_DATABASE_URL", "postgresql://v@db/v"),
        ("VERBONDEN_REDIS_URL", "redis://bus:6379"), ("VERBONDEN_PUBLIC_URL", "http://hulp.example"),
    ],
)  # fmt: skip
def test_each_weakness_is_refused_by_name_and_without_the_secret(name: str, value: str) -> None:
    with pytest.raises(NotSafe) as caught:
        check({**GOOD, name: value})
    assert [name in problem for problem in caught.value.problems].count(True) >= 1
    assert not any(len(value) > 4 and "postgres" not in value and value in problem for problem in caught.value.problems)
    check({**GOOD, name: value, "VERBONDEN_DEMO": "1"})


@pytest.mark.parametrize("module", ["channels.gateway", "verbonden.action_server"])
def test_the_processes_do_not_start(module: str) -> None:
    environment = {**os.environ, **GOOD, "VERBONDEN_BOT_SECRET": "geheim"}
    done = subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "VERBONDEN_BOT_SECRET" in done.stdout + done.stderr and "geheim" not in done.stdout
