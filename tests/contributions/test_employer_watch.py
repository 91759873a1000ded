"""An employer's contribution that arrives while an incentive is held: the member is told once, i-Suri ends, a pensioner keeps i-Saraan."""

from datetime import date

import pytest

from contributions.enums import IncentiveScheme, Occupation, RegistrationEnd
from contributions.models import EKasihSpan, IncentiveRegistration
from contributions.rules import incentive_who
from contributions.selectors.incentive_facts import facts_of
from contributions.services import employer_watch
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Notice
from members.models import Member
from tests import factories
from tests.contributions.conftest import NOVEMBER, OCTOBER, Office
from tests.contributions.correcting import credited, officers
from tests.contributions.paying import Bank
from tests.contributions.test_wrong_credits import moved

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 20)


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire(user=factories.UserFactory())


def holds(
    member: Member, scheme: IncentiveScheme = IncentiveScheme.ISARAAN, first: date = date(2026, 6, 1), **fields: object
) -> IncentiveRegistration:
    occupation = Occupation.TRADER if scheme is IncentiveScheme.ISARAAN else ""
    good = {"occupation": occupation, "registered_at": "ACCOUNT"}
    return IncentiveRegistration.objects.create(**{"member": member, "scheme": scheme, "first": first, **good, **fields})


def watch(on: date = DAY) -> None:
    assert employer_watch.by_hand(on=on)["failed"] == 0


def told(member: Member) -> list[str]:
    found = Notice.objects.filter(whose="MEMBER", whose_id=member.pk, code__startswith="INCENTIVE").order_by("pk")
    return [kinds.shown(one.code, one.figures).subject for one in found]


def test_i_saraan_is_set_aside_from_the_month_and_said_once(office: Office, bank: Bank, member: Member) -> None:
    found = holds(member)
    watch(date(2026, 11, 11))
    assert told(member) == []
    credited(office, bank, member)

    watch()
    watch(date(2026, 11, 21))
    watch(date(2026, 12, 5))

    assert told(member) == ["Caruman majikan diterima: tiada insentif i-Saraan bagi November\xa02026"]
    found.refresh_from_db()
    assert found.last is None, "the registration stays"
    facts = facts_of(member, on=date(2026, 12, 5))
    assert not incentive_who.eligible(facts, IncentiveScheme.ISARAAN, on=date(2026, 11, 1))
    assert incentive_who.eligible(facts, IncentiveScheme.ISARAAN, on=date(2026, 12, 1))


def test_a_row_of_months_is_told_of_its_first(office: Office, bank: Bank, member: Member) -> None:
    holds(member)
    credited(office, bank, member, month=OCTOBER)
    watch()
    credited(office, bank, member, month=NOVEMBER, paid=date(2026, 12, 10))
    watch(date(2026, 12, 11))
    assert len(told(member)) == 1

    credited(office, bank, member, month=WageMonth(2027, 1), paid=date(2027, 2, 10))
    watch(date(2027, 2, 11))
    assert len(told(member)) == 2, "after a month without, another row begins"


def test_a_day_is_as_many_pieces_as_there_are_registrations(member: Member) -> None:
    """Not as many as their ids would make: every day of the calendar has this work."""
    assert employer_watch.plan("2026-11-21", DAY) == []
    first = holds(member).pk

    assert employer_watch.plan("2026-11-21", DAY) == [{"from_id": first, "to_id": first + employer_watch.CHUNK}]


def test_i_suri_ends_and_says_why(office: Office, bank: Bank, member: Member) -> None:
    EKasihSpan.objects.create(member=member, first=date(2026, 1, 1))
    found = holds(member, IncentiveScheme.ISURI)
    credited(office, bank, member)

    watch()
    watch(date(2026, 11, 21))

    found.refresh_from_db()
    assert (found.last, found.ended_why, found.ended_by) == (DAY, RegistrationEnd.EMPLOYER, None)
    assert told(member) == ["i-Suri anda berakhir kerana caruman majikan"]
    assert not incentive_who.eligible(facts_of(member, on=DAY), IncentiveScheme.ISURI, on=date(2026, 11, 1)), "from its month on"


@pytest.mark.parametrize("scheme", list(IncentiveScheme))
def test_a_contribution_that_is_found_months_later_counts_from_its_own(office: Office, bank: Bank, member: Member, scheme: IncentiveScheme) -> None:
    """Credited to another in November, and moved to whose it is in March: November is set aside, so the member hears of it, once."""
    EKasihSpan.objects.create(member=member, first=date(2026, 1, 1))
    found = holds(member, scheme)
    filing = credited(office, bank, office.hire())
    watch()
    assert told(member) == []
    march = date(2027, 3, 10)
    moved(officers(), filing, member, on=march)
    assert not incentive_who.eligible(facts_of(member, on=march), scheme, on=date(2026, 11, 20))

    for day in (march, date(2027, 3, 11), date(2027, 5, 1)):
        watch(day)

    found.refresh_from_db()
    if scheme is IncentiveScheme.ISURI:
        assert (found.last, told(member)) == (march, ["i-Suri anda berakhir kerana caruman majikan"])
    else:
        assert (found.last, told(member)) == (None, ["Caruman majikan diterima: tiada insentif i-Saraan bagi November\xa02026"])


def test_who_draws_a_pension_keeps_it(office: Office, bank: Bank, member: Member) -> None:
    holds(member, occupation=Occupation.PENSIONABLE)
    credited(office, bank, member)
    watch()
    assert told(member) == []
    assert incentive_who.eligible(facts_of(member, on=DAY), IncentiveScheme.ISARAAN, on=DAY)


def test_a_registration_of_a_later_month_is_not_touched(office: Office, bank: Bank, member: Member) -> None:
    credited(office, bank, member)
    holds(member, first=date(2026, 12, 1))
    watch(date(2026, 12, 2))
    assert told(member) == []
