"""Files of receipts: what bank agents and internet banking took from employers, with the Borang A handed in beside the money, and from people as
voluntary contributions (docs/receipt-files.md).

    H|<number of the file>|20261112|SE00099999
    R|<receipt>|<agent>|<mode>|<employer>|<wage month>|<amount>|<time of the payment>
    00EPF MONTHLY FORM A...        the Borang A of that receipt, as SDBA has it
    ...
    V|<receipt>|<agent>|<mode>|<member>|<kind of voluntary contribution>|<amount>|<time of the payment>
    T|<receipts>|<rows of Borang A>|<total>|<sum of the numbers of employers and members>|<signature over every byte before it>

UTF-8, LF. The house's own form (assumed: no source shows the agents'). A file is believed whole or not at all: cut short, altered, or with a trailer
that is not its sum, nothing of it is read. What its receipts say is another matter, and is looked at one by one.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric import rsa

from kwsp_portal.bank import conf
from kwsp_portal.bank.fpx import client, messages, signature, transport, wire
from kwsp_portal.bank.fpx.client import FpxConfig
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.settlement import DIGEST, NOT_READY, FileRefused
from kwsp_portal.common import clock

PATH: Final = "FPXMain/ReceiptFile"
LARGEST: Final = 32 * 1024 * 1024
SHOWN: Final = 60
"""So much of a row is said of it."""
_HEADER: Final = re.compile(r"H\|([1-9][0-9]{0,8})\|([0-9]{8})\|([A-Z0-9]{1,10})", re.ASCII)
_RECEIPT: Final = re.compile(
    r"R\|([A-Z0-9-]{1,20})\|([A-Z0-9]{4,10})\|([A-Z_]{1,16})\|([0-9]{8})\|([0-9]{6})\|([0-9]{1,11}\.[0-9]{2})\|([0-9]{14})", re.ASCII
)
KINDS: Final = ("OWN_CHOICE", "ISARAAN", "ISURI", "TOP_UP")
"""Kinds of voluntary contributions."""
_VOLUNTARY: Final = re.compile(
    rf"V\|([A-Z0-9-]{{1,20}})\|([A-Z0-9]{{4,10}})\|([A-Z_]{{1,16}})\|([0-9]{{8}})\|({'|'.join(KINDS)})\|([0-9]{{1,11}}\.[0-9]{{2}})\|([0-9]{{14}})",
    re.ASCII,
)
_FORM: Final = re.compile(r"[0-9]{2}.*")
_TRAILER: Final = re.compile(r"T\|([0-9]{1,8})\|([0-9]{1,8})\|([0-9]{1,15}\.[0-9]{2})\|([0-9]{1,18})\|([0-9A-F]{256,1024})", re.ASCII)

messages.FORMS["receiptFile"] = (9, re.compile(r"[1-9][0-9]{0,8}", re.ASCII))


@dataclass(frozen=True, kw_only=True)
class ReceiptRequest(messages.Message):
    """RF: the file of that number, please."""

    TYPE: ClassVar = "RF"
    DIGEST: ClassVar = DIGEST
    SIGNED: ClassVar = ("msgType", "receiptFile", "sellerExId", "sellerId")
    BLANK: ClassVar = frozenset()

    receipt_file: str
    seller_ex_id: str
    seller_id: str


class Receipt(NamedTuple):
    """Money that an agent took, RM, and the rows of Borang A that came with it, as SDBA has them. `line` is where it stands in its file."""

    number: str
    agent: str
    mode: str
    employer_number: str
    wage_month: date
    amount: Decimal
    paid_at: datetime
    form: Sequence[str]
    line: int = 0


class Voluntary(NamedTuple):
    """Money that an agent took for a member's account, RM, as one of KINDS. `line` is where it stands in its file."""

    number: str
    agent: str
    mode: str
    member_number: str
    kind: str
    amount: Decimal
    paid_at: datetime
    line: int = 0


class ReceiptFile(NamedTuple):
    """A file that is whole and the bank's."""

    number: int
    on: date
    receipts: Sequence[Receipt]
    voluntary: Sequence[Voluntary] = ()

    @property
    def told(self) -> int:
        return len(self.receipts) + len(self.voluntary)

    @property
    def total(self) -> Decimal:
        return sum((one.amount for one in self.receipts), Decimal(0)) + sum((one.amount for one in self.voluntary), Decimal(0))

    @property
    def hash(self) -> int:
        return sum(int(one.employer_number) for one in self.receipts) + sum(int(one.member_number) for one in self.voluntary)

    @property
    def rows(self) -> int:
        return sum(len(receipt.form) for receipt in self.receipts)


def write(*, file: ReceiptFile, seller_id: str, key: rsa.RSAPrivateKey, trailer: str = "") -> bytes:
    """The file as the bank makes it; with another `trailer` (without its signature) only where that is meant to be wrong."""
    lines = [f"H|{file.number}|{file.on:%Y%m%d}|{seller_id}"]
    for one in file.receipts:
        paid = wire.time_text(one.paid_at)
        lines += [f"R|{one.number}|{one.agent}|{one.mode}|{one.employer_number}|{one.wage_month:%Y%m}|{one.amount:.2f}|{paid}", *one.form]
    for own in file.voluntary:
        lines.append(f"V|{own.number}|{own.agent}|{own.mode}|{own.member_number}|{own.kind}|{own.amount:.2f}|{wire.time_text(own.paid_at)}")
    text = "".join(f"{line}\n" for line in lines) + (trailer or trailer_of(file))
    return f"{text}{signature.sign(text, key, DIGEST)}\n".encode()


def trailer_of(file: ReceiptFile) -> str:
    """What the trailer says before its signature."""
    return f"T|{file.told}|{file.rows}|{file.total:.2f}|{file.hash}|"


def read(content: bytes, *, seller_id: str, certificates: signature.Certificates, at: datetime, number: int | None = None) -> ReceiptFile:
    """The file, of that `number` where one was asked for. Raises FileRefused with what was found and expected; codes as settlement files have them,
    also NUMBER and HASH."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise FileRefused("ENCODING", f"byte {fault.start}", found=fault.start) from fault
    lines = text.split("\n")
    trailer = _TRAILER.fullmatch(lines[-2]) if len(lines) > 2 and lines[-1] == "" else None
    if trailer is None:
        raise FileRefused("TORN", f"found {len(lines)} rows without a whole trailer at the end", found=len(lines) - 1)
    try:
        certificates.check(text[: -len(trailer[5]) - 1], trailer[5], at, DIGEST)
    except FpxRefused as refused:
        raise FileRefused("SIGNATURE", str(refused.code)) from refused
    try:
        found = _file(lines[:-2], seller_id, number)
    except FileRefused as refused:
        row = refused.figures.get("row")
        if isinstance(row, int):
            refused.figures["found"] = lines[row - 1][:SHOWN]
        raise
    for code, sum_of_rows, stated in (
        ("COUNT", str(found.told), str(int(trailer[1]))),
        ("ROWS", str(found.rows), str(int(trailer[2]))),
        ("TOTAL", f"{found.total:.2f}", f"{Decimal(trailer[3]):.2f}"),
        ("HASH", str(found.hash), str(int(trailer[4]))),
    ):
        if sum_of_rows != stated:
            raise FileRefused(code, f"found {sum_of_rows}, the trailer says {stated}", found=sum_of_rows, expected=stated)
    return found


def _file(lines: Sequence[str], seller_id: str, number: int | None) -> ReceiptFile:
    header = _HEADER.fullmatch(lines[0])
    if header is None:
        raise FileRefused("HEADER", "row 1", row=1)
    if header[3] != seller_id:
        raise FileRefused("SELLER", f"found {header[3]}, expected {seller_id}", found=header[3], expected=seller_id)
    if number is not None and int(header[1]) != number:
        raise FileRefused("NUMBER", f"found {header[1]}, expected {number}")
    on = _day(header[2], 1)
    starts = [place for place, line in enumerate(lines) if line.startswith(("R|", "V|"))] + [len(lines)]
    if starts[0] > 1:
        raise FileRefused("ROW", "row 2", row=2)
    receipts, voluntary = [], []
    for here, end in itertools.pairwise(starts):
        if lines[here].startswith("R|"):
            receipts.append(_receipt(lines, here, end, on))
        else:
            voluntary.append(_of_member(lines, here, end, on))
    return ReceiptFile(int(header[1]), on, receipts, tuple(voluntary))


def _receipt(lines: Sequence[str], here: int, end: int, on: date) -> Receipt:
    """The receipt that stands at `here`, with the rows up to the next."""
    match, form = _RECEIPT.fullmatch(lines[here]), lines[here + 1 : end]
    if match is None:
        raise FileRefused("ROW", f"row {here + 1}", row=here + 1)
    for place, line in enumerate(form, start=here + 2):
        if _FORM.fullmatch(line) is None:
            raise FileRefused("ROW", f"row {place}", row=place)
    amount, paid_at = _money(match, here, on)
    return Receipt(match[1], match[2], match[3], match[4], _day(f"{match[5]}01", here + 1), amount, paid_at, form, here + 1)


def _of_member(lines: Sequence[str], here: int, end: int, on: date) -> Voluntary:
    """The voluntary contribution that stands at `here`: a row of its own, with nothing beside it."""
    match = _VOLUNTARY.fullmatch(lines[here])
    if match is None or end > here + 1:
        row = here + 1 if match is None else here + 2
        raise FileRefused("ROW", f"row {row}", row=row)
    amount, paid_at = _money(match, here, on)
    return Voluntary(match[1], match[2], match[3], match[4], match[5], amount, paid_at, here + 1)


def _money(match: re.Match[str], here: int, on: date) -> tuple[Decimal, datetime]:
    """What was taken and when: more than nothing, by the day of the file."""
    try:
        amount, paid_at = wire.amount(match[6]), wire.time(match[7])
    except ValueError as fault:
        raise FileRefused("ROW", f"row {here + 1}: {fault}", row=here + 1) from fault
    if amount <= 0 or paid_at.astimezone(clock.KL).date() > on:
        raise FileRefused("ROW", f"row {here + 1}: found {match[6]} at {match[7]}, expected money taken by {on:%Y%m%d}", row=here + 1)
    return amount, paid_at


def _day(text: str, line: int) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as fault:
        raise FileRefused("ROW", f"row {line}: {fault}", row=line) from fault


class Desk:
    """Where the portal asks for files, with the keys of FPX."""

    def __init__(self, config: FpxConfig, *, now: Callable[[], datetime]) -> None:
        self._config, self._now = config, now

    def fetch(self, number: int) -> bytes | None:
        """The file of a number as it came, None while there is none. Raises FpxUnavailable, FpxRefused."""
        asked = ReceiptRequest(receipt_file=str(number), seller_ex_id=self._config.seller_ex_id, seller_id=self._config.seller_id)
        pairs = client.signed_pairs(asked, self._config.key)
        body = transport.post_form(self._config.bank_url + PATH, pairs, timeout=self._config.timeout, largest=LARGEST)
        return None if body.strip() == NOT_READY else body

    def read(self, content: bytes, number: int | None = None) -> ReceiptFile:
        """Raises FileRefused."""
        return read(content, seller_id=self._config.seller_id, certificates=self._config.certificates, at=self._now(), number=number)


def configured() -> Desk:
    """As settings.FPX describes the bank."""
    return Desk(conf.fpx_config(), now=clock.now)


def borang_a(rows: Iterable[str]) -> bytes:
    """The rows of a receipt as a Borang A of its own."""
    return "".join(f"{text}\r\n" for text in rows).encode()
