"""The demo's own pages: its doors, and the clock that moves forward (ruling 2)."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal import ekasih
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.frame.demo.doors import only_in_demo
from kwsp_portal.frame.demo.forms import ClockForm, ThumbForm
from kwsp_portal.frame.demo.people import PASSWORD, PEOPLE, TOTP_SECRET
from kwsp_portal.jobs import calendar
from kwsp_portal.templatetags import formats
from kwsp_portal.thumbprint import demo as thumbprint
from members.enums import IdentityKind, Sex
from members.identity import gates
from members.models import Member

LISTED: Final = 20
"""So many made-up members the demo's e-Kasih list names, at the most."""
NOT_MEMBERS: Final = (("880229146666", "SITI BINTI REKAAN"), ("8802301466", "NOMBOR BINTI SALAH"))
"""Rows of the list that an officer sees refused: nobody's number, and one that is too short."""


@gates.public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The made-up people, their one password, and the machines of the demo."""
    only_in_demo()
    return render(request, "frame/public_demo.html", {"people": PEOPLE, "password": PASSWORD, "totp_secret": TOTP_SECRET})


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def clock_page(request: HttpRequest) -> HttpResponse:
    """Shows the business date; a POST moves it forward and runs what fell due. `?format=json` is for programs (the demo bank)."""
    only_in_demo()
    today = clock.business_date()
    if request.method != "POST" and request.GET.get("format") == "json":
        return JsonResponse({"business_date": today.isoformat(), "now": clock.now().isoformat()})
    form = ClockForm(request.POST, today=today) if request.method == "POST" else ClockForm(today=today)
    if form.is_bound and form.is_valid():
        try:
            calendar.advance(to=form.cleaned_data["to"], by=request.user if request.user.is_authenticated else None)
        except calendar.ClockBackwards as refused:
            form.add_error("date", _("Tarikh perniagaan hanya bergerak ke hadapan. Ia sudah %(today)s.") % {"today": formats.day(refused.current)})
        else:
            return redirect("demo:clock")
    context = {"form": form, "today": today, "moves": form.moves}
    return render(request, "frame/public_clock.html", context, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def thumb_page(request: HttpRequest) -> HttpResponse:
    """Puts a card and a thumb on a reader of a counter (its officer's User ID) or kiosk. A reader on which nothing lies is silent."""
    only_in_demo()
    first = {"reader": request.GET.get("reader", "kaunter01"), "whose": "own"}
    form = ThumbForm(request.POST) if request.method == "POST" else ThumbForm(initial=first)
    if form.is_bound and form.is_valid():
        found = form.cleaned_data
        thumbprint.put(reader=found["reader"], card=found["card"], own=found["whose"] == "own", at=clock.now())
        messages.success(request, _("Kad dan ibu jari ada pada pembaca %(reader)s selama dua minit.") % {"reader": found["reader"]})
        return redirect("demo:thumb")
    return render(request, "frame/public_thumb.html", {"form": form}, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@require_safe
def ekasih_file(request: HttpRequest) -> HttpResponseBase:
    """The Ministry's list as it would come today: made-up women, one who is nobody's member, a number that is none. For an officer to bring."""
    only_in_demo()
    women = Member.objects.filter(sex=Sex.FEMALE, identity_kind=IdentityKind.MYKAD, died_on=None).order_by("number")
    rows = [*women.values_list("identity_number", "name")[:LISTED], *NOT_MEMBERS]
    return downloads.attachment(ekasih.write(as_at=clock.business_date(), rows=rows), name="e-kasih.txt", content_type="text/plain; charset=utf-8")
