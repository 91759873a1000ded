"""Asking banks whose an account is: between transactions, under our key, again until the bank says something that is believed."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from kwsp_portal.bank import names
from members.enums import BankAccountState
from members.models import BankAccount
from members.services import bank_accounts

log = logging.getLogger(__name__)

SHORTEST_PAUSE: Final = timedelta(seconds=30)
"""Longer than a question may take: while it lasts nobody else asks for this account."""
LONGEST_PAUSE: Final = timedelta(hours=1)
SILENT_FOR: Final = timedelta(days=3)
A_ROUND: Final = 20


def verify(*, account_id: int, at: datetime) -> bool:
    """Ask the bank, and write down what it says; outside any transaction. Whether it answered: then, or when somebody else has the question in hand,
    there is nothing more to do."""
    row = BankAccount.objects.select_related("member").filter(pk=account_id, state=BankAccountState.ASKED, due_at__lte=at).first()
    if row is None:
        return True
    taken = BankAccount.objects.filter(pk=row.pk, state=BankAccountState.ASKED, due_at=row.due_at, tries=row.tries)
    if not taken.update(due_at=at + _pause(row.tries), tries=F("tries") + 1):
        return True
    question = names.Question(key=row.key.hex, bank=row.bank, account=str(row.number), holder=row.member.name)
    try:
        answer = names.bank().ask(question)
    except names.NoAnswer as silent:
        log.warning("bank account %s: no answer (%s), try %s", row.pk, silent.code, row.tries + 1)
        if at - row.asked_at >= SILENT_FOR:
            bank_accounts.refuse_silent(account=row, at=at)
        return False
    bank_accounts.record(account=row, answer=answer, at=at)
    return True


def verify_due(*, at: datetime) -> int:
    """What is due, the oldest first; of each bank no further after a silence: one time-out, not one for each account. How many were answered."""
    answered, silent = 0, set[str]()
    due = BankAccount.objects.filter(state=BankAccountState.ASKED, due_at__lte=at).order_by("due_at").values_list("pk", "bank")
    for account_id, bank in due[:A_ROUND]:
        if bank in silent:
            continue
        if verify(account_id=account_id, at=at):
            answered += 1
        else:
            silent.add(bank)
    return answered


def _pause(tries: int) -> timedelta:
    return min(SHORTEST_PAUSE * 2 ** min(tries, 10), LONGEST_PAUSE)
