"""The collection file of a day and the bank's answer to it, row by row. The house's own form (assumed), signed.

    H|C|20261115|SE00099999                                H|A|20261115|SE00099999|<SHA-256 of the collection file>
    D|<order>|<mandate>|<amount>                           D|<order>|<mandate>|<amount>|<code>|<bank's number>|<time>
    T|<rows>|<total>|<signature over every byte before>    T|<rows>|<total of what was taken>|<signature>

UTF-8, LF. A file is believed whole or not at all. An answer speaks of exactly the rows of the file that it names by its digest: each once, the
same mandate and amount; otherwise nothing of it is read. Number and time stand where the code is `00`, and nowhere else.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric import rsa

from kwsp_portal.bank.fpx import codes, signature, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.settlement import DIGEST, FileRefused

NOT_READY: Final = b"NOT READY"
TAKEN: Final = b"OK"
_HEADER: Final = re.compile(r"H\|([CA])\|([0-9]{8})\|([A-Z0-9]{1,10})(?:\|([0-9a-f]{64}))?", re.ASCII)
_ROW: Final = re.compile(r"D\|([A-Za-z0-9_-]{1,40})\|([A-Z0-9]{1,20})\|([0-9]{1,13}\.[0-9]{2})", re.ASCII)
_ANSWER: Final = re.compile(_ROW.pattern + r"\|([A-Z0-9]{2})\|([A-Za-z0-9_-]{0,20})\|([0-9]{14})?", re.ASCII)
_TRAILER: Final = re.compile(r"T\|([0-9]{1,8})\|([0-9]{1,15}\.[0-9]{2})\|([0-9A-F]{256,1024})", re.ASCII)


class Row(NamedTuple):
    """One debit that is asked for, RM."""

    order_no: str
    mandate_no: str
    amount: Decimal


class Answer(NamedTuple):
    """What became of one. `bank_id` and `paid_at` are there for what was taken."""

    order_no: str
    mandate_no: str
    amount: Decimal
    code: str
    bank_id: str = ""
    paid_at: datetime | None = None

    @property
    def asked(self) -> Row:
        return Row(self.order_no, self.mandate_no, self.amount)


def digest(content: bytes) -> str:
    """By what an answer names the file that it answers."""
    return hashlib.sha256(content).hexdigest()


def write_collection(*, on: date, seller_id: str, rows: Iterable[Row], key: rsa.RSAPrivateKey) -> bytes:
    """The file as the portal sends it."""
    taken = list(rows)
    lines = [f"H|C|{on:%Y%m%d}|{seller_id}", *(f"D|{row.order_no}|{row.mandate_no}|{row.amount:.2f}" for row in taken)]
    return _signed(lines, len(taken), sum((row.amount for row in taken), Decimal(0)), key)


def write_answers(*, on: date, seller_id: str, of: str, rows: Iterable[Answer], key: rsa.RSAPrivateKey, total: Decimal | None = None) -> bytes:
    """The file as the bank makes it; `total` is what it adds up to, where that is not so."""
    taken = list(rows)
    lines = [f"H|A|{on:%Y%m%d}|{seller_id}|{of}"]
    for row in taken:
        at = wire.time_text(row.paid_at) if row.paid_at else ""
        lines.append(f"D|{row.order_no}|{row.mandate_no}|{row.amount:.2f}|{row.code}|{row.bank_id}|{at}")
    return _signed(lines, len(taken), _taken(taken) if total is None else total, key)


def read_collection(content: bytes, *, seller_id: str | None, certificates: signature.Certificates, at: datetime) -> tuple[date, str, Sequence[Row]]:
    """Day, seller and rows, for the bank. Raises FileRefused."""
    header, lines, trailer = _whole(content, certificates, at)
    if header[1] != "C" or header[4] or (seller_id is not None and header[3] != seller_id):
        raise FileRefused("HEADER", "row 1")
    rows = [Row(match[1], match[2], wire.amount(match[3])) for match in _rows(lines, _ROW)]
    _adds_up(len(rows), sum((row.amount for row in rows), Decimal(0)), trailer)
    return _day(header[2]), header[3], rows


def read_answers(content: bytes, *, on: date, seller_id: str, of: bytes, certificates: signature.Certificates, at: datetime) -> Sequence[Answer]:
    """The answers to `of`, the portal's own file of that day. Raises FileRefused; which row, and what was found, is in its detail."""
    header, lines, trailer = _whole(content, certificates, at)
    if header[1] != "A" or header[3] != seller_id:
        raise FileRefused("HEADER", "row 1")
    if header[2] != f"{on:%Y%m%d}":
        raise FileRefused("DAY", f"found {header[2]}, expected {on:%Y%m%d}")
    if header[4] != digest(of):
        raise FileRefused("ANOTHER", "it answers another file than was sent")
    answers = [_answer(number, match) for number, match in enumerate(_rows(lines, _ANSWER), start=2)]
    _adds_up(len(answers), _taken(answers), trailer)
    asked = [Row(match[1], match[2], wire.amount(match[3])) for match in map(_ROW.fullmatch, of.decode().split("\n")) if match]
    if sorted(answer.asked for answer in answers) != sorted(asked):
        raise FileRefused("ROWS", f"found {len(answers)} rows, expected each of the {len(asked)} that were sent, once and as it was sent")
    return answers


def _signed(lines: Sequence[str], rows: int, total: Decimal, key: rsa.RSAPrivateKey) -> bytes:
    text = "".join(f"{line}\n" for line in lines) + f"T|{rows}|{total:.2f}|"
    return f"{text}{signature.sign(text, key, DIGEST)}\n".encode()


def _whole(content: bytes, certificates: signature.Certificates, at: datetime) -> tuple[re.Match[str], Sequence[str], re.Match[str]]:
    """Header, rows and trailer of a file that is all there, as its sender signed it. Raises FileRefused."""
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
    return header, lines[1:-2], trailer


def _rows(lines: Sequence[str], form: re.Pattern[str]) -> Iterable[re.Match[str]]:
    for number, line in enumerate(lines, start=2):
        match = form.fullmatch(line)
        if match is None:
            raise FileRefused("ROW", f"row {number}")
        yield match


def _answer(number: int, match: re.Match[str]) -> Answer:
    taken = match[4] == codes.APPROVED
    if taken != bool(match[5]) or taken != bool(match[6]):
        raise FileRefused("ROW", f"row {number}: a bank's number and a time belong to what was taken")
    try:
        return Answer(match[1], match[2], wire.amount(match[3]), match[4], match[5], wire.time(match[6]) if match[6] else None)
    except ValueError as fault:
        raise FileRefused("ROW", f"row {number}: {fault}") from fault


def _taken(rows: Sequence[Answer]) -> Decimal:
    return sum((row.amount for row in rows if row.code == codes.APPROVED), Decimal(0))


def _adds_up(rows: int, total: Decimal, trailer: re.Match[str]) -> None:
    if rows != int(trailer[1]):
        raise FileRefused("COUNT", f"found {rows} rows, the trailer says {trailer[1]}")
    if total != Decimal(trailer[2]):
        raise FileRefused("TOTAL", f"found {total:.2f}, the trailer says {trailer[2]}")


def _day(text: str) -> date:
    try:
        return wire.time(f"{text}000000").date()
    except ValueError as fault:
        raise FileRefused("HEADER", "row 1") from fault
