"""Parts of a person's page that features above this package add: classes, marks, an account.

A panel is listed in `PERSON_PANELS` of the application. `content` reads what there is to show this
actor about this person, or gives nothing, and then the panel is left out. Its template is included
with that as `content`, beside `actor` and `person`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from school_erp.core.access import Actor
from school_erp.people.models import Person


@dataclass(frozen=True, slots=True)
class Panel:
    template: str
    content: Callable[[Actor, Person], Any]


def init_app(app: Flask, panels: Sequence[Panel]) -> None:
    app.extensions["person_panels"] = tuple(panels)


def panels_for(actor: Actor, person: Person) -> Iterator[tuple[str, Any]]:
    for panel in current_app.extensions["person_panels"]:
        content = panel.content(actor, person)
        if content is not None:
            yield panel.template, content
