from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Thread
from uuid import UUID

import psycopg
import pytest

from config import Config
from school_erp.core.ids import new_id
from school_erp.core.remembered import (
    CHANNEL,
    LONGEST_SECONDS,
    MOST,
    TRUSTED_SECONDS,
    Remembered,
)
from tests.world import World


class Answers:
    """A question that counts how often it is really asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        return self.asked


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


KEY = ("person", new_id(), new_id())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(clock: Clock) -> Remembered:
    remembered = Remembered(clock)
    remembered._trusted_until = float("inf")
    return remembered


def test_an_answer_is_kept_until_it_changes(memory: Remembered) -> None:
    ask = Answers()
    assert [memory.recall(KEY, ask) for _ in range(3)] == [1, 1, 1]
    memory.heed(f"person:{KEY[1]}:{KEY[2]}")
    assert [memory.recall(KEY, ask) for _ in range(3)] == [2, 2, 2]
    memory.heed(f"school:{KEY[1]}:{KEY[1]}")
    assert memory.recall(KEY, ask) == 3


def test_a_change_of_somebody_else_is_no_change(memory: Remembered) -> None:
    ask = Answers()
    memory.recall(KEY, ask)
    memory.heed(f"person:{KEY[1]}:{new_id()}")
    memory.heed(f"school:{new_id()}:{new_id()}")
    assert memory.recall(KEY, ask) == 1


def test_while_nobody_listens_nothing_is_kept() -> None:
    memory, ask = Remembered(), Answers()
    assert [memory.recall(KEY, ask) for _ in range(3)] == [1, 2, 3]


def test_an_answer_grows_old(memory: Remembered, clock: Clock) -> None:
    ask = Answers()
    memory.recall(KEY, ask)
    clock.seconds = LONGEST_SECONDS + 0.1
    assert memory.recall(KEY, ask) == 2


def test_an_answer_overtaken_by_a_change_is_not_kept(memory: Remembered) -> None:
    def slow() -> str:
        memory.heed(f"person:{KEY[1]}:{KEY[2]}")
        return "from before the change"

    memory.recall(KEY, slow)
    assert memory.recall(KEY, lambda: "after") == "after"


def test_that_nothing_is_there_is_not_kept(memory: Remembered) -> None:
    assert memory.recall(KEY, lambda: None) is None
    assert memory.recall(KEY, lambda: "there now") == "there now"


@pytest.fixture
def listener(servers: Config) -> Iterator[Remembered]:
    memory = Remembered(prove_every=0.1)
    listening = Thread(target=memory.listen, args=[servers.database_url], daemon=True)
    listening.start()
    wait_until_listening(memory)
    yield memory
    memory.stop()
    listening.join(5)
    assert not listening.is_alive()
    assert not memory.listening


def wait_until_listening(memory: Remembered) -> None:
    until = time.monotonic() + 5
    while not memory.listening:
        assert time.monotonic() < until, "nobody listens"
        time.sleep(0.01)


def soon(memory: Remembered, ask: Answers, key: tuple[str, object, object], than: int) -> bool:
    until = time.monotonic() + 3
    while time.monotonic() < until:
        if memory.recall(key, ask) > than:  # type: ignore[arg-type]
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE account SET disabled_at = now() WHERE person_id = %(tom)s",
        "UPDATE role_grant SET ends_on = starts_on WHERE person_id = %(tom)s",
        "DELETE FROM role_grant WHERE person_id = %(tom)s",
        "UPDATE person SET active = false WHERE id = %(tom)s",
        "UPDATE school SET active = false WHERE id = %(school)s",
    ],
)
def test_the_database_itself_says_what_changed(
    listener: Remembered, servers: Config, world: World, change: str
) -> None:
    """Whoever changed it: another process, a command, a hand at the database."""
    key, ask = ("person", world.school_id, world.tom), Answers()
    kept = [listener.recall(key, ask) for _ in range(2)][-1]
    with psycopg.connect(servers.database_url) as other:
        other.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        other.execute(change, {"tom": world.tom, "school": world.school_id})  # type: ignore[arg-type]
    assert soon(listener, ask, key, kept)


@pytest.mark.parametrize("nonsense", ["nonsense", "person:a:b", "person", "a:b:c:d", ""])
def test_nonsense_on_the_line_empties_the_memory_and_is_survived(
    listener: Remembered, servers: Config, world: World, nonsense: str
) -> None:
    key, ask = ("person", world.school_id, world.tom), Answers()
    kept = [listener.recall(key, ask) for _ in range(2)][-1]
    with psycopg.connect(servers.database_url, autocommit=True) as other:
        other.execute("SELECT pg_notify('erp_changed', %s)", [nonsense])
    assert soon(listener, ask, key, kept)
    wait_until_listening(listener)


def test_a_listener_cut_off_keeps_nothing_and_listens_again(
    listener: Remembered, servers: Config, world: World
) -> None:
    key, ask = ("person", world.school_id, world.tom), Answers()
    kept = listener.recall(key, ask)
    with psycopg.connect(servers.database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name LIKE '%announcements' AND datname = current_database()"
        )
    assert soon(listener, ask, key, kept)
    wait_until_listening(listener)
    again = [listener.recall(key, ask) for _ in range(2)]
    assert again[0] == again[1]


def test_a_line_that_went_silent_is_not_trusted_for_long(servers: Config, clock: Clock) -> None:
    """A network can swallow everything without ever hanging up."""
    memory, ask = Remembered(clock), Answers()
    with psycopg.connect(servers.database_url, autocommit=True) as line:
        line.execute(f"LISTEN {CHANNEL}")
        memory._prove(line)
    assert [memory.recall(KEY, ask) for _ in range(2)] == [1, 1]
    clock.seconds += TRUSTED_SECONDS
    assert [memory.recall(KEY, ask) for _ in range(2)] == [2, 3]


def test_a_line_is_trusted_again_only_after_what_it_brought_is_heeded(
    servers: Config, clock: Clock
) -> None:
    memory, ask = Remembered(clock), Answers()
    with psycopg.connect(servers.database_url, autocommit=True) as line:
        line.execute(f"LISTEN {CHANNEL}")
        memory._prove(line)
        assert memory.recall(KEY, ask) == 1
        with psycopg.connect(servers.database_url, autocommit=True) as other:
            other.execute("SELECT pg_notify(%s, %s)", [CHANNEL, ":".join(map(str, KEY))])
        memory._prove(line)
        assert memory.recall(KEY, ask) == 2


def test_memory_is_bounded(memory: Remembered) -> None:
    for number in range(MOST + 5):
        memory.recall(("person", KEY[1], UUID(int=number)), lambda: 1)
    assert len(memory._kept) <= MOST
