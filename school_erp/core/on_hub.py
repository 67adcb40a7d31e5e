"""How a green thread waits for PostgreSQL: a moment at the line itself, and only then in the hub.

Most statements are answered within that moment. In the hub each would wait for its turn behind
whoever else has something to do: a transaction of ten small statements behind ten rounds of all
requests of a hall, while it holds its locks.
"""

from __future__ import annotations

import os
from typing import TypeVar

from eventlet.hubs import trampoline
from eventlet.patcher import original
from psycopg import OperationalError, waiting
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait

MOMENT_MILLISECONDS = 1
RV = TypeVar("RV")

_select = original("select")
_HOPELESS = _select.POLLERR | _select.POLLHUP | _select.POLLNVAL
_ASKED = {
    Wait.R: _select.POLLIN,
    Wait.W: _select.POLLOUT,
    Wait.RW: _select.POLLIN | _select.POLLOUT,
}


def stay_a_moment() -> None:
    """Have psycopg wait like this, in a process of green threads."""
    waiting.wait = _wait


def _wait(gen: PQGen[RV], fileno: int, interval: float = 0.0, timeout: float | None = None) -> RV:
    if timeout is not None:
        # whoever listens for long
        return waiting.wait_selector(gen, fileno, interval, timeout)
    try:
        wish = next(gen)
        while True:
            ready = _in_a_moment(fileno, wish) or _in_turn(fileno, wish, interval)
            wish = gen.send(ready)
    except StopIteration as done:
        answer: RV = done.value
        return answer


def _in_a_moment(fileno: int, wish: Wait) -> Ready | None:
    line = _select.poll()
    line.register(fileno, _ASKED[wish])
    return _ready(line.poll(MOMENT_MILLISECONDS), wish)


def _ready(found: list[tuple[int, int]], wish: Wait) -> Ready | None:
    if not found:
        return None
    [(_fileno, how)] = found
    if how & _HOPELESS:
        # reading or writing says what is wrong
        return Ready(wish)
    readable = Ready.R if how & _select.POLLIN else Ready.NONE
    writable = Ready.W if how & _select.POLLOUT else Ready.NONE
    return Ready(readable | writable)


def _in_turn(fileno: int, wish: Wait, interval: float) -> Ready:
    # who wants to write what is long may have to read first, and looks at both after the interval
    reads = wish == Wait.R
    try:
        trampoline(fileno, read=reads, write=not reads, timeout=interval, timeout_exc=TimeoutError)
    except TimeoutError:
        _refuse_closed(fileno)
        return Ready.NONE
    return Ready.R if reads else Ready.W


def _refuse_closed(fileno: int) -> None:
    try:
        os.fstat(fileno)
    except OSError as fault:
        raise OperationalError("connection socket closed") from fault
