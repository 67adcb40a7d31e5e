from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from school_erp.attendance.packs import PACKS
from school_erp.attendance.vocabulary import DailyRule, Mode
from school_erp.core.bounds import Range
from school_erp.core.schemas import Choice, Day, Paragraph, Schema, Text


class TimeOfDay(ma.fields.Time):
    """By the school's own clock, to the minute."""

    def _serialize(self, value: Any, *_args: Any, **_extra: Any) -> str | None:
        return None if value is None else value.isoformat("minutes")

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **extra: Any
    ) -> dt.time:
        time: dt.time = super()._deserialize(value, attr, data, **extra)
        if time.tzinfo is not None:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return time.replace(second=0, microsecond=0)


def _number(least: int, most: int, **extra: Any) -> ma.fields.Integer:
    between = _("This is a whole number from %(least)s to %(most)s.", least=least, most=most)
    return ma.fields.Integer(
        strict=True, validate=Range(min=least, max=most, error=between), **extra
    )


class ThresholdsBody(Schema):
    early = _number(1, 100)
    line = _number(1, 100)
    severe = _number(0, 99)
    least_sessions = _number(1, 400)


class SettingsBody(Schema):
    attendance_mode = Choice(Mode)
    daily_sessions = _number(1, 2)
    morning_at = TimeOfDay()
    afternoon_at = TimeOfDay()
    backdate_days = _number(0, 366)
    office_backdate_days = _number(0, 1100)
    allow_future_date = ma.fields.Boolean()
    notification_on_absent = ma.fields.Boolean()
    late_after_minutes = _number(0, 240)
    closed_after_minutes = _number(0, 480)
    overdue_after_minutes = _number(0, 480)
    register_reminder_minutes = _number(
        0, 480, metadata={"description": "Then whoever takes a missing register is told; 0: never"}
    )
    register_alarm_minutes = _number(
        0, 480, metadata={"description": "Then the office is told of it; 0: never"}
    )
    message_hold_minutes = _number(0, 240)
    messages_from = TimeOfDay(metadata={"description": "Nothing is sent before, on any day"})
    message_each_lesson = ma.fields.Boolean(
        metadata={"description": "Else the first lesson missed on a day, alone"}
    )
    message_on_late = ma.fields.Boolean()
    message_on_arrival = ma.fields.Boolean(
        metadata={"description": "Tell who heard of an absence that the child has come"}
    )
    message_budget = _number(
        0, 1_000_000, metadata={"description": "SMS paid for in a day, at most"}
    )
    quiet_from = TimeOfDay()
    quiet_until = TimeOfDay()
    offline_grace_hours = _number(0, 168)
    qr_step_seconds = _number(3, 60)
    geofence_metres = _number(10, 5000, allow_none=True)
    strict_fence = ma.fields.Boolean(
        metadata={"description": "Refuse check-ins from outside, rather than flag them"}
    )
    session_end_code = Text(
        most=4,
        allow_none=True,
        metadata={"description": "For those not there when a session ends; empty: not marked"},
    )
    staff_check_in_themselves = ma.fields.Boolean()
    staff_day_starts_at = TimeOfDay(
        allow_none=True,
        metadata={"description": "From when staff are late; where empty, the school's beginning"},
    )
    daily_rule = Choice(DailyRule)
    thresholds = ma.fields.Nested(ThresholdsBody)
    base_version = ma.fields.Integer(strict=True, validate=Range(min=0))
    reason = Paragraph(most=500)


# a box left blank means no, and no reason was given
BLANK_MEANS_SOMETHING = (ma.fields.Boolean, Paragraph)


class SettingsForm(SettingsBody):
    """The same as a plain form: a field each, numbers as text, and none of them left blank."""

    class Meta(Schema.Meta):
        exclude = ("thresholds",)

    early = _number(1, 100)
    line = _number(1, 100)
    severe = _number(0, 99)
    least_sessions = _number(1, 400)

    def __init__(self, **extra: Any) -> None:
        super().__init__(**extra)
        for field in self.fields.values():
            if isinstance(field, ma.fields.Integer):
                field.strict = False
            field.required = not (field.allow_none or isinstance(field, BLANK_MEANS_SOMETHING))

    @ma.post_load
    def _together(self, typed: dict[str, Any], **_extra: Any) -> dict[str, Any]:
        limits = {name: typed.pop(name) for name in ThresholdsBody().fields if name in typed}
        return typed | ({"thresholds": limits} if limits else {})


class SettingsShape(SettingsBody):
    class Meta(Schema.Meta):
        exclude = ("base_version", "reason")

    founded = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class FoundingBody(Schema):
    mode = Choice(Mode, required=True)
    pack = Choice(PACKS, required=True)
    daily_sessions = _number(1, 2, load_default=1)
    starts_on = Day(
        metadata={"description": "From when the codes hold; else the first day of the school year"}
    )


class FoundingForm(Schema):
    """Mode and sessions are one choice on the page."""

    mode = Choice(("DAILY-1", "DAILY-2", "PERIOD"), required=True)
    pack = Choice(PACKS, required=True)

    @ma.post_load
    def _apart(self, typed: dict[str, Any], **_extra: Any) -> dict[str, Any]:
        mode, _dash, sessions = typed["mode"].partition("-")
        return typed | {"mode": mode, "daily_sessions": int(sessions or 1)}
