"""A term of attendance behind the demo's today, and a morning half taken.

The marks are put there whole, as if from an older system: without audit rows, which only what
people do in the program leaves behind.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from school_erp.academics.queries.weeks import in_its_week
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.models import AttendanceSettings, Register
from school_erp.attendance.vocabulary import Mode
from school_erp.cli.demo.days import first_day_of_year
from school_erp.cli.demo.plans import Kind, Plan
from school_erp.cli.demo.staff import take_staff
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db

# lessons are six times as many as days, so their history is shorter
WEEKS_BACK = {Kind.PRIMARY: 11, Kind.SECONDARY: 2}

_registers = text(f"""
    INSERT INTO register (school_id, section_id, date, slot, state, taken_by, taken_at, version)
    SELECT s.school_id, s.id, day.date, slots.slot, 'submitted', teacher.person_id,
           least((day.date + slots.starts_at) AT TIME ZONE school.timezone
                 + make_interval(mins => 4 + abs(hashtext(s.name || day.date)) % 9), now()), 2
    FROM school JOIN attendance_settings rules ON rules.school_id = school.id
    JOIN section s ON s.school_id = school.id AND s.active
    JOIN academic_session y ON (y.school_id, y.id) = (s.school_id, s.academic_session_id)
    CROSS JOIN LATERAL (
        SELECT every::date AS date
        FROM generate_series(CAST(:first AS date), CAST(:last AS date), '1 day') AS every
        WHERE extract(isodow FROM every) = ANY(school.weekdays)
          AND EXISTS (SELECT 1 FROM academic_session t
                      WHERE t.school_id = school.id AND t.kind = 'term'
                        AND every::date BETWEEN t.starts_on AND t.ends_on)
          AND NOT EXISTS (SELECT 1 FROM calendar_day c
                          WHERE c.school_id = school.id AND c.date = every::date
                            AND c.kind = 'closure')) AS day
    CROSS JOIN LATERAL (
        SELECT of_day.slot, of_day.starts_at
        FROM (VALUES (1, rules.morning_at), (2, rules.afternoon_at)) AS of_day (slot, starts_at)
        WHERE rules.attendance_mode = 'DAILY' AND s.kind = 'homeroom'
          AND of_day.slot <= rules.daily_sessions
        UNION ALL
        SELECT t.slot, p.starts_at FROM timetable_entry t
        JOIN period p ON (p.school_id, p.slot) = (t.school_id, t.slot)
        WHERE rules.attendance_mode = 'PERIOD' AND t.school_id = s.school_id
          AND t.section_id = s.id AND t.weekday = extract(isodow FROM day.date)
          AND t.starts_on <= day.date AND (t.ends_on IS NULL OR t.ends_on >= day.date)
          AND {in_its_week("t", "day.date", "y")}) AS slots
    LEFT JOIN LATERAL (
        SELECT e.person_id FROM enrolment e
        WHERE e.school_id = s.school_id AND e.section_id = s.id AND e.role = 'teacher'
          AND e.starts_on <= day.date AND (e.ends_on IS NULL OR e.ends_on >= day.date)
        ORDER BY e.person_id LIMIT 1) AS teacher ON true
    WHERE school.id = :school
      AND (NOT :partly OR slots.slot = 1 AND ascii(right(s.name, 1)) % 3 > 0)
    ON CONFLICT DO NOTHING""")  # noqa: S608 - the part put in is our own constant

# one in twenty is away often; most who are away are ill, and for the whole day
_marks = text("""
    WITH chances AS MATERIALIZED (
        SELECT r.*, e.person_id,
               abs(hashtext(p.external_id || r.date)) % 1000 AS number,
               CASE WHEN abs(hashtext(p.external_id)) % 20 = 0 THEN 160 ELSE 36 END AS away
        FROM register r
        JOIN enrolment e ON e.school_id = r.school_id AND e.section_id = r.section_id
         AND e.role = 'student' AND e.starts_on <= r.date
         AND (e.ends_on IS NULL OR e.ends_on >= r.date)
        JOIN person p ON p.school_id = e.school_id AND p.id = e.person_id
        WHERE r.school_id = :school AND r.date BETWEEN :first AND :last AND r.state = 'submitted'
    ), chosen AS MATERIALIZED (
        SELECT *, CASE WHEN number < away * 6 / 10 THEN :ill
                       WHEN number < away THEN :absent
                       WHEN number < away + 25 AND slot = 1 THEN 'L'
                       WHEN slot = 2 THEN :second ELSE :first_code END AS code
        FROM chances
    )
    INSERT INTO student_attendance (school_id, student_id, date, slot, section_id, status, code,
                                    minutes_late, source, marked_by, marked_at, received_at)
    SELECT chosen.school_id, person_id, date, chosen.slot, section_id, c.status, c.code,
           CASE WHEN c.status = 'LATE' THEN 3 + number % 17 END, 4, taken_by, taken_at, taken_at
    FROM chosen
    JOIN attendance_code c ON c.school_id = chosen.school_id AND c.code = chosen.code
    ON CONFLICT DO NOTHING""")


def set_up_attendance(plan: Plan, today: date) -> None:
    primary = plan.kind is Kind.PRIMARY
    mode, pack = (Mode.DAILY, "england-2024") if primary else (Mode.PERIOD, "simple")
    school_id, sessions = current_school_id(), 2 if primary else 1
    if found_attendance(school_id, mode, pack, first_day_of_year(today), sessions):
        db.session.get_one(AttendanceSettings, school_id).staff_check_in_themselves = True
        db.session.flush()


def keep_history_until(session: Session, plan: Plan, today: date) -> None:
    """The days since the last ones there, and half of this morning."""
    here = Register.school_id == current_school_id()
    last = session.scalar(select(func.max(Register.date)).where(here, Register.date <= today))
    earliest = today - timedelta(weeks=WEEKS_BACK[plan.kind])
    if last is None or last < today:
        first = max(last + timedelta(days=1), earliest) if last else earliest
        _take(session, plan, first, today - timedelta(days=1), partly=False)
        _take(session, plan, today, today, partly=True)


def _take(session: Session, plan: Plan, first: date, last: date, *, partly: bool) -> None:
    days = {"school": current_school_id(), "first": first, "last": last}
    # of rows this young the planner knows nothing, and would visit each class for each pupil
    session.execute(text("ANALYZE person, section, enrolment, timetable_entry, academic_session"))
    session.execute(_registers, days | {"partly": partly})
    session.execute(text("ANALYZE register"))
    session.execute(_marks, days | _codes(plan))
    staff_codes = {name: code for name, code in _codes(plan).items() if name != "second"}
    take_staff(session, days | staff_codes | {"partly": partly})


def _codes(plan: Plan) -> dict[str, str]:
    if plan.kind is Kind.PRIMARY:
        return {"ill": "I", "absent": "N", "first_code": "/", "second": "\\"}
    return {"ill": "E", "absent": "A", "first_code": "P", "second": "P"}
