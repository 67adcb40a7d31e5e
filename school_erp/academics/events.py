from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema
from school_erp.realtime.declaring import Channel, EventType
from school_erp.realtime.rooms import INSTITUTION


class Stretch(Schema):
    starts_on = ma.fields.Date(
        required=True, metadata={"description": "The first day that may be another than before"}
    )
    ends_on = ma.fields.Date(required=True, metadata={"description": "The last such day"})


CALENDAR_CHANGED = EventType(
    "CALENDAR_CHANGED",
    Channel.SCHOOL,
    (INSTITUTION,),
    Stretch,
    "Closures, half days, years or terms were added, changed or removed.",
)
EVENTS = (CALENDAR_CHANGED,)
