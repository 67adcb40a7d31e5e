"""Takes the pictures in docs/images, of a demo school on a morning.

`python -m bench.pictures [STORY ...]`: anew whenever pages have changed; all of them, or those of
the teacher, the hall, the parent, the office.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Iterator

from bench._pictures.album import STORIES
from bench._pictures.demo import demo
from config import ROOT

IMAGES = ROOT / "docs" / "images"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def main(wanted: list[str]) -> None:
    with demo() as school:
        for story in wanted or STORIES:
            for name, page in STORIES[story](school):
                page.wait_for_load_state("networkidle" if name != "offline" else "load")
                picture = packed(page.screenshot(animations="disabled"))
                (IMAGES / f"{name}.png").write_bytes(picture)
                print(f"{name}: {len(picture) / 1024:.0f} KB", flush=True)


def packed(picture: bytes) -> bytes:
    """The same picture as small as it gets; browsers hurry."""
    parts = list(_parts(picture))
    lines = zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT"))
    small = zlib.compress(lines, 9)
    kept = [part for part in parts if part[0] in (b"IHDR", b"PLTE", b"tRNS")]
    return _SIGNATURE + b"".join(_part(*part) for part in (*kept, (b"IDAT", small), (b"IEND", b"")))


def _parts(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(picture):
        length, kind = struct.unpack_from(">I4s", picture, at)
        yield kind, picture[at + 8 : at + 8 + length]
        at += length + 12


def _part(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


if __name__ == "__main__":
    main(sys.argv[1:])
