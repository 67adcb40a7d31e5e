"""What the office has said to families today: messages, calls, a doubt, and one hold.

The calls, the hold and what goes on too long are really done; messages are put there as if they
had left before the demo was started.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, exists, select, text
from sqlalchemy.orm import Session

from school_erp.attendance.actions.bulk import mark_at_once
from school_erp.attendance.marking import Marker, Marking, Record
from school_erp.calling.actions.ringing import Caller, Said, call_first, note_call
from school_erp.calling.queries.lines import Line, calling_list
from school_erp.calling.vocabulary import Outcome as CallOutcome
from school_erp.cli.demo.doings import Lately, lately_before, some_officer
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.escalation.actions.looking import look_once
from school_erp.messages.actions.learning import NEVER
from school_erp.messages.models import Message, MessageAttempt, MessageHold
from school_erp.messages.texts import compose
from school_erp.messages.vocabulary import Channel, Outcome, State
from school_erp.notifications.families import look_ahead
from school_erp.people.models import Person

CALLS = (
    (CallOutcome.LEFT_MESSAGE, "Asked to ring back before noon."),
    (CallOutcome.NO_ANSWER, ""),
    (CallOutcome.UNAWARE, "Thought she had taken the bus. Is looking into it."),
)
# what became of today's messages, as many as there are families for
ENDS = (State.UNKNOWN, State.DELIVERED, State.DELIVERED, State.FAILED, State.SENT, State.DELIVERED)
_OUTCOMES = {
    State.DELIVERED: Outcome.DELIVERED,
    State.SENT: Outcome.ACCEPTED,
    State.FAILED: Outcome.BAD_ADDRESS,
    State.UNKNOWN: Outcome.UNKNOWN,
}
SLIP = "Nobody was in the room"

# two thirds of the smallest class, in a slot in which it was there
_slip = text("""
    SELECT section_id, student_id FROM (
        SELECT m.section_id, m.student_id, m.code,
               row_number() OVER (PARTITION BY m.section_id ORDER BY m.student_id) AS place,
               count(*) OVER (PARTITION BY m.section_id) AS students
        FROM student_attendance m
        JOIN register r USING (school_id, section_id, date, slot)
        WHERE m.school_id = :school AND m.date = :day AND m.slot = :slot) AS placed
    WHERE students >= 6 AND place <= students * 2 / 3
    ORDER BY students, section_id, place""")


def let_the_office_reach_families(session: Session, today: dt.date) -> None:
    """Once a day, and what lasts longer once."""
    officer = some_officer(session)
    look_once(today)
    if not _has_a_hold(session):
        lately = lately_before(session, today)
        if lately is not None:
            _leave_a_class_away(session, lately, officer)
    lines = [line for line in calling_list(today) if line.ring]
    if not lines or any(line.attempts for line in lines):
        return
    for line, end in zip(lines, ENDS, strict=False):
        _write(session, line, today, end)
    _ring(session, lines, officer)


def _has_a_hold(session: Session) -> bool:
    here = exists().where(MessageHold.school_id == current_school_id())
    return bool(session.scalar(select(here)))


def _leave_a_class_away(session: Session, lately: Lately, officer: Marker) -> None:
    """So many that messages wait for somebody."""
    asked = {"school": current_school_id(), "day": lately.day, "slot": lately.slot}
    students = session.execute(_slip, asked).all()
    if not students:
        return
    place = lately.place
    mark_at_once(Marking(place.school_id, place.day, place.slot, _absent(students), officer, SLIP))
    look_ahead()


def _absent(students: Sequence[Row[Any]]) -> list[Record]:
    first: UUID = students[0].section_id
    return [
        Record(row.student_id, row.section_id, status="ABSENT")
        for row in students
        if row.section_id == first
    ]


def _ring(session: Session, lines: Sequence[Line], officer: Marker) -> None:
    caller = Caller(cast(UUID, officer.person_id), officer)
    for line, (outcome, said) in zip(lines, CALLS, strict=False):
        student = session.get_one(Person, (current_school_id(), line.student_id))
        note_call(student, Said(cast(UUID, line.ring), outcome, said, with_siblings=False), caller)
    last = session.get_one(Person, (current_school_id(), lines[-1].student_id))
    call_first(last, officer, first=True)


def _write(session: Session, line: Line, today: dt.date, state: State) -> None:
    moment = now()
    message = Message(
        school_id=current_school_id(),
        id=new_id(),
        kind="absent",
        student_id=line.student_id,
        date=today,
        slot=line.absentee.slots[0],
        guardian_id=line.ring,
        channel=Channel.SMS,
        facts={},
        due_at=NEVER if state is State.UNKNOWN else moment,
        state=state,
        reason=Outcome.BAD_ADDRESS if state is State.FAILED else None,
        attempts=1,
        sent_at=moment if state in {State.SENT, State.DELIVERED} else None,
    )
    composed = compose(message)
    message.language, message.address = composed.language, composed.address
    message.text, message.segments = composed.text, composed.segments
    session.add(message)
    session.flush()
    session.add(
        MessageAttempt(
            school_id=message.school_id,
            id=new_id(),
            message_id=message.id,
            kind="send",
            outcome=_OUTCOMES[state],
            ended_at=moment,
            provider="sms",
        )
    )
    session.flush()
