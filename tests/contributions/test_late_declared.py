"""Lateness is priced with the dividends that were declared in the portal, from the day on which they were approved."""

import datetime
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from contributions.models import LateCharge
from contributions.rules import late
from contributions.selectors import arrears, late_rates
from contributions.services import late_charges
from kwsp_portal.common import clock, rates
from members.enums import DeclarationState
from members.models import DividendDeclaration
from tests.contributions.conftest import Office
from tests.contributions.paying import Bank
from tests.contributions.test_late_charges import day, paid
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
APPROVED_ON = date(2027, 2, 20)
SOURCE = "Kenyataan KWSP, 20 Feb 2027"


@pytest.fixture
def of_2026() -> DividendDeclaration:
    """Far above what 2025 had, so that no figure can be both."""
    at = datetime.datetime(2027, 2, 20, 3, tzinfo=datetime.UTC)
    proposed = {"proposed_by": UserFactory(administrator=True), "proposed_on": date(2027, 2, 19), "proposed_at": at}
    decided = {"decided_by": UserFactory(administrator=True), "decided_on": APPROVED_ON, "decided_at": at}
    rates = {"conventional": Decimal("0.12"), "shariah": Decimal("0.11"), "source": SOURCE}
    return DividendDeclaration.objects.create(year=2026, state=DeclarationState.APPROVED, **rates, **proposed, **decided)


def test_a_declared_year_is_known_from_the_day_it_was_approved(of_2026: DividendDeclaration) -> None:
    found = late_rates.declared(on=APPROVED_ON)

    assert found[2026] == late.Declared(Decimal("0.12"), Decimal("0.11"), APPROVED_ON, rates.said(SOURCE), "")
    assert late_rates.declared(on=date(2027, 2, 19)) == late.ON_FILE
    assert late.year_rate(2026, on=APPROVED_ON, declared=found).charge == Decimal("0.12")  # the lower of the two, and a point


def test_a_proposal_prices_nothing() -> None:
    at = datetime.datetime(2027, 2, 20, 3, tzinfo=datetime.UTC)
    proposed = {"proposed_by": UserFactory(administrator=True), "proposed_on": date(2027, 2, 19), "proposed_at": at}
    rates = {"conventional": Decimal("0.12"), "shariah": Decimal("0.11"), "source": SOURCE}
    DividendDeclaration.objects.create(year=2026, state=DeclarationState.PROPOSED, **rates, **proposed)

    assert late_rates.declared(on=date(2027, 3, 1)) == late.ON_FILE


def test_the_quote_and_the_batch_price_by_it(office: Office, bank: Bank, of_2026: DividendDeclaration) -> None:
    filing = office.approved()
    (before,) = arrears.arrears_of(employer=office.employer, paid_on=date(2027, 2, 19), on=date(2027, 2, 19)).quotes
    on = date(2027, 2, 20)
    (after,) = arrears.arrears_of(employer=office.employer, paid_on=on, on=on).quotes
    # 46 days of 2026 and 51 of 2027, which has none of its own: RM1,449 x 12 % x 97 / 365
    assert (before.charge, after.charge) == (Decimal("28.00"), Decimal("47.00"))
    assert SOURCE in " ".join(after.why.citations)

    paid(filing, office, bank, on)
    late_charges.by_hand(on=on)

    assert LateCharge.objects.get().amount == after.charge


def test_the_calculator_knows_it_too(client: Client, of_2026: DividendDeclaration, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"contribution_month": "2026-11", "arrears": "36500", "paid_on": "2027-02-20"}
    found = []
    for on in (date(2027, 2, 19), APPROVED_ON):
        monkeypatch.setattr(clock, "business_date", lambda on=on: on)
        body = client.get("/api/v1/calculators/late-charge/", asked).json()
        page = client.get("/en/calculators/late-charge/", asked)
        found.append((body["charge"], SOURCE in page.content.decode()))

    # 46 days of 2026 and 51 of 2027: at 7.15 % as 2025, at 12 % as 2026
    assert found == [("694.00", False), ("1164.00", True)]


def test_what_was_priced_before_stays(office: Office, bank: Bank, of_2026: DividendDeclaration) -> None:
    """Reckoned with the last declared rate, and not anew because another came to be declared."""
    paid(office.approved(), office, bank, day(12, 31))
    late_charges.by_hand(on=day(12, 31))
    first = LateCharge.objects.get().amount

    late_charges.by_hand(on=date(2027, 2, 21))

    assert LateCharge.objects.get().amount == first == Decimal("14.00")
