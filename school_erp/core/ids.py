from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Time-ordered, so that new rows land at the end of their index."""
    return uuid7()
