from __future__ import annotations

from uuid import UUID

from uuid_utils import uuid7 as plain_uuid7
from uuid_utils.compat import uuid7

# the same where rows are made by a statement from other rows
NEW_ID_IN_SQL = """CAST(encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send(CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)) FROM 3)
    FROM 1 FOR 6), 52, 1), 53, 1), 'hex') AS uuid)"""


_put = object.__setattr__


class ReadId(UUID):
    """An id that was read from its usual text, and knows it: it is written several times more."""

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        _put(self, "int", int(text.replace("-", ""), 16))
        _put(self, "_text", text)

    def __str__(self) -> str:
        return self._text

    def __reduce__(self) -> tuple[type[ReadId], tuple[str]]:
        return ReadId, (self._text,)


def new_id() -> UUID:
    """Time-ordered, so that new rows land at the end of their index."""
    return uuid7()


def new_ids_as_text(count: int) -> str:
    """So many, as an array that a statement casts."""
    return f"{{{','.join(str(plain_uuid7()) for _ in range(count))}}}"
