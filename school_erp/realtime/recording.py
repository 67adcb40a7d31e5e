"""Events as rows, numbered without a gap in each room."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from school_erp.core.clock import now
from school_erp.core.direct import Statement
from school_erp.core.once_for import OnceFor
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.realtime.declaring import EventType
from school_erp.realtime.models import RealtimeEvent
from school_erp.realtime.several import size_in_full, written
from school_erp.realtime.sizes import fits

# what a room hears
Body = dict[str, Any]

# The rooms' rows are locked in one order, and until the commit: nobody deadlocks, and whoever sees
# a number can see all before it.
_record = Statement("""
    WITH asked AS (
        SELECT * FROM jsonb_to_recordset(CAST(:events AS jsonb)) AS e (
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


class Recorded(dict[str, Any]):
    """A body that was stored, with its text: a payload is written once, however many it goes to."""

    def __init__(self, body: Body, payload: Mapping[str, Any], written: str) -> None:
        super().__init__(body, payload=payload)
        self.text = f'{json.dumps(body)[:-1]}, "payload": {written}}}'


def record(events: Sequence[Announced]) -> list[Recorded]:
    """Store them as the last step of the transaction under way; answers what rooms will hear."""
    db.session.flush()
    common = {"school_id": str(current_school_id()), "timestamp": now().isoformat()}
    write = OnceFor(written)
    texts = [write(_fitting(event).payload) for event in events]
    rows = [_row(place, *pair) for place, pair in enumerate(zip(events, texts, strict=True))]
    numbers = _record.rows(db.session, {**common, "events": f"[{','.join(rows)}]"})
    return [
        Recorded(
            {
                "id": str(event.id),
                "room": event.room,
                "seq": seq,
                "type": event.type.name,
                "channel": event.type.channel.value,
                **common,
            },
            event.payload,
            text,
        )
        for event, text, (seq,) in zip(events, texts, numbers, strict=True)
    ]


def _row(place: int, event: Announced, payload: str) -> str:
    """Of a payload that is written already."""
    said = {"place": place, "id": str(event.id), "room": event.room, "type": event.type.name}
    return f'{json.dumps(said)[:-1]}, "payload": {payload}}}'


def _fitting(event: Announced) -> Announced:
    size = size_in_full(event.payload)
    if not fits(size):
        raise EventTooLarge(f"{event.type.name} of {size} bytes")
    return event


def forget_events_before(moment: datetime) -> None:
    """The rooms go on counting, so that whoever comes late notices."""
    db.session.execute(
        delete(RealtimeEvent).where(
            RealtimeEvent.school_id == current_school_id(), RealtimeEvent.at < moment
        )
    )
