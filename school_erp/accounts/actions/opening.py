"""Giving a person an account, and the link with which they choose their password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import delete

from school_erp.accounts import queries
from school_erp.accounts.links import LinkToken, new_link_token
from school_erp.accounts.models import Account, OneTimeLink
from school_erp.accounts.rules import LOGIN, first_free, login_from
from school_erp.core.clock import now
from school_erp.core.errors import Conflict, Invalid, invalid
from school_erp.core.violations import flushed
from school_erp.extensions import db
from school_erp.people.models import Person
from school_erp.people.rules import plain

LINK_LASTS = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """The only time the token is known to anyone but its holder."""

    token: LinkToken
    expires_at: datetime


def open_account(person: Person, login: str | None = None) -> Account:
    """An account without a password, until its person has chosen one by the link."""
    if db.session.get(Account, (person.school_id, person.id)) is not None:
        raise _account_exists()
    if not person.active:
        raise invalid("person_id", _("This person is no longer at the school."))
    opened = Account(
        school_id=person.school_id,
        person_id=person.id,
        login=_checked(login, person.id) if login else propose_login(person),
    )
    with flushed({"pk_account": _account_exists, "uq_account_school_id_login": _login_taken}):
        db.session.add(opened)
    return opened


def _account_exists() -> Conflict:
    return Conflict(_("This person already has an account."), code="account_exists")


def _login_taken() -> Invalid:
    return invalid("login", _("Somebody else has this login."))


def propose_login(person: Person) -> str:
    """From the person's name, with a number where others are called the same."""
    names = (person.preferred_name or person.given_name, person.family_name)
    proposed = login_from(*map(plain, names)) or login_from(plain(person.external_id or ""))
    if not LOGIN.fullmatch(proposed):
        proposed = f"person.{proposed}".rstrip(".")
    return first_free(proposed, queries.logins_like(proposed))


def change_login(account: Account, login: str) -> None:
    checked = _checked(login, account.person_id)
    with flushed({"uq_account_school_id_login": _login_taken}):
        account.login = checked


def _checked(login: str, person_id: UUID) -> str:
    lower = login.lower()
    if not LOGIN.fullmatch(lower):
        raise invalid(
            "login",
            _("A login is made of 2 to 100 letters a to z, digits and . _ @ + or -."),
        )
    if queries.is_taken(lower, but_for=person_id):
        raise _login_taken()
    return lower


def issue_link(account: Account) -> IssuedLink:
    """A new link, in place of every older one. The old password holds until a new one is chosen."""
    if account.disabled_at is not None:
        raise Conflict(_("This account is disabled. Enable it first."), code="account_disabled")
    withdraw_links(account)
    token = new_link_token(account.school_id)
    expires_at = now() + LINK_LASTS
    db.session.add(
        OneTimeLink(
            school_id=account.school_id,
            person_id=account.person_id,
            token_hash=token.hash,
            expires_at=expires_at,
        )
    )
    db.session.flush()
    return IssuedLink(token, expires_at)


def withdraw_links(account: Account) -> None:
    db.session.execute(
        delete(OneTimeLink).where(
            OneTimeLink.school_id == account.school_id,
            OneTimeLink.person_id == account.person_id,
            OneTimeLink.used_at.is_(None),
        )
    )
