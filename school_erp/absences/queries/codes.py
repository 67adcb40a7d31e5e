from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from school_erp.attendance.queries.ground import code_of
from school_erp.attendance.rules.codes import Code
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db

_codes = text("SELECT * FROM attendance_code WHERE school_id = :school")


def codes_of_school() -> Sequence[Code]:
    """Also those of other times: see `CodeSet.on`."""
    rows = db.session.execute(_codes, {"school": current_school_id()}).mappings()
    return [code_of(row) for row in rows]
