"""What is typed to start a session, or to check in, and what it means to the one action."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma
from flask_babel import lazy_gettext as _

from school_erp.core.bounds import Length, Range
from school_erp.core.schemas import Schema, Text
from school_erp.live.arrivals import Attempt, Evidence
from school_erp.live.rules.places import Location
from school_erp.live.schemas import LONGEST_MINUTES, MOST_SECTIONS, Degrees, TypedForm


class StartForm(Schema):
    section_ids = ma.fields.List(
        ma.fields.UUID(),
        required=True,
        validate=Length(
            min=1,
            max=MOST_SECTIONS,
            error=_("Choose at least one class, and no more than sixty."),
        ),
    )
    period = ma.fields.Integer(validate=Range(1, 30))
    ends_in = ma.fields.Integer(
        validate=Range(1, LONGEST_MINUTES, error=_("This is 1 to 720 minutes."))
    )
    join_required = ma.fields.Boolean()
    single_use = ma.fields.Boolean()
    latitude = Degrees(90)
    longitude = Degrees(180)

    @ma.validates_schema
    def _whole_place(self, body: dict[str, Any], **_how: Any) -> None:
        if ("latitude" in body) != ("longitude" in body):
            raise ma.ValidationError([str(_("A place needs both of its numbers."))], "latitude")


class ArrivalForm(TypedForm):
    """A code that is typed, or nothing where it was scanned; a script adds the phone's place."""

    device = Text(most=200)
    latitude = Degrees(90)
    longitude = Degrees(180)
    accuracy = Degrees(100_000, least=0)


def attempt_of(student_id: UUID, body: dict[str, Any], browser_pass: str | None) -> Attempt:
    typed = body.get("typed_code")
    evidence = Evidence(
        typed_code=typed,
        browser_pass=None if typed else browser_pass,
        device=body.get("device"),
    )
    if "latitude" not in body or "longitude" not in body:
        return Attempt(student_id, evidence)
    place = Location(body["latitude"], body["longitude"], body.get("accuracy", 0.0))
    return Attempt(student_id, evidence, location=place)


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
