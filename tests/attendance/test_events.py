"""What a school hears of a day, as it is stored with the day itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from school_erp.attendance.actions.announcing import _Shape, _to_class, in_parts
from school_erp.attendance.events import CLASS, REGISTER_LOCKED, SETTINGS_CHANGED
from school_erp.attendance.happenings import MarkMade
from school_erp.attendance.marking import Mark
from school_erp.attendance.vocabulary import Source, Status
from school_erp.core.clock import now
from school_erp.core.errors import Conflict
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.realtime.announcing import UndeclaredRoom, announce
from school_erp.realtime.models import RealtimeEvent, RealtimeRoom
from school_erp.realtime.rooms import INSTITUTION
from school_erp.realtime.several import in_full
from school_erp.schools.jobs import forget_old_events
from tests.attendance.pages.conftest import grow
from tests.attendance.test_jobs import begin
from tests.world import Caller, World

As = Callable[..., Caller]
URL = "/api/v1/school/attendance"


@pytest.fixture
def told(app: Flask, founded: World) -> Callable[[], list[RealtimeEvent]]:
    """What was recorded, room by room."""

    def events() -> list[RealtimeEvent]:
        with app.app_context(), acting_for(founded.school_id):
            order = (RealtimeEvent.room, RealtimeEvent.seq)
            return list(db.session.scalars(select(RealtimeEvent).order_by(*order)))

    return events


def heard(events: list[RealtimeEvent], room: str) -> list[tuple[str, dict[str, Any]]]:
    return [(event.type, in_full(event.payload)) for event in events if event.room == room]


def test_a_day_is_told_to_those_it_concerns_and_as_it_is_declared(
    app: Flask, founded: World, as_: As, work: Callable[[str], None], told: Any
) -> None:
    tom, ada, olive = as_("tom"), as_("ada"), as_("olive")
    room = f"class_{founded.homeroom_7a}"
    register = f"{URL}/registers/{founded.homeroom_7a}/{founded.today}/1"
    work(begin(tom, founded, [str(founded.pia), str(founded.paul)]))
    mark = f"{URL}/marks/{founded.pia}/{founded.today}/1"
    assert (
        tom.patch(mark, json={"status": "LATE", "minutes_late": 7, "remarks": "bus"}).status_code
        == 200
    )
    assert tom.delete(mark, json={}).status_code == 200
    assert tom.put(f"{register}/submission", json={}).status_code == 200
    assert tom.delete(f"{register}/submission", json={"reason": "wrong"}).status_code == 200
    assert olive.put(f"{register}/lock", json={}).status_code == 200
    assert olive.delete(f"{register}/lock", json={"reason": "late bus"}).status_code == 200
    assert ada.patch(f"{URL}/settings", json={"backdate_days": 3}).status_code == 200
    code = f"{URL}/codes/{ada.get(f'{URL}/codes').get_json()['items'][0]['id']}"
    assert ada.patch(code, json={"position": 9}).status_code == 200
    day = {"date": "2027-01-05", "kind": "closure", "note": "Snow"}
    assert olive.post("/api/v1/calendar-days", json=day).status_code == 201

    events = told()
    declared = {event.name: event for event in app.extensions["events"]}
    for event in events:
        assert declared[event.type].payload().validate(in_full(event.payload)) == {}, event.type
    moves = ["REGISTER_SUBMITTED", "REGISTER_REOPENED", "REGISTER_LOCKED", "REGISTER_SUBMITTED"]
    in_class = heard(events, room)
    assert [name for name, _ in in_class] == [*["attendanceUpdate"] * 3, *moves]
    assert [name for name, _ in heard(events, f"staff:{founded.school_id}")] == moves
    assert heard(events, f"institution:{founded.school_id}") == [
        ("SETTINGS_CHANGED", {"changed": ["backdate_days"]}),
        ("SETTINGS_CHANGED", {"changed": ["codes"]}),
        ("CALENDAR_CHANGED", {"starts_on": "2027-01-05", "ends_on": "2027-01-05"}),
    ]
    shown = tom.get(register).get_json()
    assert in_class[-1][1] | {"state": "submitted", "version": shown["version"]} == in_class[-1][1]
    late = in_class[1][1]["marks"][0]["mark"]
    assert (late["status"], late["remarks"], late["version"]) == ("LATE", "bus", 2)
    assert in_class[2][1]["marks"] == [{"student_id": str(founded.pia), "mark": None}]

    of_pia = heard(events, f"user:{founded.pia}")
    assert of_pia == heard(events, f"user:{founded.gwen}")
    assert [set(payload["marks"][0]["mark"] or ()) for _, payload in of_pia][:2] == [
        {"status", "code", "minutes_late", "version", "marked_at"}
    ] * 2
    assert {each["student_id"] for _, payload in of_pia for each in payload["marks"]} == {
        str(founded.pia)
    }
    assert len(heard(events, f"user:{founded.paul}")) == 1
    assert heard(events, f"user:{founded.gil}") == []
    in_job = [event for event in events if event.room.startswith("job:")]
    assert [event.type for event in in_job] == ["JOB_PROGRESS", "JOB_FINISHED"]
    own = [event for event in events if event.room == f"user:{founded.tom}"]
    assert [event.id for event in own if event.type != "NEW_NOTIFICATION"] == [
        event.id for event in in_job
    ]
    assert len(own) == len(in_job) + 1
    for one, next_one in pairwise(events):
        assert next_one.seq == (one.seq + 1 if one.room == next_one.room else 1)


def test_a_parent_who_may_not_be_contacted_does_not_follow_the_child_here_either(
    founded: World, owner: Any, as_: As, told: Any
) -> None:
    owner.execute("UPDATE guardianship SET do_not_contact = true")
    owner.execute("UPDATE account SET disabled_at = now() WHERE person_id = %s", [founded.paul])
    for who in ("pia", "paul"):
        mark = f"{URL}/marks/{founded.ids[who]}/{founded.today}/1"
        assert as_("tom").patch(mark, json={"status": "ABSENT"}).status_code == 200
    rooms = {event.room for event in told() if event.type == "attendanceUpdate"}
    assert rooms == {f"class_{founded.homeroom_7a}", f"user:{founded.pia}"}


def test_a_part_of_a_job_stores_its_events_at_once_however_many(
    founded: World, owner: Any, as_: As, work: Callable[[str], None], statements: list[str]
) -> None:
    grow(owner, founded, 48)
    rows = owner.execute(
        "SELECT person_id FROM enrolment WHERE section_id = %s AND role = 'student'",
        [founded.homeroom_7a],
    )
    pupils = [str(row[0]) for row in rows.fetchall()]
    owner.execute(
        "INSERT INTO account (school_id, person_id, login) "
        "SELECT school_id, id, id::text FROM person ON CONFLICT DO NOTHING"
    )
    owner.execute(
        "INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation) "
        "SELECT %s, gen_random_uuid(), unnest(%s::uuid[]), %s, 'other'",
        [founded.school_id, pupils, founded.gil],
    )
    tom, counts = as_("tom"), []
    for some in (pupils[:2], pupils):
        job = begin(tom, founded, some, "ABSENT")
        del statements[:]
        work(job)
        counts.append(len(statements))
        assert len([sent for sent in statements if "realtime_event" in sent]) == 1
    assert counts[0] == counts[1]


def test_numbers_have_no_gap_and_nobody_waits_for_ever_when_many_announce_at_once(
    app: Flask, founded: World, told: Any
) -> None:
    rooms = [CLASS.of(new_id()) for _ in range(4)]
    payload = {"section_id": str(new_id()), "date": "2026-11-21", "slot": 1, "state": "locked"}

    def one_after_another(number: int) -> None:
        with app.app_context(), acting_for(founded.school_id):
            for turn in range(20):
                some = Random(f"{number} {turn}").sample(rooms, 3)
                with unit_of_work():
                    announce(REGISTER_LOCKED, some, payload | {"version": turn})
                    announce(REGISTER_LOCKED, some[:1], payload | {"version": turn})
            db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one_after_another, range(6)))
    events = told()
    assert len(events) == 6 * 20 * 4
    for room in rooms:
        numbers = [event.seq for event in events if event.room == str(room)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_what_is_not_stored_is_not_told_and_takes_no_number(
    app: Flask, founded: World, told: Any
) -> None:
    with app.app_context(), acting_for(founded.school_id):
        everybody = [INSTITUTION.of(founded.school_id)]
        for refusal in (Conflict(), None):
            try:
                with unit_of_work():
                    announce(SETTINGS_CHANGED, everybody, {"changed": ["quiet_hours"]})
                    if refusal:
                        raise refusal
            except Conflict:
                assert told() == []
        with unit_of_work(), pytest.raises(UndeclaredRoom):
            announce(REGISTER_LOCKED, everybody, {})
    [event] = told()
    assert (event.room, event.seq) == (f"institution:{founded.school_id}", 1)


@pytest.mark.usefixtures("alone")
def test_events_are_forgotten_after_two_days_but_not_how_far_a_room_has_come(
    app: Flask, founded: World, owner: Any, told: Any
) -> None:
    everybody = [INSTITUTION.of(founded.school_id)]
    with app.app_context(), acting_for(founded.school_id):
        for name in ("old", "new"):
            with unit_of_work():
                announce(SETTINGS_CHANGED, everybody, {"changed": [name]})
        owner.execute("UPDATE realtime_event SET at = at - interval '49 hours' WHERE seq = 1")
        with unit_of_work():
            forget_old_events()
        key = (founded.school_id, str(everybody[0]))
        assert [event.payload for event in told()] == [{"changed": ["new"]}]
        assert db.session.get_one(RealtimeRoom, key).seq == 2


def test_many_long_marks_are_told_in_parts_that_fit_into_a_message() -> None:
    plain = Mark(Status.ABSENT, "A", None, "", Source.OFFICE, 1, new_id(), new_id(), now())
    for remarks, parts in (("", 4), ("\N{GRINNING FACE}" * 500, 56)):
        marks = [
            MarkMade(new_id(), plain.section_id, None, replace(plain, remarks=remarks))
            for _ in range(500)
        ]
        found = list(in_parts(marks))
        assert [each for part in found for each in part] == marks
        assert len(found) == parts
        told = [_Shape(_to_class).of_each(part) for part in found]
        assert max(each.size_in_full() for each in told) < 62_000
