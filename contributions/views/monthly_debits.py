"""A member's monthly direct debits (/member/voluntary/monthly/), for the own account or another member's: what is debited and when, allowing another
under a code once all that was said was read again, stopping one."""

from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import VoluntaryKind
from contributions.models import Mandate
from contributions.models.direct_debit import OPEN
from contributions.services import leave, voluntary
from contributions.services import monthly_debits as services
from contributions.views import payees
from contributions.views.doubts import NoIncentive, no_incentive
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
_AGREED: Final = ("kind", "amount", "day", "bank", "account")


class _Debit(NamedTuple):
    """One debit in words; another member's name masked."""

    debit: Mandate
    label: labels.Label
    kind: Any
    bank: str
    name: str
    reason: Any


@member_required
@require_safe
def monthly_debits(request: HttpRequest) -> HttpResponse:
    """What is in force or being verified, and what was before."""
    payer, on = _member(request), clock.business_date()
    known = [_debit(one) for one in services.of_payer(payer)]
    standing = [one for one in known if one.debit.state in OPEN]
    # Of another member it is said once, before it is allowed: this page is no place to watch them from.
    own = {one.debit.kind for one in standing if one.debit.whom is None}
    doubts = {kind: no_incentive(member=payer, kind=VoluntaryKind(kind), on=on) for kind in own}
    context = {
        "member": payer,
        "open": [(one, _doubt(one.debit, doubts)) for one in standing],
        "before": [one for one in known if one.debit.state not in OPEN],
        "room": voluntary.room(member=payer, on=on),
        "year": on.year,
    }
    return render(request, "members/monthly_debits.html", context)


@member_required
@never_cache
@sensitive_post_parameters("account", "tac")
@require_http_methods(["GET", "HEAD", "POST"])
def monthly_debit_new(request: HttpRequest) -> HttpResponse:
    """For whom, kind, amount, day and account; a POST shows what was said once more, with the phone's code for just that."""
    payer, on = _member(request), clock.business_date()
    if request.method != "POST" or "change" in request.POST:
        given = request.POST.dict() if request.method == "POST" else {"whom": forms.SELF}
        return _form_page(request, payer, forms.MonthlyForm(on=on, initial=given))
    form = forms.MonthlyForm(request.POST, on=on)
    try:
        whom = payees.payee(request, payer, form) if form.is_valid() else None
        if whom is not None:
            return _checked(request, payer, whom, form, on, clock.now())
    except voluntary.TooMany as error:
        payees.say_too_many(form, error)
        return _form_page(request, payer, form, status=HTTPStatus.TOO_MANY_REQUESTS)
    except voluntary.NotPayable as error:
        payees.say(form, error.refusals)
    return _form_page(request, payer, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@member_required
@require_POST
def monthly_debit_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more is collected. A second click finds it stopped."""
    found = access.monthly_debit_for(_member(request), pk)
    by: Any = request.user
    services.stop(mandate_id=found.pk, by=by, on=clock.business_date(), at=clock.now(), ip=address_of(request))
    messages.success(request, _("Debit bulanan dihentikan. Apa yang sudah dalam fail kepada bank masih boleh didebit."))
    return redirect("member:monthly_debits")


def _checked(request: HttpRequest, payer: Member, whom: Member, form: forms.MonthlyForm, on: date, at: datetime) -> HttpResponse:
    """What was said once more, with the code; or the way on once it is applied for. Raises voluntary.NotPayable."""
    typed = {name: form.cleaned_data[name] for name in _AGREED}
    another = services.another(whom, payer)
    shown = leave.to_debit_monthly(whom=another.number if another else "", **typed)
    step = TacStep.of(request, purpose=Purpose.DIRECT_DEBIT, shown=shown)
    if step.wanted() or "tac" not in request.POST:
        services.check(member=whom, payer=payer, kind=typed["kind"], amount=typed["amount"], on=on)
        if step.wanted():
            step.send(at=at)
        return _check_page(request, payer, whom, typed, step, at)
    by: Any = request.user
    try:
        services.apply(member=whom, **typed, by=by, approval=step.approval(at=at), on=on, at=at, ip=address_of(request))
        messages.success(request, _("Permohonan debit bulanan diterima. Bank mengesahkan akaun itu; anda dimaklumkan di peti masuk."))
    except voluntary.NotPayable:
        if not _is_there(payer, whom, typed):
            raise
    except tac.Refused as refused:
        if refused.code not in _OVER or not _is_there(payer, whom, typed):
            step.refuse(refused)
            return _check_page(request, payer, whom, typed, step, at)
    return redirect("member:monthly_debits")


def _check_page(request: HttpRequest, payer: Member, whom: Member, typed: dict[str, Any], step: TacStep, at: datetime) -> HttpResponse:
    wrong, on = bool(step.refusal), clock.business_date()
    context = {
        "member": payer,
        **payees.shown(payer, whom),
        "doubt": no_incentive(member=whom, kind=typed["kind"], on=on, told=whom == payer),
        "kind": labels.VOLUNTARY_KIND[typed["kind"]],
        "hint": labels.voluntary_hint(typed["kind"], on),
        "typed": typed,
        "bank": accounts.name(typed["bank"]),
        "fields": [(name, request.POST.get(name, "")) for name in forms.MonthlyForm.base_fields],
        "box": step.box(at=at),
        "form_errors": wrong,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "members/monthly_debit_check.html", context, status=status)


def _form_page(request: HttpRequest, payer: Member, form: forms.MonthlyForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    on = clock.business_date()
    context = {
        "member": payer,
        "form": form,
        "room": voluntary.room(member=payer, on=on),
        "year": on.year,
        "form_errors": status >= HTTPStatus.BAD_REQUEST,
    }
    return render(request, "members/monthly_debit_new.html", context, status=status)


def _debit(found: Mandate) -> _Debit:
    reasons = labels.MONTHLY_REASON_OF_ANOTHER if found.whom else labels.MONTHLY_REASON
    return _Debit(
        debit=found,
        label=labels.MANDATE[found.state],
        kind=labels.VOLUNTARY_KIND[found.kind],
        bank=accounts.name(found.bank),
        name=voluntary.masked(found.whom.name) if found.whom else "",
        reason=reasons.get(found.reason, ""),
    )


def _doubt(found: Mandate, doubts: dict[str, NoIncentive | None]) -> NoIncentive | None:
    return doubts[found.kind] if found.whom is None else None


def _is_there(payer: Member, whom: Member, typed: dict[str, Any]) -> bool:
    """The form sent twice: just this was applied for already."""
    found = services.open_of(member=whom, payer=payer, kind=typed["kind"])
    asked: tuple[int, str, str, Decimal] = (typed["day"], typed["bank"], typed["account"], typed["amount"])
    return found is not None and (found.day, found.bank, found.account, found.ceiling) == asked


def _member(request: HttpRequest) -> Member:
    return members_access.member_for(request.user)  # type: ignore[arg-type]
