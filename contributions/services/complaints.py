"""A member's complaint about an employer: sent with months of the own page, added to, withdrawn; taken and ended by an inspector.

Each act is one entry of its log, one row of the trail (in the member's log, never in the employer's) and a notice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from contributions import workflow
from contributions.enums import ComplaintAction, ComplaintGround, ComplaintState
from contributions.models import Complaint, ComplaintLog, ComplaintMonth, ComplaintPaper
from contributions.models.complaints import SAYS
from contributions.selectors import complaints as selectors
from contributions.selectors.months import MonthLine
from contributions.services import complaint_news
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import services as documents
from kwsp_portal.notify import services as notify
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member
from members.services import own_record

OFFICERS: Final = frozenset({Role.INSPECTOR})
"""Who works on complaints."""
MOST_A_DAY: Final = 5
MOST_ADDED_A_DAY: Final = 20
DAY: Final = timedelta(days=1)
WORDED: Final = frozenset(SAYS) - {ComplaintAction.SEND}
CLOSED: Final = frozenset({ComplaintState.RESOLVED, ComplaintState.DECLINED, ComplaintState.WITHDRAWN})


class NotAllowed(Exception):
    """Why an act on a complaint is refused. `code`: NO_MONTHS, NOT_OWN_MONTH, WORDS_MISSING, OPEN_ALREADY (`complaint` is the open one), TOO_MANY
    (`until` when), NOTHING_ADDED, WRONG_STATE, NO_RIGHT, OWN_RECORD, NOT_OWNER."""

    def __init__(self, code: str, *, complaint: int | None = None, until: datetime | None = None) -> None:
        self.code, self.complaint, self.until = code, complaint, until
        super().__init__(code)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a member says, and the papers that show it."""

    words: str
    papers: Sequence[documents.Upload] = ()


def send(
    *, member: Member, employer: Employer, ground: ComplaintGround, months: Collection[WageMonth], said: Said, by: User, on: date, at: datetime
) -> Complaint:
    """About months of the own page. The same again while it is open is a second click and finds the first. Raises NotAllowed, NotAPaper."""
    with transaction.atomic():
        Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
        lines = _attachable(member, employer, months, said, by, on)
        standing = _open_about(member, employer, months)
        if standing is not None:
            if _is_the_same(standing, ground, months, said):
                return standing
            raise _refused("send", by, "OPEN_ALREADY", complaint=standing.pk)
        _check_rate(member, by, at)
        found = Complaint.objects.create(member=member, employer=employer, ground=ground, sent_on=on, sent_at=at)
        ComplaintMonth.objects.bulk_create(
            ComplaintMonth(
                complaint=found, member=member, employer=employer, wage_month=line.month.first_day, standing=line.state.value, total=line.total
            )
            for line in lines
        )
        _entered(found, ComplaintAction.SEND, by, on, at, said.words, said.papers, before={})
    return found


def add(*, complaint_id: int, said: Said, by: User, on: date, at: datetime) -> Complaint:
    """The member says more, or sends papers, while it is open. The same sent twice on a day is said once. Raises NotAllowed, NotAPaper."""
    if not said.words.strip() and not said.papers:
        raise _refused("add", by, "NOTHING_ADDED", target=complaint_id)
    with transaction.atomic():
        found = _locked_own(complaint_id, by, ComplaintAction.ADD)
        if _is_said(found, ComplaintAction.ADD, by, on, said.words, said.papers):
            return found
        recent = ComplaintLog.objects.filter(complaint__member=found.member_id, action=ComplaintAction.ADD, at__gt=at - DAY).order_by("at")
        times = list(recent.values_list("at", flat=True))
        if len(times) >= MOST_ADDED_A_DAY:
            raise _refused("add", by, "TOO_MANY", target=complaint_id, until=times[-MOST_ADDED_A_DAY] + DAY)
        _moved(found, ComplaintAction.ADD, by, on, at, said.words, said.papers)
    return found


def withdraw(*, complaint_id: int, by: User, on: date, at: datetime) -> Complaint:
    """The member takes it back. Raises NotAllowed."""
    with transaction.atomic():
        found = _locked_own(complaint_id, by, ComplaintAction.WITHDRAW)
        _moved(found, ComplaintAction.WITHDRAW, by, on, at)
    return found


def take(*, complaint_id: int, by: User, on: date, at: datetime) -> Complaint:
    """An inspector has it from then on; who takes it after another has it instead. Raises NotAllowed."""
    with transaction.atomic():
        found = _locked(complaint_id, by, ComplaintAction.TAKE)
        if found.owner_id != by.pk:
            found.owner = by
            _moved(found, ComplaintAction.TAKE, by, on, at)
    return found


def say(*, complaint_id: int, action: ComplaintAction, words: str, by: User, on: date, at: datetime) -> Complaint:
    """What the inspector who has it does: ANSWER, RESOLVE, DECLINE with words for the member; TELL the employer without a name; NAME who complained,
    with the reason, which the member reads. The same twice on a day is a second click, and done once. Raises NotAllowed."""
    if action in WORDED and not words.strip():
        raise _refused(action.lower(), by, "WORDS_MISSING", target=complaint_id)
    with transaction.atomic():
        found = _locked(complaint_id, by, action)
        if found.owner_id != by.pk:
            raise _refused(action.lower(), by, "NOT_OWNER", target=complaint_id)
        if _is_said(found, action, by, on, words):
            return found
        if action == ComplaintAction.NAME:
            if found.named_on is not None:
                raise _refused("name", by, "WRONG_STATE", target=complaint_id)
            found.named_by, found.named_on, found.named_why = by, on, words.strip()
        _moved(found, action, by, on, at, words)
    return found


def allowed(*, complaint: Complaint, by: User) -> frozenset[ComplaintAction]:
    """What `by` may do with it now; the page asks what the service enforces."""
    known = {action for state, action in workflow.COMPLAINT_MOVES if state == complaint.state}
    if complaint.member.user_id == by.pk:
        return frozenset(known & {ComplaintAction.ADD, ComplaintAction.WITHDRAW})
    if by.role not in OFFICERS or own_record.owns(by, complaint.member):
        return frozenset()
    if complaint.owner_id != by.pk:
        return frozenset(known & {ComplaintAction.TAKE})
    done = {ComplaintAction.NAME} if complaint.named_on else set()
    return frozenset(known - {ComplaintAction.ADD, ComplaintAction.WITHDRAW, ComplaintAction.TAKE} - done)


def _attachable(member: Member, employer: Employer, months: Collection[WageMonth], said: Said, by: User, on: date) -> list[MonthLine]:
    """The lines of the own page that these months are. Raises NotAllowed."""
    if not months:
        raise _refused("send", by, "NO_MONTHS")
    if not said.words.strip():
        raise _refused("send", by, "WORDS_MISSING")
    found = next((one for one in selectors.offered(member=member, on=on) if one.employer_id == employer.pk), None)
    lines = {one.line.month: one.line for one in found.months} if found else {}
    if set(months) - lines.keys():
        raise _refused("send", by, "NOT_OWN_MONTH")
    return [lines[month] for month in sorted(set(months))]


def _open_about(member: Member, employer: Employer, months: Collection[WageMonth]) -> Complaint | None:
    """The open complaint about one of these months, if there is one."""
    days = [month.first_day for month in months]
    found = ComplaintMonth.objects.filter(member=member, employer=employer, wage_month__in=days, open=True).select_related("complaint").first()
    return found.complaint if found else None


def _is_the_same(standing: Complaint, ground: ComplaintGround, months: Collection[WageMonth], said: Said) -> bool:
    first = standing.log.get(action=ComplaintAction.SEND)
    known = {WageMonth.of(month.wage_month) for month in standing.months.all()}
    return (standing.ground, known, first.words) == (ground, set(months), said.words.strip())


def _is_said(found: Complaint, action: ComplaintAction, by: User, on: date, words: str, papers: Sequence[documents.Upload] = ()) -> bool:
    """Whether the last thing said is just this, on this day, with just these papers."""
    last = found.log.order_by("-pk")[0]
    if (last.action, last.by_id, last.on, last.words) != (action, by.pk, on, words.strip()):
        return False
    return list(last.papers.order_by("pk").values_list("file__sha256", flat=True)) == [documents.digest(paper) for paper in papers]


def _check_rate(member: Member, by: User, at: datetime) -> None:
    times = list(Complaint.objects.filter(member=member, sent_at__gt=at - DAY).order_by("sent_at").values_list("sent_at", flat=True))
    if len(times) >= MOST_A_DAY:
        raise _refused("send", by, "TOO_MANY", until=times[-MOST_A_DAY] + DAY)


def _locked_own(complaint_id: int, by: User, action: ComplaintAction) -> Complaint:
    found = _row(complaint_id)
    if found.member.user_id != by.pk:
        raise _refused(action.lower(), by, "NO_RIGHT", target=complaint_id)
    return _movable(found, by, action)


def _locked(complaint_id: int, by: User, action: ComplaintAction) -> Complaint:
    found = _row(complaint_id)
    if by.role not in OFFICERS:
        raise _refused(action.lower(), by, "NO_RIGHT", target=complaint_id)
    if own_record.owns(by, found.member):
        raise _refused(action.lower(), by, "OWN_RECORD", target=complaint_id)
    return _movable(found, by, action)


def _row(complaint_id: int) -> Complaint:
    known = ("member", "employer", "owner")
    return Complaint.objects.select_for_update(of=("self",), no_key=True).select_related(*known).get(pk=complaint_id)


def _movable(found: Complaint, by: User, action: ComplaintAction) -> Complaint:
    if (ComplaintState(found.state), action) not in workflow.COMPLAINT_MOVES:
        raise _refused(action.lower(), by, "WRONG_STATE", target=found.pk)
    return found


def _moved(
    found: Complaint, action: ComplaintAction, by: User, on: date, at: datetime, words: str = "", papers: Sequence[documents.Upload] = ()
) -> None:
    before = {"state": str(found.state)}
    found.state = workflow.COMPLAINT_MOVES[ComplaintState(found.state), action]
    if found.state in CLOSED:
        found.closed_on = on
    found.save(update_fields=["state", "owner", "closed_on", "named_by", "named_on", "named_why"])
    _entered(found, action, by, on, at, words, papers, before=before)


def _entered(
    found: Complaint,
    action: ComplaintAction,
    by: User,
    on: date,
    at: datetime,
    words: str,
    papers: Sequence[documents.Upload],
    *,
    before: dict[str, str],
) -> None:
    """The entry of the log with its papers, the row of the trail and the notices."""
    entry = ComplaintLog.objects.create(complaint=found, action=action, by=by, words=words.strip(), on=on, at=at)
    for paper in papers:
        ComplaintPaper.objects.create(entry=entry, file=documents.keep(paper, by_id=by.pk))
    data = {
        "employer": found.employer.number,
        "months": [str(WageMonth.of(month.wage_month)) for month in found.months.all()],
        "ground": str(found.ground),
        "on": str(on),
        **({"papers": len(papers)} if papers else {}),
    }
    audit.record(
        actor=by,
        action=f"complaint.{action.lower()}",
        target=found,
        data=data,
        subjects=[found.member],
        before=before,
        after={"state": str(found.state)},
    )
    notify.tell(complaint_news.of_entry(found, entry), on=on)


def _refused(act: str, by: User, code: str, *, target: int | None = None, complaint: int | None = None, until: datetime | None = None) -> NotAllowed:
    """The refusal, to be raised by the caller; the trail has it."""
    audit.record_refusal(actor=by, action=f"complaint.{act}", target=f"complaint:{target}" if target else None, data={"code": code})
    return NotAllowed(code, complaint=complaint, until=until)
