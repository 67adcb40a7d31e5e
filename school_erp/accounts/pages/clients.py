from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.accounts import queries
from school_erp.accounts.access import Permission, client_for, scopes_to_choose
from school_erp.accounts.actions import clients as actions
from school_erp.accounts.models import ApiClient
from school_erp.accounts.schemas import NewClientBody
from school_erp.core.access import current_actor, policy, requires
from school_erp.core.clock import now
from school_erp.core.forms import Form, asked_for
from school_erp.core.schemas import PageQuery

blueprint = Blueprint("client_pages", __name__, url_prefix="/api-clients")


@blueprint.get("")
@requires(Permission.CLIENT_MANAGE)
def index() -> ResponseReturnValue:
    asked = asked_for(PageQuery)
    page = queries.api_clients(cursor=asked.get("cursor"), limit=asked["limit"])
    further = url_for("client_pages.index", cursor=page.next_cursor) if page.next_cursor else ""
    shown = {"moment_now": now(), "last_day": _last_day}
    return render_template("accounts/clients.html", page=page, next_url=further, **shown)


def _last_day(client: ApiClient) -> datetime | None:
    """A key ends with a day, and the day is what was chosen."""
    return client.expires_at - timedelta(minutes=1) if client.expires_at else None


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CLIENT_MANAGE)
def new() -> ResponseReturnValue:
    form = Form(NewClientBody)
    if request.method == "POST" and form.submit(
        lambda body: actions.create_client(current_actor(), **body)
    ):
        # answered at once, not after a redirect: an address or a cookie would keep the key
        return render_template("accounts/key.html", created=form.result)
    return render_template("accounts/new_client.html", form=form, areas=_areas()), form.status


def _areas() -> list[tuple[str, list[str]]]:
    """What can be chosen, by the part of the product it opens."""
    scopes = scopes_to_choose(policy())
    return [
        (area, list(names)) for area, names in groupby(scopes, lambda name: name.partition(":")[0])
    ]


@blueprint.post("/<uuid:client_id>/revoke")
@requires(Permission.CLIENT_MANAGE)
def revoke(client_id: UUID) -> ResponseReturnValue:
    client = client_for(current_actor(), client_id)
    actions.revoke(client)
    flash(_("The key of %(name)s no longer opens anything.", name=client.name), "success")
    return redirect(url_for("client_pages.index"))
