"""The pages of dividends: declared in the admin by two, the member's own with their days, the rates of all years as a drawing and a table."""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.jobs import engine
from members.identity.enums import Role
from members.identity.models import User
from members.models import Dividend, DividendDeclaration, Member
from members.services import declaring, dividends
from tests.factories import MemberFactory, devices
from tests.identity.conftest import PASSWORD, person, sign_in_officer  # noqa: F401
from tests.members.dividend_years import close, put, run, settle

DECLARE = "/admin/members/dividenddeclaration/declare/"
FORM = {"year": "2026", "conventional": "6.30", "shariah": "5,75", "source": "Kenyataan KWSP, 26 Feb 2027"}
pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: datetime.date(2027, 2, 26))


@pytest.fixture
def offices(person: MakePerson) -> tuple[Client, Client]:  # noqa: F811
    """Two administrators at their own browsers."""
    made = []
    for user_id in ("pentadbir8", "pentadbir9"):
        person(user_id, Role.ADMINISTRATOR)
        made.append(Client())
        sign_in_officer(made[-1], user_id)
    return made[0], made[1]


def savings() -> Member:
    member = MemberFactory()
    put(member, 1, 100_00, on=datetime.date(2026, 1, 1))
    close(2026)
    return member


def test_rates_are_put_forward_in_the_admin_and_approved_by_another_who_sees_the_totals(offices: tuple[Client, Client]):
    first, second = offices
    savings()

    assert "Cadangkan kadar dividen" in first.get("/admin/members/dividenddeclaration/").content.decode()
    page = first.post(DECLARE, FORM)
    found = DividendDeclaration.objects.get()
    assert (page.status_code, found.conventional, found.shariah) == (302, Decimal("0.063"), Decimal("0.0575"))
    shown = second.get(page.url).content.decode()
    assert "Masih dikira: 0 daripada 1 bahagian" in shown
    assert "Luluskan dan kreditkan" not in shown
    engine.work_some(programmes=[declaring.PREVIEW])

    own, other = first.get(page.url).content.decode(), second.get(page.url).content.decode()
    assert "Tarik balik cadangan" in own
    assert "Luluskan dan kreditkan" not in own
    assert "Luluskan dan kreditkan" in other
    assert all("6.30" in each and "Akaun Persaraan" in each for each in (own, other))
    decide = f"/admin/members/dividenddeclaration/{found.pk}/decide/"
    assert "Pentadbir yang mencadangkan tidak memutuskan" in first.post(decide, {"act": "approve"}, follow=True).content.decode()
    assert second.post(decide, {"act": "approve"}).status_code == 302
    assert "Keputusan disimpan." in second.post(decide, {"act": "approve"}, follow=True).content.decode(), "a second click"
    assert "sudah diputuskan" in first.post(decide, {"act": "approve"}, follow=True).content.decode()
    engine.work_some(programmes=[dividends.PROGRAMME])

    assert "telah dikreditkan kepada semua ahli" in second.get(page.url).content.decode()
    assert Dividend.objects.get().amount_sen == 6_30
    assert "6.30" in first.get("/admin/members/dividend/").content.decode()


def test_bad_rates_come_back_with_what_was_typed_and_why(offices: tuple[Client, Client]):
    savings()

    for typed, said in (
        ({"conventional": "6.3%"}, "Ditemui “6.3%”, dijangka peratus seperti 6.30"),
        ({"conventional": "2.49"}, "sekurang-kurangnya 2.5%"),
        ({"shariah": "57.5"}, "melebihi 20%"),
        ({"year": "2025"}, "Tahun seterusnya ialah 2026"),
        ({"source": ""}, "errorlist"),
    ):
        page = offices[0].post(DECLARE, {**FORM, **typed})
        assert page.status_code == 422
        assert said in page.content.decode()
        assert all(f'value="{value}"' in page.content.decode() for value in typed.values() if value)
    assert not DividendDeclaration.objects.exists()


def test_a_second_click_finds_it_done_and_another_s_is_told(offices: tuple[Client, Client]):
    first, second = offices
    savings()
    pages = [first.post(DECLARE, FORM) for _click in range(2)]
    assert [(page.status_code, page["Location"]) for page in pages] == [(302, pages[0]["Location"])] * 2
    assert first.post(DECLARE, {**FORM, "shariah": "5.70"}).status_code == 422
    assert second.post(DECLARE, FORM).status_code == 422, "they have not seen that it was put forward"
    engine.work_some(programmes=[declaring.PREVIEW])
    decide = f"/admin/members/dividenddeclaration/{DividendDeclaration.objects.get().pk}/decide/"

    told = [second.post(decide, {"act": "refuse", "comment": "Tersilap"}, follow=True).content.decode() for _click in range(2)]

    assert all("Keputusan disimpan." in each and "sudah diputuskan" not in each for each in told)
    assert "sudah diputuskan" in second.post(decide, {"act": "refuse", "comment": "Lain"}, follow=True).content.decode()
    assert DividendDeclaration.objects.get().comment == "Tersilap"
    assert AuditEvent.objects.filter(action="dividend.refuse", refused=False).count() == 1


HOSTILE = {
    "ms": ("", "Ditemui", "dijangka", "Tulis"),
    "en": ("/en", "Found", "expected", "Write"),
}


@pytest.mark.parametrize("language", HOSTILE)
def test_hostile_rates_and_reasons_are_refused_in_words(offices: tuple[Client, Client], language: str):
    prefix, found, expected, write = HOSTILE[language]
    savings()
    for field, typed in (
        *(("year", each) for each in ("0", "-5", "20.26", "banyak", "9" * 29, "2026\x00", "１９４０")),
        *((rate, each) for rate in ("conventional", "shariah") for each in ("-6", "6.3001", "enam", "6e1", "1" * 5000, "6\x00", "٦", "NaN")),
    ):
        page = offices[0].post(prefix + DECLARE, {**FORM, field: typed})
        said = " ".join(re.findall(r'class="errorlist"[^>]*>(.*?)</p>', page.content.decode()))
        assert (page.status_code, found in said, expected in said) == (422, True, True), (field, typed[:9], said)
        assert len(said) < 300, "what was typed is not said whole"
    for field in FORM:
        page = offices[0].post(prefix + DECLARE, {name: text for name, text in FORM.items() if name != field})
        assert (page.status_code, write in page.content.decode()) == (422, True)
    assert not DividendDeclaration.objects.exists()

    decide = offices[0].post(DECLARE, FORM)["Location"].replace("change", "decide")
    for comment, words in (("x\x00y", "Null"), ("A" * 201, "201"), ("  ", write), ("", write)):
        page = offices[1].post(prefix + decide, {"act": "refuse", "comment": comment}, follow=True)
        assert (page.status_code, words in page.content.decode()) == (200, True), comment[:5]
    assert DividendDeclaration.objects.get().state == "PROPOSED"


def test_who_is_no_administrator_reads_and_does_nothing(person: MakePerson):  # noqa: F811
    savings()
    person("auditor09", Role.AUDITOR)
    auditor = Client()
    sign_in_officer(auditor, "auditor09")

    assert auditor.get(DECLARE).status_code == 403
    assert auditor.post(DECLARE, FORM).status_code == 403
    assert "Cadangkan kadar" not in auditor.get("/admin/members/dividenddeclaration/").content.decode()
    assert auditor.post("/admin/members/dividenddeclaration/1/decide/", {"act": "approve"}).status_code == 403


@pytest.fixture
def aminah(person: MakePerson, client: Client) -> tuple[Client, Member]:  # noqa: F811
    """RM1,000 from 1 January 2025 and RM500 from 30 June, credited for 2025, and RM100 that came late."""
    user = person("ahlisatu")
    member = MemberFactory(user=user, shariah_from=datetime.date(2026, 1, 1))
    put(member, 1, 1_000_00, on=datetime.date(2025, 1, 1))
    put(member, 2, 500_00, on=datetime.date(2025, 6, 30))
    put(member, 3, 50_00, on=datetime.date(2025, 6, 30), code="HOUSING_RINGFENCE")
    close(2025)
    put(member, 4, 1_00, on=datetime.date(2026, 1, 3), valued=datetime.date(2025, 12, 31))
    devices.know(client, user)
    client.post("/sign-in/", {"user_id": "ahlisatu"})
    client.post("/sign-in/password/", {"password": PASSWORD})
    return client, member


def test_a_member_reads_each_dividend_with_its_days_and_rate(aminah: tuple[Client, Member]):
    client, member = aminah
    assert "Belum ada dividen" in client.get("/member/dividends/").content.decode()
    run(datetime.date(2026, 3, 2))
    put(member, 5, 100_00, on=datetime.date(2026, 4, 1), valued=datetime.date(2025, 12, 31))
    settle(datetime.date(2026, 4, 2))

    listed = client.get("/member/dividends/").content.decode()
    assert "Simpanan Shariah" in listed
    annual, settled = Dividend.objects.get(kind="ANNUAL"), Dividend.objects.get(kind="SETTLED")
    page = re.sub(r"\s+", " ", client.get(f"/member/dividends/{annual.pk}/").content.decode())

    for said in ("6.15%", "1 Jan 2025", "29 Jun 2025", "180", "1,500.00", "1,501.00", "Dikreditkan ke Akaun Sejahtera", "kwsp.gov.my"):
        assert said in page, said
    assert "1,601.00" not in page  # what came after the run is another dividend's
    assert "Pelarasan dividen" in client.get(f"/member/dividends/{settled.pk}/").content.decode()
    days = [int(found) for found in re.findall(r'data-label="Hari">(\d+)<', page)]
    assert days == [180, 184, 1, 185]
    headings = re.findall(r"<h2[^>]*>\s*([^<:]+):", page)
    assert headings == sorted(headings, key=("Akaun Persaraan", "Akaun Sejahtera", "Simpanan diketepikan untuk perumahan").index), "as on every page"
    english = client.get(f"/en/member/dividends/{annual.pk}/").content.decode()
    assert "Dividend 2025" in english


def test_somebody_elses_dividend_is_not_there(aminah: tuple[Client, Member]):
    client, _member = aminah
    other = MemberFactory()
    row = Dividend.objects.create(
        kind="ANNUAL", member=other, year=2025, scheme="SHARIAH", amount_sen=1, earned=[], credited_on=datetime.date(2026, 3, 1)
    )

    assert client.get(f"/member/dividends/{row.pk}/").status_code == client.get("/member/dividends/999999/").status_code == 404


def test_the_drawing_and_the_table_say_the_same_for_every_year_known(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "business_date", lambda: datetime.date(2022, 4, 10))

    page = client.get("/help/dividends/").content.decode()

    drawn = dict(re.findall(r"<title>(\d{4}): ([\d.]+%)</title>", page))
    dots = dict(re.findall(r"<title>Simpanan Shariah, (\d{4}): ([\d.]+%)</title>", page))
    rows = re.findall(r'<th scope="row">(\d{4})</th>\s*<td[^>]*>([^<]*)</td>\s*<td[^>]*>([^<]*)</td>', page)
    assert drawn == {year: conventional for year, conventional, _ in rows}
    assert dots == {year: shariah for year, _, shariah in rows if shariah != "–"}
    assert (len(drawn), len(dots), max(drawn), drawn["2021"], dots["2021"]) == (70, 5, "2021", "6.10%", "5.65%")
    assert "2022" not in drawn  # not declared in April 2022
    sources = re.findall(r"<dt>Sumber, (\d{4})(?:–(\d{4}))?</dt>\s*<dd><cite>[^<]+</cite></dd>", page)
    assert (sources[0][1] or sources[0][0], sources[-1][0]) == ("2021", "1952"), "every year has its source"
    assert sum(int(last or first) - int(first) + 1 for first, last in sources) == len(rows)


def test_the_rates_page_speaks_english(client: Client):
    assert "Dividends since 1952" in client.get("/en/help/dividends/").content.decode()
