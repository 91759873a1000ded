"""An employer's arrears by month: the exact charge before it is paid, growing by the day, and months that were never filed."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contributions.models import Filing
from contributions.rules import late
from contributions.selectors import arrears, owing
from kwsp_portal.bank.fpx import codes
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.common.periods import WageMonth
from tests import factories
from tests.contributions import paying
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.pages import signed_in, text_of
from tests.contributions.paying import Bank

pytestmark = pytest.mark.django_db
DUE, LATER = date(2026, 11, 15), date(2027, 1, 20)


def of(office: Office, on: date, paid_on: date | None = None) -> arrears.Arrears:
    return arrears.arrears_of(employer=office.employer, paid_on=paid_on or on, on=on)


def paid(filing: Filing, office: Office, bank: Bank, on: date) -> None:
    at = datetime.combine(on, time(10, 0), KL)
    order = paying.start(filing, office.checker, at)
    paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=at), at=at)


def said(page: Any) -> str:
    return text_of(page).replace("\N{NO-BREAK SPACE}", " ")


def test_on_the_15th_nothing_is_behind_and_on_the_16th_it_is(office: Office) -> None:
    office.approved()

    assert of(office, DUE).quotes == []
    (quote,) = of(office, date(2026, 11, 16)).quotes
    assert (quote.month, quote.days_late, quote.unpaid, quote.charge, quote.dividend) == (OCTOBER, 1, Decimal("1449.00"), Decimal("10.00"), 0)
    assert quote.total == Decimal("1459.00")


def test_the_quote_is_what_the_rules_say_and_grows_by_the_day(office: Office) -> None:
    office.approved()

    (quote,) = of(office, LATER).quotes

    paid_then = late.Paid(Decimal(1449), LATER)
    november = OCTOBER.contribution_month
    assert quote.charge == late.charge(contribution_month=november, paid=[paid_then], on=LATER).amount == Decimal("19.00")
    assert quote.dividend == late.late_dividend(contribution_month=november, paid=paid_then, on=LATER).amount == Decimal("12.47")
    a_month_on = of(office, LATER, LATER + timedelta(days=31)).quotes[0]
    assert (a_month_on.charge > quote.charge, a_month_on.days_late) == (True, quote.days_late + 31), "the days that are priced"
    assert quote.why.citations
    assert quote.why.assumptions


def test_a_supplement_that_is_still_to_pay_shares_the_least_with_what_was_paid_late(office: Office, bank: Bank) -> None:
    """One charge a month: what was paid late before is in it, and of dividends only that of what is still unpaid."""
    filing = office.approved()
    paid(filing, office, bank, date(2026, 11, 20))
    factories.FilingFactory(employer=office.employer, approved=True, supplements=filing, number=1)

    (quote,) = of(office, date(2026, 12, 31)).quotes

    both = [late.Paid(Decimal(1449), date(2026, 11, 20)), late.Paid(Decimal(1449), date(2026, 12, 31))]
    assert quote.unpaid == Decimal("1449.00")
    assert quote.charge == late.charge(contribution_month=OCTOBER.contribution_month, paid=both, on=date(2026, 12, 31)).amount
    assert quote.dividend == Decimal("7.57")  # 31 days from 30 November, 1,449 x 6.15 % / 365


def test_a_later_month_paid_first_leaves_the_earlier_one_behind(office: Office, bank: Bank) -> None:
    office.approved()
    paid(office.approved(wage_month=WageMonth(2026, 11)), office, bank, date(2026, 12, 10))

    assert [quote.month for quote in of(office, LATER).quotes] == [OCTOBER]


def test_of_two_payments_the_earlier_bank_date_counts(office: Office, bank: Bank) -> None:
    """The message of the first came after the second was approved; its money was there on its own day."""
    filing = office.approved()
    first = paying.start(filing, office.checker, datetime(2026, 11, 14, 9, 0, tzinfo=KL))
    paying.deliver(bank.ac(first, codes.INSUFFICIENT), at=datetime(2026, 11, 14, 9, 5, tzinfo=KL))
    paid(filing, office, bank, date(2026, 11, 20))

    def day() -> date | None:
        (found,) = arrears.paid_of([Filing.objects.get(pk=filing.pk)])
        return found.paid_on

    assert day() == date(2026, 11, 20)
    said = bank.ac(first, codes.APPROVED, fpx_txn_time=datetime(2026, 11, 14, 9, 4, tzinfo=KL))
    paying.deliver(said, at=datetime(2026, 11, 21, 9, 0, tzinfo=KL))
    assert day() == date(2026, 11, 14)


def test_an_approved_month_of_nothing_is_not_behind(office: Office) -> None:
    factories.FilingFactory(employer=office.employer, approved=True, employer_total=0, employee_total=0)

    assert of(office, LATER).quotes == []


class TestMissing:
    def months(self, office: Office, on: date) -> list[str]:
        return [str(month) for month, _filing in of(office, on).missing]

    def test_months_with_people_and_no_borang_a(self, office: Office) -> None:
        member = factories.MemberFactory()
        factories.EmploymentFactory(employer=office.employer, member=member, from_date=date(2026, 9, 30), to_date=date(2026, 12, 1))

        assert self.months(office, date(2026, 11, 15)) == ["2026-09"]
        assert self.months(office, date(2026, 11, 16)) == ["2026-09", "2026-10"]
        assert self.months(office, date(2027, 6, 1)) == ["2026-09", "2026-10", "2026-11"]

    def test_no_amount_is_invented_and_a_draft_is_named(self, office: Office) -> None:
        office.hire()
        draft = factories.FilingFactory(employer=office.employer, ready=True)

        found = of(office, date(2026, 11, 16))

        assert found.quotes == []
        assert (OCTOBER, draft) in found.missing
        assert found.total == 0

    def test_a_month_in_which_nobody_on_record_owes_anything_is_not_missing(self, office: Office) -> None:
        """75 passed, and somebody who died: the employer owes nothing for them, and the daily batch reminds nobody."""
        office.hire(birth_date=date(1951, 1, 10))
        office.hire(died_on=date(2026, 9, 1))
        assert "2026-10" not in self.months(office, date(2026, 11, 16))

        office.hire()
        assert "2026-10" in self.months(office, date(2026, 11, 16))

    def test_people_are_asked_about_until_somebody_owes(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(owing, "PAGE", 2)
        for _ in range(3):
            office.hire(birth_date=date(1945, 1, 10))
        assert self.months(office, date(2026, 11, 16)) == []

        office.hire()
        assert self.months(office, date(2026, 11, 16))[-1] == "2026-10"

    def test_an_approved_month_is_not_missing(self, office: Office) -> None:
        office.approved()

        assert "2026-10" not in self.months(office, date(2026, 11, 16))


class TestPage:
    @pytest.fixture(autouse=True)
    def _in_january(self) -> Any:
        before = clock.use_source(lambda: LATER)
        yield
        clock.use_source(before)

    @pytest.mark.parametrize(("prefix", "words"), [("", ["Tunggakan", "Caj lewat bayar"]), ("/en", ["Arrears", "Late payment charge"])])
    def test_it_quotes_with_days_rates_and_citations(self, office: Office, prefix: str, words: list[str]) -> None:
        office.approved()

        page = signed_in(office.maker, prefix).get("/employer/arrears/")

        text = said(page)
        assert page.status_code == 200
        assert all(one in text for one in [*words, "RM 1,449.00", "RM 19.00", "RM 12.47", "1,480.47", "7.15%", "kwsp.gov.my"]), text

    def test_another_day_may_be_asked_for(self, office: Office) -> None:
        office.approved()
        person = signed_in(office.maker, "/en")

        assert "RM 21.00" in said(person.get("/employer/arrears/?paid_on=2027-01-27"))
        for nonsense in ("2027-01-19", "soon", "2030-01-01"):
            page = person.get(f"/employer/arrears/?paid_on={nonsense}")
            assert "2027-01-20" not in said(page), "days as people read them"
            assert page.status_code == 422
            assert f'value="{nonsense}"' in page.content.decode()
            assert "RM 19.00" in said(page)  # today's, meanwhile

    def test_nothing_behind_is_said(self, office: Office) -> None:
        text = text_of(signed_in(office.maker).get("/employer/arrears/"))

        assert "Tiada caruman yang tertunggak" in text
        assert "sudah dibayar" in text

    @pytest.mark.parametrize(
        ("prefix", "empty", "below"),
        [
            ("", "Tiada Borang A yang menunggu bayaran", "Bulan yang belum dihantar"),
            ("/en", "No Form A is waiting for payment", "Months not sent yet"),
        ],
    )
    def test_where_months_are_not_filed_it_does_not_say_that_nothing_is_behind(self, office: Office, prefix: str, empty: str, below: str) -> None:
        office.hire()

        text = text_of(signed_in(office.maker, prefix).get("/employer/arrears/"))

        assert empty in text
        assert below in text
        assert "Tiada caruman yang tertunggak" not in text
        assert "No contributions are in arrears" not in text

    def test_a_quote_takes_six_queries_at_most(self, office: Office, bank: Bank, django_assert_max_num_queries: Callable[[int], Any]) -> None:
        for month in (OCTOBER, WageMonth(2026, 11), WageMonth(2026, 9)):
            office.approved(wage_month=month)

        with django_assert_max_num_queries(6):
            found = of(office, LATER)

        assert len(found.quotes) == 3

    def test_another_employers_arrears_are_not_shown(self, office: Office, make_office: Callable[[], Office]) -> None:
        office.approved()

        assert "1,449.00" not in text_of(signed_in(make_office().maker).get("/employer/arrears/"))
