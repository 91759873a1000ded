"""An application is handed in: under a code, or what an officer has of the member, for just this amount and bank account, with facts and rules
asked again under lock, the money held and what was known kept. Kinds that need no officer are approved at once.

Applications of one member come one after the other (moves.locked), those of several about one house, loan or course, too: of two that want the same
ringgit one has it and the other is told.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Now

from kwsp_portal import turns
from kwsp_portal.common import money
from kwsp_portal.common.periods import working_day_after
from kwsp_portal.common.refusal import Refusal
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.ledger import days, posting
from members.models import BankAccount
from members.selectors import bank_accounts, cooling
from members.services import ages
from withdrawals import kinds
from withdrawals.enums import Action, Channel, ConfirmedBy, DecisionPoint, DocumentCode, KindCode, Payee, State
from withdrawals.facts import Facts
from withdrawals.kinds import asking
from withdrawals.kinds.base import Kind, Result
from withdrawals.models import Application, Decision
from withdrawals.selectors import creditors, desk, guides, holidays
from withdrawals.selectors import facts as gathering
from withdrawals.services import confirming, holding, moves, news, papers
from withdrawals.services.confirming import Notice

TURN: Final = "withdrawal.subject"
SAID: Final = ("facts", "refusals", "charges", "steps", "references")


class NotEligible(Exception):
    """Every reason of the rules that stands in the way."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(", ".join(refusal.code for refusal in refusals))


def shown(found: Application, account: BankAccount | None) -> dict[str, str]:
    """What the code approves and its message says: this application, this amount, to this account."""
    told = {"number": found.number, "kind": str(found.kind), "amount": f"{found.asked or 0:.2f}", "payee": str(found.payee)}
    told |= {"account": str(account.pk)} if account else {}
    creditor = creditors.current(found)
    told |= {"creditor": str(creditor.pk)} if creditor else {}
    return {**told, "to": news.to_of(found, account, creditor), "appeals": str(found.appeals)}


def account_for(found: Application) -> BankAccount | None:
    """Where it would be paid to: the member's verified account as it is now; None where no account is asked for, or none is there."""
    return bank_accounts.current(found.member) if found.payee == Payee.ACCOUNT else None


def follow_age(application_id: int, *, on: date, at: datetime) -> None:
    """An age is reached at the start of the birthday (ruling 15a): the money is held and decided about where it stands by then, batch or not."""
    ages.bring_up(member_ids=Application.objects.filter(pk=application_id).values_list("member_id", flat=True), on=on, at=at)


def submit(*, application_id: int, version: int, approval: Approval | Notice, by: User, on: date, at: datetime) -> Application:
    """Hand in a draft: online under the member's code, otherwise by an officer under what the member confirmed. A second click finds what the first
    one did. Raises moves.NotAllowed (NO_RIGHT, OWN_CASE, RELATIVE, WRONG_STATE, CHANGED, INCOMPLETE, NO_ACCOUNT, WAITS, PAYEE, PAPERS_MISSING,
    NOTICE, CHECKLIST, NO_MONEY), NotEligible, tac.Refused, checking.Incomplete; then nothing has changed."""
    follow_age(application_id, on=on, at=at)
    with transaction.atomic():
        found = moves.locked(application_id)
        if found.state not in (State.DRAFT, State.DISCARDED) and by.pk in (found.member.user_id, found.entered_by_id):
            return found
        moves.demand(found, Action.SUBMIT, by)
        if (found.channel == Channel.ONLINE) != isinstance(approval, Approval):
            raise moves.refused(found, Action.SUBMIT, by, "NO_RIGHT")
        if found.version != version:
            raise moves.refused(found, Action.SUBMIT, by, "CHANGED")
        kind = kinds.OF[KindCode(found.kind)]
        if found.asked is None or any(asking.faults(kind, found.particulars)):
            raise moves.refused(found, Action.SUBMIT, by, "INCOMPLETE")
        found.subject = kind.subject(found.particulars, found.member.identity_number)
        account = _destination(found, Action.SUBMIT, by, at)
        facts, result = judged(found, kind, Action.SUBMIT, by, on)
        lacking = papers.missing(found, guides.needed(result, Channel(found.channel)) | _confirming(found, approval))
        if lacking:
            raise moves.refused(found, Action.SUBMIT, by, "PAPERS_MISSING", papers=", ".join(lacking))
        proven = _confirmed(found, account, approval, by, on, at)
        _handed_in(found, kind, facts, result, account, Action.SUBMIT, by, on, at)
        # What is not held yet is decided, by rule alone as well, when it comes to be held (services.khas).
        if kind.straight(facts) and kind.holds(facts) and proven:
            found.approved, found.decided_on = found.asked, on
            moves.move(found, Action.PASS, None, on=on)
        news.submitted(found, on=on, at=at)
    return found


def appeal(*, application_id: int, reason: str, approval: Approval | Notice, by: User, on: date, at: datetime) -> Application:
    """Ask again what was refused, with a reason: the rules are asked anew and the money is held anew. By the member under a code, or at a counter
    under what they confirmed there. Raises as submit, and REASON_MISSING."""
    follow_age(application_id, on=on, at=at)
    with transaction.atomic():
        found = moves.locked(application_id)
        if found.state == State.SUBMITTED and found.appeals and (found.member.user_id == by.pk or desk.did_last(found, [Action.APPEAL], by)):
            return found
        moves.demand(found, Action.APPEAL, by)
        if not reason.strip():
            raise moves.refused(found, Action.APPEAL, by, "REASON_MISSING")
        kind = kinds.OF[KindCode(found.kind)]
        account = _destination(found, Action.APPEAL, by, at)
        facts, result = judged(found, kind, Action.APPEAL, by, on)
        if found.member.user_id != by.pk:
            notice = approval if isinstance(approval, Notice) else None
            confirming.of_act(found, Action.APPEAL, notice, shown(found, account), by=by, on=on, at=at)
        elif isinstance(approval, Approval):
            tac.spend(approval=approval, user=by, purpose=Purpose.WITHDRAWAL, shown=shown(found, account), at=at)
        else:
            raise moves.refused(found, Action.APPEAL, by, "NO_RIGHT")
        found.appeals += 1
        found.approved = found.decided_on = found.decided_by = found.first_officer = found.officer = None
        _handed_in(found, kind, facts, result, account, Action.APPEAL, by, on, at, comment=reason.strip())
        news.appealed(found, on=on, at=at)
    return found


def _confirming(found: Application, approval: Approval | Notice) -> frozenset[DocumentCode]:
    """The paper that stands for a print that the reader has not read."""
    return frozenset() if isinstance(approval, Approval) else confirming.PAPER[confirming.way_of(found, approval)]


def _confirmed(found: Application, account: BankAccount | None, approval: Approval | Notice, by: User, on: date, at: datetime) -> bool:
    """Spend the code, or keep what was confirmed; whether that is proof enough for a kind that no officer decides. Raises as submit."""
    told = shown(found, account)
    if isinstance(approval, Approval):
        tac.spend(approval=approval, user=by, purpose=Purpose.WITHDRAWAL, shown=told, at=at)
        return True
    code = confirming.why_not(found, approval, told)
    if code:
        raise moves.refused(found, Action.SUBMIT, by, code)
    return confirming.keep(found, approval, by=by, on=on, at=at).way == ConfirmedBy.THUMB


def judged(found: Application, kind: Kind, action: Action, by: User, on: date) -> tuple[Facts, Result]:
    """The facts now and what the rules say of them. Raises moves.NotAllowed (PAYEE), NotEligible, which the trail keeps."""
    if found.subject:
        # A cap that several share: the others wait here, and then read what this one has asked for.
        turns.take(errand=TURN, name=f"{found.kind}:{found.subject}")
    facts = gathering.of_application(found, on=on)
    if Payee(found.payee) not in kind.payees(facts):
        raise moves.refused(found, action, by, "PAYEE")
    result = kinds.evaluate(facts)
    if result.refusals:
        codes = ", ".join(sorted(refusal.code for refusal in result.refusals))
        moves.refused(found, action, by, codes)
        raise NotEligible(result.refusals)
    return facts, result


def keep_decision(found: Application, point: DecisionPoint, facts: Facts, result: Result, *, by: User | None, on: date) -> Decision:
    """What was known and what the rules said of it, for good."""
    said = dict(zip(SAID, what_was_said(facts, result), strict=True))
    creditor = creditors.current(found)
    if creditor is not None:
        said["facts"] |= {"creditor": {"id": creditor.pk, "bank": creditor.bank, "ending": creditor.ending}}
    return Decision.objects.create(application=found, point=point, on=on, at=Now(), by=by, most=result.most, **said)


def what_was_said(facts: Facts, result: Result) -> tuple[Any, ...]:
    """SAID of a decision, as JSON: enough to ask again without a database."""
    return (gathering.to_json(facts), *what_was_found(result))


def what_was_found(result: Result) -> tuple[list[Any], ...]:
    """What the rules said, of SAID."""
    return (
        [{"code": one.code, "provision": one.provision, "details": dict(one.details)} for one in result.refusals],
        [{"account": one.account.value, "amount": money.in_full(one.amount)} for one in result.charges],
        [step.to_json() for step in result.steps],
        list(result.references),
    )


def _destination(found: Application, action: Action, by: User, at: datetime) -> BankAccount | None:
    """Where the money goes; nowhere while the account or the phone is new. Raises moves.NotAllowed."""
    waits = cooling.of(found.member, at=at)
    if waits is not None:
        raise moves.refused(found, action, by, "WAITS", until=waits.until.isoformat())
    account = account_for(found)
    if account is None and found.payee == Payee.ACCOUNT:
        raise moves.refused(found, action, by, "NO_ACCOUNT")
    return account


def _handed_in(
    found: Application,
    kind: Kind,
    facts: Facts,
    result: Result,
    account: BankAccount | None,
    action: Action,
    by: User,
    on: date,
    at: datetime,
    *,
    comment: str = "",
) -> None:
    """Hold, write, move, keep."""
    asked: Decimal = found.asked or Decimal(0)
    if kind.holds(facts):
        charged = sum((one.amount for one in result.charges), start=Decimal(0))
        # What is appealed may have become less: it is paid as far as it is there, never above what was applied for.
        if charged != asked and (action is Action.SUBMIT or not charged):
            raise moves.refused(found, action, by, "NO_MONEY")
        try:
            found.holds = holding.hold(found, result.charges, on=max(on, days.first_open_day()))
        except (posting.Insufficient, posting.Frozen) as error:
            raise moves.refused(found, action, by, "NO_MONEY") from error
    found.account = account
    if action is Action.SUBMIT:
        found.applied_on, found.applied_at = found.received_on or on, at
    begins = (found.received_on or on) if action is Action.SUBMIT else on
    found.due_on = working_day_after(begins, kind.charter_days(begins), holidays.since(begins))
    moves.move(found, action, by, on=on, comment=comment)
    keep_decision(found, DecisionPoint.SUBMITTED, facts, result, by=by, on=on)
