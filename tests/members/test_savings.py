"""What the home page, an account and a contribution say, from postings that the real crediting made."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from contributions.enums import FilingState, MonthStanding
from contributions.selectors import savings, statement
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import engine
from members.enums import SubAccount
from members.ledger import days, posting, years
from members.ledger.enums import EntryKind
from members.models import Member
from members.services import ages
from tests import factories
from tests.members.conftest import credited, filed, sign_in

ON = date(2026, 11, 22)
SEPTEMBER = WageMonth(2026, 9)
AsAt = Callable[[date], AbstractContextManager[None]]


def test_the_cards_sum_to_the_total(member: Member, employer: Employer) -> None:
    for month in WageMonth(2026, 5).through(SEPTEMBER):
        credited(member, employer, month)

    page = savings.home_of(member=member, on=ON)

    assert page.total == 5 * Decimal(1449)
    assert [(card.code, card.amount) for card in page.cards] == [
        ("PERSARAAN", Decimal("5433.75")),
        ("SEJAHTERA", Decimal("1086.75")),
        ("FLEKSIBEL", Decimal("724.50")),
    ]


def test_the_latest_contribution_and_the_five_before(member: Member, employer: Employer) -> None:
    for month in WageMonth(2026, 2).through(SEPTEMBER):
        credited(member, employer, month)

    page = savings.home_of(member=member, on=ON)

    assert page.latest is not None
    assert (page.latest.month, page.latest.employer, page.latest.total) == (SEPTEMBER, "KILANG PAPAN SDN BHD", Decimal(1449))
    assert page.latest.credit is not None
    assert (page.latest.credit.booked_on, page.latest.credit.value_date) == (date(2026, 10, 10), date(2026, 10, 31))
    assert [found.month for found in page.earlier] == [WageMonth(2026, month) for month in (8, 7, 6, 5, 4)]


def test_a_month_that_was_paid_late_is_the_latest_when_it_was_credited_last(member: Member, employer: Employer) -> None:
    credited(member, employer, SEPTEMBER)
    credited(member, employer, WageMonth(2026, 3), paid_on=date(2026, 11, 2))

    page = savings.home_of(member=member, on=ON)

    assert page.latest is not None
    assert page.latest.month == WageMonth(2026, 3)


def test_behind_the_figures_stand_part_band_rate_date_and_citation(member: Member, employer: Employer) -> None:
    credited(member, employer, SEPTEMBER)

    with translation.override("en"):
        page = savings.home_of(member=member, on=ON)

        assert page.why_shares is not None
        assert page.why_split is not None
        said = " ".join(page.why_shares.sentences).replace("\N{NO-BREAK SPACE}", " ")
    for words in ("Part A", "RM 6,200.01", "RM 6,300.00", "12%", "11%", "October 2025"):
        assert words in said
    assert page.why_shares.citations
    assert "75%" in page.why_split.sentences[1]


def test_a_birth_date_mended_later_does_not_take_the_reason_away(member: Member, employer: Employer) -> None:
    """The one that divided the credit is stored with the row."""
    row = credited(member, employer, SEPTEMBER)
    Member.objects.filter(pk=member.pk).update(birth_date=date(1965, 1, 1))

    page = savings.contribution_of(member=member, row_id=row.pk, on=ON)

    assert page is not None
    assert page.behind.split is not None
    assert page.behind.split.why is not None
    assert "75%" in page.behind.split.why.sentences[1]
    assert [part.code for part in page.found.parts] == ["PERSARAAN", "SEJAHTERA", "FLEKSIBEL"]


def test_two_accounts_with_their_old_names_before_11_may_2024(member: Member, employer: Employer, client: Client, as_at: AsAt) -> None:
    credited(member, employer, WageMonth(2024, 3))

    with as_at(date(2024, 5, 10)):
        sign_in(client, "ahlibaharu")
        text = client.get("/member/").content.decode()

    page = savings.home_of(member=member, on=date(2024, 5, 10))
    assert [(card.name, card.former, card.amount) for card in page.cards] == [
        ("Akaun 1", "", Decimal("1014.30")),
        ("Akaun 2", "", Decimal("434.70")),
    ]
    assert "Akaun 1" in text
    assert "Fleksibel" not in text
    assert "dahulu Akaun" not in text


def test_three_accounts_with_the_old_name_beside_from_11_may_2024(member: Member, employer: Employer) -> None:
    credited(member, employer, WageMonth(2024, 3))

    page = savings.home_of(member=member, on=date(2024, 5, 11))

    assert [(card.name, card.former) for card in page.cards] == [
        ("Akaun Persaraan", "Akaun 1"),
        ("Akaun Sejahtera", "Akaun 2"),
        ("Akaun Fleksibel", ""),
    ]


def test_from_55_akaun_55_and_emas_whether_or_not_the_books_have_followed(employer: Employer, client: Client, as_at: AsAt) -> None:
    member = factories.MemberFactory(birth_date=date(1971, 9, 1), user=factories.UserFactory(user_id="ahlilimalima"))
    credited(member, employer, WageMonth(2026, 7))
    credited(member, employer, WageMonth(2026, 8))

    page = savings.home_of(member=member, on=ON)

    shown = {card.code: card.amount for card in page.cards}
    assert shown == {"AKAUN_55": Decimal(1449), "EMAS": Decimal(1449)}
    assert page.total == Decimal(2898)
    assert [card.opens_on for card in page.cards] == [None, date(2031, 9, 1)]
    with as_at(ON):
        sign_in(client, "ahlilimalima")
        assert "sedang dibukukan ke akaun ini" in client.get("/member/accounts/AKAUN_55/").content.decode()

        ages.bring_up(member_ids=[member.pk], on=ON, at=clock.now())

        text = client.get("/member/accounts/AKAUN_55/").content.decode()
    assert "sedang dibukukan" not in text
    assert "/member/accounts/PERSARAAN/" in text
    assert savings.home_of(member=member, on=ON).total == Decimal(2898)


def test_a_member_without_savings_is_told_what_will_come(member: Member, client: Client) -> None:
    sign_in(client, "ahlibaharu")

    text = client.get("/member/").content.decode()

    assert "Belum ada caruman" in text
    assert "«undefined" not in text
    assert savings.home_of(member=member, on=ON).total == 0


def test_the_home_page_asks_at_most_twelve_queries(
    member: Member, employer: Employer, client: Client, django_assert_max_num_queries: Callable[..., AbstractContextManager[None]]
) -> None:
    for month in WageMonth(2026, 1).through(SEPTEMBER):
        credited(member, employer, month)
    sign_in(client, "ahlibaharu")

    with django_assert_max_num_queries(12):
        assert client.get("/member/").status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get("/member/accounts/PERSARAAN/").status_code == 200


def test_a_statement_opens_and_closes_and_runs(member: Member, employer: Employer) -> None:
    for month in WageMonth(2025, 10).through(SEPTEMBER):
        credited(member, employer, month)

    page = statement.account_of(member=member, code=SubAccount.FLEKSIBEL, on=ON)

    assert page is not None
    assert (page.since, page.until, list(page.years)) == (date(2026, 1, 1), ON, [2026, 2025])
    assert page.opening == 2 * Decimal("144.90")
    assert page.money_in == 10 * Decimal("144.90")
    assert page.opening + page.money_in - page.money_out == page.closing == page.balance == page.lines[0].balance
    assert [line.booked_on for line in page.lines] == sorted((line.booked_on for line in page.lines), reverse=True)
    for newer, older in zip(page.lines, page.lines[1:], strict=False):
        assert newer.balance == older.balance + newer.amount


def test_an_earlier_year_closes_where_the_next_one_opens(member: Member, employer: Employer) -> None:
    for month in WageMonth(2025, 10).through(SEPTEMBER):
        credited(member, employer, month)

    earlier = statement.account_of(member=member, code=SubAccount.PERSARAAN, on=ON, year=2025)
    later = statement.account_of(member=member, code=SubAccount.PERSARAAN, on=ON, year=2026)

    assert earlier is not None
    assert later is not None
    assert (earlier.until, earlier.opening) == (date(2025, 12, 31), 0)
    assert earlier.closing == later.opening


def test_a_statement_is_one_query_a_section_and_the_same_after_its_years_are_closed(
    member: Member, employer: Employer, django_assert_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    for month in WageMonth(2024, 10).through(SEPTEMBER):
        credited(member, employer, month)
    asked = [(code, year) for code in (SubAccount.PERSARAAN, SubAccount.FLEKSIBEL) for year in (2024, 2025, 2026)]

    def pages() -> list[tuple[object, ...]]:
        found = []
        for code, year in asked:
            with django_assert_num_queries(4):
                page = statement.account_of(member=member, code=code, on=ON, year=year)
            assert page is not None
            found.append((page.opening, page.money_in, page.money_out, page.closing, page.years, page.lines))
        return found

    before = pages()
    days.close(on=ON)
    for year in (2024, 2025):
        years.close(year=year, on=ON)
        assert [engine.work_some(programmes=[years.PROGRAMME]).failed, years.last_closed()] == [0, year]

    assert pages() == before


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        (2026, [*range(2026, 2015, -1), 1987]),
        (2016, [2026, *range(2021, 2010, -1), 1987]),
        (1987, [2026, *range(1997, 1986, -1)]),
        (1980, [2026, *range(1990, 1979, -1)]),
    ],
)
def test_forty_years_can_be_walked_through(member: Member, employer: Employer, chosen: int, shown: list[int]) -> None:
    credited(member, employer, SEPTEMBER)
    legs = [posting.Leg(posting.member(member.pk, "PERSARAAN"), 100), posting.Leg(posting.fund("GOVERNMENT_CLEARING"), -100)]
    posting.post(posting.Act(EntryKind.INCENTIVE, 1, 0, date(1987, 3, 2), date(1987, 3, 31), legs))

    page = statement.account_of(member=member, code=SubAccount.PERSARAAN, on=ON, year=chosen)

    assert page is not None
    assert page.years == shown


def test_a_long_statement_has_pages(member: Member, client: Client, as_at: AsAt) -> None:
    for number in range(3):
        employer = factories.EmployerFactory(name=f"MAJIKAN {number}")
        for month in WageMonth(2025, 12).through(SEPTEMBER):
            credited(member, employer, month)
    sign_in(client, "ahlibaharu")

    with as_at(ON):
        first = client.get("/member/accounts/PERSARAAN/").content.decode()
        second = client.get("/member/accounts/PERSARAAN/?page=2").content.decode()

    assert "Menunjukkan 1 hingga 25 daripada 30" in first
    assert "Menunjukkan 26 hingga 30 daripada 30" in second


@pytest.mark.parametrize("address", ["/member/accounts/AKAUN_55/", "/member/accounts/HOUSING_RINGFENCE/", "/member/accounts/TIADA/"])
def test_an_account_that_the_member_has_not_is_a_404(member: Member, client: Client, address: str) -> None:
    sign_in(client, "ahlibaharu")

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("query", ["year=0000", "year=9999", "year=²026", "year=abcd", "year=1", "page=0", "page=x", "page=99"])
def test_a_made_up_period_or_page_shows_one_that_exists(member: Member, employer: Employer, client: Client, query: str) -> None:
    credited(member, employer, SEPTEMBER)
    sign_in(client, "ahlibaharu")

    assert client.get(f"/member/accounts/PERSARAAN/?{query}").status_code == 200


def test_another_s_contribution_is_the_same_404_as_none(member: Member, employer: Employer, client: Client) -> None:
    foreign = credited(factories.MemberFactory(), employer, SEPTEMBER)
    sign_in(client, "ahlibaharu")

    answers = [client.get(f"/member/contributions/{row_id}/") for row_id in (foreign.pk, foreign.pk + 1_000_000, 2**70)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_row_of_a_draft_is_the_employer_s_own(member: Member, employer: Employer) -> None:
    row = filed(member, employer, SEPTEMBER, state=FilingState.SUBMITTED, approved_by=None, approved_on=None)

    assert savings.contribution_of(member=member, row_id=row.pk, on=ON) is None
    assert [line.state for line in savings.home_of(member=member, on=ON).months][:2] == [MonthStanding.MISSING, MonthStanding.MISSING]


def test_a_filed_contribution_says_what_is_still_missing(member: Member, employer: Employer, client: Client) -> None:
    row = filed(member, employer, SEPTEMBER)
    sign_in(client, "ahlibaharu")

    text = client.get(f"/en/member/contributions/{row.pk}/").content.decode()

    assert "Filed, not paid" in text
    assert "Late" in text
    assert "To which accounts" not in text
    assert "«undefined" not in text
