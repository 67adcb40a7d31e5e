"""What it says of a message afterwards, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
from collections.abc import Iterable
from contextlib import suppress
from threading import Thread
from urllib.parse import urlencode, urlsplit

from school_erp.workbench.provider.behaviour import Way
from school_erp.workbench.provider.outbox import Kept, Outbox

BAD_HANDSET = 30005
STORIES: dict[Way, list[str]] = {
    Way.SILENT: [],
    Way.REPEAT: ["delivered", "sent", "delivered", "sending", "delivered"],
    Way.UNDELIVERED: ["sent", "undelivered"],
}
USUAL = ["sent", "delivered"]


def tell_story(outbox: Outbox, kept: Kept, way: Way, token: str) -> None:
    """In the background, as the world does."""
    words = STORIES.get(way, USUAL)
    Thread(target=_tell, args=(outbox, kept, words, token), daemon=True).start()


def _tell(outbox: Outbox, kept: Kept, words: Iterable[str], token: str) -> None:
    for word in words:
        code = BAD_HANDSET if word == "undelivered" else None
        outbox.move(kept.sid, word, code)
        if kept.callback:
            fields = {"MessageSid": kept.sid, "MessageStatus": word, "To": kept.to}
            fields |= {"ErrorCode": str(code)} if code else {}
            # whoever does not listen misses it
            with suppress(OSError, http.client.HTTPException):
                post(kept.callback, fields, token)


def post(url: str, fields: dict[str, str], token: str) -> int:
    parts = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    connection = kinds[parts.scheme](parts.hostname or "", parts.port, timeout=5)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signed(url, fields, token),
    }
    try:
        connection.request("POST", parts.path, urlencode(fields), headers)
        return int(connection.getresponse().status)
    finally:
        connection.close()


def signed(url: str, fields: dict[str, str], token: str) -> str:
    said = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()
