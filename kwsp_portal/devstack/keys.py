"""Key pairs of the two ends of the demo bank: the portal (seller) and the bank.

RSA 2048 with a self-signed certificate each, made once per run folder. For development only: in
production the certificates come from FPX.
"""

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.secrets_file import write_private

SELLER, BANK = "seller", "bank"
VALID_FROM = datetime.datetime(2018, 1, 1, tzinfo=datetime.UTC)
VALID_TO = datetime.datetime(2058, 1, 1, tzinfo=datetime.UTC)
"""Wide, since the business date of a demo may stand anywhere in these years."""


def ensure(folder: RunFolder) -> None:
    """Makes the missing pairs: `<name>.key` (0600) and `<name>.crt` in the folder's `keys`."""
    for name in (SELLER, BANK):
        if not (key_file(folder, name).exists() and certificate_file(folder, name).exists()):
            _make_pair(key_file(folder, name), certificate_file(folder, name))


def ensure_apart(seller: Path, bank: Path) -> None:
    """For containers: each side's folder gets its own key and the other's certificate only.

    Keeps keys that are there; a missing one is made and its certificate replaced on both sides.
    """
    for name, own, other in ((SELLER, seller, bank), (BANK, bank, seller)):
        key, certificate = own / f"{name}.key", other / f"{name}.crt"
        if not (key.exists() and certificate.exists()):
            _make_pair(key, certificate)


def key_file(folder: RunFolder, name: str) -> Path:
    return folder.keys / f"{name}.key"


def certificate_file(folder: RunFolder, name: str) -> Path:
    return folder.keys / f"{name}.crt"


def _make_pair(key_path: Path, certificate_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"KWSP demo {key_path.stem}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_TO)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_private(key_path, private)
    write_private(certificate_path, certificate.public_bytes(pem))
