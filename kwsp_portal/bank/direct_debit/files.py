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

from kwsp_portal.bank import signed_files
from kwsp_portal.bank.fpx import codes, signature, wire
from kwsp_portal.bank.settlement import FileRefused

_HEADER: Final = re.compile(r"H\|([CA])\|([0-9]{8})\|([A-Z0-9]{1,10})(?:\|([0-9a-f]{64}))?", re.ASCII)
_ROW: Final = re.compile(r"D\|([A-Za-z0-9_-]{1,40})\|([A-Z0-9]{1,20})\|([0-9]{1,13}\.[0-9]{2})", re.ASCII)
_ANSWER: Final = re.compile(_ROW.pattern + r"\|([A-Z0-9]{2})\|([A-Za-z0-9_-]{0,20})\|([0-9]{14})?", re.ASCII)


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
    return signed_files.signed(lines, rows=len(taken), total=sum((row.amount for row in taken), Decimal(0)), key=key)


def write_answers(*, on: date, seller_id: str, of: str, rows: Iterable[Answer], key: rsa.RSAPrivateKey, total: Decimal | None = None) -> bytes:
    """The file as the bank makes it; `total` is what it adds up to, where that is not so."""
    taken = list(rows)
    lines = [f"H|A|{on:%Y%m%d}|{seller_id}|{of}"]
    for row in taken:
        at = wire.time_text(row.paid_at) if row.paid_at else ""
        lines.append(f"D|{row.order_no}|{row.mandate_no}|{row.amount:.2f}|{row.code}|{row.bank_id}|{at}")
    return signed_files.signed(lines, rows=len(taken), total=_taken(taken) if total is None else total, key=key)


def read_collection(content: bytes, *, seller_id: str | None, certificates: signature.Certificates, at: datetime) -> tuple[date, str, Sequence[Row]]:
    """Day, seller and rows, for the bank. Raises FileRefused."""
    header, lines, trailer = signed_files.whole(content, header=_HEADER, certificates=certificates, at=at)
    if header[1] != "C" or header[4] or (seller_id is not None and header[3] != seller_id):
        raise FileRefused("HEADER", "row 1")
    rows = [Row(match[1], match[2], wire.amount(match[3])) for match in signed_files.rows_of(lines, _ROW)]
    signed_files.adds_up(len(rows), sum((row.amount for row in rows), Decimal(0)), trailer)
    return signed_files.day(header[2]), header[3], rows


def read_answers(content: bytes, *, on: date, seller_id: str, of: bytes, certificates: signature.Certificates, at: datetime) -> Sequence[Answer]:
    """The answers to `of`, the portal's own file of that day. Raises FileRefused; which row, and what was found, is in its detail."""
    header, lines, trailer = signed_files.whole(content, header=_HEADER, certificates=certificates, at=at)
    if header[1] != "A" or header[3] != seller_id:
        raise FileRefused("HEADER", "row 1")
    if header[2] != f"{on:%Y%m%d}":
        raise FileRefused("DAY", f"found {header[2]}, expected {on:%Y%m%d}")
    if header[4] != digest(of):
        raise FileRefused("ANOTHER", "it answers another file than was sent")
    answers = [_answer(number, match) for number, match in enumerate(signed_files.rows_of(lines, _ANSWER), start=2)]
    signed_files.adds_up(len(answers), _taken(answers), trailer)
    asked = [Row(match[1], match[2], wire.amount(match[3])) for match in map(_ROW.fullmatch, of.decode().split("\n")) if match]
    if sorted(answer.asked for answer in answers) != sorted(asked):
        raise FileRefused("ROWS", f"found {len(answers)} rows, expected each of the {len(asked)} that were sent, once and as it was sent")
    return answers


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
