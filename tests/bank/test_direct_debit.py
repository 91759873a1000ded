"""Direct debit from the application to the ledger: each fault of the bank, by name, in the demo bank, a process of its own, over HTTP."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction

from contributions.enums import FilingState, MandateState, PaymentMethod, PaymentState
from contributions.models import Collection, Filing, Mandate, Payment, PaymentMatter, SettlementFile, SettlementRow
from contributions.services import collecting, enquiry, mandates, payment, settling
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.direct_debit import desk, files
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import engine
from kwsp_portal.notify.models import Notice
from members.identity.enums import Purpose
from members.identity.models import User
from members.ledger import invariants
from tests.bank import keys, stub
from tests.bank.bank_process import BankProcess
from tests.bank.test_portal_pays import portal_keys
from tests.contributions.conftest import Office, make_office, office
from tests.contributions.crediting import standing
from tests.factories import leave

__all__ = ["make_office", "office", "portal_keys"]

pytestmark = pytest.mark.django_db
DAY = date.fromisoformat(stub.BUSINESS_DATE)
"""The day of collection, which is the bank's business date."""
BEFORE = DAY - timedelta(days=1)
AT = datetime(DAY.year, DAY.month, DAY.day, 9, 30, tzinfo=KL)
PAID = (PaymentState.APPROVED, FilingState.PAID)
PAYEES = count(1)
FAILED = (PaymentState.FAILED, FilingState.APPROVED)


@pytest.fixture(autouse=True)
def portal_at(settings: LazySettings, portal_keys: dict[str, Any], bank: BankProcess) -> Iterator[None]:
    """The portal that asks this bank, which behaves as a bank should. Its books know one file a day of each payee: each test is another one."""
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url, "seller_id": f"SE{next(PAYEES):08d}"}
    yield
    faulty(bank, mandate="NONE", collection="NONE")


@pytest.fixture
def administrator(office: Office) -> User:
    return head_of(office)


def head_of(office: Office) -> User:
    return office.colleague(administrator=True)


def books(bank: BankProcess) -> dict[str, Any]:
    return dict(json.loads(bank.get("/demo/bank/direct-debit/?format=json").body))


def faulty(bank: BankProcess, **faults: str) -> None:
    bank.post(books(bank)["action"], list(faults.items()))


def apply(office: Office, by: User, account: str = "", ceiling: str = "5000.00") -> Mandate:
    number = account or f"5{int(office.employer.number):011d}"
    shown = {"whose": f"EMPLOYER:{office.employer.number}", "bank": "MBBEMYKL", "account": number, "ending": number[-4:], "ceiling": ceiling}
    approval = leave.leave_for(user=by, purpose=Purpose.DIRECT_DEBIT, shown=shown, at=AT)
    return mandates.apply(
        employer=office.employer, bank="MBBEMYKL", account=number, ceiling=Decimal(ceiling), by=by, approval=approval, on=BEFORE, at=AT
    )


def active(office: Office, by: User, **more: str) -> Mandate:
    found = apply(office, by, **more)
    mandates.sweep(on=BEFORE, at=AT)
    found.refresh_from_db()
    assert found.state == MandateState.ACTIVE
    return found


def debit(office: Office, filing: Filing | None = None, on: date = DAY) -> Payment:
    """An approved filing that is chosen to be paid by direct debit on that day, the day before."""
    found = filing or office.approved()
    return leave.start(filing_id=found.pk, by=office.checker, on=BEFORE, at=AT - timedelta(days=1), method=PaymentMethod.DDA, collect_on=on)


def collect(on: date = DAY) -> Collection | None:
    """What the worker does on a business day."""
    engine.open_run(programme=collecting.PROGRAMME, period=str(on), chunks=collecting.plan(str(on), on), on=on)
    counts = engine.Counts()
    while lease := engine.take([collecting.PROGRAMME]):
        engine.work_one(lease, counts)
    assert counts.failed == 0
    return Collection.objects.filter(on=on).first()


def sweep(days: int = 0) -> dict[str, int]:
    return collecting.sweep(on=DAY + timedelta(days=days), at=AT + timedelta(days=days))


def state(found: Payment) -> tuple[str, str]:
    found = Payment.objects.select_related("filing").get(pk=found.pk)
    return found.state, found.filing.state


def told() -> list[str]:
    return list(Notice.objects.filter(whose="EMPLOYER").order_by("pk").values_list("code", flat=True))


class TestTheMandate:
    def test_it_is_in_force_when_the_bank_has_verified_the_account(self, office: Office, administrator: User, bank: BankProcess) -> None:
        faulty(bank, mandate="DELAYED")
        found = apply(office, administrator)
        assert mandates.sweep(on=BEFORE, at=AT) == {"asked": 1, "answered": 1}
        found.refresh_from_db()
        assert (found.state, mandates.active_of(office.employer)) == (MandateState.APPLIED, None)

        faulty(bank, mandate="NONE")
        mandates.sweep(on=DAY, at=AT)

        found.refresh_from_db()
        assert (found.state, found.active_from, found.asked_on) == (MandateState.ACTIVE, DAY, DAY)
        assert told() == ["MANDATE_ACTIVE"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT account FROM contributions_mandate")
            assert found.account.encode() not in bytes(cursor.fetchone()[0])

    @pytest.mark.parametrize(("fault", "reason"), [("REFUSED", "POLICY"), ("NAME", "NAME"), ("CLOSED", "CLOSED")])
    def test_it_is_refused_with_the_reason(self, office: Office, administrator: User, bank: BankProcess, fault: str, reason: str) -> None:
        faulty(bank, mandate=fault)
        found = apply(office, administrator)
        mandates.sweep(on=BEFORE, at=AT)

        found.refresh_from_db()
        assert (found.state, found.reason) == (MandateState.REFUSED, reason)
        assert told() == ["MANDATE_REFUSED"]
        faulty(bank, mandate="NONE")
        active(office, administrator, account=f"6{int(office.employer.number):011d}")

    def test_an_account_of_another_name_is_refused_by_the_bank_s_own_books(
        self, office: Office, administrator: User, make_office: Any, bank: BankProcess
    ) -> None:
        number = f"7{int(office.employer.number):011d}"
        active(office, administrator, account=number)
        other = make_office()
        other.employer.name = "NAMA LAIN SDN BHD"
        other.employer.save(update_fields=["name"])
        found = apply(other, head_of(other), account=number)
        mandates.sweep(on=BEFORE, at=AT)

        found.refresh_from_db()
        assert (found.state, found.reason) == (MandateState.REFUSED, "NAME")

    @pytest.mark.parametrize("fault", ["SILENT", "BAD_SIGNATURE"])
    def test_silence_and_forgery_decide_nothing(self, office: Office, administrator: User, bank: BankProcess, fault: str) -> None:
        faulty(bank, mandate=fault)
        found = apply(office, administrator)
        assert mandates.sweep(on=BEFORE, at=AT) == {"asked": 1, "answered": 0}

        found.refresh_from_db()
        assert (found.state, told()) == (MandateState.APPLIED, [])
        for days in (6, 7, 8):
            mandates.sweep(on=BEFORE + timedelta(days=days), at=AT)
            assert PaymentMatter.objects.filter(kind="SILENT", employer=office.employer).count() == (days > 6)
        faulty(bank, mandate="NONE")
        mandates.sweep(on=DAY + timedelta(days=8), at=AT)
        assert PaymentMatter.objects.get().decision == "SOLVED"

    def test_one_at_a_time_and_by_the_administrator_only(self, office: Office, administrator: User) -> None:
        apply(office, administrator)
        for by, code in ((administrator, "MANDATE_OPEN"), (office.checker, "NO_RIGHT_DEBIT")):
            with pytest.raises(mandates.people.NotAllowed, match=code):
                apply(office, by, account="512345678902")

        refused = AuditEvent.objects.filter(action="mandate.apply", refused=True).values_list("data__code", flat=True)
        assert sorted(refused) == ["MANDATE_OPEN", "NO_RIGHT_DEBIT"]

    def test_ended_by_the_employer_the_bank_is_told_and_what_waits_is_not_collected(
        self, office: Office, administrator: User, bank: BankProcess
    ) -> None:
        found = active(office, administrator)
        waiting = debit(office)
        mandates.end(mandate_id=found.pk, by=administrator, on=BEFORE, at=AT)
        mandates.sweep(on=BEFORE, at=AT)

        assert state(waiting) == FAILED
        assert (books(bank)["mandates"][0]["state"], books(bank)["mandates"][0]["reason"]) == ("CANCELLED", "PAYEE")
        assert collect() is None
        assert told()[-1] == "DEBIT_REFUSED"
        with pytest.raises(mandates.people.NotAllowed, match="MANDATE_OVER"):
            mandates.end(mandate_id=found.pk, by=administrator, on=BEFORE, at=AT)

    def test_ended_at_the_bank_it_is_learned_the_next_day(self, office: Office, administrator: User, bank: BankProcess) -> None:
        found = active(office, administrator)
        waiting = debit(office, on=DAY + timedelta(days=3))
        bank.post(books(bank)["mandates"][0]["cancel"])
        assert mandates.sweep(on=BEFORE, at=AT) == {"asked": 0, "answered": 0}
        mandates.sweep(on=DAY, at=AT)

        found.refresh_from_db()
        assert (found.state, found.reason, found.ended_by) == (MandateState.ENDED, "CUSTOMER", None)
        assert (state(waiting), told()) == (FAILED, ["MANDATE_ACTIVE", "MANDATE_ENDED", "DEBIT_REFUSED"])

    def test_postgresql_lets_it_move_forwards_only(self, office: Office, administrator: User) -> None:
        found = active(office, administrator)
        mandates.end(mandate_id=found.pk, by=administrator, on=BEFORE, at=AT)

        with pytest.raises(IntegrityError, match="mandate_moves_forwards"), transaction.atomic():
            Mandate.objects.filter(pk=found.pk).update(state=MandateState.ACTIVE, ended_on=None, ended_by=None)


class TestWhatCannotBeCollected:
    def refused(self, office: Office, filing: Filing, on: date = DAY) -> str:
        with pytest.raises(payment.PaymentRefused) as error:
            debit(office, filing, on)
        assert not Payment.objects.exists()
        return error.value.refusal.code

    def test_without_a_mandate(self, office: Office, administrator: User) -> None:
        apply(office, administrator)

        assert self.refused(office, office.approved()) == "NO_MANDATE"

    def test_above_the_ceiling(self, office: Office, administrator: User) -> None:
        active(office, administrator, ceiling="1448.99")

        assert self.refused(office, office.approved()) == "ABOVE_CEILING"

    def test_on_a_day_that_is_past_or_too_far(self, office: Office, administrator: User) -> None:
        active(office, administrator)
        filing = office.approved()

        assert {self.refused(office, filing, on) for on in (BEFORE, BEFORE + timedelta(days=61))} == {"COLLECT_DAY"}


class TestTheCollection:
    @pytest.fixture
    def waiting(self, office: Office, administrator: User) -> Payment:
        active(office, administrator)
        return debit(office)

    def test_it_is_collected_on_its_day_once_and_credited_with_the_bank_s_date(self, bank: BankProcess, waiting: Payment) -> None:
        assert collect(BEFORE) is None, "its day has not come"
        made = collect()
        assert made is not None
        assert (made.rows_total, made.amount, state(waiting)[0]) == (1, Decimal("1449.00"), PaymentState.PENDING)
        assert sweep() == {"sent": 1, "answered": 1}

        waiting = Payment.objects.get(pk=waiting.pk)
        assert state(waiting) == PAID
        assert (waiting.filing.paid_on, waiting.counts, waiting.fpx_id[:3]) == (DAY, True, "DDA")
        assert (standing()["DDA_CLEARING"], standing().get("FPX_CLEARING", 0)) == (-144_900, 0)
        assert collect(DAY + timedelta(days=1)) is None
        assert sweep(1) == {"sent": 0, "answered": 0}
        assert invariants.broken() == []
        with pytest.raises(IntegrityError, match="collection_is_answered"), transaction.atomic():
            Collection.objects.update(answer="another")
        with pytest.raises(IntegrityError, match="debit_is_in_its_file"), transaction.atomic():
            Payment.objects.update(collection=None)

    @pytest.mark.parametrize(
        ("fault", "code", "ends"),
        [("INSUFFICIENT", "51", False), ("CLOSED", "D1", True), ("NO_MANDATE", "D2", True)],
        ids=["insufficient funds", "account closed", "unknown mandate"],
    )
    def test_a_row_that_is_refused(self, bank: BankProcess, waiting: Payment, fault: str, code: str, ends: bool) -> None:
        faulty(bank, collection=fault)
        collect()
        sweep()

        waiting.refresh_from_db()
        assert (state(waiting), waiting.response_code) == (FAILED, code)
        assert told() == ["MANDATE_ACTIVE", "DEBIT_REFUSED", *(["MANDATE_ENDED"] if ends else [])]
        assert (Mandate.objects.get().state == MandateState.ENDED) is ends
        assert invariants.broken() == []

    @pytest.mark.parametrize(
        ("fault", "code"),
        [("ROW_TWICE", "ROWS"), ("WRONG_TOTAL", "TOTAL"), ("OTHER_AMOUNT", "ROWS"), ("TORN", "TORN"), ("ALTERED", "SIGNATURE")],
        ids=["a row twice", "wrong total", "another amount", "cut off in the middle", "altered"],
    )
    def test_an_answer_that_is_wrong_is_not_read_and_an_officer_has_it(self, bank: BankProcess, waiting: Payment, fault: str, code: str) -> None:
        faulty(bank, collection=fault)
        collect()
        assert [sweep() for _ in range(2)] == [{"sent": 1, "answered": 0}, {"sent": 0, "answered": 0}]
        matter = PaymentMatter.objects.get()
        assert (state(waiting)[0], matter.kind, matter.reason.split()[2]) == (PaymentState.PENDING, "FILE_REFUSED", code)

        faulty(bank, collection="NONE")
        sweep()

        matter.refresh_from_db()
        assert (state(waiting), matter.decision) == (PAID, "SOLVED")

    def test_an_answer_that_comes_late_and_twice(self, bank: BankProcess, waiting: Payment) -> None:
        faulty(bank, collection="LATE")
        made = collect()
        assert made is not None
        assert sweep() == {"sent": 1, "answered": 0}
        faulty(bank, collection="NONE")
        content = desk.configured().fetch(DAY)
        assert content is not None
        for _ in range(2):
            assert collecting.take(collection_id=made.pk, content=content, on=DAY, at=AT)

        assert state(waiting) == PAID
        assert list(waiting.messages.order_by("pk").values_list("channel", "verdict")) == [("FILE", "APPLIED"), ("FILE", "REPEATED")]
        assert invariants.broken() == []

    def test_an_answer_that_never_comes_is_an_officer_s_after_a_week_from_its_day(self, bank: BankProcess, waiting: Payment) -> None:
        faulty(bank, collection="LATE")
        collect()
        sweep()
        assert enquiry.due_for_question(at=AT + timedelta(days=30)) == []
        assert [enquiry.hand_over(on=DAY + timedelta(days=days)) for days in (6, 7)] == [0, 1]

        assert (PaymentMatter.objects.get().kind, state(waiting)[0]) == ("SILENT", PaymentState.PENDING)

    def test_a_bank_that_is_away_is_sent_the_same_file_until_it_has_it(
        self, bank: BankProcess, waiting: Payment, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        collect()
        there = settings.FPX
        settings.FPX = {**there, "bank_url": "http://127.0.0.1:9/"}
        assert sweep() == {"sent": 0, "answered": 0}
        settings.FPX = there
        monkeypatch.setattr(desk.Desk, "send", lambda self, content: False)
        assert sweep() == {"sent": 0, "answered": 0}
        monkeypatch.undo()
        made = Collection.objects.get()
        assert desk.configured().send(made.content.encode()) is True, "as if the bank's OK had been lost"

        assert sweep() == {"sent": 1, "answered": 1}
        assert (state(waiting), len([one for one in books(bank)["debits"] if one["order_no"] == waiting.order_no])) == (PAID, 1)

    def test_killed_between_two_rows_it_goes_on(
        self, bank: BankProcess, office: Office, waiting: Payment, make_office: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = make_office()
        active(other, head_of(other))
        second = debit(other)
        made = collect()
        assert made is not None
        assert made.rows_total == 2

        def once(name: str) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(collecting.jobs, "failpoint", once)
        with pytest.raises(KeyboardInterrupt):
            sweep()
        monkeypatch.undo()
        assert (state(waiting), state(second)[0]) == (PAID, PaymentState.PENDING)
        sweep()

        assert (state(waiting), state(second)) == (PAID, PAID)
        assert invariants.broken() == []

    def test_a_debit_is_taken_back_until_it_is_in_a_file(self, office: Office, waiting: Payment) -> None:
        enquiry.cancel(order_no=waiting.order_no, by=office.checker, on=BEFORE, at=AT)
        assert state(waiting) == FAILED
        again = debit(office, waiting.filing)
        collect()

        with pytest.raises(payment.PaymentRefused, match="COLLECTED"):
            enquiry.cancel(order_no=again.order_no, by=office.checker, on=DAY, at=AT)

    def test_it_is_settled_three_ways(self, bank: BankProcess, waiting: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
        SettlementFile.objects.create(on=BEFORE, digest="0" * 64, rows_total=0, amount=0, payments_from=1, fetched_at=AT)
        collect()
        sweep()
        monkeypatch.setattr(stub, "BUSINESS_DATE", str(DAY + timedelta(days=1)))
        settling.sweep(on=DAY + timedelta(days=1), at=AT + timedelta(days=1))

        assert SettlementRow.objects.get(payment=waiting).file.on == DAY
        assert (standing()["DDA_CLEARING"], standing()["BANK"]) == (0, -144_900)
        assert invariants.broken() == []


class TestTheFile:
    def test_one_of_a_stranger_or_of_another_day_is_not_read(self, bank_pair: keys.Pair, stranger_pair: keys.Pair, seller_pair: keys.Pair) -> None:
        row = files.Row("261015A", "DDAX", Decimal("10.00"))
        sent = files.write_collection(on=DAY, seller_id="SE00099999", rows=[row], key=seller_pair.key)
        said = files.Answer(*row, "51")
        certificates = files.signature.Certificates.from_pem([bank_pair.cert_pem])
        for pair, on, of, code in (
            (stranger_pair, DAY, sent, "SIGNATURE"),
            (bank_pair, BEFORE, sent, "DAY"),
            (bank_pair, DAY, b"another", "ANOTHER"),
        ):
            content = files.write_answers(on=on, seller_id="SE00099999", of=files.digest(of), rows=[said], key=pair.key)
            with pytest.raises(files.FileRefused, match=code):
                files.read_answers(content, on=DAY, seller_id="SE00099999", of=sent, certificates=certificates, at=keys.NOW)
