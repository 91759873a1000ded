"""What the browser tests of the look open: the page of all components, the error pages, a job that gets on."""

from datetime import date
from typing import Any

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from kwsp_portal.frame import styleguide

asked: list[str] = []

JOB = """{% extends "layout/base.html" %}{% block page_title %}Kerja{% endblock %}
{% block content %}<h1>Kerja</h1>
{% if done < 3 %}{% progress label="Membaca" done=done total=3 every=1 %}{% else %}<p>Selesai semuanya</p>{% endif %}{% endblock %}"""


def demo(request: HttpRequest) -> dict[str, Any]:
    """What kwsp_portal.frame.context gives, without a database."""
    return {"demo": True, "business_date": date(2026, 11, 22), "help_contact": "03-0000 0000"}


def error_page(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"errors/{name}.html", {"reference": "A1B2C3D4E5F6"})


def job(request: HttpRequest) -> HttpResponse:
    """Each look at it finds one row more done; `?json=1` answers the script's question with JSON, `?ended=1` by leading away."""
    asked.append(request.headers.get("X-Fragment", ""))
    done = len(asked) - 1
    if request.GET.get("ended") and request.headers.get("X-Fragment"):
        return HttpResponseRedirect("/error/403/?ended=idle")
    if request.GET.get("json") and request.headers.get("X-Fragment"):
        return JsonResponse({"done": done, "total": 3, "finished": done >= 3})
    return HttpResponse(engines["django"].from_string(JOB).render({"done": done, "request": request}, request))


urlpatterns = i18n_patterns(
    path("demo/design/", styleguide.show),
    path("error/<str:name>/", error_page),
    path("job/", job),
    prefix_default_language=False,
)
