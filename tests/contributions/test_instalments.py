"""Instalment plans: written by one officer, approved by another, accepted; reminded of, missed, paid by the acts that exist, and ended."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from contributions.enums import DueKind, PlanAction, PlanState
from contributions.models import Filing, InstalmentPlan
from contributions.rules import instalments as rules
from contributions.selectors import arrears
from contributions.selectors import instalments as selectors
from contributions.services import instalment_days, instalment_desk, instalments, late_charges
from contributions.services.instalment_moves import NotAllowed
from employers.models import Employer
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import codes
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import failpoints
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Notice
from members.identity.enums import Purpose
from members.identity.models import User
from members.ledger import invariants
from tests.contributions import paying
from tests.contributions.conftest import Office
from tests.contributions.crediting import standing
from tests.contributions.paying import Bank
from tests.contributions.planned import (
    AUGUST,
    BEHIND,
    FIRST,
    OCTOBER,
    SEPTEMBER,
    TODAY,
    WHY,
    Desk,
    accept,
    ask,
    behind,
    moment,
    offered,
    run,
    running,
    state_of,
)
from tests.contributions.test_late_charges import run as price
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = list(DueKind)


@pytest.mark.parametrize(("approved", "what"), [("PLAN", "pelan ansuran tunggakan"), ("FILING", "Borang A"), ("OVERPAYMENT", "permohonan KWSP 14")])
def test_the_subject_of_a_code_says_what_it_approves(approved: str, what: str) -> None:
    shown = kinds.shown(f"TAC_{Purpose.EMPLOYER_APPROVAL}", {"approved": approved, "month": "2026-08", "total": "10.00", "employer": "10000001"})

    assert shown.subject.startswith(f"TAC kelulusan {what}")
    assert shown.subject.endswith("Ogos\N{NO-BREAK SPACE}2026")
    assert ("Borang A" in shown.subject) == (approved == "FILING")


@pytest.fixture
def owing(office: Office) -> Office:
    return behind(office)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk.of_three()


def pay(office: Office, bank: Bank, month: WageMonth, on: date, late: Sequence[DueKind] = BOTH) -> None:
    filing = Filing.objects.get(employer=office.employer, wage_month=month.first_day, number=0)
    order = paying.start(filing, office.checker, moment(on), late=late)
    paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=moment(on)), at=moment(on))
    price(on)


def told(office: Office) -> list[str]:
    found = Notice.objects.filter(whose_id=office.employer.pk, code__startswith="PLAN").order_by("pk")
    return [f"{one.code} {one.figures['number']}" if "number" in one.figures else one.code for one in found]


class TestRule:
    @pytest.mark.parametrize(
        ("first", "expected"),
        [
            (date(2027, 1, 31), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
            (date(2027, 12, 30), ["2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"]),
            (date(2026, 11, 29), ["2026-11-29", "2026-12-29", "2027-01-29", "2027-02-28"]),
            (date(2026, 10, 15), ["2026-10-15", "2026-11-15", "2026-12-15", "2027-01-15"]),
        ],
    )
    def test_the_same_day_of_each_month_or_its_last(self, first: date, expected: list[str]) -> None:
        assert [str(day) for day in rules.days(first, 4)] == expected

    @pytest.mark.parametrize(
        ("amounts", "count", "expected"),
        [
            ([5, 1, 1, 1], 2, [1, 2, 2, 2]),
            ([1, 1, 1, 10], 3, [1, 1, 2, 3]),
            ([3, 3, 3, 3], 2, [1, 1, 2, 2]),
            ([1, 1, 1, 1, 1], 2, [1, 1, 1, 2, 2]),
            ([1, 1, 1], 3, [1, 2, 3]),
            ([2, 7], 1, [1, 1]),
        ],
    )
    def test_whole_months_the_oldest_first_and_the_greatest_instalment_as_small_as_can_be(
        self, amounts: list[int], count: int, expected: list[int]
    ) -> None:
        assert rules.groups([Decimal(one) for one in amounts], count) == expected

    @pytest.mark.parametrize("count", [0, 3])
    def test_more_instalments_than_months_are_none(self, count: int) -> None:
        with pytest.raises(ValueError, match="expected 1 to 2"):
            rules.groups([Decimal(1), Decimal(1)], count)

    def test_the_days_of_reminders_and_of_the_end(self) -> None:
        due = date(2027, 1, 31)
        assert (rules.reminded_from(due), rules.broken_on(due)) == (date(2027, 1, 24), date(2027, 2, 14))
        assert (rules.most(due), rules.first_days(due)) == (24, (due, date(2027, 4, 1)))


class TestAsking:
    def test_it_has_the_quote_of_today_and_what_each_month_comes_to_on_its_day(self, owing: Office) -> None:
        plan = ask(owing)

        terms = selectors.terms_of(plan)
        assert (plan.state, terms.number, terms.count, terms.reason) == (PlanState.ASKED, 1, 2, WHY)
        today = arrears.arrears_of(employer=owing.employer, paid_on=TODAY, on=TODAY)
        assert terms.quoted == today.total
        lines = list(terms.months.all())
        assert [(line.instalment, line.due_on) for line in lines] == [(1, FIRST), (2, date(2027, 2, 28)), (2, date(2027, 2, 28))]
        for line in lines:
            (quote,) = [
                one
                for one in arrears.arrears_of(employer=owing.employer, paid_on=line.due_on, on=TODAY).quotes
                if one.month.first_day == line.wage_month
            ]
            assert (line.contribution, line.charge, line.dividend) == (quote.unpaid, quote.charge, quote.dividend)
        assert terms.total == sum(line.total for line in lines) > terms.quoted
        event = AuditEvent.objects.get(action="instalment.ask", refused=False)
        assert (event.data["count"], event.data["amount"], event.data["after"]) == ("2", f"{terms.total:.2f}", {"state": "ASKED"})

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"months": frozenset({OCTOBER})}, "TOO_FEW"),
            ({"months": frozenset()}, "NO_MONTHS"),
            ({"months": frozenset({OCTOBER, WageMonth(2026, 12)})}, "NOT_OWED"),
            ({"count": 4}, "COUNT"),
            ({"count": 1}, "COUNT"),
            ({"first_on": TODAY - timedelta(days=1)}, "FIRST_DAY"),
            ({"first_on": TODAY + timedelta(days=61)}, "FIRST_DAY"),
            ({"reason": "  "}, "REASON_MISSING"),
        ],
    )
    def test_what_cannot_be_a_plan_is_refused_and_the_trail_has_it(self, owing: Office, more: dict[str, Any], code: str) -> None:
        with pytest.raises(NotAllowed, match=code):
            ask(owing, **more)

        assert not InstalmentPlan.objects.exists()
        assert AuditEvent.objects.filter(action="instalment.ask", refused=True).count() == 1

    @pytest.mark.parametrize("first", [TODAY, TODAY + timedelta(days=60)])
    def test_the_first_and_the_last_day_that_may_be_the_first(self, owing: Office, first: date) -> None:
        assert ask(owing, first_on=first).state == PlanState.ASKED

    def test_who_prepares_may_not_and_the_administrator_may(self, owing: Office) -> None:
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            ask(owing, by=owing.maker)
        assert ask(owing, by=owing.colleague(administrator=True)).pk

    def test_asked_twice_it_is_one_plan_and_another_waits_until_it_has_ended(self, owing: Office) -> None:
        first = ask(owing)
        with pytest.raises(NotAllowed, match="OPEN_ALREADY"):
            ask(owing, count=3)
        with pytest.raises(NotAllowed, match="OPEN_ALREADY"):
            ask(owing, by=owing.colleague(checker=True))
        instalments.withdraw(plan_id=first.pk, by=owing.checker, on=TODAY)

        assert ask(owing, count=3).pk != first.pk
        assert InstalmentPlan.objects.filter(state=PlanState.WITHDRAWN, ended_on=TODAY).count() == 1

    def test_an_employer_that_has_closed_still_owes_and_may_ask(self, owing: Office) -> None:
        Employer.objects.filter(pk=owing.employer.pk).update(closed_on=date(2026, 12, 31))

        assert ask(owing).state == PlanState.ASKED


class TestOfficers:
    def test_one_writes_another_approves_the_employer_accepts(self, owing: Office, desk: Desk) -> None:
        plan = desk.propose(ask(owing), count=3, reason="Tiga ansuran cukup")
        assert (plan.state, selectors.terms_of(plan).count) == (PlanState.PROPOSED, 3)
        plan = desk.approve(plan)
        assert (plan.state, plan.approved_by) == (PlanState.OFFERED, desk.second)
        plan = accept(plan, owing)

        assert (plan.state, plan.accepted_by, plan.accepted_on) == (PlanState.RUNNING, owing.checker, TODAY)
        assert [entry.comment for entry in selectors.log_of(plan)] == [WHY, "Tiga ansuran cukup", "Setuju", ""]
        assert told(owing) == ["PLAN_OFFERED", "PLAN_RUNNING"]
        log = AuditEvent.objects.filter(subjects__contains=[owing.employer.subject], action__startswith="instalment.").order_by("seq")
        said = [(event.action, event.data.get("reason", "")) for event in log]
        assert said == [("instalment.ask", WHY), ("instalment.approve", ""), ("instalment.accept", "")], "what officers say to each other is theirs"
        assert invariants.broken() == []

    def test_nobody_both_writes_and_approves_whoever_changed_the_terms_last(self, owing: Office, desk: Desk) -> None:
        plan = desk.propose(ask(owing))
        with pytest.raises(NotAllowed, match="OWN_WORK"):
            desk.approve(plan, by=desk.writer)
        desk.propose(plan, by=desk.second, count=3)
        for wrote in (desk.writer, desk.second):
            with pytest.raises(NotAllowed, match="OWN_WORK"):
                desk.approve(plan, by=wrote)
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            desk.approve(plan, by=owing.checker)

        assert desk.approve(plan, by=desk.third).state == PlanState.OFFERED
        assert selectors.terms_of(plan).count == 3

    def test_terms_that_were_changed_meanwhile_are_not_approved(self, owing: Office, desk: Desk) -> None:
        plan = desk.propose(ask(owing))
        desk.propose(plan, count=3)

        with pytest.raises(NotAllowed, match="TERMS_CHANGED"):
            desk.approve(plan, seen=2)
        with pytest.raises(NotAllowed, match="TERMS_CHANGED"):
            desk.propose(plan, by=desk.second, seen=2)

    def test_sent_back_it_is_written_anew_and_refused_it_ends(self, owing: Office, desk: Desk) -> None:
        plan = desk.propose(ask(owing))
        with pytest.raises(NotAllowed, match="REASON_MISSING"):
            instalment_desk.send_back(plan_id=plan.pk, comment=" ", by=desk.second, on=TODAY)
        plan = instalment_desk.send_back(plan_id=plan.pk, comment="Terlalu lama", by=desk.second, on=TODAY)
        assert plan.state == PlanState.ASKED
        plan = instalment_desk.refuse(plan_id=plan.pk, comment="Bayar sekali gus", by=desk.writer, on=TODAY)

        assert (plan.state, plan.ended_on) == (PlanState.REFUSED, TODAY)
        assert Notice.objects.get(code="PLAN_REFUSED").figures["comment"] == "Bayar sekali gus"
        with pytest.raises(NotAllowed, match="WRONG_STATE"):
            desk.propose(plan)

    def test_terms_whose_first_day_is_past_are_neither_approved_nor_accepted(self, owing: Office, desk: Desk) -> None:
        plan = desk.propose(ask(owing))
        with pytest.raises(NotAllowed, match="FIRST_DAY_PAST"):
            desk.approve(plan, on=FIRST + timedelta(days=1))
        desk.approve(plan, on=FIRST)
        with pytest.raises(NotAllowed, match="FIRST_DAY_PAST"):
            accept(plan, owing, FIRST + timedelta(days=1))
        assert accept(plan, owing, FIRST).state == PlanState.RUNNING

    def test_two_officers_at_the_same_moment_decide_once(self, owing: Office, desk: Desk) -> None:
        plan = desk.propose(ask(owing))

        def decide(number: int) -> str:
            try:
                if number:
                    instalment_desk.refuse(plan_id=plan.pk, comment="Tidak", by=desk.third, on=TODAY)
                else:
                    desk.approve(plan, seen=2)
            except NotAllowed as error:
                return error.code
            return ""

        assert sorted(at_once(2, decide)) == ["", "WRONG_STATE"]
        assert plan.log.filter(action__in=[PlanAction.APPROVE, PlanAction.REFUSE]).count() == 1


class TestDays:
    def test_reminded_before_and_after_the_day_once_each_and_broken_after_so_many_days(self, owing: Office, desk: Desk) -> None:
        plan = running(owing, desk)
        owed = standing()
        heard: dict[date, list[str]] = {}
        for number in range(3, 27):
            on = TODAY + timedelta(days=number)
            before = told(owing)
            run(on)
            run(on)
            if told(owing) != before:
                heard[on] = told(owing)[len(before) :]

        assert heard == {
            date(2027, 1, 24): ["PLAN_COMES 1"],
            date(2027, 2, 1): ["PLAN_MISSED 1"],
            date(2027, 2, 14): ["PLAN_BROKEN 1"],
        }
        assert (state_of(plan), InstalmentPlan.objects.get().ended_on) == (PlanState.BROKEN, date(2027, 2, 14))
        assert standing() == owed, "a plan never changes what is owed"
        assert invariants.broken() == []
        assert ask(owing, on=date(2027, 2, 20), first_on=date(2027, 3, 1)).state == PlanState.ASKED

    def test_the_reminder_has_what_is_to_be_paid_on_that_day(self, owing: Office, desk: Desk) -> None:
        running(owing, desk)
        run(date(2027, 1, 25))

        figures = Notice.objects.get(code="PLAN_COMES").figures
        quotes = arrears.arrears_of(employer=owing.employer, paid_on=FIRST, on=date(2027, 1, 25)).quotes
        assert (figures["due"], figures["months"]) == (str(FIRST), "2026-08")
        assert Decimal(figures["amount"]) == next(one.total for one in quotes if one.month == AUGUST)

    def test_paid_by_the_acts_that_exist_it_is_done(self, owing: Office, bank: Bank, desk: Desk) -> None:
        plan = running(owing, desk)
        pay(owing, bank, AUGUST, FIRST)
        run(FIRST + timedelta(days=1))
        assert state_of(plan) == PlanState.RUNNING
        run(date(2027, 2, 22))
        for month in (SEPTEMBER, OCTOBER):
            pay(owing, bank, month, date(2027, 2, 28))
        run(date(2027, 3, 1))

        assert (state_of(plan), told(owing)[2:]) == (PlanState.DONE, ["PLAN_COMES 2", "PLAN_DONE"])
        assert selectors.owed_of(employer=owing.employer, on=date(2027, 3, 1), paid_on=lambda _month: date(2027, 3, 1)) == {}
        run(date(2027, 3, 2))
        assert told(owing)[2:] == ["PLAN_COMES 2", "PLAN_DONE"]

    def test_a_contribution_without_its_charge_and_dividend_leaves_its_month_open(self, owing: Office, bank: Bank, desk: Desk) -> None:
        plan = running(owing, desk)
        pay(owing, bank, AUGUST, FIRST, late=())
        (first, _second) = selectors.standing_of(plan, selectors.terms_of(plan), on=FIRST)

        assert first.open
        assert [(one.owed.contribution, one.owed.charge > 0) for one in first.months if one.owed] == [(0, True)]
        run(date(2027, 2, 14))
        assert state_of(plan) == PlanState.BROKEN

    def test_what_lateness_costs_is_known_before_the_batch_has_priced_it(self, owing: Office, bank: Bank, desk: Desk) -> None:
        plan = running(owing, desk)
        filing = Filing.objects.get(employer=owing.employer, wage_month=AUGUST.first_day)
        order = paying.start(filing, owing.checker, moment(FIRST))
        paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=moment(FIRST)), at=moment(FIRST))
        terms = selectors.terms_of(plan)

        before = selectors.standing_of(plan, terms, on=FIRST)[0].months[0].owed
        price(FIRST)

        assert before is not None
        assert before == selectors.standing_of(plan, terms, on=FIRST)[0].months[0].owed
        assert before.charge > 0

    def test_a_month_paid_outside_the_plan_is_asked_for_no_more(self, owing: Office, bank: Bank, desk: Desk) -> None:
        plan = running(owing, desk)
        pay(owing, bank, OCTOBER, date(2027, 1, 22))
        for month in (AUGUST, SEPTEMBER):
            pay(owing, bank, month, date(2027, 1, 23))
        run(date(2027, 1, 24))

        assert (state_of(plan), told(owing)[2:]) == (PlanState.DONE, ["PLAN_DONE"])

    def test_an_offer_that_nobody_accepts_lapses_the_day_after_its_first(self, owing: Office, desk: Desk) -> None:
        plan = offered(owing, desk)
        run(FIRST)
        assert state_of(plan) == PlanState.OFFERED
        run(FIRST + timedelta(days=1))

        assert (state_of(plan), told(owing)) == (PlanState.LAPSED, ["PLAN_OFFERED", "PLAN_LAPSED"])

    def test_what_is_asked_for_and_paid_meanwhile_is_closed(self, owing: Office, bank: Bank) -> None:
        plan = ask(owing)
        for month in BEHIND:
            pay(owing, bank, month, date(2027, 1, 22))
        run(date(2027, 1, 23))

        assert (state_of(plan), told(owing)) == (PlanState.LAPSED, ["PLAN_LAPSED_PAID"])

    def test_an_employer_that_closes_goes_on_paying_its_plan(self, owing: Office, desk: Desk) -> None:
        plan = running(owing, desk)
        Employer.objects.filter(pk=owing.employer.pk).update(closed_on=date(2027, 1, 22))
        run(date(2027, 1, 24))

        assert (state_of(plan), told(owing)[-1]) == (PlanState.RUNNING, "PLAN_COMES 1")

    @pytest.mark.parametrize("step", ["instalments.before", "instalments.found", "instalments.committed"])
    def test_a_worker_that_dies_leaves_equal_results(self, owing: Office, desk: Desk, step: str) -> None:
        plan = running(owing, desk)
        on = date(2027, 2, 14)
        with failpoints.armed(step), pytest.raises(failpoints.FailpointDeath):
            run(on)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE jobs_chunk SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")

        assert instalment_days.by_hand(on=on)["broken"] == 1
        assert instalment_days.by_hand(on=on)["broken"] == 1
        assert (state_of(plan), told(owing).count("PLAN_BROKEN 1")) == (PlanState.BROKEN, 1)
        assert plan.log.filter(action=PlanAction.BREAK).count() == 1


class TestGuards:
    """What PostgreSQL holds, whoever writes."""

    def refused(self, *statements: str) -> None:
        for statement in statements:
            with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_what_was_written_stays(self, owing: Office, desk: Desk) -> None:
        running(owing, desk)

        self.refused(
            "UPDATE contributions_instalmentterms SET total = total - 1",
            "UPDATE contributions_instalmentmonth SET due_on = due_on + 30",
            "UPDATE contributions_instalmentlog SET comment = 'x'",
            "DELETE FROM contributions_instalmentplan",
            "UPDATE contributions_instalmentplan SET asked_on = asked_on + 1",
            "UPDATE contributions_instalmentplan SET state = 'OFFERED'",
            "UPDATE contributions_instalmentplan SET approved_on = approved_on + 1",
            "UPDATE contributions_instalmentplan SET accepted_on = accepted_on + 1",
        )

    def test_terms_come_before_anybody_approves(self, owing: Office, desk: Desk) -> None:
        plan = running(owing, desk)
        terms = selectors.terms_of(plan)
        months = terms.months.first()
        assert months is not None

        months.pk, months.wage_month = None, date(2026, 7, 1)
        with pytest.raises(IntegrityError, match="expected one of its own, while nobody has approved them"):
            months.save(force_insert=True)
        terms.pk, terms.number = None, 3
        with pytest.raises(IntegrityError, match="expected the next ones of a plan that nobody has approved"):
            terms.save(force_insert=True)

    def test_nobody_approves_what_they_wrote(self, owing: Office, desk: Desk) -> None:
        plan = desk.propose(ask(owing))
        with pytest.raises(IntegrityError, match="who approved it wrote terms"):
            InstalmentPlan.objects.filter(pk=plan.pk).update(state="OFFERED", approved_by=desk.writer, approved_on=TODAY)


def test_two_colleagues_who_ask_at_the_same_moment_have_one_plan(make_office: Callable[[], Office]) -> None:
    office = behind(make_office())
    others: list[User] = [office.checker, office.colleague(checker=True)]

    def one(number: int) -> str:
        try:
            ask(office, by=others[number])
        except NotAllowed as error:
            return error.code
        return ""

    assert sorted(at_once(2, one)) == ["", "OPEN_ALREADY"]
    assert InstalmentPlan.objects.count() == 1


def test_late_charges_and_plans_of_a_day_may_come_in_any_order(owing: Office, bank: Bank, desk: Desk) -> None:
    plan = running(owing, desk)
    for month in BEHIND:
        filing = Filing.objects.get(employer=owing.employer, wage_month=month.first_day)
        order = paying.start(filing, owing.checker, moment(FIRST))
        paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=moment(FIRST)), at=moment(FIRST))
    run(FIRST)
    assert state_of(plan) == PlanState.RUNNING, "charges and dividends of these months are still to be paid"
    late_charges.by_hand(on=FIRST)
    run(FIRST + timedelta(days=1))
    assert state_of(plan) == PlanState.RUNNING
