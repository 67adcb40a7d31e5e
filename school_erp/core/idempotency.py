"""A write sent twice under one Idempotency-Key happens once and is answered the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec
from uuid import UUID

from flask import Response, g, make_response, request
from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, LargeBinary, func, select
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.core.access import IDEMPOTENT, Actor, current_actor
from school_erp.core.clock import now
from school_erp.core.errors import Conflict, Invalid, invalid
from school_erp.core.models import Model, OfOneSchool
from school_erp.core.openapi import LONGEST_KEY
from school_erp.extensions import db

P = ParamSpec("P")
KEPT_DAYS = 7


class IdempotencyKey(OfOneSchool, Model):
    __tablename__ = "idempotency_key"
    __table_args__ = (CheckConstraint("length(key) BETWEEN 1 AND 200", "key_length"),)

    actor_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    location: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


def idempotent(view: Callable[P, Response]) -> Callable[P, Response]:
    """Give a write its key. Stands under `requires`, above what reads the body."""

    @wraps(view)
    def once(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(*args, **kwargs)
        actor = current_actor()
        _check(key)
        hold(actor, key)
        # before the view reads it: a form's body can be read only once
        g.request_hash = request_hash = _request_hash()
        stored = db.session.get(IdempotencyKey, (actor.school_id, actor.id, key))
        if stored is not None:
            return _replay(stored, request_hash)
        response = make_response(view(*args, **kwargs))
        _store(actor, key, request_hash, response)
        return response

    setattr(once, IDEMPOTENT, True)
    return once


def _check(key: str) -> None:
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise invalid("Idempotency-Key", _("A key has 1 to 200 plain characters."))


def hold(actor: Actor, key: str) -> None:
    """Held until the transaction ends; the second of two at once is told to come back."""
    number = hashlib.blake2b(f"{actor.school_id}:{actor.id}:{key}".encode(), digest_size=8).digest()
    lock = func.pg_try_advisory_xact_lock(int.from_bytes(number, signed=True))
    if not db.session.scalar(select(lock)):
        raise Conflict(
            _("The same request is being worked on right now."), code="in_flight", retry_after=1
        )


def _replay(stored: IdempotencyKey, request_hash: str) -> Response:
    if stored.request_hash != request_hash:
        raise Invalid(_("This key was used for another request."), code="key_reused")
    response = Response(stored.body, stored.status, content_type="application/json")
    response.headers["Idempotent-Replayed"] = "true"
    if stored.location:
        response.headers["Location"] = stored.location
    return response


def answer_meanwhile(response: Response) -> None:
    """What a repetition is told from the first of several commits on, until the last."""
    key = request.headers.get("Idempotency-Key")
    if key is not None:
        _store(current_actor(), key, g.request_hash, response)


def _store(actor: Actor, key: str, request_hash: str, response: Response) -> None:
    db.session.merge(
        IdempotencyKey(
            school_id=actor.school_id,
            actor_id=actor.id,
            key=key,
            request_hash=request_hash,
            status=response.status_code,
            body=response.get_data(),
            location=response.headers.get("Location"),
        )
    )
    db.session.flush()


def _request_hash() -> str:
    what = f"{request.method} {request.full_path} ".encode()
    return hashlib.sha256(what + request.get_data(cache=True)).hexdigest()
