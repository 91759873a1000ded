"""Bad rows taken away with their reasons, mended in a spreadsheet, brought back: only those rows, each checked, each that is not taken said."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from contributions.borang_a import mends_file, workbook
from contributions.borang_a.kinds import Kind
from contributions.enums import FilingState
from contributions.models import Filing, Mending
from contributions.services import mending
from contributions.services import mends_file as services
from contributions.services.filing import FileRefused
from contributions.services.mends_file import Outcome
from contributions.services.moves import NotAllowed
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from tests.contributions import pages
from tests.contributions.conftest import ON, Office
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
OFF = ("6250.00", "750", "688")


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()


def faulty(office: Office, bad: int = 3) -> Filing:
    return office.read(borang_a.row(office.hire()), *[borang_a.row(office.hire(), *OFF) for _ in range(bad)])


def table(filing: Filing) -> list[list[str]]:
    content = services.file_of(filing=filing, kind=Kind.CSV, reason=lambda row: row.problems[0]["code"])
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def right(row: list[str]) -> list[str]:
    return [*row[:6], "756", "693", *row[8:]]


def sent(rows: list[list[str]], separator: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def take(filing: Filing, office: Office, content: bytes) -> list[tuple[int | None, Outcome]]:
    return [(one.line, one.outcome) for one in services.take(filing_id=filing.pk, content=content, by=office.maker, on=ON)]


def test_each_row_has_its_number_its_key_what_was_read_and_the_reason(office: Office) -> None:
    filing = faulty(office, 1)
    row = filing.rows.get(line=3)

    header, only = table(filing)

    assert tuple(header) == mends_file.COLUMNS
    number = row.identity_number
    identity = f"{number[:6]}-{number[6:8]}-{number[8:]}"
    assert only == ["3", f"{filing.pk}-0", row.member_number, identity, row.name, "6250.00", "750.00", "688.00", "0.00", "EXACT_PERCENTAGE"]


def test_only_the_rows_that_are_mended_are_taken(office: Office) -> None:
    filing = faulty(office)
    header, first, second, third = table(filing)

    found = take(filing, office, sent([header, right(first), second]))

    filing.refresh_from_db()
    assert found == [(3, Outcome.TAKEN), (4, Outcome.STILL_WRONG)]
    assert (filing.rows_valid, filing.rows_invalid, filing.state) == (2, 2, FilingState.FAULTY)
    assert take(filing, office, sent([header, right(second), right(third)])) == [(4, Outcome.TAKEN), (5, Outcome.TAKEN)]
    assert Filing.objects.get(pk=filing.pk).state == FilingState.READY
    assert [event.data["good"] for event in AuditEvent.objects.filter(action="filing.mend_file").order_by("seq")] == [1, 2]


def test_what_was_saved_by_excel_is_the_same(office: Office) -> None:
    filing = faulty(office, 1)
    book = services.file_of(filing=filing, kind=Kind.XLSX, reason=lambda _row: "=1+1")
    cells = [record[1] for record in workbook.read(book, Kind.XLSX).records()]
    assert cells[1][-1] == "=1+1"

    assert take(filing, office, book) == [(3, Outcome.STILL_WRONG)]
    columns = ["Reason", "Name", "Key", "EMP Share", "EM Share", "Salary", "IC No", "Member No", "Row"]
    row = dict(zip(cells[0], right(cells[1]), strict=True))
    assert take(filing, office, sent([columns, [row[column] for column in columns]], ";")) == [(3, Outcome.TAKEN)]


def test_an_unmatched_row_that_comes_back_as_it_was_is_not_called_valid(office: Office) -> None:
    filing = office.read(borang_a.row(office.hire()), "99999998,900101145555,ORANG LAIN,1000.00,130,110")

    [found] = services.take(filing_id=filing.pk, content=sent(table(filing)), by=office.maker, on=ON)

    assert (found.outcome, [problem["code"] for problem in found.problems]) == (Outcome.STILL_WRONG, ["NUMBER_UNKNOWN", "IDENTITY_UNKNOWN"])
    assert filing.rows.get(line=3).mends == 0


def test_a_row_that_is_not_of_this_file_or_twice_or_mended_meanwhile(office: Office, make_office: Callable[[], Office]) -> None:
    filing, other = faulty(office), faulty(make_office())
    header, first, second, third = table(filing)
    stranger = right(table(other)[1])
    mending.mend_row(filing_id=filing.pk, line=5, cells={"EM Share": "756", "EMP Share": "693"}, by=office.colleague(), on=ON)

    found = take(
        filing, office, sent([header, right(first), right(second), right(second), right(third), stranger, ["", *first[1:]], ["9", *first[1:]]])
    )

    assert found == [
        (3, Outcome.TAKEN),
        (4, Outcome.TWICE),
        (4, Outcome.TWICE),
        (5, Outcome.CHANGED),
        (3, Outcome.NOT_OF_THIS),
        (None, Outcome.NOT_OF_THIS),
        (9, Outcome.NOT_OF_THIS),
    ]
    assert other.rows.get(line=3).mends == 0


def test_two_rows_do_not_become_the_same_person(office: Office) -> None:
    filing, meant = faulty(office, 2), office.hire()
    header, first, second = table(filing)
    both = [right([*row[:2], meant.number, meant.identity_number, meant.name, *row[5:]]) for row in (first, second)]

    assert take(filing, office, sent([header, *both])) == [(3, Outcome.TAKEN), (4, Outcome.STILL_WRONG)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"Row,Key,Name\r\n1,1-0,A\r\n", "WRONG_COLUMNS"),
        (",".join(mends_file.COLUMNS).encode() + b"\r\n", "NO_ROWS"),
        (b"\x89PNG\r\n\x1a\n0000", "WRONG_TYPE"),
        (sent([list(mends_file.COLUMNS), *[["1", "1-0", *["x"] * 8]] * (mends_file.MOST + 1)]), "TOO_MANY_ROWS"),
        (b"x" * (mends_file.MAX_BYTES + 1), "TOO_BIG"),
        (Path(__file__).read_bytes()[:200], "WRONG_COLUMNS"),
    ],
    ids=["empty", "columns", "no rows", "picture", "too many", "too big", "a text"],
)
def test_what_is_no_such_file_is_refused(office: Office, content: bytes, code: str) -> None:
    filing = faulty(office, 1)

    with pytest.raises(FileRefused, match=code):
        services.take(filing_id=filing.pk, content=content, by=office.maker, on=ON)

    assert not Mending.objects.exists()


def test_a_checker_brings_nothing_back(office: Office) -> None:
    filing = faulty(office, 1)

    with pytest.raises(NotAllowed, match="NO_RIGHT"):
        services.take(filing_id=filing.pk, content=sent(table(filing)), by=office.checker, on=ON)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_clerk_takes_the_file_and_brings_it_back(office: Office, prefix: str) -> None:
    filing = faulty(office, 2)
    maker, english = pages.signed_in(office.maker, prefix), bool(prefix)
    address = pages.address(filing, "bad-rows")
    assert address in maker.get(pages.address(filing)).content.decode()
    given = maker.get(pages.address(filing)[:-1] + "/bad-rows.csv").content
    rows = list(csv.reader(io.StringIO(given.decode("utf-8-sig"))))
    assert ("expected RM\xa0756.00" if english else "dijangka RM\xa0756.00") in rows[1][-1]

    answer = maker.post(address, file=SimpleUploadedFile("x.csv", sent([rows[0], right(rows[1]), rows[2]])))
    said = pages.text_of(answer)
    assert ("1 rows mended and checked" if english else "1 baris dibetulkan dan disemak") in said
    assert ("1 rows not taken" if english else "1 baris tidak diambil") in said
    again = maker.post(address, file=SimpleUploadedFile("x.csv", sent([rows[0], right(rows[1])])))
    assert ("already mended in the portal" if english else "sudah dibetulkan di portal") in pages.text_of(again)
    assert maker.post(address).status_code == 422
    assert maker.post(address, file=SimpleUploadedFile("x.csv", b"a,b")).status_code == 422
