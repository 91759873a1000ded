"""The one place that moves elections, one or all of a file: everything is asked and written in as many statements for ten thousand as for one."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from django.db import connection

from contributions import workflow
from contributions.enums import ElectionState, FilingAction, Who
from contributions.models import Election, ElectionBatch, ElectionLog
from contributions.rules import electing
from contributions.services import election_checks, election_effect, election_facts, election_news
from contributions.services.moves import NotAllowed
from employers import access as employers_access
from employers.enums import ApprovalFlow, Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.services import News
from members.identity.models import User

TOO_LATE: Final = "TOO_LATE"
"""An act that would make an election hold for a month that is past."""

# Before the elections move: each stands in its log with the state that it leaves.
_LOG: Final = """
INSERT INTO contributions_electionlog (election_id, action, from_state, to_state, by_id, comment, "on", at)
SELECT id, %(action)s, state, %(to)s, %(by)s, %(comment)s, %(on)s, CURRENT_TIMESTAMP
  FROM contributions_election WHERE id = ANY(%(elections)s) ORDER BY id
RETURNING id
"""


def locked(election_ids: Sequence[int]) -> list[Election]:
    """Elections in order of their ids, kept from every other move until the open transaction ends."""
    asked = Election.objects.select_for_update(of=("self",), no_key=True).select_related("employer", "member")
    return list(asked.filter(pk__in=election_ids).order_by("pk"))


def allowed(*, election: Election, by: User, on: date) -> frozenset[FilingAction]:
    """What `by` may do with the election as it stands."""
    rights = employers_access.rights_of(by, election.employer, on=on)
    made = _made([election], by)
    possible = set()
    for state, action in workflow.ELECTION_MOVES:
        if state == election.state:
            try:
                _checked(election, action, rights, made, on)
            except NotAllowed:
                continue
            possible.add(action)
    return frozenset(possible)


def demand(*, found: Sequence[Election], action: FilingAction, by: User, on: date) -> ElectionState:
    """Where the act would lead, if every one of them may move there now. Raises NotAllowed for the first that may not, which the audit keeps."""
    rights = employers_access.rights_of(by, found[0].employer, on=on)
    made, hindered = _made(found, by), _hindrances(found, action)
    to = ElectionState(found[0].state)
    for election in found:
        try:
            to = _checked(election, action, rights, made, on).to
            if hindered.get(election.pk):
                raise NotAllowed(hindered[election.pk])
        except NotAllowed as error:
            raise refused(f"election:{election.pk}", action, by, error.code, state=str(election.state)) from error
    return to


def move(*, found: Sequence[Election], action: FilingAction, by: User, on: date, comment: str = "", batch: ElectionBatch | None = None) -> None:
    """Move elections of one employer that the caller has locked, in the caller's transaction: all of them, or none.

    Raises NotAllowed for the first that cannot be moved, which the audit keeps. `batch` is the file whose elections they are.
    """
    to = demand(found=found, action=action, by=by, on=on)
    first_log = _log(found, action, to, by, on, comment)
    before = sorted({str(election.state) for election in found})
    fields: dict[str, Any] = {"state": to}
    if to is ElectionState.SUBMITTED:
        fields |= {"flow": employers_access.flow_of(found[0].employer_id)}
    if to is ElectionState.APPROVED:
        fields |= {"approved_by": by, "approved_on": on}
    Election.objects.filter(pk__in=[election.pk for election in found]).update(**fields)
    for election in found:
        for name, value in fields.items():
            setattr(election, name, value)
    _record(found, action, before, to, by, on, batch)
    notify.tell(_news(found, action, comment, first_log, batch), on=on)


def refused(target: str, action: FilingAction, by: User, code: str, **data: str) -> NotAllowed:
    """The refusal of an act on an election or a file, to be raised by the caller; the audit has it."""
    audit.record_refusal(actor=by, action=_audited(action), target=target, data={"code": code, **data}, subjects=_whose(target))
    return NotAllowed(code)


def _whose(target: str) -> list[Employer]:
    """The employer of an election or of a file of them, as the trail's subject."""
    kind, _, key = target.partition(":")
    return list(Employer.objects.filter(**{"elections" if kind == "election" else "election_batches": key}))


def _checked(election: Election, action: FilingAction, rights: frozenset[Right], made: Collection[int], on: date) -> workflow.ElectionMove:
    step = workflow.ELECTION_MOVES.get((ElectionState(election.state), action))
    if step is None:
        raise NotAllowed("WRONG_STATE", state=str(election.state), action=action.value)
    if workflow.NEEDED[step.who] not in rights:
        raise NotAllowed("NO_RIGHT")
    if step.who is Who.OTHER_APPROVER and election.flow == ApprovalFlow.CHECKED and election.pk in made:
        raise NotAllowed("OWN_WORK")
    if action in (FilingAction.SUBMIT, FilingAction.APPROVE) and WageMonth.of(election.from_month) < electing.start_months(WageMonth.of(on))[0]:
        raise NotAllowed(TOO_LATE)
    return step


def _made(found: Sequence[Election], by: User) -> frozenset[int]:
    """Those that `by` recorded or ever declared correct: with a checker nobody approves their own work."""
    declared = ElectionLog.objects.filter(election__in=[election.pk for election in found], action=FilingAction.SUBMIT, by=by)
    return frozenset(declared.values_list("election_id", flat=True)) | {election.pk for election in found if election.prepared_by_id == by.pk}


def _hindrances(found: Sequence[Election], action: FilingAction) -> dict[int, str]:
    """Why some of these can no longer be sent on, by id: the register and the filings are asked once for each month."""
    if action not in (FilingAction.SUBMIT, FilingAction.APPROVE):
        return {}
    hindered = {}
    for month in {election.from_month for election in found}:
        some = [election for election in found if election.from_month == month]
        numbers = {election.member_id: election.member.number for election in some}
        known = election_facts.known_of(employer=some[0].employer, numbers=numbers, wage_month=WageMonth.of(month))
        for election in some:
            hindered[election.pk] = election_checks.hindrance(election_effect.wanted_of(election), known[election.member_id])
    return hindered


def _log(found: Sequence[Election], action: FilingAction, to: ElectionState, by: User, on: date, comment: str) -> int:
    """The id of the first row that was written."""
    elections = [election.pk for election in found]
    asked = {"action": action.value, "to": to.value, "by": by.pk, "comment": comment, "on": on, "elections": elections}
    with connection.cursor() as cursor:
        cursor.execute(_LOG, asked)
        first: int = min(log for (log,) in cursor.fetchall())
        return first


def _record(
    found: Sequence[Election], action: FilingAction, before: Sequence[str], to: ElectionState, by: User, on: date, batch: ElectionBatch | None
) -> None:
    """One row of the trail for the act; and where it makes elections hold, one for each, which is its member's business too."""
    data, employer = {"on": str(on)}, found[0].employer
    then, now = {"state": list(before)}, {"state": to.value}
    if batch is None:
        audit.record(actor=by, action=_audited(action), target=found[0], data=data, subjects=[employer, found[0].member], before=then, after=now)
        return
    many = {**data, "elections": len(found)}
    audit.record(actor=by, action=_audited(action), target=batch, data=many, subjects=[employer], before=then, after=now)
    if to is ElectionState.APPROVED:
        acts = [(one, {**data, "before": then, "after": now, "member": one.member_id, "batch": batch.pk}, (employer, one.member)) for one in found]
        audit.record_many(actor=by, action=_audited(action), acts=acts)


def _news(found: Sequence[Election], action: FilingAction, comment: str, first_log: int, batch: ElectionBatch | None) -> list[News]:
    """What members are told of what holds for them, and those who act for the employer of what came back: of a file once."""
    if action is FilingAction.APPROVE:
        return [election_news.of_approved(election) for election in found]
    if action is not FilingAction.RETURN:
        return []
    if batch is not None:
        return [election_news.of_returned_file(batch, len(found), comment, first_log)]
    return [election_news.of_returned(found[0], comment, first_log)]


def _audited(action: FilingAction) -> str:
    return f"election.{action.lower()}"
