from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from school_erp.accounts.models import Account
from school_erp.extensions import db
from school_erp.schools.models import School


def active_school(slug: str) -> School | None:
    return db.session.scalar(select(School).where(School.slug == slug, School.active))


def account_by_login(school_id: UUID, login: str) -> Account | None:
    return db.session.scalar(
        select(Account).where(Account.school_id == school_id, Account.login == login)
    )


def account_of(school_id: UUID, person_id: UUID) -> Account | None:
    return db.session.get(Account, (school_id, person_id))
