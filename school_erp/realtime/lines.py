"""WebSockets that cost next to nothing while nobody speaks, in the eventlet mode.

Engine.IO keeps three green threads for each socket, to read, to write and to wait for the next
ping. Here the hub itself watches a line; a green thread reads only while there is something to
read, and what is said goes straight to the line.
"""

from __future__ import annotations

from collections import deque
from socket import SHUT_WR
from typing import Any

import eventlet
import structlog
from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from engineio.packet import NOOP, PING, PONG, UPGRADE, Packet
from eventlet.hubs import get_hub
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Message, Ping
from wsproto.extensions import Extension
from wsproto.frame_protocol import CloseReason

from school_erp.core.clock import now
from school_erp.realtime.frames import GOODBYE, BoundedDeflate, frame_of
from school_erp.realtime.sizes import LARGEST_MESSAGE

log = structlog.get_logger(__name__)

# for the other side to read what was said last
GOODBYE_SECONDS = 3
READ_AT_ONCE = 16 * 1024
TOO_LARGE = f"more than the limit of {LARGEST_MESSAGE} bytes"


class Line:
    """One open WebSocket; to Engine.IO it is the queue into which packets are put."""

    __slots__ = (
        *("_compressed", "_ending", "_listening", "_parts", "_protocol", "_size"),
        *("_socket", "_talk", "_unsent", "_upgrading", "_writing"),
    )

    def __init__(self, talk: Any, socket: Any, *, compressed: bool) -> None:
        self._talk, self._socket, self._compressed = talk, socket, compressed
        extensions: list[Extension] = [BoundedDeflate()] if compressed else []
        self._protocol = Connection(ConnectionType.SERVER, extensions)
        self._unsent: deque[memoryview] | None = None
        self._parts: list[str | bytes] = []
        self._size = 0
        self._listening: Any = None
        self._writing: Any = None
        self._ending = False
        # a socket that polled until now takes two steps more
        self._upgrading = talk.connected

    def open(self) -> None:
        if self._upgrading:
            self._talk.upgrading = True
        else:
            self._talk.connected = self._talk.upgraded = True
            self._take_over()
        self._listen()

    def ping(self) -> None:
        if not (self._talk.closing or self._talk.closed):
            self._talk.last_ping = now().timestamp()
            self._talk.send(Packet(PING))

    # what Engine.IO asks of a queue

    def put(self, packet: Packet | None) -> None:
        if packet is None:
            self._end()
        else:
            self._send(frame_of(packet, compressed=self._compressed))

    def qsize(self) -> int:
        return len(self._unsent or ())

    def join(self) -> None:
        """Whoever closes a line does not wait for its last word."""

    # writing

    def _send(self, frame: bytes) -> None:
        if self._ending:
            return
        if self._unsent:
            self._unsent.append(memoryview(frame))
            return
        sent = self._sent_of(frame)
        if sent < len(frame):
            self._unsent = deque([memoryview(frame)[sent:]])
            hub = get_hub()
            self._writing = hub.add(
                hub.WRITE, self._socket.fileno(), self._send_the_rest, _lost, _nothing
            )

    def _send_the_rest(self, _fileno: int) -> None:
        """The line has room again."""
        while self._unsent:
            first = self._unsent[0]
            sent = self._sent_of(first)
            if sent < len(first):
                self._unsent[0] = first[sent:]
                return
            self._unsent.popleft()
        self._unsent = None
        self._stop_writing()
        if self._ending:
            self._say_goodbye()

    def _sent_of(self, frame: bytes | memoryview) -> int:
        try:
            sent: int = self._socket.send(frame)
        except BlockingIOError:
            return 0
        except OSError:
            # whoever reads this line is told that it has ended
            self._unsent = None
            return len(frame)
        return sent

    # reading

    def _listen(self) -> None:
        hub = get_hub()
        self._listening = hub.add(hub.READ, self._socket.fileno(), self._wake, _lost, _nothing)

    def _wake(self, _fileno: int) -> None:
        self._stop_listening()
        eventlet.spawn_n(self._read)

    def _read(self) -> None:
        """All that there is; one message after another."""
        try:
            while said := self._socket.recv(READ_AT_ONCE):
                self._heed(said)
                eventlet.sleep(0)
        except BlockingIOError:
            self._listen()
            return
        except OSError as fault:
            log.debug("line_lost", why=type(fault).__name__)
        except Exception:
            log.exception("line_failed")
        self._part()
        self._shut()

    def _heed(self, said: bytes) -> None:
        """After a goodbye nothing counts any more."""
        if self._ending:
            return
        self._protocol.receive_data(said)
        for event in self._protocol.events():
            if isinstance(event, Message):
                self._gather(event)
            elif isinstance(event, Ping):
                self._send(self._protocol.send(event.response()))
            elif isinstance(event, CloseConnection):
                self._hang_up(event.response())
            if self._ending:
                return

    def _gather(self, part: Message[Any]) -> None:
        data = part.data
        self._size += len(data.encode()) if isinstance(data, str) else len(data)
        if self._size > LARGEST_MESSAGE:
            self._hang_up(CloseConnection(CloseReason.MESSAGE_TOO_BIG, TOO_LARGE))
            return
        self._parts.append(data if isinstance(data, str) else bytes(data))
        if part.message_finished:
            parts, self._parts, self._size = self._parts, [], 0
            self._receive(parts[0][:0].join(parts))  # type: ignore[arg-type]

    def _receive(self, said: str | bytes) -> None:
        packet = Packet(encoded_packet=said)
        if self._upgrading:
            self._step_up(packet)
        elif packet.packet_type == PONG and self._talk.last_ping is not None:
            self._talk.last_ping = None
        else:
            try:
                self._talk.receive(packet)
            except (UnknownPacketError, SocketIsClosedError):
                return

    def _step_up(self, packet: Packet) -> None:
        """Asked whether it works, then told to go over to it."""
        talk = self._talk
        if packet.packet_type == PING and packet.data == "probe":
            self._send(frame_of(Packet(PONG, data="probe"), compressed=False))
            # the request that still waits is answered with this
            talk.queue.put(Packet(NOOP))
        elif packet.packet_type == UPGRADE:
            self._upgrading = talk.upgrading = False
            talk.upgraded = True
            self._take_over()
        else:
            talk.upgrading = False
            raise OSError("this is no upgrade")

    def _take_over(self) -> None:
        """What waits for the socket goes out here from now on."""
        before, self._talk.queue = self._talk.queue, self
        while not before.empty():
            self.put(before.get_nowait())

    # ending

    def _end(self) -> None:
        """Once everything is said."""
        if self._ending:
            return
        self._ending = True
        if not self._unsent:
            self._say_goodbye()
        get_hub().schedule_call_global(GOODBYE_SECONDS, self._shut)

    def _say_goodbye(self, frame: bytes = GOODBYE) -> None:
        """What comes until the other side has read this is read too, or it would be lost."""
        self._sent_of(frame)
        try:
            self._socket.shutdown(SHUT_WR)
        except OSError:
            self._shut()

    def _hang_up(self, why: CloseConnection) -> None:
        self._unsent, self._ending = None, True
        self._stop_writing()
        self._say_goodbye(self._protocol.send(why))
        get_hub().schedule_call_global(GOODBYE_SECONDS, self._shut)
        self._part()

    def _part(self) -> None:
        """Tell Engine.IO that nobody is there any more."""
        talk = self._talk
        if not self._upgrading:
            talk.close(wait=False, abort=True, reason=talk.server.reason.TRANSPORT_CLOSE)
            talk.server.sockets.pop(talk.sid, None)

    def _shut(self) -> None:
        self._ending = True
        self._stop_listening()
        self._stop_writing()
        self._unsent = None
        self._socket.close()

    def _stop_listening(self) -> None:
        if self._listening is not None:
            get_hub().remove(self._listening)
            self._listening = None

    def _stop_writing(self) -> None:
        if self._writing is not None:
            get_hub().remove(self._writing)
            self._writing = None


def _lost(_fault: BaseException) -> None:
    """What the hub would throw into a green thread that waited; none does."""


def _nothing() -> None:
    """What the hub would call if somebody else had closed the socket; nobody else has it."""
