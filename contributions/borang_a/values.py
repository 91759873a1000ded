"""The cells of a line as values. Text is read by explicit patterns of ASCII digits: `NaN`, `1e5` and full-width digits are no amounts
(ruling 14a). Every cell that cannot be read is a problem of its own; the others are read all the same."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from contributions.borang_a import amounts, layout
from contributions.borang_a.assumed import Assumed, Taken
from contributions.borang_a.problem import Code, Problem
from kwsp_portal.common import money

_DIGITS: Final = re.compile(rf"[0-9]{{1,{layout.MEMBER_NUMBER_DIGITS}}}")
_IDENTITY: Final = re.compile(rf"[0-9A-Z]{{1,{layout.LONGEST_IDENTITY}}}")
_FORMULA_SIGNS: Final = ("=", "+", "-", "@")
_NO_SEPARATORS: Final = str.maketrans("", "", "- \u00a0")
_FLOAT: Final = re.compile(r"([0-9]+)\.0+")
_EXPONENT: Final = re.compile(r"([0-9])(?:[.,]([0-9]+))?[Ee]\+?([0-9]{1,2})")
_MYKAD_DIGITS: Final = 12
_SHORTEST_MYKAD: Final = 9
"""Digits of a MyKad number whose zeros are lost: of the first days of 2000 three are."""


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
    padded: str = ""
    rounded: str = ""
    cut: bool = False


_NOTHING: Final = Assumed()
_PLACES: Final = layout.COLUMNS_WITH_BONUS
_WIDTH: Final = len(layout.COLUMNS)
_NOT_FIRST_IN_A_NAME: Final = ("", "'", *_FORMULA_SIGNS)
_new_row: Final = tuple.__new__  # Row(...) asks for its arguments by name first, which takes longer than reading one of them


def read(line: layout.Line, assumed: Assumed = _NOTHING) -> Row:
    """The values of a line; what had to be assumed is counted. A line with more or fewer cells than the header is not interpreted: its cells
    may stand in other columns."""
    return _plain(line) or read_closely(line, assumed)


def _plain(line: layout.Line) -> Row | None:
    """The row of a line that is as the template has it: nearly every one ends here. None where there is anything to be said of it, or to be looked
    at twice; what comes out is what `read_closely` answers."""
    number, cells, extra, odd, cut = line
    if extra or odd or len(cells) != _WIDTH:
        return None
    member_number, identity, name, wages, employer_share, employee_share = [cell.strip() for cell in cells]
    plain = identity.replace("-", "").replace(" ", "").replace("\u00a0", "")
    digits = member_number + plain
    if len(member_number) != layout.MEMBER_NUMBER_DIGITS or len(plain) != _MYKAD_DIGITS or not (digits.isdecimal() and digits.isascii()):
        return None
    if identity[0] == "-" or name[:1] in _NOT_FIRST_IN_A_NAME or len(name) > layout.LONGEST_NAME:
        return None
    try:
        amount, employer, employee = money.ringgit(wages), _ringgit(employer_share), _ringgit(employee_share)
    except money.MoneyError:
        return None
    if amount > layout.LARGEST_WAGES:
        return None
    return _new_row(Row, (number, member_number, plain, name, amount, money.ZERO, employer, employee, [], "", "", cut))


def read_closely(line: layout.Line, assumed: Assumed = _NOTHING) -> Row:
    """What `read` answers, each cell looked at by itself: with its problem, or with what had to be assumed."""
    cells = [cell.strip() for cell in line.cells]
    if line.extra:
        width = len(cells)
        problem = Problem(Code.FIELD_COUNT, found=str(width + line.extra), expected=str(width))
        return Row(line.number, cells[0], cells[1], cells[2], None, None, None, None, [problem])
    if line.odd:
        return _with_odd(line, cells, assumed)
    problems: list[Problem] = []
    hand = _Hand(line.number, problems, assumed)
    wages = _amount(cells[3], layout.WAGES, hand)
    bonus = _amount(cells[6] or "0", layout.BONUS, hand) if len(cells) > len(layout.COLUMNS) else money.ZERO
    if wages is not None:
        if wages > layout.LARGEST_WAGES:
            problems.append(Problem(Code.TOO_LARGE, layout.WAGES, cells[3], str(layout.LARGEST_WAGES)))
            wages = None
        elif bonus is not None and bonus > wages:
            problems.append(Problem(Code.BONUS_ABOVE_WAGES, layout.BONUS, str(bonus), str(wages)))
            bonus = None
    number, identity = _member_number(cells[0], hand), _identity(cells[1], hand)
    return Row(
        line.number,
        number,
        identity,
        _name(cells[2], problems),
        wages,
        bonus,
        _amount(cells[4], layout.EMPLOYER_SHARE, hand),
        _amount(cells[5], layout.EMPLOYEE_SHARE, hand),
        problems,
        "" if len(identity) >= _MYKAD_DIGITS else _padded(identity),
        cells[1] if problems and _is_rounded(problems) else "",
        line.cut,
    )


def person(line: int, cells: list[str]) -> Row:
    """Whom a line of another file names in its first three cells, as Borang A does: a row without figures."""
    problems: list[Problem] = []
    hand = _Hand(line, problems, _NOTHING)
    number, identity, name = _member_number(cells[0], hand), _identity(cells[1], hand), _name(cells[2], problems)
    return Row(line, number, identity, name, None, None, None, None, problems)


class _Hand(NamedTuple):
    """Where a row's reading goes: its number, its problems, and what is assumed."""

    line: int
    problems: list[Problem]
    assumed: Assumed


def _with_odd(line: layout.Line, cells: list[str], assumed: Assumed) -> Row:
    """A row of which some cells are not what they show: values that formulas gave are taken, the others are problems in place of whatever
    their text would have been."""
    bad = {place: code for place, code in line.odd.items() if code is not Code.FROM_FORMULA and place < len(cells)}
    for place in line.odd.keys() - bad.keys():
        if place < len(cells):
            assumed.count(Taken.FORMULAS, line.number)
    row = read_closely(line._replace(odd=layout.NOTHING_ODD), assumed)
    if not bad:
        return row
    columns = {_PLACES[place] for place in bad}
    problems = [problem for problem in row.problems if problem.column not in columns]
    problems += [Problem(code, _PLACES[place], cells[place]) for place, code in sorted(bad.items())]
    unread = {field: None for field, place in (("wages", 3), ("employer_share", 4), ("employee_share", 5), ("bonus", 6)) if place in bad}
    return row._replace(problems=problems, padded="" if layout.IDENTITY in columns else row.padded, **unread)  # type: ignore[arg-type]


def _is_rounded(problems: list[Problem]) -> bool:
    return any(problem.code is Code.EXPONENT and problem.column == layout.IDENTITY for problem in problems)


def _padded(identity: str) -> str:
    """The MyKad number that a number may be whose leading zeros a spreadsheet took; empty where it cannot be one."""
    if not (_SHORTEST_MYKAD <= len(identity) < _MYKAD_DIGITS and identity.isdecimal()):
        return ""
    padded = identity.rjust(_MYKAD_DIGITS, "0")
    try:
        date(2000 + int(padded[:2]), int(padded[2:4]), int(padded[4:6]))
    except ValueError:
        return ""
    return padded


@lru_cache(maxsize=1 << 14)
def _ringgit(text: str) -> Decimal:
    """`money.ringgit`, remembered: shares repeat from row to row. Raises MoneyError."""
    return money.ringgit(text)


def _amount(text: str, column: str, hand: _Hand) -> Decimal | None:
    """Ringgit with two decimals."""
    try:
        return _ringgit(text)
    except money.MoneyError as error:
        return _written_otherwise(text, column, Code(error.code), hand)


def _written_otherwise(text: str, column: str, code: Code, hand: _Hand) -> Decimal | None:
    """An amount that is not plain digits, where only one reading fits; else its problem."""
    problems = hand.problems
    try:
        found = amounts.cleaned(text, decimal_comma=hand.assumed.decimal_comma)
        amount = None if found is None else _ringgit(found.plain)
    except amounts.TwoReadings as two:
        problems.append(Problem(Code.TWO_AMOUNTS, column, text, detail={"one": two.one, "other": two.other}))
        return None
    except money.MoneyError as error:
        amount, code = None, Code(error.code)
    if found is None or amount is None:
        if code is Code.NOT_PLAIN and text.startswith(_FORMULA_SIGNS):
            code = Code.FORMULA
        elif code is Code.GROUPED and text[-1:].isdigit():
            # Thousands are read; what is wrong with `1,234.567` is behind the point.
            code = Code.TOO_MANY_DECIMALS
        problems.append(Problem(code, column, text, str(layout.LARGEST_WAGES) if code is Code.TOO_LARGE else ""))
        return None
    for taken in found.taken:
        hand.assumed.count(taken, hand.line)
    return amount


def _is_formula(text: str, column: str, problems: list[Problem]) -> bool:
    """A cell that a spreadsheet would calculate is not what somebody typed."""
    if not text.startswith(_FORMULA_SIGNS):
        return False
    problems.append(Problem(Code.FORMULA, column, text))
    return True


def _member_number(text: str, hand: _Hand) -> str:
    """Eight digits; lost leading zeros are put back, since identity number and name must agree anyway. May be blank."""
    if len(text) == layout.MEMBER_NUMBER_DIGITS and text.isdecimal() and text.isascii():
        return text
    problems = hand.problems
    text = _unmarked(text, hand)
    if not text or _is_formula(text, layout.MEMBER_NUMBER, problems):
        return text
    if _DIGITS.fullmatch(text) is None:
        problems.append(Problem(Code.MEMBER_NUMBER_FORM, layout.MEMBER_NUMBER, text, str(layout.MEMBER_NUMBER_DIGITS)))
        return text
    if len(text) == layout.MEMBER_NUMBER_DIGITS:
        return text
    hand.assumed.count(Taken.NUMBER_ZEROS, hand.line)
    return text.zfill(layout.MEMBER_NUMBER_DIGITS)


def _unmarked(text: str, hand: _Hand) -> str:
    """A number without the apostrophe of a text, and without the `.0` that programs write behind it."""
    if text.startswith("'") and not text.startswith(tuple(f"'{sign}" for sign in _FORMULA_SIGNS)):
        text = text[1:]
    whole = _FLOAT.fullmatch(text) if text.endswith("0") else None
    if whole is None:
        return text
    hand.assumed.count(Taken.FLOATS, hand.line)
    return whole[1]


def _identity(text: str, hand: _Hand) -> str:
    """An identity or passport number without blanks and dashes, in capitals."""
    plain = text.translate(_NO_SEPARATORS)
    if len(plain) == _MYKAD_DIGITS and plain.isdecimal() and plain.isascii() and text[0] != "-":
        return plain
    problems = hand.problems
    text = _unmarked(text, hand)
    if not text:
        problems.append(Problem(Code.EMPTY, layout.IDENTITY))
        return ""
    if _is_formula(text, layout.IDENTITY, problems):
        return text
    plain = text.translate(_NO_SEPARATORS).upper()
    if _IDENTITY.fullmatch(plain) is None or _EXPONENT.fullmatch(plain):
        return _with_exponent(text, hand)
    return plain


def _with_exponent(text: str, hand: _Hand) -> str:
    """A number like 9.00101140001E+11, which still has all its digits; one that has lost some is a problem, and so is any other text."""
    stated = _EXPONENT.fullmatch(text)
    if stated is None:
        hand.problems.append(Problem(Code.IDENTITY_FORM, layout.IDENTITY, text))
        return text
    digits, after = stated[1] + (stated[2] or ""), int(stated[3])
    if len(digits) == after + 1 == _MYKAD_DIGITS:
        hand.assumed.count(Taken.EXPONENT, hand.line)
        return digits
    if after + 1 not in range(_SHORTEST_MYKAD, _MYKAD_DIGITS + 1) or "." not in text.replace(",", "."):
        # `12E4567` may well be a passport.
        plain = text.translate(_NO_SEPARATORS).upper()
        if _IDENTITY.fullmatch(plain):
            return plain
    hand.problems.append(Problem(Code.EXPONENT, layout.IDENTITY, text))
    return text


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
