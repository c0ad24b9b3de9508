"""Makes the hashed locks in `requirements/` again (`make lock`). They hold no address of any server."""

from __future__ import annotations

from setup.commands import ROOT, run
from setup.tools import uv
from verbonden.progress import Progress

REQUIREMENTS = ROOT / "requirements"
LOCKS = (
    # name, Python, further arguments
    ("tools", "3.8", ()),
    ("node", "3.12", ()),
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
        with progress.step("requirements/{0}.txt".format(name)) as step:
            run(step, [program, "pip", "compile", "--quiet", "--upgrade", "--generate-hashes", "--no-emit-index-url", "--no-header",
                       "--python-version", python, *further, "requirements/{0}.in".format(name),
                       "-o", "requirements/{0}.txt".format(name)], what="Locking requirements/{0}.in".format(name), python=python)
