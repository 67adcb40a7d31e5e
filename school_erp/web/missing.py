"""What stands between a school and its first register."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from school_erp.academics.access import Permission as Academics
from school_erp.academics.queries.overview import Overview
from school_erp.attendance.access import Permission as Attendance
from school_erp.core.access import Actor, may
from school_erp.people.access import Permission as People

Step = tuple[Any, str, str, StrEnum]


def missing_steps(actor: Actor, found: Overview, *, has_settings: bool) -> list[tuple[str, str]]:
    """Each a sentence and an address, for those who may go there."""
    return [
        (sentence, url)
        for lacking, sentence, url, permission in _steps(found, has_settings)
        if lacking and may(permission, actor)
    ]


def _steps(found: Overview, has_settings: bool) -> Iterator[Step]:
    structure, sections = Academics.STRUCTURE_EDIT, url_for("sections_pages.index")
    told = _("Say how your school takes attendance.")
    settings = url_for("attendance_settings_pages.show")
    yield not has_settings, told, settings, Attendance.SETTINGS_WRITE
    told = _("Say when your school year begins and ends.")
    yield not found.years, told, url_for("sessions_pages.index"), structure
    told = _("Say when the periods of a day begin.")
    yield not found.periods, told, url_for("periods_pages.index"), structure
    told = _("Bring in your students and staff.")
    yield not found.students, told, url_for("people_pages.index"), People.DIRECTORY_READ
    yield not found.sections, _("Set up your classes."), sections, structure
    lacking = found.sections_without_teacher
    told = _("Classes without a teacher: %(count)s", count=lacking)
    untaught = url_for("sections_pages.index", without_teacher="true")
    yield lacking, told, untaught, Academics.ENROLMENT_EDIT
    lacking = found.students_without_homeroom
    told = _("Students without a homeroom: %(count)s", count=lacking)
    yield lacking, told, url_for("enrolments_pages.unplaced"), Academics.ENROLMENT_EDIT
