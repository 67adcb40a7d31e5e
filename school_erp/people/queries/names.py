"""People's names in statements of one's own, written as `Person.name` writes them."""

from __future__ import annotations


def name_in_sql(person: str) -> str:
    """Of the table or alias named; somebody may have one name only."""
    called = f"coalesce(nullif({person}.preferred_name, ''), {person}.given_name)"
    return f"btrim({called} || ' ' || {person}.family_name)"
