"""What a screen showed, and what it was told since, make what it would show if read anew."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.attendance.test_jobs import marking
from tests.world import Caller, World

As = Callable[..., Caller]
URL = "/api/v1/school/attendance"
REASON = {"reason": "the bus was late"}
# more are asked for by the environment: docs/reliability.md tells of a thousand
SEQUENCES, STEPS = int(os.environ.get("SEQUENCES", "3")), 40


class Screen:
    """A register as a browser keeps it: read once, then told."""

    def __init__(self, caller: Caller, school: World) -> None:
        self.caller = caller
        self.path = f"{URL}/registers/{school.homeroom_7a}/{school.today}/1"
        self.room = f"class_{school.homeroom_7a}"
        self.after = self._events(0)["seq"]
        self.state, self.version, self.marks = self.read()

    def read(self) -> tuple[str, int, dict[str, Any]]:
        shown = self.caller.get(self.path).get_json()
        marks = {each["student_id"]: _mark(each["mark"]) for each in shown["students"]}
        return shown["state"], shown["version"], marks

    def catch_up(self) -> None:
        missed = self._events(self.after)
        for event in missed["events"]:
            assert event["seq"] == self.after + 1
            self.after = event["seq"]
            self._apply(event["type"], event["payload"])

    def _apply(self, name: str, payload: dict[str, Any]) -> None:
        if name == "attendanceUpdate":
            self.version = payload["register_version"]
            self.marks |= {each["student_id"]: _mark(each["mark"]) for each in payload["marks"]}
        else:
            self.state, self.version = payload["state"], payload["version"]

    def _events(self, after: int) -> dict[str, Any]:
        asked = {"room": self.room, "after": after}
        missed: dict[str, Any] = self.caller.get("/api/v1/events", query_string=asked).get_json()
        return missed


def _mark(mark: dict[str, Any] | None) -> dict[str, Any] | None:
    return mark and {**mark, "marked_at": dt.datetime.fromisoformat(mark["marked_at"])}


class Crowd:
    """Several people do what comes into their heads."""

    def __init__(self, school: World, as_: As, random: Random) -> None:
        self.school, self.random = school, random
        self.people = [as_("tom"), as_("olive"), as_("cora")]
        self.register = f"{URL}/registers/{school.homeroom_7a}/{school.today}/1"
        self.jobs: list[str] = []

    def act(self) -> TestResponse:
        acts = [self.mark_class, self.mark_class, self.correct, self.correct, self.withdraw]
        act = self.random.choice([*acts, self.undo, self.submit, self.reopen, self.lock])
        return act(self.random.choice(self.people))

    def mark_class(self, caller: Caller) -> TestResponse:
        pupils = self.random.sample([str(self.school.pia), str(self.school.paul)], 2)
        body = marking(self.school, pupils, self._status()) | REASON
        answer = caller.post(URL, json=body, headers={"Prefer": "wait=9"})
        if answer.status_code == 200:
            self.jobs.append(answer.get_json()["id"])
        return answer

    def correct(self, caller: Caller) -> TestResponse:
        said = {"status": self._status(), "remarks": self.random.choice(["", "ü \N{BUS}"])}
        return caller.patch(self._mark(), json=said | REASON)

    def withdraw(self, caller: Caller) -> TestResponse:
        return caller.delete(self._mark(), json=REASON)

    def undo(self, caller: Caller) -> TestResponse:
        job = self.random.choice(self.jobs) if self.jobs else self.school.pia
        return caller.post(f"{URL}/jobs/{job}/undo", json={}, headers={"Prefer": "wait=9"})

    def submit(self, caller: Caller) -> TestResponse:
        return caller.put(f"{self.register}/submission", json={})

    def reopen(self, caller: Caller) -> TestResponse:
        return caller.delete(f"{self.register}/submission", json=REASON)

    def lock(self, caller: Caller) -> TestResponse:
        if self.random.random() < 0.3:
            return caller.put(f"{self.register}/lock", json={})
        return caller.delete(f"{self.register}/lock", json=REASON)

    def _status(self) -> str:
        return self.random.choice(["PRESENT", "ABSENT", "LATE", "EXCUSED"])

    def _mark(self) -> str:
        student = self.random.choice([self.school.pia, self.school.paul])
        return f"{URL}/marks/{student}/{self.school.today}/1"


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_old_state_and_events_make_the_new_state(founded: World, as_: As, seed: int) -> None:
    screen = Screen(as_("ada"), founded)
    crowd = Crowd(founded, as_, Random(seed))
    done = 0
    for step in range(STEPS):
        answer = crowd.act()
        assert answer.status_code < 500, answer.text
        done += answer.status_code < 300
        if step % 3 == 2:
            screen.catch_up()
            assert (screen.state, screen.version, screen.marks) == screen.read()
    # once a register is locked, little is accepted any more
    assert done
