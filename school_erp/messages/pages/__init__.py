from __future__ import annotations

from school_erp.messages.pages import callbacks, messages, own

BLUEPRINTS = (messages.blueprint, own.blueprint, callbacks.blueprint)
