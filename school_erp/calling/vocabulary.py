from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What came of ringing somebody."""

    AWARE = "aware"
    UNAWARE = "unaware"
    LEFT_MESSAGE = "left_message"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class Turn(StrEnum):
    """What a child on the list asks for."""

    UNAWARE = "unaware"
    DUE = "due"
    WAITING = "waiting"
    OVER = "over"
    NOBODY = "nobody"
    SETTLED = "settled"
