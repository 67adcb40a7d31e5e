"""A school day as its families are written to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.messages.actions.clearing import clear_for_sending
from tests.world import Caller, World


@dataclass
class School:
    """The world on a school day at noon, seen by what its families are sent."""

    app: Flask
    world: World
    owner: Any
    as_: Callable[..., Caller]
    clock: time_machine.Coordinates
    callers: dict[str, Caller] = field(default_factory=dict)

    def caller(self, who: str) -> Caller:
        if who not in self.callers:
            self.callers[who] = self.as_(who)
        return self.callers[who]

    def mark(
        self, who: str, status: str | None, slot: int = 1, by: str = "olive", days_ago: int = 0
    ) -> TestResponse:
        day = self.world.today - dt.timedelta(days=days_ago)
        path = f"/api/v1/school/attendance/marks/{self.world.ids[who]}/{day}/{slot}"
        if status is None:
            answer = self.caller(by).delete(path, json={"reason": "a slip"})
        else:
            said = {"status": status, "reason": "seen"}
            extra = {"minutes_late": 9} if status == "LATE" else {}
            answer = self.caller(by).patch(path, json=said | extra)
        assert answer.status_code in {200, 201, 204}, answer.text
        return answer

    def later(self, minutes: int) -> None:
        self.clock.shift(dt.timedelta(minutes=minutes))
        self.callers.clear()

    def leave(self) -> None:
        """What whoever sends does: looks once more, and takes what is due."""
        moment = dt.datetime.now(dt.UTC)
        with self.app.app_context(), acting_for(self.world.school_id), unit_of_work():
            clear_for_sending(moment)
        self.owner.execute(
            "UPDATE message SET state = 'sent', sent_at = %s "
            "WHERE state = 'waiting' AND due_at <= %s",
            [moment, moment],
        )

    def messages(self, what: str = "kind, state", child: str = "") -> list[tuple[Any, ...]]:
        """In the order in which they were written; of one child, or of all."""
        of = "WHERE student_id = %s" if child else ""
        return self.owner.execute(
            f"SELECT {what} FROM message {of} ORDER BY created_at, kind, slot, channel",  # noqa: S608
            [self.world.ids[child]] if child else [],
        ).fetchall()

    def admit(self, *names: str, section: str = "homeroom_7a") -> None:
        """More pupils, each with a mother of their own who can be written to."""
        for name in names:
            child, mother = new_id(), new_id()
            self.world.ids |= {name: child, f"{name}s_mother": mother}
            self.add_adult(mother, f"{name}s mother")
            self.owner.execute(
                "INSERT INTO person (school_id, id, given_name, family_name) "
                "VALUES (%s, %s, %s, 'Extra')",
                [self.world.school_id, child, name.title()],
            )
            self.answer_for(name, f"{name}s_mother")
            self.owner.execute(
                "INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on) "
                "VALUES (%s, %s, %s, %s, 'student', %s)",
                [
                    *(self.world.school_id, new_id(), self.world.ids[section], child),
                    self.world.today - dt.timedelta(days=90),
                ],
            )

    def add_adult(self, adult: Any, name: str) -> None:
        self.owner.execute(
            "INSERT INTO person (school_id, id, given_name, family_name, phone, email) "
            "VALUES (%s, %s, %s, 'Extra', '+447700900124', 'm@example.org')",
            [self.world.school_id, adult, name],
        )

    def answer_for(self, child: str, adult: str, **columns: Any) -> None:
        row = {
            "school_id": self.world.school_id,
            "id": new_id(),
            "student_id": self.world.ids[child],
            "guardian_id": self.world.ids[adult],
            "relation": "mother",
            **columns,
        }
        marks = ", ".join(["%s"] * len(row))
        self.owner.execute(
            f"INSERT INTO guardianship ({', '.join(row)}) VALUES ({marks})",  # noqa: S608
            list(row.values()),
        )
