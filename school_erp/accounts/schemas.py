from __future__ import annotations

from typing import Any

import marshmallow as ma

from school_erp.accounts.queries import AccountState
from school_erp.accounts.rules import LONGEST
from school_erp.core.bounds import Length
from school_erp.core.schemas import Choice, Day, PageQuery, Schema, Text, paged


class Password(ma.fields.String):
    """As typed: a password is never trimmed, and never sent back."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(load_only=True, validate=Length(min=1, max=LONGEST), **extra)


class SignInBody(Schema):
    school = Text(required=True, most=40)
    login = Text(required=True, most=200)
    password = Password(required=True)


class RefreshBody(Schema):
    refresh_token = Text(most=4_000)


class ChangePasswordBody(Schema):
    current_password = Password(required=True)
    new_password = Password(required=True)


class ChoosePasswordBody(Schema):
    password = Password(required=True)


class SchoolInBrief(Schema):
    id = ma.fields.UUID(required=True)
    slug = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    locale = ma.fields.String(required=True)


class Me(Schema):
    person_id = ma.fields.UUID(required=True, allow_none=True)
    name = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    school = ma.fields.Nested(SchoolInBrief, required=True)
    permissions = ma.fields.List(ma.fields.String(), required=True)


class Tokens(Schema):
    access_token = ma.fields.String(required=True)
    refresh_token = ma.fields.String(required=True)
    expires_in = ma.fields.Integer(required=True, metadata={"description": "seconds"})
    person = ma.fields.Nested(Me, required=True)


class AccountsQuery(PageQuery):
    q = Text(most=100, blank=True)
    state = Choice(AccountState)


class NewAccountBody(Schema):
    person_id = ma.fields.UUID(required=True)
    login = Text(
        most=100, metadata={"description": "proposed from the person's name where left out"}
    )


class AccountChange(Schema):
    login = Text(required=True, most=100)


class LinkSchema(Schema):
    url = ma.fields.String(required=True, metadata={"description": "shown only this once"})
    expires_at = ma.fields.AwareDateTime(required=True)


class AccountSchema(Schema):
    person_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    login = ma.fields.String(required=True, allow_none=True)
    state = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    last_sign_in_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class OpenedAccountSchema(AccountSchema):
    link = ma.fields.Nested(LinkSchema, required=True)


AccountsPage = paged(AccountSchema)


class NewClientBody(Schema):
    name = Text(required=True, most=100)
    scopes = ma.fields.List(Text(most=100), required=True, validate=Length(min=1, max=200))
    expires_on = Day(
        allow_none=True, metadata={"description": "the key's last day; without one it lasts"}
    )


class ClientSchema(Schema):
    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    scopes = ma.fields.List(ma.fields.String(), required=True)
    created_by = ma.fields.UUID(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class CreatedClientSchema(ClientSchema):
    key = ma.fields.String(required=True, metadata={"description": "shown only this once"})


ClientsPage = paged(ClientSchema)


class ScopesSchema(Schema):
    scopes = ma.fields.List(ma.fields.String(), required=True)


def also(shown: object, schema: type[Schema], **once: Any) -> dict[str, Any]:
    """What a schema shows of something, and beside it what is shown only this once."""
    return {name: getattr(shown, name) for name in schema().fields} | once
