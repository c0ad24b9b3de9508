"""Secrets from files, as containers give them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loket.secret_files import WrongSecretFile, from_files
from tests.verbonden.test_production import GOOD, LONG
from verbonden.commands import ROOT


def test_each_setting_can_stand_in_a_file(tmp_path: Path) -> None:
    names = ("VERBONDEN_BOT_SECRET", "VERBONDEN_DATABASE_URL", "ZAAKSYSTEEM_SECRET", "TWILIO_AUTH_TOKEN")
    for name in names:
        (tmp_path / name).write_text(f"waarde van {name}\n", encoding="utf-8")
    given = {f"{name}_FILE": str(tmp_path / name) for name in names}
    others = {"SSL_CERT_FILE": "/nergens", "VERBONDEN_PORT": "1", "TWILIO_X_FILE": ""}
    assert from_files({**given, **others}) == {name: f"waarde van {name}" for name in names}


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe", b"a\0b", b"a" * 70_000], ids=lambda each: str(each)[:12])
def test_a_file_without_a_secret_is_told_by_name_only(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "plek"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WrongSecretFile, match="VERBONDEN_BOT_SECRET_FILE") as caught:
        from_files({"VERBONDEN_BOT_SECRET_FILE": str(path)})
    assert "aaaa" not in str(caught.value)


def test_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongSecretFile, match="both"):
        from_files({"VERBONDEN_BOT_SECRET": "x", "VERBONDEN_BOT_SECRET_FILE": str(tmp_path)})


@pytest.mark.parametrize("module", ["channels.gateway", "verbonden.action_server"])
def test_a_guessable_secret_in_a_file_does_not_start(module: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim\n", encoding="utf-8")
    given = {name: value for name, value in GOOD.items() if name != "VERBONDEN_BOT_SECRET"}
    environment = {**os.environ, **given, "VERBONDEN_BOT_SECRET_FILE": str(tmp_path / "secret")}
    environment.pop("VERBONDEN_BOT_SECRET", None)
    done = subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "VERBONDEN_BOT_SECRET is" in done.stdout + done.stderr


def test_another_program_gets_them_too(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(LONG, encoding="utf-8")
    environment = {**os.environ, "VERBONDEN_BOT_SECRET_FILE": str(tmp_path / "secret")}
    environment.pop("VERBONDEN_BOT_SECRET", None)
    show = "import os; print(os.environ['VERBONDEN_BOT_SECRET'], 'VERBONDEN_BOT_SECRET_FILE' in os.environ)"
    command = [sys.executable, "-m", "loket.secret_files", sys.executable, "-c", show]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == [LONG, "False"], done.stderr
