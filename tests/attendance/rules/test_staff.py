from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from school_erp.attendance.marking import Marker
from school_erp.attendance.rules.codes import Code, CodeSet
from school_erp.attendance.rules.dates import Window
from school_erp.attendance.rules.figures import Tally
from school_erp.attendance.rules.ranges import range_of
from school_erp.attendance.rules.staff import (
    StaffDay,
    checked_in,
    checked_out,
    fault_of,
    fault_of_change,
    fault_of_today,
    proposed_mark,
    status_at_check_in,
)
from school_erp.attendance.rules.staff_figures import LikeDays, figures_of
from school_erp.attendance.staff import KEEPABLE, StaffMark, StaffRecord
from school_erp.attendance.vocabulary import Source, StatisticalClass, Status
from school_erp.core.errors import Invalid

NAIROBI = ZoneInfo("Africa/Nairobi")
NOW = dt.datetime(2026, 11, 18, 14, 30, tzinfo=NAIROBI)
TODAY = NOW.date()
OLIVE = Marker(uuid4(), "Olive", "officer", in_office=True, source=Source.OFFICE)
TOM = Marker(uuid4(), "Tom", "teacher", in_office=False, source=Source.SELF)
ROLES = frozenset(("admin", "officer"))


def code(letter: str, status: Status, *, ahead: bool = False, roles: Any = ROLES) -> Code:
    return Code(
        code=letter,
        label=letter,
        status=status,
        statistical_class=StatisticalClass.PRESENT,
        roles=roles,
        allowed_in_advance=ahead,
        is_default=True,
        slot=None,
        starts_on=dt.date(2020, 1, 1),
        ends_on=None,
    )


CODES = {
    "P": code("P", Status.PRESENT),
    "L": code("L", Status.LATE),
    "A": code("A", Status.ABSENT),
    "E": code("E", Status.EXCUSED, ahead=True),
    "X": code("X", Status.PRESENT, roles=frozenset(("admin",))),
}
DAY = StaffDay(
    day=TODAY,
    received_at=NOW,
    to_local=lambda moment: moment.astimezone(NAIROBI),
    window=Window(1, 60, allow_future_date=False, offline_grace_hours=24),
    codes=CodeSet(CODES),
    closed=False,
    in_session=True,
    employed=True,
    reason_given=False,
    marker=OLIVE,
    standing=None,
)


def at(time: str, day: dt.date = TODAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time), NAIROBI)


def record(**said: Any) -> StaffRecord:
    return StaffRecord(uuid4(), **said)


def standing(source: Source = Source.OFFICE, **otherwise: Any) -> StaffMark:
    usual: dict[str, Any] = {
        "status": Status.PRESENT,
        "code": "P",
        "checked_in_at": at("07:58"),
        "checked_out_at": None,
        "remarks": "on the gate",
        "source": source,
        "version": 3,
        "marked_by": OLIVE.person_id,
        "marked_at": NOW,
    }
    return StaffMark(**usual | otherwise)


AHEAD = {"window": Window(1, 60, allow_future_date=True, offline_grace_hours=24)}


@pytest.mark.parametrize(
    ("days", "around", "said", "fault"),
    [
        (0, {}, {"status": "PRESENT"}, None),
        (-1, {}, {"status": "PRESENT"}, None),
        (-60, {}, {"status": "PRESENT"}, None),
        (-61, {}, {"status": "PRESENT"}, "outside_window"),
        (-2, {"marker": TOM}, {"status": "PRESENT"}, "outside_window"),
        (1, {}, {"status": "PRESENT"}, "future_date"),
        (1, AHEAD, {"status": "EXCUSED"}, None),
        (300, AHEAD, {"status": "EXCUSED"}, None),
        (1, AHEAD, {"status": "PRESENT"}, "not_in_advance"),
        (1, AHEAD, {"status": "EXCUSED", "checked_in_at": at("08:00")}, "not_that_day"),
        (0, {"closed": True}, {"status": "PRESENT"}, "closed_day"),
        (0, {"in_session": False}, {"status": "PRESENT"}, "no_session"),
        (0, {"employed": False}, {"status": "PRESENT"}, "not_employed"),
        (1, {"employed": False}, {"status": "PRESENT"}, "not_employed"),
        (0, {}, {"code": "Q"}, "unknown_code"),
        (0, {"codes": CodeSet({})}, {"status": "PRESENT"}, "no_code_for_status"),
        (0, {}, {"code": "A", "status": "PRESENT"}, "status_mismatch"),
        (0, {}, {"code": "X"}, "code_not_yours"),
        (0, {}, {"code": "P", "checked_in_at": at("08:00")}, None),
        (0, {}, {"code": "P", "checked_in_at": at("00:00")}, None),
        (0, {}, {"code": "P", "checked_in_at": at("14:30")}, None),
        (0, {}, {"code": "P", "checked_in_at": at("14:31")}, "not_yet"),
        (0, {}, {"code": "P", "checked_in_at": at("23:59")}, "not_yet"),
        (-1, {}, {"code": "P", "checked_in_at": at("08:00")}, "not_that_day"),
        (0, {}, {"code": "P", "checked_in_at": dt.datetime(2026, 11, 17, 21, tzinfo=dt.UTC)}, None),
        (
            0,
            {},
            {"code": "P", "checked_in_at": dt.datetime(2026, 11, 17, 20, 59, tzinfo=dt.UTC)},
            "not_that_day",
        ),
        (0, {}, {"code": "P", "checked_out_at": at("12:00")}, "in_first"),
        (0, {}, {"code": "A", "checked_in_at": at("08:00")}, "was_not_there"),
        (0, {}, {"code": "E", "checked_in_at": at("08:00"), "checked_out_at": at("09:00")}, None),
        (
            0,
            {},
            {"code": "P", "checked_in_at": at("09:00"), "checked_out_at": at("08:59")},
            "out_before_in",
        ),
        (0, {}, {"code": "P", "checked_in_at": at("09:00"), "checked_out_at": at("09:00")}, None),
    ],
)
def test_what_may_be_said_of_staff_by_day_time_and_code(
    days: int, around: dict[str, Any], said: dict[str, Any], fault: str | None
) -> None:
    there = replace(DAY, day=TODAY + dt.timedelta(days=days), **around)
    assert fault_of(record(**said), there) == fault


def test_what_is_not_said_stays_and_a_time_can_be_cleared() -> None:
    around = replace(DAY, standing=standing(Source.SELF))
    kept = proposed_mark(record(code="L", keeps=KEEPABLE), around, CODES["L"])
    assert (kept.code, kept.checked_in_at, kept.remarks) == ("L", at("07:58"), "on the gate")
    assert (kept.source, kept.version, kept.marked_by) == (Source.OFFICE, 4, OLIVE.person_id)
    cleared = proposed_mark(record(code="P", keeps=frozenset(("remarks",))), around, CODES["P"])
    assert (cleared.checked_in_at, cleared.remarks) == (None, "on the gate")


def test_who_was_absent_keeps_no_time() -> None:
    around = replace(DAY, standing=standing())
    said = record(code="A", keeps=KEEPABLE)
    assert fault_of(said, around) is None
    assert proposed_mark(said, around, CODES["A"]).checked_in_at is None


def test_a_kept_time_of_arrival_is_held_against_a_new_one_of_leaving() -> None:
    around = replace(DAY, standing=standing())
    early = record(code="P", checked_out_at=at("07:57"), keeps=KEEPABLE - {"checked_out_at"})
    assert fault_of(early, around) == "out_before_in"
    assert fault_of(replace(early, checked_out_at=at("07:58")), around) is None


@pytest.mark.parametrize(
    ("days", "stands", "reason", "fault"),
    [
        (0, True, False, None),
        (-1, True, False, "staff_reason_needed"),
        (-1, True, True, None),
        (-1, False, False, None),
    ],
)
def test_an_earlier_day_is_changed_with_a_reason(
    days: int, stands: bool, reason: bool, fault: str | None
) -> None:
    around = replace(
        DAY,
        day=TODAY + dt.timedelta(days=days),
        standing=standing() if stands else None,
        reason_given=reason,
    )
    assert fault_of_change(around) == fault


@pytest.mark.parametrize(
    ("time", "status"),
    [("06:00", "PRESENT"), ("08:40", "PRESENT"), ("08:40:59", "PRESENT"), ("08:41", "LATE")],
)
def test_late_is_by_the_clock_of_the_school(time: str, status: str) -> None:
    assert status_at_check_in(at(time).astimezone(dt.UTC), at("08:30"), 10) == status


def test_a_check_in_begins_the_day() -> None:
    mark = checked_in(None, NOW, CODES["L"], TOM)
    assert mark is not None
    assert (mark.code, mark.checked_in_at, mark.source) == ("L", NOW, Source.SELF)
    assert (mark.version, mark.marked_by) == (1, TOM.person_id)


def test_a_check_in_adds_its_time_to_what_the_office_said_and_changes_nothing_else() -> None:
    office = standing(checked_in_at=None)
    assert checked_in(office, NOW, CODES["L"], TOM) == replace(office, checked_in_at=NOW, version=4)


@pytest.mark.parametrize("status", [Status.ABSENT, Status.EXCUSED])
def test_a_check_in_does_not_contradict_the_office(status: Status) -> None:
    assert checked_in(standing(status=status, checked_in_at=None), NOW, CODES["P"], TOM) is None


def test_a_check_in_stands_above_an_import() -> None:
    imported = standing(Source.IMPORT, status=Status.ABSENT, code="A", checked_in_at=None)
    mark = checked_in(imported, NOW, CODES["P"], TOM)
    assert mark is not None
    assert (mark.code, mark.source, mark.version, mark.remarks) == (
        "P",
        Source.SELF,
        4,
        "on the gate",
    )


def test_a_check_out_changes_its_time_alone() -> None:
    before = standing(Source.SELF)
    assert checked_out(before, NOW) == replace(before, checked_out_at=NOW, version=4)


@pytest.mark.parametrize(
    ("around", "fault"),
    [
        ({}, None),
        ({"closed": True}, "closed_day"),
        ({"in_session": False}, "no_session"),
        ({"employed": False}, "not_employed"),
    ],
)
def test_nobody_checks_in_on_a_day_without_work(around: dict[str, Any], fault: str | None) -> None:
    assert fault_of_today(replace(DAY, marker=TOM, **around)) == fault


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (None, None, ("2026-11-01", "2026-11-18")),
        ("2026-10-05", None, ("2026-10-05", "2026-11-18")),
        (None, "2026-10-05", ("2026-10-01", "2026-10-05")),
        ("2026-12-05", None, ("2026-12-05", "2026-12-05")),
        ("2025-11-18", "2026-11-18", ("2025-11-18", "2026-11-18")),
        ("2025-11-17", "2026-11-18", None),
        ("2026-11-18", "2026-11-17", None),
    ],
)
def test_a_range_reaches_up_to_today_and_spans_a_year_at_most(
    first: str | None, last: str | None, found: tuple[str, str] | None
) -> None:
    said = [dt.date.fromisoformat(day) if day else None for day in (first, last)]
    if found is None:
        with pytest.raises(Invalid):
            range_of(*said, TODAY)
    else:
        assert [day.isoformat() for day in range_of(*said, TODAY)] == list(found)


def test_figures_of_staff_add_up_and_count_as_students_do() -> None:
    figures = figures_of(
        [
            LikeDays(Status.PRESENT, StatisticalClass.PRESENT, 8, 8 * 7 * 3600),
            LikeDays(Status.LATE, StatisticalClass.PRESENT, 1, 6 * 3600 + 18),
            LikeDays(Status.ABSENT, StatisticalClass.UNAUTHORISED, 1, 0),
            LikeDays(Status.EXCUSED, StatisticalClass.NOT_COUNTED, 2, 0),
        ]
    )
    assert (figures.days, figures.present, figures.late) == (12, 8, 1)
    assert (figures.absent, figures.excused) == (1, 2)
    assert figures.percentage == 90
    assert str(figures.hours) == "62.01"
    assert figures_of([]).percentage is None
    assert figures_of([]).tally == Tally()
