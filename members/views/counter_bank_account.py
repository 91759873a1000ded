"""The bank account of a member without an i-Akaun, at the counter (/counter/members/<number>/bank-account/): asked for on the look at the papers."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from members import access, forms, labels
from members.enums import BankAccountState, Thumb
from members.models import Member
from members.selectors import bank_accounts as selectors
from members.services import account_names, bank_accounts, checking
from members.views import bank_account, desk


@desk.counter_required
@never_cache
@sensitive_post_parameters("number", "account")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The account now and what is on its way; a POST asks the bank about another one. Who came without a search is asked for the reason first."""
    member = access.member_numbered(number)
    if desk.reason_of(request) is None:
        return redirect(f"{reverse('counter:search')}?reason=1")
    form = forms.CounterBankAccountForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, member, form)
    good = form.is_valid() and desk.of_register(form, member)
    status = _asked(request, member, form, clock.now()) if good else HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect("counter:member_bank_account", number) if status == HTTPStatus.OK else _page(request, member, form, status=status)


def _asked(request: HttpRequest, member: Member, form: forms.CounterBankAccountForm, at: datetime) -> HTTPStatus:
    """OK once the bank was asked, and of the second click; else of the page that is shown again, with what is wrong on the form."""
    bank, account, by = form.cleaned_data["bank"], form.cleaned_data["account"], request.user
    checklist = desk.checked(request, form, member, at=at, anew=True)
    asked: Any = {"member": member, "bank": bank, "number": account, "checklist": checklist, "by": by, "on": clock.business_date(), "at": at}
    try:
        row = bank_accounts.ask_at_counter(**asked, ip=desk.address_of(request))
    except checking.Incomplete as error:
        for field, said in forms.missing_words(error.codes):
            form.add_error(field, str(said))
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except bank_accounts.HasIAkaun:
        return HTTPStatus.CONFLICT
    except bank_accounts.NotNow as refused:
        if refused.code in ("ASKED", "SAME"):
            return HTTPStatus.OK
        form.add_error("account", bank_account.refused_words(refused))
        return HTTPStatus.CONFLICT
    # The wish is kept: whatever the bank does now, nothing is lost.
    account_names.verify(account_id=row.pk, at=clock.now())
    messages.success(request, _("Bank ditanya tentang akaun itu. Jawapannya di bawah."))
    return HTTPStatus.OK


def _page(request: HttpRequest, member: Member, form: forms.CounterBankAccountForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    desk.seen(request, member)
    now = clock.now()
    current, coming, refused = selectors.current(member), selectors.on_its_way(member), selectors.last_refused(member)
    thumb = desk.thumb_of(request, member.identity_number, at=now) if form.is_bound else Thumb.NOT_ASKED
    context = {
        "member": member,
        "paper": labels.paper(member.identity_kind, member.identity_country),
        "has_i_akaun": bank_accounts.has_i_akaun(member),
        "current": current,
        "name": selectors.name_of(current) if current else "",
        "cools": bool(current and current.cooling_until and current.cooling_until > now),
        "coming_name": selectors.name_of(coming) if coming else "",
        "review": coming if coming and coming.state == BankAccountState.REVIEW else None,
        "refused_name": selectors.name_of(refused) if refused else "",
        "refused_why": labels.BANK_ACCOUNT_REFUSALS[refused.why] if refused else "",
        "has_thumb": member.identity_kind in checking.THUMBED,
        "thumb": labels.THUMBS[thumb] if thumb is not Thumb.NOT_ASKED else None,
        "form": form,
    }
    return render(request, "members/counter/member_bank_account.html", context, status=status)
