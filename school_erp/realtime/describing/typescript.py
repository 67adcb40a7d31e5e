from __future__ import annotations

import json

from school_erp.realtime.declaring import Channel, EventType
from school_erp.realtime.describing.shapes import Shape, shape_of

HEAD = """// From the declarations, by `flask --app school_erp.cli events write`: docs/events.md.

export interface RealtimeEvent<T extends EventName = EventName> {
  id: string;
  room: string;
  seq: number;
  type: T;
  channel: Channel;
  school_id: string;
  timestamp: string;
  payload: Payloads[T];
}

export type EventName = keyof Payloads;
"""
PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def types(events: tuple[EventType, ...]) -> str:
    channels = " | ".join(f'"{channel.value}"' for channel in Channel)
    payloads = "".join(f"  {event.name}: {event.payload.__name__};\n" for event in events)
    schemas = dict.fromkeys(event.payload for event in events)
    written = [
        f"export interface {schema.__name__} {_type(shape_of(schema))}\n" for schema in schemas
    ]
    return "\n".join(
        [
            HEAD,
            f"export type Channel = {channels};\n",
            f"export interface Payloads {{\n{payloads}}}\n",
            *written,
        ]
    )


def _type(shape: Shape, indent: str = "") -> str:
    if "enum" in shape:
        return " | ".join(json.dumps(word) for word in shape["enum"])
    kinds = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    return " | ".join(_one(kind, shape, indent) for kind in kinds)


def _one(kind: str, shape: Shape, indent: str) -> str:
    if kind == "array":
        item = _type(shape["items"], indent)
        return f"({item})[]" if "|" in item and not item.startswith("{") else f"{item}[]"
    if kind == "object":
        return _object(shape, indent)
    return PLAIN[kind]


def _object(shape: Shape, indent: str) -> str:
    if "properties" not in shape:
        return f"Record<string, {_type(shape['additionalProperties'])}>"
    deeper = f"{indent}  "
    required = set(shape.get("required", ()))
    lines = [
        f"{_comment(field, deeper)}{deeper}{name}{'' if name in required else '?'}: "
        f"{_type(field, deeper)};\n"
        for name, field in shape["properties"].items()
    ]
    return f"{{\n{''.join(lines)}{indent}}}"


def _comment(field: Shape, indent: str) -> str:
    return f"{indent}/** {field['description']} */\n" if "description" in field else ""
