"""Identity numbers that a spreadsheet damaged, against the employer's own record: mended where only one reading fits, asked about where two do."""

from collections.abc import Mapping

from contributions.borang_a import layout
from contributions.borang_a.assumed import Assumed, Taken
from contributions.borang_a.checks import Entry
from contributions.borang_a.problem import Code, Problem
from contributions.borang_a.values import Row
from kwsp_portal.common.names import name_key


def settled(row: Row, by_number: Entry | None, by_identity: Mapping[str, Entry], assumed: Assumed) -> Row:
    """The row with the identity number that its member number, or else the employer's record, leaves as the only reading.

    A number that may have lost its zeros may also be a passport's: where both are people of the employer and no member number says which, the
    row has the problem TWO_PEOPLE. One that was rounded to an exponent is taken from the record only beside member number and name.
    """
    if row.padded:
        return _with_zeros(row, by_number, by_identity, assumed)
    if row.rounded and by_number is not None and _rounds_to(by_number.identity_number, row.rounded) and _same_name(row, by_number):
        assumed.count(Taken.EXPONENT, row.line)
        problems = [problem for problem in row.problems if problem.code is not Code.EXPONENT]
        return row._replace(identity_number=by_number.identity_number, problems=problems)
    return row


def _with_zeros(row: Row, by_number: Entry | None, by_identity: Mapping[str, Entry], assumed: Assumed) -> Row:
    if by_number is not None:
        fits = by_number.identity_number == row.padded
    else:
        fits = row.padded in by_identity
        if fits and row.identity_number in by_identity:
            detail = {"one": row.identity_number, "other": row.padded}
            return row._replace(problems=[*row.problems, Problem(Code.TWO_PEOPLE, layout.IDENTITY, row.identity_number, detail=detail)])
    if not fits:
        return row
    assumed.count(Taken.IDENTITY_ZEROS, row.line)
    return row._replace(identity_number=row.padded)


def _rounds_to(identity_number: str, stated: str) -> bool:
    """Whether a spreadsheet shows the number so: 900101140001 as 9.00101E+11."""
    if not identity_number.isdecimal():
        return False
    mantissa, _e, _exponent = stated.upper().replace(",", ".").partition("E")
    decimals = len(mantissa.partition(".")[2])
    shown = format(int(identity_number), f".{decimals}E")
    return shown.replace("+", "") == stated.upper().replace(",", ".").replace("+", "")


def _same_name(row: Row, entry: Entry) -> bool:
    return bool(row.name) and name_key(row.name) == entry.name_key
