"""Every route meets every role, with what is its own, another class's, another school's."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.contracts.conftest import Build
from tests.contracts.expected import ALL, CALLERS, EXPECTED, NARROWER, TOLD_BY_RULE, Rights
from tests.contracts.expected import OWN as OWN_ONLY
from tests.contracts.houses import OTHER_CLASS, OWN, House, Whose
from tests.contracts.routes import Route, all_routes, guarded_routes
from tests.contracts.things import OF_A_CLASS

REFUSED = {401, 403, 404}

every_route = pytest.mark.parametrize("route", guarded_routes(), ids=str)


def rights_at(route: Route) -> Rights:
    return NARROWER.get(str(route)) or EXPECTED[route.permission or ""]


def test_every_permission_is_written_down_and_every_line_is_needed(app: Flask) -> None:
    assert set(EXPECTED) == set(app.extensions["policy"].permissions)
    assert (set(NARROWER) | set(TOLD_BY_RULE)) - {str(route) for route in all_routes()} == set()


@every_route
def test_nobody_gets_in(house: House, route: Route) -> None:
    body = house.body(route)
    extra = {"json": body} if body is not None else {}
    path = route.path(house.ids(route.names))
    answer = house.app.test_client().open(path, method=route.method, **extra)
    if route.is_api or route.writes:
        assert answer.status_code == 401, shown(answer)
    else:
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in?next=")


@every_route
def test_somebody_without_the_right_is_refused(
    house: House, next_door: House, route: Route
) -> None:
    named = (
        [(house, OWN), (house, OTHER_CLASS), (next_door, OWN)] if route.names else [(house, OWN)]
    )
    for role in CALLERS.keys() - rights_at(route).keys():
        for where, whose in named:
            path = route.path(where.ids(route.names, whose))
            answer = house.send(CALLERS[role], route, path, house.body(route))
            assert answer.status_code == 403, f"{role}: {shown(answer)}"


@every_route
def test_another_school_does_not_exist(house: House, next_door: House, route: Route) -> None:
    here, there = house.ids(route.names), next_door.ids(route.names)
    for role in rights_at(route):
        for name in (name for name in route.names if here[name] != there[name]):
            path = route.path({**here, name: there[name]})
            answer = house.send(CALLERS[role], route, path, house.body(route))
            assert answer.status_code == 404 or _refused_before(route, role, answer), (
                f"{role}, {name}: {shown(answer)}"
            )


def _refused_before(route: Route, role: str, answer: TestResponse) -> bool:
    """Of several ids in an address, another may already be refused to this role."""
    return len(route.names) > 1 and rights_at(route)[role] != ALL and answer.status_code == 403


@every_route
def test_each_role_reaches_what_is_its_own_and_no_more(
    house: House, build: Build, route: Route
) -> None:
    of_a_class = not OF_A_CLASS.isdisjoint(route.names)
    written_in: list[House] = []
    for role, right in rights_at(route).items():
        for whose in (OTHER_CLASS, OWN) if of_a_class else (OWN,):
            allowed = not of_a_class or right == ALL or (right == OWN_ONLY and whose is OWN)
            if allowed and route.writes:
                answer = _write(written_in, build, role, route, whose)
            else:
                answer = _ask(house, role, route, whose)
            told = f"{role}, {whose['section']}: {shown(answer)}"
            if allowed:
                assert answer.status_code not in REFUSED, told
                assert answer.status_code < 500, told
            else:
                assert is_refusal(route, answer), told


def _write(
    written_in: list[House], build: Build, role: str, route: Route, whose: Whose
) -> TestResponse:
    """What is refused where others have written stands only if it is where nobody has."""
    if written_in:
        answer = _ask(written_in[-1], role, route, whose)
        if answer.status_code < 400:
            return answer
    written_in.append(build())
    return _ask(written_in[-1], role, route, whose)


def is_refusal(route: Route, answer: TestResponse) -> bool:
    if str(route) in TOLD_BY_RULE:
        error = answer.get_json()["error"]
        return (answer.status_code, error["code"]) == TOLD_BY_RULE[str(route)]
    return answer.status_code == 403


def _ask(where: House, role: str, route: Route, whose: Whose) -> TestResponse:
    path = route.path(where.ids(route.names, whose))
    return where.send(CALLERS[role], route, path, where.body(route))


def shown(answer: TestResponse) -> str:
    # a file is no text
    text = answer.get_data()[:300].decode(errors="replace")
    return f"{answer.status_code} {answer.request.method} {answer.request.path} {text}"
