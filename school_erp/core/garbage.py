"""How seldom a process that serves or works looks for garbage."""

from __future__ import annotations

import gc

# our requests and jobs make few circles, and the oldest part takes 30 ms to walk
_THRESHOLDS = (10_000, 10, 10)


def look_seldom() -> None:
    """From here on, and never among what has been imported."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
