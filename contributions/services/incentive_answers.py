"""The Government's answer to a claim file: kept as it was brought, read by a worker, and taken whole or refused whole, with its fate on the page.

Every claim is answered once, paid in full or refused with a reason. What was paid goes to GOVERNMENT_CLEARING until members are credited.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction

from contributions.enums import AnswerFault, ClaimAnswerState, ClaimFileState, IncentiveClaimState, IncentiveRunState
from contributions.models import ClaimAnswer, ClaimFile, IncentiveRun
from contributions.services import incentive_answer_file, incentive_credits, incentive_news
from contributions.services.correction import OFFICERS
from contributions.services.incentive_answer_file import Answer, Expected, Row
from contributions.services.incentive_files import refused
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.documents import content as documents
from kwsp_portal.documents.services import Upload
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.ledger import days, posting
from members.ledger.enums import EntryKind

PROGRAMME: Final = "incentive_answer"
_PAGE: Final = 5_000
_TABLE: Final = """
CREATE TEMPORARY TABLE answer_row (line int NOT NULL, claim bigint NOT NULL, number text NOT NULL, paid boolean NOT NULL, sen bigint NOT NULL,
    reason text NOT NULL) ON COMMIT DROP
"""
_COPY: Final = "COPY answer_row (line, claim, number, paid, sen, reason) FROM STDIN"
# (fault, rows of the answer that have it, with what was found and expected); each asks for one more than is shown, and how many there are.
_COMPARED: Final = (
    (
        AnswerFault.TWICE,
        "SELECT line, claim::text, first::text FROM (SELECT line, claim, min(line) OVER (PARTITION BY claim) AS first FROM answer_row) r "
        "WHERE line <> first",
    ),
    (
        AnswerFault.UNKNOWN,
        "SELECT line, claim::text, '' FROM answer_row a WHERE NOT EXISTS (SELECT FROM contributions_incentiveclaim c "
        "WHERE c.id = a.claim AND c.run_id = %(run)s AND c.amount > 0)",
    ),
    (
        AnswerFault.MEMBER,
        "SELECT line, a.number, m.number FROM answer_row a JOIN contributions_incentiveclaim c ON c.id = a.claim AND c.run_id = %(run)s "
        "JOIN members_member m ON m.id = c.member_id WHERE a.number <> m.number",
    ),
    (
        AnswerFault.AMOUNT,
        "SELECT line, to_char(a.sen / 100.0, 'FM999999990.00'), to_char(CASE WHEN paid THEN c.amount ELSE 0 END / 100.0, 'FM999999990.00') "
        "FROM answer_row a JOIN contributions_incentiveclaim c ON c.id = a.claim AND c.run_id = %(run)s "
        "WHERE a.sen <> CASE WHEN paid THEN c.amount ELSE 0 END",
    ),
    (
        AnswerFault.MISSING,
        "SELECT 0, c.id::text, m.number FROM contributions_incentiveclaim c JOIN members_member m ON m.id = c.member_id "
        "WHERE c.run_id = %(run)s AND c.amount > 0 "
        "AND NOT EXISTS (SELECT FROM answer_row a WHERE a.claim = c.id)",
    ),
)
_APPLY: Final = """
UPDATE contributions_incentiveclaim c SET state = CASE WHEN a.paid THEN %s ELSE %s END, reason = a.reason
  FROM answer_row a WHERE c.id = a.claim AND c.run_id = %s
"""


def upload(*, run_id: int, file: Upload, by: User, on: date) -> ClaimAnswer:
    """Keep an answer and have it read by a worker. One that comes after an answer was taken, or while one is read, is kept and refused at once.

    Raises NotAllowed: NO_RIGHT, WRONG_STATE where no claim file was sent.
    """
    digest = hashlib.sha256(file.content).hexdigest()
    with transaction.atomic():
        run = IncentiveRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if by.role not in OFFICERS:
            raise refused(run, "incentive.answer.upload", by, "NO_RIGHT")
        standing = run.answers.exclude(state=ClaimAnswerState.REFUSED).select_related("file").defer("file__content").first()
        if standing is None and run.state != IncentiveRunState.SENT:
            raise refused(run, "incentive.answer.upload", by, "WRONG_STATE")
        kept = documents.keep(name=file.name, otherwise="jawapan.csv", content=file.content, sha256=digest, by_id=by.pk)
        found = ClaimAnswer(run=run, file=kept, uploaded_by=by, uploaded_on=on)
        if standing is not None:
            same = "sha256" if standing.file.sha256 == digest else ""
            fault = incentive_answer_file.Fault(AnswerFault.REPEATED, 0, same, str(standing.uploaded_on))
            found.state, found.faults, found.faults_total = ClaimAnswerState.REFUSED, [list(fault)], 1
        found.save()
        data = {"on": str(on), "scheme": run.scheme, "period": run.period, "sha256": digest, "state": str(found.state)}
        audit.record(actor=by, action="incentive.answer.upload", target=found, data=data)
        if standing is None:
            jobs.open_run(programme=PROGRAMME, period=str(found.pk), chunks=[{"answer": found.pk}], on=on)
    return found


def read(*, lease: jobs.Lease) -> None:
    """Read an answer and take it or refuse it, with the end of the lease, in one transaction. Raises jobs.LeaseLost when another has it."""
    jobs.failpoint("incentive_answer.before")
    lease.renew()
    answer = ClaimAnswer.objects.select_related("run").get(pk=lease.payload["answer"])
    content = documents.read(answer.file_id)
    with transaction.atomic():
        answer.run = IncentiveRun.objects.select_for_update(no_key=True).get(pk=answer.run_id)
        found = _loaded(answer, content)
        _compare(answer, found)
        jobs.failpoint("incentive_answer.compared")
        if found.faults.total:
            _refuse(answer, found)
        else:
            _take(answer, found, lease.on)
        connection.cursor().execute("DROP TABLE answer_row")
        lease.finish()
        jobs.failpoint("incentive_answer.finished")


def _expected(answer: ClaimAnswer) -> Expected:
    sent: ClaimFile = answer.run.files.get(state=ClaimFileState.APPROVED)
    assert sent.decided_on is not None  # noqa: S101 - approved
    return Expected(answer.run.scheme, answer.run.period, str(sent), sent.decided_on, answer.uploaded_on)


def _loaded(answer: ClaimAnswer, content: bytes) -> Answer:
    """The rows in a table of this transaction."""
    found = Answer()
    rows = incentive_answer_file.rows(content, expected=_expected(answer), into=found)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(_TABLE)
        while lines := [_line(row) for row in islice(rows, _PAGE)]:
            cursor.copy_expert(_COPY, io.StringIO("\n".join(lines)))
        cursor.execute("CREATE INDEX ON answer_row (claim); ANALYZE answer_row")
    return found


def _line(row: Row) -> str:
    number, reason = (text.replace("\\", "\\\\").replace("\t", " ").replace("\r", " ").replace("\n", " ") for text in (row.number, row.reason))
    return f"{row.row}\t{row.claim}\t{number}\t{'t' if row.paid else 'f'}\t{row.sen}\t{reason}"


def _compare(answer: ClaimAnswer, found: Answer) -> None:
    """Each row against the claim it names, and each claim against the rows. A file of which the rows were not all read lacks no claim."""
    read_whole = not found.faults.total
    with connection.cursor() as cursor:
        for code, asked in _COMPARED:
            if code is AnswerFault.MISSING and not read_whole:
                continue
            cursor.execute(f"{asked} ORDER BY 1, 2 LIMIT %(most)s", {"run": answer.run_id, "most": incentive_answer_file.MOST_FAULTS})
            some = cursor.fetchall()
            for line, was, expected in some:
                found.faults.add(code, line, was, expected)
            if len(some) == incentive_answer_file.MOST_FAULTS:
                cursor.execute(f"SELECT count(*) FROM ({asked}) faults", {"run": answer.run_id})  # noqa: S608 - fixed texts of this file
                found.faults.total += cursor.fetchone()[0] - len(some)


def _refuse(answer: ClaimAnswer, found: Answer) -> None:
    answer.state, answer.faults, answer.faults_total = ClaimAnswerState.REFUSED, found.faults.to_json(), found.faults.total
    answer.save(update_fields=["state", "faults", "faults_total"])
    _record(answer, "incentive.answer.refuse", codes=sorted({fault.code.value for fault in found.faults.kept}))


def _take(answer: ClaimAnswer, found: Answer, on: date) -> None:
    assert found.received_on is not None  # noqa: S101 - it has no fault
    run = answer.run
    answer.state, answer.paid, answer.refused = ClaimAnswerState.TAKEN, found.paid, found.refused
    answer.received, answer.received_on = incentive_answer_file.amount_of(found), found.received_on
    answer.save(update_fields=["state", "paid", "refused", "received", "received_on"])
    run.state, run.received, run.received_on = IncentiveRunState.RECEIVED, answer.received, answer.received_on
    run.credits_from = run.span.credited_on(found.received_on)
    run.save(update_fields=["state", "received", "received_on", "credits_from"])
    with connection.cursor() as cursor:
        cursor.execute(_APPLY, [IncentiveClaimState.RECEIVED, IncentiveClaimState.REFUSED, run.pk])
    if found.sen:
        legs = (posting.Leg(posting.fund("BANK"), -found.sen), posting.Leg(posting.fund("GOVERNMENT_CLEARING"), found.sen))
        booked_on = max(on, days.first_open_day())
        posting.post(posting.Act(EntryKind.INCENTIVE_RECEIVED, answer.pk, 0, booked_on, found.received_on, legs))
    _tell_of_refused(run, on)
    _record(answer, "incentive.answer.take", amount=f"{answer.received:.2f}", paid=answer.paid, refused=answer.refused)
    incentive_credits.open_one(run, on=on)


def _tell_of_refused(run: IncentiveRun, on: date) -> None:
    gone = run.found.filter(state=IncentiveClaimState.REFUSED).order_by("pk").values_list("pk", "member_id", "amount", "reason")
    for some in _pages(gone.iterator(chunk_size=_PAGE)):
        news = [incentive_news.of_refused(run, claim_id=pk, member_id=who, amount=amount, reason=reason) for pk, who, amount, reason in some]
        notify.tell(news, on=on)


def _pages(rows: Iterable[Any]) -> Iterator[list[Any]]:
    given = iter(rows)
    while some := list(islice(given, _PAGE)):
        yield some


def _record(answer: ClaimAnswer, action: str, **more: object) -> None:
    data = {"scheme": answer.run.scheme, "period": answer.run.period, **more}
    audit.record(actor=None, action=action, target=answer, data=data, before={"state": "READING"}, after={"state": str(answer.state)})
