"""Who has the same register open, in whichever process their screen is heard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from config import Config
from school_erp.core.access import Actor
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.realtime.presence import COUNTED_SECONDS, Place, stay
from school_erp.realtime.rooms import STAFF
from school_erp.realtime.sockets import Socket
from tests.realtime.listening import Ear, connected
from tests.serving import Web, forked_web
from tests.world import Caller, World

As = Callable[..., Caller]


def names(said: dict[str, object]) -> list[str]:
    people = said["people"]
    assert isinstance(people, list)
    return [each["name"].split()[0] for each in people]


@pytest.mark.processes
def test_two_people_at_one_register_know_of_each_other_across_processes(
    web: Web, servers: Config, founded: World, as_: As, redis: Redis, tmp_path: Path
) -> None:
    here = {"section_id": str(founded.homeroom_7a), "date": founded.today.isoformat(), "slot": 1}

    def open_register(ear: Ear) -> list[str]:
        assert ear.ask("subscribeToClass", {"class_id": here["section_id"]})["ok"]
        return names(ear.ask("presence", here))

    callers = {who: as_(who) for who in ("tom", "olive", "pia")}
    with (
        forked_web(servers, tmp_path / "log") as other,
        connected(web, callers["tom"]) as tom,
        connected(web, callers["pia"]) as pia,
    ):
        assert tom.refused("presence", here) == "forbidden"
        assert open_register(tom) == ["Tom"]
        assert names(tom.hear("presence", 2)) == ["Tom"]
        assert pia.refused("presence", here) == "forbidden"
        for wrong in ({"slot": "one"}, {"date": "today"}, {"section_id": 7}, {"names": []}):
            assert tom.refused("presence", here | wrong) == "invalid"

        two_screens = connected(other, callers["olive"]), connected(other, callers["olive"])
        with two_screens[0] as olive, two_screens[1] as again:
            tom.ask("presence", here)
            assert open_register(olive) == ["Olive", "Tom"]
            heard = tom.hear("presence", 2)
            assert names(heard) == ["Olive", "Tom"]
            assert {name: heard[name] for name in here} == here
            assert open_register(again) == ["Olive", "Tom"]
            assert names(tom.ask("presence", here | {"slot": 2})) == ["Tom"]
        for _ in range(5):
            left = names(tom.hear("presence", 2))
            if left == ["Tom"]:
                break
        assert left == ["Tom"]
        with connected(other, callers["olive"]) as olive:
            tom.ask("presence", here)
            open_register(olive)
            other.process.kill()
            other.process.wait()

        [key] = redis.scan_iter(f"erp:present:{founded.school_id}:*{here['date']}:1")
        assert names(tom.ask("presence", here)) == ["Olive", "Tom"]
        latest = redis.zrange(key, -1, -1, withscores=True)[0][1]
        assert latest <= now().timestamp() + COUNTED_SECONDS
        for member, _until in redis.zrange(key, 0, -1, withscores=True):
            if b"Olive" in member:
                redis.zadd(key, {member: now().timestamp() - 0.1})
        assert names(tom.ask("presence", here)) == ["Tom"]


def test_nobody_is_said_to_be_alone_while_redis_is_away(
    another_app: Callable[..., Flask], founded: World
) -> None:
    actor = Actor(founded.school_id, frozenset({"teacher"}), founded.tom, name="Tom")
    socket = Socket(new_id().hex, "", actor, "127.0.0.1")
    place = Place(str(founded.school_id), STAFF.of(founded.school_id), {"slot": 1})
    with another_app(redis_url="redis://127.0.0.1:1/0").app_context():
        assert stay(socket, place) is None
        for farewell in socket.farewells.values():
            farewell()
