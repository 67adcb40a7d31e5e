"""What families are told of their children, and what they are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask

from school_erp.core.clock import now
from school_erp.notifications.jobs import tell_held_notifications
from tests.notifications.telling import MINE, As, mark_at, news, on
from tests.world import World


def test_a_mother_hears_of_an_absence_and_of_its_correction_but_not_of_another_child(
    founded: World, as_: As, told: Callable[[str], list[str]]
) -> None:
    tom, gwen = as_("tom"), as_("gwen")
    assert tom.patch(mark_at(founded, "pia"), json={"status": "PRESENT"}).status_code == 200
    assert news(gwen) == []
    tom.patch(mark_at(founded, "pia"), json={"status": "ABSENT"})
    tom.patch(mark_at(founded, "paul"), json={"status": "ABSENT"})
    assert news(gwen) == [f"Pia Park was marked absent: {on(founded.today)}."]
    tom.patch(mark_at(founded, "pia"), json={"status": "LATE", "minutes_late": 5})
    assert news(gwen) == [f"Corrected: Pia Park was late: {on(founded.today)}."]
    [line] = gwen.get(MINE).get_json()["items"]
    assert gwen.put(f"{MINE}/{line['id']}/read").status_code == 200
    tom.patch(mark_at(founded, "pia"), json={"status": "ABSENT"})
    assert len(news(gwen)) == 2
    tom.delete(mark_at(founded, "pia"), json={})
    assert news(gwen) == [
        f"Corrected: Pia Park is no longer marked absent: {on(founded.today)}.",
        f"Corrected: Pia Park was late: {on(founded.today)}.",
    ]
    assert news(as_("gil")) == []
    assert told("gwen") == [
        *["NEW_NOTIFICATION"] * 2,
        "NOTIFICATION_READ",
        *["NEW_NOTIFICATION"] * 2,
    ]


def test_a_slip_that_is_put_right_in_time_reaches_no_mother_and_an_absence_does(
    app: Flask,
    founded: World,
    as_: As,
    told: Callable[[str], list[str]],
    count: Callable[[str], int],
    change: Callable[..., None],
) -> None:
    def minutes_later(minutes: int) -> None:
        with time_machine.travel(now() + dt.timedelta(minutes=minutes)), app.app_context():
            tell_held_notifications()

    change("attendance_settings", message_hold_minutes=15)
    tom, gwen = as_("tom"), as_("gwen")
    tom.patch(mark_at(founded, "pia"), json={"status": "ABSENT"})
    minutes_later(14)
    assert (news(gwen), told("gwen")) == ([], [])
    tom.patch(mark_at(founded, "pia"), json={"status": "PRESENT"})
    minutes_later(16)
    assert (news(gwen), told("gwen"), count("notification")) == ([], [], 0)

    tom.patch(mark_at(founded, "pia"), json={"status": "ABSENT"})
    minutes_later(16)
    assert news(gwen) == [f"Pia Park was marked absent: {on(founded.today)}."]
    minutes_later(17)
    assert told("gwen") == ["NEW_NOTIFICATION"]


def test_what_a_mother_has_explained_is_not_told_to_her(
    founded: World, as_: As, count: Callable[[str], int]
) -> None:
    said = {
        "student_id": str(founded.pia),
        "starts_on": founded.today.isoformat(),
        "ends_on": founded.today.isoformat(),
        "reason": "illness",
    }
    answer = as_("gwen").post("/api/v1/absences", json=said)
    assert answer.status_code == 201, answer.text
    as_("tom").patch(mark_at(founded, "pia"), json={"status": "ABSENT"})
    assert count("notification") == 0


@pytest.mark.parametrize(
    "unwanted",
    [
        "UPDATE guardianship SET gets_messages = false",
        "UPDATE guardianship SET do_not_contact = true",
        "UPDATE attendance_settings SET notification_on_absent = false",
        "UPDATE account SET disabled_at = now() WHERE login = 'gwen'",
    ],
)
def test_a_mother_who_may_or_wants_not_to_hear_of_it_is_not_told(
    founded: World, as_: As, owner: Any, count: Callable[[str], int], unwanted: str
) -> None:
    owner.execute(unwanted)
    assert as_("tom").patch(mark_at(founded, "pia"), json={"status": "ABSENT"}).status_code == 200
    assert count("notification") == 0


def test_what_is_put_right_of_long_ago_and_who_was_never_told_make_no_news(
    founded: World, as_: As, count: Callable[[str], int], change: Callable[..., None]
) -> None:
    olive = as_("olive")
    old = mark_at(founded, "pia", 8)
    assert olive.patch(old, json={"status": "ABSENT", "reason": "found"}).status_code == 200
    change("attendance_settings", notification_on_absent=False)
    olive.patch(mark_at(founded, "pia"), json={"status": "ABSENT"})
    change("attendance_settings", notification_on_absent=True)
    olive.patch(mark_at(founded, "pia"), json={"status": "PRESENT"})
    assert count("notification") == 0
