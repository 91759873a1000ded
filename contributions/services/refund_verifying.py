"""Asking banks whose a refund account is: between transactions, under our key, again until the bank says something that is believed."""

import logging
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from contributions.enums import RefundAccountEnd, RefundAccountState
from contributions.models import RefundAccount
from contributions.services import overpayment_money, refund_accounts, refund_payouts
from employers.services import people
from kwsp_portal.bank import names
from kwsp_portal.bank.names import AccountKind, AccountState, Answer
from members.enums import NameMatch
from members.rules import bank_names

log = logging.getLogger(__name__)

SHORTEST_PAUSE: Final = timedelta(seconds=30)
"""Longer than a question may take: while it lasts nobody else asks for this account."""
LONGEST_PAUSE: Final = timedelta(hours=1)
SILENT_FOR: Final = timedelta(days=3)
A_ROUND: Final = 20


def verify_due(*, on: date, at: datetime) -> int:
    """What is due, the oldest first; of each bank no further after a silence. How many were answered."""
    answered, silent = 0, set[str]()
    due = RefundAccount.objects.filter(state=RefundAccountState.ASKED, due_at__lte=at).order_by("due_at").values_list("pk", "bank")
    for account_id, bank in due[:A_ROUND]:
        if bank in silent:
            continue
        if verify(account_id=account_id, on=on, at=at):
            answered += 1
        else:
            silent.add(bank)
    return answered


def verify(*, account_id: int, on: date, at: datetime) -> bool:
    """Ask the bank, and do what it says; outside any transaction. False where it was silent."""
    row = RefundAccount.objects.select_related("employer").filter(pk=account_id, state=RefundAccountState.ASKED, due_at__lte=at).first()
    if row is None:
        return True
    taken = RefundAccount.objects.filter(pk=row.pk, state=RefundAccountState.ASKED, due_at=row.due_at, tries=row.tries)
    if not taken.update(due_at=at + min(SHORTEST_PAUSE * 2 ** min(row.tries, 10), LONGEST_PAUSE), tries=F("tries") + 1):
        return True
    question = names.Question(key=row.key.hex, bank=row.bank, account=str(row.number), holder=row.employer.name)
    try:
        answer = names.bank().ask(question)
    except names.NoAnswer as silent:
        log.warning("refund account %s: no answer (%s), try %s", row.pk, silent.code, row.tries + 1)
        if at - row.asked_at >= SILENT_FOR:
            _decide(row.pk, None, on)
        return False
    _decide(row.pk, answer, on)
    return True


def _decide(account_id: int, answer: Answer | None, on: date) -> None:
    """What the bank said, once; no answer is a silence of days."""
    employer = RefundAccount.objects.select_related("employer").get(pk=account_id).employer
    with transaction.atomic():
        people.hold(employer)
        row = RefundAccount.objects.select_for_update(of=("self",), no_key=True).select_related("employer").get(pk=account_id)
        if row.state != RefundAccountState.ASKED:
            return
        why = RefundAccountEnd.SILENT if answer is None else why_not(row.employer.name, answer)
        if why is not None or answer is None:
            refund_accounts.refuse(row, why or RefundAccountEnd.SILENT, on=on)
        else:
            refund_accounts.begin(row, holder=answer.holder, on=on)
            refund_payouts.order_waiting(employer=row.employer, on=on)
            overpayment_money.order_waiting(employer=row.employer, on=on)


def why_not(name: str, answer: Answer) -> RefundAccountEnd | None:
    """Why money for `name` does not go there; None where it may. Open, theirs alone, and in their very name: one that is near is refused too, since
    here no officer compares papers."""
    if answer.state is AccountState.UNKNOWN:
        return RefundAccountEnd.NO_ACCOUNT
    if answer.state is AccountState.CLOSED:
        return RefundAccountEnd.CLOSED
    if answer.kind is AccountKind.JOINT:
        return RefundAccountEnd.JOINT
    return None if bank_names.compare(name, answer.holder) is NameMatch.FULL else RefundAccountEnd.NAME
