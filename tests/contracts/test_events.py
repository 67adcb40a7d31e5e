"""Each event is declared once; what is written down about it is made from that."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from school_erp.realtime.commands import descriptions


def test_the_catalogue_and_the_types_are_those_of_the_declarations(app: Flask) -> None:
    """`flask --app school_erp.cli events write` puts this right."""
    for path, text in descriptions(app.extensions["events"]).items():
        assert path.read_text() == text, path


def test_every_event_has_one_name_and_rooms_that_somebody_may_enter(app: Flask) -> None:
    events = app.extensions["events"]
    assert len({event.name for event in events}) == len(events)
    assert {kind for event in events for kind in event.rooms} <= set(app.extensions["rooms"])
    prefixes = [kind.prefix for kind in app.extensions["rooms"]]
    assert len(set(prefixes)) == len(prefixes)


def test_anybody_may_read_what_the_application_says(client: FlaskClient, app: Flask) -> None:
    described: dict[str, Any] = client.get("/api/v1/asyncapi.json").get_json()
    assert described["asyncapi"] == "3.0.0"
    messages = described["components"]["messages"]
    assert set(messages) == {event.name for event in app.extensions["events"]}
    told = {
        channel["address"]: set(channel["messages"]) for channel in described["channels"].values()
    }
    assert told["user:{person}"] == {
        *("attendanceUpdate", "JOB_PROGRESS", "JOB_FINISHED"),
        *("NEW_NOTIFICATION", "NOTIFICATION_READ"),
        *("ABSENCE_REQUESTED", "ABSENCE_DECIDED"),
    }
    for reference in _references(described):
        assert _found(described, reference), reference


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [found for value in part.values() for found in _references(value)]
    return (
        [found for value in part for found in _references(value)] if isinstance(part, list) else []
    )


def _found(document: dict[str, Any], reference: str) -> Any:
    for name in reference.removeprefix("#/").split("/"):
        document = document[name]
    return document
