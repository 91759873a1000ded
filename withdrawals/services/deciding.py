"""Officers decide: who has a case, what papers are asked for, what is recommended, approved or refused, in words that the member reads.

What a run of the portal decides (Pengeluaran Khas) no officer takes. Nobody decides the own case, or that of a declared relative, or one that they
decided before it was appealed against; above a limit there are two (withdrawals/rates/withdrawal_desk.yaml). Who decides says which version they
saw: what changed meanwhile is looked at again.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from kwsp_portal.common import money
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.ledger import posting
from members.services import own_record
from withdrawals.enums import Action, DecisionPoint, DocumentCode, PaymentState, State, StopReason
from withdrawals.facts import Facts
from withdrawals.models import Application, ApplicationDocument, ApplicationLog, CreditorAccount
from withdrawals.rules import deciding as rules
from withdrawals.selectors import creditors, relatives
from withdrawals.services import applying, desk_news, held, holding, judging, moves, recurring
from withdrawals.services.moves import NotAllowed

DECIDES: Final = frozenset({Action.RECOMMEND, Action.APPROVE, Action.REFUSE, Action.SEND_BACK})
WORDED: Final = frozenset({Action.ASK, Action.ASK_ACCOUNT, Action.REFUSE, Action.SEND_BACK, Action.STOP})
"""Acts that are nothing without words that somebody reads."""
ACTS: Final = (*DECIDES, Action.TAKE, Action.PUT_BACK, Action.ASK, Action.ASK_ACCOUNT, Action.STOP)


def take(*, application_id: int, by: User, on: date, version: int | None = None) -> Application:
    """The officer has the case from now on; who takes it from a colleague has it instead. `version`: as it was seen, so that nobody takes it from a
    colleague who took it meanwhile. Raises NotAllowed."""
    with transaction.atomic():
        found = _locked(application_id, Action.TAKE, by)
        if found.officer_id != by.pk:
            if version not in (None, found.version) and found.officer_id is not None:
                raise moves.refused(found, Action.TAKE, by, "TAKEN")
            found.officer = by
            moves.move(found, Action.TAKE, by, on=on)
    return found


def put_back(*, application_id: int, by: User, on: date) -> Application:
    """Nobody has it any more: it waits in the queue as before. Raises NotAllowed."""
    with transaction.atomic():
        found = _locked(application_id, Action.PUT_BACK, by)
        moves.move(found, Action.PUT_BACK, by, on=on)
        found.officer = None
        found.save(update_fields=["officer"])
    return found


def ask(
    *, application_id: int, version: int, papers: Sequence[DocumentCode] = (), account: bool = False, comment: str, by: User, on: date
) -> Application:
    """More papers are asked for, in words that the member reads; the charter's clock stands still until they come. `account`: also another account of
    the institution or lender, because the one given is not as the document has it. Raises NotAllowed: also NO_CREDITOR where it names none."""
    with transaction.atomic():
        found = _seen(application_id, Action.ASK, version, comment, by)
        wrong = creditors.current(found, locked=True) if account else None
        if account and wrong is None:
            raise moves.refused(found, Action.ASK, by, "NO_CREDITOR")
        found.waiting_since = on
        asked = moves.move(found, Action.ASK, by, on=on, comment=comment.strip(), note=" ".join(paper.value for paper in papers))
        if wrong is not None:
            _found_wrong(found, wrong, asked, by)
        notify.tell([desk_news.asked(found, comment.strip(), wrong)], on=on)
    return found


def ask_account(*, application_id: int, version: int, comment: str, by: User, on: date) -> Application:
    """What came back is not sent again to the account that was given: it is not as the document has it, and the member is asked for another, or for
    an order, in words that they read. They ask for the money again under a code of just that. No clock of the charter runs: it was decided in its
    time. Raises NotAllowed."""
    with transaction.atomic():
        found = _seen(application_id, Action.ASK_ACCOUNT, version, comment, by)
        wrong = creditors.current(found, locked=True)
        assert wrong is not None  # noqa: S101 - asked by why_not, under the same lock
        asked = moves.move(found, Action.ASK_ACCOUNT, by, on=on, comment=comment.strip(), note=wrong.ending)
        _found_wrong(found, wrong, asked, by)
        found.payments.filter(state=PaymentState.RETURNED).update(renewed=None)
        notify.tell([desk_news.account_asked(found, comment.strip(), wrong)], on=on)
    return found


def checked(*, document_id: int, by: User, on: date) -> ApplicationDocument:
    """The officer who has the case has looked at this paper beside the facts. Looking again changes nothing. Raises NotAllowed."""
    asked = ApplicationDocument.objects.get(pk=document_id)
    with transaction.atomic():
        found = moves.locked(asked.application_id)
        code = why_not(found, Action.ASK, by) if found.state != State.SECOND else why_not(found, Action.SEND_BACK, by)
        if code:
            raise moves.refused(found, "check", by, code)
        document = ApplicationDocument.objects.select_for_update(of=("self",), no_key=True).get(pk=document_id)
        if document.checked_by_id != by.pk:
            document.checked_by = by
            document.save(update_fields=["checked_by"])
            moves.record(found, "check", by, {"document": str(document.code)})
    return document


def approve(*, application_id: int, version: int, amount: Decimal | None = None, comment: str = "", by: User, on: date, at: datetime) -> Application:
    """Approve it: by one officer to the limit; above it the first recommends, and a second approves what was recommended.

    `amount` RM is what is approved, all that was asked where none is given; less needs words that the member reads. What of the held money is not
    approved is free again at once. Raises NotAllowed: also NOT_MET where the rules stand in the way (`codes`), AMOUNT where it is more than was
    asked or can be taken, REASON_MISSING, CREDITOR_UNCHECKED where nobody has compared the account that is paid straight with the document,
    TOO_MUCH where less can be taken, NOT_THERE where the money is frozen or gone, ON_ITS_WAY where a
    payment of the running one that it takes the place of is with the bank.
    """
    applying.follow_age(application_id, on=on, at=at)
    with transaction.atomic():
        found = _seen(application_id, Action.APPROVE, version, "", by)
        creditor = creditors.current(found)
        if creditor is not None and not creditor.may_be_paid:
            raise moves.refused(found, Action.APPROVE, by, "CREDITOR_UNCHECKED")
        given = _recommended(found) if found.state == State.SECOND else _amount(found, amount, comment, by)
        if found.state == State.IN_PROCESS and rules.needs_second(given, on):
            _judged(found, given, by, on)
            found.first_officer = by
            return _moved(found, Action.RECOMMEND, by, on, comment, note=f"{given:.2f}")
        _judged(found, given, by, on)
        found.approved, found.decided_by, found.decided_on = given, by, on
        _hold(found, by, on)
        _moved(found, Action.APPROVE, by, on, comment)
        words = comment.strip() or _recommended_words(found)
        notify.tell([desk_news.approved(found, words)], on=on)
    return found


def send_back(*, application_id: int, version: int, comment: str, by: User, on: date) -> Application:
    """The second officer would have it looked at again by the first, and says why. Raises NotAllowed."""
    with transaction.atomic():
        found = _seen(application_id, Action.SEND_BACK, version, comment, by)
        found.first_officer = None
        _moved(found, Action.SEND_BACK, by, on, comment)
    return found


def refuse(*, application_id: int, version: int, comment: str, by: User, on: date) -> Application:
    """It is refused, with a reason in words that the member reads; what was held is free again. Raises NotAllowed."""
    with transaction.atomic():
        found = _seen(application_id, Action.REFUSE, version, comment, by)
        facts, result = judging.judge(found, on=on)
        judging.keep(found, facts, result, point=DecisionPoint.DECIDED, by=by, on=on)
        end(found, Action.REFUSE, by, on=on, comment=comment)
        notify.tell([desk_news.refused(found, comment.strip())], on=on)
    return found


def stop(*, application_id: int, version: int, reason: StopReason, comment: str, by: User, on: date) -> Application:
    """KWSP ends what it approved, for what the kind's clauses name, in words that the member reads. What is held is free; what was paid stays paid.
    Raises NotAllowed: also NOT_STOPPED_FOR, and PAYMENT_ON_ITS_WAY where the bank has one to answer for."""
    with transaction.atomic():
        found = _seen(application_id, Action.STOP, version, comment, by)
        if reason not in judging.kind_of(found).stopped_for:
            raise moves.refused(found, Action.STOP, by, "NOT_STOPPED_FOR", found=reason.value)
        try:
            holding.free(found, on=held.open_day(on))
        except holding.OnItsWay as error:
            raise moves.refused(found, Action.STOP, by, "PAYMENT_ON_ITS_WAY") from error
        moves.move(found, Action.STOP, by, on=on, comment=comment.strip(), note=reason.value)
        notify.tell([desk_news.stopped(found, reason, comment.strip())], on=on)
    return found


def end(found: Application, action: Action, by: User | None, *, on: date, comment: str = "", note: str = "") -> None:
    """It ends without a payment: what was held is free again. In the caller's transaction, which has locked it."""
    moves.demand(found, action, by)
    holding.release(found.holds, on=held.open_day(on))
    if found.state == State.RETURNED:
        found.payments.filter(state=PaymentState.RETURNED).update(state=PaymentState.CANCELLED)
    found.holds, found.waiting_since = [], None
    found.decided_by, found.decided_on = by, on
    if found.first_officer_id is not None and by is not None and found.first_officer_id == by.pk:
        found.first_officer = None
    moves.move(found, action, by, on=on, comment=comment.strip(), note=note)


def why_not(found: Application, action: Action, by: User) -> str:
    """The code of the refusal of an officer's act; empty where `by` may do it. The page asks what the services enforce."""
    code = moves.why_not(found, action, by)
    if code:
        return code
    if (action is Action.STOP and not judging.kind_of(found).stopped_for) or (action is Action.ASK_ACCOUNT and not _names_account(found)):
        return "WRONG_STATE"
    if action is not Action.PUT_BACK and judging.kind_of(found).by_run:
        return "BY_RUN"
    if own_record.owns(by, found.member):
        return "OWN_CASE"
    if relatives.is_declared(by, found.member):
        return "RELATIVE"
    return "DECIDED_BEFORE" if found.appeals and by.pk in _decided_before(found) else ""


def allowed(found: Application, by: User) -> frozenset[Action]:
    """What the officer may do with it as it stands. Above the limit what one alone may do is to recommend, which is the same button."""
    return frozenset(action for action in ACTS if action is not Action.RECOMMEND and not why_not(found, action, by))


def _names_account(found: Application) -> bool:
    """Whether it would be paid to an account of an institution that nobody has found wrong."""
    creditor = creditors.current(found)
    return creditor is not None and creditor.refusal_id is None


def _found_wrong(found: Application, wrong: CreditorAccount, asked: ApplicationLog, by: User) -> None:
    wrong.refusal = asked
    wrong.save(update_fields=["refusal"])
    moves.record(found, "creditor_refuse", by, creditors.told(wrong), before={"refused": ""}, after={"refused": by.name})


def _decided_before(found: Application) -> set[int]:
    acts = (Action.REFUSE, Action.RECOMMEND, Action.APPROVE, Action.SEND_BACK)
    last = found.log.filter(action=Action.APPEAL).order_by("-pk").first()
    before = found.log.filter(action__in=acts, pk__lt=last.pk) if last else found.log.none()
    return {pk for pk in before.values_list("by_id", flat=True) if pk is not None}


def _locked(application_id: int, action: Action, by: User) -> Application:
    """Raises NotAllowed."""
    found = moves.locked(application_id)
    code = why_not(found, action, by)
    if code:
        raise moves.refused(found, action, by, code)
    return found


def _seen(application_id: int, action: Action, version: int, comment: str, by: User) -> Application:
    """The application under lock, as the officer saw it. Raises NotAllowed."""
    found = _locked(application_id, action, by)
    if found.version != version:
        raise moves.refused(found, action, by, "CHANGED", found=str(found.version), expected=str(version))
    if action in WORDED and not comment.strip():
        raise moves.refused(found, action, by, "REASON_MISSING")
    return found


def _amount(found: Application, amount: Decimal | None, comment: str, by: User) -> Decimal:
    """What is approved. Raises NotAllowed."""
    assert found.asked is not None  # noqa: S101 - handed in
    given = found.asked if amount is None else amount
    if given <= 0 or given > found.asked or given != money.down_to_sen(given):
        raise moves.refused(found, Action.APPROVE, by, "AMOUNT", found=f"{given}", expected=f"{found.asked:.2f}")
    if given < found.asked and not comment.strip():
        raise moves.refused(found, Action.APPROVE, by, "REASON_MISSING")
    return given


def _recommended(found: Application) -> Decimal:
    last = found.log.filter(action=Action.RECOMMEND).order_by("-pk").values_list("note", flat=True).first()
    return Decimal(last or "0")


def _recommended_words(found: Application) -> str:
    """What the first officer wrote for the member, where the second wrote nothing."""
    last = found.log.filter(action=Action.RECOMMEND).order_by("-pk").values_list("comment", flat=True).first()
    return str(last or "") if found.first_officer_id else ""


def _judged(found: Application, given: Decimal, by: User, on: date) -> Facts:
    """Ask the rules again and keep what they said. Raises NotAllowed."""
    facts, result = judging.judge(found, on=on, asked=given)
    judging.keep(found, facts, result, point=DecisionPoint.DECIDED, by=by, on=on)
    if result.refusals:
        raise moves.refused(found, Action.APPROVE, by, "NOT_MET", codes=" ".join(refusal.code for refusal in result.refusals))
    if result.most < given:
        raise moves.refused(found, Action.APPROVE, by, "TOO_MUCH", found=f"{given:.2f}", expected=f"{result.most:.2f}")
    return facts


def _hold(found: Application, by: User, on: date) -> None:
    """Exactly what is approved is held, but of dividends to come. What takes the place of a running one ends that first. Raises NotAllowed."""
    kind = judging.kind_of(found)
    if kind.changeable:
        for running in Application.objects.filter(member=found.member_id, kind=found.kind, state=State.ACTIVE).order_by("pk"):
            recurring.give_way(moves.locked(running.pk), found, by=by, on=on)
    facts, result = judging.judge(found, on=on, asked=found.approved)
    if result.refusals or judging.charged(result) != found.approved:
        raise moves.refused(found, Action.APPROVE, by, "TOO_MUCH", found=f"{found.approved:.2f}", expected=f"{judging.charged(result):.2f}")
    if not kind.yearly(facts):
        try:
            found.holds = held.again(found, result.charges, on=on)
        except (posting.Insufficient, posting.Frozen) as error:
            raise moves.refused(found, Action.APPROVE, by, "NOT_THERE") from error


def _moved(found: Application, action: Action, by: User, on: date, comment: str, note: str = "") -> Application:
    moves.move(found, action, by, on=on, comment=comment.strip(), note=note)
    return found


__all__ = ["ACTS", "NotAllowed", "allowed", "approve", "ask", "ask_account", "checked", "end", "put_back", "refuse", "send_back", "take", "why_not"]
