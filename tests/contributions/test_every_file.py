"""Files of every kind from the upload to the result: what the register settles, what is asked, what is said to have been assumed."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from contributions.borang_a import layout
from contributions.enums import FilingState
from contributions.models import Filing, FilingRow
from contributions.services import filing as filings
from contributions.services import moves, sheets
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.enums import IdentityKind
from tests.contributions import pages
from tests.contributions.conftest import ON, Office, work
from tests.contributions.sheets import book, xlsx
from tests.contributions.test_sdba import text as sdba_text
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
TWO_LISTS = {"Warganegara": [layout.COLUMNS], "Warga asing": [layout.COLUMNS]}


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


def row_of(member, number="", identity="", name=""):
    return (number or member.number, identity or member.identity_number, name or member.name, 6250, 756, 693)


def codes(row: FilingRow) -> list[str]:
    return [problem["code"] for problem in row.problems]


def taken(filing: Filing) -> dict[str, int]:
    return {assumption["code"]: assumption["count"] for assumption in filing.assumptions}


def two_lists(office: Office) -> tuple[bytes, list[str]]:
    people = [office.hire(), office.hire()]
    lists = {name: [*rows, row_of(person)] for (name, rows), person in zip(TWO_LISTS.items(), people, strict=True)}
    return book(lists), [person.number for person in people]


def test_a_workbook_is_ready_like_a_csv(office: Office) -> None:
    member = office.hire()

    filing = work(office.send(xlsx(row_of(member))))

    assert (filing.state, filing.assumptions, filing.total) == (FilingState.READY, [], 1449)
    assert filing.rows.get().member_id == member.pk


@pytest.mark.parametrize("with_number", [True, False])
def test_zeros_of_an_identity_number_are_put_back_where_the_record_has_that_number(office: Office, with_number: bool) -> None:
    member = office.hire(identity_number="010203141234")
    number = int(member.number) if with_number else ""

    filing = work(office.send(xlsx((number, 10203141234, member.name, 6250, 756, 693))))

    row = filing.rows.get()
    assert (filing.state, row.identity_number, row.member_id) == (FilingState.READY, "010203141234", member.pk)
    assert taken(filing) == {"IDENTITY_ZEROS": 1}
    assert filing.assumptions[0]["lines"] == [2]


def test_a_passport_of_digits_keeps_its_form_beside_its_member_number(office: Office) -> None:
    """123456789 with its zeros put back would be a birthday in January 2000."""
    member = office.hire(identity_number="123456789", identity_kind=IdentityKind.PASSPORT)

    filing = work(office.send(xlsx((member.number, 123456789, member.name, 6250, 756, 693))))

    assert (filing.rows.get().identity_number, filing.assumptions) == ("123456789", [])


def test_where_both_readings_are_people_of_the_employer_the_row_is_asked_about(office: Office) -> None:
    one = office.hire(identity_number="123456789", identity_kind=IdentityKind.PASSPORT)
    other = office.hire(identity_number="000123456789")

    filing = work(office.send(xlsx(("", 123456789, one.name, 6250, 756, 693), (other.number, 123456789, other.name, 6250, 756, 693))))

    asked, settled = filing.rows.order_by("line")
    assert filing.state == FilingState.FAULTY
    assert "TWO_PEOPLE" in codes(asked)
    assert asked.problems[0]["detail"] == {"one": "123456789", "other": "000123456789"}
    assert (codes(settled), settled.identity_number) == ([], "000123456789")


def test_zeros_are_not_put_back_for_somebody_elses_people(office: Office, make_office) -> None:
    stranger = make_office().hire(identity_number="010203141234")

    filing = work(office.send(xlsx(("", 10203141234, stranger.name, 6250, 756, 693))))

    row = filing.rows.get()
    assert (row.identity_number, codes(row), filing.assumptions) == ("10203141234", ["IDENTITY_UNKNOWN"], [])


@pytest.mark.parametrize(("shown", "name", "settled"), [("9.00101E+11", "", True), ("9.00102E+11", "", False), ("9.00101E+11", "SIAPA PUN", False)])
def test_a_rounded_identity_number_is_taken_from_the_record_only_beside_number_and_name(office: Office, shown: str, name: str, settled: bool) -> None:
    member = office.hire(identity_number="900101140001")

    filing = work(office.send(borang_a.file(f"{member.number},{shown},{name or member.name},6250.00,756,693")))

    row = filing.rows.get()
    assert (filing.state == FilingState.READY) is settled
    assert (row.identity_number == "900101140001", taken(filing)) == (settled, {"EXPONENT": 1} if settled else {})
    assert ("EXPONENT" in codes(row)) is not settled


def test_the_text_format_for_this_employer_and_month(office: Office) -> None:
    member = office.hire(name="MUHAMMAD AMIRUL HAKIM BIN ABDUL RAHMAN PUTRA AL-HAJ")
    person = (member.number, member.identity_number, member.name, 625000, 75600, 69300)

    filing = work(office.send(sdba_text(person, employer=office.employer.number, month="112026").encode()))

    assert (filing.state, filing.rows.get().member_id, filing.assumptions) == (FilingState.READY, member.pk, [])


def test_the_text_format_for_another_is_not_taken(office: Office) -> None:
    member = office.hire()
    person = (member.number, member.identity_number, member.name, 625000, 75600, 69300)

    with pytest.raises(filings.FileRefused) as refused:
        office.send(sdba_text(person, employer="1", month="102026").encode())

    assert [problem["code"] for problem in refused.value.problems] == ["SDBA_EMPLOYER", "SDBA_MONTH"]
    assert not Filing.objects.exists()


def test_shares_of_the_bonus_rule_in_the_text_format_mean_a_bonus_and_it_is_said(office: Office) -> None:
    """Ruling 12: RM6,050.50 with 787 and 671 can only hold a bonus (tests/statute/test_mistakes.py)."""
    member = office.hire()
    person = (member.number, member.identity_number, member.name, 605050, 78700, 67100)

    filing = work(office.send(sdba_text(person, employer=office.employer.number, month="112026").encode()))

    row = filing.rows.get()
    assert (filing.state, str(row.bonus), taken(filing)) == (FilingState.READY, "1050.50", {"BONUS": 1})


def test_of_two_lists_somebody_says_which_and_the_file_is_kept(office: Office) -> None:
    content, numbers = two_lists(office)
    filing = work(office.send(content))
    maker = pages.signed_in(office.maker)

    assert (filing.state, filing.rows.count()) == (FilingState.ASKED, 0)
    shown = pages.text_of(maker.get(pages.address(filing)))
    asked = pages.text_of(maker.get(f"{pages.address(filing)}sheet/"))
    answer = maker.post(f"{pages.address(filing)}sheet/", sheet="Warga asing")
    again = maker.post(f"{pages.address(filing)}sheet/", sheet="Warga asing")
    filing = work(filing)

    assert "Helaian mana Borang A?" in shown
    assert "Warganegara – 1 baris" in asked
    assert (answer.status_code, again.status_code) == (302, 302)
    assert (filing.state, filing.sheet) == (FilingState.READY, "Warga asing")
    assert [row.member_number for row in filing.rows.all()] == numbers[1:]
    assert AuditEvent.objects.filter(action="filing.choose", target=f"filing:{filing.pk}").count() == 1


def test_the_question_in_english_without_an_answer_and_with_a_wrong_one(office: Office) -> None:
    filing = work(office.send(two_lists(office)[0]))
    maker = pages.signed_in(office.maker, "/en")

    nothing = maker.post(f"{pages.address(filing)}sheet/")
    wrong = maker.post(f"{pages.address(filing)}sheet/", sheet="Lain")

    assert (nothing.status_code, wrong.status_code) == (422, 422)
    assert "Choose a sheet" in pages.text_of(nothing)
    assert "Choose one of the sheets shown" in pages.text_of(wrong)
    with pytest.raises(moves.NotAllowed, match="NO_SHEET"):
        sheets.choose(filing_id=filing.pk, sheet="Lain", by=office.maker, on=ON)


def test_a_colleague_who_chose_another_sheet_was_first(office: Office) -> None:
    filing = work(office.send(two_lists(office)[0]))
    maker = pages.signed_in(office.maker)
    sheets.choose(filing_id=filing.pk, sheet="Warganegara", by=office.maker, on=ON)

    answer = maker.post(f"{pages.address(filing)}sheet/", sheet="Warga asing")

    assert answer.status_code == 409
    assert work(filing).sheet == "Warganegara"


def test_another_file_takes_the_place_of_one_that_is_asked_about(office: Office) -> None:
    filing = work(office.send(two_lists(office)[0]))

    again = work(office.send(xlsx(row_of(office.hire()))))

    assert (again.state, Filing.objects.get(pk=filing.pk).state) == (FilingState.READY, FilingState.DISCARDED)


def test_a_file_of_several_sheets_is_read_again_from_the_sheet_that_was_chosen(office: Office) -> None:
    filing = work(office.send(two_lists(office)[0]))
    sheets.choose(filing_id=filing.pk, sheet="Warga asing", by=office.maker, on=ON)
    work(filing)

    again = work(filings.reread(filing_id=filing.pk, by=office.maker, on=ON))

    assert (again.state, again.sheet, again.rows_total) == (FilingState.READY, "Warga asing", 1)


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        (
            "",
            "Andaian semasa membaca fail Lajur dipisahkan dengan “;”. Pemisah ribu dibuang: 1 amaun (baris 2).",
        ),
        ("/en", "What was assumed in reading the file Columns are separated by “;”. Thousands separators were left out, in amounts: 1 (row 2)."),
    ],
)
def test_what_was_assumed_is_said_in_one_line_on_the_result(office: Office, prefix: str, words: str) -> None:
    member = office.hire()
    line = f"{member.number};{member.identity_number};{member.name};RM 6,250.00;756;693"
    filing = work(office.send(f"{layout.HEADER.replace(',', ';')}\n{line}\n".encode()))

    shown = pages.text_of(pages.signed_in(office.maker, prefix).get(pages.address(filing)))

    assert filing.state == FilingState.READY
    assert words in shown


def test_a_plain_file_says_nothing_of_assumptions(office: Office) -> None:
    filing = office.read(borang_a.row(office.hire()))

    assert "Andaian" not in pages.text_of(pages.signed_in(office.maker).get(pages.address(filing)))


def test_a_workbook_that_turns_out_broken_is_refused_on_its_page_and_its_month_is_free(office: Office) -> None:
    filing = work(office.send(xlsx(row_of(office.hire()), header=["Satu", "Dua", "Tiga", "Empat", "Lima", "Enam"])))

    shown = pages.text_of(pages.signed_in(office.maker).get(pages.address(filing)))

    assert filing.state == FilingState.UNREADABLE
    assert "Lajur tidak dikenali: ditemui “Satu,Dua,Tiga,Empat,Lima,Enam”" in shown
    assert work(office.send(xlsx(row_of(office.hire())))).state == FilingState.READY
