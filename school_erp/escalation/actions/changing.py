from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy.dialects.postgresql import insert

from school_erp.attendance.actions.auditing import note
from school_erp.attendance.marking import Marker
from school_erp.core.errors import ApplicationError, invalid
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.core.violations import flushed
from school_erp.escalation.errors import RuleExists
from school_erp.escalation.models import EscalationRule
from school_erp.escalation.vocabulary import MOST_DAYS, USUAL_RULES, Kind
from school_erp.extensions import db

FIELDS = ("kind", "threshold", "roles", "active")


def found_rules(school_id: UUID) -> None:
    """What most schools want to hear of; nothing where there are rules already."""
    rows = [
        {
            "school_id": school_id,
            "id": new_id(),
            "kind": kind,
            "threshold": threshold,
            "roles": list(roles),
        }
        for kind, threshold, roles in USUAL_RULES
    ]
    db.session.execute(insert(EscalationRule).values(rows).on_conflict_do_nothing())


def add_rule(marker: Marker, body: dict[str, Any]) -> EscalationRule:
    rule = EscalationRule(school_id=current_school_id(), **{"active": True, **body})
    _check(rule)
    db.session.add(rule)
    _flush()
    note("escalation_rule", marker, before=None, after=_said_of(rule))
    return rule


def change_rule(rule: EscalationRule, marker: Marker, changes: dict[str, Any]) -> EscalationRule:
    """What it is about stays: what was told by it was told by that."""
    before = _said_of(rule)
    for name, value in changes.items():
        setattr(rule, name, value)
    _check(rule)
    _flush()
    if _said_of(rule) != before:
        note("escalation_rule", marker, before=before, after=_said_of(rule))
    return rule


def _check(rule: EscalationRule) -> None:
    if rule.kind != Kind.ATTENDANCE_BELOW and rule.threshold > MOST_DAYS:
        raise invalid("threshold", _("At most %(num)s days.", num=MOST_DAYS))


def _flush() -> None:
    with flushed({"uq_escalation_rule_school_id_kind_threshold": _exists}):
        pass


def _exists() -> ApplicationError:
    return RuleExists()


def _said_of(rule: EscalationRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in FIELDS}
