"""Choosing a password: with the one before, or by a one-time link."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.accounts import queries
from school_erp.accounts.actions import signing_in
from school_erp.accounts.actions.opening import withdraw_links
from school_erp.accounts.actions.signing_in import SignedIn, end_sign_ins, rotated
from school_erp.accounts.errors import LinkOver, SignInEnded
from school_erp.accounts.guesses import Guess
from school_erp.accounts.links import LinkToken, read_link_token
from school_erp.accounts.models import Account, OneTimeLink
from school_erp.accounts.passwords import hash_password, password_fits, refuse_weak
from school_erp.core.access import Actor, ask_nobody_who_they_are
from school_erp.core.clock import now
from school_erp.core.errors import Conflict, invalid
from school_erp.core.tenancy import act_for
from school_erp.core.unit_of_work import let_go
from school_erp.extensions import db


def change_password(actor: Actor, current: str, new: str) -> SignedIn:
    """Ends every other sign-in of this person and keeps the one that asks."""
    account = _account_of(actor)
    stored, about_them = account.password_hash, _known_about(account)
    # whoever sits at an unattended page is held to the count of that sign-in
    guess = Guess(queries.own_school().slug, account.login, "", device=str(actor.sign_in_id))
    guess.take()
    let_go()
    if not password_fits(current, stored):
        guess.was_wrong()
        raise invalid("current_password", _("This is not your present password."))
    guess.was_right()
    refuse_weak("new_password", new, about_them)
    hashed = hash_password(new)
    return _exchange(actor, stored, hashed)


def _account_of(actor: Actor) -> Account:
    account = queries.account_of(actor.school_id, actor.id)
    if account is None:
        raise SignInEnded
    return account


def _exchange(actor: Actor, stored: str | None, hashed: str) -> SignedIn:
    account = queries.locked_account(actor.school_id, actor.id)
    kept = queries.locked_sign_in(actor.school_id, actor.sign_in_id) if actor.sign_in_id else None
    if account is None or kept is None or kept.ended_at is not None:
        raise SignInEnded
    if account.password_hash != stored:
        raise Conflict(_("The password was changed somewhere else just now."))
    account.password_hash = hashed
    withdraw_links(account)
    end_sign_ins(account, "the password was changed", but=kept.id)
    return rotated(account, kept)


def account_behind(token: str) -> Account:
    """Whose password a link may choose, as long as the link is open."""
    return _opened(_read(token))[1]


def choose_password(token: str, new: str) -> SignedIn:
    """Use up a link: set the password, end every sign-in there was, and begin one."""
    read = _read(token)
    refuse_weak("password", new, _known_about(_opened(read)[1]))
    let_go()
    hashed = hash_password(new)
    return _use_up(read, hashed)


def _read(token: str) -> LinkToken:
    read = read_link_token(token)
    if read is None:
        raise LinkOver
    ask_nobody_who_they_are()
    act_for(read.school_id, db.session())
    return read


def _opened(token: LinkToken) -> tuple[OneTimeLink, Account]:
    link = queries.open_link(token.school_id, token.hash)
    account = queries.account_of(token.school_id, link.person_id) if link else None
    if link is None or account is None:
        raise LinkOver
    return link, account


def _use_up(token: LinkToken, hashed: str) -> SignedIn:
    """The account is locked before the link, in the order in which links are withdrawn."""
    person_id = _opened(token)[1].person_id
    account = queries.locked_account(token.school_id, person_id)
    link = queries.locked_open_link(token.school_id, token.hash)
    if link is None or account is None:
        raise LinkOver
    link.used_at = now()
    account.password_hash = hashed
    end_sign_ins(account, "a new password was chosen by a link")
    return signing_in.begin(account)


def _known_about(account: Account) -> tuple[str, ...]:
    """What anyone who wants to get in knows."""
    school = queries.own_school()
    person = queries.person_of(account.school_id, account.person_id)
    names = (person.given_name, person.family_name) if person else ()
    return (school.slug, school.name, account.login, *names)
