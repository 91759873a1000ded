"""The bank's settlement file: written and believed whole, fetched from the demo bank, matched three ways, each planted fault found and owned."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from contributions.enums import MatterKind, PaymentState
from contributions.models import Mandate, Payment, PaymentMatter, SettlementFile, SettlementRow
from contributions.services import matters, settling
from contributions.services import payment as payments
from kwsp_portal.bank import conf, settlement
from kwsp_portal.bank.fpx import signature
from kwsp_portal.bank.settlement import FileRefused, Row
from kwsp_portal.common.clock import KL
from members.identity.enums import Role
from members.ledger import invariants
from tests import factories
from tests.bank import keys, stub
from tests.bank.bank_process import BankProcess
from tests.bank.counter import pay
from tests.bank.test_portal_pays import AT, order, portal_keys, tell
from tests.contributions.conftest import NOVEMBER, Office, make_office, office
from tests.contributions.crediting import standing
from tests.factories import leave

__all__ = ["make_office", "office", "order", "portal_keys"]

DAY = date.fromisoformat(stub.BUSINESS_DATE)
NEXT = DAY + timedelta(days=1)
LATER = AT + timedelta(days=1)
ROWS = [Row(f"P{number}", f"F{number}", Decimal("756.00") + number, datetime(2026, 10, 15, 9, number, tzinfo=KL)) for number in range(3)]


class TestFile:
    def written(self, pair: keys.Pair, rows: list[Row] | None = None) -> bytes:
        return settlement.write(on=DAY, seller_id="SE1", rows=ROWS if rows is None else rows, key=pair.key)

    def read(self, content: bytes, pair: keys.Pair, **other: object) -> settlement.Settlement:
        asked = {"on": DAY, "seller_id": "SE1", "certificates": signature.Certificates.from_pem([pair.cert_pem]), "at": keys.NOW, **other}
        return settlement.read(content, **asked)  # type: ignore[arg-type]

    @pytest.mark.parametrize("rows", [[], ROWS])
    def test_what_is_written_is_read(self, bank_pair: keys.Pair, rows: list[Row]) -> None:
        assert self.read(self.written(bank_pair, rows), bank_pair).rows == rows

    def test_cut_short_at_any_byte_it_is_refused(self, bank_pair: keys.Pair) -> None:
        content = self.written(bank_pair)
        for end in range(len(content)):
            with pytest.raises(FileRefused):
                self.read(content[:end], bank_pair)

    def test_with_any_byte_changed_it_is_refused(self, bank_pair: keys.Pair) -> None:
        content = self.written(bank_pair)
        for place in range(0, len(content), 3):
            with pytest.raises(FileRefused):
                self.read(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :], bank_pair)

    def test_of_another_day_seller_or_signer_it_is_refused(self, bank_pair: keys.Pair, stranger_pair: keys.Pair) -> None:
        for other, code in (({"on": NEXT}, "DAY"), ({"seller_id": "SE2"}, "SELLER")):
            with pytest.raises(FileRefused, match=code):
                self.read(self.written(bank_pair), bank_pair, **other)
        with pytest.raises(FileRefused, match="SIGNATURE"):
            self.read(self.written(stranger_pair), bank_pair)


@pytest.fixture
def paid(bank: BankProcess, portal: stub.Portal, order: Payment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Payment]:
    """The order, approved by the bank on a day that is over; the file of the day before was taken."""
    SettlementFile.objects.create(on=DAY - timedelta(days=1), digest="0" * 64, rows_total=0, amount=0, payments_from=1, fetched_at=AT)
    pay(bank, conf.fpx(), payments.order_of(order))
    tell(portal, order)
    order.refresh_from_db()
    monkeypatch.setattr(stub, "BUSINESS_DATE", str(NEXT))
    yield order
    faulty(bank, "NONE")


def faulty(bank: BankProcess, fault: str) -> None:
    """Switch the bank's way of making files."""
    bank.post(json.loads(bank.get("/demo/bank/settlement/?format=json").body)["action"], [("fault", fault)])


def fetch(day: int = 1) -> None:
    settling.sweep(on=DAY + timedelta(days=day), at=AT + timedelta(days=day))


def of(payment: Payment) -> list[str]:
    """The kinds of the open matters about the payment."""
    return sorted(PaymentMatter.objects.filter(payment=payment, closed_on=None).values_list("kind", flat=True))


def sound() -> None:
    assert invariants.broken() == []


@pytest.mark.django_db(transaction=True)
class TestMatching:
    def test_what_agrees_is_settled_once_however_often_the_file_comes(self, bank: BankProcess, paid: Payment) -> None:
        assert standing()["FPX_CLEARING"] == -144_900
        content = settlement.configured().fetch(DAY)
        assert content is not None

        for _ in range(2):
            assert settling.take(content=content, day=DAY, on=NEXT, at=LATER)
        fetch()

        assert (standing()["FPX_CLEARING"], standing()["BANK"]) == (0, -144_900)
        assert SettlementRow.objects.get(payment=paid).file.on == DAY
        assert of(paid) == []
        sound()

    @pytest.mark.parametrize(
        ("fault", "kinds"),
        [
            ("MISSING_ROW", ["NOT_SETTLED"]),
            ("OTHER_AMOUNT", ["NOT_SETTLED", "SETTLED_AMOUNT"]),
            ("OTHER_NUMBER", ["NOT_SETTLED", "SETTLED_NUMBER"]),
            ("ROW_TWICE", ["SETTLED_TWICE"]),
            ("EXTRA_ROW", []),
        ],
    )
    def test_what_does_not_agree_is_an_officers_with_its_age(self, bank: BankProcess, paid: Payment, fault: str, kinds: list[str]) -> None:
        faulty(bank, fault)
        fetch()

        assert of(paid) == kinds
        settled = SettlementRow.objects.filter(payment=paid).exists()
        assert settled == (fault in ("ROW_TWICE", "EXTRA_ROW"))
        unknown = PaymentMatter.objects.filter(kind=MatterKind.SETTLED_UNKNOWN, reason__contains="TIADA0000000")
        assert unknown.count() == (fault == "EXTRA_ROW")
        assert set(PaymentMatter.objects.values_list("opened_on", flat=True)) <= {NEXT}
        sound()
        fetch(2)
        assert of(paid) == kinds, "looked at again, and opened once"

    @pytest.mark.parametrize(("fault", "code"), [("TORN", "TORN"), ("ALTERED", "SIGNATURE")])
    def test_a_spoilt_file_is_refused_whole_and_the_right_one_taken_after(self, bank: BankProcess, paid: Payment, fault: str, code: str) -> None:
        faulty(bank, fault)
        for _ in range(2):
            fetch()
        matter = PaymentMatter.objects.get()
        assert (matter.kind, matter.reason.split()[0]) == (MatterKind.FILE_REFUSED, code)
        assert not SettlementRow.objects.exists()

        faulty(bank, "NONE")
        fetch()

        assert SettlementRow.objects.get(payment=paid)
        matter.refresh_from_db()
        assert matter.decision == "SOLVED"
        sound()

    def test_a_file_that_is_not_ready_is_asked_for_again(self, bank: BankProcess, paid: Payment) -> None:
        faulty(bank, "LATE")
        fetch()
        assert SettlementFile.objects.count() == 1
        faulty(bank, "NONE")
        fetch()

        assert SettlementRow.objects.get(payment=paid)

    def test_another_file_of_a_day_that_was_taken_is_refused(self, bank: BankProcess, paid: Payment) -> None:
        fetch()
        faulty(bank, "EXTRA_ROW")
        other = settlement.configured().fetch(DAY)
        assert other is not None

        assert not settling.take(content=other, day=DAY, on=NEXT, at=LATER)

        assert PaymentMatter.objects.get(kind=MatterKind.FILE_REFUSED).reason.startswith("ANOTHER")

    def test_an_officer_ends_what_never_matches(self, bank: BankProcess, paid: Payment) -> None:
        faulty(bank, "MISSING_ROW")
        fetch()
        matter = PaymentMatter.objects.get(payment=paid)

        matters.note(matter_id=matter.pk, comment="Bank akan bayar esok", by=factories.UserFactory(role=Role.INSPECTOR), on=NEXT)

        assert of(paid) == []
        sound()


@pytest.mark.django_db(transaction=True)
def test_what_the_bank_paid_over_is_asked_for_before_it_counts_as_unpaid(
    bank: BankProcess, portal: stub.Portal, order: Payment, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No message ever came: the row of the file makes the portal ask, and the answer pays the filing."""
    SettlementFile.objects.create(on=DAY - timedelta(days=1), digest="0" * 64, rows_total=0, amount=0, payments_from=1, fetched_at=AT)
    pay(bank, conf.fpx(), payments.order_of(order), direct="NEVER")
    late = leave.start(filing_id=office.approved(wage_month=NOVEMBER).pk, bank_code="MBB0228", by=office.checker, on=AT.date(), at=AT)
    monkeypatch.setattr(stub, "BUSINESS_DATE", str(NEXT))

    fetch()

    order.refresh_from_db()
    assert (order.state, SettlementRow.objects.get(payment=order).amount) == (PaymentState.APPROVED, order.amount)
    assert PaymentMatter.objects.get(payment=order).decision == "SOLVED"
    late.refresh_from_db()
    assert late.state == PaymentState.SENT
    sound()


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "missed"), [("FPX", True), ("MAYBANK2U", True), ("DDA", True), ("RECEIPT", False)])
def test_what_the_bank_approved_by_any_of_its_ways_and_did_not_pay_over_is_told(office: Office, method: str, missed: bool) -> None:
    """A bank agent's money has days of its own (test_transfers)."""
    filing = factories.FilingFactory(approved=True, employer=office.employer)
    fields = {"order_no": "P1", "bank_code": "MBB0228", "amount": Decimal(756), "started_on": DAY, "started_at": AT}
    if method == "DDA":
        account = {"bank": "MBBEMYKL", "account": "512345678901", "ending": "8901", "ceiling": Decimal(5000)}
        fields["mandate"] = Mandate.objects.create(employer=office.employer, number="DDA1", applied_by=office.checker, applied_on=DAY, **account)
        fields["collect_on"] = DAY
    paid = {"state": "APPROVED", "counts": True, "fpx_id": "F1", "paid_at": AT, "started_by": None if method == "RECEIPT" else office.checker}
    payment = Payment.objects.create(filing=filing, method=method, **fields, **paid)
    file = SettlementFile.objects.create(on=AT.date(), digest="0" * 64, rows_total=0, amount=0, payments_from=1, fetched_at=AT)

    settling._look_for_the_missing(file, NEXT)

    assert of(payment) == (["NOT_SETTLED"] if missed else [])
