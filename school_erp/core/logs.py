"""JSON lines with the request, the job and the school; never a name, a number or a token."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from flask import Flask

from school_erp.core.tenancy import school_in_force
from school_erp.core.tracebacks import without_values

SECRETS = frozenset(
    (
        *("password", "token", "access_token", "refresh_token", "secret", "key", "authorization"),
        *("cookie", "login", "email", "phone", "body"),
        *("name", "given_name", "family_name", "preferred_name"),
    )
)


def init_app(app: Flask) -> None:
    configure(app.config["LOG_LEVEL"])


def configure(level: str) -> None:
    before_json: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _add_school,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(without_values),
        leave_out_secrets,
    ]
    structlog.configure(
        processors=[*before_json, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        cache_logger_on_first_use=True,
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before_json,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(level.upper())
    for chatty in ("werkzeug", "socketio", "engineio", "alembic.runtime.plugins"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def leave_out_secrets(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: "[left out]" if key in SECRETS else _told(value) for key, value in event.items()}


def _told(value: Any) -> Any:
    """Also inside of what a line carries."""
    if isinstance(value, dict):
        return leave_out_secrets(None, "", value)
    return [_told(item) for item in value] if isinstance(value, (list, tuple)) else value


def _add_school(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    if school := school_in_force():
        event.setdefault("school_id", str(school))
    return event
