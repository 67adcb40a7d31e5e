"""Slowing down whoever guesses passwords, without locking out the person whose login it is.

A try is counted before it is made, and the count forgotten when it was right, so many tries at
once are no way around. A device on which the person has signed in before is held to its own count
alone: nothing that strangers do elsewhere, or behind the same address, slows it down. Somebody at
a new address still gets a few tries while strangers everywhere are guessing.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from flask_babel import lazy_gettext as _

from school_erp.accounts.errors import GuessedTooOften
from school_erp.core.metrics import SIGN_INS
from school_erp.core.rate_limit import throttle

HERE = "10 per minute"
ADDRESS = "120 per minute"
EVERYWHERE = "30 per minute"
NEW_ADDRESS = "3 per 10 minute"


@dataclass(frozen=True, slots=True)
class Guess:
    school: str
    login: str
    address: str
    device: str | None = None

    @classmethod
    def of(cls, school: str, login: str, address: str, device: str | None = None) -> Guess:
        return cls(school.lower(), login.lower(), _network(address), device)

    def take(self) -> None:
        """Count this try, or refuse it."""
        if wait := self._seconds_to_wait():
            SIGN_INS.labels("throttled").inc()
            sentence = _(
                "Too many wrong tries. Please try again in %(seconds)s seconds.", seconds=wait
            )
            raise GuessedTooOften(sentence, retry_after=wait)

    def was_wrong(self) -> None:
        SIGN_INS.labels("wrong").inc()
        if self.device is None:
            throttle().count(ADDRESS, "address", self.address)

    def was_right(self) -> None:
        SIGN_INS.labels("right").inc()
        for limit, who in self._of_this_login:
            throttle().clear(limit, *who)

    @property
    def _of_this_login(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        login = (self.school, self.login)
        if self.device is not None:
            return ((HERE, ("device", self.device, *login)),)
        return (
            (HERE, ("here", self.address, *login)),
            (EVERYWHERE, ("login", *login)),
            (NEW_ADDRESS, ("new", self.address, *login)),
        )

    def _seconds_to_wait(self) -> int:
        here, *others = self._of_this_login
        wait = throttle().attempt(here[0], *here[1])
        if wait or not others:
            return wait
        everywhere, new_address = others
        if wait := throttle().seconds_to_wait(ADDRESS, "address", self.address):
            return wait
        if not throttle().attempt(everywhere[0], *everywhere[1]):
            return 0
        return throttle().attempt(new_address[0], *new_address[1])


def _network(address: str) -> str:
    """One household has a whole network of IPv6 addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ip_network((parsed.packed, 64), strict=False))
