from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema
from school_erp.realtime.declaring import Channel, EventType
from school_erp.realtime.rooms import STAFF


class MessagesMoved(Schema):
    count = ma.fields.Integer(required=True)


MESSAGES_MOVED = EventType(
    "MESSAGES_MOVED",
    Channel.NOTIFICATION,
    (STAFF,),
    MessagesMoved,
    "Messages to parents have left, arrived, failed or come into doubt: several at once, and none "
    "is named. What they are is for the office to read.",
)
EVENTS = (MESSAGES_MOVED,)
