"""The API answers as its description says, whatever it is sent within or beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contracts.conftest import Build
from tests.contracts.houses import OTHER_CLASS, OWN, House
from tests.contracts.routes import Route, all_routes

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# who tries each operation, and how often
TRIES = {"ada": 4, "tom": 1, "pia": 1}
DESCRIBED = [
    route
    for route in all_routes()
    if route.is_api and hasattr(route.view, "_apidoc") and not route.has_upload
]


@pytest.fixture(scope="session")
def description(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _from_afar(app))


def _from_afar(app: Flask) -> Callable[..., Iterable[bytes]]:
    """From an address of its own, so that its wrong sign-ins slow down no other test."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return app.wsgi_app({**environ, "REMOTE_ADDR": "203.0.113.7"}, start_response)

    return application


@pytest.mark.parametrize("route", DESCRIBED, ids=str)
def test_answers_are_as_described(
    description: Any, build: Build, house: House, route: Route
) -> None:
    # whoever only reads needs no school of their own
    house = build() if route.writes else house
    operation = description[_described_path(route)][route.method]
    for who in TRIES:
        house.caller(who)
    for who, tries in TRIES.items():
        assert _try(operation, house, route, who, tries) > 0


def _try(operation: Any, house: House, route: Route, who: str, tries: int) -> int:
    """How many answers were held against the description, and found to be as it says."""
    count = 0
    there = [house.ids(route.names, whose) for whose in (OWN, OTHER_CLASS)]

    @settings(
        max_examples=tries,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def attempt(case: Any) -> None:
        nonlocal count
        count += 1
        # made-up ids meet nothing, so most tries name something that is there
        if route.names and count % 3:
            case.path_parameters = {name: str(it) for name, it in there[count % 2].items()}
        # without a network in between, nobody would unpack what comes compressed
        plain = {"Accept-Encoding": "identity"}
        response = case.call(headers=house.caller(who).headers | plain)
        case.validate_response(response, checks=CHECKS)

    attempt()
    return count


def _described_path(route: Route) -> str:
    """`/people/<uuid:person_id>` is `/people/{person_id}` in the description."""
    parts = route.rule.rule.split("/")
    return "/".join(
        f"{{{part.strip('<>').rpartition(':')[2]}}}" if part.startswith("<") else part
        for part in parts
    )


def operations(app: Flask) -> Iterable[tuple[str, dict[str, Any]]]:
    answer: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").get_json()
    for path, methods in answer["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def test_every_operation_says_how_it_may_be_refused(app: Flask) -> None:
    described = dict(operations(app))
    for route in DESCRIBED:
        operation = described[f"{route.method} {_described_path(route)}"]
        statuses = set(operation["responses"])
        assert "503" in statuses, route
        assert (operation.get("security") == []) == route.is_public, route
        assert ({"401", "403"} <= statuses) or route.is_public, route
        assert ("404" in statuses) or not route.names, route
        assert ("422" in statuses) or not route.writes, route


def test_every_refusal_has_the_one_shape(app: Flask) -> None:
    components = app.test_client().get("/api/v1/openapi.json").get_json()["components"]
    for name, answer in components["responses"].items():
        shape = answer["content"]["application/json"]["schema"]
        assert shape == {"$ref": "#/components/schemas/ErrorAnswer"}, name


def test_what_may_be_sent_twice_says_under_which_header(app: Flask) -> None:
    described = dict(operations(app))
    keyed = {
        f"{route.method} {_described_path(route)}"
        for route in DESCRIBED
        if hasattr(route.view, "__idempotent__")
    }
    with_header = {
        name
        for name, operation in described.items()
        if any(each.get("name") == "Idempotency-Key" for each in operation.get("parameters", ()))
    }
    assert with_header == keyed
    assert keyed


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    described = set(dict(operations(app)))
    served = {
        f"{route.method} {_described_path(route)}"
        for route in all_routes()
        if route.rule.rule.startswith("/api/")
    }
    besides = {f"GET /api/v1/{name}" for name in ("openapi.json", "asyncapi.json", "docs")}
    assert served - described == besides
