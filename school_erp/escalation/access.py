from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select

from school_erp.academics.circles import own_pupils
from school_erp.attendance.access import sees_every_class
from school_erp.core.access import Actor
from school_erp.core.errors import NotFound
from school_erp.escalation.models import EscalationRule
from school_erp.extensions import db
from school_erp.schools.roles import OFFICE, Role, anyone_who_is


class Permission(StrEnum):
    READ = "escalation:escalation:read"
    RULES_READ = "escalation:rule:read"
    RULES_WRITE = "escalation:rule:write"


POLICY = {
    # a teacher's own pupils, and what teachers are told of them
    Permission.READ: anyone_who_is(*OFFICE, Role.TEACHER),
    Permission.RULES_READ: anyone_who_is(*OFFICE),
    Permission.RULES_WRITE: anyone_who_is(Role.ADMIN),
}


def pupils_seen_by(actor: Actor) -> Select[UUID] | None:
    """Whose escalations a list is narrowed to; nobody's, for those who see all."""
    return None if sees_every_class(actor) else own_pupils(actor)


def rule_for(actor: Actor, rule_id: UUID) -> EscalationRule:
    """Held until the transaction ends, so that of two who save at once the second is told."""
    found = db.session.get(EscalationRule, (actor.school_id, rule_id), with_for_update=True)
    if found is None:
        raise NotFound
    return found
