"""The payout file of a day and the bank's answer to it, row by row. The house's own form (assumed), signed.

    H|P|20261115|SE00099999                                    H|Q|20261115|SE00099999|<SHA-256 of the payout file>
    D|<payout>|<bank>|<account>|<amount>|<holder>              D|<payout>|<amount>|<result>|<bank's number>|<time>
    T|<rows>|<total>|<signature over every byte before>        T|<rows>|<total of what was paid>|<signature>

ASCII, LF. A file is believed whole or not at all. An answer speaks of exactly the rows of the file that it names by its digest: each once, with the
same amount; otherwise nothing of it is read. Number and time stand where the result is PAID, and nowhere else. An answer names no account.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric import rsa

from kwsp_portal.bank import signed_files
from kwsp_portal.bank.fpx import client, signature, wire
from kwsp_portal.bank.names.messages import LONGEST_NAME
from kwsp_portal.bank.settlement import FileRefused


class Result(StrEnum):
    """What the bank did with a payout. All are final: what was not PAID is still the fund's."""

    PAID = "PAID"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"


_HEADER: Final = re.compile(r"H\|([PQ])\|([0-9]{8})\|([A-Z0-9]{1,10})(?:\|([0-9a-f]{64}))?", re.ASCII)
_ROW: Final = re.compile(r"D\|([A-Z0-9]{1,20})\|([A-Z0-9]{8,11})\|([0-9]{5,20})\|([0-9]{1,13}\.[0-9]{2})\|([^|\x00-\x1f]{1,120})", re.ASCII)
_ANSWER: Final = re.compile(
    rf"D\|([A-Z0-9]{{1,20}})\|([0-9]{{1,13}}\.[0-9]{{2}})\|({'|'.join(Result)})\|([A-Za-z0-9_-]{{0,20}})\|([0-9]{{14}})?", re.ASCII
)


class Row(NamedTuple):
    """One payout that is asked for, RM. `number` is what the bank knows it by, for ever."""

    number: str
    bank: str
    account: str
    amount: Decimal
    holder: str


class Answer(NamedTuple):
    """What became of one. `bank_id` and `paid_at` are there for what was paid."""

    number: str
    amount: Decimal
    result: Result
    bank_id: str = ""
    paid_at: datetime | None = None


def digest(content: bytes) -> str:
    """By what an answer names the file that it answers."""
    return hashlib.sha256(content).hexdigest()


def holder(name: str) -> str:
    """A name as the file can carry it: printable ASCII, marks of letters left away."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return client.text(bare, LONGEST_NAME)


def write_payouts(*, on: date, seller_id: str, rows: Iterable[Row], key: rsa.RSAPrivateKey) -> bytes:
    """The file as the portal sends it; each row is asked for once, and not kept but for its line."""
    lines, total = [f"H|P|{on:%Y%m%d}|{seller_id}"], Decimal(0)
    for row in rows:
        lines.append(f"D|{row.number}|{row.bank}|{row.account}|{row.amount:.2f}|{holder(row.holder)}")
        total += row.amount
    return signed_files.signed(lines, rows=len(lines) - 1, total=total, key=key)


def write_answers(*, on: date, seller_id: str, of: str, rows: Iterable[Answer], key: rsa.RSAPrivateKey, total: Decimal | None = None) -> bytes:
    """The file as the bank makes it; `total` is what it says was paid, where that is not so."""
    taken = list(rows)
    lines = [f"H|Q|{on:%Y%m%d}|{seller_id}|{of}"]
    for row in taken:
        at = wire.time_text(row.paid_at) if row.paid_at else ""
        lines.append(f"D|{row.number}|{row.amount:.2f}|{row.result}|{row.bank_id}|{at}")
    return signed_files.signed(lines, rows=len(taken), total=_paid(taken) if total is None else total, key=key)


def read_payouts(content: bytes, *, certificates: signature.Certificates, at: datetime) -> tuple[date, str, Sequence[Row]]:
    """Day, seller and rows, for the bank. Raises FileRefused."""
    header, lines, trailer = signed_files.whole(content, header=_HEADER, certificates=certificates, at=at)
    if header[1] != "P" or header[4]:
        raise FileRefused("HEADER", "row 1")
    rows = [_row(match) for match in signed_files.rows_of(lines, _ROW)]
    signed_files.adds_up(len(rows), _total(rows), trailer)
    if len({row.number for row in rows}) != len(rows):
        raise FileRefused("ROWS", "a payout stands in it twice")
    return signed_files.day(header[2]), header[3], rows


def read_answers(content: bytes, *, on: date, seller_id: str, of: bytes, certificates: signature.Certificates, at: datetime) -> Sequence[Answer]:
    """The answers to `of`, the portal's own file of that day. Raises FileRefused; which row, and what was found, is in its detail."""
    header, lines, trailer = signed_files.whole(content, header=_HEADER, certificates=certificates, at=at)
    if header[1] != "Q" or header[3] != seller_id:
        raise FileRefused("HEADER", "row 1")
    if header[2] != f"{on:%Y%m%d}":
        raise FileRefused("DAY", f"found {header[2]}, expected {on:%Y%m%d}")
    if header[4] != digest(of):
        raise FileRefused("ANOTHER", "it answers another file than was sent")
    answers = [_answer(number, match) for number, match in enumerate(signed_files.rows_of(lines, _ANSWER), start=2)]
    signed_files.adds_up(len(answers), _paid(answers), trailer)
    asked = [_row(match) for match in map(_ROW.fullmatch, of.decode().split("\n")) if match]
    if sorted((answer.number, answer.amount) for answer in answers) != sorted((row.number, row.amount) for row in asked):
        raise FileRefused("ROWS", f"found {len(answers)} rows, expected each of the {len(asked)} that were sent, once and as it was sent")
    return answers


def _row(match: re.Match[str]) -> Row:
    return Row(match[1], match[2], match[3], wire.amount(match[4]), match[5])


def _answer(number: int, match: re.Match[str]) -> Answer:
    result = Result(match[3])
    paid = result is Result.PAID
    if paid != bool(match[4]) or paid != bool(match[5]):
        raise FileRefused("ROW", f"row {number}: a bank's number and a time belong to what was paid")
    try:
        return Answer(match[1], wire.amount(match[2]), result, match[4], wire.time(match[5]) if match[5] else None)
    except ValueError as fault:
        raise FileRefused("ROW", f"row {number}: {fault}") from fault


def _total(rows: Sequence[Row]) -> Decimal:
    return sum((row.amount for row in rows), Decimal(0))


def _paid(rows: Sequence[Answer]) -> Decimal:
    return sum((row.amount for row in rows if row.result is Result.PAID), Decimal(0))
