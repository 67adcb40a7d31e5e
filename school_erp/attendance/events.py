from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema
from school_erp.realtime.declaring import Channel, EventType
from school_erp.realtime.rooms import INSTITUTION, STAFF, USER, RoomKind

CLASS = RoomKind("class_", "section", "Whoever may see the register of the class today.")
_IN_CLASS = {"description": "Only in the room of a class"}


class MarkTold(Schema):
    status = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    minutes_late = ma.fields.Integer(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)
    marked_at = ma.fields.AwareDateTime(required=True)
    remarks = ma.fields.String(metadata=_IN_CLASS)
    source = ma.fields.String(metadata=_IN_CLASS)
    marked_by = ma.fields.UUID(allow_none=True, metadata=_IN_CLASS)


class MarkChanged(Schema):
    student_id = ma.fields.UUID(required=True)
    mark = ma.fields.Nested(
        MarkTold,
        required=True,
        allow_none=True,
        metadata={"description": "The mark that now stands; nothing where it was taken back"},
    )


class _OfRegister(Schema):
    section_id = ma.fields.UUID(required=True)
    date = ma.fields.Date(required=True)
    slot = ma.fields.Integer(required=True)


class MarksChanged(_OfRegister):
    register_version = ma.fields.Integer(
        required=True,
        metadata={"description": "Of the register; the parts of one change share it"},
    )
    marks = ma.fields.List(ma.fields.Nested(MarkChanged), required=True)


class RegisterMoved(_OfRegister):
    state = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)


class SettingsTold(Schema):
    changed = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "The names of what changed"}
    )


class RegistersDue(Schema):
    date = ma.fields.Date(required=True)
    slot = ma.fields.Integer(required=True)
    standing = ma.fields.String(required=True, metadata={"description": "due or overdue"})
    registers = ma.fields.Integer(
        required=True,
        metadata={"description": "How many are due; or how many nobody has begun to take"},
    )


MARKS_CHANGED = EventType(
    "attendanceUpdate",
    Channel.ATTENDANCE,
    (CLASS, USER),
    MarksChanged,
    "Marks of a class on a date in a slot were made, changed or taken back. In the room of the "
    "class all of them, in parts where they are many; a student and whoever answers for them, "
    "where they have an account, hear of that student's own.",
)
REGISTER_SUBMITTED = EventType(
    "REGISTER_SUBMITTED",
    Channel.ATTENDANCE,
    (CLASS, STAFF),
    RegisterMoved,
    "A register was said to be complete, or its lock was taken away.",
)
REGISTER_REOPENED = EventType(
    "REGISTER_REOPENED",
    Channel.ATTENDANCE,
    (CLASS, STAFF),
    RegisterMoved,
    "A submitted register was opened again.",
)
REGISTER_LOCKED = EventType(
    "REGISTER_LOCKED",
    Channel.ATTENDANCE,
    (CLASS, STAFF),
    RegisterMoved,
    "A register was locked.",
)
REGISTERS_DUE = EventType(
    "REGISTERS_DUE",
    Channel.SCHOOL,
    (STAFF,),
    RegistersDue,
    "The registers of a slot have come due; or some of them are overdue. Once each for a slot.",
)
SETTINGS_CHANGED = EventType(
    "SETTINGS_CHANGED",
    Channel.SCHOOL,
    (INSTITUTION,),
    SettingsTold,
    "The rules by which the school marks were chosen or changed; `codes` among them.",
)
EVENTS = (
    *(MARKS_CHANGED, REGISTER_SUBMITTED, REGISTER_REOPENED, REGISTER_LOCKED),
    *(REGISTERS_DUE, SETTINGS_CHANGED),
)
