"""Posting an approved correction: each line's difference as one new entry between its employer and its member; old entries are never touched.

On kwsp_portal.jobs, in chunks of lines: the postings, what became of each line, the notices and the mark "done" commit together. A line whose
money is no longer there is refused with its reason, and the rest goes on.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import F, Max, Min
from django.db.models.functions import Now

from contributions import workflow
from contributions.enums import CorrectionAction, CorrectionState, LineState
from contributions.models import CorrectedFiling, Correction, CorrectionLine, CorrectionLog
from contributions.selectors import corrections
from contributions.services import correction_news, crediting, law_used
from employers.models import Employer
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.ledger import days, posting, taking
from members.ledger.enums import EntryKind, HolderKind
from members.rules import accounts, allocation
from members.selectors.replacing import counted_by
from members.services import ages, replacing

PROGRAMME: Final = "post_correction"
CHUNK_LINES: Final = 5_000
POSTED: Final[list[Callable[[Correction, date], None]]] = []
"""Who hears that a correction is posted, in the transaction that closes its run."""


class Refused(NamedTuple):
    """Why nothing is posted for a line: the account that is too low, what may be taken from it and what would have been, in sen."""

    line_id: int
    code: str
    available_sen: int
    wanted_sen: int

    def to_json(self) -> dict[str, Any]:
        return {"code": "TOO_LOW", "account": self.code, "available_sen": self.available_sen, "wanted_sen": self.wanted_sen}


class Plan(NamedTuple):
    """What a chunk will do: an act for each line that moves money, and the lines it must refuse."""

    acts: list[posting.Act]
    refused: dict[int, Refused]
    orders: replacing.Orders

    def taken_from(self) -> set[posting.AccountRef]:
        """Accounts that give money back. An employer's CONTRIBUTION_DUE gives nothing: it owes more."""
        return {leg.account for act in self.acts for leg in act.legs if leg.amount_sen < 0 and leg.account.code != "CONTRIBUTION_DUE"}

    def held_with_employer(self) -> dict[int, int]:
        """By line what it brings to the employer's SUSPENSE, in sen; less than nothing where it takes from there."""
        return {act.ref: leg.amount_sen for act in self.acts for leg in act.legs if leg.account.code == "SUSPENSE"}


class FrozenMeanwhile(Exception):
    """A check froze an account between the plan and the posting."""


def open_run(*, correction: Correction, on: date) -> Run:
    """Cut an approved correction in chunks of lines; `on` is the day on which they are booked. In the caller's transaction, once a correction."""
    ids = correction.lines.aggregate(first=Min(F("pk") + 0), last=Max(F("pk") + 0))
    chunks = [
        {"correction": correction.pk, "from_id": start, "to_id": min(start + CHUNK_LINES, ids["last"] + 1)}
        for start in range(ids["first"], ids["last"] + 1, CHUNK_LINES)
    ]
    return jobs.open_run(programme=PROGRAMME, period=str(correction.pk), chunks=chunks, on=on)


def post_chunk(*, lease: jobs.Lease, at: datetime) -> None:
    """Post the lines of one chunk, tell the members and finish its lease, in one transaction. Raises jobs.LeaseLost when another has it."""
    jobs.failpoint("correct.before")
    lease.renew()
    correction = Correction.objects.get(pk=lease.payload["correction"])
    if correction.state != CorrectionState.APPROVED:
        raise ValueError(f"correction {correction.pk}: found {correction.state}, expected APPROVED")
    on = max(lease.on, days.first_open_day())
    edition = law_used.edition_of_corrections(on)
    lines = _lines(correction, lease)
    ages.bring_up(member_ids=[line.row.member_id for line in lines if line.row.member_id], on=on, at=at)
    refused: dict[int, Refused] = {}
    while not lease.finished:
        plan = _plan(lines, refused, on)
        jobs.failpoint("correct.planned")
        try:
            posting.post_chunk(plan.acts, lease=lease, guard=lambda plan=plan: _done(correction, lines, plan, lease, on, edition))  # type: ignore[misc]
        except jobs.Parked as parked:
            refused = {**plan.refused, **_overtaken(parked)}
        except (FrozenMeanwhile, replacing.Overtaken):
            continue  # the next plan finds it frozen, or what was put back meanwhile
    jobs.failpoint("correct.committed")


def finish(*, run: Run) -> None:
    """Every chunk is done: the correction is posted, its filings are free, the employers are told. In the transaction that closes the run."""
    correction = Correction.objects.select_for_update(no_key=True).get(pk=int(run.period))
    correction.posted_on = max(run.on, days.first_open_day())
    step(correction=correction, action=CorrectionAction.FINISH_POSTING, by=None, on=correction.posted_on, also=("posted_on",))
    correction.filings.update(open=False)
    _give_credit(correction)
    notify.tell(correction_news.for_employers(correction), on=correction.posted_on)
    for told in POSTED:
        told(correction, correction.posted_on)


def step(*, correction: Correction, action: CorrectionAction, by: User | None, on: date, comment: str = "", also: Sequence[str] = ()) -> None:
    """Move a correction that the caller has locked and may move, with its log and the trail; `also` are columns that the caller has set."""
    before = correction.state
    correction.state = workflow.CORRECTION_MOVES[CorrectionState(before), action].to
    correction.save(update_fields=["state", *also])
    CorrectionLog.objects.create(
        correction=correction, action=action, from_state=before, to_state=correction.state, by=by, comment=comment, on=on, at=Now()
    )
    audit.record(
        actor="portal" if by is None else by,
        action=f"correction.{action.lower()}",
        target=correction,
        data={"on": str(on)},
        subjects=employers_of(correction),
        before={"state": str(before)},
        after={"state": str(correction.state)},
    )


def employers_of(correction: Correction) -> list[Employer]:
    """Whose filings it corrects, as the trail's subjects."""
    return list(Employer.objects.filter(filings__corrections__correction=correction).distinct())


def _give_credit(correction: Correction) -> None:
    """What it took back the employer may use from now on (services.paying_from_credit); of a KWSP 14 that is the application's to say."""
    if correction.overpayments.exists():
        return
    given = list(correction.filings.filter(lines_total__gt=0))
    posted = corrections.posted_of(given)
    for corrected in given:
        corrected.credit = posted[corrected.pk].credit or None
    CorrectedFiling.objects.bulk_update(given, ["credit"])


def _lines(correction: Correction, lease: jobs.Lease) -> list[CorrectionLine]:
    found = CorrectionLine.objects.filter(
        correction=correction, pk__gte=lease.payload["from_id"], pk__lt=lease.payload["to_id"], state=LineState.OPEN
    )
    return list(found.select_related("row__filing__employer", "row__member").only(*_NEEDED).order_by("pk"))


_NEEDED: Final = (
    *("correction_id", "row_id", "then_employer", "then_employee", "now_employer", "now_employee", "state", "row__filing_id", "row__member_id"),
    *("row__member__birth_date", "row__member__number", "row__filing__employer_id", "row__filing__wage_month", "row__filing__paid_on"),
    *("row__filing__employer__name", "row__filing__employer__number"),
)


def _overtaken(parked: jobs.Parked) -> dict[int, Refused]:
    """The line whose money another act took between the plan and the posting; anything else parks the chunk."""
    cause = parked.__cause__
    if not isinstance(cause, posting.Insufficient) or cause.key is None:
        raise parked
    return {cause.key.ref: Refused(cause.key.ref, cause.account.code, cause.available_sen, cause.wanted_sen)}


# What is posted


def _plan(lines: Sequence[CorrectionLine], refused: Mapping[int, Refused], on: date) -> Plan:
    """An act for each line with money in it. What another line of the chunk takes or brings is reckoned with."""
    less = [line for line in lines if line.difference < 0]
    credited = _credited(less, on)
    available = taking.available_on(sorted({(HolderKind(kind), holder) for went in credited.values() for kind, holder, _ in went}))
    plan = Plan([], dict(refused), replacing.read({line.row.member_id for line in lines if line.row.member_id}, on=on, filled=True))
    counted = _counted(less) if plan.orders else {}
    for line in lines:
        sen = int(line.difference * 100)
        if sen == 0 or line.pk in plan.refused:
            continue
        legs = list(_given(line, sen, on, plan.orders)) if sen > 0 else _taken(line, -sen, credited[line.row_id])
        short = next((leg for leg in legs if leg.amount_sen < 0 and available.get(leg.account, 0) < -leg.amount_sen), None) if sen < 0 else None
        if short is not None:
            plan.refused[line.pk] = Refused(line.pk, short.account.code, available.get(short.account, 0), -short.amount_sen)
            continue
        for leg in legs:
            if leg.account in available:
                available[leg.account] += leg.amount_sen
        if sen < 0:
            whole = sum(credited[line.row_id].values())
            plan.orders.take_back(-sen, whole=whole, counted=counted.get(line.row_id, {}), key=_key(line))
        plan.acts.append(_act(line, sen, legs, on))
    return plan


def _act(line: CorrectionLine, sen: int, legs: Sequence[posting.Leg], on: date) -> posting.Act:
    """More is due from the employer, or the employer has a credit; the value date is that of the contribution that is corrected."""
    filing = line.row.filing
    other = posting.employer(filing.employer_id, "CONTRIBUTION_DUE" if sen > 0 else "CREDIT")
    return posting.Act(
        kind=EntryKind.CORRECTION,
        ref=line.pk,
        part=0,
        booked_on=on,
        value_date=crediting.value_date(filing),
        legs=(posting.Leg(other, -sen), *legs),
    )


def _key(line: CorrectionLine) -> posting.Key:
    return posting.Key(EntryKind.CORRECTION.value, line.pk, 0)


def _given(line: CorrectionLine, sen: int, on: date, orders: replacing.Orders) -> Iterator[posting.Leg]:
    """A credit of its own: divided by the law of the day on which it is booked; to the employer's suspense where nothing may be credited any more."""
    member = line.row.member
    assert member is not None  # noqa: S101 - a credited row has its member
    try:
        for account, part in orders.split_sen(member.pk, sen, member.birth_date, on, _key(line)):
            yield posting.Leg(posting.member(member.pk, account), part)
    except Refusal:
        yield posting.Leg(posting.employer(line.row.filing.employer_id, "SUSPENSE"), sen)


def _taken(line: CorrectionLine, sen: int, credited: Mapping[taking.Key, int]) -> list[posting.Leg]:
    """Taken back from the accounts to which the contribution went, in the proportion in which it went there."""
    return [
        posting.Leg(posting.AccountRef(HolderKind(kind), holder, code), -part)
        for (kind, holder, code), part in allocation.taken_back(sen, credited).items()
    ]


def _counted(lines: Sequence[CorrectionLine]) -> dict[int, dict[int, int]]:
    """What these rows, their earlier corrections included, put back of what was withdrawn (ruling 17), in sen: by row and order."""
    rows = [line.row_id for line in lines]
    row_of = dict(CorrectionLine.objects.filter(row_id__in=rows, state=LineState.POSTED).values_list("pk", "row_id"))
    found: dict[int, dict[int, int]] = {}
    for (kind, ref), orders in counted_by({EntryKind.CONTRIBUTION: rows, EntryKind.CORRECTION: list(row_of)}).items():
        of_row = found.setdefault(ref if kind == EntryKind.CONTRIBUTION else row_of[ref], {})
        for order_id, sen in orders.items():
            of_row[order_id] = of_row.get(order_id, 0) + sen
    return found


def _credited(lines: Sequence[CorrectionLine], on: date) -> dict[int, dict[taking.Key, int]]:
    """Where the money of these rows stands, their earlier corrections included, in sen: by row and account. From 55 what went to the accounts of
    before is on Akaun 55."""
    rows = [line.row_id for line in lines]
    row_of = dict(CorrectionLine.objects.filter(row_id__in=rows, state=LineState.POSTED).values_list("pk", "row_id"))
    births = {line.row.member_id: line.row.member.birth_date for line in lines if line.row.member is not None}
    found: dict[int, dict[taking.Key, int]] = {}
    went = [(row, amounts) for row, amounts in taking.credited_by(EntryKind.CONTRIBUTION, rows).items()]
    went += [(row_of[line_id], amounts) for line_id, amounts in taking.credited_by(EntryKind.CORRECTION, list(row_of)).items()]
    for row, amounts in went:
        of_row = found.setdefault(row, {})
        for (kind, holder, code), sen in amounts.items():
            now = accounts.standing(code, birth_date=births[holder], on=on).value if kind == HolderKind.MEMBER else code
            of_row[kind, holder, now] = of_row.get((kind, holder, now), 0) + sen
    return {row: {account: sen for account, sen in amounts.items() if sen > 0} for row, amounts in found.items()}


# What is written together with it


_POSTED: Final = "UPDATE contributions_correctionline SET state = 'POSTED' WHERE id = ANY(%s)"
_REFUSED: Final = """
UPDATE contributions_correctionline AS line SET state = 'REFUSED', refusal = why.refusal::jsonb
  FROM unnest(%s::bigint[], %s::text[]) AS why (id, refusal) WHERE line.id = why.id
"""


def _done(correction: Correction, lines: Sequence[CorrectionLine], plan: Plan, lease: jobs.Lease, on: date, edition: int) -> None:
    jobs.failpoint("correct.posted")
    plan.orders.keep(on)
    # The balances are locked, and freezing waits for that lock: whoever freezes was before this look, or comes after the money has moved.
    if taking.any_frozen(plan.taken_from()):
        raise FrozenMeanwhile
    refused = plan.refused
    posted = [line for line in lines if line.pk not in refused]
    with connection.cursor() as cursor:
        cursor.execute(_POSTED, [[line.pk for line in posted]])
        cursor.execute(_REFUSED, [list(refused), [json.dumps(why.to_json()) for why in refused.values()]])
    notify.tell(correction_news.for_members(correction, posted, plan.held_with_employer()), on=on)
    data = {"from_id": lease.payload["from_id"], "posted": len(posted), "refused": len(refused)}
    whom = {line.row.member.subject for line in posted if line.row.member is not None} | {line.row.filing.employer.subject for line in posted}
    audit.record(actor=None, action="correction.chunk.posted", target=correction, data=data, subjects=whom)
    law_used.keep_for_correction(correction=correction, from_id=lease.payload["from_id"], to_id=lease.payload["to_id"], on=on, edition=edition)
    lease.finish()
    jobs.failpoint("correct.finished")
