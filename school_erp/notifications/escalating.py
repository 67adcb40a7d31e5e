"""Who is told that students crossed a line of the school's rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select, text

from school_erp.core.tenancy import current_school_id
from school_erp.escalation.happenings import Escalated
from school_erp.escalation.models import Escalation, EscalationRule
from school_erp.extensions import db
from school_erp.notifications import kinds
from school_erp.notifications.actions import notify
from school_erp.notifications.notices import Notice
from school_erp.people.models import RoleGrant
from school_erp.schools.queries import today_here
from school_erp.schools.roles import OFFICE, Role

_homeroom_teachers = text("""
    SELECT DISTINCT learner.person_id AS student_id, teacher.person_id
    FROM enrolment learner
    JOIN section s ON s.school_id = learner.school_id AND s.id = learner.section_id
     AND s.kind = 'homeroom'
    JOIN enrolment teacher ON teacher.school_id = s.school_id AND teacher.section_id = s.id
     AND teacher.role = 'teacher' AND teacher.starts_on <= :day
     AND (teacher.ends_on IS NULL OR teacher.ends_on >= :day)
    WHERE learner.school_id = :school AND learner.role = 'student'
      AND learner.person_id = ANY(:students) AND learner.starts_on <= :day
      AND (learner.ends_on IS NULL OR learner.ends_on >= :day)""")

ByRule = Mapping[tuple[UUID, UUID], Sequence[Escalation]]


def tell_of_escalations(escalated: Escalated) -> None:
    """One line for each rule and person, however many students crossed it at once."""
    notify(list(_notices(escalated)))


def _notices(escalated: Escalated) -> Iterator[Notice]:
    for (rule_id, person_id), those in _by_listener(escalated).items():
        rule = escalated.rules[rule_id]
        yield Notice(person_id, kinds.ESCALATED, f"escalation:{rule_id}", _facts(rule, those))


def _facts(rule: EscalationRule, those: Sequence[Escalation]) -> dict[str, object]:
    students = {each.student_id for each in those}
    facts = {
        "rule_id": str(rule.id),
        "rule_kind": rule.kind,
        "threshold": rule.threshold,
        "students": len(students),
    }
    if len(students) > 1:
        return facts
    return facts | {"student_id": str(those[0].student_id), "figure": str(those[0].figure)}


def _by_listener(escalated: Escalated) -> ByRule:
    office = _office()
    teachers = _teachers({each.student_id for each in escalated.escalations})
    found: defaultdict[tuple[UUID, UUID], list[Escalation]] = defaultdict(list)
    for each in escalated.escalations:
        rule = escalated.rules[each.rule_id]
        people = {who for role in rule.roles for who in office.get(role, ())}
        if Role.TEACHER in rule.roles:
            people |= teachers.get(each.student_id, set())
        for person_id in people:
            found[(rule.id, person_id)].append(each)
    return found


def _office() -> Mapping[str, set[UUID]]:
    query = select(RoleGrant.role, RoleGrant.person_id).where(
        RoleGrant.school_id == current_school_id(),
        RoleGrant.role.in_(OFFICE),
        RoleGrant.in_force_on(today_here()),
    )
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for role, person_id in db.session.execute(query):
        found[role].add(person_id)
    return found


def _teachers(students: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """Whoever has the homeroom of each."""
    asked = {"school": current_school_id(), "students": list(students), "day": today_here()}
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for student_id, person_id in db.session.execute(_homeroom_teachers, asked):
        found[student_id].add(person_id)
    return found
