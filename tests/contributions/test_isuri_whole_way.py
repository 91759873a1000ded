"""i-Suri from the Ministry's list to the credited incentive: the demo's own file under two officers, a payment by FPX, the half-yearly run; and what
the member's home says on the way."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.test import Client

from contributions.enums import EKasihFate, IncentiveScheme
from contributions.models import IncentiveClaim, IncentiveRegistration, VoluntaryContribution
from contributions.rules.incentive import HalfYear
from contributions.selectors import registrations
from contributions.selectors.registrations import ToDo, Waiting
from contributions.services import registering
from kwsp_portal import ekasih as port
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from members.models import Member
from tests.contributions import incentive_runs, volunteering
from tests.contributions.correcting import Officers, officers
from tests.contributions.pages import signed_in, text_of
from tests.contributions.paying import Bank
from tests.contributions.test_ekasih import follow, told

pytestmark = pytest.mark.django_db(transaction=True)
LISTED, PAID = date(2026, 2, 2), datetime(2026, 3, 9, 10, tzinfo=KL)
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: LISTED)
    yield
    clock.use_source(before)


@pytest.fixture
def people(db: None) -> Officers:
    return officers()


def demo_file() -> bytes:
    """As an officer downloads it from the demo's own pages."""
    answer = Client().get("/demo/e-kasih/")
    assert (answer.status_code, "e-kasih.txt" in answer["Content-Disposition"]) == (200, True)
    return answer.content


def home(member: Member, prefix: str = "") -> str:
    return text_of(signed_in(volunteering.user_of(member)).get(f"{prefix}/member/"))


def test_from_the_list_to_the_credit(people: Officers, bank: Bank) -> None:
    woman = volunteering.member()
    holder = volunteering.member()
    volunteering.register(holder)

    listed = follow(people, demo_file(), LISTED)

    found = dict(listed.rows.values_list("identity_number", "fate"))
    assert (found[woman.identity_number], found[holder.identity_number]) == (EKasihFate.REGISTERED, EKasihFate.HOLDS_OTHER)
    assert {fate for number, fate in found.items() if number not in (woman.identity_number, holder.identity_number)} == {
        EKasihFate.UNKNOWN,
        EKasihFate.BAD_NUMBER,
    }
    assert "Belum ada caruman i-Suri tahun ini" in home(woman)
    assert "No i-Suri contribution this year yet" in home(woman, "/en")
    assert IncentiveRegistration.objects.get(member=woman).scheme == IncentiveScheme.ISURI

    assert volunteering.credited(bank, woman, "400.00", volunteering.ISURI, at=PAID).credited == 400
    assert "Belum ada caruman i-Suri" not in home(woman)
    incentive_runs.credited(HalfYear(2026, 1), incentive_runs.officers(), on=JULY, received_on=JULY, scheme=IncentiveScheme.ISURI)

    claim = IncentiveClaim.objects.get()
    assert (claim.member, claim.amount, claim.credited_on, claim.account) == (woman, 200, AUGUST, "PERSARAAN")
    paid = VoluntaryContribution.objects.get()
    assert volunteering.accounts_of(woman)["PERSARAAN"] == 200_00 + 300_00, paid
    assert told(woman)[-1] == "INCENTIVE_CREDITED"


def test_who_is_on_the_list_and_holds_nothing_is_told_on_the_home(people: Officers) -> None:
    """Who lost an i-Saraan that ended; not who gave i-Suri up herself, who holds something or is on no list."""
    woman, gave_up, nobody = (volunteering.member() for _each in range(3))
    first = volunteering.register(woman, first=date(2025, 5, 5))
    rows = [(one.identity_number, one.name) for one in (woman, gave_up)]
    follow(people, port.write(as_at=LISTED, rows=rows), LISTED)
    registering.cancel(member=woman, by=volunteering.user_of(woman), on=date(2026, 2, 3))
    registering.cancel(member=gave_up, by=volunteering.user_of(gave_up), on=date(2026, 2, 3))
    assert first.scheme == IncentiveScheme.ISARAAN

    later = date(2026, 2, 5)

    def waiting(member: Member, on: date) -> Waiting | None:
        return registrations.waiting(registrations.marked(Member.objects.filter(pk=member.pk), on=on).get(), on=on)

    assert waiting(woman, later) == Waiting(what=ToDo.LISTED, scheme=IncentiveScheme.ISURI)
    assert [waiting(one, later) for one in (gave_up, nobody)] == [None, None]
    assert waiting(woman, date(2026, 2, 3)) is None, "it holds to the end of the day"
    clock.use_source(lambda: later)
    assert "Anda dalam senarai e-Kasih" in home(woman)
    assert "e-Kasih" not in home(gave_up)
