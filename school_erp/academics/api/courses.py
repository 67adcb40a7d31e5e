from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.academics.access import Permission, one_of
from school_erp.academics.actions import courses as actions
from school_erp.academics.models import Course
from school_erp.academics.queries import calendar as queries
from school_erp.academics.schemas.structure import (
    CourseBody,
    CourseChange,
    CoursePage,
    CourseSchema,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.core.schemas import PageQuery

blueprint = Blueprint("courses_api", __name__, url_prefix="/courses", description="What is taught")


@blueprint.get("")
@requires(Permission.COURSE_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, CoursePage)
def index(query: dict[str, Any]) -> Page[Course]:
    return queries.courses_page(query.get("cursor"), query["limit"])


@blueprint.post("")
@requires(Permission.STRUCTURE_EDIT)
@idempotent
@blueprint.arguments(CourseBody)
@blueprint.response(201, CourseSchema)
def add(body: dict[str, Any]) -> Course:
    return actions.add_course(body)


@blueprint.get("/<uuid:course_id>")
@requires(Permission.COURSE_READ)
@blueprint.response(200, CourseSchema)
def show(course_id: UUID) -> Course:
    return one_of(current_actor(), Course, course_id)


@blueprint.patch("/<uuid:course_id>")
@requires(Permission.STRUCTURE_EDIT)
@blueprint.arguments(CourseChange(partial=True))
@blueprint.response(200, CourseSchema)
def change(body: dict[str, Any], course_id: UUID) -> Course:
    return actions.change_course(one_of(current_actor(), Course, course_id), body)


@blueprint.delete("/<uuid:course_id>")
@requires(Permission.STRUCTURE_EDIT)
@blueprint.response(204)
def remove(course_id: UUID) -> None:
    actions.remove_course(one_of(current_actor(), Course, course_id))
