"""A file of Borang A is taken for a wage month: from a person, from a list, from a bank agent; what stands in its way is said all at once."""

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction

from contributions.borang_a import reader
from contributions.borang_a.problem import Code, FileProblem, Problem
from contributions.enums import FilingAction, FilingState
from contributions.models import Filing
from contributions.rules import regime
from contributions.services import moves, reading, same_content, supplement
from contributions.workflow import CLOSED
from employers import access as employers_access
from employers.enums import Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.documents import content as documents
from kwsp_portal.documents.models import StoredFile
from members.identity.models import User

MONTHS_AHEAD: Final = 12
"""A wage month may be filed so many months ahead (ruling 12)."""

GIVES_WAY: Final = frozenset({FilingState.ASKED, FilingState.FAULTY, FilingState.UNREADABLE})
"""A mended file takes the place of one that could not go on, or that we still have a question about."""

_ONE_A_MONTH: Final = "filing_one_a_month"


class FileRefused(Exception):
    """The file was not taken; nothing of it is kept. `problems` as borang_a.problem.Problem.to_json gives them, never empty."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems: list[dict[str, Any]] = [problem.to_json() for problem in problems]
        super().__init__(", ".join(problem.code for problem in problems))


def may_prepare(*, employer: Employer, by: User, on: date) -> bool:
    """Whether `by` may send and submit the employer's filings."""
    return Right.PREPARE in employers_access.rights_of(by, employer, on=on)


def upload(*, employer: Employer, wage_month: WageMonth, name: str, content: bytes, by: User, on: date, adds: bool = False) -> Filing:
    """Take a file for a wage month: stored as it came, and read by a worker soon after commit.

    An earlier filing of the month that could not go on gives way to it. One that `adds` has people whom the Borang A of the month forgot: it
    becomes a supplement of that, which must be handed in, and nothing gives way to it. Raises moves.NotAllowed NO_RIGHT, and FileRefused with
    everything that is wrong with the file or the month.
    """
    target = f"employer:{employer.number}"
    if not may_prepare(employer=employer, by=by, on=on):
        audit.record_refusal(actor=by, action="filing.upload", target=target, data={"code": "NO_RIGHT"})
        raise moves.NotAllowed("NO_RIGHT")
    try:
        return _accept(employer, wage_month, name, content, by, on, adds=adds)
    except FileRefused as refused:
        codes = [problem["code"] for problem in refused.problems]
        audit.record_refusal(actor=by, action="filing.upload", target=target, data={"codes": codes, "wage_month": str(wage_month)})
        raise


def open_of_agent(*, employer: Employer, month: WageMonth, file: StoredFile, on: date) -> Filing:
    """The Borang A that came with a bank agent's receipt, read by a worker soon after commit. The caller has locked the employer and found the month
    free (`month_problems`, `month_held`)."""
    made = Filing(employer=employer, wage_month=month.first_day, content_digest=file.sha256, file=file)
    filing = opened(made, on)
    data = {"employer": employer.number, "wage_month": str(month), "sha256": file.sha256, "size": file.size}
    audit.record(actor=None, action="filing.upload", target=f"filing:{filing.pk}", data=data, subjects=[employer])
    return filing


def opened(filing: Filing, on: date) -> Filing:
    """Write a new filing, and have its file read soon after commit."""
    filing.received_on = on
    filing.save(force_insert=True)
    reading.soon(filing, on)
    return filing


def _file_problems(content: bytes, meant: reader.MeantFor) -> list[Problem]:
    try:
        reader.check(content, max_bytes=settings.UPLOAD_MAX_BYTES, meant=meant)
    except FileProblem as error:
        return list(error.problems)
    return []


def month_problems(employer: Employer, wage_month: WageMonth, on: date) -> list[Problem]:
    """Whether anything can be filed for the month at all: the law is known, the employer liable, the month not too far ahead."""
    asked = str(wage_month)
    try:
        regime.law_of(wage_month)
    except NotInForce as error:
        earliest = "" if error.earliest is None else str(WageMonth.of(error.earliest))
        return [Problem(Code.MONTH_BEFORE_LAW, found=asked, expected=earliest)]
    first, last = WageMonth.of(employer.from_date), WageMonth.of(on).plus(MONTHS_AHEAD)
    if wage_month < first:
        return [Problem(Code.MONTH_BEFORE_EMPLOYER, found=asked, expected=str(first))]
    if wage_month > last:
        return [Problem(Code.MONTH_TOO_FAR, found=asked, expected=str(last))]
    if employer.closed_on is not None and wage_month > WageMonth.of(employer.closed_on):
        return [Problem(Code.MONTH_AFTER_CLOSING, found=asked, expected=str(WageMonth.of(employer.closed_on)))]
    return []


def _accept(employer: Employer, wage_month: WageMonth, name: str, content: bytes, by: User, on: date, *, adds: bool) -> Filing:
    meant = reader.MeantFor(employer.number, wage_month)
    problems = [*_file_problems(content, meant), *month_problems(employer, wage_month, on)]
    if problems:
        raise FileRefused(problems)
    try:
        with transaction.atomic():
            # One upload of an employer at a time: of sixteen that arrive together, the first is taken and the others see it.
            Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)
            return _take(employer, wage_month, name, content, by, on, adds=adds)
    except IntegrityError as error:
        if _ONE_A_MONTH not in str(error):
            raise
        raise FileRefused([_taken(employer, wage_month)]) from error


def _take(employer: Employer, wage_month: WageMonth, name: str, content: bytes, by: User, on: date, *, adds: bool) -> Filing:
    """Store the file and open its reading, with the employer locked."""
    sent = same_content.Sent(content, reader.MeantFor(employer.number, wage_month))
    digest = sent.bytes_digest
    made = Filing(employer=employer, wage_month=wage_month.first_day, content_digest=digest, prepared_by=by)
    gone: list[int] = []
    if adds:
        made.supplements = _added_to(employer, wage_month, sent)
        made.number = supplement.next_number(made.supplements)
    else:
        gone = _give_way(employer, wage_month, sent, by, on)
    made.file = documents.keep(name=name, otherwise="borang-a.csv", content=content, sha256=digest, by_id=by.pk)
    filing = opened(made, on)
    if gone:
        Filing.objects.filter(pk__in=gone).update(gave_way_to=filing)
    data = {"employer": employer.number, "wage_month": str(wage_month), "sha256": digest, "size": len(content)}
    more = {"supplements": filing.supplements_id} if adds else {}
    audit.record(actor=by, action="filing.upload", target=f"filing:{filing.pk}", data={**data, **more}, subjects=[employer])
    return filing


def _added_to(employer: Employer, wage_month: WageMonth, sent: same_content.Sent) -> Filing:
    """The Borang A that a file of forgotten people adds to. Raises FileRefused where there is none, or where the same list came before."""
    of_month = Filing.objects.filter(employer=employer, wage_month=wage_month.first_day).exclude(state=FilingState.DISCARDED).order_by("-pk")
    for earlier in of_month:
        _refuse_same(sent, earlier)
    main = supplement.main_of(employer=employer, month=wage_month.first_day)
    if main is None:
        raise FileRefused([Problem(Code.MONTH_NOT_FILED, found=str(wage_month))])
    return main


def _give_way(employer: Employer, wage_month: WageMonth, sent: same_content.Sent, by: User, on: date) -> list[int]:
    """Discard what could not go on, so that the month is free; which filings these were. Raises FileRefused where an earlier filing keeps it.

    The same content is refused only within a month: where nobody's wages changed, next month's file is the same. Where reading failed on
    our side nothing is wrong with the content, and it may come again.
    """
    of_month = Filing.objects.filter(employer=employer, wage_month=wage_month.first_day, number=0)
    same_month = of_month.exclude(state=FilingState.DISCARDED).order_by("-pk")
    for earlier in same_month:
        _refuse_same(sent, earlier)
        if earlier.state not in GIVES_WAY:
            raise FileRefused([month_taken(earlier)])
    gone = []
    for pk in [earlier.pk for earlier in same_month]:
        filing = moves.locked(pk)
        if filing.state != FilingState.DISCARDED:  # a colleague may have put it away while we waited for it
            moves.move(filing=filing, action=FilingAction.DISCARD, by=by, on=on)
            gone.append(pk)
    return gone


def _refuse_same(sent: same_content.Sent, earlier: Filing) -> None:
    if sent.is_of(earlier) and not _failed_on_our_side(earlier):
        raise FileRefused([same_content.refers(Code.SAME_FILE, earlier)])
    if sent.says_what(earlier):
        raise FileRefused([same_content.refers(Code.SAME_CONTENT, earlier)])


def _failed_on_our_side(filing: Filing) -> bool:
    return any(problem["code"] == Code.NOT_READ for problem in filing.refusal or ())


def _taken(employer: Employer, wage_month: WageMonth) -> Problem:
    """The refusal for a month that another transaction took first."""
    held = month_held(employer, wage_month)
    return held[0] if held else Problem(Code.MONTH_TAKEN, found=str(wage_month))


def month_held(employer: Employer, wage_month: WageMonth) -> list[Problem]:
    """The filing that has the month, as a problem of one more."""
    held = Filing.objects.filter(employer=employer, wage_month=wage_month.first_day, number=0).exclude(state__in=CLOSED).first()
    return [] if held is None else [month_taken(held)]


def month_taken(earlier: Filing) -> Problem:
    return same_content.refers(Code.MONTH_BEING_READ if earlier.state == FilingState.RECEIVED else Code.MONTH_TAKEN, earlier)
