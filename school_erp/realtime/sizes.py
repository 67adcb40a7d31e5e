"""How much one message may carry, in either direction: as much as a phone reads without a pause."""

from __future__ import annotations

import json
from typing import Any

LARGEST_MESSAGE = 64 * 1024
# what stands around an event or an answer: names, numbers, the room
_AROUND = 1024


def fits(size: int) -> bool:
    return size <= LARGEST_MESSAGE - _AROUND


def size_of(said: Any) -> int:
    """As it goes over the line, where every character is one byte."""
    return len(json.dumps(said, default=str))
