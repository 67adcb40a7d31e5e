from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import marker_of, section_with_figures_for
from school_erp.core.access import current_actor, requires
from school_erp.core.errors import Conflict, NotFound
from school_erp.core.forms import asked_for
from school_erp.core.paging import write_cursor
from school_erp.core.returning import safe_next
from school_erp.live.access import Permission, runs_for, sessions_to_run, sessions_to_steer
from school_erp.live.actions import steering
from school_erp.live.actions.deciding import Ruling, decide
from school_erp.live.actions.ending import end_sessions
from school_erp.live.arrivals import Session
from school_erp.live.events import SESSION
from school_erp.live.pages.hall import grouped, hall_of
from school_erp.live.queries.counts import counts_by_room
from school_erp.live.queries.lists import line_of, sessions_listed
from school_erp.live.schemas import CheckInsQuery, LiveSessionsQuery
from school_erp.live.vocabulary import Decision
from school_erp.realtime.showing import shown_rooms

blueprint = Blueprint("live_pages", __name__, url_prefix="/live")
ONE = "/<uuid:live_id>"
MOST_OPEN = 60

STEPS: dict[str, Callable[[Sequence[Session]], object]] = {
    "pause": partial(steering.pause, paused=True),
    "resume": partial(steering.pause, paused=False),
    "lock": partial(steering.lock, locked=True),
    "unlock": partial(steering.lock, locked=False),
    "show": partial(steering.show_code, shown=True),
    "hide": partial(steering.show_code, shown=False),
    "end": end_sessions,
}


@blueprint.get("")
@requires(Permission.RUN)
def index() -> ResponseReturnValue:
    """What runs now, and what was, newest first."""
    actor, asked = current_actor(), asked_for(LiveSessionsQuery)
    whose = runs_for(actor)
    running = sessions_listed(actor.school_id, whose, {"open": True, "limit": MOST_OPEN})
    found = sessions_listed(actor.school_id, whose, asked)
    items = found[: asked["limit"]]
    return render_template(
        "live/index.html",
        running=grouped(running),
        sessions=items,
        cursor=_cursor(items) if len(found) > len(items) else None,
        asked=asked,
    )


@blueprint.get("/classes/<uuid:section_id>")
@requires(Permission.RUN)
def of_class(section_id: UUID) -> ResponseReturnValue:
    """A class's sessions, and how many came to each."""
    actor = current_actor()
    section = section_with_figures_for(actor, section_id)
    asked = asked_for(LiveSessionsQuery) | {"section_id": section_id}
    found = sessions_listed(actor.school_id, None, asked)
    items = found[: asked["limit"]]
    counts = dict(counts_by_room(section_id, items)) if items else {}
    return render_template(
        "live/history.html",
        section=section,
        sessions=[(session, counts[session.id]) for session in items],
        cursor=_cursor(items) if len(found) > len(items) else None,
        first_page="cursor" not in asked,
    )


@blueprint.get(ONE)
@requires(Permission.RUN)
def show(live_id: UUID) -> ResponseReturnValue:
    """The screen that the hall looks at; and what became of it, once it is over."""
    rooms = shown_rooms(SESSION.of(live_id))
    sessions = sessions_to_run(current_actor(), live_id)
    return render_template("live/wall.html", hall=hall_of(live_id, sessions), rooms=rooms)


@blueprint.get(f"{ONE}/list")
@requires(Permission.RUN)
def everybody(live_id: UUID) -> ResponseReturnValue:
    rooms = shown_rooms(SESSION.of(live_id))
    sessions = sessions_to_run(current_actor(), live_id)
    asked = asked_for(CheckInsQuery)
    hall = hall_of(live_id, sessions)
    return render_template("live/list.html", hall=hall, rooms=rooms, asked=asked)


@blueprint.get(f"{ONE}/beside")
@requires(Permission.RUN)
def beside(live_id: UUID) -> ResponseReturnValue:
    """What stands beside the wall, alone: it is fetched again and again while a hall comes in."""
    sessions = sessions_to_run(current_actor(), live_id)
    return render_template("live/beside.html", hall=hall_of(live_id, sessions))


@blueprint.post(f"{ONE}/steering")
@requires(Permission.RUN)
def steer(live_id: UUID) -> ResponseReturnValue:
    held = sessions_to_steer(current_actor(), live_id)
    step = STEPS.get(request.form.get("step", ""))
    if step is None:
        flash(_("Nothing was chosen."), "error")
    else:
        try:
            step(held)
        except Conflict as refusal:
            flash(str(refusal.message), "error")
    return redirect(url_for(".show", live_id=live_id))


@blueprint.post(f"{ONE}/check-ins/<uuid:student_id>/decision")
@requires(Permission.RUN)
def rule(live_id: UUID, student_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    line = line_of(sessions_to_run(actor, live_id), student_id)
    if line is None:
        raise NotFound
    [session] = sessions_to_run(actor, line.session_id)
    chosen = request.form.get("decision", "")
    try:
        decide(Ruling(session, student_id, Decision(chosen), ""), marker_of(actor))
    except (Conflict, ValueError):
        flash(_("Nothing was decided, for there is nothing to decide."), "error")
    return redirect(safe_next(request.form.get("next")))


def _cursor(shown: Sequence[Session]) -> str:
    return write_cursor((shown[-1].started_at, shown[-1].id))
