"""What is wrong with a file or a row, as data: the words are made by contributions/problems.py, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

LONGEST_FOUND: Final = 60
"""Characters of a found value that are kept: enough to recognise it, too few to store a file in."""


class Code(StrEnum):
    """Every reason a file or a row is not taken."""

    # The file as a whole: it cannot be read
    EMPTY_FILE = "EMPTY_FILE"
    TOO_BIG = "TOO_BIG"
    WRONG_TYPE = "WRONG_TYPE"
    NOT_TEXT = "NOT_TEXT"
    WRONG_COLUMNS = "WRONG_COLUMNS"
    COLUMN_TWICE = "COLUMN_TWICE"
    NO_ROWS = "NO_ROWS"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    LINE_TOO_LONG = "LINE_TOO_LONG"
    OPEN_QUOTE = "OPEN_QUOTE"
    ENCRYPTED = "ENCRYPTED"
    MACROS = "MACROS"
    HAS_ENTITIES = "HAS_ENTITIES"
    BROKEN_WORKBOOK = "BROKEN_WORKBOOK"
    TOO_MANY_PARTS = "TOO_MANY_PARTS"
    TOO_MANY_SHEETS = "TOO_MANY_SHEETS"
    UNPACKS_TOO_FAR = "UNPACKS_TOO_FAR"
    FAR_CELL = "FAR_CELL"
    NO_SHEET = "NO_SHEET"
    SDBA_RECORD = "SDBA_RECORD"
    SDBA_CUT_OFF = "SDBA_CUT_OFF"
    SDBA_EMPLOYER = "SDBA_EMPLOYER"
    SDBA_MONTH = "SDBA_MONTH"
    SDBA_COUNT = "SDBA_COUNT"
    SDBA_EMPLOYER_TOTAL = "SDBA_EMPLOYER_TOTAL"
    SDBA_EMPLOYEE_TOTAL = "SDBA_EMPLOYEE_TOTAL"
    SDBA_HASH = "SDBA_HASH"
    NOTHING_DUE = "NOTHING_DUE"
    NOT_READ = "NOT_READ"
    # The file and the month it is sent for
    MONTH_BEFORE_LAW = "MONTH_BEFORE_LAW"
    MONTH_BEFORE_EMPLOYER = "MONTH_BEFORE_EMPLOYER"
    MONTH_AFTER_CLOSING = "MONTH_AFTER_CLOSING"
    MONTH_TOO_FAR = "MONTH_TOO_FAR"
    MONTH_BEING_READ = "MONTH_BEING_READ"
    MONTH_TAKEN = "MONTH_TAKEN"
    MONTH_NOT_FILED = "MONTH_NOT_FILED"
    SAME_FILE = "SAME_FILE"
    SAME_CONTENT = "SAME_CONTENT"
    # The form of a row
    FIELD_COUNT = "FIELD_COUNT"
    FORMULA = "FORMULA"
    EMPTY = "EMPTY"
    NEGATIVE = "NEGATIVE"
    TOO_MANY_DECIMALS = "TOO_MANY_DECIMALS"
    TOO_LARGE = "TOO_LARGE"
    GROUPED = "GROUPED"
    NOT_PLAIN = "NOT_PLAIN"
    MEMBER_NUMBER_FORM = "MEMBER_NUMBER_FORM"
    IDENTITY_FORM = "IDENTITY_FORM"
    IDENTITY_DATE = "IDENTITY_DATE"
    NAME_TOO_LONG = "NAME_TOO_LONG"
    BONUS_ABOVE_WAGES = "BONUS_ABOVE_WAGES"
    EXCEL_DATE = "EXCEL_DATE"
    EXPONENT = "EXPONENT"
    CELL_ERROR = "CELL_ERROR"
    FROM_FORMULA = "FROM_FORMULA"
    NOT_CALCULATED = "NOT_CALCULATED"
    TWO_AMOUNTS = "TWO_AMOUNTS"
    TWO_PEOPLE = "TWO_PEOPLE"
    TOTALS_DIFFER = "TOTALS_DIFFER"
    FIELD_FORM = "FIELD_FORM"
    # The row and the people on the employer's record: the row is UNMATCHED
    NUMBER_UNKNOWN = "NUMBER_UNKNOWN"
    IDENTITY_UNKNOWN = "IDENTITY_UNKNOWN"
    IDENTITY_DIFFERS = "IDENTITY_DIFFERS"
    IDENTITY_BIRTH_DATE = "IDENTITY_BIRTH_DATE"
    NUMBER_DIFFERS = "NUMBER_DIFFERS"
    NAME_DIFFERS = "NAME_DIFFERS"
    # The person and the month
    DECEASED = "DECEASED"
    NO_CITIZENSHIP = "NO_CITIZENSHIP"
    MEMBER_TWICE = "MEMBER_TWICE"
    MEMBER_FILED = "MEMBER_FILED"
    WAGES_RAISED = "WAGES_RAISED"
    NO_MORE_DUE = "NO_MORE_DUE"
    ABOVE_CONTRIBUTION_AGE = "ABOVE_CONTRIBUTION_AGE"
    BORN_AFTER_WAGE_MONTH = "BORN_AFTER_WAGE_MONTH"
    MAY_CHOOSE = "MAY_CHOOSE"
    DOMESTIC_EXCLUDED = "DOMESTIC_EXCLUDED"
    # The shares and the schedule
    SHARE_HAS_SEN = "SHARE_HAS_SEN"
    OFF_SCHEDULE = "OFF_SCHEDULE"
    SHARE_EMPTY = "SHARE_EMPTY"
    EXACT_PERCENTAGE = "EXACT_PERCENTAGE"
    SHARES_SWAPPED = "SHARES_SWAPPED"
    ELECTION_LEFT_OUT = "ELECTION_LEFT_OUT"
    EXCESS_TOO_HIGH = "EXCESS_TOO_HIGH"
    # An election, or the notice that ends it
    WRONG_ELECTION_COLUMNS = "WRONG_ELECTION_COLUMNS"
    TOO_MANY_ELECTIONS = "TOO_MANY_ELECTIONS"
    NO_ELECTIONS = "NO_ELECTIONS"
    CHOICE_FORM = "CHOICE_FORM"
    POINTS_FORM = "POINTS_FORM"
    NO_POINTS = "NO_POINTS"
    FROM_MONTH = "FROM_MONTH"
    MONTH_FILED = "MONTH_FILED"
    FORM_MISSING = "FORM_MISSING"
    FORM_TYPE = "FORM_TYPE"
    FORM_TOO_BIG = "FORM_TOO_BIG"
    NOT_ON_RECORD = "NOT_ON_RECORD"
    KHAS_CLOSED = "KHAS_CLOSED"
    MUST_ANYWAY = "MUST_ANYWAY"
    WRONG_CHOICE = "WRONG_CHOICE"
    IRREVOCABLE = "IRREVOCABLE"
    HOLDS_ALREADY = "HOLDS_ALREADY"
    NOTHING_TO_CANCEL = "NOTHING_TO_CANCEL"
    ON_ITS_WAY = "ON_ITS_WAY"
    ELECTION_TWICE = "ELECTION_TWICE"


UNMATCHED: Final = frozenset(
    {Code.NUMBER_UNKNOWN, Code.NUMBER_DIFFERS, Code.IDENTITY_UNKNOWN, Code.IDENTITY_DIFFERS, Code.IDENTITY_BIRTH_DATE, Code.NAME_DIFFERS}
)
"""A row with no other problem than these is `unmatched`; any other problem makes it `invalid` (ruling 14)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `column` is the column's title, empty for the row or file as a whole; `found` and `expected` are
    shown as they are; `detail` holds the figures of the sentence as text (amounts `756.00`, months `2026-10`)."""

    code: Code
    column: str = ""
    found: str = ""
    expected: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What is stored and what the API answers."""
        return {
            "column": self.column,
            "code": self.code.value,
            "found": shortened(self.found),
            "expected": self.expected,
            "detail": dict(self.detail),
        }


class FileProblem(Exception):
    """The file as a whole cannot be taken; nothing of it is kept as rows."""

    def __init__(self, problem: Problem, *more: Problem) -> None:
        self.problem = problem
        self.problems = (problem, *more)
        super().__init__(problem.code, problem.found)


def shortened(text: str) -> str:
    """The first characters of a found value, marked where something was cut."""
    return text if len(text) <= LONGEST_FOUND else f"{text[: LONGEST_FOUND - 1]}…"
