"""Home pages and the filing page with 1,000,000 members in the database: p50 and p95 within 4 x a floor, at most 12 queries.

The floor is a signed-in view behind all middleware that renders the empty page frame after one indexed query. In a copy of the benchmarks' database,
dropped at the end.
"""

import importlib
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from benchmarks import database, harness, reading

COPY_NAME = "kwsp_bench_pages"
REQUESTS = 120
WARM_UP = 10
GOAL = 4
MOST_QUERIES = 12


@login_required
def empty_frame(request: HttpRequest) -> HttpResponse:
    """One indexed query, then the page frame with nothing in it."""
    members = importlib.import_module("members.models")
    members.Member.objects.get(number=f"{database.FIRST_NUMBER + 1:08d}")
    return render(request, "layout/signed_in.html")


class Addresses:
    """The portal's addresses and the floor's beside them, as a URL configuration."""

    @property
    def urlpatterns(self) -> list[Any]:
        urls = importlib.import_module("kwsp_portal.urls")
        return [path("benchmark/frame/", empty_frame), *urls.urlpatterns]


def measure() -> list[harness.Figure]:
    database.prepare()
    with database.fresh(COPY_NAME):
        return _figures()


def _figures() -> list[harness.Figure]:
    maker, filing = _filing()
    member = _member()
    urls = Addresses().urlpatterns
    with override_settings(ROOT_URLCONF=tuple(urls), ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
        employer, saver = signed_in(maker), signed_in(member)
        pages = {
            "employer's home": (employer, reverse("employer:home")),
            "filing page": (employer, reverse("employer:filing", args=[filing])),
            "member's home": (saver, reverse("member:home")),
        }
        figures = []
        for name, (client, address) in pages.items():
            figures += _page(name, client, address)
        return figures


def signed_in(user: Any) -> Client:
    """A browser whose session began just now."""
    services = importlib.import_module("members.identity.services")
    client = Client()
    client.force_login(user, backend=services.BACKEND)
    session = client.session
    session[services.STARTED_AT] = session[services.SEEN_AT] = int(time.time())
    session.save()
    return client


def _page(name: str, client: Client, address: str) -> list[harness.Figure]:
    floors, times = [], []
    for number in range(REQUESTS + WARM_UP):
        floor, took = once(client, "/benchmark/frame/"), once(client, address)
        if number >= WARM_UP:
            floors.append(floor)
            times.append(took)
    with CaptureQueriesContext(connection) as queries:
        once(client, address)
    return [
        harness.Figure(f"{name}, p50", statistics.median(times), GOAL, statistics.median(floors)),
        harness.Figure(f"{name}, p95", p95(times), GOAL, p95(floors)),
        harness.Figure(f"{name}, queries", len(queries), MOST_QUERIES, unit="queries"),
    ]


def once(client: Client, address: str) -> float:
    """Seconds until the page is there. Raises RuntimeError if it is not."""
    began = time.perf_counter()
    answer = client.get(address)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: found {answer.status_code}, expected 200")
    return took


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 do not exceed."""
    return statistics.quantiles(values, n=20)[-1]


def _filing() -> tuple[Any, int]:
    """A maker and a filing of a hundred thousand rows, read by this process."""
    models = importlib.import_module("contributions.models")
    employer, maker = reading.employer()
    month = reading.FIRST_MONTH
    reading.send(employer, maker, month, reading.content_of(month))
    work: Callable[..., Any] = importlib.import_module("kwsp_portal.jobs").work_some
    work(programmes=["read_filing"])
    found = models.Filing.objects.get(employer=employer, wage_month=month.first_day)
    if found.state != "READY":
        raise RuntimeError(f"filing {found.pk}: found {found.state}, expected READY")
    return maker, found.pk


def _member() -> Any:
    """A member with accounts and ten years of monthly contributions, of an employer of their own, who can sign in."""
    return importlib.import_module("benchmarks.savings").saver()
