"""What a teacher types to start a session, and what it means to the one action."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _
from marshmallow import validate

from school_erp.core.schemas import Schema
from school_erp.live.schemas import LONGEST_MINUTES, MOST_SECTIONS, Degrees


class StartForm(Schema):
    section_ids = ma.fields.List(
        ma.fields.UUID(),
        required=True,
        validate=validate.Length(
            min=1,
            max=MOST_SECTIONS,
            error=_("Choose at least one class, and no more than sixty."),
        ),
    )
    period = ma.fields.Integer(validate=validate.Range(1, 30))
    ends_in = ma.fields.Integer(
        validate=validate.Range(1, LONGEST_MINUTES, error=_("This is 1 to 720 minutes."))
    )
    join_required = ma.fields.Boolean()
    single_use = ma.fields.Boolean()
    latitude = Degrees(90)
    longitude = Degrees(180)

    @ma.validates_schema
    def _whole_place(self, body: dict[str, Any], **_how: Any) -> None:
        if ("latitude" in body) != ("longitude" in body):
            raise ma.ValidationError([str(_("A place needs both of its numbers."))], "latitude")


def wishes_of(body: dict[str, Any]) -> dict[str, Any]:
    """One class is a session of its own; several share one as a group."""
    wishes = {
        name: value
        for name, value in body.items()
        if name not in {"section_ids", "latitude", "longitude"}
    }
    section_ids = list(dict.fromkeys(body["section_ids"]))
    if len(section_ids) == 1:
        wishes["section_id"] = section_ids[0]
    else:
        wishes["section_ids"] = section_ids
    if "latitude" in body:
        wishes["geofence"] = {name: body[name] for name in ("latitude", "longitude")}
    return wishes
