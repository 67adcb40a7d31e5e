from __future__ import annotations

from typing import Any

import marshmallow as ma

from school_erp.core.schemas import Schema, Text


class SignInBody(Schema):
    school = Text(required=True, most=40)
    login = Text(required=True, most=200)
    # as typed: a password is never trimmed
    password = ma.fields.String(
        required=True, load_only=True, validate=ma.validate.Length(min=1, max=200)
    )


class RefreshBody(Schema):
    refresh_token = Text(most=4_000)


class Me(Schema):
    person_id = ma.fields.UUID(required=True, allow_none=True)
    name = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    school = ma.fields.Nested("SchoolInBrief", required=True)
    permissions = ma.fields.List(ma.fields.String(), required=True)


class SchoolInBrief(Schema):
    id = ma.fields.UUID(required=True)
    slug = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    locale = ma.fields.String(required=True)


class Tokens(Schema):
    access_token = ma.fields.String(required=True)
    refresh_token = ma.fields.String(required=True)
    expires_in = ma.fields.Integer(required=True, metadata={"description": "seconds"})
    person = ma.fields.Nested(Me, required=True)


Loaded = dict[str, Any]
