"""schemathesis against every call of the API, as each role (`make soak ARGS=tests/api/soak_schemathesis.py`).

The tool makes the requests from the schema that the portal serves, right ones and wrong ones, and judges the answers by its checks; at least
KWSP_SOAK_REQUESTS a role (300), KWSP_SOAK_EXAMPLES of each call in the fuzzing of a round (20), KWSP_SOAK_SEED for the same ones once more. The
requests come in rounds, each in a portal of its own: whoever asks at random has soon handed in, discarded and used up what there is. What the tool
cannot know, that each role gets something done, soak_api.py asks.
"""

import logging
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core import signals
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, connections, transaction
from django.test import Client
from schemathesis.cli.commands.run.context import ExecutionContext
from schemathesis.cli.events import LoadingFinished
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from contributions.models import Filing
from members.ledger import invariants
from members.models import Member
from tests.api.soak_api import ROLES, bank, bank_process, calm, clients, starts_now, stocked
from tests.contributions.conftest import Office, bank_pairs, make_office, office

__all__ = ["bank", "bank_pairs", "bank_process", "calm", "clients", "make_office", "office"]

REQUESTS = int(os.environ.get("KWSP_SOAK_REQUESTS", "300"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
EXAMPLES = int(os.environ.get("KWSP_SOAK_EXAMPLES", "20"))
"""Of each call in the fuzzing of a round."""
CSRF = "s" * 32
OF_SOCKETS = {"max_redirects", "verify", "cert", "proxies", "timeout"}
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("default")]


@dataclass
class App:
    """The portal's WSGI application on the connection of the test, in whatever thread the tool asks."""

    portal: Callable[..., Iterable[bytes]] = field(default_factory=get_wsgi_application)
    asked: Counter[str] = field(default_factory=Counter)
    """Answers by status."""

    def __post_init__(self) -> None:
        self.database = connection._connections["default"]  # type: ignore[attr-defined]
        self.database.inc_thread_sharing()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        connections["default"] = self.database
        # A browser with a session has the cookie against forged forms as well, and its pages send it back.
        if settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", ""):
            environ["HTTP_COOKIE"] += f"; {settings.CSRF_COOKIE_NAME}={CSRF}"
            environ["HTTP_X_CSRFTOKEN"] = CSRF

        def started(status: str, *rest: Any) -> Any:
            self.asked[status[:3]] += 1
            return start_response(status, *rest)

        return self.portal(environ, started)


OF_FILINGS = "/api/v1/employers/{number}/filings/"
HAS_RULES_OF_ITS_OWN = {
    # The person, the password and the scope fit together or not.
    "POST /api/v1/auth/tac/",
    "POST /api/v1/auth/token/",
    # Days and months that the law has rates for, a bonus within the wages, a question of the kind asked for.
    "GET /api/v1/calculators/contribution/",
    "POST /api/v1/calculators/contribution/list/",
    "GET /api/v1/calculators/incentive/",
    "GET /api/v1/calculators/late-charge/",
    "GET /api/v1/calculators/withdrawal/",
    # A cursor is what the page before gave; the last month of all has no next one; a period is of at most 366 days; a year is of four digits.
    f"GET {OF_FILINGS}",
    f"GET {OF_FILINGS}{{id}}/rows/",
    "GET /api/v1/employers/{number}/template/",
    "GET /api/v1/me/contributions/",
    "GET /api/v1/me/postings/",
    # Any bytes are no Borang A.
    f"POST {OF_FILINGS}",
    # A sheet that the workbook has, a declaration that is true, a comment that says something, a bank that FPX lists.
    f"POST {OF_FILINGS}{{id}}/sheet/",
    f"POST {OF_FILINGS}{{id}}/submit/",
    f"POST {OF_FILINGS}{{id}}/return/",
    f"POST {OF_FILINGS}{{id}}/payments/",
    # At least one cell, right as the rest of the row has it.
    f"PATCH {OF_FILINGS}{{id}}/rows/{{line}}/",
    # Three letters are not always a country.
    "GET /api/v1/employers/{number}/members/",
}
"""Calls that refuse, as their schemas say (400, 422), what JSON Schema has no words for: there what is valid by the schema need not be accepted."""
WAITS_IN = {
    "approve": "SUBMITTED",
    "return": "SUBMITTED",
    "submit": "READY",
    "sheet": "ASKED",
    "payments": "APPROVED",
    "discard": "READY",
    "rows": "FAULTY",
}
"""In which state a filing can be acted on so."""
PREPARING = {
    f"POST {OF_FILINGS}",
    *(f"POST {OF_FILINGS}{{id}}/{act}/" for act in ("submit", "sheet", "discard")),
    f"PATCH {OF_FILINGS}{{id}}/rows/{{line}}/",
}
APPROVING = {f"POST {OF_FILINGS}{{id}}/{act}/" for act in ("approve", "return", "payments")}
MAY_NOT: dict[str, Callable[[str], bool]] = {
    "stranger": lambda call: "/me/" in call or "/employers/" in call,
    "member": lambda call: "/employers/" in call,
    "maker": lambda call: "/me/" in call or call in APPROVING,
    "checker": lambda call: "/me/" in call or call in PREPARING,
    "administrator": lambda call: "/me/" in call,
    "officer": lambda call: "/me/" in call or "/employers/" in call,
    # A checker's, without a token and its limit.
    "session": lambda call: "/me/" in call or call in PREPARING | APPROVING,
}
"""The calls that a role is refused, whatever it sends: 401 or 403 is what the tool warns of, and what is right."""
SELDOM_DONE_HERE = {
    # No person has this password; the only approved filing is soon being paid; the one with a faulty row may be discarded before its row is.
    "POST /api/v1/auth/token/",
    f"POST {OF_FILINGS}{{id}}/payments/",
    f"PATCH {OF_FILINGS}{{id}}/rows/{{line}}/",
}
GOOD: dict[str, dict[str, Any]] = {
    "POST /api/v1/auth/tac/": {"user_id": "pengguna01", "password": "Kata-laluan-9", "scope": "me"},
    "POST /api/v1/auth/token/": {"user_id": "pengguna01", "password": "Kata-laluan-9", "scope": "me", "tac": "123456"},
    f"POST {OF_FILINGS}{{id}}/submit/": {"declaration": True},
    f"POST {OF_FILINGS}{{id}}/sheet/": {"sheet": "August"},
    f"POST {OF_FILINGS}{{id}}/return/": {"comment": "Semak"},
    f"POST {OF_FILINGS}{{id}}/payments/": {"method": "fpx", "bank": "MBB0228"},
    f"PATCH {OF_FILINGS}{{id}}/rows/{{line}}/": {"left_out": True},
}
"""A body that the call takes, once."""
NAMED_IN_THE_ANSWER = {
    # A wrong row is answered with its faults among the others (200): its description says so.
    "POST /api/v1/calculators/contribution/list/",
}


def _with_examples(schema: dict[str, Any], office: Office) -> dict[str, Any]:
    """The schema as it is served, with examples of what there is in this portal: whom and which filing nobody can guess."""
    by_state: dict[str, list[int]] = {}
    for filing in Filing.objects.order_by("pk"):
        by_state.setdefault(str(filing.state), []).append(filing.pk)
    for path, calls in schema["paths"].items():
        act = next((act for act in WAITS_IN if f"{{id}}/{act}/" in path), "rows")
        # Of the two that are ready, one is handed in, the other discarded.
        filing = by_state[WAITS_IN[act]][-1 if act == "discard" else 0]
        found = {"number": office.employer.number, "id": filing, "line": 3, "Idempotency-Key": secrets.token_hex(8)}
        for call in calls.values():
            for parameter in call.get("parameters", ()):
                if parameter["name"] in found:
                    parameter["example"] = found[parameter["name"]]
        for method, call in calls.items():
            for content in call.get("requestBody", {}).get("content", {}).values():
                if example := GOOD.get(f"{method.upper()} {path}"):
                    content["example"] = example
    return schema


def _off(call: str) -> set[str]:
    """The checks that do not hold for a call, each for the reason above."""
    off = {"positive_data_acceptance"} if call in HAS_RULES_OF_ITS_OWN else set()
    return off | {"negative_data_rejection"} if call in NAMED_IN_THE_ANSWER else off


def _is_explained(kind: str, call: str, role: str) -> bool:
    """Whether a warning says what is meant to be so, for the reason above."""
    if MAY_NOT[role](call):
        return kind in {"missing_auth", "missing_test_data", "validation_mismatch"}
    if call in SELDOM_DONE_HERE:
        return kind in {"missing_auth", "missing_test_data", "validation_mismatch"}
    return kind == "validation_mismatch" and call in HAS_RULES_OF_ITS_OWN


def _settings(client: Client, office: Office, round_no: int) -> SchemathesisConfig:
    """The tool's settings for one round as one role: its own, with all of its checks on but where a comment above says why not."""
    schemes = {}
    if header := client.defaults.get("HTTP_AUTHORIZATION"):
        schemes = {"token": {"api_key": header}}
    elif cookie := client.cookies.get(settings.SESSION_COOKIE_NAME):
        schemes = {"session": {"api_key": cookie.value}}
    known = {
        "path.number": [office.employer.number],
        "path.id": list(Filing.objects.values_list("pk", flat=True)),
        "path.line": [2, 3],
        "query.identity_number": list(Member.objects.filter(employments__employer=office.employer).values_list("identity_number", flat=True)),
        "body.sheet": ["August", "September"],
        "body.wage_month": ["2026-12", "2026-04", "2026-03"],
    }
    names = {name: name.replace(".", "-") for name in known}
    return SchemathesisConfig.from_dict({
        "seed": SEED + round_no,
        "workers": 1,
        "continue-on-failure": True,
        **({"auth": {"openapi": schemes}} if schemes else {}),
        "dictionaries": {names[name]: {"values": values} for name, values in known.items()},
        # Positive requests go to what there is; what there is not, coverage and the wrong ones ask for.
        "parameters": {name: {"dictionary": names[name], "probability": 1.0} for name in known},
        "generation": {"max-examples": EXAMPLES, "no-shrink": True, "database": "none"},
        "cache": {"enabled": False},
        "phases": {"coverage": {"generate-duplicate-query-parameters": True}},
        "operations": [{"include-name": call, "checks": {name: {"enabled": False} for name in _off(call)}} for call in HAS_RULES_OF_ITS_OWN],
    })  # fmt: skip


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No request ends the connection of the test, as django.test.Client sees to, too; and the log is not of 20,000 refusals."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    sent = WSGITransport.send

    def send(self: WSGITransport, case: Any, **more: Any) -> Any:
        # 4.32.5 hands settings of sockets to Werkzeug, which knows none, when it asks once more (ignored_auth, use_after_free).
        return sent(self, case, **{name: value for name, value in more.items() if name not in OF_SOCKETS})

    monkeypatch.setattr(WSGITransport, "send", send)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("role", ROLES)
def test_schemathesis_finds_nothing(request: pytest.FixtureRequest, role: str) -> None:
    asked, failures, warnings, rounds = Counter[str](), Counter[str](), Counter[str](), 0
    calls = 0
    office, by_role = request.getfixturevalue("office"), request.getfixturevalue("clients")
    stocked(office)
    while asked.total() < REQUESTS:
        # Taken for the test's own: what has to be durable may be inside.
        own = transaction.atomic()
        own._from_testcase = True
        with own:
            cache.clear()
            starts_now(by_role[role])
            found = _round(by_role[role], office, role, rounds, asked)
            calls = max(calls, found[0])
            failures.update(found[1])
            warnings.update(found[2])
            assert invariants.broken() == []
            transaction.set_rollback(True)
        rounds += 1
    explained = {what for what in warnings if what.startswith("EXPLAINED")}
    unexplained = [what for what in warnings if what not in explained]
    answered = f"{asked.total()} requests to {calls} calls in {rounds} rounds, {dict(sorted(asked.items()))}"
    warned = f"{len(unexplained)} warnings, {len(explained)} more explained by the role or the call's own rules"
    print(f"schemathesis, seed {SEED}, {role}: {answered}, {failures.total()} failures, {warned}")  # noqa: T201
    assert not failures, "\n".join(failures)
    assert unexplained == []


def _round(client: Client, office: Office, role: str, round_no: int, asked: Counter[str]) -> tuple[int, Counter[str], Counter[str]]:
    """How many calls there are, what failed and what the tool warns of."""
    app = App(asked=asked)
    served = _with_examples(schemathesis.openapi.from_wsgi("/api/schema/", app, config=SchemathesisConfig()).raw_schema, office)
    schema = schemathesis.openapi.from_dict(served, config=_settings(client, office, round_no))
    schema.app = app
    seen = ExecutionContext(config=schema.config)
    seen.on_event(LoadingFinished.from_schema(schema, location="/api/schema/", start_time=0, base_url=schema.get_base_url()))
    failures = Counter[str]()
    for event in from_schema(schema).execute():
        seen.on_event(event)
        if isinstance(event, events.NonFatalError):
            failures[f"ERROR {event.label}: {event.info.format()}"] += 1
    for label, groups in seen.statistic.failures.items():
        for group in groups.values():
            said = group.format(index=None, curl=group.code_sample, config=schema.config.output)
            failures[f"FAILURE {label}: {said}"] += len(group.failures)
    told = [(kind, call, _is_explained(kind, call, role)) for kind, calls in seen.warnings.as_labels().items() for call in calls]
    warnings = Counter(f"{'EXPLAINED' if meant else 'WARNING'} {kind}: {call}" for kind, call, meant in told)
    return seen.api_statistic.operations.total, failures, warnings
