from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import socketio
from flask_socketio import SocketIO

from config import Config
from tests.serving import Web
from tests.world import Caller

As = Callable[..., Caller]
pytestmark = pytest.mark.processes


@contextmanager
def connected(web: Web, **how: Any) -> Iterator[socketio.SimpleClient]:
    with socketio.SimpleClient() as client:
        client.connect(web.url, transports=["websocket"], wait_timeout=5, **how)
        yield client


def is_refused(web: Web, **how: Any) -> bool:
    try:
        with connected(web, **how):
            return False
    except socketio.exceptions.ConnectionError:
        return True


@pytest.mark.parametrize("token", ["", "nonsense", 7, None, "erp_" + "0" * 40])
def test_a_socket_with_a_false_token_is_refused(web: Web, token: Any) -> None:
    assert is_refused(web, auth={"token": token})


def test_a_socket_without_a_token_is_refused(web: Web) -> None:
    assert is_refused(web)


def test_a_refresh_token_opens_no_socket(web: Web, as_: As) -> None:
    assert is_refused(web, auth={"token": as_("tom").tokens["refresh_token"]})


def test_a_signed_out_token_opens_no_socket(web: Web, as_: As) -> None:
    tom = as_("tom")
    tom.post("/api/v1/auth/logout")
    assert is_refused(web, auth={"token": tom.tokens["access_token"]})


def test_a_page_connects_by_its_cookie_and_is_answered(web: Web, as_: As) -> None:
    cookie = f"access={as_('tom').tokens['access_token']}"
    with connected(web, headers={"Cookie": cookie}) as socket:
        answer = socket.call("ping", {}, timeout=5)
    assert answer["ok"] is True
    assert "timestamp" in answer


@pytest.mark.parametrize(
    ("who", "hears"), [("ada", True), ("tom", True), ("pia", False), ("gwen", False)]
)
def test_only_people_who_work_there_join_the_staff_room(
    web: Web, servers: Config, as_: As, who: str, hears: bool
) -> None:
    caller = as_(who)
    from_elsewhere = SocketIO(message_queue=servers.redis_url, async_mode="threading")
    with connected(web, auth={"token": caller.tokens["access_token"]}) as socket:
        socket.call("ping", {}, timeout=5)
        from_elsewhere.emit("toStaff", {}, to=f"staff:{caller.world.school_id}")
        from_elsewhere.emit("toPerson", {}, to=f"user:{caller.world.ids[who]}")
        heard = socket.receive(timeout=5)[0]
    assert heard == ("toStaff" if hears else "toPerson")
