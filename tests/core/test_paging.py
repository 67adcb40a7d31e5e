from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from school_erp.core.errors import Invalid
from school_erp.core.ids import new_id
from school_erp.core.paging import Page, page_of
from school_erp.core.tenancy import acting_for
from school_erp.extensions import db
from school_erp.people.models import Person
from tests.world import World

ORDER = [Person.sort_name, Person.id]

names = st.text("aäbcz '-", min_size=1, max_size=4)


@pytest.fixture
def empty_school(app: Flask, world: World) -> Iterator[World]:
    with app.app_context(), acting_for(world.school_id):
        db.session.execute(delete(Person))
        yield world
        db.session.rollback()


def page(cursor: str | None, limit: int) -> Page[Person]:
    return page_of(
        db.session(),
        select(Person),
        order=ORDER,
        position=lambda person: (person.sort_name, person.id),
        cursor=cursor,
        limit=limit,
    )


def admit(world: World, name: str) -> None:
    db.session.add(Person(school_id=world.school_id, id=new_id(), given_name="Z", family_name=name))
    db.session.flush()


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(there=st.lists(names, max_size=12), coming=st.lists(names), limit=st.integers(1, 5))
def test_pages_show_every_row_once_and_in_order_while_rows_come(
    empty_school: World, there: list[str], coming: list[str], limit: int
) -> None:
    db.session.execute(delete(Person))
    for name in there:
        admit(empty_school, name)
    from_the_start = set(db.session.scalars(select(Person.id)))
    shown: list[Person] = []
    cursor: str | None = None
    arrivals = iter(coming[:6])
    for _ in range(len(there) + len(coming) + 2):
        found = page(cursor, limit)
        shown += found.items
        assert len(found.items) <= limit
        if (cursor := found.next_cursor) is None:
            break
        if name := next(arrivals, None):
            admit(empty_school, name)
    ids = [person.id for person in shown]
    assert len(ids) == len(set(ids))
    assert from_the_start <= set(ids)
    assert [(it.sort_name, it.id) for it in shown] == sorted((it.sort_name, it.id) for it in shown)


def written(values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        *("nonsense", "é", "=", "AAAA", "\ud800"),
        *map(written, (7, None, {}, [], ["a"], ["a", "b"], ["a", "b", "c"], ["a", None])),
        written(["a\x00", "01890000-0000-7000-8000-000000000000"]),
        written(["\ud800", "01890000-0000-7000-8000-000000000000"]),
        written(["a", 7]),
    ],
)
def test_a_cursor_that_is_none_is_refused(empty_school: World, cursor: str) -> None:
    with pytest.raises(Invalid):
        page(cursor, 5)


def test_a_cursor_made_up_by_somebody_shows_nothing_of_another_school(
    empty_school: World, elsewhere: World
) -> None:
    somewhere = written(["", str(elsewhere.pia)])
    assert page(somewhere, 200).items == []
