"""XLSX and XLS as people have them. Every file is read by the process that reads them in service."""

import io
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
import xlwt

from contributions.borang_a import layout, reader
from contributions.borang_a.assumed import Taken
from contributions.borang_a.problem import Code, FileProblem
from contributions.borang_a.values import Row
from tests.contributions.sheets import GOOD, OTHER, book, repacked, sheet_xml, trusted, xlsx

LIMIT = 20 << 20


def read(content: bytes, sheet: str = "") -> tuple[list[Row], dict[Taken, Any]]:
    """Rows, and what was assumed by its code: how often or in which words."""
    reader.check(content, max_bytes=LIMIT)
    opened = reader.open_file(content, sheet=sheet)
    rows = list(opened.rows)
    return rows, {one.code: one.count or dict(one.detail) for one in opened.assumed.all()}


def refusal(content: bytes) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        read(content)
    return caught.value


def problems(row: Row) -> list[tuple[str, str]]:
    return [(problem.code.value, problem.column) for problem in row.problems]


def is_good(row: Row) -> bool:
    expected = ("30000001", "900101140001", "LIM WEI MING", Decimal("6250.00"), Decimal("756.00"), Decimal("693.00"), [])
    found = (row.member_number, row.identity_number, row.name, row.wages, row.employer_share, row.employee_share, row.problems)
    return found == expected


def xls(*rows: Any, header: Any = layout.COLUMNS, **options: bool) -> bytes:
    made = xlwt.Workbook()
    made.dates_1904 = options.get("dates_1904", False)
    sheet = made.add_sheet("Borang A")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, row in enumerate([header, *rows]):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell, day if isinstance(cell, date) else xlwt.Style.default_style)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


@pytest.mark.parametrize("content", [xlsx(GOOD), xls(GOOD)], ids=["xlsx", "xls"])
def test_a_plain_list_is_read_and_nothing_is_assumed(content: bytes) -> None:
    rows, assumed = read(content)

    assert [is_good(row) for row in rows] == [True]
    assert (rows[0].line, assumed) == (2, {})


@pytest.mark.parametrize("make", [xlsx, xls], ids=["xlsx", "xls"])
def test_numbers_that_lost_their_zeros_in_a_sheet(make: Any) -> None:
    """A number is eight digits; the identity number waits for the register (test_restoring)."""
    rows, assumed = read(make((1234567, 10203141234, "ALI BIN ABU", 6250.10, 756, 693.0)))

    assert (rows[0].member_number, rows[0].identity_number, rows[0].padded) == ("01234567", "10203141234", "010203141234")
    assert (rows[0].wages, rows[0].employee_share, rows[0].problems) == (Decimal("6250.10"), Decimal(693), [])
    assert assumed == {Taken.NUMBER_ZEROS: 1}


def test_noise_of_binary_fractions_is_not_seen_but_a_third_decimal_is() -> None:
    rows, _ = read(xlsx(("30000001", "900101140001", "LIM", 0.1 + 0.2, 0, 0), ("30000002", "900101140002", "SITI", 5000 / 3, 0, 0)))

    assert (rows[0].wages, rows[0].problems) == (Decimal("0.30"), [])
    assert problems(rows[1]) == [("TOO_MANY_DECIMALS", layout.WAGES)]


@pytest.mark.parametrize("dates_1904", [False, True])
@pytest.mark.parametrize("make", [xlsx, xls], ids=["xlsx", "xls"])
def test_a_day_in_place_of_a_number_is_asked_about(make: Any, dates_1904: bool) -> None:
    option = {"dates_1904": True} if make is xls and dates_1904 else {"date_1904": True} if dates_1904 else {}
    if make is xlsx:
        option["default_date_format"] = "dd/mm/yyyy"
    rows, _ = read(make(("30000001", date(1990, 1, 1), "LIM WEI MING", 6250, 756, 693), **option))

    assert problems(rows[0]) == [("EXCEL_DATE", layout.IDENTITY)]
    assert "1990-01-01" in rows[0].problems[0].found


def test_a_number_formatted_as_a_day_that_no_calendar_has_is_the_number() -> None:
    def as_day(made: Any, sheet: Any) -> None:
        sheet.write_number(1, 0, 30000001, made.add_format({"num_format": "dd/mm/yyyy"}))

    rows, _ = read(xlsx(GOOD, change=as_day))

    assert is_good(rows[0])


def test_an_error_and_a_truth_are_no_values() -> None:
    def odd(_made: Any, sheet: Any) -> None:
        sheet.write_formula(1, 3, "=NA()", None, "#N/A")
        sheet.write_boolean(1, 4, True)

    rows, assumed = read(trusted(xlsx(GOOD, change=odd)))

    assert problems(rows[0]) == [("NOT_PLAIN", layout.EMPLOYER_SHARE), ("CELL_ERROR", layout.WAGES)]
    assert (rows[0].wages, rows[0].employer_share) == (None, None)
    assert rows[0].problems[0].found == "TRUE"
    assert assumed == {}


def test_what_a_formula_gave_is_taken_and_said() -> None:
    rows, assumed = read(trusted(xlsx(GOOD, change=lambda _made, sheet: sheet.write_formula(1, 3, "=2500*2.5", None, 6250))))

    assert is_good(rows[0])
    assert assumed == {Taken.FORMULAS: 1}


def test_a_formula_that_was_never_calculated_is_asked_about() -> None:
    """Programs write 0 as its value and ask Excel to calculate on opening: nobody opened it."""
    content = xlsx(GOOD, change=lambda _made, sheet: sheet.write_formula(1, 3, "=2500*2.5"))
    without_value = repacked(
        trusted(content), **{"xl/worksheets/sheet1.xml": lambda part: part.replace(b"<f>2500*2.5</f><v>0</v>", b"<f>2500*2.5</f>")}
    )

    for made in (content, without_value):
        rows, _ = read(made)
        assert problems(rows[0]) == [("NOT_CALCULATED", layout.WAGES)]
        assert rows[0].wages is None


def test_hidden_rows_are_read_and_said() -> None:
    rows, assumed = read(xlsx(GOOD, OTHER, change=lambda _made, sheet: sheet.set_row(2, options={"hidden": True})))

    assert [row.line for row in rows] == [2, 3]
    assert assumed == {Taken.HIDDEN_ROWS: {"rows": "1"}}


def test_merged_cells_hold_their_value_once() -> None:
    rows, _ = read(xlsx(GOOD, OTHER, change=lambda made, sheet: sheet.merge_range(1, 2, 2, 2, "LIM WEI MING", made.add_format())))

    assert [problems(row) for row in rows] == [[], [("EMPTY", layout.NAME)]]


def test_a_million_blank_rows_are_no_rows() -> None:
    body = "".join(f'<row r="{number}" spans="1:6" ht="15"/>' for number in range(3, 1_048_577, 9))
    content = repacked(xlsx(GOOD), **{"xl/worksheets/sheet1.xml": lambda part: part.replace(b"</sheetData>", body.encode() + b"</sheetData>")})

    rows, assumed = read(content)

    assert ([is_good(row) for row in rows], assumed) == ([True], {})


def test_the_row_is_the_spreadsheets_own() -> None:
    rows, assumed = read(
        book({"Gaji": [["SYARIKAT CONTOH SDN BHD"], [], ["Borang A", "Oktober 2026"], [None, *layout.COLUMNS], [None, *GOOD], [], [None, *OTHER]]})
    )

    assert [row.line for row in rows] == [5, 7]
    assert is_good(rows[0])
    assert assumed == {Taken.ABOVE_HEADER: {"rows": "2"}}


def test_of_several_sheets_the_one_with_the_columns_is_read_and_said() -> None:
    rows, assumed = read(book({"Nota": [["Baca dahulu"]], "Oktober": [layout.COLUMNS, GOOD], "Kosong": []}))

    assert [is_good(row) for row in rows] == [True]
    assert assumed == {Taken.SHEET: {"sheet": "Oktober", "others": "Nota"}}


def test_of_two_lists_somebody_has_to_say_which() -> None:
    content = book({"Warganegara": [layout.COLUMNS, GOOD], "Warga asing": [layout.COLUMNS, OTHER, OTHER]})

    with pytest.raises(reader.SheetsAsked) as asked:
        read(content)

    assert [tuple(sheet) for sheet in asked.value.sheets] == [("Warganegara", 1, False), ("Warga asing", 2, False)]
    assert [row.name for row in read(content, "Warga asing")[0]] == ["SITI AMINAH"] * 2
    with pytest.raises(FileProblem) as refused:
        read(content, "Lain")
    assert refused.value.problem.code is Code.NO_SHEET


def test_a_hidden_list_beside_a_seen_one_is_said_and_a_list_that_is_only_hidden_is_asked_about() -> None:
    sheets = {"Oktober": [layout.COLUMNS, GOOD], "September": [layout.COLUMNS, OTHER]}

    rows, assumed = read(book(sheets, change=lambda _made, made: made[1].hide()))
    with pytest.raises(reader.SheetsAsked) as asked:
        read(book({"Nota": [["Lihat helaian lain"]], "Oktober": [layout.COLUMNS, GOOD]}, change=lambda _made, made: made[1].hide()))

    assert ([is_good(row) for row in rows], assumed) == ([True], {Taken.HIDDEN_SHEETS: {"sheets": "September"}})
    assert [tuple(sheet) for sheet in asked.value.sheets] == [("Oktober", 1, True)]


def test_a_sheet_without_a_header_in_the_templates_order() -> None:
    rows, assumed = read(xlsx(GOOD, OTHER, header=None))

    assert ([row.line for row in rows], assumed) == ([1, 2], {Taken.NO_HEADER: {}})


def test_the_sum_below_a_list_is_nobody_and_a_wrong_one_is_asked_about() -> None:
    right, assumed = read(xlsx(GOOD, OTHER, ("", "", "JUMLAH", 7250, 886, 803), ("", "", "Disediakan oleh: Siti")))
    wrong, _ = read(xlsx(GOOD, OTHER, ("JUMLAH", "", "", 7250, 887, 803)))

    assert (len(right), assumed) == (2, {Taken.TOTALS: 1, Taken.BELOW_TOTALS: 1})
    assert problems(wrong[2]) == [("TOTALS_DIFFER", layout.EMPLOYER_SHARE)]
    assert (wrong[2].problems[0].found, wrong[2].problems[0].expected) == ("887", "886.00")


def test_cells_without_a_place_stand_one_after_the_other() -> None:
    body = "".join("<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in (layout.COLUMNS, GOOD))
    rows, _ = read(repacked(xlsx(), **{"xl/worksheets/sheet1.xml": sheet_xml(body)}))

    assert [is_good(row) for row in rows] == [True]


def test_the_time_of_day_is_no_number_either() -> None:
    rows, _ = read(xlsx(("30000001", "900101140001", "LIM WEI MING", time(8, 30), 756, 693), default_date_format="hh:mm"))

    assert problems(rows[0]) == [("EXCEL_DATE", layout.WAGES)]


def test_more_rows_than_a_sheet_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_SHEET_ROWS", 1)

    assert refusal(xlsx(GOOD, OTHER)).problem.code is Code.TOO_MANY_ROWS
