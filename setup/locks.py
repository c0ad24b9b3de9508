"""Makes the hashed locks in `requirements/` again (`make lock`). They hold no address of any server."""

from __future__ import annotations

from setup.tools import uv
from verbonden.commands import ROOT, run
from verbonden.progress import Progress

REQUIREMENTS = ROOT / "requirements"
LOCKS = (
    # name, Python, further arguments
    ("tools", "3.8", ()),
    ("node", "3.12", ()),
    ("audit", "3.12", ()),
    ("fuzz", "3.12", ()),
    ("app", "3.12", ()),
    # The tests must run with the very versions that the application runs with.
    ("dev", "3.12", ("--constraint", "requirements/app.txt")),
    ("rasa", "3.10", ("--override", "requirements/rasa.override")),
)


def lock(progress: Progress) -> None:
    """Resolve all requirements anew.

    Raises:
        Failed: no network, or no solution.
    """
    program = uv(progress)
    for name, python, further in LOCKS:
        with progress.step(f"requirements/{name}.txt") as step:
            run(step, [program, "pip", "compile", "--quiet", "--upgrade", "--generate-hashes", "--no-emit-index-url",
                       "--no-header", "--python-version", python, *further, f"requirements/{name}.in",
                       "-o", f"requirements/{name}.txt"], what=f"Locking requirements/{name}.in", python=python)
