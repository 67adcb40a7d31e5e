"""The count on the wall is that of the rows, whatever Redis has been through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from school_erp.attendance.marking import Marker
from school_erp.attendance.vocabulary import Source
from school_erp.core.clock import now
from school_erp.core.errors import ApplicationError
from school_erp.core.settings import redis_options
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.live.actions.arriving import arrive
from school_erp.live.actions.deciding import Ruling, decide
from school_erp.live.actions.mending import mend_counts
from school_erp.live.arrivals import Attempt, Evidence
from school_erp.live.keys import key_of
from school_erp.live.queries.counts import counts_of, quick_counts_of
from school_erp.live.queries.sessions import sessions_at
from school_erp.live.rules.codes import Step, token_of
from school_erp.live.tallies import Tallies
from school_erp.live.vocabulary import Decision
from tests.live.checking_in import API, As, check_in
from tests.live.conftest import Start
from tests.world import World

STUDENTS = ("pia", "paul", "quinn")
happenings = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(("join", "check_in", "reject", "confirm")), st.sampled_from(STUDENTS)
        ),
        st.tuples(
            st.sampled_from(("look", "redis_lost", "redis_emptied", "set_lost", "redis_deaf")),
            st.just(""),
        ),
    ),
    max_size=14,
)


@pytest.fixture
def group(founded: World, start: Start) -> dict[str, Any]:
    return start("olive", section_ids=[str(founded.homeroom_7a), str(founded.homeroom_7b)])


def keys_of(redis: Redis, world: World) -> list[bytes]:
    return [*redis.scan_iter(f"erp:live:{world.school_id}:*")]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happened=happenings)
def test_sets_and_rows_agree_whatever_happens(
    app: Flask,
    founded: World,
    group: dict[str, Any],
    owner: Any,
    redis: Redis,
    happened: list[tuple[str, str]],
) -> None:
    owner.execute("DELETE FROM check_in")
    redis.delete(*keys_of(redis, founded), b"none")
    live_ids = [UUID(group["id"]), *(UUID(each["id"]) for each in group["sessions"])]
    clients = [redis, Redis(port=1, **redis_options())]
    with app.app_context(), acting_for(founded.school_id):
        told = app.extensions["tallies"] = Tallies(redis)
        for what, who in happened:
            if what == "redis_lost":
                redis.delete(*keys_of(redis, founded), b"none")
            elif what == "redis_emptied":
                redis.flushdb()
            elif what == "set_lost":
                redis.delete(*(key for key in keys_of(redis, founded) if b":whole" in key), b"none")
            elif what == "redis_deaf":
                clients.reverse()
                told._redis = clients[0]
            else:
                happen(founded, live_ids[0], what, who)
            for live_id in live_ids:
                with unit_of_work():
                    sessions = sessions_at(founded.school_id, live_id)
                    assert quick_counts_of(live_id, sessions) == counts_of(sessions)
        app.extensions["tallies"] = Tallies(app.extensions["redis"])


def happen(world: World, live_id: UUID, what: str, who: str) -> None:
    student_id = world.ids.get(who, world.pia)
    token = token_of(key_of(live_id), Step.at(now(), 8))
    olive = Marker(world.olive, "Olive Okafor", "officer", in_office=True, source=Source.OFFICE)
    try:
        with unit_of_work():
            if what == "join":
                arrive(world.school_id, live_id, Attempt(student_id))
            elif what == "check_in":
                arrive(world.school_id, live_id, Attempt(student_id, Evidence(token=token)))
            elif what in {"reject", "confirm"}:
                sessions = sessions_at(world.school_id, live_id)
                [session] = [
                    each for each in sessions if (each.section_name == "7B") == (who == "quinn")
                ]
                decision = Decision.REJECTED if what == "reject" else Decision.CONFIRMED
                decide(Ruling(session, student_id, decision, "seen"), olive)
    except ApplicationError:
        pass


def test_without_redis_the_rows_are_counted(
    another_app: Callable[..., Flask], start: Start, as_: As, founded: World
) -> None:
    live = start()
    check_in(as_("pia"), live)
    tokens = as_("tom").headers
    alone = another_app(redis_url="redis://127.0.0.1:1/0").test_client()
    stats = alone.get(f"{API}/{live['id']}/stats", headers=tokens).get_json()
    assert (stats["students_joined"], stats["students_present"]) == (1, 1)
    shown = alone.get(f"{API}/{live['id']}/qr", headers=tokens).get_json()
    checked_in = alone.post(
        f"{API}/{live['id']}/attendance",
        json={"token": shown["token"]},
        headers=as_("paul").headers,
    )
    assert checked_in.status_code == 200, checked_in.text
    assert (
        alone.get(f"{API}/{live['id']}/stats", headers=tokens).get_json()["students_present"] == 2
    )


def test_upkeep_mends_what_a_dead_process_never_told(
    app: Flask, start: Start, as_: As, founded: World, redis: Redis
) -> None:
    live = start()
    check_in(as_("pia"), live)
    tom = as_("tom")
    assert tom.get(f"{API}/{live['id']}/stats").get_json()["students_present"] == 1
    attended = f"erp:live:{founded.school_id}:{live['id']}:attended"
    redis.srem(attended, str(founded.pia))
    assert tom.get(f"{API}/{live['id']}/stats").get_json()["students_present"] == 0
    with app.app_context(), acting_for(founded.school_id), unit_of_work():
        assert mend_counts(founded.school_id, now()) == 1
        assert mend_counts(founded.school_id, now()) == 0
    assert tom.get(f"{API}/{live['id']}/stats").get_json()["students_present"] == 1
    assert 86_400 < redis.ttl(attended) < 3 * 86_400
