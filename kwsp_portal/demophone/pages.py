"""The phones and mailboxes as people see them, and the panel of faults. Pages renew themselves by a header, without a script."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal.demophone import forms, services, texts
from kwsp_portal.demophone.enums import Answer, Carriage, Channel, Reporting
from kwsp_portal.demophone.models import Arrival, Behaviour

SHOWN: Final = 50
SHOWN_AS_JSON: Final = 500
REFRESH_SECONDS: Final = 5


@require_safe
def show(request: HttpRequest, channel: Channel) -> HttpResponse:
    """All phones with their newest message, or with `?to=` one phone's messages, the newest first; `?format=json` for programs."""
    # An unescaped + in an address is a blank.
    to = request.GET.get("to", "").strip() if channel == Channel.EMAIL else _number(request.GET.get("to", ""))
    arrived = Arrival.objects.filter(channel=channel, **({"to": to} if to else {})).order_by("-id")
    if request.GET.get("format") == "json":
        return JsonResponse([_as_json(one) for one in arrived[:SHOWN_AS_JSON]], safe=False)
    shown = {"arrived": arrived[:SHOWN]} if to else {"phones": services.numbers(channel, most=SHOWN)}
    still = request.GET.get("still") == "1"
    response = _page(request, "phone", {"channel": channel.value, "to": to, "still": still, "home": _home(channel), **shown})
    if not still:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_safe
def behaviour(request: HttpRequest) -> HttpResponse:
    """How the provider behaves; `?format=json` for programs, with the address to change it."""
    found = services.behaviour()
    if request.GET.get("format") == "json":
        names = ("answer", "carriage", "reporting", "delay_seconds", "to", "left")
        return JsonResponse({"action": reverse("behave", args=[found.token]), **{name: getattr(found, name) for name in names}})
    return _behaviour_page(request, found)


@require_POST
def behave(request: HttpRequest, token: str) -> HttpResponse:
    """Behave so from now on."""
    form = forms.BehaviourForm(request.POST)
    if not form.is_valid():
        return _behaviour_page(request, services.behaviour(), errors=sorted(form.errors), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not services.behave(token=token, **form.cleaned_data):
        raise Http404
    response = HttpResponseRedirect(reverse("behaviour") + _query(request))
    response.status_code = HTTPStatus.SEE_OTHER
    return response


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    Arrival.objects.exists()
    return HttpResponse("ok", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "problem", {"what": "bad_request"}, status=HTTPStatus.BAD_REQUEST)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "problem", {"what": "not_found"}, status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, "problem", {"what": "error"}, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _behaviour_page(request: HttpRequest, found: Behaviour, *, errors: list[str] | None = None, status: int = HTTPStatus.OK) -> HttpResponse:
    kinds = {"answer": Answer, "carriage": Carriage, "reporting": Reporting}
    panel = {name: [(one.value, one.value == request.POST.get(name, getattr(found, name))) for one in kind] for name, kind in kinds.items()}
    typed = {name: request.POST.get(name, getattr(found, name)) for name in ("delay_seconds", "to", "left")}
    return _page(request, "behaviour", {"panel": panel, "typed": typed, "token": found.token, "errors": errors or []}, status=status)


def _page(request: HttpRequest, name: str, context: dict[str, Any] | None = None, *, status: int = HTTPStatus.OK) -> HttpResponse:
    language = getattr(request, "language", texts.DEFAULT)
    other = texts.other(language)
    kept = {key: request.GET[key] for key in ("to", "still") if key in request.GET}
    frame = {
        "language": language,
        "other": other,
        "query": _query(request),
        "lang": request.GET.get("lang") if request.GET.get("lang") in texts.LANGUAGES else "",
        "toggle": f"{request.path}?{urlencode({'lang': other, **kept})}" if request.method in ("GET", "HEAD") else f"{reverse('sms')}?lang={other}",
    }
    return render(request, f"demophone/{name}.html", {**frame, **(context or {})}, status=status)


def _query(request: HttpRequest) -> str:
    wished = request.GET.get("lang")
    return f"?{urlencode({'lang': wished})}" if wished in texts.LANGUAGES else ""


def _home(channel: Channel) -> str:
    return reverse("sms" if channel == Channel.SMS else "mail")


def _number(text: str) -> str:
    """As people type it, near enough to E.164 for a demo."""
    digits = "".join(sign for sign in text if sign in "0123456789")
    if not digits:
        return ""
    return f"+6{digits}" if digits.startswith("0") else f"+{digits}"


def _as_json(one: Arrival) -> dict[str, str]:
    said = {"to": one.to, "text": one.text, "sent_at": one.at.isoformat()}
    return said | ({"subject": one.subject} if one.channel == Channel.EMAIL else {})
