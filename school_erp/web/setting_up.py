"""What stands between a new school and its first register, in the order in which it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from school_erp.academics.access import Permission as Academics
from school_erp.academics.queries.overview import Overview
from school_erp.accounts.access import Permission as Accounts
from school_erp.accounts.queries import staff_with_sign_in
from school_erp.attendance.access import Permission as Attendance
from school_erp.attendance.queries.registers import any_register_taken
from school_erp.attendance.vocabulary import Mode
from school_erp.core.access import Actor, may
from school_erp.imports.access import Permission as Imports


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done, why, and where."""

    sentence: str
    why: str
    url: str
    permission: StrEnum
    done: bool
    # a school can take registers without it
    may_wait: bool = False


def lacking_steps(actor: Actor, found: Overview, mode: Mode | None) -> list[Step]:
    """What must be done and is not yet, by somebody who may."""
    return [
        step
        for step in structure_steps(found, mode)
        if not step.done and not step.may_wait and may(step.permission, actor)
    ]


def every_step(actor: Actor, found: Overview, mode: Mode | None) -> list[Step]:
    steps = (*structure_steps(found, mode), *_last_steps())
    return [step for step in steps if may(step.permission, actor)]


def structure_steps(found: Overview, mode: Mode | None) -> Iterator[Step]:
    yield from _frame(found, mode)
    yield from _people(found)
    if mode == Mode.PERIOD:
        yield Step(
            _("Enter the timetable."),
            _("Each lesson in it has a register. It can also be built class by class."),
            url_for("timetable_pages.index"),
            Academics.TIMETABLE_EDIT,
            done=bool(found.lessons),
        )


def _frame(found: Overview, mode: Mode | None) -> Iterator[Step]:
    yield Step(
        _("Say when your school year begins and ends."),
        _("Registers exist on the days between, and figures are counted over them."),
        url_for("sessions_pages.index"),
        Academics.STRUCTURE_EDIT,
        done=bool(found.years),
    )
    yield Step(
        _("Enter holidays and closed days."),
        _("No register is due then, and no family hears of an absence. More can follow any time."),
        url_for("calendar_pages.index"),
        Academics.CALENDAR_EDIT,
        done=bool(found.special_days),
        may_wait=True,
    )
    yield Step(
        _("Say how your school takes attendance."),
        _("By day or in every lesson, and with which codes. Both can be changed later."),
        url_for("attendance_settings_pages.show"),
        Attendance.SETTINGS_WRITE,
        done=mode is not None,
    )
    yield Step(
        _("Say when the periods of a day begin."),
        _("Lessons and lateness are reckoned from them."),
        url_for("periods_pages.index"),
        Academics.STRUCTURE_EDIT,
        done=bool(found.periods),
        may_wait=mode == Mode.DAILY,
    )


def _people(found: Overview) -> Iterator[Step]:
    yield Step(
        _("Bring in your students and staff."),
        _("From a file, which is looked through first and shown to you before anything changes."),
        url_for("import_pages.index"),
        Imports.FILE_IMPORT,
        done=bool(found.students),
    )
    yield Step(
        _("Set up your classes."),
        _("A homeroom for the day, and the classes that lessons are given to. A file can do it."),
        url_for("sections_pages.index"),
        Academics.STRUCTURE_EDIT,
        done=bool(found.sections),
    )
    lacking = found.sections_without_teacher
    yield Step(
        _("Classes without a teacher: %(count)s", count=lacking)
        if lacking
        else _("Say who teaches each class."),
        _("Whoever teaches a class finds its register on their start page."),
        url_for("sections_pages.index", without_teacher="true" if lacking else None),
        Academics.ENROLMENT_EDIT,
        done=bool(found.sections) and not lacking,
    )
    lacking = found.students_without_homeroom
    yield Step(
        _("Students without a homeroom: %(count)s", count=lacking)
        if lacking
        else _("Put each student into a class."),
        _("Nobody can be marked who is in no class."),
        url_for("enrolments_pages.unplaced" if lacking else "sections_pages.index"),
        Academics.ENROLMENT_EDIT,
        done=bool(found.students) and not lacking,
    )


def _last_steps() -> Iterator[Step]:
    yield Step(
        _("Give your staff their sign-in."),
        _("Each gets a link that works once, and chooses a password."),
        url_for("account_pages.index"),
        Accounts.ACCOUNT_MANAGE,
        done=staff_with_sign_in() > 1,
    )
    yield Step(
        _("Take the first register."),
        _("Then your school is running. Holding times and quiet hours stand in the settings."),
        url_for("register_pages.index"),
        Attendance.REGISTER_READ,
        done=any_register_taken(),
    )


def shown_steps(actor: Actor, found: Overview, mode: Mode | None) -> dict[str, Any]:
    """For the page: every step, how many are done, and the one that is next."""
    steps = every_step(actor, found, mode)
    waiting = [step for step in steps if not step.done]
    pressing = [step for step in waiting if not step.may_wait]
    return {
        "steps": steps,
        "done": len(steps) - len(waiting),
        "next_step": next(iter(pressing or waiting), None),
    }
