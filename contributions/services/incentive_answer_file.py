"""The Government's answer file as rows, with everything that is wrong with its form. Nothing here knows the claims.

`H,KERAJAAN,<scheme>,<half-year>,<claim file>,<day the money was paid>`; a row `D,<claim>,<member number>,PAID,<amount>,` or
`D,<claim>,<member number>,REFUSED,0.00,<reason>` for each claim; `T,<rows>,<paid>,<refused>,<total>` at the end, without which a file was cut.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.enums import AnswerFault
from kwsp_portal.common import money
from kwsp_portal.common.money import MoneyError

SENDER: Final = "KERAJAAN"
MOST_FAULTS: Final = 20
"""So many are kept and shown; the rest is counted."""
LONGEST: Final = 200
ROW_FORM: Final = "D,<claim>,<member number>,PAID|REFUSED,<RM>,<reason>"
_FIELDS: Final = {"H": 6, "D": 6, "T": 5}


class Fault(NamedTuple):
    """What is wrong in which row of the file (0: the whole file)."""

    code: AnswerFault
    row: int
    found: str = ""
    expected: str = ""


class Row(NamedTuple):
    """One claim answered: `sen` is what was paid, 0 where it was refused for `reason`."""

    row: int
    claim: int
    number: str
    paid: bool
    sen: int
    reason: str


@dataclass
class Faults:
    """All of them counted, the first of them kept."""

    kept: list[Fault] = field(default_factory=list)
    total: int = 0

    def add(self, code: AnswerFault, row: int, found: object = "", expected: object = "") -> None:
        self.total += 1
        if len(self.kept) < MOST_FAULTS:
            self.kept.append(Fault(code, row, str(found)[:LONGEST], str(expected)[:LONGEST]))

    def to_json(self) -> list[list[object]]:
        return [list(fault) for fault in self.kept]


class Expected(NamedTuple):
    """What the header of the answer to a claim file must say; the day is between the two, both included."""

    scheme: str
    period: str
    claim_file: str
    first_day: date
    last_day: date


@dataclass
class Answer:
    """What is known once all rows were read."""

    faults: Faults = field(default_factory=Faults)
    received_on: date | None = None
    paid: int = 0
    refused: int = 0
    sen: int = 0


def rows(content: bytes, *, expected: Expected, into: Answer) -> Iterator[Row]:
    """The rows that can be read, in their order; the header, the sums and every fault of form go into `into`."""
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        into.faults.add(AnswerFault.EMPTY, 0)
        return
    if b"\0" in content:  # no text has it, and no column of text takes it: not even in a fault's words
        into.faults.add(AnswerFault.NOT_TEXT, content.count(b"\n", 0, content.index(b"\0")) + 1, "0x00")
        return
    state = _State()
    lines = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline=""))
    try:
        yield from _each(lines, expected, into, state)
    except UnicodeDecodeError as error:
        into.faults.add(AnswerFault.NOT_TEXT, lines.line_num + 1, f"0x{error.object[error.start]:02x}")
        return
    except csv.Error as error:
        into.faults.add(AnswerFault.ROW, lines.line_num + 1, error, ROW_FORM)
        return
    if state.header and not state.trailer:
        into.faults.add(AnswerFault.CUT, 0, into.paid + into.refused)


@dataclass
class _State:
    """What of the frame was seen."""

    header: bool = False
    trailer: bool = False


def _each(lines: Iterable[list[str]], expected: Expected, into: Answer, state: _State) -> Iterator[Row]:
    for row, fields in enumerate(lines, start=1):
        if not any(fields):
            continue
        if state.trailer:
            into.faults.add(AnswerFault.AFTER_END, row, ",".join(fields))
            return
        if row == 1:
            state.header = _header(fields, expected, into)
        elif fields[0] == "T" and len(fields) == _FIELDS["T"]:
            state.trailer = True
            _trailer(row, fields, into)
        elif (found := _row(row, fields, into)) is not None:
            yield found


def _header(fields: list[str], expected: Expected, into: Answer) -> bool:
    if len(fields) != _FIELDS["H"] or fields[:2] != ["H", SENDER]:
        into.faults.add(AnswerFault.HEADER, 1, ",".join(fields), f"H,{SENDER},{expected.scheme},{expected.period},{expected.claim_file},2023-08-15")
        return False
    for code, found, right in zip((AnswerFault.SCHEME, AnswerFault.PERIOD, AnswerFault.CLAIM_FILE), fields[2:5], expected[:3], strict=True):
        if found != right:
            into.faults.add(code, 1, found, right)
    try:
        into.received_on = date.fromisoformat(fields[5])
    except ValueError:
        into.received_on = None
    if into.received_on is None or not expected.first_day <= into.received_on <= expected.last_day:
        into.faults.add(AnswerFault.RECEIVED_ON, 1, fields[5], f"{expected.first_day} … {expected.last_day}")
    return True


def _row(row: int, fields: list[str], into: Answer) -> Row | None:
    found = _read(row, fields)
    if found is None:
        into.faults.add(AnswerFault.ROW, row, ",".join(fields), ROW_FORM)
        return None
    into.paid += found.paid
    into.refused += not found.paid
    into.sen += found.sen
    return found


def _read(row: int, fields: list[str]) -> Row | None:
    if len(fields) != _FIELDS["D"] or fields[0] != "D" or fields[3] not in ("PAID", "REFUSED"):
        return None
    _kind, claim, number, verdict, amount, reason = (one.strip() for one in fields)
    sen, paid = _sen(amount), verdict == "PAID"
    if sen is None or not (claim.isascii() and claim.isdigit() and len(claim) < 19) or (not paid and not reason):
        return None
    return Row(row, int(claim), number[:LONGEST], paid, sen, "" if paid else reason[:LONGEST])


def _sen(text: str) -> int | None:
    try:
        return money.to_sen(money.ringgit(text))
    except MoneyError:
        return None


def _trailer(row: int, fields: list[str], into: Answer) -> None:
    counted = [str(into.paid + into.refused), str(into.paid), str(into.refused)]
    if fields[1:4] != counted:
        into.faults.add(AnswerFault.COUNT, row, ",".join(fields[1:4]), ",".join(counted))
    if _sen(fields[4]) != into.sen:
        into.faults.add(AnswerFault.TOTAL, row, fields[4], f"{money.from_sen(into.sen):.2f}")


def amount_of(answer: Answer) -> Decimal:
    """What the rows say was paid, RM."""
    return money.from_sen(answer.sen)
