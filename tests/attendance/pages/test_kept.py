"""What a browser may keep of a school, for whom, and how tomorrow's register is shown ahead."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable

from flask.testing import FlaskClient

from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
Visiting = Callable[..., Visitor]
DEVICE = "/api/v1/school/attendance/device"
KEEP = {"X-Keep": "yes"}


def test_a_teacher_s_device_is_given_a_key_of_her_own_and_her_two_days(
    as_: As, founded: World, elsewhere: World
) -> None:
    tom, tara = as_("tom").get(DEVICE).get_json(), as_("tara").get(DEVICE).get_json()
    assert (tom["person_id"], tom["hours"]) == (str(founded.tom), 12)
    days = [founded.today + dt.timedelta(days=more) for more in (0, 1)]
    assert [each["address"] for each in tom["registers"]] == [
        f"/registers/{founded.homeroom_7a}/{day}/1" for day in days
    ]
    assert {each["name"] for each in tara["registers"]} == {"7B"}
    keys = [tom["key"], tara["key"], as_("tom", elsewhere).get(DEVICE).get_json()["key"]]
    assert [len(base64.b64decode(key)) for key in keys] == [32, 32, 32]
    assert len(set(keys)) == 3
    assert as_("tom").get(DEVICE).get_json()["key"] == tom["key"], "it outlives a sign-in"
    assert as_("olive").get(DEVICE).get_json()["registers"] == []
    assert as_("pia").get(DEVICE).status_code == 403


def test_only_one_s_own_registers_of_today_and_tomorrow_may_be_kept(
    visiting: Visiting, founded: World, address: str
) -> None:
    tom, olive = visiting("tom"), visiting("olive")
    tomorrow = address.replace(str(founded.today), str(founded.today + dt.timedelta(days=1)))
    earlier = address.replace(str(founded.today), str(founded.today - dt.timedelta(days=1)))
    assert tom.get(address).headers["X-Keep"] == "yes"
    assert tom.get("/registers/kept").headers["X-Keep"] == "yes"
    assert "X-Keep" not in olive.get(address, headers=KEEP).headers
    for other in (tomorrow, earlier):
        assert "X-Keep" not in tom.get(other).headers
    assert "X-Keep" not in tom.get(earlier, headers=KEEP).headers
    now, ahead = tom.get(tomorrow), tom.get(tomorrow, headers=KEEP)
    assert "data-register" not in now.text
    assert ahead.headers["X-Keep"] == "yes"
    assert f'data-opens-on="{founded.today + dt.timedelta(days=1)}"' in ahead.text
    assert "data-register" in ahead.text


def test_the_worker_speaks_for_every_page_and_is_asked_for_anew(client: FlaskClient) -> None:
    answer = client.get("/service-worker.js")
    assert answer.status_code == 200
    assert answer.mimetype in {"text/javascript", "application/javascript"}
    assert "no-cache" in answer.headers["Cache-Control"]
    answer.close()
