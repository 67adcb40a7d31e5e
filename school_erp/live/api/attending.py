from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.attendance.access import oneself
from school_erp.core.access import Actor, current_actor, requires
from school_erp.core.openapi import Blueprint
from school_erp.core.schemas import Empty
from school_erp.core.shortcuts import Shortcut
from school_erp.live.access import Permission, session_to_attend
from school_erp.live.actions.arriving import arrive
from school_erp.live.actions.proving import IssuedClaim, issue_claim
from school_erp.live.arrivals import Arrival, Attempt, Evidence
from school_erp.live.guessing import limit_guesses
from school_erp.live.own import own_sessions
from school_erp.live.plain import plain_check_in
from school_erp.live.rules.places import Location
from school_erp.live.schemas import (
    ArrivalShape,
    CheckInBody,
    ClaimBody,
    ClaimShape,
    OwnSessions,
)
from school_erp.live.showing import arrival_shown, arrival_written

blueprint = Blueprint(
    "live_attending", __name__, url_prefix="/sessions", description="What students do"
)
ONE = "/<uuid:live_id>"


@blueprint.get("/mine")
@requires(Permission.ATTEND)
@blueprint.response(200, OwnSessions)
def mine() -> dict[str, Any]:
    """The sessions on whose lists one is and that are not over, newest first."""
    actor = current_actor()
    items = own_sessions(actor.school_id, oneself(actor))
    return {"items": items, "next_cursor": None}


@blueprint.post(f"{ONE}/join")
@requires(Permission.ATTEND)
@blueprint.arguments(Empty)
@blueprint.response(200, ArrivalShape)
def join(_: dict[str, Any], live_id: UUID) -> dict[str, Any]:
    """One is in the room and on the list. Again answers the same."""
    actor = current_actor()
    return arrival_shown(arrive(actor.school_id, live_id, Attempt(oneself(actor))))


@blueprint.post(f"{ONE}/claims")
@requires(Permission.ATTEND)
@blueprint.arguments(ClaimBody)
@blueprint.response(200, ClaimShape)
def claim(body: dict[str, Any], live_id: UUID) -> IssuedClaim:
    """Keep what was scanned for five minutes: for oneself, on this device, to be used once."""
    session, student_id = session_to_attend(current_actor(), live_id)
    limit_guesses(student_id, body)
    return issue_claim([session], student_id, Evidence(**body))


@blueprint.post(f"{ONE}/attendance")
@requires(Permission.ATTEND)
@blueprint.arguments(CheckInBody())
@blueprint.response(200, ArrivalShape)
def check_in(body: dict[str, Any], live_id: UUID) -> dict[str, Any]:
    """Check in with the code scanned or typed, or with a claim. Again answers the same."""
    return arrival_shown(_check_in(current_actor(), live_id, body))


def _check_in(actor: Actor, live_id: UUID, body: dict[str, Any]) -> Arrival:
    student_id = oneself(actor)
    limit_guesses(student_id, body)
    location, scanned_at = body.pop("location", None), body.pop("scanned_at", None)
    attempt = Attempt(
        student_id,
        Evidence(**body),
        location=Location(**location) if location else None,
        device_time=scanned_at,
    )
    return arrive(actor.school_id, live_id, attempt)


def _check_in_at_once(actor: Actor, live_id: UUID, body: dict[str, Any]) -> str:
    return arrival_written(_check_in(actor, live_id, body))


SHORTCUT = Shortcut(
    "POST",
    "/api/v1/sessions/<uuid:live_id>/attendance",
    Permission.ATTEND,
    _check_in_at_once,
    plain_check_in,
)
