from __future__ import annotations

from tests.attendance.conftest import audited, change, count, founded, owner, work

__all__ = ["audited", "change", "count", "founded", "owner", "work"]
