"""The ready sets of codes, held against the tables they come from."""

from __future__ import annotations

import pytest

from school_erp.attendance.packs import ENGLAND_2024, PACKS, SIMPLE
from school_erp.attendance.vocabulary import StatisticalClass, Status

# Working together to improve school attendance, in force from 19 August 2024
ENGLAND = {
    StatisticalClass.PRESENT: r"/ \ L",
    StatisticalClass.APPROVED: "K V P W B",
    StatisticalClass.AUTHORISED: "C C1 C2 E I J1 M R S T",
    StatisticalClass.UNAUTHORISED: "G N O U",
    StatisticalClass.NOT_POSSIBLE: "D X Q Y1 Y2 Y3 Y4 Y5 Y6 Y7",
    StatisticalClass.NOT_COUNTED: "Z #",
}


def test_england_has_each_code_of_2024_in_its_class_and_none_that_was_dropped() -> None:
    wanted = {code: kind for kind, codes in ENGLAND.items() for code in codes.split()}
    assert {each.code: each.statistical_class for each in ENGLAND_2024} == wanted
    assert len(ENGLAND_2024) == len(wanted) == 34
    assert not {"H", "J", "Y"} & set(wanted)


def test_the_slashes_are_for_the_morning_and_the_afternoon() -> None:
    slots = {each.code: each.slot for each in ENGLAND_2024 if each.slot}
    assert slots == {"/": 1, "\\": 2}


def test_who_came_is_present_or_late_and_who_came_after_the_close_missed_the_session() -> None:
    statuses = {each.code: each.status for each in ENGLAND_2024}
    late = {code for code, status in statuses.items() if status is Status.LATE}
    assert late == {"L", "U"}
    assert statuses["N"] is Status.ABSENT
    assert statuses["I"] is Status.EXCUSED


def test_the_simple_four_are_a_code_for_each_status() -> None:
    assert [(each.code, each.status) for each in SIMPLE] == [
        ("P", Status.PRESENT),
        ("A", Status.ABSENT),
        ("L", Status.LATE),
        ("E", Status.EXCUSED),
    ]


@pytest.mark.parametrize("pack", sorted(PACKS))
def test_each_status_has_a_usual_code_that_a_teacher_may_choose_but_for_leave(pack: str) -> None:
    usual = [each for each in PACKS[pack] if each.is_default]
    for status in (Status.PRESENT, Status.ABSENT, Status.LATE):
        roles = [set(each.roles) for each in usual if each.status is status]
        assert roles
        assert all("teacher" in found for found in roles)
    assert any(each.status is Status.EXCUSED for each in usual)


@pytest.mark.parametrize("pack", sorted(PACKS))
def test_lateness_in_one_lesson_suggests_none_in_the_next(pack: str) -> None:
    assert not any(each.prefills for each in PACKS[pack] if each.status is Status.LATE)
