"""A member's monthly direct debit, for the own account or another member's: a kind, an amount and a day of the month, allowed once under a code
and collected until it is stopped.

The bank verifies the account, which is the payer's, as an employer's (mandates). On its day the debit becomes an order, just before the file of
the day is made (collecting); what the bank says of it goes the way of every payment, and what the ceiling does not leave is not asked for
(rules.monthly).
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Sum

from contributions.enums import MandateState, PaymentMethod, VoluntaryKind
from contributions.facts import AnotherPayer
from contributions.models import Mandate, Payment, VoluntaryOrder
from contributions.models.direct_debit import OPEN
from contributions.rules import monthly
from contributions.rules import voluntary as rules
from contributions.rules.monthly import Decided
from contributions.services import leave, mandates, monthly_news, parts, voluntary
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify import services as notify
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.models import Member

OPEN_ALREADY: Final = "MONTHLY_OPEN"


def check(*, member: Member, payer: Member, kind: VoluntaryKind, amount: Decimal, on: date) -> None:
    """Whether the payer may let this be debited for the member. Raises voluntary.NotPayable with every reason: those of a payment of that day, where
    the amount alone is held to the ceiling of a whole year, and MONTHLY_OPEN."""
    # What the year has left is no matter here: next year has more.
    facts = voluntary.facts_of(member, kind, amount, on)._replace(credited=money.ZERO)
    found = list(rules.refusals(facts, on=on))
    if open_of(member=member, payer=payer, kind=kind) is not None:
        found.append(Refusal(OPEN_ALREADY, ""))
    if found:
        raise voluntary.NotPayable(found)


def apply(
    *,
    member: Member,
    kind: VoluntaryKind,
    amount: Decimal,
    day: int,
    bank: str,
    account: str,
    by: User,
    approval: Approval,
    on: date,
    at: datetime,
    ip: str | None = None,
) -> Mandate:
    """Let the fund debit an account of the payer's own every month for the member, who may be another; the bank is asked by the sweep. `account` is
    as accounts.number gives it.

    Raises voluntary.NotPayable, which the trail keeps, tac.Refused.
    """
    try:
        with transaction.atomic():
            payer = Member.objects.select_for_update(of=("self",), no_key=True).get(user=by)
            check(member=member, payer=payer, kind=kind, amount=amount, on=on)
            whom = another(member, payer)
            shown = leave.to_debit_monthly(whom=whom.number if whom else "", kind=kind, day=day, bank=bank, account=account, amount=amount)
            tac.spend(approval=approval, user=by, purpose=Purpose.DIRECT_DEBIT, shown=shown, at=at)
            asked = Mandate(member=payer, whom=whom, kind=kind, day=day, bank=bank, account=account, ceiling=amount)
            return mandates.make(asked, by=by, on=on, ip=ip, kind=kind.value, day=str(day))
    except voluntary.NotPayable as refused:
        codes = [refusal.code for refusal in refused.refusals]
        data = {"codes": codes, "kind": kind.value}
        audit.record_refusal(actor=by, action="mandate.apply", target=Member.objects.get(user=by), data=data, subjects=[member])
        raise


def stop(*, mandate_id: int, by: User, on: date, at: datetime, ip: str | None = None) -> Mandate:
    """The payer stops it: what is in a file already the bank may still take. One that is over stays as it is."""
    with transaction.atomic():
        found = mandates.locked(mandate_id)
        if found.state in OPEN:
            mandates.close(found, "mandate.stop", by=by, on=on, at=at, ip=ip)
    return found


def another(member: Member, payer: Member) -> Member | None:
    """The member who is paid for, unless that is who pays."""
    return None if member == payer else member


def open_of(*, member: Member, payer: Member, kind: VoluntaryKind) -> Mandate | None:
    """The payer's one of a kind for the member that is collected under, or that the bank is verifying."""
    return Mandate.objects.filter(member=payer, whom=another(member, payer), kind=kind, state__in=OPEN).first()


def of_payer(payer: Member) -> Sequence[Mandate]:
    """All that the member pays, for whomever, the newest first."""
    return list(Mandate.objects.filter(member=payer).select_related("whom", "ended_by"))


def order_due(*, on: date, at: datetime) -> int:
    """Make an order of each debit whose day has come, for the file of the day; how many. In the caller's transaction.

    Held while it is decided: whoever stops it at the same time waits, and what is over by then is left alone.
    """
    due = Mandate.objects.filter(member__isnull=False, state=MandateState.ACTIVE, next_on__lte=on).order_by("pk")
    held = due.select_for_update(of=("self",), no_key=True).select_related("member", "whom", "applied_by")
    return sum(_order(mandate, on, at) for mandate in held)


def _order(mandate: Mandate, on: date, at: datetime) -> bool:
    decided = _decided(mandate, on)
    if decided.ends is not None:
        mandates.close(mandate, "mandate.ended", by=None, on=on, at=at, reason=decided.ends.value)
        notify.tell([monthly_news.of_mandate(mandate)], on=on)
        return False
    mandate.next_on = decided.next_on
    mandate.save(update_fields=["next_on"])
    if decided.amount < mandate.ceiling:
        notify.tell([monthly_news.of_ceiling(mandate, decided, on)], on=on)
    if decided.paused:
        return False
    payment = Payment(method=PaymentMethod.DDA, bank_code=mandate.bank, amount=decided.amount, mandate=mandate, collect_on=on)
    asked = VoluntaryOrder(member=mandate.credited, payer=mandate.member, kind=mandate.kind)
    voluntary.order(payment, asked, by=mandate.applied_by, actor=None, on=on, at=at)
    return True


def _decided(mandate: Mandate, on: date) -> Decided:
    """What the rule says of it today, with what is on its way by direct debit, whoever pays it, counted towards the ceiling, too."""
    assert mandate.day is not None and mandate.member is not None  # noqa: S101, PT018 - constraints say so
    member = mandate.credited
    payer = AnotherPayer(died_on=mandate.member.died_on) if mandate.whom else None
    facts = voluntary.facts_of(member, VoluntaryKind(mandate.kind), mandate.ceiling, on)
    flying = Payment.objects.filter(voluntary__member=member, method=PaymentMethod.DDA, state__in=parts.IN_FLIGHT)
    coming = flying.aggregate(sen=Sum("amount"))["sen"] or money.ZERO
    return monthly.decide(facts._replace(credited=facts.credited + coming), day=mandate.day, on=on, payer=payer)
