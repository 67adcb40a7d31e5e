from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app

from school_erp.attendance.access import sees_every_class
from school_erp.core.access import Actor, current_actor, requires
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page, page_through, write_cursor
from school_erp.core.sheets.writing import csv_of, xlsx_of
from school_erp.core.shortcuts import Shortcut
from school_erp.live.access import Permission, runs_for, sessions_to_run
from school_erp.live.arrivals import Session
from school_erp.live.queries.lists import Line, lines_of, sessions_listed
from school_erp.live.schemas import (
    CheckInPage,
    CheckInsQuery,
    CodeShape,
    LiveSessionPage,
    LiveSessionsQuery,
    LiveShape,
    StatsShape,
)
from school_erp.live.sheet import sheet_of
from school_erp.live.showing import code_shown, live_shown, stats_shown
from school_erp.live.tallies import tallies

blueprint = Blueprint(
    "live_watching", __name__, url_prefix="/sessions", description="What happens in live sessions"
)
ONE = "/<uuid:live_id>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = {"type": "string", "format": "binary"}


@blueprint.get("/live")
@requires(Permission.RUN)
@blueprint.arguments(LiveSessionsQuery, location="query")
@blueprint.response(200, LiveSessionPage)
def list_sessions(asked: dict[str, Any]) -> Page[Session]:
    """Newest first: those of one's classes and one's own; the office's, all."""
    actor = current_actor()
    found = sessions_listed(actor.school_id, runs_for(actor), asked)
    items = found[: asked["limit"]]
    more = len(found) > len(items)
    return Page(items, write_cursor((items[-1].started_at, items[-1].id)) if more else None)


@blueprint.get(ONE)
@requires(Permission.RUN)
@blueprint.response(200, LiveShape)
def show(live_id: UUID) -> dict[str, Any]:
    return live_shown(live_id, sessions_to_run(current_actor(), live_id))


@blueprint.get(f"{ONE}/stats")
@requires(Permission.RUN)
@blueprint.response(200, StatsShape)
def stats(live_id: UUID) -> Response:
    """For a first look, and after anything was missed. A group counts each student once."""
    return _stats(live_id)


@blueprint.get(f"/groups{ONE}/stats")
@requires(Permission.RUN)
@blueprint.response(200, StatsShape)
def group_stats(live_id: UUID) -> Response:
    return _stats(live_id)


def _stats(live_id: UUID) -> Response:
    """Kept for whoever asks the same in the next moment, as all do whose line was lost."""
    school_id = current_actor().school_id
    sessions = sessions_to_run(current_actor(), live_id)
    kept = tallies().kept(school_id, live_id)
    shown = StatsShape().dump(stats_shown(live_id, sessions))
    answer = current_app.json.dumps(shown, separators=(",", ":"))
    if kept is not None:
        tallies().keep(school_id, live_id, kept, answer)
    return Response(answer, mimetype="application/json")


def _stats_kept(actor: Actor, live_id: UUID, _body: dict[str, Any]) -> str | None:
    """For those who may see every session of the school; whoever else is looked at first."""
    if not sees_every_class(actor):
        return None
    kept = tallies().kept(actor.school_id, live_id)
    return kept.answer if kept else None


SHORTCUTS = tuple(
    Shortcut("GET", f"/api/v1/sessions{path}/stats", Permission.RUN, _stats_kept)
    for path in (ONE, f"/groups{ONE}")
)


@blueprint.get(f"{ONE}/qr")
@requires(Permission.RUN)
@blueprint.response(200, CodeShape)
def code(live_id: UUID) -> dict[str, Any]:
    """The code of this moment; nothing to show while it is hidden, paused or over."""
    return code_shown(sessions_to_run(current_actor(), live_id))


@blueprint.get(f"{ONE}/check-ins")
@requires(Permission.RUN)
@blueprint.arguments(CheckInsQuery, location="query")
@blueprint.response(200, CheckInPage)
def list_check_ins(asked: dict[str, Any], live_id: UUID) -> Page[Line]:
    """Everybody on the list by name, also those who have not come."""
    lines = [line for line in _lines(live_id) if _wanted(line, asked)]
    return page_through(lines, position=_position, cursor=asked.get("cursor"), limit=asked["limit"])


@blueprint.get(f"{ONE}/export.csv")
@requires(Permission.RUN)
@blueprint.response(200, FILE, content_type="text/csv")
def export_csv(live_id: UUID) -> Response:
    """The same list as a file, in the school's own time."""
    answer = Response(csv_of(sheet_of(_lines(live_id))), mimetype="text/csv")
    return _named(answer, "csv")


@blueprint.get(f"{ONE}/export.xlsx")
@requires(Permission.RUN)
@blueprint.response(200, FILE, content_type=XLSX)
def export_xlsx(live_id: UUID) -> Response:
    return _named(Response(xlsx_of(sheet_of(_lines(live_id))), mimetype=XLSX), "xlsx")


def _lines(live_id: UUID) -> list[Line]:
    return list(lines_of(sessions_to_run(current_actor(), live_id)))


def _wanted(line: Line, asked: dict[str, Any]) -> bool:
    if asked.get("standing") not in (None, line.standing):
        return False
    return bool(line.flags) or not asked["flagged"]


def _position(line: Line) -> tuple[str, UUID, UUID]:
    return line.sort_name, line.student_id, line.session_id


def _named(answer: Response, ending: str) -> Response:
    answer.headers.set("Content-Disposition", "attachment", filename=f"check-ins.{ending}")
    return answer
