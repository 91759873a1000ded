"""The cells of a line as values. Text is read by explicit patterns of ASCII digits: `NaN`, `1e5` and full-width digits are no amounts
(ruling 14a). Every cell that cannot be read is a problem of its own; the others are read all the same."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from contributions.borang_a import layout
from contributions.borang_a.problem import Code, Problem
from kwsp_portal.common import money

_DIGITS: Final = re.compile(rf"[0-9]{{1,{layout.MEMBER_NUMBER_DIGITS}}}")
_IDENTITY: Final = re.compile(rf"[0-9A-Z]{{1,{layout.LONGEST_IDENTITY}}}")
_FORMULA_SIGNS: Final = ("=", "+", "-", "@")
_NO_SEPARATORS: Final = str.maketrans("", "", "- \u00a0")


class Row(NamedTuple):
    """One employee's line, read. A value that could not be read is None (text: as it stands), and `problems` says why."""

    line: int
    member_number: str
    identity_number: str
    name: str
    wages: Decimal | None
    bonus: Decimal | None
    employer_share: Decimal | None
    employee_share: Decimal | None
    problems: list[Problem]


def read(line: layout.Line) -> Row:
    """The values of a line. A line with more or fewer cells than the header is not interpreted: its cells may stand in other columns."""
    cells = [cell.strip() for cell in line.cells]
    if line.extra:
        width = len(cells)
        problem = Problem(Code.FIELD_COUNT, found=str(width + line.extra), expected=str(width))
        return Row(line.number, cells[0], cells[1], cells[2], None, None, None, None, [problem])
    problems: list[Problem] = []
    wages = _amount(cells[3], layout.WAGES, problems)
    bonus = _amount(cells[6] or "0", layout.BONUS, problems) if len(cells) > len(layout.COLUMNS) else money.ZERO
    if wages is not None:
        if wages > layout.LARGEST_WAGES:
            problems.append(Problem(Code.TOO_LARGE, layout.WAGES, cells[3], str(layout.LARGEST_WAGES)))
            wages = None
        elif bonus is not None and bonus > wages:
            problems.append(Problem(Code.BONUS_ABOVE_WAGES, layout.BONUS, str(bonus), str(wages)))
            bonus = None
    return Row(
        line.number,
        _member_number(cells[0], problems),
        _identity(cells[1], problems),
        _name(cells[2], problems),
        wages,
        bonus,
        _amount(cells[4], layout.EMPLOYER_SHARE, problems),
        _amount(cells[5], layout.EMPLOYEE_SHARE, problems),
        problems,
    )


def person(line: int, cells: list[str]) -> Row:
    """Whom a line of another file names in its first three cells, as Borang A does: a row without figures."""
    problems: list[Problem] = []
    number, identity, name = _member_number(cells[0], problems), _identity(cells[1], problems), _name(cells[2], problems)
    return Row(line, number, identity, name, None, None, None, None, problems)


@lru_cache(maxsize=1 << 14)
def _ringgit(text: str) -> Decimal:
    """`money.ringgit`, remembered: wages and shares repeat from row to row. Raises MoneyError."""
    return money.ringgit(text)


def _amount(text: str, column: str, problems: list[Problem]) -> Decimal | None:
    """Ringgit with two decimals."""
    try:
        return _ringgit(text)
    except money.MoneyError as error:
        code = Code(error.code)
        if code is Code.NOT_PLAIN and text.startswith(_FORMULA_SIGNS):
            code = Code.FORMULA
        problems.append(Problem(code, column, text, str(layout.LARGEST_WAGES) if code is Code.TOO_LARGE else ""))
        return None


def _is_formula(text: str, column: str, problems: list[Problem]) -> bool:
    """A cell that a spreadsheet would calculate is not what somebody typed."""
    if not text.startswith(_FORMULA_SIGNS):
        return False
    problems.append(Problem(Code.FORMULA, column, text))
    return True


def _member_number(text: str, problems: list[Problem]) -> str:
    """Eight digits; lost leading zeros are put back, since identity number and name must agree anyway. May be blank."""
    if not text or _is_formula(text, layout.MEMBER_NUMBER, problems):
        return text
    if _DIGITS.fullmatch(text) is None:
        problems.append(Problem(Code.MEMBER_NUMBER_FORM, layout.MEMBER_NUMBER, text, str(layout.MEMBER_NUMBER_DIGITS)))
        return text
    return text.zfill(layout.MEMBER_NUMBER_DIGITS)


def _identity(text: str, problems: list[Problem]) -> str:
    """An identity or passport number without blanks and dashes, in capitals."""
    if not text:
        problems.append(Problem(Code.EMPTY, layout.IDENTITY))
        return ""
    if _is_formula(text, layout.IDENTITY, problems):
        return text
    plain = text.translate(_NO_SEPARATORS).upper()
    if _IDENTITY.fullmatch(plain) is None:
        problems.append(Problem(Code.IDENTITY_FORM, layout.IDENTITY, text))
        return text
    return plain


def _name(text: str, problems: list[Problem]) -> str:
    # Our own template puts an apostrophe before a name that a spreadsheet would take for a formula.
    name = text.removeprefix("'")
    if not name:
        problems.append(Problem(Code.EMPTY, layout.NAME))
    elif name is text and _is_formula(name, layout.NAME, problems):
        return name
    elif len(name) > layout.LONGEST_NAME:
        problems.append(Problem(Code.NAME_TOO_LONG, layout.NAME, name, str(layout.LONGEST_NAME)))
    return name
