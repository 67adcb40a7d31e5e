from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from school_erp.calling.models import CallAttempt, CallClaim, CalledFirst
from school_erp.calling.rules import Tried
from school_erp.calling.vocabulary import Outcome
from school_erp.core.clock import now
from school_erp.core.paging import LIMIT, Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person


@dataclass(frozen=True, slots=True)
class AttemptShown:
    attempt: CallAttempt
    guardian: str

    @property
    def tried(self) -> Tried:
        one = self.attempt
        return Tried(one.guardian_id, Outcome(one.outcome), one.next_at)


def attempts_on(
    day: dt.date, student_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[AttemptShown]]:
    """Of each child, in the order in which they were made."""
    query = _shown().where(CallAttempt.date == day, CallAttempt.student_id.in_(student_ids))
    found: defaultdict[UUID, list[AttemptShown]] = defaultdict(list)
    for attempt, guardian in db.session.execute(query.order_by(CallAttempt.id)):
        found[attempt.student_id].append(AttemptShown(attempt, guardian.name))
    return found


def attempts_page(student_id: UUID, asked: Mapping[str, Any]) -> Page[AttemptShown]:
    """The newest first."""
    page = page_of(
        db.session(),
        select(CallAttempt).where(
            CallAttempt.school_id == current_school_id(), CallAttempt.student_id == student_id
        ),
        order=(CallAttempt.id.expression,),
        position=lambda each: (each.id,),
        cursor=asked.get("cursor"),
        limit=asked.get("limit", LIMIT),
        descending=True,
    )
    return Page(with_names(page.items), page.next_cursor)


def with_names(attempts: Sequence[CallAttempt]) -> list[AttemptShown]:
    query = select(Person).where(
        Person.school_id == current_school_id(),
        Person.id.in_({each.guardian_id for each in attempts}),
    )
    names = {person.id: person.name for person in db.session.scalars(query)}
    return [AttemptShown(each, names[each.guardian_id]) for each in attempts]


def claims_now() -> dict[UUID, CallClaim]:
    query = select(CallClaim).where(
        CallClaim.school_id == current_school_id(), CallClaim.until > now()
    )
    return {claim.student_id: claim for claim in db.session.scalars(query)}


def is_called_first(student_id: UUID) -> bool:
    return db.session.get(CalledFirst, (current_school_id(), student_id)) is not None


def _shown() -> Any:
    return (
        select(CallAttempt, Person)
        .join(
            Person,
            and_(Person.school_id == CallAttempt.school_id, Person.id == CallAttempt.guardian_id),
        )
        .where(CallAttempt.school_id == current_school_id())
    )
