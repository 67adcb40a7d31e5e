"""Who at school is told what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Flask

from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.leases import DEATHS
from school_erp.notifications import kinds
from school_erp.notifications.actions import notify
from school_erp.notifications.notices import Notice
from tests.attendance.test_jobs import begin, marking
from tests.notifications.telling import URL, As, mark_at, news, on
from tests.world import World


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
