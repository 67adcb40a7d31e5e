"""A school's codes. What a code in use meant, it goes on meaning for the marks that used it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.attendance.actions.auditing import note
from school_erp.attendance.errors import CodeGiven, CodeInUse, NotSetUp
from school_erp.attendance.events import SETTINGS_CHANGED
from school_erp.attendance.marking import Marker
from school_erp.attendance.models import AttendanceCode
from school_erp.attendance.queries.codes import (
    is_expected,
    is_given_at_the_end,
    last_use_of,
    one_editor_at_a_time,
    overlapping,
)
from school_erp.core.errors import invalid
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import INSTITUTION
from school_erp.schools.queries import today_here

# what marks already made stand for; everything else is how a code is shown and who may use it
MEANING = ("label", "status", "statistical_class")
CHANGEABLE = (
    *("code", *MEANING, "roles", "allowed_in_advance", "is_default"),
    *("prefills", "position", "colour", "slot", "starts_on", "ends_on"),
)


def add_code(marker: Marker, body: dict[str, Any]) -> AttendanceCode:
    _hold()
    reason = body.pop("reason", "")
    code = AttendanceCode(
        school_id=current_school_id(), id=new_id(), **{"starts_on": today_here(), **body}
    )
    _refuse_bad_dates(code)
    db.session.add(code)
    db.session.flush()
    note("code", marker, before=None, after=noted(code), reason=reason)
    _announce()
    return code


def change_code(code: AttendanceCode, marker: Marker, changes: dict[str, Any]) -> AttendanceCode:
    """Changes in place what only concerns days to come or looks.

    A new meaning of a code in use begins a code of its own; the old one ends the day before.
    """
    _hold()
    db.session.refresh(code)
    reason = changes.pop("reason", "")
    differing = {name: value for name, value in changes.items() if value != getattr(code, name)}
    if not differing:
        return code
    if "code" in differing or differing.get("ends_on") is not None:
        _refuse_while_given(code)
    last_use = last_use_of(code)
    if last_use is not None:
        _refuse_unhistoric(differing, last_use)
        if any(name in differing for name in MEANING):
            return _replace(code, marker, differing, last_use, reason)
    before = noted(code)
    _apply(code, differing)
    note("code", marker, before=before, after=noted(code), reason=reason)
    _announce()
    return code


def delete_code(code: AttendanceCode, marker: Marker, reason: str = "") -> None:
    _hold()
    if last_use_of(code) is not None:
        raise CodeInUse
    if is_expected(code):
        raise CodeInUse(
            _("Absences told ahead use this code, so it cannot be deleted. Give it a last day.")
        )
    _refuse_while_given(code)
    before = noted(code)
    db.session.delete(code)
    db.session.flush()
    note("code", marker, before=before, after=None, reason=reason)
    _announce()


def noted(code: AttendanceCode) -> dict[str, Any]:
    """A code as the audit remembers it."""
    return {"id": str(code.id)} | {name: _plain(getattr(code, name)) for name in CHANGEABLE}


def _replace(
    code: AttendanceCode,
    marker: Marker,
    changes: dict[str, Any],
    last_use: dt.date,
    reason: str,
) -> AttendanceCode:
    starts_on = changes.get("starts_on") or max(today_here(), last_use + dt.timedelta(days=1))
    values = {name: getattr(code, name) for name in CHANGEABLE} | changes
    successor = AttendanceCode(
        school_id=code.school_id, id=new_id(), **(values | {"starts_on": starts_on})
    )
    before = noted(code)
    _apply(code, {"ends_on": starts_on - dt.timedelta(days=1)})
    note("code", marker, before=before, after=noted(code), reason=reason)
    _refuse_bad_dates(successor)
    db.session.add(successor)
    db.session.flush()
    note("code", marker, before=None, after=noted(successor), reason=reason)
    _announce()
    return successor


def _refuse_unhistoric(changes: dict[str, Any], last_use: dt.date) -> None:
    if "code" in changes:
        raise invalid(
            "code", _("Marks use this code, so it keeps its letters. End it and add another.")
        )
    ends_on = changes.get("ends_on")
    if ends_on is not None and ends_on < last_use:
        raise invalid(
            "ends_on",
            _("A mark of %(day)s uses this code; it can end then or later.", day=last_use),
        )
    starts_on = changes.get("starts_on")
    if starts_on is not None and starts_on <= last_use:
        raise invalid(
            "starts_on",
            _("A mark of %(day)s uses this code; a new meaning can begin after it.", day=last_use),
        )
    if starts_on is not None and not any(name in changes for name in MEANING):
        raise invalid("starts_on", _("Marks use this code, so its first day stays."))


def _refuse_while_given(code: AttendanceCode) -> None:
    if is_given_at_the_end(code):
        raise CodeGiven


def _refuse_bad_dates(code: AttendanceCode) -> None:
    if code.ends_on is not None and code.ends_on < code.starts_on:
        raise invalid("ends_on", _("The last day is before the first."))
    other = overlapping(code.code, code.starts_on, code.ends_on, but=code.id)
    if other is not None:
        raise invalid(
            "code",
            _(
                "There is already a code %(code)s from %(day)s on.",
                code=other.code,
                day=other.starts_on,
            ),
        )


def _apply(code: AttendanceCode, values: dict[str, Any]) -> None:
    with db.session.no_autoflush:
        for name, value in values.items():
            setattr(code, name, value)
        _refuse_bad_dates(code)
    db.session.flush()


def _announce() -> None:
    announce(SETTINGS_CHANGED, [INSTITUTION.of(current_school_id())], {"changed": ["codes"]})


def _hold() -> None:
    if not one_editor_at_a_time():
        raise NotSetUp


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
