"""When a socket is not opened, shrinks, or is closed; and that others are not harmed by it."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
import requests
from flask import Flask
from flask_jwt_extended import create_access_token, decode_token
from redis import Redis
from websocket import ABNF, STATUS_MESSAGE_TOO_BIG, WebSocket, create_connection

from config import Config
from school_erp.core.access import Actor
from school_erp.core.ids import new_id
from school_erp.jobs.events import JOB
from school_erp.realtime.errors import TooManyRooms
from school_erp.realtime.sockets import MOST_ROOMS, Socket
from tests.jobs.conftest import wait_for
from tests.realtime.listening import connected, refusal
from tests.serving import Web, forked_web
from tests.world import Caller, World

As = Callable[..., Caller]
pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def strict(servers: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Two sockets a person, five an address."""
    log = tmp_path_factory.mktemp("web") / "log"
    with forked_web(servers, log, SOCKETS_PER_PERSON="2", SOCKETS_PER_ADDRESS="5") as running:
        yield running


@pytest.fixture
def short_lived(app: Flask) -> Callable[[Caller, float], str]:
    """The access token of a sign-in as it was made some time ago, and ends in so many seconds."""

    def token(caller: Caller, seconds: float) -> str:
        with app.app_context():
            claims = decode_token(caller.tokens["access_token"])
            own = {name: claims[name] for name in ("school", "sign_in", "generation", "csrf")}
            lasts = timedelta(seconds=seconds)
            return str(
                create_access_token(claims["sub"], expires_delta=lasts, additional_claims=own)
            )

    return token


def test_a_page_comes_back_by_its_cookie_after_its_token_has_lapsed(
    web: Web, as_: As, short_lived: Callable[[Caller, float], str]
) -> None:
    tom = as_("tom")
    lapsed = {"access": short_lived(tom, -60), "refresh": tom.tokens["refresh_token"]}
    cookie = "; ".join(f"{name}={value}" for name, value in lapsed.items())
    assert refusal(web, headers={"Cookie": cookie}) == "unauthenticated"
    renewed = requests.get(f"{web.url}/api/v1/auth/me", cookies=lapsed, timeout=10)
    assert renewed.status_code == 200
    with connected(web, headers={"Cookie": f"access={renewed.cookies['access']}"}) as ear:
        assert ear.ask("ping")["ok"]


def test_pages_of_other_sites_open_no_socket(web: Web) -> None:
    handshake = f"{web.url}/socket.io/?EIO=4&transport=polling"
    answered = {
        origin: requests.get(handshake, headers={"Origin": origin}, timeout=10).status_code
        for origin in (web.url, "https://elsewhere.example", "null")
    }
    assert answered == {web.url: 200, "https://elsewhere.example": 400, "null": 400}


def test_a_right_that_ends_closes_or_shrinks_the_socket_that_had_it(
    web: Web,
    founded: World,
    servers: Config,
    as_: As,
    short_lived: Callable[[Caller, float], str],
) -> None:
    tara, tom, olive, cora = (as_(who) for who in ("tara", "tom", "olive", "cora"))
    room = f"class_{founded.homeroom_7b}"
    with (
        connected(web, auth={"token": short_lived(tara, 1)}) as expiring,
        connected(web, tom) as signing_out,
        connected(web, olive) as changing,
        connected(web, cora) as staying,
    ):
        assert changing.ask("subscribe", {"room": room})["ok"]
        assert tom.post("/api/v1/auth/logout").status_code == 204
        with psycopg.connect(servers.owner_database_url) as owner:
            owner.execute("SELECT set_config('app.school_id', %s, true)", [str(founded.school_id)])
            owner.execute(
                "UPDATE role_grant SET role = 'guardian' WHERE person_id = %s", [founded.olive]
            )
        # a message in between notices at once
        assert signing_out.refused("ping") == "unauthenticated"
        for ear in (signing_out, expiring):
            assert ear.hear("closing")["error"]["code"] == "unauthenticated"
        left = changing.hear("unsubscribed")
        assert (left["room"], left["error"]["code"]) == (room, "forbidden")
        as_("ada").put(
            f"/api/v1/school/attendance/registers/{founded.homeroom_7b}/{founded.today}/1/submission",
            json={},
        )
        assert staying.hear("REGISTER_SUBMITTED")["room"] == f"staff:{founded.school_id}"
        as_("ada").patch("/api/v1/school/attendance/settings", json={"backdate_days": 2})
        assert changing.receive(timeout=5)[0] == "SETTINGS_CHANGED"
        wait_for(lambda: not expiring.connected and not signing_out.connected, 5)


def test_a_person_has_so_many_sockets_and_an_address_too(
    strict: Web, as_: As, redis: Redis
) -> None:
    # those of processes that other tests killed would count for a minute and a half
    redis.delete("erp:sockets:127.0.0.1")
    tom, tara, ada, sam = (as_(who) for who in ("tom", "tara", "ada", "sam"))
    with (
        connected(strict, tom),
        connected(strict, tara),
        connected(strict, tara),
        connected(strict, ada),
    ):
        assert refusal(strict, tara) == "too_many_sockets"
        with connected(strict, tom):
            assert refusal(strict, sam) == "too_many_sockets"
        wait_for(lambda: refusal(strict, sam) == "", 5)


def test_who_floods_is_told_and_cut_off_while_others_go_on(web: Web, as_: As) -> None:
    with connected(web, as_("tom")) as flooding, connected(web, as_("ada")) as calm:
        for _ in range(3_000):
            if not flooding.connected:
                break
            flooding.client.emit("ping", {})
        assert flooding.hear("closing")["error"]["code"] == "too_many_messages"
        assert calm.ask("ping")["ok"]
        wait_for(lambda: not flooding.connected, 5)
        assert calm.ask("ping")["ok"]
    numbers = requests.get(f"{web.url}/metrics", timeout=10).text
    assert 'school_erp_socket_refusals_total{code="too_many_messages"}' in numbers


def test_what_is_too_large_is_refused_with_its_reason_while_others_go_on(web: Web, as_: As) -> None:
    with connected(web, as_("ada")) as calm:
        large = deaf_line(web)
        large.recv()
        large.send("x" * 65_537)
        told = large.recv_frame()
        large.shutdown()
        assert told.opcode == ABNF.OPCODE_CLOSE
        # on threads the line is the library's, which ends it without its reason
        if os.environ.get("ASYNC_MODE", "eventlet") == "eventlet":
            assert int.from_bytes(told.data[:2]) == STATUS_MESSAGE_TOO_BIG
            assert b"limit of 65536 bytes" in told.data
        polled = f"{web.url}/socket.io/?EIO=4&transport=polling"
        sid = json.loads(requests.get(polled, timeout=10).text[1:])["sid"]
        refused = requests.post(f"{polled}&sid={sid}", data="4" + "x" * 65_537, timeout=10)
        assert refused.status_code == 400
        assert calm.ask("ping")["ok"]


def test_who_never_reads_is_cut_off_while_others_go_on(web: Web, app: Flask, as_: As) -> None:
    sam, ada = as_("sam"), as_("ada")
    room = f"user:{sam.world.sam}"
    body = {"type": "LARGE", "room": room, "payload": {"said": "x" * 20_000}}
    deaf = deaf_line(web)
    deaf.recv()
    deaf.send("40" + json.dumps({"token": sam.tokens["access_token"]}))
    assert deaf.recv().startswith("40{")
    before = slow_ones(web)
    with connected(web, ada) as calm:
        with app.app_context():
            for _ in range(14):
                app.extensions["event_queue"].send_all([body] * 50)
        wait_for(lambda: slow_ones(web) == before + 1, 40)
        assert calm.ask("ping")["ok"]
    deaf.shutdown()
    with connected(web, sam) as again:
        assert again.ask("ping")["ok"]


def deaf_line(web: Web) -> WebSocket:
    return create_connection(
        f"{web.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket",
        timeout=15,
        # or the machine reads a great deal for it
        sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)],
    )


def slow_ones(web: Web) -> float:
    name = 'school_erp_socket_refusals_total{code="too_slow"}'
    lines = requests.get(f"{web.url}/metrics", timeout=10).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def test_a_socket_listens_to_so_many_rooms_and_no_more(app: Flask) -> None:
    rooms = {f"job:{number}" for number in range(MOST_ROOMS)}
    with app.test_request_context():
        socket = Socket(
            "nobody", "", Actor(UUID(int=1), person_id=UUID(int=2)), "127.0.0.1", asked=set(rooms)
        )
        with pytest.raises(TooManyRooms):
            socket.join(JOB.of(new_id()))
    assert socket.asked == rooms


def test_a_process_that_hears_no_other_is_not_ready(
    servers: Config, redis: Redis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Redis answers it, but no longer lets it listen."""
    name, word = f"deaf_{new_id().hex[-8:]}", "no secret"
    redis.acl_setuser(
        name, enabled=True, passwords=[f"+{word}"], commands=["+@all"], keys=["*"], channels=["*"]
    )
    scheme, rest = servers.redis_url.split("://")
    url = f"{scheme}://{name}:{word.replace(' ', '%20')}@{rest.rpartition('@')[2]}"
    log = tmp_path_factory.mktemp("web") / "log"
    try:
        with forked_web(servers, log, REDIS_URL=url) as deaf:
            assert requests.get(f"{deaf.url}/health/ready", timeout=10).status_code == 200
            redis.acl_setuser(name, enabled=True, reset_channels=True)
            began = time.monotonic()
            wait_for(
                lambda: requests.get(f"{deaf.url}/health/ready", timeout=10).status_code == 503, 12
            )
            assert time.monotonic() - began < 10
            redis.acl_setuser(name, enabled=True, channels=["*"])
            wait_for(
                lambda: requests.get(f"{deaf.url}/health/ready", timeout=10).status_code == 200, 10
            )
    finally:
        redis.acl_deluser(name)
