"""The half-yearly run of an incentive from its opening to the credits: one claim and credit a member and half-year, whatever comes between."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from contributions.enums import IncentiveClaimState, IncentiveRunState, IncentiveScheme
from contributions.models import EKasihSpan, IncentiveClaim, IncentiveRun
from contributions.rules.incentive import HalfYear
from contributions.selectors import voluntary
from contributions.services import incentive_appeals, incentive_credits, incentive_runs
from contributions.services.incentive_files import NotAllowed
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify.models import Notice
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.contributions import volunteering
from tests.contributions.incentive_runs import (
    AUGUST,
    FEBRUARY,
    FIRST,
    JANUARY,
    JULY,
    SECOND,
    Officers,
    answer,
    content,
    credited,
    officers,
    pay,
    run,
    saver,
    send,
    stands,
    work,
)
from tests.contributions.paying import Bank
from tests.contributions.voluntary_reversing import reverse
from tests.guards.test_constraints import row

pytestmark = pytest.mark.django_db
MARCH, OCTOBER = date(2025, 3, 3), date(2025, 10, 3)
IN_MARCH = datetime(2025, 3, 3, 10, tzinfo=KL)
NEXT = (HalfYear(2026, 1), date(2026, 7, 1))


@pytest.fixture
def people() -> Officers:
    return officers()


def claim_of(member: Member, half: HalfYear = FIRST) -> IncentiveClaim:
    return IncentiveClaim.objects.get(member=member, run__year=half.year, run__half=half.number)


def figures(claim: IncentiveClaim) -> tuple[int, ...]:
    """whole, before, carried, amount, over in RM."""
    found = (claim.whole, claim.before, claim.carried, claim.amount, claim.over)
    assert all(amount == int(amount) for amount in found)
    return tuple(int(amount) for amount in found)


def told(member: Member) -> list[str]:
    return list(Notice.objects.filter(whose="MEMBER", whose_id=member.pk).order_by("pk").values_list("code", flat=True))


def sound() -> list[str]:
    """Names of what `check_ledger` finds; days that nobody closed are no part of this."""
    return [result.name for result in invariants.run() if not result.ok]


class TestTheRun:
    def test_a_half_year_from_its_opening_to_the_credit(self, people: Officers) -> None:
        member = saver((1000, MARCH), (500, date(2025, 6, 30)), (900, date(2025, 7, 1)))
        found = run()
        assert (found.state, found.claims, found.claimed, found.members) == ("CLAIMED", 1, 300, 1)
        assert figures(claim_of(member)) == (300, 0, 0, 300, 0)

        send(found, people)
        answer(found, people, content(found, received_on=date(2025, 7, 20)), on=date(2025, 7, 21))
        assert (found.state, found.credits_from) == ("RECEIVED", AUGUST)
        assert incentive_credits.open_due(on=AUGUST - timedelta(days=1)) == 0
        assert incentive_credits.open_due(on=AUGUST) == 1
        work()

        found.refresh_from_db()
        assert (found.state, found.credited_on, stands(member)) == ("CREDITED", AUGUST, {"PERSARAAN": 300_00})
        claim = claim_of(member)
        assert (claim.state, claim.account, claim.credited_on) == ("CREDITED", "PERSARAAN", AUGUST)
        assert told(member) == ["INCENTIVE_CREDITED"]
        assert sound() == []

    def test_the_second_half_claims_what_is_left_of_the_year_s_cap(self, people: Officers) -> None:
        member = saver((2000, MARCH), (2000, OCTOBER))
        credited(FIRST, people, on=JULY, received_on=AUGUST)
        credited(SECOND, people, on=JANUARY, received_on=date(2026, 3, 9))

        assert [figures(claim_of(member, half)) for half in (FIRST, SECOND)] == [(400, 0, 0, 400, 0), (500, 400, 0, 100, 0)]
        assert claim_of(member, SECOND).credited_on == date(2026, 3, 9)
        assert stands(member) == {"PERSARAAN": 500_00}
        assert sound() == []

    def test_once_whatever_opens_it(self, people: Officers) -> None:
        member = saver((1000, MARCH))
        for _again in range(2):
            assert incentive_runs.by_hand(scheme=IncentiveScheme.ISARAAN, on=JULY)["claims"] == 1
            incentive_runs.open_run(scheme=IncentiveScheme.ISARAAN, half=FIRST, on=JULY)
        send(IncentiveRun.objects.get(), people)
        found = IncentiveRun.objects.get()
        answer(found, people, content(found, received_on=AUGUST), on=AUGUST)
        for _again in range(2):
            incentive_credits.by_hand(on=AUGUST)

        assert (Run.objects.filter(programme="isaraan").count(), IncentiveClaim.objects.count(), stands(member)) == (1, 1, {"PERSARAAN": 200_00})
        assert told(member) == ["INCENTIVE_CREDITED"]

    def test_nothing_to_claim_is_said(self) -> None:
        factories.VoluntaryContributionFactory()  # paid by somebody who is not registered

        found = run()

        assert (found.state, found.members, found.claims) == ("NOTHING", 1, 0)

    def test_who_came_after_the_opening_is_the_next_run_s(self, people: Officers) -> None:
        early = saver((1000, MARCH))
        incentive_runs.open_run(scheme=IncentiveScheme.ISARAAN, half=FIRST, on=JULY)
        late = saver((1000, MARCH))
        pay(early, 500, MARCH, credited_on=JULY + timedelta(days=1))
        work()

        assert IncentiveClaim.objects.get().amount == 200
        run(SECOND, on=JANUARY)
        assert (figures(claim_of(early, SECOND)), figures(claim_of(late, SECOND))) == ((300, 200, 0, 100, 0), (200, 0, 0, 200, 0))

    def test_the_law_of_the_opening_holds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        saver((1000, MARCH))
        incentive_runs.open_run(scheme=IncentiveScheme.ISARAAN, half=FIRST, on=JULY)
        other = incentive_runs.editions.keep((incentive_runs.incentive.LAW,), on=JULY)
        monkeypatch.setattr(incentive_runs.editions, "keep", lambda *_laws, on: other)

        assert work().failed == 1
        assert IncentiveRun.objects.get().state == IncentiveRunState.OPEN
        assert not IncentiveClaim.objects.exists()

    def test_a_later_half_waits_for_the_earlier(self) -> None:
        saver((1000, MARCH))
        incentive_runs.open_run(scheme=IncentiveScheme.ISARAAN, half=FIRST, on=JULY)

        with pytest.raises(incentive_runs.NotOpened):
            incentive_runs.open_run(scheme=IncentiveScheme.ISARAAN, half=SECOND, on=JANUARY)

    @pytest.mark.parametrize(
        ("day", "isaraan", "isuri"),
        [(JULY, "2025-1", "2025-1"), (JANUARY, "2025-2", "2025-2"), (date(2023, 7, 1), "2023-1", None), (date(2018, 7, 1), "2018-1", None)]
        + [(date(2019, 1, 1), "2018-2", "2018-2"), (date(2018, 1, 1), None, None), (date(2025, 7, 2), None, None)],
    )
    def test_the_calendar_opens_it(self, day: date, isaraan: str | None, isuri: str | None) -> None:
        assert [incentive_runs.due(scheme)(day) for scheme in (IncentiveScheme.ISARAAN, IncentiveScheme.ISURI)] == [isaraan, isuri]


class TestWhatComesBetween:
    def test_a_reversal_after_the_claim_is_set_off_in_the_next_run(self, bank: Bank, people: Officers) -> None:
        member = saver((1000, OCTOBER), user=factories.UserFactory())
        taken_back = volunteering.credited(bank, member, "1000.00", volunteering.ISARAAN, at=IN_MARCH)
        credited(FIRST, people, on=JULY, received_on=AUGUST)
        reverse(taken_back, on=date(2025, 9, 1))

        run(SECOND, on=JANUARY)

        assert figures(claim_of(member, FIRST)) == (200, 0, 0, 200, 0)
        # What the first half gave too much is what the second earned.
        assert not IncentiveClaim.objects.filter(member=member, run__half=2).exists()

    def test_more_than_is_earned_is_carried_over_years_until_it_is_set_off(self, bank: Bank, people: Officers) -> None:
        member = saver(user=factories.UserFactory())
        taken_back = volunteering.credited(bank, member, "2000.00", volunteering.ISARAAN, at=IN_MARCH)
        credited(FIRST, people, on=JULY, received_on=AUGUST)
        reverse(taken_back, on=date(2025, 9, 1))
        run(SECOND, on=JANUARY)
        pay(member, 2500, date(2026, 3, 3))
        run(NEXT[0], on=NEXT[1])

        assert figures(claim_of(member, SECOND)) == (0, 400, 0, 0, 400)
        assert claim_of(member, SECOND).state == IncentiveClaimState.SET_OFF
        assert figures(claim_of(member, NEXT[0])) == (500, 0, 400, 100, 0)
        back = ["VOLUNTARY_RETURN_REVERSED", "VOLUNTARY_REVERSED"]
        assert told(member) == ["VOLUNTARY_CREDITED", "INCENTIVE_CREDITED", *back, "INCENTIVE_OVER"]

    def test_what_came_late_to_a_year_that_is_over_is_claimed_with_the_next(self, people: Officers) -> None:
        member = saver((1000, MARCH))
        credited(FIRST, people, on=JULY, received_on=AUGUST)
        run(SECOND, on=JANUARY)
        pay(member, 500, date(2025, 12, 31), credited_on=date(2026, 1, 7))
        run(NEXT[0], on=NEXT[1])

        assert figures(claim_of(member, NEXT[0])) == (0, 0, -100, 100, 0)

    def test_an_employer_s_contribution_that_arrives_later(self, people: Officers) -> None:
        """The condition of the month is not met any more."""
        member = saver((1000, MARCH), (1000, OCTOBER))
        credited(FIRST, people, on=JULY, received_on=AUGUST)
        paid = factories.FilingFactory(approved=True, state="CREDITED", paid_on=OCTOBER, credited_on=OCTOBER)
        row(filing=paid, member=member)
        run(SECOND, on=JANUARY)

        assert not IncentiveClaim.objects.filter(member=member, run__half=2).exists()

    def test_the_account_is_that_of_the_day_of_the_credit(self, people: Officers) -> None:
        turning = saver((1000, MARCH), birth_date=date(1970, 7, 20))
        older = saver((1000, date(2025, 2, 1)), birth_date=date(1965, 3, 3))
        too_late = saver((1000, MARCH), birth_date=date(1965, 3, 3))
        died = saver((1000, MARCH), birth_date=date(1970, 7, 20))
        died.died_on = date(2025, 7, 4)
        died.save()
        credited(FIRST, people, on=JULY, received_on=AUGUST)

        assert [stands(member) for member in (turning, older, too_late, died)] == [{"EMAS": 200_00}, {"EMAS": 200_00}, {}, {"PERSARAAN": 200_00}]
        assert sound() == []

    def test_each_scheme_has_its_own_claim(self, people: Officers) -> None:
        member = factories.MemberFactory()
        factories.IncentiveRegistrationFactory(member=member, isuri=True, last=date(2025, 3, 31))
        factories.IncentiveRegistrationFactory(member=member, first=date(2025, 4, 1))
        EKasihSpan.objects.create(member=member, first=date(2020, 1, 1))
        pay(member, 400, MARCH, kind="ISURI")
        pay(member, 400, date(2025, 4, 1), kind="ISURI")  # not hers any more
        pay(member, 1000, date(2025, 5, 1))
        pay(member, 1000, MARCH)  # not yet
        for scheme in IncentiveScheme:
            run(scheme=scheme)

        amounts = dict(IncentiveClaim.objects.filter(member=member).values_list("run__scheme", "amount"))
        assert amounts == {"ISARAAN": Decimal(200), "ISURI": Decimal(200)}


class TestRefusedByTheGovernment:
    def test_it_is_not_claimed_again_until_it_is_appealed(self, people: Officers) -> None:
        member, other = saver((1000, MARCH), (500, OCTOBER)), saver((1000, MARCH))
        credited(FIRST, people, on=JULY, received_on=AUGUST, refused={member.pk: "Nombor pengenalan tidak sepadan"})
        assert (stands(member), stands(other), told(member)) == ({}, {"PERSARAAN": 200_00}, ["INCENTIVE_REFUSED"])
        assert sound() == []

        second = credited(SECOND, people, on=JANUARY, received_on=FEBRUARY)
        assert (second.claims, figures(claim_of(member, SECOND))) == (1, (300, 200, 0, 100, 0))
        incentive_appeals.appeal(claim_id=claim_of(member).pk, words="MyKad baharu ditunjukkan.", by=people.checker, on=FEBRUARY)
        credited(*NEXT[:1], people, on=NEXT[1], received_on=date(2026, 8, 1))

        assert figures(claim_of(member, NEXT[0])) == (0, 0, -200, 200, 0)
        assert (stands(member), stands(other)) == ({"PERSARAAN": 300_00}, {"PERSARAAN": 200_00})
        assert sound() == []

    def test_all_of_them(self, people: Officers) -> None:
        member = saver((1000, MARCH))

        found = credited(FIRST, people, on=JULY, received_on=AUGUST, refused={member.pk: "Tiada peruntukan"})

        assert (found.state, found.received, found.credited_on, stands(member)) == ("CREDITED", 0, AUGUST, {})
        assert sound() == []

    def test_the_appeal(self, people: Officers) -> None:
        member = saver((1000, MARCH))
        credited(FIRST, people, on=JULY, received_on=AUGUST, refused={member.pk: "Tiada peruntukan"})
        pk = claim_of(member).pk
        asked = {"claim_id": pk, "on": AUGUST}

        def code(words: str, by: object) -> str:
            with pytest.raises(NotAllowed) as refused:
                incentive_appeals.appeal(words=words, by=by, **asked)  # type: ignore[arg-type]
            return refused.value.code

        assert [code("x", factories.UserFactory()), code(" ", people.maker)] == ["NO_RIGHT", "COMMENT_MISSING"]
        for _second_click in range(2):
            assert incentive_appeals.appeal(words="Surat bank", by=people.maker, **asked).appealed_on == AUGUST
        assert code("Lain", people.checker) == "ANOTHER_WAITS"


def test_the_year_s_page_and_the_run_leave_the_same_of_the_lifetime_cap(people: Officers) -> None:
    """RM200 of 2018, RM480 of each year to 2022, RM300 of 2024 and 2025: RM280 of the RM3,000 are left. What was refused leaves its room."""
    has_it_all, refused = (factories.MemberFactory() for _two in range(2))
    for member in (has_it_all, refused):
        factories.IncentiveRegistrationFactory(member=member, isuri=True, first=date(2018, 8, 15))
        EKasihSpan.objects.create(member=member, first=date(2018, 8, 15))
        for month in range(8, 13):
            pay(member, 5, date(2018, month, 20), kind="ISURI")
        for year, amount in ((2019, 60), (2020, 60), (2021, 60), (2022, 60), (2024, 600), (2025, 600), (2026, 600)):
            pay(member, amount, date(year, 3, 3), kind="ISURI")
    begun, over = date(2019, 1, 1), date(2027, 1, 1)
    credited(HalfYear(2018, 2), people, on=begun, received_on=begun, refused={refused.pk: "Tidak sepadan"}, scheme=IncentiveScheme.ISURI)
    shown = [voluntary.incentives_of(member=member, year=2026, on=over, room=None)[0] for member in (has_it_all, refused)]
    run(HalfYear(2026, 2), on=over, scheme=IncentiveScheme.ISURI)

    wholes = [claim_of(member, HalfYear(2026, 2)).whole for member in (has_it_all, refused)]
    assert wholes == [280, 300]
    assert [line.earned.whole for line in shown if line.earned] == wholes
    assert [line.more for line in shown] == [None, None], "no more is earned by paying more"
