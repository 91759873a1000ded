"""What a clerk does with the template."""

import csv
import io

from contributions.borang_a import layout
from kwsp_portal.common.periods import WageMonth

OCTOBER = WageMonth(2026, 10)


def with_wages(template: bytes, member_number: str, wages: str, employer: str, employee: str) -> bytes:
    """The template after one person's pay was changed, as a spreadsheet saves it."""
    rows = list(csv.reader(io.StringIO(template.decode("utf-8-sig"))))
    assert rows[0] == list(layout.COLUMNS)
    changed = next(row for row in rows if row[0] == member_number)
    changed[3:6] = [wages, employer, employee]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
