"""Secrets at rest: AES-GCM under a key of the portal's settings, bound to what the secret is for.

What is stored says by which key it was written: the first of `settings.ENCRYPTION_KEYS` writes, the others still read, so that a key can be
replaced without a moment in which nothing can be read. A purpose has a key of its own (HKDF) and stands in the authenticated data: what was
encrypted for one column cannot be read in another.
"""

import functools
import os
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

_VERSION: Final = b"\x01"
_NONCE: Final = 12
SHORTEST_KEY: Final = 32


class CannotDecrypt(ValueError):
    """Not ours, of another purpose, changed, or written by a key that is no longer known. Says nothing of the content."""


def encrypt(text: str, *, purpose: str) -> bytes:
    """The text under the newest key: version, key id, nonce, then what AES-GCM gives."""
    key_id, secret = next(iter(keys().items()))
    head = _head(key_id)
    nonce = os.urandom(_NONCE)
    return head + nonce + _cipher(secret, purpose).encrypt(nonce, text.encode(), head + purpose.encode())


def decrypt(data: bytes | memoryview, *, purpose: str) -> str:
    """The text again. Raises CannotDecrypt."""
    data = bytes(data)
    length = data[1] if len(data) > 1 else 0
    head, rest = data[: 2 + length], data[2 + length :]
    if data[:1] != _VERSION or len(rest) <= _NONCE:
        raise CannotDecrypt(f"{purpose}: found something that was not encrypted here")
    key_id = head[2:].decode("ascii", "replace")
    secret = keys().get(key_id)
    if secret is None:
        raise CannotDecrypt(f"{purpose}: written by the key {key_id!r}, found {', '.join(keys())} in ENCRYPTION_KEYS")
    try:
        return _cipher(secret, purpose).decrypt(rest[:_NONCE], rest[_NONCE:], head + purpose.encode()).decode()
    except InvalidTag:
        raise CannotDecrypt(f"{purpose}: changed, or encrypted for another purpose") from None


def keys() -> Mapping[str, str]:
    """Key ids with their secrets, the writing one first. Raises ImproperlyConfigured, which names no secret."""
    return _keys(tuple(settings.ENCRYPTION_KEYS))


@functools.lru_cache(maxsize=4)
def _keys(entries: tuple[str, ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        key_id, _, secret = entry.partition(":")
        if not (key_id.isascii() and key_id.isalnum() and len(key_id) <= 20) or len(secret) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"ENCRYPTION_KEYS: found an entry {key_id[:20]!r}, expected id:secret with an id of up to 20 letters and digits "
                f"and at least {SHORTEST_KEY} random characters"
            )
        found[key_id] = secret
    if not found:
        raise ImproperlyConfigured("ENCRYPTION_KEYS: found nothing, expected id:secret, the key that writes first")
    return found


def _head(key_id: str) -> bytes:
    return _VERSION + bytes([len(key_id)]) + key_id.encode("ascii")


@functools.lru_cache(maxsize=64)
def _cipher(secret: str, purpose: str) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"kwsp:" + purpose.encode())
    return AESGCM(derived.derive(secret.encode()))


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text in Python, `encrypt(...)` of it in the column. It can be asked for nothing but whether it is there."""

    _pyi_private_get_type: str  # type: ignore[assignment]
    _pyi_private_set_type: str  # type: ignore[assignment]

    description = "Text, encrypted at rest"

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        if not purpose:
            raise TypeError("EncryptedTextField needs a purpose, such as notify.secrets")
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(value, purpose=self.purpose)

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value, purpose=self.purpose) if isinstance(value, str) else super().get_prep_value(value)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.purpose}: an encrypted column is not written into a file")

    def get_lookup(self, lookup_name: str) -> Any:
        """Two encryptions of one text differ: a comparison would find nothing, silently."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
