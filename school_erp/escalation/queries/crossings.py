"""Which students stand beyond which lines: for the whole school in a few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from school_erp.absences.queries.explained import is_explained
from school_erp.academics.models import Enrolment
from school_erp.academics.queries.calendar import all_sessions
from school_erp.academics.queries.dates import enrolled_on
from school_erp.attendance.models import AttendanceCode, StudentAttendance
from school_erp.attendance.queries.figures import MarkBehind, marks_of_people, tallies_of_people
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.queries.summaries import lines_of
from school_erp.attendance.rules.daily import DayRule, DayValue, day_values
from school_erp.attendance.rules.figures import MISSED, POSSIBLE, percent
from school_erp.attendance.rules.terms import Stretch, usual_stretch
from school_erp.attendance.vocabulary import Mode, Status
from school_erp.core.tenancy import current_school_id
from school_erp.escalation.models import EscalationRule
from school_erp.escalation.queries.known import Crossing, Key
from school_erp.escalation.rules import is_still_low, is_too_low, last_run_of_absence
from school_erp.escalation.vocabulary import Kind
from school_erp.extensions import db

# who has not been marked for longer than that before a run is no news of today
RECENT = dt.timedelta(days=14)
# a run of absence that goes on before that has been told long ago
LOOKED_BACK = dt.timedelta(days=90)
# what nobody explained for so much longer than a rule says is history
HISTORY = dt.timedelta(days=14)

# whose last days each have something missed: of these alone all marks are read
_missing_lately = text("""
    SELECT lately.student_id
    FROM (SELECT m.student_id, bool_or(c.statistical_class = ANY(:missed)) AS missed,
                 row_number() OVER (PARTITION BY m.student_id ORDER BY m.date DESC) AS place
          FROM attendance_code c
          JOIN student_attendance m ON m.school_id = c.school_id AND m.code = c.code
           AND c.starts_on <= m.date AND (c.ends_on IS NULL OR c.ends_on >= m.date)
          WHERE c.school_id = :school AND c.statistical_class = ANY(:possible)
            AND m.date BETWEEN :recent AND :day
          GROUP BY m.student_id, m.date) AS lately
    WHERE lately.place <= :days
    GROUP BY lately.student_id
    HAVING bool_and(lately.missed) AND count(*) = :days""")


def crossings_on(
    day: dt.date, rules: Sequence[EscalationRule], still_open: Collection[Key]
) -> Iterator[Crossing]:
    by_kind: dict[str, list[EscalationRule]] = {kind: [] for kind in Kind}
    for rule in rules:
        by_kind[rule.kind].append(rule)
    if by_kind[Kind.CONSECUTIVE_DAYS]:
        yield from _absent_in_a_row(day, by_kind[Kind.CONSECUTIVE_DAYS], still_open)
    if by_kind[Kind.ATTENDANCE_BELOW]:
        yield from _attending_too_little(day, by_kind[Kind.ATTENDANCE_BELOW], still_open)
    if by_kind[Kind.UNEXPLAINED_DAYS]:
        yield from _unexplained(day, by_kind[Kind.UNEXPLAINED_DAYS])


def missed_marks_of(students: Iterable[UUID], day: dt.date) -> Mapping[UUID, Sequence[MarkBehind]]:
    """What a percentage misses, of the days that it is of, and what nobody explained before."""
    figures = _figures_until(day)
    within = Stretch(min(figures.first, day - LOOKED_BACK), day)
    by_period = _by_period(_settings())
    return marks_of_people(students, within, by_period=by_period, counting_as=MISSED)


def first_day_of_figures(day: dt.date) -> dt.date:
    return _figures_until(day).first


def _absent_in_a_row(
    day: dt.date, rules: Sequence[EscalationRule], still_open: Collection[Key]
) -> Iterator[Crossing]:
    shortest = min(rule.threshold for rule in rules)
    asked = {
        "school": current_school_id(),
        "day": day,
        "days": shortest,
        "recent": day - RECENT - 2 * dt.timedelta(days=shortest),
        "missed": [str(each) for each in MISSED],
        "possible": [str(each) for each in POSSIBLE],
    }
    students = db.session.scalars(_missing_lately, asked).all()
    settings = _settings()
    within = Stretch(day - LOOKED_BACK, day)
    found = marks_of_people(students, within, by_period=_by_period(settings))
    rule_of_days = DayRule.of(settings)
    told = {key[:2]: key.crossing for key in still_open}
    for student_id, marks in found.items():
        values = day_values((mark.counted for mark in marks), rule_of_days)
        run = last_run_of_absence(values)
        for rule in rules:
            if len(run) >= rule.threshold:
                before = told.get((rule.id, student_id), dt.date.max)
                # also where the run was told of, and its beginning was corrected or is long ago
                whole = len(run) == len(values)
                same = run[0].date <= before <= day or (whole and before < run[0].date)
                key = Key(rule.id, student_id, before if same else run[0].date)
                yield Crossing(key, Decimal(len(run)), _behind(run, marks))


def _behind(run: Sequence[DayValue], marks: Sequence[MarkBehind]) -> list[MarkBehind]:
    decided = {(it.date, it.slot) for each in run for it in each.behind}
    return [mark for mark in marks if (mark.counted.date, mark.counted.slot) in decided]


def _attending_too_little(
    day: dt.date, rules: Sequence[EscalationRule], still_open: Collection[Key]
) -> Iterator[Crossing]:
    """Of today's students, in the term or year that figures are of."""
    within, least = _figures_until(day), lines_of(_settings()).least_sessions
    told = {key[:2]: key for key in still_open if key.crossing >= within.first}
    for student_id, tally in tallies_of_people(_students_on(day), within).items():
        share = percent(tally.attendance)
        for rule in rules:
            before = told.get((rule.id, student_id))
            if share is None:
                continue
            if before and is_still_low(tally, rule.threshold):
                yield Crossing(before, share)
            elif is_too_low(tally, rule.threshold, least):
                yield Crossing(Key(rule.id, student_id, day), share)


def _unexplained(day: dt.date, rules: Sequence[EscalationRule]) -> Iterator[Crossing]:
    """Each day by itself, from as many days on as the rule says."""
    shortest = min(rule.threshold for rule in rules)
    longest = max(rule.threshold for rule in rules)
    first, last = (
        day - dt.timedelta(days=longest) - HISTORY,
        day - dt.timedelta(days=shortest),
    )
    codes = select(AttendanceCode.code).where(
        AttendanceCode.school_id == current_school_id(), AttendanceCode.status == Status.ABSENT
    )
    query = select(StudentAttendance.student_id, StudentAttendance.date).where(
        StudentAttendance.school_id == current_school_id(),
        StudentAttendance.code.in_(codes),
        StudentAttendance.date.between(first, last),
        StudentAttendance.status == Status.ABSENT,
        ~is_explained(StudentAttendance),
    )
    for student_id, date in db.session.execute(query.distinct()):
        since = (day - date).days
        for rule in rules:
            if since >= rule.threshold:
                yield Crossing(Key(rule.id, student_id, date), Decimal(since))


def _students_on(day: dt.date) -> Sequence[UUID]:
    query = select(Enrolment.person_id).where(
        Enrolment.school_id == current_school_id(),
        Enrolment.role == "student",
        enrolled_on(day),
    )
    return db.session.scalars(query.distinct()).all()


def _figures_until(day: dt.date) -> Stretch:
    return usual_stretch(all_sessions(), day).until(day)


def _settings() -> dict[str, Any]:
    return settings_shown(current_school_id())


def _by_period(settings: Mapping[str, Any]) -> bool:
    return bool(settings["attendance_mode"] == Mode.PERIOD)
