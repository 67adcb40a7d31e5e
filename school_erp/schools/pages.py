from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from school_erp.core.access import requires
from school_erp.core.forms import Form
from school_erp.core.languages import LANGUAGES
from school_erp.schools import actions
from school_erp.schools.access import Permission
from school_erp.schools.queries import own_school
from school_erp.schools.rules import WEEKDAYS, regions, timezones_by_place
from school_erp.schools.schemas import SchoolBody

blueprint = Blueprint("school_pages", __name__, url_prefix="/school")


@blueprint.get("")
@requires(Permission.SCHOOL_READ)
def show() -> ResponseReturnValue:
    school = own_school()
    return render_template(
        "schools/show.html",
        language=LANGUAGES.get(school.locale, school.locale),
        country=get_locale().territories.get(school.region, school.region),
        day_names=[name for day, name in _weekdays() if day in school.weekdays],
    )


@blueprint.route("/edit", methods=["GET", "POST"])
@requires(Permission.SCHOOL_EDIT)
def edit() -> ResponseReturnValue:
    school = own_school()
    form = Form(SchoolBody, SchoolBody().dump(school))
    if request.method == "POST" and form.submit(lambda body: actions.change_school(school, body)):
        flash(_("Saved."), "success")
        return redirect(url_for("school_pages.show"))
    return render_template(
        "schools/edit.html",
        form=form,
        timezones=_timezones(school.timezone),
        regions=_countries(),
        weekdays=_weekdays(),
    ), form.status


def _timezones(own: str) -> list[tuple[str, str]]:
    """The usual ones, and the school's own also where it is a name from another time."""
    names = dict.fromkeys((*timezones_by_place(), own))
    return [(name, name.replace("_", " ")) for name in names]


def _weekdays() -> list[tuple[int, str]]:
    names = get_locale().days["stand-alone"]["wide"]
    return [(day, names[day - 1]) for day in WEEKDAYS]


def _countries() -> list[tuple[str, str]]:
    names = get_locale().territories
    return sorted(((code, names.get(code, code)) for code in regions()), key=lambda pair: pair[1])
