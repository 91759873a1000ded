"""The text format SDBA (facts/contributions.md 5.2; ruling 12): its columns, its sums, and what its headers say."""

from decimal import Decimal

import pytest

from contributions.borang_a import layout, reader, sdba
from contributions.borang_a.problem import Code, FileProblem
from contributions.borang_a.sdba import MeantFor
from contributions.borang_a.values import Row
from kwsp_portal.common.periods import WageMonth

MEANT = MeantFor("00012345", WageMonth(2021, 5))
# Columns as measured on a screenshot of a payroll program (facts 5.2): name, staff id and figures are those of its first line.
ALI = ("30000001", "840628063333", "ALI MOHD", 575000, 69600, 63800)
SITI = ("00000042", "900101140002", "SITI AMINAH BINTI ABDULLAH", 100000, 13000, 11000)


def record(number: str, identity: str, name: str, wages: int, employer: int, employee: int) -> str:
    return f"02{number:0>19}{identity:<15}{name[:40]:<40}{'005':<20}{employer:09d}{employee:09d}{wages:015d}"


def text(*people: tuple[str, str, str, int, int, int], end: str = "\r\n", blanks: bool = True, **change: str) -> str:
    hashed = sum(int(person[0]) for person in people)
    employer, employee = sum(person[4] for person in people), sum(person[5] for person in people)
    records = [
        f"00EPF MONTHLY FORM A2021061000001{employer:015d}{employee:015d}{hashed:021d}",
        f"01{change.get('employer', '00012345'):0>19}{change.get('month', '062021')}DSK0000100000000",
        *[record(*person) for person in people],
        f"99{len(people):07d}{employer:015d}{employee:015d}{hashed:021d}",
    ]
    return end.join([f"{line:<{sdba.WIDTH}}" if blanks else line for line in records]) + end


def read(content: str, encoding: str = "utf-8", meant: MeantFor = MEANT) -> list[Row]:
    reader.check(content.encode(encoding), max_bytes=20 << 20, meant=meant)
    return list(reader.open_file(content.encode(encoding), meant=meant).rows)


def refusal(content: str, **named: str) -> list[tuple[str, str, str]]:
    with pytest.raises(FileProblem) as caught:
        read(content, **named)
    return [(problem.code.value, problem.found, problem.expected) for problem in caught.value.problems]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("blanks", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_with_either_end_of_line_and_with_or_without_blanks(end: str, blanks: bool, encoding: str) -> None:
    rows = read(text(ALI, SITI, end=end, blanks=blanks), encoding)

    assert [(row.line, row.member_number, row.identity_number, row.name, row.problems) for row in rows] == [
        (3, "30000001", "840628063333", "ALI MOHD", []),
        (4, "00000042", "900101140002", "SITI AMINAH BINTI ABDULLAH", []),
    ]
    assert [(row.wages, row.employer_share, row.employee_share) for row in rows] == [
        (Decimal("5750.00"), Decimal("696.00"), Decimal("638.00")),
        (Decimal("1000.00"), Decimal("130.00"), Decimal("110.00")),
    ]


def test_a_record_of_the_screenshot_is_129_signs() -> None:
    assert len(record(*ALI)) == sdba.WIDTH


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_name_counted_in_signs_or_in_bytes(encoding: str) -> None:
    named = (*ALI[:2], "JOSÉ NÚÑEZ", *ALI[3:])
    by_signs = text(named)
    missing = len("JOSÉ NÚÑEZ".encode(encoding)) - len("JOSÉ NÚÑEZ")
    by_bytes = by_signs.replace("JOSÉ NÚÑEZ" + " " * missing, "JOSÉ NÚÑEZ", 1)

    for content in (by_signs, by_bytes):
        [row] = read(content, encoding)
        assert (row.name, row.wages, row.problems) == ("JOSÉ NÚÑEZ", Decimal("5750.00"), [])


def test_nobody_without_a_number_is_given_one() -> None:
    [row] = read(text(("0", *ALI[1:])))

    assert (row.member_number, row.problems) == ("", [])


def test_employer_and_month_of_the_header_are_those_asked_for_and_both_wrong_ones_are_said_at_once() -> None:
    assert refusal(text(ALI, employer="99", month="072021")) == [("SDBA_EMPLOYER", "99", "00012345"), ("SDBA_MONTH", "072021", "062021")]
    assert refusal(text(ALI, month="202106")) == [("SDBA_MONTH", "202106", "062021")]


def test_employer_and_month_are_looked_at_before_the_file_is_taken() -> None:
    with pytest.raises(FileProblem) as refused:
        reader.check(text(ALI, employer="99").encode(), max_bytes=20 << 20, meant=MEANT)

    assert refused.value.problem.code is Code.SDBA_EMPLOYER


def test_each_sum_that_is_off_by_one_is_named_with_what_it_should_be() -> None:
    right = text(ALI, SITI)
    header, _employer, *_people, trailer = right.splitlines()
    wrong_header = header.replace("000000000082600", "000000000082601").replace("000000000074800", "000000000074801").replace("30000043", "30000044")
    wrong_trailer = trailer.replace("0000002", "0000003", 1).replace("000000000082600", "000000000082599").replace("30000043", "30000042")

    assert refusal(right.replace(header, wrong_header)) == [
        ("SDBA_EMPLOYER_TOTAL", "826.01", "826.00"),
        ("SDBA_EMPLOYEE_TOTAL", "748.01", "748.00"),
        ("SDBA_HASH", "30000044", "30000043"),
    ]
    assert refusal(right.replace(trailer, wrong_trailer)) == [
        ("SDBA_COUNT", "3", "2"),
        ("SDBA_EMPLOYER_TOTAL", "825.99", "826.00"),
        ("SDBA_HASH", "30000042", "30000043"),
    ]


def test_a_file_that_was_cut_off_or_put_together_otherwise() -> None:
    whole = text(ALI, SITI).splitlines()

    assert refusal("\r\n".join(whole[:-1]))[0][0] == "SDBA_CUT_OFF"
    assert refusal("\r\n".join(whole[:1]))[0][0] == "SDBA_RECORD"
    assert refusal("\r\n".join([*whole, whole[2]]))[0][0] == "SDBA_RECORD"
    assert refusal("\r\n".join([*whole[:3], whole[1], *whole[3:]]))[0][0] == "SDBA_RECORD"
    assert refusal("\r\n".join([whole[0], whole[2], whole[3]]))[0] == ("SDBA_RECORD", whole[2][:40].rstrip(), "01")


@pytest.mark.parametrize(
    ("damage", "column"),
    [
        (lambda line: line[:114] + "      575000.00", layout.WAGES),
        (lambda line: line[:126], layout.WAGES),
        (lambda line: line[:96] + "   69600 " + line[105:], layout.EMPLOYER_SHARE),
        (lambda line: line[:105] + "00006380X" + line[114:], layout.EMPLOYEE_SHARE),
    ],
)
def test_a_field_that_is_not_filled_with_digits_is_no_amount(damage, column: str) -> None:
    """Least of all ringgit where sen are meant."""
    whole = text(ALI)
    line = whole.splitlines()[2]
    content = whole.replace(line, damage(line))

    opened = reader.open_file(content.encode(), meant=MEANT)
    row = next(opened.rows)

    assert (Code.FIELD_FORM, column) in [(problem.code, problem.column) for problem in row.problems]
    assert (
        dict(zip((layout.WAGES, layout.EMPLOYER_SHARE, layout.EMPLOYEE_SHARE), (row.wages, row.employer_share, row.employee_share), strict=True))[
            column
        ]
        is None
    )
