"""Workers of `notify`: given work as upkeep gives it, and known by what they hold."""

from __future__ import annotations

import time
from uuid import UUID

from flask import Flask
from redis import Redis

from bench._crew import Crew, Worker
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.queues import enqueue
from school_erp.messages.jobs import DELIVER

QUEUE = "notify"
# on a machine that has much else to do
LONGEST = 300


def wait_for_one(workers: Crew, redis: Redis) -> None:
    """Until one of those that live has signed in."""
    until = time.monotonic() + LONGEST
    while not workers.at_post(redis, QUEUE):
        if time.monotonic() > until:
            raise RuntimeError("no worker started")
        time.sleep(0.02)


def named(workers: Crew, owner: str) -> Worker:
    """A lease names the worker, and which of its claims it is."""
    name = owner.rpartition(":")[0]
    [found] = [each for each in workers.workers if each.name == name]
    return found


def ask_to_deliver(app: Flask, school_id: UUID) -> None:
    """As upkeep does, which looks every two seconds."""
    with app.app_context(), unit_of_work():
        enqueue(QUEUE, DELIVER, school_id)
