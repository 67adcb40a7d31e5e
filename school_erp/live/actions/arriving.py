from __future__ import annotations

from uuid import UUID

from school_erp.live.actions.attending import attend
from school_erp.live.arrivals import Arrival, Attempt


def arrive(school_id: UUID, live_id: UUID, attempt: Attempt) -> Arrival:
    """One student joins or checks in; a refusal is raised."""
    [told] = attend(school_id, live_id, [attempt])
    if isinstance(told, Arrival):
        return told
    raise told
