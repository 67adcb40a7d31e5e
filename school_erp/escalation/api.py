from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.attendance.access import marker_of
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.escalation.access import Permission, rule_for
from school_erp.escalation.actions.changing import add_rule, change_rule
from school_erp.escalation.actions.looking import look
from school_erp.escalation.models import EscalationRule
from school_erp.escalation.queries.rules import all_rules
from school_erp.escalation.queries.shown import EscalationShown, escalations_page
from school_erp.escalation.schemas import (
    EscalationPage,
    EscalationQuery,
    EscalationRules,
    EscalationRuleShape,
    LookedShape,
    NewRuleBody,
    RuleChange,
)
from school_erp.schools.queries import today_here

blueprint = Blueprint(
    "escalations", __name__, url_prefix="/escalations", description="Absences that go on"
)


@blueprint.get("")
@requires(Permission.READ)
@blueprint.arguments(EscalationQuery, location="query")
@blueprint.response(200, EscalationPage)
def list_escalations(asked: dict[str, Any]) -> Page[EscalationShown]:
    """For the office, all; for teachers, what they are told of their own pupils."""
    return escalations_page(current_actor(), asked)


@blueprint.get("/rules")
@requires(Permission.RULES_READ)
@blueprint.response(200, EscalationRules)
def list_rules() -> dict[str, Any]:
    return {"items": all_rules()}


@blueprint.post("/rules")
@requires(Permission.RULES_WRITE)
@idempotent
@blueprint.arguments(NewRuleBody)
@blueprint.response(201, EscalationRuleShape)
def add(body: dict[str, Any]) -> EscalationRule:
    return add_rule(marker_of(current_actor()), body)


@blueprint.patch("/rules/<uuid:rule_id>")
@requires(Permission.RULES_WRITE)
@blueprint.arguments(RuleChange(partial=True))
@blueprint.response(200, EscalationRuleShape)
def change(body: dict[str, Any], rule_id: UUID) -> EscalationRule:
    """Rules are switched off, never deleted: what they told stays."""
    actor = current_actor()
    return change_rule(rule_for(actor, rule_id), marker_of(actor), body)


@blueprint.post("/rounds")
@requires(Permission.RULES_WRITE)
@blueprint.response(200, LookedShape)
def look_now() -> dict[str, Any]:
    """Hold the rules against today's figures now; each afternoon it is done by itself."""
    return {"told": len(look(today_here()))}
