"""Who is told what, and how they read it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.jobs.leases import DEATHS
from school_erp.notifications import kinds
from school_erp.notifications.actions import notify
from school_erp.notifications.jobs import forget_old_notifications, tell_held_notifications
from school_erp.notifications.notices import Notice
from school_erp.realtime.models import RealtimeEvent
from tests.attendance.test_jobs import begin, marking
from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
URL = "/api/v1/school/attendance"
MINE = "/api/v1/notifications"


def news(caller: Caller, **headers: str) -> list[str]:
    """The sentences, newest first, once the round has been that tells what is due."""
    with caller.client.application.app_context():
        tell_held_notifications()
    answer = caller.get(MINE, headers=headers)
    assert answer.status_code == 200, answer.text
    return [each["sentence"] for each in answer.get_json()["items"]]


def on(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def mark_at(world: World, who: str, days_ago: int = 0) -> str:
    return f"{URL}/marks/{world.ids[who]}/{world.today - dt.timedelta(days=days_ago)}/1"


@pytest.fixture
def told(app: Flask, founded: World) -> Callable[[str], list[str]]:
    """The types of what the room of somebody heard about notifications."""

    def types(who: str) -> list[str]:
        with app.app_context(), acting_for(founded.school_id):
            room = RealtimeEvent.room == f"user:{founded.ids[who]}"
            rows = db.session.scalars(
                select(RealtimeEvent.type).where(room).order_by(RealtimeEvent.seq)
            )
            return [each for each in rows if "NOTIFICATION" in each]

    return types


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


def test_a_teacher_hears_what_others_do_to_a_register_once_it_is_submitted(
    founded: World, as_: As
) -> None:
    tom, olive = as_("tom"), as_("olive")
    register = f"{URL}/registers/{founded.homeroom_7a}/{founded.today}/1"
    tom.patch(mark_at(founded, "pia"), json={"status": "PRESENT"})
    olive.patch(mark_at(founded, "paul"), json={"status": "PRESENT"})
    assert tom.put(f"{register}/submission", json={}).status_code == 200
    tom.patch(mark_at(founded, "pia"), json={"status": "LATE", "reason": "bus", "minutes_late": 3})
    assert news(tom) == []
    for status in ("ABSENT", "PRESENT"):
        said = {"status": status, "reason": "seen"}
        assert olive.patch(mark_at(founded, "paul"), json=said).status_code == 200
    changed = f"Olive Okafor changed marks in your register: 7A, {on(founded.today)}."
    assert news(tom) == [changed]
    assert olive.delete(f"{register}/submission", json={"reason": "wrong"}).status_code == 200
    opened = f"Olive Okafor opened your register again: 7A, {on(founded.today)}."
    assert news(tom) == [opened, changed]
    assert news(olive) == []
    tom.put(f"{register}/submission", json={})
    tom.delete(f"{register}/submission", json={"reason": "mine"})
    assert len(news(tom)) == 2
    assert news(tom, **{"Accept-Language": "fr"}) == [opened, changed]


def test_covers_are_told_to_who_is_given_them_and_when_they_are_taken_away(
    founded: World, as_: As
) -> None:
    olive, tara, cora = as_("olive"), as_("tara"), as_("cora")
    tomorrow = founded.today + dt.timedelta(days=1)
    body = {
        "section_id": str(founded.homeroom_7a),
        "person_id": str(founded.tara),
        "date": tomorrow.isoformat(),
    }
    stored = olive.post("/api/v1/covers", json=body).get_json()
    cover = f"/api/v1/covers/{stored['id']}"
    given = f"You were given a cover: 7A, {on(tomorrow)}."
    assert news(tara) == [given]
    olive.patch(cover, json={"note": "Worksheets are on the desk"})
    assert olive.patch(cover, json={"person_id": str(founded.cora)}).status_code == 200
    assert news(tara) == [f"You no longer cover: 7A, {on(tomorrow)}."]
    assert news(cora) == [given]
    assert olive.delete(cover).status_code == 204
    assert news(cora) == [f"You no longer cover: 7A, {on(tomorrow)}."]
    long_ago = body | {"date": (founded.today - dt.timedelta(days=2)).isoformat()}
    assert olive.post("/api/v1/covers", json=long_ago).status_code == 201
    assert len(news(tara)) == 1


def test_whoever_asked_for_a_job_hears_of_its_end_unless_they_waited_for_it(
    founded: World, as_: As, work: Callable[[str], None], owner: Any
) -> None:
    tom = as_("tom")
    both = [str(founded.pia), str(founded.paul)]
    work(begin(tom, founded, both))
    assert news(tom) == ["Marks of a class: done."]
    waiting = tom.post(URL, json=marking(founded, both, "LATE"), headers={"Prefer": "wait=5"})
    assert waiting.status_code == 200, waiting.text
    assert len(news(tom)) == 1
    failing = begin(tom, founded, both, "PRESENT")
    owner.execute("UPDATE job SET deaths = %s WHERE id = %s", [DEATHS, failing])
    work(failing)
    assert news(tom)[0] == ("Marks of a class: failed. Its page says why, and lets you try again.")
    assert news(as_("olive")) == []


def test_five_hundred_people_are_told_in_one_statement(
    app: Flask, founded: World, statements: list[str]
) -> None:
    facts = {"job_id": str(new_id()), "job_kind": "attendance.mark", "left": 0}
    people = [founded.tom, founded.gwen]
    counts = []
    for many in (1, 250):
        with app.app_context(), acting_for(founded.school_id):
            del statements[:]
            with unit_of_work():
                notify(
                    [
                        Notice(person, kinds.JOB_DONE, f"job:{many}:{number}", facts)
                        for number in range(many)
                        for person in people
                    ]
                )
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert len([each for each in statements if "INTO notification" in each]) == 1


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
