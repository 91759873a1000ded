"""A list written in any of the ways that people and programs write it is read back as the same rows (hypothesis)."""

import csv
import io
import string
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from contributions.borang_a import headings, layout, reader
from contributions.borang_a.sdba import MeantFor
from kwsp_portal.common.periods import WageMonth
from tests.contributions.test_sdba import text as sdba_text

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÉÑ"
NAMES = (
    st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=3)
    .map(" ".join)
    .filter(lambda name: name.casefold() not in ("sum", "jum"))
)
AMOUNTS = st.integers(0, 99_999_999).map(lambda sen: Decimal(sen).scaleb(-2))
SHARES = st.integers(0, 99_999).map(Decimal)
IDENTITIES = st.builds("{:02d}{:02d}{:02d}{:02d}{:04d}".format, *[st.integers(*ends) for ends in ((0, 99), (1, 12), (1, 28), (1, 16), (0, 9999))])
# An alphabet of its own: hypothesis would go through all of Unicode for the usual one.
PASSPORTS = st.from_regex(r"[A-DF-Z][0-9]{7}", fullmatch=True, alphabet=string.ascii_letters + string.digits)
PEOPLE = st.lists(
    st.tuples(st.integers(1, 99_999_999).map("{:08d}".format), st.one_of(IDENTITIES, PASSPORTS), NAMES, AMOUNTS, SHARES, SHARES),
    min_size=1,
    max_size=6,
)
Person = tuple[str, str, str, Decimal, Decimal, Decimal]
WRITTEN: tuple[Callable[[Decimal], str], ...] = (
    lambda amount: f"{amount:.2f}",
    lambda amount: f"{amount:,.2f}",
    lambda amount: f"RM {amount:,.2f}",
    lambda amount: f"RM{amount:.2f}",
    lambda amount: str(amount.normalize()) if "E" not in str(amount.normalize()) else f"{amount:f}",
    lambda amount: f"{amount:.4f}",
)
COMMA: tuple[Callable[[Decimal], str], ...] = (
    lambda amount: f"{amount:.2f}".replace(".", ","),
    lambda amount: f"{amount:,.2f}".translate(str.maketrans(",.", ".,")),
)
HEADERS = (
    layout.COLUMNS,
    ("No. Ahli", "No. KP", "Nama", "Upah (RM)", "Syer majikan", "Syer pekerja"),
    ("EPF No", "NRIC", "Employee Name", "Wages", "Employer Share", "Employee Share"),
)


def rows_of(content: bytes, meant: MeantFor | None = None) -> list[tuple[Any, ...]]:
    reader.check(content, max_bytes=20 << 20, meant=meant)
    opened = reader.open_file(content, meant=meant)
    return [
        (row.member_number, row.padded or row.identity_number, row.name, row.wages, row.employer_share, row.employee_share, row.problems)
        for row in opened.rows
    ]


def expected(people: list[Person]) -> list[tuple[Any, ...]]:
    return [(*person, []) for person in people]


def zeros_lost(identity: str) -> str:
    """As a spreadsheet leaves a number: where no MyKad number can be told from what is left, nothing is taken."""
    return identity.lstrip("0") if identity.isdecimal() and len(identity.lstrip("0")) >= 9 else identity


@settings(max_examples=150, deadline=None)
@given(PEOPLE, st.data())
def test_a_file_of_text(people: list[Person], data: st.DataObject) -> None:
    separator = data.draw(st.sampled_from([",", ";", "\t", "|"]))
    write = data.draw(st.sampled_from([*WRITTEN, *(COMMA if separator != "," else ())]))
    header = data.draw(st.sampled_from(HEADERS))
    order = data.draw(st.permutations(range(6)))
    lost, dashes, sums, blanks = (data.draw(st.booleans()) for _ in range(4))
    lines: list[list[str]] = [list(header)]
    for number, identity, name, *amounts in people:
        shown = f"{identity[:6]}-{identity[6:8]}-{identity[8:]}" if dashes and identity.isdecimal() and not lost else identity
        lines.append([number.lstrip("0") if lost else number, zeros_lost(shown) if lost else shown, name, *map(write, amounts)])
        if blanks:
            lines.append([""] * 6)
    if sums:
        lines.append(["", "", "JUMLAH", *(write(sum((person[place] for person in people), Decimal(0))) for place in (3, 4, 5))])
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator, lineterminator=data.draw(st.sampled_from(["\r\n", "\n"])))
    writer.writerows([[line[place] for place in order] for line in lines])
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))

    assert rows_of(written.getvalue().encode(encoding)) == expected(people)


@settings(max_examples=60, deadline=None)
@given(
    PEOPLE.map(lambda people: [(person[0], person[1], person[2][:40].strip(), *person[3:]) for person in people]),
    st.sampled_from(["utf-8", "cp1252"]),
)
def test_the_text_format(people: list[Person], encoding: str) -> None:
    in_sen = [(number, identity, name, *(int(amount * 100) for amount in amounts)) for number, identity, name, *amounts in people]
    content = sdba_text(*in_sen).encode(encoding)  # type: ignore[arg-type]

    assert rows_of(content, MeantFor("00012345", WageMonth(2021, 5))) == expected(people)


@settings(max_examples=12, deadline=None)
@given(PEOPLE, st.data())
def test_a_workbook(people: list[Person], data: st.DataObject) -> None:
    """Numbers as numbers, as texts, and with the zeros that a spreadsheet takes."""
    as_numbers, header, order = data.draw(st.booleans()), data.draw(st.sampled_from(HEADERS)), data.draw(st.permutations(range(6)))
    above, left = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 2))
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("Oktober")
    for place, column in enumerate(order):
        sheet.write_string(above, left + place, header[column])
    for row, person in enumerate(people, start=above + 1):
        for place, column in enumerate(order):
            cell = person[column]
            lost = zeros_lost(cell) if isinstance(cell, str) else ""
            if column >= 3 or (as_numbers and column < 2 and lost.isdecimal() and (column == 0 or lost == cell.lstrip("0"))):
                sheet.write_number(row, left + place, float(cell))
            else:
                sheet.write_string(row, left + place, cell)
    book.close()

    assert rows_of(content.getvalue()) == expected(people)


@given(st.sampled_from(layout.COLUMNS), st.sampled_from(["{}", " {} ", "{}:", "{} (RM)", "*{}"]), st.booleans())
def test_a_title_is_known_whatever_its_case_and_signs(column: str, form: str, upper: bool) -> None:
    title = form.format(column)

    assert headings.column_of(title.upper() if upper else title.lower()) == column
