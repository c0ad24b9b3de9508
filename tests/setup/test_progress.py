"""Each step ends in one line that says whether it worked and how long it took."""

from __future__ import annotations

import io
import re
import threading

import pytest

from verbonden.progress import Progress


def test_a_step_that_works_and_one_that_fails() -> None:
    out = io.StringIO()
    progress = Progress(out)
    with progress.step("first"):
        pass
    with pytest.raises(RuntimeError), progress.step("second"):
        raise RuntimeError
    assert re.fullmatch(r"ok     first \(\d+\.\d s\)\nfailed second \(\d+\.\d s\)\n", out.getvalue())


def test_steps_at_the_same_time_each_get_their_own_line() -> None:
    out, progress, barrier = io.StringIO(), None, threading.Barrier(3)
    progress = Progress(out)

    def work(name: str) -> None:
        with progress.step(name):
            barrier.wait(5)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(line[7] for line in out.getvalue().splitlines()) == ["a", "b", "c"]


def test_a_terminal_sees_that_a_long_step_lives() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    progress = Progress(out)
    shown = threading.Event()
    with progress.step("long one") as step:
        step.detail = "package 7 of 9"
        for _ in range(40):
            if "long one (" in out.getvalue() and "package 7 of 9" in out.getvalue():
                shown.set()
                break
            shown.wait(0.1)
    assert shown.is_set()
