"""Random requests to every call of the API, made from its own schema, as each role; and bent files over the API (`make soak`).

KWSP_SOAK_REQUESTS requests a role (300) and KWSP_SOAK_FILES files (100), KWSP_SOAK_SEED for the same ones once more. Every answer has a status that
the schema names for its call, the body that the schema says, and for a refusal a code that docs/api-codes.md lists; never a 5xx.
"""

import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from random import Random
from typing import Any

import jsonschema
import pytest
import yaml
from django.conf import LazySettings, settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.test.client import encode_multipart
from django_otp.plugins.otp_totp.models import TOTPDevice

from contributions.api import codes
from contributions.borang_a import layout
from contributions.models import Filing
from contributions.services import filing as filings
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity import services
from members.identity.models import User
from members.ledger import invariants
from tests import factories
from tests.api.programs import Program, program_of
from tests.api.test_schema import answers_of
from tests.bank import keys
from tests.bank.bank_process import BankProcess, running
from tests.contributions.bent import BENDS, CELLS
from tests.contributions.conftest import ON, Office, bank_pairs, make_office, office, read_jobs, work
from tests.contributions.sheets import book
from tests.factories import borang_a

__all__ = ["bank_pairs", "make_office", "office"]

REQUESTS = int(os.environ.get("KWSP_SOAK_REQUESTS", "300"))
ROUNDS = int(os.environ.get("KWSP_SOAK_ROUNDS", "1"))
"""Each in a portal of its own: whoever asks at random has soon handed in, discarded and used up what there is."""
FILES = int(os.environ.get("KWSP_SOAK_FILES", "100"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")
LEAST_WELL = {"member": 20, "maker": 15, "checker": 15, "administrator": 20, "officer": 50, "session": 15}
"""Of how many requests at least one is answered well, so that not only the door is tried."""
ROLES = ("stranger", "member", "maker", "checker", "administrator", "officer", "session")
RIGHT = {"date": ("1990-01-01", "2026-09-15", "2026-10-14"), "decimal": ("6250.00", "756")}
"""By format of a text."""
MAY_COME = {"400", "401", "403", "404", "405", "406", "413", "415", "429"}
"""Of any address: what the portal says before a call is reached."""


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pace is no part of this; what is asked too often has tests of its own."""
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    for name in ("members.identity.token_authentication.PerToken", "contributions.api.filings.Uploads", "kwsp_portal.frame.api_auth.Doorway"):
        monkeypatch.setattr(f"{name}.rate", "10000000/minute")
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    loaded: dict[str, Any] = yaml.safe_load(out.getvalue())
    return loaded


@pytest.fixture(scope="module")
def bank_process(tmp_path_factory: pytest.TempPathFactory, bank_pairs: tuple[dict[str, keys.Pair], dict[str, str]]) -> Iterator[BankProcess]:
    folder = tmp_path_factory.mktemp("bank")
    (folder / "bank.key").write_bytes(bank_pairs[0]["bank"].key_pem)
    (folder / "seller.crt").write_bytes(bank_pairs[0]["portal"].cert_pem)
    at = {"DEMOBANK_KEY": str(folder / "bank.key"), "DEMOBANK_SELLER_CERT": str(folder / "seller.crt"), "DEMOBANK_PORTAL_URL": "http://127.0.0.1:9/"}
    with running(folder / "books", **at, SECRET_KEY="soak" * 16) as found:
        yield found


@pytest.fixture
def bank(bank_process: BankProcess, bank_pairs: tuple[dict[str, keys.Pair], dict[str, str]], settings: LazySettings) -> BankProcess:
    """The demo bank as it runs in the stack: whose list of banks an order to pay asks for."""
    files = bank_pairs[1]
    settings.FPX = {**settings.FPX, "bank_url": f"{bank_process.url}/", "seller_key": files["portal.key"], "bank_certs": [files["bank.crt"]]}
    return bank_process


@pytest.fixture
def clients(office: Office, bank: BankProcess) -> dict[str, Client]:
    """Everybody who may ask: by a token where they can have one."""
    member = factories.MemberFactory(user=factories.UserFactory())
    administrator = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
    limit = {"monthly_limit": 5000}
    return {
        "stranger": Client(raise_request_exception=False),
        "member": program_of(member.user, factories.EmployerFactory(), scope="me").client,
        "maker": program_of(office.maker, office.employer).client,
        "checker": program_of(office.checker, office.employer, **limit).client,
        "administrator": program_of(administrator, office.employer, **limit).client,
        "officer": _browser(factories.UserFactory(auditor=True)),
        "session": _browser(office.checker),
    }


def _browser(user: User) -> Client:
    """Somebody who has just signed in to the pages."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="members.identity.backends.Activated")
    if user.is_officer:
        session = client.session
        session["otp_device_id"] = TOTPDevice.objects.create(user=user, name="telefon", confirmed=True).persistent_id
        session.save()
    starts_now(client)
    return client


def starts_now(client: Client) -> None:
    """The session, if there is one, as if its user had just signed in: it would end in the middle of a long soak."""
    if settings.SESSION_COOKIE_NAME in client.cookies:
        session = client.session
        session[services.STARTED_AT] = session[services.SEEN_AT] = int(clock.now().timestamp())
        session.save()


class Chance:
    """Values from the schema: right ones, nearly right ones, and anything."""

    def __init__(self, seed: str, office: Office) -> None:
        self.of, self.office = Random(seed), office
        # Every second request is nearly right, so that more than the door is tried.
        self.faults = self.of.choice((0.02, 0.2))
        self.apt = 1 - 2 * self.faults
        self.filings = [str(one.pk) for one in Filing.objects.all()]

    def pick(self, good: Sequence[str], bad: Sequence[str]) -> str:
        return self.of.choice(bad if self.of.random() < self.faults else good)

    def path(self, template: str) -> str:
        number = self.pick([self.office.employer.number], ["99999999", "x", "00000000"])
        filing = self.pick(self.filings, ["0", "999999999"])
        line = self.pick(["2", "2", "3"], ["0", "9999999"])
        for name, value in (("{number}", number), ("{id}", filing), ("{line}", line), ("{pk}", filing)):
            template = template.replace(name, value)
        return template

    def value(self, shape: Mapping[str, Any], defined: Mapping[str, Any], depth: int = 0) -> Any:
        """One value of a shape; some are none of it."""
        if "$ref" in shape:
            shape = defined[shape["$ref"].rpartition("/")[2]]
        if "allOf" in shape:
            return self.value(shape["allOf"][0], defined, depth)
        if self.of.random() < self.faults or depth > 5:
            return self.of.choice([*CELLS[:30], None, True, 0, -1, 2**70, 1.5, [], {}, {"a": [{}]}])
        if "enum" in shape:
            return self.of.choice(shape["enum"])
        match shape.get("type"):
            case "object":
                names = {name: inside for name, inside in shape.get("properties", {}).items() if self.of.random() < 0.9}
                return {name: self.value(inside, defined, depth + 1) for name, inside in names.items()}
            case "array":
                return [self.value(shape["items"], defined, depth + 1) for _ in range(self.of.randrange(3))]
            case "boolean":
                return self.of.random() < 0.8
            case "integer":
                return self.of.choice([0, 1, 2, 2026, 10**9])
            case _:
                return self.text(shape)

    def text(self, shape: Mapping[str, Any]) -> str:
        known = [
            "6250.00",
            "756",
            "2026-10",
            "2026-12",
            "1990-01-01",
            "MBB0228",
            "Semak",
            "September",
            "me",
            f"employer:{self.office.employer.number}",
            "123456",
        ]
        if "example" in shape and self.of.random() < self.apt:
            return str(shape["example"])
        right = RIGHT.get(shape.get("format", ""), ())
        return self.of.choice(right if right and self.of.random() < self.apt else known)


def _sent(chance: Chance, call: Mapping[str, Any], defined: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str], bytes, str]:
    """Query, headers, body and its kind."""
    query, headers = {}, {"Accept-Language": chance.of.choice(["ms", "en", "fr", "*"])}
    for parameter in call.get("parameters", ()):
        if parameter["in"] == "query" and chance.of.random() < (0.95 if parameter.get("required") else 0.4):
            query[parameter["name"]] = str(chance.value(parameter["schema"], defined))
        if parameter["name"] == "Idempotency-Key" and chance.of.random() < 0.95:
            headers["Idempotency-Key"] = chance.pick([secrets.token_hex(8)], [str(chance.of.randrange(20)), "dua kata"])
    content = call.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        month = str(chance.value({"type": "string", "example": "2026-12"}, defined))
        fields = {"wage_month": month, "file": SimpleUploadedFile("a.csv", chance.of.choice(CELLS).encode())}
        return query, headers, encode_multipart("XX", fields), "multipart/form-data; boundary=XX"
    if content:
        body = chance.value(next(iter(content.values()))["schema"], defined)
        return query, headers, json.dumps(body).encode(), chance.pick(["application/json"], ["text/plain"])
    return query, headers, b"", "application/octet-stream"


def _check(schema: dict[str, Any], path: str, method: str, answer: Any) -> str:
    """What is wrong with an answer; empty where nothing is."""
    status, call = str(answer.status_code), schema["paths"][path][method]
    if status.startswith("5"):
        return f"{status}: {answer.content[:300]!r}"
    if int(status) >= 400:
        body = answer.json()
        if answer["Content-Type"] != "application/problem+json" or body["code"] not in codes.known():
            return f"{status}: {body}"
        if status not in call["responses"] and status not in MAY_COME:
            return f"{status} {body['code']} is not in the schema"
        return ""
    if status not in call["responses"]:
        return f"{status} is not in the schema"
    if answer["Content-Type"].startswith("application/json"):
        try:
            jsonschema.validate(answer.json(), answers_of(schema, path, status, method))
        except jsonschema.ValidationError as error:
            return f"{status}: {error.message[:200]} at {list(error.absolute_path)}"
    return ""


def stocked(office: Office) -> None:
    """A filing in every state that a program can do something about."""
    rows = [borang_a.row(office.hire()), borang_a.row(office.hire(), employer="750")]
    office.read(*rows)
    office.approved(borang_a.row(office.hire()), wage_month=WageMonth(2026, 9))
    august = work(office.send(borang_a.file(borang_a.row(office.hire())), wage_month=WageMonth(2026, 8)))
    filings.submit(filing_id=august.pk, by=office.maker, declaration=True, on=ON)
    work(office.send(_two_sheets(office), wage_month=WageMonth(2026, 7)))
    for month in (5, 6):
        work(office.send(borang_a.file(borang_a.row(office.hire())), wage_month=WageMonth(2026, month)))


@pytest.mark.parametrize("round_no", range(ROUNDS))
@pytest.mark.parametrize("role", ROLES)
def test_random_requests_get_answers_as_the_schema_says(
    office: Office, clients: dict[str, Client], schema: dict[str, Any], role: str, round_no: int
) -> None:
    stocked(office)
    calls = [(path, method) for path, methods in schema["paths"].items() for method in METHODS if method in methods]
    defined, wrong, seen = schema["components"]["schemas"], [], Counter[str]()

    for turn in range(REQUESTS):
        chance = Chance(f"{SEED} {round_no} {role} {turn}", office)
        path, method = chance.of.choice(calls)
        query, headers, body, kind = _sent(chance, schema["paths"][path][method], defined)
        answer = clients[role].generic(method.upper(), chance.path(path), body, content_type=kind, headers=headers, QUERY_STRING=_joined(query))
        seen[str(answer.status_code)] += 1
        if found := _check(schema, path, method, answer):
            wrong.append(f"turn {turn}: {method} {path} {query} {body[:120]!r}: {found}")

    print(f"seed {SEED}, round {round_no}, {role}: {REQUESTS} requests to {len(calls)} calls, {dict(sorted(seen.items()))}, {len(wrong)} wrong")  # noqa: T201
    assert wrong == [], "\n".join(wrong[:10])
    assert role not in LEAST_WELL or sum(count for status, count in seen.items() if status < "300") >= REQUESTS // LEAST_WELL[role], seen
    assert invariants.broken() == []


def _two_sheets(office: Office) -> bytes:
    """A workbook about which the portal asks."""
    person = office.hire()
    rows = [list(layout.COLUMNS), (person.number, person.identity_number, person.name, 6250, 756, 693)]
    return book({"August": rows, "September": rows})


def _joined(query: Mapping[str, str]) -> str:
    return "&".join(f"{name}=" + "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass")) for name, text in query.items())


def test_bent_files_by_the_api(office: Office) -> None:
    """Each is taken and read, or refused with its reasons; every faulty row says why."""
    maker = program_of(office.maker, office.employer)
    good = borang_a.file(*[borang_a.row(office.hire()) for _ in range(6)])
    seen, wrong = Counter[str](), []
    for number in range(FILES):
        chance = Random(f"{SEED} {number}")
        content = chance.choice(BENDS)(chance, good)
        if found := _outcome(maker, content, seen):
            wrong.append(f"seed {SEED}, file {number}: {found}")

    print(f"seed {SEED}: {FILES} files, {dict(sorted(seen.items()))}, {len(wrong)} wrong")  # noqa: T201
    assert wrong == []
    assert min(seen["READY"], seen["FAULTY"]) >= FILES // 50, seen


def _outcome(maker: Program, content: bytes, seen: Counter[str]) -> str:
    sent = maker.send(content)
    if sent.status_code != 202:
        body = sent.json()
        seen[f"{sent.status_code} {body['code']}"] += 1
        return "" if sent.status_code in {400, 413, 422} and body.get("errors") else f"{sent.status_code} {body}"
    counts = read_jobs()
    number = sent.json()["id"]
    found = maker.get(f"filings/{number}/").json()
    seen[found["state"]] += 1
    bad = [row for status in ("invalid", "unmatched") for row in maker.get(f"filings/{number}/rows/", status=status).json()["results"]]
    said = all(row["problems"] and all(problem["detail"] and problem["mend"] for problem in row["problems"]) for row in bad)
    maker.post(f"filings/{number}/discard/")
    if counts.failed or found["state"] not in {"READY", "FAULTY", "UNREADABLE"} or not said:
        return f"{found} {bad[:2]}"
    return "" if found["state"] != "UNREADABLE" or found["problems"] else f"no reason: {found}"
