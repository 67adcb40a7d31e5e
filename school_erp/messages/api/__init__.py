from __future__ import annotations

from school_erp.messages.api import holds, messages, wording

BLUEPRINTS = (messages.blueprint, holds.blueprint, wording.blueprint)
