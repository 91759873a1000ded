"""By which edition of the law a figure was reckoned, and what of it the rate files say otherwise today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import translation

from contributions.enums import LawPurpose
from contributions.models import CorrectedFiling, CorrectionLaw, CorrectionLine, FilingRow, LawUsed
from contributions.rules.laws import CORRECTION, LAWS, known
from kwsp_portal.common import rates
from kwsp_portal.common.rates import NotInForce, Text, Unit
from kwsp_portal.editions import content
from kwsp_portal.editions.models import Edition
from members import explanations as member_explanations
from members.enums import SubAccount

Used = Mapping[str, LawUsed]
"""By purpose, the edition that a row was reckoned by."""


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number of law that is not what it was when the figures were reckoned; empty where there was or is none."""

    words: str
    then: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Law:
    """The edition that was used, and what of it the rate files say otherwise today. `kept_at` is None for a row from before editions were kept."""

    reference: str
    kept_at: datetime | None
    changes: Sequence[Number]


def of_rows(rows: Sequence[FilingRow]) -> dict[int, Used]:
    """By row the laws that were used for it; of two that cover it the later one. One query."""
    if not rows:
        return {}
    asked = Q()
    for row in rows:
        asked |= Q(filing_id=row.filing_id, from_id__lte=row.pk, to_id__gt=row.pk)
    found = list(LawUsed.objects.filter(asked).select_related("edition").order_by("pk"))
    return {row.pk: {used.purpose: used for used in found if used.filing_id == row.filing_id and used.from_id <= row.pk < used.to_id} for row in rows}


def of_row(row: FilingRow) -> Used:
    return of_rows([row])[row.pk]


def law_of(used: Used, purpose: LawPurpose, reference: str) -> Law:
    found = used.get(purpose)
    return unkept(reference) if found is None else _compared(found.edition, LAWS[purpose], found.on)


def unkept(reference: str) -> Law:
    """What was reckoned before editions were kept: its reference is all there is."""
    return Law(reference=reference, kept_at=None, changes=())


def of_corrected_shares(row: FilingRow, line: CorrectionLine) -> Law:
    """By which the shares of a corrected row were reckoned again."""
    corrected = CorrectedFiling.objects.select_related("edition").get(correction=line.correction_id, filing=row.filing_id)
    return _compared(corrected.edition, LAWS[LawPurpose.SHARES], row.filing.wage_month)


def of_posted_line(line: CorrectionLine) -> Law | None:
    """By which the difference of a line was divided, valued and posted; None for one posted before that was kept."""
    found = CorrectionLaw.objects.filter(correction=line.correction_id, from_id__lte=line.pk, to_id__gt=line.pk).select_related("edition").first()
    return None if found is None else _compared(found.edition, CORRECTION, found.on)


def _compared(edition: Edition, laws: Sequence[rates.Law], on: date) -> Law:
    """The edition beside what the rate files say of that day now. A law that was not kept with it then has nothing to be compared with."""
    try:
        today = content.of([law for law in known(laws, on) if law.name in edition.content], on)
    except NotInForce:
        today = {}
    return Law(reference=edition.reference, kept_at=edition.kept_at, changes=[_number(change) for change in content.changes(edition.content, today)])


def _number(change: content.Change) -> Number:
    return Number(words=_said(change.description), then=_shown(change.then, change.unit), now=_shown(change.now, change.unit))


def _said(text: Text) -> str:
    return text.in_language(translation.get_language() or "ms")


def _shown(number: tuple[Any, date] | None, unit: str) -> str:
    """`11% (1 Jul 2022)`: a number and the day from which it holds."""
    if number is None:
        return ""
    value, since = number
    if isinstance(value, Mapping):
        shown = ", ".join(f"{member_explanations.account_name(code, since)} {member_explanations.percent(share)}" for code, share in value.items())
    elif value in set(SubAccount):
        shown = member_explanations.account_name(value, since)
    elif unit == Unit.RATE:
        shown = member_explanations.percent(value)
    else:
        shown = member_explanations.amount(value) if unit == Unit.RINGGIT else str(value)
    return f"{shown} ({member_explanations.day(str(since))})"
