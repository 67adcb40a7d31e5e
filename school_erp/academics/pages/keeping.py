"""The pages of a kind of thing that is listed, added, changed and removed: the same for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.academics.access import one_of
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form
from school_erp.core.returning import safe_next
from school_erp.core.schemas import Empty


def _nothing() -> dict[str, Any]:
    return {}


def _nothing_about(_thing: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Kept:
    """What the pages need to know of one kind of thing.

    `choices` is what a form offers, `begin` what it holds before anything is typed, and `about`
    what the page of one thing shows beside it.
    """

    name: str
    url: str
    read: StrEnum
    edit: StrEnum
    model: type[Any]
    body: type[ma.Schema]
    change_body: type[ma.Schema]
    add: Callable[[dict[str, Any]], Any]
    change: Callable[[Any, dict[str, Any]], Any]
    remove: Callable[[Any], None]
    listed: Callable[[], Sequence[Any]]
    choices: Callable[[], Mapping[str, Any]] = field(default=_nothing)
    begin: Callable[[], Mapping[str, Any]] = field(default=_nothing)
    about: Callable[[Any], Mapping[str, Any]] = field(default=_nothing_about)

    @property
    def templates(self) -> str:
        return f"academics/{self.name}"


def pages_of(kept: Kept) -> Blueprint:
    blueprint = Blueprint(f"{kept.name}_pages", __name__, url_prefix=kept.url)

    @blueprint.get("")
    @requires(kept.read)
    def index() -> ResponseReturnValue:
        page = f"{kept.templates}/index.html"
        return render_template(page, things=kept.listed(), **kept.choices())

    @blueprint.route("/new", methods=["GET", "POST"])
    @requires(kept.edit)
    def new() -> ResponseReturnValue:
        form = Form(kept.body, {**kept.begin(), **request.args.to_dict()})
        if request.method == "POST" and form.submit(kept.add):
            return _done(kept, form.result)
        return _form_page(kept, form, None)

    @blueprint.route("/<uuid:thing_id>/edit", methods=["GET", "POST"])
    @requires(kept.edit)
    def edit(thing_id: UUID) -> ResponseReturnValue:
        thing = one_of(current_actor(), kept.model, thing_id)
        form = Form(kept.change_body, kept.change_body().dump(thing))
        if request.method == "POST" and form.submit(lambda body: kept.change(thing, body)):
            return _done(kept, form.result)
        return _form_page(kept, form, thing)

    @blueprint.post("/<uuid:thing_id>/delete")
    @requires(kept.edit)
    def delete(thing_id: UUID) -> ResponseReturnValue:
        thing = one_of(current_actor(), kept.model, thing_id)
        form = Form(Empty)
        if form.submit(lambda _body: kept.remove(thing)):
            flash(_("Removed."), "success")
            return redirect(after(kept))
        flash(form.error, "error")
        return redirect(url_for(".edit", thing_id=thing_id))

    return blueprint


def _done(kept: Kept, result: Any) -> ResponseReturnValue:
    """Warnings are told, and what was entered is stored all the same."""
    flash(_("Saved."), "success")
    for warning in getattr(result, "warnings", ()):
        flash(str(warning.message), "warning")
    return redirect(after(kept))


def after(kept: Kept) -> str:
    """Back to the page that one came from, where its link says so."""
    return safe_next(request.values.get("next"), url_for(f"{kept.name}_pages.index"))


def _form_page(kept: Kept, form: Form, thing: Any) -> ResponseReturnValue:
    page = render_template(
        f"{kept.templates}/form.html",
        form=form,
        thing=thing,
        after=after(kept),
        **kept.choices(),
        **(kept.about(thing) if thing else {}),
    )
    return page, form.status
