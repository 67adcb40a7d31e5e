from __future__ import annotations

from typing import Any

from flask import current_app
from flask_jwt_extended import decode_token, get_jwt, verify_jwt_in_request
from flask_smorest import Blueprint

from school_erp.accounts.access import Permission
from school_erp.accounts.actions import signing_in
from school_erp.accounts.actions.signing_in import SignedIn
from school_erp.accounts.authentication import actor_of
from school_erp.accounts.guesses import Guess
from school_erp.accounts.schemas import Me, RefreshBody, SignInBody, Tokens
from school_erp.accounts.tokens import Claims, access_token, refresh_token
from school_erp.core.access import (
    Actor,
    address_of_caller,
    current_actor,
    policy,
    public,
    requires,
)
from school_erp.core.errors import Unauthenticated
from school_erp.extensions import db
from school_erp.schools.models import School

blueprint = Blueprint("auth", __name__, url_prefix="/auth", description="Signing in and out")


@blueprint.post("/login")
@public("this is how one stops being nobody")
@blueprint.arguments(SignInBody)
@blueprint.response(200, Tokens)
def login(body: dict[str, Any]) -> dict[str, Any]:
    guess = Guess.of(body["school"], body["login"], address_of_caller())
    return _tokens(signing_in.sign_in(guess, body["password"]))


@blueprint.post("/refresh")
@public("carries its own proof, a refresh token")
@blueprint.arguments(RefreshBody)
@blueprint.response(200, Tokens)
def refresh(body: dict[str, Any]) -> dict[str, Any]:
    return _tokens(signing_in.renew(_refresh_claims(body)))


@blueprint.post("/logout")
@requires(Permission.OWN_SIGN_IN)
@blueprint.response(204)
def logout() -> None:
    signing_in.sign_out(Claims.read(get_jwt()))


@blueprint.get("/me")
@requires(Permission.OWN_SIGN_IN)
@blueprint.response(200, Me)
def me() -> dict[str, Any]:
    return _introduce(current_actor())


def _refresh_claims(body: dict[str, Any]) -> Claims:
    """The refresh token, from the body or as the bearer."""
    given = body.get("refresh_token")
    if given is None:
        verify_jwt_in_request(refresh=True, locations=["headers"])
        return Claims.read(get_jwt())
    token = decode_token(given)
    if token["type"] != "refresh":
        raise Unauthenticated
    return Claims.read(token)


def _tokens(signed_in: SignedIn) -> dict[str, Any]:
    access = access_token(signed_in.account, signed_in.sign_in)
    return {
        "access_token": access,
        "refresh_token": refresh_token(signed_in.account, signed_in.sign_in),
        "expires_in": int(current_app.config["JWT_ACCESS_TOKEN_EXPIRES"].total_seconds()),
        "person": _introduce(actor_of(Claims.read(decode_token(access)))),
    }


def _introduce(actor: Actor) -> dict[str, Any]:
    school = db.session.get_one(School, actor.school_id)
    return {
        "person_id": actor.person_id,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "school": school,
        "permissions": [name for name in policy().permissions if policy().allows(actor, name)],
    }
