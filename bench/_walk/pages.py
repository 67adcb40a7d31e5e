"""Which pages there are, as the application itself knows them, and which of them a link means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

import school_erp
from config import Config
from school_erp.core.access import PERMISSION

# what a browser never shows as a page of ours
NO_PAGES = (
    "/api/",
    "/static/",
    "/health/",
    "/metrics",
    "/service-worker.js",
    # parts of pages
    "/notifications/bell",
    "/live/<uuid:live_id>/beside",
)
# a list under another question is worth a look, but not under every one
QUESTIONS = 3


@dataclass(frozen=True)
class Place:
    """A page, whatever it shows; `asked` are the names in its question, such as a filter's."""

    endpoint: str
    rule: str
    kind: str = ""
    asked: tuple[str, ...] = ()


class Atlas:
    def __init__(self, app: Flask) -> None:
        self._urls = app.url_map.bind("localhost")
        rules = [
            rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.rule.startswith(NO_PAGES)
        ]
        self.rules = {rule.rule for rule in rules}
        # these need no object
        self.plain = sorted(
            rule.rule
            for rule in rules
            if not rule.arguments and hasattr(app.view_functions[rule.endpoint], PERMISSION)
        )

    def place(self, address: str) -> Place | None:
        parts = urlsplit(address)
        try:
            rule, named = self._urls.match(parts.path, method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        if rule.rule not in self.rules:
            return None
        asked = tuple(sorted({name for name, _value in parse_qsl(parts.query)}))
        return Place(rule.endpoint, rule.rule, _kind(named), asked)

    def fresh(self, addresses: Iterable[str], seen: dict[Place, str]) -> list[str]:
        """One address of each place that was not seen; it counts as seen from now on."""
        found = []
        for address in addresses:
            place = self.place(address)
            if place is None or place in seen or self._is_asked_enough(place, seen):
                continue
            seen[place] = address
            found.append(address)
        return found

    @staticmethod
    def _is_asked_enough(place: Place, seen: dict[Place, str]) -> bool:
        known = [each for each in seen if each.rule == place.rule and each.kind == place.kind]
        return bool(place.asked) and len(known) > QUESTIONS


def _kind(named: Mapping[str, Any]) -> str:
    """Words in an address, such as people or sections, are pages of their own; ids are not."""
    return " ".join(str(named[name]) for name in sorted(named) if name in {"kind", "what"})


def atlas_of_all() -> Atlas:
    """Read from an application that never connects to anything."""
    return Atlas(
        school_erp.create_app(
            Config(
                database_url="postgresql://nobody@127.0.0.1:1/nothing",
                redis_url="redis://127.0.0.1:1/0",
                secret_key="not a secret, for nothing is signed with it",  # noqa: S106
                async_mode="threading",
                testing=True,
            )
        )
    )
