"""Years that nobody closed for long: closed and credited in turn, so that no credit is dividend due in years that were closed before it."""

import datetime

import pytest

from kwsp_portal import jobs
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Run
from members.ledger import days, years
from members.ledger.models import DividendDue
from members.models import Dividend, Member
from members.services import dividends
from tests.factories import MemberFactory
from tests.members.dividend_years import put, sound, stands
from tests.members.plain_dividends import Life

ON = datetime.date(2026, 4, 1)
"""2025 is declared by then: its rates are on file."""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member() -> Member:
    """RM1,000 in 2022, 2023 and 2025; no year closed yet."""
    found: Member = MemberFactory()
    for ref, year in enumerate((2022, 2023, 2025), start=1):
        put(found, ref, 1_000_00, on=datetime.date(year, 6, 30))
    days.close(on=ON)
    return found


def errands() -> None:
    """The two of years, as the sweeper calls them, and the workers, until nothing is left to do."""
    while years.close_next(on=ON) + dividends.open_next(on=ON):
        jobs.work_some(programmes=[years.PROGRAMME, dividends.PROGRAMME])


def test_each_year_is_credited_before_the_next_is_closed(member: Member):
    errands()

    order = list(Run.objects.order_by("pk").values_list("programme", "period"))
    assert order == [(programme, str(year)) for year in range(2022, 2026) for programme in (years.PROGRAMME, dividends.PROGRAMME)]
    assert not DividendDue.objects.exists()
    assert sound()
    assert stands(member) == {"PERSARAAN": plainly(member)}


def plainly(member: Member) -> int:
    """What the plain second implementation makes of it."""
    life = Life(member.pk, member.birth_date, None)
    for order, year in enumerate((2022, 2023, 2025)):
        life.post(order, "PERSARAAN", datetime.date(year, 6, 30), 1_000_00)
    for year in range(2022, 2026):
        life.credit_year(year, ON, 10 + year)
    return life.stands("PERSARAAN")


def test_rates_that_are_not_declared_hold_nothing_up(member: Member, monkeypatch: pytest.MonkeyPatch):
    """Late, but not for ever: what is credited afterwards is the same."""
    with monkeypatch.context() as undeclared:
        undeclared.setattr(dividends.dividend_rates, "of", lambda year, on: None)
        errands()
        assert (years.last_closed(), dividends.last_paid()) == (2025, None)

    errands()

    assert dividends.last_paid() == 2025
    assert DividendDue.objects.count() == 3 + 2 + 1
    assert stands(member) == {"PERSARAAN": plainly(member)}


@pytest.mark.parametrize("state", [RunState.PAUSED, RunState.FAILED])
def test_a_run_that_does_not_go_on_holds_nothing_up(member: Member, state: RunState):
    years.close_next(on=ON)
    dividends.open_next(on=ON)
    assert dividends.is_coming(2022, ON)
    finished = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC) if state == RunState.FAILED else None
    Run.objects.filter(programme=dividends.PROGRAMME).update(state=state, finished_at=finished)

    jobs.work_some(programmes=[years.PROGRAMME])

    assert years.last_closed() == 2025
    assert not Dividend.objects.exists()
