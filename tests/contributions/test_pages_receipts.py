"""Pages on bank agents' receipts and on suspense: officers decide with a reason and twice is harmless; an employer sees its own and no other's."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from contributions.enums import FilingState, MatterKind, ReceiptState
from contributions.models import Filing, PaymentMatter, Receipt, ReceiptFile
from contributions.services import crediting, matters, reading, receipt_acts, receipt_filing, receipt_voluntary, receipts
from contributions.services import filing as filings
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank import receipts as port
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import engine
from members.identity.enums import Role
from members.ledger import invariants
from tests import factories
from tests.contributions import paying, volunteering
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.conftest import work as read
from tests.contributions.crediting import pay
from tests.contributions.pages import actions_of, signed_in, text_of
from tests.contributions.test_pages_corrections import as_officer, officer
from tests.factories import borang_a, leave
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 10, 0, tzinfo=KL)
RECEIPTS = "/staff/receipts/"
UPLOAD = "/staff/receipts/upload/"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)
    assert invariants.broken() == []


def work() -> None:
    counts = engine.Counts()
    while lease := engine.take([receipts.PROGRAMME, reading.PROGRAMME, crediting.PROGRAMME]):
        engine.work_one(lease, counts)
    assert counts.failed == 0


def sent(bank: paying.Bank, office: Office, *, employer: str = "", amount: str = "1449.00", number: int = 7) -> bytes:
    """A file with one receipt, its Borang A of one person at RM6,250 as SDBA has it."""
    member = office.hire()
    head = f"00EPF MONTHLY FORM A2026111200001{75600:015d}{69300:015d}{int(member.number):021d}"
    about = f"01{office.employer.number:0>19}112026DSK0000100000000"
    row = f"02{member.number:0>19}{member.identity_number:<15}{member.name[:40]:<40}{' ' * 20}{75600:09d}{69300:09d}{625000:015d}"
    last = f"99{1:07d}{75600:015d}{69300:015d}{int(member.number):021d}"
    rows = [f"{line:<129}" for line in (head, about, row, last)]
    receipt = port.Receipt(f"BSN{number}", "BSN0601", "CASH", employer or office.employer.number, OCTOBER.first_day, Decimal(amount), AT, rows)
    return port.write(file=port.ReceiptFile(number, ON, [receipt]), seller_id="SE00099999", key=bank.key)


def taken(content: bytes) -> PaymentMatter:
    receipts.upload(content=content, by=factories.UserFactory(role=Role.INSPECTOR), on=ON, at=AT)
    work()
    return PaymentMatter.objects.get(closed_on=None)


def uploaded(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("resit.txt", content)


def test_an_officer_brings_a_file_and_reads_what_became_of_it(bank: paying.Bank, office: Office) -> None:
    person, content = as_officer(officer("pemeriksa8", Role.INSPECTOR), "/en"), sent(bank, office)
    assert "No receipt files yet" in text_of(person.get(RECEIPTS))
    refused = person.post(UPLOAD, file=uploaded(content[:-50]))
    assert refused.status_code == 422
    assert "no whole trailer at its end" in text_of(refused)
    assert person.post(UPLOAD).status_code == 422

    for _ in range(2):
        answer = person.post(UPLOAD, file=uploaded(content))
        assert answer.status_code == 302
    work()

    address = f"{RECEIPTS}{ReceiptFile.objects.get().pk}/"
    page = text_of(person.get(address))
    assert "1 receipt, RM 1,449.00" in page
    assert "Pays a Form A" in page
    assert "BSN7" in page
    assert (ReceiptFile.objects.count(), Filing.objects.get().state) == (1, FilingState.CREDITED)
    auditor = as_officer(officer("juruaudit8", Role.AUDITOR))
    assert auditor.get(RECEIPTS).status_code == 200
    assert auditor.post(UPLOAD, file=uploaded(content)).status_code == 403
    copy = person.get(f"{address}file.txt")
    assert copy.content == content


def test_what_the_employer_sees_of_a_receipt_that_paid(bank: paying.Bank, office: Office) -> None:
    receipts.upload(content=sent(bank, office), by=factories.UserFactory(role=Role.INSPECTOR), on=ON, at=AT)
    work()
    person, filing = signed_in(office.maker, "/en"), Filing.objects.get()

    assert "Bank agent" in text_of(person.get(f"/employer/filings/{filing.pk}/"))
    assert "Bank agent" in text_of(person.get("/employer/filings/"))
    assert "Bank agent or internet banking" in text_of(person.get("/employer/payments/"))
    page = text_of(person.get(f"/employer/payments/{filing.payments.get().order_no}/"))
    assert "BSN0601:BSN7" in page
    assert b"BSN0601:BSN7" in person.get(f"/employer/payments/{filing.payments.get().order_no}/receipt.txt").content
    assert b"BSN0601:BSN7" in person.get("/employer/payments.csv").content


def test_a_voluntary_contribution_of_nobody_is_given_to_a_member_on_the_page(bank: paying.Bank) -> None:
    member = volunteering.member()
    row = port.Voluntary("BSN8", "BSN0601", "CASH", "99999999", "OWN_CHOICE", Decimal("120.00"), AT)
    matter = taken(port.write(file=port.ReceiptFile(7, ON, [], [row]), seller_id="SE00099999", key=bank.key))
    person = as_officer(officer("pemeriksa8", Role.INSPECTOR))
    address = f"/staff/payments/{matter.pk}/"
    page = person.get(address)
    assert "99999999" in text_of(page)
    assert actions_of(page) == ["Ambil perkara ini", "Pulangkan kepada ejen", "Beri kepada ahli ini"]
    good = {"comment": "Telefon BSN", "member_number": member.number, "kind": "OWN_CHOICE"}
    for fields, status in (
        ({**good, "comment": " "}, 422),
        ({**good, "member_number": "12345678"}, 422),
        ({**good, "kind": ""}, 422),
        ({**good, "kind": "LOAN"}, 422),
        (good, 302),
        (good, 302),
    ):
        assert person.post(f"{address}decide/", action="to_member", **fields).status_code == status
    volunteering.work()

    assert sum(volunteering.accounts_of(member).values()) == 12_000
    assert "Diberi kepada ahli dan disemak semula" in text_of(person.get(address))
    listed = text_of(person.get(f"{RECEIPTS}{ReceiptFile.objects.get().pk}/"))
    assert "Caruman sukarela ahli" in listed
    assert member.name in listed


def test_what_an_employers_page_asks_is_not_asked_of_a_member_s_receipt(bank: paying.Bank) -> None:
    row = port.Voluntary("BSN8", "BSN0601", "CASH", "99999999", "OWN_CHOICE", Decimal("120.00"), AT)
    matter = taken(port.write(file=port.ReceiptFile(7, ON, [], [row]), seller_id="SE00099999", key=bank.key))
    person = as_officer(officer("pemeriksa8", Role.INSPECTOR))

    for action, status in (("assign", 422), ("into_suspense", 409), ("pay", 409), ("note", 409)):
        assert person.post(f"/staff/payments/{matter.pk}/decide/", action=action, comment="x").status_code == status


def test_an_unknown_employer_is_assigned_on_the_page(bank: paying.Bank, office: Office) -> None:
    matter = taken(sent(bank, office, employer="99999999"))
    person = as_officer(officer("pemeriksa8", Role.INSPECTOR))
    address = f"/staff/payments/{matter.pk}/"
    page = person.get(address)
    assert "99999999" in text_of(page)
    assert actions_of(page) == [
        "Ambil perkara ini", "Pulangkan kepada ejen", "Ke akaun tergantung majikan", "Beri kepada majikan dan baca Borang A"
    ]  # fmt: skip
    for fields, status in (
        ({"comment": " ", "employer_number": office.employer.number, "wage_month": "2026-10"}, 422),
        ({"comment": "Telefon BSN", "employer_number": "11111111", "wage_month": "2026-10"}, 422),
        ({"comment": "Telefon BSN", "employer_number": office.employer.number, "wage_month": "Oktober"}, 422),
        ({"comment": "Telefon BSN", "employer_number": office.employer.number, "wage_month": "2026-10"}, 302),
        ({"comment": "Telefon BSN", "employer_number": office.employer.number, "wage_month": "2026-10"}, 302),
    ):
        assert person.post(f"{address}decide/", action="assign", **fields).status_code == status
    work()

    assert Filing.objects.get().state == FilingState.CREDITED
    assert "Diberi kepada majikan dan disemak semula" in text_of(person.get(address))
    other = as_officer(officer("penyelia8", Role.SUPERVISOR))
    assert other.post(f"{address}decide/", action="give_back", comment="lewat").status_code == 409


def test_money_in_suspense_is_seen_by_its_employer_and_by_officers(bank: paying.Bank, office: Office, make_office: object) -> None:
    matter = taken(sent(bank, office, amount="1500.00"))
    assert matter.kind == MatterKind.RECEIPT_TOTAL
    person, own = as_officer(officer("pemeriksa8", Role.INSPECTOR), "/en"), signed_in(office.maker, "/en")
    assert "No money in suspense" in text_of(own.get("/employer/suspense/"))
    fields = {"comment": "Ruling 17b", "employer_number": office.employer.number}

    assert person.post(f"/staff/payments/{matter.pk}/decide/", action="into_suspense", **fields).status_code == 302

    assert Receipt.objects.get().state == ReceiptState.SUSPENDED
    for page in (own.get("/employer/suspense/"), person.get(f"/staff/suspense/{office.employer.number}/")):
        assert "RM 1,500.00 has not been credited to anybody" in text_of(page)
        assert "BSN0601 BSN7" in text_of(page)
    assert AuditEvent.objects.filter(action="suspense.view").count() == 1
    assert office.employer.name in text_of(person.get("/staff/suspense/"))
    assert "RM 1,500.00 in suspense" in text_of(own.get("/employer/payments/"))
    rival = make_office()  # type: ignore[operator]
    assert "No money in suspense" in text_of(signed_in(rival.maker, "/en").get("/employer/suspense/"))
    assert person.get("/staff/suspense/00000000/").status_code == 404


def test_unmatched_rows_that_were_paid_stand_on_the_page_with_their_value_date(bank: paying.Bank, office: Office) -> None:
    stranger = factories.MemberFactory()
    filing = read(office.send(borang_a.file(borang_a.row(office.hire()), borang_a.row(stranger))))
    assert filing.rows_unmatched == 1
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, suspense=True, apart=True, on=ON)
    leave.approve(filing_id=filing.pk, by=office.checker, on=ON)
    pay(filing, office, bank, ON)
    work()

    page = text_of(signed_in(office.maker, "/en").get("/employer/suspense/"))

    assert stranger.name in page
    assert "do not agree with the register" in page
    assert "30 Nov 2026" in page or "30 November 2026" in page


def test_the_waiting_form_is_paid_on_the_page(bank: paying.Bank, office: Office) -> None:
    office.approved()
    matter = taken(sent(bank, office))
    assert matter.reason.startswith("RECEIPT_MONTH MONTH_TAKEN")
    person = as_officer(officer("pemeriksa8", Role.INSPECTOR))
    assert "Bayar Borang A yang menunggu, RM 1,449.00" in actions_of(person.get(f"/staff/payments/{matter.pk}/"))

    assert person.post(f"/staff/payments/{matter.pk}/decide/", action="pay", comment="Sama").status_code == 302
    work()

    assert Filing.objects.get().state == FilingState.CREDITED
    assert receipt_filing.awaits(Receipt.objects.get()) is None
    assert receipt_acts.of_matter(matter) == Receipt.objects.get()


@pytest.mark.django_db(transaction=True)
def test_brought_and_decided_by_several_at_once_it_happens_once(bank: paying.Bank, office: Office) -> None:
    content, people = sent(bank, office, amount="1500.00"), [factories.UserFactory(role=Role.INSPECTOR) for _ in range(4)]

    files = at_once(4, lambda number: receipts.upload(content=content, by=people[number], on=ON, at=AT).pk)
    work()
    matter = PaymentMatter.objects.get()

    def decide(number: int) -> str:
        asked = {"matter_id": matter.pk, "comment": "x", "by": people[number], "on": ON}
        try:
            if number % 2:
                return str(receipt_acts.give_back(**asked).state)
            return str(receipt_acts.suspend(number=office.employer.number, **asked).state)
        except matters.NotAllowed as error:
            return error.code

    outcomes = at_once(4, decide)

    assert (len(set(files)), ReceiptFile.objects.count(), Receipt.objects.count()) == (1, 1, 1)
    assert outcomes.count("WRONG_STATE") == 3
    assert Receipt.objects.get().state in outcomes


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_filing_and_paying_does_it_once_later(bank: paying.Bank, office: Office) -> None:
    receipts.upload(content=sent(bank, office), by=factories.UserFactory(role=Role.INSPECTOR), on=ON, at=AT)
    counts = engine.Counts()
    lease = engine.take([receipts.PROGRAMME])
    assert lease is not None
    with transaction.atomic():
        receipt_voluntary.begin(lease=lease, at=clock.now())
        transaction.set_rollback(True)
    assert Receipt.objects.get().state == ReceiptState.NEW
    engine.work_one(lease, counts)
    work()

    assert (Receipt.objects.get().state, Filing.objects.get().state) == (ReceiptState.PAID, FilingState.CREDITED)
