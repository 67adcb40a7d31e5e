from __future__ import annotations

from tests.absences.conftest import audited, change, count, founded, marked, owner, rows

__all__ = ["audited", "change", "count", "founded", "marked", "owner", "rows"]
