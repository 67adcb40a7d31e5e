"""How what was told is read, counted and forgotten."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.notifications import kinds
from school_erp.notifications.actions import notify
from school_erp.notifications.jobs import forget_old_notifications
from school_erp.notifications.notices import Notice
from tests.notifications.telling import MINE, As, mark_at, news
from tests.world import Visitor, World


def test_a_list_is_read_page_by_page_and_counts_what_is_unread_exactly(
    app: Flask, founded: World, as_: As, statements: list[str], told: Callable[[str], list[str]]
) -> None:
    tom = as_("tom")
    facts = {"job_id": str(new_id()), "job_kind": "attendance.mark", "left": 2}
    for number in range(7):
        with app.app_context(), acting_for(founded.school_id), unit_of_work():
            notify([Notice(founded.tom, kinds.JOB_DONE, f"job:{number}", facts)])
    del statements[:]
    first = tom.get(f"{MINE}?limit=3").get_json()
    few = len(statements)
    del statements[:]
    assert len(tom.get(MINE).get_json()["items"]) == 7
    assert len(statements) == few
    second = tom.get(f"{MINE}?limit=3&cursor={first['next_cursor']}").get_json()
    third = tom.get(f"{MINE}?limit=3&cursor={second['next_cursor']}").get_json()
    ids = [each["id"] for page in (first, second, third) for each in page["items"]]
    assert len(ids) == len(set(ids)) == 7
    assert third["next_cursor"] is None
    assert first["unread"] == 7
    assert first["items"][0]["sentence"] == "Marks of a class: done, 2 records were not stored."

    for _ in range(2):
        read = tom.put(f"{MINE}/{ids[0]}/read").get_json()
        assert read["read_at"]
    assert tom.get(MINE).get_json()["unread"] == 6
    seen = second["items"][0]["at"]
    assert tom.put(f"{MINE}/read", json={"until": seen}).get_json() == {"unread": 2}
    assert tom.put(f"{MINE}/read", json={}).get_json() == {"unread": 0}
    assert tom.put(f"{MINE}/read", json={}).get_json() == {"unread": 0}
    assert told("tom") == [*["NEW_NOTIFICATION"] * 7, *["NOTIFICATION_READ"] * 3]


def test_a_mother_who_may_no_longer_be_contacted_no_longer_reads_of_the_child(
    founded: World, as_: As, owner: Any
) -> None:
    gwen = as_("gwen")
    as_("tom").patch(mark_at(founded, "pia"), json={"status": "ABSENT"})
    assert len(news(gwen)) == 1
    [line] = gwen.get(MINE).get_json()["items"]
    owner.execute("UPDATE guardianship SET do_not_contact = true")
    shown = gwen.get(MINE).get_json()
    assert (shown["items"], shown["unread"]) == ([], 0)
    assert gwen.put(f"{MINE}/{line['id']}/read").status_code == 404
    owner.execute("UPDATE guardianship SET do_not_contact = false")
    owner.execute("UPDATE notification SET kind = 'of tomorrow'")
    assert news(gwen) == []


def test_what_is_refused_leaves_a_notification_unread(
    app: Flask, founded: World, as_: As, elsewhere: World, count: Callable[[str], int]
) -> None:
    as_("tom").patch(mark_at(founded, "pia"), json={"status": "ABSENT"})
    gwen = as_("gwen")
    assert len(news(gwen)) == 1
    [line] = gwen.get(MINE).get_json()["items"]
    assert as_("gil").put(f"{MINE}/{line['id']}/read").status_code == 403
    assert as_("tom", elsewhere).put(f"{MINE}/{line['id']}/read").status_code == 404
    assert gwen.put(f"{MINE}/{new_id()}/read").status_code == 404
    assert gwen.put(f"{MINE}/read", json={"until": "yesterday"}).status_code == 422
    assert gwen.put(f"{MINE}/read", json={"until": 0}).status_code == 422
    assert gwen.get(f"{MINE}?cursor=x").status_code == 422
    assert gwen.get(MINE).get_json()["unread"] == 1


@pytest.mark.usefixtures("alone")
def test_what_is_three_months_old_is_forgotten(
    app: Flask, founded: World, owner: Any, as_: As, count: Callable[[str], int]
) -> None:
    for who in ("pia", "quinn"):
        as_("olive").patch(mark_at(founded, who), json={"status": "ABSENT"})
    owner.execute(
        "UPDATE notification SET at = %s WHERE person_id = %s",
        [now() - dt.timedelta(days=91), founded.gwen],
    )
    with app.app_context(), unit_of_work():
        forget_old_notifications()
    assert count("notification") == 1
    assert len(news(as_("gil"))) == 1


def test_the_bell_counts_on_every_page_and_the_list_works_as_plain_forms(
    app: Flask, founded: World, as_: As, visiting: Callable[..., Visitor], owner: Any
) -> None:
    gwen = visiting("gwen")
    assert "Nothing yet" in gwen.get("/notifications").text
    as_("tom").patch(mark_at(founded, "pia"), json={"status": "ABSENT"})
    assert len(news(as_("gwen"))) == 1
    for path in ("/", "/timetable", "/notifications"):
        assert "Notifications: 1 unread" in gwen.get(path).text
    rooms = gwen.get("/timetable").text.partition("data-rooms='")[2].partition("'")[0]
    assert json.loads(rooms)[f"user:{founded.gwen}"] > 0
    gwen.client.set_cookie("language", "fr")
    assert "Absence de Pia Park" in gwen.get("/notifications").text
    gwen.client.set_cookie("language", "en")
    page = gwen.get("/notifications").text
    action = page.partition('method="post" action="/notifications/')[2].partition('"')[0]
    assert action == "read"
    [(line,)] = owner.execute("SELECT id FROM notification").fetchall()
    answer = gwen.submit(f"/notifications/{line}/read", {"next": "/notifications"})
    assert answer.location == "/notifications"
    assert "unread" not in gwen.get("/notifications/bell").text.partition("<summary")[2][:200]
    as_("tom").patch(mark_at(founded, "pia"), json={"status": "PRESENT"})
    assert gwen.submit("/notifications/read").location == "/notifications"
    assert owner.execute("SELECT count(*) FROM notification WHERE read_at IS NULL").fetchone() == (
        0,
    )
