"""A member's monthly direct debit (/member/voluntary/monthly/): what is debited and when, allowing another under a code, stopping one."""

from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import VoluntaryKind
from contributions.models.direct_debit import OPEN
from contributions.services import leave, voluntary
from contributions.services import monthly_debits as services
from contributions.views.doubts import no_incentive
from contributions.views.voluntary_paying import words_of
from kwsp_portal.bank import accounts
from kwsp_portal.common import clock
from members import access as members_access
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import member_required
from members.identity.sessions import address_of
from members.identity.tac_step import TacStep
from members.models import Member

_OVER: Final = frozenset({"USED", "SPENT"})
_FIELD: Final = {"ABOVE_CEILING": "amount", "NOT_REGISTERED": "kind", services.OPEN_ALREADY: "kind"}
"""Beside which field a refusal is said; the others stand for the whole."""


@member_required
@require_safe
def monthly_debits(request: HttpRequest) -> HttpResponse:
    """What is in force or being verified, and what was before."""
    member, on = _member(request), clock.business_date()
    known = [(one, labels.MANDATE[one.state], labels.VOLUNTARY_KIND[one.kind], accounts.name(one.bank)) for one in services.of_member(member)]
    doubts = {kind: no_incentive(member=member, kind=VoluntaryKind(kind), on=on) for kind in {one.kind for one, *_ in known if one.state in OPEN}}
    context = {
        "member": member,
        "open": [(*entry, doubts[entry[0].kind]) for entry in known if entry[0].state in OPEN],
        "before": [(*entry, labels.MONTHLY_REASON.get(entry[0].reason, "")) for entry in known if entry[0].state not in OPEN],
        "room": voluntary.room(member=member, on=on),
        "year": on.year,
    }
    return render(request, "members/monthly_debits.html", context)


@member_required
@never_cache
@sensitive_post_parameters("account", "tac")
@require_http_methods(["GET", "HEAD", "POST"])
def monthly_debit_new(request: HttpRequest) -> HttpResponse:
    """Kind, amount, day and account, then the phone's code for just these."""
    member, on, at = _member(request), clock.business_date(), clock.now()
    form = forms.MonthlyForm(request.POST if request.method == "POST" else None, kinds=voluntary.kinds_for(member, on=on), on=on)
    typed = dict(form.cleaned_data) if form.is_bound and form.is_valid() else {}
    step = TacStep.of(request, purpose=Purpose.DIRECT_DEBIT, shown=leave.to_debit_monthly(**typed) if typed else {"whose": leave.MONTHLY})
    answer = _asked(request, member, step, form, on, at) if typed else None
    if answer is not None:
        return answer
    wrong = bool(form.is_bound and form.errors) or bool(step.refusal)
    doubt = no_incentive(member=member, kind=typed["kind"], on=on) if typed else None
    context = {"member": member, "form": form, "doubt": doubt, "box": step.box(at=at), "room": voluntary.room(member=member, on=on), "year": on.year}
    return render(
        request,
        "members/monthly_debit_new.html",
        {**context, "form_errors": wrong},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
    )


@member_required
@require_POST
def monthly_debit_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more is collected. A second click finds it stopped."""
    found = access.monthly_debit_for(_member(request), pk)
    by: Any = request.user
    services.stop(mandate_id=found.pk, by=by, on=clock.business_date(), at=clock.now(), ip=address_of(request))
    messages.success(request, _("Debit bulanan dihentikan. Apa yang sudah dalam fail kepada bank masih boleh didebit."))
    return redirect("member:monthly_debits")


def _asked(request: HttpRequest, member: Member, step: TacStep, form: forms.MonthlyForm, on: date, at: datetime) -> HttpResponse | None:
    """The way on once it is applied for; None where the page is shown again."""
    typed = form.cleaned_data
    by: Any = request.user
    try:
        if step.wanted():
            services.check(member=member, kind=typed["kind"], amount=typed["amount"], on=on)
            step.send(at=at)
            return None
        services.apply(**typed, by=by, approval=step.approval(at=at), on=on, at=at, ip=address_of(request))
    except voluntary.NotPayable as error:
        if not step.wanted() and _is_there(member, typed):
            return redirect("member:monthly_debits")
        for refusal in error.refusals:
            form.add_error(_FIELD.get(refusal.code), words_of(refusal))
        return None
    except tac.Refused as refused:
        if refused.code in _OVER and _is_there(member, typed):
            return redirect("member:monthly_debits")
        step.refuse(refused)
        return None
    messages.success(request, _("Permohonan debit bulanan diterima. Bank mengesahkan akaun itu; anda dimaklumkan di peti masuk."))
    return redirect("member:monthly_debits")


def _is_there(member: Member, typed: dict[str, Any]) -> bool:
    """The form sent twice: just this was applied for already."""
    found = services.open_of(member=member, kind=typed["kind"])
    asked: tuple[int, str, str, Decimal] = (typed["day"], typed["bank"], typed["account"], typed["amount"])
    return found is not None and (found.day, found.bank, found.account, found.ceiling) == asked


def _member(request: HttpRequest) -> Member:
    return members_access.member_for(request.user)  # type: ignore[arg-type]
