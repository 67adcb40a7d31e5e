from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, update

from school_erp.core.clock import now
from school_erp.core.direct import Statement
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.notifications.events import NEW_NOTIFICATION, NOTIFICATION_READ
from school_erp.notifications.models import Notification
from school_erp.notifications.notices import Notice
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import USER

# in one order, so that two who tell the same people do not wait for each other in turn
_notify = Statement("""
    INSERT INTO notification AS n (school_id, id, person_id, kind, about, facts, at, told)
    SELECT :school, id, person_id, kind, about, facts, at, true
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        id uuid, person_id uuid, kind text, about text, facts jsonb, at timestamptz)
    ORDER BY person_id, about
    ON CONFLICT (school_id, person_id, about) WHERE read_at IS NULL
    DO UPDATE SET kind = excluded.kind, facts = excluded.facts, at = excluded.at,
                  told = excluded.told
    RETURNING id, person_id, kind, told""")


def notify(notices: Sequence[Notice]) -> None:
    """However many, in one statement."""
    # of two about the same, the later
    latest = {(notice.person_id, notice.about): notice for notice in notices}
    if not latest:
        return
    moment = now()
    rows = json.dumps([_row(notice, moment) for notice in latest.values()])
    stored = _notify.rows(db.session, {"school": current_school_id(), "rows": rows})
    announce_news([News(*row) for row in stored])


def stop_telling(about: str) -> None:
    """Nobody need read any more what is over."""
    moment = now()
    over = (
        update(Notification)
        .where(
            Notification.school_id == current_school_id(),
            Notification.about == about,
            Notification.read_at.is_(None),
        )
        .values(read_at=moment)
        .returning(Notification.id, Notification.person_id)
    )
    for row in db.session.execute(over):
        payload = {"notification_id": str(row.id)}
        announce(NOTIFICATION_READ, [USER.of(row.person_id)], payload)


def withdraw_held(abouts: Collection[str]) -> None:
    """What nobody was told yet is not news any more."""
    db.session.execute(
        delete(Notification).where(
            Notification.school_id == current_school_id(),
            Notification.about.in_(abouts),
            Notification.told.is_(False),
        )
    )


class News(NamedTuple):
    id: UUID
    person_id: UUID
    kind: str
    told: bool


def announce_news(stored: Sequence[News]) -> None:
    """What is held back is not announced."""
    for row in stored:
        if not row.told:
            continue
        payload = {"notification_id": str(row.id), "kind": row.kind}
        announce(NEW_NOTIFICATION, [USER.of(row.person_id)], payload)


def mark_read(notification: Notification) -> Notification:
    """Again is the same."""
    if notification.read_at is None:
        notification.read_at = now()
        db.session.flush()
        payload = {"notification_id": str(notification.id)}
        announce(NOTIFICATION_READ, [USER.of(notification.person_id)], payload)
    return notification


def mark_all_read(person_id: UUID, until: dt.datetime | None = None) -> None:
    """All that stood there at that moment: what came since has not been seen."""
    unread = update(Notification).where(
        Notification.school_id == current_school_id(),
        Notification.person_id == person_id,
        Notification.read_at.is_(None),
        Notification.at <= (until or now()),
    )
    read = db.session.scalars(unread.values(read_at=now()).returning(Notification.id)).all()
    if read:
        announce(NOTIFICATION_READ, [USER.of(person_id)], {"notification_id": None})


def forget_notifications_before(moment: dt.datetime) -> None:
    db.session.execute(
        delete(Notification).where(
            Notification.school_id == current_school_id(), Notification.at < moment
        )
    )


def _row(notice: Notice, moment: dt.datetime) -> dict[str, object]:
    return {
        "id": str(new_id()),
        "person_id": str(notice.person_id),
        "kind": notice.kind,
        "about": notice.about,
        "facts": notice.facts,
        "at": moment.isoformat(),
    }
