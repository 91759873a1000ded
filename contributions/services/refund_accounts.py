"""The account that an employer's refunds go to: asked for by the administrator under a code, taken when its bank has named the employer as holder.

An account is never changed: another one takes its place, and the one before stays as history. The bank is asked after this has committed
(refund_verifying).
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from contributions.enums import RefundAccountEnd, RefundAccountState
from contributions.models import RefundAccount
from contributions.services import leave, refund_news
from employers import access as employers_access
from employers.models import Employer
from employers.services import people
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import accounts
from kwsp_portal.notify import services as notify
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User

ASKS_A_DAY: Final = 5
"""Whose account a number is, is not for everybody to ask without end."""
DAY: Final = timedelta(days=1)


def check(*, employer: Employer, bank: str, account: str, by: User, on: date, at: datetime) -> None:
    """Whether `by` may ask for this account now. Raises people.NotAllowed: NO_RIGHT_REFUND_ACCOUNT, REFUND_ACCOUNT_SAME, REFUND_ACCOUNT_OFTEN."""
    if not may_administer(employer=employer, by=by, on=on):
        raise people.NotAllowed("NO_RIGHT_REFUND_ACCOUNT")
    open_ones = employer.refund_accounts.filter(state__in=(RefundAccountState.ASKED, RefundAccountState.CURRENT))
    if any((one.bank, one.number) == (bank, account) for one in open_ones):
        raise people.NotAllowed("REFUND_ACCOUNT_SAME")
    if employer.refund_accounts.filter(asked_at__gt=at - DAY).count() >= ASKS_A_DAY:
        raise people.NotAllowed("REFUND_ACCOUNT_OFTEN")


def ask(*, employer: Employer, bank: str, account: str, by: User, approval: Approval, on: date, at: datetime, ip: str | None = None) -> RefundAccount:
    """Ask for an account, whose number is as accounts.number gives it; one that was on its way is given up. Raises people.NotAllowed, tac.Refused."""
    with people.refusals_kept(employer, "refund_account.ask", by, ip), transaction.atomic():
        people.hold(employer)
        check(employer=employer, bank=bank, account=account, by=by, on=on, at=at)
        shown = leave.to_refund(employer, bank=bank, account=account)
        tac.spend(approval=approval, user=by, purpose=Purpose.REFUND_ACCOUNT, shown=shown, at=at)
        for before in employer.refund_accounts.filter(state=RefundAccountState.ASKED):
            _end(before, RefundAccountEnd.REPLACED, on)
        fields = {"asked_by": by, "asked_on": on, "asked_at": at, "due_at": at}
        made = RefundAccount.objects.create(employer=employer, bank=bank, number=account, ending=account[-4:], **fields)
        record(made, "refund_account.ask", by, "", ip=ip)
    return made


def current_of(employer_id: int) -> RefundAccount | None:
    """Where refunds go now."""
    return RefundAccount.objects.filter(employer_id=employer_id, state=RefundAccountState.CURRENT).first()


def begin(account: RefundAccount, *, holder: str, on: date) -> None:
    """Refunds go there from now on. In the caller's transaction, which holds the employer."""
    former = current_of(account.employer_id)
    if former is not None:
        _end(former, RefundAccountEnd.REPLACED, on)
    account.state, account.holder, account.since = RefundAccountState.CURRENT, holder, on
    account.save(update_fields=["state", "holder", "since"])
    record(account, "refund_account.begin", None, RefundAccountState.ASKED)
    notify.tell([refund_news.of_account(account)], on=on)


def refuse(account: RefundAccount, why: RefundAccountEnd, *, on: date) -> None:
    """The bank does not know it, or knows another holder. In the caller's transaction, which holds the employer."""
    account.state, account.why, account.ended_on = RefundAccountState.REFUSED, why, on
    account.save(update_fields=["state", "why", "ended_on"])
    record(account, "refund_account.refused", None, RefundAccountState.ASKED, why=why.value)
    notify.tell([refund_news.of_account(account)], on=on)


def give_up(*, employer: Employer, bank: str, account: str, on: date) -> None:
    """Its bank sent money back: nothing more goes there. In the caller's transaction."""
    people.hold(employer)
    found = current_of(employer.pk)
    if found is not None and (found.bank, found.number) == (bank, account):
        _end(found, RefundAccountEnd.RETURNED, on)


def may_administer(*, employer: Employer, by: User, on: date) -> bool:
    """Whether `by` may say where refunds go."""
    return employers_access.is_administrator(by, employer, on=on)


def record(account: RefundAccount, action: str, by: User | None, before: str, ip: str | None = None, **data: str) -> None:
    """The trail never names an account by its number."""
    audit.record(
        actor=by,
        action=action,
        target=account,
        data={"bank": accounts.name(account.bank), "ending": account.ending, **data},
        subjects=[account.employer],
        before={"state": str(before)} if before else {},
        after={"state": str(account.state)},
        ip=ip,
    )


def _end(account: RefundAccount, why: RefundAccountEnd, on: date) -> None:
    before = account.state
    account.state, account.why, account.ended_on = RefundAccountState.ENDED, why, on
    account.save(update_fields=["state", "why", "ended_on"])
    record(account, "refund_account.end", None, before, why=why.value)
