"""What files of rows have in common that go to the bank's desks and come from them: a header, rows, and a trailer that says how many there are,
what they add up to, and signs every byte before it. ASCII, LF. A file is believed whole or not at all.

    T|<rows>|<total>|<signature over every byte before it>
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from kwsp_portal.bank.fpx import signature, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.settlement import DIGEST, FileRefused

NOT_READY: Final = b"NOT READY"
TAKEN: Final = b"OK"
_TRAILER: Final = re.compile(r"T\|([0-9]{1,8})\|([0-9]{1,15}\.[0-9]{2})\|([0-9A-F]{256,1024})", re.ASCII)


def signed(lines: Sequence[str], *, rows: int, total: Decimal, key: rsa.RSAPrivateKey) -> bytes:
    """The file with its trailer."""
    text = "".join(f"{line}\n" for line in lines) + f"T|{rows}|{total:.2f}|"
    return f"{text}{signature.sign(text, key, DIGEST)}\n".encode()


def whole(
    content: bytes, *, header: re.Pattern[str], certificates: signature.Certificates, at: datetime
) -> tuple[re.Match[str], Sequence[str], re.Match[str]]:
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
    found = header.fullmatch(lines[0])
    if found is None:
        raise FileRefused("HEADER", "row 1")
    return found, lines[1:-2], trailer


def rows_of(lines: Sequence[str], form: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Each row in its form. Raises FileRefused."""
    for number, line in enumerate(lines, start=2):
        match = form.fullmatch(line)
        if match is None:
            raise FileRefused("ROW", f"row {number}")
        yield match


def adds_up(rows: int, total: Decimal, trailer: re.Match[str]) -> None:
    """That the trailer says so. Raises FileRefused."""
    if rows != int(trailer[1]):
        raise FileRefused("COUNT", f"found {rows} rows, the trailer says {trailer[1]}")
    if total != Decimal(trailer[2]):
        raise FileRefused("TOTAL", f"found {total:.2f}, the trailer says {trailer[2]}")


def day(text: str) -> date:
    """The day of a header. Raises FileRefused."""
    try:
        return wire.time(f"{text}000000").date()
    except ValueError as fault:
        raise FileRefused("HEADER", "row 1") from fault
