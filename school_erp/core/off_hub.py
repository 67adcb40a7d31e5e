"""Work that keeps a processor busy, done where it does not hold up everybody else's requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import current_app

P = ParamSpec("P")
R = TypeVar("R")


def off_hub(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """On a real thread under eventlet; threads need no such help."""
    if not current_app.config.get("ON_EVENTLET"):
        return work(*args, **kwargs)
    from eventlet import tpool  # noqa: PLC0415 - only a patched process may load it

    result: R = tpool.execute(work, *args, **kwargs)
    return result
