"""What pages show of corrections: the list, one with its lines, what became of a row."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, Q, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from contributions.enums import CorrectionAction, CorrectionState, LineState
from contributions.models import CorrectedFiling, Correction, CorrectionLine, Filing, FilingRow, UnreckonedRow
from contributions.selectors.filings import Progress, run_progress
from kwsp_portal.common import money
from members.identity.models import User

CORRECTIONS_A_PAGE = 20
LINES_A_PAGE = 25
NAMED = 100
"""How many rows for which the rules give nothing are named on a page; all are counted."""


class Posted(NamedTuple):
    """Of a corrected filing: how many lines are posted and refused, and what the posted ones add, RM; `due` and `credit` of the employer, both
    positive."""

    posted: int
    refused: int
    employer: Decimal
    employee: Decimal
    due: Decimal
    credit: Decimal

    @property
    def difference(self) -> Decimal:
        return self.employer + self.employee


def corrections_page(*, state: str = "", number: str | None = None) -> "Page[Correction]":
    """The newest first; with `state` only those that stand there."""
    found = Correction.objects.select_related("prepared_by", "decided_by").order_by("-pk")
    return Paginator(found.filter(state=state) if state else found, CORRECTIONS_A_PAGE).get_page(number)


def states() -> dict[str, int]:
    """How many corrections stand in each state that any of them has."""
    return dict(Correction.objects.order_by().values_list("state").annotate(Count("pk")))


def waiting() -> int:
    """How many wait for a second officer."""
    return Correction.objects.filter(state=CorrectionState.PROPOSED).count()


def did_last(*, correction: Correction, action: CorrectionAction, by: User) -> bool:
    """Whether the correction stands where it does because `by` did this, whatever the portal did since: the same act again is a second click."""
    last = correction.log.filter(by__isnull=False).order_by("-id").first()
    return last is not None and last.action == action and last.by_id == by.pk


def filings_of(correction: Correction) -> Sequence[tuple[CorrectedFiling, Posted | None]]:
    """Its filings, with what was posted of each once it is."""
    found = list(correction.filings.select_related("filing__employer", "edition"))
    posted = posted_of(found) if correction.state == CorrectionState.POSTED else {}
    return [(corrected, posted.get(corrected.pk)) for corrected in found]


def lines_page(*, correction: Correction, refused: bool = False, number: str | None = None) -> "Page[CorrectionLine]":
    """The lines in the order of their files; with `refused` only those for which nothing was posted."""
    found = correction.lines.select_related("row__filing").order_by("row_id")
    return Paginator(found.filter(state=LineState.REFUSED) if refused else found, LINES_A_PAGE).get_page(number)


def unreckoned_of(correction: Correction) -> Sequence[UnreckonedRow]:
    """The first rows for which the rules give nothing."""
    return list(correction.unreckoned.select_related("row")[:NAMED])


def progress_of(correction: Correction, programme: str) -> Progress:
    """How far the preparing of a correction is, in rows of its filings, or its posting, in the rows that differ."""
    rows = correction.lines_total or correction.filings.aggregate(rows=Sum("filing__rows_total"))["rows"]
    return run_progress(programme=programme, period=str(correction.pk), rows=rows)


def second_click(*, correction_id: int, filing_ids: Iterable[int], as_at: date, reason: str, by: User) -> bool:
    """Whether this open correction is what the same officer has just asked for: the same filings, day and reason."""
    asked = {"pk": correction_id, "prepared_by": by, "as_at": as_at, "reason": reason.strip()}
    states = (CorrectionState.PREPARING, CorrectionState.DRAFT)
    found = CorrectedFiling.objects.filter(correction__in=Correction.objects.filter(**asked, state__in=states))
    return set(found.values_list("filing_id", flat=True)) == set(filing_ids)


def outcome(correction: Correction) -> Mapping[str, int]:
    """How many of its lines are posted, refused and open."""
    found: dict[str, Any] = correction.lines.aggregate(
        posted=Count("pk", filter=Q(state=LineState.POSTED)),
        refused=Count("pk", filter=Q(state=LineState.REFUSED)),
        open=Count("pk", filter=Q(state=LineState.OPEN)),
    )
    return found


def posted_for(rows: Sequence[FilingRow]) -> dict[int, list[CorrectionLine]]:
    """By row its corrections that are posted, in their order; rows that were never corrected are not there. One query,
    none for no rows."""
    by_row: dict[int, list[CorrectionLine]] = {}
    if not rows:
        return by_row
    for line in CorrectionLine.objects.filter(row__in=[row.pk for row in rows], state=LineState.POSTED).select_related("correction").order_by("pk"):
        by_row.setdefault(line.row_id, []).append(line)
    return by_row


def of_filing(filing: Filing) -> Sequence[tuple[CorrectedFiling, Posted]]:
    """The corrections of a filing that are posted, with what was posted of each. Two queries, one where there are none."""
    found = list(filing.corrections.filter(correction__state=CorrectionState.POSTED, lines_total__gt=0).select_related("correction"))
    posted = posted_of(found)
    return [(corrected, posted[corrected.pk]) for corrected in found]


def posted_of(corrected: Iterable[CorrectedFiling]) -> dict[int, Posted]:
    """What became of each of these. One query."""
    keys = {(one.correction_id, one.filing_id): one.pk for one in corrected}
    if not keys:
        return {}
    of_posted = Q(state=LineState.POSTED)
    employer, employee = F("now_employer") - F("then_employer"), F("now_employee") - F("then_employee")
    lines = (
        CorrectionLine.objects.filter(correction__in={correction for correction, _ in keys}, row__filing__in={filing for _, filing in keys})
        .annotate(adds=ExpressionWrapper(employer + employee, output_field=BigIntegerField()))
        .order_by()
        .values("correction_id", "row__filing_id")
        .annotate(
            posted=Count("pk", filter=of_posted),
            refused=Count("pk", filter=Q(state=LineState.REFUSED)),
            employer=_sum(employer, of_posted),
            employee=_sum(employee, of_posted),
            due=_sum(F("adds"), of_posted & Q(adds__gt=0)),
            credit=_sum(-F("adds"), of_posted & Q(adds__lt=0)),
        )
    )
    found = {}
    for line in lines:
        corrected_id = keys.get((line["correction_id"], line["row__filing_id"]))
        if corrected_id is not None:
            sums = {name: money.from_sen(line[name]) for name in ("employer", "employee", "due", "credit")}
            found[corrected_id] = Posted(posted=line["posted"], refused=line["refused"], **sums)
    return found


def together(posted: Sequence[Posted]) -> Posted | None:
    """Of several filings in one; None where there are none."""
    return Posted(*(sum(column) for column in zip(*posted, strict=True))) if posted else None


def _sum(of: Combinable, where: Q) -> Coalesce:
    """Sen of the lines to which the condition applies."""
    return Coalesce(Sum(ExpressionWrapper(of, output_field=BigIntegerField()), filter=where), Value(0), output_field=BigIntegerField())


def reason_about(row: FilingRow) -> str:
    """Why the latest correction looks at a row; empty where none does."""
    line = CorrectionLine.objects.filter(row=row).select_related("correction").order_by("-pk").first()
    return line.correction.reason[:200] if line else ""
