"""The demo's staff on the days its registers were taken, and as many as have come by now today."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from school_erp.schools.roles import EMPLOYED, Role

# most note themselves when they come and go; the office notes who is away
_days = text("""
    WITH chances AS MATERIALIZED (
        SELECT p.school_id, p.id AS person_id, taken.date, school.timezone,
               abs(hashtext(coalesce(p.external_id, p.id::text) || ' at work ' || taken.date))
               % 1000 AS number,
               taken.date + CASE WHEN rules.attendance_mode = 'DAILY' THEN rules.morning_at
                                 ELSE coalesce(lesson.starts_at, rules.morning_at) END AS begins,
               rules.late_after_minutes AS grace
        FROM (SELECT DISTINCT school_id, date FROM register
              WHERE school_id = :school AND date BETWEEN :first AND :last) AS taken
        JOIN school ON school.id = taken.school_id
        JOIN attendance_settings rules ON rules.school_id = school.id
        CROSS JOIN LATERAL (SELECT min(starts_at) AS starts_at FROM period
                            WHERE period.school_id = school.id) AS lesson
        JOIN person p ON p.school_id = school.id AND EXISTS (
            SELECT 1 FROM role_grant g
            WHERE g.school_id = p.school_id AND g.person_id = p.id AND g.role = ANY(:employed)
              AND g.starts_on <= taken.date AND (g.ends_on IS NULL OR g.ends_on >= taken.date))
    ), chosen AS MATERIALIZED (
        SELECT *, number < 40 AS away,
               CASE WHEN number < 30 THEN :ill WHEN number < 40 THEN :absent
                    WHEN number < 95 THEN 'L' ELSE :first_code END AS code,
               (begins + make_interval(mins => CASE WHEN number < 95 THEN grace + 1 + number % 15
                                                    ELSE -5 - number % 35 END))
               AT TIME ZONE timezone AS came
        FROM chances
        WHERE NOT :partly OR number < 40 OR number % 4 > 0
    )
    INSERT INTO staff_attendance (school_id, person_id, date, status, code, checked_in_at,
                                  checked_out_at, source, marked_by, marked_at)
    SELECT chosen.school_id, chosen.person_id, date, c.status, c.code,
           CASE WHEN NOT away THEN least(came, now()) END,
           CASE WHEN NOT (away OR :partly) THEN came + make_interval(mins => 440 + number % 90) END,
           CASE WHEN away THEN 6 ELSE 3 END,
           CASE WHEN away THEN officer.person_id ELSE chosen.person_id END, least(came, now())
    FROM chosen
    JOIN attendance_code c ON c.school_id = chosen.school_id AND c.code = chosen.code
    LEFT JOIN LATERAL (SELECT g.person_id FROM role_grant g
                       WHERE g.school_id = chosen.school_id AND g.role = :officer
                       ORDER BY g.person_id LIMIT 1) AS officer ON true
    ON CONFLICT DO NOTHING""")


def take_staff(session: Session, asked: dict[str, Any]) -> None:
    roles = {"employed": [role.value for role in EMPLOYED], "officer": Role.OFFICER.value}
    session.execute(_days, asked | roles)
