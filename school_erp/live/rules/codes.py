"""The code on the screen: valid by its own signature, and only for its step and the next."""

from __future__ import annotations

import datetime as dt
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
TYPED_LENGTH = 6
# time enough to read six characters off a wall and type them
STEPS_TO_TYPE = 5
_SHAPE = re.compile(r"(\d{1,3})\.(\d{1,12})\.([A-Za-z0-9_-]{16})")


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of the server's clock during which one code is shown."""

    seconds: int
    number: int

    @classmethod
    def at(cls, moment: dt.datetime, seconds: int) -> Step:
        return cls(seconds, int(moment.timestamp()) // seconds)

    @property
    def began_at(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.number * self.seconds, dt.UTC)

    @property
    def ended_at(self) -> dt.datetime:
        return self.began_at + dt.timedelta(seconds=self.seconds)

    @property
    def before(self) -> Step:
        return Step(self.seconds, self.number - 1)

    def holds_at(self, moment: dt.datetime) -> bool:
        """While it is shown, and for as long again: phones are slow and halls are long."""
        return Step.at(moment, self.seconds).number - self.number in (0, 1)

    def milliseconds_left(self, moment: dt.datetime) -> int:
        return max(0, int((self.ended_at - moment).total_seconds() * 1000))


def token_of(key: bytes, step: Step) -> str:
    return f"{step.seconds}.{step.number}.{_signature(key, step)}"


@lru_cache(maxsize=256)
def read_token(key: bytes, text: str) -> Step | None:
    """The step it was made for; nothing, where it was not made with this key.

    A hall sends the same code six hundred times.
    """
    match = _SHAPE.fullmatch(text)
    if match is None or int(match[1]) == 0:
        return None
    step = Step(int(match[1]), int(match[2]))
    return step if hmac.compare_digest(match[3], _signature(key, step)) else None


def typed_step(moment: dt.datetime, seconds: int) -> Step:
    return Step.at(moment, seconds * STEPS_TO_TYPE)


def typed_code_of(key: bytes, step: Step) -> str:
    number = int.from_bytes(_digest(key, f"typed.{step.seconds}.{step.number}"))
    letters = []
    for _place in range(TYPED_LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def read_typed_code(key: bytes, text: str, moment: dt.datetime, seconds: int) -> Step | None:
    """The step whose code this is, of the two that hold now."""
    typed = re.sub(r"[\s-]", "", text).upper().encode()
    now = typed_step(moment, seconds)
    for step in (now, now.before):
        if hmac.compare_digest(typed, typed_code_of(key, step).encode()):
            return step
    return None


def _signature(key: bytes, step: Step) -> str:
    return urlsafe_b64encode(_digest(key, f"qr.{step.seconds}.{step.number}")[:12]).decode()


def _digest(key: bytes, said: str) -> bytes:
    return hmac.digest(key, said.encode(), "sha256")
