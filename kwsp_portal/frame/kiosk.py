"""The kiosk (/kiosk/): what a counter does, alone, by identity number and thumb; and savings, to see and print (seed 000).

A visit lives in the session of the kiosk's browser, names one member, and ends by itself: after a minute without a touch the page leaves (kiosk.js),
and what is left on the server is no visit any more after three, nor any after fifteen. Every page is kept nowhere; the end makes a new session.
"""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contributions import labels as contribution_labels
from contributions.selectors import savings
from kwsp_portal import audit, thumbprint
from kwsp_portal.common import clock
from members import access, forms, labels
from members.enums import Door, IdentityKind, Thumb
from members.identity import gates, invitations
from members.identity.models import User
from members.models import Member
from members.rules import identity
from members.selectors import counter
from members.services import binding, checking

VISIT: Final = "kiosk_visit"
"""Session key: the member, when last touched, and what was sent."""
COOKIE: Final = "kiosk"
DEMO_NAME: Final = "kiosk-demo"
BACKSTOP: Final = 3
"""Times KIOSK_SECONDS: a page that is being typed into tells the server nothing."""
LONGEST: Final = 15
"""Times KIOSK_SECONDS: then the thumb is read again, however busy the visit is."""
MONTHS_SHOWN: Final = 6
View = Callable[..., HttpResponse]


def name_of(request: HttpRequest) -> str:
    """Which kiosk this is, by the key that was set up on it; without keys only the demo has one. Raises Http404 for every other machine."""
    if not settings.KIOSK_KEYS:
        if settings.DEMO:
            return DEMO_NAME
        raise Http404
    try:
        said = str(request.get_signed_cookie(COOKIE, default="", salt=COOKIE))
    except signing.BadSignature:
        said = ""
    for name, key in _keys():
        if hmac.compare_digest(said.encode(), f"{name}:{key}".encode()):
            return name
    raise Http404


def _keys() -> list[tuple[str, str]]:
    return [(name, key) for name, _colon, key in (entry.partition(":") for entry in settings.KIOSK_KEYS) if name and key]


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def device(request: HttpRequest) -> HttpResponse:
    """A technician sets up a machine as a kiosk. Without keys, or with a wrong one, there is nothing here."""
    if not settings.KIOSK_KEYS:
        raise Http404
    if request.method != "POST":
        return render(request, "frame/kiosk/device.html")
    typed = request.POST.get("key", "").strip()
    found = next((f"{name}:{key}" for name, key in _keys() if hmac.compare_digest(typed.encode(), key.encode())), "")
    if not found:
        audit.record_refusal(actor=None, action="kiosk.device", ip=request.META.get("REMOTE_ADDR"))
        return render(request, "frame/kiosk/device.html", {"refused": _("Kunci itu bukan kunci kiosk."), "form_errors": True}, status=422)
    answer = redirect("kiosk:start")
    answer.set_signed_cookie(COOKIE, found, salt=COOKIE, max_age=365 * 86400, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Strict")
    audit.record(actor=invitations.KIOSK, action="kiosk.device", data={"kiosk": found.partition(":")[0]}, ip=request.META.get("REMOTE_ADDR"))
    return answer


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Identity number, then the card and thumb on the reader. The same words whether the number is known or not."""
    kiosk = name_of(request)
    if request.method != "POST":
        _forget(request)
        return render(request, "frame/kiosk/start.html", {"reader": kiosk, "number": ""})
    number, at = identity.compact(request.POST.get("number", "")[:40]), clock.now()
    if not number:
        return _start_again(request, kiosk, _("Masukkan nombor pengenalan anda."))
    thumb = checking.thumb_of(reading=thumbprint.read(kiosk, at=at), identity_number=number)
    member = Member.objects.filter(identity_number=number, identity_kind__in=checking.THUMBED).first()
    if thumb is Thumb.SILENT:
        return _start_again(request, kiosk, _("Pembaca belum membaca apa-apa. Letakkan kad dan ibu jari anda, kemudian cuba lagi."))
    if thumb is not Thumb.MATCHED or member is None:
        audit.record_refusal(actor=invitations.KIOSK, action="kiosk.open", target=member, data={"kiosk": kiosk}, ip=_address(request))
        return _start_again(request, kiosk, _("Kad, ibu jari dan nombor itu tidak sepadan dengan seorang ahli. Cuba lagi, atau pergi ke kaunter."))
    request.session.cycle_key()
    request.session[VISIT] = {"member": member.number, "began": int(at.timestamp()), "at": int(at.timestamp())}
    audit.record(actor=invitations.KIOSK, action="kiosk.open", target=member, data={"kiosk": kiosk}, ip=_address(request))
    return redirect("kiosk:menu")


def _start_again(request: HttpRequest, kiosk: str, words: str) -> HttpResponse:
    number = request.POST.get("number", "")[:40]
    return render(request, "frame/kiosk/start.html", {"reader": kiosk, "refused": words, "number": number, "form_errors": True}, status=422)


def visited(view: View) -> View:
    """Behind it somebody's thumb was read a moment ago; else the start."""

    @wraps(view)
    def behind(request: HttpRequest) -> HttpResponse:
        kiosk, at = name_of(request), clock.now()
        visit = request.session.get(VISIT)
        if not visit or _is_over(visit, at.timestamp()):
            _forget(request)
            return redirect("kiosk:start")
        request.session[VISIT] = {**visit, "at": int(at.timestamp())}
        return view(request, access.member_numbered(visit["member"]), kiosk)

    return behind


def _is_over(visit: dict[str, Any], now: float) -> bool:
    """Untouched for too long, or too long in all."""
    return now - visit["at"] >= settings.KIOSK_SECONDS * BACKSTOP or now - visit["began"] >= settings.KIOSK_SECONDS * LONGEST


@gates.public
@never_cache
@require_safe
@visited
def menu(request: HttpRequest, member: Member, kiosk: str) -> HttpResponse:
    """What can be done here."""
    lacking = [labels.refusal(one) for one in binding.refusals_of(member, on=clock.business_date())]
    return _page(request, "menu", member, {"lacking": lacking, "active": _active(member)})


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visited
def i_akaun(request: HttpRequest, member: Member, kiosk: str) -> HttpResponse:
    """The mobile number, typed twice; then the SMS is on its way. What is risky leads to the counter."""
    form = forms.KioskForm(request.POST if request.method == "POST" else None, initial={"language": _language(request)})
    if not form.is_bound or not form.is_valid():
        return _page(request, "i_akaun", member, {"form": form, "active": _active(member)}, status=422 if form.is_bound else 200)
    at = clock.now()
    try:
        outcome = binding.issue(
            member=member,
            phone=form.cleaned_data["phone"],
            language=form.cleaned_data["language"],
            checklist=_seen(member, kiosk),
            door=Door.KIOSK,
            by=None,
            on=clock.business_date(),
            at=at,
            ip=_address(request),
        )
    except binding.AtTheCounter as error:
        return _page(request, "counter", member, {"reasons": [labels.RISKS[risk] for risk in error.risks]}, status=409)
    except binding.Lacking as error:
        return _page(request, "counter", member, {"reasons": [labels.refusal(one) for one in error.refusals]}, status=409)
    except binding.NothingToDo:
        form.add_error("phone", _("i-Akaun ini sudah aktif dan nombor itu sudah nombor TAC anda."))
        return _page(request, "i_akaun", member, {"form": form, "active": _active(member)}, status=409)
    invitation = outcome.invitation
    request.session[VISIT] = {**request.session[VISIT], "sent": invitation.pk if invitation else 0}
    return redirect("kiosk:done")


@gates.public
@never_cache
@require_safe
@visited
def done(request: HttpRequest, member: Member, kiosk: str) -> HttpResponse:
    """What was sent, until when, and what next. Seen again it sends nothing."""
    sent = request.session[VISIT].get("sent")
    if sent is None:
        return redirect("kiosk:menu")
    stands = counter.i_akaun_of(member)
    message = labels.MESSAGES[stands.message.state] if stands.message and sent else None
    activate = request.build_absolute_uri(reverse("identity:activate"))
    shown = {"invitation": stands.invitation if sent else None, "phone": stands.phone, "message": message, "activate": activate}
    return _page(request, "done", member, shown)


@gates.public
@never_cache
@require_safe
@visited
def statement(request: HttpRequest, member: Member, kiosk: str) -> HttpResponse:
    """Savings by account and the last contributions, to read and print."""
    page = savings.home_of(member=member, on=clock.business_date())
    audit.record(actor=invitations.KIOSK, action="kiosk.savings", target=member, data={"kiosk": kiosk}, ip=_address(request))
    months = [(line, contribution_labels.tags_of(line.state, late=line.late)) for line in page.months[:MONTHS_SHOWN]]
    return _page(request, "savings", member, {"page": page, "months": months})


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest) -> HttpResponse:
    """The visit is over: by the person, or by the minute."""
    name_of(request)
    _forget(request)
    return redirect("kiosk:start")


def _page(request: HttpRequest, name: str, member: Member, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    asked = {"member": member, "seconds": settings.KIOSK_SECONDS, **context}
    return render(request, f"frame/kiosk/{name}.html", asked, status=status)


def _active(member: Member) -> bool:
    """Whether the member has an i-Akaun already: then only the number changes."""
    return bool(member.user and member.user.activated_at)


def _forget(request: HttpRequest) -> None:
    """Nothing of a visit stays; somebody who has signed in on this browser keeps their session."""
    if isinstance(request.user, User):
        request.session.pop(VISIT, None)
    elif VISIT in request.session:
        request.session.flush()


def _seen(member: Member, kiosk: str) -> checking.Checklist:
    """A kiosk goes by the thumb alone."""
    return checking.Checklist(paper=IdentityKind(member.identity_kind), seen=frozenset(), thumb=Thumb.MATCHED, reader=kiosk)


def _language(request: HttpRequest) -> str:
    return str(request.LANGUAGE_CODE)[:2]  # type: ignore[attr-defined]


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
