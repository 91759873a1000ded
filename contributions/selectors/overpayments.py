"""Applications for what was paid too much, as pages show them (KWSP 14)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Case, Q, When

from contributions import labels
from contributions.enums import CorrectionState, LineState, OverpaymentState
from contributions.labels import Label
from contributions.models import CorrectionLine, Overpayment, OverpaymentRow
from employers.models import Employer

A_PAGE = 20
_POSTING = (CorrectionState.APPROVED, CorrectionState.POSTED)


class Line(NamedTuple):
    """A row of an application: `taken` is what came back of it, None before its correction is posted; `left` where nothing did, and why."""

    asked: OverpaymentRow
    taken: Decimal | None
    left: bool


def label_of(found: Overpayment) -> Label:
    """Where it stands: with KWSP, by how far its correction is."""
    state = found.correction.state if found.correction else None
    if found.state == OverpaymentState.APPLIED and state == CorrectionState.PROPOSED:
        return labels.OVERPAYMENT_SECOND
    if found.state == OverpaymentState.APPLIED and state in _POSTING:
        return labels.OVERPAYMENT_POSTING
    return labels.OVERPAYMENT[found.state]


def lines_of(found: Overpayment) -> Sequence[Line]:
    """Its rows in the order of the file. Two queries."""
    rows = list(found.rows.select_related("row__member").order_by("row__line"))
    lines = _posted(found)
    return [_line(row, lines) for row in rows]


def of_employer(employer: Employer, *, number: str | None = None) -> "Page[Overpayment]":
    """All of an employer's, the newest first."""
    asked = Overpayment.objects.filter(filing__employer=employer).select_related("filing", "prepared_by", "correction").order_by("-pk")
    return Paginator(asked, A_PAGE).get_page(number)


def with_kwsp(*, number: str | None = None) -> "Page[Overpayment]":
    """All that employers have sent to KWSP: those that wait for an officer first, then the newest."""
    waits = Case(When(_waiting(), then=0), default=1)
    asked = Overpayment.objects.filter(applied_on__isnull=False).select_related("filing__employer", "correction__prepared_by")
    return Paginator(asked.order_by(waits, "-pk"), A_PAGE).get_page(number)


def waiting() -> int:
    """How many wait for an officer, the first or the second."""
    return Overpayment.objects.filter(_waiting()).count()


def waiting_first() -> int:
    """How many wait for a first officer: what one of them has put forward waits as its correction."""
    return Overpayment.objects.filter(state=OverpaymentState.APPLIED).exclude(correction__state__in=(CorrectionState.PROPOSED, *_POSTING)).count()


def _waiting() -> Q:
    return Q(state=OverpaymentState.APPLIED) & (Q(correction__isnull=True) | ~Q(correction__state__in=_POSTING))


def _posted(found: Overpayment) -> Mapping[int, CorrectionLine]:
    if found.correction is None or found.correction.state != CorrectionState.POSTED:
        return {}
    return {line.row_id: line for line in found.correction.lines.all()}


def _line(row: OverpaymentRow, lines: Mapping[int, CorrectionLine]) -> Line:
    line = lines.get(row.row_id)
    if line is None:
        return Line(row, None, left=False)
    return Line(row, row.difference if line.state == LineState.POSTED else None, left=line.state == LineState.REFUSED)
