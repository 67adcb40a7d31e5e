from __future__ import annotations

from typing import Any

from school_erp.attendance.access import Permission
from school_erp.attendance.audit_schemas import AuditPage, AuditQuery
from school_erp.attendance.queries.audit import EntryShown, trail
from school_erp.core.access import requires
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page

blueprint = Blueprint(
    "attendance_audit",
    __name__,
    url_prefix="/school/attendance/audit",
    description="What was changed, by whom and why",
)


@blueprint.get("")
@requires(Permission.AUDIT_READ)
@blueprint.arguments(AuditQuery, location="query")
@blueprint.response(200, AuditPage)
def read(asked: dict[str, Any]) -> Page[EntryShown]:
    """Newest first."""
    return trail(asked)
