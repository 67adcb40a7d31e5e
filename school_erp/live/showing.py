"""Sessions, codes and arrivals as API and pages show them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import segno
from flask import current_app, request, url_for

from school_erp.core.clock import now
from school_erp.live.arrivals import Arrival, Session, Standing
from school_erp.live.events import IN_SESSION, SESSION
from school_erp.live.keys import key_of
from school_erp.live.queries.counts import quick_counts_of, recent_in
from school_erp.live.rules.codes import Step, token_of, typed_code_of, typed_step
from school_erp.live.vocabulary import State


def live_shown(live_id: UUID, sessions: Sequence[Session]) -> dict[str, Any]:
    moment = now()
    states = {session.state_at(moment) for session in sessions}
    return {
        "id": live_id,
        "kind": "group" if sessions[0].group_id == live_id else "session",
        "room": str(SESSION.of(live_id)),
        "state": next(state for state in State if state in states),
        "sessions": sessions,
    }


def code_shown(sessions: Sequence[Session]) -> dict[str, Any]:
    """The code of this moment and how long it holds, so that a display needs no right clock."""
    session, moment = sessions[0], now()
    step = Step.at(moment, session.step_seconds)
    typed = typed_step(moment, session.step_seconds)
    visible = any(each.qr_visible and each.state_at(moment) is State.RUNNING for each in sessions)
    shown: dict[str, Any] = {
        "visible": visible,
        "step_seconds": session.step_seconds,
        "expires_in_ms": step.milliseconds_left(moment),
        "typed_expires_in_ms": typed.milliseconds_left(moment),
        **dict.fromkeys(("url", "token", "svg", "typed_code")),
    }
    if visible:
        key = key_of(session.code_id)
        token = token_of(key, step)
        url = address_of(session.code_id, token)
        shown |= {"token": token, "url": url, "svg": picture_of(url)}
        shown |= {"typed_code": typed_code_of(key, typed)}
    return shown


def address_of(code_id: UUID, token: str) -> str:
    """What a phone's own camera opens."""
    base = current_app.config["PUBLIC_URL"] or request.host_url
    return f"{base.rstrip('/')}{url_for('check_in_pages.land', live_id=code_id, c=token)}"


def picture_of(url: str) -> str:
    # light modules as well, for it is shown on dark pages too
    code = segno.make(url, error="m", micro=False)
    return code.svg_inline(
        scale=1, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr"
    )


def stats_shown(live_id: UUID, sessions: Sequence[Session]) -> dict[str, Any]:
    counts = quick_counts_of(live_id, sessions)
    return {
        "total_students": counts.total_students,
        "students_joined": counts.students_joined,
        "students_present": counts.students_present,
        "present_percentage": counts.present_percentage,
        "recent_check_ins": recent_in(sessions),
    }


def arrival_shown(arrival: Arrival) -> dict[str, Any]:
    stands = arrival.standing
    return {
        "session_id": arrival.session.id,
        "section_name": arrival.session.section_name,
        "student_id": stands.student_id,
        "joined_at": stands.joined_at,
        "attended_at": stands.attended_at,
        "already": arrival.already,
        "outcome": stands.outcome,
        "mark": own_mark(stands),
    }


def arrival_written(arrival: Arrival) -> str:
    """The same as `ArrivalShape` writes it, for a hall that asks at once."""
    return _ENCODER.encode(arrival_shown(arrival))


def _written(value: UUID | dt.datetime) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


# made once: making it takes as long as writing with it
_ENCODER = json.JSONEncoder(default=_written, separators=(",", ":"))


def own_session_shown(session: Session, stands: Standing) -> dict[str, Any]:
    return {
        "id": session.id,
        "room": str(IN_SESSION.of(session.id)),
        "section_name": session.section_name,
        "date": session.date,
        "period": session.slot,
        "state": session.state_at(now()),
        "locked": session.locked,
        "join_required": session.join_required,
        "asks_location": session.fence is not None,
        "started_by_name": session.starter_name,
        "joined_at": stands.joined_at,
        "attended_at": stands.attended_at,
        "mark": own_mark(stands),
    }


def own_mark(stands: Standing) -> dict[str, Any] | None:
    if stands.status is None:
        return None
    return {"status": stands.status, "code": stands.code, "minutes_late": stands.minutes_late}
