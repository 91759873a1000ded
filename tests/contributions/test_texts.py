"""Files of text as people have them: separators, encodings, headers, amounts, sums."""

from decimal import Decimal

import pytest

from contributions.borang_a import amounts, headings, layout, reader
from contributions.borang_a.assumed import Taken
from contributions.borang_a.problem import Code, FileProblem
from contributions.borang_a.values import Row

GOOD = "30000001,900101-14-0001,LIM WEI MING,6250.00,756,693"
MALAY = "No. Ahli,No. KP,Nama,Upah (RM),Syer majikan (EM Share),Syer pekerja (EMP Share)"


def read(text: str | bytes, encoding: str = "utf-8") -> tuple[list[Row], dict[Taken, object]]:
    content = text if isinstance(text, bytes) else text.encode(encoding)
    reader.check(content, max_bytes=20 << 20)
    opened = reader.open_file(content)
    rows = list(opened.rows)
    return rows, {one.code: one.count or dict(one.detail) for one in opened.assumed.all()}


def is_good(row: Row) -> bool:
    expected = ("30000001", "900101140001", "LIM WEI MING", Decimal("6250.00"), Decimal("756.00"), Decimal("693.00"), [])
    found = (row.member_number, row.identity_number, row.name, row.wages, row.employer_share, row.employee_share, row.problems)
    return found == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_encoding_and_separator(encoding: str, separator: str) -> None:
    name = "JOSÉ DE SOUSA"
    text = "\r\n".join([layout.HEADER, GOOD.replace("LIM WEI MING", name)]).replace(",", separator)

    [row], assumed = read(text, encoding)

    assert (row.name, row.wages, row.problems, row.line) == (name, Decimal(6250), [], 2)
    assert (Taken.SEPARATOR in assumed) == (separator != ",")
    assert (Taken.UTF16 in assumed, Taken.CP1252 in assumed) == ("16" in encoding, encoding == "cp1252")


def test_the_first_line_that_excel_writes_for_itself() -> None:
    rows, assumed = read("sep=;\r\n" + "\r\n".join([layout.HEADER, GOOD]).replace(",", ";"))

    assert ([row.line for row in rows], assumed) == ([3], {Taken.SEPARATOR: {"separator": ";"}})
    assert is_good(rows[0])


@pytest.mark.parametrize(
    ("header", "line", "said"),
    [
        (MALAY, GOOD, {}),
        ("MEMBER NUMBER,NRIC,EMPLOYEE NAME,WAGES,EMPLOYER SHARE,EMPLOYEE SHARE", GOOD, {}),
        ("Nama,No KP,No Ahli,Caruman Pekerja,Caruman Majikan,Gaji", "LIM WEI MING,900101-14-0001,30000001,693,756,6250", {Taken.COLUMN_ORDER: {}}),
        (
            "Bil," + layout.HEADER + ",Jumlah",
            f"1,{GOOD},1449",
            {Taken.OTHER_COLUMNS: {"columns": "Bil, Jumlah"}},
        ),
    ],
)
def test_titles_in_either_language_and_in_any_order(header: str, line: str, said: dict[Taken, object]) -> None:
    rows, assumed = read(f"{header}\n{line}\n")

    assert ([is_good(row) for row in rows], assumed) == ([True], said)


def test_every_title_names_one_column() -> None:
    assert set(headings._COLUMN_OF.values()) == set(layout.COLUMNS_WITH_BONUS)
    assert sum(len(titles.split(", ")) for titles in headings._TITLES.values()) == len(headings._COLUMN_OF)


def test_without_a_header_only_the_templates_order_is_taken() -> None:
    rows, assumed = read(f"{GOOD}\n{GOOD}\n")

    assert ([row.line for row in rows], assumed) == ([1, 2], {Taken.NO_HEADER: {}})
    for line in ("900101-14-0001,30000001,LIM WEI MING,6250,756,693", "30000001,900101-14-0001,6250,LIM WEI MING,756,693", GOOD + ",1,2"):
        with pytest.raises(FileProblem) as refused:
            read(line)
        assert refused.value.problem.code is Code.WRONG_COLUMNS


def test_a_row_that_might_be_somebodys_is_never_passed_over_as_a_title() -> None:
    """Without a header a bad first row would else be left out with a note nobody reads."""
    with pytest.raises(FileProblem) as refused:
        read(f"30000009,,ALI,6250.00,756,693\n{GOOD}\n")

    assert refused.value.problem.code is Code.WRONG_COLUMNS


def test_titles_above_the_list() -> None:
    rows, assumed = read(f"SYARIKAT CONTOH SDN BHD\nBorang A,Oktober 2026\n\n{layout.HEADER}\n{GOOD}\n")

    assert ([row.line for row in rows], assumed) == ([5], {Taken.ABOVE_HEADER: {"rows": "2"}})


@pytest.mark.parametrize(
    ("text", "plain", "taken"),
    [
        ("1,234.50", "1234.50", {Taken.THOUSANDS}),
        ("1,234", "1234", {Taken.THOUSANDS}),
        ("12,345,678.90", "12345678.90", {Taken.THOUSANDS}),
        ("1 234.50", "1234.50", {Taken.THOUSANDS}),
        ("1\u00a0234,50", "1234.50", {Taken.THOUSANDS, Taken.DECIMAL_COMMA}),
        ("1.234,50", "1234.50", {Taken.THOUSANDS, Taken.DECIMAL_COMMA}),
        ("1.234.567", "1234567", {Taken.THOUSANDS}),
        ("1234,5", "1234.5", {Taken.DECIMAL_COMMA}),
        ("RM6250", "6250", {Taken.RINGGIT}),
        ("rm 1,234.50", "1234.50", {Taken.RINGGIT, Taken.THOUSANDS}),
        ("MYR 100.00", "100.00", {Taken.RINGGIT}),
        ("6250.000", "6250.00", {Taken.FLOATS}),
        ("6250.1000", "6250.10", {Taken.FLOATS}),
    ],
)
def test_amounts_that_one_reading_fits(text: str, plain: str, taken: set[Taken]) -> None:
    found = amounts.cleaned(text, decimal_comma=False)

    assert found is not None
    assert (found.plain, set(found.taken)) == (plain, taken)


@pytest.mark.parametrize(
    "text", ["1.234", "1,2345", "1,23,456", "١٬٢٣٤", "１,２３４", "1e5", "NaN", "RM", "RM RM 5", "5 RM", "1,234.567", "(100)", ",50", "1,"]
)
def test_amounts_that_no_reading_fits_beyond_doubt(text: str) -> None:
    assert amounts.cleaned(text, decimal_comma=False) is None


@pytest.mark.parametrize("doubtful", ["1,234", "1.234"])
def test_an_amount_that_two_readings_fit_is_asked_about(doubtful: str) -> None:
    header = layout.HEADER.replace(",", ";")
    rows, _ = read(f"{header}\n30000001;900101140001;LIM;1234,50;161;137\n30000002;900101140002;SITI;{doubtful};161;137\n")

    assert (rows[0].wages, rows[0].problems) == (Decimal("1234.50"), [])
    [problem] = rows[1].problems
    assert (problem.code, problem.column, problem.found) == (Code.TWO_AMOUNTS, layout.WAGES, doubtful)
    assert problem.detail == {"one": "1234", "other": "1.234"}
    assert rows[1].wages is None


def test_numbers_as_programs_write_them() -> None:
    rows, assumed = read(f"{layout.HEADER}\n'00000042,'900101140001,LIM,6250,756,693\n30000002.0,900101140002.0,SITI,6250.0,756.0,693.0\n")

    assert [(row.member_number, row.identity_number, row.problems) for row in rows] == [
        ("00000042", "900101140001", []),
        ("30000002", "900101140002", []),
    ]
    assert assumed == {Taken.FLOATS: 2}


@pytest.mark.parametrize("shown", ["9.00101140001E+11", "9,00101140001e+11"])
def test_an_exponent_that_still_has_every_digit(shown: str) -> None:
    [row], assumed = read(f'{layout.HEADER}\n30000001,"{shown}",LIM WEI MING,6250,756,693\n')

    assert is_good(row)
    assert assumed == {Taken.EXPONENT: 1}


def test_an_exponent_that_lost_digits_is_asked_about_and_a_passport_is_none() -> None:
    rows, _ = read(f"{layout.HEADER}\n30000001,9.00101E+11,LIM,6250,756,693\n30000002,1E12345,SITI,6250,756,693\n30000003,12E4567,ALI,6250,756,693\n")

    assert [[problem.code for problem in row.problems] for row in rows] == [[Code.EXPONENT], [], []]
    assert [row.identity_number for row in rows[1:]] == ["1E12345", "12E4567"]


@pytest.mark.parametrize(
    ("sums", "left"),
    [
        ("JUMLAH,,,12500.00,1512,1386", 2),
        (",,Total,12500.00,1512,1386", 2),
        (',,Jumlah Keseluruhan:,"RM 12,500.00","1,512","1,386"', 2),
        ("Jumlah (RM),,,12500.00,1512,1386", 2),
        (",,GRAND TOTAL RM,12500.00,1512,1386", 2),
        (",,,12500.00,1512,1386", 2),
        (",,,12500.00,,", 2),
        (",,,12500.01,1512,1386", 3),
        ("JUMLAH,,,12500.01,1512,1386", 3),
        (",,JUMLAH BIN TOTAL,12500.00,1512,1386", 3),
    ],
)
def test_a_sum_is_passed_over_only_if_it_is_one(sums: str, left: int) -> None:
    rows, assumed = read(f"{layout.HEADER}\n{GOOD}\n{GOOD}\n{sums}\n")

    assert len(rows) == left
    assert (Taken.TOTALS in assumed) == (left == 2)
    assert all(row.problems for row in rows[2:])


@pytest.mark.parametrize(
    "below", ["Disediakan oleh: Siti,,,,,", "Tarikh: 1/11/2026,,,,,", "Tarikh,1/11/2026,,,,", "a.n. Pengurus,,SITI BINTI ALI,,,"]
)
def test_writing_below_the_sum_is_nobody_in_whichever_column_it_stands(below: str) -> None:
    rows, assumed = read(f"{layout.HEADER}\n{GOOD}\nJUMLAH,,,6250.00,756,693\n{below}\n")

    assert ([row.line for row in rows], assumed) == ([2], {Taken.TOTALS: 1, Taken.BELOW_TOTALS: 1})


@pytest.mark.parametrize("below", ["30000002,,,,,", ",900101140002,,,,", "30000002,900101140002,SITI,,,", "X,,,6250.00,,"])
def test_somebody_below_the_sum_is_somebody(below: str) -> None:
    rows, _ = read(f"{layout.HEADER}\n{GOOD}\nJUMLAH,,,6250.00,756,693\n{below}\n")

    assert [bool(row.problems) for row in rows] == [False, True]


def test_a_column_that_stands_twice_is_named() -> None:
    with pytest.raises(FileProblem) as refused:
        read(f"{layout.HEADER},Gaji,Jabatan\n{GOOD},6250,IT\n")

    assert (refused.value.problem.code, refused.value.problem.found) == (Code.COLUMN_TWICE, "Salary, Gaji")


def test_a_row_of_which_only_other_columns_are_filled_is_blank() -> None:
    rows, assumed = read(f"Bil,{layout.HEADER}\n1,{GOOD}\n2,,,,,,\n3, ,,,,,\n")

    assert ([row.line for row in rows], assumed) == ([2], {Taken.OTHER_COLUMNS: {"columns": "Bil"}})


def test_a_title_in_several_lines_is_a_title_and_a_quotation_mark_left_open_is_not() -> None:
    titles = '"Member\nNo",IC No,Name,"Salary\n(RM)",EM Share,"EMP\r\nShare"'
    rows, assumed = read(f"{titles}\n{GOOD}\n")
    with pytest.raises(FileProblem) as swallowed:
        read(f'{layout.HEADER},"Catatan\n{GOOD}\n{GOOD}"\n{GOOD}\n')

    assert (rows[0].line, is_good(rows[0]), assumed) == (5, True, {})
    assert swallowed.value.problem.code is Code.OPEN_QUOTE


def test_sums_of_parts_and_of_all() -> None:
    part, whole = "Jumlah kecil,,,6250.00,756,693", "Jumlah besar,,,12500.00,1512,1386"

    rows, assumed = read(f"{layout.HEADER}\n{GOOD}\n{part}\n{GOOD}\n{part}\n{whole}\n")

    assert ([row.line for row in rows], assumed) == ([2, 4], {Taken.TOTALS: 3})


def test_what_is_assumed_names_the_first_rows_and_counts_the_others() -> None:
    content = "\n".join([layout.HEADER, *[f'{30000001 + n},9001011400{n:02d},LIM,"6,250.00",756,693' for n in range(9)]]).encode()
    opened = reader.open_file(content)
    list(opened.rows)

    [assumption] = opened.assumed.all()

    assert assumption.to_json() == {"code": "THOUSANDS", "count": 9, "lines": [2, 3, 4, 5, 6], "detail": {}}
