"""Requests that come fifty times, and records that cannot be stored, beside ones that can."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from flask import Flask

from tests.attendance.pages.conftest import grow
from tests.world import Caller, World

As = Callable[..., Caller]
Work = Callable[[str], None]
Count = Callable[[str], int]
Owner = psycopg.Connection[Any]
URL = "/api/v1/school/attendance"


@pytest.fixture
def pupils(founded: World, owner: Owner) -> list[str]:
    """The 500 of 7A."""
    grow(owner, founded, 498)
    rows = owner.execute(
        "SELECT person_id FROM enrolment WHERE section_id = %s AND role = 'student'",
        [founded.homeroom_7a],
    )
    return [str(row[0]) for row in rows.fetchall()]


def marking(school: World, pupils: list[str], **one: Any) -> dict[str, Any]:
    records = [{"student_id": each, "status": "ABSENT"} for each in pupils]
    return {
        "date": school.today.isoformat(),
        "section_id": str(school.homeroom_7a),
        "records": [*records[:-1], {**records[-1], **one}],
    }


@pytest.mark.parametrize(
    ("prefer", "success"), [({}, {202}), ({"Prefer": "wait=5"}, {200, 202})], ids=["job", "waiting"]
)
def test_fifty_tablets_that_send_the_same_have_one_effect_and_equal_answers(
    app: Flask,
    as_: As,
    founded: World,
    count: Count,
    work: Work,
    prefer: dict[str, str],
    success: set[int],
) -> None:
    headers = {**as_("tom").headers, **prefer, "Idempotency-Key": "monday-first-lesson"}
    body = marking(founded, [str(founded.pia), str(founded.paul)])

    def send(_: int) -> tuple[int, bytes]:
        answer = app.test_client().post(URL, json=body, headers=headers)
        return answer.status_code, b"" if answer.status_code == 409 else answer.data

    with ThreadPoolExecutor(10) as tablets:
        answers = set(tablets.map(send, range(50)))
    status, said = last = send(0)
    assert last in answers
    assert {status for status, _ in answers} <= success | {409}
    # in between, all may be told in the same words that the job is accepted
    assert len({status for status, _ in answers}) == len(answers)
    assert count("job") == 1
    if status == 202:
        work(json.loads(said)["job_id"])
    assert (count("student_attendance"), count("attendance_audit_log")) == (2, 2)


def test_of_five_hundred_one_that_became_impossible_is_reported_and_the_rest_is_stored(
    as_: As, founded: World, pupils: list[str], count: Count, work: Work, owner: Owner
) -> None:
    tom = as_("tom")
    job = tom.post(URL, json=marking(founded, pupils)).get_json()
    owner.execute("DELETE FROM person WHERE id = %s", [pupils[123]])
    work(job["job_id"])
    done = tom.get(job["status_url"]).get_json()
    assert (done["state"], done["counts"]["created"], done["counts"]["rejected"]) == (
        *("done", 499, 1),
    )
    [left] = tom.get(done["errors_url"]).get_json()["items"]
    assert (left["student_id"], left["error"]["code"]) == (pupils[123], "unknown_student")
    again = tom.post(f"{job['status_url']}/retry", json={}).get_json()
    assert (again["id"] != job["job_id"], again["total"]) == (True, 1)
    assert (count("student_attendance"), count("attendance_audit_log")) == (499, 499)


@pytest.mark.parametrize(
    ("field", "poison"),
    [
        ("remarks", "ill\x00"),
        ("remarks", "\ud800"),
        ("marked_at", "0001-01-01T00:00:00+14:00"),
        ("minutes_late", 40_000),
    ],
)
def test_what_the_database_itself_could_not_hold_never_gets_that_far(
    as_: As, founded: World, count: Count, field: str, poison: Any
) -> None:
    body = marking(founded, [str(founded.pia), str(founded.paul)], **{field: poison})
    refused = as_("tom").post(URL, json=body)
    assert refused.status_code == 422
    assert list(refused.get_json()["error"]["fields"]["records"]) == ["1"]
    assert list(refused.get_json()["error"]["fields"]["records"]["1"]) == [field]
    assert count("job") == 0
