"""Pages of withdrawals at a counter: the guide for who stands there and for what came by post, the notice and the reader, another's and the second
click; what the desk then sees."""

import io
import re
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.thumbprint import demo as reader
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member
from tests import factories
from tests.identity.conftest import person, sign_in_officer
from tests.members.counter import PDF
from tests.withdrawals.people import ON, handed_in, held, saver
from withdrawals.enums import Channel, KindCode, State
from withdrawals.models import Application, Confirmation
from withdrawals.services import deciding

__all__ = ["person"]

pytestmark = pytest.mark.django_db
SEEN = ["ORIGINAL", "LIKENESS", "REGISTER"]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def member() -> Member:
    return saver(name="ROHANI BINTI KASIM")


@pytest.fixture
def officer(person: Callable[..., User]) -> User:  # noqa: F811
    return person("kaunter09", Role.COUNTER_OFFICER)


@pytest.fixture
def desk(client: Client, officer: User) -> Client:
    """A signed-in officer who has said why."""
    sign_in_officer(client, officer.user_id)
    client.post("/counter/", {"q": "30000000", "reason": "AT_COUNTER"})
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code, answer.get("Location"))
    return " ".join(answer.content.decode().split())


def hidden(client: Client, address: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', client.get(address).content.decode())[0]


def begun(client: Client, member: Member, **form: str) -> str:
    """The first page of the guide of a new draft."""
    by = "?by=post" if "received_on" in form else ""
    answer = client.post(f"/counter/members/{member.number}/withdrawals/{by}", {"kind": "AGE_50", **form})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"])


def to_check(client: Client, member: Member, amount: str = "1000", **form: str) -> str:
    """From the beginning to the last page, or to that of papers where some are needed."""
    step = begun(client, member, **form)
    payment = client.post(step, {"amount": amount, "version": hidden(client, step, "version")})["Location"]
    documents = client.post(payment, {"version": hidden(client, payment, "version")})["Location"]
    assert documents.endswith("/documents/"), documents
    answer = client.post(documents)
    return str(answer["Location"]) if answer.status_code == 302 else documents


def send(client: Client, check: str, member: Member, **form: object) -> object:
    asked = {"paper_number": member.identity_number, "seen": SEEN, "version": hidden(client, check, "version")}
    return client.post(check, {**asked, "notice": hidden(client, check, "notice"), **form})


def test_a_member_who_stands_there_puts_the_thumb_for_the_notice(desk: Client, member: Member, officer: User) -> None:
    page = text(desk, f"/counter/members/{member.number}/withdrawals/")
    assert "Pengeluaran Umur 50 Tahun: sehingga RM 10,000.00" in page
    check = to_check(desk, member)
    page = text(desk, check)
    code = hidden(desk, check, "notice")
    assert "Notis Pengesahan Permohonan Pengeluaran" in page
    assert f"{code[:4]}-{code[4:8]}".upper() in page
    assert member.identity_number not in page

    reader.put(reader=officer.get_username(), card=member.identity_number, own=True, at=clock.now())
    changed = send(desk, check, member, notice="0" * 64)
    assert (changed.status_code, Confirmation.objects.count()) == (422, 0)  # type: ignore[attr-defined]
    assert "Notis itu bukan bagi permohonan ini" in changed.content.decode()  # type: ignore[attr-defined]
    done = send(desk, check, member)

    found = Application.objects.get()
    assert done["Location"] == f"/counter/withdrawals/{found.number}/"  # type: ignore[index]
    assert (found.state, found.channel, held(member)) == (State.SUBMITTED, Channel.COUNTER, {"SEJAHTERA": 100_000})
    page = text(desk, f"/counter/withdrawals/{found.number}/")
    assert "Cap ibu jari pada pembaca" in page
    assert desk.get(check).status_code == 302, "the second click finds what is there"
    assert AuditEvent.objects.filter(action="member.view", target=member.subject).exists()


def test_a_print_read_before_is_none_for_this_notice_and_a_failed_one_needs_the_form(
    desk: Client,
    member: Member,
    officer: User,
    person: Callable[..., User],  # noqa: F811
) -> None:
    check = to_check(desk, member)
    silent = send(desk, check, member, seen=[*SEEN, "SECOND_PAPER"], without_thumb="Cap ibu jari haus")
    assert "Belum dimuat naik: Borang KWSP 3" in silent.content.decode()  # type: ignore[attr-defined]
    assert (silent.status_code, held(member)) == (422, {})  # type: ignore[attr-defined]
    picture = io.BytesIO()
    Image.new("RGB", (40, 30)).save(picture, "PNG")
    documents = check.replace("/check/", "/documents/")
    desk.post(documents, {"code": "KWSP_3", "papers": SimpleUploadedFile("kwsp3.png", picture.getvalue())})
    reader.put(reader=officer.get_username(), card="900101145678", own=True, at=clock.now())

    other = send(desk, check, member, seen=[*SEEN, "SECOND_PAPER"], without_thumb="Cap ibu jari haus")

    assert other.status_code == 302  # type: ignore[attr-defined]
    assert Confirmation.objects.get().way == "KWSP_3"
    assert AuditEvent.objects.filter(action="counter.thumb", refused=True).exists()
    found = Application.objects.get()
    client = Client()
    sign_in_officer(client, person("pegawai09", Role.WITHDRAWAL_OFFICER).user_id)
    case = text(client, f"/staff/withdrawals/{found.pk}/")
    assert "Cap ibu jari haus" in case
    assert f"/staff/withdrawals/{found.pk}/documents/{found.documents.get().pk}/small/" in case, "a small picture beside the facts"
    assert "Belum ada" not in case, "the counter held the MyKad"
    assert "Kaunter KWSP" in text(client, "/staff/withdrawals/")


def test_what_came_by_post_is_keyed_in_with_its_day_form_and_thumbprint_form(desk: Client, member: Member) -> None:
    page = text(desk, f"/counter/members/{member.number}/withdrawals/?by=post")
    assert "Diterima pada" in page
    assert "Pengeluaran Akaun Fleksibel" not in page.split("Jenis yang tidak boleh")[0], "not by post"
    wrong = desk.post(f"/counter/members/{member.number}/withdrawals/?by=post", {"kind": "AGE_50", "received_on": "2026-11-20"})
    assert (wrong.status_code, Application.objects.count()) == (422, 0)
    documents = to_check(desk, member, received_on="2026-11-06")
    assert documents.endswith("/documents/")
    for code in ("MYKAD", "FORM", "KWSP_3"):
        desk.post(documents, {"code": code, "papers": SimpleUploadedFile("x.pdf", b"%PDF-1.4 " + code.encode())})
    check = desk.post(documents)["Location"]
    form = {"version": hidden(desk, check, "version"), "notice": hidden(desk, check, "notice")}
    assert desk.post(check, form).status_code == 422

    desk.post(check, {**form, "compared": "on"})

    found = Application.objects.get()
    assert (found.state, found.channel, str(found.applied_on), str(found.due_on)) == (State.SUBMITTED, "POST", "2026-11-06", "2026-11-13")
    assert "6 Nov 2026" in text(desk, f"/counter/withdrawals/{found.number}/")


def test_a_draft_of_officers_is_no_member_s_and_the_other_way_round(desk: Client, member: Member) -> None:
    step = begun(desk, member)
    found = Application.objects.get()
    assert text(desk, f"/counter/members/{member.number}/withdrawals/").count(found.number) == 2
    Application.objects.filter(pk=found.pk).update(channel="ONLINE")
    assert desk.get(step).status_code == 404
    Application.objects.filter(pk=found.pk).update(channel="COUNTER")

    desk.post(f"/counter/withdrawals/{found.number}/discard/")

    assert desk.get(step).status_code in (302, 404)
    assert Application.objects.get().state == State.DISCARDED


def test_who_stands_there_cancels_and_appeals_under_a_notice_of_its_own(desk: Client, member: Member, officer: User) -> None:
    found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
    here = f"/counter/withdrawals/{found.number}/"
    assert f"{here}cancel/" in text(desk, here)
    assert f"{here}appeal/" not in text(desk, here)
    assert desk.get(f"{here}appeal/").status_code == 302, "nothing was refused"
    page = text(desk, f"{here}cancel/")
    assert "Notis pembatalan permohonan" in page
    assert member.identity_number not in page
    form = {"paper_number": member.identity_number, "seen": SEEN, "notice": hidden(desk, f"{here}cancel/", "notice")}
    for wrong, said in (
        ({}, "Tanpa cap ibu jari, lihat dokumen kedua"),
        ({"paper_number": "900101145678"}, "Nombor pada dokumen berlainan daripada daftar"),
        ({"seen": [*SEEN, "SECOND_PAPER"], "without_thumb": "Cap ibu jari haus"}, "imbas Borang KWSP 3 (Pindaan) yang bercap ibu jari"),
        ({"papers": SimpleUploadedFile("kwsp3.exe", b"MZ")}, "kwsp3.exe"),
    ):
        answer = desk.post(f"{here}cancel/", form | wrong)
        assert (answer.status_code, said in " ".join(answer.content.decode().split())) == (422, True), said
    reader.put(reader=officer.get_username(), card=member.identity_number, own=True, at=clock.now())

    for _time in range(2):
        assert desk.post(f"{here}cancel/", form)["Location"] == here

    assert (Application.objects.get().state, held(member)) == (State.CANCELLED, {})
    assert "Pembatalan disahkan dengan" in text(desk, here)

    refused = handed_in(member, "500.00", kind=KindCode.AGE_50)
    by = factories.UserFactory(role=Role.WITHDRAWAL_OFFICER)
    deciding.take(application_id=refused.pk, by=by, on=ON)
    deciding.refuse(application_id=refused.pk, version=refused.version + 1, comment="Tiada penyata bank", by=by, on=ON)
    here = f"/counter/withdrawals/{refused.number}/"
    assert "Tiada penyata bank" in text(desk, here)
    assert "Tiada penyata bank" in text(desk, f"{here}appeal/")
    form["notice"] = hidden(desk, f"{here}appeal/", "notice")
    assert desk.post(f"{here}appeal/", form).status_code == 422, "no reason was written"
    reader.put(reader=officer.get_username(), card=member.identity_number, own=True, at=clock.now())

    desk.post(f"{here}appeal/", {**form, "reason": "Penyata bank ada di sini"})

    refused.refresh_from_db()
    assert (refused.state, refused.appeals, held(member)) == (State.SUBMITTED, 1, {"SEJAHTERA": 50_000})
    assert "Rayuan disahkan dengan" in text(desk, here)
    assert f"{here}appeal/" not in text(desk, here)


def test_a_letter_is_compared_and_keyed_in_with_kwsp_3(desk: Client, member: Member) -> None:
    found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
    here = f"/counter/withdrawals/{found.number}/cancel/?by=post"
    assert "Diterima melalui pos" in text(desk, here.removesuffix("?by=post"))
    assert "Semakan pengenalan" not in text(desk, here)
    form = {"received_on": f"{ON}", "compared": "on", "notice": hidden(desk, here, "notice")}
    for wrong, said in (
        ({}, "Pilih fail PDF, JPEG atau PNG"),
        ({"compared": ""}, "Bandingkan dahulu, kemudian tandakan"),
        ({"received_on": "2026-11-30", "papers": SimpleUploadedFile("surat.pdf", PDF.content)}, "dijangka hari borang itu diterima"),
    ):
        answer = desk.post(here, form | wrong)
        assert (answer.status_code, said in " ".join(answer.content.decode().split())) == (422, True), said

    assert desk.post(here, form | {"papers": SimpleUploadedFile("surat.pdf", PDF.content)})["Location"] == f"/counter/withdrawals/{found.number}/"

    assert (Application.objects.get().state, held(member)) == (State.CANCELLED, {})
    assert "Cap ibu jari pada Borang KWSP 3 (Pindaan)" in text(desk, f"/counter/withdrawals/{found.number}/")
