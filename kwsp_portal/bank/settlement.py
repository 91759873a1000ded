"""The daily settlement file: what the bank has paid over for a day, row by row, and the asking for it. The house's own form (assumed), signed.

    H|20261112|SE00099999
    D|<order>|<FPX number>|<amount>|<time of the transaction>
    T|<rows>|<total>|<signature over every byte before it>

UTF-8, LF. A file is believed whole or not at all: cut short, altered, repeated rows or a wrong sum, and nothing of it is read.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final, NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from kwsp_portal.bank import conf
from kwsp_portal.bank.fpx import client, messages, signature, transport, wire
from kwsp_portal.bank.fpx.client import FpxConfig
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.common import clock

PATH: Final = "FPXMain/SettlementFile"
LARGEST: Final = 16 * 1024 * 1024
NOT_READY: Final = b"NOT READY"
DIGEST: Final = hashes.SHA256()
_HEADER: Final = re.compile(r"H\|([0-9]{8})\|([A-Z0-9]{1,10})", re.ASCII)
_ROW: Final = re.compile(r"D\|([A-Za-z0-9_-]{1,40})\|([A-Za-z0-9_-]{1,20})\|([0-9]{1,13}\.[0-9]{2})\|([0-9]{14})", re.ASCII)
_TRAILER: Final = re.compile(r"T\|([0-9]{1,8})\|([0-9]{1,15}\.[0-9]{2})\|([0-9A-F]{256,1024})", re.ASCII)

messages.FORMS["settlementDate"] = (8, re.compile(r"[0-9]{8}", re.ASCII))


@dataclass(frozen=True, kw_only=True)
class SettlementRequest(messages.Message):
    """SR: the file of a day, please."""

    TYPE: ClassVar = "SR"
    DIGEST: ClassVar = DIGEST
    SIGNED: ClassVar = ("msgType", "sellerExId", "sellerId", "settlementDate")
    BLANK: ClassVar = frozenset()

    seller_ex_id: str
    seller_id: str
    settlement_date: str


class Row(NamedTuple):
    """One payment that the bank has paid over, RM."""

    order_no: str
    fpx_id: str
    amount: Decimal
    paid_at: datetime


class Settlement(NamedTuple):
    """A file that is whole and the bank's."""

    on: date
    seller_id: str
    rows: Sequence[Row]

    @property
    def total(self) -> Decimal:
        return sum((row.amount for row in self.rows), Decimal(0))


class FileRefused(Exception):
    """Why nothing of a file is read. `code`: ENCODING, TORN, HEADER, ROW, COUNT, TOTAL, SIGNATURE, DAY, SELLER; `detail` says found and expected
    to who runs the portal, `figures` have them for a page, which says them in its own language."""

    def __init__(self, code: str, detail: str, **figures: object) -> None:
        self.code, self.detail, self.figures = code, detail, figures
        super().__init__(f"{code}: {detail}")


def write(*, on: date, seller_id: str, rows: Iterable[Row], key: rsa.RSAPrivateKey) -> bytes:
    """The file as the bank makes it."""
    taken = list(rows)
    lines = [f"H|{on:%Y%m%d}|{seller_id}"]
    lines += [f"D|{row.order_no}|{row.fpx_id}|{row.amount:.2f}|{wire.time_text(row.paid_at)}" for row in taken]
    total = sum((row.amount for row in taken), Decimal(0))
    text = "".join(f"{line}\n" for line in lines) + f"T|{len(taken)}|{total:.2f}|"
    return f"{text}{signature.sign(text, key, DIGEST)}\n".encode()


def read(content: bytes, *, on: date, seller_id: str, certificates: signature.Certificates, at: datetime) -> Settlement:
    """The file of `on` for this seller. Raises FileRefused; which row, and what was found, is in its detail."""
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as fault:
        raise FileRefused("ENCODING", f"byte {fault.start}") from fault
    lines = text.split("\n")
    trailer = _TRAILER.fullmatch(lines[-2]) if len(lines) > 2 and lines[-1] == "" else None
    if trailer is None:
        raise FileRefused("TORN", f"found {len(lines)} rows without a whole trailer at the end")
    try:
        certificates.check(text[: -len(trailer[3]) - 1], trailer[3], at, DIGEST)
    except FpxRefused as refused:
        raise FileRefused("SIGNATURE", str(refused.code)) from refused
    header = _HEADER.fullmatch(lines[0])
    if header is None:
        raise FileRefused("HEADER", "row 1")
    if header[1] != f"{on:%Y%m%d}":
        raise FileRefused("DAY", f"found {header[1]}, expected {on:%Y%m%d}")
    if header[2] != seller_id:
        raise FileRefused("SELLER", f"found {header[2]}, expected {seller_id}")
    found = Settlement(on, header[2], [_row(number, line) for number, line in enumerate(lines[1:-2], start=2)])
    if len(found.rows) != int(trailer[1]):
        raise FileRefused("COUNT", f"found {len(found.rows)} rows, the trailer says {trailer[1]}")
    if found.total != Decimal(trailer[2]):
        raise FileRefused("TOTAL", f"found {found.total:.2f}, the trailer says {trailer[2]}")
    return found


def _row(number: int, line: str) -> Row:
    match = _ROW.fullmatch(line)
    if match is None:
        raise FileRefused("ROW", f"row {number}")
    try:
        return Row(match[1], match[2], wire.amount(match[3]), wire.time(match[4]))
    except ValueError as fault:
        raise FileRefused("ROW", f"row {number}: {fault}") from fault


class Desk:
    """Where the portal asks for files, with the keys of FPX."""

    def __init__(self, config: FpxConfig, *, now: Callable[[], datetime]) -> None:
        self._config, self._now = config, now

    def fetch(self, on: date) -> bytes | None:
        """The file of a day as it came, None while the bank has not made it. Raises FpxUnavailable, FpxRefused."""
        asked = SettlementRequest(seller_ex_id=self._config.seller_ex_id, seller_id=self._config.seller_id, settlement_date=f"{on:%Y%m%d}")
        pairs = client.signed_pairs(asked, self._config.key)
        body = transport.post_form(self._config.bank_url + PATH, pairs, timeout=self._config.timeout, largest=LARGEST)
        return None if body.strip() == NOT_READY else body

    def read(self, content: bytes, on: date) -> Settlement:
        """Raises FileRefused."""
        return read(content, on=on, seller_id=self._config.seller_id, certificates=self._config.certificates, at=self._now())


def configured() -> Desk:
    """As settings.FPX describes the bank."""
    return Desk(conf.fpx_config(), now=clock.now)
