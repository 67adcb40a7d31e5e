from __future__ import annotations

from uuid import UUID

from flask import current_app
from redis import Redis
from sqlalchemy import text

from school_erp.core.clock import now
from school_erp.extensions import db
from school_erp.jobs.queues import enqueue
from school_erp.jobs.schedule import periodic
from school_erp.messages.channels import providers
from school_erp.messages.delivering import deliver_due

DELIVER = "school_erp.messages.jobs.deliver"
# Lives where the queue lives, so that whatever loses the one loses the other.
MARK_SECONDS = 20

_schools_due = text("SELECT school_id FROM schools_with_messages_due(:moment)")


@periodic(seconds=2)
def find_due_messages() -> None:
    if providers():
        for school_id in db.session.scalars(_schools_due, {"moment": now()}).all():
            hand_to_worker(school_id)


def hand_to_worker(school_id: UUID) -> None:
    """Also right after a commit that makes messages due. Once, until a worker has come to it."""
    redis: Redis = current_app.extensions["redis"]
    if redis.set(_mark(school_id), "1", nx=True, ex=MARK_SECONDS):
        enqueue("notify", DELIVER, school_id)


def deliver(school_id: str) -> None:
    current_app.extensions["redis"].delete(_mark(school_id))
    deliver_due(UUID(school_id))


def _mark(school_id: UUID | str) -> str:
    return f"erp:messages:{school_id}:queued"
