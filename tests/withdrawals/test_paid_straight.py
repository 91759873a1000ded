"""Costs of an education that are paid straight to whom they are owed: the institution, or the lender of a loan."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kwsp_portal.notify.models import Notice
from members.enums import PayoutKind
from members.models import BankAccount, Payout
from members.services import payout_files, payouts
from tests.factories import withdrawals as make
from tests.statute.withdrawal_cases import PEOPLE
from withdrawals.enums import KindCode, Payee, State
from withdrawals.services import paying

pytestmark = pytest.mark.django_db
LOAN = {"purpose": "LOAN", "loan_balance": "900.00"}


@pytest.mark.parametrize(("answers", "asked", "name"), [(LOAN, "900.00", "Dana Contoh"), ({}, "8000.00", "Universiti Contoh")])
def test_it_bears_the_creditors_name_and_is_paid_to_the_end_without_an_own_account(answers: dict[str, Any], asked: str, name: str) -> None:
    member = make.saver()
    BankAccount.objects.filter(member=member).update(state="REPLACED", ended_at=make.AT)
    told = {**PEOPLE[KindCode.EDUCATION]["answers"], **answers}
    found = make.approved(member, kind=KindCode.EDUCATION, asked=asked, particulars=told, payee=Payee.INSTITUTION)
    on = make.ON + timedelta(days=1)

    paying.process(application_id=found.pk, on=on, at=make.AT)
    payout = Payout.objects.get(kind=PayoutKind.WITHDRAWAL, ref=found.payments.get().pk)
    assert (payout.holder, payout.bank, payout.amount) == (name, payouts.ORDER_BANK, Decimal(asked))
    payout_files._make(on)
    told = Notice.objects.get(code="WITHDRAWAL_STRAIGHT_SENT").figures
    assert (told["holder"], told["order"]) == (name, found.payments.get().order_number)
    assert not Notice.objects.filter(code="WITHDRAWAL_ORDER_SENT").exists(), "there is nothing that the member collects"
    payout_files._hear(payout_files.Answer(payout.number, payout.amount, payout_files.Result.PAID, "B1", make.AT), on, make.AT)

    found.refresh_from_db()
    assert (found.state, found.paid, found.account) == (State.PAID, Decimal(asked), None)
