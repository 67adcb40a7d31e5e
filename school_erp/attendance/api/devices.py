from __future__ import annotations

from typing import Any

from flask import url_for

from school_erp.attendance.access import Permission, oneself
from school_erp.attendance.api.marking import blueprint
from school_erp.attendance.devices import KEPT_HOURS, Keeping, device_key, registers_to_keep
from school_erp.attendance.schemas import DeviceShape
from school_erp.core.access import current_actor, requires


@blueprint.get("/device")
@requires(Permission.MARK)
@blueprint.response(200, DeviceShape)
def show_device() -> dict[str, Any]:
    """The caller's key for what a browser keeps, and which registers it may keep."""
    actor = current_actor()
    person_id = oneself(actor)
    keeping = registers_to_keep(actor.school_id, person_id)
    return {
        "person_id": person_id,
        "key": device_key(actor.school_id, person_id),
        "hours": KEPT_HOURS,
        "registers": [_told(each) for each in keeping],
    }


def _told(keeping: Keeping) -> dict[str, Any]:
    register = keeping.register
    return {
        "address": url_for(
            "register_pages.show",
            section_id=register.section_id,
            day=keeping.date,
            slot=register.slot,
        ),
        "name": register.name,
        "slot_name": register.slot_name,
        "date": keeping.date,
        "starts_at": register.starts_at,
    }
