from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from school_erp.core.errors import Invalid, invalid
from school_erp.core.violations import flushed
from school_erp.extensions import db
from school_erp.schools.models import School


def change_school(school: School, changes: dict[str, Any]) -> School:
    for name, value in changes.items():
        setattr(school, name, value)
    db.session.flush()
    return school


def found_school(body: dict[str, Any]) -> School:
    """For operators: a school with nobody in it yet."""
    founded = School(**body)
    with flushed({"uq_school_slug": lambda: _slug_taken(founded.slug)}):
        db.session.add(founded)
    return founded


def _slug_taken(slug: str) -> Invalid:
    return invalid("slug", _("There is a school “%(slug)s” already.", slug=slug))
