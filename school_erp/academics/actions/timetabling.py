"""When classes meet. A class is never in two lessons at once; a teacher or a room may be, told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.academics.access import named
from school_erp.academics.actions.dates import check_dates
from school_erp.academics.actions.taking_turns import one_at_a_time
from school_erp.academics.errors import Overlap
from school_erp.academics.models import Section, TimetableEntry
from school_erp.academics.queries import slots
from school_erp.academics.queries.calendar import period_in
from school_erp.academics.queries.slots import ClashWarning
from school_erp.academics.queries.timetable import Meeting
from school_erp.academics.rules.spans import nearest
from school_erp.academics.rules.timetable import clashes
from school_erp.core.errors import invalid
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.schools.queries import today_here


@dataclass(frozen=True, slots=True)
class Timetabled:
    """An entry as it now stands, and what is at the same time with its teacher or in its room."""

    entry: TimetableEntry
    warnings: Sequence[ClashWarning]


def add_entry(body: dict[str, Any]) -> Timetabled:
    section = named(Section, body["section_id"], "section_id")
    entry = TimetableEntry(school_id=current_school_id(), id=new_id(), **{"weeks": "every", **body})
    entry.starts_on = entry.starts_on or nearest(today_here(), slots.session_of(section))
    return _placed(entry)


def change_entry(entry: TimetableEntry, changes: dict[str, Any]) -> Timetabled:
    for name, value in changes.items():
        setattr(entry, name, value)
    return _placed(entry)


def remove_entry(entry: TimetableEntry) -> None:
    """For lessons entered by mistake; one that no longer takes place gets a last day instead."""
    db.session.delete(entry)
    db.session.flush()


def _placed(entry: TimetableEntry) -> Timetabled:
    one_at_a_time("timetable")
    section = named(Section, entry.section_id, "section_id")
    _check(entry, section)
    meeting = slots.meeting_of(entry, section)
    others = clashes(meeting, slots.meetings_beside(meeting))
    _refuse_own_clash(meeting, others)
    db.session.add(entry)
    db.session.flush()
    return Timetabled(entry, slots.warnings_about(meeting, others))


def _check(entry: TimetableEntry, section: Section) -> None:
    check_dates(entry, slots.session_of(section))
    if period_in(entry.slot) is None:
        raise invalid("slot", _("There is no such period."))


def _refuse_own_clash(meeting: Meeting, others: Sequence[Meeting]) -> None:
    if any(other.section_id == meeting.section_id for other in others):
        raise Overlap(
            fields={"slot": [_("%(name)s already meets then.", name=meeting.section_name)]}
        )
