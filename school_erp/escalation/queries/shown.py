"""Escalations as somebody may read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from school_erp.academics.queries.overview import homerooms_of
from school_erp.core.access import Actor
from school_erp.core.paging import LIMIT, Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.escalation.access import pupils_seen_by
from school_erp.escalation.models import Escalation, EscalationRule
from school_erp.extensions import db
from school_erp.people.models import Person
from school_erp.schools.queries import today_here
from school_erp.schools.roles import Role


@dataclass(frozen=True, slots=True)
class EscalationShown:
    escalation: Escalation
    rule: EscalationRule
    student: str
    homeroom: str


def escalations_page(actor: Actor, asked: Mapping[str, Any]) -> Page[EscalationShown]:
    """The newest first."""
    page = page_of(
        db.session(),
        select(Escalation).where(*_conditions(actor, asked)),
        order=(Escalation.id.expression,),
        position=lambda each: (each.id,),
        cursor=asked.get("cursor"),
        limit=asked.get("limit", LIMIT),
        descending=True,
    )
    return Page(_shown(page.items), page.next_cursor)


def _conditions(actor: Actor, asked: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    yield Escalation.school_id == current_school_id()
    pupils = pupils_seen_by(actor)
    if pupils is not None:
        yield Escalation.student_id.in_(pupils)
        yield Escalation.rule_id.in_(
            select(EscalationRule.id).where(
                EscalationRule.school_id == current_school_id(),
                EscalationRule.roles.contains([Role.TEACHER]),
            )
        )
    if "rule_id" in asked:
        yield Escalation.rule_id == asked["rule_id"]
    if "student_id" in asked:
        yield Escalation.student_id == asked["student_id"]
    if not asked.get("ended", False):
        yield Escalation.ended_at.is_(None)


def _shown(escalations: Any) -> list[EscalationShown]:
    if not escalations:
        return []
    query = (
        select(Escalation.id, EscalationRule, Person)
        .join(
            EscalationRule,
            and_(
                EscalationRule.school_id == Escalation.school_id,
                EscalationRule.id == Escalation.rule_id,
            ),
        )
        .join(
            Person,
            and_(Person.school_id == Escalation.school_id, Person.id == Escalation.student_id),
        )
        .where(
            Escalation.school_id == current_school_id(),
            Escalation.id.in_([each.id for each in escalations]),
        )
    )
    found = {row[0]: (row[1], row[2]) for row in db.session.execute(query)}
    homerooms = homerooms_of({each.student_id for each in escalations}, today_here())
    return [
        EscalationShown(
            each, found[each.id][0], found[each.id][1].name, homerooms.get(each.student_id, "")
        )
        for each in escalations
    ]
