"""Keys for tests, and RSA-SHA1 written out by hand from RFC 8017: it shares no code with what it checks."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

SHA1_DIGEST_INFO = bytes.fromhex("3021300906052b0e03021a05000414")
NOW = datetime(2026, 10, 12, 1, 5, tzinfo=UTC)
FOREVER = (datetime(2018, 1, 1, tzinfo=UTC), datetime(2058, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Pair:
    key: rsa.RSAPrivateKey
    key_pem: bytes
    cert_pem: bytes


def make_pair(name: str, valid: tuple[datetime, datetime] = FOREVER) -> Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Pair(key, key_pem, certificate.public_bytes(serialization.Encoding.PEM))


def expired() -> tuple[datetime, datetime]:
    return NOW - timedelta(days=400), NOW - timedelta(days=1)


def independent_check_sum(text: str, key: rsa.RSAPrivateKey) -> str:
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    size = modulus.bit_length() // 8
    digest = SHA1_DIGEST_INFO + hashlib.sha1(text.encode()).digest()
    padded = b"\x00\x01" + b"\xff" * (size - 3 - len(digest)) + b"\x00" + digest
    return f"{pow(int.from_bytes(padded, 'big'), numbers.d, modulus):0{2 * size}X}"
