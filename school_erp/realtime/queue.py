"""Socket.IO's message queue as we need it: in batches, with bounded waits, and known to be heard.

A listener whose line is dead looks like one to whom nobody speaks. So every process says a word to
itself on the same line every few seconds; when none arrives, it is deaf and says so. Whoever could
not publish, or not hear, for a while says that there is a gap, and browsers fetch what they missed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import socketio
import structlog
from redis import Redis, RedisError
from redis.client import PubSub

from school_erp.core.clock import now
from school_erp.core.settings import redis_options
from school_erp.realtime.metrics import LAG_SECONDS
from school_erp.realtime.recording import Recorded
from school_erp.realtime.rooms import INSTITUTION
from school_erp.realtime.several import in_full

log = structlog.get_logger(__name__)

CHANNEL = "flask-socketio"
EVENTS = f"{CHANNEL}:events"
GAPS = f"{CHANNEL}:gaps"
PROVED_EVERY_SECONDS = 2.0
DEAF_AFTER_SECONDS = 6.0
PAUSE_SECONDS = 0.5

Body = dict[str, Any]
T = TypeVar("T")


class EventQueue(socketio.RedisManager):  # type: ignore[misc]
    def __init__(self, url: str) -> None:
        super().__init__(url, channel=CHANNEL)
        self._sender = Redis.from_url(url, **redis_options())
        self._own_channel = f"{CHANNEL}:{self.host_id}"
        # how everything begins that this process tells, and need not hear again
        self._own_words = self.json.dumps({"host_id": self.host_id})[:-1].encode()
        self._heard_at: float | None = None
        self._away = False
        # whether nothing was heard on this line yet
        self._fresh = True

    @property
    def is_deaf(self) -> bool:
        """Of a process that should be listening."""
        heard_at = self._heard_at
        return heard_at is not None and time.monotonic() - heard_at > DEAF_AFTER_SECONDS

    @property
    def is_cut_off(self) -> bool:
        """The others do not hear this process, or it should be listening and hears nothing."""
        return self._away or (self._heard_at is not None and self._fresh)

    @property
    def rooms_here(self) -> int:
        """Beside that of everybody, and the one that each socket is for itself."""
        rooms = self.rooms.get("/", {})
        return max(0, len(rooms) - 1 - len(rooms.get(None, ())))

    def waiting_for(self, sid: str) -> int:
        """How many packets a socket has not read yet."""
        line = self.server.eio.sockets.get(self.eio_sid_from_sid(sid, "/"))
        return line.queue.qsize() if line else 0

    def lines_without_a_socket(self) -> set[str]:
        """Open, but nobody has said on them who they are, or they were refused."""
        known = self.rooms.get("/", {}).get(None, {})
        return set(self.server.eio.sockets) - set(known.values())

    def initialize(self) -> None:
        self._heard_at = time.monotonic()
        super().initialize()

    def send_all(self, bodies: Sequence[Body]) -> bool:
        """To the sockets here, and in one message to all other processes."""
        stored_at, rooms = now().timestamp(), [body["room"] for body in bodies]
        self._deliver(rooms, bodies, stored_at, dict)
        said = {"host_id": self.host_id, "stored_at": stored_at, "rooms": rooms}
        return self._send(EVENTS, "\n".join([self.json.dumps(said), *map(self._text_of, bodies)]))

    def _text_of(self, body: Body) -> str:
        """What was stored was written then."""
        text: str = body.text if isinstance(body, Recorded) else self.json.dumps(body)
        return text

    def close(self) -> None:
        self._sender.close()

    def _deliver(
        self,
        rooms: Sequence[str],
        bodies: Sequence[T],
        stored_at: float,
        read: Callable[[T], Body],
    ) -> None:
        """A body is only read where somebody is in its room."""
        inhabited = self.rooms.get("/", {})
        for room, told in zip(rooms, bodies, strict=True):
            if room in inhabited:
                body = read(told)
                if "payload" in body:
                    body["payload"] = in_full(body["payload"])
                self.emit(body["type"], body, "/", to=room, ignore_queue=True)
        LAG_SECONDS.observe(max(0.0, now().timestamp() - stored_at))

    def _tell_sockets_of_gap(self) -> None:
        self._tell_sockets("catchUp")

    def _tell_sockets(self, message: str) -> None:
        for room in list(self.rooms.get("/", {})):
            if room and room.startswith(INSTITUTION.prefix):
                self.emit(message, {}, "/", to=room, ignore_queue=True)

    def _publish(self, data: dict[str, Any]) -> None:
        self._send(self.channel, self.json.dumps(data))

    def _send(self, channel: str, message: str) -> bool:
        """While Redis is known to be away nobody waits for it."""
        if self._away:
            return False
        try:
            self._sender.publish(channel, message)
        except RedisError as fault:
            log.warning("events_not_published", why=type(fault).__name__)
            self._away = True
            self._tell_sockets("cutOff")
            self.server.start_background_task(self._tell_of_gap)
            return False
        return True

    def _tell_of_gap(self) -> None:
        """As soon as Redis is back."""
        while self._away:
            time.sleep(PAUSE_SECONDS)
            try:
                self._sender.publish(GAPS, self.host_id)
            except RedisError:
                continue
            self._away = False
            log.info("event_queue_back")

    def _listen(self) -> Iterator[bytes]:
        """What others publish, through any loss of the line."""
        while True:
            try:
                with self._line() as line:
                    yield from self._follow(line)
            except (RedisError, OSError) as fault:
                if not self._fresh:
                    log.warning("event_queue_lost", why=type(fault).__name__)
                    self._tell_sockets("cutOff")
                self._fresh = True
            time.sleep(PAUSE_SECONDS)

    @contextmanager
    def _line(self) -> Iterator[PubSub]:
        options = {**redis_options(), "socket_timeout": DEAF_AFTER_SECONDS}
        with Redis.from_url(self.redis_url, **options) as redis, redis.pubsub() as line:
            line.subscribe(self.channel, EVENTS, GAPS, self._own_channel)
            yield line

    def _follow(self, line: PubSub) -> Iterator[bytes]:
        """Our own channels are heard here, Socket.IO's is left to it."""
        opened_at, proved_at = time.monotonic(), float("-inf")
        while True:
            if time.monotonic() - proved_at > PROVED_EVERY_SECONDS:
                proved_at = time.monotonic()
                self._sender.publish(self._own_channel, b"")
            message = line.get_message(ignore_subscribe_messages=True, timeout=PROVED_EVERY_SECONDS)
            if message is None:
                self._refuse_silence(opened_at)
            elif message["channel"] == self.channel.encode():
                yield message["data"]
            else:
                self._hear_safely(message["channel"].decode(), message["data"])
                # what was told goes out before more is read, so that slow lines can be told apart
                time.sleep(0)

    def _hear_safely(self, channel: str, text: bytes) -> None:
        try:
            self._hear(channel, text)
        except Exception:
            log.exception("event_not_delivered")

    def _hear(self, channel: str, text: bytes) -> None:
        if channel == EVENTS:
            if not text.startswith(self._own_words):
                head, *bodies = text.split(b"\n")
                said = self.json.loads(head)
                self._deliver(said["rooms"], bodies, said["stored_at"], self.json.loads)
        elif channel == GAPS:
            self._tell_sockets_of_gap()
        else:
            self._heard_at = time.monotonic()
            if self._fresh:
                self._fresh = False
                log.info("event_queue_heard")
                self._tell_sockets_of_gap()

    def _refuse_silence(self, opened_at: float) -> None:
        if self.is_deaf and time.monotonic() - opened_at > DEAF_AFTER_SECONDS:
            raise ConnectionError("nothing is heard on this line")
