"""Who is in the register, and what it says of them: a new member, and the proposal of a correction."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from members import access, forms, labels
from members.enums import LookupReason, Thumb
from members.models import Member
from members.rules.identity import TWELVE_DIGITS
from members.services import checking, correcting, proposals, queue
from members.services import registering as services
from members.views import desk

FIELD_OF = {
    "IDENTITY_FORM": "paper_number",
    "IDENTITY_BIRTH_DATE": "paper_number",
    "IDENTITY_TAKEN": "paper_number",
    "PASSPORT_COUNTRY": "identity_country",
    "IDENTITY_CITIZENSHIP": "citizenship",
    "BIRTH_DATE_RANGE": "birth_date",
    "BORN_AFTER_JOINING": "birth_date",
    "CITIZENSHIP_DAY": "citizenship_from",
    "NAME_EMPTY": "name",
}
"""The field of the form that a refusal belongs to."""


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A person who has no number yet."""
    if request.method != "POST":
        return render(request, "members/counter/register.html", {"form": forms.RegisterForm()})
    form = forms.RegisterForm(request.POST, request.FILES)
    alike: list[Member] = []
    holder = ""
    if form.is_valid():
        person, at = form.person(), clock.now()
        thumb = _thumb(request, form, person.identity_number, None)
        try:
            made = services.register(
                person=person,
                checklist=form.checklist(paper=person.identity_kind, thumb=thumb, reader=desk.reader_of(request)),
                papers=form.cleaned_data["papers"],
                none_of=form.others_seen(),
                by=request.user,  # type: ignore[arg-type]
                on=clock.business_date(),
                at=at,
            )
        except services.NotRegistrable as error:
            holder = error.holder
            _say(form, error)
        except services.PerhapsKnown as error:
            alike = error.members
        except checking.Incomplete as error:
            for field, words in forms.missing_words(error.codes):
                form.add_error(field, str(words))
        else:
            request.session.setdefault(desk.REASON, LookupReason.AT_COUNTER.value)
            messages.success(request, _("Didaftarkan. Nombor ahli: %(number)s") % {"number": made.number})
            return HttpResponseRedirect(reverse("counter:member", args=[made.number]))
    context = {"form": form, "alike": alike, "numbers": " ".join(member.number for member in alike), "holder": holder, "form_errors": True}
    return render(request, "members/counter/register.html", context, status=409 if alike or holder else 422)


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """What the register is to say, with papers; a supervisor decides."""
    found = access.member_numbered(number)
    if desk.reason_of(request) is None:
        return redirect(f"{reverse('counter:search')}?reason=1")
    record, on = correcting.record_of(found), clock.business_date()
    desk.seen(request, found)
    if request.method != "POST":
        last = record["citizenships"][-1] if record["citizenships"] else ["", "", None]
        first = {
            **{name: record[name] for name in ("name", "identity_kind", "identity_country", "birth_date")},
            "citizenship": last[0],
            "citizenship_from": last[1],
        }
        return render(request, "members/counter/correct.html", {"form": forms.CorrectionForm(initial=first), "member": found})
    form = forms.CorrectionForm(request.POST, request.FILES)
    status = 422
    if form.is_valid():
        changes, at = form.changes(recorded_number=found.identity_number), clock.now()
        if form.cleaned_data["paper_number"] != changes.identity_number:
            form.add_error("paper_number", _("Nombor pada dokumen berlainan daripada nombor yang dicadangkan."))
            return render(request, "members/counter/correct.html", {"form": form, "member": found}, status=status)
        thumb = _thumb(request, form, changes.identity_number, found)
        try:
            proposal = queue.propose_correction(
                member=found,
                changes=changes,
                reason=form.cleaned_data["reason"],
                papers=form.cleaned_data["papers"],
                checklist=form.checklist(paper=changes.identity_kind, thumb=thumb, reader=desk.reader_of(request)),
                by=request.user,  # type: ignore[arg-type]
                on=on,
                at=at,
            )
        except services.NotRegistrable as error:
            _say(form, error)
        except correcting.NothingChanged:
            form.add_error(None, _("Daftar sudah menyatakan semua ini. Tiada yang perlu dibetulkan."))
        except checking.Incomplete as error:
            for field, words in forms.missing_words(error.codes):
                form.add_error(field, str(words))
        except proposals.NotAllowed as error:
            status, words = desk.NOT_ALLOWED[error.code]
            form.add_error(None, str(words))
        else:
            messages.success(request, _("Dihantar kepada penyelia. Daftar belum berubah."))
            return HttpResponseRedirect(reverse("counter:proposal", args=[proposal.pk]))
    return render(request, "members/counter/correct.html", {"form": form, "member": found}, status=status)


def _thumb(request: HttpRequest, form: forms.CheckForm, number: str, member: Member | None) -> Thumb:
    """What the desk's reader says of the holder of this number, where the paper holds a print."""
    at = clock.now()
    thumb = desk.thumb_of(request, number, at=at)
    if thumb is not Thumb.MATCHED and form.cleaned_data["identity_kind"] in TWELVE_DIGITS:
        return desk.ask_reader(request, member, number, at=at)
    return thumb


def _say(form: forms.CheckForm, error: services.NotRegistrable) -> None:
    """Each refusal beside its field."""
    for refusal in error.refusals:
        field = FIELD_OF.get(refusal.code)
        form.add_error(field if field in form.fields else None, labels.refusal(refusal))
