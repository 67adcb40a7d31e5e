"""What a few families have told each demo school: some of it waits, some is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import Row, exists, select, text
from sqlalchemy.orm import Session

from school_erp.absences.models import AbsenceRequest
from school_erp.absences.queries.days import school_days
from school_erp.absences.vocabulary import Reason, State, Through
from school_erp.attendance.actions.expecting import expect_absence
from school_erp.cli.demo.plans import Kind, Plan
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id


@dataclass(frozen=True, slots=True)
class Word:
    """First and last are counted in school days from today on."""

    reason: Reason
    first: int
    last: int
    note: str = ""
    state: State = State.PENDING
    answer: str = ""
    through: Through = Through.PAGE


WORDS = (
    Word(Reason.ILLNESS, 0, 1, "High temperature since last night. We are seeing the doctor."),
    Word(Reason.APPOINTMENT, 2, 2, "Orthodontist; back after lunch."),
    Word(Reason.ILLNESS, 0, 0, "Sick bug.", through=Through.OFFICE),
    Word(Reason.RELIGION, 5, 5, "", State.ACCEPTED),
    Word(Reason.ACTIVITY, 4, 4, "County swimming final.", State.ACCEPTED, "Good luck!"),
    Word(
        Reason.TRAVEL,
        3,
        10,
        "A wedding in the family, abroad.",
        State.REFUSED,
        "We can agree to two days around the wedding. Please ask again for those.",
    ),
    Word(Reason.FAMILY, 1, 1, "", State.CANCELLED),
)
_DAYS_AHEAD = timedelta(days=60)

# families whose adults are known by a sign-in first, each child once
_families = text("""
    SELECT DISTINCT ON (known, p.external_id) p.id AS student_id, g.guardian_id,
           (a.login = ANY(:logins)) IS TRUE AS known
    FROM guardianship g
    JOIN person p ON p.school_id = g.school_id AND p.id = g.student_id AND p.active
    LEFT JOIN account a ON a.school_id = g.school_id AND a.person_id = g.guardian_id
    WHERE g.school_id = :school AND NOT g.do_not_contact
    ORDER BY known DESC, p.external_id, g.call_order
    LIMIT :most""")


def let_families_tell(session: Session, plan: Plan, today: date) -> None:
    """Anew where nothing waits any more of today or later."""
    days = school_days(today, today + _DAYS_AHEAD)
    if len(days) <= max(word.last for word in WORDS) or _still_waits(session, today):
        return
    families = _some_families(session, plan)
    for word, family in zip(WORDS, cycle(families), strict=False):
        _tell(session, plan, word, family, days)
    session.flush()


def _still_waits(session: Session, today: date) -> bool:
    waiting = exists().where(
        AbsenceRequest.school_id == current_school_id(),
        AbsenceRequest.state == State.PENDING,
        AbsenceRequest.ends_on >= today,
    )
    return bool(session.scalar(select(waiting)))


def _some_families(session: Session, plan: Plan) -> Sequence[Row[Any]]:
    logins = [known.login for known in plan.known]
    asked = {"school": current_school_id(), "logins": logins, "most": len(WORDS)}
    return session.execute(_families, asked).all()


def _tell(session: Session, plan: Plan, word: Word, family: Row[Any], days: Sequence[date]) -> None:
    code = _code(plan, word) if word.state == State.ACCEPTED else None
    absence = AbsenceRequest(
        school_id=current_school_id(),
        id=new_id(),
        student_id=family.student_id,
        starts_on=days[word.first],
        ends_on=days[word.last],
        slots=[],
        reason=word.reason,
        note=word.note,
        state=word.state,
        through=word.through,
        asked_by=family.guardian_id,
        decided_at=now() if word.state in {State.ACCEPTED, State.REFUSED} else None,
        code=code,
        answer=word.answer,
        outcomes=[],
    )
    session.add(absence)
    if code:
        between = days[word.first : word.last + 1]
        expect_absence(absence.id, absence.student_id, between, (), code)


def _code(plan: Plan, word: Word) -> str:
    if plan.kind is Kind.SECONDARY:
        return "E"
    return {Reason.RELIGION: "R", Reason.ACTIVITY: "P"}.get(word.reason, "C")
