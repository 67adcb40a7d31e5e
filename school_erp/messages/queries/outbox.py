"""Messages as the office reads them, with the names of those they concern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, func, select

from school_erp.core.paging import LIMIT, Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.models import Message, MessageAttempt
from school_erp.messages.queries.spending import start_of_today
from school_erp.messages.vocabulary import Channel, State
from school_erp.people.models import Guardianship, Person
from school_erp.schools.queries import own_school

MOST_DOUBTS = 100
ARRIVED = (State.SENT, State.DELIVERED)


@dataclass(frozen=True, slots=True)
class MessageShown:
    message: Message
    student: str
    guardian: str
    history: Sequence[MessageAttempt] = ()


def messages_page(asked: Mapping[str, Any]) -> Page[MessageShown]:
    """Newest first."""
    return _page(list(_conditions(asked)), asked)


def own_messages_page(guardian_id: UUID, asked: Mapping[str, Any]) -> Page[MessageShown]:
    """What arrived at somebody, but of a child about whom they may no longer be told."""
    barred = select(Guardianship.student_id).where(
        Guardianship.school_id == current_school_id(),
        Guardianship.guardian_id == guardian_id,
        Guardianship.do_not_contact,
    )
    own = [Message.guardian_id == guardian_id, Message.student_id.not_in(barred)]
    return _page([*own, Message.state.in_(ARRIVED)], asked)


def doubts() -> list[MessageShown]:
    """Oldest first."""
    query = (
        select(Message)
        .where(Message.school_id == current_school_id(), Message.state == State.UNKNOWN)
        .order_by(Message.created_at, Message.id)
        .limit(MOST_DOUBTS)
    )
    return shown(db.session.scalars(query).all())


def latest_about(person_id: UUID, most: int) -> list[MessageShown]:
    """About a student, or to an adult."""
    query = (
        select(Message)
        .where(
            Message.school_id == current_school_id(),
            (Message.student_id == person_id) | (Message.guardian_id == person_id),
        )
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(most)
    )
    return shown(db.session.scalars(query).all())


def with_history(message: Message) -> MessageShown:
    query = select(MessageAttempt).where(
        MessageAttempt.school_id == message.school_id, MessageAttempt.message_id == message.id
    )
    history = db.session.scalars(query.order_by(MessageAttempt.created_at, MessageAttempt.id)).all()
    [one] = shown([message])
    return MessageShown(message, one.student, one.guardian, history)


def counts_of_today() -> dict[str, int]:
    """Of what was written today, by state."""
    query = (
        select(Message.state, func.count())
        .where(Message.school_id == current_school_id(), Message.created_at >= start_of_today())
        .group_by(Message.state)
    )
    return dict(map(tuple, db.session.execute(query)))  # type: ignore[arg-type]


def count_over_budget() -> int:
    query = select(func.count()).where(
        Message.school_id == current_school_id(),
        Message.state == State.WAITING,
        Message.reason == "over_budget",
    )
    return db.session.scalar(query) or 0


def count_lasting_doubts(tried_before: dt.datetime) -> int:
    """Of which asking the provider has brought nothing for a while, or nobody can be asked."""
    tried_lately = (
        exists()
        .where(
            MessageAttempt.school_id == Message.school_id,
            MessageAttempt.message_id == Message.id,
            MessageAttempt.kind == "send",
            MessageAttempt.created_at > tried_before,
        )
        .correlate(Message)
    )
    query = select(func.count()).where(
        Message.school_id == current_school_id(),
        Message.state == State.UNKNOWN,
        (Message.channel == Channel.EMAIL) | ~tried_lately,
    )
    return db.session.scalar(query) or 0


def shown(messages: Sequence[Message]) -> list[MessageShown]:
    ids = {who for each in messages for who in (each.student_id, each.guardian_id)}
    query = select(Person).where(Person.school_id == current_school_id(), Person.id.in_(ids))
    names = {person.id: person.name for person in db.session.scalars(query)} if ids else {}
    return [
        MessageShown(each, names.get(each.student_id, ""), names.get(each.guardian_id, ""))
        for each in messages
    ]


def _page(
    conditions: Sequence[ColumnElement[bool]], asked: Mapping[str, Any]
) -> Page[MessageShown]:
    columns: tuple[Any, ...] = (Message.created_at, Message.id)
    page = page_of(
        db.session(),
        select(Message).where(Message.school_id == current_school_id(), *conditions),
        order=columns,
        position=lambda each: (each.created_at.isoformat(), each.id),
        cursor=asked.get("cursor"),
        limit=asked.get("limit", LIMIT),
        descending=True,
    )
    return Page(shown(page.items), page.next_cursor)


def _conditions(asked: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    if "state" in asked:
        yield Message.state == asked["state"]
    if "channel" in asked:
        yield Message.channel == asked["channel"]
    if "student_id" in asked:
        yield Message.student_id == asked["student_id"]
    if "guardian_id" in asked:
        yield Message.guardian_id == asked["guardian_id"]
    if "day" in asked:
        zone = ZoneInfo(own_school().timezone)
        begins = dt.datetime.combine(asked["day"], dt.time.min, zone)
        ends = dt.datetime.combine(asked["day"] + dt.timedelta(days=1), dt.time.min, zone)
        yield Message.created_at >= begins
        yield Message.created_at < ends
