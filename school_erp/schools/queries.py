from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from school_erp.core.clock import today_in
from school_erp.core.errors import NotFound
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.schools.models import School


def own_school() -> School:
    return db.session.get_one(School, current_school_id())


def today_here() -> date:
    """Today, where the school in force is."""
    return today_in(own_school().timezone)


def every_school() -> Sequence[School]:
    """For operators: schools are no secret, but nothing inside them is seen from here."""
    return db.session.scalars(select(School).order_by(School.slug)).all()


def school_called(slug: str) -> School:
    found = db.session.scalar(select(School).where(School.slug == slug))
    if found is None:
        raise NotFound(_("There is no school “%(slug)s”.", slug=slug))
    return found
