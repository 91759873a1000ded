"""The turn of ages: what the day's run does to the books, and what members are told; once, whatever runs how often and ends where."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from employers.models import Employer
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import due
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Message, Notice
from members.ledger import balances, earning, freezing, invariants, posting
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from members.services import ages
from tests import factories
from tests.factories import withdrawals
from tests.ledger.acts import contribution, unsound, value
from tests.members.conftest import credited
from tests.members.turning import BIRTHDAY, FIRST, born, pots, run, saved, told


@pytest.mark.django_db
class TestAt55:
    def test_not_the_day_before_and_all_on_the_day(self) -> None:
        member = saved(born(FIRST))

        assert run(BIRTHDAY - timedelta(days=1))["merged"] == 0
        assert pots(member).keys() == {"PERSARAAN", "SEJAHTERA", "FLEKSIBEL"}
        assert run(BIRTHDAY) == {"merged": 1, "sen": 12000, "held_sen": 0, "told": 1, "frozen": 0}

        assert pots(member) == {"AKAUN_55": (12000, 0)}
        entry = balances.entries_with(HolderKind.MEMBER, member.pk, EntryKind.MERGE_55, [member.pk])[member.pk]
        assert (entry.booked_on, entry.value_date) == (BIRTHDAY, BIRTHDAY)
        assert unsound() == set()

    @pytest.mark.parametrize(("year", "day"), [(2023, date(2023, 3, 1)), (2024, date(2024, 2, 29))])
    def test_a_birthday_on_29_february(self, year: int, day: date) -> None:
        """In a common year on 1 March (assumed), in a leap year on the day."""
        years_old = {2023: 55, 2024: 60}[year]
        member = saved(born(date(year - years_old, 2, 29)), day=date(2022, 1, 3))

        run(day - timedelta(days=1))
        before = told(member)
        run(day)

        if years_old == 55:
            assert pots(member) == {"AKAUN_55": (12000, 0)}
        assert {f"AGE_{years_old}"} == set(told(member)) - set(before)

    def test_holds_go_with_the_money_and_the_member_reads_of_them(self) -> None:
        member = saved(born(FIRST))
        hold = withdrawals.hold(posting.member(member.pk, "SEJAHTERA"), 1000, on=BIRTHDAY - timedelta(days=9))

        assert run(BIRTHDAY)["held_sen"] == 1000

        assert pots(member) == {"AKAUN_55": (12000, 1000)}
        notice = Notice.objects.get(whose_id=member.pk, code="AGE_55_HELD")
        assert (notice.figures["total"], notice.figures["held"]) == ("120.00", "10.00")
        with translation.override("en"):
            assert "RM 10.00" in " ".join(kinds.shown(notice.code, notice.figures).paragraphs).replace("\N{NO-BREAK SPACE}", " ")
        withdrawals.let_go(hold, on=BIRTHDAY)
        assert pots(member) == {"AKAUN_55": (12000, 0)}

    def test_a_day_that_nobody_looked_at_is_caught_up_and_earns_from_the_birthday(self) -> None:
        member = saved(born(FIRST))

        run(BIRTHDAY + timedelta(days=90))

        entry = balances.entries_with(HolderKind.MEMBER, member.pk, EntryKind.MERGE_55, [member.pk])[member.pk]
        assert (entry.booked_on, entry.value_date) == (BIRTHDAY + timedelta(days=90), BIRTHDAY)
        assert told(member) == ["AGE_55"]

    def test_what_comes_to_the_accounts_of_before_goes_the_next_day(self) -> None:
        """A payout that the bank sends back, a dividend of the year's first part."""
        member = saved(born(FIRST))
        run(BIRTHDAY)
        posting.post(contribution(10_001, member.pk, 500, day=BIRTHDAY))

        assert run(BIRTHDAY + timedelta(days=1))["sen"] == 500

        assert pots(member) == {"AKAUN_55": (12500, 0)}
        assert told(member) == ["AGE_55", "AGE_55_MORE"]

    def test_who_has_nothing_is_told_and_has_nothing_moved(self) -> None:
        member = born(FIRST)

        assert run(BIRTHDAY) == {"merged": 0, "sen": 0, "held_sen": 0, "told": 1, "frozen": 0}

        assert told(member) == ["AGE_55_NOTHING"]
        assert run(BIRTHDAY + timedelta(days=1))["told"] == 0

    def test_who_died_before_keeps_the_accounts_for_the_heirs(self) -> None:
        member = saved(born(FIRST, died_on=BIRTHDAY - timedelta(days=1)))

        assert run(BIRTHDAY)["merged"] == 0

        assert "PERSARAAN" in pots(member)
        assert told(member) == []

    def test_a_birth_date_that_is_corrected_is_caught_up(self) -> None:
        member = saved(born(date(1990, 1, 1)))
        run(BIRTHDAY)
        Member.objects.filter(pk=member.pk).update(birth_date=FIRST)

        run(BIRTHDAY + timedelta(days=1))

        assert pots(member) == {"AKAUN_55": (12000, 0)}

    def test_frozen_money_waits_and_goes_when_the_freeze_is_lifted(self) -> None:
        member = saved(born(FIRST))
        account = value("SELECT id FROM ledger_account WHERE holder_id = %s AND code = 'SEJAHTERA'", member.pk)
        freezing.freeze([invariants.Result("balance_is_sum_of_postings", 1, [], {account: "account"})])  # type: ignore[dict-item]

        assert run(BIRTHDAY) == {"merged": 0, "sen": 0, "held_sen": 0, "told": 0, "frozen": 1}
        assert told(member) == []

    def test_it_stands_in_the_own_log(self) -> None:
        member = saved(born(FIRST))
        run(BIRTHDAY)

        event = AuditEvent.objects.get(action="member.merge_55")
        assert (event.target, event.subjects, event.data["after"]) == (member.subject, [member.subject], {"AKAUN_55": "120.00"})

    def test_credits_of_the_day_go_to_akaun_emas_whether_or_not_the_run_was(self, employer: Employer) -> None:
        member = saved(born(FIRST))
        factories.EmploymentFactory(employer=employer, member=member)

        credited(member, employer, WageMonth(2026, 2), paid_on=BIRTHDAY)

        assert set(pots(member)) == {"PERSARAAN", "SEJAHTERA", "FLEKSIBEL", "EMAS"}
        run(BIRTHDAY)
        assert set(pots(member)) == {"AKAUN_55", "EMAS"}


@pytest.mark.django_db
class TestTold:
    @pytest.mark.parametrize(("years_old", "code"), [(55, "AGE_55"), (60, "AGE_60"), (75, "AGE_75")])
    def test_half_a_year_before_and_on_the_day(self, years_old: int, code: str) -> None:
        member = born(BIRTHDAY.replace(year=BIRTHDAY.year - years_old))
        on_the_day = f"{code}_NOTHING" if years_old == 55 else code

        run(date(2025, 9, 4))
        assert told(member) == []
        run(date(2025, 9, 5))
        run(date(2025, 9, 6))
        run(BIRTHDAY - timedelta(days=1))
        assert told(member) == [f"{code}_SOON"]
        run(BIRTHDAY)
        run(BIRTHDAY + timedelta(days=1))

        assert told(member) == [f"{code}_SOON", on_the_day]

    def test_long_ago_is_no_news(self) -> None:
        member = born(date(1960, 3, 5))

        run(BIRTHDAY)

        assert told(member) == []

    def test_by_sms_in_the_own_language(self) -> None:
        member = saved(born(FIRST, user=factories.UserFactory(user_id="ahlilimalima", language="en")))
        factories.TacPhoneFactory(user=member.user)

        run(BIRTHDAY)

        assert told(member) == ["AGE_55"]
        assert Message.objects.get(code="AGE_55").language == "en"

    def test_every_kind_is_said_in_both_languages(self) -> None:
        figures = {"age": "55", "birthday": "2026-03-05", "open": "60", "total": "120", "held": "10"}
        for code in ages.age_news.KINDS:
            said = []
            for language in ("ms", "en"):
                with translation.override(language):
                    said.append(kinds.shown(code, figures))
            assert said[0].subject != said[1].subject
            assert all(one != other for one, other in zip(said[0].paragraphs, said[1].paragraphs, strict=True))


@pytest.mark.django_db
def test_the_calendar_opens_a_run_for_each_day(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clock.business_date()
    saved(born(clock.business_date().replace(year=clock.business_date().year - 55)))

    due.look(before)

    assert Run.objects.get(programme=ages.PROGRAMME, period=before.isoformat()).chunk_count == 1


@pytest.mark.django_db
def test_by_hand_it_prints_the_figures_and_may_be_run_twice(capsys: pytest.CaptureFixture[str]) -> None:
    saved(born(FIRST))

    for _ in range(2):
        call_command("run_batch", ages.PROGRAMME, as_at=BIRTHDAY)

        said = capsys.readouterr().out
        assert "merged" in said
        assert "12000" in said


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    came=st.lists(st.tuples(st.integers(100, 100_000), st.dates(date(2026, 1, 2), date(2026, 6, 30))), min_size=1, max_size=5),
    held=st.lists(st.sampled_from(["PERSARAAN", "SEJAHTERA", "FLEKSIBEL"]), max_size=3, unique=True),
    late=st.integers(0, 200),
)
def test_balances_and_holds_are_constant_through_the_transition(came: list[tuple[int, date]], held: list[str], late: int) -> None:
    """Whatever was credited, valued and held, and whenever the run comes: to the sen the same total, the same held, the same sen-days."""
    member = born(FIRST)
    ref = Member.objects.count() * 100
    for number, (sen, valued) in enumerate(came):
        posting.post(contribution(ref + number, member.pk, sen, day=date(2026, 1, 2))._replace(value_date=valued))
    for code in held:
        stands = balances.balances_of(HolderKind.MEMBER, member.pk).get(code, 0)
        if stands > 1:
            account = posting.member(member.pk, code)
            withdrawals.hold(account, stands // 2, on=date(2026, 2, 1))
    before = _figures(member)

    on = BIRTHDAY + timedelta(days=late)
    ages.bring_up(member_ids=[member.pk], on=on, at=clock.now())

    assert _figures(member) == before
    assert set(pots(member)) <= {"AKAUN_55"}
    ages.bring_up(member_ids=[member.pk], on=on, at=clock.now())
    assert _figures(member) == before


def _figures(member: Member) -> tuple[int, int, int]:
    found = pots(member).values()
    earned = sum(one.sen_days for one in earning.sen_days(year=2026, first=member.pk, end=member.pk + 1))
    return sum(balance for balance, _ in found), sum(held for _, held in found), earned
