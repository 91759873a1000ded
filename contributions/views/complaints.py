"""A member's complaints about an employer: the own ones, a new one from months of the own page, one with everything that was said."""

from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contributions import access, forms, labels
from contributions.enums import ComplaintAction
from contributions.models import Complaint, PaymentMatter
from contributions.selectors import complaints as selectors
from contributions.services import complaints as services
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.templatetags import formats
from members import access as members_access
from members.identity.gates import member_required
from members.models import Member

NOT_ALLOWED: Final = {
    "NO_MONTHS": (422, gettext_lazy("Tandakan sekurang-kurangnya satu bulan")),
    "NOT_OWN_MONTH": (422, gettext_lazy("Ditemui bulan lain, dijangka bulan di bawah")),
    "WORDS_MISSING": (422, gettext_lazy("Tulis apa yang berlaku, dengan kata-kata anda sendiri")),
    "NOTHING_ADDED": (422, gettext_lazy("Tulis sesuatu, atau pilih dokumen")),
    "OPEN_ALREADY": (409, gettext_lazy("Salah satu bulan ini ada dalam aduan yang masih terbuka. Tambah maklumat pada aduan itu.")),
    "TOO_MANY": (429, gettext_lazy("Sudah terlalu banyak dalam sehari. Cuba lagi selepas %(until)s, atau tambah maklumat pada aduan yang terbuka.")),
    "WRONG_STATE": (409, gettext_lazy("Aduan ini sudah ditutup. Keadaan terkini ditunjukkan di bawah.")),
    "NO_RIGHT": (403, gettext_lazy("Aduan ini bukan aduan anda.")),
}


@member_required
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """The own ones, the newest first."""
    member = _member(request)
    found = [(one, labels.COMPLAINT[one.state], labels.COMPLAINT_GROUND[one.ground]) for one in selectors.of_member(member=member)]
    return render(request, "members/complaints.html", {"member": member, "lines": found})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_new(request: HttpRequest) -> HttpResponse:
    """Months of one employer with what is wrong; who has several employers chooses one first."""
    member, on = _member(request), clock.business_date()
    offered = selectors.offered(member=member, on=on)
    number = request.GET.get("employer", "")
    of = next((one for one in offered if one.number == number), offered[0] if len(offered) == 1 and not number else None)
    if of is None:
        return _choice_page(request, member, offered)
    free = [one for one in of.ordered if one.open_in is None]
    if request.method != "POST":
        asked = request.GET.get("month", "")
        ticked = [asked] if asked else [str(one.line.month) for one in free if one.doubtful or one.low]
        return _new_page(request, member, of, forms.ComplaintForm(months=_choices(free), initial={"months": ticked}))
    form = forms.ComplaintForm(request.POST, request.FILES, months=_choices(of.ordered))
    if not form.is_valid():
        return _new_page(request, member, of, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        found = _sent(request, member, of, form)
    except services.NotAllowed as error:
        status, words = NOT_ALLOWED[error.code]
        said = str(words) % {"until": formats.moment(error.until)} if error.until else str(words)
        return _new_page(request, member, of, form, status=status, refused=said, open_one=error.complaint)
    return HttpResponseRedirect(reverse("member:complaint", args=[found.pk]))


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them with everything that was said; a POST adds to it."""
    found = access.complaint_of(_member(request), pk)
    if request.method != "POST":
        return _page(request, found, forms.ComplaintAddForm())
    form = forms.ComplaintAddForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said = services.Said(words=form.cleaned_data["words"], papers=form.cleaned_data["papers"])
    by: Any = request.user
    try:
        services.add(complaint_id=found.pk, said=said, by=by, on=clock.business_date(), at=clock.now())
    except services.NotAllowed as error:
        return _refused(request, found, form, error)
    notes.success(request, _("Ditambah. Pemeriksa akan membacanya."))
    return HttpResponseRedirect(reverse("member:complaint", args=[found.pk]))


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more; withdrawing what is withdrawn changes nothing."""
    found = access.complaint_of(_member(request), pk)
    by: Any = request.user
    if request.method != "POST":
        may = services.allowed(complaint=found, by=by)
        if ComplaintAction.WITHDRAW not in may:
            return HttpResponseRedirect(reverse("member:complaint", args=[found.pk]))
        return render(request, "members/complaint_withdraw.html", {"member": found.member, "complaint": found})
    try:
        services.withdraw(complaint_id=found.pk, by=by, on=clock.business_date(), at=clock.now())
    except services.NotAllowed as error:
        if not (error.code == "WRONG_STATE" and selectors.did_last(complaint=found, action=ComplaintAction.WITHDRAW, by=by)):
            return _refused(request, access.complaint_of(found.member, pk), forms.ComplaintAddForm(), error)
    notes.success(request, _("Aduan ditarik balik."))
    return HttpResponseRedirect(reverse("member:complaint", args=[found.pk]))


@member_required
@require_safe
def complaint_paper(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A paper as it was sent, always as an attachment."""
    found = access.complaint_of(_member(request), pk)
    return downloads.stored(request, access.complaint_paper_of(found, file).file, target=found, subjects=[found.member])


def _member(request: HttpRequest) -> Member:
    return members_access.member_for(request.user)  # type: ignore[arg-type]


def _sent(request: HttpRequest, member: Member, of: selectors.Of, form: forms.ComplaintForm) -> Complaint:
    """Raises NotAllowed."""
    asked, by = form.cleaned_data, request.user
    return services.send(
        member=member,
        employer=Employer.objects.get(pk=of.employer_id),
        ground=asked["ground"],
        months=asked["months"],
        said=services.Said(words=asked["words"], papers=asked["papers"]),
        by=by,  # type: ignore[arg-type]
        on=clock.business_date(),
        at=clock.now(),
    )


def _new_page(request: HttpRequest, member: Member, of: selectors.Of, form: forms.ComplaintForm, **more: Any) -> HttpResponse:
    """`open_one`: the complaint that one of the months is in."""
    status = more.pop("status", HTTPStatus.OK)
    context = {
        "member": member,
        "of": of,
        "form": form,
        "open": [one for one in of.months if one.open_in is not None],
        "form_errors": bool(more.get("refused")) or bool(form.errors),
    }
    return render(request, "members/complaint_new.html", {**context, **more}, status=status)


def _choice_page(request: HttpRequest, member: Member, offered: Sequence[selectors.Of]) -> HttpResponse:
    """Which employer it is about. What was written about one that is not there goes to none of them."""
    wrong = request.method == "POST" and bool(offered)
    refused = _("Ditemui majikan lain, dijangka majikan di bawah. Pilih majikan, kemudian tulis aduan itu semula.") if wrong else ""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    context = {"member": member, "offered": offered, "of": None, "refused": refused, "form_errors": wrong}
    return render(request, "members/complaint_new.html", context, status=status)


def _choices(months: Sequence[selectors.Offered]) -> list[tuple[str, str]]:
    """Each month with what the own page says of it."""
    return [(str(one.line.month), _said(one)) for one in months]


def _said(one: selectors.Offered) -> str:
    line = one.line
    words = [str(tag.words) for tag in labels.tags_of(line.state, late=line.late)]
    if one.low:
        words.append(_("lebih rendah daripada bulan lain"))
    if line.total:
        words.insert(0, formats.money(line.total))
    return f"{formats.month(line.month)}: {', '.join(words)}"


def _page(request: HttpRequest, found: Complaint, form: forms.ComplaintAddForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    by: Any = request.user
    context = {
        "member": found.member,
        "complaint": found,
        "label": labels.COMPLAINT[found.state],
        "ground": labels.COMPLAINT_GROUND[found.ground],
        "months": months_of(found, {}),
        "log": [(entry, labels.COMPLAINT_ACTION[entry.action], entry.by_id == by.pk) for entry in selectors.log_of(complaint=found)],
        "may": {action.value: True for action in services.allowed(complaint=found, by=by)},
        "form": form,
    }
    return render(request, "members/complaint.html", {**context, **more}, status=status)


def months_of(found: Complaint, cases: Mapping[date, PaymentMatter]) -> list[tuple[selectors.Attached, Any, Any, PaymentMatter | None]]:
    """Each month with its tags then and now, and the portal's own case of it for who may know."""
    shown = []
    for one in selectors.attached(complaint=found, on=clock.business_date()):
        now = labels.tags_of(one.now.state, late=one.now.late) if one.now else ()
        shown.append((one, labels.MONTH[one.then.standing], now, cases.get(one.then.wage_month)))
    return shown


def _refused(request: HttpRequest, found: Complaint, form: forms.ComplaintAddForm, error: services.NotAllowed) -> HttpResponse:
    status, words = NOT_ALLOWED[error.code]
    said = str(words) % {"until": formats.moment(error.until)} if error.until else str(words)
    return _page(request, found, form, status=status, refused=said, form_errors=True)
