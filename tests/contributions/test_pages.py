"""Every bad input over HTTP: a clear sentence in the chosen language, a 4xx at the door, and nothing half done."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from contributions import problems
from contributions.borang_a import layout
from contributions.enums import FilingState
from contributions.models import Filing, FilingRow
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.jobs.models import Run
from kwsp_portal.templatetags import formats
from tests.contributions import pages
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office, work
from tests.contributions.pages import Person
from tests.factories import borang_a

LANGUAGES = pytest.mark.parametrize("language", ["ms", "en"])
FOUND = {"ms": ("ditemui", "dijangka"), "en": ("found", "expected")}


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The business date of every page."""
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def maker(office: Office) -> Person:
    return pages.signed_in(office.maker)


def speaking(office: Office, language: str) -> Person:
    return pages.signed_in(office.maker, "" if language == "ms" else "/en")


def nothing_kept() -> bool:
    return not (Filing.objects.exists() or FilingRow.objects.exists() or StoredFile.objects.exists() or Run.objects.exists())


def says_found_and_expected(text: str, language: str) -> bool:
    return all(word in text.lower() for word in FOUND[language])


class Zeros:
    """A body as long as anybody asks for."""

    readline = None

    def read(self, size: int = 0) -> bytes:
        return bytes(size)


AT_THE_DOOR = {
    "empty": (b"", OCTOBER),
    "blank": ("\ufeff \r\n\r\n".encode(), OCTOBER),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", OCTOBER),
    "spreadsheet": (b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml", OCTOBER),
    "picture": (b"\x89PNG\r\n\x1a\n", OCTOBER),
    "not text": (b"Member No,IC No\0", OCTOBER),
    "wrong columns": (b"No,Name,Salary\r\n1,A,2\r\n", OCTOBER),
    "header only": (borang_a.file(), OCTOBER),
    "open quote": (borang_a.file('"10000101,8501,A,1,1,1', "10000102,8502,B,1,1,1"), OCTOBER),
    "month too far ahead": (borang_a.file("x"), WageMonth(2027, 12)),
    "month before the law": (borang_a.file("x"), WageMonth(2008, 1)),
    "month before the employer": (borang_a.file("x"), WageMonth(2014, 1)),
}


@LANGUAGES
@pytest.mark.parametrize("case", AT_THE_DOOR)
def test_what_is_wrong_is_said_at_the_door_and_nothing_is_kept(office: Office, case: str, language: str) -> None:
    content, month = AT_THE_DOOR[case]

    answer = speaking(office, language).upload(content, month)

    text = pages.text_of(answer)
    assert answer.status_code == 422
    assert pages.title_of(answer).startswith({"ms": "Ralat:", "en": "Error:"}[language])
    assert says_found_and_expected(text, language), text
    assert nothing_kept()


@LANGUAGES
def test_the_same_words_stand_in_the_summary_and_beside_the_field(office: Office, language: str) -> None:
    answer = speaking(office, language).upload(b"")

    with translation.override(language):
        words = problems.sentence({"code": "EMPTY_FILE", "column": "", "found": "", "expected": "", "detail": {}})
    assert pages.text_of(answer).count(words) == 2
    assert 'href="#id_file"' in answer.content.decode()
    assert f'value="{OCTOBER}"' in answer.content.decode(), "the month is kept"


def test_a_month_that_cannot_be_filed_is_marked_at_the_month(maker: Person) -> None:
    answer = maker.upload(borang_a.file("x"), WageMonth(2027, 12))

    body = answer.content.decode()
    assert 'href="#month_wage_month"' in body
    assert re.search(r'<select[^>]*id="month_wage_month"[^>]*aria-invalid="true"', body)
    assert "Disember\N{NO-BREAK SPACE}2027" in body


@LANGUAGES
@pytest.mark.parametrize("month", ["", "2026-13", "2026-1", "oktober", "9999-12", "2199-12", "-1", "٢٠٢٦-١٠", "2026-10\0", "x" * 5000])
def test_a_month_that_is_none_is_refused_in_words(office: Office, month: str, language: str) -> None:
    answer = speaking(office, language).upload(borang_a.file("x"), month)

    assert answer.status_code == 422
    assert nothing_kept()


@pytest.mark.parametrize("month", ["9999-12", "2199-12", "0001-01", "2026-13", "", "x", "1900-01"])
def test_an_address_with_any_month_shows_the_page(maker: Person, month: str) -> None:
    assert maker.get(f"{pages.NEW}?wage_month={month}").status_code == 200
    assert maker.get(f"/employer/template.csv?wage_month={month}").status_code == 200


@LANGUAGES
def test_no_file_at_all_is_said_with_found_and_expected(office: Office, language: str) -> None:
    answer = speaking(office, language).post(pages.NEW, wage_month=str(OCTOBER))

    assert answer.status_code == 422
    assert says_found_and_expected(pages.text_of(answer), language)
    assert nothing_kept()


@LANGUAGES
def test_two_hundred_megabytes_are_refused_before_they_are_read(office: Office, language: str) -> None:
    person = speaking(office, language)

    body = {"CONTENT_LENGTH": str(200 * 1024 * 1024), "wsgi.input": Zeros()}
    answer = person.client.generic("POST", person.prefix + pages.NEW, b"", "multipart/form-data; boundary=x", **body)  # type: ignore[arg-type]

    text = pages.text_of(answer)
    assert answer.status_code == 413
    assert "200.0 MB" in text
    assert "100 MB" in text
    assert nothing_kept()


@LANGUAGES
def test_the_same_file_twice_names_the_first_and_links_to_it(office: Office, language: str) -> None:
    content = borang_a.file(borang_a.row(office.hire()))
    first = work(office.send(content))

    answer = speaking(office, language).upload(content)

    text = pages.text_of(answer)
    assert answer.status_code == 422
    assert says_found_and_expected(text, language)
    assert str(first.pk) in text
    assert f'/employer/filings/{first.pk}/"' in answer.content.decode()
    assert Filing.objects.get() == first


@LANGUAGES
def test_a_second_filing_for_a_month_names_the_first_and_links_to_it(office: Office, language: str) -> None:
    first = pages.ready(office)

    answer = speaking(office, language).upload(borang_a.file(borang_a.row(office.hire())))

    text = pages.text_of(answer)
    assert answer.status_code == 422
    assert says_found_and_expected(text, language)
    assert f'/employer/filings/{first.pk}/"' in answer.content.decode()
    assert Filing.objects.get() == first


BAD_ROWS: dict[str, tuple[dict[str, str], str, str]] = {
    "negative wages": ({"wages": "-6250.00"}, "-6250.00", "0.00"),
    "three decimals": ({"wages": "6250.005"}, "6250.005", ""),
    "NaN": ({"wages": "NaN"}, "NaN", "1234.50"),
    "a formula": ({"wages": "=SUM(D2:D9)"}, "=SUM(D2:D9)", ""),
    "thousands": ({"wages": '"62,50.00"'}, "62,50.00", "1234.50"),
    "exponent": ({"wages": "1e3"}, "1e3", "1234.50"),
    "off schedule": ({"employer": "757"}, "RM\N{NO-BREAK SPACE}757.00", "RM\N{NO-BREAK SPACE}756.00"),
    "exact percentage": ({"employer": "750", "employee": "688"}, "RM\N{NO-BREAK SPACE}750.00", "RM\N{NO-BREAK SPACE}756.00"),
    "sen": ({"employer": "756.50"}, "RM\N{NO-BREAK SPACE}756.50", "RM\N{NO-BREAK SPACE}756.00"),
}


@LANGUAGES
@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_shown_with_row_column_found_and_expected_and_cannot_go_on(office: Office, case: str, language: str) -> None:
    cells, found, expected = BAD_ROWS[case]
    good, bad = office.hire(name="AMINAH BINTI ALI"), office.hire(name="LIM WEI MING")
    person = speaking(office, language)
    sent = person.upload(borang_a.file(borang_a.row(good), borang_a.row(bad, **cells)))
    assert sent.status_code == 302
    filing = work(Filing.objects.get())

    answer = person.get(pages.address(filing))

    text = answer.content.decode()
    shown = pages.text_of(answer).replace(" ", "\N{NO-BREAK SPACE}")
    assert answer.status_code == 200
    assert filing.state == FilingState.FAULTY
    assert re.search(r'data-label="[^"]*">3</td>', text), "the row's number in the file"
    assert "LIM WEI MING" in text
    assert "AMINAH BINTI ALI" not in text
    assert found in shown
    assert expected in shown
    assert says_found_and_expected(pages.text_of(answer), language)
    assert person.get(pages.address(filing, "submit")).status_code == 200
    assert person.post(pages.address(filing, "submit"), declaration="on").status_code == 409
    assert Filing.objects.get().state == FilingState.FAULTY


@LANGUAGES
def test_shares_by_exact_percentage_are_named_so(office: Office, language: str) -> None:
    person = speaking(office, language)
    person.upload(borang_a.file(borang_a.row(office.hire(), employer="750", employee="688")))

    answer = person.get(pages.address(work(Filing.objects.get())))

    text = pages.text_of(answer)
    assert {"ms": "peratusan tepat", "en": "exact percentage"}[language] in text.lower()
    for figure in ("750.00", "756.00", "688.00", "693.00"):
        assert figure in text


@LANGUAGES
def test_a_member_twice_is_said_on_both_rows(office: Office, language: str) -> None:
    member, person = office.hire(), speaking(office, language)
    person.upload(borang_a.file(borang_a.row(member), borang_a.row(office.hire()), borang_a.row(member)))

    text = pages.text_of(person.get(pages.address(work(Filing.objects.get()))))

    assert text.count(member.number) >= 2
    assert {"ms": "baris 4", "en": "row 4"}[language] in text.lower()
    assert {"ms": "baris 2", "en": "row 2"}[language] in text.lower()


def test_what_a_file_says_is_shown_as_text(office: Office, maker: Person) -> None:
    maker.upload(borang_a.file(borang_a.row(office.hire(), wages="<script>alert(1)</script>")), "2026-10", '<img src=x onerror="1">.csv')

    body = maker.get(pages.address(work(Filing.objects.get()))).content.decode()

    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_a_problem_that_was_stored_by_an_older_portal_still_has_a_page(office: Office, maker: Person) -> None:
    maker.upload(borang_a.file(borang_a.row(office.hire(), employer="1")))
    filing = work(Filing.objects.get())
    FilingRow.objects.update(problems=[{"column": "Member No", "code": "MEMBER_TWICE", "found": "1", "expected": "", "detail": {}}])

    assert maker.get(pages.address(filing)).status_code == 200


def test_a_file_in_which_nothing_is_owed_is_refused_by_the_reader_in_words(office: Office, maker: Person) -> None:
    maker.upload(borang_a.file(borang_a.row(office.hire(), "0.00", "0", "0")))

    answer = maker.get(pages.address(work(Filing.objects.get())))

    assert says_found_and_expected(pages.text_of(answer), "ms")
    assert pages.actions_of(answer) == ["Buang", "Muat naik fail yang dibetulkan", "Semak semula dengan pilihan terkini"]


def test_a_mended_file_takes_the_place_of_the_faulty_one(office: Office, maker: Person) -> None:
    member = office.hire()
    maker.upload(borang_a.file(borang_a.row(member, employer="1")))
    faulty = work(Filing.objects.get())

    maker.upload(borang_a.file(borang_a.row(member)))

    mended = work(Filing.objects.latest("pk"))
    faulty.refresh_from_db()
    assert (faulty.state, mended.state) == (FilingState.DISCARDED, FilingState.READY)


def test_the_template_comes_filled_and_can_be_sent_as_it_is(office: Office, maker: Person) -> None:
    member = office.hire()
    office.read(borang_a.row(member))

    answer = maker.get(f"/employer/template.csv?wage_month={NOVEMBER}")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="borang-a-{office.employer.number}-2026-11.csv"'
    assert answer.content.decode("utf-8-sig").splitlines()[0] == layout.HEADER
    assert maker.upload(answer.content, NOVEMBER).status_code == 302
    assert work(Filing.objects.latest("pk")).state == FilingState.READY


def test_while_the_worker_reads_the_page_shows_progress_and_goes_on_asking(office: Office, maker: Person) -> None:
    maker.upload(borang_a.file(borang_a.row(office.hire())))
    filing = Filing.objects.get()

    page = maker.get(pages.address(filing)).content.decode()
    asked = maker.get(pages.address(filing), **{"X-Fragment": "progress"})

    assert "data-progress" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert asked.json() == {"done": 0, "total": 0, "finished": False}  # type: ignore[attr-defined]
    work(filing)
    assert maker.get(pages.address(filing), **{"X-Fragment": "progress"}).json()["finished"] is True  # type: ignore[attr-defined]


def test_the_months_offered_say_which_are_taken(office: Office, maker: Person) -> None:
    pages.ready(office)

    body = maker.get(f"{pages.NEW}?wage_month=2026-10").content.decode()

    assert "Oktober\N{NO-BREAK SPACE}2026 – sudah dihantar" in body
    assert "Bulan ini sudah ada Borang A" in body


@pytest.mark.parametrize(
    ("month", "words", "earns"),
    [
        ("2026-12", "sehingga 12 bulan ke hadapan, iaitu sehingga November 2027", "mendapat dividen mulai 31 Jan 2027"),
        ("2026-06", "KWSP mentaksirnya kemudian", "mendapat dividen mulai 10 Nov 2026"),
    ],
)
def test_what_another_month_means_is_said_before_sending(office: Office, maker: Person, month: str, words: str, earns: str) -> None:
    filing = work(office.send(borang_a.file(borang_a.row(office.hire())), WageMonth.parse(month)))

    for address in (f"{pages.NEW}?wage_month={WageMonth.parse(month).previous()}", pages.address(filing, "submit")):
        said = pages.text_of(maker.get(address))
        assert ("mendapat dividen mulai" in said) == (address != f"{pages.NEW}?wage_month=2026-11"), address
    assert (words in said, earns in said) == (True, True), said
    assert f'value="{WageMonth(2027, 11)}"' in maker.get(pages.NEW).content.decode()


@pytest.mark.parametrize("due", [date(2026, 11, 15), date(2026, 11, 16)])
def test_the_home_says_what_is_due_and_when_it_is_late(office: Office, maker: Person, monkeypatch: pytest.MonkeyPatch, due: date) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: due)

    text = pages.text_of(maker.get("/employer/"))

    assert "Upah Oktober\N{NO-BREAK SPACE}2026".replace("\N{NO-BREAK SPACE}", " ") in text
    assert ("Lewat 1 hari" in text) == (due.day == 16)
    assert ("hari ini" in text) == (due.day == 15)


def test_what_is_unpaid_counts_filings_older_than_a_year(office: Office, make_office: Callable[[], Office]) -> None:
    make_office().approved()
    office.approved(wage_month=WageMonth(2024, 3))
    office.approved(wage_month=OCTOBER)

    text = pages.text_of(pages.signed_in(office.checker).get("/employer/"))

    assert "2 Borang A" in text


@pytest.mark.parametrize(
    ("value", "shown"), [(3, "+3"), (0, "0"), (-1200, "−1,200"), (Decimal("12.5"), "+12.50"), (Decimal(0), "0.00"), (Decimal("-46"), "−46.00")]
)
def test_a_difference_says_its_direction(value: Decimal | int, shown: str) -> None:
    assert formats.difference(value) == shown


def test_a_stranger_is_sent_to_sign_in(client: Client, office: Office) -> None:
    answer = client.get("/employer/filings/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
