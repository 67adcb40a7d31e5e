"""Marks that a device kept, sent once it is in reach: again, together with others, or late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from school_erp.attendance.models import AuditEntry
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from tests.attendance.pages.conftest import grow
from tests.world import TIMEZONE, Caller, World

As = Callable[..., Caller]
Owner = psycopg.Connection[Any]
URL = "/api/v1/school/attendance"


def operation(world: World, who: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "date": world.today.isoformat(),
        "section_id": str(world.homeroom_7a),
        "period": 1,
        "student_id": str(world.ids[who]),
        "status": status,
        "base_version": 0,
        "marked_at": (now() - dt.timedelta(minutes=1)).isoformat(),
        **more,
    }


def taken_back(world: World, who: str, base_version: int) -> dict[str, Any]:
    said = operation(world, who, "", code="", base_version=base_version)
    del said["status"]
    return said


def send(caller: Caller, *operations: dict[str, Any]) -> list[dict[str, Any]]:
    answer = caller.post(f"{URL}/operations", json={"operations": operations})
    assert answer.status_code == 200, answer.get_json()
    told: list[dict[str, Any]] = answer.get_json()["operations"]
    return told


def test_an_operation_sent_again_in_any_company_does_nothing_and_is_answered_the_same(
    as_: As, founded: World, count: Callable[[str], int]
) -> None:
    tom = as_("tom")
    first, second = operation(founded, "pia", "ABSENT"), operation(founded, "paul", "PRESENT")
    [told] = send(tom, first)
    assert (told["id"], told["outcome"], told["mark"]["version"]) == (first["id"], "created", 1)
    both = send(tom, second, first)
    assert both[1] == told
    tom.patch(f"{URL}/marks/{founded.pia}/{founded.today}/1", json={"status": "LATE"})
    assert send(tom, first, second) == [told, both[0]]
    assert (count("student_attendance"), count("attendance_audit_log")) == (2, 3)


def test_an_empty_code_takes_a_mark_back_once_but_none_that_changed_since_or_the_office_made(
    as_: As, founded: World, count: Callable[[str], int], audited: Callable[[], list[AuditEntry]]
) -> None:
    tom = as_("tom")
    place = f"{URL}/marks/{founded.paul}/{founded.today}/1"
    send(tom, operation(founded, "pia", "ABSENT"), operation(founded, "paul", "PRESENT"))
    assert as_("cora").patch(place, json={"status": "LATE"}).status_code == 200
    back = [taken_back(founded, who, 1) for who in ("pia", "paul")]
    told = send(tom, *back)
    assert [each["outcome"] for each in told] == ["changed", "conflict"]
    assert (told[0]["mark"], told[1]["mark"]["code"], told[1]["by"]) == (None, "L", "Cora Cole")
    assert send(tom, *back) == told
    assert [entry.student_id for entry in audited() if entry.after is None] == [founded.pia]
    [nothing] = send(tom, taken_back(founded, "pia", 0))
    assert (nothing["outcome"], nothing["mark"]) == ("unchanged", None)
    as_("olive").patch(place, json={"status": "EXCUSED"})
    [kept] = send(tom, taken_back(founded, "paul", 3))
    assert (kept["outcome"], kept["mark"]["code"]) == ("kept", "E")
    both = taken_back(founded, "paul", 3) | {"status": "ABSENT"}
    assert tom.post(f"{URL}/operations", json={"operations": [both]}).status_code == 422
    assert (count("student_attendance"), len(audited())) == (1, 5)


def test_fifty_senders_of_the_same_marks_at_once_make_them_once(
    as_: As, founded: World, count: Callable[[str], int]
) -> None:
    tom = as_("tom")
    body = {"operations": [operation(founded, "pia", "ABSENT")]}
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(tom.post, f"{URL}/operations", json=body) for _ in range(50)]
        answers = [each.result() for each in sent]
    assert {answer.status_code for answer in answers} <= {200, 409}
    told = [answer.get_json() for answer in answers if answer.status_code == 200]
    assert told
    assert all(each == told[0] for each in told)
    assert (count("student_attendance"), count("attendance_audit_log")) == (1, 1)


def test_a_mark_counts_as_made_when_it_was_made_within_the_school_s_grace(
    as_: As,
    founded: World,
    change: Callable[..., None],
    owner: Owner,
    audited: Callable[[], list[AuditEntry]],
) -> None:
    tom, before = as_("tom"), founded.today - dt.timedelta(days=1)
    noon = dt.datetime.combine(before, dt.time(12), ZoneInfo(TIMEZONE))
    late: dict[str, Any] = {"date": before.isoformat(), "marked_at": noon.isoformat()}
    change("attendance_settings", backdate_days=0, offline_grace_hours=1)
    [refused] = send(tom, operation(founded, "pia", "ABSENT", **late))
    assert (refused["outcome"], refused["error"]["code"]) == ("rejected", "outside_window")
    assert refused["error"]["message"].endswith(".")
    assert audited() == []
    change("attendance_settings", offline_grace_hours=48)
    ahead = {"marked_at": (now() + dt.timedelta(hours=3)).isoformat()}
    in_time, early = (
        operation(founded, "pia", "ABSENT", **late),
        operation(founded, "paul", "LATE", **ahead),
    )
    done = send(tom, in_time, early)
    assert [each["outcome"] for each in done] == ["created", "created"]
    rows = owner.execute(
        "SELECT marked_at, received_at FROM student_attendance ORDER BY marked_at"
    ).fetchall()
    (made, received), (claimed, came) = rows
    assert made == noon
    assert now() - received < dt.timedelta(minutes=1)
    assert claimed == came, "no device is ahead of the school"
    assert {entry.device_time for entry in audited()} == {
        noon,
        dt.datetime.fromisoformat(ahead["marked_at"]),
    }


def test_each_is_answered_for_itself_with_both_values_and_who_and_when(
    as_: As, founded: World, owner: Owner, count: Callable[[str], int]
) -> None:
    tom, cora, olive = as_("tom"), as_("cora"), as_("olive")
    [theirs] = send(cora, operation(founded, "pia", "LATE", minutes_late=4))
    olive.patch(f"{URL}/marks/{founded.paul}/{founded.today}/1", json={"status": "EXCUSED"})
    used = operation(founded, "pia", "ABSENT")
    stranger = operation(founded, "quinn", "ABSENT")
    nowhere = operation(founded, "pia", "ABSENT", period=2)
    told = send(tom, used, operation(founded, "paul", "PRESENT"), stranger, nowhere)
    assert [each["outcome"] for each in told] == ["conflict", "kept", "rejected", "rejected"]
    assert (told[0]["by"], told[0]["mark"]) == ("Cora Cole", theirs["mark"])
    assert (told[1]["by"], told[1]["mark"]["status"]) == ("Olive Okafor", "EXCUSED")
    assert [each["error"]["code"] for each in told[2:]] == ["not_enrolled", "unknown_slot"]
    assert send(tom, used) == told[:1]
    [reused] = send(tom, {**used, "status": "PRESENT"})
    assert reused["error"]["code"] == "operation_reused"
    assert count("attendance_audit_log") == 2

    mine = operation(founded, "pia", "ABSENT", base_version=theirs["mark"]["version"])
    again = operation(founded, "pia", "PRESENT", base_version=2)
    assert [each["outcome"] for each in send(tom, mine, again)] == ["changed", "changed"]
    olive.put(f"{URL}/registers/{founded.homeroom_7a}/{founded.today}/1/lock", json={})
    [locked] = send(tom, operation(founded, "pia", "LATE", base_version=3))
    assert locked["error"]["code"] == "register_locked"


def test_what_is_no_operation_is_refused_and_nothing_is_stored(
    as_: As, founded: World, count: Callable[[str], int]
) -> None:
    tom, good = as_("tom"), operation(founded, "pia", "ABSENT")
    twice = {**operation(founded, "paul", "LATE"), "id": good["id"]}
    lacking = [{key: good[key] for key in good if key != gone} for gone in ("id", "marked_at")]
    for wrong in ([], [good, twice], *([good, each] for each in lacking), [good] * 201):
        answer = tom.post(f"{URL}/operations", json={"operations": wrong})
        assert answer.status_code == 422, wrong
    sent = {"operations": [good], "person_id": str(founded.cora)}
    answer = tom.post(f"{URL}/operations", json=sent)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "another_person")
    assert as_("gwen").post(f"{URL}/operations", json={"operations": [good]}).status_code == 403
    assert (count("student_attendance"), count("idempotency_key")) == (0, 0)


def test_thirty_cost_the_statements_of_two(
    as_: As, founded: World, owner: Owner, statements: list[str]
) -> None:
    tom = as_("tom")
    grow(owner, founded, 28)
    students = owner.execute(
        "SELECT person_id FROM enrolment WHERE section_id = %s AND role = 'student'",
        [founded.homeroom_7a],
    ).fetchall()

    def cost(some: list[Any]) -> int:
        batch = [operation(founded, "pia", "ABSENT", student_id=str(row[0])) for row in some]
        del statements[:]
        send(tom, *batch)
        return len(statements)

    assert len(students) == 30
    # what a process remembers of the school, it asks for once
    cost(students[:1])
    cost(students[:1])
    assert cost(students[1:3]) == cost(students[3:]) <= 17, statements


def test_answers_say_of_which_version_of_the_register_they_are_true(
    as_: As, founded: World
) -> None:
    """A mark that was taken back begins at its first version again; the register's go on."""
    tom = as_("tom")
    steps = (
        ("created", 1, operation(founded, "pia", "PRESENT")),
        ("changed", 2, taken_back(founded, "pia", 1)),
        ("unchanged", 2, taken_back(founded, "pia", 0)),
        ("created", 3, operation(founded, "pia", "ABSENT")),
        ("unchanged", 3, operation(founded, "pia", "ABSENT", base_version=1)),
        ("rejected", 3, operation(founded, "quinn", "ABSENT")),
        ("rejected", None, operation(founded, "pia", "ABSENT", section_id=str(new_id()))),
    )
    for outcome, version, each in steps:
        [told] = send(tom, each)
        assert (told["outcome"], told["register_version"]) == (outcome, version)
        assert send(tom, each) == [told]


def test_a_clock_that_is_wrong_by_an_hour_or_a_year_neither_opens_a_day_nor_moves_a_mark(
    as_: As, founded: World, owner: Owner, change: Callable[..., None]
) -> None:
    tom = as_("tom")
    change("attendance_settings", backdate_days=0, offline_grace_hours=24)
    hour, year = dt.timedelta(hours=1), dt.timedelta(days=365)
    # just after midnight an hour ago was yesterday
    midnight = dt.datetime.combine(founded.today, dt.time(), ZoneInfo(TIMEZONE))
    ago = min(hour, now() - midnight)
    students = ("pia", "paul")
    for version, wrong in enumerate((-ago, hour, -year, year)):
        claimed = (now() + wrong).isoformat()
        words = ("ABSENT", "LATE") if version % 2 == 0 else ("LATE", "ABSENT")
        told = send(
            tom,
            *(
                operation(founded, who, word, marked_at=claimed, base_version=version)
                for who, word in zip(students, words, strict=True)
            ),
        )
        assert {each["outcome"] for each in told} <= {"created", "changed"}, wrong
        marked = [dt.datetime.fromisoformat(each["mark"]["marked_at"]) for each in told]
        expected = now() - ago if wrong == -ago else now()
        assert all(abs(each - expected) < dt.timedelta(minutes=1) for each in marked), wrong
    earlier = (founded.today - dt.timedelta(days=3)).isoformat()
    claimed = (now() - year).isoformat()
    [late] = send(tom, operation(founded, "pia", "ABSENT", date=earlier, marked_at=claimed))
    assert (late["outcome"], late["error"]["code"]) == ("rejected", "outside_window")
    rows = owner.execute("SELECT count(*) FROM student_attendance").fetchone()
    assert rows == (2,)


def test_a_remark_or_minutes_that_somebody_gave_meanwhile_are_not_written_over(
    as_: As, founded: World, owner: Owner
) -> None:
    tom, cora = as_("tom"), as_("cora")
    [first] = send(tom, operation(founded, "pia", "LATE", minutes_late=5))
    [seen] = send(
        cora,
        operation(
            founded,
            "pia",
            "LATE",
            minutes_late=5,
            remarks="bus",
            base_version=first["mark"]["version"],
        ),
    )
    stale = {"base_version": first["mark"]["version"]}
    told = send(
        tom,
        operation(founded, "pia", "LATE", minutes_late=9, **stale),
        operation(founded, "pia", "LATE", minutes_late=5, **stale),
    )
    assert [each["outcome"] for each in told] == ["conflict", "conflict"]
    assert {each["by"] for each in told} == {"Cora Cole"}
    assert all(each["mark"] == seen["mark"] for each in told)
    stands = owner.execute("SELECT remarks, minutes_late FROM student_attendance").fetchall()
    assert stands == [("bus", 5)]


def test_one_refused_beside_one_that_is_stored_leaves_the_register_of_both(
    as_: As, founded: World, owner: Owner
) -> None:
    """Each is marked for itself, in one transaction, in a register that was not there before."""
    stored = operation(founded, "pia", "ABSENT")
    refused = operation(founded, "quinn", "ABSENT", reason="of another class")
    for together in ([stored, refused], [operation(founded, "quinn", "LATE", reason="again")]):
        outcomes = [each["outcome"] for each in send(as_("tom"), *together)]
        assert outcomes[-1] == "rejected"
    assert owner.execute("SELECT version, state FROM register").fetchall() == [(1, "open")]
    assert owner.execute("SELECT code FROM student_attendance").fetchall() == [("A",)]
