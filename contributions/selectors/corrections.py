"""What pages show of corrections: the list, one with its lines, what became of a row."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from contributions.enums import CorrectionState, LineState
from contributions.models import CorrectedFiling, Correction, CorrectionLine, Filing, FilingRow

CORRECTIONS_A_PAGE = 20
LINES_A_PAGE = 25


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


def filings_of(correction: Correction) -> "QuerySet[CorrectedFiling]":
    return correction.filings.select_related("filing__employer", "edition")


def lines_page(*, correction: Correction, refused: bool = False, number: str | None = None) -> "Page[CorrectionLine]":
    """The lines in order; with `refused` only those for which nothing was posted."""
    found = correction.lines.select_related("row__filing").order_by("pk")
    return Paginator(found.filter(state=LineState.REFUSED) if refused else found, LINES_A_PAGE).get_page(number)


def outcome(correction: Correction) -> Mapping[str, int]:
    """How many of its lines are posted, refused and open."""
    found: dict[str, Any] = correction.lines.aggregate(
        posted=Count("pk", filter=Q(state=LineState.POSTED)),
        refused=Count("pk", filter=Q(state=LineState.REFUSED)),
        open=Count("pk", filter=Q(state=LineState.OPEN)),
    )
    return found


def posted_for(row: FilingRow) -> Sequence[CorrectionLine]:
    """The corrections of a row that are posted, in their order."""
    return list(CorrectionLine.objects.filter(row=row, state=LineState.POSTED).select_related("correction").order_by("pk"))


def of_filing(filing: Filing) -> Sequence[CorrectedFiling]:
    """The corrections of a filing that are posted."""
    return list(filing.corrections.filter(correction__state=CorrectionState.POSTED).select_related("correction"))
