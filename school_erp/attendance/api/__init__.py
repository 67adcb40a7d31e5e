from __future__ import annotations

from school_erp.attendance.api.marking import blueprint

__all__ = ["blueprint"]
