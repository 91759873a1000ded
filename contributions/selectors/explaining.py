"""Why the figures of a filed and credited row are what they are, reckoned again from what is stored with it; and plainly so where today's rules
would give others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation

from contributions import explanations
from contributions.enums import LawPurpose
from contributions.explanations import Explained
from contributions.facts import EmployeeFacts
from contributions.models import CorrectedFiling, CorrectionLine, FilingRow, LawUsed
from contributions.rules import electing, schedule, value_date
from contributions.rules.laws import LAWS
from contributions.selectors import corrections, filings
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce, Text, Unit
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.editions import content
from kwsp_portal.editions.models import Edition
from members import explanations as member_explanations
from members.enums import Citizenship
from members.ledger.balances import EntryView
from members.rules import allocation

Used = Mapping[str, LawUsed]
"""By purpose, the edition that a row was reckoned by."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Both shares, RM, the Part and the edition they come from."""

    employer: Decimal
    employee: Decimal
    part: str
    reference: str

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee


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


@dataclass(frozen=True, kw_only=True)
class SharesWhy:
    """`why` explains the stored figures. Where today's rules give others it is None, `now` and `why_now` are what they give; where they give none,
    `refusal` says why."""

    stored: Figures
    why: Explained | None
    now: Figures | None
    why_now: Explained | None
    refusal: str
    law: Law


@dataclass(frozen=True, kw_only=True)
class SplitWhy:
    """The same for the division of a credit over accounts: `stored` and `now` are RM by name of account. `earns` says from which day it earns."""

    stored: Mapping[str, Decimal]
    why: Explained | None
    now: Mapping[str, Decimal]
    refusal: str
    earns: Explained | None
    law: Law


@dataclass(frozen=True, kw_only=True)
class Behind:
    """All that is behind a row: `shares` is None for one that never got so far, `split` for one that is not credited; `corrected` in order."""

    shares: SharesWhy | None
    split: SplitWhy | None
    corrected: Sequence[CorrectionLine]


def behind(row: FilingRow, credit: EntryView | None = None) -> Behind:
    """What a row and its credit are explained by. Two queries, a third for one that was corrected."""
    corrected = corrections.posted_for(row)
    used = _used(row)
    return Behind(shares=_shares_of(row, corrected, used), split=_split_of(row, credit, used) if credit else None, corrected=corrected)


def shares_of(row: FilingRow) -> SharesWhy | None:
    """Why the shares of a row as it stands, with the corrections that are posted; None for one that never got so far as to have any."""
    return behind(row).shares


def split_of(row: FilingRow, credit: EntryView) -> SplitWhy:
    """Why a credit went to the accounts it went to, and from when it earns."""
    return _split_of(row, credit, _used(row))


def steps_of_shares(row: FilingRow) -> Explained | None:
    """The steps behind the shares as they were filed, where today's rules give these shares; no query. `behind` says the rest."""
    facts = filings.facts_of(row)
    if facts is None or row.employer_share is None or row.employee_share is None:
        return None
    stored = Figures(employer=row.employer_share, employee=row.employee_share, part=row.part, reference=row.reference)
    return _shares(facts, row.elections, stored, Law(reference=row.reference, kept_at=None, changes=())).why


def _shares_of(row: FilingRow, corrected: Sequence[CorrectionLine], used: Used) -> SharesWhy | None:
    facts = filings.facts_of(row)
    if facts is None or row.employer_share is None or row.employee_share is None or not row.reference:
        return None
    if not corrected:
        stored = Figures(employer=row.employer_share, employee=row.employee_share, part=row.part, reference=row.reference)
        return _shares(facts, row.elections, stored, _law(used, LawPurpose.SHARES, row.reference))
    last = corrected[-1]
    facts = facts._replace(citizenship=Citizenship(last.citizenship), birth_date=last.birth_date, member_since=last.member_since)
    stored = Figures(employer=last.now_employer, employee=last.now_employee, part=last.now_part, reference=last.now_reference)
    return _shares(facts, last.elections, stored, _law_of_correction(row, last))


def _shares(facts: EmployeeFacts, elected: str, stored: Figures, law: Law) -> SharesWhy:
    # That the row was taken says that somebody who may choose had chosen.
    elections, domestic = electing.from_text(elected)
    facts, elections = facts._replace(domestic=domestic), elections._replace(chosen=True)
    try:
        found = schedule.shares(facts, elections)
        why = explanations.explained(schedule.explain(facts, elections))
    except Refusal as refusal:
        return SharesWhy(stored=stored, why=None, now=None, why_now=None, refusal=explanations.refusal_words(refusal), law=law)
    except NotInForce as error:
        return SharesWhy(stored=stored, why=None, now=None, why_now=None, refusal=explanations.not_in_force_words(error), law=law)
    if (found.employer, found.employee, found.part.value) == (stored.employer, stored.employee, stored.part):
        return SharesWhy(stored=stored, why=why, now=None, why_now=None, refusal="", law=law)
    now = Figures(employer=found.employer, employee=found.employee, part=found.part.value, reference=found.reference)
    return SharesWhy(stored=stored, why=None, now=now, why_now=why, refusal="", law=law)


def _split_of(row: FilingRow, credit: EntryView, used: Used) -> SplitWhy:
    steps, now, refusal = _split(row, credit)
    return SplitWhy(
        stored=_named(credit.amounts, credit.booked_on),
        why=explanations.explained(steps) if steps else None,
        now=_named(now, credit.booked_on),
        refusal=refusal,
        earns=_earns(row, credit),
        law=_law(used, LawPurpose.SPLIT, allocation.reference(credit.booked_on)),
    )


def split_steps(*, amounts: Mapping[str, int], booked_on: date, births: Sequence[date | None]) -> Sequence[Step]:
    """The steps of the division that gives these amounts, in sen by account; nothing where no birth date that is known gives them."""
    for born in births:
        try:
            split = None if born is None else _divided(amounts, born, booked_on)
        except (Refusal, NotInForce):
            continue
        if split is not None and _sen(split) == dict(amounts):
            return split.steps
    return ()


def births_of(row: FilingRow) -> Sequence[date | None]:
    """The birth date as it stood when the file was read, then as it stands today: one of them divided the credit."""
    return row.birth_date, row.member.birth_date if row.member else None


def _split(row: FilingRow, credit: EntryView) -> tuple[Sequence[Step], Mapping[str, int], str]:
    """The steps; or, where there are none, what today's facts give, or why they give nothing."""
    births = births_of(row)
    steps = split_steps(amounts=credit.amounts, booked_on=credit.booked_on, births=births)
    born = births[1] or births[0]
    if steps or born is None:
        return steps, {}, ""
    try:
        return (), _sen(_divided(credit.amounts, born, credit.booked_on)), ""
    except Refusal as refusal:
        return (), {}, explanations.refusal_words(refusal)
    except NotInForce as error:
        return (), {}, explanations.not_in_force_words(error)


def _divided(amounts: Mapping[str, int], born: date, booked_on: date) -> allocation.Allocation:
    return allocation.split_credit(amount=money.from_sen(sum(amounts.values())), birth_date=born, credited_on=booked_on)


def _sen(split: allocation.Allocation) -> dict[str, int]:
    return {code.value: money.to_sen(part) for code, part in split.parts.items()}


def _named(amounts: Mapping[str, int], on: date) -> dict[str, Decimal]:
    return {member_explanations.account_name(code, on): money.from_sen(sen) for code, sen in amounts.items()}


def _earns(row: FilingRow, credit: EntryView) -> Explained | None:
    """The reason for the value date; None where today's rule gives another day."""
    paid_on = row.filing.paid_on
    month = WageMonth.of(row.filing.wage_month)
    if paid_on is None or value_date.of_contribution(wage_month=month, paid_on=paid_on) != credit.value_date:
        return None
    return explanations.explained([value_date.explain(wage_month=month, paid_on=paid_on, credited_on=credit.booked_on)])


# The law that was used


def _used(row: FilingRow) -> Used:
    """The laws that were used for this row; of two that cover it the later one."""
    found = LawUsed.objects.filter(filing_id=row.filing_id, from_id__lte=row.pk, to_id__gt=row.pk).select_related("edition").order_by("pk")
    return {used.purpose: used for used in found}


def _law(used: Used, purpose: LawPurpose, reference: str) -> Law:
    found = used.get(purpose)
    return Law(reference=reference, kept_at=None, changes=()) if found is None else _compared(found.edition, purpose, found.on)


def _law_of_correction(row: FilingRow, line: CorrectionLine) -> Law:
    corrected = CorrectedFiling.objects.select_related("edition").get(correction=line.correction_id, filing=row.filing_id)
    return _compared(corrected.edition, LawPurpose.SHARES, row.filing.wage_month)


def _compared(edition: Edition, purpose: LawPurpose, on: date) -> Law:
    """The edition beside what the rate files say of that day now."""
    try:
        today = content.of(LAWS[purpose], on)
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
    elif unit == Unit.RATE:
        shown = member_explanations.percent(value)
    else:
        shown = member_explanations.amount(value) if unit == Unit.RINGGIT else str(value)
    return f"{shown} ({member_explanations.day(str(since))})"
