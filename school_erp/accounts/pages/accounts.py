from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.accounts import queries
from school_erp.accounts.access import Permission, account_for, holder_for, person_for
from school_erp.accounts.actions import disabling, opening
from school_erp.accounts.actions.opening import IssuedLink
from school_erp.accounts.addresses import link_url
from school_erp.accounts.queries import AccountState
from school_erp.accounts.schemas import AccountChange, AccountsQuery
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.people.models import Person

blueprint = Blueprint("account_pages", __name__, url_prefix="/accounts")


@blueprint.get("")
@requires(Permission.ACCOUNT_MANAGE)
def index() -> ResponseReturnValue:
    asked = asked_for(AccountsQuery)
    state = AccountState(asked["state"]) if "state" in asked else None
    page = queries.account_holders(
        search=asked.get("q", ""), state=state, cursor=asked.get("cursor"), limit=asked["limit"]
    )
    return render_template(
        "accounts/index.html", page=page, asked=asked, next_url=_next(page, asked)
    )


def _next(page: Any, asked: dict[str, Any]) -> str:
    if not page.next_cursor:
        return ""
    kept = {name: asked[name] for name in ("q", "state") if name in asked}
    return url_for("account_pages.index", cursor=page.next_cursor, **kept)


@blueprint.route("/<uuid:person_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def show(person_id: UUID) -> ResponseReturnValue:
    holder = holder_for(current_actor(), person_id)
    form = Form(AccountChange, {"login": holder.login})
    if request.method == "POST" and form.submit(lambda body: _change_login(person_id, body)):
        flash(_("The login was changed."), "success")
        return redirect(url_for("account_pages.show", person_id=person_id))
    return render_template("accounts/show.html", holder=holder, form=form), form.status


def _change_login(person_id: UUID, body: dict[str, Any]) -> None:
    opening.change_login(account_for(current_actor(), person_id), body["login"])


@blueprint.route("/<uuid:person_id>/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def new(person_id: UUID) -> ResponseReturnValue:
    person = person_for(current_actor(), person_id)
    form = Form(AccountChange, {"login": opening.propose_login(person)})
    if request.method == "POST" and form.submit(lambda body: _open(person, body["login"])):
        return _show_once(person, form.result)
    return render_template("accounts/new.html", person=person, form=form), form.status


def _open(person: Person, login: str) -> IssuedLink:
    return opening.issue_link(opening.open_account(person, login))


@blueprint.post("/<uuid:person_id>/link")
@requires(Permission.ACCOUNT_MANAGE)
def link(person_id: UUID) -> ResponseReturnValue:
    issued = opening.issue_link(account_for(current_actor(), person_id))
    return _show_once(person_for(current_actor(), person_id), issued)


def _show_once(person: Person, issued: IssuedLink) -> ResponseReturnValue:
    """Answered at once, not after a redirect: an address or a cookie would keep the link."""
    holder = queries.account_holder(person)
    return render_template(
        "accounts/link.html", holder=holder, url=link_url(issued.token), until=issued.expires_at
    )


@blueprint.post("/<uuid:person_id>/disable")
@requires(Permission.ACCOUNT_MANAGE)
def disable(person_id: UUID) -> ResponseReturnValue:
    disabling.disable(current_actor(), account_for(current_actor(), person_id))
    flash(_("The account is disabled, and signed out everywhere."), "success")
    return redirect(url_for("account_pages.show", person_id=person_id))


@blueprint.post("/<uuid:person_id>/enable")
@requires(Permission.ACCOUNT_MANAGE)
def enable(person_id: UUID) -> ResponseReturnValue:
    disabling.enable(account_for(current_actor(), person_id))
    flash(_("The account is enabled again."), "success")
    return redirect(url_for("account_pages.show", person_id=person_id))
