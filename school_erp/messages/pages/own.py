"""A parent's: what the school wrote to them."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from school_erp.attendance.access import oneself
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import asked_for
from school_erp.core.schemas import PageQuery
from school_erp.messages.access import Permission
from school_erp.messages.queries.outbox import own_messages_page
from school_erp.messages.words import words

blueprint = Blueprint("own_message_pages", __name__, url_prefix="/messages")


@blueprint.get("/mine")
@requires(Permission.OWN)
def mine() -> ResponseReturnValue:
    asked = asked_for(PageQuery)
    page = own_messages_page(oneself(current_actor()), asked)
    return render_template(
        "messages/mine.html",
        page=page,
        next_url=url_for(".mine", cursor=page.next_cursor) if page.next_cursor else "",
        first_url=url_for(".mine") if "cursor" in asked else "",
        **words(),
    )
