"""Watchers hear of everybody, in few messages, and the last count is the right one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.live.actions import arriving
from school_erp.live.actions.attending import attend
from school_erp.live.arrivals import Arrival, Attempt, Evidence
from school_erp.live.jobs import tell_what_was_not_told
from school_erp.live.keys import key_of
from school_erp.live.pulse import pulses
from school_erp.live.queries.counts import counts_of
from school_erp.live.queries.sessions import sessions_at
from school_erp.live.rules.codes import Step, token_of
from tests.live.checking_in import API, As, Count, check_in
from tests.live.conftest import Start
from tests.world import World

MANY = 60
Told = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def told(owner: Any) -> Told:
    """The payloads of an event, in their order."""

    def payloads(kind: str) -> list[dict[str, Any]]:
        rows = owner.execute(
            "SELECT payload FROM realtime_event WHERE type = %s ORDER BY at, seq", [kind]
        )
        return [row[0] for row in rows.fetchall()]

    return payloads


@pytest.fixture
def many(owner: Any, founded: World) -> list[UUID]:
    """More students in 7A."""
    ids = [new_id() for _each in range(MANY)]
    for each in ids:
        owner.execute(
            "INSERT INTO person (school_id, id, given_name, family_name) VALUES (%s, %s, 'A', %s)",
            [founded.school_id, each, str(each)],
        )
        owner.execute(
            "INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on) "
            "VALUES (%s, %s, %s, %s, 'student', %s)",
            [founded.school_id, new_id(), founded.homeroom_7a, each, founded.today],
        )
    return ids


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def names_told(told: Told) -> Iterator[str]:
    return (line["student_id"] for said in told("CHECK_IN") for line in said["check_ins"])


def test_a_check_in_is_told_at_once_with_name_and_count(
    start: Start, as_: As, told: Told, founded: World
) -> None:
    live = start()
    check_in(as_("pia"), live)
    # by the transaction that stored it
    [said] = told("CHECK_IN")
    until(lambda: bool(told("STATS_UPDATE")))
    [line] = said["check_ins"]
    assert (line["name"], line["standing"], line["outcome"]) == ("Pia Park", "present", "created")
    [stats] = told("STATS_UPDATE")
    assert stats == {
        "live_id": live["id"],
        "total_students": 2,
        "students_joined": 1,
        "students_present": 1,
        "present_percentage": 50.0,
    }
    as_("tom").put(f"{API}/{live['id']}/pause", json={})
    states = [said["state"] for said in told("SESSION_STATUS") if said["live_id"] == live["id"]]
    assert states == ["running", "running", "paused", "paused"]


def test_many_are_stored_in_a_constant_number_of_statements_and_told_in_few_messages(
    app: Flask,
    start: Start,
    told: Told,
    founded: World,
    many: list[UUID],
    statements: list[str],
    count: Count,
) -> None:
    live_id = UUID(start()["id"])
    sent = []
    with app.app_context(), acting_for(founded.school_id):
        token = token_of(key_of(live_id), Step.at(now(), 8))
        for students in (many[:2], many[2:]):
            attempts = [Attempt(each, Evidence(token=token, device=str(each))) for each in students]
            until(lambda: not pulses()._again)
            del statements[:]
            with unit_of_work():
                found = attend(founded.school_id, live_id, attempts)
                sent.append(len(statements))
            assert all(isinstance(each, Arrival) for each in found)
        with unit_of_work():
            counts = counts_of(sessions_at(founded.school_id, live_id))
    assert sent == [6, 6]
    assert (counts.students_present, count("student_attendance")) == (MANY, MANY)
    until(lambda: set(map(str, many)) == set(names_told(told)))
    until(lambda: told("STATS_UPDATE")[-1]["students_present"] == MANY)
    assert len(list(names_told(told))) == MANY
    assert len(told("CHECK_IN")) <= 3


def test_batches_may_follow_each_other_quickly_but_no_more_than_ten_a_second_are_told(
    app: Flask, start: Start, told: Told, founded: World, many: list[UUID]
) -> None:
    live_id, counted = UUID(start()["id"]), []
    with app.app_context(), acting_for(founded.school_id):
        token = token_of(key_of(live_id), Step.at(now(), 8))
        began = time.monotonic()
        for student in many[:40]:
            with unit_of_work():
                attend(founded.school_id, live_id, [Attempt(student, Evidence(token=token))])
            counted.append(len(told("CHECK_IN")))
        took = time.monotonic() - began
    until(lambda: set(map(str, many[:40])) == set(names_told(told)))
    assert counted[-1] <= 10 * (1 + took)
    assert len(list(names_told(told))) == 40


def test_what_a_process_stored_and_could_not_tell_is_told_by_upkeep(
    app: Flask, start: Start, told: Told, founded: World, owner: Any, as_: As
) -> None:
    live = start()
    check_in(as_("pia"), live)
    until(lambda: bool(told("STATS_UPDATE")))
    owner.execute("UPDATE check_in SET told = false")

    def told_again() -> bool:
        with app.app_context(), unit_of_work():
            tell_what_was_not_told()
        return list(names_told(told)) == [str(founded.pia)] * 2

    until(told_again)


def test_one_whose_row_cannot_be_stored_harms_nobody_who_came_with_them(
    app: Flask, start: Start, founded: World, many: list[UUID], owner: Any, count: Count
) -> None:
    live_id = UUID(start()["id"])
    owner.execute(
        f"ALTER TABLE check_in ADD CONSTRAINT ck_poison CHECK (student_id <> '{many[0]}') NOT VALID"
    )
    try:
        with app.app_context(), acting_for(founded.school_id):
            token = token_of(key_of(live_id), Step.at(now(), 8))
            waiting = [Attempt(each, Evidence(token=token)) for each in many[:5]]
            key = (founded.school_id, live_id)
            found = arriving._gathering.settle(key, waiting)
    finally:
        owner.execute("ALTER TABLE check_in DROP CONSTRAINT ck_poison")
    assert [isinstance(each, Arrival) for each in found] == [False, True, True, True, True]
    assert (count("check_in"), count("student_attendance")) == (4, 4)
