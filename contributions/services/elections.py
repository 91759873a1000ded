"""What people do with an election or a notice: record it, submit it, approve it or return it, discard it.

An election never holds for a month before the one in which it was recorded and approved, and nobody approves their own work.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models.functions import Now

from contributions import workflow
from contributions.borang_a import reader
from contributions.borang_a.problem import Problem
from contributions.enums import ElectionAct, ElectionKind, ElectionState, FilingAction, Who
from contributions.models import Election, ElectionBatch, ElectionLog
from contributions.rules import electing
from contributions.selectors import elections as selectors
from contributions.services import election_checks, election_effect, election_news, register
from contributions.services.election_checks import Known, Wanted
from contributions.services.moves import NotAllowed
from employers import access as employers_access
from employers.enums import Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.models import Member

TOO_LATE: Final = "TOO_LATE"
"""An act that would make an election hold for a month that is past."""


class Upload(NamedTuple):
    """A file as it was sent."""

    name: str
    content: bytes


class ElectionRefused(Exception):
    """Nothing was recorded. `problems` as borang_a.problem.Problem.to_json gives them, never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: list[dict[str, Any]] = [problem.to_json() for problem in problems]
        super().__init__(", ".join(problem.code for problem in problems))


def record(*, employer: Employer, member: Member, wanted: Wanted, form: Upload | None, by: User, on: date) -> Election:
    """Record an election or a notice as a draft of `by`'s, with the signed form kept as it came.

    Raises NotAllowed NO_RIGHT, and ElectionRefused with everything that stands in the way.
    """
    require_preparer(employer=employer, by=by, on=on)
    problems = [] if form is None else form_problems(form)
    with transaction.atomic():
        hold(employer)
        known = known_of(employer=employer, numbers={member.pk: member.number}, wage_month=wanted.from_month)[member.pk]
        problems += election_checks.problems_of(wanted, known, has_form=form is not None, current=WageMonth.of(on))
        if not problems:
            document = None if form is None or wanted.kind not in election_checks.FORMS else store(upload=form, by=by)
            return write(employer=employer, member_id=member.pk, wanted=wanted, known=known, document=document, by=by, on=on)
    codes = [problem.code.value for problem in problems]
    audit.record_refusal(actor=by, action="election.record", target=f"member:{member.pk}", data={"codes": codes, "kind": wanted.kind.value})
    raise ElectionRefused(problems)


def submit(*, election_id: int, by: User, declaration: bool, on: date) -> Election:
    """Send an election for approval, declared correct. Raises NotAllowed, also DECLARATION_MISSING, TOO_LATE, MONTH_FILED, FACTS_CHANGED."""
    if not declaration:
        raise _refused(election_id, FilingAction.SUBMIT, by, "DECLARATION_MISSING")
    return _act(election_id, FilingAction.SUBMIT, by, on)


def approve(*, election_id: int, by: User, on: date) -> Election:
    """Approve an election: from its wage month on it is the rate of that employment.

    Raises NotAllowed, also TOO_LATE, MONTH_FILED, FACTS_CHANGED.
    """
    return _act(election_id, FilingAction.APPROVE, by, on)


def return_to_maker(*, election_id: int, by: User, comment: str, on: date) -> Election:
    """Give an election back with a reason. Raises NotAllowed, also COMMENT_MISSING."""
    if not comment.strip():
        raise _refused(election_id, FilingAction.RETURN, by, "COMMENT_MISSING")
    return _act(election_id, FilingAction.RETURN, by, on, comment.strip())


def discard(*, election_id: int, by: User, on: date) -> Election:
    """Put an election away that was not approved. Raises NotAllowed."""
    return _act(election_id, FilingAction.DISCARD, by, on)


def allowed(*, election: Election, by: User, on: date) -> frozenset[FilingAction]:
    """What `by` may do with the election as it stands."""
    rights = employers_access.rights_of(by, election.employer, on=on)
    possible = set()
    for state, action in workflow.ELECTION_MOVES:
        if state == election.state:
            try:
                _checked(election, action, by, rights, on)
            except NotAllowed:
                continue
            possible.add(action)
    return frozenset(possible)


# What a file of elections does with each row, too ------------------------------------------------------------


def require_preparer(*, employer: Employer, by: User, on: date) -> None:
    """Raises NotAllowed NO_RIGHT, which the audit keeps."""
    if Right.PREPARE not in employers_access.rights_of(by, employer, on=on):
        audit.record_refusal(actor=by, action="election.record", target=f"employer:{employer.number}", data={"code": "NO_RIGHT"})
        raise NotAllowed("NO_RIGHT")


def hold(employer: Employer) -> None:
    """Keep the employer's elections as they are until the open transaction ends: recorded and approved one after the other."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)


def known_of(*, employer: Employer, numbers: Mapping[int, str], wage_month: WageMonth) -> dict[int, Known]:
    """What is known of these members (number by id) in a month; four queries."""
    people = register.people(numbers=numbers.values(), employer_id=employer.pk, wage_month=wage_month)
    holding = selectors.holding_in(employer_id=employer.pk, wage_month=wage_month, members=numbers)
    waiting = selectors.on_their_way(employer_id=employer.pk, members=numbers)
    filed = selectors.filed_until(employer_id=employer.pk, wage_month=wage_month, members=numbers)
    return {pk: Known(people.get(number), holding.get(pk, {}), waiting.get(pk, {}), filed.get(pk)) for pk, number in numbers.items()}


def form_problems(form: Upload) -> list[Problem]:
    """What is wrong with the file of a signed form."""
    size, most = reader.megabytes(len(form.content)), reader.megabytes(election_checks.MOST_BYTES)
    return election_checks.content_problems(form.content, reader.other_kind(form.content), size, most)


def store(*, upload: Upload, by: User) -> StoredFile:
    """Keep a file as it came."""
    return StoredFile.objects.create(
        name=PurePath(upload.name.replace("\\", "/")).name[-255:] or "borang",
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        content=upload.content,
        uploaded_by=by,
        uploaded_at=Now(),
    )


def write(
    *,
    employer: Employer,
    member_id: int,
    wanted: Wanted,
    known: Known,
    document: StoredFile | None,
    by: User,
    on: date,
    batch: ElectionBatch | None = None,
) -> Election:
    """A draft, in the caller's transaction, with nothing in its way."""
    election = Election.objects.create(
        employer=employer,
        member_id=member_id,
        kind=wanted.kind,
        act=wanted.act,
        points=wanted.points,
        khas_year=_khas_year(wanted, known),
        from_month=wanted.from_month.first_day,
        document=document,
        batch=batch,
        prepared_by=by,
        prepared_on=on,
    )
    data = {"kind": wanted.kind.value, "act": wanted.act.value, "points": _shown(wanted), "from_month": str(wanted.from_month)}
    audit.record(actor=by, action="election.record", target=f"election:{election.pk}", data={**data, "member": member_id})
    return election


def hindrances(found: Sequence[Election], action: FilingAction) -> dict[int, str]:
    """Why some of these elections of one employer, which the caller holds, can no longer be sent on, by id: the register and the filings are
    asked once for each month."""
    if action not in (FilingAction.SUBMIT, FilingAction.APPROVE):
        return {}
    hindered = {}
    for month in {election.from_month for election in found}:
        some = [election for election in found if election.from_month == month]
        numbers = {election.member_id: election.member.number for election in some}
        known = known_of(employer=some[0].employer, numbers=numbers, wage_month=WageMonth.of(month))
        for election in some:
            hindered[election.pk] = election_checks.hindrance(election_effect.wanted_of(election), known[election.member_id])
    return hindered


def move(*, election: Election, action: FilingAction, hindrance: str, by: User, on: date, comment: str = "") -> None:
    """Move an election that the caller has locked, in the caller's transaction; `hindrance` is one of `hindrances`.

    Raises NotAllowed, which the audit keeps.
    """
    rights = employers_access.rights_of(by, election.employer, on=on)
    try:
        step = _checked(election, action, by, rights, on)
        if hindrance:
            raise NotAllowed(hindrance)
    except NotAllowed as error:
        data = {"code": error.code, "state": election.state}
        audit.record_refusal(actor=by, action=_audited(action), target=f"election:{election.pk}", data=data)
        raise
    before, fields = election.state, ["state"]
    election.state = step.to
    if step.to is ElectionState.APPROVED:
        election.approved_by, election.approved_on = by, on
        fields += ["approved_by", "approved_on"]
    election.save(update_fields=fields)
    moved = ElectionLog.objects.create(election=election, action=action, from_state=before, to_state=step.to, by=by, comment=comment, on=on, at=Now())
    data = {"from": str(before), "to": step.to.value, "on": str(on)}
    audit.record(actor=by, action=_audited(action), target=f"election:{election.pk}", data=data)
    if action is FilingAction.APPROVE:
        notify.tell([election_news.of_approved(election)], on=on)
    elif action is FilingAction.RETURN:
        notify.tell([election_news.of_returned(election, comment, moved.pk)], on=on)


def locked(election_ids: Sequence[int]) -> list[Election]:
    """Elections in order of their ids, kept from every other move until the open transaction ends."""
    asked = Election.objects.select_for_update(of=("self",), no_key=True).select_related("employer", "member")
    return list(asked.filter(pk__in=election_ids).order_by("pk"))


def _act(election_id: int, action: FilingAction, by: User, on: date, comment: str = "") -> Election:
    with transaction.atomic():
        employer = Employer.objects.get(elections=election_id)
        hold(employer)
        [election] = locked([election_id])
        hindrance = hindrances([election], action).get(election.pk, "")
        move(election=election, action=action, hindrance=hindrance, by=by, on=on, comment=comment)
    return election


def _checked(election: Election, action: FilingAction, by: User, rights: frozenset[Right], on: date) -> workflow.ElectionMove:
    step = workflow.ELECTION_MOVES.get((ElectionState(election.state), action))
    if step is None:
        raise NotAllowed("WRONG_STATE", state=str(election.state), action=action.value)
    if (Right.PREPARE if step.who is Who.PREPARER else Right.APPROVE) not in rights:
        raise NotAllowed("NO_RIGHT")
    if step.who is Who.OTHER_APPROVER and _made_by(election, by):
        raise NotAllowed("OWN_WORK")
    if action in (FilingAction.SUBMIT, FilingAction.APPROVE) and WageMonth.of(election.from_month) < electing.start_months(WageMonth.of(on))[0]:
        raise NotAllowed(TOO_LATE)
    return step


def _made_by(election: Election, by: User) -> bool:
    """Whether `by` recorded the election or ever declared it correct: nobody approves their own work."""
    return by.pk == election.prepared_by_id or election.log.filter(action=FilingAction.SUBMIT, by=by).exists()


def _khas_year(wanted: Wanted, known: Known) -> int | None:
    """The form's year; a notice bears that of the election it ends."""
    if wanted.kind is not ElectionKind.KEEPS_RATE:
        return None
    return known.holding[wanted.kind].khas_year if wanted.act is ElectionAct.CANCEL else electing.khas_year_in(wanted.from_month)


def _shown(wanted: Wanted) -> str:
    return "" if wanted.points is None else str(wanted.points)


def _refused(election_id: int, action: FilingAction, by: User, code: str) -> NotAllowed:
    audit.record_refusal(actor=by, action=_audited(action), target=f"election:{election_id}", data={"code": code})
    return NotAllowed(code)


def _audited(action: FilingAction) -> str:
    return f"election.{action.lower()}"
