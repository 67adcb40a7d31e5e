from __future__ import annotations

from typing import Any

from flask import current_app

from school_erp.accounts import page_session, queries
from school_erp.accounts.access import Permission
from school_erp.accounts.actions import passwords, signing_in
from school_erp.accounts.actions.signing_in import SignedIn
from school_erp.accounts.authentication import actor_of
from school_erp.accounts.guesses import Guess
from school_erp.accounts.page_session import page_claims
from school_erp.accounts.schemas import ChangePasswordBody, Me, RefreshBody, SignInBody, Tokens
from school_erp.accounts.tokens import Claims, access_token, claims_of, read_token, refresh_token
from school_erp.core.access import (
    Actor,
    address_of_caller,
    current_actor,
    policy,
    public,
    requires,
)
from school_erp.core.errors import Unauthenticated
from school_erp.core.openapi import Blueprint
from school_erp.core.requests import bearer_token

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
    given = body.get("refresh_token") or bearer_token() or ""
    return _tokens(signing_in.renew(read_token(given, "refresh")))


@blueprint.post("/logout")
@public("carries its own proof, a token of either kind; leaving needs no permission")
@blueprint.arguments(RefreshBody)
@blueprint.response(204)
def logout(body: dict[str, Any]) -> None:
    signing_in.sign_out(_presented(body.get("refresh_token") or bearer_token()))
    page_session.give_up()


@blueprint.get("/me")
@requires(Permission.INTRODUCTION)
@blueprint.response(200, Me)
def me() -> dict[str, Any]:
    return _introduce(current_actor())


@blueprint.put("/password")
@requires(Permission.OWN_SIGN_IN)
@blueprint.arguments(ChangePasswordBody)
@blueprint.response(200, Tokens)
def change_password(body: dict[str, Any]) -> dict[str, Any]:
    changed = passwords.change_password(
        current_actor(), body["current_password"], body["new_password"]
    )
    if bearer_token() is None:
        page_session.keep(changed)
    return _tokens(changed)


def _presented(given: str | None) -> Claims:
    claims = read_token(given, "access", "refresh") if given is not None else page_claims()
    if claims is None:
        raise Unauthenticated
    return claims


def _tokens(signed_in: SignedIn) -> dict[str, Any]:
    account, begun = signed_in.account, signed_in.sign_in
    return {
        "access_token": access_token(account, begun),
        "refresh_token": refresh_token(account, begun),
        "expires_in": int(current_app.config["JWT_ACCESS_TOKEN_EXPIRES"].total_seconds()),
        "person": _introduce(actor_of(claims_of(account, begun))),
    }


def _introduce(actor: Actor) -> dict[str, Any]:
    return {
        "person_id": actor.person_id,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "school": queries.own_school(),
        "permissions": [name for name in policy().permissions if policy().allows(actor, name)],
    }
