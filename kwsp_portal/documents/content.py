"""Large files on their way into the database and out of it, without a copy of them for every layer between."""

import io
import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final

from django.db import connection

from kwsp_portal.documents.models import StoredFile

PIECE: Final = 8 * 1024 * 1024
"""Bytes that are asked for at once: in PostgreSQL's text each is two."""
_LONGEST_NAME: Final = 255
# COPY's binary format: its signature, flags and header extension; minus one fields at the end.
_HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + struct.pack("!ii", 0, 0)
_END: Final = struct.pack("!h", -1)
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_COPY: Final = "COPY documents_storedfile (id, name, size, sha256, content, uploaded_by_id, uploaded_at) FROM STDIN (FORMAT binary)"
_NEXT: Final = "SELECT nextval(pg_get_serial_sequence('documents_storedfile', 'id')), now()"


def keep(*, name: str, otherwise: str, content: bytes, sha256: str, by_id: int) -> StoredFile:
    """Keep a file as it came, in the caller's transaction; its content is fetched when it is asked for. `otherwise` is the name of one whose own
    is empty.

    As a parameter of INSERT its bytes would be written out as hexadecimal digits and copied four times; COPY takes them as they are.
    """
    shown = PurePath(name.replace("\\", "/").replace("\0", "")).name[-_LONGEST_NAME:] or otherwise
    with connection.cursor() as cursor:
        cursor.execute(_NEXT)
        number, moment = cursor.fetchone()
        since = moment - _EPOCH
        fields = (
            struct.pack("!q", number),
            shown.encode("utf-8", "replace"),
            struct.pack("!i", len(content)),
            sha256.encode(),
            content,
            struct.pack("!q", by_id),
            struct.pack("!q", (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds),
        )
        cursor.copy_expert(_COPY, _Stream(fields), 1 << 18)
    kept = {"id": number, "name": shown, "size": len(content), "sha256": sha256, "uploaded_by_id": by_id, "uploaded_at": moment}
    return StoredFile.from_db(connection.alias, list(kept), list(kept.values()))


def read(file_id: int) -> bytes:
    """The file, byte for byte."""
    whole = io.BytesIO()
    for piece in _pieces(file_id):
        whole.write(piece)
    return whole.getvalue()


def _pieces(file_id: int) -> Iterator[memoryview]:
    start = 1
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT substring(content FROM %s FOR %s) FROM documents_storedfile WHERE id = %s", [start, PIECE, file_id])
            found = cursor.fetchone()
            if found is None:
                raise StoredFile.DoesNotExist(file_id)
            yield found[0]
            if len(found[0]) < PIECE:
                return
            start += PIECE


class _Stream:
    """One row in COPY's binary format, read piece by piece."""

    def __init__(self, fields: Sequence[bytes]) -> None:
        parts = [_HEAD, struct.pack("!h", len(fields))]
        for field in fields:
            parts += [struct.pack("!i", len(field)), field]
        self._parts = iter([*parts, _END])
        self._part = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        while not self._part:
            following = next(self._parts, None)
            if following is None:
                return b""
            self._part = memoryview(following)
        piece, self._part = self._part[:size], self._part[size:]
        return bytes(piece)
