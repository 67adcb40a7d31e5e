from __future__ import annotations

from typing import Any

from school_erp.core.access import requires
from school_erp.core.openapi import Blueprint
from school_erp.schools import actions
from school_erp.schools.access import Permission
from school_erp.schools.models import School
from school_erp.schools.queries import own_school
from school_erp.schools.schemas import SchoolBody, SchoolSchema

blueprint = Blueprint("school", __name__, url_prefix="/school", description="The school itself")


@blueprint.get("")
@requires(Permission.SCHOOL_READ)
@blueprint.response(200, SchoolSchema)
def show() -> School:
    return own_school()


@blueprint.patch("")
@requires(Permission.SCHOOL_EDIT)
@blueprint.arguments(SchoolBody(partial=True))
@blueprint.response(200, SchoolSchema)
def change(body: dict[str, Any]) -> School:
    return actions.change_school(own_school(), body)
