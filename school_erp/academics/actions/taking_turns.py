"""What is checked against everything else of its kind must not change between check and write."""

from __future__ import annotations

from hashlib import blake2b

from sqlalchemy import func, select

from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db


def one_at_a_time(what: str) -> None:
    """Until this transaction ends, nobody else in the school changes things of this kind."""
    name = f"academics:{current_school_id()}:{what}"
    number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
    db.session.execute(select(func.pg_advisory_xact_lock(number)))
