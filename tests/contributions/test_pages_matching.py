"""Rows in suspense over HTTP: the employer mends and approves in two clicks, officers by a paper, and what each of them and the member sees."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from contributions.borang_a import layout
from contributions.enums import MatchState, RowStatus
from contributions.models import Filing, FilingRow, SuspenseMatch
from contributions.services import filing as filings
from contributions.services import matching
from kwsp_portal.common import clock
from kwsp_portal.jobs import engine
from members.identity.enums import Role
from members.identity.models import Challenge
from members.models import Member
from tests import factories
from tests.contributions.conftest import ON, Office, read_jobs
from tests.contributions.crediting import pay, savings
from tests.contributions.pages import actions_of, signed_in, text_of
from tests.contributions.paying import Bank
from tests.contributions.test_pages_corrections import as_officer, officer
from tests.factories import borang_a, leave

pytestmark = pytest.mark.django_db
LIST = "/employer/suspense/"


@pytest.fixture(autouse=True)
def _that_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire(user=factories.UserFactory())


@pytest.fixture
def row(office: Office, bank: Bank, member: Member) -> FilingRow:
    """Paid for a name that nobody has."""
    good = borang_a.row(office.hire())
    filing = office.send(borang_a.file(good, borang_a.row(member).replace(member.name, "ORANG YANG LAIN")))
    assert read_jobs().failed == 0
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON, apart=True, suspense=True)
    leave.approve(filing_id=filing.pk, by=office.checker, on=ON)
    pay(Filing.objects.get(pk=filing.pk), office, bank, date(2026, 11, 10))
    counts = engine.Counts()
    while lease := engine.take(["credit_filing"]):
        engine.work_one(lease, counts)
    assert counts.failed == 0
    return filing.rows.get(status=RowStatus.UNMATCHED)


def address(row: FilingRow) -> str:
    return f"{LIST}{row.filing_id}/{row.line}/"


def test_two_clicks_and_the_money_is_the_member_s(office: Office, row: FilingRow, member: Member) -> None:
    maker, checker = signed_in(office.maker), signed_in(office.checker)
    assert "Siapa orangnya? ORANG YANG LAIN" in text_of(maker.get(LIST))
    page = maker.get(address(row))
    assert "Guna nilai yang dijangka" in actions_of(page)
    assert member.name in text_of(page)

    # One click: what the register has in place of what the row has.
    sent = {"action": "propose", "take": "expected", "member_number": row.member_number, "identity_number": row.identity_number, "name": row.name}
    for _ in range(2):
        assert maker.post(address(row), **sent).status_code == 302
    page = text_of(maker.get(address(row)))
    assert "Orang lain mesti meluluskan atau menolaknya" in page
    assert "Padanan menunggu kelulusan" in text_of(maker.get(LIST))
    assert maker.post(address(row), action="approve").status_code == 403

    assert "Hantar kod TAC" in text_of(checker.get(address(row)))
    assert f"Luluskan: kreditkan RM 1,449.00 kepada {member.name}" in text_of(checker.post(address(row), tac_send="1"))
    digits = leave.digits_of(Challenge.objects.latest("pk"))
    for _ in range(2):
        assert checker.post(address(row), action="approve", tac=digits).status_code == 302

    assert sum(savings(member).values()) == 144_900
    assert "Dipadankan dan dikreditkan" in text_of(checker.get(address(row)))
    assert f"Dipadankan dengan {member.name}" in text_of(maker.get(LIST))
    assert member.user is not None
    theirs = signed_in(member.user, "/en")
    page = text_of(theirs.get(f"/member/contributions/{row.pk}/"))
    assert "was in your employer's suspense account" in page
    assert "what happened" in text_of(theirs.get("/member/"))


def test_what_does_not_hold_is_said_beside_its_field_with_the_answers_kept(office: Office, row: FilingRow, member: Member) -> None:
    maker = signed_in(office.maker)

    answer = maker.post(address(row), action="propose", member_number=member.number, identity_number="900101145555", name=member.name)

    assert answer.status_code == 422
    assert 'value="900101145555"' in answer.content.decode()
    assert "field__error" in answer.content.decode()
    assert text_of(answer).count("ditemui") > text_of(maker.get(address(row))).count("ditemui"), "what the row had, and what was typed now"
    assert maker.post(address(row), action="reverse").status_code == 400
    assert not SuspenseMatch.objects.exists()


def test_refused_with_a_reason_it_can_be_said_again(office: Office, row: FilingRow, member: Member) -> None:
    maker, checker = signed_in(office.maker), signed_in(office.checker)
    said = {"member_number": member.number, "identity_number": member.identity_number, "name": member.name}
    maker.post(address(row), action="propose", **said)

    assert checker.post(address(row), action="refuse", comment="").status_code == 422
    for _ in range(2):
        assert checker.post(address(row), action="refuse", comment="Bukan dia").status_code == 302
    late = maker.post(address(row), action="withdraw")

    assert late.status_code == 409
    assert "orang lain mungkin sudah membuatnya" in text_of(late)
    assert maker.post(address(row), action="propose", **said).status_code == 302


def test_another_employer_s_row_is_not_there(row: FilingRow) -> None:
    stranger = signed_in(factories.RepresentativeFactory().user)

    assert stranger.get(address(row)).status_code == 404


def test_officers_say_it_by_a_paper_one_after_the_other(office: Office, row: FilingRow, member: Member) -> None:
    one, other = (as_officer(officer(name, role)) for name, role in (("pemeriksa7", Role.INSPECTOR), ("penyelia7", Role.SUPERVISOR)))
    place = f"/staff/suspense/rows/{row.pk}/"
    assert place in one.get(f"/staff/suspense/{office.employer.number}/").content.decode()
    assert "Caruman ini milik siapa?" in text_of(one.get(place))

    def said(**fields: str) -> dict[str, object]:
        paper = SimpleUploadedFile("surat.pdf", b"%PDF-1.4 surat majikan", content_type="application/pdf")
        return {"action": "propose", "number": member.number, "reason": "Majikan sudah tutup", "document": paper, **fields}

    wrong = one.post(f"{place}decide/", **said(number="99999999"))
    assert wrong.status_code == 422
    assert "Ditemui 99999999, dijangka nombor ahli yang wujud dalam daftar" in text_of(wrong)
    assert one.post(f"{place}decide/", **said()).status_code == 302
    assert "Menunggu pegawai kedua" in text_of(other.get("/staff/suspense/"))
    assert one.post(f"{place}decide/", action="approve").status_code == 403
    assert "KWSP sedang memutuskannya" in text_of(signed_in(office.maker).get(address(row)))

    for _ in range(2):
        assert other.post(f"{place}decide/", action="approve").status_code == 302

    assert SuspenseMatch.objects.get().state == MatchState.POSTED
    assert sum(savings(member).values()) == 144_900
    assert "Dipadankan" in text_of(one.get(place))


def test_the_home_tells_who_approves_what_waits(office: Office, row: FilingRow, member: Member) -> None:
    mark = "Padanan akaun tergantung menunggu anda"
    maker, checker, both = (signed_in(one) for one in (office.maker, office.checker, office.colleague(administrator=True)))
    assert mark not in text_of(checker.get("/employer/"))
    stated = {layout.MEMBER_NUMBER: member.number, layout.IDENTITY: member.identity_number, layout.NAME: member.name}
    found = matching.propose(row_id=row.pk, stated=stated, by=office.maker, on=ON)

    home = checker.get("/employer/")

    assert f"{mark} 1" in text_of(home)
    assert f'href="{address(row)}"' in home.content.decode()
    assert mark in text_of(both.get("/employer/"))
    assert mark not in text_of(maker.get("/employer/"))
    matching.refuse(match_id=found.pk, comment="Bukan dia.", by=office.checker, on=ON)
    assert mark not in text_of(checker.get("/employer/"))
