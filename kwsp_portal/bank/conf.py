"""The seller's client as the settings describe it."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from kwsp_portal.bank.fpx import client, signature
from kwsp_portal.bank.maybank2u.client import Maybank2uClient
from kwsp_portal.common import clock


def fpx() -> client.FpxClient:
    """The client of settings.FPX. Raises OSError or ValueError when a key or certificate cannot be read: a portal
    without them must say so, not pay unsigned."""
    return client.FpxClient(fpx_config(), now=clock.now)


def maybank2u() -> Maybank2uClient:
    """Likewise, by Maybank's own way."""
    return Maybank2uClient(fpx_config(), now=clock.now)


def fpx_config() -> client.FpxConfig:
    """Where the bank is, and the keys. Raises OSError or ValueError likewise."""
    return config_from(settings.FPX)


def config_from(values: dict[str, Any]) -> client.FpxConfig:
    """`bank_url`, `browser_url`, `seller_id`, `seller_ex_id`, `seller_bank_code`, `seller_key` (path), `bank_certs`
    (paths; several while the bank changes its certificate), `retired_bank_certs` (paths, optional), `timeout`."""
    return client.FpxConfig(
        bank_url=_folder(values["bank_url"]),
        browser_url=_folder(values["browser_url"]),
        seller_id=values["seller_id"],
        seller_ex_id=values["seller_ex_id"],
        seller_bank_code=values["seller_bank_code"],
        key=_key(values["seller_key"]),
        certificates=_certificates(tuple(values["bank_certs"]), tuple(values.get("retired_bank_certs", []))),
        timeout=values["timeout"],
    )


def _folder(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


# Read once: a change of key or certificate is a restart, as every change of settings is. Loading a key proves its primes, which
# takes a tenth of a second: too long for every message.
@lru_cache(maxsize=4)
def _key(path: str) -> rsa.RSAPrivateKey:
    return signature.private_key(Path(path).read_bytes())


@lru_cache(maxsize=4)
def _certificates(current: tuple[str, ...], retired: tuple[str, ...]) -> signature.Certificates:
    return signature.Certificates.from_pem([Path(path).read_bytes() for path in current], [Path(path).read_bytes() for path in retired])
