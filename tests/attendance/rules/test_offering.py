"""Which codes are put before somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from school_erp.attendance.rules.codes import Code, CodeSet
from school_erp.attendance.rules.offering import Offer, offer_to
from school_erp.attendance.vocabulary import StatisticalClass, Status

BEGAN = dt.date(2024, 8, 19)


def a_code(code: str, status: Status = Status.PRESENT, **more: Any) -> Code:
    said: dict[str, Any] = {
        "label": code,
        "statistical_class": StatisticalClass.PRESENT,
        "roles": frozenset({"officer", "teacher"}),
        "allowed_in_advance": False,
        "is_default": False,
        "slot": None,
        "starts_on": BEGAN,
        "ends_on": None,
    }
    return Code(code, status=status, **{**said, **more})


MORNING = a_code("/", is_default=True, slot=1, position=1)
AFTERNOON = a_code("\\", is_default=True, slot=2, position=2)
ABSENT = a_code("N", Status.ABSENT, is_default=True, position=3)
VISIT = a_code("V", allowed_in_advance=True, position=4)
OFFICES = a_code("G", Status.ABSENT, roles=frozenset({"officer"}), position=5)
CODES = CodeSet.on(BEGAN, [MORNING, AFTERNOON, ABSENT, VISIT, OFFICES])


def offered(slot: int, role: str = "teacher", *, in_advance: bool = False) -> Offer:
    return offer_to(role, CODES, slot, in_advance=in_advance)


def test_each_session_has_its_own_usual_code_and_not_the_others() -> None:
    assert list(offered(1).usual) == [MORNING, ABSENT]
    assert list(offered(2).usual) == [AFTERNOON, ABSENT]
    assert list(offered(1).others) == list(offered(2).others) == [VISIT]


def test_where_no_code_is_made_for_a_slot_the_usual_one_is_offered_all_the_same() -> None:
    assert offered(3).present == MORNING
    assert list(offered(3).others) == [VISIT]


def test_nobody_is_offered_what_is_not_theirs_or_not_yet_to_be_said() -> None:
    assert not offered(1).has("G")
    assert offered(1, "officer").has("G")
    assert [*offered(1, in_advance=True).usual, *offered(1, in_advance=True).others] == [VISIT]


def test_what_is_made_for_another_session_gives_way_to_the_usual_code_of_this_one() -> None:
    assert [CODES.in_slot("/", slot) for slot in (1, 2, 3)] == ["/", "\\", "/"]
    assert [CODES.in_slot("\\", slot) for slot in (1, 2)] == ["/", "\\"]
    assert CODES.in_slot("V", 2) == "V"
    assert CODES.in_slot("??", 2) == "??"
