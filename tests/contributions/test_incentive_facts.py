"""What the database knows of what decides a member's incentives: each fact by its own day, for one member and for a chunk in the same queries."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributions.enums import IncentiveScheme, Occupation, VoluntaryKind
from contributions.facts import IncentiveFacts, Registration, Voluntary
from contributions.models import EKasihSpan, IncentiveRegistration, VoluntaryContribution
from contributions.selectors.incentive_facts import Together, facts_of, facts_of_many, facts_together
from contributions.services import wrong_credits
from kwsp_portal.common.clock import KL
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.services import Upload
from members.enums import Citizenship
from members.models import Member
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.correcting import ON, credited, officers
from tests.contributions.paying import Bank
from tests.contributions.test_overpayments import taken_back
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
NOVEMBER = WageMonth(2026, 11)
BIRTHS, BETWEEN = (date(1965, 12, 31), date(1989, 1, 1)), date(1970, 5, 5)


@pytest.fixture
def member() -> Member:
    found: Member = factories.MemberFactory()
    return found


def registered(member: Member, first: date, last: date | None = None, **fields: object) -> IncentiveRegistration:
    good = {"scheme": IncentiveScheme.ISARAAN, "occupation": Occupation.TRADER, "registered_at": "ACCOUNT"}
    return IncentiveRegistration.objects.create(**{"member": member, "first": first, "last": last, **good, **fields})


def paid(member: Member, amount: int, paid_on: date, **fields: object) -> VoluntaryContribution:
    good = {"kind": "ISARAAN", "amount": amount, "credited": amount, "returned": 0, "credited_on": paid_on}
    return VoluntaryContribution.objects.create(**{"member": member, "paid_on": paid_on, **good, **fields})


def test_of_who_has_done_nothing_the_register_is_known(member: Member) -> None:
    found = facts_of(member, on=DAY)

    assert found == IncentiveFacts(
        birth_date=date(1990, 1, 1),
        citizenships=[(date(1990, 1, 1), Citizenship.CITIZEN)],
        member_since=date(2012, 6, 1),
        employer_months=frozenset(),
    )._replace(registrations=[], contributions=[], on_list=[])


def test_registrations_each_with_the_occupation_that_was_said(member: Member) -> None:
    registered(member, date(2025, 1, 1), date(2025, 6, 30), occupation=Occupation.FARMER)
    registered(member, date(2025, 7, 1), date(2025, 12, 31), scheme=IncentiveScheme.ISURI, occupation="", registered_at="LIST")
    registered(member, date(2026, 1, 1), occupation=Occupation.PENSIONABLE)

    found, before = facts_of(member, on=DAY), facts_of(member, on=date(2025, 12, 1))

    assert found.registrations == [
        Registration(IncentiveScheme.ISARAAN, date(2025, 1, 1), date(2025, 6, 30), Occupation.FARMER),
        Registration(IncentiveScheme.ISURI, date(2025, 7, 1), date(2025, 12, 31)),
        Registration(IncentiveScheme.ISARAAN, date(2026, 1, 1), None, Occupation.PENSIONABLE),
    ]
    assert before.registrations == found.registrations[:2]


def test_contributions_that_were_credited_and_stand(member: Member) -> None:
    paid(member, 100, date(2026, 11, 2))
    paid(member, 100, date(2026, 11, 3), credited=60, returned=40, kind="TOP_UP")
    paid(member, 100, date(2026, 11, 4), credited=0, returned=100)
    paid(member, 100, date(2026, 11, 5), credited=None, returned=None, credited_on=None)
    paid(member, 100, date(2026, 11, 6), reversed_on=DAY)
    paid(member, 100, date(2026, 11, 7), credited_on=date(2026, 11, 24))

    found = facts_of(member, on=DAY)

    assert found.contributions == [
        Voluntary(VoluntaryKind.ISARAAN, Decimal(100), date(2026, 11, 2)),
        Voluntary(VoluntaryKind.TOP_UP, Decimal(60), date(2026, 11, 3)),
    ]
    assert len(facts_of(member, on=date(2026, 11, 22)).contributions) == 3, "it had not been reversed the day before"


def test_spans_of_the_ekasih_list(member: Member) -> None:
    EKasihSpan.objects.create(member=member, first=date(2024, 1, 1), last=date(2024, 12, 31))
    EKasihSpan.objects.create(member=member, first=date(2026, 1, 1))
    EKasihSpan.objects.create(member=factories.MemberFactory(), first=date(2026, 1, 1))

    assert facts_of(member, on=DAY).on_list == [(date(2024, 1, 1), date(2024, 12, 31)), (date(2026, 1, 1), None)]


def test_an_employers_contribution_counts_in_the_month_in_which_it_was_paid(office: Office, bank: Bank) -> None:
    member = office.hire()
    credited(office, bank, member)

    assert facts_of(member, on=DAY).employer_months == {NOVEMBER}, "October's Borang A, paid on 12 November"
    assert facts_of(member, on=date(2026, 11, 11)).employer_months == frozenset(), "not before it came"


def test_what_is_filed_and_not_paid_has_not_arrived(office: Office) -> None:
    member = office.hire()
    office.approved(borang_a.row(member))

    assert facts_of(member, on=DAY).employer_months == frozenset()


def test_months_before_the_first_registration_decide_nothing(office: Office, bank: Bank) -> None:
    member = office.hire()
    credited(office, bank, member)
    later = date(2026, 12, 20)

    assert facts_of(member, on=later).employer_months == frozenset()
    registered(member, date(2026, 11, 30))
    assert facts_of(member, on=later).employer_months == {NOVEMBER}


def test_a_credit_that_was_anothers_is_that_others_month(office: Office, bank: Bank) -> None:
    wrong, right, people = office.hire(), office.hire(), officers()
    filing = credited(office, bank, wrong)
    paper = Upload("surat-majikan.pdf", b"%PDF-1.4 surat majikan")
    found = wrong_credits.propose(
        row_id=filing.rows.get().pk, to_member=right, reason="Nombor tersalah.", document=paper, by=people.supervisor, on=ON
    )
    assert facts_of(wrong, on=DAY).employer_months == {NOVEMBER}, "proposed is not posted"

    wrong_credits.approve(wrong_credit_id=found.pk, by=people.inspector, on=ON, at=datetime(2026, 11, 20, 10, tzinfo=KL))

    assert facts_of(wrong, on=DAY).employer_months == frozenset()
    assert facts_of(right, on=DAY).employer_months == {NOVEMBER}


def test_a_corrected_row_is_asked_as_it_stands(office: Office, bank: Bank) -> None:
    member, people = office.hire(), officers()
    filing = credited(office, bank, member)
    assert facts_of(member, on=DAY).employer_months == {NOVEMBER}

    taken_back(office, filing, people, (member, "0"))

    assert facts_of(member, on=DAY).employer_months == frozenset(), "nothing was due, and nothing is left of it"


def test_of_whom_one_thing_is_known_of_each_kind_is_told_as_of_the_first_day(office: Office, bank: Bank) -> None:
    """What began before is told as of then, so that many have the same facts; of whom more is known nothing is told here."""
    simple, older, unknown, twice, employed = *factories.MemberFactory.create_batch(4), office.hire()
    between, before = (factories.MemberFactory(birth_date=born) for born in (BETWEEN, date(1950, 3, 5)))
    credited(office, bank, employed)
    registered(simple, date(2025, 3, 3))
    registered(older, date(2024, 3, 3))
    registered(twice, date(2025, 3, 3), date(2025, 5, 5))
    registered(twice, date(2026, 3, 3))
    since, december = date(2026, 1, 1), date(2026, 12, 1)
    asked = [each.pk for each in (simple, older, unknown, twice, employed, between, before)]

    def told(since: date, on: date) -> list[Together]:
        return facts_together(asked, since=date(2026, 1, 1), births=BIRTHS, employers_since=since, on=on)

    found = {tuple(sorted(people)): facts for facts, people in told(since, on=DAY) if people}

    known = IncentiveFacts(BIRTHS[1], ((since, Citizenship.CITIZEN),), since)
    assert found == {
        (simple.pk, older.pk): known._replace(registrations=(Registration(IncentiveScheme.ISARAAN, since, None, Occupation.TRADER),)),
        (unknown.pk,): known,
        (between.pk,): known._replace(birth_date=BETWEEN),
        (before.pk,): known._replace(birth_date=BIRTHS[0]),
    }
    assert employed.pk in {pk for _facts, people in told(december, on=december) for pk in people}


def test_a_chunk_costs_the_queries_of_one(office: Office, bank: Bank) -> None:
    members = [office.hire() for _ in range(3)]
    credited(office, bank, *members)
    for number, each in enumerate(members, 1):
        registered(each, date(2026, number, 1))
        paid(each, number * 100, date(2026, 10, number))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = facts_of_many([*(each.pk for each in members), 10**9], on=DAY)

    assert len(queries) == 6
    assert set(found) == {each.pk for each in members}
    assert found == {each.pk: facts_of(each, on=DAY) for each in members}
    assert [len(each.contributions) for each in found.values()] == [1, 1, 1]
