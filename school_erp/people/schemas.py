from __future__ import annotations

import marshmallow as ma
from flask_babel import lazy_gettext as _
from marshmallow import validate

from school_erp.core.bounds import Range
from school_erp.core.languages import LANGUAGES
from school_erp.core.schemas import Choice, Day, PageQuery, Schema, Text, Whole, paged
from school_erp.people.relations import RELATIONS
from school_erp.schools.roles import Role

MESSAGE_CHANNELS = ("sms", "email", "both")
_email = validate.Email(error=_("An email address looks like name@example.org."))


class PeopleQuery(PageQuery):
    q = Text(most=100, blank=True, metadata={"description": "Words of a name"})
    role = Choice(Role)
    active = ma.fields.Boolean()


class DirectoryQuery(Schema):
    """The same question as the page's form asks it, in an address that people pass on."""

    q = Text(most=100, blank=True)
    role = Choice(Role)
    show = Choice(("former", "all"))
    cursor = Text(most=1_200)


class PersonSchema(Schema):
    """Contact details and the school's own number are there for those who may know them."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    given_name = ma.fields.String(required=True)
    family_name = ma.fields.String(required=True)
    preferred_name = ma.fields.String(required=True, allow_none=True)
    active = ma.fields.Boolean(required=True)
    roles = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Held today"}
    )
    email = ma.fields.String(allow_none=True)
    phone = ma.fields.String(allow_none=True, metadata={"description": "E.164"})
    external_id = ma.fields.String(allow_none=True)
    language = ma.fields.String(
        allow_none=True, metadata={"description": "Written to in; where none, the school's"}
    )
    message_channel = ma.fields.String(
        allow_none=True, metadata={"description": "sms, email, both, or none: what is there"}
    )
    phone_bad_since = ma.fields.AwareDateTime(
        allow_none=True,
        metadata={"description": "Nobody is reached there; a new number begins anew"},
    )
    email_bad_since = ma.fields.AwareDateTime(allow_none=True)


PeoplePage = paged(PersonSchema)


class WishesBody(Schema):
    """How somebody wants to be written to; empty, as the school does."""

    language = Choice(LANGUAGES, allow_none=True)
    message_channel = Choice(MESSAGE_CHANNELS, allow_none=True)


class ContactBody(WishesBody):
    email = Text(most=254, allow_none=True, validate=_email)
    phone = Text(
        most=40,
        allow_none=True,
        metadata={"description": "As dialled in the school's country, or with + and the country"},
    )


class PersonBody(ContactBody):
    given_name = Text(
        load_default="",
        blank=True,
        most=100,
        metadata={"description": "Left out where a person has one name only"},
    )
    family_name = Text(required=True, most=100)
    preferred_name = Text(most=100, allow_none=True)
    external_id = Text(most=100, allow_none=True)


class NewPersonBody(PersonBody):
    role = Choice(Role, metadata={"description": "Held from today on"})


class PersonChange(PersonBody):
    active = ma.fields.Boolean()


class RoleGrantSchema(Schema):
    id = ma.fields.UUID(required=True)
    person_id = ma.fields.UUID(required=True)
    role = ma.fields.String(required=True)
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True, allow_none=True)


RoleGrantPage = paged(RoleGrantSchema)


class RoleDatesBody(Schema):
    starts_on = Day(required=True)
    ends_on = Day(allow_none=True)


class RoleGrantBody(RoleDatesBody):
    role = Choice(Role, required=True)


class OtherPerson(Schema):
    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(allow_none=True)
    phone = ma.fields.String(allow_none=True)


class GuardianshipSchema(Schema):
    """What was agreed about an adult is for the office; a family sees who is who."""

    id = ma.fields.UUID(required=True)
    student_id = ma.fields.UUID(required=True)
    guardian_id = ma.fields.UUID(required=True)
    relation = ma.fields.String(required=True)
    call_order = ma.fields.Integer(required=True)
    gets_messages = ma.fields.Boolean()
    lives_with = ma.fields.Boolean()
    do_not_contact = ma.fields.Boolean()
    person = ma.fields.Nested(OtherPerson, required=True)


GuardianshipPage = paged(GuardianshipSchema)


class GuardianshipChange(Schema):
    relation = Choice(RELATIONS, required=True)
    call_order = Whole(validate=Range(min=1, max=20))
    gets_messages = ma.fields.Boolean()
    lives_with = ma.fields.Boolean()
    do_not_contact = ma.fields.Boolean()


class GuardianshipBody(GuardianshipChange):
    guardian_id = ma.fields.UUID(required=True)
