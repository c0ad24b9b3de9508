"""`python3 -m setup GOAL...`: brings the goals about, each only when something it depends on changed."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Callable

from setup import environments, inlog, locks, weaknesses, web
from setup.tools import uv
from verbonden.commands import Failed
from verbonden.progress import Progress

Goal = Callable[[Progress], None]

GOALS: dict[str, Goal] = {
    "app": lambda progress: environments.ensure(environments.APP, progress),
    "dev": lambda progress: environments.ensure(environments.DEV, progress),
    "rasa": lambda progress: environments.ensure(environments.RASA, progress),
    "fuzz": lambda progress: environments.ensure(environments.FUZZ, progress),
    "web": web.ensure,
    "web-test": web.test,
    "inlog": inlog.ensure,
    "lock": locks.lock,
    "audit": weaknesses.audit,
}


def main(arguments: list[str] | None = None) -> int:
    """Bring the named goals about at the same time; 0 when all of them are there, 1 with one sentence each when not."""
    names = sys.argv[1:] if arguments is None else arguments
    unknown = [name for name in names if name not in GOALS]
    if unknown or not names:
        print("Use: python3 -m setup GOAL..., with goals: {}".format(", ".join(GOALS)), file=sys.stderr)
        return 2
    progress = Progress()
    sentences = []
    try:
        if {"app", "dev", "rasa", "fuzz"}.intersection(names):
            uv(progress)  # first, as several goals would install it at the same time
        with ThreadPoolExecutor(max_workers=len(names)) as pool:
            for future in [pool.submit(GOALS[name], progress) for name in names]:
                try:
                    future.result()
                except Failed as failure:
                    sentences.append(str(failure))
    except Failed as failure:
        sentences.append(str(failure))
    except KeyboardInterrupt:
        sentences.append("Stopped. Run the command again to go on.")
    for sentence in dict.fromkeys(sentences):
        print(sentence, file=sys.stderr)
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
