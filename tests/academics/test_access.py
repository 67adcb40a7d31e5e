from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest

from school_erp.academics import access
from school_erp.academics.models import AcademicSession, Cover, Enrolment
from school_erp.core.access import Actor
from school_erp.core.errors import Forbidden, NotFound
from school_erp.extensions import db
from school_erp.people.models import Guardianship
from tests.world import PEOPLE, Caller, World

As = Callable[..., Caller]


def actor(world: World, who: str, *roles: str) -> Actor:
    return Actor(
        school_id=world.school_id,
        person_id=world.ids[who],
        roles=frozenset(roles or [PEOPLE[who][2]]),
    )


def add_cover(world: World, who: str, section: UUID, day: dt.date, slot: int | None) -> None:
    db.session.add(
        Cover(
            school_id=world.school_id,
            section_id=section,
            person_id=world.ids[who],
            date=day,
            slot=slot,
        )
    )
    db.session.flush()


def end_teaching(world: World, who: str, last_day: dt.date) -> None:
    for held in db.session.query(Enrolment).filter_by(person_id=world.ids[who]):
        held.ends_on = last_day
    db.session.flush()


@pytest.mark.parametrize(
    ("who", "section", "teaches"),
    [
        ("tom", "homeroom_7a", True),
        ("tom", "maths_7a", True),
        ("tom", "homeroom_7b", False),
        ("cora", "homeroom_7a", True),
        ("cora", "maths_7a", False),
        ("ada", "homeroom_7a", False),
        ("pia", "homeroom_7a", False),
        ("gwen", "homeroom_7a", False),
    ],
)
def test_one_teaches_the_classes_one_is_enrolled_in_as_teacher_or_covers(
    inside: World, who: str, section: str, teaches: bool
) -> None:
    asking = actor(inside, who)
    assert access.teaches(asking, inside.ids[section], inside.today) is teaches


def test_a_cover_counts_on_its_day_alone(inside: World) -> None:
    cora, tomorrow = actor(inside, "cora"), inside.today + dt.timedelta(days=1)
    assert access.teaches(cora, inside.homeroom_7a, inside.today, slot=2)
    assert not access.teaches(cora, inside.homeroom_7a, tomorrow)


def test_a_cover_of_one_slot_counts_in_that_slot_alone(inside: World) -> None:
    add_cover(inside, "sam", inside.maths_7a, inside.today, 1)
    sam = actor(inside, "sam")
    assert access.teaches(sam, inside.maths_7a, inside.today)
    assert access.teaches(sam, inside.maths_7a, inside.today, slot=1)
    assert not access.teaches(sam, inside.maths_7a, inside.today, slot=2)
    assert not access.teaches(sam, inside.maths_7a, inside.today, slot=0)


def test_one_taught_a_class_until_ones_last_day(inside: World) -> None:
    tom, yesterday = actor(inside, "tom"), inside.today - dt.timedelta(days=1)
    end_teaching(inside, "tom", yesterday)
    assert access.teaches(tom, inside.homeroom_7a, yesterday)
    assert not access.teaches(tom, inside.homeroom_7a, inside.today)


def test_teaching_ends_with_the_year_of_the_class(inside: World) -> None:
    tom = actor(inside, "tom")
    assert access.teaches(tom, inside.homeroom_7a, inside.today + dt.timedelta(days=200))
    assert not access.teaches(tom, inside.homeroom_7a, inside.today + dt.timedelta(days=201))


def test_who_no_longer_works_here_teaches_nothing(inside: World) -> None:
    assert not access.teaches(actor(inside, "tom", "guardian"), inside.homeroom_7a, inside.today)


def test_a_roster_asks_for_the_day_in_question(inside: World) -> None:
    tom, yesterday = actor(inside, "tom"), inside.today - dt.timedelta(days=1)
    end_teaching(inside, "tom", yesterday)
    assert access.roster_for(tom, inside.homeroom_7a, yesterday).only is None
    with pytest.raises(Forbidden):
        access.roster_for(tom, inside.homeroom_7a)


@pytest.mark.parametrize(("who", "own"), [("pia", "pia"), ("gwen", "pia")])
def test_a_family_sees_its_own_in_a_roster(inside: World, who: str, own: str) -> None:
    roster = access.roster_for(actor(inside, who), inside.homeroom_7a)
    assert roster.only == {inside.ids[own]}


@pytest.mark.parametrize("who", ["quinn", "gil", "sam", "tara"])
def test_others_do_not_see_a_roster(inside: World, who: str) -> None:
    with pytest.raises(Forbidden):
        access.roster_for(actor(inside, who), inside.homeroom_7a)


def test_a_guardian_who_may_not_be_contacted_follows_nobody(inside: World) -> None:
    db.session.query(Guardianship).filter_by(guardian_id=inside.gwen).one().do_not_contact = True
    db.session.flush()
    with pytest.raises(Forbidden):
        access.roster_for(actor(inside, "gwen"), inside.homeroom_7a)


def test_another_schools_class_is_not_there(inside: World, elsewhere: World) -> None:
    for who in ("ada", "tom", "pia"):
        with pytest.raises(NotFound):
            access.section_for(actor(inside, who), elsewhere.homeroom_7a)


def test_another_system_reads_what_its_key_lists(inside: World) -> None:
    system = Actor(school_id=inside.school_id, client_id=inside.school_id)
    assert access.roster_for(system, inside.homeroom_7a).only is None
    assert access.sections_of(system, inside.today) is None


def test_before_a_year_begins_its_first_day_counts(inside: World) -> None:
    year = db.session.get_one(AcademicSession, (inside.school_id, inside.year))
    year.starts_on = inside.today + dt.timedelta(days=10)
    for held in db.session.query(Enrolment):
        held.starts_on = year.starts_on
    db.session.flush()
    assert access.roster_for(actor(inside, "tom"), inside.homeroom_7a).on == year.starts_on


@pytest.mark.parametrize("who", ["tom", "cora", "pia", "gwen", "sam", "olive"])
def test_asking_for_a_roster_takes_few_statements(
    inside: World, statements: list[str], who: str
) -> None:
    asking = actor(inside, who)
    db.session.rollback()
    del statements[:]
    try:
        access.roster_for(asking, inside.homeroom_7a, inside.today)
    except Forbidden:
        assert who == "sam"
    sent = [statement for statement in statements if "set_config" not in statement]
    assert len(sent) <= 3


def test_the_list_of_classes_holds_what_one_may_know(as_: As) -> None:
    def seen(who: str) -> list[str]:
        return [s["name"] for s in as_(who).get("/api/v1/sections").get_json()["items"]]

    everything = ["7A", "7A Maths", "7B"]
    assert [seen(who) for who in ("olive", "tara", "sam")] == [everything] * 3
    assert seen("pia") == seen("gwen") == ["7A", "7A Maths"]
    assert seen("gil") == ["7B"]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ada", 200),
        ("olive", 200),
        ("tom", 200),
        ("cora", 200),
        ("pia", 200),
        ("gwen", 200),
        ("tara", 403),
        ("sam", 403),
        ("quinn", 403),
        ("gil", 403),
    ],
)
def test_a_class_opens_for_those_it_concerns(
    as_: As, world: World, elsewhere: World, who: str, status: int
) -> None:
    caller = as_(who)
    for part in ("", "/students", "/teachers"):
        url = f"/api/v1/sections/{world.homeroom_7a}{part}"
        assert caller.get(url).status_code == status
        assert caller.get(f"/api/v1/sections/{elsewhere.homeroom_7a}{part}").status_code == 404
        assert caller.get(f"/api/v1/sections/{world.pia}{part}").status_code == 404


def test_pupils_see_their_teachers_but_not_each_other(as_: As, world: World) -> None:
    url = f"/api/v1/sections/{world.homeroom_7a}"
    for who in ("pia", "gwen"):
        caller = as_(who)
        assert [p["name"] for p in caller.get(f"{url}/students").get_json()["items"]] == [
            "Pia Park"
        ]
        assert [p["name"] for p in caller.get(f"{url}/teachers").get_json()["items"]] == [
            "Tom Tanner"
        ]


def test_nobody_sees_anything(client: object, world: World) -> None:
    for path in ("sections", "timetable", "calendar", "periods", f"sections/{world.homeroom_7a}"):
        assert client.get(f"/api/v1/{path}").status_code == 401  # type: ignore[attr-defined]
