"""Who is in a class is remembered where changes are heard of, and asked where they are not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from config import Config
from school_erp.extensions import db
from tests.conftest import other_apps
from tests.serving import listening
from tests.world import Caller, World

URL = "/api/v1/school/attendance"
Owner = psycopg.Connection[Any]


@pytest.fixture
def process(servers: Config) -> Iterator[Flask]:
    with other_apps(servers) as another_app:
        app = another_app()
        with listening(app, servers, prove_every=0.1):
            yield app


@pytest.fixture
def questions(process: Flask) -> Iterator[list[str]]:
    """What was asked about the students of classes."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "enrolment" in statement and "role = 'student'" in statement:
            asked.append(statement)

    with process.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    with process.app_context():
        event.remove(db.engine, "before_cursor_execute", note)


def marking(school: World, *students: Any) -> dict[str, Any]:
    return {
        "date": school.today.isoformat(),
        "section_id": str(school.homeroom_7a),
        "records": [{"student_id": str(each), "status": "ABSENT"} for each in students],
    }


def test_a_class_is_looked_up_once_and_whoever_leaves_it_is_refused_at_once(
    process: Flask, founded: World, owner: Owner, questions: list[str]
) -> None:
    ada, body = Caller(process, founded, "ada"), marking(founded, founded.pia)
    for _ in range(20):
        assert ada.post(URL, json=body).status_code == 202
    # again where something else was announced in that moment, as a school that has just begun is
    assert 1 <= len(questions) < 5
    owner.execute(
        "DELETE FROM enrolment WHERE section_id = %s AND person_id = %s",
        [founded.homeroom_7a, founded.pia],
    )
    until = time.monotonic() + 5
    while (answer := ada.post(URL, json=body)).status_code == 202:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert answer.status_code == 422
    [fault] = answer.get_json()["error"]["records"]
    assert fault["error"]["code"] == "not_enrolled"


def test_one_out_of_place_among_those_remembered_is_named_with_the_mark_that_stands(
    process: Flask, founded: World
) -> None:
    ada = Caller(process, founded, "ada")
    marked = ada.post(URL, json=marking(founded, founded.pia), headers={"Prefer": "wait=5"})
    assert marked.status_code == 200
    body = marking(founded, founded.pia, founded.sam)
    body["records"][0]["minutes_late"] = 5
    answer = ada.post(URL, json=body)
    assert answer.status_code == 422
    late, stranger = answer.get_json()["error"]["records"]
    assert (late["error"]["code"], late["mark"]["status"]) == ("not_late", "ABSENT")
    assert (stranger["student_id"], stranger["mark"]) == (str(founded.sam), None)
