"""What people hear and ask over their sockets, in both ways of serving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from config import Config
from school_erp.core.ids import new_id
from tests.realtime.listening import connected
from tests.serving import Web, forked_web
from tests.world import Caller, World

As = Callable[..., Caller]
pytestmark = pytest.mark.processes
MARKS = "/api/v1/school/attendance/marks"


@pytest.fixture(scope="module", params=["eventlet", "threading"])
def web(
    servers: Config, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Web]:
    log = tmp_path_factory.mktemp("web") / "log"
    with forked_web(servers, log, ASYNC_MODE=request.param) as running:
        yield running


def marking(school: World, **statuses: str) -> dict[str, Any]:
    return {
        "date": school.today.isoformat(),
        "section_id": str(school.homeroom_7a),
        "records": [
            {"student_id": str(school.ids[who]), "status": status}
            for who, status in statuses.items()
        ],
    }


def correct(caller: Caller, school: World, who: str, status: str) -> None:
    path = f"{MARKS}/{school.ids[who]}/{school.today}/1"
    answer = caller.patch(path, json={"status": status})
    assert answer.status_code == 200, answer.text


def test_who_marks_is_seen_by_who_looks_on_and_whoever_comes_back_catches_up(
    web: Web, founded: World, as_: As
) -> None:
    tom, ada, gwen = as_("tom"), as_("ada"), as_("gwen")
    room, own = f"class_{founded.homeroom_7a}", f"user:{founded.gwen}"
    with connected(web, ada) as looking_on, connected(web, gwen) as mother:
        subscribed = looking_on.ask("subscribe", {"room": room})
        assert subscribed == {"ok": True, "room": room, "seq": 0, "events": []}
        with connected(web, tom) as teacher:
            assert teacher.ask("subscribeToClass", {"class_id": str(founded.homeroom_7a)})["ok"]
            done = teacher.ask("markAttendance", marking(founded, pia="ABSENT", paul="PRESENT"))
            assert (done["ok"], done["state"], done["counts"]["created"]) == (True, "done", 2)
            first = looking_on.hear("attendanceUpdate")
            assert teacher.hear("attendanceUpdate") == first
            assert (first["room"], first["seq"], first["channel"]) == (room, 1, "attendance")
            assert len(first["payload"]["marks"]) == 2
            assert teacher.hear("JOB_FINISHED")["room"] == f"user:{founded.tom}"
        told = mother.hear("attendanceUpdate")
        assert [each["student_id"] for each in told["payload"]["marks"]] == [str(founded.pia)]
        assert told["room"] == own
        # by another process than the one that holds the sockets, as all of these callers are
        correct(ada, founded, "pia", "LATE")
        correct(ada, founded, "paul", "ABSENT")
        heard = [looking_on.hear("attendanceUpdate") for _ in range(2)]
        assert mother.hear("attendanceUpdate")["seq"] > told["seq"]

    assert [event["seq"] for event in heard] == [2, 3]
    with connected(web, tom) as back:
        caught_up = back.ask("subscribe", {"room": room, "after": 1})
        assert caught_up == {"ok": True, "room": room, "seq": 3, "events": heard}
        pong = back.ask("ping", {"rooms": {room: 1, own: 0}})
        assert pong["heads"] == {room: 3}
        assert back.hear("pong")["heads"] == {room: 3}
        assert back.ask("unsubscribe", {"room": room})["ok"]
        assert back.ask("ping", {"rooms": {room: 1}})["heads"] == {}
        assert back.ask("subscribe", {"room": room, "after": 99})["reload"] is True
    missed = tom.get(f"/api/v1/events?room={room}&after=1")
    assert missed.get_json() == {"room": room, "seq": 3, "events": heard}


def test_what_is_gone_must_be_read_anew(founded: World, as_: As, servers: Config) -> None:
    ada, room = as_("ada"), f"class_{founded.homeroom_7a}"
    for status in ("LATE", "ABSENT", "PRESENT"):
        correct(ada, founded, "pia", status)
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(founded.school_id)])
        owner.execute("DELETE FROM realtime_event WHERE room = %s AND seq = 2", [room])
    asked = {after: ada.get(f"/api/v1/events?room={room}&after={after}") for after in range(4)}
    assert [bool(answer.get_json().get("reload")) for answer in asked.values()] == [
        *(True, True, False, False)
    ]
    assert [event["seq"] for event in asked[2].get_json()["events"]] == [3]


def test_rooms_of_others_stay_closed_on_sockets_and_by_http(
    web: Web, founded: World, elsewhere: World, as_: As
) -> None:
    closed = {
        "tom": {f"class_{founded.homeroom_7b}", f"user:{founded.pia}"},
        "pia": {f"class_{founded.homeroom_7a}", f"staff:{founded.school_id}"},
        "sam": {f"class_{founded.homeroom_7a}", f"user:{founded.tom}"},
    }
    unknown = {
        f"class_{elsewhere.homeroom_7a}",
        f"class_{new_id()}",
        f"class_{str(founded.homeroom_7a).upper()}",
        f"user:{elsewhere.tom}",
        f"staff:{elsewhere.school_id}",
        f"institution:{elsewhere.school_id}",
        f"job:{new_id()}",
        str(founded.homeroom_7a),
        "*",
    }
    for who, rooms in closed.items():
        caller = as_(who)
        with connected(web, caller) as ear:
            for room in rooms | unknown:
                code = ear.refused("subscribe", {"room": room})
                answer = caller.get("/api/v1/events", query_string={"room": room, "after": 0})
                assert answer.get_json()["error"]["code"] == code, (who, room)
                # somebody who may see no class at all is not told which there are
                known = {"forbidden"} if room in rooms else {"not_found", "forbidden"}
                assert code in (known if who != "tom" or room in rooms else {"not_found"})
    assert as_("tom").get(f"/api/v1/events?room=staff:{founded.school_id}").status_code == 422


BAD = [
    ("subscribe", None),
    ("subscribe", []),
    ("subscribe", "class"),
    ("subscribe", {"room": 7}),
    ("subscribe", {"room": "x" * 101}),
    ("subscribe", {"room": "class_", "after": -1}),
    ("subscribe", {"room": "class_", "after": "1"}),
    ("subscribe", {"room": "class_", "after": 2**64}),
    ("subscribe", {"room": b"\x00\x01"}),
    ("subscribe", {"room": "a\x00b"}),
    ("subscribeToClass", {"class_id": "7A"}),
    ("markAttendance", {"date": "yesterday"}),
    ("ping", {"rooms": {f"class_{number}": 0 for number in range(2_000)}}),
    ("ping", {"rooms": [["class_"]]}),
]


def test_nonsense_is_refused_in_words_and_the_socket_goes_on(
    web: Web, founded: World, as_: As
) -> None:
    with connected(web, as_("tom")) as ear:
        for message, body in BAD:
            answer = ear.ask(message, body)
            assert answer["ok"] is False, (message, body)
            assert answer["error"]["code"] == "invalid", (message, body, answer)
            assert answer["error"]["request_id"]
        assert ear.refused("dropTable", {"room": "staff"}) == "unknown_message"
        assert ear.refused("subscribe", ({"room": "class_"}, {"room": "class_"})) == "malformed"
        ear.client.eio.send('2["ping", {')
        ear.client.eio.send("2" + "[" * 50_000)
        assert ear.ask("ping")["ok"] is True
    with connected(web, as_("sam")) as ear:
        assert ear.refused("markAttendance", marking(founded, pia="ABSENT")) == "forbidden"
    with connected(web, as_("tara")) as ear:
        assert ear.refused("markAttendance", marking(founded, pia="ABSENT")) == "marking_refused"
