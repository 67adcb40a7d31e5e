from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Choice, Day, PageQuery, Schema, Text, paged

KINDS = (
    "mark",
    "register",
    "settings",
    "code",
    "staff",
    "absence",
    "call",
    "message",
    "escalation_rule",
)


class AuditQuery(PageQuery):
    student_id = ma.fields.UUID()
    section_id = ma.fields.UUID()
    actor_id = ma.fields.UUID()
    person_id = ma.fields.UUID(metadata={"description": "Of staff"})
    from_ = Day(
        data_key="from", metadata={"description": "By the day marked, else the day of the change"}
    )
    to = Day()
    what = Choice(KINDS)
    amendments = ma.fields.Boolean(
        metadata={"description": "Only entries that changed something already there"}
    )


class AuditPageQuery(AuditQuery):
    """People ask by a name."""

    whom = Text(most=100)


class AuditEntryShape(Schema):
    id = ma.fields.UUID(required=True, attribute="entry.id")
    what = ma.fields.String(required=True, attribute="entry.what")
    student_id = ma.fields.UUID(required=True, attribute="entry.student_id", allow_none=True)
    student = ma.fields.String(required=True)
    section_id = ma.fields.UUID(required=True, attribute="entry.section_id", allow_none=True)
    section = ma.fields.String(required=True)
    person_id = ma.fields.UUID(required=True, attribute="entry.person_id", allow_none=True)
    person = ma.fields.String(required=True)
    date = ma.fields.Date(required=True, attribute="entry.date", allow_none=True)
    slot = ma.fields.Integer(required=True, attribute="entry.slot", allow_none=True)
    before = ma.fields.Dict(required=True, attribute="entry.before", allow_none=True)
    after = ma.fields.Dict(required=True, attribute="entry.after", allow_none=True)
    reason = ma.fields.String(required=True, attribute="entry.reason")
    actor_id = ma.fields.UUID(required=True, attribute="entry.actor_id", allow_none=True)
    actor_name = ma.fields.String(required=True, attribute="entry.actor_name")
    actor_role = ma.fields.String(required=True, attribute="entry.actor_role")
    source = ma.fields.String(required=True)
    request_id = ma.fields.String(required=True, attribute="entry.request_id")
    address = ma.fields.String(required=True, attribute="entry.address")
    job_id = ma.fields.UUID(required=True, attribute="entry.job_id", allow_none=True)
    device_time = ma.fields.AwareDateTime(
        required=True, attribute="entry.device_time", allow_none=True
    )
    at = ma.fields.AwareDateTime(required=True, attribute="entry.at")


AuditPage = paged(AuditEntryShape)
