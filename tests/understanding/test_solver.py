"""Several regressions at the same time give what they give one by one."""

from __future__ import annotations

import os
import subprocess
import sys

IN_A_PROCESS_OF_ITS_OWN = """
import numpy as np
from scipy import sparse
from loket.understanding import solver

told = np.random.default_rng(5)
problems = []
for classes in (3, 4):
    answers = told.integers(classes, size=80)
    rows = np.hstack([np.eye(classes)[answers] + told.random((80, classes)), told.random((80, 6)) - 0.5]).astype(np.float32)
    problems.append(solver.Problem(sparse.csr_matrix(rows), 6, np.eye(classes, dtype=np.float32)[answers], 10.0, 20))
by_turns = [solver.softmax_regression(*problem) for problem in problems]
solver.SMALL = 0
for (weights, bias), (same, as_much) in zip(by_turns, solver.softmax_regressions(problems), strict=True):
    assert np.array_equal(weights, same) and np.array_equal(bias, as_much)
    assert np.abs(weights).max() > 0.1
print(len(by_turns))
"""
"""In a fresh process, as training is one: this one has threads, and a fork of those is not what is tested."""


def test_at_the_same_time_as_one_by_one() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IN_A_PROCESS_OF_ITS_OWN], capture_output=True, text=True, check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    assert (done.returncode, done.stdout.strip()) == (0, "2"), done.stderr
