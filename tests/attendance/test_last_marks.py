"""What is remembered of registers is what the database says, or is not used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from flask import Flask
from prometheus_client import REGISTRY
from redis import Redis

from school_erp.attendance.last_marks import KEPT_SECONDS, LastMarks, Step
from school_erp.attendance.queries.ground import Place
from tests.world import Caller, World

As = Callable[..., Caller]
URL = "/api/v1/school/attendance"
NO_REDIS = "redis://127.0.0.1:1/0"
STEPS = 120
AGAIN = {"reason": "again"}
WAITING = {"Prefer": "wait=5"}


class Dawdling(LastMarks):
    """Of a process that stands still between its commit and what comes after."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis)
        self.waiting: list[tuple[Place, list[Step]]] = []

    def follow(self, place: Place, steps: Any) -> None:
        self.waiting.append((place, list(steps)))

    def go_on(self, random: Random) -> None:
        random.shuffle(self.waiting)
        for place, steps in self.waiting:
            super().follow(place, steps)
        self.waiting.clear()


@pytest.fixture
def pia_is_in_both(founded: World, owner: Any) -> World:
    """Of two classes at the same time, whose marks concern each other."""
    owner.execute(
        "INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on) "
        "SELECT %s, gen_random_uuid(), %s, %s, 'student', %s",
        [founded.school_id, founded.homeroom_7b, founded.pia, founded.today],
    )
    return founded


def register(world: World, section: str) -> str:
    return f"{URL}/registers/{world.ids[section]}/{world.today}/1"


def found() -> dict[str, float]:
    name = "school_erp_last_marks_total"
    return {word: REGISTRY.get_sample_value(name, {"found": word}) or 0 for word in ("hit", "miss")}


class Day:
    """Whatever may happen to two registers, and to what is remembered of them."""

    def __init__(self, app: Flask, world: World, redis: Redis, random: Random) -> None:
        self.app, self.world, self.redis, self.random = app, world, redis, random
        self.usual = app.extensions["last_marks"]
        self.steps = [self.mark] * 3 + [self.withdraw, self.move, self.forget, self.stand_still]

    def mark(self, caller: Caller) -> None:
        who, section = self.random.choice(
            [
                *(("pia", "homeroom_7a"), ("pia", "homeroom_7b")),
                *(("paul", "homeroom_7a"), ("quinn", "homeroom_7b")),
            ]
        )
        status = self.random.choice(["PRESENT", "ABSENT", "LATE", "EXCUSED"])
        record = {"student_id": str(self.world.ids[who]), "remarks": "\N{SNOWMAN}"}
        body = {
            "date": self.world.today.isoformat(),
            "section_id": str(self.world.ids[section]),
            "reason": "seen",
            "records": [record | {"status": status}],
        }
        assert caller.post(URL, json=body, headers=WAITING).status_code == 200

    def withdraw(self, caller: Caller) -> None:
        student = self.world.ids[self.random.choice(["pia", "paul", "quinn"])]
        path = f"{URL}/marks/{student}/{self.world.today}/1"
        assert caller.delete(path, json={"reason": "wrong"}).status_code == 200

    def move(self, caller: Caller) -> None:
        path = f"{register(self.world, 'homeroom_7a')}/submission"
        ways = [lambda: caller.put(path, json={}), lambda: caller.delete(path, json=AGAIN)]
        assert self.random.choice(ways)().status_code == 200

    def forget(self, _caller: Caller) -> None:
        for key in self.redis.scan_iter("erp:marks:*"):
            self.redis.delete(key)

    def stand_still(self, _caller: Caller) -> None:
        """Or go on, late and in whatever order."""
        known = self.app.extensions["last_marks"]
        if isinstance(known, Dawdling):
            known.go_on(self.random)
        self.app.extensions["last_marks"] = (
            self.usual if isinstance(known, Dawdling) else Dawdling(self.redis)
        )


@pytest.fixture
def day(app: Flask, pia_is_in_both: World, redis: Redis) -> Iterator[Day]:
    day = Day(app, pia_is_in_both, redis, Random("a day at school"))
    yield day
    app.extensions["last_marks"] = day.usual


def test_registers_are_the_same_with_and_without_what_is_remembered_whatever_happens(
    day: Day, as_: As, another_app: Callable[..., Flask]
) -> None:
    olive = as_("olive")
    without_redis = Caller(another_app(redis_url=NO_REDIS), day.world, "olive")
    before = found()
    for _ in range(STEPS):
        step = day.random.choice(day.steps)
        step(day.random.choice([olive, olive, without_redis]))
        # whoever reads has it remembered anew, so not all is read after each step
        sections = day.random.choice([[], ["homeroom_7a"], ["homeroom_7a", "homeroom_7b"]])
        for section in sections:
            path = register(day.world, section)
            truth = without_redis.get(path).get_json()
            for _again in range(2):
                assert olive.get(path).get_json() == truth, step.__name__
    assert found()["hit"] - before["hit"] > STEPS / 2


def test_a_class_that_was_just_marked_is_read_without_asking_for_its_marks_again(
    founded: World, as_: As, redis: Redis, statements: list[str]
) -> None:
    tom, path = as_("tom"), register(founded, "homeroom_7a")
    records = [{"student_id": str(founded.ids[who]), "status": "ABSENT"} for who in ("pia", "paul")]
    body = {"date": founded.today.isoformat(), "section_id": str(founded.homeroom_7a)}
    before = found()
    tom.post(URL, json=body | {"records": records}, headers=WAITING)
    del statements[:]
    known = tom.get(path).get_json()
    asked = len(statements)
    assert found() == before | {"hit": before["hit"] + 2}
    [key] = redis.scan_iter(f"erp:marks:{founded.school_id}:{founded.homeroom_7a}:*")
    assert 0 < redis.ttl(key) <= KEPT_SECONDS
    redis.delete(key)
    del statements[:]
    assert tom.get(path).get_json() == known
    assert len(statements) == asked
    assert found() == {"hit": before["hit"] + 2, "miss": before["miss"] + 2}
    assert tom.get(path).get_json() == known
    assert found()["hit"] == before["hit"] + 4


def test_what_was_not_remembered_of_one_is_not_hidden_by_what_was_of_the_next(
    founded: World, as_: As, another_app: Callable[..., Flask]
) -> None:
    olive, path = as_("olive"), register(founded, "homeroom_7a")
    without_redis = Caller(another_app(redis_url=NO_REDIS), founded, "olive")
    mark = f"{URL}/marks/{{}}/{founded.today}/1"
    for caller, who, status in (
        *((olive, "pia", "PRESENT"), (olive, "paul", "PRESENT")),
        *((without_redis, "paul", "ABSENT"), (olive, "pia", "LATE")),
    ):
        said = {"status": status, "reason": "seen"}
        assert caller.patch(mark.format(founded.ids[who]), json=said).status_code == 200
    shown = {each["name"]: each["mark"]["code"] for each in olive.get(path).get_json()["students"]}
    assert shown == {"Pia Park": "L", "Paul Pavlov": "A"}


def test_what_was_not_stored_is_not_remembered(founded: World, as_: As, redis: Redis) -> None:
    tom = as_("tom")
    mark = f"{URL}/marks/{founded.pia}/{founded.today}/1"
    assert tom.patch(mark, json={"status": "NOWHERE"}).status_code == 422
    assert tom.patch(f"{URL}/marks/{founded.quinn}/{founded.today}/1", json={"status": "LATE"})
    assert list(redis.scan_iter(f"erp:marks:{founded.school_id}:*")) == []
