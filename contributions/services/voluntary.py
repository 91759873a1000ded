"""A member pays a voluntary contribution, for the own account or another member's (seed 002): an order of ours, which the browser takes to the bank.

What the bank says: receiving. What becomes of the money: voluntary_crediting. Nothing leaves an account here, so no code is asked for.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Q

from contributions.enums import IncentiveScheme, PaymentMethod, VoluntaryKind
from contributions.facts import VoluntaryFacts
from contributions.models import IncentiveRegistration, Payment, VoluntaryOrder
from contributions.rules import incentive
from contributions.rules import voluntary as rules
from contributions.services import parts, voluntary_crediting
from contributions.services.payment import new_order_no
from kwsp_portal import turns
from kwsp_portal.audit import services as audit
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank import limits
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship
from members.identity.models import User
from members.models import Member

ASKS_A_DAY: Final = 20
"""For whom a number is, is not for everybody to ask without end (assumed)."""
ASKED: Final = "voluntary.payee"
DAY: Final = timedelta(days=1)


class NotPayable(Exception):
    """Why nothing can be paid now: every reason in data (rules.voluntary; FPX_BELOW_MINIMUM, FPX_ABOVE_MAXIMUM; PAYMENT_IN_FLIGHT)."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(", ".join(refusal.code for refusal in refusals))


class TooMany(Exception):
    """Who asked for as many names as a day allows. `until`: when there may be another."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(str(until))


def payee(*, number: str, by: User, at: datetime) -> Member | None:
    """The member of a number, for who wants to pay for them; None where there is none. The trail keeps who asked, for the member, too.

    Raises TooMany, which the trail keeps. The same number again counts once.
    """
    with turns.counted(errand=ASKED, name=str(by.pk), refused=TooMany):
        recent = AuditEvent.objects.filter(actor_id=by.pk, action=ASKED, refused=False, at__gt=at - DAY).order_by("seq")
        last = dict(recent.values_list("target", "at"))
        asked = f"membernumber:{number}"
        if asked not in last and len(last) >= ASKS_A_DAY:
            until = min(last.values()) + DAY
            audit.record_refusal(actor=by, action=ASKED, target=asked, data={"code": "TOO_MANY"})
            raise TooMany(until)
        found = Member.objects.filter(number=number).first()
        audit.record(actor=by, action=ASKED, target=asked, data={"found": found is not None}, subjects=[found] if found else [])
    return found


def masked(name: str) -> str:
    """A name as somebody else may see it, enough to know the right one again: `AMINAH BINTI YUSOF` is `AM**** BI*** YU***`."""
    return " ".join(word[:2] + "*" * (len(word) - 2) if len(word) > 2 else word for word in name.split())


def check(*, member: Member, payer: Member, kind: VoluntaryKind, amount: Decimal, on: date) -> None:
    """Whether this can be paid now, before the bank is asked for anything. Raises NotPayable with every reason."""
    found = list(rules.refusals(facts_of(member, kind, amount, on), on=on))
    carried = limits.why_not_payable(amount=amount, payer=limits.Payer.PERSON, on=on)
    found += [carried] if carried else []
    waiting = flying(member=member, payer=payer, kind=kind)
    found += [Refusal("PAYMENT_IN_FLIGHT", "", {"order_no": waiting.order_no})] if waiting else []
    if found:
        raise NotPayable(found)


def start(*, member: Member, kind: VoluntaryKind, amount: Decimal, bank_code: str, by: User, on: date, at: datetime) -> Payment:
    """An order, ready to be taken to the bank by the payer's browser. Of the same payer, member and kind one is open at a time: a second click finds
    the first. Raises NotPayable, which the trail keeps."""
    try:
        with transaction.atomic():
            # The payer's own: whoever clicks twice waits here.
            payer = Member.objects.select_for_update(of=("self",), no_key=True).get(user=by)
            check(member=member, payer=payer, kind=kind, amount=amount, on=on)
            made, asked = Payment(method=PaymentMethod.FPX, bank_code=bank_code, amount=amount), VoluntaryOrder(member=member, payer=payer, kind=kind)
            return order(made, asked, by=by, actor=by, on=on, at=at)
    except NotPayable as refused:
        codes = [refusal.code for refusal in refused.refusals]
        audit.record_refusal(actor=by, action="voluntary.start", target=member, data={"codes": codes, "kind": kind.value})
        raise


def room(*, member: Member, on: date) -> Decimal:
    """What the year's ceiling leaves, RM; what has come and waits for a worker takes of it, too."""
    return incentive.room(credited=voluntary_crediting.counted(member_id=member.pk, year=on.year, waiting=True), on=on)


def flying(*, member: Member, payer: Member, kind: VoluntaryKind) -> Payment | None:
    """The order of the same that waits for the bank's answer; what is debited month by month is another matter."""
    same = {"voluntary__member": member, "voluntary__payer": payer, "voluntary__kind": kind}
    return Payment.objects.filter(**same, state__in=parts.IN_FLIGHT).exclude(method=PaymentMethod.DDA).first()


def facts_of(member: Member, kind: VoluntaryKind, amount: Decimal, on: date) -> VoluntaryFacts:
    """What the rules ask of somebody who is to be paid for on a day."""
    standing = member.citizenships.filter(from_date__lte=on).order_by("-from_date").values_list("status", flat=True).first()
    return VoluntaryFacts(
        kind=kind,
        amount=amount,
        birth_date=member.birth_date,
        citizenship=Citizenship(standing) if standing else None,
        died_on=member.died_on,
        schemes=_schemes(member, on),
        credited=voluntary_crediting.counted(member_id=member.pk, year=on.year, waiting=True),
    )


def _schemes(member: Member, on: date) -> frozenset[IncentiveScheme]:
    held = IncentiveRegistration.objects.filter(Q(last=None) | Q(last__gte=on), member=member, first__lte=on)
    return frozenset(IncentiveScheme(scheme) for scheme in held.values_list("scheme", flat=True))


def order(payment: Payment, asked: VoluntaryOrder, *, by: User, actor: User | None, on: date, at: datetime) -> Payment:
    """Write an order, of which the caller has said way, bank and amount; `by` let it be made, and `actor` did, nobody for a batch. In the caller's
    transaction."""
    asked.save(force_insert=True)
    payment.voluntary, payment.order_no = asked, new_order_no(on)
    # The bank repeats the time to the second.
    payment.started_by, payment.started_on, payment.started_at = by, on, at.replace(microsecond=0)
    payment.save(force_insert=True)
    # It stands in the logs of both, and who is paid for has no business with the payer's bank.
    bank = "bank" if asked.payer == asked.member else "payer_bank"
    data = {"kind": asked.kind, "order_no": payment.order_no, "amount": str(payment.amount), bank: payment.bank_code}
    audit.record(
        actor=actor, action="voluntary.start", target=payment, data=data, subjects=payment.whose, before={}, after={"state": str(payment.state)}
    )
    return payment
