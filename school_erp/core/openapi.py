"""What every operation has in common, said once: its refusals, its key, who it is open to."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import flask_smorest
import marshmallow as ma
from apispec import BasePlugin
from flask import Flask, Request
from webargs.flaskparser import FlaskParser
from werkzeug.routing import Rule

from school_erp.core.access import IDEMPOTENT, PUBLIC, public
from school_erp.core.errors import Malformed
from school_erp.core.schemas import ErrorAnswer

DESCRIPTION = "api-docs.openapi_json"
LONGEST_KEY = 200
WRITES = frozenset(("post", "put", "patch", "delete"))

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Sent again under the same key, the write happens once and is answered alike.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
}


class _Parser(FlaskParser):
    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Numbers and nestings without end are no JSON that we take."""
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError) as error:
            raise Malformed from error


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    ARGUMENTS_PARSER = _Parser()


class Api(flask_smorest.Api):  # type: ignore[misc]
    ERROR_SCHEMA = ErrorAnswer


def init_app(app: Flask, api: Api) -> None:
    api.init_app(app, spec_kwargs={"extra_plugins": [_InCommon(app)]})
    serve = app.view_functions[DESCRIPTION]

    @public("the description of the API holds nothing of any school")
    def describe() -> Any:
        return serve()

    app.view_functions[DESCRIPTION] = describe


class _InCommon(BasePlugin):
    def __init__(self, app: Flask) -> None:
        self.app = app

    def operation_helper(
        self,
        path: str | None = None,  # noqa: ARG002 - apispec names it
        operations: dict[str, Any] | None = None,
        **known: Any,
    ) -> None:
        rule: Rule = known["rule"]
        view = self.app.view_functions[rule.endpoint]
        is_public = hasattr(view, PUBLIC)
        for method, operation in (operations or {}).items():
            documented = operation.get("responses", {})
            responses = {str(status): answer for status, answer in documented.items()}
            responses.pop("default", None)
            operation["responses"] = responses
            for status in _refusals(rule, method, operation, is_public=is_public):
                responses.setdefault(str(status), HTTPStatus(status).name)
            if is_public:
                operation["security"] = []
            if hasattr(view, IDEMPOTENT):
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)


def _names_something(rule: Rule, operation: dict[str, Any]) -> bool:
    """In its address, its query or its body."""
    asked = (part.get("schema", {}).get("format") for part in operation.get("parameters", ()))
    return bool(rule.arguments) or "requestBody" in operation or "uuid" in asked


def _refusals(
    rule: Rule, method: str, operation: dict[str, Any], *, is_public: bool
) -> Iterable[int]:
    yield 503
    if not is_public:
        yield from (401, 403)
    if not is_public and _names_something(rule, operation):
        yield 404
    if method in WRITES:
        yield 409
    if "requestBody" in operation:
        yield from (400, 413)
    if method in WRITES or operation.get("parameters"):
        yield 422
    if is_public and method in WRITES:
        yield from (401, 429)
