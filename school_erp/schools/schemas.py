from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _
from marshmallow import validate

from school_erp.core.bounds import Length
from school_erp.core.languages import LANGUAGES
from school_erp.core.schemas import Choice, Schema, Text, Whole
from school_erp.schools.rules import SLUG, WEEKDAYS, regions, timezones


def _is_timezone(name: str) -> None:
    if name not in timezones():
        raise ma.ValidationError(
            [_("We do not know this time zone; one looks like Europe/London.")]
        )


def _is_region(code: str) -> None:
    if code not in regions():
        raise ma.ValidationError([_("A country is two capital letters, such as GB.")])


def _are_weekdays(days: list[int]) -> None:
    if not days:
        raise ma.ValidationError([_("Choose at least one day.")])
    if not set(days) <= set(WEEKDAYS):
        raise ma.ValidationError([_("Days are numbered 1 (Monday) to 7 (Sunday).")])


def _is_slug(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise ma.ValidationError(
            [_("A short name has 2 to 40 small letters a to z, digits and hyphens.")]
        )


class SchoolSchema(Schema):
    id = ma.fields.UUID(required=True)
    slug = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    locale = ma.fields.String(required=True)
    region = ma.fields.String(required=True)
    weekdays = ma.fields.List(ma.fields.Integer(), required=True)


class SchoolBody(Schema):
    name = Text(required=True, most=120)
    timezone = Text(required=True, most=64, validate=_is_timezone)
    locale = Choice(LANGUAGES, required=True)
    region = Text(required=True, most=2, validate=_is_region)
    weekdays = ma.fields.List(
        Whole(),
        required=True,
        validate=validate.And(Length(max=7), _are_weekdays),
        metadata={"description": "Days the school is open, 1 (Monday) to 7 (Sunday)"},
    )

    @ma.post_load
    def _each_day_once(self, body: dict[str, Any], **_extra: Any) -> dict[str, Any]:
        if "weekdays" in body:
            body["weekdays"] = sorted(set(body["weekdays"]))
        return body


class NewSchoolBody(SchoolBody):
    slug = Text(required=True, most=40, validate=_is_slug)
