from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from school_erp.attendance.packs import EVERY_MARKER
from school_erp.attendance.vocabulary import StatisticalClass, Status
from school_erp.core.bounds import Length, Range
from school_erp.core.schemas import Choice, Day, Paragraph, Schema, Text

COLOURS = ("green", "red", "amber", "blue", "teal", "grey")


def _has_no_space(code: str) -> None:
    if any(character.isspace() for character in code):
        raise ma.ValidationError(_("A code has no spaces."))


class AttendanceCodeBody(Schema):
    code = Text(required=True, most=4, validate=_has_no_space)
    label = Text(required=True, most=80)
    status = Choice(Status, required=True)
    statistical_class = Choice(StatisticalClass, required=True)
    roles = ma.fields.List(
        Choice(EVERY_MARKER),
        required=True,
        validate=Length(min=1, max=3, error=_("Say who may use this code.")),
    )
    allowed_in_advance = ma.fields.Boolean()
    is_default = ma.fields.Boolean()
    prefills = ma.fields.Boolean()
    position = ma.fields.Integer(strict=True, validate=Range(min=1, max=999))
    colour = Choice(COLOURS)
    slot = ma.fields.Integer(strict=True, allow_none=True, validate=Range(min=1, max=30))
    starts_on = Day()
    ends_on = Day(allow_none=True)
    reason = Paragraph(most=500)

    @ma.post_load
    def _each_role_once(self, body: dict[str, Any], **_extra: Any) -> dict[str, Any]:
        if "roles" in body:
            body["roles"] = [role.value for role in EVERY_MARKER if role in body["roles"]]
        return body


class AttendanceCodeChange(AttendanceCodeBody):
    """Any part of it."""


class AttendanceCodeForm(AttendanceCodeBody):
    """As a plain form, where numbers are text."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(**extra)
        for field in self.fields.values():
            if isinstance(field, ma.fields.Integer):
                field.strict = False


class AttendanceCodeShape(AttendanceCodeBody):
    class Meta(Schema.Meta):
        exclude = ("reason",)

    id = ma.fields.UUID(required=True)


class AttendanceCodeList(Schema):
    items = ma.fields.List(ma.fields.Nested(AttendanceCodeShape), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class AttendanceCodeQuery(Schema):
    on = Day(metadata={"description": "Those that hold then or begin later; else of all times"})
