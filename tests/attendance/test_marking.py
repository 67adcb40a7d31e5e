from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from school_erp.academics.models import Enrolment
from school_erp.attendance.actions.marking import mark_and_say
from school_erp.attendance.marking import Marker, Marking, Record, Result
from school_erp.attendance.vocabulary import Source
from school_erp.core.bulk import insert_rows
from school_erp.core.ids import new_id
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from tests.world import World

Marks = Callable[..., Result]


@pytest.fixture
def marks(school: World) -> Marks:
    def as_(who: str, records: dict[str, Any], **more: Any) -> Result:
        office = who in ("ada", "olive")
        marker = Marker(
            person_id=school.ids[who],
            name=who,
            role="officer" if office else "teacher",
            in_office=office,
            source=more.pop("source", Source.OFFICE if office else Source.TEACHER),
        )
        section = more.pop("section", school.homeroom_7a)
        say = more.pop("say", len)
        marking = Marking(
            school_id=school.school_id,
            date=more.pop("date", school.today),
            slot=more.pop("slot", 1),
            records=[
                Record(student_id=school.ids[student], section_id=section, **_record(said))
                for student, said in records.items()
            ],
            marker=marker,
            **more,
        )
        with unit_of_work():
            result, _ = mark_and_say(marking, say)
            return result

    return as_


def _record(said: Any) -> dict[str, Any]:
    return {"status": said} if isinstance(said, str) else said


def outcomes(result: Result) -> list[str]:
    return [answer.outcome.value for answer in result.answers]


def rows(table: str, school_id: UUID) -> int:
    found = db.session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
    assert isinstance(found, int)
    return found


def test_a_teacher_marks_her_class(marks: Marks, school: World) -> None:
    result = marks("tom", {"pia": "PRESENT", "paul": "ABSENT"})
    assert outcomes(result) == ["created", "created"]
    assert [answer.mark.code for answer in result.answers if answer.mark] == ["P", "A"]
    assert rows("attendance_audit_log", school.school_id) == 2


def test_the_same_marks_again_write_nothing(marks: Marks, school: World) -> None:
    marks("tom", {"pia": "PRESENT"})
    assert outcomes(marks("tom", {"pia": "PRESENT"})) == ["unchanged"]
    assert rows("attendance_audit_log", school.school_id) == 1


def test_a_teacher_never_overwrites_the_office(marks: Marks) -> None:
    marks("olive", {"pia": "EXCUSED"})
    result = marks("tom", {"pia": "ABSENT"})
    assert outcomes(result) == ["kept"]
    assert result.answers[0].mark is not None
    assert result.answers[0].mark.code == "E"


def test_a_stale_version_is_a_conflict_that_shows_what_stands(marks: Marks) -> None:
    marks("tom", {"pia": "PRESENT"})
    marks("tom", {"pia": {"status": "ABSENT", "base_version": 1}})
    result = marks("tom", {"pia": {"status": "LATE", "base_version": 1}})
    assert outcomes(result) == ["conflict"]
    assert result.answers[0].mark is not None
    assert (result.answers[0].mark.code, result.answers[0].mark.version) == ("A", 2)


@pytest.mark.parametrize(
    ("who", "records", "more", "code"),
    [
        ("tara", {"pia": "PRESENT"}, {}, "not_your_class"),
        ("tom", {"quinn": "PRESENT"}, {}, "not_enrolled"),
        ("tom", {"pia": {"code": "??"}}, {}, "unknown_code"),
        ("tom", {"pia": {"status": "PRESENT", "code": "A"}}, {}, "status_mismatch"),
        ("tom", {"pia": {"status": "PRESENT", "minutes_late": 4}}, {}, "not_late"),
        ("tom", {"pia": "PRESENT"}, {"days": 1}, "future_date"),
        ("tom", {"pia": "PRESENT"}, {"days": -5}, "outside_window"),
        ("olive", {"pia": "PRESENT"}, {"days": -80}, "outside_window"),
    ],
)
def test_a_bad_record_is_rejected_by_name_and_changes_nothing(
    marks: Marks, school: World, who: str, records: Any, more: Any, code: str
) -> None:
    date = school.today + dt.timedelta(days=more.pop("days", 0)) if more else school.today
    result = marks(who, records, date=date)
    assert outcomes(result) == ["rejected"]
    assert result.answers[0].error is not None
    assert result.answers[0].error.code == code
    assert rows("student_attendance", school.school_id) == 0


def test_one_poisoned_record_harms_no_other(marks: Marks) -> None:
    result = marks("tom", {"pia": "PRESENT", "quinn": "PRESENT", "paul": "ABSENT"})
    assert outcomes(result) == ["created", "rejected", "created"]


def test_a_cover_teacher_marks_for_the_day(marks: Marks, school: World) -> None:
    assert outcomes(marks("cora", {"pia": "PRESENT"})) == ["created"]
    yesterday = school.today - dt.timedelta(days=1)
    assert outcomes(marks("cora", {"pia": "PRESENT"}, date=yesterday)) == ["rejected"]


@pytest.fixture
def in_both(school: World) -> World:
    """Pia is in 7B as well."""
    with unit_of_work():
        own = {"section_id": school.homeroom_7b, "person_id": school.pia, "role": "student"}
        since = school.today - dt.timedelta(days=9)
        insert_rows(db.session(), Enrolment, [{"id": new_id(), "starts_on": since, **own}])
    return school


@pytest.mark.parametrize(
    ("who", "says", "outcome", "stands"),
    [
        ("ada", "ABSENT", "unchanged", "A"),
        ("ada", "PRESENT", "changed", "P"),
        ("tara", "PRESENT", "kept", "A"),
    ],
)
def test_who_was_marked_through_another_class_is_judged_by_that_mark(
    marks: Marks, in_both: World, who: str, says: str, outcome: str, stands: str
) -> None:
    """Nobody was marked in this class yet, so it is only noticed as the marks are stored."""
    assert outcomes(marks("ada", {"pia": "ABSENT"})) == ["created"]
    said: list[list[str]] = []
    result = marks(
        who,
        {"quinn": "LATE", "pia": says},
        section=in_both.homeroom_7b,
        say=lambda answers: said.append(outcomes(Result(list(answers)))),
    )
    assert outcomes(result) == ["created", outcome]
    assert said[-1] == ["created", outcome]
    assert [each.mark.code for each in result.answers if each.mark] == ["L", stands]
    noted = 2 + (outcome == "changed")
    assert rows("attendance_audit_log", in_both.school_id) == noted
    versions = (in_both.homeroom_7b in result.registers, in_both.homeroom_7a in result.registers)
    assert versions == (True, outcome == "changed")
