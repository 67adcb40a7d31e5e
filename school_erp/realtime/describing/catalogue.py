from __future__ import annotations

from collections.abc import Iterator

from school_erp.realtime.declaring import EventType
from school_erp.realtime.describing.shapes import ENVELOPE, Shape, rooms_of, shape_of

# what stands above it in docs/events.md is written by people
MARK = "<!-- from here on written by `flask --app school_erp.cli events write` -->"


def catalogue(events: tuple[EventType, ...]) -> str:
    return "\n".join([MARK, "", *_rooms(events), *_envelope(), *_events(events)])


def _rooms(events: tuple[EventType, ...]) -> Iterator[str]:
    yield from ("## Rooms", "", "| room | who may be in it | hears |", "| --- | --- | --- |")
    for kind in rooms_of(events):
        heard = ", ".join(f"`{event.name}`" for event in events if kind in event.rooms)
        yield f"| `{kind.pattern}` | {kind.audience} | {heard} |"
    yield ""


def _envelope() -> Iterator[str]:
    yield from ("## What every event carries", "", "| field | |", "| --- | --- |")
    yield from (f"| `{name}` | {of} |" for name, of in ENVELOPE.items())
    yield from ("| `payload` | what follows here, by type |", "")


def _events(events: tuple[EventType, ...]) -> Iterator[str]:
    yield from ("## Events", "")
    for event in events:
        rooms = ", ".join(f"`{kind.pattern}`" for kind in event.rooms)
        yield from (f"### `{event.name}`", "")
        yield from (f"{event.says} Channel `{event.channel.value}`; rooms {rooms}.", "")
        yield from ("| field | type | |", "| --- | --- | --- |")
        yield from _fields(shape_of(event.payload), "")
        yield ""


def _fields(shape: Shape, path: str) -> Iterator[str]:
    required = set(shape.get("required", ()))
    for name, field in shape["properties"].items():
        of_what = field.get("description", "")
        if name not in required:
            of_what = f"{of_what} (may be left out)".strip()
        yield f"| `{path}{name}` | {_kind(field)} | {of_what} |"
        inner = field.get("items", field)
        if "properties" in inner:
            yield from _fields(inner, f"{path}{name}{'[]' if 'items' in field else ''}.")


def _kind(field: Shape) -> str:
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    if kinds == ["array"]:
        return f"list of {_kind(field['items'])}"
    words = (str(field.get("format", kind)) if kind == "string" else kind for kind in kinds)
    return " or ".join(words)
