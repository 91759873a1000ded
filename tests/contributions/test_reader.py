"""The reader of Borang A knows no database: every kind of file that is not one is refused by name."""

import io
import zipfile
from decimal import Decimal

import pytest

from contributions.borang_a import layout, reader, values
from contributions.borang_a.problem import Code, FileProblem
from contributions.borang_a.template import Person, csv_template

GOOD = "30000001,900101-14-0001,LIM WEI MING,6250.00,756,693"
LIMIT = 1 << 20


def zipped(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "<workbook/>")
    return content.getvalue()


def csv(*rows: str, header: str = layout.HEADER, end: str = "\r\n") -> bytes:
    return (end.join([header, *rows]) + end).encode()


def refusal(content: bytes, max_bytes: int = LIMIT) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        read(content, max_bytes)
    return caught.value


def read(content: bytes, max_bytes: int = LIMIT) -> list[values.Row]:
    reader.check(content, max_bytes=max_bytes)
    return list(reader.open_file(content).rows)


@pytest.mark.parametrize(
    ("content", "code", "found"),
    [
        (b"", Code.EMPTY_FILE, ""),
        (b"\xef\xbb\xbf\r\n \r\n", Code.EMPTY_FILE, ""),
        (b",,,\r\n,,\r\n", Code.EMPTY_FILE, ""),
        (zipped("xl/workbook.xml"), Code.BROKEN_WORKBOOK, "CalamineError"),
        (zipped("xl/workbook.bin"), Code.WRONG_TYPE, "XLSB"),
        (zipped("word/document.xml"), Code.WRONG_TYPE, "DOCX"),
        (zipped("borang.csv"), Code.WRONG_TYPE, "ZIP"),
        (b"PK\x03\x04 something else", Code.WRONG_TYPE, "ZIP"),
        (b"%PDF-1.7\n", Code.WRONG_TYPE, "PDF"),
        (b"\x89PNG\r\n\x1a\n", Code.WRONG_TYPE, "PNG"),
        (b"\xff\xd8\xff\xe0", Code.WRONG_TYPE, "JPEG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Code.WRONG_TYPE, "OLE"),
        (b"<!DOCTYPE html><html></html>", Code.WRONG_TYPE, "HTML"),
        (b"\n  <HTML><table>", Code.WRONG_TYPE, "HTML"),
        ((layout.HEADER + "\n" + GOOD).encode("utf-32"), Code.NOT_TEXT, "NUL"),
        (b"\xff\xfe" + b"\x00\xd8" * 40, Code.NOT_TEXT, "UTF-16"),
        (b"00EPF MONTHLY FORM A20261110", Code.SDBA_CUT_OFF, ""),
        (csv(GOOD) + b"\x00", Code.NOT_TEXT, "NUL"),
        (b"Member No,\x81\x8d\x8f", Code.NOT_TEXT, ""),
        (b"nombor;nama;upah\n1;ALI;100", Code.WRONG_COLUMNS, "nombor,nama,upah"),
        (csv(GOOD, header="Member No,Name,IC No,Salary,EM Share"), Code.WRONG_COLUMNS, "Member No,Name,IC No,Salary,EM Share"),
        (csv(GOOD, header=layout.HEADER + ",Upah"), Code.COLUMN_TWICE, "Salary, Upah"),
        (csv(), Code.NO_ROWS, ""),
        (csv("", ",,,,,", " "), Code.NO_ROWS, ""),
        (csv(GOOD, '30000002,900101-14-0002,"LIM,1,1,1', GOOD), Code.OPEN_QUOTE, ""),
        (csv('"' + "A,\r\n" * 60_000), Code.OPEN_QUOTE, ""),
        (csv(GOOD, "X" * 100_000), Code.LINE_TOO_LONG, "X" * 40),
        (b"X" * 500_000, Code.LINE_TOO_LONG, "X" * 40),
    ],
)
def test_a_file_that_is_no_borang_a_is_refused_by_name(content: bytes, code: Code, found: str) -> None:
    problem = refusal(content).problem

    assert problem.code is code
    assert problem.found == found


def test_a_file_of_200_mib_is_refused_before_it_is_looked_into() -> None:
    problem = refusal(b"A" * (21 << 20), max_bytes=20 << 20).problem

    assert (problem.code, problem.found, problem.expected) == (Code.TOO_BIG, "21 MiB", "20 MiB")


def test_too_many_rows_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_ROWS", 3)

    assert refusal(csv(*[GOOD] * 4)).problem.code is Code.TOO_MANY_ROWS
    assert len(read(csv(*[GOOD] * 3))) == 3


@pytest.mark.parametrize(
    "content",
    [
        csv(GOOD),
        b"\xef\xbb\xbf" + csv(GOOD),
        csv(GOOD, end="\n"),
        csv(GOOD, end="\r"),
        csv(GOOD, "", " , ,,,,", "", ""),
        csv(GOOD + ",,,"),
        csv(GOOD, header="member no , IC NO,name,SALARY,Em Share,Emp  Share"),
        csv(" 30000001 , 900101 14 0001 ,\tLIM WEI MING , 6250 , 756.00 ,693.0"),
        csv('"30000001","900101-14-0001","LIM WEI MING","6250.00","756","693"'),
        csv(GOOD + ",0", header=layout.HEADER + ",Bonus"),
        csv(GOOD + ",", header=layout.HEADER + ",Bonus"),
    ],
)
def test_the_same_line_in_every_honest_form(content: bytes) -> None:
    [row] = read(content)

    assert row.problems == []
    assert (row.line, row.member_number, row.identity_number, row.name) == (2, "30000001", "900101140001", "LIM WEI MING")
    assert (row.wages, row.bonus, row.employer_share, row.employee_share) == (Decimal(6250), Decimal(0), Decimal(756), Decimal(693))


def test_cp1252_is_read_where_utf_8_fails() -> None:
    content = csv("30000001,900101-14-0001,JOSÉ DE SOUSA,6250.00,756,693").decode().encode("cp1252")

    assert read(content)[0].name == "JOSÉ DE SOUSA"


def test_lines_keep_the_number_they_have_in_the_file() -> None:
    rows = read(csv(GOOD, "", "", GOOD))

    assert [row.line for row in rows] == [2, 5]


def test_leading_zeros_of_a_member_number_are_put_back() -> None:
    assert read(csv(GOOD.replace("30000001", "1234567")))[0].member_number == "01234567"
    assert read(csv(GOOD.replace("30000001", "00000042")))[0].member_number == "00000042"


@pytest.mark.parametrize(
    ("wages", "code"),
    [
        ("-100.00", Code.NEGATIVE),
        ("100.123", Code.TOO_MANY_DECIMALS),
        ("NaN", Code.NOT_PLAIN),
        ("Infinity", Code.NOT_PLAIN),
        ("1e5", Code.NOT_PLAIN),
        ("RM", Code.NOT_PLAIN),
        ("RM-100", Code.NOT_PLAIN),
        ("1.234", Code.TOO_MANY_DECIMALS),
        ('"12,345.678"', Code.TOO_MANY_DECIMALS),
        ('"RM 12,345.678"', Code.TOO_MANY_DECIMALS),
        ("١٢٣", Code.NOT_PLAIN),
        ("１２３", Code.NOT_PLAIN),
        ("=SUM(A1:A9)", Code.FORMULA),
        ("+100", Code.FORMULA),
        ("-A1", Code.FORMULA),
        ("@SUM(A1)", Code.FORMULA),
        ('"12,34.50"', Code.NOT_PLAIN),
        ('"1,234,5"', Code.NOT_PLAIN),
        ("", Code.EMPTY),
        ("10000000.01", Code.TOO_LARGE),
        ("99999999999999999999", Code.TOO_LARGE),
    ],
)
def test_wages_that_are_no_amount(wages: str, code: Code) -> None:
    [row] = read(csv(f"30000001,900101-14-0001,LIM WEI MING,{wages},756,693"))

    assert [(problem.code, problem.column) for problem in row.problems] == [(code, layout.WAGES)]
    assert row.problems[0].found == wages.strip('"')
    assert row.wages is None


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("30000001,900101-14-0001,LIM WEI MING,100", Code.FIELD_COUNT, ""),
        (GOOD + ",1", Code.FIELD_COUNT, ""),
        ("3000000A,900101-14-0001,LIM WEI MING,6250,756,693", Code.MEMBER_NUMBER_FORM, layout.MEMBER_NUMBER),
        ("300000011,900101-14-0001,LIM WEI MING,6250,756,693", Code.MEMBER_NUMBER_FORM, layout.MEMBER_NUMBER),
        ("=30000001,900101-14-0001,LIM WEI MING,6250,756,693", Code.FORMULA, layout.MEMBER_NUMBER),
        ("30000001,,LIM WEI MING,6250,756,693", Code.EMPTY, layout.IDENTITY),
        ("30000001,9001/01,LIM WEI MING,6250,756,693", Code.IDENTITY_FORM, layout.IDENTITY),
        ("30000001,@9001,LIM WEI MING,6250,756,693", Code.FORMULA, layout.IDENTITY),
        ("30000001,900101-14-0001,,6250,756,693", Code.EMPTY, layout.NAME),
        ('30000001,900101-14-0001,"=HYPERLINK(""x"")",6250,756,693', Code.FORMULA, layout.NAME),
        (f"30000001,900101-14-0001,{'A' * 121},6250,756,693", Code.NAME_TOO_LONG, layout.NAME),
        ("30000001,900101-14-0001,LIM WEI MING,6250,,693", Code.EMPTY, layout.EMPLOYER_SHARE),
        ("30000001,900101-14-0001,LIM WEI MING,6250,756,-693", Code.NEGATIVE, layout.EMPLOYEE_SHARE),
    ],
)
def test_cells_that_cannot_be_read(line: str, code: Code, column: str) -> None:
    [row] = read(csv(line))

    assert [(problem.code, problem.column) for problem in row.problems] == [(code, column)]


def test_every_bad_cell_of_a_line_is_named_at_once() -> None:
    [row] = read(csv("X,,=A1,-1,NaN,1.234"))

    assert {problem.column for problem in row.problems} == set(layout.COLUMNS)


def test_a_bonus_larger_than_the_wages() -> None:
    [row] = read(csv("30000001,900101-14-0001,LIM WEI MING,1000.00,1,1,1000.01", header=layout.HEADER + ",Bonus"))

    assert [(problem.code, problem.found, problem.expected) for problem in row.problems] == [(Code.BONUS_ABOVE_WAGES, "1000.01", "1000.00")]


def test_the_template_is_read_back_as_it_was_meant() -> None:
    people = [
        Person("00000042", "900101140001", 'LIM, "AH" MING', Decimal("6250.00"), Decimal(756), Decimal(693)),
        Person("30000002", "A1234567", "=cmd|' /C calc'!A0", Decimal("0.50"), Decimal(0), Decimal(0)),
    ]

    content = csv_template(people)
    rows = read(content)

    assert [(row.member_number, row.identity_number, row.name, row.wages) for row in rows] == [
        (person.member_number, person.identity_number, person.name, person.wages) for person in people
    ]
    assert [row.problems for row in rows] == [[], []]
    assert b"'=cmd" in content
    assert b",=cmd" not in content


def test_a_template_without_known_wages_stays_blank() -> None:
    [row] = read(csv_template([Person("30000001", "900101140001", "LIM WEI MING", None, None, None)]))

    assert [problem.code for problem in row.problems] == [Code.EMPTY] * 3
