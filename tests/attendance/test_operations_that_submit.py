"""Registers that were said to be complete on a device, sent once it is in reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from school_erp.attendance.models import AuditEntry
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from tests.attendance.test_operations import URL, As, operation, send
from tests.world import Caller, World


def submission(world: World, counts: dict[str, int], **more: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "date": world.today.isoformat(),
        "section_id": str(world.homeroom_7a),
        "period": 1,
        "counts": counts,
        "submitted_at": (now() - dt.timedelta(minutes=1)).isoformat(),
        **more,
    }


def hand_in(caller: Caller, marks: list[dict[str, Any]], *submissions: Any) -> list[dict[str, Any]]:
    body = {"operations": marks, "submissions": submissions}
    answer = caller.post(f"{URL}/operations", json=body)
    assert answer.status_code == 200, answer.get_json()
    told: list[dict[str, Any]] = answer.get_json()["submissions"]
    return told


def test_a_register_submitted_on_a_device_is_submitted_once_if_it_is_still_what_was_counted(
    as_: As, founded: World, audited: Callable[[], list[AuditEntry]]
) -> None:
    tom, cora, olive = as_("tom"), as_("cora"), as_("olive")
    register = f"{URL}/registers/{founded.homeroom_7a}/{founded.today}/1"

    def state() -> str:
        return str(tom.get(register).get_json()["state"])

    send(cora, operation(founded, "paul", "LATE"))
    mine = operation(founded, "pia", "ABSENT")
    counted = submission(founded, {"PRESENT": 1, "ABSENT": 1})
    [differs] = hand_in(tom, [mine], counted)
    assert (differs["outcome"], differs["by"]) == ("conflict", "Cora Cole")
    assert differs["counts"] == {"ABSENT": 1, "LATE": 1}
    assert dt.datetime.fromisoformat(differs["at"]) < now()
    blank = submission(founded, {"ABSENT": 1, "LATE": 1, "unmarked": 1})
    assert [each["outcome"] for each in hand_in(tom, [mine], counted, blank)] == ["conflict"] * 2
    assert state() == "open"

    right = submission(founded, {"ABSENT": 1, "LATE": 1, "unmarked": 0})
    assert hand_in(tom, [mine], right)[0]["outcome"] == "changed"
    said = [entry for entry in audited() if entry.what == "register"]
    assert [entry.device_time for entry in said] == [
        dt.datetime.fromisoformat(right["submitted_at"])
    ]
    assert now() - said[0].at < dt.timedelta(minutes=1), "both times are kept"
    [same] = hand_in(cora, [], submission(founded, {"ABSENT": 2}))
    assert same["outcome"] == "unchanged", "somebody else was first"
    olive.delete(f"{register}/submission", json={"reason": "Paul came"})
    assert hand_in(tom, [mine], right)[0]["outcome"] == "changed"
    assert state() == "open", "what was answered is not done again"
    [reused] = hand_in(tom, [], {**right, "counts": {}})
    assert reused["error"]["code"] == "operation_reused"


def test_a_submission_that_cannot_be_is_answered_with_its_reason_and_changes_nothing(
    as_: As, founded: World, count: Callable[[str], int], change: Callable[..., None]
) -> None:
    tom, olive = as_("tom"), as_("olive")
    change("attendance_settings", backdate_days=0, offline_grace_hours=1)
    earlier = (founded.today - dt.timedelta(days=1)).isoformat()
    past = (now() - dt.timedelta(days=1)).isoformat()
    told = hand_in(
        tom,
        [],
        submission(founded, {}, section_id=str(founded.homeroom_7b)),
        submission(founded, {}, section_id=str(new_id())),
        submission(founded, {}, period=9),
        submission(founded, {"unmarked": 2}, date=earlier, submitted_at=past),
    )
    assert [each["outcome"] for each in told] == ["rejected"] * 4
    faults = ["not_your_class", "unknown_slot", "unknown_slot", "outside_window"]
    assert [each["error"]["code"] for each in told] == faults
    olive.put(f"{URL}/registers/{founded.homeroom_7a}/{founded.today}/1/lock", json={})
    [locked] = hand_in(tom, [], submission(founded, {"unmarked": 2}))
    assert locked["error"]["code"] == "register_locked"
    for wrong in ({"counts": {"LOST": 1}}, {"counts": {"ABSENT": -1}}, {"submitted_at": "now"}):
        body = {"submissions": [{**submission(founded, {}), **wrong}]}
        assert tom.post(f"{URL}/operations", json=body).status_code == 422, wrong
    assert count("attendance_audit_log") == 1, "but for the lock"
