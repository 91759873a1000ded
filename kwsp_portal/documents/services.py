"""Keeping papers that were scanned or photographed: only what can be one is taken."""

import hashlib
from pathlib import PurePath
from typing import Final, NamedTuple

from django.db.models.functions import Now

from kwsp_portal.documents.models import StoredFile

MOST_BYTES: Final = 5 * 1024 * 1024
LONGEST_NAME: Final = 255
_BEGINNINGS: Final = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Upload(NamedTuple):
    """A file as it was sent."""

    name: str
    content: bytes


class NotAPaper(Exception):
    """`code`: EMPTY, TOO_BIG, TYPE; `name` of the file."""

    def __init__(self, code: str, name: str) -> None:
        self.code, self.name = code, name
        super().__init__(f"{code} {name}")


def check(upload: Upload) -> None:
    """A PDF, JPEG or PNG by its first bytes, of 5 MB at most. Raises NotAPaper."""
    if not upload.content:
        raise NotAPaper("EMPTY", upload.name)
    if len(upload.content) > MOST_BYTES:
        raise NotAPaper("TOO_BIG", upload.name)
    if not any(upload.content.startswith(beginning) for beginning in _BEGINNINGS):
        raise NotAPaper("TYPE", upload.name)


def digest(upload: Upload) -> str:
    """By what a kept file is known to be this one."""
    return hashlib.sha256(upload.content).hexdigest()


def keep(upload: Upload, *, by_id: int) -> StoredFile:
    """Keep a paper as it came, in the caller's transaction. Raises NotAPaper."""
    check(upload)
    return StoredFile.objects.create(
        name=PurePath(upload.name.replace("\\", "/")).name[-LONGEST_NAME:] or "dokumen",
        size=len(upload.content),
        sha256=digest(upload),
        content=upload.content,
        uploaded_by_id=by_id,
        uploaded_at=Now(),
    )
