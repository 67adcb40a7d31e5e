"""Why a record, or a whole marking, was refused: a code for programs, a sentence for people."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.attendance.marking import Refusal
from school_erp.core.errors import Conflict, Invalid

REFUSALS: dict[str, Any] = {
    "future_date": _("This day has not come yet, and your school does not mark ahead."),
    "outside_window": _("This day is further back than your school lets you mark."),
    "closed_day": _("The school is closed on this day."),
    "no_session": _("This day lies outside the school's terms."),
    "not_your_class": _("You do not teach this class on this day."),
    "unknown_section": _("There is no such class."),
    "unknown_student": _("There is no such student."),
    "not_enrolled": _("This student is not in this class on this day."),
    "unknown_code": _("Your school has no such code on this day."),
    "code_not_yours": _("Only the office may use this code."),
    "not_in_advance": _("This code cannot be used ahead of the day."),
    "no_code_for_status": _("Your school has no code for this status."),
    "status_mismatch": _("Status and code say different things."),
    "register_locked": _("This register is locked."),
    "reason_needed": _("This register was submitted; say why you change it."),
    "duplicate_student": _("This student is named twice."),
    "conflicting_statuses": _("This student is named twice, with different marks."),
    "no_class_then": _("This student has no class with this session or lesson on this day."),
    "not_in_scope": _("This student is in none of the classes that are marked here."),
    "not_late": _("Minutes late belong to a late mark only."),
    "unknown_slot": _("This class has no such session or lesson on this day."),
    "operation_reused": _("This was sent before, and said something else then."),
    "not_employed": _("This person does not work at your school on this day."),
    "duplicate_person": _("This person is named twice."),
    "was_not_there": _("Somebody who was absent has no times. Clear them, or choose another mark."),
    "not_that_day": _("These times are not on this day."),
    "not_yet": _("This time has not come yet."),
    "in_first": _("Give the time of arrival too."),
    "out_before_in": _("Nobody leaves before arriving."),
    "staff_reason_needed": _("This was marked on an earlier day; say why you change it."),
    "not_checked_in": _("You have not checked in today."),
}


def refusal(code: str) -> Refusal:
    return Refusal(code, str(REFUSALS[code]))


class MarkingRefused(Invalid):
    """Nothing of the request was stored; each record says why."""

    code = "marking_refused"


class AnotherPerson(Invalid):
    code = "another_person"
    message = _("Somebody else made these marks. Sign in as whoever it was to send them.")


class RegisterLocked(Conflict):
    code = "register_locked"
    message = REFUSALS["register_locked"]


class ReasonNeeded(Invalid):
    code = "reason_needed"
    message = REFUSALS["reason_needed"]


class AlreadyUndone(Conflict):
    code = "already_undone"
    message = _("This job has already been undone. To bring its marks back, undo the undoing.")


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    message = _("This job changed no marks, so there is nothing to undo.")


class NoSelfCheckIn(Conflict):
    code = "check_in_off"
    message = _("At your school the office notes who is there; staff do not check in themselves.")


class NotSetUp(Conflict):
    code = "attendance_not_set_up"
    message = _("Your school has not yet chosen how it takes attendance: see the settings.")


class AlreadySetUp(Conflict):
    code = "already_set_up"
    message = _("Your school has already chosen how it takes attendance.")


class SettingsChanged(Conflict):
    code = "settings_changed"
    message = _("Somebody else changed the settings meanwhile. Look at them again, then save.")


class CodeInUse(Conflict):
    code = "code_in_use"
    message = _("Marks use this code, so it cannot be deleted. Give it a last day instead.")


class CodeGiven(Conflict):
    code = "code_given"
    message = _(
        "The settings give this code to whoever is missing when a session ends: "
        "choose another there first."
    )


class TrailFromElsewhere(Conflict):
    code = "trail_from_elsewhere"
    message = _(
        "This trail was sealed on another server, so it cannot go on here as it is: "
        "run `flask audit restored`."
    )
