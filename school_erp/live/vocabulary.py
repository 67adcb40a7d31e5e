from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Flag(StrEnum):
    """What a teacher should look at; none of it refuses anybody."""

    SHARED_DEVICE = "shared_device"
    OUTSIDE_FENCE = "outside_fence"
    NO_LOCATION = "no_location"
    LATE_SYNC = "late_sync"
    UNUSUAL_SPEED = "unusual_speed"


class Decision(StrEnum):
    """What the teacher said of a flagged check-in."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Proof(StrEnum):
    """By what a student showed that they saw the screen."""

    QR = "qr"
    TYPED = "typed"
    CLAIM = "claim"
