"""Email through an SMTP server. What it took cannot be looked up afterwards."""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from school_erp.core.clock import now
from school_erp.messages.channels.provider import Answer, Parcel, Seen
from school_erp.messages.vocabulary import Outcome

SECONDS = 15
OK, PERMANENT = 250, 500
# no such mailbox, moved, name not allowed
_BAD_MAILBOX = {550, 551, 553, 556}


@dataclass
class Smtp:
    """`smtp://` turns to TLS (STARTTLS), `smtps://` begins with it, `smtp+plain://` has none."""

    url: str = field(repr=False)
    from_: str
    seconds: float = SECONDS
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    name: str = "smtp"
    keeps_a_list: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self._scheme, self._host, self._port = parts.scheme, parts.hostname or "", parts.port
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")

    def hand_over(self, parcel: Parcel) -> Answer:
        try:
            written = written_as_mail(parcel, self.from_)
        except (ValueError, IndexError) as fault:
            return Answer(Outcome.BAD_ADDRESS, detail=f"not an address: {fault}"[:300])
        try:
            client = self._signed_in()
        except (OSError, smtplib.SMTPException) as fault:
            return Answer(Outcome.TURNED_AWAY, detail=_told(fault))
        try:
            return self._say(client, parcel, written)
        finally:
            # it has said what it had to say
            with suppress(OSError, smtplib.SMTPException):
                client.quit()
            client.close()

    def messages_to(self, _address: str, _since: dt.datetime) -> Sequence[Seen] | None:
        return None

    def _signed_in(self) -> smtplib.SMTP:
        client: smtplib.SMTP
        if self._scheme == "smtps":
            client = smtplib.SMTP_SSL(
                self._host, self._port or 465, timeout=self.seconds, context=self.trusted
            )
        else:
            client = smtplib.SMTP(self._host, self._port or 587, timeout=self.seconds)
        try:
            if self._scheme == "smtp":
                client.starttls(context=self.trusted)
            client.ehlo_or_helo_if_needed()
            if self._user:
                client.login(self._user, self._password)
        except BaseException:
            client.close()
            raise
        return client

    def _say(self, client: smtplib.SMTP, parcel: Parcel, written: EmailMessage) -> Answer:
        try:
            code, said = client.mail(Address(addr_spec=self.from_).addr_spec)
            if code != OK:
                return Answer(Outcome.TURNED_AWAY, detail=_line(code, said))
            code, said = client.rcpt(parcel.address)
            if code not in {OK, 251}:
                return Answer(_refused(code), detail=_line(code, said))
        except (OSError, smtplib.SMTPException) as fault:
            return Answer(Outcome.TURNED_AWAY, detail=_told(fault))
        return _give(client, written)


def written_as_mail(parcel: Parcel, from_: str) -> EmailMessage:
    """Its id is the message's, so that of two copies a reader's program shows one."""
    mail = EmailMessage()
    # nothing else may go over the line
    parcel.address.encode("ascii")
    mail["From"] = Address(" ".join(parcel.sender.split()), addr_spec=from_)
    mail["To"] = Address(addr_spec=parcel.address)
    mail["Subject"] = " ".join(parcel.subject.split())
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = message_id(parcel, from_)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(parcel.text)
    mail.add_alternative(parcel.html, subtype="html")
    return mail


def message_id(parcel: Parcel, from_: str) -> str:
    return f"<{parcel.message_id}@{from_.rpartition('@')[2]}>"


def _give(client: smtplib.SMTP, written: EmailMessage) -> Answer:
    try:
        code, said = client.data(written.as_bytes(policy=written.policy.clone(linesep="\r\n")))
    except smtplib.SMTPDataError as refusal:
        # before anything of it was said
        return Answer(_refused_content(refusal.smtp_code), detail=_told(refusal))
    except (OSError, smtplib.SMTPException) as fault:
        return Answer(Outcome.UNKNOWN, detail=_told(fault))
    if code == OK:
        return Answer(Outcome.ACCEPTED, written["Message-ID"], _line(code, said))
    return Answer(_refused_content(code), detail=_line(code, said))


def _refused(code: int) -> Outcome:
    if code in _BAD_MAILBOX:
        return Outcome.BAD_ADDRESS
    return Outcome.FAILED if code >= PERMANENT else Outcome.TURNED_AWAY


def _refused_content(code: int) -> Outcome:
    return Outcome.FAILED if code >= PERMANENT else Outcome.TURNED_AWAY


def _line(code: int, said: bytes) -> str:
    return f"{code} {said.decode(errors='replace')}"[:300]


def _told(fault: BaseException) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        said = fault.smtp_error
        return _line(fault.smtp_code, said if isinstance(said, bytes) else said.encode())
    return type(fault).__name__
