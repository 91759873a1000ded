"""The dividend on a late Borang A becomes the members' own, once the employer has paid it: row by row, each in proportion to its contribution.

A separate credit, valued on the day on which the contribution was paid (ruling 11), split over the accounts as any credit of its day. In chunks on
kwsp_portal.jobs: postings, notices and the mark "done" commit together.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from django.db.models import F, Max, Min, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from contributions.enums import DueKind
from contributions.models import LateDividend, PaymentDue
from contributions.rules import late
from contributions.selectors import matches
from contributions.services import crediting, late_news
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.common.money import to_sen
from kwsp_portal.fields import MoneyField
from kwsp_portal.notify import services as notify
from members.ledger import days, posting
from members.ledger.enums import EntryKind, HolderKind

PROGRAMME: Final = "credit_late_dividend"


class Share(NamedTuple):
    """What one row has of the dividend, in sen; nobody's own where the member is not known."""

    row_id: int
    member_id: int | None
    birth_date: date | None
    sen: int


def open_runs(*, from_id: int, to_id: int, on: date) -> int:
    """Begin to credit each dividend of the employers from `from_id` up to and without `to_id` that stands and is paid whole; how many. In the
    caller's transaction.

    From then on it is not reversed any more. One run a dividend: who comes second finds it begun.
    """
    dues = PaymentDue.objects.filter(kind=DueKind.DIVIDEND, payment__counts=True).order_by()
    paid = dues.filter(filing=OuterRef("filing")).values("filing")
    whole = Coalesce(Subquery(paid.annotate(sum=Sum("amount")).values("sum"), output_field=MoneyField()), Decimal(0), output_field=MoneyField())
    theirs = dues.filter(filing__employer__gte=from_id, filing__employer__lt=to_id)
    waiting = LateDividend.objects.filter(filing__in=theirs.values("filing"), reversed_on=None, credited_on=None)
    ready = waiting.annotate(paid=whole).filter(paid__gte=F("amount")).select_related("filing__employer").order_by("pk")
    begun = 0
    for row in ready.select_for_update(of=("self",), no_key=True):
        row.credited_on = on
        row.save(update_fields=["credited_on"])
        jobs.open_run(programme=PROGRAMME, period=str(row.pk), chunks=_chunks(row), on=on)
        data = {"amount": f"{row.amount:.2f}", "paid_on": str(row.paid_on)}
        audit.record(actor=None, action="late.dividend.credit", target=row.filing, data=data, subjects=[row.filing.employer])
        begun += 1
    return begun


def _chunks(row: LateDividend) -> Sequence[dict[str, int]]:
    # + 0: as in crediting.open_run.
    ids = row.filing.rows.aggregate(first=Min(F("pk") + 0), last=Max(F("pk") + 0))
    return [{**chunk, "dividend": row.pk} for chunk in crediting.chunks_of(row.filing_id, **ids)]


def credit_chunk(*, lease: jobs.Lease) -> None:
    """Post the shares of one chunk of rows, tell their members and finish the lease. Raises jobs.LeaseLost, jobs.Parked as crediting does."""
    jobs.failpoint("late_credit.before")
    lease.renew()
    row = LateDividend.objects.select_related("filing__employer").get(pk=lease.payload["dividend"])
    on = max(lease.on, days.first_open_day())
    shares = list(shares_of(row, from_id=lease.payload["from_id"], to_id=lease.payload["to_id"]))
    made = list(_acts(row, shares, on))

    def done() -> None:
        jobs.failpoint("late_credit.posted")
        data = {"from_id": lease.payload["from_id"]}
        audit.record(actor=None, action="late.dividend.chunk", target=row.filing, data=data, subjects=[row.filing.employer])
        theirs = {act.ref for act in made if act.legs[1].account.holder_kind is HolderKind.MEMBER}
        told = [share for share in shares if share.row_id in theirs]
        notify.tell([late_news.member_credited(share.member_id, row, money.from_sen(share.sen)) for share in told if share.member_id], on=on)
        lease.finish()
        jobs.failpoint("late_credit.finished")

    posting.post_chunk(iter(made), lease=lease, guard=done)
    jobs.failpoint("late_credit.committed")


def shares_of(row: LateDividend, *, from_id: int, to_id: int) -> Iterator[Share]:
    """The shares of the rows with these ids, the last not included, that come to anything. All rows together have the whole, to the sen."""
    whole, of = to_sen(row.amount), to_sen(row.filing.total)
    rows = row.filing.rows.filter(status__in=crediting.PAID_FOR).annotate(total_sen=crediting.TOTAL_SEN)
    before = rows.filter(pk__lt=from_id).aggregate(sum=Sum("total_sen"))["sum"] or 0
    found = list(rows.filter(pk__gte=from_id, pk__lt=to_id).order_by("pk").values_list("pk", "member_id", "member__birth_date", "total_sen"))
    matched = matches.holders([row_id for row_id, member_id, _born, _sen in found if member_id is None])
    for row_id, member_id, birth_date, total_sen in found:
        sen = late.share_sen(whole, before_sen=before, row_sen=total_sen, total_sen=of)
        before += total_sen
        if sen:
            yield Share(row_id, *matched.get(row_id, (member_id, birth_date)), sen)


def _acts(row: LateDividend, shares: Sequence[Share], on: date) -> Iterator[posting.Act]:
    """From the expense that the employer's debt made less, when it was posted (late_charges)."""
    expense = posting.fund("DIVIDEND_EXPENSE")
    for share in shares:
        legs = crediting.legs_of(row.filing.employer_id, share.member_id, share.birth_date, share.sen, on)
        yield posting.Act(
            kind=EntryKind.LATE_CREDIT,
            ref=share.row_id,
            part=0,
            booked_on=on,
            value_date=row.paid_on,
            legs=(posting.Leg(expense, -share.sen), *legs),
        )
