"""What a declaration would credit, for those who decide it, and how far the run of a year is."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from kwsp_portal.common import money
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Run
from members import labels
from members.enums import DeclarationState
from members.explanations import account_name
from members.models import DividendDeclaration, DividendPreview


class Total(NamedTuple):
    scheme: str
    account: str
    accounts: int
    amount: Decimal


class Preview(NamedTuple):
    """`done` of `pieces` are reckoned; the totals are whole when all are."""

    done: int
    pieces: int
    is_whole: bool
    totals: Sequence[Total]
    accounts: int
    amount: Decimal


class Credited(NamedTuple):
    """How far the run of a year is, in words of its state."""

    done: int
    pieces: int
    is_whole: bool


def waiting(*, year: int, conventional: Decimal, shariah: Decimal, source: str, by_id: int | None) -> DividendDeclaration | None:
    """Just these rates, put forward by this administrator and not decided yet."""
    asked = {"year": year, "conventional": conventional, "shariah": shariah, "source": source.strip(), "proposed_by": by_id}
    return DividendDeclaration.objects.filter(**asked, state=DeclarationState.PROPOSED).first()


def preview_of(declaration: DividendDeclaration, *, on: date) -> Preview:
    """What is reckoned by now, by scheme and by the account that earned it."""
    rows = (
        DividendPreview.objects.filter(declaration=declaration)
        .values_list("scheme", "code")
        .annotate(Sum("accounts"), Sum("amount_sen"))
        .order_by("scheme", "code")
    )
    totals = [Total(str(labels.SCHEMES[scheme]), account_name(code, on), accounts, money.from_sen(sen)) for scheme, code, accounts, sen in rows]
    run = Run.objects.filter(programme="dividend_preview", period=str(declaration.pk)).first()
    done, pieces = _progress(run)
    return Preview(
        done,
        pieces,
        run is not None and run.state == RunState.DONE,
        totals,
        sum(total.accounts for total in totals),
        sum((total.amount for total in totals), Decimal(0)),
    )


def credited(year: int) -> Credited | None:
    """The run of a year; None where it has not begun."""
    run = Run.objects.filter(programme="dividend", period=str(year)).first()
    return None if run is None else Credited(*_progress(run), run.state == RunState.DONE)


def _progress(run: Run | None) -> tuple[int, int]:
    return (0, 0) if run is None else (run.chunks.filter(state=ChunkState.DONE).count(), run.chunk_count)
