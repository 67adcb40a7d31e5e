from __future__ import annotations

from typing import Any

from school_erp.realtime.declaring import EventType
from school_erp.realtime.describing.shapes import body_of, rooms_of
from school_erp.realtime.rooms import RoomKind

DESCRIPTION = (
    "Socket.IO, namespace `/`. An AsyncAPI channel is a room of ours: join it with `subscribe`, "
    "and hear its events by their type. How to connect, and how not to miss any: docs/events.md."
)


def document(events: tuple[EventType, ...]) -> dict[str, Any]:
    """AsyncAPI 3: what this application sends, by room."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "School attendance", "version": "v1", "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {_key(kind): _channel(kind, events) for kind in rooms_of(events)},
        "operations": {f"tell_{_key(kind)}": _operation(kind) for kind in rooms_of(events)},
        "components": {
            "messages": {
                event.name: {
                    "name": event.name,
                    "summary": event.says,
                    "tags": [{"name": event.channel.value}],
                    "payload": body_of(event),
                }
                for event in events
            }
        },
    }


def _channel(kind: RoomKind, events: tuple[EventType, ...]) -> dict[str, Any]:
    return {
        "address": kind.pattern,
        "description": kind.audience,
        "parameters": {kind.of_what: {"description": f"The id of the {kind.of_what}"}},
        "messages": {
            event.name: {"$ref": f"#/components/messages/{event.name}"}
            for event in events
            if kind in event.rooms
        },
    }


def _operation(kind: RoomKind) -> dict[str, Any]:
    return {"action": "send", "channel": {"$ref": f"#/channels/{_key(kind)}"}}


def _key(kind: RoomKind) -> str:
    return kind.prefix.rstrip(":_")
