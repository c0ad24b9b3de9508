"""Fingerprints: the same for the same content wherever it is, another one for every change that matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from verbonden.content import fingerprint, is_stamped


def tree(root: Path) -> Path:
    (root / "data" / "nlu").mkdir(parents=True)
    (root / "data" / "nlu" / "a.yml").write_text("een", encoding="utf-8")
    (root / "data" / "nlu" / "b.yml").write_text("twee", encoding="utf-8")
    (root / "config.yml").write_text("drie", encoding="utf-8")
    return root


PARTS = ("data/nlu", "config.yml")


def test_does_not_depend_on_the_place_or_the_order_of_the_parts(tmp_path: Path) -> None:
    first, second = tree(tmp_path / "first"), tree(tmp_path / "second")
    assert fingerprint(first, PARTS) == fingerprint(second, PARTS[::-1])


def test_does_not_depend_on_what_is_made_on_the_way(tmp_path: Path) -> None:
    root = tree(tmp_path)
    before = fingerprint(root, PARTS)
    (root / "data" / "nlu" / "__pycache__").mkdir()
    (root / "data" / "nlu" / "__pycache__" / "x.pyc").write_bytes(b"x")
    (root / "data" / "elsewhere.yml").write_text("x", encoding="utf-8")
    assert fingerprint(root, PARTS) == before


@pytest.mark.parametrize("change", ["content", "name", "new", "gone", "moved between files", "extra"])
def test_every_change_gives_another_fingerprint(tmp_path: Path, change: str) -> None:
    root = tree(tmp_path)
    before, nlu = fingerprint(root, PARTS), root / "data" / "nlu"
    extra: tuple[str, ...] = ()
    if change == "content":
        (nlu / "a.yml").write_text("een!", encoding="utf-8")
    elif change == "name":
        (nlu / "a.yml").rename(nlu / "c.yml")
    elif change == "new":
        (nlu / "c.yml").touch()
    elif change == "gone":
        (nlu / "b.yml").unlink()
    elif change == "moved between files":
        (nlu / "a.yml").write_text("eentw", encoding="utf-8")
        (nlu / "b.yml").write_text("ee", encoding="utf-8")
    else:
        extra = ("3.12",)
    assert fingerprint(root, PARTS, *extra) != before


def test_a_stamp_holds_only_for_its_own_value(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    assert not is_stamped(stamp, "abc")
    stamp.write_text("abc\n", encoding="utf-8")
    assert is_stamped(stamp, "abc")
    assert not is_stamped(stamp, "abd")
