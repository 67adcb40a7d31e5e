"""What goes on too long, with the marks behind it; and the school's rules for it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from school_erp.absences.queries.days import slot_names
from school_erp.attendance.access import marker_of
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.escalation.access import Permission, rule_for
from school_erp.escalation.actions.changing import add_rule, change_rule
from school_erp.escalation.actions.looking import look
from school_erp.escalation.queries.rules import all_rules
from school_erp.escalation.queries.shown import escalations_page
from school_erp.escalation.schemas import EscalationQuery, NewRuleBody, RuleChange
from school_erp.escalation.vocabulary import TOLD
from school_erp.escalation.wording import KINDS, told_figure, told_rule
from school_erp.realtime.showing import shown_own_rooms
from school_erp.schools.queries import today_here
from school_erp.schools.roles import ROLE_NAMES

blueprint = Blueprint("escalation_pages", __name__, url_prefix="/escalations")


@blueprint.get("")
@requires(Permission.READ)
def index() -> ResponseReturnValue:
    actor = current_actor()
    rooms = shown_own_rooms(actor)
    asked = asked_for(EscalationQuery)
    page = escalations_page(actor, asked)
    following: dict[str, Any] = {**request.args, "cursor": page.next_cursor}
    return render_template(
        "escalation/index.html",
        rooms=rooms,
        page=page,
        asked=asked,
        slot_names=slot_names(),
        as_day=dt.date.fromisoformat,
        told_rule=told_rule,
        told_figure=told_figure,
        next_url=url_for(".index", **following) if page.next_cursor else "",
        first_url=url_for(".index") if "cursor" in asked else "",
    )


@blueprint.get("/rules")
@requires(Permission.RULES_READ)
def rules() -> ResponseReturnValue:
    return render_template("escalation/rules.html", rules=all_rules(), told_rule=told_rule)


@blueprint.route("/rules/new", methods=["GET", "POST"])
@requires(Permission.RULES_WRITE)
def new() -> ResponseReturnValue:
    form = Form(NewRuleBody, {"threshold": 3, "roles": ["officer"], "active": True})
    marker = marker_of(current_actor())
    if request.method == "POST" and form.submit(lambda body: add_rule(marker, body)):
        flash(_("Saved."), "success")
        return redirect(url_for(".rules"))
    return _form_page(form)


@blueprint.route("/rules/<uuid:rule_id>", methods=["GET", "POST"])
@requires(Permission.RULES_WRITE)
def edit(rule_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    rule = rule_for(actor, rule_id)
    marker = marker_of(actor)
    form = Form(RuleChange, RuleChange().dump(rule))
    if request.method == "POST" and form.submit(lambda body: change_rule(rule, marker, body)):
        flash(_("Saved."), "success")
        return redirect(url_for(".rules"))
    return _form_page(form, rule=rule)


@blueprint.post("/rounds")
@requires(Permission.RULES_WRITE)
def look_now() -> ResponseReturnValue:
    told = len(look(today_here()))
    words = ngettext("%(num)s new line was crossed.", "%(num)s new lines were crossed.", told)
    flash(words, "success")
    return redirect(url_for(".index"))


def _form_page(form: Form, **shown: Any) -> ResponseReturnValue:
    return render_template(
        "escalation/rule.html",
        form=form,
        kinds=KINDS.items(),
        roles=[(role.value, ROLE_NAMES[role]) for role in TOLD],
        told_rule=told_rule,
        **shown,
    ), form.status
