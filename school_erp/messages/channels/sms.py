"""SMS through an HTTP provider in Twilio's shape."""

from __future__ import annotations

import base64
import datetime as dt
import http.client
import json
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from school_erp.messages.channels.dialect import IDEMPOTENCY_HEADER, is_bad, outcome_of
from school_erp.messages.channels.provider import Answer, Parcel, Seen
from school_erp.messages.vocabulary import Outcome

SECONDS = 10
LARGEST_ANSWER = 2 * 1024 * 1024
MOST_LISTED = 100
_Said = tuple[int, Any]


@dataclass
class SmsApi:
    """`https://ACCOUNT:TOKEN@host`; `from_` is a number, a sender's name, or a service (MG…)."""

    url: str = field(repr=False)
    from_: str
    callback_url: Callable[[Parcel], str]
    seconds: float = SECONDS
    name: str = "sms"
    keeps_a_list: bool = True

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self.token = unquote(parts.password or "")
        account = unquote(parts.username or "")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._messages = f"{parts.path.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        basic = base64.b64encode(f"{account}:{self.token}".encode()).decode()
        self._headers = {"Authorization": f"Basic {basic}", "Accept": "application/json"}

    def hand_over(self, parcel: Parcel) -> Answer:
        connection = self._connection()
        try:
            connection.connect()
        except (OSError, http.client.HTTPException) as fault:
            # nothing was said yet
            return Answer(Outcome.TURNED_AWAY, detail=f"no connection: {type(fault).__name__}")
        try:
            status, said = self._post(connection, parcel)
        except (OSError, http.client.HTTPException, ValueError) as fault:
            return Answer(Outcome.UNKNOWN, detail=f"no answer: {type(fault).__name__}")
        finally:
            connection.close()
        return _answer(status, said)

    def messages_to(self, address: str, since: dt.datetime) -> Sequence[Seen] | None:
        """By number and not by day, for what is not sent yet has no day there."""
        query = urlencode({"To": address, "PageSize": MOST_LISTED})
        connection = self._connection()
        try:
            connection.request("GET", f"{self._messages}?{query}", headers=self._headers)
            status, said = _read(connection.getresponse())
            return _listed(said, since) if status == http.HTTPStatus.OK else None
        except (OSError, http.client.HTTPException, ValueError, TypeError, LookupError):
            return None
        finally:
            connection.close()

    def _post(self, connection: http.client.HTTPConnection, parcel: Parcel) -> _Said:
        sender = "MessagingServiceSid" if self.from_.startswith("MG") else "From"
        fields = {
            "To": parcel.address,
            sender: self.from_,
            "Body": parcel.text,
            "StatusCallback": self.callback_url(parcel),
        }
        headers = {
            **self._headers,
            "Content-Type": "application/x-www-form-urlencoded",
            IDEMPOTENCY_HEADER: str(parcel.message_id),
        }
        connection.request("POST", self._messages, urlencode(fields), headers)
        return _read(connection.getresponse())

    def _connection(self) -> http.client.HTTPConnection:
        host = self._host or ""
        if not self._secure:
            return http.client.HTTPConnection(host, self._port, timeout=self.seconds)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, self._port, timeout=self.seconds, context=context)


def _read(response: http.client.HTTPResponse) -> _Said:
    body = response.read(LARGEST_ANSWER)
    try:
        return response.status, json.loads(body)
    except ValueError:
        if response.status < http.HTTPStatus.MULTIPLE_CHOICES:
            raise
        return response.status, {}


def _answer(status: int, said: Any) -> Answer:
    said = said if isinstance(said, dict) else {}
    code, detail = said.get("code"), f"{status} {said.get('code', '')} {said.get('message', '')}"
    if status < http.HTTPStatus.MULTIPLE_CHOICES:
        sid = str(said.get("sid") or "") or None
        outcome = outcome_of(str(said.get("status", "")), said.get("error_code"))
        return Answer(outcome or Outcome.ACCEPTED, sid) if sid else Answer(Outcome.UNKNOWN)
    return Answer(_refused(status, code), detail=detail.strip()[:300])


def _refused(status: int, code: object) -> Outcome:
    """A fault of theirs may come after they took it."""
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR or status == http.HTTPStatus.REQUEST_TIMEOUT:
        return Outcome.UNKNOWN
    if is_bad(code):
        return Outcome.BAD_ADDRESS
    if status in {400, 413, 422}:
        return Outcome.FAILED
    # too fast, or wrong credentials, or a wrong address of theirs: an operator may mend that
    return Outcome.TURNED_AWAY


def _listed(said: Any, since: dt.datetime) -> list[Seen] | None:
    """Newest first. Where there is more of that time than one page, it says too little."""
    late = [each for each in said["messages"] if _moment(each["date_created"]) >= since]
    if said.get("next_page_uri") and len(late) == len(said["messages"]):
        return None
    return [
        Seen(
            str(each["sid"]),
            str(each["body"]),
            outcome_of(each["status"], each.get("error_code")) or Outcome.ACCEPTED,
        )
        for each in late
    ]


def _moment(written: str) -> dt.datetime:
    return dt.datetime.strptime(written, "%a, %d %b %Y %H:%M:%S %z")
