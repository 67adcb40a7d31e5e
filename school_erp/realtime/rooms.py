from __future__ import annotations

from school_erp.core.access import Actor

# who hears what concerns the school's people, beside the people themselves
EMPLOYED = ("admin", "officer", "teacher", "staff")


def rooms_of(actor: Actor) -> list[str]:
    """The rooms a socket is in without asking."""
    rooms = [f"institution:{actor.school_id}"]
    if actor.person_id:
        rooms.append(f"user:{actor.person_id}")
    if actor.is_any(*EMPLOYED):
        rooms.append(f"staff:{actor.school_id}")
    return rooms
