"""Bulk jobs in people's hands: looked at, stopped, tried again, undone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from config import Config
from school_erp.attendance.actions import bulk
from tests.attendance.pages.conftest import grow
from tests.jobs.conftest import wait_for
from tests.world import Caller, World

As = Callable[..., Caller]
Work = Callable[[str], None]
Count = Callable[[str], int]
Owner = psycopg.Connection[Any]
URL = "/api/v1/school/attendance"
JOBS = f"{URL}/jobs"


@pytest.fixture
def pupils(founded: World, owner: Owner) -> list[str]:
    """The 120 of 7A, Pia and Paul among them."""
    grow(owner, founded, 118)
    rows = owner.execute(
        "SELECT person_id FROM enrolment WHERE section_id = %s AND role = 'student'"
        " ORDER BY person_id",
        [founded.homeroom_7a],
    )
    return [str(row[0]) for row in rows.fetchall()]


@pytest.fixture
def in_parts_of_fifty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "ONE_PART", 50)
    monkeypatch.setattr(bulk, "SMALLEST_PART", 50)


def marking(school: World, pupils: list[str], status: str = "PRESENT") -> dict[str, Any]:
    return {
        "date": school.today.isoformat(),
        "section_id": str(school.homeroom_7a),
        "records": [{"student_id": each, "status": status} for each in pupils],
    }


def begin(caller: Caller, school: World, pupils: list[str], status: str = "PRESENT") -> str:
    answer = caller.post(URL, json=marking(school, pupils, status))
    assert answer.status_code == 202, answer.text
    job_id: str = answer.get_json()["job_id"]
    return job_id


def looked_at(caller: Caller, job_id: str) -> dict[str, Any]:
    job: dict[str, Any] = caller.get(f"{JOBS}/{job_id}").get_json()
    return job


def codes(owner: Owner) -> dict[str, int]:
    rows = owner.execute("SELECT code, count(*) FROM student_attendance GROUP BY code")
    return dict(rows.fetchall())


def undo(caller: Caller, job_id: str, work: Work) -> dict[str, Any]:
    answer = caller.post(f"{JOBS}/{job_id}/undo", json={})
    assert answer.status_code == 202, answer.text
    work(answer.get_json()["job_id"])
    return looked_at(caller, answer.get_json()["job_id"])


def test_people_see_their_own_jobs_newest_first_and_the_office_all(
    as_: As, founded: World, work: Work, statements: list[str]
) -> None:
    tom, tara, olive = as_("tom"), as_("tara"), as_("olive")
    first = begin(tom, founded, [str(founded.pia)])
    second = begin(tom, founded, [str(founded.paul)], "ABSENT")
    work(first)
    assert tara.get(JOBS).get_json() == {"items": [], "next_cursor": None}
    assert tara.get(f"{JOBS}/{first}").status_code == 403
    assert [job["id"] for job in olive.get(JOBS).get_json()["items"]] == [second, first]
    page = tom.get(f"{JOBS}?limit=1").get_json()
    assert [job["id"] for job in page["items"]] == [second]
    following = tom.get(f"{JOBS}?limit=1&cursor={page['next_cursor']}").get_json()
    assert [job["id"] for job in following["items"]] == [first]
    assert following["next_cursor"] is None
    [done] = tom.get(f"{JOBS}?state=done&kind=attendance.mark").get_json()["items"]
    assert (done["id"], done["percent"], done["eta"]) == (first, 100, None)
    assert tom.get(f"{JOBS}?kind=attendance.undo").get_json()["items"] == []
    assert tom.get(f"{JOBS}?state=asleep").status_code == 422
    assert tom.get(f"{JOBS}?cursor=nowhere").status_code == 422
    del statements[:]
    tom.get(JOBS)
    assert (few := len(statements)) > 0
    for _ in range(4):
        begin(tom, founded, [str(founded.pia)])
    del statements[:]
    assert len(tom.get(JOBS).get_json()["items"]) == 6
    assert len(statements) == few


def test_what_was_not_stored_comes_in_pages_however_much_it_is(
    as_: As, founded: World, pupils: list[str], work: Work, statements: list[str]
) -> None:
    tom, olive = as_("tom"), as_("olive")
    job_id = begin(tom, founded, pupils)
    work(begin(olive, founded, pupils[:70], "ABSENT"))
    work(job_id)
    left, cursor = [], None
    for size in (30, 30, 10):
        del statements[:]
        asked = {"limit": 30} | ({"cursor": cursor} if cursor else {})
        page = tom.get(f"{JOBS}/{job_id}/errors", query_string=asked).get_json()
        assert len(statements) < 10
        assert len(page["items"]) == size
        left += page["items"]
        cursor = page["next_cursor"]
    assert cursor is None
    assert {record["student_id"] for record in left} == set(pupils[:70])
    assert {(it["outcome"], it["mark"]["status"]) for it in left} == {("kept", "ABSENT")}
    assert tom.get(f"{JOBS}/{job_id}/errors?cursor=nowhere").status_code == 422


def test_a_job_nobody_works_on_is_stopped_at_once_and_does_nothing(
    as_: As, founded: World, count: Count, work: Work
) -> None:
    tom = as_("tom")
    job_id = begin(tom, founded, [str(founded.pia)])
    assert as_("tara").post(f"{JOBS}/{job_id}/cancellation", json={}).status_code == 403
    stopped = tom.post(f"{JOBS}/{job_id}/cancellation", json={}).get_json()
    assert (stopped["state"], stopped["done"]) == ("cancelled", 0)
    work(job_id)
    assert count("student_attendance") == 0
    for again in (tom.post, tom.delete):
        refused = again(f"{JOBS}/{job_id}/cancellation", json={})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "job_finished")
    nothing = tom.post(f"{JOBS}/{job_id}/undo", json={})
    assert (nothing.status_code, nothing.get_json()["error"]["code"]) == (409, "nothing_to_undo")


@pytest.mark.usefixtures("in_parts_of_fifty")
def test_a_running_job_stops_after_its_part_and_goes_on_where_it_stopped(
    as_: As,
    founded: World,
    pupils: list[str],
    work: Work,
    count: Count,
    servers: Config,
    owner: Owner,
) -> None:
    olive = as_("olive")
    work(begin(olive, founded, pupils[:1]))
    job_id = begin(olive, founded, pupils)
    with (
        ThreadPoolExecutor(1) as worker,
        psycopg.connect(servers.owner_database_url) as in_the_way,
    ):
        in_the_way.execute(
            "SELECT set_config('app.school_id', %s, false)", [str(founded.school_id)]
        )
        in_the_way.execute("SELECT 1 FROM register FOR UPDATE")
        running = worker.submit(work, job_id)
        wait_for(lambda: looked_at(olive, job_id)["state"] == "running", 10)
        early = olive.post(f"{JOBS}/{job_id}/undo", json={})
        assert early.get_json()["error"]["code"] == "job_unfinished"
        assert olive.post(f"{JOBS}/{job_id}/retry", json={}).status_code == 409
        asked = olive.post(f"{JOBS}/{job_id}/cancellation", json={}).get_json()
        assert (asked["state"], asked["cancel_asked"]) == ("running", True)
        withdrawn = olive.delete(f"{JOBS}/{job_id}/cancellation", json={}).get_json()
        assert (withdrawn["state"], withdrawn["cancel_asked"]) == ("running", False)
        olive.post(f"{JOBS}/{job_id}/cancellation", json={})
        in_the_way.rollback()
        running.result(30)
    stopped = looked_at(olive, job_id)
    assert (stopped["state"], stopped["done"], stopped["percent"]) == ("cancelled", 50, 41)
    assert (stopped["counts"]["created"], stopped["counts"]["unchanged"]) == (49, 1)
    assert count("student_attendance") == 50
    again = olive.post(f"{JOBS}/{job_id}/retry", json={}).get_json()
    assert (again["state"], again["done"], again["attempts"]) == ("queued", 50, 0)
    work(job_id)
    done = looked_at(olive, job_id)
    assert (done["state"], done["done"], done["counts"]["created"]) == ("done", 120, 119)
    assert count("attendance_audit_log") == 120
    assert owner.execute("SELECT max(version) FROM student_attendance").fetchone() == (1,)
    complete = olive.post(f"{JOBS}/{job_id}/retry", json={})
    assert complete.get_json()["error"]["code"] == "job_complete"


def test_a_job_that_failed_for_good_says_why_and_can_be_tried_again(
    as_: As,
    founded: World,
    work: Work,
    count: Count,
    owner: Owner,
) -> None:
    tom = as_("tom")
    job_id = begin(tom, founded, [str(founded.pia)])
    owner.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM attendance_settings")
    owner.execute("DELETE FROM attendance_settings")
    for _ in range(3):
        owner.execute("UPDATE job SET run_after = now()")
        work(job_id)
    failed = looked_at(tom, job_id)
    assert (failed["state"], failed["attempts"]) == ("failed", 3)
    assert "has not yet chosen how it takes attendance" in failed["failure"]
    owner.execute("INSERT INTO attendance_settings SELECT * FROM kept")
    assert tom.post(f"{JOBS}/{job_id}/retry", json={}).get_json()["failure"] is None
    work(job_id)
    assert looked_at(tom, job_id)["state"] == "done"
    assert count("attendance_audit_log") == 1


def test_undoing_brings_back_what_stood_and_leaves_what_was_changed_since(
    as_: As,
    founded: World,
    pupils: list[str],
    work: Work,
    count: Count,
    owner: Owner,
) -> None:
    tom, cora = as_("tom"), as_("cora")
    work(begin(cora, founded, pupils[:40], "ABSENT"))
    before = owner.execute(
        "SELECT student_id, code, source, marked_by FROM student_attendance ORDER BY 1"
    ).fetchall()
    job_id = begin(tom, founded, pupils)
    work(job_id)
    day = founded.today.isoformat()
    touched = f"{URL}/marks/{pupils[0]}/{day}/1"
    assert cora.patch(touched, json={"status": "LATE", "minutes_late": 3}).status_code == 200
    undone = undo(tom, job_id, work)
    assert (undone["kind"], undone["state"], undone["undoes"]) == (
        "attendance.undo",
        "done",
        job_id,
    )
    assert {name: number for name, number in undone["counts"].items() if number} == {
        "changed": 119,
        "kept": 1,
    }
    after = owner.execute(
        "SELECT student_id, code, source, marked_by FROM student_attendance ORDER BY 1"
    ).fetchall()
    assert after[1:] == before[1:]
    assert (str(after[0][0]), after[0][1]) == (pupils[0], "L")
    [left] = tom.get(undone["errors_url"]).get_json()["items"]
    assert (left["student_id"], left["outcome"], left["mark"]["code"]) == (pupils[0], "kept", "L")
    removed = owner.execute(
        "SELECT count(*), min(before ->> 'code'), min(reason) FROM attendance_audit_log"
        " WHERE after IS NULL AND job_id = %s AND actor_name = 'Tom Tanner'",
        [undone["id"]],
    ).fetchone()
    assert removed == (80, "P", "Undone as a whole")
    assert looked_at(tom, job_id)["undone_by"] == undone["id"]
    for how in ("undo", "retry"):
        twice = tom.post(f"{JOBS}/{job_id}/{how}", json={})
        assert (twice.status_code, twice.get_json()["error"]["code"]) == (409, "already_undone")
    assert count("job") == 3
    redone = undo(tom, undone["id"], work)
    assert (redone["counts"]["created"], redone["counts"]["changed"]) == (80, 39)
    assert codes(owner) == {"P": 119, "L": 1}
    assert count("attendance_audit_log") == 40 + 120 + 1 + 119 + 119


def test_undoing_keeps_to_the_rules_of_marking(
    as_: As,
    founded: World,
    work: Work,
    owner: Owner,
) -> None:
    tom, olive = as_("tom"), as_("olive")
    job_id = begin(tom, founded, [str(founded.pia), str(founded.paul)])
    work(job_id)
    assert as_("tara").post(f"{JOBS}/{job_id}/undo", json={}).status_code == 403
    place = f"{URL}/registers/{founded.homeroom_7a}/{founded.today.isoformat()}/1"
    olive.put(f"{place}/lock", json={})
    locked = undo(olive, job_id, work)
    assert locked["counts"]["rejected"] == 2
    assert {it["error"]["code"] for it in locked["records"]} == {"register_locked"}
    assert codes(owner) == {"P": 2}


def test_an_undo_sends_as_many_statements_for_a_hundred_as_for_one(
    as_: As, founded: World, pupils: list[str], work: Work, statements: list[str]
) -> None:
    olive, sent = as_("olive"), []
    for some in (pupils[:1], pupils[10:50]):
        job_id = begin(olive, founded, some)
        work(job_id)
        del statements[:]
        undo(olive, job_id, work)
        sent.append(len(statements))
    assert sent[0] == sent[1]


def test_a_single_slip_is_taken_away_again(
    as_: As,
    founded: World,
    count: Count,
    audited: Callable[[], list[Any]],
    owner: Owner,
) -> None:
    tom, olive = as_("tom"), as_("olive")
    mark = f"{URL}/marks/{founded.pia}/{founded.today.isoformat()}/1"
    assert tom.delete(mark, json={}).get_json()["outcome"] == "unchanged"
    tom.patch(mark, json={"status": "ABSENT"})
    stale = tom.delete(mark, json={"base_version": 7}).get_json()
    assert (stale["outcome"], stale["mark"]["code"]) == ("conflict", "A")
    assert as_("tara").delete(mark, json={}).get_json()["error"]["code"] == "not_your_class"
    gone = tom.delete(mark, json={"base_version": 1, "reason": "Wrong child"}).get_json()
    assert (gone["outcome"], gone["mark"]) == ("changed", None)
    assert count("student_attendance") == 0
    assert owner.execute("SELECT taken_by, taken_at, state FROM register").fetchone() == (
        None,
        None,
        "open",
    )
    last = audited()[-1]
    assert (last.before["code"], last.after, last.reason) == ("A", None, "Wrong child")
    olive.patch(mark, json={"status": "EXCUSED"})
    assert tom.delete(mark, json={}).get_json()["outcome"] == "kept"
    tom.put(
        f"{URL}/registers/{founded.homeroom_7a}/{founded.today.isoformat()}/1/submission", json={}
    )
    silent = olive.delete(mark, json={})
    assert silent.get_json()["error"]["code"] == "reason_needed"
    assert count("student_attendance") == 1
