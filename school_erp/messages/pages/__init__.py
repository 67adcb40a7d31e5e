from __future__ import annotations

from school_erp.messages.pages import callbacks, held, messages, own, wording

BLUEPRINTS = (
    messages.blueprint,
    own.blueprint,
    callbacks.blueprint,
    held.blueprint,
    wording.blueprint,
)
