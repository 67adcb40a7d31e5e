"""Keys for a school's other systems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from school_erp.accounts import queries
from school_erp.accounts.access import scopes_to_choose
from school_erp.accounts.keys import Key, new_key
from school_erp.accounts.models import ApiClient
from school_erp.accounts.standing import forget_client
from school_erp.core.access import Actor, policy
from school_erp.core.clock import now, today_in
from school_erp.core.errors import Invalid, invalid
from school_erp.core.ids import new_id
from school_erp.core.unit_of_work import after_commit
from school_erp.core.violations import flushed
from school_erp.extensions import db


@dataclass(frozen=True, slots=True)
class CreatedClient:
    """The only time the key is known to anyone but its holder."""

    client: ApiClient
    key: Key


def create_client(
    actor: Actor, name: str, scopes: Iterable[str], expires_on: date | None = None
) -> CreatedClient:
    client_id = new_id()
    key = new_key(actor.school_id, client_id)
    client = ApiClient(
        school_id=actor.school_id,
        id=client_id,
        name=name,
        key_hash=key.hash,
        scopes=_checked(scopes),
        created_by=actor.person_id,
        expires_at=_end_of(expires_on) if expires_on else None,
    )
    with flushed({"ix_api_client_name": _name_taken}):
        db.session.add(client)
    return CreatedClient(client, key)


def _name_taken() -> Invalid:
    return invalid("name", _("There is a key of this name already."))


def _checked(scopes: Iterable[str]) -> list[str]:
    wanted, allowed = sorted(set(scopes)), scopes_to_choose(policy())
    if not wanted:
        raise invalid("scopes", _("Choose at least one thing this client may do."))
    if unknown := [scope for scope in wanted if scope not in allowed]:
        raise invalid("scopes", _("No client can be given this: %(scope)s.", scope=unknown[0]))
    return wanted


def _end_of(day: date) -> datetime:
    """The key's last day counts in full, where the school is."""
    timezone = queries.own_school().timezone
    if day < today_in(timezone):
        raise invalid("expires_on", _("This day has passed."))
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))


def revoke(client: ApiClient) -> None:
    """The key stops at once and for good."""
    if client.revoked_at is None:
        client.revoked_at = now()
        db.session.flush()
        school_id, client_id = client.school_id, client.id
        after_commit(lambda: forget_client(school_id, client_id))
