"""Workbooks made for tests: as Excel, payroll programs and people with bad intentions make them."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

from contributions.borang_a import layout

Row = Sequence[Any]
GOOD: Row = ("30000001", "900101-14-0001", "LIM WEI MING", 6250.0, 756, 693)
OTHER: Row = ("30000002", "900101-14-0002", "SITI AMINAH", 1000, 130, 110)


def xlsx(*rows: Row, header: Sequence[str] | None = layout.COLUMNS, change: Callable[[Any, Any], None] | None = None, **options: Any) -> bytes:
    """One sheet of these rows; `change` is given workbook and sheet before they are closed."""
    return book(
        {"Borang A": [*([header] if header else []), *rows]}, change=lambda made, sheets: change(made, sheets[0]) if change else None, **options
    )


def book(sheets: Mapping[str, Sequence[Row]], change: Callable[[Any, list[Any]], None] | None = None, **options: Any) -> bytes:
    """Several sheets by name."""
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"strings_to_formulas": False, **options})
    found = []
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        found.append(sheet)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif cell is not None:
                    sheet.write(number, place, cell)
    if change:
        change(made, found)
    made.close()
    return content.getvalue()


def trusted(content: bytes) -> bytes:
    """The same as a program writes it that has calculated its formulas: Excel does not ask itself to do it again on opening."""
    return repacked(content, **{"xl/workbook.xml": lambda part: part.replace(b' fullCalcOnLoad="1"', b"")})


def repacked(content: bytes, **parts: Callable[[bytes], bytes]) -> bytes:
    """The archive with some of its parts changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, parts.get(part.filename, lambda held: held)(old.read(part)))
    return changed.getvalue()


def added(content: bytes, name: str, part: bytes, times: int = 1) -> bytes:
    """The archive with more parts."""
    changed = io.BytesIO(content)
    with zipfile.ZipFile(changed, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(times):
            archive.writestr(name.format(number), part)
    return changed.getvalue()


def sheet_xml(body: str) -> Callable[[bytes], bytes]:
    """A part of a sheet with these rows in place of its own."""

    def replaced(part: bytes) -> bytes:
        head, _, rest = part.partition(b"<sheetData>")
        return head + b"<sheetData>" + body.encode() + b"</sheetData>" + rest.partition(b"</sheetData>")[2]

    return replaced
