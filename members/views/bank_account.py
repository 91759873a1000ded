"""The member's own account for payments (/member/bank-account/): what it is, another one under a code, and the way back while it cools off."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members import access, labels
from members.enums import BankAccountState
from members.forms import BankAccountForm
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import member_required
from members.identity.sessions import address_of
from members.identity.tac_step import TacStep
from members.models import Member
from members.selectors import bank_accounts as selectors
from members.selectors import cooling
from members.services import account_names, bank_accounts

OVER = frozenset({"USED", "SPENT"})


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The account now, what is on its way, what was before. A POST gives up what is on its way."""
    member, now = access.member_for(request.user), clock.now()  # type: ignore[arg-type]
    if request.method == "POST":
        bank_accounts.give_up(member=member, at=now, ip=address_of(request))
        messages.success(request, _("Akaun yang menunggu ditinggalkan. Tiada apa-apa yang berubah."))
        return redirect("member:bank_account")
    current, coming, refused = selectors.current(member), selectors.on_its_way(member), selectors.last_refused(member)
    context = {
        "current": current,
        "name": selectors.name_of(current) if current else "",
        "coming": coming,
        "coming_name": selectors.name_of(coming) if coming else "",
        "coming_label": labels.BANK_ACCOUNT_STATES[coming.state] if coming else None,
        "in_review": bool(coming and coming.state == BankAccountState.REVIEW),
        "refused_name": selectors.name_of(refused) if refused else "",
        "refused_why": labels.BANK_ACCOUNT_REFUSALS[refused.why] if refused else "",
        "cooling": cooling.of(member, at=now),
        "cools": bool(current and current.cooling_until and current.cooling_until > now),
        "earlier": [(row, selectors.name_of(row), labels.BANK_ACCOUNT_STATES[row.state]) for row in selectors.earlier(member)],
    }
    return render(request, "members/bank_account.html", context)


@member_required
@never_cache
@sensitive_post_parameters("number", "account", "tac")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Another account: its bank and number, then the phone's code for just these."""
    member, at = access.member_for(request.user), clock.now()  # type: ignore[arg-type]
    form = BankAccountForm(request.POST if request.method == "POST" else None)
    chosen = dict(form.cleaned_data) if form.is_bound and form.is_valid() else {}
    shown = bank_accounts.shown(bank=chosen["bank"], number=chosen["account"]) if chosen else {"bank": ""}
    step = TacStep.of(request, purpose=Purpose.BANK_ACCOUNT, shown=shown)
    if chosen:
        answer = _asked(request, member, step, form, at)
        if answer is not None:
            return answer
    wrong = bool(form.is_bound and form.errors) or bool(step.refusal)
    current = selectors.current(member)
    context = {
        "form": form,
        "box": step.box(at=at),
        "holder": member.name,
        "name": selectors.name_of(current) if current else "",
        "form_errors": wrong,
    }
    return render(request, "members/bank_account_change.html", context, status=422 if wrong else 200)


def _asked(request: HttpRequest, member: Member, step: TacStep, form: BankAccountForm, at: datetime) -> HttpResponse | None:
    """The way on once the account is on its way; None where the page is shown again."""
    bank, number = form.cleaned_data["bank"], form.cleaned_data["account"]
    try:
        if step.wanted():
            bank_accounts.check(member=member, bank=bank, number=number, at=at)
            step.send(at=at)
            return None
        approval = step.approval(at=at)
        asked = bank_accounts.ask(member=member, bank=bank, number=number, approval=approval, at=at, ip=address_of(request))
    except bank_accounts.NotNow as refused:
        if refused.code == "ASKED" or (refused.code == "SAME" and not step.wanted()):
            return redirect("member:bank_account")
        form.add_error("account", refused_words(refused))
    except tac.Refused as refused:
        if refused.code in OVER and _is_there(member, bank, number):
            return redirect("member:bank_account")
        step.refuse(refused)
    else:
        # The code has been spent and the wish is kept: whatever the bank does now, nothing is lost.
        account_names.verify(account_id=asked.pk, at=clock.now())
        return redirect("member:bank_account")
    return None


def _is_there(member: Member, bank: str, number: str) -> bool:
    """The form sent twice: the account is the current one, or on its way."""
    rows: list[Any] = [selectors.current(member), selectors.on_its_way(member), selectors.last_refused(member)]
    return any(row is not None and (row.bank, row.number) == (bank, number) for row in rows)


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest) -> HttpResponse:
    """Ask once more, then undo a change that the person did not want."""
    member, now = access.member_for(request.user), clock.now()  # type: ignore[arg-type]
    if request.method == "POST":
        try:
            back = bank_accounts.cancel(member=member, at=now, ip=address_of(request))
        except bank_accounts.NotCooling:
            messages.info(request, _("Tiada pertukaran akaun yang masih boleh dibatalkan."))
        else:
            words = _("Pertukaran dibatalkan. Akaun anda semula: %(name)s.") % {"name": selectors.name_of(back)} if back else ""
            messages.success(request, words or _("Pertukaran dibatalkan. Tiada akaun bank sehingga anda menambahnya."))
        return redirect("member:bank_account")
    current = selectors.current(member)
    cools = bool(current and current.cooling_until and current.cooling_until > now)
    context = {
        "cools": cools,
        "name": selectors.name_of(current) if current else "",
        "former": selectors.name_of(current.former) if current and current.former else "",
    }
    return render(request, "members/bank_account_cancel.html", context)


def refused_words(refused: bank_accounts.NotNow) -> str:
    """Why this account is not asked for."""
    if refused.code == "SAME":
        return _("Itu akaun anda sekarang.")
    if refused.code == "ASKED":
        return _("Akaun itu sudah diminta.")
    return _("Terlalu banyak akaun diminta. Cuba lagi mulai %(until)s.") % {"until": formats.moment(refused.until)}
