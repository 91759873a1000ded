"""The wall clock is read in one module; everybody else is told the day (house style 42)."""

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
APPS = ("kwsp_portal", "members", "employers", "contributions", "withdrawals")
# common/clock.py is the clock; the demo bank and the demo phone are programs of their own; the devstack measures waiting, not days.
READERS = ("kwsp_portal/common/clock.py", "kwsp_portal/demobank/", "kwsp_portal/demophone/", "kwsp_portal/devstack/")
READS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now"), ("timezone", "localdate")}
# Where time comes in: views, tasks, commands, the worker's programmes, the demo clock, middleware, ways out of the house, sources of the clock.
INTERFACES = (
    "/views",
    "/api/",
    "/tasks.py",
    "/work.py",
    "/management/",
    "/middleware.py",
    "/frame/",
    "/admin",
    "/jobs/",
    "/bank/conf.py",
    "/notify/gateways/",
    "/lockout.py",
    "/token_authentication.py",
)


def _modules() -> list[tuple[str, ast.Module]]:
    files = [path for app in APPS for path in (PROJECT / app).rglob("*.py") if "migrations" not in path.parts]
    return [(str(path.relative_to(PROJECT)), ast.parse(path.read_text())) for path in files]


def _calls(tree: ast.Module) -> set[tuple[str, str]]:
    return {
        (ast.unparse(node.func.value).rpartition(".")[2], node.func.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_nobody_but_the_clock_reads_the_wall_clock() -> None:
    found = {name: _calls(tree) & READS for name, tree in _modules() if not name.startswith(READERS)}

    assert {name: calls for name, calls in found.items() if calls} == {}


def test_services_selectors_and_rules_are_told_the_day() -> None:
    clock = {("clock", "business_date"), ("clock", "now"), ("clock", "real_date")}
    found = {
        name: _calls(tree) & clock for name, tree in _modules() if not name.startswith(READERS) and not any(part in f"/{name}" for part in INTERFACES)
    }

    assert {name: calls for name, calls in found.items() if calls} == {}


def test_the_guard_sees_a_planted_reader() -> None:
    planted = ast.parse("from datetime import date\nday = date.today()\n")

    assert _calls(planted) & READS == {("date", "today")}
