from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_socketio import SocketIO

from config import Config
from tests.realtime.listening import connected, refusal
from tests.serving import Web
from tests.world import Caller

As = Callable[..., Caller]
pytestmark = pytest.mark.processes


def is_refused(web: Web, **how: Any) -> bool:
    return refusal(web, **how) == "unauthenticated"


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
    with connected(web, headers={"Cookie": cookie}) as ear:
        assert "timestamp" in ear.ask("ping")


def test_only_people_who_work_there_join_the_staff_room(web: Web, servers: Config, as_: As) -> None:
    from_elsewhere = SocketIO(message_queue=servers.redis_url, async_mode="threading")
    for who, hears in {"ada": True, "tom": True, "pia": False, "gwen": False}.items():
        caller = as_(who)
        with connected(web, caller) as ear:
            ear.ask("ping")
            ear.hear("pong")
            from_elsewhere.emit("toStaff", {}, to=f"staff:{caller.world.school_id}")
            from_elsewhere.emit("toPerson", {}, to=f"user:{caller.world.ids[who]}")
            assert ear.receive(timeout=5)[0] == ("toStaff" if hears else "toPerson"), who
