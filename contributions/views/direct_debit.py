"""Direct debit of an employer: how it stands and what was collected; applied for, and ended, by the administrator (/employer/direct-debit/)."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import PaymentMethod
from contributions.models.direct_debit import OPEN
from contributions.selectors import payments as selectors
from contributions.selectors.payments import Wanted
from contributions.services import leave, mandates
from contributions.views import shared
from employers import labels as employers_labels
from employers.services import people
from employers.views.coded import CodedAct, administered
from kwsp_portal.bank import accounts
from kwsp_portal.common import clock
from members.identity.enums import Purpose
from members.identity.gates import representative_required
from members.identity.sessions import address_of


@representative_required
@require_safe
def direct_debit(request: HttpRequest) -> HttpResponse:
    """The mandate that is open, those before it, and every collection."""
    return _page(request)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def direct_debit_new(request: HttpRequest) -> HttpResponse:
    """Apply for a mandate, under a code."""
    return Applying(request).answer()


@representative_required
@require_POST
def direct_debit_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End it: nothing more is collected. A second click finds it ended."""
    found = access.mandate_for(administered(request), pk)
    try:
        if found.state in OPEN:
            mandates.end(mandate_id=found.pk, by=request.user, on=clock.business_date(), at=clock.now(), ip=address_of(request))  # type: ignore[arg-type]
            messages.success(
                request, _("Debit terus ditamatkan. Tiada apa-apa lagi dikutip; apa yang sudah dalam fail kepada bank masih boleh didebit.")
            )
    except people.NotAllowed as error:
        status, words = employers_labels.NOT_ALLOWED[error.code]
        return _page(request, refused=str(words), status=status)
    return HttpResponseRedirect(reverse("employer:direct_debit"))


def _page(request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    employer, on = shared.employer_of(request), clock.business_date()
    known = [(one, labels.MANDATE[one.state], accounts.name(one.bank)) for one in employer.mandates.select_related("applied_by", "ended_by")]
    collected = selectors.payments_of(employer=employer, wanted=Wanted(method=PaymentMethod.DDA))
    page = selectors.page_of(collected, request.GET.get("page"))
    context = {
        "acting_for": employer.name,
        "now": next((entry for entry in known if entry[0].state in OPEN), None),
        "before": [(*entry, labels.BANK_REASON.get(entry[0].reason, "")) for entry in known if entry[0].state not in OPEN],
        "page": page,
        "lines": [(payment, labels.of_payment(payment.method, payment.state)) for payment in page],
        "may": mandates.may_administer(employer=employer, by=request.user, on=on),  # type: ignore[arg-type]
        "refused": refused,
        "form_errors": bool(refused),
    }
    return render(request, "contributions/direct_debit.html", context, status=status)


class Applying(CodedAct):
    """Which account, up to how much."""

    template = "contributions/direct_debit_new.html"
    action = "mandate.apply"
    purpose = Purpose.DIRECT_DEBIT
    checked_first = True

    def prepare(self) -> None:
        self.form = forms.MandateForm(self.sent())
        typed = self.typed()
        self.bank, self.account = str(typed.get("bank", "")), str(typed.get("account", ""))
        self.ceiling: Decimal = typed.get("ceiling") or Decimal(0)

    def shown(self) -> dict[str, str]:
        return leave.to_debit(self.employer, bank=self.bank, account=self.account, ceiling=self.ceiling)

    def check(self) -> None:
        mandates.check(employer=self.employer, by=self.by, on=self.on)

    def do(self, **leave: Any) -> None:
        mandates.apply(employer=self.employer, bank=self.bank, account=self.account, ceiling=self.ceiling, **leave)

    def did(self) -> bool:
        last = self.employer.mandates.first()
        return last is not None and last.applied_by_id == self.by.pk and (last.bank, last.account) == (self.bank, self.account)

    def done(self) -> HttpResponse:
        messages.success(self.request, _("Permohonan debit terus diterima. Bank mengesahkan akaun itu; anda dimaklumkan di peti masuk."))
        return HttpResponseRedirect(reverse("employer:direct_debit"))
