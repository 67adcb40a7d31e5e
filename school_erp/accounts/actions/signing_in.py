"""Beginning, renewing and ending a sign-in. Each renewal spends its refresh token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import true, update

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
# two tabs of one browser may renew with the same cookie at the same moment
ANOTHER_TAB = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    account: Account
    sign_in: SignIn
    # the refresh token is a new one, and whoever held the old one needs it
    rotated: bool = True


def sign_in(guess: Guess, password: str) -> SignedIn:
    """Begin a sign-in, or say no in the same words and time whatever was wrong."""
    guess.take()
    account = _with_password(_account(guess.school, guess.login), password)
    if account is None:
        guess.was_wrong()
        raise WrongCredentials
    guess.was_right()
    return begin(account)


def _with_password(found: Account | None, password: str) -> Account | None:
    """The account, if this is its password, still, after the time it took to find out."""
    if found is None:
        let_go()
        password_fits(password, None)
        return None
    who, stored = (found.school_id, found.person_id), found.password_hash
    let_go()
    if not password_fits(password, stored):
        return None
    account = queries.locked_account(*who)
    return account if account and account.password_hash == stored else None


def _account(slug: str, login: str) -> Account | None:
    school = queries.active_school(slug)
    if school is None:
        return None
    act_for(school.id, db.session())
    return queries.account_by_login(school.id, login)


def begin(account: Account) -> SignedIn:
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
    return SignedIn(account, begun)


def renew(claims: Claims, *, from_page: bool = False) -> SignedIn:
    """Spend a refresh token for a new pair. One spent before ends the whole sign-in."""
    found, account = _held(claims)
    if claims.token_id == found.refresh_id:
        return rotated(account, found)
    if from_page and _was_just_spent(found, claims.token_id):
        return SignedIn(account, found, rotated=False)
    _end(found, "a refresh token was used twice")
    raise RefreshTokenReused


def rotated(account: Account, found: SignIn) -> SignedIn:
    found.previous_refresh_id, found.refresh_id = found.refresh_id, new_id()
    found.rotated_at = now()
    db.session.flush()
    return SignedIn(account, found)


def _was_just_spent(found: SignIn, token_id: UUID) -> bool:
    return found.previous_refresh_id == token_id and now() - found.rotated_at < ANOTHER_TAB


def _held(claims: Claims) -> tuple[SignIn, Account]:
    """The sign-in a refresh token speaks of, locked, if it still stands."""
    act_for(claims.school_id, db.session())
    found = queries.locked_sign_in(claims.school_id, claims.sign_in_id)
    account = queries.account_of(claims.school_id, claims.person_id)
    if found is None or account is None or found.person_id != account.person_id:
        raise SignInEnded
    stands = found.ended_at is None and found.expires_at > now()
    if not stands or account.generation != claims.generation:
        raise SignInEnded
    return found, account


def sign_out(claims: Claims) -> None:
    act_for(claims.school_id, db.session())
    found = queries.locked_sign_in(claims.school_id, claims.sign_in_id)
    if found is not None and found.ended_at is None and found.person_id == claims.person_id:
        _end(found, "signed out")


def _end(found: SignIn, why: str) -> None:
    found.ended_at, found.ended_why = now(), why
    db.session.flush()
    forget_after_commit(found.school_id, found.person_id)


def end_sign_ins(account: Account, why: str, *, but: UUID | None = None) -> None:
    """End every other way in: tokens made before are of a generation gone by."""
    account.generation += 1
    db.session.flush()
    db.session.execute(
        update(SignIn)
        .where(
            SignIn.school_id == account.school_id,
            SignIn.person_id == account.person_id,
            SignIn.ended_at.is_(None),
            SignIn.id != but if but else true(),
        )
        .values(ended_at=now(), ended_why=why)
    )
    forget_after_commit(account.school_id, account.person_id)


def forget_after_commit(school_id: UUID, person_id: UUID) -> None:
    after_commit(lambda: forget(school_id, person_id))
