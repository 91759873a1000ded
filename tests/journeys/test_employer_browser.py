"""An employer in a real browser, by keyboard alone: from the counter with Borang KWSP 1 to the first Borang A that a second person prepared and the
administrator approved with a TAC (issue of step 4)."""

import csv
import io
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import FilePayload

from contributions.enums import FilingState
from contributions.models import Filing
from employers.models import Appointment, Employer, Representative
from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from kwsp_portal.thumbprint import demo as reader
from members.models import Member
from tests import factories
from tests.journeys import activating
from tests.journeys.keyboard import Keys
from tests.journeys.test_counter_browser import at_work
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Visitor]
NAME, WONG = "Kilang Papan Seraya", "880808105678"
HERS, HIS = "+60129990002", "+60129990003"
"""The phones of the administrator and of whom she appoints."""
FORM = FilePayload(name="kwsp1.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7 borang yang ditandatangani")
AISYAH = "10000101"
MONTH = {"ms": "Oktober 2026", "en": "October 2026"}
SHOTS = os.environ.get("KWSP_SHOTS", "")


def shot(visitor: Visitor, name: str) -> None:
    """The page as it is now, for people who look at it (KWSP_SHOTS names a folder)."""
    if SHOTS:
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}-{visitor.language}-{visitor.width}.png"), full_page=True)


def register(officer: Visitor, keys: Keys) -> Employer:
    """Nobody has the name, so the employer is new, with a number at once."""
    keys.menu("Majikan")
    keys.write("#id_q", NAME)
    keys.enter(officer.button("Cari"))
    officer.sees("Tiada majikan ditemui")
    officer.look()
    keys.follow("Daftar majikan baharu")
    keys.write("#id_name", NAME)
    keys.choose("kind", "PRIVATE")
    officer.page.locator("#id_from_date").fill("2026-09-01")
    keys.enter(officer.button("Daftarkan majikan"))
    officer.page.wait_for_url(re.compile(r"/employers/\d{8}/$"))
    officer.look()
    shot(officer, "employer-counter")
    return Employer.objects.get(name=NAME)


def fill_in(officer: Visitor, keys: Keys, name: str, number: str, phone: str) -> None:
    """The papers that somebody at the counter brings, and the thumb."""
    keys.write("#id_name", name)
    keys.pick("#id_identity_kind", "MYKAD")
    keys.write("#id_paper_number", number)
    keys.attach("#id_papers", FORM)
    for value in ("ORIGINAL", "LIKENESS"):
        keys.tick(f"input[name=seen][value={value}]")
    keys.write("#id_phone", phone)
    keys.choose("language", officer.language)
    reader.put(reader="kaunter01", card=number, own=True, at=clock.now())


def appoint_at_the_counter(officer: Visitor, keys: Keys) -> None:
    """The signed form is scanned in, the thumb is read, and the code goes to the representative's phone only."""
    keys.enter(officer.button("Lantik dan hantar kod melalui SMS"))
    activating.wrong(officer)
    fill_in(officer, keys, "Wong Siew Mei", WONG, "012-999 0002")
    keys.enter(officer.button("Lantik dan hantar kod melalui SMS"))
    officer.page.wait_for_url(re.compile(r"/appointments/\d+/$"))
    officer.sees("Slip untuk anda")
    officer.look()
    shot(officer, "employer-slip")


def know_who_was_appointed_in_the_portal(officer: Visitor, keys: Keys, ravi: Representative) -> None:
    """Ravi comes with KWSP 1(i) for another number: the officer says that it is he, and a supervisor decides."""
    keys.menu("Majikan")
    keys.write("#id_q", ravi.employer.number)
    keys.enter(officer.button("Cari"))
    keys.enter(officer.main.get_by_role("link", name=NAME))
    officer.page.wait_for_url(re.compile(r"/employers/\d{8}/$"))
    officer.sees("Siapakah orang ini antara wakil yang dilantik di portal?")
    officer.look()
    fill_in(officer, keys, ravi.user.name, "900202145679", "012-999 0004")
    keys.enter(officer.button("Lantik dan hantar kod melalui SMS"))
    activating.wrong(officer)
    shot(officer, "employer-who")
    keys.attach("#id_papers", FORM)
    keys.choose("who", str(ravi.user_id))
    keys.enter(officer.button("Lantik dan hantar kod melalui SMS"))
    officer.page.wait_for_url(re.compile(r"/proposals/\d+/$"))
    officer.sees("Nombor pengenalan ini diikat dengan ID Pengguna yang sudah ada buat kali pertama")
    officer.look()
    shot(officer, "employer-who-waits")


def sent(person: Visitor, phone: str) -> str:
    """The newest invitation on the demo's phone; the messenger needs a moment."""
    for _ in range(120):
        found = [text for text in person.texts(phone) if "kwsp" in text]
        if found:
            return found[0]
        person.page.wait_for_timeout(500)
    raise AssertionError("no SMS came")


def activate(person: Visitor, phone: str, user_id: str, *, look: bool = True) -> Keys:
    """Every step from what the phone shows; the User ID comes from the employer number. Pages that were looked at before need no second look."""

    def arrived(step: str) -> None:
        person.page.wait_for_url(re.compile(f"/activate/{step}/$"))
        if look:
            person.look()

    sms = sent(person, phone)
    given, secret = re.search(r"kwsp\d{8}", sms), re.search(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", sms)
    assert given is not None, sms
    assert secret is not None, sms
    keys = activating.front(person)
    keys.follow("Aktifkan i-Akaun")
    keys.write("#id_user_id", given[0])
    keys.write("#id_secret", secret[0])
    keys.enter(person.button("Teruskan"))
    arrived("terms")
    keys.tick("#id_agree")
    keys.enter(person.button("Setuju dan teruskan"))
    arrived("user-id")
    assert user_id in person.main.inner_text()
    keys.enter(person.button("Teruskan"))
    arrived("password")
    keys.write("#id_password", activating.PASSWORD)
    keys.enter(person.button("Teruskan"))
    arrived("recognition")
    keys.choose("picture", "rumah")
    keys.write("#id_phrase", activating.PHRASE)
    keys.enter(person.button("Teruskan"))
    arrived("phone")
    keys.write_the_code(phone, person.button("Hantar kod TAC"))
    keys.enter(person.button("Aktifkan i-Akaun"))
    person.page.wait_for_url(re.compile(r"/activate/done/$"))
    keys.follow("Ke i-Akaun saya")
    assert person.page.url.endswith("/employer/")
    return keys


def appoint(administrator: Visitor, keys: Keys) -> None:
    """She appoints somebody who prepares, with a code of her own."""
    shot(administrator, "employer-home")
    keys.menu("Para wakil")
    administrator.sees("Dengan pelulus – seorang menyediakan dan menghantar, orang lain meluluskan")
    shot(administrator, "employer-people")
    keys.follow("Tukar aliran kelulusan")
    administrator.sees("Hanya seorang boleh bertindak bagi majikan ini sekarang")
    shot(administrator, "employer-flow")
    keys.menu("Para wakil")
    keys.follow("Lantik wakil")
    keys.write("#id_name", "Ravi a/l Kumar")
    keys.write("#id_phone", "012-999 0003")
    keys.choose("role", "MAKER")
    keys.choose("language", administrator.language)
    keys.write_the_code(HERS, administrator.button("Hantar kod TAC"))
    shot(administrator, "employer-appoint")
    keys.enter(administrator.button("Lantik wakil"))
    administrator.page.wait_for_url(re.compile(r"/people/\d+/$"))
    administrator.look()
    shot(administrator, "employer-person")


def with_wages(template: bytes) -> FilePayload:
    """The template with the wages of its one person: RM6,250, shares of Part A."""
    rows = list(csv.reader(io.StringIO(template.decode("utf-8-sig"))))
    rows[1][3:6] = ["6250.00", "756", "693"]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return FilePayload(name="oktober.csv", mimeType="text/csv", buffer=text.getvalue().encode())


def prepare(maker: Visitor, keys: Keys) -> Filing:
    """Template, file, declaration: the filing waits for somebody else."""
    keys.follow("Hantar Borang A %(month)s", month=MONTH[maker.language])
    with maker.page.expect_download() as download:
        keys.enter(maker.link("Muat turun templat %(month)s (%(kind)s)", kind="CSV", month=MONTH[maker.language]))
    keys.attach("#id_file", with_wages(Path(download.value.path()).read_bytes()))
    keys.enter(maker.button("Muat naik fail"))
    maker.sees("Semua baris sah")
    maker.look()
    keys.follow("Semak dan hantar")
    keys.tick("#id_declaration")
    keys.enter(maker.button("Hantar Borang A %(month)s – %(total)s", **figures_of(maker)))
    maker.sees("Anda tidak boleh meluluskan apa yang anda sediakan.")
    maker.look()
    shot(maker, "employer-submitted")
    return Filing.objects.get(employer__name=NAME)


def figures_of(visitor: Visitor) -> dict[str, str]:
    return {"month": MONTH[visitor.language], "total": formats.money(Filing.objects.get(employer__name=NAME).total)}


def approve(administrator: Visitor, keys: Keys) -> None:
    """From the home page's number to the approval, with a code for these very figures."""
    keys.menu("Utama")
    keys.enter(administrator.main.get_by_role("link", name=administrator.words("Menunggu kelulusan anda")))
    administrator.page.wait_for_url(re.compile(r"state=SUBMITTED"))
    keys.enter(administrator.main.get_by_role("link", name=MONTH[administrator.language], exact=True))
    administrator.page.wait_for_url(re.compile(r"/filings/\d+/$"))
    keys.follow("Semak dan luluskan")
    keys.write_the_code(HERS, administrator.button("Hantar kod TAC"))
    shot(administrator, "employer-decide")
    keys.enter(administrator.button("Luluskan Borang A %(month)s – %(total)s", **figures_of(administrator)))
    administrator.sees("Diluluskan, belum dibayar")
    administrator.look()
    shot(administrator, "employer-approved")


@pytest.mark.parametrize(("language", "width"), [("ms", 390), ("en", 1280)])
def test_an_employer_walks_in_and_has_the_first_filing_approved(demo: Callable[[], None], visit: Visit, language: str, width: int) -> None:
    demo()
    officer = visit(language, width)
    keys = at_work(officer)
    employer = register(officer, keys)
    appoint_at_the_counter(officer, keys)
    paper = Appointment.objects.get().document
    assert bytes(paper.content) == FORM["buffer"]

    administrator = visit(language, width)
    hers = activate(administrator, HERS, employer.number)
    appoint(administrator, hers)
    # Employees are registered at the step after this one: until then the register of employments is all there is.
    factories.EmploymentFactory(employer=employer, member=Member.objects.get(number=AISYAH), from_date=date(2026, 9, 1))
    maker = visit(language, width)
    his = activate(maker, HIS, f"{employer.number}02", look=False)
    filing = prepare(maker, his)
    approve(administrator, hers)

    filing.refresh_from_db()
    roles = dict(Representative.objects.filter(employer=employer).values_list("role", "user"))
    assert (filing.state, filing.prepared_by_id, filing.approved_by_id) == (FilingState.APPROVED, roles["MAKER"], roles["ADMINISTRATOR"])
    know_who_was_appointed_in_the_portal(officer, keys, Representative.objects.get(employer=employer, role="MAKER"))
    call_command("check_ledger")
