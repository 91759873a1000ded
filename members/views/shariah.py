"""Simpanan Shariah (/member/shariah/): what it is, what the member has, and the choice for the next year under a code."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members import access, labels
from members.enums import Scheme
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import member_required
from members.identity.sessions import address_of
from members.identity.tac_step import TacStep
from members.models import Member
from members.rules import dividend
from members.services import shariah

OVER = frozenset({"USED", "SPENT"})


class AgreementForm(forms.Form):
    """The agreement, which the law asks for in so many words."""

    agreed = forms.BooleanField(
        label=gettext_lazy("Saya melantik KWSP sebagai wakil untuk mengurus simpanan saya mengikut Syariah (Akad Wakalah)"),
        error_messages={"required": gettext_lazy("Tandakan persetujuan Akad Wakalah untuk memilih Simpanan Shariah")},
    )


@member_required
@never_cache
@sensitive_post_parameters("tac")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """What the member has; who has not chosen yet may choose."""
    member, on, at = access.member_for(request.user), clock.business_date(), clock.now()  # type: ignore[arg-type]
    why_not = _why_not(member, on)
    if why_not:
        if request.method == "POST" and why_not != "ALREADY":
            return render(request, "members/shariah.html", _stands(member, on, why_not), status=409)
        return render(request, "members/shariah.html", _stands(member, on, why_not))
    form = AgreementForm(request.POST if request.method == "POST" else None)
    step = TacStep.of(request, purpose=Purpose.SHARIAH, shown=shariah.shown(on=on))
    if form.is_bound and form.is_valid():
        answer = _chosen(request, member, step, on, at)
        if answer is not None:
            return answer
    wrong = bool(form.is_bound and form.errors) or bool(step.refusal)
    context = {**_stands(member, on, ""), "form": form, "box": step.box(at=at), "form_errors": wrong}
    return render(request, "members/shariah.html", context, status=422 if wrong else 200)


def _chosen(request: HttpRequest, member: Member, step: TacStep, on: date, at: datetime) -> HttpResponse | None:
    """The way on once it is chosen; None where the page is shown again."""
    try:
        if step.wanted():
            step.send(at=at)
            return None
        approval = step.approval(at=at)
        found = shariah.choose(
            member=member,
            by=request.user,  # type: ignore[arg-type]
            agreed=True,
            approval=approval,
            on=on,
            at=at,
            ip=address_of(request),
        )
    except shariah.NotAllowed:
        return redirect("member:shariah")
    except tac.Refused as refused:
        if refused.code in OVER and _why_not(access.member_for(request.user), on) == "ALREADY":  # type: ignore[arg-type]
            return redirect("member:shariah")
        step.refuse(refused)
        return None
    messages.success(request, _("Simpanan Shariah dipilih mulai %(since)s.") % {"since": formats.day(found.from_date)})
    return redirect("member:shariah")


def _why_not(member: Member, on: date) -> str:
    try:
        shariah.check(member, on=on)
    except shariah.NotAllowed as error:
        return error.code
    return ""


def _stands(member: Member, on: date, why_not: str) -> dict[str, Any]:
    scheme = dividend.scheme_of(shariah_from=member.shariah_from, year=on.year)
    return {
        "scheme": labels.SCHEMES[scheme],
        "year": on.year,
        "is_shariah": scheme is Scheme.SHARIAH,
        "member": member,
        "since": shariah.since(on),
        "why_not": labels.SHARIAH_REFUSALS.get(why_not, ""),
    }
