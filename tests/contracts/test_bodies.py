"""What a body may not say: who one is, whose one is, and anybody of another school."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
import pytest

from tests.contracts.conftest import Build
from tests.contracts.expected import CALLERS
from tests.contracts.houses import House
from tests.contracts.routes import Route, guarded_routes
from tests.contracts.test_who_may_what import rights_at, shown
from tests.contracts.things import uuid_fields

TAKEN = [route for route in guarded_routes() if route.body is not None]
NAMING = [route for route in TAKEN if route.body and uuid_fields(route.body)]
# never to be set from outside, each with what somebody might try
SMUGGLED = {
    "school_id": "00000000-0000-7000-8000-000000000000",
    "id": "00000000-0000-7000-8000-000000000000",
    "role": "admin",
    "roles": ["admin"],
    "is_admin": True,
    "password_hash": "x",
    "created_at": "2020-01-01T00:00:00Z",
    "person_id": "00000000-0000-7000-8000-000000000000",
}


def _who(route: Route) -> str:
    """The admin, or somebody whose the route is."""
    roles = rights_at(route)
    return CALLERS["admin" if "admin" in roles else next(iter(roles))]


@pytest.mark.parametrize("route", TAKEN, ids=str)
def test_what_nobody_asked_for_is_refused_and_changes_nothing(house: House, route: Route) -> None:
    body, path = house.body(route), route.path(house.ids(route.names))
    assert body is not None
    assert route.body is not None
    known = {field.data_key or name for name, field in route.body.load_fields.items()}
    before = house.contents()
    smuggled = {name: value for name, value in SMUGGLED.items() if name not in known}
    answer = house.send(_who(route), route, path, body | smuggled)
    assert answer.status_code == 422, shown(answer)
    assert smuggled.keys() <= answer.get_json()["error"]["fields"].keys(), shown(answer)
    assert house.contents() == before


def _refuses(schema: ma.Schema, body: dict[str, Any], name: str, wrong: Any) -> bool:
    return name in schema.validate({**body, name: wrong})


WRONG: tuple[Any, ...] = (7, None, [], {}, "", "\x00", "\ud800", "x" * 10_000, [None])


@pytest.mark.parametrize("route", TAKEN, ids=str)
def test_a_field_of_the_wrong_kind_is_no_server_error(build: Build, route: Route) -> None:
    """All that the schema refuses goes together; what it takes goes alone, to where it leads."""
    house = build()
    body, path = house.body(route) or {}, route.path(house.ids(route.names))
    assert route.body is not None
    names = [field.data_key or name for name, field in route.body.load_fields.items()]
    for wrong in WRONG:
        refused = {name: wrong for name in names if _refuses(route.body, body, name, wrong)}
        taken = [{name: wrong} for name in names if name not in refused]
        for said in (refused, *taken) if refused else taken:
            answer = house.send(_who(route), route, path, body | said)
            assert answer.status_code < 500, f"{said!r:.80}: {shown(answer)}"


@pytest.mark.parametrize("route", NAMING, ids=str)
def test_somebody_elses_id_in_a_body_is_refused_and_changes_nothing(
    house: House, next_door: House, route: Route
) -> None:
    """Of another school, of another kind, or of nothing at all."""
    body, path = house.body(route), route.path(house.ids(route.names))
    assert route.body is not None
    before = house.contents()
    for name in uuid_fields(route.body):
        own = house.ids([name])[name]
        kinds = [*house.ids(["person_id", "course_id"]).values()]
        strangers = next_door.ids([name])[name], *(other for other in kinds if other != own)
        for stranger in strangers:
            if name in {"person_id", "guardian_id", "student_id"} and stranger in kinds[:1]:
                continue
            answer = house.send(_who(route), route, path, {**(body or {}), name: str(stranger)})
            assert answer.status_code in {404, 422}, f"{name}: {shown(answer)}"
    assert house.contents() == before
