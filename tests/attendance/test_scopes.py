"""Many classes marked at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.attendance.pages.conftest import grow
from tests.world import Caller, World

As = Callable[..., Caller]
Work = Callable[[str], None]
Count = Callable[[str], int]
Owner = psycopg.Connection[Any]
URL = "/api/v1/school/attendance"
SCOPES = f"{URL}/scopes"


def body(school: World, **said: Any) -> dict[str, Any]:
    return {
        "date": school.today.isoformat(),
        "scope": {"everyone": True},
        "period": 1,
        "default": {"status": "PRESENT"},
        **said,
    }


def marked(owner: Owner, school: World) -> dict[str, str]:
    names = {school.ids[who]: who for who in ("pia", "paul", "quinn")}
    rows = owner.execute("SELECT student_id, code FROM student_attendance").fetchall()
    return {names[student]: code for student, code in rows if student in names}


def test_the_office_marks_everyone_but_for_a_few_in_one_job(
    as_: As, founded: World, work: Work, owner: Owner
) -> None:
    olive = as_("olive")
    absent = [{"student_id": str(founded.quinn), "status": "LATE", "minutes_late": 9}]
    answer = olive.post(SCOPES, json=body(founded, exceptions=absent))
    assert answer.status_code == 202
    job = olive.get(answer.get_json()["status_url"]).get_json()
    assert (job["kind"], job["total"]) == ("attendance.scope", 3)
    work(job["id"])
    assert marked(owner, founded) == {"pia": "P", "paul": "P", "quinn": "L"}


@pytest.mark.parametrize(
    ("scope", "codes"),
    [
        ({"grade": "7"}, {"pia": "A", "paul": "P", "quinn": "P"}),
        ({"sections": ["homeroom_7a"]}, {"pia": "A", "paul": "P"}),
    ],
)
def test_blanks_alone_are_filled_where_one_asks_for_that(
    as_: As, founded: World, owner: Owner, scope: dict[str, Any], codes: dict[str, str]
) -> None:
    tom, olive = as_("tom"), as_("olive")
    tom.patch(f"{URL}/marks/{founded.pia}/{founded.today.isoformat()}/1", json={"status": "ABSENT"})
    if "sections" in scope:
        scope = {"sections": [str(founded.ids[name]) for name in scope["sections"]]}
    answer = olive.post(
        SCOPES, json=body(founded, scope=scope, only_blank=True), headers={"Prefer": "wait=5"}
    )
    assert answer.get_json()["counts"]["created"] == len(codes) - 1
    assert marked(owner, founded) == codes


def test_a_teacher_marks_classes_of_hers_and_no_others(
    as_: As, founded: World, count: Count
) -> None:
    tara = as_("tara")
    own, other = str(founded.homeroom_7b), str(founded.homeroom_7a)
    assert tara.post(SCOPES, json=body(founded, scope={"sections": [own]})).status_code == 202
    for scope in ({"sections": [own, other]}, {"grade": "7"}, {"everyone": True}):
        assert tara.post(SCOPES, json=body(founded, scope=scope)).status_code == 403
    assert as_("pia").post(SCOPES, json=body(founded)).status_code == 403
    assert count("job") == 1


def test_what_cannot_be_is_refused_with_its_reason_and_stores_nothing(
    as_: As, founded: World, elsewhere: World, count: Count, owner: Owner
) -> None:
    olive = as_("olive")
    pia, quinn = str(founded.pia), str(founded.quinn)
    seven_a = {"sections": [str(founded.homeroom_7a)]}
    foreign = {"sections": [str(elsewhere.homeroom_7a)]}
    maths = {"sections": [str(founded.maths_7a)]}
    tomorrow = (founded.today + dt.timedelta(days=1)).isoformat()
    long_ago = (founded.today - dt.timedelta(days=80)).isoformat()
    absent = {"status": "ABSENT"}
    stranger = {"student_id": str(elsewhere.pia), **absent}
    mixed = {"student_id": pia, "status": "PRESENT", "code": "A"}
    late = {"student_id": pia, "status": "LATE"}
    for wrong, code, about in (
        ({"date": tomorrow}, "future_date", None),
        ({"date": long_ago}, "outside_window", None),
        ({"scope": foreign}, "marking_refused", "unknown_section"),
        ({"scope": maths}, "marking_refused", "unknown_slot"),
        ({"period": 2}, "nobody_in_scope", None),
        ({"scope": {"grade": "12"}}, "nobody_in_scope", None),
        ({"exceptions": [stranger]}, "marking_refused", "not_in_scope"),
        ({"exceptions": [{"student_id": quinn, **absent}], "scope": seven_a}, "", "not_in_scope"),
        ({"exceptions": [{"student_id": pia, **absent}] * 2}, "", "duplicate_student"),
        ({"exceptions": [late, {"student_id": pia, **absent}]}, "", "conflicting_statuses"),
        ({"exceptions": [mixed]}, "marking_refused", "status_mismatch"),
        ({"default": {"code": "??"}}, "marking_refused", "unknown_code"),
        ({"default": {}}, "invalid", None),
        ({"scope": {}}, "invalid", None),
        ({"scope": {"everyone": False}}, "invalid", None),
        ({"scope": {"grade": "7", "everyone": True}}, "invalid", None),
    ):
        answer = olive.post(SCOPES, json=body(founded, **wrong))
        error = answer.get_json()["error"]
        assert answer.status_code == 422, wrong
        assert not code or error["code"] == code, wrong
        if about:
            assert {it["error"]["code"] for it in error["records"]} == {about}, wrong
    owner.execute(
        "INSERT INTO calendar_day (school_id, id, date, kind)"
        " VALUES (%s, gen_random_uuid(), %s, 'closure')",
        [founded.school_id, founded.today],
    )
    closed = olive.post(SCOPES, json=body(founded))
    assert closed.get_json()["error"]["code"] == "closed_day"
    assert count("job") == 0
    assert count("student_attendance") == 0


def test_five_hundred_take_one_step_and_no_more_statements_to_accept_than_two_classes(
    as_: As, founded: World, work: Work, owner: Owner, statements: list[str]
) -> None:
    olive = as_("olive")
    two = {"sections": [str(founded.homeroom_7a), str(founded.homeroom_7b)]}
    olive.post(SCOPES, json=body(founded, scope=two))
    del statements[:]
    olive.post(SCOPES, json=body(founded, scope=two))
    few = len(statements)
    grow(owner, founded, 497)
    del statements[:]
    accepted = olive.post(SCOPES, json=body(founded)).get_json()
    assert len(statements) <= few
    work(accepted["job_id"])
    assert olive.get(accepted["status_url"]).get_json()["done"] == 500
    steps = owner.execute("SELECT count(*) FROM job_chunk").fetchone()
    assert steps == (1,)
    grow(owner, founded, 4_501)
    refused = olive.post(SCOPES, json=body(founded))
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "too_many_records")
