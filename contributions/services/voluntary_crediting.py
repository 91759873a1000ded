"""A voluntary contribution that a bank has finally approved becomes savings: once, by a worker, never above the year's ceiling (ruling 19).

Of one member, one contribution is taken after the other: the member's row is locked before the year is summed up, so of two payments that race for
the last ringgit the first is credited and the rest goes back to who paid it.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Q, Sum

from contributions.enums import ReturnWhy, VoluntaryKind
from contributions.models import Payment, VoluntaryContribution
from contributions.rules import incentive
from contributions.rules import voluntary as rules
from contributions.services import voluntary_money, voluntary_news
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.common.money import to_sen
from kwsp_portal.notify import services as notify
from members.ledger import days, posting
from members.ledger.enums import EntryKind
from members.models import Member
from members.services import replacing

PROGRAMME: Final = "credit_voluntary"


def came(*, payment: Payment, paid_on: date, on: date) -> VoluntaryContribution:
    """The bank's final 00: the money is there, and a worker credits it. In the caller's transaction, which holds the payment; once for each."""
    asked = payment.voluntary
    assert asked is not None  # noqa: S101 - only a person's payment is a voluntary contribution
    made = VoluntaryContribution.objects.create(member=asked.member, kind=asked.kind, amount=payment.amount, paid_on=paid_on, payment=payment)
    jobs.open_run(programme=PROGRAMME, period=str(made.pk), chunks=[{"voluntary": made.pk}], on=on)
    return made


def counted(*, member_id: int, year: int, waiting: bool = False) -> Decimal:
    """What of a calendar year's contributions stands towards the ceiling, by the day on which they were paid (RM); with what has come and waits for
    a worker, where that is asked."""
    of_year = VoluntaryContribution.objects.filter(member=member_id, paid_on__year=year, reversed_on=None)
    found = of_year.aggregate(taken=Sum("credited"), coming=Sum("amount", filter=Q(credited=None)))
    return (found["taken"] or money.ZERO) + ((found["coming"] or money.ZERO) if waiting else money.ZERO)


def credit(*, lease: jobs.Lease) -> None:
    """Take one contribution and finish the lease, in one transaction. Raises jobs.LeaseLost when another has it, jobs.Parked where it cannot be
    posted. One that was taken already is left as it is."""
    jobs.failpoint("voluntary.before")
    try:
        with transaction.atomic():
            _take(lease.payload["voluntary"], max(lease.on, days.first_open_day()))
            jobs.failpoint("voluntary.posted")
            lease.finish()
    except (posting.DuplicateAct, posting.BadAct, posting.AlreadyPosted) as error:
        raise jobs.Parked(str(error)) from error
    jobs.failpoint("voluntary.committed")


def _take(pk: int, on: date) -> None:
    member = Member.objects.select_for_update(of=("self",), no_key=True).get(voluntary=pk)
    known = ("payment__voluntary__payer", "payment__voluntary__member", "payment__started_by")
    found = VoluntaryContribution.objects.select_for_update(of=("self",), no_key=True).select_related(*known).get(pk=pk)
    if found.credited_on is not None:
        return
    why = rules.why_returned(birth_date=member.birth_date, died_on=member.died_on, paid_on=found.paid_on, on=on)
    sofar = counted(member_id=member.pk, year=found.paid_on.year)
    taken = incentive.take(found.amount, credited=sofar, on=found.paid_on) if why is None else incentive.Taken(money.ZERO, found.amount)
    found.credited, found.returned, found.credited_on = taken.credited, taken.returned, on
    found.save(update_fields=["credited", "returned", "credited_on"])
    replacing.posted(lambda: _post(found, member, on))
    _record(found, member, on)
    if taken.returned:
        assert found.payment is not None  # noqa: S101 - what comes without a payment has its own way back
        voluntary_money.give_back(payment=found.payment, why=why or ReturnWhy.CEILING, amount=taken.returned, on=on)
    if taken.credited:
        notify.tell(voluntary_news.of_credited(found, member), on=on)


def _post(found: VoluntaryContribution, member: Member, on: date) -> None:
    orders = replacing.read([member.pk], on=on)
    posting.post_many(_acts(found, member, on, orders), guard=lambda: orders.keep(on))


def _acts(found: VoluntaryContribution, member: Member, on: date, orders: replacing.Orders) -> list[posting.Act]:
    clearing, acts = posting.fund(voluntary_money.CLEARING), []
    assert found.credited is not None  # noqa: S101 - the caller has just taken it
    assert found.returned is not None  # noqa: S101 - the same
    if found.credited:
        sen = to_sen(found.credited)
        divided = orders.split_sen(member.pk, sen, member.birth_date, on, posting.Key(EntryKind.VOLUNTARY.value, found.pk, 0))
        parts = rules.parts_sen(VoluntaryKind(found.kind), divided, member.birth_date, on)
        legs = (posting.Leg(clearing, -sen), *(posting.Leg(posting.member(member.pk, account), part) for account, part in parts))
        acts.append(posting.Act(kind=EntryKind.VOLUNTARY, ref=found.pk, part=0, booked_on=on, value_date=found.paid_on, legs=legs))
    if found.returned:
        assert found.payment is not None and found.payment.voluntary is not None  # noqa: S101, PT018 - as above
        sen, payer = to_sen(found.returned), posting.payer(found.payment.voluntary.payer_id)
        legs = (posting.Leg(clearing, -sen), posting.Leg(payer, sen))
        acts.append(posting.Act(kind=EntryKind.VOLUNTARY_RETURNED, ref=found.pk, part=0, booked_on=on, value_date=on, legs=legs))
    return acts


def _record(found: VoluntaryContribution, member: Member, on: date) -> None:
    data, after = {"kind": found.kind, "on": str(on)}, {"credited": f"{found.credited:.2f}", "returned": f"{found.returned:.2f}"}
    whose = found.payment.whose if found.payment else [member]
    audit.record(actor=None, action="voluntary.credited", target=found, data=data, subjects=whose, before={}, after=after)
