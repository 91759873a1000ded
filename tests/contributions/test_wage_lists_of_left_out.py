"""People who were left out of a Borang A that is handed in, written on a list of their own: it becomes a supplement of the month."""

from decimal import Decimal

import pytest

from contributions.enums import FilingState, WageListSource, WageListState
from contributions.models import Filing, WageList
from contributions.services import filing as filings
from contributions.services import handing_in, hiring, wage_lists
from members.enums import Sex
from tests.contributions.conftest import OCTOBER, ON, Office
from tests.contributions.pages import Person, text_of
from tests.contributions.test_hiring_foreigners import AT, BORN
from tests.contributions.test_pages_wage_lists import NEW
from tests.contributions.test_pages_wage_lists import maker as maker
from tests.contributions.test_pages_wage_lists import tenth_of_november as tenth_of_november
from tests.contributions.test_wage_lists import begun, handed_in, refusal, row_of, write, written
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
LEFT_OUT = WageListSource.PEOPLE


@pytest.fixture
def main(office: Office) -> Filing:
    """The month's Borang A, handed in, with one of two employees."""
    filed, _forgotten = office.hire(name="AMINAH"), office.hire(name="BAKAR")
    filing = office.read(borang_a.row(filed))
    return filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)


def test_the_list_begins_with_who_was_left_out_and_becomes_a_supplement(office: Office, main: Filing) -> None:
    found = begun(office, LEFT_OUT)

    assert (found.adds, [row.member.name for row in found.rows.all()]) == (True, ["BAKAR"])
    assert begun(office, LEFT_OUT) == found, "one at a time"
    write(office, written(row_of(found, "BAKAR")))
    filing = handed_in(office, found)
    assert (filing.state, filing.supplements, filing.number, filing.total) == (FilingState.READY, main, 1, Decimal("720.00"))
    assert begun(office, LEFT_OUT).rows.count() == 0, "nobody is left out any more"


def test_who_stands_in_a_filing_of_the_month_is_not_written_twice(office: Office, main: Filing) -> None:
    found = begun(office, WageListSource.EMPTY)
    filed = main.rows.get().member
    assert filed is not None

    assert refusal(lambda: wage_lists.add(wage_list_id=found.pk, member=filed, by=office.maker, on=ON, at=AT)) == "FILED_ALREADY"


def test_somebody_hired_late_in_the_month_is_filed_so(office: Office, main: Filing) -> None:
    found = begun(office, WageListSource.EMPTY)
    passport = hiring.Passport("NPL", "P7654321", "Prem Gurung", BORN, Sex.MALE)
    asked = {"passport": passport, "first_day": OCTOBER.first_day, "consent": True, "another": False}
    row = hiring.hire_foreigner(wage_list_id=found.pk, **asked, by=office.maker, on=ON, at=AT).row  # type: ignore[arg-type]

    write(office, written(row))

    assert handed_in(office, found).state == FilingState.READY


def test_a_list_of_the_month_itself_and_one_of_left_out_people_stand_side_by_side(office: Office, main: Filing) -> None:
    filings.take_back(filing_id=main.pk, by=office.maker, on=ON)
    assert refusal(lambda: begun(office)) == "MONTH_TAKEN", "it is not handed in: its rows are mended"
    filings.discard(filing_id=main.pk, by=office.maker, on=ON)
    own = begun(office)
    filing = office.read(borang_a.row(row_of(own, "AMINAH").member))
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)

    adding = begun(office, LEFT_OUT)

    assert (own.adds, adding.adds, adding.pk == own.pk) == (False, True, False)
    assert WageList.objects.filter(state=WageListState.OPEN).count() == 2


def test_a_list_whose_borang_a_was_taken_back_says_so_and_nothing_is_done(office: Office, main: Filing) -> None:
    found = begun(office, LEFT_OUT)
    write(office, written(row_of(found, "BAKAR")))
    filings.take_back(filing_id=main.pk, by=office.maker, on=ON)

    with pytest.raises(filings.FileRefused) as refused:
        handing_in.hand_in(wage_list_id=found.pk, by=office.maker, on=ON)

    assert [problem["code"] for problem in refused.value.problems] == ["MONTH_NOT_FILED"]
    found.refresh_from_db()
    assert found.state == WageListState.OPEN


def test_a_supplement_is_never_nil(office: Office, main: Filing) -> None:
    found = begun(office, WageListSource.EMPTY)

    assert refusal(lambda: handing_in.declare_nil(wage_list_id=found.pk, by=office.maker, declaration=True, on=ON)) == "MONTH_TAKEN"
    assert refusal(lambda: handing_in.hand_in(wage_list_id=found.pk, by=office.maker, on=ON)) == "NOTHING_DUE"


def test_from_the_page_of_the_month_to_the_supplement(office: Office, main: Filing, maker: Person) -> None:
    led = maker.get(f"{NEW}?wage_month={OCTOBER}")
    assert (led.status_code, led.headers["Location"]) == (302, f"/employer/filings/new/?wage_month={OCTOBER}#without-file")
    assert maker.get(NEW).headers["Location"] == "/employer/filings/new/#without-file"
    page = text_of(maker.get(f"/employer/filings/new/?wage_month={OCTOBER}"))
    assert "Pekerja dalam rekod yang tiada dalam penghantaran bulan ini, upah kosong" in page

    address = maker.post(NEW, wage_month=str(OCTOBER), source="PEOPLE").headers["Location"]
    row = WageList.objects.get().rows.get()
    assert "Tambahan" in text_of(maker.get(address))
    assert "Buka senarai orang yang tertinggal" in text_of(maker.get(f"/employer/filings/new/?wage_month={OCTOBER}"))
    maker.post(address, **{"row": row.pk, f"wages-{row.pk}": "0", f"was-{row.pk}": "", f"version-{row.pk}": row.version})
    assert "Tambahan memerlukan sekurang-kurangnya satu caruman" in text_of(maker.get(f"{address}done/"))
    row.refresh_from_db()
    maker.post(address, **{"row": row.pk, f"wages-{row.pk}": "3000", f"was-{row.pk}": "0.00", f"version-{row.pk}": row.version})
    done = maker.post(f"{address}done/")
    assert Filing.objects.get(supplements=main).pk == int(done.headers["Location"].rstrip("/").rsplit("/", 1)[1])
