"""Why the figures of a filed and credited row are what they are, reckoned again from what is stored with it; and plainly so where today's rules
would give others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contributions import explanations
from contributions.enums import LawPurpose
from contributions.explanations import Explained
from contributions.facts import Elections, EmployeeFacts
from contributions.models import CorrectionLine, FilingRow
from contributions.rules import electing, schedule, topping, value_date, who_steps
from contributions.rules.bands import Shares
from contributions.selectors import corrected, corrections, divided, filings, laws_used
from contributions.selectors.corrected import Corrected
from contributions.selectors.laws_used import Law, Used
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship
from members.ledger.balances import EntryView
from members.ledger.enums import HolderKind
from members.models import CitizenshipPeriod
from members.rules import allocation

Standings = list[tuple[date, Citizenship]]
"""Each standing of a person, with the day from which it holds."""


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
    corrected: Sequence[Corrected]


def behind(row: FilingRow, credit: EntryView | None = None, *, seen_by: HolderKind = HolderKind.MEMBER) -> Behind:
    """What a row and its credit are explained by, to its member and to officers, or to its employer, who sees nobody's accounts."""
    return behind_each([row], {row.pk: credit} if credit else {}, corrections.posted_for([row]), seen_by=seen_by)[row.pk]


def behind_each(
    rows: Sequence[FilingRow], booked: Mapping[int, EntryView], lines: Mapping[int, Sequence[CorrectionLine]], *, seen_by: HolderKind
) -> dict[int, Behind]:
    """By row what it is explained by, with its credit and its posted corrections. Two queries; four more for each row that was corrected."""
    used, standings, counted = laws_used.of_rows(rows), _standings(rows), divided.of_rows(rows)
    found = {}
    for row in rows:
        fixed, credit = corrected.of(row, lines.get(row.pk, ()), seen_by=seen_by), booked.get(row.pk)
        split = _split_of(row, credit, used[row.pk], counted(row)) if credit else None
        found[row.pk] = Behind(shares=_shares_of(row, fixed, used[row.pk], standings[row.member_id]), split=split, corrected=fixed)
    return found


def shares_of(row: FilingRow) -> SharesWhy | None:
    """Why the shares of a row as it stands, with the corrections that are posted; None for one that never got so far as to have any."""
    return behind(row).shares


def split_of(row: FilingRow, credit: EntryView) -> SplitWhy:
    """Why a credit went to the accounts it went to, and from when it earns."""
    return _split_of(row, credit, laws_used.of_row(row), divided.of_rows([row])(row))


def steps_of_shares(row: FilingRow, corrected_by: CorrectionLine | None = None) -> Explained | None:
    """The steps behind the shares as filed, or as a correction has them, where today's rules give these; no query. `behind` says the rest."""
    asked = _asked(row, corrected_by)
    return _shares(row, *asked, laws_used.unkept(asked[2].reference)).why if asked else None


def _shares_of(row: FilingRow, found: Sequence[Corrected], used: Used, standings: Standings) -> SharesWhy | None:
    last = found[-1].line if found else None
    asked = _asked(row, last)
    if asked is None or not row.reference:
        return None
    law = laws_used.of_corrected_shares(row, last) if last else laws_used.law_of(used, LawPurpose.SHARES, row.reference)
    return _shares(row, *asked, law, standings)


def _asked(row: FilingRow, last: CorrectionLine | None) -> tuple[EmployeeFacts, str, Figures] | None:
    """Facts, elections and figures of a row, or of its last posted correction; None for one that never got so far as to have any."""
    facts = filings.facts_of(row)
    if facts is None or row.employer_share is None or row.employee_share is None:
        return None
    if last is None:
        return facts, row.elections, Figures(employer=row.employer_share, employee=row.employee_share, part=row.part, reference=row.reference)
    facts = facts._replace(citizenship=Citizenship(last.citizenship), birth_date=last.birth_date, member_since=last.member_since)
    if last.wages is not None:
        facts = facts._replace(wages=last.wages, bonus=min(facts.bonus, last.wages))
    stored = Figures(employer=last.now_employer, employee=last.now_employee, part=last.now_part, reference=last.now_reference)
    return facts, last.elections, stored


def _standings(rows: Sequence[FilingRow]) -> dict[int | None, Standings]:
    """By member what the register has of the standing of the rows' people; nothing for a row of nobody on record."""
    found: dict[int | None, Standings] = defaultdict(list)
    people = {row.member_id for row in rows if row.member_id is not None}
    for member_id, from_date, status in CitizenshipPeriod.objects.filter(member__in=people).values_list("member_id", "from_date", "status"):
        found[member_id].append((from_date, Citizenship(status)))
    return found


def _shares(row: FilingRow, facts: EmployeeFacts, elected: str, stored: Figures, law: Law, standings: Standings | None = None) -> SharesWhy:
    # That the row was taken says that somebody who may choose had chosen.
    elections, domestic = electing.from_text(elected)
    facts, elections = facts._replace(domestic=domestic), elections._replace(chosen=True)
    try:
        found = schedule.shares(facts, elections)
        steps = schedule.explain(facts, elections)
        changed = who_steps.change_of_standing(standings or (), facts)
        steps = [steps[0], changed, *steps[1:]] if changed else list(steps)
        earlier = _earlier(row, facts, elections, found, stored)
    except Refusal as refusal:
        return SharesWhy(stored=stored, why=None, now=None, why_now=None, refusal=explanations.refusal_words(refusal), law=law)
    except NotInForce as error:
        return SharesWhy(stored=stored, why=None, now=None, why_now=None, refusal=explanations.not_in_force_words(error), law=law)
    why = explanations.explained([*steps, topping.explain(found, earlier)] if earlier else steps)
    employer, employee = topping.more(found, earlier) if earlier else (found.employer, found.employee)
    if (employer, employee, found.part.value) == (stored.employer, stored.employee, stored.part):
        return SharesWhy(stored=stored, why=why, now=None, why_now=None, refusal="", law=law)
    now = Figures(employer=employer, employee=employee, part=found.part.value, reference=found.reference)
    return SharesWhy(stored=stored, why=None, now=now, why_now=why, refusal="", law=law)


def _earlier(row: FilingRow, facts: EmployeeFacts, elections: Elections, found: Shares, stored: Figures) -> topping.Earlier | None:
    """What stood filed before a row that tops it up; None for any other row. Where the stored figures come of other facts than it was filed by, what
    the rules give for the wages of before (selectors.recompute does so)."""
    if row.tops_up_id is None or row.tops_up is None:
        return None
    kept = topping.Earlier(row.tops_up.wages or money.ZERO, row.earlier_employer or money.ZERO, row.earlier_employee or money.ZERO)
    if topping.more(found, kept) == (stored.employer, stored.employee):
        return kept
    below = schedule.shares(facts._replace(wages=kept.wages, bonus=row.tops_up.bonus or money.ZERO), elections)
    return topping.Earlier(kept.wages, below.employer, below.employee)


def _split_of(row: FilingRow, credit: EntryView, used: Used, counted: divided.Counted) -> SplitWhy:
    steps, now, refusal = _split(row, credit, counted)
    return SplitWhy(
        stored=divided.named(credit.amounts, credit.booked_on),
        why=explanations.explained(steps) if steps else None,
        now=divided.named(now, credit.booked_on),
        refusal=refusal,
        earns=_earns(row, credit),
        law=laws_used.law_of(used, LawPurpose.SPLIT, allocation.reference(credit.booked_on)),
    )


def _split(row: FilingRow, credit: EntryView, counted: divided.Counted) -> tuple[Sequence[Step], Mapping[str, int], str]:
    """The steps; or, where there are none, what today's facts give, or why they give nothing."""
    births = divided.births_of(row)
    steps = divided.steps_of(amounts=credit.amounts, booked_on=credit.booked_on, births=births, counted=counted)
    born = births[1] or births[0]
    if steps or born is None:
        return steps, {}, ""
    try:
        return (), divided.by_birth(amounts=credit.amounts, booked_on=credit.booked_on, born=born, counted=counted), ""
    except Refusal as refusal:
        return (), {}, explanations.refusal_words(refusal)
    except NotInForce as error:
        return (), {}, explanations.not_in_force_words(error)


def _earns(row: FilingRow, credit: EntryView) -> Explained | None:
    """The reason for the value date; None where today's rule gives another day."""
    paid_on = row.filing.paid_on
    month = WageMonth.of(row.filing.wage_month)
    if paid_on is None or value_date.of_contribution(wage_month=month, paid_on=paid_on) != credit.value_date:
        return None
    return explanations.explained([value_date.explain(wage_month=month, paid_on=paid_on, credited_on=credit.booked_on)])
