"""The half-yearly runs as officers' pages show them: where each stands, how far the work is, what was refused, and what the ledger has of it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, Q, Sum

from contributions import labels
from contributions.enums import AnswerFault, ClaimFileState, IncentiveClaimState, IncentiveRunState, IncentiveScheme
from contributions.labels import Label
from contributions.models import ClaimAnswer, ClaimFile, IncentiveClaim, IncentiveRun
from kwsp_portal.common import money
from kwsp_portal.common.stored_names import named
from kwsp_portal.jobs import progress
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from kwsp_portal.jobs.progress import Going
from kwsp_portal.templatetags import formats
from members.ledger.enums import EntryKind
from members.rules import identity

A_PAGE: Final = 20
NOT_SENT: Final = (IncentiveRunState.OPEN, IncentiveRunState.CLAIMED)
"""States of a run of which no claim file was approved yet."""
MOST_PARKED: Final = 20
_PROGRAMMES: Final = {IncentiveScheme.ISARAAN.value: "isaraan", IncentiveScheme.ISURI.value: "isuri"}
_POSTED: Final = """
SELECT count(*), coalesce(sum(p.amount_sen), 0) FROM contributions_incentiveclaim c
  JOIN ledger_entry e ON e.kind = %s AND e.ref = c.id AND e.part = 0
  JOIN ledger_posting p ON p.entry_id = e.id AND p.amount_sen > 0 WHERE c.run_id = %s
"""


class Standing(NamedTuple):
    """Claims of one state."""

    label: Label
    claims: int
    amount: Decimal


class Work(NamedTuple):
    """A piece of background work of the run, in words, with what was parked of it and why."""

    title: str
    line: Going
    parked: Sequence[Chunk]


class Posted(NamedTuple):
    """What the ledger has of a run's credits, and whether it is what the claims say."""

    entries: int
    amount: Decimal
    agrees: bool


def page_of(*, number: str | None) -> "Page[IncentiveRun]":
    """The newest first."""
    return Paginator(IncentiveRun.objects.all(), A_PAGE).get_page(number)


def waiting() -> int:
    """Runs that wait for an officer: for their claim file, or for its second officer."""
    return IncentiveRun.objects.filter(state=IncentiveRunState.CLAIMED).count()


def sums_of(run: IncentiveRun) -> list[Standing]:
    """Claims by state, in the order in which they come; only states that there are."""
    rows = run.found.values("state").annotate(claims=Count("pk"), amount=Sum("amount")).order_by()
    found, sent = {row["state"]: row for row in rows}, run.state not in NOT_SENT
    states = [state for state in labels.INCENTIVE_CLAIM if state in found]
    return [Standing(labels.of_incentive_claim(state, sent=sent), found[state]["claims"], found[state]["amount"]) for state in states]


def files_of(run: IncentiveRun) -> list[ClaimFile]:
    """The newest first."""
    return list(run.files.select_related("made_by", "decided_by"))


def standing_file(run: IncentiveRun) -> ClaimFile | None:
    """The one that is being made, waits or was sent."""
    return run.files.exclude(state=ClaimFileState.REFUSED).select_related("made_by", "decided_by").first()


def answers_of(run: IncentiveRun) -> list[tuple[ClaimAnswer, Label, list[str]]]:
    """Every answer that was uploaded, the newest first, with its fate and what was wrong with it in words."""
    found = run.answers.select_related("uploaded_by", "file").defer("file__content")
    return [(one, labels.CLAIM_ANSWER[one.state], [_fault(*fault) for fault in one.faults]) for one in found]


def _fault(code: str, row: int, found: str, expected: str) -> str:
    if code == AnswerFault.REPEATED:
        expected = formats.day(date.fromisoformat(expected))
    return str(labels.ANSWER_FAULT[code]) % {"row": row, "found": found, "expected": expected}


def work_of(run: IncentiveRun) -> list[Work]:
    """Reckoning, the claim file, the answer and crediting, as far as there are such runs, in that order."""
    files = [str(pk) for pk in run.files.values_list("pk", flat=True)]
    answers = [str(pk) for pk in run.answers.values_list("pk", flat=True)]
    mine = Q(programme=_PROGRAMMES[run.scheme], period=run.period) | Q(programme="incentive_credits", period=str(run.pk))
    mine |= Q(programme="incentive_claim_file", period__in=files) | Q(programme="incentive_answer", period__in=answers)
    return [_work(line) for line in progress.of(Run.objects.filter(mine).order_by("pk"))]


def _work(line: Going) -> Work:
    parked = line.run.chunks.filter(state=ChunkState.DEAD).order_by("chunk_no")[:MOST_PARKED] if line.parked else []
    return Work(str(named(line.run.programme)), line, list(parked))


def is_under_way(work: Sequence[Work]) -> bool:
    """Whether a page of it should look again by itself."""
    return any(one.line.run.state == RunState.OPEN for one in work)


def posted_of(run: IncentiveRun) -> Posted:
    """Asked of the ledger entry by entry: some seconds for a million members."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTED, [EntryKind.INCENTIVE, run.pk])
        entries, sen = cursor.fetchone()
    credited = run.found.filter(state=IncentiveClaimState.CREDITED).aggregate(claims=Count("pk"), amount=Sum("amount"))
    amount = money.from_sen(int(sen))
    return Posted(entries, amount, (entries, amount) == (credited["claims"], credited["amount"] or money.ZERO))


def refused_of(run: IncentiveRun, *, number: str | None, text: str = "") -> "Page[IncentiveClaim]":
    """What the Government refused, with the member of each; appeals that were recorded come last. `text`: the beginning of a member's number, however
    it is spaced; all of them where nothing is asked for."""
    found = run.found.filter(state=IncentiveClaimState.REFUSED).select_related("member", "appealed_by")
    if text:
        found = found.filter(member__number__startswith=identity.compact(text))
    return Paginator(found.order_by("appealed_on", "pk"), A_PAGE).get_page(number)
