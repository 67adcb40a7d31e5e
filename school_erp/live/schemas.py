from __future__ import annotations

import math
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _
from marshmallow import validate

from school_erp.attendance.vocabulary import Source
from school_erp.core.bounds import Length, Range
from school_erp.core.schemas import Choice, Day, Moment, PageQuery, Paragraph, Schema, Text, paged
from school_erp.live.vocabulary import Decision

MOST_SECTIONS = 60
LONGEST_MINUTES = 12 * 60


def _between(least: float, most: float) -> validate.Range:
    said = _("This is a number from %(least)s to %(most)s.", least=least, most=most)
    return Range(min=least, max=most, error=said)


class Degrees(ma.fields.Float):
    """A number that is one: no text, no infinity, no NaN."""

    def __init__(self, most: float, least: float | None = None, **extra: Any) -> None:
        least = -most if least is None else least
        super().__init__(allow_nan=False, validate=_between(least, most), **extra)

    def _validated(self, value: Any) -> float:
        if isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        number = float(super()._validated(value))
        if not math.isfinite(number):
            raise self.make_error("invalid", input=value)
        return number


class GeofenceBody(Schema):
    latitude = Degrees(90, required=True)
    longitude = Degrees(180, required=True)
    metres = ma.fields.Integer(strict=True, validate=_between(10, 5000))


class StartSessionBody(Schema):
    section_id = ma.fields.UUID()
    section_ids = ma.fields.List(ma.fields.UUID(), validate=Length(min=1, max=MOST_SECTIONS))
    period = ma.fields.Integer(strict=True, validate=_between(1, 30))
    ends_in = ma.fields.Integer(
        strict=True,
        validate=_between(1, LONGEST_MINUTES),
        metadata={"description": "Minutes; left out, it ends when it is ended, or after 12 hours"},
    )
    begins_at = Moment(
        metadata={
            "description": "From when minutes late are counted; left out, from when the session "
            "or lesson of the day begins"
        }
    )
    geofence = ma.fields.Nested(GeofenceBody)
    single_use = ma.fields.Boolean(load_default=False)
    join_required = ma.fields.Boolean(load_default=False)

    @ma.validates_schema
    def _one_or_several(self, body: dict[str, Any], **_how: Any) -> None:
        if ("section_id" in body) == ("section_ids" in body):
            raise ma.ValidationError(
                [str(_("Name one class, or several, and not both."))], "section_id"
            )


class LocationBody(Schema):
    latitude = Degrees(90, required=True)
    longitude = Degrees(180, required=True)
    accuracy = Degrees(100_000, least=0, load_default=0.0, metadata={"description": "In metres"})


class ProofBody(Schema):
    token = Text(most=200)
    typed_code = Text(most=20)
    device = Text(most=200)

    proofs: tuple[str, ...] = ("token", "typed_code")

    @ma.validates_schema
    def _one_proof(self, body: dict[str, Any], **_how: Any) -> None:
        if sum(name in body for name in self.proofs) != 1:
            raise ma.ValidationError(
                [str(_("Send the code from the screen: scanned, or typed."))], self.proofs[0]
            )


class ClaimBody(ProofBody):
    """What is scanned now and used within five minutes."""


class CheckInBody(ProofBody):
    claim = Text(most=200)
    location = ma.fields.Nested(LocationBody)
    scanned_at = Moment(
        metadata={"description": "By the phone's clock, where it was scanned without connection"}
    )

    proofs = ("token", "typed_code", "claim")


class TypedForm(Schema):
    """On the page: a code that is typed, or nothing where it was scanned."""

    typed_code = Text(most=20)


class DecisionBody(Schema):
    decision = Choice(Decision, required=True)
    reason = Paragraph(most=500, load_default="")


class LiveSessionsQuery(PageQuery):
    on = Day()
    section_id = ma.fields.UUID()
    open = ma.fields.Boolean(load_default=False)


class FenceShape(Schema):
    latitude = ma.fields.Float(required=True, attribute="centre.latitude")
    longitude = ma.fields.Float(required=True, attribute="centre.longitude")
    metres = ma.fields.Integer(required=True)
    strict = ma.fields.Boolean(required=True)


class LiveSessionShape(Schema):
    id = ma.fields.UUID(required=True)
    group_id = ma.fields.UUID(required=True, allow_none=True)
    section_id = ma.fields.UUID(required=True)
    section_name = ma.fields.String(required=True)
    date = ma.fields.Date(required=True)
    period = ma.fields.Integer(required=True, attribute="slot")
    state = ma.fields.String(required=True)
    locked = ma.fields.Boolean(required=True)
    qr_visible = ma.fields.Boolean(required=True)
    single_use = ma.fields.Boolean(required=True)
    join_required = ma.fields.Boolean(required=True)
    step_seconds = ma.fields.Integer(required=True)
    geofence = ma.fields.Nested(FenceShape, required=True, allow_none=True, attribute="fence")
    begins_at = ma.fields.AwareDateTime(required=True)
    late_after_minutes = ma.fields.Integer(required=True)
    started_by = ma.fields.UUID(required=True, allow_none=True)
    started_by_name = ma.fields.String(required=True, attribute="starter_name")
    started_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)


LiveSessionPage = paged(LiveSessionShape)


class CodeShape(Schema):
    visible = ma.fields.Boolean(required=True)
    url = ma.fields.String(required=True, allow_none=True)
    token = ma.fields.String(required=True, allow_none=True)
    svg = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "The URL as a QR code, to show"}
    )
    step_seconds = ma.fields.Integer(required=True)
    expires_in_ms = ma.fields.Integer(required=True)
    typed_code = ma.fields.String(required=True, allow_none=True)
    typed_expires_in_ms = ma.fields.Integer(required=True)


class LiveShape(Schema):
    """One session, or a group of them under one id, room and code."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, metadata={"description": "session or group"})
    room = ma.fields.String(required=True)
    state = ma.fields.String(
        required=True, metadata={"description": "Of a group: running if any of its sessions is"}
    )
    sessions = ma.fields.List(ma.fields.Nested(LiveSessionShape), required=True)


class StartedShape(LiveShape):
    qr = ma.fields.Nested(CodeShape, required=True)


class RecentShape(Schema):
    student_id = ma.fields.UUID(required=True)
    session_id = ma.fields.UUID(required=True)
    section_id = ma.fields.UUID(required=True)
    section_name = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    attended_at = ma.fields.AwareDateTime(required=True)
    status = ma.fields.String(required=True, allow_none=True)
    minutes_late = ma.fields.Integer(required=True, allow_none=True)
    outcome = ma.fields.String(required=True, allow_none=True)
    flags = ma.fields.List(ma.fields.String(), required=True)
    decision = ma.fields.String(required=True, allow_none=True)


class StatsShape(Schema):
    total_students = ma.fields.Integer(required=True)
    students_joined = ma.fields.Integer(required=True)
    students_present = ma.fields.Integer(required=True)
    present_percentage = ma.fields.Float(required=True)
    recent_check_ins = ma.fields.List(ma.fields.Nested(RecentShape), required=True)


class SourceName(ma.fields.String):
    def _serialize(self, value: Any, *_args: Any, **_extra: Any) -> str | None:
        return None if value is None else Source(value).name


class CheckInShape(Schema):
    student_id = ma.fields.UUID(required=True)
    session_id = ma.fields.UUID(required=True)
    section_id = ma.fields.UUID(required=True)
    section_name = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    standing = ma.fields.String(
        required=True, metadata={"description": "missing, joined, present or rejected"}
    )
    joined_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    attended_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    seen_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    device_time = ma.fields.AwareDateTime(required=True, allow_none=True)
    proof = ma.fields.String(required=True, allow_none=True)
    distance = ma.fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "In metres from the fence's centre"},
    )
    flags = ma.fields.List(ma.fields.String(), required=True)
    same_device_as = ma.fields.List(ma.fields.UUID(), required=True)
    decision = ma.fields.String(required=True, allow_none=True)
    outcome = ma.fields.String(required=True, allow_none=True)
    status = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Of the mark that stands"}
    )
    code = ma.fields.String(required=True, allow_none=True)
    minutes_late = ma.fields.Integer(required=True, allow_none=True)
    source = SourceName(required=True, allow_none=True)


CheckInPage = paged(CheckInShape)


class CheckInsQuery(PageQuery):
    standing = Choice(("missing", "joined", "present", "rejected"))
    flagged = ma.fields.Boolean(load_default=False)


class OwnMarkShape(Schema):
    status = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    minutes_late = ma.fields.Integer(required=True, allow_none=True)


class ArrivalShape(Schema):
    """What a student is told. Where a teacher's mark stands, `outcome` is `kept`."""

    session_id = ma.fields.UUID(required=True)
    section_name = ma.fields.String(required=True)
    student_id = ma.fields.UUID(required=True)
    joined_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    attended_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    already = ma.fields.Boolean(required=True)
    outcome = ma.fields.String(required=True, allow_none=True)
    mark = ma.fields.Nested(OwnMarkShape, required=True, allow_none=True)


class ClaimShape(Schema):
    claim = ma.fields.String(required=True)
    expires_in = ma.fields.Integer(required=True, metadata={"description": "Seconds"})


class OwnSessionShape(Schema):
    """A session as a student on its list sees it."""

    id = ma.fields.UUID(required=True)
    room = ma.fields.String(required=True)
    section_name = ma.fields.String(required=True)
    date = ma.fields.Date(required=True)
    period = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True)
    locked = ma.fields.Boolean(required=True)
    join_required = ma.fields.Boolean(required=True)
    asks_location = ma.fields.Boolean(required=True)
    started_by_name = ma.fields.String(required=True)
    joined_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    attended_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    mark = ma.fields.Nested(OwnMarkShape, required=True, allow_none=True)


class OwnSessions(Schema):
    items = ma.fields.List(ma.fields.Nested(OwnSessionShape), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)
