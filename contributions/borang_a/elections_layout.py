"""The columns of a file of elections. KWSP's own columns are not known (facts 7.1): these are the portal's."""

from collections.abc import Mapping
from typing import Final

from contributions.borang_a import layout
from contributions.enums import ElectionKind

CHOICE: Final = "Choice"
PERCENT: Final = "Percent"
FROM_MONTH: Final = "From Month"
DOCUMENT: Final = "Form"

COLUMNS: Final = (layout.MEMBER_NUMBER, layout.IDENTITY, layout.NAME, CHOICE, PERCENT, FROM_MONTH)
HEADER: Final = ",".join(COLUMNS)
CHOICES: Final[Mapping[str, ElectionKind]] = {
    "EM": ElectionKind.EMPLOYER_EXCESS,
    "EMP": ElectionKind.EMPLOYEE_EXCESS,
    "KHAS": ElectionKind.KEEPS_RATE,
    "KWSP 16": ElectionKind.KWSP_16,
    "KWSP 16B": ElectionKind.KWSP_16B,
}
"""What stands in the column Choice: the names of the shares as in Borang A, and the forms."""
MAX_ROWS: Final = 10_000
MAX_BYTES: Final = 20 * 1024 * 1024
"""Elections of a file: they are checked while the page waits."""
MAX_POINTS: Final = 100
