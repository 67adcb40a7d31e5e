"""Whom to ring next, and when: no database, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from school_erp.calling.vocabulary import Outcome, Turn

AGAIN_AFTER = {
    Outcome.UNAWARE: dt.timedelta(minutes=15),
    Outcome.NO_ANSWER: dt.timedelta(minutes=15),
    Outcome.LEFT_MESSAGE: dt.timedelta(minutes=30),
}
# nobody is rung later than that: tomorrow is another day, with a list of its own
EVENING = dt.time(18, 0)
FIRST_OF_ALL = tuple(Turn)


@dataclass(frozen=True, slots=True)
class Tried:
    guardian_id: UUID
    outcome: Outcome
    next_at: dt.datetime | None


def next_attempt(
    outcome: Outcome, here: dt.datetime, *, others_untried: bool
) -> dt.datetime | None:
    """Another adult at once, where one is left; the same again after a pause, until the evening."""
    if outcome is Outcome.AWARE:
        return None
    if others_untried and outcome is not Outcome.LEFT_MESSAGE:
        return here
    if outcome not in AGAIN_AFTER:
        return None
    again = here + AGAIN_AFTER[outcome]
    over = again.date() != here.date() or again.time() > EVENING
    return None if over else again


def turn_of(tried: Sequence[Tried], reachable: Collection[UUID], now: dt.datetime) -> Turn:
    """`tried` in its order; `reachable` are those who have a number that may still be dialled."""
    outcomes = {each.outcome for each in tried}
    if Outcome.AWARE in outcomes:
        return Turn.SETTLED
    if Outcome.UNAWARE in outcomes:
        return Turn.UNAWARE
    if not reachable:
        return Turn.NOBODY
    if not tried or tried[-1].outcome is Outcome.WRONG_NUMBER:
        return Turn.DUE
    again = tried[-1].next_at
    if again is None:
        return Turn.OVER
    return Turn.WAITING if again > now else Turn.DUE


def whom_to_ring(tried: Sequence[Tried], reachable: Sequence[UUID]) -> UUID | None:
    """Whoever was rung least often, in call order."""
    rung = [each.guardian_id for each in tried]
    return min(reachable, key=rung.count, default=None)


def place_in_list(
    turn: Turn, *, called_first: bool, again: dt.datetime | None, name: str
) -> tuple[int, bool, bool, float, str]:
    """Children nobody knows the whereabouts of, then who is called first, then who is due."""
    return (
        2 if turn is Turn.SETTLED else int(turn is not Turn.UNAWARE),
        not called_first,
        turn is not Turn.DUE,
        again.timestamp() if again else 0.0,
        name,
    )
