"""What an election changes for one person: both shares before and after, at the last wages, and why."""

from decimal import Decimal
from typing import NamedTuple

from contributions import explanations
from contributions.borang_a import checks
from contributions.enums import ElectionAct, ElectionKind, RowStatus
from contributions.facts import NO_ELECTIONS, Elections, EmployeeFacts
from contributions.models import Election, FilingRow
from contributions.rules import schedule
from contributions.selectors import elections as selectors
from contributions.services import election_checks, register
from contributions.services.election_checks import Wanted
from contributions.workflow import CLOSED
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal


class Effect(NamedTuple):
    """Shares of the first month with and without the election; None where nothing is contributed. `known`: the wages are the last filed ones,
    else an example."""

    wages: Decimal
    known: bool
    before: schedule.Shares | None
    after: schedule.Shares | None
    why: explanations.Explained | None


def effect_of(election: Election) -> Effect | None:
    """None where the employer has nobody like this on record in the month."""
    month = WageMonth.of(election.from_month)
    number = election.member.number
    entry = register.people(numbers=[number], employer_id=election.employer_id, wage_month=month).get(number)
    if entry is None or checks.bars(entry, month):
        return None
    wages = _last_wages(election)
    facts = checks.facts_of(entry, month, wages or election_checks.SAMPLE_WAGES, money.ZERO)
    held = selectors.elected_in(employer_id=election.employer_id, wage_month=month, members=[election.member_id])
    before = held.get(election.member_id, NO_ELECTIONS)
    after = election_checks.after(before, wanted_of(election))
    return Effect(facts.wages, wages is not None, _shares(facts, before), _shares(facts, after), _why(facts, after))


def undone_by(election: Election) -> list[selectors.Holding]:
    """What was approved for a later month and will not hold, once this is approved."""
    month, members = WageMonth.of(election.from_month), [election.member_id]
    holding = selectors.holding_in(employer_id=election.employer_id, wage_month=month, members=members)
    coming = selectors.coming_after(employer_id=election.employer_id, wage_month=month, members=members, holding=holding)
    return election_checks.undone(wanted_of(election), coming.get(election.member_id, {}))


def wanted_of(election: Election) -> Wanted:
    """What an election was recorded as."""
    return Wanted(ElectionKind(election.kind), ElectionAct(election.act), election.points, WageMonth.of(election.from_month))


def _last_wages(election: Election) -> Decimal | None:
    """Wages without bonus of the latest month that holds the person."""
    row = (
        FilingRow.objects.filter(member_id=election.member_id, filing__employer_id=election.employer_id, status=RowStatus.VALID)
        .exclude(filing__state__in=CLOSED)
        .order_by("-filing__wage_month", "-wages")
        .values_list("wages", "bonus")
        .first()
    )
    return None if row is None or row[0] is None else row[0] - (row[1] or money.ZERO)


def _shares(facts: EmployeeFacts, elected: Elections) -> schedule.Shares | None:
    try:
        return schedule.shares(facts, elected)
    except (Refusal, NotInForce):
        return None


def _why(facts: EmployeeFacts, elected: Elections) -> explanations.Explained | None:
    try:
        return explanations.explained(schedule.explain(facts, elected))
    except (Refusal, NotInForce):
        return None
