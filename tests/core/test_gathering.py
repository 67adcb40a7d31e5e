"""What comes together is done together, and each is answered for itself."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from school_erp.core.errors import Unavailable
from school_erp.core.gathering import Gathering


class Counter:
    """Doubles numbers; 13 spoils the work of all, 7 is refused alone."""

    def __init__(self) -> None:
        self.rounds: list[int] = []
        self.open = threading.Event()

    def work(self, _key: str, items: Sequence[int]) -> list[int | Exception]:
        self.rounds.append(len(items))
        if len(self.rounds) == 1:
            assert self.open.wait(5)
        if 13 in items:
            raise ZeroDivisionError
        return [KeyError(item) if item == 7 else item * 2 for item in items]


def together(
    gathering: Gathering[str, int, int], counter: Counter, items: Sequence[int]
) -> list[object]:
    """The first leads and waits until all others stand in line."""

    def one(item: int) -> object:
        try:
            return gathering.do("here", item)
        except Exception as fault:  # noqa: BLE001 - it is what is looked at
            return type(fault)

    with ThreadPoolExecutor(len(items)) as pool:
        asked = [pool.submit(one, items[0])]
        while not counter.rounds:
            pass
        asked += [pool.submit(one, item) for item in items[1:]]
        while len(gathering._queues["here"]) < len(items) - 1:
            pass
        counter.open.set()
        return [each.result(10) for each in asked]


def test_everybody_gets_their_own_answer_from_few_rounds() -> None:
    counter = Counter()
    gathering = Gathering(counter.work, most=20)
    told = together(gathering, counter, list(range(100, 151)))
    assert told == [item * 2 for item in range(100, 151)]
    assert counter.rounds == [1, 20, 20, 10]
    assert gathering._queues == {}


def test_one_that_is_refused_or_poisoned_harms_no_other() -> None:
    counter = Counter()
    gathering = Gathering(counter.work)
    told = together(gathering, counter, [1, 2, 7, 13, 4])
    assert told == [2, 4, KeyError, ZeroDivisionError, 8]
    assert counter.rounds == [1, 4, 1, 1, 1, 1]


def test_what_fails_for_all_is_not_tried_for_each() -> None:
    counter = Counter()
    gathering = Gathering(counter.work, hopeless=(ZeroDivisionError,))
    told = together(gathering, counter, [1, 2, 13, 4])
    assert told == [2, ZeroDivisionError, ZeroDivisionError, ZeroDivisionError]
    assert counter.rounds == [1, 3]


def test_nobody_waits_for_ever() -> None:
    counter = Counter()
    gathering = Gathering(counter.work, patience=0.05)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(gathering.do, "here", 1)
        while not counter.rounds:
            pass
        with pytest.raises(Unavailable):
            gathering.do("here", 2)
        counter.open.set()
        assert first.result(5) == 2
    assert gathering.do("here", 3) == 6
    assert counter.rounds == [1, 1]
