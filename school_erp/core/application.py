"""Flask, with one unit of work around every handler and no school left over from the last one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from werkzeug.routing import BaseConverter, ValidationError

from school_erp.core.days import may_be_meant
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work


class DateConverter(BaseConverter):
    """`<date:day>` in a route: 2026-11-21, and nothing else that a school could not mean."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError from error
        if not may_be_meant(day):
            raise ValidationError
        return day

    def to_url(self, value: date) -> str:
        return value.isoformat()


class Notes(SecureCookieSessionInterface):
    """The signed cookie that holds what one page has to tell the next; most requests bring none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class Application(Flask):
    session_interface = Notes()

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.url_map.converters["date"] = DateConverter

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing of ours is a coroutine, so no request need be asked whether it is."""
        return func

    def full_dispatch_request(self, *args: Any) -> Response:
        with acting_for(None):
            return super().full_dispatch_request(*args)

    def dispatch_request(self, *args: Any) -> ResponseReturnValue:
        with unit_of_work():
            answer: ResponseReturnValue = super().dispatch_request(*args)
            return answer
