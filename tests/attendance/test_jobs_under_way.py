"""Bulk jobs between their first attempt and their end: pauses, fences, progress, no Redis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from school_erp.attendance.actions import bulk
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.events import JOB, JOB_FINISHED, JOB_PROGRESS
from school_erp.jobs.leases import Claimed, claim
from school_erp.jobs.running import run_claimed
from school_erp.realtime.replay import payloads_told
from school_erp.realtime.rooms import USER
from tests.attendance.test_jobs import begin, looked_at
from tests.world import Caller, World

As = Callable[..., Caller]
Work = Callable[[str], None]
Count = Callable[[str], int]
Owner = psycopg.Connection[Any]
URL = "/api/v1/school/attendance"
NO_REDIS = "redis://127.0.0.1:1/0"


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part of a job is one record."""
    monkeypatch.setattr(bulk, "ONE_PART", 1)
    monkeypatch.setattr(bulk, "SMALLEST_PART", 1)


def claimed_by_somebody(app: Flask, world: World, job_id: str) -> Claimed:
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        claimed = claim(world.school_id, UUID(job_id))
    assert claimed is not None
    return claimed


@pytest.mark.usefixtures("one_by_one")
def test_a_worker_that_was_taken_for_dead_writes_nothing_when_it_goes_on(
    app: Flask, as_: As, founded: World, work: Work, count: Count, owner: Owner
) -> None:
    tom = as_("tom")
    job_id = begin(tom, founded, [str(founded.pia), str(founded.paul)])
    slow = claimed_by_somebody(app, founded, job_id)
    work(job_id)
    assert count("student_attendance") == 0, "nobody else gets it while the lease lasts"
    owner.execute("UPDATE job SET lease_until = now() - interval '1 second'")
    quick = claimed_by_somebody(app, founded, job_id)
    tables = ("student_attendance", "attendance_audit_log", "job_chunk", "realtime_event")

    def goes_on(worker: Claimed) -> list[int]:
        with app.app_context(), acting_for(founded.school_id):
            run_claimed(worker)
        return [count(table) for table in tables]

    assert goes_on(slow) == [0, 0, 0, 0]
    assert looked_at(tom, job_id)["state"] == "running"
    done = goes_on(quick)
    assert done[:3] == [2, 2, 2]
    assert (looked_at(tom, job_id)["state"], looked_at(tom, job_id)["done"]) == ("done", 2)
    mark = f"{URL}/marks/{founded.pia}/{founded.today}/1"
    assert tom.patch(mark, json={"status": "ABSENT"}).get_json()["outcome"] == "changed"
    corrected = [count(table) for table in tables]
    assert goes_on(slow) == corrected


def test_a_job_is_tried_three_times_five_seconds_apart(
    as_: As, founded: World, work: Work, owner: Owner
) -> None:
    tom = as_("tom")
    job_id = begin(tom, founded, [str(founded.pia)])
    owner.execute("DELETE FROM attendance_settings")
    for attempt in (1, 2):
        work(job_id)
        work(job_id)
        shown = looked_at(tom, job_id)
        assert (shown["state"], shown["attempts"]) == ("queued", attempt), "it pauses"
        pause = "SELECT run_after - clock_timestamp() FROM job"
        [[left]] = owner.execute(pause).fetchall()
        assert dt.timedelta() < left <= dt.timedelta(seconds=5)
        owner.execute("UPDATE job SET run_after = now()")
    work(job_id)
    shown = looked_at(tom, job_id)
    assert (shown["state"], shown["attempts"]) == ("failed", 3)
    page = tom.get(f"/attendance/jobs/{job_id}").text
    assert "has not yet chosen how it takes attendance" in page
    assert f'action="/attendance/jobs/{job_id}/retry"' in page


@pytest.mark.usefixtures("one_by_one")
def test_whoever_waits_hears_of_each_part_and_of_the_end(
    app: Flask, as_: As, founded: World, work: Work
) -> None:
    job_id = begin(as_("tom"), founded, [str(founded.pia), str(founded.paul)])
    work(job_id)
    with app.app_context(), acting_for(founded.school_id):
        for room in (JOB.of(UUID(job_id)), USER.of(founded.tom)):
            steps = payloads_told(room, JOB_PROGRESS)
            assert [(step["done"], step["percent"]) for step in steps] == [(1, 50), (2, 100)]
            [end] = payloads_told(room, JOB_FINISHED)
            assert (end["state"], end["counts"]["created"]) == ("done", 2)


def test_a_class_whose_teacher_waits_is_answered_at_once_without_redis_too(
    another_app: Callable[..., Flask], founded: World, count: Count
) -> None:
    tom = Caller(another_app(redis_url=NO_REDIS), founded, "tom")
    body = {
        "date": founded.today.isoformat(),
        "section_id": str(founded.homeroom_7a),
        "records": [
            {"student_id": str(founded.ids[who]), "status": "PRESENT"} for who in ("pia", "paul")
        ],
    }
    answer = tom.post(URL, json=body, headers={"Prefer": "wait=5"})
    assert answer.status_code == 200
    job = answer.get_json()
    assert (job["state"], [it["outcome"] for it in job["records"]]) == ("done", ["created"] * 2)
    undone = tom.post(f"{URL}/jobs/{job['id']}/undo", json={}, headers={"Prefer": "wait=5"})
    assert (undone.status_code, undone.get_json()["state"]) == (200, "done")
    assert count("student_attendance") == 0
