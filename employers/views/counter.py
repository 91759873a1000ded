"""Employers at the counter: found or registered, and their appointed representative with Borang KWSP 1 or 1(i)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from employers import access, forms, selectors
from employers.models import Employer
from employers.services import appointing, registering, viewing
from kwsp_portal.common import clock
from members.enums import Thumb
from members.forms import missing_words
from members.rules.identity import TWELVE_DIGITS
from members.services import checking, proposals
from members.views import desk

NOT_APPOINTABLE = {
    "EMPLOYER_CLOSED": (None, gettext_lazy("Majikan ini telah ditutup. i-Akaun hanya dikeluarkan kepada majikan dengan nombor yang sah.")),
    "IDENTITY_FORM": ("paper_number", gettext_lazy("Dijangka 12 angka bagi MyKad dan MyPR, atau 5 hingga 15 huruf dan angka bagi dokumen lain.")),
    "PASSPORT_COUNTRY": ("identity_country", gettext_lazy("Pilih negara yang mengeluarkan pasport itu. Dokumen lain tiada negara.")),
    "USER_ID_UNKNOWN": (
        "user_id",
        gettext_lazy("Tiada wakil majikan dengan ID Pengguna ini. Semak ejaannya, atau kosongkan jika orang ini belum mengaktifkan i-Akaun wakil."),
    ),
    "USER_ID_DIFFERS": (
        "user_id",
        gettext_lazy("ID Pengguna ini bukan milik wakil yang dipilih dalam senarai. Semak kedua-duanya dengan orang ini."),
    ),
    "OTHER_PERSON": (
        "user_id",
        gettext_lazy("ID Pengguna ini milik orang dengan nombor MyKad atau MyPR yang lain. Nombor itu tidak berubah, jadi orang ini bukan dia."),
    ),
    "WHO_MISSING": (
        None,
        gettext_lazy("Sejak halaman ini dibuka, seorang wakil dilantik di portal. Nyatakan sama ada orang ini dia, kemudian hantar semula."),
    ),
    "WHO_CHANGED": (
        None,
        gettext_lazy("Orang yang dipilih tidak lagi mewakili majikan ini, atau dokumennya sudah direkodkan. Semak senarai, kemudian pilih semula."),
    ),
    "IDENTITY_TAKEN": (
        None,
        gettext_lazy(
            "Nombor pengenalan ini sudah direkodkan bagi pengguna lain, jadi orang ini bukan wakil yang dipilih. Semak dokumen dan pilihan."
        ),
    ),
    "ACCESS_BLOCKED": (
        None,
        gettext_lazy("Akses orang ini disekat oleh KWSP. Penyelia membukanya dahulu di halaman akses pengguna; kemudian hantar semula."),
    ),
    "NAME_EMPTY": ("name", gettext_lazy("Nama: dijangka sekurang-kurangnya satu huruf. Masukkan nama seperti pada dokumen.")),
}
NOT_ALLOWED = {
    **desk.NOT_ALLOWED,
    "ANOTHER_WAITS": (409, gettext_lazy("Satu pelantikan orang ini sudah menunggu penyelia. Putuskan atau tarik balik yang itu dahulu.")),
    "STALE": (
        409,
        gettext_lazy(
            "Nombor orang ini, majikannya atau wakil yang dipilih telah berubah sejak dicadangkan. Tolak; pegawai boleh mencadangkannya semula."
        ),
    ),
}


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def employers(request: HttpRequest) -> HttpResponse:
    """Find an employer by number or how its name begins."""
    form = forms.SearchForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_bound and form.is_valid():
        asked: dict[str, Any] = {"text": form.cleaned_data["q"], "by": request.user, "at": clock.now(), "ip": desk.address_of(request)}
        found = viewing.look_up(reason=desk.why(request), **asked)
    return render(request, "employers/counter/search.html", {"form": form, "found": found}, status=422 if form.errors else 200)


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def employer_new(request: HttpRequest) -> HttpResponse:
    """An employer that is new gets its number at once."""
    form = forms.EmployerForm(request.POST if request.method == "POST" else None)
    known: list[Employer] = []
    if form.is_bound and form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("name", "kind", "from_date")}
        try:
            made = registering.register(**asked, none_of=form.others_seen(), by=request.user, on=clock.business_date())  # type: ignore[arg-type]
        except registering.Known as error:
            known = error.employers
        except registering.StartRefused:
            form.add_error("from_date", _("Majikan tidak bermula selepas hari ini."))
        else:
            messages.success(request, _("Didaftarkan. Nombor majikan: %(number)s") % {"number": made.number})
            return HttpResponseRedirect(reverse("counter:employer", args=[made.number]))
    context = {"form": form, "known": known, "numbers": " ".join(employer.number for employer in known), "form_errors": bool(known)}
    return render(request, "employers/counter/new.html", context, status=409 if known else 422 if form.errors else 200)


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def employer(request: HttpRequest, number: str) -> HttpResponse:
    """Who acts for it, and the appointment of one more."""
    found = access.employer_numbered(number)
    without_papers = selectors.without_papers(found)
    if request.method != "POST":
        return _page(request, found, forms.AppointForm(initial={"language": "ms", "form": "KWSP_1"}, without_papers=without_papers))
    form = forms.AppointForm(request.POST, request.FILES, without_papers=without_papers)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        outcome = _appoint(request, found, form)
    except checking.Incomplete as error:
        for field, words in missing_words(error.codes):
            form.add_error(field, str(words))
        return _page(request, found, form, status=422)
    except appointing.NotAppointable as error:
        place, why = NOT_APPOINTABLE[error.code]
        form.add_error(place, str(why))
        return _page(request, found, form, status=409)
    except proposals.NotAllowed as error:
        status, why = NOT_ALLOWED[error.code]
        form.add_error(None, str(why))
        return _page(request, found, form, status=status)
    if outcome.proposal is not None:
        messages.success(request, _("Dihantar kepada penyelia. Belum ada apa-apa yang dihantar kepada wakil."))
        return HttpResponseRedirect(reverse("counter:appointment_proposal", args=[outcome.proposal.pk]))
    return HttpResponseRedirect(reverse("counter:appointment", args=[outcome.appointment.pk]))  # type: ignore[union-attr]


def _appoint(request: HttpRequest, found: Employer, form: forms.AppointForm) -> appointing.Outcome:
    """Asks the reader of the desk first, where the paper holds a print."""
    person, at = form.person(), clock.now()
    thumb = desk.thumb_of(request, person.identity_number, at=at)
    if thumb is not Thumb.MATCHED and person.identity_kind in TWELVE_DIGITS:
        thumb = desk.ask_reader(request, None, person.identity_number, at=at)
    return appointing.appoint(
        employer=found,
        person=person,
        said=form.said(),
        form=form.cleaned_data["form"],
        paper=form.cleaned_data["papers"][0],
        phone=form.cleaned_data["phone"],
        language=form.cleaned_data["language"],
        checklist=form.checklist(paper=person.identity_kind, thumb=thumb, reader=desk.reader_of(request)),
        by=request.user,  # type: ignore[arg-type]
        on=clock.business_date(),
        at=at,
        ip=desk.address_of(request),
    )


def _page(request: HttpRequest, found: Employer, form: forms.AppointForm, *, status: int = 200) -> HttpResponse:
    desk.seen(request, found, action=viewing.VIEW)
    context: dict[str, Any] = {
        "employer": found,
        "kind": forms.KINDS[found.kind],  # type: ignore[index]
        "acting": selectors.acting_for(found),
        "waiting": selectors.appointments_waiting(found),
        "form": form,
    }
    return render(request, "employers/counter/employer.html", context, status=status)
