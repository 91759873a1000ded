"""Bank accounts whose holder's name is nearly the member's (/counter/bank-accounts/): an officer compares the bank book with the person's papers."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal import audit
from kwsp_portal.common import clock
from members import access, labels
from members.enums import BankAccountState
from members.identity.sessions import address_of
from members.selectors import bank_accounts as selectors
from members.services import bank_accounts
from members.views import desk

A_PAGE: Final = 25
ACTS: Final = {"right": True, "wrong": False}


@desk.counter_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first. Who stands on the page reads in the own log that it was looked at."""
    page = Paginator(selectors.to_compare(), A_PAGE).get_page(request.GET.get("page"))
    if page:
        data = {"reason": desk.why(request).value}
        audit.record(actor=request.user, action="bank_account.list", data=data, subjects=[row.member for row in page], ip=address_of(request))  # type: ignore[arg-type]
    return render(request, "members/counter/bank_accounts.html", {"page": page, "lines": [(row, selectors.name_of(row)) for row in page]})


@desk.counter_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Both names side by side; the officer decides once, and the member is told."""
    row = access.bank_account_for(pk)
    if request.method == "POST":
        act = request.POST.get("action", "")
        if act not in ACTS:
            raise BadRequest("action: expected right or wrong")
        try:
            right, at = ACTS[act], clock.now()
            bank_accounts.decide(account=row, right=right, by=request.user, at=at, ip=address_of(request))  # type: ignore[arg-type]
        except bank_accounts.Decided:
            if row.decided_by_id != request.user.pk:
                messages.info(request, _("Ini sudah diputuskan: rakan sekerja atau ahli mungkin sudah membuatnya. Keadaan terkini di bawah."))
            return HttpResponseRedirect(reverse("counter:bank_account", args=[pk]))
        messages.success(request, _("Akaun diterima. Ahli dimaklumkan.") if right else _("Akaun ditolak. Ahli dimaklumkan."))
        return HttpResponseRedirect(reverse("counter:bank_accounts"))
    desk.seen(request, row.member)
    context = {
        "row": row,
        "name": selectors.name_of(row),
        "label": labels.BANK_ACCOUNT_STATES[row.state],
        "waits": row.state == BankAccountState.REVIEW,
    }
    return render(request, "members/counter/bank_account.html", context)
