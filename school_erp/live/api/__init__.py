from __future__ import annotations

from school_erp.live.api import attending, running, watching

BLUEPRINTS = (running.blueprint, watching.blueprint, attending.blueprint)
# what a hall asks at once
SHORTCUTS = (attending.SHORTCUT, *watching.SHORTCUTS)
