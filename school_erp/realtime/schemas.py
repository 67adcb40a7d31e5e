from __future__ import annotations

from typing import Any

import marshmallow as ma

from school_erp.core.bounds import Length, Range
from school_erp.core.schemas import Schema, Text
from school_erp.realtime.sockets import MOST_ROOMS

LARGEST_SEQ = 2**53
LONGEST_ROOM = 100


class Seq(ma.fields.Integer):
    def __init__(self, **how: Any) -> None:
        super().__init__(validate=Range(min=0, max=LARGEST_SEQ), **how)


class RoomBody(Schema):
    room = Text(required=True, most=LONGEST_ROOM)


class SubscribeBody(RoomBody):
    after = Seq(strict=True)


class PingBody(Schema):
    rooms = ma.fields.Dict(
        keys=Text(most=LONGEST_ROOM),
        values=Seq(strict=True, allow_none=True),
        validate=Length(max=MOST_ROOMS + 3),
    )


class EventsQuery(RoomBody):
    after = Seq(required=True)


class EventShape(Schema):
    id = ma.fields.UUID(required=True)
    room = ma.fields.String(required=True)
    seq = ma.fields.Integer(required=True)
    type = ma.fields.String(required=True)
    channel = ma.fields.String(required=True)
    school_id = ma.fields.UUID(required=True)
    timestamp = ma.fields.String(required=True)
    payload = ma.fields.Dict(required=True)


class MissedShape(Schema):
    room = ma.fields.String(required=True)
    seq = ma.fields.Integer(
        required=True,
        metadata={
            "description": "How far the room has come; with `more`, how far this tells of it"
        },
    )
    events = ma.fields.List(ma.fields.Nested(EventShape))
    more = ma.fields.Boolean(
        metadata={"description": "There is more than fits: ask again, after this `seq`"}
    )
    reload = ma.fields.Boolean(
        metadata={"description": "Too much was missed, or too long ago: read the screen anew"}
    )
