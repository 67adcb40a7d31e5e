"""Beginning, renewing and ending a sign-in. Each renewal spends its refresh token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from school_erp.accounts import queries
from school_erp.accounts.errors import RefreshTokenReused, SignInEnded, WrongCredentials
from school_erp.accounts.guesses import Guess
from school_erp.accounts.models import Account, SignIn
from school_erp.accounts.passwords import password_fits
from school_erp.accounts.standing import forget
from school_erp.accounts.tokens import Claims
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import act_for
from school_erp.core.unit_of_work import after_commit, let_go
from school_erp.extensions import db

LASTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SignedIn:
    account: Account
    sign_in: SignIn


def sign_in(guess: Guess, password: str) -> SignedIn:
    """Begin a sign-in, or say no in the same words and time whatever was wrong."""
    guess.refuse_if_too_many()
    account = _account(guess.school, guess.login)
    stored = account.password_hash if account else None
    let_go()
    fits = password_fits(password, stored)
    if account is None or not fits or account.disabled_at is not None:
        guess.was_wrong()
        raise WrongCredentials
    guess.was_right()
    return SignedIn(account, _begin(account))


def _account(slug: str, login: str) -> Account | None:
    school = queries.active_school(slug)
    if school is None:
        return None
    act_for(school.id, db.session())
    return queries.account_by_login(school.id, login)


def _begin(account: Account) -> SignIn:
    moment = now()
    begun = SignIn(
        school_id=account.school_id,
        id=new_id(),
        person_id=account.person_id,
        refresh_id=new_id(),
        rotated_at=moment,
        expires_at=moment + LASTS,
    )
    db.session.add(begun)
    db.session.flush()
    return begun


def renew(claims: Claims) -> SignedIn:
    """Spend a refresh token for a new pair. One spent before ends the whole sign-in."""
    found, account = _held(claims)
    if claims.token_id != found.refresh_id:
        _end(found, "a refresh token was used twice")
        raise RefreshTokenReused
    found.previous_refresh_id, found.refresh_id = found.refresh_id, new_id()
    found.rotated_at = now()
    db.session.flush()
    return SignedIn(account, found)


def _held(claims: Claims) -> tuple[SignIn, Account]:
    """The sign-in a refresh token speaks of, locked, if it still stands."""
    act_for(claims.school_id, db.session())
    found = db.session.get(SignIn, (claims.school_id, claims.sign_in_id), with_for_update=True)
    account = queries.account_of(claims.school_id, claims.person_id)
    if found is None or account is None or found.person_id != account.person_id:
        raise SignInEnded
    stands = found.ended_at is None and found.expires_at > now()
    if not stands or account.disabled_at is not None or account.generation != claims.generation:
        raise SignInEnded
    return found, account


def sign_out(claims: Claims) -> None:
    act_for(claims.school_id, db.session())
    found = db.session.get(SignIn, (claims.school_id, claims.sign_in_id), with_for_update=True)
    if found is not None and found.ended_at is None:
        _end(found, "signed out")


def _end(found: SignIn, why: str) -> None:
    found.ended_at, found.ended_why = now(), why
    db.session.flush()
    school_id, person_id = found.school_id, found.person_id
    after_commit(lambda: forget(school_id, person_id))
