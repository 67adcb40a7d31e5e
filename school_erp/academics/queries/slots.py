"""Who and what is where at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from school_erp.academics.models import AcademicSession, Enrolment, Section, TimetableEntry
from school_erp.academics.queries.dates import enrolled_between, holding_between
from school_erp.academics.queries.rosters import enrolments_with_people
from school_erp.academics.queries.timetable import Meeting, meetings_between
from school_erp.academics.rules.spans import common
from school_erp.core.paging import Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db


@dataclass(frozen=True, slots=True)
class ClashWarning:
    """Somebody or some room would be in two lessons at once."""

    kind: str
    message: Any
    section_id: UUID
    person_id: UUID | None = None


def session_of(section: Section) -> AcademicSession:
    return db.session.scalars(
        select(AcademicSession)
        .where(
            AcademicSession.school_id == current_school_id(),
            AcademicSession.id == section.academic_session_id,
        )
        .options(joinedload(AcademicSession.year))
        .execution_options(populate_existing=True)
    ).one()


def meeting_of(entry: TimetableEntry, section: Section) -> Meeting:
    """The same as `meetings_between` would tell, of an entry that is not stored yet."""
    session = session_of(section)
    return Meeting(
        id=entry.id,
        section_id=section.id,
        section_name=section.name,
        course_name=None,
        weekday=entry.weekday,
        slot=entry.slot,
        weeks=entry.weeks,
        room=entry.room or section.room,
        starts_on=max(entry.starts_on, session.starts_on),
        ends_on=min(entry.ends_on or session.ends_on, session.ends_on),
        year_starts_on=(session.year or session).starts_on,
    )


def meetings_beside(meeting: Meeting) -> list[Meeting]:
    """The other lessons of that weekday and slot."""
    rows = db.session.execute(
        meetings_between(meeting.starts_on, meeting.ends_on).where(
            TimetableEntry.weekday == meeting.weekday,
            TimetableEntry.slot == meeting.slot,
            TimetableEntry.id != meeting.id,
        )
    )
    return [Meeting(*row) for row in rows]


def entries_page(
    cursor: str | None, limit: int, within: Select[Any] | None = None, **wanted: Any
) -> Page[TimetableEntry]:
    query = (
        select(TimetableEntry)
        .where(TimetableEntry.school_id == current_school_id())
        .where(*(getattr(TimetableEntry, name) == value for name, value in wanted.items()))
    )
    if within is not None:
        query = query.where(TimetableEntry.section_id.in_(within))
    return page_of(
        db.session(),
        query,
        order=(
            TimetableEntry.weekday.expression,
            TimetableEntry.slot.expression,
            TimetableEntry.id.expression,
        ),
        position=lambda found: (found.weekday, found.slot, found.id),
        cursor=cursor,
        limit=limit,
    )


def entries_from(section_id: UUID, first: date) -> Sequence[TimetableEntry]:
    """The pattern of a class on that day and later."""
    return db.session.scalars(
        select(TimetableEntry)
        .where(
            TimetableEntry.school_id == current_school_id(),
            TimetableEntry.section_id == section_id,
            holding_between(TimetableEntry, first, None),
        )
        .order_by(TimetableEntry.weekday, TimetableEntry.slot, TimetableEntry.starts_on)
    ).all()


def warnings_about(meeting: Meeting, others: Sequence[Meeting]) -> list[ClashWarning]:
    return [*_same_room(meeting, others), *_same_teacher(meeting, others)]


def _same_room(meeting: Meeting, others: Sequence[Meeting]) -> list[ClashWarning]:
    return [
        ClashWarning(
            "room",
            _("%(class_)s is in %(room)s then.", class_=other.section_name, room=other.room),
            other.section_id,
        )
        for other in others
        if meeting.room and other.room and meeting.room.casefold() == other.room.casefold()
    ]


def _same_teacher(meeting: Meeting, others: Sequence[Meeting]) -> list[ClashWarning]:
    teaching = _teaching({meeting.section_id, *(other.section_id for other in others)}, meeting)
    own = [held for held in teaching if held.section_id == meeting.section_id]
    return [
        ClashWarning(
            "teacher",
            _(
                "%(name)s also teaches %(class_)s then.",
                name=held.person.name,
                class_=other.section_name,
            ),
            other.section_id,
            held.person_id,
        )
        for other in others
        for held in teaching
        if held.section_id == other.section_id and _at_once(held, own, meeting, other)
    ]


def _teaching(section_ids: set[UUID], meeting: Meeting) -> Sequence[Enrolment]:
    return db.session.scalars(
        enrolments_with_people(role="teacher").where(
            Enrolment.section_id.in_(section_ids),
            enrolled_between(meeting.starts_on, meeting.ends_on),
        )
    ).all()


def _at_once(held: Enrolment, own: Sequence[Enrolment], one: Meeting, other: Meeting) -> bool:
    """Whether the same person teaches both while both meet."""
    both = common(one, other)
    return any(
        mine.person_id == held.person_id
        and both is not None
        and (shared := common(mine, held)) is not None
        and common(shared, both) is not None
        for mine in own
    )
