"""What our tokens say, and making them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token

from school_erp.accounts.models import Account, SignIn


@dataclass(frozen=True, slots=True)
class Claims:
    """The part of a token that we read."""

    school_id: UUID
    person_id: UUID
    sign_in_id: UUID
    generation: int
    token_id: UUID

    @classmethod
    def read(cls, token: dict[str, Any]) -> Claims:
        return cls(
            school_id=UUID(token["school"]),
            person_id=UUID(token["sub"]),
            sign_in_id=UUID(token["sign_in"]),
            generation=int(token["generation"]),
            token_id=UUID(token["jti"]),
        )


def access_token(account: Account, sign_in: SignIn) -> str:
    return str(
        create_access_token(str(account.person_id), additional_claims=_claims(account, sign_in))
    )


def refresh_token(account: Account, sign_in: SignIn) -> str:
    claims = {**_claims(account, sign_in), "jti": str(sign_in.refresh_id)}
    return str(create_refresh_token(str(account.person_id), additional_claims=claims))


def _claims(account: Account, sign_in: SignIn) -> dict[str, Any]:
    return {
        "school": str(account.school_id),
        "sign_in": str(sign_in.id),
        "generation": account.generation,
        "csrf": csrf_of(sign_in.id),
    }


def csrf_of(sign_in_id: UUID) -> str:
    """The same for a whole sign-in, so that a page left open survives a renewed token."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"csrf:{sign_in_id}".encode(), hashlib.sha256).hexdigest()
