"""From a bearer token, an API key or a page's cookies to the actor behind a request."""

from __future__ import annotations

from hmac import compare_digest

import structlog
from flask import Flask, request
from flask_jwt_extended import decode_token, get_jwt, verify_jwt_in_request

from school_erp.accounts.keys import read_key
from school_erp.accounts.standing import client_standing_of, standing_of
from school_erp.accounts.tokens import Claims
from school_erp.core.access import Actor, Policy
from school_erp.core.errors import Unauthenticated
from school_erp.core.tenancy import act_for
from school_erp.extensions import db


def init_app(app: Flask) -> None:
    policy: Policy = app.extensions["policy"]
    policy.authenticate = actor_of_request
    policy.read_token = actor_of_token


def actor_of_request() -> Actor | None:
    """Nobody, where nothing was presented; a refusal, where what was presented does not hold."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and given.startswith("erp_"):
        return _client(given)
    if verify_jwt_in_request(optional=True) is None:
        return None
    return actor_of(Claims.read(get_jwt()))


def actor_of_token(given: str) -> Actor:
    """For connections that hand over a token once, such as a socket's."""
    if given.startswith("erp_"):
        return _client(given)
    token = decode_token(given)
    if token["type"] != "access":
        raise Unauthenticated
    return actor_of(Claims.read(token))


def actor_of(claims: Claims) -> Actor:
    """The person behind a token, as things stand now."""
    act_for(claims.school_id, db.session())
    standing = standing_of(claims.school_id, claims.person_id)
    if standing is not None and claims.sign_in_id not in standing.sign_ins:
        standing = standing_of(claims.school_id, claims.person_id, afresh=True)
    if (
        standing is None
        or not standing.welcome
        or standing.generation != claims.generation
        or claims.sign_in_id not in standing.sign_ins
    ):
        raise Unauthenticated
    structlog.contextvars.bind_contextvars(school_id=str(claims.school_id))
    return Actor(
        school_id=claims.school_id,
        roles=standing.roles,
        person_id=claims.person_id,
        sign_in_id=claims.sign_in_id,
        name=standing.name,
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
        school_id=key.school_id, client_id=key.client_id, scopes=standing.scopes, name=standing.name
    )
