"""Money in an employer's suspense account that turns out to be a member's (e-CTML, ruling 14).

The employer mends who the row is for: the rules that read the file must then find it whole, and what one prepares another approves under a code.
Or two officers say whose it is, by a paper. The money leaves suspense by a new entry with the value date that it always had, split by the law of
the day; the dividend of its lateness, where that lies there too, goes along with its own.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from contributions.enums import MatchState, RowStatus, WrongCreditState
from contributions.models import Filing, FilingRow, LateDividend, SuspenseMatch, WrongCredit
from contributions.selectors import matches as selectors
from contributions.selectors import mending as cells
from contributions.selectors import months
from contributions.services import correction, crediting, late_crediting, law_used, leave, match_news, rechecking
from contributions.services.mending import StillWrong
from contributions.workflow import STANDS
from employers import access as employers_access
from employers.enums import ApprovalFlow, Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.documents import services as documents
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify import services as notify
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import User
from members.ledger import days, posting, taking
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from members.rules import allocation
from members.services import own_record, replacing


class NotAllowed(Exception):
    """Why an act on a row in suspense is refused. `code`: NO_RIGHT, OWN_WORK, OWN_RECORD, WRONG_STATE, REASON_MISSING, COMMENT_MISSING,
    NOT_SUSPENDED, MATCHED, ANOTHER_WAITS, FILED, TOO_OLD, BUSY, FROZEN."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def propose(*, row_id: int, stated: Mapping[str, str], by: User, on: date) -> SuspenseMatch:
    """Who prepares for the employer mends who the row is for (`stated`: texts by column of Borang A; the other cells stay). A second click finds the
    first. Raises StillWrong with what does not hold then, NotAllowed."""
    with transaction.atomic():
        row = _locked_row(row_id)
        employer = row.filing.employer
        if Right.PREPARE not in employers_access.rights_of(by, employer, on=on):
            raise _refused(row, "propose", by, "NO_RIGHT")
        _refuse_unless_suspended(row, by)
        after, person = rechecking.outcome(filing=row.filing, row=row, cells={**cells.cells_of(row), **stated}, tops_up=False)
        if person is None or after["status"] != RowStatus.VALID:
            raise StillWrong(after["problems"])
        member = Member.objects.get(pk=person.member_id)
        return _proposed(row, member, by, on, SuspenseMatch(by_officer=False, flow=employers_access.flow_of(employer.pk)))


def propose_as_officer(*, row_id: int, member: Member, reason: str, document: documents.Upload, by: User, on: date) -> SuspenseMatch:
    """An officer says whose it is, why, and with which paper. A second click finds the first. Raises NotAllowed, NotAPaper."""
    with transaction.atomic():
        row = _locked_row(row_id)
        code = "NO_RIGHT" if by.role not in correction.OFFICERS else "OWN_RECORD" if own_record.owns(by, member) else ""
        if code or not reason.strip():
            raise _refused(row, "propose", by, code or "REASON_MISSING")
        _refuse_unless_suspended(row, by)
        standing = selectors.standing_of(row)
        if standing is not None and (standing.proposed_by_id, standing.member_id) == (by.pk, member.pk):
            return standing
        paper = documents.keep(document, by_id=by.pk)
        return _proposed(row, member, by, on, SuspenseMatch(by_officer=True, reason=reason.strip(), document=paper))


def withdraw(*, match_id: int, by: User, on: date) -> SuspenseMatch:
    """Who said it takes it back. Raises NotAllowed."""
    with transaction.atomic():
        found = _locked(match_id, by, "withdraw")
        if found.proposed_by_id != by.pk:
            raise _refused(found, "withdraw", by, "NO_RIGHT")
        return _ended(found, MatchState.WITHDRAWN, by, on, ())


def refuse(*, match_id: int, comment: str, by: User, on: date) -> SuspenseMatch:
    """The second person says no, with a reason. Raises NotAllowed."""
    if not comment.strip():
        raise _refused(f"suspensematch:{match_id}", "refuse", by, "COMMENT_MISSING")
    with transaction.atomic():
        found = _decided(match_id, by, "refuse", on)
        found.comment = comment.strip()
        return _ended(found, MatchState.REFUSED, by, on, ("comment", "decided_by", "decided_on"))


def approve(*, match_id: int, by: User, on: date, at: datetime, approval: tac.Leave | None = None) -> SuspenseMatch:
    """The second person says yes: posted and told in one transaction. For the employer `approval` is what the code left for these figures
    (`leave.to_match`). Raises NotAllowed, tac.Refused."""
    booked = max(on, days.first_open_day())
    edition = law_used.edition_of_corrections(booked)
    with transaction.atomic():
        found = _decided(match_id, by, "approve", on)
        if _has_a_row(found.row, found.member, but=found.pk):
            raise _refused(found, "approve", by, "FILED")
        if not found.by_officer:
            assert approval is not None  # noqa: S101 - the page asks for the code
            tac.spend(approval=approval, user=by, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_match(found), at=at)
        # Under the lock of the balances: whoever freezes was before this look, or comes after the money has moved.
        replacing.posted(lambda: _post(found, by, booked))
        if taking.any_frozen({posting.employer(found.employer_id, "SUSPENSE")}):
            raise _refused(found, "approve", by, "FROZEN")
        found.posted_on, found.edition_id = booked, edition
        _ended(found, MatchState.POSTED, by, on, ("decided_by", "decided_on", "posted_on", "edition"))
        notify.tell(match_news.of_posted(found), on=booked)
    return found


def check_decision(*, match_id: int, by: User, on: date) -> None:
    """Whether `approve` would do it now, so that no code is used in vain. Raises NotAllowed."""
    with transaction.atomic():
        _decided(match_id, by, "approve", on)


def allowed(*, found: SuspenseMatch, by: User, on: date) -> frozenset[str]:
    """What `by` may do with it now; the page asks what the service enforces."""
    if found.state != MatchState.PROPOSED:
        return frozenset()
    may = {"withdraw"} if found.proposed_by_id == by.pk else set()
    if not _why_not_decided(found, by, on):
        may |= {"approve", "refuse"}
    return frozenset(may)


def may_propose(*, row: FilingRow, by: User, on: date) -> bool:
    """Whether `by`, for the employer or as an officer, may say now whose this row is."""
    if not selectors.is_suspended(row) or selectors.standing_of(row) is not None:
        return False
    return by.role in correction.OFFICERS or Right.PREPARE in employers_access.rights_of(by, row.filing.employer, on=on)


def send_back(*, employer: Employer, by: User, on: date) -> None:
    """The employer chose another flow: what waits is to be said anew. In the transaction of the choice, with the employer locked."""
    for pk in (
        SuspenseMatch.objects.filter(employer=employer, by_officer=False, state=MatchState.PROPOSED).order_by("pk").values_list("pk", flat=True)
    ):
        found = SuspenseMatch.objects.select_for_update(of=("self",), no_key=True).select_related("row__filing", "member", "employer").get(pk=pk)
        if found.state == MatchState.PROPOSED:
            _ended(found, MatchState.WITHDRAWN, by, on, ())


def _post(found: SuspenseMatch, by: User, on: date) -> None:
    orders = replacing.read([found.member_id], on=on)
    posting.post_many(_acts(found, by, on, orders), guard=lambda: orders.keep(on))


def _acts(found: SuspenseMatch, by: User, on: date, orders: replacing.Orders) -> list[posting.Act]:
    """What approving posts: the contribution, and what of the dividend of its lateness lies in suspense. Raises NotAllowed."""
    filing = found.row.filing
    dividend = _late_dividend(found, by)
    parts = [(EntryKind.CONTRIBUTION, crediting.value_date(filing)), (EntryKind.LATE_CREDIT, dividend.paid_on if dividend else filing.paid_on)]
    acts = []
    for part, (kind, valued) in enumerate(parts):
        went = taking.credited_by(kind, [found.row_id]).get(found.row_id, {})
        sen = went.get((HolderKind.EMPLOYER.value, found.employer_id, "SUSPENSE"), 0)
        if part == 0 and sen != money.to_sen(found.amount):
            raise ValueError(f"match {found.pk}: found {sen} sen of the row in suspense, expected {money.to_sen(found.amount)}")
        if sen and valued is not None:
            legs = (posting.Leg(posting.employer(found.employer_id, "SUSPENSE"), -sen), *_given(found, sen, part, by, on, orders))
            acts.append(posting.Act(kind=EntryKind.SUSPENSE_MATCH, ref=found.pk, part=part, booked_on=on, value_date=valued, legs=legs))
    return acts


def _given(found: SuspenseMatch, sen: int, part: int, by: User, on: date, orders: replacing.Orders) -> Sequence[posting.Leg]:
    """The contribution itself may put back what was withdrawn (ruling 17); the dividend of its lateness does not."""
    born = found.member.birth_date
    try:
        if part:
            split = allocation.split_sen(sen, born, on)
        else:
            split = orders.split_sen(found.member_id, sen, born, on, posting.Key(EntryKind.SUSPENSE_MATCH.value, found.pk, part))
    except Refusal as refusal:
        raise _refused(found, "approve", by, "TOO_OLD") from refusal
    return [posting.Leg(posting.member(found.member_id, account), part) for account, part in split]


def _late_dividend(found: SuspenseMatch, by: User) -> LateDividend | None:
    """The dividend of the filing's lateness, kept from beginning to be credited until we are done; where that has begun it must be over, so
    that nothing of the row comes to suspense after us. Raises NotAllowed."""
    standing = LateDividend.objects.filter(filing=found.row.filing_id, reversed_on=None)
    dividend = standing.select_for_update(of=("self",), no_key=True).order_by("pk").first()
    if dividend is None or dividend.credited_on is None:
        return None
    done = Run.objects.filter(programme=late_crediting.PROGRAMME, period=str(dividend.pk), state=RunState.DONE)
    if not done.exists():
        raise _refused(found, "approve", by, "BUSY")
    return dividend


def _locked_row(row_id: int) -> FilingRow:
    """The row with its filing, the employer locked: nobody files the same person for the month meanwhile."""
    row = FilingRow.objects.select_related("filing").get(pk=row_id)
    employer = Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=row.filing.employer_id)
    row.filing = Filing.objects.select_for_update(of=("self",), no_key=True).get(pk=row.filing_id)
    row.filing.employer = employer
    return row


def _refuse_unless_suspended(row: FilingRow, by: User) -> None:
    standing = selectors.standing_of(row)
    if not selectors.is_suspended(row):
        raise _refused(row, "propose", by, "NOT_SUSPENDED")
    if standing is not None and standing.state == MatchState.POSTED:
        raise _refused(row, "propose", by, "MATCHED")


def _proposed(row: FilingRow, member: Member, by: User, on: date, found: SuspenseMatch) -> SuspenseMatch:
    standing = selectors.standing_of(row)
    if standing is not None:
        if (standing.proposed_by_id, standing.member_id) == (by.pk, member.pk):
            return standing
        raise _refused(row, "propose", by, "ANOTHER_WAITS")
    if _has_a_row(row, member):
        raise _refused(row, "propose", by, "FILED")
    amount = months.filed_total(row)
    try:
        allocation.split_sen(money.to_sen(amount), member.birth_date, on)
    except Refusal as refusal:
        raise _refused(row, "propose", by, "TOO_OLD") from refusal
    found.row, found.employer, found.member, found.amount = row, row.filing.employer, member, amount
    found.proposed_by, found.proposed_on = by, on
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise _refused(row, "propose", by, "ANOTHER_WAITS") from error
    _record(found, "propose", by, on, {})
    return found


def _has_a_row(row: FilingRow, member: Member, but: int | None = None) -> bool:
    """Whether the member has the month at this employer by another row."""
    same = {"filing__employer": row.filing.employer_id, "filing__wage_month": row.filing.wage_month}
    filed = FilingRow.objects.filter(member=member, status=RowStatus.VALID, filing__state__in=list(STANDS), **same)
    matched = SuspenseMatch.objects.filter(member=member, state__in=selectors.STANDING, **{f"row__{name}": value for name, value in same.items()})
    moved = WrongCredit.objects.filter(to_member=member, state=WrongCreditState.POSTED, **{f"row__{name}": value for name, value in same.items()})
    return filed.exists() or (matched.exclude(pk=but) if but else matched).exists() or moved.exists()


def _locked(match_id: int, by: User, act: str) -> SuspenseMatch:
    """One that waits, the employer locked before it. Raises NotAllowed."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(suspense_matches=match_id)
    known = ("row__filing__employer", "member", "employer", "proposed_by")
    found = SuspenseMatch.objects.select_for_update(of=("self",), no_key=True).select_related(*known).get(pk=match_id)
    if found.state != MatchState.PROPOSED:
        raise _refused(found, act, by, "WRONG_STATE")
    return found


def _decided(match_id: int, by: User, act: str, on: date) -> SuspenseMatch:
    """For the second person. Raises NotAllowed."""
    found = _locked(match_id, by, act)
    code = _why_not_decided(found, by, on)
    if code:
        raise _refused(found, act, by, code)
    found.decided_by, found.decided_on = by, on
    return found


def _why_not_decided(found: SuspenseMatch, by: User, on: date) -> str:
    """The code of the refusal; empty where `by` may approve or refuse it."""
    if found.by_officer:
        if by.role not in correction.OFFICERS:
            return "NO_RIGHT"
        if own_record.owns(by, found.member):
            return "OWN_RECORD"
    elif Right.APPROVE not in employers_access.rights_of(by, found.employer, on=on):
        return "NO_RIGHT"
    return "OWN_WORK" if found.proposed_by_id == by.pk and found.flow == ApprovalFlow.CHECKED else ""


def _ended(found: SuspenseMatch, state: MatchState, by: User, on: date, also: Sequence[str]) -> SuspenseMatch:
    before = {"state": str(found.state)}
    found.state = state
    found.save(update_fields=["state", *also])
    act = {MatchState.WITHDRAWN: "withdraw", MatchState.REFUSED: "refuse"}.get(state, "approve")
    _record(found, act, by, on, before)
    return found


def _record(found: SuspenseMatch, act: str, by: User, on: date, before: dict[str, str]) -> None:
    audit.record(
        actor=by,
        action=f"suspense_match.{act}",
        target=found,
        data={"on": str(on), "amount": f"{found.amount:.2f}", "wage_month": f"{found.row.filing.wage_month:%Y-%m}"},
        subjects=[found.employer, found.member],
        before=before,
        after={"state": str(found.state)},
    )


def _refused(target: SuspenseMatch | FilingRow | str, act: str, by: User, code: str) -> NotAllowed:
    of = f"filingrow:{target.pk}" if isinstance(target, FilingRow) else target
    audit.record_refusal(actor=by, action=f"suspense_match.{act}", target=of, data={"code": code})
    return NotAllowed(code)
