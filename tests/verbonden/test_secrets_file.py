"""The secrets are made once, kept, and only for the owner."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from verbonden.supervision.secrets_file import BrokenSecrets, load_or_make, password


def test_made_once_and_readable_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secrets.json"
    first = load_or_make(path, ["fatima", "joris"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_make(path, ["fatima", "joris"]) == first
    values = [first.bot_secret, first.redis_password, first.zaaksysteem_secret, *first.demo_accounts.values()]
    assert len(set(values)) == len(values)


def test_two_installations_share_nothing(tmp_path: Path) -> None:
    first, second = (load_or_make(tmp_path / name / "secrets.json", ["fatima"]) for name in "ab")
    assert not {first.bot_secret, first.redis_password, first.zaaksysteem_secret, first.demo_accounts["fatima"]} & {
        second.bot_secret, second.redis_password, second.zaaksysteem_secret, second.demo_accounts["fatima"]}


def test_an_update_adds_what_is_new_and_keeps_what_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    before = {"bot_secret": "kept", "later": 1, "demo_accounts": {"fatima": "pass", "gone": "x"}}
    path.write_text(json.dumps(before), encoding="utf-8")
    found = load_or_make(path, ["fatima", "joris"])
    assert found.bot_secret == "kept" and found.demo_accounts["fatima"] == "pass" and found.demo_accounts["joris"]
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["later"] == 1 and set(written["demo_accounts"]) == {"fatima", "joris"}


@pytest.mark.parametrize("content", ["{", "[]", '"x"'])
def test_a_broken_file_is_told_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BrokenSecrets, match="repair it, or remove it"):
        load_or_make(path, [])
    assert path.read_text(encoding="utf-8") == content


def test_a_demo_password_can_be_typed_from_the_screen() -> None:
    found = {password() for _ in range(200)}
    assert len(found) == 200
    assert all(len(word) == 14 and not set(word) & set("lIO01") for word in found)


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(BrokenSecrets, match="can not be"):
        load_or_make(blocked / "secrets.json", [])
    assert os.path.isfile(blocked)
