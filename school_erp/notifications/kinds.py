"""Each kind of notification, declared once: its sentence, its picture, and where it leads.

What is stored are facts; a sentence is made when somebody reads it, in the language they read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from school_erp.attendance.vocabulary import Mode, Status
from school_erp.escalation.wording import told_figure, told_rule
from school_erp.notifications.queries import Line

CHILD_ABSENT, CHILD_CORRECTED = "child_absent", "child_corrected"
REGISTER_REOPENED, MARKS_CHANGED = "register_reopened", "marks_changed"
COVER_GIVEN, COVER_WITHDRAWN = "cover_given", "cover_withdrawn"
REGISTER_MISSING, REGISTERS_MISSING = "register_missing", "registers_missing"
ESCALATED = "escalated"
MESSAGES_HELD = "messages_held"
MESSAGES_IN_DOUBT, BUDGET_USED_UP = "messages_in_doubt", "budget_used_up"
JOB_DONE, JOB_FAILED = "job_done", "job_failed"
ABSENCE_ACCEPTED, ABSENCE_REFUSED = "absence_accepted", "absence_refused"


@dataclass(frozen=True, slots=True)
class Kind:
    picture: str
    sentence: Callable[[Line], str]
    address: Callable[[Line], str]


def _absent(line: Line) -> str:
    return str(_("%(student)s was marked absent: %(when)s.", **_child_and_when(line)))


def _corrected(line: Line) -> str:
    names = _child_and_when(line)
    told = {
        Status.PRESENT: _("Corrected: %(student)s was present: %(when)s.", **names),
        Status.LATE: _("Corrected: %(student)s was late: %(when)s.", **names),
        Status.EXCUSED: _("Corrected: %(student)s was excused: %(when)s.", **names),
        None: _("Corrected: %(student)s is no longer marked absent: %(when)s.", **names),
    }
    return str(told[line.facts["status"]])


def _reopened(line: Line) -> str:
    return str(_("%(by)s opened your register again: %(what)s.", by=_by(line), what=_what(line)))


def _changed(line: Line) -> str:
    return str(
        _("%(by)s changed marks in your register: %(what)s.", by=_by(line), what=_what(line))
    )


def _missing(line: Line) -> str:
    return str(_("Your register waits to be taken: %(what)s.", what=_what(line)))


def _missing_in_slot(line: Line) -> str:
    told = ngettext(
        "%(num)s register has not been taken: %(when)s.",
        "%(num)s registers have not been taken: %(when)s.",
        line.facts["registers"],
        when=_when(line),
    )
    return str(told)


def _escalated(line: Line) -> str:
    facts = line.facts
    rule = told_rule(facts["rule_kind"], facts["threshold"])
    if facts["students"] == 1:
        student = line.student or _("A student no longer known")
        figure = told_figure(facts["rule_kind"], facts["figure"])
        return str(
            _("%(student)s: %(rule)s (%(figure)s).", student=student, rule=rule, figure=figure)
        )
    told = ngettext(
        "%(rule)s: %(num)s student.", "%(rule)s: %(num)s students.", facts["students"], rule=rule
    )
    return str(told)


def _accepted(line: Line) -> str:
    return str(_("The absence of %(student)s was accepted: %(when)s.", **_child_and_when(line)))


def _refused(line: Line) -> str:
    names = _child_and_when(line)
    return str(_("The absence of %(student)s was not accepted: %(when)s. Read why.", **names))


def _given(line: Line) -> str:
    return str(_("You were given a cover: %(what)s.", what=_what(line)))


def _withdrawn(line: Line) -> str:
    return str(_("You no longer cover: %(what)s.", what=_what(line)))


def _done(line: Line) -> str:
    left, what = line.facts["left"], _job(line)
    if not left:
        return str(_("%(what)s: done.", what=what))
    told = ngettext(
        "%(what)s: done, %(num)s record was not stored.",
        "%(what)s: done, %(num)s records were not stored.",
        left,
        what=what,
    )
    return str(told)


def _failed(line: Line) -> str:
    what = _job(line)
    return str(_("%(what)s: failed. Its page says why, and lets you try again.", what=what))


def _job(line: Line) -> str:
    words = {
        "attendance.mark": _("Marks of a class"),
        "attendance.scope": _("Marks of many at once"),
        "attendance.import": _("Marks from a file"),
        "attendance.undo": _("Undoing of marks"),
    }
    return str(words.get(line.facts["job_kind"]) or _("Your job"))


def _by(line: Line) -> str:
    return line.facts["by"] or str(_("The system"))


def _child_and_when(line: Line) -> dict[str, str]:
    return {"student": line.student or _("A student no longer known"), "when": _when(line)}


def _what(line: Line) -> str:
    return str(_(", ")).join((line.section or _("a class no longer known"), _when(line)))


def _when(line: Line) -> str:
    day = format_date(dt.date.fromisoformat(line.facts["date"]), "d MMMM yyyy")
    return str(_(", ")).join(filter(None, (day, _slot(line))))


def _slot(line: Line) -> str:
    slot = line.facts["slot"]
    if slot is None:
        return ""
    if line.kind in {COVER_GIVEN, COVER_WITHDRAWN} or line.attendance_mode == Mode.PERIOD:
        return line.period or str(_("Period %(slot)s", slot=slot))
    if line.daily_sessions == 1:
        return ""
    return str(_("Morning") if slot == 1 else _("Afternoon"))


def _child(line: Line) -> str:
    return url_for("student_attendance_pages.show", student_id=line.facts["student_id"])


def _absence(line: Line) -> str:
    return url_for("absence_pages.show", absence_id=line.facts["absence_id"])


def _register(line: Line) -> str:
    facts = line.facts
    return url_for(
        "register_pages.show",
        section_id=facts["section_id"],
        day=dt.date.fromisoformat(facts["date"]),
        slot=facts["slot"],
    )


def _overdue(line: Line) -> str:
    return url_for("register_pages.index", on=line.facts["date"], state="overdue")


def _held(line: Line) -> str:
    where = line.section or str(_("the whole school"))
    what = str(_(", ")).join((where, _when(line)))
    return str(_("Messages to parents wait until you have looked: %(what)s.", what=what))


def _hold(line: Line) -> str:
    return url_for("held_message_pages.show", hold_id=line.facts["hold_id"])


def _in_doubt(line: Line) -> str:
    told = ngettext(
        "%(num)s message to parents is in doubt: nobody knows whether it arrived.",
        "%(num)s messages to parents are in doubt: nobody knows whether they arrived.",
        line.facts["messages"],
    )
    return str(told)


def _used_up(line: Line) -> str:
    told = ngettext(
        "The day's budget for SMS is used up: %(num)s waits.",
        "The day's budget for SMS is used up: %(num)s wait.",
        line.facts["messages"],
    )
    return str(told)


def _messages(_line: Line) -> str:
    return url_for("message_pages.index")


def _escalations(line: Line) -> str:
    return url_for("escalation_pages.index", rule_id=line.facts["rule_id"])


def _week(line: Line) -> str:
    return url_for("timetable_pages.index", on=line.facts["date"])


def _job_page(line: Line) -> str:
    return url_for("job_pages.show", job_id=line.facts["job_id"])


KINDS: dict[str, Kind] = {
    CHILD_ABSENT: Kind("user-off", _absent, _child),
    CHILD_CORRECTED: Kind("user-check", _corrected, _child),
    REGISTER_REOPENED: Kind("lock-open", _reopened, _register),
    MARKS_CHANGED: Kind("edit", _changed, _register),
    REGISTER_MISSING: Kind("clock", _missing, _register),
    REGISTERS_MISSING: Kind("alert-triangle", _missing_in_slot, _overdue),
    MESSAGES_HELD: Kind("player-pause", _held, _hold),
    MESSAGES_IN_DOUBT: Kind("help-circle", _in_doubt, _messages),
    BUDGET_USED_UP: Kind("alert-triangle", _used_up, _messages),
    ESCALATED: Kind("alert-triangle", _escalated, _escalations),
    COVER_GIVEN: Kind("replace", _given, _week),
    COVER_WITHDRAWN: Kind("calendar-off", _withdrawn, _week),
    ABSENCE_ACCEPTED: Kind("circle-check", _accepted, _absence),
    ABSENCE_REFUSED: Kind("circle-x", _refused, _absence),
    JOB_DONE: Kind("checks", _done, _job_page),
    JOB_FAILED: Kind("alert-triangle", _failed, _job_page),
}
