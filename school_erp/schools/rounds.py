"""Upkeep that visits each school in turn, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import select

from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import let_go, unit_of_work
from school_erp.extensions import db
from school_erp.schools.models import School

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stop:
    school_id: UUID
    timezone: str


def visit_each_school(act: Callable[[Stop], object]) -> None:
    """One school's trouble is noted and does not keep the others from their turn."""
    open_schools = select(School.id, School.timezone).where(School.active).order_by(School.id)
    stops = [Stop(*row) for row in db.session.execute(open_schools).all()]
    let_go()
    for stop in stops:
        try:
            with acting_for(stop.school_id), unit_of_work():
                act(stop)
        except Exception:
            log.exception("school_visit_failed", school_id=str(stop.school_id))
