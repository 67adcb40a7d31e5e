from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema
from school_erp.realtime.declaring import Channel, EventType
from school_erp.realtime.rooms import STAFF


class CallsChanged(Schema):
    date = ma.fields.Date(required=True)


CALLS_CHANGED = EventType(
    "CALLS_CHANGED",
    Channel.ATTENDANCE,
    (STAFF,),
    CallsChanged,
    "The list of families to ring today changed: a child became absent or came, somebody rings, or "
    "noted what came of it. It says nothing of whom it is about; the office reads the list.",
)
EVENTS = (CALLS_CHANGED,)
