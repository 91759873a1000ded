"""The Ministry's e-Kasih list as a file: the port through which it comes. The house's own form (assumed): no source has the Ministry's.

    H|EKASIH|20261130
    D|900101145678|AMINAH BINTI YUSOF
    T|<rows>|<control total: the identity numbers added up as whole numbers, one without twelve digits as 0>

UTF-8, LF or CRLF. The whole list as at a day; a file is believed whole or not at all: cut short, with another count or total, nothing of it is read.
What an identity number is worth, and whose it is, the reader does not ask: each row goes on as it stands.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

LARGEST: Final = 20 * 1024 * 1024
MOST_ROWS: Final = 200_000
_HEADER: Final = re.compile(r"H\|EKASIH\|([0-9]{8})", re.ASCII)
_ROW: Final = re.compile(r"D\|([^|]{0,30})\|([^|]{0,120})")
_TRAILER: Final = re.compile(r"T\|([0-9]{1,8})\|([0-9]{1,20})", re.ASCII)
_TWELVE: Final = re.compile(r"[0-9]{12}", re.ASCII)


class Listed(NamedTuple):
    """One row: where it stands in the file, and what it says, without blanks around it. `number` has no hyphens and blanks."""

    line: int
    number: str
    name: str


class EKasihFile(NamedTuple):
    """A list that is whole, as at a day."""

    as_at: date
    rows: Sequence[Listed]


class FileRefused(Exception):
    """Why nothing of a file is read. `code`: EMPTY, TOO_BIG, ENCODING, HEADER, DAY, TORN, ROW, MANY, COUNT, TOTAL; `detail` says found and
    expected."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}")


def bare(number: str) -> str:
    """Without the hyphens and blanks that people write."""
    return re.sub(r"[\s-]", "", number)


def total(numbers: Iterable[str]) -> int:
    """The control total of bare identity numbers."""
    return sum(int(number) for number in numbers if _TWELVE.fullmatch(number))


def write(*, as_at: date, rows: Iterable[tuple[str, str]]) -> bytes:
    """The file as the Ministry makes it, of identity numbers and names."""
    taken = list(rows)
    lines = [f"H|EKASIH|{as_at:%Y%m%d}", *(f"D|{number}|{name}" for number, name in taken)]
    return "".join(f"{line}\n" for line in [*lines, f"T|{len(taken)}|{total(bare(number) for number, _name in taken)}"]).encode()


def read(content: bytes) -> EKasihFile:
    """The list. Raises FileRefused; which row, and what was found, is in its detail."""
    lines = _lines(content)
    header = _HEADER.fullmatch(lines[0])
    if header is None:
        raise FileRefused("HEADER", lines[0][:40])
    trailer = _TRAILER.fullmatch(lines[-1])
    if trailer is None:
        raise FileRefused("TORN", lines[-1][:40])
    if len(lines) - 2 > MOST_ROWS:
        raise FileRefused("MANY", f"{len(lines) - 2}, {MOST_ROWS}")
    rows = [_row(line, text) for line, text in enumerate(lines[1:-1], start=2)]
    if not rows or len(rows) != int(trailer[1]):
        raise FileRefused("COUNT", f"{len(rows)}, {trailer[1]}")
    added = total(row.number for row in rows)
    if added != int(trailer[2]):
        raise FileRefused("TOTAL", f"{added}, {trailer[2]}")
    return EKasihFile(_day(header[1]), rows)


def _lines(content: bytes) -> list[str]:
    if not content.strip():
        raise FileRefused("EMPTY")
    if len(content) > LARGEST:
        raise FileRefused("TOO_BIG", f"{LARGEST // 1024 // 1024} MiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise FileRefused("ENCODING", str(fault.start)) from fault
    if "\x00" in text:
        raise FileRefused("ENCODING", str(text.index("\x00")))
    return text.removesuffix("\n").removesuffix("\r").replace("\r\n", "\n").split("\n")


def _row(line: int, text: str) -> Listed:
    found = _ROW.fullmatch(text)
    if found is None:
        raise FileRefused("ROW", str(line))
    return Listed(line, bare(found[1]), " ".join(found[2].split()))


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as fault:
        raise FileRefused("DAY", text) from fault
