from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, jsonify, make_response

from school_erp.attendance.access import (
    Permission,
    employee_for,
    marker_of,
    oneself,
    sees_staff,
    self_marker_of,
)
from school_erp.attendance.actions.answering import full_counts
from school_erp.attendance.actions.checking_in import check_in, check_out
from school_erp.attendance.actions.staff import mark_staff_wholly
from school_erp.attendance.actions.staff_answers import answered, shown
from school_erp.attendance.errors import MarkingRefused
from school_erp.attendance.queries.staff import StaffLine, marks_of, staff_on
from school_erp.attendance.queries.staff_figures import StaffTotal, staff_totals
from school_erp.attendance.queries.staff_sheet import staff_lines
from school_erp.attendance.rules.ranges import range_of
from school_erp.attendance.staff import StaffAnswer, StaffMarking
from school_erp.attendance.staff_schemas import (
    StaffAnswers,
    StaffAnswerShape,
    StaffDayQuery,
    StaffLinePage,
    StaffMarkingBody,
    StaffRangePageQuery,
    StaffRangeQuery,
    StaffSummaryShape,
    StaffTotalPage,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page, page_through
from school_erp.core.schemas import Empty
from school_erp.core.sheets.writing import csv_of
from school_erp.schools.queries import own_school, today_here

blueprint = Blueprint(
    "staff_attendance",
    __name__,
    url_prefix="/school/attendance/staff",
    description="Teachers and other staff by day, with when they came and went",
)


@blueprint.get("")
@requires(Permission.STAFF_READ)
@blueprint.arguments(StaffDayQuery, location="query")
@blueprint.response(200, StaffLinePage)
def list_day(asked: dict[str, Any]) -> Page[dict[str, Any]]:
    """Who works on a day, with their marks; for all but the office, one's own line."""
    actor = current_actor()
    found = staff_on(actor.school_id, asked.get("on") or today_here(), sees_staff(actor))
    page = page_through(found, position=_place, cursor=asked.get("cursor"), limit=asked["limit"])
    return Page([_line(each) for each in page.items], page.next_cursor)


@blueprint.post("")
@requires(Permission.STAFF_MARK)
@idempotent
@blueprint.arguments(StaffMarkingBody)
@blueprint.response(200, StaffAnswers)
def mark(body: dict[str, Any]) -> Response:
    """Mark staff on a day: all of them, or none where one cannot be right."""
    actor = current_actor()
    answers = mark_staff_wholly(
        StaffMarking(
            school_id=actor.school_id,
            date=body["date"],
            records=body["records"],
            marker=marker_of(actor),
            reason=body.get("reason", ""),
        )
    )
    counts = Counter(answer.outcome.value for answer in answers)
    said = {"records": [answered(each) for each in answers], "counts": full_counts(counts)}
    return make_response(jsonify(StaffAnswers().dump(said)), 200)


@blueprint.post("/check-in")
@requires(Permission.STAFF_CHECK_IN)
@idempotent
@blueprint.arguments(Empty)
@blueprint.response(200, StaffAnswerShape)
def arrive(_: dict[str, Any]) -> dict[str, Any]:
    """Oneself, now. Again answers with the first time."""
    return _noted(check_in)


@blueprint.post("/check-out")
@requires(Permission.STAFF_CHECK_IN)
@idempotent
@blueprint.arguments(Empty)
@blueprint.response(200, StaffAnswerShape)
def leave(_: dict[str, Any]) -> dict[str, Any]:
    """Oneself, now. Again answers with the first time; the office may correct it."""
    return _noted(check_out)


@blueprint.get("/summaries")
@requires(Permission.STAFF_READ)
@blueprint.arguments(StaffRangePageQuery, location="query")
@blueprint.response(200, StaffTotalPage)
def list_totals(asked: dict[str, Any]) -> Page[StaffTotal]:
    """What a range adds up to, for each; for all but the office, one's own."""
    actor = current_actor()
    first, last = range_of(asked.get("from_"), asked.get("to"), today_here())
    found = staff_totals(actor.school_id, first, last, sees_staff(actor))
    return page_through(found, position=_place, cursor=asked.get("cursor"), limit=asked["limit"])


@blueprint.get("/export.csv")
@requires(Permission.STAFF_MARK)
@blueprint.arguments(StaffRangeQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="text/csv")
def export(asked: dict[str, Any]) -> Response:
    """A line for each mark, by day and name, in the school's own time."""
    school = own_school()
    first, last = range_of(asked.get("from_"), asked.get("to"), today_here())
    lines = staff_lines(school.id, first, last, ZoneInfo(school.timezone))
    answer = Response(csv_of(lines), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"staff-{first}-{last}.csv")
    return answer


@blueprint.get("/<uuid:staff_id>/summary")
@requires(Permission.STAFF_READ)
@blueprint.arguments(StaffRangeQuery, location="query")
@blueprint.response(200, StaffSummaryShape)
def summary(asked: dict[str, Any], staff_id: UUID) -> dict[str, Any]:
    """One person's figures, with the marks behind them."""
    actor = current_actor()
    person_id = employee_for(actor, staff_id)
    first, last = range_of(asked.get("from_"), asked.get("to"), today_here())
    [total] = staff_totals(actor.school_id, first, last, person_id)
    days = marks_of(actor.school_id, person_id, first, last)
    return {
        "person_id": person_id,
        "name": total.name,
        "figures": total.figures,
        "from_": first,
        "to": last,
        "days": [{"date": each.date, "mark": shown(each.mark)} for each in days],
    }


def _noted(act: Callable[..., StaffAnswer]) -> dict[str, Any]:
    actor = current_actor()
    answer = act(actor.school_id, oneself(actor), self_marker_of(actor))
    if answer.error:
        raise MarkingRefused(answer.error.message, code=answer.error.code)
    return answered(answer)


def _line(line: StaffLine) -> dict[str, Any]:
    return {
        "person_id": line.person_id,
        "name": line.name,
        "role": line.role.value,
        "mark": shown(line.mark),
    }


def _place(line: StaffLine | StaffTotal) -> tuple[str, UUID]:
    return line.sort_name, line.person_id
