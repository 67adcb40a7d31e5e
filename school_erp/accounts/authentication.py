"""From a bearer token, an API key or a page's cookies to the actor behind a request."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

import structlog
from flask import Flask

from school_erp.accounts import page_session
from school_erp.accounts.access import Permission
from school_erp.accounts.keys import PREFIX, read_key
from school_erp.accounts.page_session import claims_at_a_glance, page_claims
from school_erp.accounts.standing import Standing, client_standing_of, standing_of
from school_erp.accounts.tokens import Claims, read_token
from school_erp.core.access import Actor, Policy
from school_erp.core.errors import Unauthenticated
from school_erp.core.requests import bearer_in, bearer_token
from school_erp.core.tenancy import act_for
from school_erp.extensions import db


def init_app(app: Flask) -> None:
    policy: Policy = app.extensions["policy"]
    policy.authenticate = actor_of_request
    policy.read_token = actor_of_token
    policy.recognise = actor_at_a_glance
    page_session.init_app(app)


def actor_of_request() -> Actor | None:
    """Nobody, where nothing was presented; a refusal, where what was presented does not hold."""
    given = bearer_token()
    if given is not None:
        return actor_of_token(given)
    claims = page_claims()
    return actor_of(claims) if claims else None


def actor_at_a_glance(environ: dict[str, Any]) -> Actor | None:
    """The same for a request with no framework around it; nobody, where it takes a second look."""
    given = bearer_in(environ.get("HTTP_AUTHORIZATION", ""))
    if given is not None:
        return actor_of_token(given)
    claims = claims_at_a_glance(environ)
    return actor_of(claims) if claims else None


def actor_of_token(given: str) -> Actor:
    """Also for connections that hand over a token once, such as a socket's."""
    if given.startswith(PREFIX):
        return _client(given)
    return actor_of(read_token(given, "access"))


def actor_of(claims: Claims) -> Actor:
    """The person behind a token, as things stand now."""
    act_for(claims.school_id, db.session)
    standing = standing_of(claims.school_id, claims.person_id)
    if standing is not None and _is_younger(claims, standing):
        standing = standing_of(claims.school_id, claims.person_id, afresh=True)
    if standing is None or not holds(standing, claims):
        raise Unauthenticated
    structlog.contextvars.bind_contextvars(school_id=str(claims.school_id))
    return Actor(
        school_id=claims.school_id,
        roles=standing.roles,
        person_id=claims.person_id,
        sign_in_id=claims.sign_in_id,
        name=standing.name,
    )


def _is_younger(claims: Claims, standing: Standing) -> bool:
    """A sign-in or a password that came after the answer was kept."""
    return claims.sign_in_id not in standing.sign_ins or claims.generation > standing.generation


def holds(standing: Standing, claims: Claims) -> bool:
    return (
        standing.welcome
        and standing.generation == claims.generation
        and claims.sign_in_id in standing.sign_ins
    )


def _client(given: str) -> Actor:
    key = read_key(given)
    if key is None:
        raise Unauthenticated
    act_for(key.school_id, db.session())
    standing = client_standing_of(key.school_id, key.client_id)
    if standing is None or not compare_digest(standing.key_hash, key.hash) or not standing.in_force:
        raise Unauthenticated
    structlog.contextvars.bind_contextvars(school_id=str(key.school_id))
    return Actor(
        school_id=key.school_id,
        client_id=key.client_id,
        # every key may ask what it is and what it may do
        scopes=standing.scopes | {str(Permission.INTRODUCTION)},
        name=standing.name,
    )
