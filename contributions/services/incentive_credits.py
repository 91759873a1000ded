"""What the Government paid becomes members' savings: from the run's day on, each claim one entry, to Persaraan, from 55 to Emas (ruling 18).

Chunks on kwsp_portal.jobs: the postings, the claims' state, the notices and the mark "done" commit together.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from contributions.enums import IncentiveRunState
from contributions.models import IncentiveRun
from contributions.rules import incentive
from contributions.services import incentive_news
from kwsp_portal import bulk, jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common import collector, money
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify import services as notify
from members.ledger import days, posting
from members.ledger.enums import EntryKind

PROGRAMME: Final = "incentive_credits"
CHUNK_CLAIMS: Final = 20_000
# By their ids, of which a run's follow one another but for what other runs wrote between: counted one by one they would be sorted first.
_STARTS: Final = """
SELECT min(id) FROM contributions_incentiveclaim WHERE run_id = %s AND state = 'RECEIVED' GROUP BY id / %s ORDER BY 1
"""
# Rows as they are stored: an object of a model for each costs more than what is done with it.
_TO_CREDIT: Final = """
SELECT id, member_id, amount FROM contributions_incentiveclaim WHERE run_id = %s AND id >= %s AND id < %s AND state = 'RECEIVED' ORDER BY id
"""
_NOT_YOUNG: Final = (
    "SELECT id, birth_date, died_on FROM members_member WHERE id = ANY((SELECT %s::bigint[])::bigint[]) AND (birth_date < %s OR died_on IS NOT NULL)"
)
_CREDITED: Final = """
UPDATE contributions_incentiveclaim SET state = 'CREDITED', account = %s, credited_on = %s
 WHERE id = ANY((SELECT %s::bigint[])::bigint[]) AND state = 'RECEIVED'
"""


def open_due(*, on: date) -> int:
    """Open the crediting of every run whose day has come; how many were opened. Safe from any number of callers."""
    due = IncentiveRun.objects.filter(state=IncentiveRunState.RECEIVED, credits_from__lte=on).order_by("pk")
    return sum(open_one(run, on=on) for run in due)


def open_one(run: IncentiveRun, *, on: date) -> bool:
    """Open the crediting of a run that was paid for, once its day has come."""
    if run.credits_from is None or on < run.credits_from or Run.objects.filter(programme=PROGRAMME, period=str(run.pk)).exists():
        return False
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_STARTS, [run.pk, CHUNK_CLAIMS])
            starts = [pk for (pk,) in cursor.fetchall()]
        chunks = [{"run": run.pk, "first": first, "end": end} for first, end in zip(starts, [*starts[1:], 2**62], strict=False)]
        jobs.open_run(programme=PROGRAMME, period=str(run.pk), chunks=chunks, on=on)
    return True


def credit_chunk(*, lease: jobs.Lease) -> None:
    """Credit the claims of one range and finish the lease in one transaction. Raises jobs.LeaseLost when another has it."""
    jobs.failpoint("incentive_credit.before")
    with collector.paused():
        _credit(lease)
    jobs.failpoint("incentive_credit.committed")


def _credit(lease: jobs.Lease) -> None:
    lease.renew()
    run = IncentiveRun.objects.get(pk=lease.payload["run"])
    on = max(lease.on, days.first_open_day())
    if run.credits_from is None or on < run.credits_from:
        raise jobs.Parked(f"{run}: found {on}, expected {run.credits_from} or later")
    claims = _claims(run, lease.payload["first"], lease.payload["end"], on)

    def done() -> None:
        jobs.failpoint("incentive_credit.posted")
        _mark(claims, on)
        notify.tell_alike(incentive_news.credited(run), incentive_news.of_each(claims), on=on)
        total = money.from_sen(sum([sen for _pk, _who, _account, sen in claims]))
        data = {"scheme": run.scheme, "period": run.period, "members": len(claims), "amount": f"{total:.2f}"}
        audit.record(actor=None, action="incentive.chunk.credited", target=run, data=data)
        lease.finish()
        jobs.failpoint("incentive_credit.finished")

    posting.post_credits(posting.Credits(EntryKind.INCENTIVE, posting.fund("GOVERNMENT_CLEARING"), on, on, claims), lease=lease, guard=done)


def _claims(run: IncentiveRun, first: int, end: int, on: date) -> list[posting.Credit]:
    """With the account that receives each. Who died has it where it would have stood then: it is the heirs'."""
    usual = incentive.account(on, on=on)
    with connection.cursor() as cursor:
        cursor.execute(_TO_CREDIT, [run.pk, first, end])
        claims = cursor.fetchall()
        cursor.execute(_NOT_YOUNG, [bulk.numbers(sorted({member_id for _pk, member_id, _sen in claims})), incentive.below_55_from(on)])
        others = {member_id: incentive.account(born, on=min(on, died_on) if died_on else on) for member_id, born, died_on in cursor.fetchall()}
    return [(pk, member_id, others.get(member_id, usual), sen) for pk, member_id, sen in claims]


def _mark(claims: Sequence[posting.Credit], on: date) -> None:
    by_account: dict[str, list[int]] = {}
    for pk, _who, account, _sen in claims:
        by_account.setdefault(account, []).append(pk)
    for account, ids in sorted(by_account.items()):
        with connection.cursor() as cursor:
            cursor.execute(_CREDITED, [str(account), on, bulk.numbers(ids)])
            if cursor.rowcount != len(ids):
                raise jobs.Parked(f"found {cursor.rowcount} claims received, expected {len(ids)}")


def finish(*, job: Run) -> None:
    """Every claim that was paid is credited. Called once, in the transaction that closes the job."""
    run = IncentiveRun.objects.select_for_update(no_key=True).get(pk=int(job.period))
    # A chunk's claims were credited together: the first of each says when all were.
    firsts = list(job.chunks.values_list("payload__first", flat=True))
    last = run.found.filter(pk__in=firsts).aggregate(last=Max("credited_on"))["last"]
    run.state, run.credited_on = IncentiveRunState.CREDITED, last or max(job.on, run.credits_from or job.on)
    run.save(update_fields=["state", "credited_on"])
    data = {"scheme": run.scheme, "period": run.period, "amount": f"{run.received or 0:.2f}"}
    audit.record(actor=None, action="incentive.run.credited", target=run, data=data)


def by_hand(*, on: date) -> dict[str, int]:
    """Open what is due and work what is free of it here. May be repeated."""
    opened = open_due(on=on)
    counts = jobs.work_some(programmes=[PROGRAMME])
    return {"runs_to_credit": opened, "chunks_credited": counts.done, "chunks_failed": counts.failed}
