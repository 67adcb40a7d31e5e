"""Links for messages: made with a message, and taken back when it no longer holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, any_, delete, func, literal, or_, select, update

from school_erp.absences.links import LENGTH, LinkName, sealed
from school_erp.absences.models import ExplanationLink
from school_erp.core.bulk import among
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db

LASTS = dt.timedelta(days=7)
# that long a link that ran out says so, or that it was answered
KEPT = dt.timedelta(days=30)


def explanation_link(
    student_id: UUID, day: dt.date, slots: Sequence[int], guardian_id: UUID
) -> ExplanationLink:
    """The same link for each message of the same absence to the same adult, while it is open."""
    sorted_slots = sorted(set(slots))
    known = db.session.scalar(
        select(ExplanationLink)
        .where(
            *_of(student_id, day),
            ExplanationLink.guardian_id == guardian_id,
            ExplanationLink.slots == sorted_slots,
            ExplanationLink.revoked_at.is_(None),
            ExplanationLink.expires_at > now(),
        )
        .limit(1)
    )
    if known is not None:
        return known
    link = ExplanationLink(
        school_id=current_school_id(),
        id=new_id(),
        student_id=student_id,
        guardian_id=guardian_id,
        date=day,
        slots=sorted_slots,
        expires_at=now() + LASTS,
    )
    db.session.add(link)
    db.session.flush()
    return link


def url_of(link: ExplanationLink) -> str:
    """Also where no request is in hand, as in a job that sends messages."""
    return _url(sealed(LinkName(link.school_id, link.id), current_app.config["SECRET_KEY"]))


def sample_url() -> str:
    """As long as any, and leading nowhere: for people who look at a text before it is one."""
    return _url("x" * LENGTH)


def _url(token: str) -> str:
    adapter = current_app.url_map.bind("")
    path = adapter.build("explanation_pages.explain", {"token": token})
    return f"{current_app.config['BASE_URL'].rstrip('/')}{path}"


def revoke_links(students: Collection[UUID], day: dt.date, slot: int) -> None:
    """They were there after all: whoever has a link need not explain anything."""
    db.session.execute(
        update(ExplanationLink)
        .where(
            ExplanationLink.school_id == current_school_id(),
            among(ExplanationLink.student_id.expression, students),
            ExplanationLink.date == day,
            or_(
                func.cardinality(ExplanationLink.slots) == 0,
                literal(slot) == any_(ExplanationLink.slots),
            ),
            ExplanationLink.answered_at.is_(None),
            ExplanationLink.revoked_at.is_(None),
        )
        .values(revoked_at=now())
    )


def forget_old_links() -> None:
    """What somebody answered stays with the request; the link says nothing more by then."""
    db.session.execute(
        delete(ExplanationLink).where(
            ExplanationLink.school_id == current_school_id(),
            ExplanationLink.expires_at < now() - KEPT,
        )
    )


def _of(student_id: UUID, day: dt.date) -> tuple[ColumnElement[bool], ...]:
    return (
        ExplanationLink.school_id == current_school_id(),
        ExplanationLink.student_id == student_id,
        ExplanationLink.date == day,
    )
