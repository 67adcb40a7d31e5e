"""What follows from what a provider said: its words come late, twice, and in any order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from school_erp.messages.vocabulary import Outcome, State

# after so many tries that were turned away a message has failed
PAUSES = [timedelta(seconds=each) for each in (30, 120, 300, 900, 1800)]
# until somebody has to decide what became of it
LOOKS = [timedelta(seconds=each) for each in (30, 120, 700, 1800, 7200)]

_ACCEPTED = dict.fromkeys(
    (State.WAITING, State.HELD, State.SENDING, State.UNKNOWN, State.CANCELLED), State.SENT
)
_DELIVERED = dict.fromkeys(State, State.DELIVERED)
# one that waits again is another try, of which this says nothing
_FAILED = dict.fromkeys((State.SENDING, State.UNKNOWN, State.SENT), State.FAILED)
_FOLLOWS: dict[Outcome, Mapping[State, State]] = {
    Outcome.ACCEPTED: _ACCEPTED,
    Outcome.DELIVERED: _DELIVERED,
    Outcome.FAILED: _FAILED,
    Outcome.BAD_ADDRESS: _FAILED,
    Outcome.TURNED_AWAY: dict.fromkeys((State.SENDING, State.UNKNOWN), State.WAITING),
    Outcome.UNKNOWN: {State.SENDING: State.UNKNOWN},
    Outcome.OVER_BUDGET: {State.SENDING: State.WAITING},
}


def state_after(state: str, outcome: Outcome, attempts: int) -> State:
    """A message that arrived never goes back; one turned away too often has failed."""
    before = State(state)
    after = _FOLLOWS[outcome].get(before, before)
    if outcome is Outcome.TURNED_AWAY and after is not before and attempts > len(PAUSES):
        return State.FAILED
    return after


def pause_after(attempts: int) -> timedelta:
    return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]


def next_look(looks: int) -> timedelta | None:
    return LOOKS[looks] if looks < len(LOOKS) else None
