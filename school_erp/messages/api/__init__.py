from __future__ import annotations

from school_erp.messages.api import messages

BLUEPRINTS = (messages.blueprint,)
