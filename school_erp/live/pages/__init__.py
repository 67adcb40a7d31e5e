from __future__ import annotations

from school_erp.live.pages import attending, running, starting

BLUEPRINTS = (starting.blueprint, running.blueprint, attending.blueprint)
