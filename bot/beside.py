"""A message is understood before Rasa's pipeline asks for it, with its network beside the thread that serves everybody.

The pipeline runs in that thread, and the network is a third of the time of a turn (benchmarks/README.md): meanwhile nothing else
could be done, neither for this message nor for others. ONNX Runtime lets Python go on while it works.
"""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import List, NamedTuple, Optional, Text, Tuple

from loket.privacy.entities import Entity
from loket.understanding.model import UnderstandingModel
from loket.understanding.result import Understanding

Found = Tuple[Understanding, List[Entity]]
NETWORKS = 2
"""Messages whose networks run at the same time; more than the machine has processors would only wait for each other."""

SWITCH_SECONDS = 0.0005
"""After which a thread lets another begin. In Python's own 5 ms the network could be done: it would begin when the rest is."""


class _Ready(NamedTuple):
    text: Text
    found: Found


_pool = ThreadPoolExecutor(NETWORKS, thread_name_prefix="network")
_model: Optional[UnderstandingModel] = None
_ready: "ContextVar[Optional[_Ready]]" = ContextVar("ready", default=None)


def serve(model: UnderstandingModel) -> None:
    """From now on messages are understood by this model: the one that Rasa loaded last."""
    global _model
    _model = model
    sys.setswitchinterval(SWITCH_SECONDS)


async def understand(text: Text) -> None:
    """Understand a message, so that the pipeline finds it done when it is asked for this text in this task."""
    model = _model
    if model is None:
        return
    read = model.read(text)
    vector = asyncio.get_running_loop().run_in_executor(_pool, model.embed, read)
    letters = model.letters(read)
    _ready.set(_Ready(text, (model.meant(read, letters, await vector), read.entities)))


def understood(text: Text) -> Optional[Found]:
    """What `understand` found in this text in this task, or None."""
    ready = _ready.get()
    return ready.found if ready is not None and ready.text == text else None
