from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from school_erp.core.access import Actor
from school_erp.core.errors import Forbidden, NotFound
from school_erp.extensions import db
from school_erp.notifications.models import Notification
from school_erp.schools.roles import anyone


class Permission(StrEnum):
    OWN = "notifications:notification:own"


POLICY = {Permission.OWN: anyone}


def reader(actor: Actor) -> UUID:
    """Only people are told something; another system is not."""
    if actor.person_id is None:
        raise Forbidden
    return actor.person_id


def own_notification(actor: Actor, notification_id: UUID) -> Notification:
    found = db.session.get(Notification, (actor.school_id, notification_id))
    if found is None or not found.told:
        raise NotFound
    if found.person_id != reader(actor):
        raise Forbidden
    return found
