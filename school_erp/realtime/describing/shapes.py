"""Our declarations as JSON Schema, from which each description is made."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from school_erp.core.schemas import Schema
from school_erp.realtime.declaring import EventType
from school_erp.realtime.rooms import RoomKind

Shape = dict[str, Any]

# what every event is wrapped in
ENVELOPE = {
    "id": "of what happened; the same in each room that hears of it",
    "room": "the room that hears it",
    "seq": "its number in this room, without gaps",
    "type": "which event it is",
    "channel": "what it is about",
    "school_id": "whose it is",
    "timestamp": "when it happened, in UTC",
}


def shape_of(schema: type[Schema]) -> Shape:
    """Whole, with nothing kept elsewhere."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda _: "")
    APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
    assert plugin.converter is not None  # noqa: S101 - the specification has just made it
    return dict(plugin.converter.schema2jsonschema(schema()))  # type: ignore[no-untyped-call]


def body_of(event: EventType) -> Shape:
    said: Shape = {name: {"type": "string", "description": of} for name, of in ENVELOPE.items()}
    said["id"]["format"] = said["school_id"]["format"] = "uuid"
    said["timestamp"]["format"] = "date-time"
    said["seq"]["type"] = "integer"
    said["type"]["const"] = event.name
    said["channel"]["const"] = event.channel.value
    return {
        "type": "object",
        "properties": {**said, "payload": shape_of(event.payload)},
        "required": [*said, "payload"],
        "additionalProperties": False,
    }


def rooms_of(events: tuple[EventType, ...]) -> list[RoomKind]:
    return list(dict.fromkeys(kind for event in events for kind in event.rooms))
