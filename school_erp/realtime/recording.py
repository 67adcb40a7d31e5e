"""Events as rows, numbered without a gap in each room."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import delete

from school_erp.core.clock import now
from school_erp.core.direct import Statement
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.realtime.declaring import EventType
from school_erp.realtime.models import RealtimeEvent
from school_erp.realtime.sizes import LARGEST_MESSAGE, fits, size_of

# what a room hears
Body = dict[str, Any]

# The rooms' rows are locked in one order, and until the commit: nobody deadlocks, and whoever sees
# a number can see all before it.
_record = Statement("""
    WITH asked AS (
        SELECT * FROM jsonb_to_recordset(:events) AS e (
            place integer, id uuid, room text, type text, payload jsonb)
    ), heads AS (
        INSERT INTO realtime_room AS r (school_id, room, seq)
        SELECT CAST(:school_id AS uuid), room, count(*) FROM asked GROUP BY room ORDER BY room
        ON CONFLICT (school_id, room) DO UPDATE SET seq = r.seq + excluded.seq
        RETURNING room, seq
    ), numbered AS (
        SELECT asked.*, heads.seq - count(*) OVER (PARTITION BY room)
               + row_number() OVER (PARTITION BY room ORDER BY place) AS number
        FROM asked JOIN heads USING (room)
    ), stored AS (
        INSERT INTO realtime_event (school_id, room, seq, id, type, payload, at)
        SELECT CAST(:school_id AS uuid), room, number, id, type, payload,
               CAST(:timestamp AS timestamptz) FROM numbered
    )
    SELECT number FROM numbered ORDER BY place""")


class EventTooLarge(ValueError):
    """What was announced does not fit into one message: tell of it in parts, or of less."""


@dataclass(frozen=True, slots=True)
class Announced:
    """An event on its way to one room."""

    id: UUID
    type: EventType
    room: str
    payload: Mapping[str, Any]


def record(events: Sequence[Announced]) -> list[Body]:
    """Store them as the last step of the transaction under way; answers what rooms will hear."""
    db.session.flush()
    common = {"school_id": str(current_school_id()), "timestamp": now().isoformat()}
    rows = [
        {
            "place": place,
            "id": str(event.id),
            "room": event.room,
            "type": event.type.name,
            "payload": event.payload,
        }
        for place, event in enumerate(events)
    ]
    numbers = _record.rows(db.session, {**common, "events": _stored(rows)})
    return [
        {
            "id": str(event.id),
            "room": event.room,
            "seq": seq,
            "type": event.type.name,
            "channel": event.type.channel.value,
            **common,
            "payload": event.payload,
        }
        for event, (seq,) in zip(events, numbers, strict=True)
    ]


def _stored(rows: Sequence[Mapping[str, Any]]) -> Jsonb:
    """Only what is long is measured as its hearers will get it."""
    written = [json.dumps(row) for row in rows]
    for row, text_ in zip(rows, written, strict=True):
        if len(text_) > LARGEST_MESSAGE // 2 and not fits(row["payload"]):
            raise EventTooLarge(f"{row['type']} of {size_of(row['payload'])} bytes")
    return Jsonb(rows, dumps=lambda _rows: f"[{','.join(written)}]")


def forget_events_before(moment: datetime) -> None:
    """The rooms go on counting, so that whoever comes late notices."""
    db.session.execute(
        delete(RealtimeEvent).where(
            RealtimeEvent.school_id == current_school_id(), RealtimeEvent.at < moment
        )
    )
