"""What the audit and the screens hear of a request."""

from __future__ import annotations

from typing import Any

from school_erp.absences.events import ABSENCE_DECIDED, ABSENCE_REQUESTED
from school_erp.absences.happenings import AbsenceDecided
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.vocabulary import State
from school_erp.attendance.actions.auditing import note
from school_erp.attendance.marking import Marker
from school_erp.core import happenings
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import STAFF, USER


def said_of(absence: AbsenceRequest) -> dict[str, Any]:
    """As the audit remembers it; what the family wrote stays with the request alone."""
    return {
        "starts_on": absence.starts_on.isoformat(),
        "ends_on": absence.ends_on.isoformat(),
        "slots": list(absence.slots),
        "state": str(absence.state),
        "code": absence.code,
    }


def tell(
    absence: AbsenceRequest,
    teller: Marker,
    before: dict[str, Any] | None,
    reason: str = "",
    after: dict[str, Any] | None = None,
) -> None:
    note(
        "absence",
        teller,
        before=before,
        after=after or said_of(absence),
        reason=reason,
        student_id=absence.student_id,
        date=absence.starts_on,
    )
    waits = absence.state == State.PENDING
    event = ABSENCE_REQUESTED if waits else ABSENCE_DECIDED
    rooms = [STAFF.of(absence.school_id)]
    if absence.asked_by:
        rooms.append(USER.of(absence.asked_by))
    announce(event, rooms, {"absence_id": str(absence.id), "state": str(absence.state)})
    if not waits:
        happenings.tell(AbsenceDecided(absence, teller))
