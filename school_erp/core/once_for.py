from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class OnceFor(Generic[T, R]):
    """A function that is asked once for each object, the very same one, as long as this lives."""

    def __init__(self, make: Callable[[T], R]) -> None:
        self._make = make
        # with the object, so that no other one gets its id
        self._made: dict[int, tuple[T, R]] = {}

    def __call__(self, thing: T) -> R:
        found = self._made.get(id(thing))
        if found is None:
            found = self._made[id(thing)] = (thing, self._make(thing))
        return found[1]
