"""No process of ours outlives us. Runs on every Python from 3.8: the bootstrap uses it too."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Callable

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> Callable[[], None]:
    """For `preexec_fn`: the kernel kills the child when we die, whatever killed us. Linux only; elsewhere it does nothing.

    The kernel looks at the thread that starts the child: it must live as long as the child is wanted.
    """
    parent = os.getpid()

    def set_up() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # we died between fork and prctl
                os._exit(1)

    return set_up
