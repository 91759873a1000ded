"""Log aktiviti: what was done with somebody's own things and by whom, to be read and taken away; and by officers who say why.

A member reads of an officer the office, never the name: who it was, the auditors know. An employer reads the names of those who act for it.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contributions.views import shared
from employers.models import Employer
from kwsp_portal import audit
from kwsp_portal.audit import log
from kwsp_portal.audit.acts import Sort
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.frame.activity_lines import Line, lines_of
from kwsp_portal.frame.records import looks
from kwsp_portal.templatetags import formats
from members import access as members_access
from members.identity.enums import Role
from members.identity.gates import member_required, officer_required, person_required, representative_required
from members.identity.models import User
from members.identity.sessions import address_of
from members.models import Member
from members.views import reasons

READERS: Final = (Role.AUDITOR, Role.ADMINISTRATOR, Role.SUPERVISOR)
"""Officers who may read the log of a person or an employer in their place."""
VIEWING: Final = "activity_of"
"""Session key: whose log the officer has said why to read."""
SORTS = {
    Sort.SIGN_IN: gettext_lazy("Log masuk dan sesi"),
    Sort.PROFILE: gettext_lazy("Profil dan telefon"),
    Sort.CONTRIBUTIONS: gettext_lazy("Caruman"),
    Sort.PAYMENTS: gettext_lazy("Bayaran"),
    Sort.SAVINGS: gettext_lazy("Simpanan"),
    Sort.TAC: gettext_lazy("Kod TAC"),
    Sort.VIEWS: gettext_lazy("Dilihat oleh pegawai"),
    Sort.DOWNLOADS: gettext_lazy("Muat turun"),
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class FilterForm(forms.Form):
    """By what and from when to when; both days are included."""

    sort = forms.ChoiceField(label=gettext_lazy("Jenis"), required=False, choices=[("", gettext_lazy("Semua")), *SORTS.items()])
    since = forms.DateField(
        label=gettext_lazy("Dari"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Tarikh tidak dapat dibaca: dijangka tarikh seperti 2026-10-31")},
    )
    until = forms.DateField(
        label=gettext_lazy("Hingga"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Tarikh tidak dapat dibaca: dijangka tarikh seperti 2026-10-31")},
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", _("Hingga: ditemui %(until)s, dijangka %(since)s atau kemudian") % {"until": until, "since": since})
        return found

    def wanted(self, *, all_acts: bool = False) -> log.Wanted:
        """What is looked for; a form that is wrong looks for nothing less."""
        if not self.is_valid():
            return log.Wanted(all_acts=all_acts)
        sort = self.cleaned_data["sort"]
        return log.Wanted(Sort(sort) if sort else None, self.cleaned_data["since"], self.cleaned_data["until"], all_acts)


class ReasonForm(forms.Form):
    """Whose log an officer wants to read, and why."""

    whose = forms.RegexField(
        label=gettext_lazy("No. Ahli, No. Majikan atau ID Pengguna"),
        regex=r"^\s*[0-9A-Za-z]{8,16}\s*$",
        error_messages={
            "required": gettext_lazy("Masukkan nombor ahli atau majikan (8 angka), atau ID Pengguna"),
            "invalid": gettext_lazy("Dijangka 8 angka, atau ID Pengguna 8 hingga 16 huruf dan angka"),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Sebab"),
        min_length=5,
        max_length=200,
        error_messages={
            "required": gettext_lazy("Tulis sebab: orang itu membacanya dalam log sendiri"),
            "min_length": gettext_lazy("Tulis sebab dengan sekurang-kurangnya %(limit_value)s aksara"),
        },
    )


# The own log


@member_required
@require_safe
def member_activity(request: HttpRequest) -> HttpResponse:
    """What touches the member, or was done under the own User ID."""
    return _own(request, _of_member(request), "member:activity_export", "")


@member_required
@require_safe
def member_activity_export(request: HttpRequest) -> HttpResponseBase:
    """The same as a file."""
    return _exported(request, _of_member(request), names=False)


@representative_required
@require_safe
def employer_activity(request: HttpRequest) -> HttpResponse:
    """What touches the employer, whoever of those who act for it did it."""
    employer = shared.employer_of(request)
    return _own(request, (employer.subject,), "employer:activity_export", employer.name)


@representative_required
@require_safe
def employer_activity_export(request: HttpRequest) -> HttpResponseBase:
    """The same as a file."""
    return _exported(request, (shared.employer_of(request).subject,), names=True)


@person_required
@require_safe
def own_activity(request: HttpRequest) -> HttpResponse:
    """What was done under the own User ID or with it, for members and for those who act for an employer, who read it nowhere else."""
    return _own(request, _of_person(request), "security:activity_export", "")


@person_required
@require_safe
def own_activity_export(request: HttpRequest) -> HttpResponseBase:
    """The same as a file."""
    return _exported(request, _of_person(request), names=False)


def _of_person(request: HttpRequest) -> tuple[str, ...]:
    user: Any = request.user
    return _of_member(request) if user.is_member else (user.subject,)


def _of_member(request: HttpRequest) -> tuple[str, ...]:
    user: Any = request.user
    return (members_access.member_for(user).subject, user.subject)


def _own(request: HttpRequest, subjects: Sequence[str], export: str, acting_for: str) -> HttpResponse:
    context = {**_listed(request, subjects, names=bool(acting_for)), "acting_for": acting_for, "export_url": reverse(export)}
    return render(request, "frame/activity.html", context, status=422 if context["form"].errors else 200)


def _listed(request: HttpRequest, subjects: Sequence[str], *, names: bool, all_acts: bool = False) -> dict[str, Any]:
    form = FilterForm(request.GET)
    before = request.GET.get("before", "")
    cursor = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found = log.page(subjects=subjects, wanted=form.wanted(all_acts=all_acts), before=cursor)
    return {"form": form, "lines": lines_of(request, found.events, names=names), "older": found.older, "newest": not before}


def _exported(request: HttpRequest, subjects: Sequence[str], *, names: bool) -> HttpResponseBase:
    """Every row that the page's filters leave, in the language of the page; that it was taken is in the log, too."""
    form = FilterForm(request.GET)
    user: Any = request.user
    audit.record(actor=user, action="activity.export", target=user, subjects=subjects)
    lines = _csv(_rows(request, subjects, form.wanted(), names=names))
    return downloads.attachment(lines, name=f"log-aktiviti-{clock.business_date():%Y-%m-%d}.csv")


def _rows(request: HttpRequest, subjects: Sequence[str], wanted: log.Wanted, *, names: bool) -> Iterator[Sequence[str]]:
    yield (_("No."), _("Masa"), _("Tindakan"), _("Oleh"), _("Perkara"), _("Keputusan"), _("Butiran"))
    some: list[AuditEvent] = []
    for event in log.every(subjects=subjects, wanted=wanted):
        some.append(event)
        if len(some) == log.STEP:
            yield from (_row(line) for line in lines_of(request, some, names=names))
            some = []
    yield from (_row(line) for line in lines_of(request, some, names=names))


def _row(line: Line) -> Sequence[str]:
    event = line.event
    figures = "; ".join(f"{one.label}: {one.before + ' → ' if one.before else ''}{one.value}" for one in line.figures)
    return (str(event.seq), formats.moment(event.at), line.words, line.by, line.about, _("Ditolak") if event.refused else _("Dibuat"), figures)


class _Echo:
    """What csv writes to, given back at once."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Text that a spreadsheet takes for a formula is given an apostrophe (ASVS 1.2.10)."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])


# In their place, by officers


@officer_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_activity(request: HttpRequest) -> HttpResponse:
    """Whose log, and why: the reason stands in the trail before anything is shown, and in that person's own log."""
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    if form.is_bound and form.is_valid():
        try:
            if _view(request, form.cleaned_data["whose"].strip().lower(), form.cleaned_data["reason"], at=clock.now()):
                return HttpResponseRedirect(reverse("staff:activity_of"))
        except looks.TooMany as error:
            words = _("Anda telah membuka terlalu banyak rekod dalam sejam. Cuba lagi selepas %(until)s, atau minta penyelia.")
            form.add_error(None, words % {"until": formats.moment(error.until)})
            return render(request, "frame/activity_ask.html", {"form": form}, status=HTTPStatus.TOO_MANY_REQUESTS)
        form.add_error("whose", _("Ditemui %(whose)s, dijangka nombor atau ID Pengguna yang wujud") % {"whose": form.cleaned_data["whose"]})
    return render(request, "frame/activity_ask.html", {"form": form}, status=422 if form.is_bound else 200)


def _view(request: HttpRequest, whose: str, reason: str, *, at: datetime) -> bool:
    """Whether there is anybody called so, whose log may be read from now for a while. Raises looks.TooMany."""
    user: Any = request.user
    asked: dict[str, Any] = {"action": looks.READ_LOG, "reason": reason, "ip": address_of(request)}
    with looks.one_by_one(user):
        looks.require_few(user, **asked, at=at)
        subjects = _subjects(whose)
        if subjects:
            audit.record(actor=user, action=looks.READ_LOG, target=subjects[0], data={"reason": reason}, subjects=subjects, ip=asked["ip"])
        else:
            looks.unknown(user, **asked)
    if subjects:
        request.session[VIEWING] = {"subjects": subjects, "whose": whose, "at": int(at.timestamp())}
    return bool(subjects)


@officer_required(*READERS)
@require_safe
def staff_activity_of(request: HttpRequest) -> HttpResponse:
    """The log that a reason was given for, with the acts that only officers read. A while later the reason is asked again.

    Raises Http404 where none was given."""
    asked = request.session.get(VIEWING)
    if not asked:
        raise Http404
    if clock.now().timestamp() - asked.get("at", 0) >= reasons.HOLDS.total_seconds():
        return HttpResponseRedirect(reverse("staff:activity"))
    context = {**_listed(request, asked["subjects"], names=True, all_acts=True), "whose": asked["whose"], "acting_for": "", "export_url": ""}
    return render(request, "frame/activity.html", context, status=422 if context["form"].errors else 200)


def _subjects(whose: str) -> list[str]:
    """Everything that names this member, employer or user."""
    member = Member.objects.filter(number=whose).select_related("user").first()
    if member is not None:
        return [member.subject, *([member.user.subject] if member.user else [])]
    found: Employer | User | None = Employer.objects.filter(number=whose).first() or User.objects.filter(user_id=whose).first()
    if isinstance(found, User) and found.is_member and (own := Member.objects.filter(user=found).first()) is not None:
        return [own.subject, found.subject]
    return [] if found is None else [found.subject]
