"""What came back is asked for again: an Arahan Bayaran that was not cashed waits for another one, or for the member's own account; nothing is sent
again before somebody asks."""

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from kwsp_portal.common import money
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.models import BankAccount
from members.selectors import bank_accounts
from withdrawals.enums import Action, Payee, State
from withdrawals.models import Application
from withdrawals.selectors import bankruptcies, creditors, desk
from withdrawals.services import applying, confirming, moves, news, paying
from withdrawals.services.confirming import Notice
from withdrawals.workflow import MOVES


def ways(found: Application, *, on: date) -> Sequence[Payee]:
    """To whom it can be sent again: to whom it was sent, or in place of an Arahan Bayaran to the own account, but not for a bankrupt."""
    own = found.payee == Payee.PAYMENT_ORDER and not bankruptcies.is_bankrupt(found.member, on=on)
    return (Payee(found.payee), *((Payee.ACCOUNT,) if own else ()))


def waits(found: Application) -> bool:
    """Whether something came back that nobody has asked for again."""
    return (State(found.state), Action.RENEW) in MOVES and bool(paying.unasked(found))


def account_for(found: Application, to: Payee) -> BankAccount | None:
    """The own account to which it would be sent."""
    return bank_accounts.current(found.member) if to is Payee.ACCOUNT else None


def shown(found: Application, to: Payee) -> dict[str, str]:
    """What a notice of it says: to whom it goes now, and which payments that came back it is about, so that each return has a notice of its own."""
    sent = copy(found)
    sent.payee = to.value
    return {**applying.shown(sent, account_for(found, to)), "back": " ".join(str(one.payout_id) for one in paying.unasked(found))}


def total(found: Application) -> Decimal:
    """RM that came back and waits to be asked for."""
    return sum((one.payment.amount for one in paying.unasked(found)), money.ZERO)


def needs_code(found: Application) -> bool:
    """Whether the member asks for it under a code: where it goes to somebody else's account, or in somebody else's name."""
    return found.payee == Payee.INSTITUTION


def renew(
    *, application_id: int, to: Payee, by: User, on: date, at: datetime, notice: Notice | None = None, approval: Approval | None = None
) -> Application:
    """Send what came back with the next file again; to a new account of an institution once an officer has checked it. At a counter under the notice
    that the member confirmed; to an institution under the phone's code. A second click finds the first. Raises moves.NotAllowed: NO_RIGHT, OWN_CASE,
    RELATIVE, WRONG_STATE, NOTHING_BACK where nothing waits to be asked for, PAYEE, NO_ACCOUNT, ACCOUNT_ASKED where an officer asks for another
    account; and as confirming.of_act, tac.spend."""
    with transaction.atomic():
        found = moves.locked(application_id)
        back = paying.unasked(found)
        if not back and found.payee == to and desk.did_last(found, [Action.RENEW], by):
            return found
        moves.demand(found, Action.RENEW, by)
        if not back:
            raise moves.refused(found, Action.RENEW, by, "NOTHING_BACK")
        if to not in ways(found, on=on):
            raise moves.refused(found, Action.RENEW, by, "PAYEE")
        creditor = creditors.current(found)
        if creditor is not None and creditor.refusal_id is not None:
            raise moves.refused(found, Action.RENEW, by, "ACCOUNT_ASKED")
        account = account_for(found, to)
        if to is Payee.ACCOUNT and account is None:
            raise moves.refused(found, Action.RENEW, by, "NO_ACCOUNT")
        if found.member.user_id != by.pk:
            confirming.of_act(found, Action.RENEW, notice, shown(found, to), by=by, on=on, at=at)
        elif needs_code(found):
            if approval is None:
                raise moves.refused(found, Action.RENEW, by, "NO_RIGHT")
            tac.spend(approval=approval, user=by, purpose=Purpose.WITHDRAWAL, shown=shown(found, to), at=at)
        amount = total(found)
        for payment, payout_id in back:
            payment.renewed_id = payout_id
            payment.save(update_fields=["renewed"])
        found.payee, found.account = to, account
        moves.move(found, Action.RENEW, by, on=on, note=to.value)
        news.renewed(found, amount, on=on, at=at)
    return found
