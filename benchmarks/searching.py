"""The counter's search among 1,000,000 members by any key: p95 at most 20 x a primary-key look-up through the ORM, at most 8 queries a page.

Both are measured in turn, so that a noisy machine disturbs both alike.
"""

import functools
import importlib
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import database, harness

ROUNDS = 400
WARM_UP = 40
GOAL = 20
MOST_QUERIES = 8

# Five names in all: a million people of whom each beginning finds two hundred thousand. Every second gave a telephone.
_NAMES = """
UPDATE members_member SET phone = CASE WHEN id % 2 = 0 THEN '+6011' || lpad(id::text, 8, '0') ELSE '' END,
       name_key = (ARRAY['MUHAMMAD', 'SITI', 'TAN', 'LIM', 'NURUL'])[1 + id % 5] || upper(md5(id::text))
"""


def measure() -> list[harness.Figure]:
    database.prepare()
    with database.fresh("kwsp_bench_search"):
        with database.owner_of_bench() as cursor:
            cursor.execute(_NAMES)
            cursor.execute("VACUUM ANALYZE members_member")
        return _figures()


def _figures() -> list[harness.Figure]:
    members = importlib.import_module("members.models").Member
    counter = importlib.import_module("members.selectors.counter")
    people = list(members.objects.filter(pk__in=range(1000, 1_000_000, 1999)).order_by("pk"))
    keys: dict[str, Callable[[Any], str]] = {
        "identity number": lambda one: f"{one.identity_number[:6]}-{one.identity_number[6:8]}-{one.identity_number[8:]}",
        "member number": lambda one: one.number,
        "telephone": lambda one: one.phone or f"+6011{one.pk:08d}",
        "start of a name": lambda one: one.name_key[:12],
        "start of many names": lambda one: one.name_key[:3],
        "nobody's number": lambda one: f"9{one.identity_number[1:]}",
    }
    figures, most = [], 0
    for name, key in keys.items():
        floor, found, queries = _pairs(
            [functools.partial(members.objects.get, pk=one.pk) for one in people],
            [functools.partial(counter.search, key(one)) for one in people],
        )
        figures.append(harness.Figure(f"counter search by {name}, p95", found, GOAL, floor=floor, note=f"{queries} queries"))
        most = max(most, queries)
    return [*figures, harness.Figure("queries of a search", most, MOST_QUERIES, unit="")]


def _pairs(floors: list[Callable[[], object]], works: list[Callable[[], object]]) -> tuple[float, float, int]:
    """p95 of the floor and of the work, and the most queries that one took."""
    taken: tuple[list[float], list[float]] = ([], [])
    for place in range(ROUNDS + WARM_UP):
        for side, acts in enumerate((floors, works)):
            start = time.perf_counter()
            acts[place % len(acts)]()
            if place >= WARM_UP:
                taken[side].append(time.perf_counter() - start)
    with CaptureQueriesContext(connection) as captured:
        works[0]()
    floor, found = (statistics.quantiles(side, n=20)[-1] for side in taken)
    return floor, found, len(captured)
