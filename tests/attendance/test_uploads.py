"""Marks from a file: seen first, then stored as a job."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from school_erp.attendance.models import AuditEntry
from tests.attendance.pages.conftest import grow
from tests.world import Caller, World

As = Callable[..., Caller]
Work = Callable[[str], None]
Count = Callable[[str], int]
Owner = psycopg.Connection[Any]
URL = "/api/v1/school/attendance"
UPLOADS = f"{URL}/uploads"


def send(caller: Caller, content: str | bytes, **asked: Any) -> Any:
    sent = content.encode() if isinstance(content, str) else content
    return caller.post(UPLOADS, data=sent, content_type="text/csv", query_string=asked)


def look(caller: Caller, content: str) -> dict[str, Any]:
    answer = send(caller, content)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.get_json()
    return report


def confirm(caller: Caller, content: str, **asked: Any) -> Any:
    return send(
        caller, content, dry_run=False, fingerprint=look(caller, content)["fingerprint"], **asked
    )


def marks(owner: Owner, school: World) -> dict[tuple[str, int], tuple[str, int]]:
    names = {school.ids[who]: who for who in ("pia", "paul", "quinn")}
    rows = owner.execute("SELECT student_id, date, code, source FROM student_attendance")
    return {(names[who], (school.today - day).days): (c, s) for who, day, c, s in rows.fetchall()}


def test_a_file_of_several_days_is_seen_first_and_then_stored_as_a_job(
    as_: As, founded: World, work: Work, count: Count, owner: Owner
) -> None:
    olive, today = as_("olive"), founded.today
    yesterday = today - dt.timedelta(days=1)
    as_("tom").patch(f"{URL}/marks/{founded.pia}/{today}/1", json={"status": "PRESENT"})
    sheet = (
        "\ufeffDate;Student;Section;Status;Code;Minutes late;Remarks\r\n"
        f"{today};X-pia;7A;absent;;;\r\n"
        f"{today};{founded.paul};;late;;12;Bus\r\n"
        f"{yesterday};X-quinn;7b;;E;;Dentist\r\n"
    )
    seen = look(olive, sheet)
    assert (seen["delimiter"], seen["lines"], seen["mistakes"]) == ("semicolon", 3, [])
    assert [(it["line"], it["name"], it["outcome"], it["code"]) for it in seen["records"]] == [
        (4, "Quinn Quist", "created", "E"),
        (2, "Pia Park", "kept", "P"),
        (3, "Paul Pavlov", "created", "L"),
    ]
    assert count("job") == 0
    accepted = confirm(olive, sheet)
    assert accepted.status_code == 202
    assert count("student_attendance") == 1
    work(accepted.get_json()["job_id"])
    job = olive.get(accepted.get_json()["status_url"]).get_json()
    assert (job["kind"], job["state"], job["total"]) == ("attendance.import", "done", 3)
    assert {(it["date"], it["slot"]) for it in job["records"]} == {
        (today.isoformat(), 1),
        (yesterday.isoformat(), 1),
    }
    assert marks(owner, founded) == {
        ("pia", 0): ("P", 4),
        ("paul", 0): ("L", 2),
        ("quinn", 1): ("E", 2),
    }
    undo = olive.post(f"{URL}/jobs/{job['id']}/undo", json={}, headers={"Prefer": "wait=5"})
    assert undo.get_json()["counts"]["changed"] == 2
    assert marks(owner, founded) == {("pia", 0): ("P", 4)}


def test_each_bad_line_says_where_and_why_and_stops_the_file_unless_left_out(
    as_: As, founded: World, elsewhere: World, count: Count, owner: Owner
) -> None:
    tom, today = as_("tom"), founded.today
    owner.execute("UPDATE attendance_settings SET daily_sessions = 2")
    long_ago = today - dt.timedelta(days=40)
    tomorrow = today + dt.timedelta(days=1)
    sheet = (
        "date,period,student,section,status,code,minutes_late,remarks\n"
        f"{today},1,X-pia,7A,PRESENT,,,\n"
        f"{today},1,X-nobody,7A,PRESENT,,,\n"
        f"{today},1,{elsewhere.pia},7A,PRESENT,,,\n"
        f"{today},1,{founded.paul},7Z,PRESENT,,,\n"
        f"{today},1,X-quinn,7B,PRESENT,,,\n"
        f"{today},2,X-quinn,7A,PRESENT,,,\n"
        f"{tomorrow},1,X-pia,7A,PRESENT,,,\n"
        f"{long_ago},1,X-pia,7A,PRESENT,,,\n"
        f"{today},,X-pia,7A,PRESENT,,,\n"
        f"{today},9,X-pia,7A,PRESENT,,,\n"
        f"{today},x,X-pia,7A,PRESENT,,,\n"
        f"{today},1,X-pia,7A,PRESENT,,,\n"
        f"{today},2,X-pia,7A,PRESENT,,,\n"
        f"{today},2,X-pia,7A,ABSENT,,,\n"
        f"{today},2,X-paul,7A,PRESENT,A,,\n"
        f"{today},PM,X-tom,7A,PRESENT,,,\n"
        f"{today},1,X-sam,,PRESENT,,,\n"
        f"{today},1,X-paul,7A,,,,\n"
        f"{today},1,X-paul,7A,HERE,,,\n"
        f"{today},1,X-paul,7A,PRESENT,,7,\n"
        f"{today},1,X-paul,7A,LATE,,many,\n"
        "21/11/2026,1,X-paul,7A,PRESENT,,,\n"
        f"{today},1,,7A,PRESENT,,,\n"
        f"{today},1,X-paul,7A,PRESENT,,,,too many\n"
    )
    seen = look(tom, sheet)
    assert [(it["line"], it["column"], it["code"]) for it in seen["mistakes"]] == [
        (3, "student", "unknown_student"),
        (4, "student", "unknown_student"),
        (5, "section", "unknown_section"),
        (6, "", "not_your_class"),
        (7, "", "not_enrolled"),
        (8, "", "future_date"),
        (9, "", "outside_window"),
        (10, "period", "period_needed"),
        (11, "", "unknown_slot"),
        (12, "period", "invalid"),
        (13, "student", "duplicate_student"),
        (14, "", "conflicting_lines"),
        (15, "", "conflicting_lines"),
        (16, "", "status_mismatch"),
        (17, "", "not_enrolled"),
        (18, "", "no_class_then"),
        (19, "status", "invalid"),
        (20, "status", "invalid"),
        (21, "", "not_late"),
        (22, "minutes_late", "invalid"),
        (23, "date", "invalid"),
        (24, "student", "invalid"),
        (25, "", "uneven_line"),
    ]
    assert all(it["message"].endswith(".") for it in seen["mistakes"])
    assert seen["counts"]["created"] == 1
    assert seen["counts"]["rejected"] == 23
    refused = confirm(tom, sheet)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "lines_rejected")
    assert len(refused.get_json()["error"]["records"]) == 23
    assert (count("job"), count("student_attendance")) == (0, 0)
    assert confirm(tom, sheet, skip_rejected=True).status_code == 202


def test_a_submitted_register_is_filled_from_a_file_with_a_reason(
    as_: As, founded: World, work: Work, owner: Owner, audited: Callable[[], list[AuditEntry]]
) -> None:
    olive, tom, today = as_("olive"), as_("tom"), founded.today
    tom.patch(f"{URL}/marks/{founded.pia}/{today}/1", json={"status": "PRESENT"})
    place = f"{URL}/registers/{founded.homeroom_7a}/{today}/1/submission"
    assert tom.put(place, json={}).status_code == 200
    sheet = f"date,student,status\n{today},X-pia,ABSENT\n{today},X-paul,ABSENT\n"
    assert [it["code"] for it in look(olive, sheet)["mistakes"]] == ["reason_needed"] * 2
    asked = {"reason": "The trip's paper list"}
    seen = send(olive, sheet, **asked).get_json()
    assert [it["outcome"] for it in seen["records"]] == ["kept", "created"]
    accepted = send(olive, sheet, dry_run=False, fingerprint=seen["fingerprint"], **asked)
    work(accepted.get_json()["job_id"])
    assert marks(owner, founded) == {("pia", 0): ("P", 4), ("paul", 0): ("A", 2)}
    assert audited()[-1].reason == "The trip's paper list"


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        ("", 422, "The file is empty."),
        ("date,status\n2026-11-02,PRESENT\n", 422, "The column student is missing."),
        ("student,status\nX-pia,PRESENT\n", 422, "The column date is missing."),
        ("date,student\n2026-11-02,X-pia\n", 422, "There must be a column status"),
        ("date,student,external_id,status\n2026-11-02,X,Y,PRESENT\n", 422, "say the same"),
        ("date,student,status,weather\n2026-11-02,X,PRESENT,rain\n", 422, "column weather"),
        ("date,student,status\n", 422, "no lines below it"),
        ("PK\x03\x04", 422, "CSV UTF-8"),
        ("date,student,status\n" + "2026-11-02,X-pia,PRESENT\n" * 5_001, 413, "5,000 lines"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    as_: As, founded: World, count: Count, content: str, status: int, sentence: str
) -> None:
    answer = send(as_("olive"), content)
    assert answer.status_code == status
    assert sentence in answer.get_json()["error"]["message"]
    assert count("job") == 0


def test_a_file_is_stored_only_as_it_was_seen(as_: As, founded: World, count: Count) -> None:
    olive = as_("olive")
    sheet = f"date,student,status\n{founded.today},X-pia,PRESENT\n"
    unseen = send(olive, sheet, dry_run=False)
    assert "fingerprint" in unseen.get_json()["error"]["fields"]
    other = look(olive, sheet.replace("pia", "paul"))["fingerprint"]
    stale = send(olive, sheet, dry_run=False, fingerprint=other)
    assert (stale.status_code, stale.get_json()["error"]["code"]) == (409, "report_out_of_date")
    assert count("job") == 0
    assert send(as_("pia"), sheet).status_code == 403


def test_a_file_of_hundreds_asks_no_more_than_one_of_two(
    as_: As, founded: World, work: Work, owner: Owner, statements: list[str]
) -> None:
    olive = as_("olive")
    grow(owner, founded, 498)
    owner.execute("UPDATE person SET external_id = 'N' || id WHERE given_name = 'Pupil'")
    rows = owner.execute("SELECT external_id FROM person WHERE given_name = 'Pupil'").fetchall()
    lines = [f"{founded.today},{number},PRESENT\n" for (number,) in rows]
    sent = []
    for some in (lines[:2], lines):
        del statements[:]
        accepted = confirm(olive, "date,external_id,status\n" + "".join(some))
        sent.append(len(statements))
    assert sent[0] == sent[1]
    work(accepted.get_json()["job_id"])
    job = olive.get(accepted.get_json()["status_url"]).get_json()
    assert job["counts"]["created"] == 498
    assert owner.execute("SELECT count(*) FROM job_chunk").fetchone() == (1,)
