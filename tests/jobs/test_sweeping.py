from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import text

from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.jobs.leases import Claimed
from school_erp.jobs.models import Job
from school_erp.jobs.queues import queue_named
from school_erp.jobs.running import run_job
from school_erp.jobs.sweeping import sweep
from tests.world import World

Store = Callable[..., str]


@pytest.fixture
def store(app: Flask, world: World, redis: Redis) -> Store:
    """A job of the school's, in some state; and nothing else waiting anywhere."""
    queue_named("bulk", redis).empty()

    def put(changes: str) -> str:
        job = Job(school_id=world.school_id, id=new_id(), kind="attendance.mark", payload={})
        with app.app_context(), acting_for(world.school_id), unit_of_work():
            db.session.add(job)
            db.session.flush()
            job_id = str(job.id)
            db.session.execute(
                text(f"UPDATE job SET {changes} WHERE id = :job"),  # noqa: S608 - the test's own words
                {"job": job_id},
            )
        return job_id

    return put


def swept(app: Flask, redis: Redis) -> set[str]:
    with app.app_context(), acting_for(None), unit_of_work():
        sweep()
    return {job.args[1] for job in queue_named("bulk", redis).jobs}


LONG_AGO = "created_at = now() - interval '1 minute'"


def test_a_job_that_never_reached_the_queue_is_queued_once(
    app: Flask, redis: Redis, store: Store
) -> None:
    lost = store(LONG_AGO)
    assert lost in swept(app, redis)
    waiting = queue_named("bulk", redis).count
    swept(app, redis)
    assert queue_named("bulk", redis).count == waiting


def test_a_job_whose_lease_ran_out_is_found_in_whatever_school_it_is(
    app: Flask, redis: Redis, store: Store
) -> None:
    dead = store("state = 'running', lease_until = now() - interval '1 second'")
    assert dead in swept(app, redis)


@pytest.mark.parametrize(
    "changes",
    [
        "state = 'queued'",
        f"{LONG_AGO}, run_after = now() + interval '5 seconds'",
        f"{LONG_AGO}, state = 'running', lease_until = now() + interval '20 seconds'",
        f"{LONG_AGO}, state = 'done'",
        f"{LONG_AGO}, state = 'failed'",
        f"{LONG_AGO}, state = 'cancelled'",
    ],
)
def test_a_job_that_is_on_its_way_at_work_pausing_or_over_is_left_alone(
    app: Flask, redis: Redis, store: Store, changes: str
) -> None:
    assert store(changes) not in swept(app, redis)


def test_the_search_leaves_the_school_in_force_as_it_was(inside: World) -> None:
    db.session.execute(text("SELECT * FROM jobs_due(10)"))
    found = db.session.scalar(text("SELECT current_setting('app.school_id')"))
    assert found == str(inside.school_id)


@pytest.mark.parametrize(
    ("before", "state", "failure"),
    [("attempts = 3, deaths = 6", "done", None), ("deaths = 7", "failed", "interrupted")],
    ids=["seven", "eight"],
)
def test_a_job_is_given_up_only_when_eight_workers_died_of_it(
    app: Flask,
    world: World,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    state: str,
    failure: str | None,
) -> None:
    monkeypatch.setitem(app.extensions["job_kinds"], "attendance.mark", NothingToDo())
    deadly = store(f"state = 'running', {before}, lease_until = now() - interval '1 second'")
    with app.app_context():
        run_job(world.school_id, deadly)
        with acting_for(world.school_id):
            job = db.session.get_one(Job, (world.school_id, deadly))
            assert (job.state, job.failure) == (state, failure)


class NothingToDo:
    def chunks(self, _job: Claimed) -> list[Any]:
        return []

    def work(self, _job: Claimed, _part: Any) -> list[dict[str, Any]]:
        raise AssertionError("there is no part to work on")
