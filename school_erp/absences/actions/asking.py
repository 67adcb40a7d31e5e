"""Telling the school of an absence, ahead or after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from school_erp.absences.actions.attaching import attach
from school_erp.absences.actions.telling import tell
from school_erp.absences.errors import AlreadyTold
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.queries.days import school_days, slot_names
from school_erp.absences.queries.standing import open_requests_of
from school_erp.absences.rules import covers, fault_of_days
from school_erp.absences.vocabulary import State, Through
from school_erp.absences.wording import FAULTS
from school_erp.attendance.marking import Marker
from school_erp.core.errors import invalid
from school_erp.core.ids import new_id
from school_erp.extensions import db
from school_erp.people.models import Person
from school_erp.schools.queries import today_here


@dataclass(frozen=True, slots=True)
class Asked:
    """Days, slots and why, as somebody said it."""

    starts_on: dt.date
    ends_on: dt.date
    slots: Sequence[int]
    reason: str
    note: str

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Asked:
        first = body["starts_on"]
        return cls(
            starts_on=first,
            ends_on=body.get("ends_on") or first,
            slots=sorted(set(body.get("slots", ()))),
            reason=body["reason"],
            note=body.get("note", ""),
        )


def ask(
    student: Person,
    asked: Asked,
    teller: Marker,
    *,
    through: Through,
    asked_by: UUID | None,
    file: bytes | None = None,
) -> AbsenceRequest:
    refuse_what_cannot_be(student, asked, teller)
    absence = AbsenceRequest(
        school_id=student.school_id,
        id=new_id(),
        student_id=student.id,
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        slots=list(asked.slots),
        reason=asked.reason,
        note=asked.note,
        state=State.PENDING,
        through=through,
        asked_by=asked_by,
        entered_by=teller.person_id if teller.in_office else None,
        answer="",
        outcomes=[],
    )
    db.session.add(absence)
    db.session.flush()
    if file is not None:
        attach(absence, file)
    tell(absence, teller, before=None)
    return absence


def refuse_what_cannot_be(student: Person, asked: Asked, teller: Marker) -> None:
    """Of two who tell the same at once, the second is told that it is known."""
    _check(asked, in_office=teller.in_office)
    db.session.get_one(Person, (student.school_id, student.id), with_for_update={"key_share": True})
    if any(covers(known, asked) for known in open_requests_of(student.id)):
        raise AlreadyTold


def _check(asked: Asked, *, in_office: bool) -> None:
    fault = fault_of_days(asked.starts_on, asked.ends_on, today_here(), in_office=in_office)
    if fault:
        field, sentence = FAULTS[fault]
        raise invalid(field, sentence)
    if not set(asked.slots) <= set(slot_names()):
        raise invalid("slots", _("Your school has no such session or lesson."))
    if not school_days(asked.starts_on, asked.ends_on):
        raise invalid("starts_on", _("The school is closed on all of these days."))
