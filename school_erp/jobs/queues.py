"""Which queues there are, and the one way to put something on them."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import current_app
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from school_erp.core.unit_of_work import after_commit

QUEUES = ("bulk", "notify", "upkeep")
JOB_SECONDS = 600


def enqueue(queue: str, function: str, *ids: UUID | str | int) -> None:
    """Once the change is stored: call the function at this dotted path, with these ids, elsewhere.

    What must not be lost is a row: if Redis is away nothing is queued, and upkeep finds the row.
    """
    plain = [each if isinstance(each, int) else str(each) for each in ids]
    after_commit(
        partial(_put, queue_named(queue, current_app.extensions["redis"]), function, plain)
    )


def queue_named(name: str, connection: Redis) -> Queue:
    if name not in QUEUES:
        raise ValueError(f"There is no queue “{name}”: choose {', '.join(QUEUES)}.")
    return Queue(name, connection=connection, serializer=JSONSerializer)


def _put(queue: Queue, function: str, ids: list[str | int]) -> None:
    """In one round trip. Results live in PostgreSQL, so RQ keeps none."""
    with queue.connection.pipeline() as pipeline:
        queue.enqueue_call(function, args=ids, timeout=JOB_SECONDS, result_ttl=0, pipeline=pipeline)
        pipeline.execute()
