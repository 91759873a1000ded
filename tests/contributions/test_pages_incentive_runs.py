"""The half-yearly run over HTTP: two officers, the file on the way out and the answer on the way in, what was refused, who may not."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from contributions.models import ClaimAnswer, IncentiveClaim, IncentiveRun
from contributions.selectors.incentives_of import incentives_of
from contributions.services import incentive_credits, incentive_runs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.frame.demo.incentive import Fault
from kwsp_portal.jobs import control, engine, failpoints
from kwsp_portal.jobs.models import Chunk, Run
from kwsp_portal.templatetags.formats import about
from members.identity.enums import Role
from members.models import Member
from tests import factories
from tests.contributions.incentive_runs import AUGUST, FIRST, JULY, PROGRAMMES, Officers, answer, content, credited, run, saver, send, work
from tests.contributions.pages import text_of
from tests.contributions.test_incentive_runs import MARCH
from tests.contributions.test_pages_wrong_credits import as_officer, officer

pytestmark = pytest.mark.django_db
ALL = "/staff/incentives/"
TODAY = date(2025, 7, 21)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: TODAY)
    yield
    clock.use_source(before)


@pytest.fixture
def people(db: None) -> Officers:
    return Officers(officer("pemeriksa9", Role.INSPECTOR), officer("penyelia9", Role.SUPERVISOR))


@pytest.fixture
def member() -> Member:
    return saver((1000, MARCH), user=factories.UserFactory())


def csv(given: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("jawapan.csv", given, content_type="text/csv")


def test_from_the_claim_to_the_credit(member: Member, people: Officers) -> None:
    maker, checker = as_officer(people.maker), as_officer(people.checker)
    assert "Belum ada tuntutan insentif" in text_of(maker.get(ALL))
    found = run()
    page = f"{ALL}{found.pk}/"
    assert "i-Saraan 2025-1" in text_of(maker.get(ALL))

    assert "Buat fail: 1 tuntutan, RM 200.00" in text_of(maker.get(page))
    for _second_click in range(2):
        assert maker.post(f"{page}decide/", action="make").status_code == 302
    assert "Sedang ditulis" in text_of(checker.get(page))
    work()
    assert "Menunggu pegawai lain" in text_of(maker.get(page))
    assert maker.post(f"{page}decide/", action="approve").status_code == 403
    assert checker.post(f"{page}decide/", action="refuse", comment="").status_code == 422
    for _second_click in range(2):
        assert checker.post(f"{page}decide/", action="approve").status_code == 302
    assert checker.post(f"{page}decide/", action="sing").status_code == 400
    summary = text_of(maker.get(f"{page}summary/"))
    for words in (people.maker.name, people.checker.name, "RM 200.00", found.files.get().sha256):
        assert words in summary
    file = maker.get(f"{page}files/1/")
    assert (file["Content-Disposition"], file.content.splitlines()[-1]) == (
        'attachment; filename="tuntutan-isaraan-2025-1-1.csv"',
        b"T,1,200.00",
    )

    given = content(found, received_on=TODAY)
    assert maker.post(f"{page}answer/", file=csv(given.replace(b"T,1,1,0,200.00", b"T,1,1,0,201.00"))).status_code == 302
    work()
    told = text_of(maker.get(page))
    assert "Ditolak seluruhnya" in told
    assert "jumlah kawalan menyebut RM 201.00; baris fail memberi RM 200.00" in told
    assert maker.post(f"{page}answer/").status_code == 422
    assert maker.post(f"{page}answer/", file=csv(given)).status_code == 302
    work()
    assert "1 dibayar, 0 ditolak, RM 200.00" in text_of(maker.get(page))
    maker.post(f"{page}answer/", file=csv(given))
    assert "sudah dimuat naik pada 21 Jul 2025" in text_of(maker.get(page))
    assert maker.get(f"{page}answers/{ClaimAnswer.objects.first().pk}/").content == given

    incentive_credits.by_hand(on=AUGUST)
    done = text_of(maker.get(f"{page}?ledger"))
    assert "Lejar ada 1 kredit, RM 200.00: sama dengan tuntutan yang dikreditkan." in done
    assert "Dikreditkan mulai 1 Ogos 2025" in done


def test_what_was_refused_is_appealed(member: Member, people: Officers) -> None:
    found = credited(FIRST, people, on=JULY, received_on=JULY, refused={member.pk: "Nama tidak sepadan"})
    maker = as_officer(people.maker)

    listed = text_of(maker.get(f"{ALL}{found.pk}/refused/"))
    assert "Nama tidak sepadan" in listed
    assert member.name in listed
    claim = IncentiveClaim.objects.get()
    page = f"{ALL}claims/{claim.pk}/"
    assert "Rekod rayuan" in text_of(maker.get(page))
    assert maker.post(f"{page}appeal/", words="").status_code == 422
    for _second_click in range(2):
        assert maker.post(f"{page}appeal/", words="MyKad ditunjukkan.").status_code == 302
    assert "MyKad ditunjukkan." in text_of(maker.get(page))
    assert as_officer(people.checker).post(f"{page}appeal/", words="Lain").status_code == 409


def test_a_refused_claim_is_found_by_the_member_s_number_and_at_the_counter(member: Member, people: Officers) -> None:
    other = saver((1000, MARCH))
    found = credited(FIRST, people, on=JULY, received_on=JULY, refused={member.pk: "Nama tidak sepadan", other.pk: "Lain"})
    claim, maker = IncentiveClaim.objects.get(member=member), as_officer(people.maker)
    address = f"{ALL}{found.pk}/refused/"

    one = text_of(maker.get(f"{address}?q={member.number[:4]}-{member.number[4:]}"))
    none = text_of(maker.get(f"{address}?q=99999999"))

    assert [member.name in one, f" {other.number} " in one] == [True, False]
    assert ["Ditemui “99999999”" in none, member.number in none] == [True, False]
    for by, opens in ((people.checker, True), (officer("kaunter9", Role.COUNTER_OFFICER), False)):
        browser = as_officer(by)
        session = browser.client.session
        session["counter_reason"] = "AT_COUNTER"
        session.save()
        page = browser.get(f"/counter/members/{member.number}/i-saraan/")
        assert "Ditolak oleh Kerajaan Nama tidak sepadan" in text_of(page)
        assert (f"{ALL}claims/{claim.pk}/" in page.content.decode()) is opens
        assert "Cadangkan rayuan" in text_of(page)


def test_the_demo_answers_right_or_wrong_as_it_is_asked(member: Member, people: Officers) -> None:
    """Each wrong one is refused whole with its reason; the right one is taken."""
    saver((1000, MARCH))
    found, browser, page = run(), as_officer(people.maker), "/demo/incentive-answer/"
    assert "Tiada fail tuntutan menunggu jawapan" in text_of(browser.get(page))
    send(found, people)
    assert "i-Saraan 2025-1" in text_of(browser.get(page))
    assert "H,KERAJAAN,ISARAAN,2025-1" in text_of(browser.get(f"{ALL}{found.pk}/")), "the layout stands beside the upload"
    assert [browser.get(f"{page}?run={asked}").status_code for asked in ("0", "x", f"{found.pk}&fault=OTHER")] == [404] * 3

    codes = {}
    for fault in (Fault.TOTAL, Fault.TWICE, Fault.UNKNOWN, Fault.PERIOD, Fault.CUT, Fault.REFUSED):
        given = browser.get(f"{page}?run={found.pk}&fault={fault}").content
        kept = answer(found, people, given, on=TODAY)
        codes[fault] = ([code for code, *_rest in kept.faults], kept.state)

    assert {fault: {state, *found} for fault, (found, state) in codes.items()} == {
        Fault.TOTAL: {"REFUSED", "TOTAL"},
        Fault.TWICE: {"REFUSED", "TWICE"},
        Fault.UNKNOWN: {"REFUSED", "UNKNOWN", "MISSING"},
        Fault.PERIOD: {"REFUSED", "PERIOD"},
        Fault.CUT: {"REFUSED", "CUT"},
        Fault.REFUSED: {"TAKEN"},
    }
    assert sorted(IncentiveClaim.objects.values_list("state", flat=True)) == ["RECEIVED", "REFUSED"]


def test_a_run_is_paused_and_goes_on_and_a_chunk_that_failed_says_why(member: Member, people: Officers) -> None:
    job = incentive_runs.open_run(scheme=incentive_runs.IncentiveScheme.ISARAAN, half=FIRST, on=JULY)
    runs_it = officer("pentadbir9", Role.ADMINISTRATOR)
    page = f"{ALL}{IncentiveRun.objects.get().pk}/"
    admin = as_officer(runs_it)
    assert "Jeda" in text_of(admin.get(page))
    control.pause(run_id=job.pk, by=runs_it)
    assert work().done == 0, "nobody works what is paused"
    assert all(words in text_of(admin.get(page)) for words in ("Dijeda oleh", "Sambung"))
    control.resume(run_id=job.pk, by=runs_it)
    with failpoints.armed("incentive.before", mode="raise"):
        work()
    work()
    Chunk.objects.update(state="DEAD", error="FailpointError: incentive.before", not_before=None)
    found = IncentiveRun.objects.get()

    seen = text_of(as_officer(people.maker).get(f"{ALL}{found.pk}/"))
    run_by = text_of(admin.get(page))

    assert "FailpointError: incentive.before" in seen
    assert "Pentadbir sistem boleh mencuba semula" in seen
    assert "Cuba semula semua yang diketepikan" in run_by


def test_half_a_run_shows_its_rate_and_what_is_left_and_a_chunk_that_failed_is_tried_again_over_http(
    people: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five members in five chunks: two are done in a minute, one fails until it is put aside, two wait."""
    monkeypatch.setattr(incentive_runs, "CHUNK_MEMBERS", 1)
    for _each in range(5):
        saver((1000, MARCH))
    job = incentive_runs.open_run(scheme=incentive_runs.IncentiveScheme.ISARAAN, half=FIRST, on=JULY)
    found, counts = IncentiveRun.objects.get(), engine.Counts()
    page, chunks = f"{ALL}{found.pk}/", Chunk.objects.filter(run=job)
    for _each in range(2):
        lease = engine.take(PROGRAMMES)
        assert lease is not None
        engine.work_one(lease, counts)
    failing = chunks.filter(state="WAITING").order_by("chunk_no")[0]
    chunks.filter(state="WAITING").exclude(pk=failing.pk).update(not_before=timezone.now() + timedelta(days=1))
    while (lease := engine.take(PROGRAMMES)) is not None:
        with failpoints.armed("incentive.before", mode="raise"):
            engine.work_one(lease, counts)
        chunks.filter(pk=failing.pk).update(not_before=None)
    failing.refresh_from_db()
    assert (failing.state, counts.done) == ("DEAD", 2)
    Run.objects.filter(pk=job.pk).update(opened_at=timezone.now() - timedelta(seconds=60))

    admin = as_officer(officer("pentadbir9", Role.ADMINISTRATOR))
    half = text_of(admin.get(page))
    for words in ("Bahagian siap 2 daripada 5", "Kadar 2 seminit", f"Baki masa {about(60)}", "Diketepikan 1", f"Bahagian {failing.chunk_no}: "):
        assert words in half, words
    assert "FailpointError: incentive.before" in half
    retry = f"/admin/jobs/run/board/retry_parked/{job.pk}/"
    assert f'action="{retry}"' in admin.get(page).content.decode()
    pause = f"/admin/jobs/run/board/pause/{job.pk}/?next={page}"
    assert f'href="{pause}"' in admin.get(page).content.decode()
    assert f'name="next" value="{page}"' in admin.get(pause).content.decode()
    assert as_officer(people.maker).post(retry).status_code in (302, 403)
    failing.refresh_from_db()
    assert failing.state == "DEAD", "who does not run the portal moves nothing"

    answer = admin.post(retry, next=page)
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "Tuntutan i-Saraan 2025-1: selesai" in text_of(admin.get(page))
    failing.refresh_from_db()
    assert (failing.state, failing.failures) == ("WAITING", 0)
    assert AuditEvent.objects.filter(action="jobs.chunk.retry", refused=False).count() == 1
    chunks.update(not_before=None)
    assert work().failed == 0

    whole = text_of(admin.get(page))
    assert ["Bahagian siap 5 daripada 5" in whole, "Diketepikan" in whole, "Baki masa" in whole] == [True, False, False]
    assert "5 tuntutan, RM 1,000.00" in whole


def test_who_runs_the_portal_sees_no_member(member: Member, people: Officers) -> None:
    found = credited(FIRST, people, on=JULY, received_on=JULY, refused={member.pk: "x"})
    admin = as_officer(officer("pentadbir9", Role.ADMINISTRATOR))

    assert admin.get(f"{ALL}{found.pk}/").status_code == 200
    for address in (f"{found.pk}/refused/", f"claims/{IncentiveClaim.objects.get().pk}/", f"{found.pk}/files/1/"):
        assert admin.get(f"{ALL}{address}").status_code == 403


def test_the_member_s_half_years(member: Member, people: Officers) -> None:
    def section() -> str:
        return " ".join(render_to_string("contributions/includes/incentive_half_years.html", {"half_years": incentives_of(member)}).split())

    assert "Belum ada insentif dituntut bagi anda" in section()
    run()
    assert ["Dikira, belum dituntut" in section(), "Dituntut daripada Kerajaan" in section()] == [True, False], "no claim file was sent"
    credited_run = IncentiveRun.objects.get()
    send(credited_run, people)
    assert ["Dikira, belum dituntut" in section(), "Dituntut daripada Kerajaan" in section()] == [False, True]
    answer(credited_run, people, content(credited_run, received_on=date(2025, 7, 20)), on=TODAY)
    assert "mulai 1 Ogos 2025" in section()
    incentive_credits.by_hand(on=AUGUST)

    shown = section()
    for words in ("1 Jan 2025", "30 Jun 2025", "200.00", "1 Jul 2025", "20 Jul 2025", "1 Ogos 2025"):
        assert words in shown
    assert incentives_of(member, year=2024) == []


def test_both_languages_open(member: Member, people: Officers) -> None:
    found = run()
    maker = as_officer(people.maker)

    assert reverse("staff:incentive_run", args=[found.pk]) == f"{ALL}{found.pk}/"
    assert maker.get(f"/en{ALL}{found.pk}/").status_code == 200
