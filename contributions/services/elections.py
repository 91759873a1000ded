"""What people do with an election or a notice: record it, submit it, approve it or return it, discard it.

An election never holds for a month before the one in which it was recorded and approved, and nobody approves their own work.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models.functions import Now

from contributions.borang_a import kinds, reader
from contributions.borang_a.problem import Problem
from contributions.enums import ElectionAct, ElectionKind, FilingAction
from contributions.models import Election, ElectionBatch
from contributions.rules import electing
from contributions.services import election_checks, election_facts, election_moves, leave
from contributions.services.election_checks import Known, Wanted
from contributions.services.moves import NotAllowed
from employers import access as employers_access
from employers.enums import Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.models import StoredFile
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.models import Member


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
        known = election_facts.known_of(employer=employer, numbers={member.pk: member.number}, wage_month=wanted.from_month)[member.pk]
        problems += election_checks.problems_of(wanted, known, has_form=form is not None, current=WageMonth.of(on))
        if not problems:
            document = None if form is None or wanted.kind not in election_checks.FORMS else store(upload=form, by=by)
            election = as_row(employer=employer, member_id=member.pk, wanted=wanted, known=known, document=document, by=by, on=on)
            election.save(force_insert=True)
            said = {"kind": wanted.kind.value, "act": wanted.act.value, "points": _shown(wanted), "from_month": str(wanted.from_month)}
            data = {"member": member.pk}
            audit.record(actor=by, action="election.record", target=election, data=data, subjects=[employer, member], before={}, after=said)
            return election
    codes = [problem.code.value for problem in problems]
    audit.record_refusal(actor=by, action="election.record", target=member, data={"codes": codes, "kind": wanted.kind.value}, subjects=[employer])
    raise ElectionRefused(problems)


def submit(*, election_id: int, by: User, declaration: bool, on: date) -> Election:
    """Send an election for approval, declared correct. Raises NotAllowed, also DECLARATION_MISSING, TOO_LATE, MONTH_FILED, FACTS_CHANGED."""
    if not declaration:
        raise election_moves.refused(f"election:{election_id}", FilingAction.SUBMIT, by, "DECLARATION_MISSING")
    return _act(election_id, FilingAction.SUBMIT, by, on)


def approve(*, election_id: int, by: User, approval: Approval, on: date, at: datetime) -> Election:
    """Approve an election: from its wage month on it is the rate of that employment.

    `approval` is what the approver's code left for this election (`leave.to_elect`); it is spent here. Raises NotAllowed, also TOO_LATE,
    MONTH_FILED, FACTS_CHANGED; tac.Refused.
    """
    with transaction.atomic():
        election = _act(election_id, FilingAction.APPROVE, by, on)
        tac.spend(approval=approval, user=by, purpose=Purpose.ELECTION_APPROVAL, shown=leave.to_elect(election), at=at)
    return election


def check_approval(*, election_id: int, by: User, on: date) -> None:
    """Whether `approve` would do it now, so that no code is asked for or used in vain. Raises NotAllowed as it does."""
    found = Election.objects.select_related("employer", "member").get(pk=election_id)
    election_moves.demand(found=[found], action=FilingAction.APPROVE, by=by, on=on)


def return_to_maker(*, election_id: int, by: User, comment: str, on: date) -> Election:
    """Give an election back with a reason. Raises NotAllowed, also COMMENT_MISSING."""
    if not comment.strip():
        raise election_moves.refused(f"election:{election_id}", FilingAction.RETURN, by, "COMMENT_MISSING")
    return _act(election_id, FilingAction.RETURN, by, on, comment.strip())


def discard(*, election_id: int, by: User, on: date) -> Election:
    """Put an election away that was not approved. Raises NotAllowed."""
    return _act(election_id, FilingAction.DISCARD, by, on)


# What a file of elections does with each row, too ------------------------------------------------------------


def require_preparer(*, employer: Employer, by: User, on: date) -> None:
    """Raises NotAllowed NO_RIGHT, which the audit keeps."""
    if Right.PREPARE not in employers_access.rights_of(by, employer, on=on):
        audit.record_refusal(actor=by, action="election.record", target=f"employer:{employer.number}", data={"code": "NO_RIGHT"})
        raise NotAllowed("NO_RIGHT")


def hold(employer: Employer) -> None:
    """Keep the employer's elections as they are until the open transaction ends: recorded and approved one after the other."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)


def form_problems(form: Upload) -> list[Problem]:
    """What is wrong with the file of a signed form."""
    size, most = reader.megabytes(len(form.content)), reader.megabytes(election_checks.MOST_BYTES)
    kind = kinds.found_in(form.content)
    return election_checks.content_problems(form.content, "" if isinstance(kind, kinds.Kind) else kind, size, most)


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


def as_row(
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
    """A draft that nothing stands in the way of, not written yet."""
    return Election(
        employer=employer,
        member_id=member_id,
        kind=wanted.kind,
        act=wanted.act,
        points=wanted.points,
        khas_year=_khas_year(wanted, known),
        from_month=wanted.from_month.first_day,
        document=document if wanted.kind in election_checks.FORMS else None,
        batch=batch,
        prepared_by=by,
        prepared_on=on,
    )


def _act(election_id: int, action: FilingAction, by: User, on: date, comment: str = "") -> Election:
    with transaction.atomic():
        hold(Employer.objects.get(elections=election_id))
        found = election_moves.locked([election_id])
        election_moves.move(found=found, action=action, by=by, on=on, comment=comment)
    return found[0]


def _khas_year(wanted: Wanted, known: Known) -> int | None:
    """The form's year; a notice bears that of the election it ends."""
    if wanted.kind is not ElectionKind.KEEPS_RATE:
        return None
    return known.holding[wanted.kind].khas_year if wanted.act is ElectionAct.CANCEL else electing.khas_year_in(wanted.from_month)


def _shown(wanted: Wanted) -> str:
    return "" if wanted.points is None else str(wanted.points)
