""" "Is my employer paying?": each wage month as due, filed, paid, credited, late."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from contributions import labels
from contributions.enums import FilingState, MonthStanding
from contributions.models import WageList
from contributions.rules import standing
from contributions.selectors import savings
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.models import Member
from tests import factories
from tests.members.conftest import credited, filed, sign_in

OCTOBER = WageMonth(2026, 10)
DUE = OCTOBER.due_date
AFTER = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("filing", "booked", "suspended", "paid_on", "on", "expected"),
    [
        (FilingState.APPROVED, False, False, None, DUE, (MonthStanding.FILED, False)),
        (FilingState.APPROVED, False, False, None, AFTER, (MonthStanding.FILED, True)),
        (FilingState.PAID, False, False, DUE, AFTER, (MonthStanding.PAID, False)),
        (FilingState.PAID, False, False, AFTER, AFTER, (MonthStanding.PAID, True)),
        (FilingState.PAID, True, False, DUE, AFTER, (MonthStanding.CREDITED, False)),
        (FilingState.CREDITED, True, False, AFTER, date(2027, 3, 1), (MonthStanding.CREDITED, True)),
        (FilingState.CREDITED, False, False, DUE, AFTER, (MonthStanding.CREDITED, False)),
        (FilingState.CREDITED, False, True, DUE, AFTER, (MonthStanding.SUSPENDED, False)),
    ],
)
def test_a_month_with_a_row(
    filing: FilingState, booked: bool, suspended: bool, paid_on: date | None, on: date, expected: tuple[object, bool]
) -> None:
    assert standing.of_row(month=OCTOBER, filing=filing, booked=booked, suspended=suspended, paid_on=paid_on, on=on) == expected


@pytest.mark.parametrize(
    ("published", "on", "expected"),
    [
        (False, DUE, (MonthStanding.DUE, False)),
        (False, AFTER, (MonthStanding.MISSING, True)),
        (True, DUE, (MonthStanding.LEFT_OUT, False)),
        (True, AFTER, (MonthStanding.LEFT_OUT, True)),
    ],
)
def test_a_month_without_a_row(published: bool, on: date, expected: tuple[object, bool]) -> None:
    assert standing.without_row(month=OCTOBER, published=published, on=on) == expected


@pytest.mark.parametrize(
    ("month", "citizenship", "born", "expected"),
    [
        (OCTOBER, Citizenship.CITIZEN, date(1990, 1, 1), True),
        (WageMonth(2026, 3), Citizenship.CITIZEN, date(1951, 3, 9), True),
        (WageMonth(2026, 4), Citizenship.CITIZEN, date(1951, 3, 9), False),
        (WageMonth(2025, 9), Citizenship.NON_CITIZEN, date(1990, 1, 1), False),
        (WageMonth(2025, 10), Citizenship.NON_CITIZEN, date(1990, 1, 1), True),
        (WageMonth(1951, 1), Citizenship.CITIZEN, date(1930, 1, 1), False),
    ],
)
def test_nothing_is_owed_after_75_by_election_or_without_a_law(month: WageMonth, citizenship: Citizenship, born: date, expected: bool) -> None:
    assert standing.must_contribute(month=month, citizenship=citizenship, member_since=date(2012, 1, 1), birth_date=born) is expected


def test_every_standing_has_words_and_a_colour() -> None:
    assert set(labels.MONTH) == set(MonthStanding)
    assert [tag.kind for tag in labels.tags_of(MonthStanding.MISSING, late=True)] == ["bad", "bad"]
    assert [tag.kind for tag in labels.tags_of(MonthStanding.CREDITED, late=True)] == ["good", "warn"]
    assert len(labels.tags_of(MonthStanding.CREDITED, late=False)) == 1


def test_a_year_of_months_the_newest_first(member: Member, employer: Employer) -> None:
    credited(member, employer, WageMonth(2026, 8))
    credited(member, employer, WageMonth(2026, 7), paid_on=date(2026, 8, 20))
    filed(member, employer, WageMonth(2026, 9))
    filed(factories.MemberFactory(), employer, WageMonth(2026, 6))

    page = savings.home_of(member=member, on=AFTER)

    found = [(str(line.month), line.state, line.late) for line in page.months]
    assert len(found) == 12
    assert found[:6] == [
        ("2026-10", MonthStanding.MISSING, True),
        ("2026-09", MonthStanding.FILED, True),
        ("2026-08", MonthStanding.CREDITED, False),
        ("2026-07", MonthStanding.CREDITED, True),
        ("2026-06", MonthStanding.LEFT_OUT, True),
        ("2026-05", MonthStanding.MISSING, True),
    ]
    assert page.unpaid == 10


def test_a_month_with_nothing_to_contribute_is_neither_missing_nor_late(member: Member, employer: Employer) -> None:
    filed(member, employer, WageMonth(2026, 9), Decimal(0))
    filed(member, employer, WageMonth(2026, 8), Decimal(8))
    WageList.objects.create(
        employer=employer,
        wage_month=OCTOBER.first_day,
        source="EMPTY",
        state="NIL",
        **dict.fromkeys(("begun_by", "declared_by", "agreed_by"), member.user),
        **dict.fromkeys(("begun_on", "declared_on", "agreed_on"), DUE),
    )

    page = savings.home_of(member=member, on=AFTER)

    expected = [MonthStanding.NIL, MonthStanding.NO_WAGES, MonthStanding.NOTHING_DUE]
    assert [(line.state, line.late) for line in page.months[:3]] == [(one, False) for one in expected]
    assert page.unpaid == 9
    filed(factories.MemberFactory(), employer, OCTOBER)
    assert savings.home_of(member=member, on=AFTER).months[0].state == MonthStanding.LEFT_OUT, "a Borang A counts before that"


def test_an_employer_before_the_first_day_at_work_owes_nothing(member: Member) -> None:
    factories.EmploymentFactory(member=member, employer=factories.EmployerFactory(), from_date=date(2026, 8, 17), to_date=date(2026, 10, 1))

    page = savings.home_of(member=member, on=AFTER)

    assert [str(line.month) for line in page.months] == ["2026-09", "2026-08"]


def test_two_employers_have_a_line_each(member: Member, employer: Employer) -> None:
    other = factories.EmployerFactory(name="KEDAI KOPI")
    factories.EmploymentFactory(member=member, employer=other, from_date=date(2026, 9, 1))
    credited(member, other, WageMonth(2026, 9))

    page = savings.home_of(member=member, on=AFTER)

    assert [(line.employer, line.state) for line in page.months if line.month == WageMonth(2026, 9)] == [
        ("KILANG PAPAN SDN BHD", MonthStanding.MISSING),
        ("KEDAI KOPI", MonthStanding.CREDITED),
    ]


def test_nothing_is_owed_after_death(employer: Employer) -> None:
    member = factories.MemberFactory(deceased=True)
    factories.EmploymentFactory(employer=employer, member=member)

    page = savings.home_of(member=member, on=AFTER)

    assert max(line.month for line in page.months) == WageMonth(2026, 8)


def test_what_came_after_the_75th_birthday_is_with_the_employer(employer: Employer) -> None:
    member = factories.MemberFactory(birth_date=date(1951, 10, 5), member_since=date(1975, 1, 1))
    row = credited(member, employer, WageMonth(2026, 9))

    page = savings.home_of(member=member, on=AFTER)

    assert (page.total, page.latest) == (0, None)
    assert [(line.row_id, line.state) for line in page.months] == [(row.pk, MonthStanding.SUSPENDED)]


@pytest.mark.parametrize(("prefix", "words"), [("", "tidak masuk ke akaun anda"), ("/en", "did not go into your accounts")])
def test_the_page_of_what_is_with_the_employer_says_so_and_why(client: Client, employer: Employer, prefix: str, words: str) -> None:
    member = factories.MemberFactory(user=factories.UserFactory(user_id="ahlilama"), birth_date=date(1951, 10, 5), member_since=date(1975, 1, 1))
    row = credited(member, employer, WageMonth(2026, 9))
    sign_in(client, "ahlilama")

    page = client.get(f"{prefix}/member/contributions/{row.pk}/").content.decode().replace("\N{NO-BREAK SPACE}", " ")

    assert words in page
    assert "5 Okt 2026" in page or "5 Oct 2026" in page, "the 75th birthday"
    assert savings.contribution_of(member=member, row_id=row.pk, on=AFTER).kept_apart  # type: ignore[union-attr]


def test_a_contribution_on_the_accounts_is_not_said_to_be_elsewhere(member: Member, employer: Employer) -> None:
    row = credited(member, employer, WageMonth(2026, 9))

    page = savings.contribution_of(member=member, row_id=row.pk, on=AFTER)

    assert page is not None
    assert page.kept_apart == ""


def test_what_was_paid_late_is_not_said_to_be_unpaid(employer: Employer) -> None:
    """It lies with the employer, or waits for its crediting: the home page asks nobody to complain about it."""
    member = factories.MemberFactory(birth_date=date(1951, 10, 5), member_since=date(1975, 1, 1))
    credited(member, employer, WageMonth(2026, 9), paid_on=date(2026, 10, 20))

    page = savings.home_of(member=member, on=AFTER)

    assert [(line.state, line.late) for line in page.months] == [(MonthStanding.SUSPENDED, True)]
    assert page.unpaid == 0
