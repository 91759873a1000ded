"""A paid filing becomes savings: each row one entry, split over the member's accounts by the law of the crediting date.

Rows are credited in chunks on kwsp_portal.jobs: the postings and the mark "done" commit together, so a chunk that is
taken twice, or by a worker that was killed, credits nobody twice and forgets nobody.
"""

import contextlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from django.db.models import BigIntegerField, ExpressionWrapper, F, Max, Min

from contributions.enums import FilingAction, FilingState, LawPurpose, RowStatus
from contributions.models import Filing
from contributions.rules import value_date as value_date_rule
from contributions.services import law_used, moves
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.jobs.models import Run
from members.ledger import balances, days, posting
from members.ledger.enums import EntryKind
from members.rules import allocation
from members.services import replacing
from members.services.replacing import Orders

PROGRAMME = "credit_filing"
CHUNK_ROWS = 5_000
PAID_FOR = (RowStatus.VALID, RowStatus.UNMATCHED)
"""Rows of a paid filing that have money: unmatched ones are in it only where somebody ticked that they are."""
TOTAL_SEN: Final = ExpressionWrapper(F("employer_share") + F("employee_share"), output_field=BigIntegerField())
"""Both shares of a row, in sen."""


def open_run(*, filing: Filing, on: date) -> Run:
    """Cut a paid filing in chunks of rows; `on` is the crediting date of all of them, whenever a worker comes to it while that day is open.

    In the caller's transaction, and idempotent: there is one run a filing.
    """
    # + 0: asked for min(id) and max(id) as they are, PostgreSQL walks the primary key through the rows of all other filings.
    ids = filing.rows.aggregate(first=Min(F("pk") + 0), last=Max(F("pk") + 0))
    return jobs.open_run(programme=PROGRAMME, period=str(filing.pk), chunks=chunks_of(filing.pk, **ids), on=on)


def chunks_of(filing_id: int, first: int, last: int) -> list[dict[str, Any]]:
    """The pieces in which rows with these ids, both included, are credited."""
    return [{"filing": filing_id, "from_id": start, "to_id": min(start + CHUNK_ROWS, last + 1)} for start in range(first, last + 1, CHUNK_ROWS)]


def credit_chunk(*, lease: jobs.Lease) -> None:
    """Post the rows of one chunk and finish its lease in one transaction. Raises jobs.LeaseLost when another has it.

    Raises jobs.Parked, naming the rows, where one is in the ledger already or cannot be posted: trying again would change nothing.
    A chunk that comes so late that its day is closed (parked, and tried again) is credited by the law of the first open day.
    """
    jobs.failpoint("credit.before")
    lease.renew()  # a worker that was away for long learns it here, and not from the rows that another has credited
    filing = Filing.objects.select_related("employer").get(pk=lease.payload["filing"])
    if filing.state != FilingState.PAID:
        raise ValueError(f"filing {filing.pk}: found {filing.state}, expected PAID")
    on = max(lease.on, days.first_open_day())
    edition = law_used.edition_id(LawPurpose.SPLIT, on)
    rows = list(
        filing.rows.filter(pk__gte=lease.payload["from_id"], pk__lt=lease.payload["to_id"], status__in=PAID_FOR)
        .annotate(total_sen=TOTAL_SEN)
        .values_list("pk", "member_id", "total_sen", "member__birth_date")
    )

    def done() -> None:
        jobs.failpoint("credit.posted")
        data = {"from_id": lease.payload["from_id"]}
        audit.record(actor=None, action="filing.chunk.credited", target=filing, data=data, subjects=[filing.employer])
        law_used.keep_for_split(filing=filing, from_id=lease.payload["from_id"], to_id=lease.payload["to_id"], on=on, edition=edition)
        lease.finish()
        jobs.failpoint("credit.finished")

    def post() -> None:
        orders = replacing.read([member_id for _row, member_id, _sen, _born in rows if member_id is not None], on=on)

        def kept() -> None:
            orders.keep(on)
            done()

        posting.post_chunk(acts(filing, rows, on, orders), lease=lease, guard=kept)

    replacing.posted(post)
    jobs.failpoint("credit.committed")


def finish(*, run: Run) -> None:
    """Every chunk is done: the filing is credited. Called once, in the transaction that closes the run."""
    filing = Filing.objects.select_for_update(no_key=True).get(pk=int(run.period))
    filing.credited_on = _last_credited(filing, run.on)
    filing.save(update_fields=["credited_on"])
    moves.move(filing=filing, action=FilingAction.FINISH_CREDITING, by=None, on=filing.credited_on)


def _last_credited(filing: Filing, on: date) -> date:
    """The day on which the last row was credited: the run's own, unless that was closed when a chunk was worked again."""
    if days.first_open_day() <= on:
        return on
    return balances.last_booked(EntryKind.CONTRIBUTION, list(filing.rows.values_list("pk", flat=True))) or on


def value_date(filing: Filing) -> date:
    """From when a contribution earns: the later of its contribution month's last day and the payment date (ruling 15)."""
    assert filing.paid_on is not None  # noqa: S101 - the caller has checked
    return value_date_rule.of_contribution(wage_month=WageMonth.of(filing.wage_month), paid_on=filing.paid_on)


def acts(filing: Filing, rows: Iterable[tuple[int, int | None, int, date | None]], on: date, orders: Orders | None = None) -> Iterator[posting.Act]:
    """One act a row with money in it. What may not be credited any more (75 passed) goes to the employer's suspense, and so does what is paid for
    somebody who is not matched (ruling 14), with the value date that it has for whoever it turns out to be.

    `rows`: row id, member id, both shares in sen, birth date. `orders`: what their members put back first, if anything (ruling 17).
    """
    clearing = posting.fund("CONTRIBUTION_CLEARING")
    valued = value_date(filing)
    for row_id, member_id, total_sen, birth_date in rows:
        if total_sen == 0:
            continue
        legs = legs_of(filing.employer_id, member_id, birth_date, total_sen, on, orders, row_id)
        yield posting.Act(
            kind=EntryKind.CONTRIBUTION,
            ref=row_id,
            part=0,
            booked_on=on,
            value_date=valued,
            legs=(posting.Leg(clearing, -total_sen), *legs),
        )
    jobs.failpoint("credit.read")


def legs_of(
    employer_id: int, member_id: int | None, birth_date: date | None, sen: int, on: date, orders: Orders | None = None, row_id: int = 0
) -> tuple[posting.Leg, ...]:
    """Where money of one row goes: by the law of the day to the member's accounts, else to the employer's suspense. `orders` for the contribution
    itself, which they count by the id of its row; what else comes of a row (its late dividend) puts nothing back."""
    if member_id is not None and birth_date is not None:
        with contextlib.suppress(Refusal):
            if orders is not None and member_id in orders.open_of:
                parts = orders.split_sen(member_id, sen, birth_date, on, posting.Key(EntryKind.CONTRIBUTION.value, row_id, 0))
            else:
                parts = allocation.split_sen(sen, birth_date, on)
            return tuple([posting.Leg(posting.member(member_id, account), part) for account, part in parts])
    return (posting.Leg(posting.employer(employer_id, "SUSPENSE"), sen),)
