"""A child that outlives its supervisor keeps ports and files taken; on Linux the kernel ends it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(sent: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """To be called in the child, after it changed its user and before it becomes its program."""
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def hold_on() -> None:
        prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), sent)

    return hold_on


def hold_on_to_parent(sent: signal.Signals) -> None:
    """The same for a process that is about to replace itself by a server."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
