"""Files of receipts of bank agents and internet banking: fetched by number or brought by an officer, believed whole or not at all, and taken once.

The bank is called between transactions. Of a file that was taken each receipt is a chunk of its own (`receipt_voluntary.begin`): what is wrong with
one keeps no other waiting.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from contributions.enums import MatterKind
from contributions.models import PaymentMatter, Receipt, ReceiptFile
from contributions.services import matters
from employers.models import Employer
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import receipts as port
from kwsp_portal.bank.fpx.errors import FpxError
from kwsp_portal.bank.settlement import FileRefused
from kwsp_portal.documents.models import StoredFile
from members.identity.models import User
from members.models import Member

PROGRAMME: Final = "take_receipts"
MOST_FILES: Final = 10
"""So many are fetched in one turn; the next turn goes on."""

log = logging.getLogger(__name__)


class UploadRefused(Exception):
    """Why an officer's file is not taken; `refused` says it in data."""

    def __init__(self, refused: FileRefused) -> None:
        self.refused = refused
        super().__init__(str(refused))


def fetch(*, on: date, at: datetime) -> int:
    """Fetch the files that are not taken yet, those that were refused again among them; how many were taken."""
    taken = 0
    for number in _numbers_to_ask():
        try:
            content = port.configured().fetch(number)
        except FpxError as away:
            log.warning("no file of receipts of number %s: %s", number, away)
            break
        if content is not None:
            taken += take(content=content, number=number, on=on, at=at)
    return taken


def _numbers_to_ask() -> Sequence[int]:
    """Those that are missing since the first one that is known of, and the next ones. A number is known where its file was taken or refused."""
    taken = set(ReceiptFile.objects.values_list("number", flat=True))
    refused = {int(cause.partition(":")[2]) for cause in _refusals().values_list("cause", flat=True)}
    first, last = min(taken | refused, default=1), max(taken | refused, default=0)
    missing = [number for number in range(first, last + 1) if number not in taken]
    return [*missing[:MOST_FILES], *range(last + 1, last + 1 + MOST_FILES - len(missing[:MOST_FILES]))]


def _refusals(number: int | None = None):  # type: ignore[no-untyped-def]
    found = PaymentMatter.objects.filter(kind=MatterKind.RECEIPTS_FILE)
    return found if number is None else found.filter(cause=f"receipts:{number}", closed_on=None)


def take(*, content: bytes, number: int, on: date, at: datetime) -> bool:
    """Take the file of a number; False where it is refused, which opens a matter. The same file again changes nothing."""
    try:
        _import(content, number, None, on, at)
    except FileRefused as refused:
        _refuse(number, refused, on)
        return False
    return True


def upload(*, content: bytes, by: User, on: date, at: datetime) -> ReceiptFile:
    """Take a file that an officer brings, as a fetched one is: its signature counts, not who carries it. Raises UploadRefused; one that was taken
    before is found."""
    try:
        return _import(content, None, by, on, at)
    except FileRefused as refused:
        audit.record_refusal(actor=by, action="receipt.file", target=None, data={"code": refused.code, "detail": refused.detail[:100]})
        raise UploadRefused(refused) from refused


def _import(content: bytes, number: int | None, by: User | None, on: date, at: datetime) -> ReceiptFile:
    """Write the file and its receipts, and have each looked at soon after commit. Raises FileRefused(ANOTHER) where the number has another file."""
    digest = hashlib.sha256(content).hexdigest()
    found = port.configured().read(content, number)
    with transaction.atomic():
        # One file at a time: a receipt that stands in two of them is told from its repetition by which came first.
        transaction.get_connection().cursor().execute("SELECT pg_advisory_xact_lock(hashtext('contributions.receipts'))")
        earlier = ReceiptFile.objects.filter(number=found.number).first()
        if earlier is not None:
            if earlier.digest != digest:
                raise FileRefused("ANOTHER", f"found {digest[:12]}, taken was {earlier.digest[:12]}", found=digest[:12], expected=earlier.digest[:12])
            return earlier
        file = ReceiptFile.objects.create(
            number=found.number,
            on=found.on,
            digest=digest,
            receipts_total=found.told,
            amount=found.total,
            file=_stored(f"resit-{found.number}.txt", content, by, at),
            uploaded_by=by,
            taken_on=on,
            taken_at=at,
        )
        written = [*_write(file, found.receipts, by, at), *_write_voluntary(file, found.voluntary)]
        for matter in _refusals(found.number):
            matters.solved(matter, on)
        data = {"number": found.number, "receipts": file.receipts_total, "amount": f"{file.amount:.2f}"}
        audit.record(actor=by, action="receipt.file", target=file, data=data)
        jobs.open_run(programme=PROGRAMME, period=str(file.pk), chunks=[{"receipt": one.pk} for one in written], on=on)
    return file


def _write(file: ReceiptFile, found: Sequence[port.Receipt], by: User | None, at: datetime) -> list[Receipt]:
    employers = {one.number: one for one in Employer.objects.filter(number__in={one.employer_number for one in found})}
    first, written = _first_told(found), []
    for one in found:
        receipt = Receipt.objects.create(
            file=file,
            line=one.line,
            number=one.number,
            agent=one.agent,
            mode=one.mode,
            employer_number=one.employer_number,
            employer=employers.get(one.employer_number),
            wage_month=one.wage_month,
            amount=one.amount,
            paid_at=one.paid_at,
            form=_stored(f"borang-a-{one.agent}-{one.number}.txt", port.borang_a(one.form), by, at),
            repeats=first.get((one.agent, one.number)),
        )
        first.setdefault((one.agent, one.number), receipt)
        written.append(receipt)
    return written


def _write_voluntary(file: ReceiptFile, found: Sequence[port.Voluntary]) -> list[Receipt]:
    members = {one.number: one for one in Member.objects.filter(number__in={one.member_number for one in found})}
    first, written = _first_told(found), []
    for one in found:
        receipt = Receipt.objects.create(
            file=file,
            line=one.line,
            number=one.number,
            agent=one.agent,
            mode=one.mode,
            member_number=one.member_number,
            member=members.get(one.member_number),
            kind=one.kind,
            amount=one.amount,
            paid_at=one.paid_at,
            repeats=first.get((one.agent, one.number)),
        )
        first.setdefault((one.agent, one.number), receipt)
        written.append(receipt)
    return written


def _first_told(found: Sequence[port.Receipt] | Sequence[port.Voluntary]) -> dict[tuple[str, str], Receipt]:
    """Receipts of these numbers that were told before, by agent and number."""
    earlier = Receipt.objects.filter(number__in={one.number for one in found}, repeats=None)
    return {(one.agent, one.number): one for one in earlier}


def _stored(name: str, content: bytes, by: User | None, at: datetime) -> StoredFile:
    return StoredFile.objects.create(
        name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest(), content=content, uploaded_by=by, uploaded_at=at
    )


def _refuse(number: int, refused: FileRefused, on: date) -> None:
    detail = {"number": number, "code": refused.code, "detail": refused.detail[:100]}
    audit.record_refusal(actor=None, action="receipt.file", target=None, data=detail)
    with transaction.atomic():
        if not _refusals(number).exists():
            reason = f"{refused.code} {refused.detail}"
            matters.open_one(kind=MatterKind.RECEIPTS_FILE, cause=f"receipts:{number}", reason=reason, on=on)
