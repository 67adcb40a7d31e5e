"""Its SMS API in Twilio's shape, the page that shows what it took, and how it is told to behave."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
import time
from collections.abc import Callable
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from school_erp.workbench.provider.behaviour import Behaviour, Way
from school_erp.workbench.provider.callbacks import tell_story
from school_erp.workbench.provider.outbox import Kept, Outbox
from school_erp.workbench.provider.page import page

MESSAGES = "/2010-04-01/Accounts/{account}/Messages.json"


class Provider(ThreadingHTTPServer):
    daemon_threads = True
    # a school's morning arrives at once
    request_queue_size = 128

    def __init__(
        self,
        outbox: Outbox,
        behaviour: Behaviour,
        *,
        port: int = 0,
        account: str = "AC1",
        token: str = "token",  # noqa: S107 - of a provider that sends nothing
    ) -> None:
        super().__init__(("127.0.0.1", port), Desk)
        self.outbox, self.behaviour = outbox, behaviour
        self.account, self.token = account, token

    @property
    def url(self) -> str:
        return f"http://{self.account}:{self.token}@127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: Any) -> None:
        """Whoever asked has gone: that is what it is for."""


class Desk(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/":
            self._answer(200, page(self.server.outbox.all()), "text/html; charset=utf-8")
        elif self._is_for_messages(parts.path):
            self._list(parse_qs(parts.query))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/behaviour":
            self.server.behaviour.plan(*json.loads(body))
            self._answer(204, "")
        elif self._is_for_messages(self.path):
            fields = parse_qs(body.decode(), strict_parsing=True)
            self._treat({name: values[0] for name, values in fields.items()})

    def _is_for_messages(self, path: str) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        right = base64.b64encode(f"{self.server.account}:{self.server.token}".encode()).decode()
        if not hmac.compare_digest(given, right):
            self._say(401, {"code": 20003, "message": "Authenticate", "status": 401})
        elif path != MESSAGES.format(account=self.server.account):
            self._say(404, {"code": 20404, "message": "The resource was not found", "status": 404})
        else:
            return True
        return False

    def _treat(self, fields: dict[str, str]) -> None:
        way = self.server.behaviour.next()
        time.sleep(self.server.behaviour.takes_seconds)
        refused = _REFUSALS.get(way)
        if refused:
            status, code, message = refused
            self._say(status, {"code": code, "message": message, "status": status})
        elif way is Way.BREAK_BEFORE:
            self._hang_up()
        else:
            self._take(fields, way)

    def _take(self, fields: dict[str, str], way: Way) -> None:
        if way is Way.LATE:
            time.sleep(self.server.behaviour.hang_seconds)
        sender = fields.get("From") or fields["MessagingServiceSid"]
        kept = self.server.outbox.take(
            "sms", sender, fields["To"], fields["Body"], callback=fields.get("StatusCallback", "")
        )
        tell_story(self.server.outbox, kept, way, self.server.token)
        after: dict[Way, Callable[[], None]] = {
            Way.BREAK_AFTER: self._hang_up,
            Way.LATE: self._hang_up,
            Way.HANG_AFTER: self._stand_still,
            Way.ERROR_AFTER: lambda: self._say(500, {"code": 20500, "message": "Internal error"}),
        }
        time.sleep(self.server.behaviour.takes_seconds)
        after.get(way, lambda: self._say(201, _told(kept)))()

    def _list(self, asked: dict[str, list[str]]) -> None:
        to, most = asked.get("To", [""])[0], int(asked.get("PageSize", ["50"])[0])
        found = [each for each in self.server.outbox.all() if to in {"", each.to}]
        more = "more" if len(found) > most else None
        told = [_told(each) for each in found[:most] if each.channel == "sms"]
        self._say(200, {"messages": told, "next_page_uri": more})

    def _stand_still(self) -> None:
        time.sleep(self.server.behaviour.hang_seconds)
        self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True

    def _say(self, status: int, said: dict[str, Any]) -> None:
        self._answer(status, json.dumps(said), "application/json")

    def _answer(self, status: int, body: str, kind: str = "text/plain") -> None:
        self.send_response(status)
        if body:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Numbers of families are nothing for a log."""


_REFUSALS = {
    Way.TURN_AWAY: (429, 20429, "Too Many Requests"),
    Way.REFUSE_NUMBER: (400, 21211, "The 'To' number is not a valid phone number."),
    Way.REFUSE_TEXT: (400, 21617, "The message body exceeds the 1600 character limit."),
    Way.ERROR_BEFORE: (503, 20503, "Service unavailable"),
}


def _told(kept: Kept) -> dict[str, Any]:
    return {
        "sid": kept.sid,
        "to": kept.to,
        "from": kept.sender,
        "body": kept.text,
        "status": kept.status,
        "error_code": kept.error_code,
        "date_created": format_datetime(dt.datetime.fromisoformat(kept.at)),
    }
