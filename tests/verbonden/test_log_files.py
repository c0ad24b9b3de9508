"""Logs rotate, and the last lines are remembered."""

from __future__ import annotations

from pathlib import Path

from verbonden.supervision.log_files import OLD_FILES, LogFile


def test_rotation_keeps_the_newest_and_a_bounded_amount(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log" / "x.log", max_bytes=100)
    for number in range(200):
        log.write(b"line %03d\n" % number)
    log.close()
    names = sorted(path.name for path in (tmp_path / "log").iterdir())
    assert names == ["x.log", *(f"x.log.{number}" for number in range(1, OLD_FILES + 1))]
    assert all(path.stat().st_size <= 100 for path in (tmp_path / "log").iterdir())
    kept = "".join((tmp_path / "log" / name).read_text() for name in ["x.log.3", "x.log.2", "x.log.1", "x.log"]).split("\n")
    assert kept[:-1] == [f"line {number:03d}" for number in range(200 - len(kept) + 1, 200)]


def test_a_restart_goes_on_in_the_same_file_and_the_tail_is_for_people(tmp_path: Path) -> None:
    for word in (b"first\n", b"\n", b"second \xff\n"):
        log = LogFile(tmp_path / "x.log")
        log.write(word)
        tail = list(log.tail)
        log.close()
    assert (tmp_path / "x.log").read_bytes() == b"first\n\nsecond \xff\n"
    assert tail == ["second �"]
