"""Voluntary contributions by several at once: the last ringgit under the ceiling, two clicks, two messages, workers that were killed."""

from decimal import Decimal

import pytest

from contributions.enums import ReturnWhy
from contributions.models import Payment, VoluntaryContribution, VoluntaryReturn
from contributions.services import voluntary, voluntary_crediting
from kwsp_portal import jobs
from kwsp_portal.bank.fpx import codes
from kwsp_portal.jobs import calendar, failpoints
from members.ledger import invariants
from tests.contributions import paying, volunteering
from tests.contributions.paying import PAID_AT, Bank
from tests.jobs.forks import ended, forked
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_payments_that_race_for_the_last_ringgit_one_has_it_and_the_rest_goes_back(bank: Bank) -> None:
    member = volunteering.member()
    for _ in range(3):
        volunteering.credited(bank, member, "30000.00")
    payers = [volunteering.member() for _ in range(4)]
    payments = [volunteering.start(member, "10000.00", payer=payer) for payer in payers]
    messages = [bank.ac(payment, codes.APPROVED) for payment in payments]

    at_once(8, lambda number: paying.deliver(messages[number % 4]))
    counts = at_once(4, lambda _number: volunteering.work())

    assert sum(count.failed for count in counts) == 0
    last = VoluntaryContribution.objects.filter(payment__in=payments)
    assert sorted((one.credited, one.returned) for one in last) == [(0, 10_000), (0, 10_000), (0, 10_000), (10_000, 0)]
    assert volunteering.sums(last) == (Decimal(10_000), Decimal(30_000))
    assert set(VoluntaryReturn.objects.values_list("why", flat=True)) == {ReturnWhy.CEILING}
    assert sum(volunteering.accounts_of(member).values()) == 100_000_00
    assert sorted(volunteering.owed_to(payer) for payer in payers) == [0, 10_000_00, 10_000_00, 10_000_00]
    assert invariants.broken() == []


def test_two_clicks_at_once_make_one_order() -> None:
    member = volunteering.member()

    def click(_number: int) -> bool:
        try:
            return bool(volunteering.start(member, "250.00"))
        except voluntary.NotPayable:
            return False

    assert sorted(at_once(4, click)) == [False, False, False, True]
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("step", ["voluntary.before", "voluntary.posted", "voluntary.committed", "jobs.taken", "jobs.closed"])
def test_a_worker_killed_anywhere_credits_nobody_twice_and_forgets_nobody(bank: Bank, step: str) -> None:
    calendar.set_first(on=PAID_AT.date())
    member = volunteering.member()
    found = volunteering.came(bank, member, "300.00")

    def work() -> None:
        with failpoints.armed(step, mode="exit"):
            jobs.work_some(programmes=[voluntary_crediting.PROGRAMME])

    with forked(work) as worker:
        assert ended(worker) == failpoints.KILLED
    jobs.sweep()
    volunteering.work()

    found.refresh_from_db()
    assert found.credited == 300
    assert sum(volunteering.accounts_of(member).values()) == 300_00
    assert invariants.broken() == []
