from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from school_erp.academics.errors import InUse
from school_erp.academics.models import Course
from school_erp.academics.queries import uses
from school_erp.core.errors import Conflict
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.core.violations import flushed
from school_erp.extensions import db


def add_course(body: dict[str, Any]) -> Course:
    course = Course(school_id=current_school_id(), id=new_id(), **body)
    db.session.add(course)
    return _stored(course)


def change_course(course: Course, changes: dict[str, Any]) -> Course:
    for name, value in changes.items():
        setattr(course, name, value)
    return _stored(course)


def remove_course(course: Course) -> None:
    classes = uses.sections_of_course(course)
    if classes:
        raise InUse(
            ngettext(
                "%(num)s class is taught in this course, so it stays.",
                "%(num)s classes are taught in this course, so it stays.",
                classes,
            )
        )
    db.session.delete(course)
    db.session.flush()


def _stored(course: Course) -> Course:
    taken = {
        "uq_course_school_id_code": _code_taken,
        "uq_course_school_id_external_id": _number_taken,
    }
    with flushed(taken):
        return course


def _code_taken() -> Conflict:
    return Conflict(fields={"code": [_("Another course already has this code.")]})


def _number_taken() -> Conflict:
    return Conflict(fields={"external_id": [_("Another course already has this number.")]})
