from __future__ import annotations

from school_erp.core.tenancy import current_school_id
from school_erp.messages.events import MESSAGES_MOVED
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import STAFF


def tell_of_moves(count: int) -> None:
    """Screens show anew what they show; a thousand messages are not a thousand events."""
    if count:
        announce(MESSAGES_MOVED, [STAFF.of(current_school_id())], {"count": count})
