"""From how many percent on a change of wages is named beside last month (/employer/filings/compare/)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contributions import forms
from contributions.models import ComparedBy
from contributions.selectors import against
from contributions.services import comparing, moves
from contributions.views import shared
from kwsp_portal.common import clock
from members.identity.gates import representative_required


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest) -> HttpResponse:
    """Everybody reads it; who approves chooses it."""
    employer = shared.employer_of(request)
    if request.method != "POST":
        return _page(request, forms.PercentForm(initial={"percent": against.percent_of(employer.pk)}))
    form = forms.PercentForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    percent = form.cleaned_data["percent"]
    try:
        comparing.choose(employer=employer, percent=percent, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except moves.NotAllowed as error:
        status, words = shared.NOT_ALLOWED[error.code]
        return _page(request, form, status=status, refused=str(words))
    messages.success(request, _("Perubahan upah lebih daripada %(percent)s peratus kini ditunjukkan.") % {"percent": percent})
    return HttpResponseRedirect(reverse("employer:compare"))


def _page(request: HttpRequest, form: forms.PercentForm, *, status: int = 200, refused: str = "") -> HttpResponse:
    employer = shared.employer_of(request)
    context = {
        "acting_for": employer.name,
        "form": form,
        "percent": against.percent_of(employer.pk),
        "chosen": ComparedBy.objects.filter(employer=employer).select_related("chosen_by").first(),
        "may": comparing.may_choose(employer=employer, by=request.user, on=clock.business_date()),  # type: ignore[arg-type]
        "refused": refused,
        "form_errors": status != 200,
    }
    return render(request, "contributions/compare.html", context, status=status)
