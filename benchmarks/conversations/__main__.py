"""`make conversations`: what the hand-off summary makes of whole conversations, against what a casemanager would say.

Per aspect (outcome, organisation, urgency, emotion) how many conversations are right, and which are not. Of a file of test
conversations only ids and labels are shown, never texts.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

# As in `verbonden triage` and in Rasa: for one message the threads of the matrix library only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import yaml

from benchmarks.conversations.listening import Listener
from loket.handoff.opening import AMSTERDAM
from loket.handoff.outcome import overall
from loket.understanding.package import load_model
from verbonden.model import best_model

ROOT = Path(__file__).resolve().parents[2]
OWN = sorted(Path(__file__).parent.glob("*.yaml"))
ASPECTS = ("uitkomst", "organisatie", "urgentie", "emotie")
HELD = datetime(2026, 11, 22, 12, tzinfo=AMSTERDAM)
"""The moment at which our own conversations, and those of the development set, are held."""


def weighed(listener: Listener, conversation: Mapping[str, Any]) -> dict[str, str | None]:
    """The label of each aspect that the summary of a conversation would have."""
    messages, facts = listener.hear([str(turn["burger"]) for turn in conversation["beurten"]])
    outcome = overall(messages, facts, listener.cues)
    return {aspect: getattr(outcome, aspect) for aspect in ASPECTS}


def wrong(found: Mapping[str, str | None], expected: Mapping[str, Any]) -> dict[str, str]:
    """The aspects that are not right, each as `found, not expected`; a list of labels means that each of them is right."""
    return {
        aspect: f"{found[aspect]}, not {expected[aspect]}"
        for aspect in ASPECTS
        if found[aspect] not in (expected[aspect] if isinstance(expected[aspect], list) else [expected[aspect]])
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Weigh the conversations of each file and print what is right."""
    parser = argparse.ArgumentParser(prog="benchmarks.conversations", description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=OWN, help="default: all of benchmarks/conversations")
    args = parser.parse_args(arguments)
    model = load_model(best_model(), HELD.date)
    listener = Listener.load(lambda text: model.understand(text)[0].as_dict(), ROOT / "data", HELD)
    for path in args.files:
        conversations = yaml.safe_load(path.read_text(encoding="utf-8"))
        mistakes = {one["id"]: wrong(weighed(listener, one), one["verwacht"]) for one in conversations}
        missed = Counter(aspect for found in mistakes.values() for aspect in found)
        right = {aspect: f"{len(conversations) - missed[aspect]} of {len(conversations)}" for aspect in ASPECTS}
        print(json.dumps({"file": path.stem, **right}))
        for name, found in mistakes.items():
            print("".join(f"  {name} {aspect}: {said}\n" for aspect, said in found.items()), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
