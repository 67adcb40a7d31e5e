"""What the ids in addresses and bodies stand for, and bodies that a schema would take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from marshmallow import validate

_OF_CLASS = {
    "person_id": "SELECT id FROM person WHERE given_name = '{pupil}'",
    "student_id": "SELECT id FROM person WHERE given_name = '{pupil}'",
    "staff_id": "SELECT id FROM person WHERE given_name = '{teacher}'",
    "guardian_id": "SELECT guardian_id FROM guardianship WHERE student_id = "
    "(SELECT id FROM person WHERE given_name = '{pupil}')",
    "guardianship_id": "SELECT id FROM guardianship WHERE student_id = "
    "(SELECT id FROM person WHERE given_name = '{pupil}')",
    "job_id": "SELECT id FROM job WHERE requested_by = "
    "(SELECT id FROM person WHERE given_name = '{teacher}')",
    "notification_id": "SELECT id FROM notification WHERE person_id = "
    "(SELECT id FROM person WHERE given_name = '{teacher}')",
    "grant_id": "SELECT id FROM role_grant WHERE person_id = "
    "(SELECT id FROM person WHERE given_name = '{pupil}')",
    "section_id": "SELECT id FROM section WHERE name = '{section}'",
    "section": "SELECT id FROM section WHERE name = '{section}'",
    "enrolment_id": "SELECT e.id FROM enrolment e JOIN section s ON s.id = e.section_id "
    "JOIN person p ON p.id = e.person_id WHERE s.name = '{section}' AND given_name = '{pupil}'",
    "entry_id": "SELECT t.id FROM timetable_entry t JOIN section s ON s.id = t.section_id "
    "WHERE s.name LIKE '{section}%' ORDER BY weekday LIMIT 1",
    "absence_id": "SELECT id FROM absence_request WHERE student_id = "
    "(SELECT id FROM person WHERE given_name = '{pupil}')",
    "message_id": "SELECT id FROM message WHERE student_id = "
    "(SELECT id FROM person WHERE given_name = '{pupil}')",
    "hold_id": "SELECT h.id FROM message_hold h JOIN section s ON s.id = h.section_id "
    "WHERE s.name = '{section}'",
    "cover_id": "SELECT c.id FROM cover c JOIN section s ON s.id = c.section_id "
    "WHERE s.name = '{section}'",
    "live_id": "SELECT l.id FROM live_session l JOIN section s ON s.id = l.section_id "
    "WHERE s.name = '{section}'",
}
_OF_SCHOOL = {
    "course_id": "SELECT id FROM course LIMIT 1",
    "period_id": "SELECT id FROM period ORDER BY slot LIMIT 1",
    "session_id": "SELECT id FROM academic_session LIMIT 1",
    "academic_session_id": "SELECT id FROM academic_session LIMIT 1",
    "year_id": "SELECT id FROM academic_session LIMIT 1",
    "day_id": "SELECT id FROM calendar_day LIMIT 1",
    "client_id": "SELECT id FROM api_client LIMIT 1",
    "rule_id": "SELECT id FROM escalation_rule ORDER BY kind, threshold LIMIT 1",
    "code_id": "SELECT id FROM attendance_code ORDER BY position LIMIT 1",
}
# addresses that name something else than an id
PLAIN = {
    "slot": 1,
    "token": "x" * 43,
    "kind": "people",
    "what": "absent",
    "channel": "email",
    "language": "en",
}

OF_A_CLASS = frozenset(_OF_CLASS)
QUERIES = {**_OF_CLASS, **_OF_SCHOOL}

# fields whose name says more than their kind
SAMPLES: dict[str, Any] = {
    "email": "zelda@example.org",
    "phone": "+447700900999",
    "password": "a long enough one",
    "current_password": "correct horse battery",
    "new_password": "another long one",
    "timezone": "Europe/Paris",
    "locale": "fr",
    "region": "FR",
    "login": "zelda",
    "starts_at": "13:00",
    "ends_at": "14:00",
    "starts_on": "2031-09-01",
    "ends_on": "2031-12-01",
    "weekday": 3,
    "slot": 2,
    "scopes": ["people:person:read"],
    "code": "Z9",
    # what a sender calls its own operation
    "id": "0a1b2c3d-0000-7000-8000-000000000001",
}


# what a schema needs beyond the fields it requires
BESIDES: dict[str, dict[str, Any]] = {
    "RecordBody": {"status": "PRESENT"},
    "OperationBody": {"status": "PRESENT"},
    "SaidBody": {"status": "PRESENT"},
    "StaffRecordBody": {"status": "PRESENT"},
    "CorrectionBody": {"status": "PRESENT", "reason": "seen in class"},
}

Id = Callable[[str], Any]


def body_for(schema: ma.Schema, id_of: Id) -> dict[str, Any]:
    """What the schema needs, or one field of it where it needs none."""
    fields = schema.load_fields
    partial = schema.partial is True
    needed = {} if partial else {name: it for name, it in fields.items() if it.required}
    besides = BESIDES.get(type(schema).__name__, {})
    chosen = needed or ({} if besides else dict(list(fields.items())[:1]))
    typed = {field.data_key or name: _sample(name, field, id_of) for name, field in chosen.items()}
    return typed | besides


def _sample(name: str, field: ma.fields.Field[Any], id_of: Id) -> Any:
    if isinstance(field, ma.fields.UUID):
        return SAMPLES.get(name) or str(id_of(name))
    if isinstance(field, ma.fields.List):
        return SAMPLES.get(name) or [_sample(name.removesuffix("s"), field.inner, id_of)]
    if isinstance(field, ma.fields.Nested):
        return body_for(field.schema, id_of)
    if choices := [rule for rule in field.validators if isinstance(rule, validate.OneOf)]:
        return next(iter(choices[0].choices))
    if name in SAMPLES:
        return SAMPLES[name]
    for kind, value in _BY_KIND:
        if isinstance(field, kind):
            return value
    raise AssertionError(f"say in tests/contracts/things.py what a body says as {name}")


_BY_KIND: tuple[tuple[type[ma.fields.Field[Any]], Any], ...] = (
    (ma.fields.Boolean, True),
    (ma.fields.Integer, 1),
    (ma.fields.DateTime, "2031-09-01T09:00:00Z"),
    (ma.fields.Date, "2031-09-01"),
    (ma.fields.Time, "09:00"),
    (ma.fields.Dict, {}),
    (ma.fields.String, "Zelda"),
)


def uuid_fields(schema: ma.Schema) -> list[str]:
    return [name for name, field in schema.load_fields.items() if isinstance(field, ma.fields.UUID)]
