"""The columns of a file of elections. KWSP's own columns are not known (facts 7.1): these are the portal's."""

from typing import Final

from contributions.borang_a import layout

CHOICE: Final = "Choice"
PERCENT: Final = "Percent"
FROM_MONTH: Final = "From Month"
DOCUMENT: Final = "Form"

COLUMNS: Final = (layout.MEMBER_NUMBER, layout.IDENTITY, layout.NAME, CHOICE, PERCENT, FROM_MONTH)
MAX_ROWS: Final = 5_000
MAX_POINTS: Final = 100
