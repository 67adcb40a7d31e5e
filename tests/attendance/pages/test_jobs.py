"""Bulk jobs on pages, without a script: marking many, files, and what becomes of them."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask

from config import Config
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.running import run_job
from tests.attendance.pages.conftest import grow
from tests.world import Visitor, World

Visiting = Callable[..., Visitor]
Work = Callable[[str], None]
Marks = Callable[[], dict[str, str]]
Count = Callable[[str], int]
BULK, UPLOAD, JOBS = "/attendance/bulk", "/attendance/upload", "/attendance/jobs"


def everyone(school: World, **typed: Any) -> dict[str, Any]:
    return {"date": school.today.isoformat(), "who": "everyone", "code": "P", **typed}


def job_at(answer: Any) -> str:
    assert answer.status_code == 302, answer.text
    job_id: str = answer.location.rpartition("/")[2]
    return job_id


def test_the_office_marks_everyone_with_an_exception_and_takes_it_back(
    visiting: Visiting, founded: World, marks: Marks, count: Count, work: Work
) -> None:
    olive = visiting("olive")
    assert "Nothing was marked in bulk yet" in olive.get(JOBS).text
    assert "Everyone who has a register then" in olive.get(BULK).text
    typed = everyone(founded)
    seen = olive.submit(BULK, typed)
    assert "3 students would be marked" in seen.text
    found = olive.submit(BULK, {**typed, "q": "pia", "intent": "find"}).text
    assert re.search(rf'value="add:{founded.pia}"', found)
    assert f'value="add:{founded.paul}"' not in found
    assert "Nobody of that name" in olive.submit(BULK, {**typed, "q": "zz", "intent": "find"}).text
    added = olive.submit(BULK, {**typed, "intent": f"add:{founded.pia}"}).text
    assert re.search(rf'name="exception-{founded.pia}".*?value="A" selected', added, re.S)
    chosen = {**typed, f"exception-{founded.pia}": "E", f"exception-{founded.paul}": "A"}
    fewer = olive.submit(BULK, {**chosen, "intent": f"remove:{founded.paul}"}).text
    assert f"exception-{founded.paul}" not in fewer
    assert "Mark 3 students" in fewer
    assert count("job") == 0
    del chosen[f"exception-{founded.paul}"]
    job_id = job_at(olive.submit(BULK, {**chosen, "intent": "go"}))
    assert "It waits for its turn" in olive.get(f"{JOBS}/{job_id}").text
    work(job_id)
    assert marks() == {"pia": "E", "paul": "P", "quinn": "P"}
    done = olive.get(f"{JOBS}/{job_id}").text
    assert "3 marks go back to what stood before." in done
    undo = job_at(olive.submit(f"{JOBS}/{job_id}/undo", {"reason": "Wrong day"}))
    work(undo)
    assert marks() == {}
    assert "This job was undone" in olive.get(f"{JOBS}/{job_id}").text
    again = olive.submit(f"{JOBS}/{job_id}/undo")
    assert again.location == f"{JOBS}/{job_id}"
    assert "already been undone" in olive.get(again.location).text
    listed = olive.get(f"{JOBS}?kind=attendance.scope").text.partition("<main")[2]
    assert job_id in listed
    assert undo not in listed
    assert "undone" in listed
    assert "No job like this" in olive.get(f"{JOBS}?state=failed").text


def test_present_in_the_afternoon_is_marked_as_that_whichever_slash_was_chosen(
    app: Flask, visiting: Visiting, world: World, servers: Config
) -> None:
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.DAILY, "england-2024", dt.date(2020, 1, 1), 2)
    olive = visiting("olive")
    choosing = olive.get(BULK).text
    assert "/ · Present in the morning" in choosing
    assert "\\ · Present in the afternoon" in choosing
    afternoon = everyone(world, period="2", code="/", **{f"exception-{world.pia}": "N"})
    seen = olive.submit(BULK, afternoon).text
    assert "2 Present in the afternoon" in seen
    assert "2 Present in the morning" not in seen
    job_id = job_at(olive.submit(BULK, {**afternoon, "intent": "go"}))
    with app.app_context():
        run_job(world.school_id, job_id)
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, false)", [str(world.school_id)])
        marks = owner.execute("SELECT slot, code FROM student_attendance").fetchall()
    assert sorted(marks) == [(2, "N"), (2, "\\"), (2, "\\")]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"who": "sections"}, "Choose at least one class."),
        ({"who": "grade"}, "Choose a grade."),
        ({"who": "grade", "grade": "12"}, "There is nobody to mark there."),
        ({"code": "Z"}, "Your school has no such code on this day."),
        ({"code": ""}, "This is needed."),
        ({"date": "2001-01-01"}, "further back than your school lets you mark"),
    ],
)
def test_a_choice_that_cannot_be_is_told_and_marks_nobody(
    visiting: Visiting, founded: World, count: Count, typed: dict[str, str], sentence: str
) -> None:
    olive = visiting("olive")
    for intent in ("look", "go"):
        answer = olive.submit(BULK, everyone(founded, intent=intent, **typed))
        if intent == "go" or answer.status_code != 200:
            assert answer.status_code == 422
        assert sentence in answer.text
    assert count("job") == 0


def test_a_teacher_chooses_among_her_own_classes_only(
    visiting: Visiting, founded: World, count: Count
) -> None:
    tara = visiting("tara")
    page = tara.get(BULK).text
    assert "7B" in page
    assert "7A" not in page
    assert "Everyone" not in page
    assert tara.submit(BULK, everyone(founded, intent="go")).status_code == 403
    other = everyone(founded, who="sections", sections=str(founded.homeroom_7a), intent="go")
    assert tara.submit(BULK, other).status_code == 403
    assert count("job") == 0


def test_a_locked_register_is_told_by_class_before_anything_happens(
    visiting: Visiting, founded: World, address: str, count: Count
) -> None:
    olive = visiting("olive")
    olive.submit(f"{address}/lock")
    page = olive.submit(BULK, everyone(founded)).text
    assert re.search(r"<strong>7A</strong>:\s*This register is locked\.", page)
    assert "(2 students)" in page
    assert 'value="go"' not in page
    assert count("job") == 0


def test_a_job_is_stopped_and_goes_on_by_its_buttons_and_nobody_else_s(
    visiting: Visiting, founded: World, work: Work, owner: Any, statements: list[str]
) -> None:
    olive, tara = visiting("olive"), visiting("tara")
    grow(owner, founded, 118)
    job_id = job_at(olive.submit(BULK, everyone(founded, intent="go")))
    page = f"{JOBS}/{job_id}"
    assert tara.get(page).status_code == 403
    for deed in ("cancellation", "continuation", "retry", "undo"):
        assert tara.submit(f"{page}/{deed}").status_code == 403
    olive.submit(f"{page}/cancellation")
    stopped = olive.get(page).text
    assert "Stopped" in stopped
    assert "121 students are left to be done." in stopped
    olive.submit(f"{page}/continuation")
    assert "This job has already finished." in olive.get(page).text
    owner.execute("CREATE TEMPORARY TABLE class_of_pia AS SELECT * FROM enrolment LIMIT 0")
    owner.execute(
        "INSERT INTO class_of_pia SELECT * FROM enrolment WHERE person_id = %s", [founded.pia]
    )
    owner.execute("DELETE FROM enrolment WHERE person_id = %s", [founded.pia])
    olive.submit(f"{page}/retry")
    work(job_id)
    del statements[:]
    done = olive.get(page).text
    assert len(statements) < 12
    assert "120 stored, 1 not stored." in done
    assert re.search(r"Pia Park.*?This student is not in this class on this day\.", done, re.S)
    assert "Try 1 again" in done
    owner.execute("INSERT INTO enrolment SELECT * FROM class_of_pia")
    again = job_at(olive.submit(f"{page}/retry"))
    work(again)
    assert "1 stored." in olive.get(f"{JOBS}/{again}").text
    assert owner.execute("SELECT count(*), max(version) FROM student_attendance").fetchone() == (
        *(121, 1),
    )


def test_a_list_follows_jobs_under_way_from_where_it_shows_them(
    visiting: Visiting, founded: World, owner: Any, work: Work
) -> None:
    olive = visiting("olive")
    done = job_at(olive.submit(BULK, everyone(founded, intent="go")))
    work(done)
    waiting = job_at(olive.submit(BULK, everyone(founded, intent="go", code="A")))
    owner.execute(
        "INSERT INTO realtime_room (school_id, room, seq) VALUES (%s, %s, 7)",
        [founded.school_id, f"job:{waiting}"],
    )
    page = olive.get(JOBS).text.partition("<main")[2]
    rooms = json.loads(page.partition("data-rooms='")[2].partition("'")[0])
    assert rooms[f"job:{waiting}"] == 7
    assert f"job:{done}" not in rooms


def test_a_file_is_chosen_seen_line_by_line_and_stored(
    visiting: Visiting, founded: World, marks: Marks, count: Count, work: Work
) -> None:
    olive = visiting("olive")
    assert olive.get(f"{UPLOAD}/template.csv").text.startswith("\ufeffdate,period,student")

    def choose(content: str) -> Any:
        return olive.submit(UPLOAD, {"file": (io.BytesIO(content.encode()), "marks.csv")})

    bad = choose("date,weather\n")
    assert bad.status_code == 422
    assert "We do not know the column weather." in bad.text
    today = founded.today
    seen_at = choose(
        f"date,student,status\n{today},X-pia,PRESENT\n{today},X-paul,ABSENT\n{today},X-zoe,LATE\n"
    ).location
    seen = olive.get(seen_at).text
    assert "We know nobody by “X-zoe”." in seen
    assert "Store 2 lines" in seen
    assert count("job") == 0
    fingerprint = re.search(r'name="fingerprint" value="(\w+)"', seen)
    assert fingerprint is not None
    sent = {"fingerprint": fingerprint[1]}
    assert olive.submit(seen_at, sent).location == seen_at
    assert "some lines have mistakes" in olive.get(seen_at).text
    assert visiting("ada").get(seen_at).location == UPLOAD
    work(job_at(olive.submit(seen_at, {**sent, "skip_rejected": "yes"})))
    assert marks() == {"pia": "P", "paul": "A"}
    assert olive.get(seen_at).location == UPLOAD
