from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from school_erp.academics.access import named
from school_erp.academics.errors import InUse
from school_erp.academics.models import AcademicSession, Course, Section
from school_erp.academics.queries import uses
from school_erp.core.errors import Conflict, invalid
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.core.violations import flushed
from school_erp.extensions import db


def add_section(body: dict[str, Any]) -> Section:
    section = Section(school_id=current_school_id(), id=new_id(), **body)
    _check(section)
    db.session.add(section)
    return _stored(section)


def change_section(section: Section, changes: dict[str, Any]) -> Section:
    moved = changes.get("academic_session_id", section.academic_session_id)
    if moved != section.academic_session_id:
        _refuse_leaving_dates(section, named(AcademicSession, moved, "academic_session_id"))
    if changes.get("kind", section.kind) != section.kind and uses.people_ever_in(section):
        raise invalid("kind", _("People are enrolled in this class, so it stays what it is."))
    for name, value in changes.items():
        setattr(section, name, value)
    _check(section)
    return _stored(section)


def remove_section(section: Section) -> None:
    """For classes entered by mistake; one that had people is archived instead."""
    people = uses.people_ever_in(section)
    if people:
        raise InUse(
            ngettext(
                "%(num)s person is or was in this class. Archive it instead.",
                "%(num)s people are or were in this class. Archive it instead.",
                people,
            )
        )
    db.session.delete(section)
    db.session.flush()


def _check(section: Section) -> None:
    named(AcademicSession, section.academic_session_id, "academic_session_id")
    if section.course_id:
        named(Course, section.course_id, "course_id")
    elif section.kind == "scheduled":
        raise invalid("course_id", _("A class taught at set times belongs to a course."))


def _refuse_leaving_dates(section: Section, session: AcademicSession) -> None:
    outside = uses.section_dates_outside(section.id, session)
    if outside:
        told = ngettext(
            "%(num)s enrolment or lesson of this class lies outside those dates.",
            "%(num)s enrolments and lessons of this class lie outside those dates.",
            outside,
        )
        raise InUse(fields={"academic_session_id": [told]})


def _stored(section: Section) -> Section:
    taken = {
        "uq_section_school_id_academic_session_id_name": _name_taken,
        "uq_section_school_id_external_id": _number_taken,
    }
    with flushed(taken):
        return section


def _name_taken() -> Conflict:
    return Conflict(fields={"name": [_("Another class of this year or term has this name.")]})


def _number_taken() -> Conflict:
    return Conflict(fields={"external_id": [_("Another class already has this number.")]})
