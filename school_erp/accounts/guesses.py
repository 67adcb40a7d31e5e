"""Slowing down whoever guesses passwords, without locking out the person whose login it is.

Wrong tries are counted per address and login, per address, and per login. A device on which the
person has signed in before is not held to the count that strangers elsewhere can drive up.
"""

from __future__ import annotations

from dataclasses import dataclass

from school_erp.accounts.errors import GuessedTooOften
from school_erp.core.metrics import SIGN_INS
from school_erp.core.rate_limit import throttle

HERE = "10/minute"
ADDRESS = "120/minute"
EVERYWHERE = "30/minute"


@dataclass(frozen=True, slots=True)
class Guess:
    school: str
    login: str
    address: str
    known_device: bool = False

    @classmethod
    def of(cls, school: str, login: str, address: str, *, known_device: bool = False) -> Guess:
        return cls(school.lower(), login.lower(), address, known_device)

    @property
    def _limits(self) -> list[tuple[str, tuple[str, ...]]]:
        who = (self.school, self.login)
        limits = [
            (HERE, ("here", self.address, *who)),
            (ADDRESS, ("address", self.address)),
        ]
        return limits if self.known_device else [*limits, (EVERYWHERE, ("login", *who))]

    def refuse_if_too_many(self) -> None:
        wait = max(throttle().seconds_to_wait(limit, *who) for limit, who in self._limits)
        if wait:
            SIGN_INS.labels("throttled").inc()
            raise GuessedTooOften(retry_after=wait)

    def was_wrong(self) -> None:
        SIGN_INS.labels("wrong").inc()
        for limit, who in self._limits:
            throttle().count(limit, *who)

    def was_right(self) -> None:
        SIGN_INS.labels("right").inc()
