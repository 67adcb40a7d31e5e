"""Requests that arrive together, done together: many callers, one piece of work, no waiting idle.

Whoever comes first does the work of all who came meanwhile, then hands on to the next. It needs
no thread of its own, so that it is the same for threads and under eventlet.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from school_erp.core.errors import Unavailable

MOST_LULLS = 10
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)

log = structlog.get_logger(__name__)

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
R = TypeVar("R")

# one for each, in their order; an exception is that one's answer
Work = Callable[[K, Sequence[T]], Sequence[R | Exception]]


def _shut() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Waiting(Generic[T, R]):
    item: T
    # opened once, when there is an answer, or to lead; lighter than an event
    door: Lock = field(default_factory=_shut)
    leads: bool = False
    answer: R | Exception | None = None


class Gathering(Generic[K, T, R]):
    def __init__(
        self,
        work: Work[K, T, R],
        *,
        most: int = 200,
        patience: float = 15.0,
        lull: float | None = None,
        hopeless: tuple[type[Exception], ...] = DATABASE_AWAY,
    ) -> None:
        self._work, self._most, self._patience = work, most, patience
        # what fails for one fails for all, so that it is not tried again one by one
        self._hopeless = hopeless
        # how long nobody new must come before the work begins, so that it is done for all of them;
        # no time at all still lets those come who stand at the door
        self._lull = lull
        self._queues: dict[K, deque[_Waiting[T, R]]] = {}
        self._lock = Lock()

    def do(self, key: K, item: T) -> R:
        """Answers when the work is done that this item was part of."""
        own: _Waiting[T, R] = _Waiting(item)
        with self._lock:
            queue = self._queues.get(key)
            if queue is None:
                self._queues[key] = deque((own,))
                own.leads = True
            else:
                queue.append(own)
        if not own.leads and not own.door.acquire(timeout=self._patience):
            self._give_up(key, own)
        if own.answer is None:
            self._lead(key)
        answer = own.answer
        if isinstance(answer, Exception):
            raise answer
        assert answer is not None  # noqa: S101 - whoever is told has an answer
        return answer

    def _give_up(self, key: K, own: _Waiting[T, R]) -> None:
        """Unless it was told in this very moment."""
        with self._lock:
            if own.leads or own.answer is not None:
                return
            if own in self._queues.get(key, ()):
                self._queues[key].remove(own)
        own.answer = Unavailable()

    def _lead(self, key: K) -> None:
        """One round, that of the leader's own item; then whoever came meanwhile leads the next."""
        queue = self._queues[key]
        self._let_come(queue)
        with self._lock:
            round_ = [queue.popleft() for _each in range(min(self._most, len(queue)))]
        try:
            answers = self.settle(key, [each.item for each in round_])
            for each, answer in zip(round_, answers, strict=True):
                each.answer = answer
        finally:
            self._hand_on(key)
            for each in round_:
                each.answer = each.answer or Unavailable()
                if each.door.locked():
                    each.door.release()

    def _let_come(self, queue: deque[_Waiting[T, R]]) -> None:
        """While more are coming, and for no longer than a few lulls."""
        if self._lull is None:
            return
        for _lull in range(MOST_LULLS):
            here = len(queue)
            time.sleep(self._lull)
            if len(queue) in (here, self._most):
                return

    def _hand_on(self, key: K) -> None:
        with self._lock:
            queue = self._queues[key]
            if not queue:
                del self._queues[key]
                return
            queue[0].leads = True
            queue[0].door.release()

    def settle(self, key: K, items: Sequence[T]) -> Sequence[R | Exception]:
        """What spoils the work of all is found by doing each alone."""
        try:
            return self._work(key, items)
        except self._hopeless as fault:
            return [fault] * len(items)
        except Exception as fault:  # noqa: BLE001 - it is raised to whom it belongs
            if len(items) == 1:
                return [fault]
            log.warning("done_one_by_one", why=type(fault).__name__, count=len(items))
            return [self._settle_alone(key, item) for item in items]

    def _settle_alone(self, key: K, item: T) -> R | Exception:
        try:
            [answer] = self._work(key, [item])
        except Exception as fault:  # noqa: BLE001 - it is raised to whom it belongs
            return fault
        return answer
