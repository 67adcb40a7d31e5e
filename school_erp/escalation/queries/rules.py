from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from school_erp.core.tenancy import current_school_id
from school_erp.escalation.models import EscalationRule
from school_erp.extensions import db


def all_rules() -> Sequence[EscalationRule]:
    query = select(EscalationRule).where(EscalationRule.school_id == current_school_id())
    order = (EscalationRule.kind, EscalationRule.threshold)
    return db.session.scalars(query.order_by(*order)).all()


def active_rules() -> list[EscalationRule]:
    return [rule for rule in all_rules() if rule.active]
