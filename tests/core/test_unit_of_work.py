from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import func, select

from school_erp.core.errors import Conflict
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import after_commit, let_go, unit_of_work
from school_erp.extensions import db
from school_erp.people.models import Person
from tests.world import World


class KeptRefusal(Conflict):
    keeps_changes = True


@pytest.fixture
def school(app: Flask, world: World) -> Iterator[World]:
    with app.app_context(), acting_for(world.school_id):
        yield world


def add_zoe(world: World) -> None:
    db.session.add(Person(school_id=world.school_id, given_name="Zoe", family_name="Zed"))
    db.session.flush()


def add_and_fail(world: World, announced: list[str], error: type[Exception]) -> None:
    with unit_of_work():
        add_zoe(world)
        after_commit(lambda: announced.append("Zoe"))
        raise error


def zoes() -> int:
    db.session.rollback()
    count = db.session.scalar(
        select(func.count()).select_from(Person).where(Person.given_name == "Zoe")
    )
    assert count is not None
    return count


def test_what_waits_for_the_commit_runs_after_it_and_in_order(school: World) -> None:
    order: list[str] = []
    with unit_of_work():
        add_zoe(school)
        after_commit(lambda: order.append(f"first, with {zoes()} stored"))
        after_commit(lambda: order.append("second"))
        order.append("the block")
    assert order == ["the block", "first, with 1 stored", "second"]


def test_a_refusal_changes_and_announces_nothing(school: World) -> None:
    announced: list[str] = []
    with pytest.raises(Conflict):
        add_and_fail(school, announced, Conflict)
    assert (zoes(), announced) == (0, [])


def test_an_error_changes_and_announces_nothing(school: World) -> None:
    announced: list[str] = []
    with pytest.raises(ZeroDivisionError):
        add_and_fail(school, announced, ZeroDivisionError)
    assert (zoes(), announced) == (0, [])


def test_a_refusal_that_keeps_its_changes_stores_and_announces_them(school: World) -> None:
    announced: list[str] = []
    with pytest.raises(KeptRefusal):
        add_and_fail(school, announced, KeptRefusal)
    assert (zoes(), announced) == (1, ["Zoe"])


def test_a_failing_announcement_is_logged_and_the_others_still_happen(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = structlog.testing.LogCapture()
    log = structlog.wrap_logger(None, processors=[lines])
    monkeypatch.setattr("school_erp.core.unit_of_work.log", log)
    announced: list[Any] = []

    def fail_in_the_database() -> None:
        db.session.execute(select(func.nothing_of_this_name()))

    with unit_of_work():
        add_zoe(school)
        after_commit(fail_in_the_database)
        after_commit(lambda: announced.append(db.session.scalar(select(1))))
    assert announced == [1]
    assert [line["event"] for line in lines.entries] == ["after_commit_failed"]
    assert zoes() == 1


def test_nothing_can_wait_for_a_commit_that_will_not_come() -> None:
    with pytest.raises(RuntimeError, match="unit of work"):
        after_commit(lambda: None)


def test_the_connection_is_not_given_back_over_unsaved_changes(school: World) -> None:
    let_go()
    db.session.add(Person(school_id=school.school_id, given_name="Zoe", family_name="Zed"))
    with pytest.raises(RuntimeError, match="lose changes"):
        let_go()
    assert zoes() == 0
