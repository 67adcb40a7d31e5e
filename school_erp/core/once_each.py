"""Several writes in one request, each named by whoever sends it: each happens once.

What a name was answered stands among the idempotency keys, in the transaction of what it did. Sent
again, alone or among others, it is answered the same and does nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from school_erp.core.access import Actor
from school_erp.core.idempotency import IdempotencyKey, hold
from school_erp.extensions import db

Said = Mapping[str, Any]


class Reused:
    """The name was used for something else."""


REUSED = Reused()


def answers_before(actor: Actor, said: Mapping[str, Said]) -> dict[str, Any]:
    """What those of these names were answered that came before; `REUSED` where it was another.

    One request of a person at a time: a second one is told to come back.
    """
    hold(actor, "several at once")
    rows = db.session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.school_id == actor.school_id,
            IdempotencyKey.actor_id == actor.id,
            IdempotencyKey.key.in_([_key(name) for name in said]),
        )
    )
    stored = {row.key: row for row in rows}
    found = {name: row for name in said if (row := stored.get(_key(name)))}
    return {name: _answer(row, said[name]) for name, row in found.items()}


def keep_answers(actor: Actor, said: Mapping[str, Said], answers: Mapping[str, Any]) -> None:
    db.session.add_all(
        IdempotencyKey(
            school_id=actor.school_id,
            actor_id=actor.id,
            key=_key(name),
            request_hash=_hash(said[name]),
            status=200,
            body=json.dumps(answer).encode(),
            location=None,
        )
        for name, answer in answers.items()
    )
    db.session.flush()


def _answer(row: IdempotencyKey, said: Said) -> Any:
    return json.loads(row.body) if row.request_hash == _hash(said) else REUSED


def _key(name: str) -> str:
    return f"each:{name}"


def _hash(said: Said) -> str:
    plain = json.dumps(said, default=str, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()
