"""The bank's answer to each payment at the desk: accepted, sent back with its reason, late, none with its age and whose case it is."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client

from kwsp_portal.common import clock
from members.identity.enums import Role
from members.identity.models import User
from members.models import Payout, PayoutFile
from members.services import payout_files
from tests.factories import withdrawals as make
from tests.identity.conftest import person, sign_in_officer
from withdrawals.models import Application
from withdrawals.selectors import bank_answers
from withdrawals.services import paying

__all__ = ["person"]

pytestmark = pytest.mark.django_db
ON = make.ON
ROOT = "/staff/withdrawals/payouts/"


def order(found: Application, on: date) -> Payout:
    paying.process(application_id=found.pk, on=on, at=make.AT)
    return Payout.objects.get(ref=found.payments.get().pk)


def make_file(on: date) -> PayoutFile:
    with transaction.atomic():
        made = payout_files._make(on)
    assert made is not None
    return made


def hear(payout: Payout, result: str, on: date) -> None:
    paid = result == "PAID"
    told = payout_files.Answer(payout.number, payout.amount, payout_files.Result(result), f"B{payout.pk}" if paid else "", make.AT if paid else None)
    payout_files._hear(told, on, make.AT)


@pytest.fixture
def desk(person: Callable[..., User], monkeypatch: pytest.MonkeyPatch) -> Client:  # noqa: F811
    monkeypatch.setattr(clock, "business_date", lambda: ON + timedelta(days=5))
    client = Client()
    sign_in_officer(client, person("pegawai08", Role.WITHDRAWAL_OFFICER).user_id)
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return " ".join(answer.content.decode().split())


def test_each_row_says_what_the_bank_said_and_whose_case_it_is(desk: Client) -> None:
    assert "Belum ada fail bayaran" in text(desk, ROOT)
    paid, returned, silent, late, unsent = (make.approved() for _number in range(5))
    payouts = [order(one, ON) for one in (paid, returned, silent, late)]
    made = make_file(ON)
    order(unsent, ON + timedelta(days=2))
    hear(payouts[0], "PAID", ON)
    hear(payouts[1], "CLOSED", ON + timedelta(days=1))
    hear(payouts[3], "PAID", ON + timedelta(days=4))

    (row,) = bank_answers.files(number=None, on=ON + timedelta(days=5))[1]
    assert (row.paid, row.returned, row.waiting, row.days, row.late) == (2, 1, 1, 5, True)
    page = text(desk, ROOT)
    assert f"{ROOT}{made.pk}/" in page
    assert "2 bayaran belum dijawab oleh bank" in page
    page = text(desk, f"{ROOT}{made.pk}/")
    for one in (paid, returned, silent, late):
        assert f"/staff/withdrawals/{one.pk}/" in page
        assert one.decided_by is not None
        assert one.decided_by.name in page
    assert f"/staff/withdrawals/{unsent.pk}/" not in page
    assert "Akaun telah ditutup" in page
    assert "5 hari" in page
    _page, all_of_it = bank_answers.rows_of(made, which="all", number=None, on=ON + timedelta(days=5))
    rows = {one.payout.pk: (one.days, one.late, one.is_waiting) for one in all_of_it}
    assert [rows[one.pk] for one in payouts] == [(0, False, False), (1, False, False), (5, True, True), (4, True, False)]

    for which, there in (("paid", {paid, late}), ("returned", {returned}), ("waiting", {silent}), ("lost", {paid, returned, silent, late})):
        page = text(desk, f"{ROOT}{made.pk}/?list={which}")
        assert {one for one in (paid, returned, silent, late) if f"/staff/withdrawals/{one.pk}/" in page} == there, which
    page = text(desk, f"{ROOT}waiting/")
    assert page.index(silent.number) < page.index(unsent.number), "the oldest first"
    assert "Belum dalam fail" in page
    english = text(desk, f"/en{ROOT}waiting/")
    assert "5 days" in english
    assert "Not in a file yet" in english
    hear(payouts[2], "REJECTED", ON + timedelta(days=5))
    assert "Tiada bayaran di sini" in text(desk, f"{ROOT}{made.pk}/?list=waiting")


def test_it_is_for_officers_of_withdrawals_and_auditors_and_asks_little(
    person: Callable[..., User], desk: Client, django_assert_max_num_queries: Callable[..., object]  # noqa: F811
) -> None:  # fmt: skip
    for number in range(6):
        order(make.approved(), ON)
        if number == 2:
            few = bank_answers.rows_of(make_file(ON), which="all", number=None, on=ON)[1]
            assert len(few) == 3
    made = make_file(ON + timedelta(days=1))
    with django_assert_max_num_queries(3):  # type: ignore[attr-defined]
        assert len(bank_answers.rows_of(made, which="all", number=None, on=ON)[1]) == 3
    for role, status in ((Role.AUDITOR, 200), (Role.COUNTER_OFFICER, 403), (Role.SUPERVISOR, 403)):
        client = Client()
        sign_in_officer(client, person(f"lihat{role.value[:6].lower()}", role).user_id)
        for address in (ROOT, f"{ROOT}waiting/", f"{ROOT}{made.pk}/"):
            assert client.get(address).status_code == status, (role, address)
    assert desk.get(f"{ROOT}1/").status_code == 404
