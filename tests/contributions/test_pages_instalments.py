"""The pages of instalment plans as a browser without script uses them: asked for under a code, written and approved at the desk, accepted, paid."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from contributions.enums import PlanState
from contributions.models import Filing, InstalmentPlan
from contributions.selectors import arrears
from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.pages import Person, actions_of, signed_in, text_of
from tests.contributions.planned import OCTOBER, TODAY, WHY, Desk, ask, behind, running
from tests.contributions.test_pages_corrections import as_officer

pytestmark = pytest.mark.django_db
ARREARS, PLANS, NEW = "/employer/arrears/", "/employer/instalments/", "/employer/instalments/new/"
SENT: dict[str, Any] = {"months": ["2026-08", "2026-09", "2026-10"], "count": "2", "first_on": "2027-01-31", "reason": WHY}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: TODAY)
    yield
    clock.use_source(before)


@pytest.fixture
def owing(office: Office) -> Office:
    return behind(office)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk.of_three()


def said(page: Any) -> str:
    return text_of(page).replace("\N{NO-BREAK SPACE}", " ")


def asked(person: Person) -> InstalmentPlan:
    answer = person.coded(NEW, **SENT)
    assert answer.status_code == 302, text_of(answer)
    return InstalmentPlan.objects.get()


def test_the_whole_way(owing: Office, desk: Desk) -> None:
    checker, writer, second = signed_in(owing.checker), as_officer(desk.writer), as_officer(desk.second)
    assert "Minta pelan ansuran" in actions_of(checker.get(ARREARS))
    page = checker.get(NEW)
    for quote in arrears.arrears_of(employer=owing.employer, paid_on=TODAY, on=TODAY).quotes:
        assert f"{formats.month(quote.month)}: {formats.money(quote.total)}".replace("\N{NO-BREAK SPACE}", " ") in said(page)
    plan = asked(checker)
    address, staff = f"{PLANS}{plan.pk}/", f"/staff/instalments/{plan.pk}/"
    assert checker.post(NEW, **SENT, tac="000000")["Location"] == address, "a second click"
    assert InstalmentPlan.objects.count() == 1
    assert "KWSP sedang menyemak" in said(checker.get(address))
    assert "Pelan ansuran" in said(checker.get(ARREARS))

    assert address.replace(PLANS, "/staff/instalments/") in writer.get("/staff/instalments/").content.decode()
    assert "Pelan ansuran (1)" in said(writer.get("/staff/payments/"))
    for _ in range(2):
        answer = writer.post(f"{staff}decide/", action="propose", seen="1", **{**SENT, "count": "3", "reason": "Tiga ansuran cukup"})
        assert answer.status_code == 302, text_of(answer)
    stale = writer.post(f"{staff}decide/", action="propose", seen="1", **{**SENT, "reason": "Dua ansuran, dari halaman lama"})
    assert (stale.status_code, plan.terms.count()) == (409, 2), "not a second click: its words would be lost"
    assert "Luluskan dan tawarkan" not in actions_of(writer.get(staff))
    assert writer.post(f"{staff}decide/", action="approve", seen="2", comment="x").status_code == 403
    assert "Tiga ansuran cukup" in said(second.get(staff))
    assert second.post(f"{staff}decide/", action="approve", seen="1", comment="x").status_code == 409, "other terms than were seen"
    assert second.post(f"{staff}decide/", action="approve", seen="2", comment="").status_code == 422
    for _ in range(2):
        assert second.post(f"{staff}decide/", action="approve", seen="2", comment="Setuju").status_code == 302

    page = checker.get(address)
    assert "Terima selewat-lewatnya 31 Jan 2027" in said(page)
    assert "Setuju" not in said(page), "what officers say to each other"
    assert checker.coded(address, action="accept").status_code == 302
    assert checker.post(address, action="accept", tac="000000").status_code == 302, "a second click"
    page = checker.get(address)
    assert "Ansuran 1 perlu dibayar pada 31 Jan 2027" in said(page)
    first = Filing.objects.get(employer=owing.employer, wage_month=date(2026, 8, 1))
    assert f'href="/employer/filings/{first.pk}/pay/"' in page.content.decode()
    assert (plan.terms.count(), InstalmentPlan.objects.get().state) == (2, PlanState.RUNNING)


@pytest.mark.parametrize(("prefix", "words"), [("", "Apa yang dibayar oleh setiap ansuran"), ("/en", "What each instalment pays")])
def test_what_it_comes_to_is_shown_before_the_code_is_asked_for(owing: Office, prefix: str, words: str) -> None:
    page = signed_in(owing.checker, prefix).post(NEW, **{**SENT, "count": "3"}, action="reckon")

    assert page.status_code == 200
    assert words in said(page)
    assert formats.day(date(2027, 3, 31)).replace("\N{NO-BREAK SPACE}", " ").split()[-1] in said(page)
    assert not InstalmentPlan.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"count": "9"}, "Bilangan ansuran: ditemui 9, dijangka dari 2 hingga 3."),
        ({"count": "dua"}, "dijangka bilangan ansuran seperti 3"),
        ({"first_on": "2027-01-19"}, "Ansuran pertama: ditemui 19 Jan 2027, dijangka tarikh dari 20 Jan 2027 hingga 21 Mac 2027."),
        ({"months": ["2026-08"]}, "Ditemui 1 bulan, dijangka sekurang-kurangnya 2"),
        ({"months": ["1999-01", "soon"]}, "Pilih daripada bulan yang tertunggak"),
        ({"reason": ""}, "Tulis sebabnya"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_no_code_is_sent(owing: Office, wrong: dict[str, Any], words: str) -> None:
    page = signed_in(owing.checker).post(NEW, **{**SENT, **wrong}, tac_send="1")

    assert page.status_code == 422
    assert words in said(page)
    assert not InstalmentPlan.objects.exists()


def test_who_prepares_reads_and_can_ask_for_nothing(owing: Office, desk: Desk) -> None:
    maker = signed_in(owing.maker)
    assert "Minta pelan ansuran" not in actions_of(maker.get(ARREARS))
    assert maker.post(NEW, **SENT, tac_send="1").status_code == 403
    plan = running(owing, desk)
    page = maker.get(f"{PLANS}{plan.pk}/")

    assert "Pelulus atau pentadbir majikan membayarnya." in said(page)
    assert [words for words in actions_of(page) if "Bayar" in words] == []
    assert maker.post(f"{PLANS}{plan.pk}/", action="withdraw").status_code in (403, 409)


def test_one_month_is_paid_whole_and_no_plan_is_offered(office: Office) -> None:
    office.approved()
    checker = signed_in(office.checker)

    assert "Minta pelan ansuran" not in actions_of(checker.get(ARREARS))
    assert "sekurang-kurangnya dua bulan" in said(checker.get(NEW))
    assert "Tiada pelan ansuran" in said(checker.get(PLANS))


def test_taken_back_and_asked_for_anew(owing: Office) -> None:
    checker, plan = signed_in(owing.checker), ask(owing)
    assert "sudah ada satu pelan yang terbuka" in said(checker.get(NEW))
    for _ in range(2):
        assert checker.post(f"{PLANS}{plan.pk}/", action="withdraw").status_code == 302

    assert "Ditarik balik oleh majikan" in said(checker.get(PLANS))
    assert "Minta pelan ansuran" in actions_of(checker.get(PLANS))
    assert checker.post(f"{PLANS}{plan.pk}/", action="burn").status_code == 400


def test_a_plan_is_its_employer_s(owing: Office, make_office: Callable[[], Office]) -> None:
    plan = ask(owing)

    assert signed_in(make_office().checker).get(f"{PLANS}{plan.pk}/").status_code == 404


def test_missed_and_broken_are_said(owing: Office, desk: Desk) -> None:
    plan, checker = running(owing, desk), signed_in(owing.checker)
    clock.use_source(lambda: date(2027, 2, 3))
    assert "Jika masih belum dibayar pada 14 Feb 2027, pelan ini terputus." in said(checker.get(f"{PLANS}{plan.pk}/"))
    InstalmentPlan.objects.filter(pk=plan.pk).update(state="BROKEN", ended_on=TODAY + timedelta(days=25))

    page = checker.get(f"{PLANS}{plan.pk}/")
    assert "Pelan ini terputus" in said(page)
    assert "Terputus" in said(as_officer(desk.third).get("/staff/instalments/?state=BROKEN"))
    assert "Pelan ansuran terdahulu" in said(checker.get(ARREARS))


def test_each_button_of_a_month_with_a_supplement_says_what_it_pays(office: Office) -> None:
    filing = office.approved()
    factories.FilingFactory(employer=office.employer, approved=True, supplements=filing, number=1)
    office.approved(wage_month=OCTOBER.previous())

    words = [one.replace("\N{NO-BREAK SPACE}", " ") for one in actions_of(signed_in(office.checker).get(ARREARS))]

    assert {"Bayar upah Oktober 2026: Borang A", "Bayar upah Oktober 2026: Tambahan 1", "Bayar upah September 2026"} <= set(words)
