"""Its mail server: enough SMTP to be spoken to by any client, with TLS where it is given one."""

from __future__ import annotations

import base64
import email
import email.policy
import socketserver
import ssl
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from school_erp.workbench.provider.behaviour import Behaviour, Way
from school_erp.workbench.provider.outbox import Outbox

LONGEST_LINE = 4096


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self,
        outbox: Outbox,
        behaviour: Behaviour,
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        tls_at_once: bool = False,
        users: dict[str, str] | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.outbox, self.behaviour = outbox, behaviour
        self.tls, self.tls_at_once, self.users = tls, tls_at_once, users or {}
        # as they came over the line
        self.letters: list[bytes] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: Any) -> None:
        """Whoever wrote has gone."""


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def setup(self) -> None:
        if self.server.tls and self.server.tls_at_once:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()
        self._secure = self.server.tls_at_once
        self._known = not self.server.users
        self._sender, self._to, self._over = "", "", False
        self._way = Way.ACCEPT

    def finish(self) -> None:
        super().finish()
        # under TLS it is another one than the server closes
        self.request.close()

    def handle(self) -> None:
        self._say("220 demo")
        while not self._over and (line := self.rfile.readline(LONGEST_LINE)):
            verb, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            act = getattr(self, f"on_{verb.lower()}", None)
            if act is None:
                self._say("502 not known here")
            else:
                act(rest)

    def on_ehlo(self, _: str) -> None:
        offered = ["demo"]
        if self.server.tls and not self._secure:
            offered.append("STARTTLS")
        if self.server.users:
            offered.append("AUTH PLAIN")
        for each in offered[:-1]:
            self._say(f"250-{each}")
        self._say(f"250 {offered[-1]}")

    def on_starttls(self, _: str) -> None:
        assert self.server.tls is not None  # noqa: S101 - else it was not offered
        self._say("220 go on")
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()
        self._secure = True

    def on_auth(self, rest: str) -> None:
        given = base64.b64decode(rest.removeprefix("PLAIN ")).decode().split("\0")
        self._known = self.server.users.get(given[1]) == given[2]
        self._say("235 come in" if self._known else "535 not you")

    def on_mail(self, rest: str) -> None:
        self._sender = _address(rest)
        self._say("250 ok" if self._known else "530 sign in first")

    def on_rcpt(self, rest: str) -> None:
        self._to = _address(rest)
        self._way = self.server.behaviour.next()
        refused = {Way.REFUSE_NUMBER: "550 5.1.1 no such mailbox", Way.TURN_AWAY: "451 later"}
        if self._way is Way.BREAK_BEFORE:
            self._over = True
        else:
            self._say(refused.get(self._way, "250 ok"))

    def on_data(self, _: str) -> None:
        self._say("354 go on")
        letter = self._letter()
        after: dict[Way, Callable[[], object]] = {
            Way.REFUSE_TEXT: lambda: self._say("554 looks like spam"),
            Way.BREAK_AFTER: self._hang_up,
            Way.HANG_AFTER: self._stand_still,
        }
        if self._way is not Way.REFUSE_TEXT:
            self._keep(letter)
        after.get(self._way, lambda: self._say("250 taken"))()

    def on_rset(self, _: str) -> None:
        self._say("250 ok")

    def on_quit(self, _: str) -> None:
        self._say("221 bye")
        self._over = True

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _keep(self, letter: bytes) -> None:
        self.server.letters.append(letter)
        read = email.message_from_bytes(letter, policy=email.policy.default)
        assert isinstance(read, EmailMessage)  # noqa: S101 - by that policy
        plain = read.get_body(("plain",))
        text = plain.get_content() if plain else ""
        self.server.outbox.take(
            "email", self._sender, self._to, text, subject=str(read["Subject"] or "")
        )

    def _hang_up(self) -> None:
        self._over = True

    def _stand_still(self) -> None:
        time.sleep(self.server.behaviour.hang_seconds)
        self._over = True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
