"""Sign-ins of other schools that this browser keeps beside the one it speaks for.

An account belongs to one school, so a parent with children at two has two, and neither school
learns of the other. The browser keeps the refresh token of each school that it does not speak for
in a cookie of its own; going there spends it for a new pair, and sets the other aside.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, current_app, request

from school_erp.accounts.actions.signing_in import LASTS
from school_erp.accounts.authentication import holds
from school_erp.accounts.standing import standing_of
from school_erp.accounts.tokens import Claims, read_token
from school_erp.core.errors import Unauthenticated
from school_erp.core.tenancy import acting_for
from school_erp.extensions import db
from school_erp.schools.models import School

NAME = "aside-"
# each makes every request longer
MOST = 5


@dataclass(frozen=True, slots=True)
class Aside:
    slug: str
    school: str
    person: str


def tokens_set_aside() -> dict[str, str]:
    """By the short names of their schools; what they are worth is seen when they are used."""
    prefix = _cookie_named("")
    return {
        name.removeprefix(prefix): token
        for name, token in sorted(request.cookies.items())
        if name.startswith(prefix)
    }


def claims_set_aside() -> dict[str, Claims]:
    return {
        slug: claims for slug, token in tokens_set_aside().items() if (claims := _claims(token))
    }


def schools_set_aside() -> list[Aside]:
    """Those whose sign-in still stands, with whose it is."""
    return [
        found for slug, claims in claims_set_aside().items() if (found := _standing(slug, claims))
    ]


def keep_aside(response: Response, slug: str, token: str) -> None:
    response.set_cookie(
        _cookie_named(slug),
        token,
        max_age=int(LASTS.total_seconds()),
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
    )


def drop_aside(response: Response, slug: str) -> None:
    response.delete_cookie(
        _cookie_named(slug),
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
    )


def _standing(slug: str, claims: Claims) -> Aside | None:
    with acting_for(claims.school_id, db.session()):
        standing = standing_of(claims.school_id, claims.person_id)
        school = db.session.get(School, claims.school_id)
    if standing is None or school is None or not holds(standing, claims):
        return None
    return Aside(slug, school.name, standing.name)


def _claims(token: str) -> Claims | None:
    try:
        return read_token(token, "refresh")
    except Unauthenticated:
        return None


def _cookie_named(slug: str) -> str:
    return f"__Host-{NAME}{slug}" if current_app.config["HTTPS"] else f"{NAME}{slug}"
