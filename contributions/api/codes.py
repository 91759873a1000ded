"""Every code that a program may meet, with when it comes and an example: `docs/api-codes.md` is made from here (manage.py api_codes).

What the services refuse stands here by itself, from their own tables of words. Codes are stable: one is never given another meaning.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from django.utils.translation import gettext

from contributions import problems
from contributions.borang_a import layout, remedies
from contributions.borang_a.problem import Code, Problem
from contributions.problems.elections import ELECTION
from contributions.problems.moves import NOT_ALLOWED
from contributions.services import payment
from members.identity import tac_limits


class Known(NamedTuple):
    """A code of a problem as a whole: the status of its answer, and when it comes."""

    code: str
    status: int
    when: str


CALL: Final[tuple[Known, ...]] = (
    Known("INVALID", 400, "Parameters or fields are wrong: each stands in `errors` with its own code"),
    Known("PARSE_ERROR", 400, "The body cannot be read as what it says it is"),
    Known("BAD_REQUEST", 400, "The request cannot be read at all"),
    Known("KEY_REQUIRED", 400, "A POST about money came without `Idempotency-Key`"),
    Known("KEY_FORM", 400, "The key is not 1 to 200 visible ASCII characters"),
    Known("NOT_AUTHENTICATED", 401, "No token was sent"),
    Known("AUTHENTICATION_FAILED", 401, "The token is unknown, expired or revoked"),
    Known("WRONG", 401, "User ID, password, scope or TAC is wrong; which one is not said"),
    Known("PERMISSION_DENIED", 403, "The token is for other calls than this one"),
    Known("TOKEN_NEEDED", 403, "Approving and paying through the API need a token with a monthly limit"),
    Known("NOT_FOUND", 404, "There is no such thing, or it is somebody else's"),
    Known("METHOD_NOT_ALLOWED", 405, "The address does not take this method; `Allow` names those it takes"),
    Known("NOT_ACCEPTABLE", 406, "The answer is JSON, which `Accept` leaves out"),
    Known("KEY_IN_USE", 409, "A request with this key has not ended; ask again after `Retry-After` with the same key"),
    Known("KEY_REUSED", 409, "The key was used for another request"),
    Known("TWO_COUNTRIES", 409, "Two of the employer's people have passports of this number; `country` says which country's is meant"),
    Known("CONFLICT", 409, "The business day ended meanwhile; ask again"),
    Known("LENGTH_REQUIRED", 411, "The request does not say how long its body is"),
    Known("REQUEST_ENTITY_TOO_LARGE", 413, "The body is longer than is taken; nothing of it was read"),
    Known("UNSUPPORTED_MEDIA_TYPE", 415, "The body is of another kind than the call takes"),
    Known("FILE_REFUSED", 422, "The file was not taken; `errors` has every reason, with the codes of a file below"),
    Known("ROW_INVALID", 422, "The row would still be wrong and was not changed; `errors` has every reason, with the codes of a row below"),
    Known("BANK_UNKNOWN", 422, "FPX does not list this bank"),
    Known("BANK_OFFLINE", 422, "The bank takes no payments now"),
    Known("THROTTLED", 429, "Too many requests with this token; ask again after `Retry-After`"),
    Known("LOCKED", 429, "Too many wrong answers; ask again after `Retry-After`"),
    Known("TOO_MANY_LOOKUPS", 429, "Too many employees looked up in an hour; ask again after `Retry-After`"),
    Known("INTERNAL_SERVER_ERROR", 500, "Our fault; `reference` is what to quote"),
    Known("FPX_UNAVAILABLE", 503, "FPX cannot be reached; ask again after `Retry-After` with the same key"),
    Known("SERVICE_UNAVAILABLE", 503, "The portal is away for a moment; ask again after `Retry-After` with the same key"),
)
BY_TOKEN: Final = ("NO_LIMIT", "LIMIT", "COOLING", "STALE", "OTHER_ACT")
"""Codes of members.identity.tac that an approval or a payment by a token may meet."""

FIELD: Final[Mapping[str, str]] = {
    "REQUIRED": "The field is missing",
    "NULL": "The field is null",
    "BLANK": "The field is empty",
    "INVALID": "The value is of another form or type",
    "NOT_A_BOOLEAN": "The value is not JSON's true or false",
    "INVALID_CHOICE": "The value is not one of the closed list",
    "NOT_ONE_OF": "The parameter is not one of the closed list",
    "MAX_LENGTH": "The text is too long",
    "MAX_DIGITS": "The amount has too many digits",
    "MAX_DECIMAL_PLACES": "The amount has more than two decimals",
    "MAX_WHOLE_DIGITS": "The amount is too large",
    "MIN_VALUE": "The amount is too small",
    "NO_NAME": "The file has no name",
    "EMPTY": "The file is empty",
    "NULL_CHARACTERS_NOT_ALLOWED": "The text holds a NUL",
    "SURROGATE_CHARACTERS_NOT_ALLOWED": "The text holds half of a character",
    "UNKNOWN_PARAMETER": "No such parameter or field: a misspelt name is refused",
    "GIVEN_TWICE": "The parameter is there more than once",
    "NOT_A_MONTH": "The month is not written as 2026-10",
    "NOT_A_YEAR": "The year is not four digits",
}

_BAND: Final = {
    "part": "A", "wages": "6250.00", "band_from": "6200.01", "band_to": "6300.00", "basis": "BAND", "reference": "third_schedule@2025-10:A",
}  # fmt: skip
_EARLIER: Final = {"filing": "41", "state": "READY", "wage_month": "2026-10", "received_on": "2026-11-10"}
_PERSON: Final = {
    "wage_month": "2026-10", "last_month": "2025-03", "died_on": "2026-08-17", "birth_date": "1950-03-05", "birthday": "2025-03-05", "age": "75",
    "day": "31", "month": "02",
}  # fmt: skip
_TOPPED: Final = {
    "filed_total": "1200.00", "whole_total": "1173.00", "more_employer": "366.00", "more_employee": "363.00", "more_total": "729.00",
}  # fmt: skip
SAMPLES: Final[Mapping[Code, tuple[str, str, str]]] = {
    Code.TOO_BIG: ("", "24.1 MiB", "20 MiB"),
    Code.WRONG_TYPE: ("", "PNG", "CSV, XLSX, XLS, SDBA"),
    Code.NOT_TEXT: ("", "", "UTF-8"),
    Code.WRONG_COLUMNS: ("", "Member No,Name,Salary,EM Share", layout.HEADER),
    Code.COLUMN_TWICE: ("", "Salary, Gaji", layout.HEADER),
    Code.TOO_MANY_ROWS: ("", "", "1,000,000"),
    Code.LINE_TOO_LONG: ("", "AAAAAAAA…", "4,096"),
    Code.BROKEN_WORKBOOK: ("", "xl/workbook.xml", ""),
    Code.TOO_MANY_PARTS: ("", "12,000", "1,000"),
    Code.TOO_MANY_SHEETS: ("", "1,000", "50"),
    Code.UNPACKS_TOO_FAR: ("", "4.0 GB", "200 MB"),
    Code.FAR_CELL: ("", "XFD1048576", "100,000"),
    Code.NO_SHEET: ("", "Januari", ""),
    Code.SDBA_RECORD: ("", "03", "02"),
    Code.SDBA_CUT_OFF: ("", "", "99"),
    Code.SDBA_EMPLOYER: ("", "20000002", "20000001"),
    Code.MEMBER_FILED: (layout.MEMBER_NUMBER, "20000001", ""),
    Code.WAGES_RAISED: (layout.WAGES, "6250.00", "3000.00"),
    Code.NO_MORE_DUE: (layout.WAGES, "5100.00", ""),
    Code.SDBA_MONTH: ("", "102026", "112026"),
    Code.SDBA_COUNT: ("", "4", "3"),
    Code.SDBA_EMPLOYER_TOTAL: ("", "2267.00", "2268.00"),
    Code.SDBA_EMPLOYEE_TOTAL: ("", "2078.00", "2079.00"),
    Code.SDBA_HASH: ("", "90000007", "90000006"),
    Code.MONTH_TAKEN: ("", "2026-10", ""),
    Code.MONTH_NOT_FILED: ("", "2026-10", ""),
    Code.SAME_FILE: ("", "2026-10", ""),
    Code.SAME_CONTENT: ("", "2026-10", ""),
    Code.MONTH_BEING_READ: ("", "2026-10", ""),
    Code.MONTH_TOO_FAR: ("", "2030-01", "2027-11"),
    Code.MONTH_BEFORE_LAW: ("", "1999-12", "2014-01"),
    Code.MONTH_BEFORE_EMPLOYER: ("", "2014-12", "2015-01"),
    Code.MONTH_AFTER_CLOSING: ("", "2026-10", "2026-06"),
    Code.FIELD_COUNT: ("", "5", "6"),
    Code.FORMULA: (layout.WAGES, "=3000+3250", ""),
    Code.EMPTY: (layout.WAGES, "", ""),
    Code.NEGATIVE: (layout.WAGES, "-6250.00", ""),
    Code.TOO_MANY_DECIMALS: (layout.WAGES, "6250.005", ""),
    Code.NOT_PLAIN: (layout.WAGES, "abc", ""),
    Code.GROUPED: (layout.WAGES, "6,250.", ""),
    Code.TOO_LARGE: (layout.WAGES, "99999999999", "9999999.99"),
    Code.MEMBER_NUMBER_FORM: (layout.MEMBER_NUMBER, "1234567890123", "8"),
    Code.NUMBER_UNKNOWN: (layout.MEMBER_NUMBER, "99999998", ""),
    Code.EXCEL_DATE: (layout.IDENTITY, "1985-01-01", ""),
    Code.EXPONENT: (layout.IDENTITY, "8.50101E+11", ""),
    Code.TWO_AMOUNTS: (layout.WAGES, "1,234", ""),
    Code.TWO_PEOPLE: (layout.IDENTITY, "101145553", ""),
    Code.TOTALS_DIFFER: (layout.EMPLOYEE_SHARE, "1387.00", "1386.00"),
    Code.FIELD_FORM: (layout.WAGES, "6250.0", ""),
    Code.CELL_ERROR: (layout.WAGES, "#REF!", ""),
    Code.SHARES_SWAPPED: (layout.EMPLOYER_SHARE, "693.00", "756.00"),
    Code.SHARE_HAS_SEN: (layout.EMPLOYER_SHARE, "756.50", "756.00"),
    Code.SHARE_EMPTY: (layout.EMPLOYER_SHARE, "", "756.00"),
    Code.IDENTITY_FORM: (layout.IDENTITY, "85?01", ""),
    Code.IDENTITY_DATE: (layout.IDENTITY, "900231145553", ""),
    Code.IDENTITY_BIRTH_DATE: (layout.IDENTITY, "850101141234", "500305141234"),
    Code.NUMBER_DIFFERS: (layout.MEMBER_NUMBER, "30000002", "30000001"),
    Code.IDENTITY_UNKNOWN: (layout.IDENTITY, "990228145553", ""),
    Code.IDENTITY_DIFFERS: (layout.IDENTITY, "850101141235", "850101141234"),
    Code.NAME_DIFFERS: (layout.NAME, "SOMEBODY ELSE", ""),
    Code.NAME_TOO_LONG: (layout.NAME, "AAAAAAAA…", "120"),
    Code.BONUS_ABOVE_WAGES: (layout.BONUS, "7000.00", "6250.00"),
    Code.MEMBER_TWICE: (layout.MEMBER_NUMBER, "30000001", ""),
    Code.DECEASED: ("", "30000001", ""),
    Code.NO_CITIZENSHIP: ("", "30000001", ""),
}
"""Column, found and expected of an example, where those of most codes would not fit."""


class _Figures(dict[str, str]):
    """Figures of the examples; of one that is not here, three dots."""

    def __missing__(self, name: str) -> str:
        return "…"


_FIGURES: Final = _Figures(
    limit="RM5,000.00",
    found="RM1,449.00",
    rest="RM653.00",
    until="16 Nov 2026, 12:00",
    amount="1,449.00",
    order_no="261110K7M2Q9XA",
    left="2",
    known="FPX, MAYBANK2U, DDA",
    first="11 Nov 2026",
    last="9 Jan 2027",
)


class Example(NamedTuple):
    """A code of a file or of a row, and what the portal says with it."""

    code: str
    where: str
    detail: str
    mend: str


def calls() -> Iterator[Known]:
    """Codes of problems as a whole, by status. Their words are in the active language where the services have them."""
    found = [*CALL]
    found += [Known(code, status, str(words) % _FIGURES) for code, (status, words) in NOT_ALLOWED.items()]
    found += [Known(code, 409, gettext(words) % _FIGURES) for code, words in payment.WORDS.items()]
    found += [Known(code, 403, gettext(tac_limits.WORDS[code]) % _FIGURES) for code in BY_TOKEN]
    yield from sorted(found, key=lambda one: (one.status, one.code))


def examples() -> Iterator[Example]:
    """Codes of files and rows with an example each, in the active language."""
    for code in Code:
        if code in ELECTION:
            continue
        column, found, expected = SAMPLES.get(code, (layout.EMPLOYER_SHARE, "750.00", "756.00"))
        two = ("1.23", "1234.00") if code == Code.TWO_AMOUNTS else ("000101145553", "010101145553")
        more = {"line": "7", "missing": "IC No, EMP Share", "record": "99", "one": two[0], "other": two[1], "run": "3", **_TOPPED}
        problem = Problem(
            code, column, found, expected, {**more, **_BAND, **_EARLIER, **_PERSON} if _has_band(code) else {**more, **_EARLIER, **_PERSON}
        )
        where = "month" if code in problems.MONTH else "file" if _of_file(code) else "row"
        yield Example(code.value, where, problems.sentence(problem), problems.mend(problem))


def _has_band(code: Code) -> bool:
    return code in remedies.SHARES or code is Code.EXCESS_TOO_HIGH


def _of_file(code: Code) -> bool:
    return code in problems.FILE or code in problems.WORKBOOK or code in problems.SDBA


def known() -> frozenset[str]:
    """Every code of a problem as a whole."""
    return frozenset(one.code for one in calls())
