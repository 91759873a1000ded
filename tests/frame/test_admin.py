"""Registers, filings and payments to read, nothing to change (story 6; house-style 41; reliability.md G31)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from contributions.models import Filing, FilingLog, FilingRow, Payment, PaymentMessage
from employers.models import Employer, Employment, Representative
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.frame.routes import routes
from members.identity.models import User
from members.models import CitizenshipPeriod, Member
from tests.identity.conftest import SECRET, sign_in_officer

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 16)


@pytest.fixture
def register(person: Any) -> SimpleNamespace:
    """One of everything."""
    maker, checker = person("penyedia1"), person("pelulus01")
    member = Member.objects.create(
        number="00000017", name="Siti binti Ali", name_key="SITIALI", identity_kind="MYKAD", identity_number="850101141234",
        birth_date=date(1985, 1, 1), sex="FEMALE", religion="ISLAM", phone="+60123456789", member_since=date(2005, 3, 1),
    )  # fmt: skip
    CitizenshipPeriod.objects.create(member=member, status="CITIZEN", from_date=date(1985, 1, 1))
    employer = Employer.objects.create(number="00000025", name="Kedai Buku Merbau", kind="PRIVATE", from_date=date(2001, 1, 1))
    Representative.objects.create(employer=employer, user=maker, role="MAKER", appointed_on=TODAY)
    employment = Employment.objects.create(employer=employer, member=member, from_date=date(2020, 1, 1))
    file = StoredFile.objects.create(name="okt.csv", size=9, sha256="0" * 64, content=b"RAHSIABAIT", uploaded_by=maker, uploaded_at=NOON)
    filing = Filing.objects.create(
        employer=employer, wage_month=date(2026, 10, 1), state="APPROVED", file=file, content_digest="0" * 64, rows_total=1, rows_valid=1,
        employer_total=Decimal(756), employee_total=Decimal(693), received_on=TODAY, prepared_by=maker, approved_by=checker, approved_on=TODAY,
    )  # fmt: skip
    row = FilingRow.objects.create(
        filing=filing, line=1, member=member, member_number="00000017", identity_number="850101141234", name="SITI", wages=Decimal(6250),
        employer_share=Decimal(756), employee_share=Decimal(693), part="A", reference="x", birth_date=date(1985, 1, 1), status="VALID",
    )  # fmt: skip
    FilingLog.objects.create(filing=filing, action="APPROVE", from_state="SUBMITTED", to_state="APPROVED", by=checker, on=TODAY, at=NOON)
    payment = Payment.objects.create(
        filing=filing, order_no="P0001", bank_code="MB2U0227", amount=Decimal(1449), state="SENT", started_by=maker, started_on=TODAY, started_at=NOON
    )
    PaymentMessage.objects.create(payment=payment, channel="DIRECT", body="fpx_debitAuthCode=99", verdict="APPLIED", received_at=NOON)
    return SimpleNamespace(member=member, employer=employer, employment=employment, file=file, filing=filing, row=row, payment=payment, user=maker)


@pytest.fixture
def reader(client: Client, administrator: User, register: SimpleNamespace) -> Client:
    sign_in_officer(client, "pentadbir9")
    return client


LISTS = {
    "members/member": "member", "employers/employer": "employer", "employers/employment": "employment", "contributions/filing": "filing",
    "contributions/filingrow": "row", "contributions/payment": "payment", "identity/user": "user", "documents/storedfile": "file",
}  # fmt: skip


@pytest.mark.parametrize(("address", "name"), LISTS.items())
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_register_can_be_read(reader: Client, register: SimpleNamespace, address: str, name: str, prefix: str) -> None:
    listed = reader.get(f"{prefix}/admin/{address}/")
    page = reader.get(f"{prefix}/admin/{address}/{getattr(register, name).pk}/change/")

    assert (listed.status_code, page.status_code) == (200, 200)
    assert 'type="submit" value="' not in page.content.decode().replace('name="_close"', "")
    assert "None</td>" not in listed.content.decode()


@pytest.mark.parametrize(("address", "name"), LISTS.items())
def test_nothing_can_be_changed(reader: Client, register: SimpleNamespace, address: str, name: str) -> None:
    row = getattr(register, name)
    before = type(row).objects.values().get(pk=row.pk)

    answers = [
        reader.post(f"/admin/{address}/add/", {"name": "x"}).status_code,
        reader.post(f"/admin/{address}/{row.pk}/change/", {"name": "x", "state": "CREDITED", "role": "ADMINISTRATOR"}).status_code,
        reader.post(f"/admin/{address}/{row.pk}/delete/", {"post": "yes"}).status_code,
        reader.post(f"/admin/{address}/", {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}).status_code,
    ]

    assert set(answers[:3]) <= {302, 403, 404}
    assert type(row).objects.values().get(pk=row.pk) == before


def test_no_model_of_the_admin_can_be_added_changed_or_deleted(rf: Any, administrator: User) -> None:
    request = rf.get("/admin/")
    request.user = administrator

    for model, registered in admin.site._registry.items():
        assert not registered.has_add_permission(request), model
        assert not registered.has_change_permission(request), model
        assert not registered.has_delete_permission(request), model
        assert "delete_selected" not in registered.get_actions(request), model
        for inline in registered.inlines:
            assert not inline(model, admin.site).has_add_permission(request, None), inline


def test_the_admin_has_no_secret_and_no_side_door(reader: Client, register: SimpleNamespace, administrator: User) -> None:
    assert not {Group, TOTPDevice} & set(admin.site._registry)
    assert not [route.name for route in routes() if route.name.startswith("admin:password_change")]

    user = reader.get(f"/admin/identity/user/{administrator.pk}/change/").content.decode()
    assert administrator.password not in user
    assert administrator.secret_phrase not in user
    assert SECRET.hex() not in user
    assert "RAHSIABAIT" not in reader.get(f"/admin/documents/storedfile/{register.file.pk}/change/").content.decode()


@pytest.mark.parametrize("query", ["password__startswith=md5", "secret_phrase__startswith=biru", "secret_phrase=biru+kapal", "password__regex=."])
def test_what_is_not_shown_cannot_be_guessed_letter_by_letter_through_a_filter(reader: Client, query: str) -> None:
    assert reader.get(f"/admin/identity/user/?{query}").status_code == 400
    assert reader.get("/admin/identity/user/?user_id__startswith=penye").status_code == 400
    assert reader.get("/admin/documents/storedfile/?content__startswith=R").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["identity/user/?role__exact=MEMBER", "identity/user/?name=penyedia1", "contributions/filing/?wage_month__year=2026", "members/member/?pk=1"],
)
def test_what_is_shown_can_be_filtered(reader: Client, query: str) -> None:
    assert reader.get(f"/admin/{query}").status_code == 200


def test_identity_numbers_are_masked_in_lists(reader: Client, register: SimpleNamespace) -> None:
    for address in ("members/member", "contributions/filingrow", "employers/employment"):
        page = reader.get(f"/admin/{address}/").content.decode()

        assert "850101" not in page, address
    assert "******-**-1234" in reader.get("/admin/members/member/").content.decode()
    assert "850101-14-1234" not in reader.get(f"/admin/members/member/{register.member.pk}/change/").content.decode()


@pytest.mark.parametrize("address", ["members/member", "contributions/filingrow", "employers/employment", "contributions/election"])
@pytest.mark.parametrize("term", ["850101141234", "850101-14-1234", "850101 14 1234"])
def test_an_identity_number_stays_in_no_address_and_finds_nobody_there(reader: Client, register: SimpleNamespace, address: str, term: str) -> None:
    answer = reader.get(f"/admin/{address}/", {"q": term})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/{address}/")
    assert 'href="/staff/records/"' in reader.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        *("members/member/?identity_number__startswith=85", "members/member/?phone__contains=1"),
        "contributions/filingrow/?identity_number=850101141234",
    ],
)
def test_what_is_masked_cannot_be_guessed_through_a_filter(reader: Client, query: str) -> None:
    assert reader.get(f"/admin/{query}").status_code == 400


def test_a_row_says_what_somebody_earns_to_auditors_alone_and_when_they_were_born_to_nobody(
    reader: Client, register: SimpleNamespace, person: Any
) -> None:
    person("auditor99", "AUDITOR")
    desk = Client()
    sign_in_officer(desk, "auditor99")
    addresses = ("/admin/contributions/filingrow/", f"/admin/contributions/filingrow/{register.row.pk}/change/")

    for address in addresses:
        page, audited = reader.get(address).content.decode(), desk.get(address).content.decode()
        assert ("6,250.00" in page, "756.00" in page, "6,250.00" in audited) == (False, False, True), address
        assert ("1 Jan 1985" in page, "1 Jan 1985" in audited) == (False, False), address
    assert reader.get("/admin/contributions/filingrow/?wages__exact=6250").status_code == 400
    assert [one.get(f"/staff/rows/{register.row.pk}/").status_code for one in (reader, desk)] == [403, 200]


def test_the_register_of_members_says_nobody_s_religion(reader: Client, register: SimpleNamespace) -> None:
    assert "Agama" not in reader.get(f"/admin/members/member/{register.member.pk}/change/").content.decode()


@pytest.mark.parametrize("term", ["00000017", "siti", "Siti binti A"])
def test_a_member_is_found_by_number_and_name(reader: Client, term: str) -> None:
    assert "00000017" in reader.get("/admin/members/member/", {"q": term}).content.decode()


def test_who_is_not_there_is_not_found(reader: Client) -> None:
    assert "00000017" not in reader.get("/admin/members/member/", {"q": "99999999"}).content.decode()


def test_the_filing_leads_to_its_rows_log_and_payment(reader: Client, register: SimpleNamespace, person: Any) -> None:
    person("auditor99", "AUDITOR")
    reader = Client()
    sign_in_officer(reader, "auditor99")
    page = reader.get(f"/admin/contributions/filing/{register.filing.pk}/change/").content.decode()
    rows = reader.get("/admin/contributions/filingrow/", {"filing__id__exact": register.filing.pk}).content.decode()

    assert f"/admin/contributions/filingrow/?filing__id__exact={register.filing.pk}" in page
    assert "P0001" in page
    assert "pelulus01" in page
    assert "RM\N{NO-BREAK SPACE}756.00" in rows
    assert "fpx_debitAuthCode=99" in reader.get(f"/admin/contributions/payment/{register.payment.pk}/change/").content.decode()


def test_the_first_page_counts_what_waits_and_links_to_it(reader: Client) -> None:
    page = reader.get("/admin/").content.decode()

    assert "Kerja yang menunggu" in page
    assert '<a href="/admin/contributions/filing/?state__exact=APPROVED">Menunggu bayaran</a></th><td>1</td>' in page


@pytest.mark.parametrize("address", [*LISTS, "employers/representative"])
def test_lists_do_not_ask_once_a_row(reader: Client, address: str, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        reader.get(f"/admin/{address}/")


def test_the_auditor_reads_too_and_a_counter_officer_does_not(person: Any) -> None:
    for user_id, role, status in (("auditor99", "AUDITOR", 200), ("kaunter99", "COUNTER_OFFICER", 403)):
        person(user_id, role)
        client = Client()
        sign_in_officer(client, user_id)

        assert client.get("/admin/members/member/").status_code == status


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_list_of_the_admin_opens_whoever_registered_it(reader: Client, prefix: str) -> None:
    closed = {}
    for model in admin.site._registry:
        address = f"{prefix}/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if (status := reader.get(address).status_code) != 200:
            closed[address] = status

    assert closed == {}
