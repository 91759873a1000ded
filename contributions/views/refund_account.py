"""Where an employer's refunds go: the account and those before it; another is asked for by the administrator (/employer/refund-account/)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contributions import forms, labels
from contributions.enums import RefundAccountState
from contributions.services import leave, refund_accounts
from contributions.views import shared
from employers.views.coded import CodedAct
from kwsp_portal.bank import accounts
from kwsp_portal.common import clock
from members.identity.enums import Purpose
from members.identity.gates import representative_required

OPEN = (RefundAccountState.ASKED, RefundAccountState.CURRENT)


@representative_required
@require_safe
def refund_account(request: HttpRequest) -> HttpResponse:
    """The account now, the one that its bank is asked about, and those before."""
    employer = shared.employer_of(request)
    known = [
        (one, labels.REFUND_ACCOUNT[one.state], accounts.name(one.bank), labels.REFUND_ACCOUNT_END.get(one.why, ""))
        for one in employer.refund_accounts.select_related("asked_by")
    ]
    context = {
        "acting_for": employer.name,
        "now": [entry for entry in known if entry[0].state in OPEN],
        "before": [entry for entry in known if entry[0].state not in OPEN],
        "may": refund_accounts.may_administer(employer=employer, by=request.user, on=clock.business_date()),  # type: ignore[arg-type]
    }
    return render(request, "contributions/refund_account.html", context)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def refund_account_new(request: HttpRequest) -> HttpResponse:
    """Ask for an account, under a code."""
    return Asking(request).answer()


class Asking(CodedAct):
    """To which account refunds go from now on."""

    template = "contributions/refund_account_new.html"
    action = "refund_account.ask"
    purpose = Purpose.REFUND_ACCOUNT

    def prepare(self) -> None:
        self.form = forms.AccountForm(self.sent())
        typed = self.typed()
        self.bank, self.account = str(typed.get("bank", "")), str(typed.get("account", ""))

    def shown(self) -> dict[str, str]:
        return leave.to_refund(self.employer, bank=self.bank, account=self.account)

    def check(self) -> None:
        refund_accounts.check(employer=self.employer, bank=self.bank, account=self.account, by=self.by, on=self.on, at=clock.now())

    def do(self, **leave: Any) -> None:
        refund_accounts.ask(employer=self.employer, bank=self.bank, account=self.account, **leave)

    def did(self) -> bool:
        last = self.employer.refund_accounts.first()
        return last is not None and last.asked_by_id == self.by.pk and (last.bank, last.number) == (self.bank, self.account)

    def done(self) -> HttpResponse:
        messages.success(self.request, _("Akaun itu diterima. Bank mengesahkan bahawa ia milik majikan ini; anda dimaklumkan di peti masuk."))
        return HttpResponseRedirect(reverse("employer:refund_account"))
