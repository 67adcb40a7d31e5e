from __future__ import annotations

from tests.absences.conftest import audited, change, count, founded, marked, owner, rows
from tests.absences.test_in_browser import open_as

__all__ = ["audited", "change", "count", "founded", "marked", "open_as", "owner", "rows"]
