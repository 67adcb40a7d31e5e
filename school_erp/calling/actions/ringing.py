from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, text

from school_erp.attendance.actions.auditing import note
from school_erp.attendance.marking import Marker
from school_erp.calling.errors import BeingCalled, NotAbsent
from school_erp.calling.events import CALLS_CHANGED
from school_erp.calling.models import CallAttempt, CallClaim, CalledFirst
from school_erp.calling.queries.absentees import Contact, contacts_of, is_absent_on
from school_erp.calling.queries.attempts import AttemptShown, attempts_on, is_called_first
from school_erp.calling.queries.lines import calling_list, of_one_family, reachable
from school_erp.calling.rules import next_attempt
from school_erp.calling.vocabulary import Outcome
from school_erp.core.clock import local_now, now
from school_erp.core.errors import invalid
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import STAFF
from school_erp.schools.queries import own_school, today_here

# longer than a call takes, short enough for who was called away
CLAIMED_FOR = dt.timedelta(minutes=5)

# in one order, so that two who ring the same family do not wait for each other in turn
_claim = text("""
    INSERT INTO call_claim AS c (school_id, student_id, caller_id, caller_name, until)
    SELECT :school, student_id, :caller, :name, :until
    FROM unnest(CAST(:students AS uuid[])) AS student_id ORDER BY student_id
    ON CONFLICT (school_id, student_id) DO UPDATE
    SET caller_id = excluded.caller_id, caller_name = excluded.caller_name, until = excluded.until
    WHERE c.until <= :now OR c.caller_id = excluded.caller_id
    RETURNING student_id""")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who rings: a person, or another system on somebody's behalf."""

    id: UUID
    marker: Marker


@dataclass(frozen=True, slots=True)
class Said:
    guardian_id: UUID
    outcome: Outcome
    note: str
    with_siblings: bool

    @classmethod
    def of(cls, body: dict[str, Any]) -> Said:
        return cls(**(body | {"outcome": Outcome(body["outcome"])}))


def claim_family(student: Person, caller: Caller) -> dt.datetime:
    """Everybody sees for a while that this caller rings the family, of all its absent children."""
    family = of_one_family(student.id, calling_list(today_here()))
    students = [line.student_id for line in family] or [student.id]
    release(caller)
    moment = now()
    until = moment + CLAIMED_FOR
    asked = {"school": current_school_id(), "students": students, "now": moment}
    asked |= {"caller": caller.id, "name": caller.marker.name, "until": until}
    claimed = db.session.execute(_claim, asked).all()
    if len(claimed) < len(students):
        raise BeingCalled
    _announce()
    return until


def release(caller: Caller) -> None:
    """One caller rings one family at a time."""
    claims = delete(CallClaim).where(
        CallClaim.school_id == current_school_id(), CallClaim.caller_id == caller.id
    )
    if db.session.scalars(claims.returning(CallClaim.student_id)).all():
        _announce()


def note_call(student: Person, said: Said, caller: Caller) -> list[CallAttempt]:
    """What came of a call: for the child, and for absent siblings whom the same call was about."""
    day = today_here()
    concerned = _concerned(student, said, day)
    if student.id not in concerned:
        raise invalid("guardian_id", _("This person is not among those to ring about the student."))
    if not is_absent_on(day, student.id):
        raise NotAbsent
    if said.outcome is Outcome.WRONG_NUMBER:
        _mark_number_bad(said.guardian_id)
    attempts, here = attempts_on(day, concerned), local_now(own_school().timezone)
    noted = [
        _stored(
            student_id,
            day,
            said,
            caller,
            _again(said, contacts, attempts.get(student_id, ()), here),
        )
        for student_id, contacts in concerned.items()
    ]
    release(caller)
    _announce()
    return noted


def call_first(student: Person, marker: Marker, *, first: bool) -> None:
    """Said of a child by the office; again is the same."""
    before = is_called_first(student.id)
    if before == first:
        return
    key = {"school_id": student.school_id, "student_id": student.id}
    if first:
        db.session.add(CalledFirst(**key))
    else:
        db.session.delete(db.session.get_one(CalledFirst, tuple(key.values())))
    note(
        "call",
        marker,
        before={"called_first": before},
        after={"called_first": first},
        student_id=student.id,
    )
    _announce()


def _mark_number_bad(guardian_id: UUID) -> None:
    """For messages too, until the number changes."""
    guardian = db.session.get_one(Person, (current_school_id(), guardian_id))
    guardian.phone_bad_since = guardian.phone_bad_since or now()
    db.session.flush()


def _concerned(student: Person, said: Said, day: dt.date) -> dict[UUID, Sequence[Contact]]:
    """Between separated families, what one adult said is about their own children alone."""
    children = [student.id]
    if said.with_siblings:
        children += [line.student_id for line in of_one_family(student.id, calling_list(day))[1:]]
    return {
        child: contacts
        for child, contacts in contacts_of(children).items()
        if any(each.person_id == said.guardian_id for each in contacts)
    }


def _again(
    said: Said, contacts: Sequence[Contact], attempts: Sequence[AttemptShown], here: dt.datetime
) -> dt.datetime | None:
    rung = {each.attempt.guardian_id for each in attempts} | {said.guardian_id}
    untried = any(each not in rung for each in reachable(contacts))
    return next_attempt(said.outcome, here, others_untried=untried)


def _stored(
    student_id: UUID, day: dt.date, said: Said, caller: Caller, again: dt.datetime | None
) -> CallAttempt:
    attempt = CallAttempt(
        school_id=current_school_id(),
        student_id=student_id,
        guardian_id=said.guardian_id,
        date=day,
        outcome=said.outcome,
        note=said.note,
        caller_name=caller.marker.name,
        next_at=again,
    )
    db.session.add(attempt)
    note(
        "call",
        caller.marker,
        before=None,
        after={"outcome": str(said.outcome)},
        student_id=student_id,
        person_id=said.guardian_id,
        date=day,
    )
    return attempt


def _announce() -> None:
    announce(CALLS_CHANGED, [STAFF.of(current_school_id())], {"date": today_here().isoformat()})
