"""A way past the framework for what a whole hall, or each of its walls, asks at once.

What is plainly right is answered here by the same action, with the same headers, for a quarter of
the work. Whatever needs a second look takes the usual way from its beginning, and whatever is
refused is put into words there: nothing is allowed here that is not allowed there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from time import perf_counter
from typing import Any
from uuid import UUID

from flask import Flask, Response, g

from school_erp.core.access import Actor, policy
from school_erp.core.requests import begin, end, headers_of_json, note
from school_erp.core.tenancy import acting_for

MOST_BYTES = 1_000
ID = "([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A question about one thing, or a small JSON body sent to it."""

    method: str
    # as the usual route is written, with one id
    route: str
    permission: StrEnum
    # nothing, where that takes the usual way
    answer: Callable[[Actor, UUID, Body], str | None]
    # the body that the route's schema would make; nothing, where that takes the schema itself
    read: Callable[[bytes], Body | None] | None = None

    @property
    def path(self) -> re.Pattern[str]:
        return re.compile(re.sub("<uuid:[a-z_]+>", ID, self.route))


class Shortcuts:
    def __init__(self, app: Flask, usual: Wsgi, shortcuts: Sequence[Shortcut]) -> None:
        self._app, self._usual = app, usual
        self._shortcuts = [(each.path, each) for each in shortcuts]

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        for path, shortcut in self._shortcuts:
            found = path.fullmatch(environ["PATH_INFO"])
            if found and environ["REQUEST_METHOD"] == shortcut.method:
                return self._try(shortcut, UUID(found[1]), environ, start)
        return self._usual(environ, start)

    def _try(
        self, shortcut: Shortcut, thing_id: UUID, environ: Environ, start: Start
    ) -> Iterable[bytes]:
        began, body = perf_counter(), _body(shortcut, environ)
        if body is None:
            return self._usual(environ, start)
        with self._app.app_context(), acting_for(None):
            request_id = begin(environ.get("HTTP_X_REQUEST_ID", ""))
            try:
                answer = _answer(shortcut, thing_id, body, environ)
            except Exception as fault:  # noqa: BLE001 - the usual way puts it into words
                return self._refuse(fault, environ, began)(environ, start)
            if answer is not None:
                note(shortcut.method, shortcut.route, 200, perf_counter() - began)
            end()
        if answer is None:
            return self._usual(environ, start)
        length = ("Content-Length", str(len(answer)))
        start("200 OK", [*headers_of_json(self._app, request_id), length])
        return [answer]

    def _refuse(self, fault: Exception, environ: Environ, began: float) -> Response:
        with self._app.request_context(environ):
            self._app.preprocess_request()
            g.began = began
            return self._app.finalize_request(self._app.handle_user_exception(fault))


def init_app(app: Flask, shortcuts: Sequence[Shortcut]) -> None:
    app.wsgi_app = Shortcuts(app, app.wsgi_app, shortcuts)  # type: ignore[method-assign, assignment]


def _answer(shortcut: Shortcut, thing_id: UUID, body: Body, environ: Environ) -> bytes | None:
    rules = policy()
    actor = rules.recognise(environ)
    if actor is None or not rules.allows(actor, str(shortcut.permission)):
        return None
    answer = shortcut.answer(actor, thing_id, body)
    return None if answer is None else answer.encode()


def _body(shortcut: Shortcut, environ: Environ) -> Body | None:
    if shortcut.read is None:
        return None if environ.get("QUERY_STRING") else {}
    written = _small_json(environ)
    return None if written is None else shortcut.read(written)


def _small_json(environ: Environ) -> bytes | None:
    """Read, and put back for whoever reads it again."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("CONTENT_TYPE") != "application/json" or not length.isdecimal():
        return None
    if int(length) > MOST_BYTES:
        return None
    written: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(written)
    return written
