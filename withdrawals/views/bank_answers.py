"""What the bank said of each payment of the payout files, at the desk: row by row, and what it has not answered for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kwsp_portal.bank import accounts
from kwsp_portal.common import clock
from members import labels as members_labels
from members.identity.gates import officer_required
from withdrawals import access, labels
from withdrawals.selectors import bank_answers as selectors
from withdrawals.views.desk import READERS


@officer_required(*READERS)
@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """The payout files, the newest first."""
    page, rows = selectors.files(number=request.GET.get("page"), on=clock.business_date())
    context = {"page": page, "rows": rows, "waiting": selectors.how_many_wait()}
    return render(request, "withdrawals/desk/payout_files.html", context)


@officer_required(*READERS)
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """One file, row by row; `?list=` chooses by what the bank said."""
    found, which = access.payout_file_for(pk), request.GET.get("list", "all")
    which = which if which in selectors.LISTS else "all"
    page, rows = selectors.rows_of(found, which=which, number=request.GET.get("page"), on=clock.business_date())
    lists = [(name, words, selectors.how_many(found)[name]) for name, words in labels.BANK_ANSWERS.items()]
    context = {"found": found, "page": page, "lines": [_line(one) for one in rows], "which": which, "lists": lists}
    return render(request, "withdrawals/desk/payout_file.html", context)


@officer_required(*READERS)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Every payment that the bank has not answered for, the oldest first."""
    page, rows = selectors.waiting(number=request.GET.get("page"), on=clock.business_date())
    return render(request, "withdrawals/desk/payouts_waiting.html", {"page": page, "lines": [_line(one) for one in rows]})


def _line(one: selectors.Row) -> dict[str, Any]:
    """A row in words. Its owner is who has the application, or decided about it; nobody where the rules alone did."""
    application = one.payment.application if one.payment else None
    owner = (application.officer or application.decided_by) if application else None
    order = one.order
    reason = labels.ORDER_NOT_PAID if order else labels.NOT_PAID.get(one.payout.reason, "")
    return {
        "row": one,
        "application": application,
        "matter": labels.KINDS[application.kind] if application else members_labels.PAYOUT_KIND.get(one.payout.kind, one.payout.kind),
        "to": f"{accounts.name(one.payout.bank)} {one.payout.masked}",
        "order": order,
        "label": labels.BANK_ANSWER[one.payout.state],
        "reason": reason if one.payout.reason else "",
        "owner": owner.name if owner else "",
    }
