"""What one message is about, in names as they are now, with the school's own words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from school_erp.extensions import db
from school_erp.messages.models import Message

_contents = text("""
    SELECT school.name AS school,
           coalesce(nullif(student.preferred_name, ''), student.given_name) AS student,
           coalesce(nullif(guardian.preferred_name, ''), guardian.given_name) AS guardian,
           guardian.email, guardian.phone, coalesce(guardian.language, school.locale) AS language,
           section.name AS section, period.name AS period,
           coalesce(rules.attendance_mode = 'PERIOD', false) AS has_lessons,
           coalesce(rules.daily_sessions, 1) AS daily_sessions,
           request.answer, own.subject, own.text
    FROM person student
    JOIN school ON school.id = student.school_id
    JOIN person guardian ON guardian.school_id = student.school_id AND guardian.id = :guardian
    LEFT JOIN attendance_settings rules ON rules.school_id = student.school_id
    LEFT JOIN section ON section.school_id = student.school_id AND section.id = :section
    LEFT JOIN period ON period.school_id = student.school_id AND period.slot = :slot
    LEFT JOIN absence_request request ON request.school_id = student.school_id
     AND request.id = CAST(:absence AS uuid)
    LEFT JOIN message_template own ON own.school_id = student.school_id
     AND own.kind = :kind AND own.channel = :channel
     AND own.language = coalesce(guardian.language, school.locale)
    WHERE student.school_id = :school AND student.id = :student""")


@dataclass(frozen=True, slots=True)
class Contents:
    """`subject` and `text` are none where the school has no words of its own."""

    school: str
    student: str
    guardian: str
    email: str | None
    phone: str | None
    language: str
    section: str | None
    period: str | None
    has_lessons: bool
    daily_sessions: int
    answer: str | None
    subject: str | None
    text: str | None


def contents_of(message: Message) -> Contents:
    row = db.session.execute(_contents, _asked(message)).mappings().one()
    return Contents(**row)


def _asked(message: Message) -> dict[str, Any]:
    return {
        "school": message.school_id,
        "student": message.student_id,
        "guardian": message.guardian_id,
        "section": message.section_id,
        "slot": message.slot,
        "kind": message.kind,
        "channel": message.channel,
        "absence": message.facts.get("absence_id"),
    }
