"""What is held and waits for a person, and what people decided lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute

from school_erp.academics.models import Section
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.models import Message, MessageHold
from school_erp.messages.vocabulary import State
from school_erp.people.models import Person
from school_erp.people.queries.names import name_in_sql

LATEST = 20

_recipients = text(f"""
    SELECT {name_in_sql("student")} AS student, {name_in_sql("adult")} AS guardian,
           section.name AS section, m.channel, adult.phone, adult.email, m.state
    FROM message m
    JOIN person student ON student.school_id = m.school_id AND student.id = m.student_id
    JOIN person adult ON adult.school_id = m.school_id AND adult.id = m.guardian_id
    LEFT JOIN section ON section.school_id = m.school_id AND section.id = m.section_id
    WHERE m.school_id = :school AND m.hold_id = :hold
    ORDER BY section.name, student.sort_name, adult.sort_name, m.channel""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class HoldShown:
    hold: MessageHold
    section: str
    # held now, and of how many children
    messages: int
    students: int
    decided_by: str


@dataclass(frozen=True, slots=True)
class Recipient:
    student: str
    guardian: str
    section: str | None
    channel: str
    phone: str | None
    email: str | None
    state: str

    @property
    def address(self) -> str:
        return (self.phone if self.channel == "sms" else self.email) or ""


def open_holds() -> Sequence[HoldShown]:
    return _shown(MessageHold.decision.is_(None))


def latest_decided() -> Sequence[HoldShown]:
    return _shown(MessageHold.decision.is_not(None), LATEST)


def with_counts(hold: MessageHold) -> HoldShown:
    [found] = _shown(MessageHold.id == hold.id)
    return found


def recipients_of(hold: MessageHold) -> Sequence[Recipient]:
    asked = {"school": hold.school_id, "hold": hold.id}
    return [Recipient(**row) for row in db.session.execute(_recipients, asked).mappings()]


def samples_of(hold: MessageHold, most: int) -> Sequence[Message]:
    """Of each way one, so that whoever decides reads what families would."""
    those = (
        select(Message)
        .where(Message.school_id == hold.school_id, Message.hold_id == hold.id)
        .ext(distinct_on(Message.channel))
        .order_by(Message.channel, Message.id)
        .limit(most)
    )
    return db.session.scalars(those).all()


def _shown(condition: ColumnElement[bool], most: int | None = None) -> Sequence[HoldShown]:
    query = (
        select(MessageHold, Section.name, _held(Message.id), _held(Message.student_id), Person)
        .outerjoin(
            Section,
            (Section.school_id == MessageHold.school_id) & (Section.id == MessageHold.section_id),
        )
        .outerjoin(
            Person,
            (Person.school_id == MessageHold.school_id) & (Person.id == MessageHold.decided_by),
        )
        .where(MessageHold.school_id == current_school_id(), condition)
        .order_by(MessageHold.created_at.desc(), MessageHold.id)
        .limit(most)
    )
    return [
        HoldShown(hold, section or "", messages, students, decided.name if decided else "")
        for hold, section, messages, students, decided in db.session.execute(query)
    ]


def _held(what: InstrumentedAttribute[UUID]) -> ScalarSelect[int]:
    """How many different ones wait in it now."""
    return (
        select(func.count(what.distinct()))
        .where(
            Message.school_id == MessageHold.school_id,
            Message.hold_id == MessageHold.id,
            Message.state == State.HELD,
        )
        .correlate(MessageHold)
        .scalar_subquery()
    )
