"""To whom what goes back of a voluntary contribution is paid where no rule knows it, by two officers: the payer who was not reached (another account,
another name, a new Arahan Bayaran), or who stands in the place of a payer who has died.

One officer proposes it with the papers, another approves; then it is ordered at once, to the account that its bank has named as the payee's, or
by Arahan Bayaran, and whatever the bank does with it goes as with every payout. While a proposal waits the money goes nowhere. A member is paid
to the own account, which only they give: for them there is the Arahan Bayaran alone. What comes back again is proposed again.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from contributions.enums import PayeeBasis, ReturnState, WrongCreditState
from contributions.models import ReturnPayee, VoluntaryReturn
from contributions.services import correction, voluntary_money, voluntary_news
from contributions.services.counter_payers import Payer
from kwsp_portal.audit import services as audit
from kwsp_portal.documents import pictures
from kwsp_portal.documents import services as documents
from kwsp_portal.notify import services as notify
from members.enums import IdentityKind, PayoutKind, PayoutState
from members.identity.models import User
from members.models import Payout
from members.models.payouts import OPEN
from members.selectors import cooling
from members.services import own_record, payouts


class NotAllowed(Exception):
    """Why an act is refused. `code`: NO_RIGHT, OWN_WORK, OWN_RECORD, RELATIVE, WRONG_STATE, REASON_MISSING, PAPER_MISSING, COMMENT_MISSING;
    ON_ITS_WAY, PAID, ANOTHER_WAITS; of the payer NOT_DEAD, DIED, THE_DEAD, MEMBER_ACCOUNT, HAS_ACCOUNT, COOLING."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an officer proposes. `payee` as the papers and the bank have it (counter_payers.named); of a member who paid and lives only `basis`,
    `reason` and `document` count. `died_on` of a payer who is no member: of others the register says it."""

    basis: PayeeBasis
    reason: str
    document: documents.Upload
    payee: Payer | None = None
    died_on: date | None = None
    death_paper: documents.Upload | None = None


def propose(*, returned_id: int, asked: Asked, by: User, on: date, at: datetime) -> ReturnPayee:
    """One officer says to whom it is to be paid, why, with which papers. A second click finds the first proposal. Raises NotAllowed, NotAPaper."""
    paper, death = pictures.anew(asked.document), pictures.anew(asked.death_paper) if asked.death_paper else None
    with transaction.atomic():
        of = voluntary_money.locked(returned_id)
        payee, died_on = _payee(of, asked), _died_on(of, asked)
        standing = of.payees.filter(state=WrongCreditState.PROPOSED).first()
        if standing is not None and standing.proposed_by_id == by.pk and _same(standing, asked.basis, payee):
            return standing
        code = _why_not_by(by, of, payee) or _why_not_open(of) or ("ANOTHER_WAITS" if standing else "")
        code = code or _why_not_so(of, asked.basis, payee, died_on, on, at) or _why_not_shown(asked)
        if code:
            raise _refused(f"voluntaryreturn:{of.pk}", "propose", by, code)
        assert bool(payee.bank) == bool(payee.holder)  # noqa: S101 - who calls has asked the bank
        account = {"bank": payee.bank, "account": payee.account, "ending": payee.account[-4:], "holder": payee.holder} if payee.bank else {}
        found = ReturnPayee.objects.create(
            returned=of,
            basis=asked.basis,
            name=payee.name,
            identity=payee.identity,
            phone=payee.phone,
            died_on=died_on,
            **account,
            reason=asked.reason.strip(),
            document=documents.keep(paper, by_id=by.pk),
            death_paper=documents.keep(death, by_id=by.pk) if death and asked.basis is not PayeeBasis.PAYER else None,
            proposed_by=by,
            proposed_on=on,
        )
        _record(found, "propose", by, on, {})
    return found


def withdraw(*, payee_id: int, by: User, on: date) -> ReturnPayee:
    """Who proposed it takes it back. Raises NotAllowed."""
    with transaction.atomic():
        found = _locked(payee_id, by, "withdraw")
        if found.proposed_by_id != by.pk:
            raise _refused(found, "withdraw", by, "NO_RIGHT")
        return _ended(found, WrongCreditState.WITHDRAWN, "withdraw", by, on)


def refuse(*, payee_id: int, comment: str, by: User, on: date) -> ReturnPayee:
    """The second officer says no, with a reason. Raises NotAllowed."""
    if not comment.strip():
        raise _refused(f"returnpayee:{payee_id}", "refuse", by, "COMMENT_MISSING")
    with transaction.atomic():
        found = _decided(payee_id, by, "refuse", on)
        found.comment = comment.strip()
        return _ended(found, WrongCreditState.REFUSED, "refuse", by, on)


def approve(*, payee_id: int, by: User, on: date, at: datetime) -> ReturnPayee:
    """The second officer says yes: ordered and told in one transaction, of the facts as they are now. Raises NotAllowed."""
    with transaction.atomic():
        found = _decided(payee_id, by, "approve", on)
        code = why_not_now(found, on=on, at=at)
        if code:
            raise _refused(found, "approve", by, code)
        to = payouts.Payee(found.bank, str(found.account), str(found.holder)) if found.bank else _by_order(found)
        found.payout = voluntary_money.send_to(found.returned, to, on=on)
        _ended(found, WrongCreditState.POSTED, "approve", by, on)
        _tell(found, found.payout, on, at)
    return found


def allowed(*, found: ReturnPayee, by: User) -> frozenset[str]:
    """What `by` may do with it now; the page asks what the service enforces."""
    if found.state != WrongCreditState.PROPOSED or by.role not in correction.OFFICERS:
        return frozenset()
    if found.proposed_by_id == by.pk:
        return frozenset({"withdraw"})
    return frozenset() if _why_not_by(by, found.returned, _kept(found)) else frozenset({"approve", "refuse"})


def why_not_now(found: ReturnPayee, *, on: date, at: datetime) -> str:
    """The code of what stands in the way of a proposal as things are now; empty where nothing does."""
    of, basis = found.returned, PayeeBasis(found.basis)
    return _why_not_open(of) or _why_not_so(of, basis, _kept(found), found.died_on, on, at)


def bases(of: VoluntaryReturn) -> tuple[PayeeBasis, ...]:
    """As whom somebody may be paid: of a member the register says whether they live; of who is none the papers do."""
    heirs = tuple(basis for basis in PayeeBasis if basis is not PayeeBasis.PAYER)
    if of.counter_payer is not None:
        return (PayeeBasis.PAYER, *heirs)
    return heirs if of.payer.died_on is not None else (PayeeBasis.PAYER,)


def is_open(of: VoluntaryReturn) -> bool:
    """Whether another payee may be proposed of it now."""
    return not _why_not_open(of) and not of.payees.filter(state=WrongCreditState.PROPOSED).exists()


def _payee(of: VoluntaryReturn, asked: Asked) -> Payer:
    """As the officer wrote them; a member who paid and lives stands in the register."""
    if of.counter_payer is None and asked.basis is PayeeBasis.PAYER:
        bank = asked.payee.bank if asked.payee else ""
        return Payer(name=of.payer.name, identity=of.payer.identity_number, bank=bank, account=asked.payee.account if asked.payee else "")
    return asked.payee or Payer(name="")


def _died_on(of: VoluntaryReturn, asked: Asked) -> date | None:
    if asked.basis is PayeeBasis.PAYER:
        return None
    return asked.died_on if of.counter_payer is not None else of.payer.died_on


def _kept(found: ReturnPayee) -> Payer:
    account, holder = (str(found.account), str(found.holder)) if found.bank else ("", "")
    return Payer(name=found.name, identity=found.identity, phone=found.phone, bank=found.bank, account=account, holder=holder)


def _same(standing: ReturnPayee, basis: PayeeBasis, payee: Payer) -> bool:
    return (standing.basis, _kept(standing)) == (basis.value, payee)


def _why_not_by(by: User, of: VoluntaryReturn, payee: Payer) -> str:
    """Of who asks: an officer, but for none of those whom it is about."""
    if by.role not in correction.OFFICERS:
        return "NO_RIGHT"
    stranger = of.counter_payer
    about = [(of.payer.identity_kind, of.payer.identity_number), *(_papers(one.identity) for one in (payee, stranger) if one and one.identity)]
    if any(own_record.is_own(by, kind=kind, number=number) for kind, number in about):
        return "OWN_RECORD"
    return "RELATIVE" if any(own_record.is_relative(by, kind=kind, number=number) for kind, number in about) else ""


def _papers(number: str) -> tuple[str, str]:
    """Of a number that stands alone: twelve digits are an identity card's."""
    return (IdentityKind.MYKAD if len(number) == 12 and number.isdigit() else IdentityKind.PASSPORT).value, number


def _why_not_open(of: VoluntaryReturn) -> str:
    """Of the money: it waits, and nothing is on its way."""
    if of.state == ReturnState.PAID:
        return "PAID"
    going = Payout.objects.filter(kind=PayoutKind.VOLUNTARY, ref=of.pk, state__in=[*OPEN, PayoutState.PAID]).exists()
    return "ON_ITS_WAY" if going or of.state == ReturnState.SENT else ""


def _why_not_so(of: VoluntaryReturn, basis: PayeeBasis, payee: Payer, died_on: date | None, on: date, at: datetime) -> str:
    """Of the payer: who lives is paid themselves, and in the place of who has died nobody but another."""
    if basis is not PayeeBasis.PAYER:
        if died_on is None or died_on > on:
            return "NOT_DEAD"
        dead = of.counter_payer.identity if of.counter_payer else of.payer.identity_number
        return "THE_DEAD" if payee.identity == dead else ""
    if of.counter_payer is not None:
        return ""
    if of.payer.died_on is not None:
        return "DIED"
    if payee.bank:
        return "MEMBER_ACCOUNT"
    if cooling.of(of.payer, at=at) is not None:
        return "COOLING"
    return "HAS_ACCOUNT" if voluntary_money.account_for(of, at=at) is not None else ""


def _why_not_shown(asked: Asked) -> str:
    if not asked.reason.strip():
        return "REASON_MISSING"
    return "PAPER_MISSING" if asked.basis is not PayeeBasis.PAYER and asked.death_paper is None else ""


def _by_order(found: ReturnPayee) -> payouts.Payee:
    return payouts.Payee(payouts.ORDER_BANK, found.order_number, found.name)


def _tell(found: ReturnPayee, payout: Payout, on: date, at: datetime) -> None:
    """The member who paid in their inbox, others by the telephone that they gave."""
    order = voluntary_money.order_of(payout)
    if voluntary_money.is_to_member(found):
        notify.tell(voluntary_news.of_order(found.returned, payout, order=order), on=on)
        return
    stranger = found.returned.counter_payer
    to = found.phone or (stranger.phone if stranger and found.basis == PayeeBasis.PAYER else "")
    if to:
        heir = found.basis != PayeeBasis.PAYER
        voluntary_news.to_counter_payer(found.returned, payout, to=to, order=order, heir=heir, on=on, at=at)


def _locked(payee_id: int, by: User, act: str) -> ReturnPayee:
    """One that waits, with its money, for an officer who may work on such. Raises NotAllowed."""
    of = voluntary_money.locked(ReturnPayee.objects.values_list("returned_id", flat=True).get(pk=payee_id))
    found = ReturnPayee.objects.select_for_update(of=("self",), no_key=True).select_related("proposed_by").get(pk=payee_id)
    found.returned = of
    if by.role not in correction.OFFICERS:
        raise _refused(found, act, by, "NO_RIGHT")
    if found.state != WrongCreditState.PROPOSED:
        raise _refused(found, act, by, "WRONG_STATE")
    return found


def _decided(payee_id: int, by: User, act: str, on: date) -> ReturnPayee:
    """For the second officer, who is neither the first nor one of whom it is about. Raises NotAllowed."""
    found = _locked(payee_id, by, act)
    code = "OWN_WORK" if found.proposed_by_id == by.pk else _why_not_by(by, found.returned, _kept(found))
    if code:
        raise _refused(found, act, by, code)
    found.decided_by, found.decided_on = by, on
    return found


def _ended(found: ReturnPayee, state: WrongCreditState, act: str, by: User, on: date) -> ReturnPayee:
    before = {"state": str(found.state)}
    found.state = state
    found.save(update_fields=["state", "comment", "decided_by", "decided_on", "payout"])
    _record(found, act, by, on, before)
    return found


def _record(found: ReturnPayee, act: str, by: User, on: date, before: dict[str, str]) -> None:
    of = found.returned
    data = {"on": str(on), "amount": f"{of.amount:.2f}", "order_no": of.payment.order_no, "basis": str(found.basis), "ending": found.ending}
    after = {"state": str(found.state)}
    audit.record(actor=by, action=f"voluntary.return_payee.{act}", target=found, data=data, subjects=[of.payer], before=before, after=after)


def _refused(target: ReturnPayee | str, act: str, by: User, code: str) -> NotAllowed:
    audit.record_refusal(actor=by, action=f"voluntary.return_payee.{act}", target=target, data={"code": code})
    return NotAllowed(code)
