"""Paying out: one file a business day, made once, sent until the bank has it, and its answer believed whole or not at all.

The file is made by a chunk of the jobs engine, which takes the held money of every row in the same transaction: from that day on it earns no more,
and lies on PAYOUT_CLEARING until the bank has said what became of it. What was paid leaves the fund's account; what was not stands where it was.
The bank is called between transactions, by the sweep.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import connection, transaction

from kwsp_portal import bulk, jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.bank.fpx.errors import FpxError
from kwsp_portal.bank.payouts import desk
from kwsp_portal.bank.payouts.files import Answer, Result, Row
from kwsp_portal.bank.settlement import FileRefused
from kwsp_portal.common import collector
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from members.enums import PayoutKind, PayoutState
from members.ledger import days, posting
from members.ledger.enums import EntryKind
from members.models import Payout, PayoutFile
from members.services.payouts import OWNERS, WATCHES

PROGRAMME: Final = "pay_out"
SILENT_AFTER: Final = timedelta(days=3)
"""A file that the bank has not taken or not answered for so long, by the business date, comes before an officer."""
AT_ONCE: Final = 5_000
"""Payouts whose money is taken by the same statements."""

_SENT: Final = """
UPDATE members_payout AS payout SET state = %s, file_id = %s, entry_id = new.entry_id
  FROM unnest(%s::bigint[], %s::bigint[]) AS new (id, entry_id) WHERE payout.id = new.id
"""
log = logging.getLogger(__name__)


def plan(period: str, on: date) -> Sequence[dict[str, str]]:
    """One chunk: the file of the day."""
    return [{"on": on.isoformat()}]


def make(*, lease: jobs.Lease) -> PayoutFile | None:
    """Make the file of the lease's business date, of every payout that is ordered; None where there is none. Once: the day is unique."""
    with transaction.atomic():
        made = _make(lease.on)
        jobs.failpoint("payouts.made")
        lease.finish()
    return made


def _make(on: date) -> PayoutFile | None:
    """In the caller's transaction. The payouts go into the file by the thousand; its own row comes last, when all of it is known."""
    with connection.cursor() as cursor:
        (file_id,) = bulk.new_ids(cursor, PayoutFile._meta.db_table, 1)
    taken = _Taken()
    with collector.paused():
        content = desk.configured().write(on, _rows(file_id, taken, on)).decode("ascii")
    if not taken.rows:
        return None
    made = PayoutFile(pk=file_id, on=on, content=content, rows_total=taken.rows, amount=taken.amount)
    made.save(force_insert=True)
    audit.record(actor=None, action="payout.file", target=made, data={"day": str(on), "rows": taken.rows, "amount": f"{taken.amount:.2f}"})
    return made


@dataclass
class _Taken:
    """How many payouts went into the file, and what they come to, RM."""

    rows: int = 0
    amount: Decimal = Decimal(0)


def _rows(file_id: int, taken: _Taken, on: date) -> Iterator[Row]:
    """Every payout that is ordered, its money taken and the payout sent before its row is given."""
    booked = max(on, days.first_open_day())  # a file that is made late, its day closed: the money earned until now
    waiting = Payout.objects.filter(state=PayoutState.ORDERED, ordered_on__lte=on).select_for_update(of=("self",), no_key=True).order_by("pk")
    waiting = waiting.only("number", "kind", "ref", "holds", "amount", "bank", "account", "ending", "holder", "state", "reason", "bank_id")
    last = 0
    while piece := list(waiting.filter(pk__gt=last)[:AT_ONCE]):
        last = piece[-1].pk
        due = _take_money(piece, booked)
        _send_off(due, file_id, on)
        for payout in due:
            taken.rows, taken.amount = taken.rows + 1, taken.amount + payout.amount
            yield Row(payout.number, payout.bank, str(payout.account), payout.amount, str(payout.holder))


def _take_money(piece: Sequence[Payout], on: date) -> list[Payout]:
    """Out of the accounts where it is held. Where an account is frozen, or a hold is there no more, that payout waits, and the others are paid.
    What waits for no hold, `check_ledger` names (ordered_payout_is_held)."""
    clearing = posting.fund("PAYOUT_CLEARING")
    wanted = [posting.Capture(payout.holds, EntryKind.PAYOUT, payout.pk, clearing, to_sen(payout.amount)) for payout in piece]
    due = []
    for payout, entry_id in zip(piece, posting.capture_many(wanted, booked_on=on), strict=True):
        if entry_id is None:
            log.warning("payout %s waits: its account is frozen, or its money is held no more", payout.pk)
        else:
            payout.entry_id = entry_id
            due.append(payout)
    return due


def _send_off(due: Sequence[Payout], file_id: int, on: date) -> None:
    """These are in the file, of which their owners hear."""
    if not due:
        return
    of_kind: defaultdict[PayoutKind, list[Payout]] = defaultdict(list)
    for payout in due:
        payout.state, payout.file_id = PayoutState.SENT, file_id
        of_kind[PayoutKind(payout.kind)].append(payout)
    with connection.cursor() as cursor:
        entries = bulk.numbers(payout.entry_id for payout in due if payout.entry_id is not None)
        cursor.execute(_SENT, [PayoutState.SENT.value, file_id, bulk.numbers(payout.pk for payout in due), entries])
    for kind, payouts in of_kind.items():
        OWNERS[kind].sent_many(payouts, on)


def sweep(*, on: date, at: datetime) -> dict[str, int]:
    """Send what is not sent, and fetch what is not answered, the oldest first; counts for the log. A bank that is away is left alone."""
    sent = answered = 0
    bank = desk.configured()
    try:
        for made in PayoutFile.objects.filter(sent_at=None, on__lte=on).order_by("on"):
            sent += _send(bank, made, at)
        for made in PayoutFile.objects.filter(answered_at=None).exclude(sent_at=None).order_by("on"):
            content = bank.fetch(made.on)
            answered += content is not None and take(file_id=made.pk, content=content, on=on, at=at)
    except FpxError as away:
        log.warning("the bank's desk of payouts does not answer: %s", away)
    _hand_over(on)
    return {"sent": sent, "answered": answered}


def _send(bank: desk.Desk, made: PayoutFile, at: datetime) -> bool:
    """The same file again is taken by the bank and pays nothing there: it is sent until it says so."""
    taken = bank.send(str(made.content).encode("ascii"))
    if taken:
        PayoutFile.objects.filter(pk=made.pk, sent_at=None).update(sent_at=at)
    return taken


def take(*, file_id: int, content: bytes, on: date, at: datetime) -> bool:
    """Do what the bank's answer says of each row; False where it is not believed, which officers hear of. The same again changes nothing.

    Each row is a transaction of its own, and the file is answered when all are done: whoever is killed in between begins again, and what was
    done is old news.
    """
    made = PayoutFile.objects.get(pk=file_id)
    try:
        answers = desk.configured().read(content, on=made.on, of=str(made.content).encode("ascii"))
        _refuse_numbers_of_others(answers)
    except FileRefused as refused:
        _refuse(made, refused, on)
        return False
    if made.answered_at is not None:
        return True
    for answer in answers:
        _hear(answer, on, at)
        jobs.failpoint("payouts.row")
    with transaction.atomic():
        if PayoutFile.objects.filter(pk=made.pk, answered_at=None).update(answered_at=at, answer=content.decode("ascii")):
            paid = sum((answer.amount for answer in answers if answer.result is Result.PAID), Decimal(0))
            data = {"day": str(made.on), "rows": made.rows_total, "amount": f"{paid:.2f}"}
            audit.record(actor=None, action="payout.answer", target=made, data=data)
        for watch in WATCHES:
            watch.over(cause=_cause(made), on=on)
    return True


def _refuse_numbers_of_others(answers: Sequence[Answer]) -> None:
    """A bank's number is of one payout, for ever. Raises FileRefused."""
    numbers = [answer.bank_id for answer in answers if answer.bank_id]
    known = dict(Payout.objects.filter(bank_id__in=numbers).values_list("bank_id", "number"))
    if len(set(numbers)) != len(numbers) or any(known.get(answer.bank_id, answer.number) != answer.number for answer in answers):
        raise FileRefused("NUMBER", "a bank's number stands at two payouts")


def _hear(answer: Answer, on: date, at: datetime) -> None:
    """The bank's word on one payout, once."""
    with transaction.atomic():
        payout = Payout.objects.select_for_update(of=("self",), no_key=True).get(number=answer.number)
        if payout.state != PayoutState.SENT:
            return
        assert payout.entry_id is not None  # noqa: S101 - a constraint says so
        payout.ended_on, owner = on, OWNERS[PayoutKind(payout.kind)]
        if answer.result is Result.PAID:
            assert answer.paid_at is not None  # noqa: S101 - refused when read
            payout.state, payout.bank_id, payout.paid_at = PayoutState.PAID, answer.bank_id, answer.paid_at
            posting.post(_settled(payout, on))
        else:
            payout.state, payout.reason = PayoutState.RETURNED, answer.result.value
            posting.reverse(payout.entry_id, booked_on=on)
        payout.save(update_fields=["state", "bank_id", "paid_at", "reason", "ended_on"])
        if payout.state == PayoutState.PAID:
            owner.paid(payout, on)
        else:
            owner.returned(payout, on, at)


def _settled(payout: Payout, on: date) -> posting.Act:
    """The bank has paid it from the fund's account."""
    assert payout.paid_at is not None  # noqa: S101 - the caller has just written it
    sen = to_sen(payout.amount)
    legs = (posting.Leg(posting.fund("PAYOUT_CLEARING"), -sen), posting.Leg(posting.fund("BANK"), sen))
    day = payout.paid_at.astimezone(KL).date()
    return posting.Act(kind=EntryKind.PAYOUT_SETTLED, ref=payout.pk, part=0, booked_on=on, value_date=day, legs=legs)


def _refuse(made: PayoutFile, refused: FileRefused, on: date) -> None:
    data = {"day": str(made.on), "code": refused.code, "detail": refused.detail[:100]}
    audit.record_refusal(actor=None, action="payout.answer", target=made, data=data)
    with transaction.atomic():
        for watch in WATCHES:
            watch.trouble(silent=False, cause=_cause(made), reason=f"PAYOUT {made.on} {refused.code} {refused.detail}", on=on)


def _hand_over(on: date) -> None:
    """Have officers hear of files that the bank has not taken, or not answered, for too long."""
    for made in PayoutFile.objects.filter(answered_at=None, on__lte=on - SILENT_AFTER).order_by("on"):
        with transaction.atomic():
            for watch in WATCHES:
                watch.trouble(silent=True, cause=_cause(made), reason=f"PAYOUT {made.on} {'SENT' if made.sent_at else 'NOT_TAKEN'}", on=on)


def _cause(made: PayoutFile) -> str:
    return f"payout_file:{made.pk}"
