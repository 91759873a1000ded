"""A month without a file, as a browser without script has it: begun, written, handed in; and what the page says when something is wrong."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.cache import cache

from contributions.enums import FilingState, WageListState, WageStanding
from contributions.models import Filing, WageList, WageListRow
from kwsp_portal.common import clock
from tests import factories
from tests.contributions import pages
from tests.contributions.conftest import OCTOBER, ON, Office, work
from tests.contributions.pages import Person, text_of

NEW = "/employer/wage-lists/new/"


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


def begun(maker: Person, source: str = "PEOPLE") -> WageList:
    answer = maker.post(NEW, wage_month=str(OCTOBER), source=source)
    found = WageList.objects.get()
    assert answer.headers["Location"] == f"/employer/wage-lists/{found.pk}/"
    return found


def wages_of(row: WageListRow, text: str, was: str = "", version: int | None = None) -> dict[str, object]:
    return {"row": row.pk, f"wages-{row.pk}": text, f"was-{row.pk}": was, f"version-{row.pk}": row.version if version is None else version}


@pytest.mark.parametrize(
    ("language", "new", "done"),
    [
        ("ms", "Atau tanpa fail", "Siapkan Borang A Oktober 2026 – RM 1,449.00"),
        ("en", "Or without a file", "Finish Form A October 2026 – RM 1,449.00"),
    ],
)
def test_from_the_month_s_page_to_a_borang_a(office: Office, language: str, new: str, done: str) -> None:
    office.hire(name="AMINAH")
    maker = pages.signed_in(office.maker, "" if language == "ms" else "/en")
    assert new in text_of(maker.get("/employer/filings/new/?wage_month=2026-10"))
    maker.post(NEW, wage_month=str(OCTOBER), source="PEOPLE")
    found = WageList.objects.get()
    address = f"/employer/wage-lists/{found.pk}/"
    assert "AMINAH" in text_of(maker.get(address))

    saved = maker.post(address, **wages_of(found.rows.get(), "RM 6,250.00"))
    assert saved.status_code == 302
    assert "756.00" in text_of(maker.get(address))
    assert done in text_of(maker.get(f"{address}done/"))
    handed = maker.post(f"{address}done/")

    filing = work(Filing.objects.get())
    assert handed.headers["Location"].endswith(f"/employer/filings/{filing.pk}/")
    assert (filing.state, filing.total) == (FilingState.READY, Decimal(1449))
    again = maker.post(f"{address}done/")
    assert again.headers["Location"] == handed.headers["Location"], "a second click leads to the same Borang A"
    assert str(filing.pk) in text_of(maker.get(address))


def test_what_is_wrong_stands_beside_its_row_and_the_rest_is_saved(office: Office, maker: Person) -> None:
    for name in ("AMINAH", "BAKAR"):
        office.hire(name=name)
    found = begun(maker)
    first, second = found.rows.order_by("place")

    answer = maker.client.post(
        f"/employer/wage-lists/{found.pk}/", {**wages_of(first, "tiga ribu"), **wages_of(second, "3000"), "row": [first.pk, second.pk]}
    )

    text = text_of(answer)
    assert answer.status_code == 422
    assert "AMINAH: Ditemui “tiga ribu”, dijangka jumlah seperti 3000 atau 3000.50" in text
    assert 'value="tiga ribu"' in answer.content.decode(), "what was typed stays"
    assert [row.wages for row in found.rows.order_by("place")] == [None, Decimal(3000)]


def test_two_clerks_at_once_are_told_of_each_other(office: Office, maker: Person) -> None:
    office.hire(name="AMINAH")
    found = begun(maker)
    row, address = found.rows.get(), f"/employer/wage-lists/{found.pk}/"
    colleague = factories.RepresentativeFactory(employer=office.employer).user
    pages.signed_in(colleague).post(address, **wages_of(row, "3000"))

    answer = maker.post(address, **wages_of(row, "2500"))

    assert answer.status_code == 422
    assert f"{colleague.name} mengubah baris ini" in text_of(answer)
    assert "Rakan sekerja sedang menulis senarai ini juga" in text_of(answer)
    row.refresh_from_db()
    assert row.wages == Decimal(3000)


def test_with_script_one_row_is_saved_and_reckoned_at_once(office: Office, maker: Person) -> None:
    office.hire()
    found = begun(maker)
    row, address = found.rows.get(), f"/employer/wage-lists/{found.pk}/"

    good = maker.client.post(address, wages_of(row, "6250"), headers={"X-Fragment": "row"})
    bad = maker.client.post(address, wages_of(row, "6,2,5", was="6250.00", version=2), headers={"X-Fragment": "row"})

    (told,) = good.json()["rows"]
    assert (good.status_code, told["employer"], told["employee"], told["version"], told["wrong"]) == (200, "756.00", "693.00", 2, "")
    (told,) = bad.json()["rows"]
    assert (bad.status_code, told["keep"], told["wages"]) == (422, True, "6250.00")
    assert told["wrong"]


def test_leave_and_leaving_on_the_person_s_own_page(office: Office, maker: Person) -> None:
    office.hire(name="AMINAH")
    found = begun(maker)
    row = found.rows.get()
    address = f"/employer/wage-lists/{found.pk}/rows/{row.pk}/"
    assert "Cuti tanpa gaji" in text_of(maker.get(address))

    wrong = maker.post(address, version=1, standing="LEFT", wages="", bonus="", last_day="2026-11-05", leaving="RESIGNED")
    assert wrong.status_code == 422
    assert "ditemui 5 Nov 2026, dijangka paling lewat 31 Okt 2026" in text_of(wrong)
    assert maker.post(address, version=1, standing="UNPAID_LEAVE", wages="", bonus="", last_day="", leaving="").status_code == 302
    stale = maker.post(address, version=1, standing="WAGES", wages="100", bonus="", last_day="", leaving="")

    row.refresh_from_db()
    assert (stale.status_code, row.standing) == (409, WageStanding.UNPAID_LEAVE)


def test_a_nil_month_from_the_empty_list_to_the_approver_s_word(office: Office, maker: Person) -> None:
    found = begun(maker, "EMPTY")
    address = f"/employer/wage-lists/{found.pk}/"
    assert "Senarai ini kosong" in text_of(maker.get(address))
    assert maker.post(f"{address}done/", action="nil").status_code == 422
    assert maker.post(f"{address}done/", action="nil", declaration="on").status_code == 302
    assert maker.post(f"{address}done/", action="nil", declaration="on").status_code == 302, "a second click"
    checker = pages.signed_in(office.checker)
    assert "Bulan tanpa caruman menunggu anda" in text_of(checker.get("/employer/"))

    assert maker.post(f"{address}nil/", action="agree").status_code == 403
    assert checker.post(f"{address}nil/", action="give_back", comment="").status_code == 422
    assert checker.post(f"{address}nil/", action="agree").status_code == 302
    assert checker.post(f"{address}nil/", action="agree").status_code == 302, "a second click"

    found.refresh_from_db()
    assert found.state == WageListState.NIL
    assert "Tiada caruman bagi upah Oktober 2026" in text_of(maker.get("/employer/"))
    assert maker.post(f"{address}reopen/").status_code == 302
    assert "Sedang ditulis" in text_of(maker.get(address))


def test_added_taken_off_found_and_put_away(office: Office, maker: Person) -> None:
    member = office.hire(name="AMINAH")
    found = begun(maker, "EMPTY")
    address = f"/employer/wage-lists/{found.pk}/"
    assert "AMINAH" in text_of(maker.get(f"{address}add/?q=ami"))
    first = maker.post(f"{address}add/", member=member.number)
    assert maker.post(f"{address}add/", member=member.number).headers["Location"] == first.headers["Location"]
    assert maker.post(f"{address}add/", member=factories.MemberFactory().number).status_code == 422
    assert "AMINAH" in text_of(maker.get(f"{address}?q={member.number}"))
    assert "Tiada sesiapa ditemui" in text_of(maker.get(f"{address}?q=ZZZ&only=blank"))

    assert maker.post(first.headers["Location"], action="remove").status_code == 302
    assert maker.post(f"{address}discard/").status_code == 302
    assert maker.post(f"{address}discard/").status_code == 302, "a second click"

    assert maker.post(address).status_code == 409
    assert "Mulakan senarai" in text_of(maker.get("/employer/filings/new/?wage_month=2026-10"))


def test_somebody_new_is_found_by_number_and_name_and_a_second_click_is_harmless(office: Office, maker: Person) -> None:
    factories.MemberFactory(name="NURUL BINTI OSMAN", identity_number="900101140777")
    found = begun(maker, "EMPTY")
    address = f"/employer/wage-lists/{found.pk}/add/"
    typed = {"action": "hire", "identity_number": "900101-14-0777", "name": "NURUL BINTI OSMAN", "first_day": "2026-10-12", "consent": "on"}

    assert "Tandakan persetujuan" in text_of(maker.post(address, **{**typed, "consent": ""}))
    wrong = maker.post(address, **{**typed, "name": "SITI"})
    assert (wrong.status_code, "tidak sepadan dengan rekod" in text_of(wrong)) == (422, True)
    assert "NURUL" not in text_of(wrong)
    first = maker.post(address, **typed)
    assert "sudah ahli, nombor 3" in text_of(maker.get(first.headers["Location"]))
    assert maker.post(address, **typed).headers["Location"] == first.headers["Location"]


def test_a_silent_jpn_is_said_and_what_was_typed_stays(office: Office, maker: Person) -> None:
    found = begun(maker, "EMPTY")
    typed = {"action": "hire", "identity_number": "950715105432", "name": "ORANG BAHARU", "first_day": "2026-10-12", "consent": "on"}

    answer = maker.post(f"/employer/wage-lists/{found.pk}/add/", **typed)

    assert (answer.status_code, "JPN tidak menjawab sekarang" in text_of(answer)) == (503, True)
    assert 'value="ORANG BAHARU"' in answer.content.decode()
