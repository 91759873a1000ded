"""What the Government paid becomes members' savings: from the run's day on, each claim one entry, to Persaraan, from 55 to Emas (ruling 18).

Chunks on kwsp_portal.jobs: the postings, the claims' state, the notices and the mark "done" commit together.
"""

from collections import Counter
from datetime import date
from itertools import repeat
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
CHUNK_CLAIMS: Final = 40_000
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
_OTHERS_CREDITED: Final = """
UPDATE contributions_incentiveclaim SET state = 'CREDITED', account = %s, credited_on = %s
 WHERE run_id = %s AND id >= %s AND id < %s AND state = 'RECEIVED'
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
        _mark(claims, lease)
        notify.tell_alike(incentive_news.credited(run), incentive_news.of_each(claims), on=on)
        total = money.from_sen(sum(claims.amounts))
        data = {"scheme": run.scheme, "period": run.period, "members": len(claims.refs), "amount": f"{total:.2f}"}
        audit.record(actor=None, action="incentive.chunk.credited", target=run, data=data)
        lease.finish()
        jobs.failpoint("incentive_credit.finished")

    posting.post_credits(claims, lease=lease, guard=done)


def _claims(run: IncentiveRun, first: int, end: int, on: date) -> posting.Credits:
    """With the account that receives each. Who died has it where it would have stood then: it is the heirs'."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_CREDIT, [run.pk, first, end])
        refs, member_ids, amounts = zip(*cursor.fetchall(), strict=True) if cursor.rowcount else ((), (), ())
        cursor.execute(_NOT_YOUNG, [bulk.numbers(sorted(set(member_ids))), incentive.below_55_from(on)])
        others = {who: _account(born, min(on, died_on) if died_on else on) for who, born, died_on in cursor.fetchall()}
    codes = list(map(others.get, member_ids, repeat(_account(on, on))))
    return posting.Credits(EntryKind.INCENTIVE, posting.fund("GOVERNMENT_CLEARING"), on, on, refs, member_ids, codes, amounts)


def _account(born: date, on: date) -> str:
    # A plain text: the hash of a member of an enum is a call of Python.
    return incentive.account(born, on=on).value


def _mark(claims: posting.Credits, lease: jobs.Lease) -> None:
    """What most of them have, is written by their range, when the others are: their ids need not be looked up."""
    (most, _count), *_few = Counter(claims.codes).most_common() or [("", 0)]
    few: dict[str, list[int]] = {}
    for claim_id, account in zip(claims.refs, claims.codes, strict=True):
        if account != most:
            few.setdefault(account, []).append(claim_id)
    marked = 0
    with connection.cursor() as cursor:
        for account, ids in sorted(few.items()):
            cursor.execute(_CREDITED, [account, claims.booked_on, bulk.numbers(ids)])
            marked += cursor.rowcount
        cursor.execute(_OTHERS_CREDITED, [most, claims.booked_on, lease.payload["run"], lease.payload["first"], lease.payload["end"]])
        marked += cursor.rowcount
    if marked != len(claims.refs):
        raise jobs.Parked(f"found {marked} claims received, expected {len(claims.refs)}")


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
