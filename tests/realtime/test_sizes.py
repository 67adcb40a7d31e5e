"""No message is larger than 64 KiB, whoever sends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from school_erp.attendance.events import SETTINGS_CHANGED
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.realtime.announcing import announce
from school_erp.realtime.recording import EventTooLarge
from school_erp.realtime.rooms import INSTITUTION
from tests.world import Caller, World

Happen = Callable[..., None]


@pytest.fixture
def happen(app: Flask, founded: World) -> Happen:
    def announced(*sizes: int) -> None:
        with app.app_context(), acting_for(founded.school_id):
            with unit_of_work():
                for size in sizes:
                    room = INSTITUTION.of(founded.school_id)
                    announce(SETTINGS_CHANGED, [room], {"changed": ["é" * (size // 6)]})
            db.session.remove()

    return announced


def test_an_event_that_no_message_carries_is_refused_with_all_that_it_told_of(
    founded: World, as_: Callable[..., Caller], happen: Happen
) -> None:
    asked = f"/api/v1/events?room=institution:{founded.school_id}&after=0"
    with pytest.raises(EventTooLarge, match="SETTINGS_CHANGED"):
        happen(10, 65_000)
    assert as_("tom").get(asked).get_json()["seq"] == 0
    happen(63_000)
    answer = as_("tom").get(asked)
    assert len(answer.get_data()) <= 65_536
    assert answer.get_json()["seq"] == 1


def test_what_was_missed_is_told_in_as_many_answers_as_it_takes(
    founded: World, as_: Callable[..., Caller], happen: Happen
) -> None:
    happen(30_000, 30_000, 63_000, 60_000, 10, 10, 10)
    tom, seq, sizes, more = as_("tom"), 0, [], True
    while more:
        answer = tom.get(f"/api/v1/events?room=institution:{founded.school_id}&after={seq}")
        assert len(answer.get_data()) <= 65_536
        told = answer.get_json()
        events, more = told["events"], told.get("more", False)
        assert [event["seq"] for event in events] == [*range(seq + 1, told["seq"] + 1)]
        seq = told["seq"]
        sizes.append(len(events))
    assert sizes == [2, 1, 4]
