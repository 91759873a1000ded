"""The counter's first page: look somebody up, with a reason."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members import forms
from members.enums import LookupReason
from members.selectors.counter import MOST, Way
from members.services import lookup
from members.views import desk


@desk.counter_required
@sensitive_post_parameters("q")
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """What is looked for stands in no address and in no log: it is sent, and the answer is the page (ASVS 14.2.1)."""
    if request.method != "POST":
        first = {"reason": desk.reason_of(request) or LookupReason.AT_COUNTER}
        return render(request, "members/counter/search.html", {"form": forms.SearchForm(initial=first), "asked": "reason" in request.GET})
    form = forms.SearchForm(request.POST)
    if not form.is_valid():
        return render(request, "members/counter/search.html", {"form": form}, status=422)
    reason = LookupReason(form.cleaned_data["reason"])
    if reason is not desk.reason_of(request):
        request.session[desk.REASON] = reason.value
    try:
        found = lookup.look_up(text=form.cleaned_data["q"], reason=reason, by=request.user, at=clock.now(), ip=desk.address_of(request))  # type: ignore[arg-type]
    except lookup.TooMany as error:
        words = _("Anda telah mencari terlalu kerap dalam sejam. Cuba lagi selepas %(until)s, atau minta penyelia.")
        form.add_error(None, words % {"until": formats.moment(error.until)})
        return render(request, "members/counter/search.html", {"form": form}, status=429)
    context = {"form": form, "found": found, "most": MOST, "by_name": found.way is Way.NAME}
    return render(request, "members/counter/search.html", context)
