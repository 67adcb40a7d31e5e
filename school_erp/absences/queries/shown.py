"""Requests with the names of those they concern, as far as the reader may know them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from school_erp.absences.access import knows_why, students_spoken_for
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.queries.evidence import with_evidence
from school_erp.absences.vocabulary import State
from school_erp.academics.queries.overview import homerooms_of
from school_erp.core.access import Actor
from school_erp.core.paging import LIMIT, Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.circles import own_children
from school_erp.people.models import Person
from school_erp.schools.queries import today_here


@dataclass(frozen=True, slots=True)
class AbsenceShown:
    absence: AbsenceRequest
    student: str
    homeroom: str
    asked_by: str
    entered_by: str
    decided_by: str
    tells_why: bool
    has_evidence: bool

    @property
    def note(self) -> str:
        return self.absence.note if self.tells_why else ""

    @property
    def answer(self) -> str:
        return self.absence.answer if self.tells_why else ""


def absences_page(actor: Actor, asked: Mapping[str, Any]) -> Page[AbsenceShown]:
    """What waits by its days, the nearest first; the rest by when it came, the newest first."""
    own = students_spoken_for(actor)
    narrowed = [] if own is None else [AbsenceRequest.student_id.in_(own)]
    return _page(actor, asked, narrowed)


def _page(
    actor: Actor, asked: Mapping[str, Any], narrowed: Sequence[ColumnElement[bool]]
) -> Page[AbsenceShown]:
    waiting = asked.get("state") == State.PENDING
    columns: tuple[Any, ...] = (AbsenceRequest.starts_on, AbsenceRequest.id)
    page = page_of(
        db.session(),
        select(AbsenceRequest).where(*narrowed, *_conditions(asked)),
        order=columns if waiting else columns[1:],
        position=lambda each: (each.starts_on, each.id) if waiting else (each.id,),
        cursor=asked.get("cursor"),
        limit=asked.get("limit", LIMIT),
        descending=not waiting,
    )
    return Page(shown_to(actor, page.items), page.next_cursor)


def family_page(actor: Actor, asked: Mapping[str, Any]) -> Page[AbsenceShown]:
    """Of one's own children, also where one works in the office."""
    return _page(actor, asked, [AbsenceRequest.student_id.in_(own_children(actor))])


def counts_by_state() -> dict[str, int]:
    query = (
        select(AbsenceRequest.state, func.count())
        .where(AbsenceRequest.school_id == current_school_id())
        .group_by(AbsenceRequest.state)
    )
    return dict(map(tuple, db.session.execute(query)))  # type: ignore[arg-type]


def shown_to(actor: Actor, absences: Sequence[AbsenceRequest]) -> list[AbsenceShown]:
    people = (
        who
        for each in absences
        for who in (each.student_id, each.asked_by, each.entered_by, each.decided_by)
        if who
    )
    names = _names_of(people)
    attached = with_evidence([each.id for each in absences])
    homerooms = homerooms_of({each.student_id for each in absences}, today_here())
    return [
        AbsenceShown(
            absence=each,
            student=names.get(each.student_id, ""),
            homeroom=homerooms.get(each.student_id, ""),
            asked_by=names.get(each.asked_by, ""),
            entered_by=names.get(each.entered_by, ""),
            decided_by=names.get(each.decided_by, ""),
            tells_why=knows_why(actor, each),
            has_evidence=each.id in attached and knows_why(actor, each),
        )
        for each in absences
    ]


def latest_of(student_id: UUID, most: int) -> Sequence[AbsenceRequest]:
    query = select(AbsenceRequest).where(
        AbsenceRequest.school_id == current_school_id(), AbsenceRequest.student_id == student_id
    )
    latest = query.order_by(AbsenceRequest.starts_on.desc(), AbsenceRequest.id.desc())
    return db.session.scalars(latest.limit(most)).all()


def _names_of(people: Iterable[UUID]) -> dict[UUID | None, str]:
    query = select(Person).where(
        Person.school_id == current_school_id(), Person.id.in_(sorted(set(people)))
    )
    return {person.id: person.name for person in db.session.scalars(query)}


def _conditions(asked: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    yield AbsenceRequest.school_id == current_school_id()
    if "state" in asked:
        yield AbsenceRequest.state == asked["state"]
    if "student_id" in asked:
        yield AbsenceRequest.student_id == asked["student_id"]
    if "from_" in asked:
        yield AbsenceRequest.ends_on >= asked["from_"]
    if "to" in asked:
        yield AbsenceRequest.starts_on <= asked["to"]
