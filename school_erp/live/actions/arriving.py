"""One student joins or checks in, together with all who do so in the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from school_erp.core.gathering import Gathering
from school_erp.core.unit_of_work import let_go, unit_of_work
from school_erp.extensions import db
from school_erp.live.actions.attending import Told, attend
from school_erp.live.arrivals import Arrival, Attempt

Key = tuple[UUID, UUID]
# of whom watchers are told in one message
AT_ONCE = 120
LULL_SECONDS = 0.0


def arrive(school_id: UUID, live_id: UUID, attempt: Attempt) -> Arrival:
    """Answers once it is stored; a refusal is raised."""
    # whoever waits for others keeps no connection from them
    if db.session.registry.has():
        let_go()
    return _gathering.do((school_id, live_id), attempt)


def _attend(key: Key, attempts: Sequence[Attempt]) -> Sequence[Told]:
    school_id, live_id = key
    with unit_of_work():
        return attend(school_id, live_id, attempts)


_gathering: Gathering[Key, Attempt, Arrival] = Gathering(
    _attend,
    most=AT_ONCE,
    lull=LULL_SECONDS,
)
