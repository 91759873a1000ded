"""The half-yearly run of an incentive: opened in July and January with its population and law fixed, reckoned in chunks on kwsp_portal.jobs by the
same pure rule as every page, one claim row for each member with something to claim or to set off.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q, Sum

from contributions.enums import IncentiveClaimState, IncentiveRunState, IncentiveScheme
from contributions.facts import Voluntary
from contributions.models import IncentiveClaim, IncentiveRun, VoluntaryContribution
from contributions.rules import incentive, incentive_claims, incentive_who
from contributions.rules.incentive import Earned, HalfYear
from contributions.rules.incentive_claims import Claimed
from contributions.selectors import incentive_facts
from contributions.services import incentive_news
from kwsp_portal import bulk, jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common import collector, money
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.editions import services as editions
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify import services as notify
from members.rules import age

PROGRAMMES: Final = {IncentiveScheme.ISARAAN: "isaraan", IncentiveScheme.ISURI: "isuri"}
"""One for each scheme; the period of its run is the half-year, `2023-1`."""
CHUNK_MEMBERS: Final = 10_000
_OPENS: Final = {(7, 1), (1, 1)}
_CLAIMED, _SET_OFF = IncentiveClaimState.CLAIMED.value, IncentiveClaimState.SET_OFF.value
_COLUMNS: Final = """
COPY contributions_incentiveclaim (run_id, member_id, contributed, whole, before, carried, amount, over, state, reason, account, appeal) FROM STDIN
"""

# Whoever paid towards the scheme since the first year that is looked at, and whoever has a claim of it: both can have something to settle.
_WHO: Final = """
SELECT member_id FROM contributions_voluntarycontribution
 WHERE kind = %(scheme)s AND paid_on BETWEEN %(first_day)s AND %(last_day)s AND id <= %(last)s AND member_id >= %(first)s AND member_id < %(end)s
 UNION
SELECT c.member_id FROM contributions_incentiveclaim c JOIN contributions_incentiverun r ON r.id = c.run_id
 WHERE r.scheme = %(scheme)s AND r.id <> %(run)s AND c.member_id >= %(first)s AND c.member_id < %(end)s
"""
_PIECES: Final = f"""
SELECT member_id, number
  FROM (SELECT member_id, row_number() OVER ordered AS number, lead(member_id) OVER ordered AS next FROM ({_WHO}) who
        WINDOW ordered AS (ORDER BY member_id)) numbered
 WHERE (number - 1) %% %(size)s = 0 OR next IS NULL ORDER BY number
"""  # noqa: S608 - a fixed text of this file


class NotOpened(Exception):
    """Why a run is not opened: EARLIER_OPEN, an earlier half-year of the scheme is still being reckoned."""


def due(scheme: IncentiveScheme) -> Callable[[date], str | None]:
    """Names the half-year whose run opens on a day: January to June on 1 July, July to December on 1 January. None on other days, and for a year of
    which no source says what the scheme gave."""
    return partial(_due, scheme)


def _due(scheme: IncentiveScheme, day: date) -> str | None:
    return _named(ended(day)) if (day.month, day.day) in _OPENS and is_known(scheme, ended(day)) else None


def ended(on: date) -> HalfYear:
    """The last half-year that is over on a day."""
    first_month = 1 if on.month <= 6 else 7
    return HalfYear.of(date(on.year, first_month, 1) - timedelta(days=1))


def is_known(scheme: IncentiveScheme, half: HalfYear) -> bool:
    """Whether the scheme's terms of the year are known, and it was there by the end of the half-year."""
    try:
        return incentive.terms(scheme, half.year).first_day <= half.last_day
    except NotInForce:
        return False


def _named(half: HalfYear) -> str:
    return f"{half.year}-{half.number}"


def plan(scheme: IncentiveScheme) -> Callable[[str, date], list[dict[str, Any]]]:
    """Opens the run of a half-year, in the caller's transaction, and cuts its members in chunks. Raises NotOpened."""
    return partial(_plan, scheme)


def _plan(scheme: IncentiveScheme, period: str, on: date) -> list[dict[str, Any]]:
    half = _half(period)
    with connection.cursor() as cursor:
        # Of two who open a half-year the second finds the first one's run, and cuts nothing.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"incentive_run {scheme}"])
    runs = IncentiveRun.objects.filter(scheme=scheme)
    if runs.filter(year=half.year, half=half.number).exists():
        return []
    if runs.filter(state=IncentiveRunState.OPEN).exists():
        raise NotOpened("EARLIER_OPEN")
    return _chunks(_opened(scheme, half, on))


def _half(period: str) -> HalfYear:
    year, number = period.split("-")
    return HalfYear(int(year), int(number))


def _opened(scheme: IncentiveScheme, half: HalfYear, on: date) -> tuple[IncentiveRun, list[int]]:
    """The run, and the first member of each chunk."""
    known = IncentiveRun.objects.filter(scheme=scheme).aggregate(first=Min("year"))["first"]
    found = IncentiveRun(
        scheme=scheme,
        year=half.year,
        half=half.number,
        since=min(known or half.year, half.year),
        opened_on=on,
        edition=editions.keep((incentive.LAW, age.LAW), on=half.last_day),
        last_contribution=VoluntaryContribution.objects.aggregate(last=Max("pk"))["last"] or 0,
        earliest=half.earliest_credit,
        members=0,
    )
    asked = {**_asked(found, 0, 2**62), "size": CHUNK_MEMBERS}
    with connection.cursor() as cursor:
        cursor.execute(_PIECES, asked)
        numbered = cursor.fetchall()
    # The last comes with them, whether or not a chunk begins with it: its number is how many there are.
    found.members = numbered[-1][1] if numbered else 0
    found.save()
    data = {"scheme": str(scheme), "period": found.period, "members": found.members}
    audit.record(actor=None, action="incentive.run.open", target=found, data=data)
    return found, [member_id for member_id, number in numbered if (number - 1) % CHUNK_MEMBERS == 0]


def _asked(run: IncentiveRun, first: int, end: int) -> dict[str, Any]:
    return {
        "scheme": str(run.scheme),
        "first_day": date(run.since, 1, 1),
        "last_day": run.span.last_day,
        "last": run.last_contribution,
        "run": run.pk or 0,
        "first": first,
        "end": end,
    }


def _chunks(opened: tuple[IncentiveRun, list[int]]) -> list[dict[str, Any]]:
    run, firsts = opened
    return [{"run": run.pk, "first": first, "end": end} for first, end in zip(firsts, [*firsts[1:], 2**62], strict=False)]


def open_run(*, scheme: IncentiveScheme, half: HalfYear, on: date) -> Run:
    """The one run of a scheme for a half-year, opened unless it was. Safe from any number of callers. Raises NotOpened, NotInForce."""
    incentive.terms(scheme, half.year)
    period = _named(half)
    with transaction.atomic():
        return jobs.open_run(programme=PROGRAMMES[scheme], period=period, chunks=_plan(scheme, period, on), on=on)


def by_hand(*, scheme: IncentiveScheme, on: date) -> Mapping[str, int]:
    """Open the run of the last half-year that is over, unless it was, and work what is free of it here. May be repeated."""
    half = ended(on)
    if not is_known(scheme, half):
        return {"opened": 0}
    open_run(scheme=scheme, half=half, on=on)
    counts = jobs.work_some(programmes=[PROGRAMMES[scheme]])
    found = IncentiveRun.objects.filter(scheme=scheme, year=half.year, half=half.number).first()
    return {
        "done": counts.done,
        "failed": counts.failed,
        "members": found.members if found else 0,
        "claims": found.claims if found else 0,
        "claimed_sen": money.to_sen(found.claimed) if found else 0,
    }


def reckon_chunk(*, lease: jobs.Lease) -> None:
    """Reckon the members of one range and write their claims, with the end of the lease. Raises jobs.LeaseLost when another has it; jobs.Parked where
    the law is not that with which the run was opened."""
    jobs.failpoint("incentive.before")
    lease.renew()
    run = IncentiveRun.objects.get(pk=lease.payload["run"])
    if editions.keep((incentive.LAW, age.LAW), on=run.span.last_day).pk != run.edition_id:
        raise jobs.Parked(f"{run}: found another law than the run was opened with, expected edition {run.edition_id}")
    with collector.paused():
        found = sorted(reckon(run=run, first=lease.payload["first"], end=lease.payload["end"]), key=itemgetter(0))
        with transaction.atomic():
            _write(run, found)
            jobs.failpoint("incentive.written")
            _tell_of_over(run, found)
            _record(run, found)
            lease.finish()
            jobs.failpoint("incentive.finished")
    jobs.failpoint("incentive.committed")


def reckon(*, run: IncentiveRun, first: int, end: int) -> Iterator[tuple[int, Earned]]:
    """What is claimed for each member from `first` up to and without `end`, or was claimed too much, by member id. Writes nothing."""
    scheme, half, since = IncentiveScheme(run.scheme), run.span, run.since
    claimed, never = _earlier(run, first, end), incentive_claims.NEVER
    paid = _paid(run, first, end, claimed)
    singly = set(paid)
    for who, members in _eligible(run, paid):
        singly.difference_update(members)
        for member_id in members:
            try:
                found = incentive_claims.claim_of(who, paid[member_id], half, since=since, earlier=claimed.get(member_id, never))
            except incentive_who.Torn:
                singly.add(member_id)
                continue
            if found.amount or found.over:
                yield member_id, found
    apart = incentive_facts.facts_of_many(sorted(singly), on=run.opened_on) if singly else {}
    for member_id, facts in apart.items():
        found = incentive_claims.claim(facts, scheme, half, since=since, earlier=claimed.get(member_id, never))
        if found.amount or found.over:
            yield member_id, found


def _eligible(run: IncentiveRun, members: Iterable[int]) -> Iterator[tuple[incentive_who.Eligible, Sequence[int]]]:
    """Those of the members of whom the same is known, together. Of others nothing is told here."""
    scheme, since = IncentiveScheme(run.scheme), date(run.since, 1, 1)
    births = incentive_who.births_apart(scheme, run.since, run.year)
    employers_since = incentive_who.employers_since(scheme, since)
    for facts, people in incentive_facts.facts_together(members, since=since, births=births, employers_since=employers_since, on=run.opened_on):
        yield incentive_who.Eligible(facts, scheme), people


def _paid(run: IncentiveRun, first: int, end: int, claimed: Collection[int]) -> Mapping[int, Sequence[Voluntary]]:
    """Of whoever paid or has `claimed` in the range: what each year brought, told as one. Of most members the rule asks no more."""
    scheme, half = IncentiveScheme(run.scheme), run.span
    paid, late = incentive_facts.paid_together(
        scheme,
        first=first,
        end=end,
        last=run.last_contribution,
        days=(date(run.since, 1, 1), half.last_day),
        by_month=any(incentive.by_month(scheme, year) for year in range(run.since, half.year + 1)),
        on=run.opened_on,
    )
    for member_id in late.difference(claimed):  # who was not known when the run was opened is the next one's
        del paid[member_id]
    return {**dict.fromkeys(claimed, ()), **paid}


def _earlier(run: IncentiveRun, first: int, end: int) -> dict[int, Claimed]:
    """What was claimed of the scheme before, by member."""
    claims = IncentiveClaim.objects.filter(run__scheme=run.scheme, member_id__gte=first, member_id__lt=end, amount__gt=0).exclude(run=run)
    gone = Q(state=IncentiveClaimState.REFUSED)
    sums = claims.values("member_id", "run__year").annotate(
        standing=Sum("amount", filter=~gone), refused=Sum("amount", filter=gone & Q(appealed_on__isnull=True))
    )
    found: dict[int, Claimed] = {}
    for member_id, year, standing, refused in sums.order_by().values_list("member_id", "run__year", "standing", "refused"):
        of_member = found.setdefault(member_id, Claimed({}, {}))
        for amounts, amount in ((of_member.standing, standing), (of_member.refused, refused)):
            if amount:
                amounts[year] = amount  # type: ignore[index]
    return found


def _write(run: IncentiveRun, found: list[tuple[int, Earned]]) -> None:
    with connection.cursor() as cursor:
        run_id = run.pk
        bulk.copy(cursor, _COLUMNS, [_line(run_id, member_id, one) for member_id, one in found])


def _line(run_id: int, member_id: int, one: Earned) -> str:
    # Of most nothing was claimed before, and all that they earned is.
    whole, before = money.to_sen(one.whole), one.before
    of_year, carried = (money.to_sen(before.of_year), money.to_sen(before.carried)) if before.of_year or before.carried else (0, 0)
    amount = whole if one.amount == one.whole else money.to_sen(one.amount)
    over, state = (0, _CLAIMED) if amount else (money.to_sen(one.over), _SET_OFF)
    return f"{run_id}\t{member_id}\t{money.to_sen(one.contributed)}\t{whole}\t{of_year}\t{carried}\t{amount}\t{over}\t{state}\t\t\t\n"


def _tell_of_over(run: IncentiveRun, found: list[tuple[int, Earned]]) -> None:
    over = [(member_id, one.over) for member_id, one in found if one.over]
    if over:
        notify.tell([incentive_news.of_over(run, member_id, amount) for member_id, amount in over], on=run.opened_on)


def _record(run: IncentiveRun, found: list[tuple[int, Earned]]) -> None:
    total = sum([one.amount for _member, one in found], start=money.ZERO)
    data = {"scheme": str(run.scheme), "period": run.period, "members": len(found), "amount": f"{total:.2f}"}
    audit.record(actor=None, action="incentive.chunk.claimed", target=run, data=data)


def finish(*, job: Run) -> None:
    """Every chunk is done: the run has its totals. Called once, in the transaction that closes the job."""
    half = _half(job.period)
    scheme = next(scheme for scheme, programme in PROGRAMMES.items() if programme == job.programme)
    run = IncentiveRun.objects.select_for_update(no_key=True).get(scheme=scheme, year=half.year, half=half.number)
    sums = run.found.filter(amount__gt=0).aggregate(claims=Count("pk"), claimed=Sum("amount"))
    run.claims, run.claimed = sums["claims"], sums["claimed"] or Decimal(0)
    run.state = IncentiveRunState.CLAIMED if run.claims else IncentiveRunState.NOTHING
    run.save(update_fields=["claims", "claimed", "state"])
    data = {"scheme": str(scheme), "period": run.period, "rows": run.claims, "amount": f"{run.claimed:.2f}"}
    audit.record(actor=None, action="incentive.run.claimed", target=run, data=data)
