"""Voluntary contributions (seed 002, rulings 19 and 26a): who may pay what for whom, what becomes of it, and what goes back to who paid."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.enums import IncentiveScheme, MatterKind, PaymentState, ReturnState, ReturnWhy, VoluntaryKind
from contributions.models import Payment, PaymentMatter, VoluntaryContribution, VoluntaryReturn
from contributions.services import enquiry, voluntary, voluntary_money
from contributions.services import payment as payments
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.bank.fpx.messages import Model
from kwsp_portal.common.clock import KL
from kwsp_portal.notify.models import Notice
from members.enums import Citizenship
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.contributions import paying, volunteering
from tests.contributions.paying import PAID_AT, Bank
from tests.contributions.volunteering import ISARAAN, ISURI, OWN, TOP_UP

pytestmark = pytest.mark.django_db

NOW = PAID_AT.date()
JOINED = date(1980, 1, 1)


def findings() -> list[object]:
    return [(result.name, finding) for result in invariants.run() for finding in result.findings]


def refused(*args: object, **kwargs: object) -> dict[str, dict[str, str]]:
    with pytest.raises(voluntary.NotPayable) as found:
        volunteering.start(*args, **kwargs)  # type: ignore[arg-type]
    return {refusal.code: dict(refusal.details) for refusal in found.value.refusals}


class TestStart:
    def test_a_person_pays_by_fpx_as_a_person_for_the_own_number(self) -> None:
        member = volunteering.member()

        payment = volunteering.start(member, "250.00")

        order = payments.order_of(payment)
        assert (payment.state, payment.amount, order.model) == (PaymentState.SENT, Decimal("250.00"), Model.B2C)
        assert (order.buyer_name, order.product) == (member.name, f"KWSP V {member.number}")
        assert AuditEvent.objects.get(action="voluntary.start").actor_id == member.user_id

    def test_one_order_of_the_same_is_open_at_a_time(self) -> None:
        member = volunteering.member()
        first = volunteering.start(member, "250.00")

        assert refused(member, "250.00") == {"PAYMENT_IN_FLIGHT": {"order_no": first.order_no}}

        assert volunteering.start(member, "250.00", TOP_UP).pk != first.pk

    @pytest.mark.parametrize(
        ("amount", "codes_of"),
        [("1.00", []), ("0.99", ["FPX_BELOW_MINIMUM"]), ("30000.00", []), ("30000.01", ["FPX_ABOVE_MAXIMUM"])],
    )
    def test_fpx_carries_one_ringgit_to_thirty_thousand_of_a_person(self, amount: str, codes_of: list[str]) -> None:
        member = volunteering.member()

        if codes_of:
            assert list(refused(member, amount)) == codes_of
        else:
            assert volunteering.start(member, amount).amount == Decimal(amount)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"birth_date": date(1951, 11, 12), "member_since": JOINED}, "MEMBER_TOO_OLD"),
            ({"birth_date": date(1951, 11, 13), "member_since": JOINED}, None),
            ({"died_on": date(2026, 11, 12)}, "MEMBER_DIED"),
            ({"non_citizen": True}, "MEMBER_FOREIGN"),
            ({"permanent_resident": True}, None),
        ],
    )
    def test_who_cannot_be_credited_is_said_before_the_bank(self, fields: dict[str, object], code: str | None) -> None:
        payer, member = volunteering.member(), factories.MemberFactory(**fields)

        if code:
            assert list(refused(member, "100.00", payer=payer)) == [code]
            assert not Payment.objects.exists()
            assert AuditEvent.objects.filter(action="voluntary.start", refused=True).count() == 1
        else:
            assert volunteering.start(member, "100.00", payer=payer).amount == 100

    @pytest.mark.parametrize(("kind", "scheme"), [(ISARAAN, IncentiveScheme.ISARAAN), (ISURI, IncentiveScheme.ISURI)])
    def test_what_earns_an_incentive_is_paid_by_who_is_registered(self, kind: VoluntaryKind, scheme: IncentiveScheme) -> None:
        member = volunteering.member()
        assert list(refused(member, "100.00", kind)) == ["NOT_REGISTERED"]

        volunteering.register(member, scheme)

        assert volunteering.start(member, "100.00", kind).voluntary.kind == kind  # type: ignore[union-attr]

    def test_every_reason_is_said_together(self) -> None:
        payer = volunteering.member()
        member = factories.MemberFactory(aged_76=True, status=Citizenship.NON_CITIZEN)

        assert set(refused(member, "0.50", ISARAAN, payer)) == {"MEMBER_TOO_OLD", "MEMBER_FOREIGN", "NOT_REGISTERED", "FPX_BELOW_MINIMUM"}

    def test_above_what_the_year_leaves_nothing_is_taken(self, bank: Bank) -> None:
        member = volunteering.member()
        for _ in range(3):
            volunteering.credited(bank, member, "30000.00")

        found = refused(member, "10000.01")

        assert found == {"ABOVE_CEILING": {"room": "10000.00", "ceiling": "100000.00", "year": "2026", "amount": "10000.01"}}
        volunteering.came(bank, member, "9999.00")  # not yet taken by a worker, and still it stands against the ceiling
        assert refused(member, "1.01")["ABOVE_CEILING"]["room"] == "1.00"
        assert voluntary.room(member=member, on=date(2027, 1, 1)) == 100_000
        assert volunteering.start(member, "1.00").amount == 1


class TestPayee:
    def test_a_name_is_shown_masked_and_who_asked_is_kept_for_the_member(self) -> None:
        payer, other = volunteering.member(), factories.MemberFactory(name="AMINAH BINTI YUSOF")

        found = voluntary.payee(number=other.number, by=volunteering.user_of(payer), at=PAID_AT)

        assert found == other
        assert voluntary.masked(other.name) == "AM**** BI*** YU***"
        assert AuditEvent.objects.get(action="voluntary.payee").subjects[0] == other.subject

    def test_numbers_are_not_asked_without_end_and_the_same_counts_once(self) -> None:
        payer = volunteering.user_of(volunteering.member())
        for number in range(voluntary.ASKS_A_DAY):
            for _ in range(2):
                assert voluntary.payee(number=f"{number:08d}", by=payer, at=PAID_AT) is None

        with pytest.raises(voluntary.TooMany):
            voluntary.payee(number="99999999", by=payer, at=PAID_AT)

        assert voluntary.payee(number="00000001", by=payer, at=PAID_AT) is None


class TestCredit:
    def test_a_worker_credits_it_once_and_both_are_told(self, bank: Bank) -> None:
        payer, member = volunteering.member(), volunteering.member()

        found = volunteering.credited(bank, member, "100.01", payer=payer)

        assert (found.credited, found.returned, found.credited_on, found.paid_on) == (Decimal("100.01"), 0, NOW, NOW)
        assert (
            volunteering.accounts_of(member) == {"PERSARAAN": 7502, "SEJAHTERA": 1500, "FLEKSIBEL": 1000}
            or sum(volunteering.accounts_of(member).values()) == 10_001
        )
        told = dict(Notice.objects.values_list("code", "whose_id"))
        assert told == {"VOLUNTARY_CREDITED": member.pk, "VOLUNTARY_PAID_FOR": payer.pk}
        assert findings() == []

    @pytest.mark.parametrize(
        ("kind", "fields", "accounts"),
        [
            (OWN, {}, {"PERSARAAN": 750_00, "SEJAHTERA": 150_00, "FLEKSIBEL": 100_00}),
            (TOP_UP, {}, {"PERSARAAN": 1000_00}),
            (OWN, {"birth_date": date(1971, 11, 12)}, {"EMAS": 1000_00}),
            (TOP_UP, {"birth_date": date(1971, 11, 12)}, {"EMAS": 1000_00}),
            (TOP_UP, {"birth_date": date(1971, 11, 13)}, {"PERSARAAN": 1000_00}),
        ],
    )
    def test_the_accounts_of_a_credit(self, bank: Bank, kind: VoluntaryKind, fields: dict[str, object], accounts: dict[str, int]) -> None:
        member = volunteering.member(**fields)

        volunteering.credited(bank, member, "1000.00", kind)

        assert volunteering.accounts_of(member) == accounts

    def test_on_another_day_it_is_split_by_the_law_of_that_day(self, bank: Bank) -> None:
        member, before = volunteering.member(), datetime(2024, 5, 10, 11, tzinfo=KL)

        volunteering.credited(bank, member, "1000.00", at=before)

        assert volunteering.accounts_of(member) == {"PERSARAAN": 700_00, "SEJAHTERA": 300_00}

    def test_the_last_message_decides_and_it_is_credited_once(self, bank: Bank) -> None:
        member = volunteering.member()
        payment = volunteering.start(member, "300.00")
        paying.deliver(bank.ac(payment, codes.INSUFFICIENT))
        payment.refresh_from_db()
        assert payment.state == PaymentState.FAILED
        assert not VoluntaryContribution.objects.exists()

        for _ in range(3):
            volunteering.approve(bank, payment)
        bank.answers.append(wire.encode(bank.ac(payment, codes.APPROVED)))
        enquiry.enquire(payment_id=payment.pk, on=NOW, at=PAID_AT + timedelta(hours=1))
        volunteering.work()

        assert sum(volunteering.accounts_of(member).values()) == 300_00
        assert VoluntaryContribution.objects.count() == 1
        assert findings() == []

    def test_a_message_through_the_browser_credits_nobody(self, bank: Bank) -> None:
        payment = volunteering.start(volunteering.member(), "300.00")

        paying.deliver(bank.ac(payment, codes.APPROVED), paying.messages.Channel.INDIRECT)

        assert not VoluntaryContribution.objects.exists()

    def test_an_order_is_put_away_by_its_payer_only_once_the_bank_does_not_know_it(self, bank: Bank) -> None:
        payer, stranger = volunteering.member(), volunteering.member()
        payment = volunteering.start(payer, "300.00")
        with pytest.raises(Exception, match="NO_RIGHT"):
            enquiry.cancel(order_no=payment.order_no, by=volunteering.user_of(stranger), on=NOW, at=PAID_AT)

        bank.answers.append(wire.encode(bank.ac(payment, codes.NOT_FOUND)))
        enquiry.cancel(order_no=payment.order_no, by=volunteering.user_of(payer), on=NOW, at=PAID_AT)

        payment.refresh_from_db()
        assert payment.state == PaymentState.FAILED

    def test_the_sweep_asks_for_a_silent_order_and_credits_what_was_paid(self, bank: Bank) -> None:
        member, later = volunteering.member(), PAID_AT + timedelta(minutes=10)
        payment = volunteering.start(member, "55.00")
        bank.answers.append(wire.encode(bank.ac(payment, codes.APPROVED)))

        assert enquiry.sweep(on=NOW, at=later) == {"asked": 1, "answered": 1}

        assert volunteering.work().failed == 0
        assert sum(volunteering.accounts_of(member).values()) == 55_00

    def test_a_year_is_that_of_the_day_on_which_it_was_paid(self, bank: Bank) -> None:
        member, eve = volunteering.member(), datetime(2025, 12, 31, 23, 30, tzinfo=KL)
        for _ in range(3):
            volunteering.credited(bank, member, "30000.00", at=eve)
        last = volunteering.start(member, "10000.00", at=eve)
        volunteering.approve(bank, last, eve + timedelta(minutes=5), at=datetime(2026, 1, 1, 8, tzinfo=KL))
        volunteering.work()

        found = VoluntaryContribution.objects.get(payment=last)
        assert (found.paid_on, found.credited_on, found.credited) == (date(2025, 12, 31), date(2026, 1, 1), 10_000)
        assert voluntary.room(member=member, on=date(2026, 1, 1)) == 100_000
        assert findings() == []


class TestReturns:
    def test_what_is_above_the_ceiling_is_held_for_who_paid_it_and_never_credited(self, bank: Bank) -> None:
        member, payer = volunteering.member(), volunteering.member()
        for _ in range(3):
            volunteering.credited(bank, member, "30000.00")
        first, second = volunteering.start(member, "9000.00"), volunteering.start(member, "9000.00", payer=payer)
        for payment in (first, second):
            volunteering.approve(bank, payment)
        volunteering.work()

        found = VoluntaryContribution.objects.get(payment=second)
        assert (found.credited, found.returned) == (1000, 8000)
        returned = VoluntaryReturn.objects.get()
        assert (returned.payer, returned.amount, returned.why, returned.state) == (payer, 8000, ReturnWhy.CEILING, ReturnState.HELD)
        assert (volunteering.owed_to(payer), sum(volunteering.accounts_of(member).values())) == (8000_00, 100_000_00)
        assert Notice.objects.filter(code="VOLUNTARY_RETURN_CEILING", whose_id=payer.pk).exists()
        assert findings() == []

    def test_what_was_paid_in_the_members_lifetime_is_credited(self, bank: Bank) -> None:
        member, payer = volunteering.member(), volunteering.member()
        found = volunteering.came(bank, member, "100.00", payer=payer)
        Member.objects.filter(pk=member.pk).update(died_on=NOW + timedelta(days=1))

        assert volunteering.work().failed == 0

        found.refresh_from_db()
        assert (found.credited, found.returned) == (100, 0)
        assert findings() == []

    @pytest.mark.parametrize("died_before", [True, False])
    def test_what_goes_back_to_a_payer_who_died_is_an_officers_matter_once(self, bank: Bank, *, died_before: bool) -> None:
        """By FPX, too: nobody would ask for it in i-Akaun any more, so it would be held for ever."""
        payer, old = volunteering.member(), volunteering.member()
        volunteering.came(bank, old, "100.00", payer=payer)
        Member.objects.filter(pk=old.pk).update(birth_date=date(1951, 11, 12), member_since=JOINED)
        if died_before:
            Member.objects.filter(pk=payer.pk).update(died_on=NOW)
        assert volunteering.work().failed == 0
        assert PaymentMatter.objects.exists() == died_before
        Member.objects.filter(pk=payer.pk).update(died_on=NOW)

        for _again in range(2):
            assert voluntary_money.order_waiting(on=NOW, at=PAID_AT) == 0

        matter = PaymentMatter.objects.get()
        assert (matter.kind, matter.reason, matter.amount, matter.log.count()) == (MatterKind.VOLUNTARY_BACK, voluntary_money.DIED, 100, 1)
        assert voluntary_money.is_for_heirs(matter)
        assert VoluntaryReturn.objects.get().state == ReturnState.HELD

    @pytest.mark.parametrize(
        ("then", "why"),
        [
            ({"died_on": date(2026, 11, 12)}, ReturnWhy.DIED),
            ({"birth_date": date(1951, 11, 12), "member_since": JOINED}, ReturnWhy.TOO_OLD),
        ],
    )
    def test_who_may_not_be_credited_any_more_is_not(self, bank: Bank, then: dict[str, object], why: ReturnWhy) -> None:
        member, payer = volunteering.member(), volunteering.member()
        found = volunteering.came(bank, member, "100.00", payer=payer)
        for name, value in then.items():
            setattr(member, name, value)
        member.save()

        assert volunteering.work().failed == 0

        found.refresh_from_db()
        assert (found.credited, found.returned) == (0, 100)
        assert (VoluntaryReturn.objects.get().why, volunteering.owed_to(payer)) == (why, 100_00)
        assert findings() == []


class TestGuards:
    def test_what_was_taken_stays_as_it_is(self, bank: Bank) -> None:
        found = volunteering.credited(bank, volunteering.member(), "100.00")

        for change in ({"credited": 40, "returned": 60}, {"credited_on": date(2026, 11, 13)}):
            with pytest.raises(IntegrityError, match="expected them to stay"), transaction.atomic():
                VoluntaryContribution.objects.filter(pk=found.pk).update(**change)

        VoluntaryContribution.objects.filter(pk=found.pk).update(reversed_on=date(2026, 11, 20))
        with pytest.raises(IntegrityError, match="expected it to stay"), transaction.atomic():
            VoluntaryContribution.objects.filter(pk=found.pk).update(reversed_on=None)

    def test_what_goes_back_only_goes_forwards(self, bank: Bank) -> None:
        member = volunteering.member()
        found = volunteering.came(bank, member, "100.00")
        member.died_on = NOW
        member.save()
        volunteering.work()

        for state in (ReturnState.PAID, ReturnState.RETURNED):
            with pytest.raises(IntegrityError, match="expected a state that comes after it"), transaction.atomic():
                VoluntaryReturn.objects.filter(payment=found.payment).update(state=state)

    @pytest.mark.parametrize("column", ["amount = 1", "kind = 'TOP_UP'", "member_id = member_id", "paid_on = paid_on", "payment_id = NULL"])
    def test_the_portal_may_not_touch_what_was_paid(self, bank: Bank, column: str) -> None:
        volunteering.came(bank, volunteering.member(), "100.00")

        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE contributions_voluntarycontribution SET {column}")
