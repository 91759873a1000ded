"""One member at the counter: who it is, the identity checklist, the TAC number and the temporary User ID, all on one page; and the slip."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal.common import clock
from kwsp_portal.phones import masked
from members import access, forms, labels
from members.enums import Door, Thumb
from members.identity import invitations
from members.models import Member
from members.selectors import counter
from members.services import binding, checking, correcting, proposals
from members.views import desk


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, number: str) -> HttpResponse:
    """Everything on one page, one click (ux.md 9). Who came without a search is asked for the reason first."""
    found = access.member_numbered(number)
    if desk.reason_of(request) is None:
        return redirect(f"{reverse('counter:search')}?reason=1")
    if request.method != "POST":
        language = found.user.language if found.user else "ms"
        return _page(request, found, forms.IssueForm(initial={"language": language}))
    form = forms.IssueForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    return _issue(request, found, form)


def _issue(request: HttpRequest, found: Member, form: forms.IssueForm) -> HttpResponse:
    at = clock.now()
    if not desk.of_register(form, found):
        return _page(request, found, form, status=422)
    checklist = desk.checked(request, form, found, at=at)
    try:
        outcome = binding.issue(
            member=found,
            phone=form.cleaned_data["phone"],
            language=form.cleaned_data["language"],
            checklist=checklist,
            door=Door.COUNTER,
            by=request.user,  # type: ignore[arg-type]
            on=clock.business_date(),
            at=at,
            ip=desk.address_of(request),
        )
    except checking.Incomplete as error:
        for field, words in forms.missing_words(error.codes):
            form.add_error(field, str(words))
        return _page(request, found, form, status=422)
    except binding.Lacking:
        return _page(request, access.member_numbered(found.number), form, status=409)
    except binding.NothingToDo:
        form.add_error("phone", _("i-Akaun ini sudah aktif dan nombor itu sudah nombor TAC orang ini. Tiada apa yang perlu dibuat."))
        return _page(request, found, form, status=409)
    except proposals.NotAllowed as error:
        status, words = desk.NOT_ALLOWED[error.code]
        form.add_error(None, str(words))
        return _page(request, found, form, status=status)
    return _done(request, found, outcome)


def _done(request: HttpRequest, found: Member, outcome: binding.Outcome) -> HttpResponse:
    if outcome.invitation is not None:
        return HttpResponseRedirect(reverse("counter:slip", args=[outcome.invitation.pk]))
    if outcome.proposal is not None:
        messages.success(request, _("Dihantar kepada penyelia. Nombor itu belum diikat dan tiada SMS dihantar."))
        return HttpResponseRedirect(reverse("counter:proposal", args=[outcome.proposal.pk]))
    messages.success(request, _("Nombor TAC telah ditukar. Nombor lama diberitahu melalui SMS."))
    return HttpResponseRedirect(reverse("counter:member", args=[found.number]))


def _page(request: HttpRequest, found: Member, form: forms.IssueForm, *, status: int = 200) -> HttpResponse:
    on, at = clock.business_date(), clock.now()
    desk.seen(request, found)
    stands = counter.i_akaun_of(found)
    thumb = desk.thumb_of(request, found.identity_number, at=at)
    context: dict[str, Any] = {
        "member": found,
        "kind": labels.paper(found.identity_kind, found.identity_country),
        "citizenship": labels.CITIZENSHIPS.get(correcting.citizenship_on(correcting.record_of(found), on) or "", ""),
        "stands": stands,
        "message": labels.MESSAGES[stands.message.state] if stands.message else None,
        "ended": invitations.why_ended(stands.invitation, on=on) if stands.invitation else "",
        "waiting": [(one, labels.PROPOSAL_KINDS[one.kind]) for one in stands.waiting],
        "checks": [(one, labels.DOORS[one.door], labels.THUMBS[one.thumb]) for one in stands.checks],
        "lacking": [labels.refusal(one) for one in binding.refusals_of(found, on=on)],
        "thumb": labels.THUMBS[thumb] if thumb is not Thumb.NOT_ASKED else None,
        "has_thumb": found.identity_kind in checking.THUMBED,
        "phone": masked(found.phone) if found.phone else "",
        "form": form,
    }
    return render(request, "members/counter/member.html", context, status=status)


@desk.counter_required
@require_safe
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent and how far it has come; below it the slip for the person, in the person's language, with nothing secret on it."""
    found = access.invitation_for(pk)
    desk.seen(request, found.user.member)
    message = counter.message_of(found)
    context = {
        "invitation": found,
        "member": found.user.member,
        "phone": masked(found.phone),
        "message": labels.MESSAGES[message.state] if message else None,
        "ended": invitations.why_ended(found, on=clock.business_date()),
        "language": found.user.language,
        "activate": request.build_absolute_uri("/activate/" if found.user.language == "ms" else "/en/activate/"),
    }
    return render(request, "members/counter/slip.html", context)
