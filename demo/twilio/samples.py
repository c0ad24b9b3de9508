"""Small files for the telephone to send: a picture, a letter, a voice note, a contact. Made here, so that none is kept."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from demo.twilio.inbound import File

WIDTH, HEIGHT = 420, 560


def picture() -> File:
    """A PNG that looks like a letter: a white page with lines and a blue head."""
    rows = []
    for y in range(HEIGHT):
        row = bytearray(b"\xff" * (WIDTH * 3))
        if 40 <= y < 72:
            row[40 * 3:200 * 3] = b"\x15\x42\x73" * 160
        elif y >= 120 and (y - 120) % 28 < 6 and y < 500:
            end = 380 if (y - 120) // 28 % 5 != 4 else 220
            row[40 * 3:end * 3] = b"\x99\x9f\xa6" * (end - 40)
        rows.append(b"\x00" + bytes(row))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    data = _chunk(b"IDAT", zlib.compress(b"".join(rows), 9))
    content = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + data + _chunk(b"IEND", b"")
    return File("image/png", "brief.png", content)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def letter() -> File:
    """A PDF of one page with one line."""
    text = b"BT /F1 18 Tf 60 760 Td (Voorbeeldbrief) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(content)
    content += b"xref\n0 6\n0000000000 65535 f \n" + table
    content += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return File("application/pdf", "brief.pdf", content)


def voice_note() -> File:
    """Two seconds of silence in Ogg Opus (RFC 7845), as WhatsApp sends voice notes."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 9) + b"verbonden" + struct.pack("<I", 0)
    silence = b"\xf8\xff\xfe"  # 20 ms
    pages = [_page([head], 0, 0, 2), _page([tags], 0, 1, 0), _page([silence] * 100, 100 * 960, 2, 4)]
    return File("audio/ogg", "spraak.ogg", b"".join(pages))


def _page(packets: list[bytes], position: int, number: int, flags: int) -> bytes:
    sizes = bytes(len(packet) for packet in packets)
    head = b"OggS" + struct.pack("<BBqIII", 0, flags, position, 1, number, 0) + bytes([len(sizes)]) + sizes
    page = head + b"".join(packets)
    return page[:22] + struct.pack("<I", _crc(page)) + page[26:]


def _crc(data: bytes) -> int:
    """CRC-32 with the polynomial of Ogg (RFC 3533): not reflected, begins at 0."""
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = ((value << 1) ^ 0x04C11DB7) & 0xFFFFFFFF if value & 0x80000000 else (value << 1) & 0xFFFFFFFF
    return value


def contact() -> File:
    """A contact as WhatsApp passes it on."""
    text = "BEGIN:VCARD\nVERSION:3.0\nN:Voorbeeld;Anna;;;\nFN:Anna Voorbeeld\nTEL;TYPE=CELL:+31611111111\nEND:VCARD\n"
    return File("text/vcard", "contact.vcf", text.encode())


SAMPLES: dict[str, Callable[[], File]] = {"foto": picture, "pdf": letter, "spraak": voice_note, "contact": contact}
