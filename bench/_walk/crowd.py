"""A small school where everything is at its most: long names, forty in a class and none in another,
messages in every state, a hold, calls, a live session that runs, absences that go on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import psycopg
from flask import Flask

import school_erp
from config import Config
from school_erp.absences.actions.linking import explanation_link, url_of
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.escalation.actions.changing import found_rules
from school_erp.escalation.actions.looking import look
from school_erp.extensions import db
from school_erp.messages.actions.clearing import clear_for_sending
from school_erp.people.rules import search_words
from tests.world import Caller, World, found_world

FORTY = 40
LONG_CLASS = "Advanced Mathematics and Natural Philosophy, Upper School, Group Seven"
NAMES = (
    ("Maximiliana-Konstantina", "Papadopoulou-Hatziantoniou von Hohenstaufen-Wittelsbach"),
    ("عبد الرحمن", "بن محمد آل عبد العزيز الهاشمي القرشي"),
    ("Wolfeschlegelsteinhausenbergerdorff", "Donaudampfschifffahrtsgesellschaft"),
    ("Nguyễn Thị Phương", "Trần-Lê"),
    ("Bo", "Li"),
)
LETTER = b"%PDF-1.4\n%%EOF\n"
_CLASS = """
    INSERT INTO section (school_id, id, name, kind, grade, academic_session_id, room)
    VALUES (%s, %s, %s, 'homeroom', '8', %s, 'The great hall behind the old library')"""
_PERSON = """
    INSERT INTO person (school_id, id, given_name, family_name, email, phone, search_words)
    VALUES (%s, %s, %s, %s, %s, '+447700900123', %s)"""
_ROLE = """
    INSERT INTO role_grant (school_id, id, person_id, role, starts_on)
    VALUES (%s, %s, %s, %s, %s)"""
_ENROLLED = """
    INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on)
    VALUES (%s, %s, %s, %s, %s, %s)"""
_LESSONS = """
    INSERT INTO timetable_entry (school_id, id, section_id, weekday, slot, starts_on)
    SELECT %s, gen_random_uuid(), %s, weekday, 2, %s FROM generate_series(1, 7) AS weekday"""
_ANSWERS = """
    INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation)
    VALUES (%s, %s, %s, %s, 'mother')"""
# one message of each state, as months would leave them
_STATES = """
    WITH numbered AS (
        SELECT id, row_number() OVER (ORDER BY id) AS place FROM message WHERE slot = 2)
    UPDATE message m
    SET state = states.state, reason = states.reason, text = 'Your child was marked absent.',
        address = '+447700900123', language = 'en', segments = 1, attempts = 1,
        sent_at = now(), settled_at = now()
    FROM numbered
    JOIN (VALUES (1, 'failed', 'unknown_number'), (2, 'unknown', NULL), (3, 'sent', NULL),
                 (4, 'delivered', NULL), (5, 'cancelled', 'corrected'))
         AS states (place, state, reason) ON states.place = numbered.place
    WHERE m.id = numbered.id"""


def crowd(config: Config) -> tuple[World, str]:
    app = school_erp.create_app(replace(config, async_mode="threading", testing=True))
    world = found_world(config)
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.PERIOD, "simple", dt.date(2020, 1, 1))
        found_rules(world.school_id)
    with psycopg.connect(config.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        owner.execute("UPDATE attendance_settings SET notification_on_absent = true")
        _name_at_length(owner, world)
        _fill(owner, world)
    happen(app, world)
    with psycopg.connect(config.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        owner.execute(_STATES)
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        link = explanation_link(world.pia, world.today, [1], world.gwen)
        letter = "/explain/" + url_of(link).rpartition("/explain/")[2]
    with app.app_context():
        db.engine.dispose()
    return world, letter


def _name_at_length(owner: psycopg.Connection[Any], world: World) -> None:
    for who, (given, family) in zip(("pia", "paul", "tom", "gwen"), NAMES, strict=False):
        owner.execute(
            "UPDATE person SET given_name = %s, family_name = %s, search_words = %s WHERE id = %s",
            [given, family, search_words((given, family), ""), world.ids[who]],
        )
    owner.execute("UPDATE section SET name = %s WHERE id = %s", [LONG_CLASS, world.maths_7a])


def _fill(owner: psycopg.Connection[Any], world: World) -> None:
    """Forty into the long class, each with a mother; beside it a class of nobody, also Tom's."""
    since = world.today - dt.timedelta(days=60)
    empty = world.ids["nobody"] = new_id()
    owner.execute(_CLASS, [world.school_id, empty, "8Z", world.year])
    owner.execute(_ENROLLED, [world.school_id, new_id(), empty, world.tom, "teacher", since])
    for section in (empty, world.maths_7a):
        owner.execute(_LESSONS, [world.school_id, section, since])
    for number in range(FORTY - 2):
        given, family = NAMES[number % len(NAMES)]
        child, mother = new_id(), new_id()
        for person, role in ((child, "student"), (mother, "guardian")):
            words = search_words((given, family), "")
            owner.execute(
                _PERSON,
                [
                    world.school_id,
                    person,
                    f"{given} {number}",
                    family,
                    f"{person}@x.example",
                    words,
                ],
            )
            owner.execute(_ROLE, [world.school_id, new_id(), person, role, since])
        owner.execute(_ANSWERS, [world.school_id, new_id(), child, mother])
        # nobody of them has an account
        world.ids["unknown"] = child
        for section in (world.maths_7a, world.homeroom_7a):
            owner.execute(_ENROLLED, [world.school_id, new_id(), section, child, "student", since])


def happen(app: Flask, world: World) -> None:
    """What a bad fortnight brings: a class away, absences that go on, a session that runs."""
    ada = Caller(app, world, "ada")
    for days_ago in range(12, -1, -1):
        day = (world.today - dt.timedelta(days=days_ago)).isoformat()
        # the first lesson of today is taken live
        _away(ada, world, day, 1 if days_ago else 2)
    tom = Caller(app, world, "tom")
    started = tom.post(
        "/api/v1/sessions/live", json={"section_id": str(world.maths_7a), "period": 1}
    )
    assert started.status_code == 201, started.text
    _tell_of_an_illness(Caller(app, world, "gwen"))
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        clear_for_sending(now() + dt.timedelta(hours=30))
        look(world.today)


def _tell_of_an_illness(gwen: Caller) -> None:
    """With the doctor's letter."""
    illness = {
        "student_id": str(gwen.world.pia),
        "starts_on": gwen.world.today.isoformat(),
        "ends_on": (gwen.world.today + dt.timedelta(days=3)).isoformat(),
        "reason": "illness",
        "note": "A cough that has not gone away for two weeks; the doctor says to stay in bed.",
    }
    told = gwen.post("/api/v1/absences", json=illness)
    assert told.status_code == 201, told.text
    sent = gwen.put(f"/api/v1/absences/{told.get_json()['id']}/evidence", data=LETTER)
    assert sent.status_code == 204, sent.text


def _away(ada: Caller, world: World, day: str, slot: int) -> None:
    answer = ada.post(
        "/api/v1/school/attendance/scopes",
        json={
            "date": day,
            "period": slot,
            "scope": {"sections": [str(world.maths_7a)]},
            "default": {"status": "ABSENT"},
            "reason": "Nobody came",
        },
        headers={"Prefer": "wait=10"},
    )
    assert answer.status_code in {200, 202}, answer.text
