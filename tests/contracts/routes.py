"""Every route of the application, and requests to it made from what it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import marshmallow as ma
from flask import Flask
from werkzeug.routing import Rule

import school_erp
from config import Config
from school_erp.core.access import PERMISSION, PUBLIC

AUTOMATIC = {"HEAD", "OPTIONS"}
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
THINGS = {
    "academic-sessions": "session_id",
    "courses": "course_id",
    "covers": "cover_id",
    "periods": "period_id",
    "special-days": "day_id",
}


@dataclass(frozen=True)
class Route:
    rule: Rule
    method: str
    view: Callable[..., Any]

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def permission(self) -> str | None:
        found = getattr(self.view, PERMISSION, None)
        return None if found is None else str(found)

    @property
    def names(self) -> frozenset[str]:
        """What its address names."""
        return frozenset(self._name(argument) for argument in self.rule.arguments)

    def _name(self, argument: str) -> str:
        """Pages that are alike for several kinds say only that it is a thing."""
        return THINGS[self.rule.rule.split("/")[1]] if argument == "thing_id" else argument

    @property
    def is_public(self) -> bool:
        return hasattr(self.view, PUBLIC)

    @property
    def is_api(self) -> bool:
        return self.rule.rule.startswith("/api/")

    @property
    def writes(self) -> bool:
        return self.method in WRITES

    @property
    def body(self) -> ma.Schema | None:
        """The schema of its JSON body."""
        documented = getattr(self.view, "_apidoc", {}).get("arguments", {})
        for parameter in documented.get("parameters", ()):
            if parameter["in"] == "json":
                schema = parameter["schema"]
                found: ma.Schema = schema() if isinstance(schema, type) else schema
                return found
        return None

    @property
    def has_upload(self) -> bool:
        documented = getattr(self.view, "_apidoc", {}).get("arguments", {})
        return any(part["in"] in {"files", "form"} for part in documented.get("parameters", ()))

    def path(self, ids: dict[str, Any]) -> str:
        adapter = self.rule.map.bind("localhost")
        values = {argument: ids[self._name(argument)] for argument in self.rule.arguments}
        return adapter.build(self.rule.endpoint, values)


@cache
def all_routes() -> tuple[Route, ...]:
    """Read from an application that never connects to anything."""
    return tuple(_of(school_erp.create_app(_UNCONNECTED)))


_UNCONNECTED = Config(
    database_url="postgresql://nobody@127.0.0.1:1/nothing",
    redis_url="redis://127.0.0.1:1/0",
    secret_key="not a secret, for nothing is signed with it",
    async_mode="threading",
    testing=True,
)


def _of(app: Flask) -> Iterator[Route]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - AUTOMATIC):
            yield Route(rule, method, app.view_functions[rule.endpoint])


def guarded_routes() -> list[Route]:
    return [route for route in all_routes() if route.permission]
