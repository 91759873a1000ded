"""Starting a payment of an approved filing, of what its lateness cost, or of both: an order of ours, which the payer's browser takes to the bank.
What the bank says: receiving.

The bank is called between transactions (C-12): intent is committed, the bank is asked with our order number, its answer is
recorded.
"""

import contextlib
import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from contributions.enums import DueKind, FilingAction, MandateState, PaymentMethod
from contributions.models import Filing, Mandate, Payment, PaymentDue, VoluntaryOrder
from contributions.selectors import late_dues
from contributions.services import leave, moves, parts, ways
from contributions.services.parts import Part, ToPay
from employers import access as employers_access
from employers.enums import Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import limits
from kwsp_portal.bank.fpx import client, messages
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.templatetags import formats
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User

LAST_COLLECTION = timedelta(days=60)
"""How far ahead a day of collection may be chosen (assumed)."""
_ORDER_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class PaymentRefused(Exception):
    """Why no payment can be started; `refusal` says it in data."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


def start(
    *,
    filing_id: int,
    bank_code: str = "",
    by: User,
    approval: Approval,
    on: date,
    at: datetime,
    part: int | None = None,
    method: PaymentMethod = PaymentMethod.FPX,
    collect_on: date | None = None,
    late: Collection[DueKind] = (),
) -> Payment:
    """An order for an approved filing, or for one part of it, ready to be taken to the bank by the payer's browser.

    `late`: what of its lateness is paid with it, to the sen as it stands if it is paid today, or on the day `collect_on`; alone where the filing is
    paid already.

    `part`: of the parts in which `parts.of_filing` pays it; the first that is open where none is named. `bank_code` is one of FPX's list; a way
    that is one bank's own has its own. `approval` is what the payer's code left for this amount (`leave.to_pay`), and is spent here. Raises
    tac.Refused. A direct debit is taken to no bank: it is collected on the day `collect_on`, under the employer's mandate.

    Raises moves.NotAllowed when the filing cannot be paid by this person now, PaymentRefused when an order for it is still open
    (PAYMENT_IN_FLIGHT), the part is paid (PART_PAID), FPX cannot carry the amount (ruling 26a), the way is not offered (METHOD_NOT_OFFERED) or cannot
    be collected (NO_MANDATE, ABOVE_CEILING, COLLECT_DAY), nothing of the lateness is open (NOTHING_LATE) or it cannot go with a part (LATE_APART).
    The trail keeps them.
    """
    with refusals_kept(filing_id, by), transaction.atomic():
        filing, to_pay = payable(filing_id, by, on, part, late, collect_on or on)
        _check_carried(to_pay, on)
        _check_offered(method, on)
        order = Payment(filing=filing, method=method, bank_code=ways.ONE_BANK.get(method, bank_code))
        if method == PaymentMethod.DDA:
            order.mandate, order.collect_on = _mandate(filing, to_pay, on, collect_on), collect_on
            order.bank_code = order.mandate.bank
        shown = leave.to_pay(filing, to_pay.part, collect_on=order.collect_on, dues=to_pay.dues)
        tac.spend(approval=approval, user=by, purpose=Purpose.EMPLOYER_PAYMENT, shown=shown, at=at)
        return make_order(order, to_pay, by, on, at)


def check(*, filing_id: int, by: User, on: date, part: int | None = None, late: Collection[DueKind] = (), collect_on: date | None = None) -> ToPay:
    """What `start` would make an order for now, so that the bank is asked nothing in vain. Raises as `start`."""
    with refusals_kept(filing_id, by), transaction.atomic():
        _filing, to_pay = payable(filing_id, by, on, part, late, collect_on or on)
        _check_carried(to_pay, on)
        return to_pay


def may_pay_late(*, filing: Filing, by: User, on: date) -> bool:
    """Whether `by` may pay what the lateness of a filing cost that is paid already; the page asks what the service enforces."""
    return filing.state in late_dues.SETTLED and Right.APPROVE in employers_access.rights_of(by, filing.employer, on=on)


@contextlib.contextmanager
def refusals_kept(filing_id: int, by: User) -> Iterator[None]:
    """What refuses a payment of the filing is in the trail, though its transaction is undone."""
    try:
        yield
    except (moves.NotAllowed, PaymentRefused) as refused:
        audit.record_refusal(
            actor=by, action="payment.start", target=f"filing:{filing_id}", data={"code": str(refused)}, subjects=moves.whose(filing_id)
        )
        raise


def payable(filing_id: int, by: User, on: date, part: int | None, late: Collection[DueKind], paid_on: date) -> tuple[Filing, ToPay]:
    """The filing, locked, and what one payment of it by this person is to bring, whatever the way. Raises moves.NotAllowed, PaymentRefused."""
    if late:
        # Whoever pays or prices what was late of the same employer at the same time waits here: the employer before its filings, as everywhere.
        Employer.objects.select_for_update(of=("self",), no_key=True).get(filings=filing_id)
    filing = moves.locked(filing_id)
    alone = bool(late) and filing.state in late_dues.SETTLED
    if alone:
        if not may_pay_late(filing=filing, by=by, on=on):
            raise moves.NotAllowed("NO_RIGHT")
    else:
        moves.check(filing=filing, action=FilingAction.PAY, by=by, on=on)
    found = ToPay(
        part=None if alone else _open_part(parts.of_filing(filing=filing, on=on), part),
        dues=late_dues.chosen(late_dues.open_of(filing=filing, paid_on=paid_on, on=on), late) if late else (),
    )
    refusal = _why_not(found)
    if refusal is not None:
        raise PaymentRefused(refusal)
    return filing, found


def _check_carried(to_pay: ToPay, on: date) -> None:
    """Whether a bank carries the amount (ruling 26a). Raises PaymentRefused."""
    refusal = limits.why_not_payable(amount=to_pay.amount, payer=limits.Payer.COMPANY, on=on)
    if refusal is not None:
        raise PaymentRefused(refusal)


def _why_not(found: ToPay) -> Refusal | None:
    if found.part is None and not found.dues:
        return Refusal("NOTHING_LATE", "Peraturan 10")
    if found.part is not None and found.part.of > 1 and found.dues:
        return Refusal("LATE_APART", "Peraturan 26a", {"parts": str(found.part.of)})
    return None


def _check_offered(method: PaymentMethod, on: date) -> None:
    """Raises PaymentRefused."""
    known = ways.offered(on=on)
    if method not in known:
        raise PaymentRefused(Refusal("METHOD_NOT_OFFERED", "Peraturan 17a", {"found": method.value, "known": ", ".join(known) or "-"}))


def _open_part(of: Sequence[Part], number: int | None) -> Part:
    """The part that is asked for, or the first that is open. Raises PaymentRefused."""
    asked = [part for part in of if number is None or part.number == number]
    found = next((part for part in asked if part.open), None)
    if found is not None:
        return found
    waiting = next((part.payment for part in asked if part.payment and not part.paid), None)
    if waiting is not None:
        raise PaymentRefused(Refusal("PAYMENT_IN_FLIGHT", "", {"order_no": waiting.order_no}))
    raise PaymentRefused(Refusal("PART_PAID", "", {"part": str(number), "parts": str(len(of))}))


def _mandate(filing: Filing, to_pay: ToPay, on: date, collect_on: date | None) -> Mandate:
    """Under which the part is collected on that day, kept from ending until the transaction does. Raises PaymentRefused."""
    found = Mandate.objects.select_for_update(no_key=True).filter(employer=filing.employer, state=MandateState.ACTIVE).first()
    if found is None:
        raise PaymentRefused(Refusal("NO_MANDATE", ""))
    if to_pay.amount > found.ceiling:
        raise PaymentRefused(Refusal("ABOVE_CEILING", "", {"limit": f"{found.ceiling:.2f}", "amount": f"{to_pay.amount:.2f}"}))
    first, last = collection_days(on)
    if collect_on is None or not first <= collect_on <= last:
        days = {"found": "-" if collect_on is None else formats.day(collect_on), "first": formats.day(first), "last": formats.day(last)}
        raise PaymentRefused(Refusal("COLLECT_DAY", "", days))
    return found


def collection_days(on: date) -> tuple[date, date]:
    """The first and the last day that may be chosen today: the file of today may be made already."""
    return on + timedelta(days=1), on + LAST_COLLECTION


def new_order_no(on: date) -> str:
    """Ours, which nobody can guess."""
    return f"{on:%y%m%d}" + "".join(secrets.choice(_ORDER_ALPHABET) for _ in range(8))


def make_order(payment: Payment, to_pay: ToPay, by: User, on: date, at: datetime) -> Payment:
    """Write an order, of which the caller has said filing and way, with what it is to bring. In the caller's transaction."""
    filing, part = payment.borang_a, to_pay.part
    payment.order_no = new_order_no(on)
    payment.amount, payment.late = to_pay.amount, to_pay.late
    payment.part, payment.parts = (part.number, part.of) if part else (1, 1)
    # The bank repeats the time to the second.
    payment.started_by, payment.started_on, payment.started_at = by, on, at.replace(microsecond=0)
    payment.save(force_insert=True)
    PaymentDue.objects.bulk_create([PaymentDue(payment=payment, kind=due.kind, filing=due.filing, amount=due.amount) for due in to_pay.dues])
    data = {
        "filing": filing.pk,
        "order_no": payment.order_no,
        "amount": str(payment.amount),
        "bank": payment.bank_code,
        "method": str(payment.method),
    }
    if payment.late:
        data["late"] = str(payment.late)
    if payment.collect_on is not None:
        data["collect_on"] = payment.collect_on.isoformat()
    audit.record(actor=by, action="payment.start", target=payment, data=data, subjects=[filing.employer], before={}, after={"state": payment.state})
    return payment


def order_of(payment: Payment) -> client.Order:
    """The order as the bank knows it: the same values make its AR and, later, its AE.

    What a confirmation is compared with (client.disagreements: numbers, amount, time) never changes after the order is made;
    names, which may, are not compared.
    """
    if payment.voluntary is not None:
        return _of_person(payment, payment.voluntary)
    filing, by = payment.borang_a, payment.started_by
    part = f"-{payment.part}" if payment.parts > 1 else "-L" if not payment.contribution else ""
    return client.Order(
        order_no=payment.order_no,
        amount=payment.amount,
        bank_id=payment.bank_code,
        buyer_name=filing.employer.name,
        product=f"KWSP {'A' if payment.contribution else 'L'} {filing.wage_month:%Y-%m} {filing.employer.number}",
        ordered_at=payment.started_at,
        reference=f"{filing.employer.number}-{filing.pk}{part}",
        maker_name=by.name if by else "",
    )


def _of_person(payment: Payment, asked: VoluntaryOrder) -> client.Order:
    """A person pays (B2C); the bank learns for which member number, and no name but the payer's."""
    return client.Order(
        order_no=payment.order_no,
        amount=payment.amount,
        bank_id=payment.bank_code,
        buyer_name=asked.payer.name,
        product=f"KWSP V {asked.member.number}",
        ordered_at=payment.started_at,
        model=messages.Model.B2C,
        reference=f"V{asked.member.number}-{asked.pk}",
    )


WORDS = {
    "AT_THE_BANK": gettext_noop("Bank sudah memegang pesanan ini. Batalkan di halaman bank, atau tunggu jawapan bank."),
    "BANK_SILENT": gettext_noop("Bank tidak menjawab, jadi tidak dapat dipastikan pesanan ini belum dibayar. Cuba sebentar lagi."),
    "PART_PAID": gettext_noop("Bahagian %(part)s daripada %(parts)s sudah dibayar. Bayar bahagian yang lain."),
    "PAYMENT_IN_FLIGHT": gettext_noop("Bayaran %(order_no)s masih menunggu jawapan bank. Tunggu jawapannya, atau semak dengan bank."),
    "COLLECTED": gettext_noop("Debit ini sudah dalam fail kepada bank, dan tidak boleh dibatalkan lagi. Tunggu jawapan bank."),
    "NO_MANDATE": gettext_noop("Majikan ini tiada kebenaran debit terus yang berkuat kuasa. Pentadbir majikan memohonnya di halaman debit terus."),
    "ABOVE_CEILING": gettext_noop("Amaun RM %(amount)s melebihi had kebenaran debit terus, RM %(limit)s setiap kutipan. Bayar dengan cara lain."),
    "COLLECT_DAY": gettext_noop("Hari kutipan: ditemui %(found)s, dijangka dari %(first)s hingga %(last)s."),
    "CREDIT_SHORT": gettext_noop(
        "Wang majikan pada KWSP: ditemui RM %(found)s, dijangka sekurang-kurangnya RM %(needed)s. Ia tidak membayar sebahagian; bayar dengan cara "
        "lain, dan wang itu kekal milik majikan."
    ),
    "CREDIT_FROZEN": gettext_noop("Akaun majikan yang menyimpan wang ini dibekukan. Bayar dengan cara lain, atau hubungi KWSP."),
    "NOTHING_LATE": gettext_noop("Tiada caj lewat bayar atau dividen yang perlu dibayar bagi bulan ini, atau bayarannya sedang dalam proses."),
    "LATE_APART": gettext_noop(
        "Borang A ini dibayar dalam %(parts)s bahagian. Bayar bahagian itu dahulu; caj dan dividen dibayar berasingan selepas semuanya diterima."
    ),
    "METHOD_NOT_OFFERED": gettext_noop("Cara %(found)s tidak ditawarkan pada hari ini, dijangka satu daripada: %(known)s."),
    "FPX_BELOW_MINIMUM": gettext_noop("Amaun RM %(amount)s kurang daripada had minimum FPX, RM %(limit)s."),
    "FPX_ABOVE_MAXIMUM": gettext_noop(
        "Amaun RM %(amount)s melebihi had FPX RM %(limit)s bagi satu transaksi. Bayar dalam bahagian yang lebih kecil, atau gunakan saluran lain."
    ),
}
"""What a PaymentRefused says; figures from the refusal's details (words_of)."""
_RINGGIT = re.compile(r"[0-9]+\.[0-9]{2}", re.ASCII)


def words_of(refusal: Refusal) -> str:
    """What it says, in the active language, its amounts as every page has them."""
    figures = {name: formats.amount(text) if _RINGGIT.fullmatch(text) else text for name, text in refusal.details.items()}
    return gettext(WORDS[refusal.code]) % figures
