"""The claim file of a run: one officer has it made, a worker writes it, another officer approves it, and it is sent to the Government.

UTF-8, commas, no quotes. `H,KWSP,<scheme>,<half-year>,<claim file>,<day>`; `D,<claim>,<member number>,<identity number>,<contributed>,<claimed>`
for each claim; `T,<rows>,<total>` at the end. RM with two decimals, days as 2023-07-03.
"""

import hashlib
import io
from datetime import date
from typing import Final

from django.db import transaction

from contributions.enums import ClaimFileState, IncentiveClaimState, IncentiveRunState
from contributions.models import ClaimFile, IncentiveRun
from contributions.services.correction import OFFICERS
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.documents import content
from members.identity.models import User

PROGRAMME: Final = "incentive_claim_file"
SENDER: Final = "KWSP"
_PAGE: Final = 5_000


class NotAllowed(Exception):
    """Why an act on a run is refused. `code`: NO_RIGHT, OWN_WORK, WRONG_STATE, ANOTHER_WAITS, COMMENT_MISSING, NOT_REFUSED, OWN_RECORD."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def make(*, run_id: int, by: User, on: date) -> ClaimFile:
    """Have the claim file written by a worker. A second click finds the first one's. Raises NotAllowed, and keeps it in the trail."""
    with transaction.atomic():
        run = IncentiveRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if by.role not in OFFICERS:
            raise refused(run, "incentive.file.make", by, "NO_RIGHT")
        standing = run.files.exclude(state=ClaimFileState.REFUSED).first()
        if standing is not None and standing.made_by_id == by.pk:
            return standing
        if run.state != IncentiveRunState.CLAIMED or standing is not None:
            raise refused(run, "incentive.file.make", by, "WRONG_STATE" if run.state != IncentiveRunState.CLAIMED else "ANOTHER_WAITS")
        found = ClaimFile.objects.create(run=run, number=run.files.count() + 1, made_by=by, made_on=on)
        record(found, "incentive.file.make", by, on, {}, str(found.state))
        jobs.open_run(programme=PROGRAMME, period=str(found.pk), chunks=[{"file": found.pk}], on=on)
    return found


def write(*, lease: jobs.Lease) -> None:
    """Write the file and finish the lease in one transaction: every claim of the run once, with control totals at the end."""
    jobs.failpoint("incentive_file.before")
    lease.renew()
    found = ClaimFile.objects.select_related("run").get(pk=lease.payload["file"])
    run = found.run
    whole = io.BytesIO()
    whole.write(f"H,{SENDER},{run.scheme},{run.period},{found},{found.made_on}\n".encode())
    rows, total = 0, money.ZERO
    claims = run.found.filter(state=IncentiveClaimState.CLAIMED).order_by("pk")
    columns = ("pk", "member__number", "member__identity_number", "contributed", "amount")
    for claim, number, identity, contributed, amount in claims.values_list(*columns).iterator(chunk_size=_PAGE):
        whole.write(f"D,{claim},{number},{identity},{contributed:.2f},{amount:.2f}\n".encode())
        rows, total = rows + 1, total + amount
    whole.write(f"T,{rows},{total:.2f}\n".encode())
    if (rows, total) != (run.claims, run.claimed):
        raise jobs.Parked(f"{run}: found {rows} claims of {total}, expected {run.claims} of {run.claimed}")
    written = whole.getvalue()
    digest = hashlib.sha256(written).hexdigest()
    with transaction.atomic():
        name = f"tuntutan-{run.scheme}-{run.period}-{found.number}.csv".lower()
        found.file = content.keep(name=name, otherwise="tuntutan.csv", content=written, sha256=digest, by_id=found.made_by_id)
        found.sha256, found.rows, found.total, found.state = digest, rows, total, ClaimFileState.MADE
        found.save(update_fields=["file", "sha256", "rows", "total", "state"])
        lease.finish()
        jobs.failpoint("incentive_file.finished")


def approve(*, file_id: int, by: User, on: date) -> ClaimFile:
    """The second officer sends it. Raises NotAllowed, and keeps it in the trail."""
    with transaction.atomic():
        found = _decided(file_id, by, "incentive.file.approve")
        if found.made_by_id == by.pk:
            raise refused(found, "incentive.file.approve", by, "OWN_WORK")
        _end(found, ClaimFileState.APPROVED, "", by, on)
        found.run.state = IncentiveRunState.SENT
        found.run.save(update_fields=["state"])
    return found


def refuse(*, file_id: int, comment: str, by: User, on: date) -> ClaimFile:
    """An officer, the maker or another, says no, and why: it is made anew. Raises NotAllowed, and keeps it in the trail."""
    with transaction.atomic():
        found = _decided(file_id, by, "incentive.file.refuse")
        if not comment.strip():
            raise refused(found, "incentive.file.refuse", by, "COMMENT_MISSING")
        _end(found, ClaimFileState.REFUSED, comment.strip(), by, on)
    return found


def allowed(*, run: IncentiveRun, file: ClaimFile | None, by: User) -> frozenset[str]:
    """What an officer may do with a run now; the page asks what the services enforce."""
    if by.role not in OFFICERS:
        return frozenset()
    if run.state == IncentiveRunState.CLAIMED and file is None:
        return frozenset({"make"})
    if file is not None and file.state == ClaimFileState.MADE:
        return frozenset({"refuse"} if file.made_by_id == by.pk else {"approve", "refuse"})
    return frozenset({"answer"}) if run.state == IncentiveRunState.SENT else frozenset()


def _decided(file_id: int, by: User, act: str) -> ClaimFile:
    run_id = ClaimFile.objects.values_list("run_id", flat=True).get(pk=file_id)
    run = IncentiveRun.objects.select_for_update(no_key=True).get(pk=run_id)
    found = ClaimFile.objects.select_for_update(of=("self",), no_key=True).get(pk=file_id)
    found.run = run
    if by.role not in OFFICERS:
        raise refused(found, act, by, "NO_RIGHT")
    if found.state != ClaimFileState.MADE:
        raise refused(found, act, by, "WRONG_STATE")
    return found


def _end(found: ClaimFile, state: ClaimFileState, comment: str, by: User, on: date) -> None:
    before = {"state": str(found.state)}
    found.state, found.comment, found.decided_by, found.decided_on = state, comment, by, on
    found.save(update_fields=["state", "comment", "decided_by", "decided_on"])
    record(found, "incentive.file.approve" if state is ClaimFileState.APPROVED else "incentive.file.refuse", by, on, before, str(state))


def record(found: ClaimFile, action: str, by: User, on: date, before: dict[str, str], state: str) -> None:
    data = {"on": str(on), "scheme": found.run.scheme, "period": found.run.period, "rows": found.rows, "amount": f"{found.total:.2f}"}
    if found.comment:
        data["reason"] = found.comment
    audit.record(actor=by, action=action, target=found, data=data, before=before, after={"state": state})


def refused(target: object, action: str, by: User, code: str) -> NotAllowed:
    audit.record_refusal(actor=by, action=action, target=target, data={"code": code})  # type: ignore[arg-type]
    return NotAllowed(code)
