"""What somebody missed, by the last number they heard; and how far rooms have come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC
from typing import Any

from flask import current_app
from sqlalchemy import Row, func, literal, select, true

from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.realtime.declaring import EventType
from school_erp.realtime.metrics import REPLAYS
from school_erp.realtime.models import RealtimeEvent, RealtimeRoom
from school_erp.realtime.recording import Body
from school_erp.realtime.rooms import Room
from school_erp.realtime.several import in_full
from school_erp.realtime.sizes import LARGEST_MESSAGE, size_of

MOST_EVENTS = 500
# for statements of one's own: how far a room has come, in the same moment
HEAD = """coalesce((SELECT seq FROM realtime_room
                    WHERE school_id = :school AND room = :room), 0)"""
MOST_BYTES = LARGEST_MESSAGE - 512

Answer = dict[str, Any]


def missed(room: str, after: int | None) -> Answer:
    """The events since then; or, where they are too many or gone, that all must be read anew.

    What does not fit into one message is left for the next question.
    """
    rows = _rows(room, after)
    head = rows[0].head
    events = [row for row in rows if row.id is not None]
    if after is not None and head - after != len(events):
        REPLAYS.labels("reload").inc()
        return {"room": room, "seq": head, "reload": True}
    if after is not None:
        REPLAYS.labels("events" if events else "nothing").inc()
    told = list(_as_many_as_fit(_body(room, row) for row in events))
    if len(told) < len(events):
        return {"room": room, "seq": told[-1]["seq"], "events": told, "more": True}
    return {"room": room, "seq": head, "events": told}


def heads(rooms: Collection[str]) -> dict[str, int]:
    query = select(RealtimeRoom.room, RealtimeRoom.seq).where(
        RealtimeRoom.school_id == current_school_id(), RealtimeRoom.room.in_(rooms)
    )
    found = {row.room: row.seq for row in db.session.execute(query)}
    return dict.fromkeys(rooms, 0) | found


def _as_many_as_fit(bodies: Iterable[Body]) -> Iterator[Body]:
    """But one at least: no event is larger than a message."""
    left = MOST_BYTES
    for number, body in enumerate(bodies):
        left -= size_of(body)
        if left < 0 and number:
            return
        yield body


def payloads_told(room: Room, event: EventType) -> Sequence[dict[str, Any]]:
    """What was said of this in the room, as far back as events are kept."""
    query = select(RealtimeEvent.payload).where(
        RealtimeEvent.school_id == current_school_id(),
        RealtimeEvent.room == str(room),
        RealtimeEvent.type == event.name,
    )
    return [in_full(payload) for payload in db.session.scalars(query)]


def _rows(room: str, after: int | None) -> list[Row[Any]]:
    """In one statement, so that head and events are of one moment."""
    school_id = current_school_id()
    head = select(
        func.coalesce(
            select(RealtimeRoom.seq)
            .where(RealtimeRoom.school_id == school_id, RealtimeRoom.room == room)
            .scalar_subquery(),
            0,
        ).label("head")
    ).subquery()
    since = (
        select(RealtimeEvent)
        .where(
            RealtimeEvent.school_id == school_id,
            RealtimeEvent.room == room,
            RealtimeEvent.seq > (after if after is not None else literal(2**62)),
        )
        .order_by(RealtimeEvent.seq)
        .limit(MOST_EVENTS)
        .subquery()
    )
    query = select(head, since).join(since, true(), isouter=True).order_by(since.c.seq)
    return list(db.session.execute(query))


def _body(room: str, row: Row[Any]) -> Body:
    return {
        "id": str(row.id),
        "room": room,
        "seq": row.seq,
        "type": row.type,
        "channel": _declared()[row.type].channel.value,
        "school_id": str(row.school_id),
        "timestamp": row.at.astimezone(UTC).isoformat(),
        "payload": in_full(row.payload),
    }


def _declared() -> dict[str, EventType]:
    return {event.name: event for event in current_app.extensions["events"]}
