"""School years and the terms inside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from school_erp.academics.access import named
from school_erp.academics.actions.announcing import announce_calendar
from school_erp.academics.actions.dates import check_order, lasts
from school_erp.academics.actions.taking_turns import one_at_a_time
from school_erp.academics.errors import InUse, Overlap
from school_erp.academics.models import AcademicSession
from school_erp.academics.queries import uses
from school_erp.academics.rules.spans import first_overlapping, lies_within
from school_erp.core.errors import Conflict, invalid
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.core.violations import flushed
from school_erp.extensions import db


def add_session(body: dict[str, Any]) -> AcademicSession:
    one_at_a_time("sessions")
    session = AcademicSession(school_id=current_school_id(), id=new_id(), **body)
    _check(session)
    db.session.add(session)
    return _stored(session)


def change_session(session: AcademicSession, changes: dict[str, Any]) -> AcademicSession:
    one_at_a_time("sessions")
    before = (session.starts_on, session.ends_on)
    for name, value in changes.items():
        setattr(session, name, value)
    _check(session)
    _refuse_leaving_things_outside(session)
    return _stored(session, *before)


def remove_session(session: AcademicSession) -> None:
    one_at_a_time("sessions")
    classes = uses.sections_in(session)
    if classes:
        raise InUse(
            ngettext(
                "%(num)s class belongs to it. Move or remove that class first.",
                "%(num)s classes belong to it. Move or remove those classes first.",
                classes,
            )
        )
    db.session.delete(session)
    db.session.flush()
    announce_calendar(session.starts_on, session.ends_on)


def _stored(session: AcademicSession, *days_before: date) -> AcademicSession:
    announce_calendar(session.starts_on, session.ends_on, *days_before)
    with flushed({"uq_academic_session_school_id_name": _name_taken}):
        return session


def _name_taken() -> Conflict:
    return Conflict(fields={"name": [_("Another year or term already has this name.")]})


def _check(session: AcademicSession) -> None:
    check_order(session)
    if session.kind == "term":
        _check_term(session)
    elif session.year_id:
        raise invalid("year_id", _("A year is not part of another year."))
    else:
        _check_year(session)


def _check_term(term: AcademicSession) -> None:
    if term.year_id is None:
        raise invalid("year_id", _("A term belongs to a year. Say which."))
    year = named(AcademicSession, term.year_id, "year_id")
    if year.kind != "year" or year.id == term.id:
        raise invalid("year_id", _("This is not a year."))
    if uses.terms_of(term):
        raise invalid("kind", _("This year has terms, so it cannot be a term itself."))
    if not lies_within(term, year):
        field = "starts_on" if term.starts_on < year.starts_on else "ends_on"
        raise invalid(field, lasts(year))
    other = first_overlapping(term, [t for t in uses.terms_of(year) if t.id != term.id])
    if other:
        raise Overlap(fields={"starts_on": [lasts(other)]})


def _check_year(year: AcademicSession) -> None:
    outside = next((t for t in uses.terms_of(year) if not lies_within(t, year)), None)
    if outside:
        field = "starts_on" if outside.starts_on < year.starts_on else "ends_on"
        raise invalid(field, lasts(outside))


def _refuse_leaving_things_outside(session: AcademicSession) -> None:
    outside = uses.dates_outside(session)
    if outside:
        raise InUse(
            ngettext(
                "%(num)s enrolment or lesson of its classes lies outside these dates.",
                "%(num)s enrolments and lessons of its classes lie outside these dates.",
                outside,
            )
        )
