"""A parent's: what the school wrote to them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import oneself
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.core.languages import LANGUAGES
from school_erp.core.schemas import PageQuery
from school_erp.messages.access import Permission
from school_erp.messages.queries.outbox import own_messages_page
from school_erp.messages.words import words
from school_erp.people.access import person_for
from school_erp.people.actions.people import choose_how_to_be_written_to
from school_erp.people.models import Person
from school_erp.people.schemas import WishesBody
from school_erp.people.wording import CHANNEL_NAMES

blueprint = Blueprint("own_message_pages", __name__, url_prefix="/messages")


@blueprint.get("/mine")
@requires(Permission.OWN)
def mine() -> ResponseReturnValue:
    return _page(Form(WishesBody, WishesBody().dump(_own_person())))


@blueprint.post("/mine/wishes")
@requires(Permission.OWN)
def wish() -> ResponseReturnValue:
    form = Form(WishesBody)
    if form.submit(lambda wishes: choose_how_to_be_written_to(_own_person(), wishes)):
        flash(_("Saved. The school writes to you so from now on."), "success")
        return redirect(url_for(".mine"))
    return _page(form)


def _own_person() -> Person:
    actor = current_actor()
    return person_for(actor, oneself(actor))


def _page(form: Form) -> ResponseReturnValue:
    asked = asked_for(PageQuery)
    page = own_messages_page(oneself(current_actor()), asked)
    return render_template(
        "messages/mine.html",
        form=form,
        page=page,
        next_url=url_for(".mine", cursor=page.next_cursor) if page.next_cursor else "",
        first_url=url_for(".mine") if "cursor" in asked else "",
        channel_names=CHANNEL_NAMES,
        language_names=LANGUAGES,
        **words(),
    ), form.status
