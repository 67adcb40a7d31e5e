from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from school_erp.calling.rules import Tried, next_attempt, place_in_list, turn_of, whom_to_ring
from school_erp.calling.vocabulary import Outcome, Turn

MOTHER, FATHER = UUID(int=1), UUID(int=2)
NINE = dt.datetime(2030, 3, 4, 9, 0, tzinfo=dt.UTC)
EVENING = NINE.replace(hour=17, minute=50)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("outcome", "alone", "beside_others"),
    [
        (Outcome.AWARE, None, None),
        (Outcome.UNAWARE, NINE + 15 * MINUTE, NINE),
        (Outcome.NO_ANSWER, NINE + 15 * MINUTE, NINE),
        (Outcome.LEFT_MESSAGE, NINE + 30 * MINUTE, NINE + 30 * MINUTE),
        (Outcome.WRONG_NUMBER, None, NINE),
    ],
)
def test_who_does_not_answer_is_rung_again_and_another_adult_at_once(
    outcome: Outcome, alone: dt.datetime | None, beside_others: dt.datetime | None
) -> None:
    assert next_attempt(outcome, NINE, others_untried=False) == alone
    assert next_attempt(outcome, NINE, others_untried=True) == beside_others


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE])
def test_nobody_is_rung_in_the_evening_or_at_night(outcome: Outcome) -> None:
    for late in (EVENING, EVENING.replace(hour=23)):
        assert next_attempt(outcome, late, others_untried=False) is None


def tried(outcome: Outcome, again: dt.datetime | None = None, who: UUID = MOTHER) -> Tried:
    return Tried(who, outcome, again)


def test_a_child_asks_for_what_the_last_call_left_open() -> None:
    both = [MOTHER, FATHER]
    waiting = tried(Outcome.NO_ANSWER, NINE + MINUTE)
    assert turn_of([], both, NINE) is Turn.DUE
    assert turn_of([], [], NINE) is Turn.NOBODY
    assert turn_of([waiting], both, NINE) is Turn.WAITING
    assert turn_of([waiting], both, NINE + MINUTE) is Turn.DUE
    assert turn_of([tried(Outcome.LEFT_MESSAGE)], both, NINE) is Turn.OVER
    assert turn_of([tried(Outcome.WRONG_NUMBER)], [FATHER], NINE) is Turn.DUE
    assert turn_of([tried(Outcome.WRONG_NUMBER)], [], NINE) is Turn.NOBODY
    assert turn_of([tried(Outcome.UNAWARE), waiting], both, NINE) is Turn.UNAWARE
    assert turn_of([tried(Outcome.UNAWARE), tried(Outcome.AWARE)], both, NINE) is Turn.SETTLED


def test_whoever_was_rung_least_comes_next_in_call_order() -> None:
    both, no_answer = [MOTHER, FATHER], Outcome.NO_ANSWER
    assert whom_to_ring([], both) == MOTHER
    assert whom_to_ring([tried(no_answer)], both) == FATHER
    assert whom_to_ring([tried(no_answer), tried(no_answer, who=FATHER)], both) == MOTHER
    assert whom_to_ring([], []) is None


def test_the_list_begins_with_whom_nobody_knows_the_whereabouts_of() -> None:
    def place(turn: Turn, name: str, *, first: bool = False) -> tuple[object, ...]:
        return place_in_list(turn, called_first=first, again=None, name=name)

    wanted = [
        place(Turn.UNAWARE, "z"),
        place(Turn.DUE, "y", first=True),
        place(Turn.WAITING, "x", first=True),
        place(Turn.DUE, "a"),
        place(Turn.DUE, "b"),
        place(Turn.NOBODY, "a"),
        place(Turn.SETTLED, "a", first=True),
    ]
    assert sorted(wanted) == wanted
