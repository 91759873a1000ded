"""Mending as a clerk does it in a browser without script, in both languages; and people who mend at the same moment."""

import pytest
from django.core.cache import cache

from contributions.enums import FilingState, RowStatus
from contributions.models import Filing, FilingRow, Mending
from contributions.services import filing as filings
from contributions.services import mending
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from tests.contributions import pages
from tests.contributions.conftest import ON, Office
from tests.contributions.test_filing_races import outcomes
from tests.factories import borang_a

OFF = ("6250.00", "750", "688")


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()


def form(row: FilingRow, **cells: str) -> dict[str, str]:
    """What the browser sends from the page of a row: what stands there, but for the cells that were typed over."""
    there = {
        name: str(getattr(row, name) or "") for name in ("member_number", "identity_number", "name", "wages", "employer_share", "employee_share")
    }
    return {**there, "bonus": "0", "seen": str(row.mends), **cells}


def faulty(office: Office) -> Filing:
    """Two rows off the schedule, one of them of a name nobody has, and a good one."""
    member = office.hire(name="SITI BINTI AHMAD")
    return office.read(
        borang_a.row(office.hire(), *OFF), f"{member.number},{member.identity_number},SALMAH,6250.00,756,693", borang_a.row(office.hire())
    )


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/en"])
class TestPages:
    def test_from_the_cause_to_a_filing_that_is_ready(self, office: Office, prefix: str) -> None:
        filing = faulty(office)
        maker, english = pages.signed_in(office.maker, prefix), bool(prefix)

        overview = pages.text_of(maker.get(pages.address(filing)))
        assert ("Share reckoned by exact percentage" if english else "Syer dikira dengan peratusan tepat") in overview
        row = maker.get(pages.address(filing, "rows/2/mend"))
        assert row.status_code == 200
        said = pages.text_of(row)
        assert ("found RM 750.00, expected RM 756.00" if english else "ditemui RM 750.00, dijangka RM 756.00") in said
        assert ("Use the expected values" if english else "Guna nilai yang dijangka") in said

        answer = maker.post(pages.address(filing, "rows/2/mend"), **form(filing.rows.get(line=2)), take="expected", next="next")
        assert answer.status_code == 302
        answer = maker.post(pages.address(filing, "rows/3/mend"), **form(filing.rows.get(line=3), name="Siti binti Ahmad"), next="next")

        assert answer["Location"].endswith(pages.address(filing))
        now = pages.text_of(maker.get(pages.address(filing)))
        assert Filing.objects.get(pk=filing.pk).state == FilingState.READY
        assert ("Mends in the portal: 2" if english else "Betulan di portal: 2") in now
        history = pages.text_of(maker.get(pages.address(filing, "rows/3")))
        assert "Name: SALMAH → Siti binti Ahmad" in history

    def test_a_row_that_is_still_wrong_is_shown_again_as_it_was_typed(self, office: Office, prefix: str) -> None:
        filing = faulty(office)
        maker = pages.signed_in(office.maker, prefix)

        answer = maker.post(pages.address(filing, "rows/2/mend"), **form(filing.rows.get(line=2), wages="enam ribu", employer_share="700"))

        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="enam ribu"' in page
        assert 'value="700"' in page
        assert page.count('aria-invalid="true"') == 1  # without wages nothing is reckoned
        assert pages.title_of(answer).startswith("Error:" if prefix else "Ralat:")
        assert not Mending.objects.exists()

    def test_all_of_a_cause_with_its_effect_shown_first_and_taken_back(self, office: Office, prefix: str) -> None:
        filing = faulty(office)
        maker = pages.signed_in(office.maker, prefix)
        address = pages.address(filing, "causes/EXACT_PERCENTAGE")

        shown = maker.get(address)
        assert pages.actions_of(shown)[0] == ("Mend 1 rows" if prefix else "Betulkan 1 baris")
        assert "2,898.00" in pages.text_of(shown)
        assert maker.post(address, seen="0").status_code == 302
        assert filing.rows.get(line=2).status == RowStatus.VALID
        assert maker.post(address, seen="0").status_code == 409

        act = Mending.objects.get()
        acts = pages.text_of(maker.get(pages.address(filing, "mends")))
        assert ("Shares of the Third Schedule" if prefix else "Syer mengikut Jadual Ketiga") in acts
        for _click in range(2):
            assert maker.post(pages.address(filing, f"mends/{act.pk}/undo")).status_code == 302
        assert filing.rows.get(line=2).status == RowStatus.INVALID
        assert Mending.objects.count() == 2

    def test_a_row_left_out_and_brought_back(self, office: Office, prefix: str) -> None:
        filing = faulty(office)
        maker = pages.signed_in(office.maker, prefix)

        for _click in range(2):
            assert maker.post(pages.address(filing, "rows/3/leave-out"), seen="0").status_code == 302

        assert (filing.rows.get(line=3).status, Mending.objects.count()) == (RowStatus.LEFT_OUT, 1)
        assert ("1 rows left out" if prefix else "1 baris ditinggalkan") in pages.text_of(maker.get(pages.address(filing)))
        assert "SALMAH" in pages.text_of(maker.get(pages.address(filing, "mends")))
        row = pages.text_of(maker.get(pages.address(filing, "rows/3/mend")))
        assert ("This row is left out" if prefix else "Baris ini ditinggalkan") in row

    def test_a_colleague_mended_the_row_meanwhile(self, office: Office, prefix: str) -> None:
        filing = faulty(office)
        colleague = office.colleague()
        sent = form(filing.rows.get(line=2), wages="1000", employer_share="130", employee_share="110")
        cells = {"EM Share": "756", "EMP Share": "693"}
        mending.mend_row(filing_id=filing.pk, line=2, cells=cells, by=colleague, on=ON)

        answer = pages.signed_in(office.maker, prefix).post(pages.address(filing, "rows/2/mend"), **sent)

        assert answer.status_code == 409
        assert ("A colleague mended rows" if prefix else "Rakan sekerja membetulkan baris") in pages.text_of(answer)
        assert 'value="756.00"' in answer.content.decode()

    def test_who_may_not_and_where_it_is_too_late(self, office: Office, prefix: str) -> None:
        filing = pages.ready(office)
        checker = pages.signed_in(office.checker, prefix)
        row = filing.rows.get()
        assert checker.post(pages.address(filing, "rows/2/mend"), **form(row, wages="1")).status_code == 403
        assert ("cannot be changed now" if prefix else "tidak boleh diubah sekarang") in pages.text_of(
            checker.get(pages.address(filing, "rows/2/mend"))
        )
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
        maker = pages.signed_in(office.maker, prefix)

        refused = [
            maker.post(pages.address(filing, "rows/2/mend"), **form(row, wages="6240")),
            maker.post(pages.address(filing, "rows/2/leave-out"), seen="0"),
            maker.post(pages.address(filing, "causes/OFF_SCHEDULE"), seen="0"),
        ]

        assert [answer.status_code for answer in refused] == [409, 409, 409]
        assert maker.get(pages.address(filing, "causes/NONSENSE")).status_code == 404
        assert not Mending.objects.exists()

    def test_odd_texts_are_a_page_and_never_an_error_of_ours(self, office: Office, prefix: str) -> None:
        filing = faulty(office)
        maker = pages.signed_in(office.maker, prefix)

        for text in ("", "\0", "١٢٣", "１２３", "NaN", "1e5", "=1+1", "x" * 300, "-", "'", "𝟙", "\u202e12"):
            for name in ("member_number", "identity_number", "name", "wages", "bonus"):
                answer = maker.post(pages.address(filing, "rows/2/mend"), **form(filing.rows.get(line=2), **{name: text}))
                assert answer.status_code == 422, (name, text)
        assert maker.post(pages.address(filing, "rows/2/mend"), seen="x").status_code == 422


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_clerks_mend_one_row(self, office: Office) -> None:
        filing = faulty(office)
        colleague = office.colleague()
        cells = [{"Salary": wages, "EM Share": em, "EMP Share": emp} for wages, em, emp in (("6250", "756", "693"), ("1000", "130", "110"))]

        found = outcomes(
            lambda: mending.mend_row(filing_id=filing.pk, line=2, cells=cells[0], by=office.maker, on=ON, seen=0),
            lambda: mending.mend_row(filing_id=filing.pk, line=2, cells=cells[1], by=colleague, on=ON, seen=0),
        )

        assert found == ["ROW_CHANGED", "done"]
        assert Mending.objects.count() == 1
        assert AuditEvent.objects.get(refused=True, action="filing.mend").data == {"code": "ROW_CHANGED"}

    def test_one_mends_while_another_submits(self, office: Office) -> None:
        """Either the mend is in what was declared, or it is refused; never is a declared row changed."""
        filing = pages.ready(office)

        found = outcomes(
            lambda: mending.mend_row(filing_id=filing.pk, line=2, cells={"Salary": "6240"}, by=office.maker, on=ON),
            lambda: filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON),
        )

        filing.refresh_from_db()
        assert filing.state == FilingState.SUBMITTED
        assert found in (["done", "done"], ["WRONG_STATE", "done"])
        assert filing.mended == Mending.objects.count() == found.count("done") - 1

    def test_two_mend_different_rows_and_the_totals_are_those_of_both(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF), borang_a.row(office.hire(), *OFF))
        cells = {"EM Share": "756", "EMP Share": "693"}

        found = outcomes(
            *(lambda line=line: mending.mend_row(filing_id=filing.pk, line=line, cells=cells, by=office.maker, on=ON) for line in (2, 3))
        )

        filing.refresh_from_db()
        assert found == ["done", "done"]
        assert (filing.state, filing.total, filing.mended) == (FilingState.READY, 2 * 1449, 2)


@pytest.mark.django_db
def test_who_is_unknown_is_hired_from_the_page_of_the_cause(office: Office) -> None:
    filing = office.read(borang_a.row(office.hire()), "20999999,900101-14-5555,ORANG BAHARU,6250.00,756,693")
    code = next(problem["code"] for row in filing.rows.all() for problem in row.problems)
    maker, checker = pages.signed_in(office.maker, "/en"), pages.signed_in(office.checker, "/en")

    page = maker.get(pages.address(filing, f"causes/{code}"))

    assert code in ("NUMBER_UNKNOWN", "IDENTITY_UNKNOWN")
    assert "A new employee?" in pages.text_of(page)
    assert f'href="/en{pages.NEW}?wage_month=2026-10"' in page.content.decode()
    assert "A new employee?" not in pages.text_of(checker.get(pages.address(filing, f"causes/{code}")))
