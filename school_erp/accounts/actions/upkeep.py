"""Letting go of what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CursorResult, Delete, delete, or_, select

from school_erp.accounts.models import OneTimeLink, SignIn
from school_erp.core.clock import now
from school_erp.core.idempotency import KEPT_DAYS, IdempotencyKey
from school_erp.core.tenancy import acting_for, current_school_id
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.schools.models import School

SIGN_INS_KEPT = timedelta(days=30)
LINKS_KEPT = timedelta(days=7)


@dataclass(slots=True)
class LetGo:
    sign_ins: int = 0
    links: int = 0
    idempotency_keys: int = 0


def let_go_of_what_is_over() -> LetGo:
    """School by school, each in a transaction of its own: nobody ever sees two at once."""
    total = LetGo()
    with unit_of_work():
        schools = db.session.scalars(select(School.id)).all()
    for school_id in schools:
        with acting_for(school_id, db.session()), unit_of_work():
            gone = _let_go_here()
        total.sign_ins += gone.sign_ins
        total.links += gone.links
        total.idempotency_keys += gone.idempotency_keys
    return total


def _let_go_here() -> LetGo:
    moment, school_id = now(), current_school_id()
    old_link = moment - LINKS_KEPT
    return LetGo(
        sign_ins=_deleted(
            delete(SignIn).where(
                SignIn.school_id == school_id, SignIn.expires_at < moment - SIGN_INS_KEPT
            )
        ),
        links=_deleted(
            delete(OneTimeLink).where(
                OneTimeLink.school_id == school_id,
                or_(OneTimeLink.used_at < old_link, OneTimeLink.expires_at < old_link),
            )
        ),
        idempotency_keys=_deleted(
            delete(IdempotencyKey).where(
                IdempotencyKey.school_id == school_id,
                IdempotencyKey.created_at < moment - timedelta(days=KEPT_DAYS),
            )
        ),
    )


def _deleted(statement: Delete) -> int:
    result = db.session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101 - what a DELETE answers with
    return result.rowcount
