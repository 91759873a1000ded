"""An employer's payments: the list with its filters, the same as a CSV file, and the receipt of one as a file."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contributions import access, forms, labels
from contributions.borang_a import template
from contributions.enums import PaymentMethod, PaymentState
from contributions.models import Payment
from contributions.models.credit_uses import SOURCES
from contributions.selectors import credit, suspense
from contributions.selectors import payments as selectors
from contributions.selectors.payments import Wanted
from contributions.services import refund_payouts
from contributions.views import shared
from kwsp_portal.bank import accounts, banks
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from kwsp_portal.templatetags import formats
from members.identity.gates import representative_required

TEXT = "text/plain; charset=utf-8"


@representative_required
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """Every attempt to pay, the newest first."""
    employer = shared.employer_of(request)
    wanted = _wanted(request)
    found = selectors.payments_of(employer=employer, wanted=wanted)
    counts = selectors.states_of(employer=employer)
    page = selectors.page_of(found, request.GET.get("page"))
    back = selectors.refunds_of([payment.pk for payment in page])
    context = {
        "acting_for": employer.name,
        "page": page,
        "lines": [
            (
                payment,
                labels.of_payment(payment.method, payment.state),
                labels.paid_with(payment.method, payment.bank_code),
                labels.REFUND.get(back.get(payment.pk, "")),
            )
            for payment in page
        ],
        "summary": selectors.summary(found),
        "form": forms.PaymentsForm(
            initial={"month": wanted.month, "method": wanted.method, "state": wanted.state},
            months=selectors.months_of(employer=employer),
            states=[state for state in PaymentState if counts.get(state)],
        ),
        "all": sum(counts.values()),
        "query": request.GET.urlencode(),
        "suspended": suspense.total_of(employer),
    }
    return render(request, "contributions/payments.html", context)


@representative_required
@require_safe
def payments_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list, every page of it; that it was taken is in the log."""
    employer = shared.employer_of(request)
    found = selectors.payments_of(employer=employer, wanted=_wanted(request))
    head = [_("No. pesanan"), _("Bulan upah"), _("Bahagian bayaran"), _("Kaedah"), _("Bank"), _("Jumlah (RM)"), _("Diambil oleh bank (RM)")]
    head += [_("Status"), _("No. transaksi bank"), _("Masa bayaran (waktu Malaysia)"), _("Dimulakan pada"), _("Dimulakan oleh"), _("Bayaran balik")]
    back = {code: str(label.words) for code, label in labels.REFUND.items()}
    content = template.csv_lines(head, _csv_rows(found.iterator(), back, selectors.refunds_of(found.values("pk"))))
    return downloads.handed_out(request, content, name=f"bayaran-{employer.number}.csv", target=employer, subjects=[employer])


@representative_required
@require_safe
def payment_receipt(request: HttpRequest, order_no: str) -> HttpResponseBase:
    """The receipt of a payment that the bank approved, as a text file. Raises Http404 for any other."""
    employer = shared.employer_of(request)
    found = access.payment_for(employer, order_no)
    if found.state != PaymentState.APPROVED:
        raise Http404
    content = "".join(f"{name}: {value}\r\n" for name, value in _receipt(found)).encode("utf-8-sig")
    return downloads.handed_out(request, content, name=f"resit-{found.order_no}.txt", content_type=TEXT, target=found, subjects=[employer])


def _wanted(request: HttpRequest) -> Wanted:
    """What the address asks for; what cannot be read asks for nothing."""
    method, state = request.GET.get("method", ""), request.GET.get("state", "")
    return Wanted(
        month=shared.month_of(request.GET.get("month")),
        method=PaymentMethod(method) if method in set(PaymentMethod) else None,
        state=PaymentState(state) if state in set(PaymentState) else None,
    )


def _csv_rows(found: Iterator[Payment], words: dict[str, str], refunds: dict[int, str]) -> Iterator[list[str]]:
    for payment in found:
        yield [
            payment.order_no,
            str(WageMonth.of(payment.borang_a.wage_month)),
            f"{payment.part} / {payment.parts}",
            str(labels.METHOD[payment.method]),
            banks.name(payment.bank_code),
            f"{payment.amount:.2f}",
            f"{payment.debited or payment.amount:.2f}" if payment.paid_at else "",
            str(labels.of_payment(payment.method, payment.state).words),
            payment.fpx_id,
            formats.moment(payment.paid_at) if payment.paid_at else "",
            formats.day(payment.started_on),
            _safe(payment.started_by.name) if payment.started_by else "",
            words.get(refunds.get(payment.pk, ""), ""),
        ]


def _safe(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _receipt(found: Payment) -> list[tuple[str, str]]:
    filing = found.borang_a
    month = WageMonth.of(filing.wage_month)
    counted = _("dikira bagi Borang A ini") if found.counts else _("kredit majikan: apa yang dibayarnya sudah dibayar")
    return [
        (_("Resit bayaran"), found.order_no),
        (_("Majikan"), f"{filing.employer.name}, {filing.employer.number}"),
        (_("Bulan upah"), formats.month(month)),
        (_("Bulan caruman"), formats.month(month.contribution_month)),
        (_("Bilangan pekerja"), formats.count(filing.rows_total)),
        (_("Jumlah Borang A"), formats.money(filing.total)),
        (_("Bahagian bayaran"), f"{found.part} / {found.parts}"),
        *[(str(labels.DUE[due.kind]), formats.money(due.amount)) for due in found.dues.all()],
        (_("Jumlah"), formats.money(found.amount)),
        (_("Kaedah"), labels.paid_with(found.method, found.bank_code)),
        *[
            (_("Diambil daripada"), f"{formats.money(one.amount)}, {credit.name_of(*(getattr(one, source) for source in SOURCES))}")
            for one in credit.made_of(found)
        ],
        (str(labels.NUMBER[found.method]), found.fpx_id),
        (_("Masa bayaran (waktu Malaysia)"), formats.moment(found.paid_at)),
        *([(_("Dimulakan oleh"), found.started_by.name)] if found.started_by else []),
        (_("Status"), f"{labels.PAYMENT[found.state].words}, {counted}"),
        *_given_back(found),
    ]


def _given_back(found: Payment) -> list[tuple[str, str]]:
    """What became of the money where the employer asked to have it back."""
    refund = found.refunds.order_by("-pk").first()
    payout = refund_payouts.payout_of(refund) if refund else None
    if refund is None:
        return []
    rows = [(_("Bayaran balik"), str(labels.REFUND[refund.state].words))]
    if payout is not None:
        rows.append((_("Ke akaun"), f"{accounts.name(payout.bank)} {payout.masked} ({payout.number})"))
    if payout is not None and payout.paid_at is not None:
        rows.append((_("Dibayar oleh bank"), f"{formats.moment(payout.paid_at)}, {payout.bank_id}"))
    return rows
