from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema
from school_erp.realtime.declaring import Channel, EventType
from school_erp.realtime.rooms import RoomKind

SESSION = RoomKind(
    "attendance_updates_",
    "session",
    "Whoever runs the live session or the group of them: its teacher, its starter, the office.",
)
IN_SESSION = RoomKind(
    "live_session_", "session", "The same, and the students on the list of the session."
)


class CheckInTold(Schema):
    session_id = ma.fields.UUID(required=True)
    section_id = ma.fields.UUID(required=True)
    student_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    standing = ma.fields.String(
        required=True, metadata={"description": "joined, present or rejected"}
    )
    joined_at = ma.fields.AwareDateTime(required=True)
    attended_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    status = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Of the mark that stands"}
    )
    minutes_late = ma.fields.Integer(required=True, allow_none=True)
    outcome = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What became of the mark: created, changed, kept, …"},
    )
    flags = ma.fields.List(ma.fields.String(), required=True)
    decision = ma.fields.String(required=True, allow_none=True)


class CheckInsTold(Schema):
    live_id = ma.fields.UUID(required=True, metadata={"description": "Of the session or group"})
    check_ins = ma.fields.List(ma.fields.Nested(CheckInTold), required=True)


class StatsTold(Schema):
    live_id = ma.fields.UUID(required=True, metadata={"description": "Of the session or group"})
    total_students = ma.fields.Integer(required=True)
    students_joined = ma.fields.Integer(required=True)
    students_present = ma.fields.Integer(required=True)
    present_percentage = ma.fields.Float(required=True)


class SessionTold(Schema):
    live_id = ma.fields.UUID(required=True)
    session_id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True, metadata={"description": "running, paused or ended"})
    locked = ma.fields.Boolean(required=True)
    qr_visible = ma.fields.Boolean(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)


CHECK_IN = EventType(
    "CHECK_IN",
    Channel.SESSION,
    (SESSION,),
    CheckInsTold,
    "Students joined, checked in, or had their check-in confirmed or rejected; those of one "
    "moment together. In the room of the session, and in that of its group.",
)
STATS_UPDATE = EventType(
    "STATS_UPDATE",
    Channel.SESSION,
    (SESSION,),
    StatsTold,
    "How many are there now. The last of several that follow each other quickly is always sent.",
)
SESSION_STATUS = EventType(
    "SESSION_STATUS",
    Channel.SESSION,
    (SESSION, IN_SESSION),
    SessionTold,
    "A session was started, paused, resumed, locked, unlocked or ended, or its code was shown or "
    "hidden.",
)
EVENTS = (CHECK_IN, STATS_UPDATE, SESSION_STATUS)
