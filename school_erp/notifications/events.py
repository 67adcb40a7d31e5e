from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema
from school_erp.realtime.declaring import Channel, EventType
from school_erp.realtime.rooms import USER


class NotificationTold(Schema):
    notification_id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True)


class NotificationRead(Schema):
    notification_id = ma.fields.UUID(
        required=True, allow_none=True, metadata={"description": "Nothing where all were read"}
    )


NEW_NOTIFICATION = EventType(
    "NEW_NOTIFICATION",
    Channel.NOTIFICATION,
    (USER,),
    NotificationTold,
    "Somebody is told something; or what they have not read yet was replaced by what is newer. "
    "Its sentence is read from `/api/v1/notifications`, in the reader's language.",
)
NOTIFICATION_READ = EventType(
    "NOTIFICATION_READ",
    Channel.NOTIFICATION,
    (USER,),
    NotificationRead,
    "Somebody has read a notification, or all of them, on one of their devices.",
)
EVENTS = (NEW_NOTIFICATION, NOTIFICATION_READ)
