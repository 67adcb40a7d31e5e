from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response

from school_erp.attendance.access import marker_of
from school_erp.core.access import current_actor, requires
from school_erp.core.errors import NotFound
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.schemas import Empty
from school_erp.live.access import Permission, sessions_to_run, sessions_to_steer
from school_erp.live.actions import steering
from school_erp.live.actions.deciding import Ruling, decide
from school_erp.live.actions.ending import end_sessions
from school_erp.live.actions.starting import start_sessions
from school_erp.live.arrivals import Session
from school_erp.live.queries.lists import line_of
from school_erp.live.schemas import (
    CheckInShape,
    DecisionBody,
    LiveShape,
    StartedShape,
    StartSessionBody,
)
from school_erp.live.showing import code_shown, live_shown
from school_erp.live.vocabulary import Decision

blueprint = Blueprint(
    "live_sessions",
    __name__,
    url_prefix="/sessions",
    description="Live sessions: students check in by the code on the screen",
)
ONE = "/<uuid:live_id>"


@blueprint.post("/live")
@requires(Permission.RUN)
@idempotent
@blueprint.arguments(StartSessionBody)
@blueprint.response(201, StartedShape)
def start(body: dict[str, Any]) -> Response:
    """For one class; or for several as a group that shares its id, room and code."""
    started = start_sessions(current_actor(), body)
    shown = live_shown(started[0].code_id, started) | {"qr": code_shown(started)}
    return make_response(jsonify(StartedShape().dump(shown)), 201)


@blueprint.put(f"{ONE}/qr-visibility")
@requires(Permission.RUN)
@blueprint.arguments(Empty)
@blueprint.response(200, LiveShape)
def show_code(_: dict[str, Any], live_id: UUID) -> dict[str, Any]:
    return _steered(live_id, partial(steering.show_code, shown=True))


@blueprint.delete(f"{ONE}/qr-visibility")
@requires(Permission.RUN)
@blueprint.response(200, LiveShape)
def hide_code(live_id: UUID) -> dict[str, Any]:
    return _steered(live_id, partial(steering.show_code, shown=False))


@blueprint.put(f"{ONE}/lock")
@requires(Permission.RUN)
@blueprint.arguments(Empty)
@blueprint.response(200, LiveShape)
def lock(_: dict[str, Any], live_id: UUID) -> dict[str, Any]:
    """Nobody new comes in; those who have joined can still check in."""
    return _steered(live_id, partial(steering.lock, locked=True))


@blueprint.delete(f"{ONE}/lock")
@requires(Permission.RUN)
@blueprint.response(200, LiveShape)
def unlock(live_id: UUID) -> dict[str, Any]:
    return _steered(live_id, partial(steering.lock, locked=False))


@blueprint.put(f"{ONE}/pause")
@requires(Permission.RUN)
@blueprint.arguments(Empty)
@blueprint.response(200, LiveShape)
def pause(_: dict[str, Any], live_id: UUID) -> dict[str, Any]:
    """Students may join meanwhile, but not check in."""
    return _steered(live_id, partial(steering.pause, paused=True))


@blueprint.delete(f"{ONE}/pause")
@requires(Permission.RUN)
@blueprint.response(200, LiveShape)
def resume(live_id: UUID) -> dict[str, Any]:
    return _steered(live_id, partial(steering.pause, paused=False))


@blueprint.put(f"{ONE}/end")
@requires(Permission.RUN)
@blueprint.arguments(Empty)
@blueprint.response(200, LiveShape)
def end(_: dict[str, Any], live_id: UUID) -> dict[str, Any]:
    """For good. Who is not marked by then gets the school's `session_end_code`, if it has one."""
    return _steered(live_id, end_sessions)


@blueprint.put(f"{ONE}/check-ins/<uuid:student_id>/decision")
@requires(Permission.RUN)
@blueprint.arguments(DecisionBody)
@blueprint.response(200, CheckInShape)
def rule(body: dict[str, Any], live_id: UUID, student_id: UUID) -> Any:
    """Confirm a check-in, or reject it, which takes its mark back."""
    actor = current_actor()
    line = line_of(sessions_to_run(actor, live_id), student_id)
    if line is None:
        raise NotFound
    [session] = sessions_to_run(actor, line.session_id)
    decision = Decision(body["decision"])
    decide(Ruling(session, student_id, decision, body["reason"]), marker_of(actor))
    return line_of([session], student_id)


def _steered(
    live_id: UUID, steer: Callable[[Sequence[Session]], Sequence[Session]]
) -> dict[str, Any]:
    return live_shown(live_id, steer(sessions_to_steer(current_actor(), live_id)))
