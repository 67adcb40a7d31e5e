"""What the office makes of a request, and what that does to registers."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from flask_babel import lazy_gettext as _

from school_erp.absences.actions.telling import said_of, tell
from school_erp.absences.actions.turning import put_back, turn_marks, turned_by
from school_erp.absences.errors import AlreadyDecided, MarksDependOnIt
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.queries.codes import codes_of_school
from school_erp.absences.queries.days import school_days
from school_erp.absences.rules import codes_to_choose, family_may_cancel, usual_code
from school_erp.absences.vocabulary import OPEN, Reason, State
from school_erp.attendance.actions.expecting import expect_absence, expect_no_longer
from school_erp.attendance.marking import Marker
from school_erp.attendance.rules.codes import CodeSet
from school_erp.core.clock import now
from school_erp.core.errors import invalid
from school_erp.extensions import db
from school_erp.schools.queries import today_here


class Explained(Protocol):
    @property
    def starts_on(self) -> dt.date: ...
    @property
    def reason(self) -> str: ...


def accept(absence: AbsenceRequest, teller: Marker, code: str = "", answer: str = "") -> None:
    """Absences that stand get the right code, and registers still to come suggest it."""
    _refuse_decided(absence)
    before = said_of(absence)
    absence.code = code_to_use(absence, teller, code)
    _decide(absence, teller, State.ACCEPTED, answer)
    absence.outcomes = turn_marks(absence, teller)
    days = school_days(absence.starts_on, absence.ends_on)
    expect_absence(absence.id, absence.student_id, days, absence.slots, absence.code)
    tell(absence, teller, before)


def refuse(absence: AbsenceRequest, teller: Marker, answer: str) -> None:
    _refuse_decided(absence)
    if not answer:
        raise invalid("answer", _("Say why, in a sentence for the family."))
    before = said_of(absence)
    _decide(absence, teller, State.REFUSED, answer)
    tell(absence, teller, before, reason=answer)


def cancel(absence: AbsenceRequest, teller: Marker, reason: str = "") -> None:
    """Take back what the request itself did to marks, where nobody did anything since."""
    if absence.state not in OPEN:
        raise AlreadyDecided
    changed = bool(turned_by(absence))
    if not (teller.in_office or family_may_cancel(absence, today_here(), changed_marks=changed)):
        raise MarksDependOnIt
    before = said_of(absence)
    expect_no_longer(absence.id, absence.student_id)
    absence.outcomes = put_back(absence, teller, reason)
    absence.state = State.CANCELLED
    if teller.in_office:
        absence.decided_by, absence.decided_at = teller.person_id, now()
    db.session.flush()
    tell(absence, teller, before, reason=reason)


def _refuse_decided(absence: AbsenceRequest) -> None:
    if absence.state != State.PENDING:
        raise AlreadyDecided


def code_to_use(absence: Explained, teller: Marker, code: str) -> str:
    """The one chosen, if it can stand for this; else the usual one of the reason."""
    codes = CodeSet.on(absence.starts_on, codes_of_school())
    if not code:
        usual = usual_code(Reason(absence.reason), codes, teller.role)
        if usual is None:
            raise invalid("code", _("Choose a code: your school has no usual one for this."))
        return usual.code
    if all(code != each.code for each in codes_to_choose(codes, teller.role)):
        raise invalid("code", _("This code cannot stand for an absence with leave."))
    return code


def _decide(absence: AbsenceRequest, teller: Marker, state: State, answer: str) -> None:
    absence.state, absence.answer = state, answer
    absence.decided_by, absence.decided_at = teller.person_id, now()
    db.session.flush()
