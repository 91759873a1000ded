"""Refunds over HTTP: where they go, given under a code; two officers; what the employer sees of the money on its way."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache

from contributions.enums import RefundAccountState, RefundState
from contributions.models import Payment, PaymentMatter, Refund, RefundAccount
from contributions.services import refund_accounts, refunds
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import codes
from kwsp_portal.common import clock
from members.identity.enums import Role
from members.models import Payout
from tests.contributions import pages, paying
from tests.contributions.conftest import Office
from tests.contributions.pages import Person
from tests.contributions.paying import PAID_AT, Bank
from tests.contributions.test_pages_corrections import as_officer, officer

pytestmark = pytest.mark.django_db
ON = PAID_AT.date()
ADDRESS = "/employer/refund-account/"
GIVEN = {"bank": "MBBEMYKL", "account": "5123 4567 8901"}


@pytest.fixture(autouse=True)
def that_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def administrator(office: Office) -> Person:
    return pages.signed_in(office.colleague(administrator=True))


@pytest.fixture
def second(bank: Bank, office: Office) -> Payment:
    """A payment that came for what another had paid."""
    first = paying.start(office.approved(), office.checker)
    paying.deliver(bank.ac(first, codes.INSUFFICIENT))
    other = paying.start(first.filing, office.checker)
    for payment in (other, first):
        paying.deliver(bank.ac(payment, codes.APPROVED))
    first.refresh_from_db()
    return first


def current(office: Office, **fields: object) -> RefundAccount:
    good = {"bank": "MBBEMYKL", "number": "512345678901", "ending": "8901", "holder": office.employer.name, "since": ON, "state": "CURRENT"}
    asked = {"asked_by": office.checker, "asked_on": ON, "asked_at": PAID_AT, "due_at": PAID_AT}
    return RefundAccount.objects.create(employer=office.employer, **{**good, **asked, **fields})


def test_the_administrator_gives_an_account_under_a_code_and_a_second_click_is_harmless(administrator: Person) -> None:
    assert "Belum ada akaun bayaran balik" in pages.text_of(administrator.get(ADDRESS))
    answer = administrator.coded(f"{ADDRESS}new/", **GIVEN)
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)

    found = RefundAccount.objects.get()
    assert (found.state, found.number, found.ending) == (RefundAccountState.ASKED, "512345678901", "8901")
    page = pages.text_of(administrator.get(ADDRESS))
    assert "Sedang disahkan oleh bank" in page
    assert "•••• 8901" in page
    assert "512345678901" not in page
    again = administrator.post(f"{ADDRESS}new/", **GIVEN, tac="000000")
    assert (again.status_code, RefundAccount.objects.count()) == (302, 1)
    said = AuditEvent.objects.get(action="refund_account.ask", refused=False).data
    assert (said["ending"], "account" in said, "number" in said) == ("8901", False, False)


@pytest.mark.parametrize(("wrong", "words"), [({"bank": ""}, "Pilih bank"), ({"account": "123"}, "ditemui 3 angka, dijangka 12")])
def test_what_is_wrong_is_said_beside_its_field(administrator: Person, wrong: dict[str, str], words: str) -> None:
    answer = administrator.post(f"{ADDRESS}new/", **{**GIVEN, **wrong}, tac_send="1")

    assert answer.status_code == 422
    assert words in pages.text_of(answer)
    assert not RefundAccount.objects.exists()


def test_another_than_the_administrator_reads_and_can_do_nothing(office: Office) -> None:
    current(office)
    maker = pages.signed_in(office.maker)

    assert "•••• 8901" in pages.text_of(maker.get(ADDRESS))
    assert pages.actions_of(maker.get(ADDRESS)) == []
    assert maker.get(f"{ADDRESS}new/").status_code == 403


def test_two_officers_on_the_page_each_sees_what_is_left_to_do(second: Payment, office: Office) -> None:
    refunds.apply(order_no=second.order_no, by=office.checker, on=ON)
    current(office)
    matter = PaymentMatter.objects.get()
    one, other = (as_officer(officer(name, role)) for name, role in (("pemeriksa8", Role.INSPECTOR), ("penyelia8", Role.SUPERVISOR)))
    address = f"/staff/payments/{matter.pk}/"
    seen = pages.text_of(one.get(address))
    assert "Cadangkan bayaran balik" in seen
    assert "akaun Maybank •••• 8901" in seen
    assert one.post(f"{address}decide/", action="approve", comment="x").status_code == 409

    for _ in range(2):
        assert one.post(f"{address}decide/", action="propose", comment="Dibayar dua kali").status_code == 302
    seen = pages.text_of(one.get(address))
    assert "Pegawai lain meluluskannya" in seen
    assert "Luluskan bayaran balik" not in seen
    assert one.post(f"{address}decide/", action="approve", comment="x").status_code == 403
    assert "Dicadangkan oleh Pegawai pemeriksa8" in pages.text_of(other.get(address))

    for _ in range(2):
        assert other.post(f"{address}decide/", action="approve", comment="Setuju").status_code == 302

    refund = Refund.objects.get()
    assert (refund.state, Payout.objects.get().amount) == (RefundState.APPROVED, Decimal(1449))


def test_the_employer_sees_its_money_on_the_way_on_the_receipt_the_list_and_the_file(second: Payment, office: Office) -> None:
    refund = refunds.apply(order_no=second.order_no, by=office.checker, on=ON)
    matter = PaymentMatter.objects.get()
    one, other = officer("pemeriksa9", Role.INSPECTOR), officer("penyelia9", Role.SUPERVISOR)
    refunds.propose(matter_id=matter.pk, comment="Dibayar dua kali", by=one, on=ON)
    refunds.decide(matter_id=matter.pk, approved=True, comment="Setuju", by=other, on=ON)
    person, address = pages.signed_in(office.checker), f"/employer/payments/{second.order_no}/"
    assert "Beri akaun bank majikan" in pages.text_of(person.get(address))

    current(office)
    refunds.refund_payouts.order_waiting(employer=office.employer, on=ON)

    payout = Payout.objects.get()
    seen = pages.text_of(person.get(address))
    assert f"{payout.number}: Maybank •••• 8901." in seen
    assert "fail bayaran hari perniagaan berikutnya" in seen
    assert "Beri akaun bank majikan" not in seen
    assert "Diluluskan, menunggu bayaran" in pages.text_of(person.get("/employer/payments/"))
    taken = person.get("/employer/payments.csv").getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "Diluluskan, menunggu bayaran" in taken
    receipt = person.get(f"{address}receipt.txt").getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    assert f"Ke akaun: Maybank •••• 8901 ({payout.number})" in receipt
    assert "512345678901" not in seen + taken + receipt
    refund.refresh_from_db()
    assert refund.state == RefundState.APPROVED


def test_the_page_keeps_the_accounts_of_before_with_the_reason(office: Office, administrator: Person) -> None:
    current(office, state="ENDED", why="RETURNED", ended_on=ON + timedelta(days=1))
    current(office, state="REFUSED", why="NAME", since=None, holder=None, ended_on=date(2026, 11, 13))

    seen = pages.text_of(administrator.get(ADDRESS))

    assert "Bank memulangkan wang" in seen
    assert "bukan nama majikan" in seen
    assert refund_accounts.current_of(office.employer.pk) is None
