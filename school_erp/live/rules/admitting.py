"""May this student join, or check in? The first thing that stands against it, by its code."""

from __future__ import annotations

import datetime as dt

from school_erp.attendance.rules.arrival import minutes_after, status_on_arrival
from school_erp.attendance.vocabulary import Status
from school_erp.live.arrivals import Attempt, Scan, Session, Standing
from school_erp.live.rules.places import distance
from school_erp.live.vocabulary import Decision, Flag, Proof, State


def fault_of_joining(session: Session, standing: Standing, moment: dt.datetime) -> str | None:
    if standing.joined_at is not None:
        return None
    if session.state_at(moment) is State.ENDED:
        return "session_ended"
    return "session_locked" if session.locked else None


def fault_of_checking_in(
    session: Session, standing: Standing, attempt: Attempt, moment: dt.datetime, grace_hours: int
) -> str | None:
    scan = attempt.scan
    if scan is None:
        return "code_wrong"
    if standing.decision is Decision.REJECTED:
        return "check_in_rejected"
    if standing.is_in:
        return "claim_used" if session.single_use else None
    fault = _fault_of_time(session, scan, attempt, moment, grace_hours)
    return fault or _fault_of_door(session, standing, scan) or _fault_of_place(session, attempt)


def _fault_of_time(
    session: Session, scan: Scan, attempt: Attempt, moment: dt.datetime, grace_hours: int
) -> str | None:
    if not scan.holds:
        return _fault_of_late_sync(session, scan, attempt, moment, grace_hours)
    state = session.state_at(moment)
    if state is State.ENDED:
        return "session_ended"
    return "session_paused" if state is State.PAUSED else None


def _fault_of_late_sync(
    session: Session, scan: Scan, attempt: Attempt, moment: dt.datetime, grace_hours: int
) -> str | None:
    """Seen while there was no connection, and sent when there was one again.

    When it was seen is told by the code itself, which we signed, and not by the phone.
    """
    within = dt.timedelta(0) <= moment - scan.seen_at <= dt.timedelta(hours=grace_hours)
    if scan.proof is not Proof.QR or attempt.device_time is None or not within:
        return "code_expired"
    step = dt.timedelta(seconds=session.step_seconds)
    over_at = session.ended_at or session.ends_at
    return None if session.started_at - step <= scan.seen_at < over_at else "code_expired"


def _fault_of_door(session: Session, standing: Standing, scan: Scan) -> str | None:
    if standing.joined_at is not None:
        return None
    if session.locked and scan.holds:
        return "session_locked"
    return "join_first" if session.join_required else None


def _fault_of_place(session: Session, attempt: Attempt) -> str | None:
    fence = session.fence
    if fence is None or not fence.strict:
        return None
    if attempt.location is None:
        return "location_needed"
    return "outside_fence" if fence.leaves_out(attempt.location) else None


def flags_of(session: Session, attempt: Attempt) -> tuple[Flag, ...]:
    flags = []
    if attempt.scan is not None and not attempt.scan.holds:
        flags.append(Flag.LATE_SYNC)
    if session.fence is not None and attempt.location is None:
        flags.append(Flag.NO_LOCATION)
    if session.fence and attempt.location and session.fence.leaves_out(attempt.location):
        flags.append(Flag.OUTSIDE_FENCE)
    return tuple(flags)


def metres_away(session: Session, attempt: Attempt) -> int | None:
    if session.fence is None or attempt.location is None:
        return None
    return round(distance(session.fence.centre, attempt.location))


def status_when_seen(session: Session, seen_at: dt.datetime) -> tuple[Status, int | None]:
    """By the school's clock rule; minutes only for the late."""
    minutes = minutes_after(seen_at, session.begins_at)
    status = status_on_arrival(minutes, session.late_after_minutes)
    return status, minutes if status is Status.LATE else None
