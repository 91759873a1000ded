"""Officers' pages on corrections as a browser without script uses them, and what the others see of a correction that is posted."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from contributions.models import Correction, CorrectionLine, CorrectionLog, Filing
from contributions.selectors import savings
from contributions.services import correction as corrections
from kwsp_portal.common import clock
from kwsp_portal.jobs.models import Chunk
from kwsp_portal.notify.models import Notice
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import posting
from members.ledger.enums import EntryKind, HoldKind
from members.ledger.models import Entry
from members.models import Member
from tests import factories
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.correcting import ON, PAID, REASON, Officers, approved, credited, post, prepare, reckon, was_never_a_citizen
from tests.contributions.pages import Person, actions_of, signed_in, text_of
from tests.contributions.paying import Bank
from tests.identity.conftest import PASSWORD, SECRET, sign_in_officer

pytestmark = pytest.mark.django_db
NEW = "/staff/corrections/new/"
PRINT = "Cetak halaman ini"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


def officer(user_id: str, role: Role) -> User:
    user = User.objects.create_user(user_id, PASSWORD, role=role, name=f"Pegawai {user_id}", secret_phrase="biru kapal")
    TOTPDevice.objects.create(user=user, name="telefon", key=SECRET.hex(), confirmed=True)
    return user


def as_officer(user: User, prefix: str = "") -> Person:
    client = Client()
    sign_in_officer(client, user.user_id)
    return Person(client, prefix)


@pytest.fixture
def people(db: None) -> Officers:
    return Officers(officer("penyelia9", Role.SUPERVISOR), officer("pemeriksa9", Role.INSPECTOR))


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire(user=factories.UserFactory())


@pytest.fixture
def filing(office: Office, bank: Bank, member: Member) -> Filing:
    """Credited for two people, of whom one was never a citizen."""
    made = credited(office, bank, member, office.hire())
    was_never_a_citizen(member)
    return made


def progress_of(person: Person, address: str) -> dict[str, object]:
    """What the page's script asks for."""
    found: dict[str, object] = person.client.get(address, headers={"X-Fragment": "progress"}).json()
    return found


def given(filing: Filing, **fields: str) -> dict[str, str]:
    return {"filing_ids": str(filing.pk), "as_at": str(ON), "reason": REASON, **fields}


def test_from_a_draft_to_what_is_posted(filing: Filing, people: Officers, member: Member) -> None:
    supervisor, inspector = as_officer(people.supervisor), as_officer(people.inspector)

    drafted = supervisor.post(NEW, **given(filing))
    page = supervisor.get(drafted["Location"])
    assert actions_of(page) == ["Tarik balik", PRINT]
    assert "Mengira semula setiap baris" in text_of(page)
    assert "Sedang dikira semula" in text_of(supervisor.get("/staff/corrections/"))
    assert progress_of(supervisor, drafted["Location"]) == {"done": 0, "total": 0, "finished": False}
    reckon()
    assert progress_of(supervisor, drafted["Location"])["finished"] is True
    page = supervisor.get(drafted["Location"])
    assert actions_of(page) == ["Tarik balik", "Cadangkan kepada pegawai lain", PRINT]
    for words in (REASON, "756.00 → 125.00", "693.00 → 125.00", "A → F", "−1,199.00", member.name):
        assert words in text_of(page)
    decide = drafted["Location"] + "decide/"
    supervisor.post(decide, action="propose")
    assert actions_of(supervisor.get(drafted["Location"])) == ["Tarik balik", PRINT]
    assert "Anda menyediakan pembetulan ini" in text_of(supervisor.get(drafted["Location"]))

    assert "1 pembetulan menunggu pegawai kedua" in text_of(inspector.get("/staff/"))
    page = inspector.get(drafted["Location"])
    assert actions_of(page) == ["Luluskan 1 baris, RM −1,199.00", "Tolak dengan sebab", PRINT]
    assert inspector.post(decide, action="approve").status_code == 302
    post()

    page = text_of(inspector.get(drafted["Location"]))
    assert "Telah dicatat" in page
    assert "Pegawai penyelia9" in page


@pytest.mark.parametrize("act", ["propose", "approve", "refuse", "withdraw"])
def test_the_second_click_of_the_same_officer_shows_the_outcome_and_another_s_is_told_who_was_first(
    filing: Filing, people: Officers, act: str
) -> None:
    """Also when the run that an approval opened is over before the second click arrives."""
    made = prepare(people, filing)
    if act in ("approve", "refuse"):
        corrections.propose(correction_id=made.pk, by=people.supervisor, on=ON)
    own, others = (people.inspector, "pemeriksa8") if act in ("approve", "refuse") else (people.supervisor, "penyelia8")
    first, other = as_officer(own), as_officer(officer(others, own.role))
    decide = f"/staff/corrections/{made.pk}/decide/"
    assert first.post(decide, action=act, comment="Tidak.").status_code == 302
    post()
    moves = CorrectionLog.objects.count()

    again = first.post(decide, action=act, comment="Tidak.")
    late = other.post(decide, action=act, comment="Tidak.")

    assert (again.status_code, again["Location"]) == (302, f"/staff/corrections/{made.pk}/")
    assert late.status_code == 409
    assert "pegawai lain mungkin sudah membuatnya" in text_of(late)
    assert CorrectionLog.objects.count() == moves


def test_the_own_is_refused_by_the_service_too(filing: Filing, people: Officers) -> None:
    made = prepare(people, filing)
    corrections.propose(correction_id=made.pk, by=people.supervisor, on=ON)

    answer = as_officer(people.supervisor).post(f"/staff/corrections/{made.pk}/decide/", action="approve")

    assert answer.status_code == 403
    assert "Pegawai lain mesti meluluskan" in text_of(answer)


def test_a_refusal_asks_for_words_and_says_them(filing: Filing, people: Officers) -> None:
    made = prepare(people, filing)
    corrections.propose(correction_id=made.pk, by=people.supervisor, on=ON)
    inspector = as_officer(people.inspector)

    empty = inspector.post(f"/staff/corrections/{made.pk}/decide/", action="refuse", comment=" ")
    assert empty.status_code == 422
    assert "Tulis sebab" in text_of(empty)
    assert inspector.post(f"/staff/corrections/{made.pk}/decide/", action="refuse", comment="Semak daftar.").status_code == 302
    assert "“Semak daftar.”" in text_of(inspector.get(f"/staff/corrections/{made.pk}/"))
    assert inspector.post(f"/staff/corrections/{made.pk}/decide/", action="burn").status_code == 400


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"filing_ids": ""}, "Tulis nombor rujukan"),
        ({"filing_ids": "12a"}, "Ditemui “12a”, dijangka nombor seperti 12"),
        ({"filing_ids": "999999"}, "Ditemui 999999, dijangka nombor rujukan Borang A yang wujud"),
        ({"as_at": "20/11/2026"}, "dijangka tarikh seperti 2026-11-22"),
        ({"as_at": "2026-11-21"}, "atau lebih awal: fakta kemudian belum diketahui"),
        ({"as_at": "2026-11-20", "reason": ""}, "Tulis sebab: ahli dan majikan membacanya"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(filing: Filing, people: Officers, fields: dict[str, str], said: str) -> None:
    answer = as_officer(people.supervisor).post(NEW, **given(filing, **fields))

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Correction.objects.exists()


def test_filings_that_cannot_be_corrected_are_named(filing: Filing, people: Officers, office: Office) -> None:
    supervisor = as_officer(people.supervisor)
    unpaid = office.approved(wage_month=OCTOBER.next())
    supervisor.post(NEW, **given(filing))

    assert "ditemui Menunggu bayaran, dijangka yang telah dikreditkan" in text_of(supervisor.post(NEW, **given(unpaid)))
    assert "sudah ada dalam pembetulan" in text_of(as_officer(people.inspector).post(NEW, **given(filing)))


def test_the_second_click_of_the_same_form_leads_to_the_same_correction(filing: Filing, people: Officers) -> None:
    supervisor = as_officer(people.supervisor)

    first = supervisor.post(NEW, **given(filing))
    again = supervisor.post(NEW, **given(filing))
    reckon()
    later = supervisor.post(NEW, **given(filing))

    assert first["Location"] == again["Location"] == later["Location"]
    assert Correction.objects.count() == 1
    for person, fields in ((supervisor, {"reason": "Lain."}), (as_officer(people.inspector), {})):
        other = person.post(NEW, **given(filing, **fields))
        assert (other.status_code, "sudah ada dalam pembetulan" in text_of(other)) == (422, True)


def test_where_nothing_differs_the_page_says_so(office: Office, bank: Bank, people: Officers) -> None:
    sound, supervisor = credited(office, bank, office.hire()), as_officer(people.supervisor)
    made = supervisor.post(NEW, **given(sound))
    reckon()

    page = supervisor.get(made["Location"])

    assert "Tiada yang perlu dibetulkan" in text_of(page)
    assert "Setiap baris sama seperti yang diberi oleh peraturan" in text_of(page)
    assert actions_of(page) == [PRINT]


def test_work_that_stopped_says_so_and_can_be_withdrawn(filing: Filing, people: Officers) -> None:
    supervisor = as_officer(people.supervisor)
    made = supervisor.post(NEW, **given(filing))
    Chunk.objects.filter(run__programme="prepare_correction").update(state="DEAD", error="planted")

    page = supervisor.get(made["Location"])

    assert "Kerja ini terhenti" in text_of(page)
    assert progress_of(supervisor, made["Location"])["finished"] is True
    assert actions_of(page) == ["Tarik balik", PRINT]
    supervisor.post(made["Location"] + "decide/", action="withdraw")
    assert "Ditarik balik" in text_of(supervisor.get(made["Location"]))


def test_rows_for_which_the_rules_give_nothing_are_named(office: Office, bank: Bank, people: Officers, filing: Filing) -> None:
    """Somebody older than the register said: nothing can be reckoned, and that is not the same as all is right."""
    old = office.hire()
    alone = credited(office, bank, old, month=OCTOBER.next())
    Member.objects.filter(pk=old.pk).update(birth_date=date(1950, 1, 1))
    supervisor = as_officer(people.supervisor)

    pages = []
    for ids in (str(alone.pk), f"{alone.pk}, {filing.pk}"):
        made = supervisor.post(NEW, **given(alone, filing_ids=ids))
        reckon()
        pages.append(text_of(supervisor.get(made["Location"])))

    assert "Semak daftar ahli yang disenaraikan di bawah dahulu" in pages[0]
    assert "Tiada yang perlu dibetulkan" not in pages[1]
    for page in pages:
        assert "Baris tanpa angka daripada peraturan: 1" in page
        assert "Ahli berumur 75" in page


def test_lines_that_were_not_posted_say_why(filing: Filing, people: Officers, member: Member) -> None:
    held = posting.member(member.pk, "SEJAHTERA")
    posting.place_hold(account=held, amount_sen=20_000, kind=HoldKind.WITHDRAWAL, ref=1, booked_on=PAID)
    made = approved(people, filing)
    post()

    page = text_of(as_officer(people.inspector).get(f"/staff/corrections/{made.pk}/?refused=1"))

    assert "Akaun Sejahtera (Akaun 2): boleh diambil RM 17.35, perlu RM 179.85" in page.replace("\xa0", " ")


def test_pages_state_what_was_posted_and_not_what_was_proposed(office: Office, bank: Bank, people: Officers) -> None:
    """Of two rows one is refused: the employer and the officers read of the other alone."""
    poor, other = office.hire(), office.hire()
    filing = credited(office, bank, poor, other)
    for member in (poor, other):
        was_never_a_citizen(member)
    posting.place_hold(account=posting.member(poor.pk, "SEJAHTERA"), amount_sen=20_000, kind=HoldKind.WITHDRAWAL, ref=1, booked_on=PAID)
    made = approved(people, filing)
    inspector = as_officer(people.inspector)
    assert "−2,398.00" in text_of(inspector.get(f"/staff/corrections/{made.pk}/"))
    post()

    assert "1 baris, RM −1,199.00" in text_of(signed_in(office.maker).get(f"/employer/filings/{filing.pk}/")).replace("\xa0", " ")
    page = text_of(inspector.get(f"/staff/corrections/{made.pk}/"))
    assert page.count("−2,398.00") == 1, "as proposed, and named so"
    assert page.count("−1,199.00") >= 3


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_member_employer_and_auditor_see_it_with_its_reason(filing: Filing, people: Officers, office: Office, member: Member, prefix: str) -> None:
    approved(people, filing)
    post()
    line = CorrectionLine.objects.get()
    auditor = as_officer(officer("juruaudit9", Role.AUDITOR), prefix)

    pages = [
        signed_in(member.user, prefix).get(f"/member/contributions/{line.row_id}/"),  # type: ignore[arg-type]
        signed_in(office.maker, prefix).get(f"/employer/filings/{filing.pk}/rows/2/"),
        auditor.looks_at(f"/staff/rows/{line.row_id}/"),
    ]

    for page in pages:
        said = text_of(page)
        assert page.status_code == 200
        for words in (REASON, "756.00", "125.00", "third_schedule@2025-10"):
            assert words in said
        assert "tidak lagi memberi angka" not in said, "the corrected figures are those of today's rules"
    assert REASON in text_of(signed_in(office.maker, prefix).get(f"/employer/filings/{filing.pk}/"))
    assert auditor.get("/staff/corrections/").status_code == 200
    assert auditor.get(NEW).status_code == 403


def test_a_corrected_contribution_stands_at_the_top_with_what_was_filed(filing: Filing, people: Officers, member: Member) -> None:
    approved(people, filing)
    post()

    page = text_of(signed_in(member.user, "/en").get(f"/member/contributions/{CorrectionLine.objects.get().row_id}/")).replace("\xa0", " ")  # type: ignore[arg-type]

    assert "Filed as RM 1,449.00, now RM 250.00." in page
    assert "Total contribution RM 250.00" in page


def test_every_correction_shows_its_reference_value_date_and_law(filing: Filing, people: Officers, office: Office, member: Member) -> None:
    approved(people, filing)
    post()
    line = CorrectionLine.objects.get()
    own = text_of(signed_in(member.user).get(f"/member/contributions/{line.row_id}/"))  # type: ignore[arg-type]
    employers = text_of(signed_in(office.maker).get(f"/employer/filings/{filing.pk}/rows/2/"))
    staff = text_of(as_officer(people.inspector).looks_at(f"/staff/rows/{line.row_id}/"))
    entry = Entry.objects.get(kind=EntryKind.CORRECTION, ref=line.pk)

    for page in (own, employers, staff):
        for words in (f"L{entry.pk:09d}", "30 Nov 2026", "account_split@2024-05-11", "Dividen atas pembetulan ini dikira mulai"):
            assert words in page
    for page in (own, staff):
        assert "−899.25" in page
    assert "899.25" not in employers, "what a member's account holds is the member's own"


def test_home_shows_what_counts_now_and_leads_to_both(filing: Filing, people: Officers, member: Member) -> None:
    approved(people, filing)
    post()
    person = signed_in(member.user)  # type: ignore[arg-type]
    row = CorrectionLine.objects.get().row_id

    page = person.get("/member/")

    said = text_of(page).replace("\xa0", " ")
    assert "Dibetulkan pada 20 Nov 2026: difailkan dan dikreditkan sebagai RM 1,449.00." in said
    assert "Syer majikan RM 125.00" in said
    assert page.content.decode().count(f'href="/member/contributions/{row}/#pembetulan"') == 2, "the latest contribution, and its month"
    assert 'id="pembetulan"' in person.get(f"/member/contributions/{row}/").content.decode()
    assert "Bahagian F" in said, "why, too, is of what counts now"


def test_an_earlier_contribution_that_was_corrected_is_marked_too(
    office: Office, bank: Bank, filing: Filing, people: Officers, member: Member
) -> None:
    approved(people, filing)
    post()
    credited(office, bank, member, month=OCTOBER.next(), foreign=[member])

    page = savings.home_of(member=member, on=ON)

    assert [(found.total, found.filed, found.corrected is not None) for found in (page.latest, *page.earlier) if found] == [
        (Decimal(250), Decimal(250), False),
        (Decimal(250), Decimal(1449), True),
    ]
    assert {line.month: (line.total, line.corrected) for line in page.months}[OCTOBER] == (Decimal(250), True)


def test_the_notice_leads_to_the_contribution(filing: Filing, people: Officers, member: Member) -> None:
    approved(people, filing)
    post()
    notice = Notice.objects.get(whose="MEMBER")
    person = signed_in(member.user, "/en")  # type: ignore[arg-type]

    page = person.get(f"/member/inbox/{notice.pk}/")

    assert f'href="/en/member/contributions/{CorrectionLine.objects.get().row_id}/"' in page.content.decode()
    assert "RM 1,199.00 too large" in text_of(page).replace("\xa0", " ")


@pytest.mark.parametrize("role", [Role.COUNTER_OFFICER, Role.WITHDRAWAL_OFFICER])
def test_other_officers_have_no_business_there(role: Role) -> None:
    person = as_officer(officer("pegawai99", role))

    assert [person.get(path).status_code for path in ("/staff/corrections/", NEW, "/staff/corrections/1/", "/staff/rows/1/")] == [403] * 4


def test_what_is_not_there_is_a_404(people: Officers) -> None:
    person = as_officer(people.supervisor)

    assert [person.get(path).status_code for path in ("/staff/corrections/999/", "/staff/rows/999/")] == [404, 404]
    assert "Tiada pembetulan di sini" in text_of(person.get("/staff/corrections/"))
