"""How what happens in a lower package lets a higher one act in the same transaction.

A happening is a plain value that a feature declares in its `happenings.py`. The lower package tells
it and knows nobody who listens; the higher one says in its `reactions.py` what it does then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app

Reaction = Callable[[Any], None]
Reactions = Mapping[type, Reaction]


def init_app(app: Flask, reactions: tuple[Reactions, ...]) -> None:
    app.extensions["reactions"] = reactions


def tell(happening: object) -> None:
    """Whoever reacts does so now: it is stored with what happened, or not at all."""
    reactions: tuple[Reactions, ...] = current_app.extensions["reactions"]
    for by_kind in reactions:
        react = by_kind.get(type(happening))
        if react is not None:
            react(happening)
