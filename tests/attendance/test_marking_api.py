from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.attendance.pages.conftest import grow
from tests.world import Caller, World

As = Callable[..., Caller]
Count = Callable[[str], int]
Work = Callable[[str], None]
URL = "/api/v1/school/attendance"


def body_of(school: World, **said: str) -> dict[str, Any]:
    return {
        "date": school.today.isoformat(),
        "section_id": str(school.homeroom_7a),
        "records": [
            {"student_id": str(school.ids[who]), "status": status} for who, status in said.items()
        ],
    }


def test_a_class_marked_while_she_waits_comes_back_with_its_results(
    as_: As, founded: World, count: Count
) -> None:
    answer = as_("tom").post(
        URL, json=body_of(founded, pia="PRESENT", paul="ABSENT"), headers={"Prefer": "wait=5"}
    )
    assert answer.status_code == 200
    job = answer.get_json()
    assert (job["state"], job["done"], job["percent"]) == ("done", 2, 100)
    assert [record["outcome"] for record in job["records"]] == ["created", "created"]
    assert count("student_attendance") == 2


def test_a_bulk_job_is_accepted_and_run_by_a_worker(
    as_: As, founded: World, count: Count, work: Work
) -> None:
    tom = as_("tom")
    answer = tom.post(URL, json=body_of(founded, pia="PRESENT"))
    assert answer.status_code == 202
    accepted = answer.get_json()
    assert accepted["events_room"] == f"job:{accepted['job_id']}"
    assert count("student_attendance") == 0
    work(accepted["job_id"])
    done = tom.get(accepted["status_url"]).get_json()
    assert (done["state"], done["counts"]["created"]) == ("done", 1)


def test_a_job_run_twice_marks_once(as_: As, founded: World, count: Count, work: Work) -> None:
    job_id = as_("tom").post(URL, json=body_of(founded, pia="ABSENT")).get_json()["job_id"]
    work(job_id)
    work(job_id)
    assert count("attendance_audit_log") == 1


def test_a_class_marked_while_she_waits_can_be_undone_like_any_job(
    as_: As, founded: World, count: Count
) -> None:
    tom, wait = as_("tom"), {"Prefer": "wait=5"}
    job = tom.post(URL, json=body_of(founded, pia="ABSENT"), headers=wait).get_json()
    assert tom.get(f"{URL}/jobs/{job['id']}").get_json() == job
    undone = tom.post(f"{URL}/jobs/{job['id']}/undo", json={}, headers=wait).get_json()
    assert (undone["state"], count("student_attendance")) == ("done", 0)


@pytest.mark.parametrize("prefer", [{}, {"Prefer": "wait=2"}])
def test_the_same_key_makes_one_job(
    as_: As, founded: World, count: Count, prefer: dict[str, str]
) -> None:
    tom = as_("tom")
    headers = {"Idempotency-Key": "monday-first", **prefer}
    first = tom.post(URL, json=body_of(founded, pia="PRESENT"), headers=headers)
    again = tom.post(URL, json=body_of(founded, pia="PRESENT"), headers=headers)
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count("job") == 1


@pytest.mark.parametrize("prefer", [{}, {"Prefer": "wait=2"}])
def test_a_bad_record_refuses_the_whole_request_and_names_it(
    as_: As, founded: World, count: Count, prefer: dict[str, str]
) -> None:
    body = body_of(founded, pia="PRESENT", quinn="ABSENT")
    answer = as_("tom").post(URL, json=body, headers=prefer)
    assert answer.status_code == 422
    error = answer.get_json()["error"]
    assert [(record["student_id"], record["error"]["code"]) for record in error["records"]] == [
        (str(founded.quinn), "not_enrolled")
    ]
    kept = ("job", "student_attendance", "attendance_audit_log", "realtime_event")
    assert [count(table) for table in kept] == [0, 0, 0, 0]


@pytest.mark.parametrize("records", [0, 5_001])
def test_none_and_more_than_five_thousand_are_refused_in_a_sentence(
    as_: As, founded: World, count: Count, records: int
) -> None:
    record = {"student_id": str(founded.pia), "status": "PRESENT"}
    answer = as_("tom").post(URL, json=body_of(founded) | {"records": [record] * records})
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"], list(error["fields"])) == (
        422,
        "invalid",
        ["records"],
    )
    [sentence] = error["fields"]["records"]
    assert sentence == ("At most 5000 at once." if records else "This may not be empty.")
    assert count("job") == 0


@pytest.mark.parametrize("prefer", ["wait=1", "wait=0", "respond-async", "wait=soon"])
def test_whoever_cannot_be_answered_in_time_is_told_where_to_look(
    as_: As, founded: World, owner: psycopg.Connection[Any], count: Count, prefer: str
) -> None:
    """More than two hundred go to a worker, and here is none."""
    grow(owner, founded, 199)
    rows = owner.execute(
        "SELECT person_id FROM enrolment WHERE section_id = %s AND role = 'student'",
        [founded.homeroom_7a],
    ).fetchall()
    records = [{"student_id": str(each), "status": "PRESENT"} for (each,) in rows]
    assert len(records) == 201
    body = body_of(founded) | {"records": records}
    answer = as_("tom").post(URL, json=body, headers={"Prefer": prefer})
    assert answer.status_code == 202
    assert answer.headers["Location"] == answer.get_json()["status_url"]
    assert (count("job"), count("student_attendance")) == (1, 0)


def test_a_class_costs_the_same_statements_however_many_are_in_it(
    as_: As, founded: World, owner: psycopg.Connection[Any], statements: list[str]
) -> None:
    grow(owner, founded, 60)
    rows = owner.execute(
        "SELECT person_id FROM enrolment WHERE section_id = %s AND role = 'student'",
        [founded.homeroom_7a],
    ).fetchall()
    pupils, tom, sent = [str(each) for (each,) in rows], as_("tom"), []
    for some in (pupils[:1], pupils[:2], pupils[2:]):
        records = [{"student_id": each, "status": "ABSENT"} for each in some]
        del statements[:]
        body = body_of(founded) | {"records": records}
        assert tom.post(URL, json=body, headers={"Prefer": "wait=5"}).status_code == 200
        sent.append(len(statements))
    assert sent[1] == sent[2], sent


@pytest.mark.parametrize("table", ["attendance_audit_log", "realtime_event", "register"])
@pytest.mark.parametrize("waits", [True, False])
def test_marks_are_stored_with_all_that_belongs_to_them_or_not_at_all(
    as_: As,
    founded: World,
    owner: psycopg.Connection[Any],
    count: Count,
    work: Work,
    table: str,
    waits: bool,
) -> None:
    tom, body = as_("tom"), body_of(founded, pia="ABSENT", paul="PRESENT")
    job_id = "" if waits else tom.post(URL, json=body).get_json()["job_id"]
    kept = ("student_attendance", "attendance_audit_log", "realtime_event", "message", "register")
    before = [count(each) for each in kept]
    owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT full_up CHECK (false) NOT VALID")
    try:
        if waits:
            failed = tom.post(URL, json=body, headers={"Prefer": "wait=5"})
            assert failed.status_code == 409
        else:
            work(job_id)
    finally:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT full_up")
    assert [count(each) for each in kept] == before
    assert count("job") == (0 if waits else 1)


def test_another_school_s_class_is_unknown(as_: As, founded: World, elsewhere: World) -> None:
    body = {**body_of(founded, pia="PRESENT"), "section_id": str(elsewhere.homeroom_7a)}
    answer = as_("ada").post(URL, json={**body, "period": 1})
    assert answer.status_code == 422
    assert answer.get_json()["error"]["records"][0]["error"]["code"] == "unknown_section"


def test_a_register_is_taken_submitted_and_corrected_with_a_reason(as_: As, founded: World) -> None:
    tom = as_("tom")
    day = founded.today.isoformat()
    place = f"{URL}/registers/{founded.homeroom_7a}/{day}/1"
    assert [student["mark"] for student in tom.get(place).get_json()["students"]] == [None, None]
    tom.post(URL, json=body_of(founded, pia="PRESENT", paul="ABSENT"), headers={"Prefer": "wait=5"})
    assert tom.put(f"{place}/submission", json={}).get_json()["state"] == "submitted"
    mark = f"{URL}/marks/{founded.paul}/{day}/1"
    refused = tom.patch(mark, json={"status": "LATE", "minutes_late": 7})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "reason_needed")
    late = tom.patch(mark, json={"status": "LATE", "minutes_late": 7, "reason": "Came at 9:07"})
    assert (late.status_code, late.get_json()["outcome"]) == (200, "changed")
    assert late.get_json()["mark"]["minutes_late"] == 7


def test_the_office_sees_every_register_and_a_teacher_her_own(as_: As, founded: World) -> None:
    names = lambda who: [  # noqa: E731
        register["name"] for register in as_(who).get(f"{URL}/registers").get_json()["items"]
    ]
    assert names("olive") == ["7A", "7B"]
    assert names("tara") == ["7B"]


def test_another_teacher_s_register_is_forbidden_and_another_school_s_unknown(
    as_: As, founded: World, elsewhere: World
) -> None:
    tara, day = as_("tara"), founded.today.isoformat()
    assert tara.get(f"{URL}/registers/{founded.homeroom_7a}/{day}/1").status_code == 403
    assert tara.get(f"{URL}/registers/{elsewhere.homeroom_7a}/{day}/1").status_code == 404


def test_only_the_office_locks_and_a_locked_register_stays_as_it_is(
    as_: As, founded: World
) -> None:
    day = founded.today.isoformat()
    place = f"{URL}/registers/{founded.homeroom_7a}/{day}/1"
    assert as_("tom").put(f"{place}/lock", json={}).status_code == 403
    assert as_("olive").put(f"{place}/lock", json={}).get_json()["state"] == "locked"
    answer = as_("tom").post(URL, json=body_of(founded, pia="PRESENT"))
    assert answer.get_json()["error"]["records"][0]["error"]["code"] == "register_locked"


def test_a_job_names_the_records_it_did_not_store(as_: As, founded: World, work: Work) -> None:
    tom = as_("tom")
    job = tom.post(URL, json=body_of(founded, pia="ABSENT", paul="PRESENT")).get_json()
    as_("olive").patch(
        f"{URL}/marks/{founded.pia}/{founded.today.isoformat()}/1", json={"status": "EXCUSED"}
    )
    work(job["job_id"])
    shown = tom.get(job["status_url"]).get_json()
    [left] = tom.get(shown["errors_url"]).get_json()["items"]
    assert (left["student_id"], left["outcome"]) == (str(founded.pia), "kept")
    assert left["mark"]["status"] == "EXCUSED"
    assert as_("tara").get(shown["errors_url"]).status_code == 403


def test_whatever_is_wrong_with_a_record_is_named_and_nothing_else_is_stored(
    as_: As, founded: World, elsewhere: World, count: Count, owner: psycopg.Connection[Any]
) -> None:
    callers = {who: as_(who) for who in ("tom", "tara", "olive")}
    pia, paul = str(founded.pia), str(founded.paul)
    body = body_of(founded, pia="PRESENT")
    good = {"student_id": paul, "status": "PRESENT"}

    def refused(who: str, wrong: dict[str, Any], *codes: str) -> None:
        answer = callers[who].post(URL, json={**body, "period": 1, **wrong})
        error = answer.get_json()["error"]
        assert answer.status_code == 422, wrong
        told = [(it["student_id"], it["error"]["code"]) for it in error.get("records", [])]
        assert [code for _who, code in told] == list(codes), wrong
        assert all(it["error"]["message"].endswith(".") for it in error.get("records", []))
        assert paul not in dict(told), wrong

    def records(*wrong: dict[str, Any]) -> dict[str, Any]:
        return {"records": [{"student_id": pia, **each} for each in wrong] + [good]}

    def on(days: int) -> dict[str, Any]:
        return {"date": (founded.today + dt.timedelta(days=days)).isoformat()}

    present, absent = {"status": "PRESENT"}, {"status": "ABSENT"}
    refused("tom", on(1), "future_date")
    refused("tom", on(-40), "outside_window")
    refused("olive", on(-400), "outside_window")
    refused("tara", {}, "not_your_class")
    refused("tom", {"section_id": str(elsewhere.homeroom_7a)}, "unknown_section")
    refused("tom", {"period": 2}, "unknown_slot")
    for stranger in (founded.quinn, founded.tom):
        refused("tom", records({"student_id": str(stranger), **present}), "not_enrolled")
    for nobody in (elsewhere.pia, founded.year):
        refused("tom", records({"student_id": str(nobody), **present}), "unknown_student")
    refused("tom", records(present, present), "duplicate_student")
    refused("tom", records(present, absent), "conflicting_statuses")
    refused("tom", records({"status": "PRESENT", "code": "A"}), "status_mismatch")
    refused("tom", records({"code": "??"}), "unknown_code")
    refused("tom", records({**present, "minutes_late": 3}), "not_late")
    for empty in ({"records": []}, {"records": [good] * 5_001}, records({})):
        refused("tom", empty)
    owner.execute(
        "INSERT INTO calendar_day (school_id, id, date, kind)"
        " VALUES (%s, gen_random_uuid(), %s, 'closure')",
        [founded.school_id, founded.today - dt.timedelta(days=1)],
    )
    refused("tom", on(-1), "closed_day")
    day = founded.today.isoformat()
    callers["olive"].put(f"{URL}/registers/{founded.homeroom_7a}/{day}/1/lock", json={})
    refused("tom", {}, "register_locked")
    assert (count("job"), count("student_attendance"), count("attendance_audit_log")) == (0, 0, 1)
