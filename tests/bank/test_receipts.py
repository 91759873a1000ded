"""Files of bank agents' receipts, made by the demo bank: filed, paid and credited by the path of every file; what does not fit is an officer's."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings

from contributions.borang_a.sdba import MeantFor
from contributions.borang_a.template import Person
from contributions.borang_a.template_sdba import sdba_template
from contributions.enums import FilingState, MatterKind, PaymentMethod, ReceiptState
from contributions.models import Filing, Payment, PaymentMatter, Receipt, ReceiptFile
from contributions.services import crediting, matters, mending, reading, receipt_acts, receipt_filing, receipts
from contributions.services import filing as filings
from contributions.views import receipts as views
from employers.models import Employer
from kwsp_portal.bank import receipts as port
from kwsp_portal.bank.fpx import signature
from kwsp_portal.bank.settlement import FileRefused
from kwsp_portal.common.clock import KL
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import engine
from kwsp_portal.notify.models import Notice
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.bank import keys, stub
from tests.bank.bank_process import BankProcess
from tests.bank.test_portal_pays import portal_keys
from tests.contributions.conftest import Office, make_office, office
from tests.contributions.crediting import credits_of, standing
from tests.factories import borang_a, leave

__all__ = ["make_office", "office", "portal_keys"]

DAY = date.fromisoformat(stub.BUSINESS_DATE)
AT = datetime(2026, 10, 15, 9, 30, tzinfo=KL)
SEPTEMBER = WageMonth(2026, 9)
SHARES = (Decimal(6250), Decimal(756), Decimal(693))
TOTAL = 144_900


class TestFile:
    RECEIPTS = tuple(
        port.Receipt(f"BSN{number}", "BSN0601", "CASH", "20000001", SEPTEMBER.first_day, Decimal("1449.00"), AT, ["00 A", "99 B"], 2 + 3 * number)
        for number in range(3)
    )

    def written(self, pair: keys.Pair, trailer: str = "") -> bytes:
        return port.write(file=port.ReceiptFile(7, DAY, self.RECEIPTS), seller_id="SE1", key=pair.key, trailer=trailer)

    def read(self, content: bytes, pair: keys.Pair, **other: Any) -> port.ReceiptFile:
        asked = {"seller_id": "SE1", "certificates": signature.Certificates.from_pem([pair.cert_pem]), "at": keys.NOW, "number": 7, **other}
        return port.read(content, **asked)

    def test_what_is_written_is_read(self, bank_pair: keys.Pair) -> None:
        found = self.read(self.written(bank_pair), bank_pair)

        assert found == port.ReceiptFile(7, DAY, list(self.RECEIPTS))
        assert (found.total, found.hash, found.rows) == (Decimal("4347.00"), 60_000_003, 6)

    def test_cut_short_at_any_byte_or_with_any_byte_changed_it_is_refused(self, bank_pair: keys.Pair) -> None:
        content = self.written(bank_pair)
        for place in range(0, len(content), 3):
            for spoilt in (content[:place], content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]):
                with pytest.raises(FileRefused):
                    self.read(spoilt, bank_pair)

    @pytest.mark.parametrize(
        ("trailer", "code"),
        [
            ("T|4|6|4347.00|60000003|", "COUNT"),
            ("T|3|5|4347.00|60000003|", "ROWS"),
            ("T|3|6|4347.01|60000003|", "TOTAL"),
            ("T|3|6|4347.00|60000004|", "HASH"),
        ],
    )
    def test_a_signed_trailer_that_is_not_the_sum_is_refused_with_both(self, bank_pair: keys.Pair, trailer: str, code: str) -> None:
        with pytest.raises(FileRefused, match=rf"{code}: found .+ the trailer says"):
            self.read(self.written(bank_pair, trailer), bank_pair)

    def test_of_another_number_seller_or_signer_it_is_refused(self, bank_pair: keys.Pair, stranger_pair: keys.Pair) -> None:
        for other, code in (({"number": 8}, "NUMBER"), ({"seller_id": "SE2"}, "SELLER")):
            with pytest.raises(FileRefused, match=code):
                self.read(self.written(bank_pair), bank_pair, **other)
        with pytest.raises(FileRefused, match="SIGNATURE"):
            self.read(self.written(stranger_pair), bank_pair)

    def test_every_refusal_is_said_in_the_language_of_the_page(self, bank_pair: keys.Pair) -> None:
        whole = self.written(bank_pair)
        row = self.RECEIPTS[0]._replace(paid_at=AT + timedelta(days=9))
        late = port.write(file=port.ReceiptFile(7, DAY, (row,)), seller_id="SE1", key=bank_pair.key)
        cases: dict[str, tuple[bytes, dict[str, Any]]] = {
            "lihat bait 0": (b"\xff" + whole, {}),
            "terpotong selepas 10 baris": (whole[:-50], {}),
            "ditemui SE1, dijangka SE2": (whole, {"seller_id": "SE2"}),
            "ditemui RM 4347.00, trailer menyebut RM 4347.01": (self.written(bank_pair, "T|3|6|4347.01|60000003|"), {}),
            "Baris 2 tidak dapat diterima: ditemui “R|BSN0|BSN0601|CASH|20000001|202609|1449.00|": (late, {}),
        }
        for words, (content, asked) in cases.items():
            with pytest.raises(FileRefused) as refused:
                self.read(content, bank_pair, **asked)
            said = str(views.REFUSED[refused.value.code]) % refused.value.figures
            assert words in said, said


class Agent:
    """The demo bank's counter, and the portal's worker."""

    def __init__(self, bank: BankProcess) -> None:
        self.bank = bank
        made = self.books()["files"]
        self.first = made[0]["number"] + 1 if made else 1
        if made:
            self._known(made[0]["number"])

    def _known(self, number: int) -> None:
        """Files of other tests were taken before this portal's time."""
        stored = factories.StoredFileFactory()
        ReceiptFile.objects.create(
            number=number, on=DAY, digest="0" * 64, receipts_total=0, amount=0, file=stored, taken_on=DAY, taken_at=AT
        )  # fmt: skip

    def books(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.bank.get("/demo/bank/receipts/?format=json").body)
        return found

    def make(self, *forms: bytes, fault: str = "NONE", agent: str = "BSN0601", mode: str = "CASH") -> None:
        typed = [("form", b"".join(forms).decode()), ("agent", agent), ("mode", mode), ("fault", fault)]
        answer = self.bank.post(self.books()["action"], typed)
        assert answer.status == 303, answer.body

    def mend(self) -> None:
        """The bank sends the last file as it should be."""
        self.bank.post(self.books()["files"][0]["mend"])

    def fetch(self) -> None:
        receipts.fetch(on=DAY, at=AT)
        work()


def work() -> None:
    """What workers do with all that waits, inside a test's own transaction."""
    counts = engine.Counts()
    while lease := engine.take([receipts.PROGRAMME, reading.PROGRAMME, crediting.PROGRAMME]):
        engine.work_one(lease, counts)
    assert (counts.failed, counts.lost) == (0, 0)


def form(employer: Employer, *people: Member, month: WageMonth = SEPTEMBER, figures: tuple[Decimal, Decimal, Decimal] = SHARES) -> bytes:
    rows = [Person(one.number, one.identity_number, one.name, *figures) for one in people]
    return sdba_template(rows, MeantFor(employer.number, month), DAY)


@pytest.fixture
def agent(bank: BankProcess, settings: LazySettings, portal_keys: dict[str, Any], db: None) -> Iterator[Agent]:
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url}
    yield Agent(bank)
    assert invariants.broken() == []


@pytest.fixture
def member(office: Office) -> Member:
    found: Member = office.hire()
    return found


def officer() -> User:
    found: User = factories.UserFactory(role=Role.INSPECTOR)
    return found


def open_matter() -> PaymentMatter:
    return PaymentMatter.objects.get(closed_on=None)


@pytest.mark.django_db
class TestTaken:
    def test_a_receipt_is_filed_paid_and_credited_on_the_day_the_money_was_taken(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member))
        for _ in range(2):
            agent.fetch()

        filing, payment, receipt = Filing.objects.get(), Payment.objects.get(), Receipt.objects.get()
        assert (filing.state, filing.paid_on, filing.prepared_by, filing.approved_by) == (FilingState.CREDITED, DAY, None, None)
        assert (payment.method, payment.counts, payment.fpx_id) == (PaymentMethod.RECEIPT, True, f"BSN0601:{receipt.number}")
        assert (receipt.state, receipt.payment, receipt.filing) == (ReceiptState.PAID, payment, filing)
        [[credit]] = credits_of(filing).values()
        assert (credit.value_date, sum(credit.legs.values())) == (date(2026, 10, 31), TOTAL)
        assert (standing()["RECEIPT_CLEARING"], standing()["CONTRIBUTION_DUE"]) == (-TOTAL, 0)
        assert Notice.objects.filter(code="RECEIPT_PAID", whose_id=office.employer.pk).count() == 1
        assert not PaymentMatter.objects.exists()

    def test_several_employers_in_one_file(self, agent: Agent, make_office: Any) -> None:
        offices = [make_office() for _ in range(3)]
        agent.make(*(form(one.employer, one.hire()) for one in offices), mode="DEBIT_CARD", agent="RHB0218")
        agent.fetch()

        assert Filing.objects.filter(state=FilingState.CREDITED).count() == 3
        assert (Receipt.objects.filter(state=ReceiptState.PAID).count(), ReceiptFile.objects.latest("number").receipts_total) == (3, 3)

    def test_an_officer_brings_the_file_that_is_fetched_later(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member))
        content = port.configured().fetch(agent.first)
        assert content is not None
        by = officer()

        first = receipts.upload(content=content, by=by, on=DAY, at=AT)
        again = receipts.upload(content=content, by=officer(), on=DAY, at=AT)
        agent.fetch()

        assert (again, first.uploaded_by, Filing.objects.get().state) == (first, by, FilingState.CREDITED)
        with pytest.raises(receipts.UploadRefused, match="TORN"):
            receipts.upload(content=content[:-9], by=by, on=DAY, at=AT)


@pytest.mark.django_db
class TestFaultsOfFiles:
    @pytest.mark.parametrize(
        ("fault", "code"), [("COUNT", "COUNT"), ("TOTAL", "TOTAL"), ("HASH", "HASH"), ("TORN", "TORN"), ("ALTERED", "SIGNATURE")]
    )
    def test_a_wrong_file_is_refused_whole_and_the_right_one_taken_after(
        self, agent: Agent, office: Office, member: Member, fault: str, code: str
    ) -> None:
        agent.make(form(office.employer, member), fault=fault)
        for _ in range(2):
            agent.fetch()
        matter = open_matter()
        assert (matter.kind, matter.reason.split()[0]) == (MatterKind.RECEIPTS_FILE, code)
        assert not Receipt.objects.exists()

        agent.mend()
        agent.fetch()

        matter.refresh_from_db()
        assert (matter.decision, Filing.objects.get().state) == ("SOLVED", FilingState.CREDITED)

    def test_the_same_file_twice_pays_once(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member))
        agent.fetch()
        agent.make(form(office.employer, office.hire(), month=WageMonth(2026, 8)), fault="FILE_AGAIN")
        agent.fetch()
        assert (Payment.objects.count(), open_matter().reason.split()[0]) == (1, "NUMBER")

        agent.mend()
        agent.fetch()

        assert (Payment.objects.count(), PaymentMatter.objects.filter(closed_on=None).count()) == (2, 0)


@pytest.mark.django_db
class TestFaultsOfReceipts:
    """Each is before an officer, with its age; nobody is credited until it is decided, and then once."""

    def waiting(self, kind: MatterKind) -> tuple[PaymentMatter, Receipt]:
        matter, receipt = open_matter(), Receipt.objects.latest("pk")
        assert (matter.kind, matter.opened_on, matter.amount, receipt.state) == (kind, DAY, receipt.amount, ReceiptState.OPEN)
        return matter, receipt

    def test_a_duplicate_receipt_is_given_back_and_pays_nothing(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member))
        agent.fetch()
        agent.make(form(office.employer, office.hire(), month=WageMonth(2026, 8)), fault="RECEIPT_TWICE")
        agent.fetch()
        matter, receipt = self.waiting(MatterKind.RECEIPT_TWICE)
        assert receipt.repeats == Receipt.objects.first()

        receipt_acts.give_back(matter_id=matter.pk, comment="Ejen hantar dua kali", by=officer(), on=DAY)
        with pytest.raises(matters.NotAllowed, match="WRONG_STATE"):
            receipt_acts.give_back(matter_id=matter.pk, comment="lagi", by=officer(), on=DAY)

        assert (Payment.objects.count(), standing()["RECEIPT_CLEARING"]) == (2, -2 * TOTAL)

    def test_an_unknown_employer_is_found_by_an_officer(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member), fault="UNKNOWN_EMPLOYER")
        agent.fetch()
        matter, _ = self.waiting(MatterKind.RECEIPT_EMPLOYER)
        with pytest.raises(matters.NotAllowed, match="NO_EMPLOYER"):
            receipt_acts.assign(matter_id=matter.pk, number="12345678", month=SEPTEMBER, comment="?", by=officer(), on=DAY)

        receipt_acts.assign(matter_id=matter.pk, number=office.employer.number, month=SEPTEMBER, comment="Telefon BSN", by=officer(), on=DAY)
        work()

        assert (Filing.objects.get().state, Receipt.objects.get().employer) == (FilingState.CREDITED, office.employer)

    def test_rows_that_add_up_to_another_amount_credit_nobody_and_go_to_suspense(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member), fault="WRONG_TOTAL")
        agent.fetch()
        matter, _ = self.waiting(MatterKind.RECEIPT_TOTAL)
        assert matter.reason == "RECEIPT_TOTAL 1449.00 1459.00"
        assert Notice.objects.filter(code="RECEIPT_TOTAL", whose_id=office.employer.pk).count() == 1

        receipt_acts.suspend(matter_id=matter.pk, number=office.employer.number, comment="Ruling 17b", by=officer(), on=DAY)

        assert (standing()["SUSPENSE"], standing()["RECEIPT_CLEARING"]) == (145_900, -145_900)
        assert (Filing.objects.get().state, Payment.objects.count()) == (FilingState.READY, 0), "the Borang A is still to be paid"
        assert Notice.objects.filter(code="RECEIPT_SUSPENDED", whose_id=office.employer.pk).count() == 1

    def test_a_month_that_is_not_open_yet(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member), fault="MONTH_AHEAD")
        agent.fetch()
        matter, _ = self.waiting(MatterKind.RECEIPT_MONTH)
        assert "MONTH_TOO_FAR" in matter.reason

        receipt_acts.assign(matter_id=matter.pk, number=office.employer.number, month=SEPTEMBER, comment="Salah tulis", by=officer(), on=DAY)
        work()

        assert Filing.objects.get().state == FilingState.CREDITED

    def test_a_closed_employer(self, agent: Agent, office: Office, member: Member) -> None:
        Employer.objects.filter(pk=office.employer.pk).update(closed_on=date(2026, 6, 30))
        agent.make(form(office.employer, member))
        agent.fetch()
        matter, _ = self.waiting(MatterKind.RECEIPT_MONTH)

        assert "MONTH_AFTER_CLOSING" in matter.reason

    def test_bad_rows_are_mended_by_the_employer_and_then_paid_by_the_receipt(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member), fault="BAD_ROW")
        agent.fetch()
        self.waiting(MatterKind.RECEIPT_ROWS)
        filing = Filing.objects.get()
        assert (filing.state, Notice.objects.filter(code="RECEIPT_ROWS").count()) == (FilingState.FAULTY, 1)
        mending.mend_row(filing_id=filing.pk, line=3, cells={"Salary": "6250.00"}, by=office.maker, on=DAY)
        assert receipt_filing.pay_what_was_mended(on=DAY, at=AT) == 0, "not approved yet"
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=DAY)
        leave.approve(filing_id=filing.pk, by=office.checker, on=DAY)

        assert [receipt_filing.pay_what_was_mended(on=DAY, at=AT) for _ in range(2)] == [1, 0]
        work()

        filing.refresh_from_db()
        assert (filing.state, PaymentMatter.objects.get().decision) == (FilingState.CREDITED, "SOLVED")

    def test_rows_that_nobody_can_read(self, agent: Agent, office: Office, member: Member) -> None:
        other = form(factories.EmployerFactory(), member)
        agent.make(other, fault="UNKNOWN_EMPLOYER")
        agent.fetch()
        matter, _ = self.waiting(MatterKind.RECEIPT_EMPLOYER)

        receipt_acts.assign(matter_id=matter.pk, number=office.employer.number, month=SEPTEMBER, comment="?", by=officer(), on=DAY)
        work()

        matter, _ = self.waiting(MatterKind.RECEIPT_ROWS)
        assert (matter.reason, Filing.objects.get().state) == ("RECEIPT_ROWS SDBA_EMPLOYER", FilingState.UNREADABLE)

    def test_what_the_agent_may_not_take(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member), agent="RHB0218", mode="CASH")
        agent.fetch()
        matter, _ = self.waiting(MatterKind.RECEIPT_CHANNEL)

        receipt_acts.assign(matter_id=matter.pk, number=office.employer.number, month=SEPTEMBER, comment="Wang sudah diterima", by=officer(), on=DAY)
        work()

        assert Filing.objects.get().state == FilingState.CREDITED

    def test_a_month_that_the_portal_has_already_is_paid_by_it_where_the_sum_is_the_same(self, agent: Agent, office: Office, member: Member) -> None:
        sent = filings.upload(
            employer=office.employer, wage_month=SEPTEMBER, name="a.csv", content=borang_a.file(borang_a.row(member)), by=office.maker, on=DAY
        )
        work()
        agent.make(form(office.employer, member))
        agent.fetch()
        matter, _ = self.waiting(MatterKind.RECEIPT_MONTH)
        with pytest.raises(matters.NotAllowed, match="NOTHING_WAITS"):
            receipt_acts.pay_waiting(matter_id=matter.pk, comment="Sama", by=officer(), on=DAY, at=AT)
        filings.submit(filing_id=sent.pk, by=office.maker, declaration=True, on=DAY)
        leave.approve(filing_id=sent.pk, by=office.checker, on=DAY)

        receipt_acts.pay_waiting(matter_id=matter.pk, comment="Sama", by=officer(), on=DAY + timedelta(days=1), at=AT)
        work()

        filing = Filing.objects.get()
        assert (filing.state, filing.paid_on, Receipt.objects.get().filing) == (FilingState.CREDITED, DAY, None)

    def test_only_officers_of_payments_decide_and_only_with_a_reason(self, agent: Agent, office: Office, member: Member) -> None:
        agent.make(form(office.employer, member), fault="WRONG_TOTAL")
        agent.fetch()
        matter, _ = self.waiting(MatterKind.RECEIPT_TOTAL)

        with pytest.raises(matters.NotAllowed, match="NO_RIGHT"):
            receipt_acts.give_back(matter_id=matter.pk, comment="x", by=office.checker, on=DAY)
        with pytest.raises(matters.NotAllowed, match="COMMENT_MISSING"):
            receipt_acts.give_back(matter_id=matter.pk, comment=" ", by=officer(), on=DAY)
        with pytest.raises(matters.NotAllowed, match="WRONG_KIND"):
            matters.note(matter_id=matter.pk, comment="x", by=officer(), on=DAY)
