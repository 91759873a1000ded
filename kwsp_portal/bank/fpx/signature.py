"""RSA-SHA1 over the joined fields, as upper-case hexadecimal.

SHA-1 is what FPX prescribes; it is the reason why amount, order and currency are compared with our own order row
even when a signature holds.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kwsp_portal.bank.fpx.errors import FpxRefused, Refused

_CHECK_SUM = re.compile(r"(?:[0-9A-F]{2}){128,512}", re.ASCII)
_SMALLEST_KEY = 2048
PRESCRIBED = hashes.SHA1()  # noqa: S303 - prescribed by FPX; messages of the house's own take a better one


def private_key(pem: bytes) -> rsa.RSAPrivateKey:
    """Raises ValueError unless the PEM holds an RSA key of at least 2,048 bits without a passphrase."""
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _SMALLEST_KEY:
        raise ValueError("an RSA key of at least 2048 bits is needed")
    return key


def sign(text: str, key: rsa.RSAPrivateKey, digest: hashes.HashAlgorithm = PRESCRIBED) -> str:
    return key.sign(text.encode(), padding.PKCS1v15(), digest).hex().upper()


@dataclass(frozen=True)
class Certificates:
    """The certificates of one signer: those in use, and the withdrawn ones, kept so that their use is recognised."""

    current: tuple[x509.Certificate, ...]
    retired: tuple[x509.Certificate, ...] = ()

    @classmethod
    def from_pem(cls, current: Iterable[bytes], retired: Iterable[bytes] = ()) -> "Certificates":
        """Each PEM may hold several certificates. Raises ValueError where one holds none, or no RSA key."""
        found = cls(_load(current), _load(retired))
        if any(not isinstance(one.public_key(), rsa.RSAPublicKey) for one in (*found.current, *found.retired)):
            raise ValueError("a certificate without an RSA key")
        return found

    def check(self, text: str, check_sum: str, at: datetime, digest: hashes.HashAlgorithm = PRESCRIBED) -> None:
        """Holds if a certificate in use and valid at `at` (real time) verifies `check_sum` over `text`.

        Raises FpxRefused(BAD_SIGNATURE | RETIRED_CERTIFICATE). Every certificate is tried whatever the earlier ones
        said, so the time taken does not tell which of them came near.
        """
        signature = bytes.fromhex(check_sum) if _CHECK_SUM.fullmatch(check_sum) else b"\0" * (_SMALLEST_KEY // 8)
        data = text.encode()
        current = [_verifies(one, signature, data, digest) and _in_force(one, at) for one in self.current]
        known = [_verifies(one, signature, data, digest) for one in (*self.current, *self.retired)]
        if any(current):
            return
        raise FpxRefused(Refused.RETIRED_CERTIFICATE if any(known) else Refused.BAD_SIGNATURE, "checkSum")


def _load(pems: Iterable[bytes]) -> tuple[x509.Certificate, ...]:
    return tuple(one for pem in pems for one in x509.load_pem_x509_certificates(pem))


def _in_force(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _verifies(certificate: x509.Certificate, signature: bytes, data: bytes, digest: hashes.HashAlgorithm) -> bool:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, data, padding.PKCS1v15(), digest)
    except InvalidSignature:
        return False
    return True
