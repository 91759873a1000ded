"""What is recorded for one person, in the browser: an election, or a notice that ends one."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from contributions import access, forms, labels, problems
from contributions.borang_a import elections_layout
from contributions.enums import ElectionAct, ElectionKind, ElectionState
from contributions.models.elections import EXCESS, IRREVOCABLE
from contributions.rules import electing
from contributions.selectors import elections as selectors
from contributions.services import elections as services
from contributions.services import filing as filings
from contributions.services import moves
from contributions.services.election_checks import FORMS, Wanted
from contributions.views import shared
from contributions.views.elections import LONGEST_SEARCH, NOT_ALLOWED, line_of
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.gates import representative_required
from members.models import Member

FIELD_OF = {
    elections_layout.CHOICE: "kind",
    elections_layout.PERCENT: "points",
    elections_layout.FROM_MONTH: "from_month",
    elections_layout.DOCUMENT: "document",
}
"""The field of the form that a problem belongs to."""


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def election_new(request: HttpRequest) -> HttpResponse:
    """Find the person, then say what is elected and from when."""
    employer, on = shared.employer_of(request), clock.business_date()
    number = request.GET.get("member", "")
    if not number:
        text = request.GET.get("q", "")[:LONGEST_SEARCH]
        people = selectors.employees_found(employer=employer, text=text, wage_month=WageMonth.of(on))
        more = len(people) == selectors.MOST_FOUND
        context = {"acting_for": employer.name, "text": text, "people": people, "more": more, "may": _may_prepare(request, employer)}
        return render(request, "contributions/election_find.html", context)
    member = access.employee_for(employer, number[:8])
    months, kinds = electing.start_months(WageMonth.of(on)), _kinds(on)
    if request.method != "POST":
        first = {name: request.GET[name] for name in ("kind", "points", "from_month") if name in request.GET}
        return _new_page(request, employer, member, forms.ElectionForm(months=months, kinds=kinds, initial={"from_month": str(months[0]), **first}))
    form = forms.ElectionForm(request.POST, request.FILES, months=months, kinds=kinds)
    if not form.is_valid():
        return _new_page(request, employer, member, form, status=422)
    kind = form.cleaned_data["kind"]
    points = form.cleaned_data["points"] if kind in EXCESS else None
    wanted = Wanted(kind, ElectionAct.ELECT, points, form.cleaned_data["from_month"])
    return _record(request, employer, member, wanted, form) or _new_page(request, employer, member, form, status=422)


def _record(request: HttpRequest, employer: Employer, member: Member, wanted: Wanted, form: forms.FromMonthForm) -> HttpResponse | None:
    """To the new draft; None where something stands in the way, which the form then says."""
    upload = form.cleaned_data["document"]
    try:
        made = services.record(
            employer=employer,
            member=member,
            wanted=wanted,
            form=services.Upload(upload.name, upload.read()) if upload else None,
            by=request.user,  # type: ignore[arg-type]
            on=clock.business_date(),
        )
    except services.ElectionRefused as error:
        for problem in error.problems:
            field = FIELD_OF.get(problem["column"])
            form.add_error(field if field in form.fields else None, f"{problems.sentence(problem)} {problems.mend(problem)}")
        return None
    except moves.NotAllowed as error:
        form.add_error(None, str(NOT_ALLOWED[error.code][1]))
        return None
    return HttpResponseRedirect(reverse("employer:election", args=[made.pk]))


def _new_page(request: HttpRequest, employer: Employer, member: Member, form: forms.ElectionForm, *, status: int = 200) -> HttpResponse:
    current = WageMonth.of(clock.business_date())
    context = {
        "acting_for": employer.name,
        "member": member,
        "form": form,
        "may": _may_prepare(request, employer),
        "held": _held(employer, member, current),
        "needs": [(labels.ELECTION_KIND[kind], FORMS.get(kind, "")) for kind in ElectionKind],
    }
    return render(request, "contributions/election_new.html", context, status=status)


def _held(employer: Employer, member: Member, month: WageMonth) -> Sequence[dict[str, Any]]:
    """What holds for the person now, in words."""
    kinds = selectors.holding_in(employer_id=employer.pk, wage_month=month, members=[member.pk]).get(member.pk, {})
    return [
        {"kind": labels.ELECTION_KIND[kind], "points": row.points, "month": WageMonth.of(row.from_month), "pk": row.election_id}
        for kind, row in kinds.items()
        if row.act is ElectionAct.ELECT
    ]


def _kinds(on: Any) -> list[tuple[str, Any]]:
    """What can be elected in these months: the Khas form only where a rate is lowered."""
    lowered = any(electing.khas_year_in(month) for month in electing.start_months(WageMonth.of(on)))
    return [(kind.value, labels.ELECTION_KIND[kind]) for kind in ElectionKind if kind is not ElectionKind.KEEPS_RATE or lowered]


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def election_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice that ends an election: from when the schedule holds again, and the signed form."""
    employer = shared.employer_of(request)
    found = access.election_for(employer, pk)
    months = electing.start_months(WageMonth.of(clock.business_date()))
    months = [month for month in months if month >= WageMonth.of(found.from_month)]
    if found.kind in IRREVOCABLE or found.act == ElectionAct.CANCEL or found.state != ElectionState.APPROVED or not months:
        raise Http404
    posted = request.method == "POST"
    form = forms.FromMonthForm(request.POST, request.FILES, months=months) if posted else forms.FromMonthForm(months=months)
    context = {
        **line_of(found),
        "acting_for": employer.name,
        "form": form,
        "paper": FORMS.get(ElectionKind(found.kind), ""),
        "may": _may_prepare(request, employer),
    }
    if not posted:
        return render(request, "contributions/election_cancel.html", context)
    if form.is_valid():
        wanted = Wanted(ElectionKind(found.kind), ElectionAct.CANCEL, None, form.cleaned_data["from_month"])
        done = _record(request, employer, found.member, wanted, form)
        if done is not None:
            return done
    return render(request, "contributions/election_cancel.html", context, status=422)


def _may_prepare(request: HttpRequest, employer: Employer) -> bool:
    return filings.may_prepare(employer=employer, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
