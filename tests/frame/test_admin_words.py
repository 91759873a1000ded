"""What an officer reads in the admin: words, ringgit and dates as everywhere else in the portal, on every list and page, in both languages."""

import ast
import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from contributions import enums as contributions_enums
from contributions.models import Election, ElectionBatch, ElectionLog, Filing, FilingLog, FilingRow, Payment, PaymentMessage
from employers.models import Employer
from kwsp_portal import audit, jobs
from kwsp_portal.common import stored_names
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.jobs import enums as jobs_enums
from kwsp_portal.jobs import registry
from kwsp_portal.jobs.models import Due, Heartbeat
from members import enums as members_enums
from members.identity.models import User
from members.ledger import chart, enums, labels, posting
from members.models import Member
from tests.identity.conftest import sign_in_officer
from tests.ledger import acts

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 16)
PROJECT = Path(__file__).resolve().parents[2]


def _codes() -> set[str]:
    """Every stored code of these lists; the words of some are the codes themselves (a bank's channel, FPX)."""
    lists = [*vars(enums).values(), *vars(contributions_enums).values(), *vars(jobs_enums).values(), *vars(members_enums).values()]
    named = {
        str(getattr(member, "name", member)) for found in lists if isinstance(found, type) for member in getattr(found, "__members__", {}).values()
    }
    return {code for code in named | {kind.code for kind in chart.KINDS} if len(code) > 3} | {"credit_filing", "read_filing"}


@pytest.fixture
def one_of_everything(person: Any) -> None:
    maker = person("penyedia1")
    member = Member.objects.create(
        number="00000017", name="Siti binti Ali", name_key="SITIALI", identity_kind="MYKAD", identity_number="850101141234",
        birth_date=date(1985, 1, 1), sex="FEMALE", religion="ISLAM", phone="+60123456789", member_since=date(2005, 3, 1),
    )  # fmt: skip
    employer = Employer.objects.create(number="00000025", name="Kedai Buku Merbau", kind="PRIVATE", from_date=date(2001, 1, 1))
    file = StoredFile.objects.create(name="okt.csv", size=9, sha256="0" * 64, content=b"x", uploaded_by=maker, uploaded_at=NOON)
    filing = Filing.objects.create(
        employer=employer, wage_month=date(2026, 10, 1), state="PAID", file=file, content_digest="0" * 64, rows_total=1, rows_valid=1,
        employer_total=Decimal(756), employee_total=Decimal(693), received_on=TODAY, prepared_by=maker,
    )  # fmt: skip
    FilingRow.objects.create(
        filing=filing, line=1, member=member, member_number="00000017", identity_number="850101141234", name="SITI", wages=Decimal(6250),
        employer_share=Decimal(756), employee_share=Decimal(693), part="A", reference="x", status="VALID", citizenship="CITIZEN",
    )  # fmt: skip
    FilingLog.objects.create(filing=filing, action="APPROVE", from_state="SUBMITTED", to_state="APPROVED", by=maker, on=TODAY, at=NOON)
    payment = Payment.objects.create(
        filing=filing, order_no="P0001", bank_code="MB2U0227", amount=Decimal(1449), state="SENT", started_by=maker, started_on=TODAY, started_at=NOON
    )
    PaymentMessage.objects.create(payment=payment, channel="DIRECT", body="x=1", verdict="APPLIED", received_at=NOON)
    batch = ElectionBatch.objects.create(employer=employer, file=file, document=file, rows_total=2, rows_good=1, prepared_by=maker, received_on=TODAY)
    for kind, act, points in (("EMPLOYEE_EXCESS", "ELECT", Decimal(5)), ("EMPLOYER_EXCESS", "CANCEL", None), ("KWSP_16B", "ELECT", None)):
        election = Election.objects.create(
            employer=employer, member=member, kind=kind, act=act, points=points, from_month=date(2026, 11, 1), document=file, batch=batch,
            prepared_by=maker, prepared_on=TODAY,
        )  # fmt: skip
        ElectionLog.objects.create(election=election, action="SUBMIT", from_state="DRAFT", to_state="SUBMITTED", by=maker, on=TODAY, at=NOON)
    audit.record(actor=maker, action="election.record", target=election)
    entries = [
        posting.post(act)
        for act in (acts.contribution(1, member.pk, 1_234_50), acts.due(filing.pk, employer.pk, 1_449_00), acts.payout(9, member.pk, 100))
    ]
    posting.place_hold(account=posting.member(member.pk, "SEJAHTERA"), amount_sen=5_00, kind=enums.HoldKind.WITHDRAWAL, ref=9, booked_on=acts.DAY)
    assert entries
    run = jobs.open_run(programme="credit_filing", period="7", chunks=[{"filing": 7}], on=TODAY)
    Due.objects.create(programme="credit_filing", period="7", due_on=TODAY, run=run)
    Heartbeat.objects.create(worker="worker-1", seen_at=NOON)
    audit.record(actor=maker, action="filing.submit", target=filing)


@pytest.fixture
def reader(client: Client, administrator: User, one_of_everything: None) -> Client:
    sign_in_officer(client, "pentadbir9")
    return client


def _read(content: bytes) -> str:
    """What a person reads on a page: no markup, no addresses, no script, no values of form fields."""
    text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>|<[^>]*>", " ", content.decode())
    return html.unescape(text)


def _pages(reader: Client, prefix: str) -> Iterator[tuple[str, str]]:
    for model in admin.site._registry:
        address = f"{prefix}/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield address, _read(reader.get(address).content)
        for row in model._default_manager.order_by("-pk")[:3]:
            page = reader.get(f"{address}{row.pk}/change/")
            assert page.status_code == 200, address
            yield f"{address}{row.pk}/change/", _read(page.content)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_page_shows_a_stored_code(reader: Client, prefix: str) -> None:
    codes = re.compile(r"(?<![\w-])(" + "|".join(sorted(map(re.escape, _codes()), key=len, reverse=True)) + r")(?![\w-])")

    shown = {address: found for address, text in _pages(reader, prefix) if (found := set(codes.findall(text)))}

    assert shown == {}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_days_moments_and_money_look_as_elsewhere(reader: Client, prefix: str) -> None:
    """No `2026-11-16`, no `Nov. 16, 2026`, no whole sen."""
    foreign = re.compile(r"\b20\d\d-\d\d-\d\d\b|\b[A-Z][a-z]+\.? \d{1,2}, 20\d\d|\bnoon\b|\bmidnight\b|\(sen\)|\b123450\b|\b144900\b")

    shown = {address: found for address, text in _pages(reader, prefix) if (found := foreign.findall(text))}

    assert shown == {}


@pytest.mark.parametrize(
    ("prefix", "words"), [("", ["Ahli", "00000017", "Akaun Sejahtera (Akaun 2)"]), ("/en", ["Member", "00000017", "(Account 2)"])]
)
def test_the_ledger_says_whose_account_in_ringgit(reader: Client, prefix: str, words: list[str]) -> None:
    for address in ("account", "balance", "posting", "hold"):
        page = _read(reader.get(f"{prefix}/admin/ledger/{address}/").content)

        assert [word for word in words if word not in page] == [], address
        assert "RM\N{NO-BREAK SPACE}" in page, address


@pytest.mark.parametrize(("number", "found"), [("00000017", True), ("00000025", False), ("99999999", False)])
def test_accounts_are_found_by_the_holders_number(reader: Client, number: str, found: bool) -> None:
    page = _read(reader.get("/admin/ledger/balance/", {"q": number}).content)

    assert ("Akaun Persaraan" in page) is found


def test_a_list_of_the_ledger_does_not_ask_once_a_row(reader: Client, django_assert_max_num_queries: Any) -> None:
    for address in ("account", "balance", "posting", "hold", "entry"):
        with django_assert_max_num_queries(12):
            reader.get(f"/admin/ledger/{address}/")


def test_every_code_of_the_ledger_has_words() -> None:
    assert set(labels.ACCOUNT) == {kind.code for kind in chart.KINDS}
    assert (set(labels.HOLDER), set(labels.ENTRY)) == (set(enums.HolderKind), set(enums.EntryKind))
    assert (set(labels.HOLD), set(labels.HOLD_STATE)) == (set(enums.HoldKind), set(enums.HoldState))


def _acts_of_the_trail() -> set[str]:
    """What the code writes as `action="…"` of the trail."""
    found = set()
    for folder in ("kwsp_portal", "members", "employers", "contributions", "withdrawals"):
        for path in (PROJECT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "action" and isinstance(node.value, ast.Constant) and "." in str(node.value.value):
                    found.add(str(node.value.value))
    return found


def test_every_programme_and_every_act_of_the_trail_has_words() -> None:
    programmes = {name for name, programme in registry.programmes.items() if not programme.work.__module__.startswith("tests.")}

    assert {name for name in programmes | set(registry.schedules) | _acts_of_the_trail() if name not in stored_names.WORDS} == set()


def test_every_model_of_the_admin_has_a_name_of_its_own_in_malay() -> None:
    unnamed = [model for model in admin.site._registry if str(model._meta.verbose_name) == re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__).lower()]

    assert unnamed == []
    assert apps.ready
