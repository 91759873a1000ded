"""The pages of whole records (/staff/records/): whose and why, then what the role sees; and one masked field revealed at a time."""

from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employers import access as employers_access
from kwsp_portal.common import clock
from kwsp_portal.frame import activity_lines
from kwsp_portal.frame.permissions import Field, Who
from kwsp_portal.frame.records import employer as of_employer
from kwsp_portal.frame.records import looks, words
from kwsp_portal.frame.records import member as of_member
from kwsp_portal.templatetags import formats
from members import access as members_access
from members.enums import LookupReason
from members.forms import ReasonField
from members.identity.gates import officer_required
from members.identity.sessions import address_of
from members.labels import REASONS
from members.models import Member
from members.views import desk

SHOWN_SECONDS: Final = 60
"""How long a revealed field stays on the screen: then the page leads back to the masked one by itself."""


class AskForm(forms.Form):
    """Whose record, and why."""

    whose = forms.CharField(
        label=gettext_lazy("No. Ahli, No. pengenalan, ID Pengguna atau No. Majikan"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Tulis nombor atau ID Pengguna")},
    )
    reason = ReasonField()


class RevealForm(forms.Form):
    """Which masked field, and why. Only the fields that the role may have revealed are there to choose."""

    field = forms.ChoiceField(label=gettext_lazy("Butiran"), error_messages={"required": gettext_lazy("Pilih satu butiran")})
    reason = ReasonField()

    def __init__(self, *args: Any, fields: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = fields  # type: ignore[attr-defined]


@officer_required()
@sensitive_post_parameters("whose")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """What is looked for is sent, and stands in no address (ASVS 14.2.1)."""
    if request.method != "POST":
        return render(request, "frame/records/ask.html", {"form": AskForm()})
    form, at = AskForm(request.POST), clock.now()
    if not form.is_valid():
        return render(request, "frame/records/ask.html", {"form": form}, status=422)
    whose, why = form.cleaned_data["whose"], form.cleaned_data["reason"]
    try:
        found = looks.look(request, text=whose, reason=why, by=request.user, at=at, ip=address_of(request))  # type: ignore[arg-type]
    except looks.Unknown:
        form.add_error("whose", _("Tiada ahli atau majikan dengan nombor atau ID itu. Semak nombor, atau cari nama di kaunter."))
        return render(request, "frame/records/ask.html", {"form": form}, status=422)
    except looks.TooMany as error:
        form.add_error(None, _too_many(error))
        return render(request, "frame/records/ask.html", {"form": form}, status=429)
    name = "staff:member_record" if isinstance(found, Member) else "staff:employer_record"
    return HttpResponseRedirect(reverse(name, args=[found.number]))


@officer_required()
@never_cache
@require_safe
def member(request: HttpRequest, number: str) -> HttpResponse:
    """One member. Who has not said why is asked first."""
    found = members_access.member_numbered(number)
    if not looks.holds(request, found, at=clock.now()):
        return _ask_first(request, found)
    return _member(request, found)


@officer_required()
@never_cache
@sensitive_post_parameters("reason")
@require_POST
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """One masked field in full, in this answer only; a minute later the page leads back by itself."""
    found, at = members_access.member_numbered(number), clock.now()
    if not looks.holds(request, found, at=at):
        return redirect("staff:member_record", number=found.number)
    form = RevealForm(request.POST, fields=words.FIELDS.items())
    if not form.is_valid():
        return _member(request, found, form=form, status=422)
    field = Field(form.cleaned_data["field"])
    try:
        looks.reveal(member=found, field=field, reason=form.cleaned_data["reason"], by=request.user, at=at, ip=address_of(request))  # type: ignore[arg-type]
    except looks.NotYours:
        form.add_error("field", _("Peranan anda tidak boleh mendedahkan butiran ini. Minta penyelia jika perlu."))
        return _member(request, found, form=form, status=HTTPStatus.FORBIDDEN)
    except looks.TooMany as error:
        form.add_error(None, _too_many(error))
        return _member(request, found, form=form, status=429)
    answer = _member(request, found, revealed=field)
    answer.headers["Refresh"] = f"{SHOWN_SECONDS}; url={reverse('staff:member_record', args=[found.number])}"
    return answer


@officer_required()
@never_cache
@require_safe
def employer(request: HttpRequest, number: str) -> HttpResponse:
    """One employer, in short. Who has not said why is asked first."""
    found = employers_access.employer_numbered(number)
    if not looks.holds(request, found, at=clock.now()):
        return _ask_first(request, found)
    page = of_employer.record_of(employer=found, who=_who(request), on=clock.business_date())
    events = None if page.events is None else activity_lines.lines_of(request, page.events, names=True)
    return render(request, "frame/records/employer.html", {"employer": found, "page": page, "lines": events})


def _ask_first(request: HttpRequest, found: looks.Looked) -> HttpResponse:
    """The number stands in the address already; nothing else is said of whose it is. What was said at the counter is offered as the reason."""
    said: LookupReason | None = desk.reason_of(request)
    form = AskForm(initial={"whose": found.number, "reason": REASONS[said] if said else ""})
    return render(request, "frame/records/ask.html", {"form": form})


def _member(
    request: HttpRequest, found: Member, *, form: RevealForm | None = None, revealed: Field | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    page = of_member.record_of(member=found, who=_who(request), on=clock.business_date(), at=clock.now(), revealed=revealed)
    choices = [(field.value, label) for field, label in page.fields]
    if form is None:
        form = RevealForm(fields=choices)
    else:
        form.fields["field"].choices = choices  # type: ignore[attr-defined]
    context = {
        "member": found,
        "page": page,
        "form": form,
        "lines": None if page.events is None else activity_lines.lines_of(request, page.events, names=True),
        "revealed": words.FIELDS[revealed] if revealed else "",
        "seconds": SHOWN_SECONDS,
        "at_counter": page.proposals is not None and _who(request) in {Who.COUNTER_OFFICER, Who.SUPERVISOR},
        "corrects": _who(request) in {Who.SUPERVISOR, Who.INSPECTOR, Who.AUDITOR},
    }
    return render(request, "frame/records/member.html", context, status=status)


def _who(request: HttpRequest) -> Who:
    officer: Any = request.user
    return Who(officer.role)


def _too_many(error: looks.TooMany) -> str:
    words_ = _("Anda telah membuka terlalu banyak rekod dalam sejam. Cuba lagi selepas %(until)s, atau minta penyelia.")
    return words_ % {"until": formats.moment(error.until)}
