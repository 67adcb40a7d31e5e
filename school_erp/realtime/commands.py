from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from config import ROOT
from school_erp.realtime.declaring import EventType
from school_erp.realtime.describing.catalogue import MARK, catalogue
from school_erp.realtime.describing.typescript import types

CATALOGUE = ROOT / "docs/events.md"
TYPES = ROOT / "school_erp/frontend/realtime/events.ts"

events = AppGroup("events", help="What the school's screens are told.")


@events.command("write")
def write() -> None:
    """Write the catalogue and the TypeScript types anew from the declarations."""
    for path, text in descriptions(current_app.extensions["events"]).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        click.echo(f"Wrote {path.relative_to(ROOT)}.")


def descriptions(declared: tuple[EventType, ...]) -> dict[Path, str]:
    by_people = CATALOGUE.read_text().partition(MARK)[0]
    return {CATALOGUE: by_people + catalogue(declared), TYPES: types(declared)}
