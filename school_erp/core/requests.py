"""What every request gets: an id, bounds, a log line, and headers that keep browsers honest."""

from __future__ import annotations

import re
import secrets
from time import perf_counter

import structlog
from flask import Flask, Response, current_app, g, request
from flask_babel import lazy_gettext as _

from school_erp.core.errors import Forbidden
from school_erp.core.metrics import REQUEST_SECONDS
from school_erp.core.settings import origin_of

log = structlog.get_logger("school_erp.request")

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# asked all the time, and the same for everyone
ABOUT_NOBODY = frozenset(
    {
        "static.file",
        "static.service_worker",
        "health.live",
        "health.ready",
        "metrics.metrics",
    }
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FOR_BROWSERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=()"),
)
CONTENT_POLICY = (
    "style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
LASTING_HTTPS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


class SentFromElsewhere(Forbidden):
    """A browser says that another site's page made it send this."""

    code = "foreign_origin"
    message = _("This was sent from another site. Please use the pages of this one.")


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.before_request(_refuse_other_sites)
    app.after_request(_add_headers)
    app.after_request(_note)
    app.teardown_request(_end)


def request_id() -> str:
    found: str = g.get("request_id", "")
    return found


def bearer_token() -> str | None:
    """What was presented as a bearer, be it empty; nothing, where a page's cookies speak."""
    return bearer_in(request.headers.get("Authorization", ""))


def bearer_in(header: str) -> str | None:
    scheme, _space, given = header.partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def csp_nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def begin(given: str) -> str:
    """The id of a request from here on: the one it brought, where that is one."""
    found = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
    structlog.contextvars.bind_contextvars(request_id=found)
    return found


def end() -> None:
    structlog.contextvars.clear_contextvars()


def _begin() -> None:
    g.request_id = begin(request.headers.get("X-Request-ID", ""))
    g.began = perf_counter()


def _refuse_other_sites() -> None:
    """No other site may act with a person's cookies, or sign a browser in as somebody else.

    Browsers say where a request comes from. What carries its own proof needs no cookie, and
    programs that say nothing hold no cookies of somebody else.
    """
    if request.method in SAFE_METHODS or bearer_token() is not None:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    from_here = site in {"same-origin", "none"} if site else origin in {None, _own_origin()}
    if not from_here:
        raise SentFromElsewhere


def _own_origin() -> str | None:
    return origin_of(current_app.config["PUBLIC_URL"] or request.host_url)


def _end(_fault: BaseException | None) -> None:
    end()


def note(method: str, route: str, status: int, seconds: float, *, quiet: bool = False) -> None:
    """One line a request: the route's pattern, never the path, which may name people."""
    REQUEST_SECONDS.labels(method, route, status).observe(seconds)
    if not quiet:
        log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _note(response: Response) -> Response:
    seconds = perf_counter() - g.get("began", perf_counter())
    route = request.url_rule.rule if request.url_rule else "(none)"
    quiet = request.endpoint in ABOUT_NOBODY
    note(request.method, route, response.status_code, seconds, quiet=quiet)
    return response


def headers_of_json(app: Flask, request_id: str) -> list[tuple[str, str]]:
    """What `_add_headers` adds to an answer that is about somebody and no page."""
    headers = [
        ("Content-Type", "application/json"),
        *FOR_BROWSERS,
        ("X-Request-ID", request_id),
        ("Content-Security-Policy", f"default-src 'self'; {CONTENT_POLICY}"),
        ("Cache-Control", "no-store"),
    ]
    return [*headers, LASTING_HTTPS] if app.config["HTTPS"] else headers


def _add_headers(response: Response) -> Response:
    headers = response.headers
    for name, value in FOR_BROWSERS:
        headers.add(name, value)
    headers.add("X-Request-ID", request_id())
    # only a page has scripts of its own to name
    nonce = g.get("csp_nonce")
    named = f"script-src 'self' 'nonce-{nonce}'; " if nonce else ""
    headers.add("Content-Security-Policy", f"default-src 'self'; {named}{CONTENT_POLICY}")
    if request.endpoint != "static.file" or response.status_code >= 400:
        headers.setdefault("Cache-Control", "no-store")
    if current_app.config["HTTPS"]:
        headers.set(*LASTING_HTTPS)
    return response
