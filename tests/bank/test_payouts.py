"""Refunds from the application to the employer's account: each fault of the bank, by name, in the demo bank, a process of its own, over HTTP."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction

from contributions.enums import MatterKind, PaymentMethod, RefundAccountState, RefundState
from contributions.models import Payment, PaymentMatter, Refund, RefundAccount
from contributions.services import matters, receiving, refund_accounts, refund_verifying, refunds
from employers.services import people
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import codes, messages
from kwsp_portal.bank.payouts import desk, files
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import engine
from kwsp_portal.notify.models import Notice
from members.enums import PayoutKind, PayoutState
from members.identity.enums import Purpose, Role
from members.identity.models import User
from members.ledger import freezing, invariants
from members.ledger.models import Hold
from members.models import Payout, PayoutFile
from members.services import payout_files, payouts
from tests import factories
from tests.bank import keys, stub
from tests.bank.bank_process import BankProcess
from tests.bank.test_portal_pays import portal_keys
from tests.contributions import paying
from tests.contributions.conftest import Office, make_office, office
from tests.contributions.crediting import standing
from tests.factories import leave

__all__ = ["make_office", "office", "portal_keys"]

pytestmark = pytest.mark.django_db
DAY = date.fromisoformat(stub.BUSINESS_DATE)
"""The day of the file, which is the bank's business date."""
BEFORE = DAY - timedelta(days=1)
AT = datetime(DAY.year, DAY.month, DAY.day, 9, 30, tzinfo=KL)
PAYEES = count(1)
OWED = Decimal("1449.00")


@pytest.fixture(autouse=True)
def portal_at(settings: LazySettings, portal_keys: dict[str, Any], bank: BankProcess) -> Iterator[None]:
    """The portal that asks this bank, which behaves as a bank should. Its books know one file a day of each payer: each test is another one."""
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url, "seller_id": f"SP{next(PAYEES):08d}"}
    yield
    faulty(bank, "NONE")
    naming(bank, "NONE")


@pytest.fixture
def administrator(office: Office) -> User:
    return office.colleague(administrator=True)


@pytest.fixture
def officers() -> tuple[User, User]:
    return factories.UserFactory(role=Role.INSPECTOR), factories.UserFactory(role=Role.SUPERVISOR)


def books(bank: BankProcess) -> dict[str, Any]:
    return dict(json.loads(bank.get("/demo/bank/payouts/?format=json").body))


def faulty(bank: BankProcess, fault: str) -> None:
    bank.post(books(bank)["action"], [("fault", fault)])


def naming(bank: BankProcess, fault: str) -> None:
    action = json.loads(bank.get("/demo/bank/names/?format=json").body)["action"]
    bank.post(action, [("fault", fault), ("delay_seconds", "0"), ("left", "")])


def credit(office: Office) -> Payment:
    """A payment that came for what another had paid."""
    says = paying.Bank(None, None, None, []).says  # type: ignore[arg-type] - nothing is signed here
    first = paying.start(office.approved(), office.checker, at=AT - timedelta(days=1))

    def hear(payment: Payment, code: str) -> None:
        said = says(payment, code, fpx_txn_time=AT - timedelta(days=1))
        receiving.record(confirmation=said, body=f"{payment.pk} {code}", channel=messages.Channel.DIRECT, method=PaymentMethod.FPX, on=BEFORE, at=AT)

    hear(first, codes.INSUFFICIENT)
    second = paying.start(first.filing, office.checker, at=AT - timedelta(days=1))
    hear(second, codes.APPROVED)
    hear(first, codes.APPROVED)
    first.refresh_from_db()
    assert (first.state, first.counts) == ("APPROVED", False)
    return first


def ask(office: Office, by: User, account: str = "", at: datetime = AT) -> RefundAccount:
    number = account or f"5{int(office.employer.number):011d}"
    shown = {"employer": office.employer.number, "bank": "MBBEMYKL", "bank_name": "Maybank", "account": number, "ending": number[-4:]}
    approval = leave.leave_for(user=by, purpose=Purpose.REFUND_ACCOUNT, shown=shown, at=at)
    return refund_accounts.ask(employer=office.employer, bank="MBBEMYKL", account=number, by=by, approval=approval, on=BEFORE, at=at)


def verified(office: Office, by: User, account: str = "", at: datetime = AT) -> RefundAccount:
    found = ask(office, by, account, at)
    assert refund_verifying.verify_due(on=BEFORE, at=at) == 1
    found.refresh_from_db()
    return found


def approved(office: Office, officers: tuple[User, User]) -> Refund:
    payment = credit(office)
    found = refunds.apply(order_no=payment.order_no, by=office.checker, on=BEFORE)
    matter = PaymentMatter.objects.get(kind=MatterKind.REFUND, cause=f"refund:{found.pk}")
    refunds.propose(matter_id=matter.pk, comment="Dibayar dua kali", by=officers[0], on=BEFORE)
    return refunds.decide(matter_id=matter.pk, approved=True, comment="Setuju", by=officers[1], on=BEFORE)


def make(on: date = DAY) -> PayoutFile | None:
    """What the worker does on a business day."""
    engine.open_run(programme=payout_files.PROGRAMME, period=str(on), chunks=payout_files.plan(str(on), on), on=on)
    counts = engine.Counts()
    while lease := engine.take([payout_files.PROGRAMME]):
        engine.work_one(lease, counts)
    assert counts.failed == 0
    return PayoutFile.objects.filter(on=on).first()


def sweep(days: int = 0) -> dict[str, int]:
    return payout_files.sweep(on=DAY + timedelta(days=days), at=AT + timedelta(days=days))


def told() -> list[str]:
    return list(Notice.objects.filter(whose="EMPLOYER", code__startswith="REFUND").order_by("pk").values_list("code", flat=True))


class TestTwoOfficers:
    @pytest.fixture
    def matter(self, office: Office) -> PaymentMatter:
        refunds.apply(order_no=credit(office).order_no, by=office.checker, on=BEFORE)
        return PaymentMatter.objects.get(kind=MatterKind.REFUND)

    def test_one_proposes_and_another_approves(self, office: Office, matter: PaymentMatter, officers: tuple[User, User]) -> None:
        for by, code in ((officers[0], "NOT_PROPOSED"), (office.checker, "NO_RIGHT")):
            with pytest.raises(matters.NotAllowed, match=code):
                refunds.decide(matter_id=matter.pk, approved=True, comment="Setuju", by=by, on=BEFORE)
        refunds.propose(matter_id=matter.pk, comment="Dibayar dua kali", by=officers[0], on=BEFORE)
        with pytest.raises(matters.NotAllowed, match="SAME_OFFICER"):
            refunds.decide(matter_id=matter.pk, approved=True, comment="Setuju", by=officers[0], on=BEFORE)
        with pytest.raises(matters.NotAllowed, match="WRONG_STATE"):
            refunds.propose(matter_id=matter.pk, comment="Dibayar dua kali", by=officers[1], on=BEFORE)

        found = refunds.decide(matter_id=matter.pk, approved=True, comment="Setuju", by=officers[1], on=BEFORE)

        assert (found.state, found.proposed_by_id, found.decided_by_id) == (RefundState.APPROVED, officers[0].pk, officers[1].pk)
        assert [entry.action for entry in matter.log.all()] == ["OPEN", "PROPOSE", "CLOSE"]
        assert invariants.broken() == []

    def test_one_refuses_alone_also_what_another_proposed(self, matter: PaymentMatter, officers: tuple[User, User]) -> None:
        refunds.propose(matter_id=matter.pk, comment="Dibayar dua kali", by=officers[0], on=BEFORE)

        found = refunds.decide(matter_id=matter.pk, approved=False, comment="Bukan", by=officers[0], on=BEFORE)

        assert (found.state, told()) == (RefundState.REFUSED, ["REFUND_REFUSED"])
        assert invariants.broken() == []

    def test_postgresql_lets_nobody_send_money_out_alone(self, matter: PaymentMatter, officers: tuple[User, User]) -> None:
        refunds.propose(matter_id=matter.pk, comment="Dibayar dua kali", by=officers[0], on=BEFORE)

        with pytest.raises(IntegrityError, match="refund_two_officers"), transaction.atomic():
            Refund.objects.update(state=RefundState.APPROVED, decided_by=officers[0], decided_on=BEFORE)
        with pytest.raises(IntegrityError, match="refund_moves_forwards"), transaction.atomic():
            Refund.objects.update(state=RefundState.SENT, decided_by=officers[1], decided_on=BEFORE)


class TestTheAccount:
    def test_it_is_taken_when_the_bank_names_the_employer_and_kept_encrypted(self, office: Office, administrator: User) -> None:
        found = verified(office, administrator)

        assert (found.state, found.since, told()) == (RefundAccountState.CURRENT, BEFORE, ["REFUND_ACCOUNT_BEGINS"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT number, holder FROM contributions_refundaccount")
            number, holder = cursor.fetchone()
        assert str(found.number).encode() not in bytes(number)
        assert office.employer.name.upper().encode() not in bytes(holder)
        assert not AuditEvent.objects.filter(data__icontains=str(found.number)).exists()

    @pytest.mark.parametrize(
        ("fault", "why"),
        [("UNKNOWN", "NO_ACCOUNT"), ("CLOSED", "CLOSED"), ("JOINT", "JOINT"), ("ANOTHER_NAME", "NAME"), ("NEAR_NAME", "NAME")],
        ids=["no such account", "account closed", "joint account", "another name", "a name that is near"],
    )
    def test_it_is_refused_with_the_reason(self, office: Office, administrator: User, bank: BankProcess, fault: str, why: str) -> None:
        naming(bank, fault)

        found = verified(office, administrator)

        assert (found.state, found.why, told()) == (RefundAccountState.REFUSED, why, ["REFUND_ACCOUNT_REFUSED"])
        naming(bank, "NONE")
        assert verified(office, administrator, account=f"6{int(office.employer.number):011d}").state == RefundAccountState.CURRENT

    def test_a_company_s_account_is_an_employer_s(self, office: Office, administrator: User, bank: BankProcess) -> None:
        naming(bank, "COMPANY")

        assert verified(office, administrator).state == RefundAccountState.CURRENT

    @pytest.mark.parametrize("fault", ["SILENT", "BAD_SIGNATURE"])
    def test_silence_and_forgery_decide_nothing_until_they_last_for_days(
        self, office: Office, administrator: User, bank: BankProcess, fault: str
    ) -> None:
        naming(bank, fault)
        found = ask(office, administrator)
        assert refund_verifying.verify_due(on=BEFORE, at=AT) == 0
        assert refund_verifying.verify_due(on=BEFORE, at=AT + timedelta(seconds=5)) == 0, "nobody asks twice in a moment"
        found.refresh_from_db()
        assert (found.state, found.tries) == (RefundAccountState.ASKED, 1)

        refund_verifying.verify_due(on=DAY + timedelta(days=3), at=AT + timedelta(days=3))

        found.refresh_from_db()
        assert (found.state, found.why) == (RefundAccountState.REFUSED, "SILENT")

    def test_by_the_administrator_only_not_the_same_and_not_without_end(self, office: Office, administrator: User) -> None:
        found = verified(office, administrator)
        for by, account, code in (
            (office.checker, "512345678902", "NO_RIGHT_REFUND_ACCOUNT"),
            (administrator, str(found.number), "REFUND_ACCOUNT_SAME"),
        ):
            with pytest.raises(people.NotAllowed, match=code):
                ask(office, by, account)
        for number in range(4):
            ask(office, administrator, f"51234567{number:04d}", at=AT + timedelta(hours=number + 1))
        with pytest.raises(people.NotAllowed, match="REFUND_ACCOUNT_OFTEN"):
            ask(office, administrator, "512345679999", at=AT + timedelta(hours=6))

    def test_a_code_of_another_account_is_no_code(self, office: Office, administrator: User) -> None:
        shown = {"employer": office.employer.number, "bank": "MBBEMYKL", "bank_name": "Maybank", "account": "512345678901", "ending": "8901"}
        approval = leave.leave_for(user=administrator, purpose=Purpose.REFUND_ACCOUNT, shown=shown, at=AT)

        with pytest.raises(refund_accounts.tac.Refused):
            refund_accounts.ask(
                employer=office.employer, bank="MBBEMYKL", account="512345678902", by=administrator, approval=approval, on=BEFORE, at=AT
            )
        assert not RefundAccount.objects.exists()

    def test_postgresql_lets_it_change_only_by_another(self, office: Office, administrator: User) -> None:
        verified(office, administrator)
        verified(office, administrator, account=f"6{int(office.employer.number):011d}")

        assert list(RefundAccount.objects.order_by("pk").values_list("state", "why")) == [("ENDED", "REPLACED"), ("CURRENT", "")]
        for changed in ({"state": "CURRENT", "ended_on": None, "why": ""}, {"tries": 9}):
            with pytest.raises(IntegrityError, match="refund_account_goes_forward"), transaction.atomic():
                RefundAccount.objects.filter(state="ENDED").update(**changed)
        with pytest.raises(IntegrityError, match="refund_account_goes_forward"), transaction.atomic():
            RefundAccount.objects.filter(state="CURRENT").update(holder="SOMEBODY ELSE")


class TestThePayout:
    @pytest.fixture
    def refund(self, office: Office, administrator: User, officers: tuple[User, User]) -> Refund:
        verified(office, administrator)
        return approved(office, officers)

    def test_it_is_paid_once_and_settled_and_the_employer_is_told_at_each_step(self, bank: BankProcess, office: Office, refund: Refund) -> None:
        assert make(BEFORE - timedelta(days=1)) is None, "it was approved later"
        made = make()
        assert made is not None
        assert (made.rows_total, made.amount) == (1, OWED)
        assert (standing().get("CREDIT", 0), standing()["PAYOUT_CLEARING"]) == (0, 144_900)
        assert invariants.broken() == []

        assert sweep() == {"sent": 1, "answered": 1}

        refund.refresh_from_db()
        payout = Payout.objects.get(kind=PayoutKind.REFUND, ref=refund.pk)
        assert (refund.state, payout.state, payout.bank_id[:2]) == (RefundState.PAID, PayoutState.PAID, "PO")
        assert (standing()["PAYOUT_CLEARING"], standing()["BANK"]) == (0, 144_900)
        assert told() == ["REFUND_ACCOUNT_BEGINS", "REFUND_APPROVED", "REFUND_SENT", "REFUND_PAID"]
        actions = ["refund.apply", "refund.propose", "refund.decide", "refund.sent", "refund.paid"]
        assert list(AuditEvent.objects.filter(action__startswith="refund.").order_by("pk").values_list("action", flat=True)) == actions
        assert make(DAY + timedelta(days=1)) is None
        assert sweep(1) == {"sent": 0, "answered": 0}
        assert invariants.broken() == []

    def test_without_an_account_it_is_asked_for_and_what_waited_is_sent_then(
        self, office: Office, administrator: User, officers: tuple[User, User]
    ) -> None:
        refund = approved(office, officers)
        assert (make(), told()) == (None, ["REFUND_APPROVED", "REFUND_NEEDS_ACCOUNT"])
        verified(office, administrator)

        make(DAY + timedelta(days=1))
        sweep(1)

        refund.refresh_from_db()
        assert refund.state == RefundState.PAID
        assert invariants.broken() == []

    @pytest.mark.parametrize("fault", ["REJECTED", "CLOSED"], ids=["rejected", "account closed"])
    def test_one_that_the_bank_returns_is_credit_again_and_goes_to_another_account(
        self, bank: BankProcess, office: Office, administrator: User, refund: Refund, fault: str
    ) -> None:
        faulty(bank, fault)
        make()
        sweep()
        refund.refresh_from_db()
        first = Payout.objects.get()
        assert (refund.state, first.state, first.reason) == (RefundState.RETURNED, PayoutState.RETURNED, fault)
        assert (standing()["CREDIT"], standing()["PAYOUT_CLEARING"], standing().get("BANK", 0)) == (144_900, 0, 0)
        assert (refund_accounts.current_of(office.employer.pk), told()[-1]) == (None, "REFUND_RETURNED")
        assert invariants.broken() == []
        assert make(DAY + timedelta(days=1)) is None, "nothing goes to the account that sent it back"

        faulty(bank, "NONE")
        verified(office, administrator, account=f"6{int(office.employer.number):011d}")
        make(DAY + timedelta(days=2))
        sweep(2)

        refund.refresh_from_db()
        second = Payout.objects.order_by("pk").last()
        assert second is not None
        assert (refund.state, second.attempt, second.state, second.number == first.number) == (RefundState.PAID, 2, PayoutState.PAID, False)
        assert [one["result"] for one in books(bank)["payouts"][:2]] == ["PAID", fault]
        assert invariants.broken() == []

    def test_one_to_a_holder_the_bank_s_own_books_do_not_know_is_returned(self, bank: BankProcess, office: Office, refund: Refund) -> None:
        content = desk.configured().write(DAY, [files.Row("POX", "MBBEMYKL", f"5{int(office.employer.number):011d}", OWED, "NAMA LAIN SDN BHD")])

        assert desk.configured().send(content)
        assert books(bank)["payouts"][0]["result"] == "REJECTED"

    @pytest.mark.parametrize(
        ("fault", "code"),
        [("ROW_TWICE", "ROWS"), ("WRONG_TOTAL", "TOTAL"), ("OTHER_AMOUNT", "ROWS"), ("TORN", "TORN"), ("ALTERED", "SIGNATURE")],
        ids=["a row twice", "wrong total", "another amount", "cut off in the middle", "altered"],
    )
    def test_an_answer_that_is_wrong_is_not_read_and_an_officer_has_it(self, bank: BankProcess, refund: Refund, fault: str, code: str) -> None:
        faulty(bank, fault)
        make()
        assert [sweep() for _ in range(2)] == [{"sent": 1, "answered": 0}, {"sent": 0, "answered": 0}]
        matter = PaymentMatter.objects.get(kind=MatterKind.FILE_REFUSED)
        refund.refresh_from_db()
        assert (refund.state, matter.reason.split()[2]) == (RefundState.SENT, code)
        assert standing()["PAYOUT_CLEARING"] == 144_900

        faulty(bank, "NONE")
        sweep()

        refund.refresh_from_db()
        matter.refresh_from_db()
        assert (refund.state, matter.decision) == (RefundState.PAID, "SOLVED")
        assert invariants.broken() == []

    def test_an_answer_that_comes_late_and_twice(self, bank: BankProcess, refund: Refund) -> None:
        faulty(bank, "LATE")
        made = make()
        assert made is not None
        assert sweep() == {"sent": 1, "answered": 0}
        faulty(bank, "NONE")
        content = desk.configured().fetch(DAY)
        assert content is not None
        for _ in range(2):
            assert payout_files.take(file_id=made.pk, content=content, on=DAY, at=AT)

        refund.refresh_from_db()
        assert (refund.state, told().count("REFUND_PAID")) == (RefundState.PAID, 1)
        assert invariants.broken() == []

    def test_an_answer_that_never_comes_is_an_officer_s_after_three_days(self, bank: BankProcess, refund: Refund) -> None:
        faulty(bank, "LATE")
        make()
        for days in range(5):
            sweep(days)
            assert PaymentMatter.objects.filter(kind=MatterKind.SILENT).count() == (days >= 3)
        refund.refresh_from_db()
        assert (refund.state, standing()["PAYOUT_CLEARING"]) == (RefundState.SENT, 144_900)

        faulty(bank, "NONE")
        sweep(5)

        assert PaymentMatter.objects.get(kind=MatterKind.SILENT).decision == "SOLVED"
        assert invariants.broken() == []

    @pytest.mark.parametrize("fault", ["NOT_TAKEN", "LOST"], ids=["the bank does not take it", "its word is lost"])
    def test_the_same_file_is_sent_until_the_bank_has_it_and_pays_once(self, bank: BankProcess, refund: Refund, fault: str) -> None:
        faulty(bank, fault)
        make()
        assert [sweep() for _ in range(3)] == [{"sent": 0, "answered": 0}] * 3

        faulty(bank, "NONE")
        assert sweep() == {"sent": 1, "answered": 1}

        payout = Payout.objects.get()
        assert [one["result"] for one in books(bank)["payouts"] if one["number"] == payout.number] == ["PAID"]
        assert invariants.broken() == []

    def test_killed_between_two_rows_it_goes_on(
        self, office: Office, refund: Refund, make_office: Any, officers: tuple[User, User], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = make_office()
        verified(other, other.colleague(administrator=True))
        second = approved(other, officers)
        made = make()
        assert made is not None
        assert made.rows_total == 2

        def once(name: str) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(payout_files.jobs, "failpoint", once)
        with pytest.raises(KeyboardInterrupt):
            sweep()
        monkeypatch.undo()
        states = list(Payout.objects.order_by("pk").values_list("state", flat=True))
        assert states == [PayoutState.PAID, PayoutState.SENT]
        sweep()

        second.refresh_from_db()
        assert second.state == RefundState.PAID
        assert invariants.broken() == []

    def test_a_second_order_finds_the_first_and_less_than_was_held_is_not_paid(self, refund: Refund) -> None:
        payout = Payout.objects.get()
        payee = payouts.Payee(payout.bank, str(payout.account), str(payout.holder))
        asked = {"kind": PayoutKind.REFUND, "holds": payout.holds, "payee": payee, "on": DAY}

        assert payouts.order(ref=refund.pk, amount=OWED, **asked) == payout
        with pytest.raises(payouts.NotHeld, match=r"1449\.00 held, expected 1448\.00"):
            payouts.order(ref=refund.pk + 1, amount=OWED - 1, **asked)
        with pytest.raises(IntegrityError, match="payout_one_of_a_cause"), transaction.atomic():
            Payout.objects.create(
                number="POY", kind="REFUND", ref=refund.pk, attempt=2, holds=payout.holds, amount=OWED, bank="MBBEMYKL", account="5", ending="0005",
                holder="X", ordered_on=DAY,
            )  # fmt: skip

    def test_an_order_is_taken_back_until_it_is_in_a_file(self, refund: Refund) -> None:
        payout = Payout.objects.get()
        assert payouts.cancel(payout_id=payout.pk, on=BEFORE)
        assert (make(), invariants.broken()) == (None, [])
        assert not payouts.cancel(payout_id=payout.pk, on=BEFORE)

    def test_frozen_money_waits_for_another_day_s_file(self, refund: Refund) -> None:
        account = Hold.objects.get(pk=Payout.objects.get(kind=PayoutKind.REFUND, ref=refund.pk).holds[0]).account_id
        freezing.freeze([invariants.Result("entry_sums_to_zero", 1, [invariants.Finding("entry 1", 1, (account,))], {account: "entry 1"})])
        assert make() is None
        freezing.lift(account_id=account, reason="Telah disemak.", by="pentadbir01")

        assert make(DAY + timedelta(days=1)) is not None
        assert invariants.broken() == []

    def test_postgresql_keeps_what_was_sent_and_what_was_answered(self, refund: Refund) -> None:
        make()
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM members_payoutfile")
            assert b"MBBEMYKL" not in bytes(cursor.fetchone()[0])
        for changed in ({"entry_id": 1}, {"state": "ORDERED", "file": None, "entry_id": None}):
            with pytest.raises(IntegrityError, match="payout_moves_forwards"), transaction.atomic():
                Payout.objects.update(**changed)
        sweep()
        with pytest.raises(IntegrityError, match="payout_moves_forwards"), transaction.atomic():
            Payout.objects.update(state="RETURNED", reason="CLOSED", bank_id="", paid_at=None)
        with pytest.raises(IntegrityError, match="payout_file_is_answered"), transaction.atomic():
            PayoutFile.objects.update(answer="another")


class TestTheFile:
    ROW = files.Row("POABC", "MBBEMYKL", "512345678901", Decimal("10.00"), "Syarikat Müller & Anak Sdn. Bhd.")

    def test_a_name_is_written_as_banks_can_read_it(self, seller_pair: keys.Pair) -> None:
        sent = files.write_payouts(on=DAY, seller_id="SP00099999", rows=[self.ROW], key=seller_pair.key)

        certificates = files.signature.Certificates.from_pem([seller_pair.cert_pem])
        assert files.read_payouts(sent, certificates=certificates, at=keys.NOW) == (
            DAY,
            "SP00099999",
            [self.ROW._replace(holder="Syarikat Muller & Anak Sdn. Bhd.")],
        )

    def test_an_answer_of_a_stranger_of_another_day_or_to_another_file_is_not_read(
        self, bank_pair: keys.Pair, stranger_pair: keys.Pair, seller_pair: keys.Pair
    ) -> None:
        sent = files.write_payouts(on=DAY, seller_id="SP00099999", rows=[self.ROW], key=seller_pair.key)
        said = files.Answer(self.ROW.number, self.ROW.amount, files.Result.REJECTED)
        certificates = files.signature.Certificates.from_pem([bank_pair.cert_pem])
        for pair, on, of, code in (
            (stranger_pair, DAY, sent, "SIGNATURE"),
            (bank_pair, BEFORE, sent, "DAY"),
            (bank_pair, DAY, b"another", "ANOTHER"),
        ):
            content = files.write_answers(on=on, seller_id="SP00099999", of=files.digest(of), rows=[said], key=pair.key)
            with pytest.raises(files.FileRefused, match=code):
                files.read_answers(content, on=DAY, seller_id="SP00099999", of=sent, certificates=certificates, at=keys.NOW)

    def test_a_row_that_was_paid_has_the_bank_s_number_and_time_and_another_has_neither(self, bank_pair: keys.Pair, seller_pair: keys.Pair) -> None:
        sent = files.write_payouts(on=DAY, seller_id="SP00099999", rows=[self.ROW], key=seller_pair.key)
        certificates = files.signature.Certificates.from_pem([bank_pair.cert_pem])
        for result, bank_id, at in ((files.Result.PAID, "", None), (files.Result.CLOSED, "PO1", AT), (files.Result.PAID, "PO1", None)):
            said = files.Answer(self.ROW.number, self.ROW.amount, result, bank_id, at)
            content = files.write_answers(on=DAY, seller_id="SP00099999", of=files.digest(sent), rows=[said], key=bank_pair.key)
            with pytest.raises(files.FileRefused, match="ROW"):
                files.read_answers(content, on=DAY, seller_id="SP00099999", of=sent, certificates=certificates, at=keys.NOW)
