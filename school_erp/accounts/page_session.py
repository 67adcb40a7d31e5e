"""A page's sign-in: kept in cookies, and renewed on the way where its access token has run out.

The renewal is a unit of work of its own before the handler's. A form posted late is therefore not
lost, and a form that is refused does not take the renewal back.
"""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_jwt_extended import set_access_cookies, set_refresh_cookies, unset_jwt_cookies
from werkzeug.http import parse_cookie

from school_erp.accounts.actions import signing_in
from school_erp.accounts.actions.signing_in import SignedIn
from school_erp.accounts.errors import PageOutOfDate
from school_erp.accounts.tokens import (
    Claims,
    access_token,
    claims_of,
    csrf_of,
    read_token,
    refresh_token,
    time_left,
)
from school_erp.core.errors import ApplicationError, Unauthenticated
from school_erp.core.requests import ABOUT_NOBODY, SAFE_METHODS, bearer_token
from school_erp.core.unit_of_work import after_commit, unit_of_work

CSRF_HEADER, CSRF_FIELD = "X-CSRF-TOKEN", "csrf_token"


@dataclass(slots=True)
class Fresh:
    """Tokens on their way to the browser."""

    access: str
    refresh: str | None
    seconds: int


@dataclass(slots=True)
class PageSession:
    claims: Claims | None = None
    fault: ApplicationError | None = None
    fresh: Fresh | None = None
    over: bool = False


def init_app(app: Flask) -> None:
    app.before_request(_renew_if_stale)
    app.after_request(_send_cookies)


def page_claims() -> Claims | None:
    """Whom the cookies speak for; nobody, where there are none; a refusal, where they fail."""
    session = _session()
    if session.fault is not None:
        raise session.fault
    return session.claims


def claims_at_a_glance(environ: dict[str, Any]) -> Claims | None:
    """Of a script of our own pages whose sign-in needs no renewal; nothing, of anything else."""
    asks = environ["REQUEST_METHOD"] in SAFE_METHODS
    if not asks and environ.get("HTTP_SEC_FETCH_SITE") != "same-origin":
        return None
    cookies = parse_cookie(environ.get("HTTP_COOKIE"))
    try:
        claims = read_token(cookies.get(current_app.config["JWT_ACCESS_COOKIE_NAME"], ""), "access")
    except Unauthenticated:
        return None
    given = environ.get("HTTP_X_CSRF_TOKEN", "")
    return claims if asks or _is_told(claims, given) else None


def keep(signed_in: SignedIn) -> None:
    """Have the browser keep this sign-in, once it is stored."""
    account, sign_in = signed_in.account, signed_in.sign_in
    fresh = Fresh(
        access_token(account, sign_in),
        refresh_token(account, sign_in) if signed_in.rotated else None,
        int(time_left(sign_in).total_seconds()),
    )
    session = _session()
    after_commit(lambda: setattr(session, "fresh", fresh))


def give_up() -> None:
    """Have the browser drop the sign-in, once it has ended."""
    session = _session()
    after_commit(lambda: setattr(session, "over", True))


def held_refresh() -> str:
    """The refresh token that this browser holds once it has this answer."""
    fresh = _session().fresh
    return fresh.refresh if fresh and fresh.refresh else _cookie("REFRESH")


def _session() -> PageSession:
    if "page_session" not in g:
        g.page_session = PageSession()
        _look(g.page_session)
    found: PageSession = g.page_session
    return found


def _look(session: PageSession) -> None:
    try:
        session.claims = read_token(_cookie("ACCESS"), "access")
    except Unauthenticated as fault:
        session.fault = fault if _cookie("ACCESS") else None
    else:
        session.fault = _doubt(session.claims)


def _doubt(claims: Claims) -> ApplicationError | None:
    """A write must name what only a page of this sign-in was told."""
    if request.method in SAFE_METHODS:
        return None
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD) or ""
    return None if _is_told(claims, given) else PageOutOfDate()


def _is_told(claims: Claims, given: str) -> bool:
    return compare_digest(given.encode(), csrf_of(claims.sign_in_id).encode())


def _renew_if_stale() -> None:
    if request.endpoint in ABOUT_NOBODY or bearer_token() is not None:
        return
    session = _session()
    if session.claims is None and (_cookie("ACCESS") or _cookie("REFRESH")):
        try:
            _renew(session)
        except Unauthenticated as refusal:
            session.fault, session.over = refusal, True


def _renew(session: PageSession) -> None:
    claims = read_token(_cookie("REFRESH"), "refresh")
    session.fault = _doubt(claims)
    if session.fault is None:
        with unit_of_work():
            renewed = signing_in.renew(claims, from_page=True)
            keep(renewed)
        session.claims = claims_of(renewed.account, renewed.sign_in)


def _cookie(which: str) -> str:
    return request.cookies.get(current_app.config[f"JWT_{which}_COOKIE_NAME"], "")


def _send_cookies(response: Response) -> Response:
    session: PageSession | None = g.get("page_session")
    if session is not None and session.fresh is not None:
        seconds = session.fresh.seconds
        set_access_cookies(response, session.fresh.access, max_age=seconds)
        if session.fresh.refresh:
            set_refresh_cookies(response, session.fresh.refresh, max_age=seconds)
    elif session is not None and session.over:
        unset_jwt_cookies(response)
    return response
