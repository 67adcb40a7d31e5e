"""What our tokens say, and making them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import PyJWTError

from school_erp.accounts.models import Account, SignIn
from school_erp.core.clock import now
from school_erp.core.errors import Unauthenticated

Kind = Literal["access", "refresh"]
MOST_REMEMBERED = 10_000


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


@dataclass(frozen=True, slots=True)
class Verified:
    kind: str
    expires_at: float
    claims: Claims


def read_token(given: str, *kinds: Kind) -> Claims:
    """What a token of ours says; a refusal, where it is none or not of these kinds.

    A signature that was right stays right, so it is checked once. Whether the sign-in behind it
    still stands is another question, asked each time.
    """
    seen: dict[str, Verified] = current_app.extensions.setdefault("verified_tokens", {})
    token = seen.get(given)
    if token is None or token.expires_at <= now().timestamp():
        token = _verified(given)
        if len(seen) >= MOST_REMEMBERED:
            seen.clear()
        seen[given] = token
    if token.kind not in kinds:
        raise Unauthenticated
    return token.claims


def _verified(given: str) -> Verified:
    try:
        token = decode_token(given)
        return Verified(str(token["type"]), float(token["exp"]), Claims.read(token))
    except (PyJWTError, JWTExtendedException) as fault:
        raise Unauthenticated from fault
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        # what only an older version of ours, or a forger, would have made
        raise Unauthenticated from fault


def access_token(account: Account, sign_in: SignIn) -> str:
    lasts = min(current_app.config["JWT_ACCESS_TOKEN_EXPIRES"], time_left(sign_in))
    return str(
        create_access_token(
            str(account.person_id),
            expires_delta=lasts,
            additional_claims=_claims(account, sign_in),
        )
    )


def refresh_token(account: Account, sign_in: SignIn) -> str:
    return str(
        create_refresh_token(
            str(account.person_id),
            expires_delta=time_left(sign_in),
            additional_claims={**_claims(account, sign_in), "jti": str(sign_in.refresh_id)},
        )
    )


def time_left(sign_in: SignIn) -> timedelta:
    return max(sign_in.expires_at - now(), timedelta(seconds=1))


def claims_of(account: Account, sign_in: SignIn) -> Claims:
    return Claims(
        school_id=account.school_id,
        person_id=account.person_id,
        sign_in_id=sign_in.id,
        generation=account.generation,
        token_id=sign_in.refresh_id,
    )


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
