"""What the portal has of a month that was sent, read, submitted, approved, paid and credited: written at once, by COPY.

Each step writes what its service writes, in the same order and to the last column; a test compares every table of the two
(tests/frame/test_population_services.py), so that this can never drift from the services. Amounts and acts are the services' own.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.backends.utils import CursorWrapper

from contributions import workflow
from contributions.borang_a import content_digest
from contributions.enums import FilingAction, FilingState, LawPurpose, MessageVerdict, PaymentMethod, PaymentState
from contributions.models import Filing, Payment
from contributions.models.law_used import EVERY_ROW
from contributions.rules import electing
from contributions.rules.laws import LAWS, known
from contributions.services import crediting, law_used, reading
from kwsp_portal.audit import services as audit
from kwsp_portal.bank.fpx import codes, messages
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.population import borang, copying
from kwsp_portal.frame.population.registers import Actor, Firm
from kwsp_portal.jobs import registry
from kwsp_portal.jobs.enums import ChunkState, RunState

BANK: Final = "MBB0228"
BODY: Final = "demo history"
ANSWER_TAKES: Final = timedelta(minutes=2)
_ORDER_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_MIXED: Final = 0x5DEECE66D
"""Odd, so that multiplying by it gives every number of 40 bits once."""


class Month(NamedTuple):
    """An employer's month to be written. `paid_at` is None where it is not paid up to the business date."""

    firm: Firm
    month: WageMonth
    rows: Sequence[borang.Row]
    filed_on: date
    paid_at: datetime | None


class Written(NamedTuple):
    """A month that was written: what its acts are made of. `credits`: row id, member id, sen, birth date."""

    filed_on: date
    filing: Filing
    payment: Payment | None
    credits: Sequence[tuple[int, int, int, date]]


class Tables:
    """The tables of filings and payments, filled month by month and copied together, in this order."""

    def __init__(self) -> None:
        self.files = copying.Table("documents_storedfile", "id name size sha256 content uploaded_by_id uploaded_at")
        self.filings = copying.Table(
            "contributions_filing",
            "id employer_id wage_month state file_id content_digest refusal rows_total rows_valid rows_unmatched rows_invalid employer_total "
            "employee_total received_on prepared_by_id submitted_at approved_by_id approved_on paid_on credited_on rows_digest",
        )
        self.rows = copying.Table(
            "contributions_filingrow",
            "id filing_id line member_id member_number identity_number name wages bonus employer_share employee_share part reference "
            "citizenship birth_date member_since elections status problems",
        )
        self.laws = copying.Table("contributions_lawused", "filing_id purpose from_id to_id on edition_id")
        self.log = copying.Table("contributions_filinglog", "filing_id action from_state to_state by_id comment on at")
        self.payments = copying.Table(
            "contributions_payment",
            "id filing_id order_no method bank_code amount state fpx_id response_code paid_at started_by_id started_on started_at asked_at "
            "finished_at counts",
        )
        self.messages = copying.Table("contributions_paymentmessage", "payment_id channel body verdict reason received_at")
        self.trail = copying.Table("audit_auditevent", "actor actor_id action target refused data subjects ip")
        self.runs = copying.Table("jobs_run", "id programme period on state finished_at error urgency chunk_count")
        self.chunks = copying.Table(
            "jobs_chunk", "run_id chunk_no payload state attempts failures losses leased_at done_at error progress_done progress_total"
        )

        self._editions: dict[tuple[LawPurpose, tuple[date, ...]], int] = {}

    def copy(self, cursor: CursorWrapper) -> None:
        """Write everything gathered so far."""
        for table in vars(self).values():
            if isinstance(table, copying.Table):
                table.copy(cursor)

    def gather(self, cursor: CursorWrapper, months: Sequence[Month]) -> list[Written]:
        """The rows of these months, whose ids are taken together; nothing is written yet."""
        paid = sum(1 for each in months if each.paid_at)
        counts = {
            "documents_storedfile": len(months),
            "contributions_filing": len(months),
            "contributions_filingrow": sum(len(each.rows) for each in months),
            "contributions_payment": paid,
            "jobs_run": len(months) + paid,
        }
        ids = {table: copying.ids(cursor, table, count) for table, count in counts.items()}
        return [self._month(each, ids) for each in months]

    def _month(self, of: Month, ids: Mapping[str, Iterator[int]]) -> Written:
        filing, state = self._sent(of, ids)
        row_ids = self._read(of, filing, ids)
        state = self._move(of.firm, filing, state, FilingAction.READ_READY, None, of.filed_on)
        state = self._move(of.firm, filing, state, FilingAction.SUBMIT, of.firm.maker, of.filed_on)
        state = self._move(of.firm, filing, state, FilingAction.APPROVE, of.firm.checker, of.filed_on)
        sums = [(row_id, row.person.member_id, row.total_sen, row.person.born) for row_id, row in zip(row_ids, of.rows, strict=True)]
        if of.paid_at is None:
            return Written(of.filed_on, filing, None, sums)
        payment = self._paid(of, filing, of.paid_at, next(ids["contributions_payment"]))
        state = self._move(of.firm, filing, state, FilingAction.RECEIVE_PAYMENT, None, of.paid_at.date())
        self._credited(of.firm, filing, of.paid_at.date(), row_ids, next(ids["jobs_run"]))
        self._move(of.firm, filing, state, FilingAction.FINISH_CREDITING, None, of.paid_at.date())
        return Written(of.filed_on, filing, payment, sums)

    def _sent(self, of: Month, ids: Mapping[str, Iterator[int]]) -> tuple[Filing, FilingState]:
        """services.filing.upload, with what submit, approve, record and finish later set on the filing."""
        firm, month, on = of.firm, str(of.month), of.filed_on
        content = borang.content(of.rows)
        digest = hashlib.sha256(content).hexdigest()
        file_id, count, paid_on = next(ids["documents_storedfile"]), len(of.rows), of.paid_at and of.paid_at.date()
        filing = Filing(
            pk=next(ids["contributions_filing"]),
            employer_id=firm.employer_id,
            wage_month=of.month.first_day,
            employer_total=money.from_sen(sum(row.employer_share for row in of.rows) * 100),
            employee_total=money.from_sen(sum(row.employee_share for row in of.rows) * 100),
            paid_on=paid_on,
        )
        self.files.add(file_id, f"borang-a-{month}.csv", len(content), digest, content, firm.maker.pk, copying.NOW)
        totals = money.to_sen(filing.employer_total), money.to_sen(filing.employee_total)
        people = firm.maker.pk, copying.NOW, firm.checker.pk
        self.filings.add(
            *(filing.pk, firm.employer_id, of.month.first_day, FilingState.CREDITED if paid_on else FilingState.APPROVED, file_id, digest, None),
            *(count, count, 0, 0, *totals, on, *people, on, paid_on, paid_on, content_digest.of(borang.as_read(of.rows))),
        )
        data = {"employer": firm.number, "wage_month": month, "sha256": digest, "size": len(content)}
        self._record(firm, firm.maker, "filing.upload", f"filing:{filing.pk}", data)
        self._worked(next(ids["jobs_run"]), reading.PROGRAMME, str(filing.pk), on, [{"filing": filing.pk}], count)
        return filing, FilingState.RECEIVED

    def _read(self, of: Month, filing: Filing, ids: Mapping[str, Iterator[int]]) -> list[int]:
        """services.reading.read: every row valid. The ids of the rows."""
        self._reckoned(filing, LawPurpose.SHARES, 0, EVERY_ROW, filing.wage_month)
        found, lines = [], self.rows.lines
        for line, row in enumerate(of.rows, start=borang.FIRST_LINE):
            person, row_id = row.person, next(ids["contributions_filingrow"])
            found.append(row_id)
            lines.append(
                f"{row_id}\t{filing.pk}\t{line}\t{person.member_id}\t{person.number}\t{person.identity}\t{person.name}\t{row.wages_sen}\t0\t"
                f"{row.employer_share}00\t{row.employee_share}00\t{row.shares.part}\t{row.shares.reference}\t{row.citizenship}\t"
                f"{person.born}\t{person.since}\t{electing.to_text(row.elections, domestic=of.firm.domestic)}\tVALID\t[]\n"
            )
        return found

    def _paid(self, of: Month, filing: Filing, at: datetime, payment_id: int) -> Payment:
        """services.payment.start and receiving.record, with the bank's 00 two minutes later."""
        firm, on = of.firm, at.date()
        payment = Payment(pk=payment_id, filing=filing, amount=filing.total)
        order_no = f"{on:%y%m%d}{_letters(firm.index, of.month)}"
        sen, number = money.to_sen(payment.amount), fpx_id(of)
        self.payments.add(
            *(payment_id, filing.pk, order_no, PaymentMethod.FPX, BANK, sen, PaymentState.APPROVED, number, codes.APPROVED, at + ANSWER_TAKES),
            *(firm.checker.pk, on, at, None, at, True),
        )
        self.messages.add(payment_id, messages.Channel.DIRECT, BODY, MessageVerdict.APPLIED, codes.APPROVED, at)
        asked = {"filing": filing.pk, "order_no": order_no, "amount": str(payment.amount), "bank": BANK, "method": PaymentMethod.FPX}
        sent, done = {"state": PaymentState.SENT}, {"state": PaymentState.APPROVED}
        self._record(firm, firm.checker, "payment.start", f"payment:{payment_id}", {**asked, "before": {}, "after": sent})
        paid = {"fpx_id": number, "paid_on": str(on), "to": "CONTRIBUTION_DUE", "before": sent, "after": done}
        self._record(firm, None, "payment.approved", f"payment:{payment_id}", paid)
        return payment

    def _credited(self, firm: Firm, filing: Filing, on: date, row_ids: Sequence[int], run_id: int) -> None:
        """services.crediting: the run of the filing and its chunks, all done."""
        chunks = crediting.chunks_of(filing.pk, row_ids[0], row_ids[-1])
        self._worked(run_id, crediting.PROGRAMME, str(filing.pk), on, chunks, 0)
        for chunk in chunks:
            self._record(firm, None, "filing.chunk.credited", f"filing:{filing.pk}", {"from_id": chunk["from_id"]})
            self._reckoned(filing, LawPurpose.SPLIT, chunk["from_id"], chunk["to_id"], on)

    def _reckoned(self, filing: Filing, purpose: LawPurpose, from_id: int, to_id: int, on: date) -> None:
        """services.law_used; each edition is asked for once a market."""
        key = purpose, tuple(law.edition(on) for law in known(LAWS[purpose], on))
        if key not in self._editions:
            self._editions[key] = law_used.edition_id(purpose, on)
        self.laws.add(filing.pk, purpose, from_id, to_id, on, self._editions[key])

    def _move(self, firm: Firm, filing: Filing, state: FilingState, action: FilingAction, by: Actor | None, on: date) -> FilingState:
        """services.moves.move; the new state."""
        to = workflow.MOVES[state, action].to
        self.log.add(filing.pk, action, state, to, by and by.pk, "", on, copying.NOW)
        self._record(firm, by, f"filing.{action.lower()}", f"filing:{filing.pk}", {"on": str(on), "before": {"state": state}, "after": {"state": to}})
        return to

    def _worked(self, run_id: int, programme: str, period: str, on: date, payloads: Sequence[dict[str, Any]], progress: int) -> None:
        """A run of kwsp_portal.jobs whose chunks were each done at the first attempt."""
        self.runs.add(run_id, programme, period, on, RunState.DONE, copying.NOW, "", registry.urgency_of(programme), len(payloads))
        for number, payload in enumerate(payloads, start=1):
            self.chunks.add(run_id, number, payload, ChunkState.DONE, 1, 0, 0, copying.NOW, copying.NOW, "", progress, progress)

    def _record(self, firm: Firm, actor: Actor | None, action: str, target: str, data: dict[str, Any]) -> None:
        """audit.record."""
        name, number = (audit.PORTAL, None) if actor is None else (actor.user_id, actor.pk)
        subjects = copying.texts(f"employer:{firm.number}", *(() if actor is None else (f"user:{number}",)))
        self.trail.add(name, number, action, target, False, data, subjects, None)


def fpx_id(of: Month) -> str:
    """The bank's number of a month's payment."""
    return f"DEMO{of.firm.number}{of.month.year % 100:02d}{of.month.month:02d}"


def _letters(index: int, month: WageMonth) -> str:
    """Eight letters and digits that no other month of any employer has, as if by chance."""
    left, found = ((index << 12) + (month.year * 12 + month.month) % 4_096) * _MIXED % (1 << 40), ""
    for _ in range(8):
        left, place = divmod(left, len(_ORDER_ALPHABET))
        found += _ORDER_ALPHABET[place]
    return found
