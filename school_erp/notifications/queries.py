from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from school_erp.core.errors import NotFound
from school_erp.core.paging import LIMIT, Page, read_cursor, write_cursor
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.notifications.models import Notification
from school_erp.people.queries.names import name_in_sql
from school_erp.realtime.replay import HEAD
from school_erp.realtime.rooms import USER

# Whoever may no longer be contacted about a child no longer reads of that child either.
_VISIBLE = """
    n.told AND NOT EXISTS (SELECT 1 FROM guardianship g
                WHERE g.school_id = n.school_id AND g.guardian_id = n.person_id
                  AND g.student_id = CAST(n.facts ->> 'student_id' AS uuid) AND g.do_not_contact)"""

_LINES = f"""
    SELECT n.id, n.kind, n.facts, n.at, n.read_at, {name_in_sql("student")} AS student,
           section.name AS section, period.name AS period,
           rules.attendance_mode, rules.daily_sessions
    FROM notification n
    LEFT JOIN person student ON student.school_id = n.school_id
     AND student.id = CAST(n.facts ->> 'student_id' AS uuid)
    LEFT JOIN section ON section.school_id = n.school_id
     AND section.id = CAST(n.facts ->> 'section_id' AS uuid)
    LEFT JOIN period ON period.school_id = n.school_id
     AND period.slot = CAST(n.facts ->> 'slot' AS smallint)
    LEFT JOIN attendance_settings rules ON rules.school_id = n.school_id
    WHERE n.school_id = :school AND n.person_id = :person AND {_VISIBLE}"""  # noqa: S608 - ours

_page = text(f"""{_LINES}
    AND (CAST(:at AS timestamptz) IS NULL OR (n.at, n.id) < (:at, CAST(:id AS uuid)))
    ORDER BY n.at DESC, n.id DESC LIMIT :limit""")

_one = text(f"{_LINES} AND n.id = :id")

# every page asks this, so how far the person's room has come is asked with it
_latest_unread = text(f"""
    SELECT {HEAD} AS head, line.*, count(line.id) OVER () AS unread
    FROM (SELECT) AS always LEFT JOIN ({_LINES} AND n.read_at IS NULL) AS line ON true
    ORDER BY line.at DESC, line.id DESC LIMIT :limit""")  # noqa: S608 - our own constant

_unread = text(f"""
    SELECT count(*) FROM notification n
    WHERE n.school_id = :school AND n.person_id = :person AND n.read_at IS NULL
      AND {_VISIBLE}""")  # noqa: S608 - our own constant

_schools_due = text("SELECT school_id FROM schools_with_notifications_due(:moment)")


@dataclass(frozen=True, slots=True)
class Line:
    """A notification, with the names of what it is about as they are now."""

    id: UUID
    kind: str
    facts: dict[str, Any]
    at: dt.datetime
    read_at: dt.datetime | None
    student: str | None
    section: str | None
    period: str | None
    attendance_mode: str | None
    daily_sessions: int | None


@dataclass(frozen=True, slots=True)
class Unread:
    """How far the person's room has come, how many are unread then, and the newest of them."""

    head: int
    count: int
    latest: Sequence[Line]


def notifications_page(person_id: UUID, cursor: str | None, limit: int = LIMIT) -> Page[Line]:
    """Newest first."""
    at, last = read_cursor(cursor, [dt.datetime, UUID]) if cursor else (None, None)
    asked = _of(person_id) | {"at": at, "id": last, "limit": limit + 1}
    lines = [_line(row) for row in db.session.execute(_page, asked).mappings()]
    items = lines[:limit]
    more = write_cursor([items[-1].at, items[-1].id]) if len(lines) > limit else None
    return Page(items, more)


def line_of(notification: Notification) -> Line:
    asked = _of(notification.person_id) | {"id": notification.id}
    row = db.session.execute(_one, asked).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _line(row)


def latest_unread(person_id: UUID, most: int) -> Unread:
    asked = _of(person_id) | {"room": str(USER.of(person_id)), "limit": most}
    rows = db.session.execute(_latest_unread, asked).mappings().all()
    lines = [_line(row) for row in rows if row["id"] is not None]
    return Unread(rows[0]["head"], rows[0]["unread"], lines)


def unread_by(person_id: UUID) -> int:
    return db.session.scalar(_unread, _of(person_id)) or 0


def schools_with_news_due(moment: dt.datetime) -> Sequence[UUID]:
    return db.session.scalars(_schools_due, {"moment": moment}).all()


def _of(person_id: UUID) -> dict[str, Any]:
    return {"school": current_school_id(), "person": person_id}


def _line(row: RowMapping) -> Line:
    return Line(**{name: row[name] for name in Line.__slots__})
