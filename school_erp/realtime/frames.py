"""What we send over WebSockets, made once for everybody who is sent it."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol

from school_erp.realtime.sizes import LARGEST_MESSAGE

OFFER = "permessage-deflate"
# Nothing is kept from one message to the next: that would be 300 KiB for each socket, and
# everybody's compressed messages would differ.
AGREED = f"{OFFER}; server_no_context_takeover; client_no_context_takeover"
WHOLE_WINDOW = "server_max_window_bits=15"
LEAST_COMPRESSED = 1024
LEVEL = 4
GOODBYE = b"\x88\x02\x03\xe8"

_FINAL, _COMPRESSED, _TEXT, _BINARY = 0x80, 0x40, 0x1, 0x2
_TAIL = b"\x00\x00\xff\xff"


def frame_of(packet: Any, *, compressed: bool) -> bytes:
    """Of an Engine.IO packet, which keeps it for its next recipient."""
    name = "compressed_frame" if compressed else "frame"
    made: bytes | None = getattr(packet, name, None)
    if made is None:
        made = _made(packet.encode(), compressed=compressed)
        setattr(packet, name, made)
    return made


def compression_agreed_on(offered: str) -> str:
    """The answer to what a client offers, where we take it."""
    for offer in offered.split(","):
        name, *wishes = (part.strip() for part in offer.split(";"))
        window = [wish for wish in wishes if wish.startswith("server_max_window_bits")]
        if name == OFFER and window in ([], [WHOLE_WINDOW]):
            return "; ".join([AGREED, *window])
    return ""


def _made(said: str | bytes, *, compressed: bool) -> bytes:
    first = _FINAL | (_TEXT if isinstance(said, str) else _BINARY)
    payload = said.encode() if isinstance(said, str) else bytes(said)
    if compressed and len(payload) >= LEAST_COMPRESSED:
        squeezing = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        payload = squeezing.compress(payload) + squeezing.flush(zlib.Z_SYNC_FLUSH)
        first, payload = first | _COMPRESSED, payload.removesuffix(_TAIL)
    return _head(first, len(payload)) + payload


def _head(first: int, length: int) -> bytes:
    if length < 126:
        return bytes((first, length))
    if length < 1 << 16:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)


class BoundedDeflate(PerMessageDeflate):
    """Unpacks no more than a message may be, however little it is packed into."""

    def __init__(self) -> None:
        super().__init__(client_no_context_takeover=True, server_no_context_takeover=True)
        self._enabled = True

    def frame_inbound_payload_data(
        self,
        proto: FrameDecoder | FrameProtocol,  # noqa: ARG002 - as it is called
        data: bytes,
    ) -> bytes | CloseReason:
        unpacking = self._decompressor
        if unpacking is None or not (self._inbound_compressed and self._inbound_is_compressible):
            return data
        try:
            unpacked = unpacking.decompress(bytes(data), LARGEST_MESSAGE + 1)
        except zlib.error:
            return CloseReason.INVALID_FRAME_PAYLOAD_DATA
        return CloseReason.MESSAGE_TOO_BIG if unpacking.unconsumed_tail else unpacked
