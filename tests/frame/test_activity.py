"""Log aktiviti: own rows only, in plain words, with who did it as far as the reader may know; and by officers who say why."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from employers.enums import EmployerRole
from kwsp_portal import audit
from kwsp_portal.audit import log
from kwsp_portal.audit.acts import ACTS, Act, Figure, Sort
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.frame.activity import SORTS, VIEWING
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member
from tests.factories.employers import EmployerFactory, RepresentativeFactory
from tests.factories.members import MemberFactory
from tests.identity.conftest import person as person
from tests.identity.conftest import sign_in, sign_in_known, sign_in_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client: Client, person: Any) -> Member:
    found: Member = MemberFactory(user=person("ahlisatu"))
    client.force_login(found.user)
    _begin(client)
    return found


def _begin(client: Client) -> None:
    """The session middleware ends sessions that do not say when they began."""
    session = client.session
    now = int(timezone.now().timestamp())
    session.update({"started_at": now, "seen_at": now})
    session.save()


@pytest.fixture
def representative(client: Client, person: Any) -> User:
    user: User = person("wakilsatu", Role.REPRESENTATIVE)
    RepresentativeFactory(user=user, role=EmployerRole.MAKER, employer=EmployerFactory(number="10000077"))
    client.force_login(user)
    _begin(client)
    return user


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_member_reads_what_touches_them_and_nothing_else(client: Client, member: Member) -> None:
    other = MemberFactory()
    audit.record(actor=member.user, action="identity.sign_in", target=member.user, ip="127.0.0.1")
    audit.record_refusal(actor=None, action="identity.sign_in", target=member.user, data={"reason": "password"})
    audit.record(actor=None, action="ledger.freeze", subjects=[member], data={"check": "secret-check"})
    audit.record(actor=None, action="election.record", target=other, data={"kind": "KEEPS_RATE"})

    shown = page(client, "/member/activity/")

    assert "Log masuk" in shown
    assert "Ditolak" in shown
    assert "Sebab: kata laluan salah" in shown
    assert "Akaun dibekukan" in shown
    assert ("secret-check" in shown, "Pilihan direkodkan" in shown) == (False, False)
    english = page(client, "/en/member/activity/")
    assert "Reason: wrong password" in english
    assert "Activity log" in english


def test_somebody_who_acts_for_an_employer_has_an_own_log_and_takes_it_away(client: Client, representative: User) -> None:
    colleague = RepresentativeFactory(employer=representative.representations.get().employer).user
    for action, data in (("identity.password", {}), ("identity.recover", {"forgot": "PASSWORD"}), ("phone.bind", {}), ("identity.token_give", {})):
        audit.record(actor=representative, action=action, target=representative, data=data)
        audit.record(actor=colleague, action=action, target=colleague, data=data)
    audit.record_refusal(actor=None, action="identity.sign_in", target=f"user:{representative.pk}", data={"reason": "password"}, ip="10.9.8.7")
    audit.record_refusal(actor=None, action="identity.sign_in", target=f"user:{colleague.pk}", data={"reason": "password"}, ip="10.1.1.1")

    shown = page(client, "/security/activity/")
    taken = b"".join(client.get("/security/activity/export/")).decode()  # type: ignore[arg-type]

    for said in ("Kata laluan ditukar", "Akses dipulihkan", "Telefon TAC didaftarkan", "Token API dibuat", "kata laluan salah", "10.9.8.7"):
        assert (shown.count(said), taken.count(said)) == (1, 1), said
    assert ("10.1.1.1" in shown, "10.1.1.1" in taken) == (False, False)
    assert 'href="/security/activity/"' in page(client, "/security/")
    assert "Activity log" in page(client, "/en/security/activity/")


def test_a_member_s_own_log_is_the_same_by_both_addresses(client: Client, member: Member) -> None:
    audit.record(actor=None, action="ledger.freeze", subjects=[member])

    assert [page(client, address).count("Akaun dibekukan") for address in ("/security/activity/", "/member/activity/")] == [1, 1]


def test_an_employer_reads_to_whom_it_was_done(client: Client, representative: User, person: Any) -> None:
    employer = representative.representations.get().employer
    clerk, chief, officer = person("wakiltiga"), person("wakilempat"), person("kaunter99", Role.COUNTER_OFFICER)
    User.objects.filter(pk=clerk.pk).update(role=Role.REPRESENTATIVE, name="SALMAH")
    User.objects.filter(pk=chief.pk).update(role=Role.REPRESENTATIVE, name="KETUA")
    target = f"user:{clerk.pk}"
    audit.record(actor=chief, action="representative.remove", target=target, subjects=[employer], before={"role": "MAKER"}, after={"role": None})
    audit.record(actor=officer, action="employer.appoint", target=employer, subjects=[target], before={}, after={})

    lines = client.get("/employer/activity/").context["lines"]

    assert [(line.by, line.about) for line in lines] == [("Pegawai KWSP: Pegawai kaunter", "SALMAH"), ("KETUA", "SALMAH")]
    assert "Penyedia → tiada" in page(client, "/employer/activity/")


def test_a_sign_in_says_from_which_device_and_address_and_an_officer_s_address_is_not_said(client: Client, member: Member, person: Any) -> None:
    own = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}, REMOTE_ADDR="10.9.8.7")
    sign_in(own, "ahlisatu", "salah")
    sign_in_known(own, "ahlisatu")
    officer = person("auditor99", Role.AUDITOR)
    audit.record(actor=officer, action="identity.sessions_end", target=member.user, data={"why": "STAFF", "sessions": 1}, ip="10.0.0.66")

    shown = page(own, "/member/activity/")

    assert shown.count("Peranti: Firefox, Linux") == 2
    assert shown.count("Alamat rangkaian: 10.9.8.7") >= 2
    assert ("Sesi log masuk ditamatkan" in shown, "10.0.0.66" in shown) == (True, False)


def test_an_empty_log_says_so(client: Client, member: Member) -> None:
    assert "Tiada aktiviti" in page(client, "/member/activity/")


def test_an_act_that_names_member_and_user_is_shown_once(client: Client, member: Member) -> None:
    audit.record(actor=member.user, action="election.record", target=member, before={}, after={"points": "1.5"})

    assert page(client, "/member/activity/").count("Pilihan direkodkan") == 1


def test_what_changed_is_shown_from_what_to_what(client: Client, member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTS, "test.rename", Act("Nama dibetulkan", Sort.PROFILE, fields={"name": Figure("Nama"), "only_officers": Figure()}))
    audit.record(
        actor="jobs",
        action="test.rename",
        target=member,
        before={"name": "Ali", "only_officers": "x"},
        after={"name": "Ali bin Abu", "only_officers": "y"},
    )

    shown = page(client, "/member/activity/")

    assert "Nama: Ali → Ali bin Abu" in shown
    assert "only_officers" not in shown


def test_an_employer_reads_who_of_theirs_did_it_and_no_other_employer(client: Client, representative: User, person: Any) -> None:
    colleague = person("wakildua1", Role.REPRESENTATIVE)
    own, other = representative.representations.get().employer, EmployerFactory()
    audit.record(actor=colleague, action="filing.upload", target="filing:7", subjects=[own], data={"wage_month": "2026-10", "sha256": "abc123"})
    audit.record(actor=colleague, action="filing.submit", target="filing:8", subjects=[other])

    shown = page(client, "/employer/activity/")

    assert "Borang A dimuat naik" in shown
    assert colleague.name in shown
    assert "Bulan upah: Oktober\u00a02026" in shown
    assert ("abc123" in shown, "dihantar untuk kelulusan" in shown) == (False, False)


def test_a_member_reads_the_office_of_an_officer_and_the_reason_but_never_the_name(client: Client, member: Member, person: Any) -> None:
    officer = person("auditor99", Role.AUDITOR)
    desk = Client()
    sign_in_officer(desk, "auditor99")
    answer = desk.post("/staff/activity/", {"whose": member.number, "reason": "Aduan 2026/17 <b>"})
    assert (answer.status_code, answer.url) == (302, "/staff/activity/of/")
    assert "Pegawai melihat log aktiviti" in page(desk, "/staff/activity/of/")

    shown = page(client, "/member/activity/")

    assert "Pegawai melihat log aktiviti" in shown
    assert "Sebab: Aduan 2026/17 &lt;b&gt;" in shown
    assert "Pegawai KWSP: Juruaudit" in shown
    assert (officer.name in shown, "auditor99" in shown) == (False, False)
    event = AuditEvent.objects.get(action="activity.view")
    assert {f"user:{officer.pk}", member.subject, member.user.subject} == set(event.subjects)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("whose", "reason", "words"),
    [("99999999", "Aduan 2026", "yang wujud"), ("", "Aduan 2026", "Masukkan nombor"), ("10000077", "x", "sekurang-kurangnya 5")],
)
def test_an_officer_without_a_person_or_a_reason_reads_nothing(client: Client, person: Any, whose: str, reason: str, words: str) -> None:
    person("auditor99", Role.AUDITOR)
    sign_in_officer(client, "auditor99")

    answer = client.post("/staff/activity/", {"whose": whose, "reason": reason})

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert client.get("/staff/activity/of/").status_code == 404
    assert not AuditEvent.objects.filter(action="activity.view", refused=False).exists()


def test_officers_find_employers_and_users_too(client: Client, person: Any, representative: User) -> None:
    person("pentadbir9", Role.ADMINISTRATOR)
    desk = Client()
    sign_in_officer(desk, "pentadbir9")
    for whose in ("10000077", "WakilSatu"):
        assert desk.post("/staff/activity/", {"whose": whose, "reason": "Semakan tahunan"}).status_code == 302
        assert whose.lower() in page(desk, "/staff/activity/of/")


def test_the_reason_for_reading_a_log_holds_for_a_quarter_of_an_hour(client: Client, person: Any, representative: User) -> None:
    person("auditor99", Role.AUDITOR)
    desk = Client()
    sign_in_officer(desk, "auditor99")
    desk.post("/staff/activity/", {"whose": "10000077", "reason": "Semakan tahunan"})
    session = desk.session
    session[VIEWING] = {**session[VIEWING], "at": session[VIEWING]["at"] - 15 * 60}
    session.save()

    answer = desk.get("/staff/activity/of/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/staff/activity/")


def test_more_logs_than_an_hour_allows_are_refused_and_the_refusal_is_kept(person: Any, representative: User, settings: Any) -> None:
    settings.COUNTER_LOOKUPS_AN_HOUR = 2
    person("auditor99", Role.AUDITOR)
    desk = Client()
    sign_in_officer(desk, "auditor99")

    answers = [desk.post("/staff/activity/", {"whose": "10000077", "reason": "Semakan tahunan"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "terlalu banyak rekod" in answers[2].content.decode()
    assert AuditEvent.objects.get(action="activity.view", refused=True).data["code"] == "TOO_MANY"


def test_guessed_numbers_are_kept_and_count(person: Any, representative: User, settings: Any) -> None:
    settings.COUNTER_LOOKUPS_AN_HOUR = 2
    person("auditor99", Role.AUDITOR)
    desk = Client()
    sign_in_officer(desk, "auditor99")

    answers = [desk.post("/staff/activity/", {"whose": whose, "reason": "Semakan tahunan"}) for whose in ("99999991", "99999992", "10000077")]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    codes = AuditEvent.objects.filter(action="activity.view").order_by("seq").values_list("data__code", flat=True)
    assert list(codes) == ["UNKNOWN", "UNKNOWN", "TOO_MANY"]


@pytest.mark.parametrize("role", [Role.COUNTER_OFFICER, Role.WITHDRAWAL_OFFICER, Role.INSPECTOR])
def test_other_offices_may_not(client: Client, person: Any, role: Role) -> None:
    person("pegawai99", role)
    sign_in_officer(client, "pegawai99")

    assert [client.get(address).status_code for address in ("/staff/activity/", "/staff/activity/of/")] == [403, 403]


def test_filters_by_sort_and_days_and_pages_by_cursor(client: Client, member: Member) -> None:
    for number in range(40):
        audit.record(actor=None, action="tac.unblock" if number % 10 == 0 else "identity.sign_out", target=member.user, ip=f"10.0.0.{number}")
    today = timezone.localdate().isoformat()

    assert page(client, "/member/activity/?sort=TAC").count("Cubaan TAC dibuka semula") == 4
    assert page(client, f"/member/activity/?since={today}&until={today}&sort=TAC").count("Cubaan TAC dibuka semula") == 4
    assert "Tiada aktiviti" in page(client, "/member/activity/?until=2020-01-01")
    first = client.get("/member/activity/")
    assert len(first.context["lines"]) == log.PAGE
    second = client.get(f"/member/activity/?before={first.context['older']}")
    assert len(second.context["lines"]) == 10
    assert second.context["older"] is None
    numbers = [line.event.seq for answer in (first, second) for line in answer.context["lines"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 40


@pytest.mark.parametrize("query", ["since=31/10/2026x", "since=2026-10-31&until=2026-10-01", "sort=NOTHING"])
def test_what_cannot_be_read_is_said(client: Client, member: Member, query: str) -> None:
    answer = client.get(f"/member/activity/?{query}")

    assert (answer.status_code, b"Terdapat masalah" in answer.content) == (422, True)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "\u0663"])
def test_a_cursor_that_is_none_is_passed_over(client: Client, member: Member, before: str) -> None:
    assert client.get("/member/activity/", {"before": before}).status_code == 200


def test_the_file_holds_the_own_rows_as_text_and_is_itself_in_the_log(client: Client, member: Member) -> None:
    audit.record(actor=None, action="ledger.freeze", subjects=[MemberFactory()])
    audit.record(actor=None, action="activity.view", target=member, data={"reason": "=HYPERLINK(1)"})

    answer = client.get("/member/activity/export/")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))  # type: ignore[arg-type]

    assert answer["Content-Type"].startswith("text/csv")
    assert [row[2] for row in rows[1:]] == ["Log aktiviti dimuat turun", "Pegawai melihat log aktiviti"]
    assert rows[2][6] == "Sebab: =HYPERLINK(1)"
    assert AuditEvent.objects.filter(action="activity.export", target=f"user:{member.user_id}").count() == 1


def test_a_cell_is_never_a_formula(client: Client, member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTS, "activity.view", ACTS["activity.view"]._replace(words="=1+1"))
    audit.record(actor=None, action="activity.view", target=member, data={"reason": "x"})

    assert b",'=1+1," in b"".join(client.get("/member/activity/export/"))  # type: ignore[arg-type]


def test_members_and_employers_do_not_open_each_others(client: Client, member: Member) -> None:
    assert [client.get(address).status_code for address in ("/employer/activity/", "/staff/activity/of/")] == [403, 403]


def test_the_log_is_two_queries_and_reads_only_its_own(member: Member, django_assert_num_queries: Any) -> None:
    AuditEvent.objects.bulk_create([AuditEvent(actor="jobs", action="filing.submit", subjects=[f"employer:{n % 50:08d}"]) for n in range(5_000)])
    AuditEvent.objects.bulk_create([AuditEvent(actor="jobs", action="tac.unblock", subjects=[member.subject]) for _ in range(200)])
    with django_assert_num_queries(2):
        found = log.page(subjects=[member.subject, "user:1"], wanted=log.Wanted())

    assert len(found.events) == log.PAGE


def test_every_sort_that_people_see_has_words() -> None:
    assert set(SORTS) == set(Sort) - {Sort.OPERATION}
    assert {code for code, act in ACTS.items() if act.own and act.sort is Sort.OPERATION} == set()
