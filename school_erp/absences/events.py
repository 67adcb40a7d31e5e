from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema
from school_erp.realtime.declaring import Channel, EventType
from school_erp.realtime.rooms import STAFF, USER


class AbsenceTold(Schema):
    absence_id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True)


ABSENCE_REQUESTED = EventType(
    "ABSENCE_REQUESTED",
    Channel.ATTENDANCE,
    (STAFF, USER),
    AbsenceTold,
    "The school was told of an absence. It says of which pupil only to those who may read it.",
)
ABSENCE_DECIDED = EventType(
    "ABSENCE_DECIDED",
    Channel.ATTENDANCE,
    (STAFF, USER),
    AbsenceTold,
    "What the school was told was accepted, refused or cancelled; whoever told it hears so too.",
)
EVENTS = (ABSENCE_REQUESTED, ABSENCE_DECIDED)
