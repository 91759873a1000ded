"""Attacks that every address must stand, made from the URL map itself: a new page is under them as soon as it has an address."""

import ast
import io
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from logging.config import DictConfigurator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from contributions.models import Election, Filing, Payment
from employers.forms import RepresentativeForm
from employers.models import Employer, Representative
from kwsp_portal import ways
from kwsp_portal.frame import permissions
from kwsp_portal.frame.records import looks
from kwsp_portal.frame.routes import Route, routes
from members.identity.enums import Role
from members.identity.forms import SignInForm, StaffSignInForm
from members.identity.forms_activation import EnterForm, UserIdForm
from members.identity.models import ApiToken, Invitation, Standing, TacPhone, User
from members.models import CounterProposal, Member
from tests.guards import role_objects
from tests.guards.test_roles import Subject, undone
from tests.guards.test_roles import subjects as subjects
from tests.guards.test_roles import world as world
from tests.identity.conftest import PASSWORD
from tests.identity.conftest import person as person

pytestmark = pytest.mark.django_db
PROJECT = Path(settings.BASE_DIR)
FOR_PROGRAMS = ("/fpx/", "/maybank2u/", "/api/", "/sms/", "/demo/bank/", "/demo/phone/", "/demo/jpn/")
"""What programs ask, without a session: they prove themselves by a signature or a token, or are open to everybody."""
HOSTS = ["evil.example", "evil.example:443", "testserver.evil.example", "testserver@evil.example", "testserver\r\nx: y", "127.0.0.1.evil.example"]
ELSEWHERE = [
    *("//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "///evil.example", "http:evil.example"),
    *("javascript:alert(1)", "data:text/html,x", "https:/evil.example", "//testserver@evil.example/", "\u2215\u2215evil.example", " //evil.example"),
]
LOOK_ALIKES = [
    "аhlisatu1",
    "ahlisatu１",
    "ahlisatuｅ",
    "AHLİSATU1",
    "ahlisatu\u200b1",
    "ahli\u00adsatu1",
    "ßhlisatu1",
    "ﬁahlisatu",
    "ahlisatu٣",
    "ahlisatu1\u0000",
    "a\u212ahlisatu1",  # the Kelvin sign, whose small letter is k
    "ahli\u017fatu1",
]


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.CRITICAL, "django"):
        yield


def _address(route: Route) -> str:
    address = re.sub(r"<int:\w+>", "7", route.pattern)
    return re.sub(r"<(?:\w+:)?\w+>", "x", address)


def _attacked(route: Route) -> bool:
    """Of Django admin's pages on one row, which all are the same view, none."""
    return "(?P" not in route.pattern and not re.search(r"^/admin/.*<path:object_id>", route.pattern)


ALL = sorted({_address(route) for route in routes() if _attacked(route)})
CHANGING = sorted({_address(route) for route in routes() if route.changes and _attacked(route)})
FORMS = [address for address in CHANGING if not address.startswith(FOR_PROGRAMS)]


# Forgery across sites


def test_there_are_forms_to_attack() -> None:
    assert len(FORMS) > 20


def test_a_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)

    assert {address: status for address in FORMS if (status := client.post(address, {"x": "1"}).status_code) != 403} == {}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example", "http://testserver:81"])
def test_a_form_of_another_site_is_refused_whatever_token_it_brings(origin: str) -> None:
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/sign-in/").content.decode())
    assert token is not None
    form, headers = {"csrfmiddlewaretoken": token[1]}, {"Origin": origin}

    assert {address: status for address in FORMS if (status := client.post(address, form, headers=headers).status_code) != 403} == {}
    assert client.post("/sign-in/", form).status_code == 422


def test_what_programs_ask_is_the_only_way_past_the_token() -> None:
    exempt = {address for address in ALL if getattr(resolve(address).func, "csrf_exempt", False)}

    assert {address for address in exempt if not address.startswith(FOR_PROGRAMS)} == set()


def test_looking_changes_nothing_whoever_looks(client: Client) -> None:
    looked_at = [address for address in ALL if not address.startswith("/demo/")]
    with CaptureQueriesContext(connection) as asked:
        for address in looked_at:
            client.get(address)

    kinds = (query["sql"].split()[0] for query in asked.captured_queries if "django_session" not in query["sql"])
    assert set(kinds) <= {"SELECT", "SAVEPOINT", "RELEASE"}


# Ways elsewhere


@pytest.mark.parametrize("goal", ELSEWHERE)
def test_no_way_leads_elsewhere(rf, goal: str) -> None:
    assert ways.safe(rf.get("/"), goal) == ""


@pytest.mark.parametrize("goal", ["//evil.example", "/\\evil.example"])
def test_no_answer_sends_a_person_to_another_host(client: Client, goal: str) -> None:
    asked = dict.fromkeys(("next", "url", "redirect", "return", "back", "to", "goal"), goal)
    ways_out = {address: urlsplit(client.get(address, asked).get("Location", "")) for address in ALL}
    ways_out |= {f"POST {address}": urlsplit(client.post(address, asked).get("Location", "")) for address in CHANGING}

    assert {address: way for address, way in ways_out.items() if way.netloc not in {"", "testserver"} or "evil" in way.path} == {}


# The host that is asked


@pytest.mark.parametrize("host", HOSTS)
def test_another_host_is_refused_everywhere(client: Client, host: str) -> None:
    for address in ("/", "/sign-in/", "/member/", "/api/v1/tiada/", "/admin/login/"):
        assert client.get(address, HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL", "HTTP_FORWARDED"])
def test_a_host_that_somebody_claims_stands_nowhere(client: Client, header: str) -> None:
    for address in ("/", "/sign-in/", "/member/", "/api/schema/"):
        answer = client.get(address, **{header: "evil.example"})
        assert b"evil.example" not in answer.content
        assert "evil.example" not in str(answer.headers)


# What a form does not ask for


def test_no_form_takes_its_fields_from_a_table() -> None:
    """Every field that a person may fill is written out; a column that is added is in no form by itself."""
    found = []
    for folder in ("kwsp_portal", "members", "employers", "contributions", "withdrawals"):
        for path in (PROJECT / folder).rglob("*.py"):
            names = {
                node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in ast.walk(ast.parse(path.read_text("utf-8")))
            }
            found += [f"{path.name}: {name}" for name in names & {"ModelForm", "modelform_factory", "ModelSerializer", "HyperlinkedModelSerializer"}]

    assert found == []


def test_what_a_form_does_not_ask_for_is_not_taken(client: Client, person) -> None:
    user = person("ahlisatu")
    extra = {"role": "ADMINISTRATOR", "is_active": "false", "is_staff": "1", "name": "X", "id": "1", "user": "1", "secret_phrase": "x"}

    client.post("/sign-in/", {"user_id": "ahlisatu", **extra})
    client.post("/sign-in/password/", {"password": PASSWORD, **extra})

    user.refresh_from_db()
    assert (user.role, user.is_active, user.name, user.secret_phrase) == (Role.MEMBER, True, "Aminah ahlisatu", "biru kapal")


PRIVILEGES = {
    **{"role": "ADMINISTRATOR", "is_active": "true", "is_staff": "1", "is_superuser": "1", "activated_at": "2026-01-01", "user": "1"},
    **{"user_id": "admin1234", "member": "1", "member_id": "1", "employer": "1", "employer_id": "1", "filing": "1", "state": "APPROVED"},
    **{"approved_by": "1", "decided_by": "1", "balance": "1", "amount": "1", "points": "100", "cooling_until": "", "blocked_at": ""},
    **{"verified_at": "2026-01-01", "used_at": "", "id": "1", "pk": "1"},
}
"""Columns that give somebody more, as fields of a form."""
GUARDED = (User, Member, Employer, Representative, Filing, Payment, Election, TacPhone, Standing, Invitation, CounterProposal, ApiToken)


def test_no_address_takes_what_it_does_not_ask_for(world: role_objects.World, subjects: list[Subject]) -> None:
    """Every address that changes something, by whoever may open it, with all of them at once: no row is other than before."""
    changed, asked = [], 0
    for route in routes():
        row = permissions.row_of(route.name) if route.name else None
        if row is None or "POST" not in route.methods or "(?P" in route.pattern or route.name.startswith(("admin:", "demo:")):
            continue
        subject = next(one for one in subjects if one.who in row.who)
        maker = role_objects.OBJECTS.get(route.name)
        if maker is None and "<" in route.pattern:
            continue
        address = reverse(route.name, kwargs=maker(world, subject.user or world.member.user)[0] if maker else None)
        asked += 1
        # What needs no field at all (ending a session, asking the bank) is done either way.
        changed += [address] if _changes(subject, address, PRIVILEGES) and not _changes(subject, address, {}) else []

    assert changed == []
    assert asked > 40


def _changes(subject: Subject, address: str, fields: dict[str, str]) -> bool:
    with undone():
        before = _rows()
        subject.client.cookies.clear()
        if subject.cookie:
            subject.client.cookies[settings.SESSION_COOKIE_NAME] = subject.cookie
        subject.client.post(address, fields)
        return _rows() != before


def _rows() -> list[list[tuple[object, ...]]]:
    return [list(model.objects.order_by("pk").values_list()) for model in GUARDED]  # type: ignore[attr-defined]


# What is written into logs


def test_a_log_line_cannot_be_forged() -> None:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    configured = DictConfigurator(dict(settings.LOGGING))
    handler.setFormatter(configured.configure_formatter(settings.LOGGING["formatters"]["plain"]))
    for name in settings.LOGGING["handlers"]["console"]["filters"]:
        handler.addFilter(configured.configure_filter(dict(settings.LOGGING["filters"][name])))
    record = logging.LogRecord("portal", logging.WARNING, "x", 1, "typed: %s", ("a\n2026-11-22 CRITICAL forged\r\x1b[2K\u202e",), None)

    handler.handle(record)

    assert said.getvalue().count("\n") == 1
    assert r"a\n2026-11-22 CRITICAL forged\r\x1b[2K\u202e" in said.getvalue()


@pytest.mark.parametrize("place", ["path", "query", "agent", "referer", "typed"])
def test_no_request_forges_a_line(client: Client, place: str) -> None:
    """Through the real request and the real handler's formatter and filters."""
    forged = "x\r\n2026-11-22 10:00:00,000 CRITICAL portal all is well \x1b[2K\u202e"
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    configured = DictConfigurator(dict(settings.LOGGING))
    handler.setFormatter(configured.configure_formatter(settings.LOGGING["formatters"]["plain"]))
    for name in settings.LOGGING["handlers"]["console"]["filters"]:
        handler.addFilter(configured.configure_filter(dict(settings.LOGGING["filters"][name])))
    logger = logging.getLogger("django.request")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        match place:
            case "path":
                client.get(f"/nothing/{quote(forged)}/")
            case "query":
                client.get("/nothing/", {"q": forged})
            case "typed":
                client.post("/sign-in/", {"user_id": forged})
            case _:
                client.get("/nothing/", headers={{"agent": "User-Agent", "referer": "Referer"}[place]: forged})
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)

    lines = said.getvalue().splitlines()
    assert len(lines) == 1, lines
    assert "CRITICAL portal" not in lines[0].split("\\r\\n")[0]
    assert not set("\x1b\u202e\r") & set(said.getvalue())


# What is too much


def test_a_body_that_is_too_long_is_refused_before_it_is_read(client: Client, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    body = b"x" * 11

    found = {address: client.generic("POST", address, body, content_type="text/plain").status_code for address in CHANGING}

    assert {address: status for address, status in found.items() if status != 413} == {}


@pytest.mark.parametrize("address", ["/sign-in/", "/admin/login/"])
def test_a_form_that_is_no_form_of_ours_is_refused_in_words(client: Client, address: str) -> None:
    for body in ({f"f{number}": "x" for number in range(1_500)}, {"user_id": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}):
        answer = client.post(address, "&".join(f"{name}={value}" for name, value in body.items()), content_type="application/x-www-form-urlencoded")
        assert answer.status_code in {400, 413}


# Names that look alike


@pytest.mark.parametrize("typed", LOOK_ALIKES)
def test_a_user_id_that_looks_like_another_is_none(client: Client, typed: str) -> None:
    for form in (SignInForm, StaffSignInForm, EnterForm, UserIdForm):
        assert "user_id" in form({"user_id": typed}).errors
    assert client.post("/sign-in/", {"user_id": typed}).status_code in {400, 422}
    for address in ("/api/v1/auth/tac/", "/api/v1/auth/token/"):
        answer = client.post(address, {"user_id": typed, "password": PASSWORD, "scope": "me", "tac": "123456"}, content_type="application/json")
        assert answer.status_code == 400, address
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        User.objects.create_user(typed, PASSWORD, role=Role.MEMBER, name="X", secret_phrase="x")


@pytest.mark.parametrize("typed", ["a\u212ahlisatu1", "AHL\u0130SATU1", "ahlisatu\uff11"])
def test_nobody_is_found_under_another_spelling(person, typed: str) -> None:
    """Where officers and programs look people up, too."""
    for user_id in ("akhlisatu1", "ahlisatu1", "ahli\u0307satu1".replace("\u0307", "x")):
        person(user_id)

    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(typed)
    assert looks.find(typed) is None
    assert "user_id" in RepresentativeForm({"user_id": typed, "phone": "012-345 6789", "role": "MAKER", "language": "ms"}).errors


# Headers of every answer


def _headers(answer) -> None:
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("method", ["GET", "PROPFIND"])
def test_every_address_carries_every_header_whatever_it_answers(client: Client, method: str) -> None:
    for address in ALL:
        _headers(client.generic(method, address))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 429, 500, 502, 503])
@override_settings(ROOT_URLCONF="tests.frame.broken_urls")
def test_every_error_carries_every_header(client: Client, status: int) -> None:
    client.raise_request_exception = False
    answer = client.get(f"/broken/{status}/")

    assert answer.status_code == status
    _headers(answer)


PRODUCTION = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE,
      s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH, s.SECURE_HSTS_SECONDS >= 31536000,
      s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.DEBUG, s.DEMO, s.MESSAGE_STORAGE.rpartition(".")[2], sep="|")
"""


def test_cookies_of_production_are_bound_to_the_host_and_https_stays() -> None:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "kwsp_portal.settings.production", "ALLOWED_HOSTS": "portal.example", "SECRET_KEY": "q9-" * 30}
    done = subprocess.run([sys.executable, "-c", PRODUCTION], env=environ, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.stdout.strip() == ("__Host-session|__Host-csrf|__Host-language|True|True|True|None|None|/|/|True|True|False|False|SessionStorage"), (
        done.stderr
    )
