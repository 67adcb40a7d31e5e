"""How many SMS a school pays for in a day. Email costs nothing.

What is over it waits and leaves as soon as somebody raises the budget. A day late an absence only
frightens, so what is left then has failed, for the office to see.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from school_erp.attendance.models import AttendanceSettings
from school_erp.core.clock import now
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.actions.learning import learn
from school_erp.messages.channels.provider import Answer
from school_erp.messages.models import Message
from school_erp.messages.queries.spending import spent_since, start_of_today
from school_erp.messages.vocabulary import Outcome, State
from school_erp.schools.queries import today_here

ASKED_AGAIN = dt.timedelta(minutes=5)


@dataclass
class Purse:
    left: int
    today: dt.date

    def pays_for(self, message: Message) -> bool:
        segments = message.segments or 0
        if segments <= self.left or not segments:
            self.left -= segments
            return True
        self._put_off(message)
        return False

    def _put_off(self, message: Message) -> None:
        if message.date < self.today:
            learn(message, Answer(Outcome.FAILED))
        else:
            learn(message, Answer(Outcome.OVER_BUDGET))
            message.due_at = now() + ASKED_AGAIN
        message.reason = Outcome.OVER_BUDGET
        db.session.flush()


def open_purse() -> Purse:
    """Held until the transaction ends, so that two workers do not spend the same."""
    query = select(AttendanceSettings.message_budget).where(
        AttendanceSettings.school_id == current_school_id()
    )
    budget = db.session.scalar(query.with_for_update()) or 0
    return Purse(left=budget - spent_since(start_of_today()), today=today_here())


def is_put_off(message: Message) -> bool:
    return message.state == State.WAITING and message.reason == Outcome.OVER_BUDGET
