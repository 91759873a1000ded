"""A process of its own that reads a workbook: the file on its input, JSON on its output, one line for the sheet and one for every few
thousand rows.

Whatever a hostile file does to the libraries that unpack it happens here, with little memory, little time and nothing worth taking: no
settings, no database, no environment. Cells come out as text, so that no binary fraction goes any further.
"""

import gc
import io
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import python_calamine

from contributions.borang_a import amounts, archive, headings, layout, sheet_scan
from contributions.borang_a.csv_file import FIRST
from contributions.borang_a.kinds import ZIP_BEGINNINGS
from contributions.borang_a.problem import Code, FileProblem, Problem

SECONDS: Final = 15
ROWS_A_LINE: Final = 5_000
LONGEST_SHEET: Final = 60
LONGEST_CELL: Final = 400
"""Characters of a cell that are handed on: more than any column takes, so that a cut cell is refused all the same."""
_BREAKS: Final = str.maketrans("\r\n\t\x00", "    ")
_PRECISION: Final = ".15g"
"""As many digits as a spreadsheet shows: 0.1 + 0.2 is 0.3 in it."""


def main() -> None:
    """Sheet named on the first line of the input (empty: to be found), then the file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (archive.MAX_MEMORY, archive.MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # Rows make no cycles; looking for them again and again takes as long as making the rows. The process ends with its answer.
    gc.disable()
    wanted = json.loads(sys.stdin.buffer.readline())
    try:
        lines = _read(sys.stdin.buffer.read(), wanted)
    except FileProblem as refused:
        lines = [{"problem": refused.problem.to_json()}]
    except python_calamine.PasswordError:
        lines = [{"problem": Problem(Code.ENCRYPTED).to_json()}]
    except (python_calamine.CalamineError, ValueError, OverflowError) as error:
        lines = [{"problem": Problem(Code.BROKEN_WORKBOOK, found=type(error).__name__).to_json()}]
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.write('{"end":true}\n')


def _read(content: bytes, wanted: str) -> list[Any]:
    """The lines of the answer. Raises FileProblem and what python-calamine raises."""
    scanned = sheet_scan.scan(content) if content.startswith(ZIP_BEGINNINGS) else None
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ is python_calamine.SheetTypeEnum.WorkSheet]
        hidden = [sheet.name for sheet in sheets if sheet.visible is not python_calamine.SheetVisibleEnum.Visible]
        if len(sheets) > archive.MAX_SHEETS:
            raise FileProblem(Problem(Code.TOO_MANY_SHEETS, found=str(len(sheets)), expected=str(archive.MAX_SHEETS)))
        names = [sheet.name for sheet in sheets]
        if len(set(names)) != len(names) or any(len(name) > LONGEST_SHEET or (scanned is not None and name not in scanned) for name in names):
            raise FileProblem(Problem(Code.BROKEN_WORKBOOK, found="XML"))
        if wanted:
            if wanted not in names:
                raise FileProblem(Problem(Code.NO_SHEET, found=wanted))
            return _answer(book.get_sheet_by_name(wanted), scanned, others=[], hidden=[])
        return _chosen(book, names, hidden, scanned)


def _chosen(book: Any, names: list[str], hidden: list[str], scanned: dict[str, sheet_scan.Scanned] | None) -> list[Any]:
    """The one sheet that can be meant, or the sheets to choose from: those that have the columns of Borang A."""
    filled, fitting, first_fitting = [], [], None
    for name in names:
        sheet = book.get_sheet_by_name(name)
        first = list(islice((row for row in sheet.iter_rows() if any(cell != "" for cell in row)), FIRST))
        if not first:
            continue
        filled.append(name)
        texts = [[_text(cell)[0] for cell in row] for row in first]
        if any(headings.find(cells) for cells in texts) or headings.of_data(texts[0]):
            has_header = any(headings.find(cells) for cells in texts)
            fitting.append((name, sheet.height - has_header))
            first_fitting = sheet if first_fitting is None and name not in hidden else first_fitting
    seen = [name for name, _rows in fitting if name not in hidden]
    if len(seen) > 1 or (fitting and not seen):
        return [{"ask": [{"name": name, "rows": rows, "hidden": name in hidden} for name, rows in fitting]}]
    if not filled:
        raise FileProblem(Problem(Code.EMPTY_FILE))
    chosen = seen[0] if seen else next((name for name in filled if name not in hidden), filled[0])
    sheet = first_fitting if seen else book.get_sheet_by_name(chosen)
    others = [name for name in filled if name != chosen]
    return _answer(sheet, scanned, [name for name in others if name not in hidden], [name for name in others if name in hidden])


def _answer(sheet: Any, scanned: dict[str, sheet_scan.Scanned] | None, others: list[str], hidden: list[str]) -> list[Any]:
    rows = _Rows(sheet, sheet_scan.Scanned() if scanned is None else scanned[sheet.name])
    pieces = []
    records = iter(rows)
    while piece := list(islice(records, ROWS_A_LINE)):
        pieces.append(piece)
    head = {
        "sheet": sheet.name,
        "others": others,
        "hidden": hidden,
        "rows": rows.count,
        "hidden_rows": rows.hidden,
        "decimal_comma": rows.decimal_comma,
    }
    return [head, *pieces]


class _Rows:
    """The rows of a sheet that hold anything, with what was seen on the way. A row's number is the spreadsheet's own."""

    def __init__(self, sheet: Any, known: sheet_scan.Scanned) -> None:
        self._sheet = sheet
        self._known = known
        self._marked: dict[int, dict[int, str]] = {}
        left = sheet.start[1] if sheet.start else 0
        # A formula that gave an error is an error; one without a value is neither.
        for codes, places in ((Code.FROM_FORMULA, known.formulas), (Code.NOT_CALCULATED, known.uncalculated), (Code.CELL_ERROR, known.errors)):
            for row, column in places:
                self._marked.setdefault(row, {})[column - left] = codes.value
        self.count = self.hidden = 0
        self.decimal_comma = False

    def __iter__(self) -> Iterator[tuple[int, list[str], dict[int, str]]]:
        marked = self._marked
        for number, row in enumerate(self._sheet.iter_rows()):
            marks = marked.get(number) if marked else None
            # A row of zeros only is not blank.
            if marks is None and not any(row) and all(cell == "" for cell in row):
                continue
            self.count += 1
            if self.count > layout.MAX_SHEET_ROWS + FIRST:
                raise FileProblem(Problem(Code.TOO_MANY_ROWS, expected=str(layout.MAX_SHEET_ROWS)))
            if number in self._known.hidden_rows:
                self.hidden += 1
            yield self._record(number + 1, row, marks)

    def _record(self, number: int, row: Sequence[Any], marks: dict[int, str] | None) -> tuple[int, list[str], dict[int, str]]:
        if marks is None:
            # Nearly every row: texts and numbers with nothing in them to be seen to. Anything else is made a sign that no line has.
            cells = [cell if type(cell) is str else format(cell, _PRECISION) if type(cell) is float else "\n" for cell in row]
            whole = "".join(cells)
            if whole.isprintable() and len(whole) <= LONGEST_CELL and "," not in whole:
                return number, cells, {}
        return self._looked_at(number, row, marks)

    def _looked_at(self, number: int, row: Sequence[Any], marks: dict[int, str] | None) -> tuple[int, list[str], dict[int, str]]:
        odd = dict(marks) if marks else {}
        cells = []
        for place, cell in enumerate(row):
            if type(cell) is str:
                text = cell if cell.isprintable() and len(cell) <= LONGEST_CELL else cell[:LONGEST_CELL].translate(_BREAKS)
                if "," in text and not self.decimal_comma:
                    self.decimal_comma = amounts.has_decimal_comma(text)
            else:
                text, is_date = _text(cell)
                if is_date:
                    odd[place] = Code.EXCEL_DATE.value
            cells.append(text)
        return number, cells, odd


def _text(cell: Any) -> tuple[str, bool]:
    """A cell as it would be typed, and whether it is a day or a time of day."""
    if hasattr(cell, "is_integer"):
        return format(cell, _PRECISION), False
    if isinstance(cell, str):
        return cell, False
    if isinstance(cell, bool):
        return str(cell).upper(), False
    return str(cell), not isinstance(cell, int)


if __name__ == "__main__":
    main()
