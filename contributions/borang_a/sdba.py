"""The text format SDBA: 129 characters a line, four kinds of record (facts/contributions.md 5.2; ruling 12).

Header and trailer state employer, month, number of people, both totals and the sum of the member numbers; each is checked.
"""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from contributions.borang_a import layout
from contributions.borang_a.problem import Code, FileProblem, Problem
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth

WIDTH: Final = 129
FILE_HEADER, EMPLOYER_HEADER, DETAIL, TRAILER = "00", "01", "02", "99"
_MEMBER, _IDENTITY, _NAME = slice(2, 21), slice(21, 36), slice(36, 76)
_EMPLOYER_SHARE, _EMPLOYEE_SHARE, _WAGES = slice(96, 105), slice(105, 114), slice(114, 129)
_WHOLE: Final = re.compile(r"02([0-9]{19})(.{15})(.{40}).{20}([0-9]{9})([0-9]{9})([0-9]{15})", re.DOTALL)
_ZEROS: Final = "0" * layout.MEMBER_NUMBER_DIGITS
_SHOWN: Final = 40
_new_line: Final = tuple.__new__  # as in values: for every row of a file


class MeantFor(NamedTuple):
    """What the file is sent for, which its header must state too."""

    employer_number: str
    wage_month: WageMonth


class _Sums:
    """Of the records of people that went by, in sen."""

    def __init__(self) -> None:
        self.count = self.hash = self.employer = self.employee = 0


def check_head(content: bytes, encoding: str, meant: MeantFor) -> None:
    """The two headers. Raises FileProblem SDBA_RECORD, SDBA_EMPLOYER and SDBA_MONTH, both at once."""
    lines = _lines(content, encoding)
    next(lines)
    number, line = next(lines, (2, ""))
    _demand(line, EMPLOYER_HEADER, number)
    found: list[Problem] = []
    if line[2:21].strip().lstrip("0") != meant.employer_number.lstrip("0"):
        found.append(Problem(Code.SDBA_EMPLOYER, found=line[2:21].strip().lstrip("0") or "0", expected=meant.employer_number))
    month = meant.wage_month.contribution_month
    if line[21:27] != f"{month.month:02d}{month.year:04d}":
        found.append(Problem(Code.SDBA_MONTH, found=line[21:27].strip(), expected=f"{month.month:02d}{month.year:04d}"))
    if found:
        raise FileProblem(*found)


def lines(content: bytes, encoding: str) -> Iterator[layout.Line]:
    """The people, in order. Raises FileProblem SDBA_RECORD, SDBA_CUT_OFF, TOO_MANY_ROWS, and at the end all of SDBA_COUNT,
    SDBA_EMPLOYER_TOTAL, SDBA_EMPLOYEE_TOTAL and SDBA_HASH that header and trailer give reason for."""
    sums, header, trailer = _Sums(), "", ""
    expected: tuple[str, ...] = (FILE_HEADER,)
    for number, line in _lines(content, encoding):
        kind = line[:2]
        if kind not in expected:
            raise FileProblem(_record(line, number, expected))
        if kind == DETAIL:
            sums.count += 1
            if sums.count > layout.MAX_SDBA_ROWS:
                raise FileProblem(Problem(Code.TOO_MANY_ROWS, expected=str(layout.MAX_SDBA_ROWS)))
            yield _person(line, number, sums)
        elif kind == FILE_HEADER:
            header, expected = line, (EMPLOYER_HEADER,)
        elif kind == EMPLOYER_HEADER:
            expected = (DETAIL, TRAILER)
        else:
            trailer, expected = line, ()
    if not trailer:
        raise FileProblem(Problem(Code.SDBA_CUT_OFF, expected=TRAILER))
    found = [*_of_header(header, sums), *_of_trailer(trailer, sums)]
    if found:
        raise FileProblem(*found)


def _lines(content: bytes, encoding: str) -> Iterator[tuple[int, str]]:
    """The lines that hold anything, by number. One whose signs were counted as bytes is cut into its columns as bytes."""
    for number, raw in enumerate(io.BytesIO(content), start=1):
        bare = raw.rstrip(b"\r\n\x1a")
        line = bare.decode(encoding)
        if len(line) != WIDTH == len(bare):
            name = bare[_NAME].decode(encoding, "replace")
            line = bare[: _NAME.start].decode(encoding, "replace") + f"{name:{layout.CUT_NAME}}" + bare[_NAME.stop :].decode(encoding, "replace")
        if line.strip():
            yield number, line


def _person(line: str, number: int, sums: _Sums) -> layout.Line:
    """A record of one member. Nearly every one is whole, and is taken apart at once."""
    whole = _WHOLE.fullmatch(line)
    if whole is None:
        return _damaged(line, number, sums)
    member, identity, name, employer, employee, wages = whole.groups()
    member_number = int(member)
    sums.hash += member_number
    sums.employer += int(employer)
    sums.employee += int(employee)
    cells = [f"{member_number:08d}" if member_number else "", identity.strip(), name.strip(), _ringgit(wages), _share(employer), _share(employee)]
    return _new_line(layout.Line, (number, cells, 0, layout.NOTHING_ODD, True))


def _ringgit(sen: str) -> str:
    """Digits of sen as an amount in ringgit."""
    return f"{sen[:-2].lstrip('0') or '0'}.{sen[-2:]}"


_share: Final = lru_cache(maxsize=1 << 14)(_ringgit)  # shares repeat from row to row


def _damaged(line: str, number: int, sums: _Sums) -> layout.Line:
    """A record with something in it that should not be there; a field that is neither digits nor blank is marked, so that no part of it is taken
    for an amount."""
    odd: dict[int, Code] = {}
    member = line[_MEMBER].strip()
    if member.isascii() and member.isdecimal():
        sums.hash += int(member)
        member = member.lstrip("0").rjust(layout.MEMBER_NUMBER_DIGITS, "0")
    wages, employer, employee = (_amount(line, field, place, odd) for place, field in ((3, _WAGES), (4, _EMPLOYER_SHARE), (5, _EMPLOYEE_SHARE)))
    sums.employer += int(employer or 0)
    sums.employee += int(employee or 0)
    amounts = [_ringgit(sen) if sen else "" for sen in (wages, employer, employee)]
    cells = ["" if member == _ZEROS else member, line[_IDENTITY].strip(), line[_NAME].strip(), *amounts]
    for place in odd:
        cells[place] = line[(_WAGES, _EMPLOYER_SHARE, _EMPLOYEE_SHARE)[place - 3]].strip()
    return layout.Line(number, cells, max(len(line.rstrip()) - WIDTH, 0), odd or layout.NOTHING_ODD, cut=True)


def _amount(line: str, field: slice, place: int, odd: dict[int, Code]) -> str:
    """The digits of a field that is filled with them; empty, and marked, for any other."""
    stated = line[field]
    if stated.isascii() and stated.isdecimal() and len(stated) == field.stop - field.start:
        return stated
    if stated.strip():
        odd[place] = Code.FIELD_FORM
    return ""


def _of_header(line: str, sums: _Sums) -> list[Problem]:
    return [
        *_compared(Code.SDBA_EMPLOYER_TOTAL, line[33:48], sums.employer, FILE_HEADER),
        *_compared(Code.SDBA_EMPLOYEE_TOTAL, line[48:63], sums.employee, FILE_HEADER),
        *_compared(Code.SDBA_HASH, line[63:84], sums.hash, FILE_HEADER),
    ]


def _of_trailer(line: str, sums: _Sums) -> list[Problem]:
    return [
        *_compared(Code.SDBA_COUNT, line[2:9], sums.count, TRAILER),
        *_compared(Code.SDBA_EMPLOYER_TOTAL, line[9:24], sums.employer, TRAILER),
        *_compared(Code.SDBA_EMPLOYEE_TOTAL, line[24:39], sums.employee, TRAILER),
        *_compared(Code.SDBA_HASH, line[39:60], sums.hash, TRAILER),
    ]


def _compared(code: Code, stated: str, sum_of_rows: int, record: str) -> list[Problem]:
    plain = stated.strip()
    if plain.isascii() and plain.isdecimal() and int(plain) == sum_of_rows:
        return []
    is_money = code in (Code.SDBA_EMPLOYER_TOTAL, Code.SDBA_EMPLOYEE_TOTAL)
    expected = str(money.from_sen(sum_of_rows)) if is_money else str(sum_of_rows)
    readable = plain.isascii() and plain.isdecimal()
    found = str(money.from_sen(int(plain))) if is_money and readable else plain.lstrip("0") or ("0" if plain else "")
    return [Problem(code, found=found, expected=expected, detail={"record": record})]


def _demand(line: str, kind: str, number: int) -> None:
    if line[:2] != kind:
        raise FileProblem(_record(line, number, (kind,)))


def _record(line: str, number: int, expected: tuple[str, ...]) -> Problem:
    shown = line[:_SHOWN].rstrip()
    return Problem(Code.SDBA_RECORD, found=shown, expected=" / ".join(expected), detail={"line": str(number)})
