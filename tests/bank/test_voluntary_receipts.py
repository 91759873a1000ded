"""Voluntary contributions that bank agents took: told in files of receipts, credited like any other; what does not fit is an officer's."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from contributions import labels
from contributions.enums import MatterKind, PaymentMethod, ReceiptState, ReturnState, VoluntaryKind
from contributions.models import Payment, PaymentMatter, Receipt, VoluntaryContribution, VoluntaryReturn
from contributions.selectors import voluntary as selectors
from contributions.services import matters, receipt_acts, receipt_voluntary, receipts, voluntary_crediting, voluntary_money
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank import agents
from kwsp_portal.bank import receipts as port
from kwsp_portal.bank.fpx import signature
from kwsp_portal.bank.settlement import FileRefused
from kwsp_portal.jobs import engine
from kwsp_portal.notify.models import Notice
from members.models import Member
from tests import factories
from tests.bank import keys
from tests.bank.test_portal_pays import portal_keys
from tests.bank.test_receipts import AT, DAY, Agent, agent, officer, open_matter
from tests.bank.test_voluntary import account
from tests.contributions import volunteering
from tests.contributions.crediting import standing

__all__ = ["agent", "portal_keys"]
NOBODY = "99999999"
LONG = timedelta(days=90)


class Counter(Agent):
    """An agent's counter where members pay for themselves."""

    def __init__(self, of: Agent) -> None:
        self.bank, self.first = of.bank, of.first

    def take(self, *rows: str, fault: str = "NONE", at: str = "BSN0601", mode: str = "CASH") -> None:
        typed = [("voluntary", "\n".join(rows)), ("agent", at), ("mode", mode), ("fault", fault)]
        answer = self.bank.post(self.books()["action"], typed)
        assert answer.status == 303, answer.body
        self.fetch()
        work()


def work() -> None:
    counts = engine.Counts()
    while lease := engine.take([receipts.PROGRAMME, voluntary_crediting.PROGRAMME]):
        engine.work_one(lease, counts)
    assert (counts.failed, counts.lost) == (0, 0)


@pytest.fixture
def counter(agent: Agent) -> Counter:
    return Counter(agent)


@pytest.fixture
def member(db: None) -> Member:
    return volunteering.member()


def row(member: Member, amount: str = "100.00", kind: str = "OWN_CHOICE") -> str:
    return f"{member.number} {kind} {amount}"


def waiting(kind: MatterKind) -> tuple[PaymentMatter, Receipt]:
    matter, receipt = open_matter(), Receipt.objects.latest("pk")
    assert (matter.kind, matter.opened_on, matter.amount, receipt.state) == (kind, DAY, receipt.amount, ReceiptState.OPEN)
    return matter, receipt


class TestFile:
    OF_MEMBERS = (
        port.Voluntary("BSN1", "BSN0601", "CASH", "10000101", "ISARAAN", Decimal("250.00"), AT, 2),
        port.Voluntary("BSN2", "EBBSN", "CASH", "10000102", "ISARAAN", Decimal("0.01"), AT, 3),
    )

    def read(self, content: bytes, pair: keys.Pair) -> port.ReceiptFile:
        return port.read(content, seller_id="SE1", certificates=signature.Certificates.from_pem([pair.cert_pem]), at=keys.NOW, number=7)

    def written(self, pair: keys.Pair, *rows: port.Voluntary, trailer: str = "") -> bytes:
        return port.write(file=port.ReceiptFile(7, DAY, (), rows or self.OF_MEMBERS), seller_id="SE1", key=pair.key, trailer=trailer)

    def test_what_is_written_is_read(self, bank_pair: keys.Pair) -> None:
        found = self.read(self.written(bank_pair), bank_pair)

        assert found == port.ReceiptFile(7, DAY, [], self.OF_MEMBERS)
        assert (found.told, found.total, found.hash, found.rows) == (2, Decimal("250.01"), 20_000_203, 0)

    @pytest.mark.parametrize("trailer", ["T|1|0|250.01|20000203|", "T|2|0|250.02|20000203|", "T|2|0|250.01|20000204|"])
    def test_a_trailer_that_is_not_the_sum_is_refused(self, bank_pair: keys.Pair, trailer: str) -> None:
        with pytest.raises(FileRefused, match="the trailer says"):
            self.read(self.written(bank_pair, trailer=trailer), bank_pair)

    @pytest.mark.parametrize("bad", [{"kind": "LOAN"}, {"member_number": "1000010"}, {"amount": Decimal("0.00")}, {"mode": "cash"}])
    def test_a_row_of_another_form_is_refused_with_its_place(self, bank_pair: keys.Pair, bad: dict[str, Any]) -> None:
        with pytest.raises(FileRefused, match="ROW: row 2"):
            self.read(self.written(bank_pair, self.OF_MEMBERS[0]._replace(**bad)), bank_pair)

    def test_a_negative_amount_is_refused_whatever_the_trailer_says(self, bank_pair: keys.Pair) -> None:
        bad = self.OF_MEMBERS[0]._replace(amount=Decimal("-1.00"))
        with pytest.raises(FileRefused, match="ROW: row 2"):
            self.read(self.written(bank_pair, bad, trailer="T|1|0|1.00|10000101|"), bank_pair)


@pytest.mark.django_db
class TestTaken:
    def test_it_is_credited_once_on_the_day_the_agent_took_it(self, counter: Counter, member: Member) -> None:
        counter.take(f"{member.number}, OWN_CHOICE, 120.50")  # as the page's words have it
        counter.fetch()
        work()

        receipt, payment, found = Receipt.objects.get(), Payment.objects.get(), VoluntaryContribution.objects.get()
        assert (receipt.state, receipt.payment, payment.method, payment.started_by) == (ReceiptState.PAID, payment, PaymentMethod.RECEIPT, None)
        assert payment.fpx_id == f"BSN0601:{receipt.number}"
        assert (found.member, found.kind, found.paid_on, found.credited, found.returned) == (member, "OWN_CHOICE", DAY, Decimal("120.50"), 0)
        assert sum(volunteering.accounts_of(member).values()) == 12_050
        assert (standing()["RECEIPT_CLEARING"], standing()["VOLUNTARY_CLEARING"]) == (-12_050, 0)
        assert Notice.objects.filter(code="VOLUNTARY_CREDITED", whose_id=member.pk).count() == 1
        assert AuditEvent.objects.filter(action="receipt.credit").count() == 1
        page = selectors.year_of(member=selectors.marked(Member.objects.all()).get(pk=member.pk), year=DAY.year, on=DAY)
        assert [(line.kind, line.by_self) for line in page.lines] == [("OWN_CHOICE", Decimal("120.50"))]

    @pytest.mark.parametrize(
        ("at", "mode", "kind", "taken"),
        [
            ("MBB0228", "CHEQUE", "TOP_UP", True),
            ("RHB0218", "CASH", "OWN_CHOICE", False),
            ("RHB0218", "DEBIT_CARD", "OWN_CHOICE", True),
            ("BCBB0235", "INTERNET_BANKING", "ISARAAN", True),
            ("BCBB0235", "INTERNET_BANKING", "OWN_CHOICE", False),
            ("BMMB0341", "CASH", "ISARAAN", False),
            ("EBBSN", "CASH", "ISARAAN", True),
            ("EBBSN", "CASH", "OWN_CHOICE", False),
            ("EBBSN", "CHEQUE", "ISARAAN", False),
        ],
    )
    def test_who_may_take_which_kind_with_what_is_data(self, counter: Counter, member: Member, at: str, mode: str, kind: str, taken: bool) -> None:
        volunteering.register(member)
        counter.take(row(member, kind=kind), at=at, mode=mode)

        if taken:
            assert VoluntaryContribution.objects.get().credited == 100
        else:
            matter, _ = waiting(MatterKind.RECEIPT_CHANNEL)
            assert matter.reason == f"RECEIPT_CHANNEL {at} {mode}"
            assert f"tidak boleh menerima bayaran jenis ini dengan {labels.MODE[mode]} (RECEIPT" in labels.reason(matter.reason)

    def test_the_nine_banks_of_the_seed_take_i_saraan_by_internet_banking(self, counter: Counter, member: Member) -> None:
        nine = ["MBB0228", "RHB0218", "PBB0233", "BMMB0341", "ABMB0212", "HLB0224", "BIMB0340", "BCBB0235", "MBSB01"]
        volunteering.register(member)
        for at in nine:
            counter.take(row(member, kind="ISARAAN"), at=at, mode="INTERNET_BANKING")

        assert list(Receipt.objects.order_by("pk").values_list("agent", "state")) == [(at, ReceiptState.PAID) for at in nine]
        assert [one.credited for one in VoluntaryContribution.objects.all()] == [100] * 9
        assert [agents.name(at) for at in nine] == [
            *("Maybank", "RHB Bank", "Public Bank", "Bank Muamalat", "Alliance Bank", "Hong Leong Bank", "Bank Islam", "CIMB Bank", "MBSB Bank")
        ]

    def test_what_is_above_the_ceiling_is_the_members_again_and_an_officers_until_there_is_an_account(self, counter: Counter, member: Member) -> None:
        counter.take(row(member, "60000.00"), row(member, "60000.00"))

        assert volunteering.sums(VoluntaryContribution.objects.all()) == (Decimal(100_000), Decimal(20_000))
        back, matter = VoluntaryReturn.objects.get(), open_matter()
        assert (back.payer, back.amount, back.state) == (member, Decimal(20_000), ReturnState.HELD)
        assert (matter.kind, matter.amount, matter.payment) == (MatterKind.VOLUNTARY_BACK, Decimal(20_000), back.payment)
        assert volunteering.owed_to(member) == 2_000_000

        account(member, since=AT - LONG, cooling_until=AT - LONG)
        assert voluntary_money.order_waiting(on=DAY, at=AT) == 1
        matter.refresh_from_db()
        assert matter.decision == "SOLVED"

    def test_a_member_with_an_account_needs_no_officer(self, counter: Counter, member: Member) -> None:
        account(member, since=AT - LONG, cooling_until=AT - LONG)
        counter.take(row(member, "100000.01"))

        assert (VoluntaryReturn.objects.get().amount, PaymentMatter.objects.count()) == (Decimal("0.01"), 0)


@pytest.mark.django_db
class TestOfficers:
    def test_a_receipt_that_was_told_before_credits_nothing(self, counter: Counter, member: Member) -> None:
        counter.take(row(member))
        counter.take(row(member, "70.00"), fault="RECEIPT_TWICE")
        matter, receipt = waiting(MatterKind.RECEIPT_TWICE)
        assert receipt.repeats == Receipt.objects.order_by("pk").first()

        receipt_acts.give_back(matter_id=matter.pk, comment="Ejen hantar dua kali", by=officer(), on=DAY)

        assert (VoluntaryContribution.objects.count(), standing()["RECEIPT_CLEARING"]) == (2, -17_000)

    def test_an_unknown_member_is_found_by_an_officer(self, counter: Counter, member: Member) -> None:
        counter.take(row(member), fault="UNKNOWN_MEMBER")
        matter, receipt = waiting(MatterKind.RECEIPT_MEMBER)
        assert (matter.reason, receipt.member) == (f"RECEIPT_MEMBER {NOBODY}", None)
        said: dict[str, Any] = {"matter_id": matter.pk, "kind": VoluntaryKind.OWN_CHOICE, "by": officer(), "on": DAY, "at": AT}
        with pytest.raises(matters.NotAllowed, match="NO_MEMBER"):
            receipt_voluntary.assign(number="12345678", comment="?", **said)
        with pytest.raises(matters.NotAllowed, match="COMMENT_MISSING"):
            receipt_voluntary.assign(number=member.number, comment=" ", **said)

        receipt_voluntary.assign(number=member.number, comment="Telefon BSN", **said)
        with pytest.raises(matters.NotAllowed, match="WRONG_STATE"):
            receipt_voluntary.assign(number=member.number, comment="lagi", **said)
        work()

        assert (VoluntaryContribution.objects.get().credited, Receipt.objects.get().member_number) == (Decimal(100), NOBODY)

    @pytest.mark.parametrize(
        ("fields", "kind", "reason"),
        [
            ({}, "ISARAAN", "NOT_REGISTERED"),
            ({"died_on": date(2026, 10, 1)}, "OWN_CHOICE", "MEMBER_DIED"),
            ({"aged_76": True}, "OWN_CHOICE", "MEMBER_TOO_OLD"),
            ({"non_citizen": True}, "OWN_CHOICE", "MEMBER_FOREIGN"),
        ],
    )
    def test_who_could_not_have_paid_it_here_is_an_officers(self, counter: Counter, fields: dict[str, Any], kind: str, reason: str) -> None:
        counter.take(row(factories.MemberFactory(**fields), kind=kind))

        assert waiting(MatterKind.RECEIPT_MEMBER)[0].reason == f"RECEIPT_MEMBER {reason}"
        assert labels.reason(f"RECEIPT_MEMBER {reason}").startswith("Ahli itu "), "an officer reads words, not a code alone"
        assert not VoluntaryContribution.objects.exists()

    def test_an_officer_says_of_which_kind_it_is(self, counter: Counter, member: Member) -> None:
        counter.take(row(member, kind="ISURI"))
        matter, _ = waiting(MatterKind.RECEIPT_MEMBER)

        given: dict[str, Any] = {"matter_id": matter.pk, "number": member.number, "comment": "Bukan i-Suri", "by": officer(), "on": DAY, "at": AT}
        receipt_voluntary.assign(kind=VoluntaryKind.OWN_CHOICE, **given)
        work()

        assert VoluntaryContribution.objects.get().kind == "OWN_CHOICE"
        act = AuditEvent.objects.get(action="receipt.to_member")
        assert (act.data["before"]["kind"], act.data["after"]["kind"]) == ("ISURI", "OWN_CHOICE")

    def test_an_employers_acts_are_not_for_it(self, counter: Counter, member: Member) -> None:
        counter.take(row(member), fault="UNKNOWN_MEMBER")
        matter, _ = waiting(MatterKind.RECEIPT_MEMBER)

        with pytest.raises(matters.NotAllowed, match="WRONG_KIND"):
            receipt_acts.suspend(matter_id=matter.pk, number="20000001", comment="x", by=officer(), on=DAY)

    def test_postgresql_lets_it_pay_no_other_member(self, counter: Counter, member: Member) -> None:
        counter.take(row(member), row(member), fault="UNKNOWN_MEMBER")
        other, payment = Receipt.objects.get(member=None), Payment.objects.get()
        Receipt.objects.exclude(pk=other.pk).update()

        with pytest.raises(IntegrityError, match="receipt_pays_its_member"), transaction.atomic():
            Receipt.objects.filter(pk=other.pk).update(member=factories.MemberFactory(), payment=payment, state=ReceiptState.PAID)


@pytest.mark.django_db
def test_a_wrong_total_takes_nothing_of_the_file(counter: Counter, member: Member) -> None:
    counter.take(row(member), fault="TOTAL")

    assert (open_matter().kind, Receipt.objects.count()) == (MatterKind.RECEIPTS_FILE, 0)
    counter.mend()
    counter.fetch()
    work()
    assert VoluntaryContribution.objects.get().credited == 100
