"""The one place where an error becomes an answer: JSON under /api, a page elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from flask import (
    Flask,
    Response,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_jwt_extended.exceptions import CSRFError, JWTExtendedException
from jwt import PyJWTError
from redis import RedisError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from school_erp.core import errors
from school_erp.core.requests import request_id

log = structlog.get_logger(__name__)

API_PREFIX = "/api/"
SIGN_IN = "sign_in.page"


def init_app(app: Flask) -> None:
    """Called last: the extensions' own handlers give way, so that there is one shape."""
    for handlers in app.error_handler_spec[None].values():
        for kind in handlers:
            handlers[kind] = answer
    app.register_error_handler(Exception, answer)


def answer(error: Exception) -> Response:
    known = in_our_words(error)
    if known.status >= 500:
        # what told us who asks may be the very thing that is away
        g.actor = None
        log.error("request_failed", code=known.code, exc_info=error)
    if known.status == 401 and request.method == "GET" and not wants_json():
        return make_response(redirect(url_for(SIGN_IN, next=request.full_path.rstrip("?"))))
    response = make_response(_body(known), known.status)
    if known.retry_after:
        response.headers["Retry-After"] = str(known.retry_after)
    if known.status == 401 and wants_json():
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, HTTPException) and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def in_our_words(error: Exception) -> errors.ApplicationError:
    """Whatever was raised, as one of our own errors."""
    if isinstance(error, errors.ApplicationError):
        return error
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return errors.Unavailable()
    for kinds, ours in _BY_KIND:
        if isinstance(error, kinds):
            return ours()
    return errors.ApplicationError()


def _page_out_of_date() -> errors.ApplicationError:
    return errors.Forbidden(
        _("This page is out of date. Please go back, reload it and try again."), code="csrf"
    )


_Kinds = tuple[type[Exception], ...]
_BY_KIND: tuple[tuple[_Kinds, Callable[[], errors.ApplicationError]], ...] = (
    ((CSRFError,), _page_out_of_date),
    ((JWTExtendedException, PyJWTError), errors.Unauthenticated),
    ((OperationalError, InterfaceError, PoolTimeout, psycopg.OperationalError), errors.Unavailable),
    ((RedisError,), errors.Unavailable),
    ((DataError, UnicodeEncodeError), errors.Invalid),
    ((IntegrityError,), errors.Conflict),
)

_BY_STATUS: dict[int, type[errors.ApplicationError]] = {
    400: errors.Malformed,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.TooLarge,
    422: errors.Invalid,
    429: errors.TooMany,
    503: errors.Unavailable,
}


def _of_http(error: HTTPException) -> errors.ApplicationError:
    status = error.code or 500
    found = _BY_STATUS.get(status)
    if found is None:
        ours = errors.ApplicationError(error.description, code=error.name.lower().replace(" ", "_"))
        ours.status = status
        return ours
    return found(fields=_fields_of(error)) if status == 422 else found()


def _fields_of(error: HTTPException) -> dict[str, Any]:
    """What the body's schema found wrong, without saying where the body was read from."""
    details = getattr(error, "data", None) or {}
    messages = details.get("messages") or {}
    merged: dict[str, Any] = {}
    for part in messages.values() if isinstance(messages, dict) else ():
        merged.update(part if isinstance(part, dict) else {"body": part})
    return {str(field): sentences for field, sentences in merged.items()}


def wants_json() -> bool:
    return request.path.startswith((API_PREFIX, "/health/", "/metrics"))


def _body(error: errors.ApplicationError) -> Response | str:
    if wants_json():
        return jsonify(error.body(request_id()))
    return render_template(
        "errors/error.html",
        status=error.status,
        code=error.code,
        message=error.message,
        retry_after=error.retry_after,
        request_id=request_id(),
    )
