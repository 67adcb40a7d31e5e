"""Routes for trying out what stands around every route; under /api/ they answer in JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from redis import Redis
from sqlalchemy import func, select, text

from school_erp.accounts.access import Permission
from school_erp.core import errors
from school_erp.core.access import current_actor, public, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.settings import redis_options
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person

PREFIXES = ("/api/try", "/try")


def with_sqlstate(code: str) -> Callable[[], None]:
    """An error of the database's own making."""
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'Tom Tanner' USING ERRCODE = '{code}'; END $$"
    return lambda: db.session.execute(text(statement)) and None


def name_a_person_twice() -> None:
    for _ in range(2):
        db.session.add(
            Person(
                school_id=current_school_id(),
                given_name="Zelda",
                family_name="Zimmer",
                external_id="X-zelda",
            )
        )
    db.session.flush()


def fall_over() -> None:
    int(current_actor().name)


def ask_a_redis_that_is_away() -> None:
    Redis(host="127.0.0.1", port=1, **redis_options()).ping()


def refuse(kind: type[errors.ApplicationError]) -> Callable[[], None]:
    def go() -> None:
        raise kind

    return go


WRONGS: dict[str, tuple[int, Callable[[], None]]] = {
    "malformed": (400, refuse(errors.Malformed)),
    "unauthenticated": (401, refuse(errors.Unauthenticated)),
    "forbidden": (403, refuse(errors.Forbidden)),
    "not_found": (404, refuse(errors.NotFound)),
    "conflict": (409, refuse(errors.Conflict)),
    "too_large": (413, refuse(errors.TooLarge)),
    "invalid": (422, refuse(errors.Invalid)),
    "too_many": (429, refuse(errors.TooMany)),
    "unavailable": (503, refuse(errors.Unavailable)),
    "broken": (500, fall_over),
    "twice": (409, name_a_person_twice),
    "disk_full": (503, with_sqlstate("53100")),
    "too_many_connections": (503, with_sqlstate("53300")),
    "shutting_down": (503, with_sqlstate("57P01")),
    "out_of_range": (422, with_sqlstate("22003")),
    "redis_away": (503, ask_a_redis_that_is_away),
}


def add_tryouts(app: Flask) -> None:
    for prefix in PREFIXES:
        app.add_url_rule(f"{prefix}/wrong/<what>", f"{prefix}-wrong", go_wrong)
    rules: tuple[tuple[str, Callable[..., Any], list[str]], ...] = (
        ("/api/try/body", read_body, ["POST"]),
        ("/api/try/once", add_person_once, ["POST"]),
        ("/api/try/people", count_people, ["GET"]),
    )
    for rule, view, methods in rules:
        app.add_url_rule(rule, rule, view, methods=methods)


@requires(Permission.OWN_SIGN_IN)
def go_wrong(what: str) -> ResponseReturnValue:
    WRONGS[what][1]()
    return jsonify({})


@public("a test")
def read_body() -> ResponseReturnValue:
    return jsonify(length=len(request.get_data()))


@requires(Permission.OWN_SIGN_IN)
@idempotent
def add_person_once() -> ResponseReturnValue:
    body = request.form or request.get_json()
    person = Person(
        school_id=current_school_id(), given_name=body["given_name"], family_name="Twice"
    )
    db.session.add(person)
    db.session.flush()
    if body["given_name"] == "Slow":
        db.session.execute(select(func.pg_sleep(0.2)))
    return jsonify(id=str(person.id)), 201, {"Location": f"/people/{person.id}"}


@requires(Permission.OWN_SIGN_IN)
def count_people() -> ResponseReturnValue:
    """Names no school on purpose: the policies alone keep schools apart."""
    rows = db.session.execute(select(Person.school_id, func.count()).group_by(Person.school_id))
    return jsonify({str(school_id): count for school_id, count in rows})
