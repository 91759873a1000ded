"""The employer's pages of elections as a browser without script uses them, in both languages."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from contributions.enums import ElectionKind
from contributions.models import Election, ElectionBatch
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify.models import Notice
from members.identity.models import Challenge
from tests import factories
from tests.contributions import pages
from tests.contributions.conftest import ON, Office
from tests.contributions.electing import PDF, elect, notice, record, submitted, wanted
from tests.contributions.pages import Person, actions_of, signed_in, text_of, title_of
from tests.factories import borang_a
from tests.factories.leave import digits_of

pytestmark = pytest.mark.django_db
LIST, NEW, FILE = "/employer/elections/", "/employer/elections/new/", "/employer/elections/files/new/"
HEADER = "Member No,IC No,Name,Choice,Percent,From Month"
BOTH = pytest.mark.parametrize("prefix", ["", "/en"])


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def maker(office: Office) -> Person:
    return signed_in(office.maker)


@pytest.fixture
def checker(office: Office) -> Person:
    return signed_in(office.checker)


def pdf(content: bytes = PDF.content, name: str = "kwsp-17a.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def address(election: Election, act: str = "") -> str:
    return f"{LIST}{election.pk}/" + (f"{act}/" if act else "")


def latest() -> Election:
    found = Election.objects.order_by("-pk").first()
    assert found is not None
    return found


def choose(person: Person, member: object, **fields: object) -> object:
    asked = {"kind": "EMPLOYEE_EXCESS", "points": "5", "from_month": "2026-11", "document": pdf(), **fields}
    return person.post(f"{NEW}?member={member.number}", **{name: value for name, value in asked.items() if value is not None})  # type: ignore[attr-defined]


@BOTH
def test_a_maker_finds_the_person_sees_the_effect_and_sends_it(office: Office, prefix: str) -> None:
    member = office.hire(name="LIM WEI MING")
    office.approved(borang_a.row(member))
    person = signed_in(office.maker, prefix)

    found = person.get(f"{NEW}?q=lim wei")
    assert f"{NEW}?member={member.number}" in found.content.decode()
    sent = choose(person, member)
    page = person.get(address(latest()))
    assert sent["Location"].removeprefix("/en") == address(latest())  # type: ignore[index]
    for figure in ("6,250.00", "693.00", "1,000.00", "1,449.00", "1,756.00"):
        assert figure in text_of(page), figure
    refused = person.post(address(latest()), action="submit")
    assert (refused.status_code, title_of(refused).startswith({"": "Ralat:", "/en": "Error:"}[prefix])) == (422, True)
    assert person.post(address(latest()), action="submit", declaration="on").status_code == 302
    assert latest().state == "SUBMITTED"


@BOTH
def test_a_checker_approves_and_a_second_click_says_nothing_new(office: Office, prefix: str) -> None:
    election = submitted(office, office.hire())
    person = signed_in(office.checker, prefix)

    assert {"": "Hantar kod TAC", "/en": "Send a TAC"}[prefix] in actions_of(person.get(address(election)))
    first = person.coded(address(election), action="approve")
    second = person.post(address(election), action="approve", tac=digits_of(Challenge.objects.get()))
    asked = person.post(address(election), tac_send="1")
    assert [answer.status_code for answer in (first, second, asked)] == [302, 302, 302]
    assert election.log.filter(action="APPROVE").count() == 1
    assert {"": "Diluluskan", "/en": "Approved"}[prefix] in text_of(person.get(address(election)))


def test_a_colleague_who_comes_too_late_is_told_how_it_stands(office: Office, checker: Person) -> None:
    election = submitted(office, office.hire())
    other = signed_in(factories.RepresentativeFactory(employer=office.employer, checker=True).user)
    other.post(address(election), action="return", comment="Borang kurang jelas")

    answer = checker.post(address(election), action="approve")

    assert answer.status_code == 409
    assert "Borang kurang jelas" in text_of(answer)


def test_the_reason_of_a_return_is_read_by_the_maker_who_may_send_it_again(office: Office, maker: Person, checker: Person) -> None:
    election = submitted(office, office.hire())
    assert checker.post(address(election), action="return", comment="").status_code == 422
    checker.post(address(election), action="return", comment="Tandatangan tiada")

    page = maker.get(address(election))

    assert "Tandatangan tiada" in text_of(page)
    assert maker.post(address(election), action="submit", declaration="on").status_code == 302


def test_nobody_approves_the_own_work(office: Office) -> None:
    administrator = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
    person = signed_in(administrator)
    choose(person, office.hire())
    person.post(address(latest()), action="submit", declaration="on")

    page = person.get(address(latest()))

    assert "Luluskan pilihan" not in actions_of(page)
    assert person.post(address(latest()), action="approve").status_code == 403


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"document": None}, "KWSP 17A(AHL)/18A(AHL)"),
        ({"document": pdf(b"PK\x03\x04", "borang.docx")}, "ditemui ZIP, dijangka PDF, JPEG atau PNG"),
        ({"points": "lima"}, "ditemui “lima”"),
        ({"points": ""}, "Mata peratusan"),
        ({"points": "95"}, "dijangka paling banyak 89%"),
        ({"kind": "WISH"}, "Pilih satu daripada pilihan"),
        ({"kind": None}, "Pilih apa yang dipilih"),
        ({"from_month": "2026-10"}, "bulan yang ditawarkan"),
        ({"kind": "KWSP_16B"}, "wajib mencarum"),
    ],
)
def test_what_stands_in_the_way_is_said_with_the_answers_kept(office: Office, maker: Person, fields: dict[str, object], words: str) -> None:
    member = office.hire()

    page = choose(maker, member, **fields)

    assert page.status_code == 422  # type: ignore[attr-defined]
    assert words in text_of(page), text_of(page)  # type: ignore[arg-type]
    assert Election.objects.count() == 0
    if "points" not in fields:
        assert 'value="5"' in page.content.decode()  # type: ignore[attr-defined]


def test_an_election_that_is_on_its_way_is_named(office: Office, maker: Person) -> None:
    member = office.hire()
    first = record(office, member)

    assert f"rekod {first.pk}" in text_of(choose(maker, member, points="6"))  # type: ignore[arg-type]


@BOTH
def test_the_list_filters_searches_and_says_when_there_is_nothing(office: Office, prefix: str) -> None:
    person = signed_in(office.maker, prefix)
    assert {"": "Belum ada pilihan", "/en": "No elections yet"}[prefix] in text_of(person.get(LIST))
    mine, other = office.hire(name="RAJU A/L KUMAR"), office.hire(name="TAN MEI LING")
    elect(office, mine)
    record(office, other)

    def names(query: str) -> list[str]:
        page = text_of(person.get(LIST + query))
        return [name for name in ("RAJU A/L KUMAR", "TAN MEI LING") if name in page]

    assert names("") == ["RAJU A/L KUMAR", "TAN MEI LING"]
    assert (names("?state=APPROVED"), names("?state=NONSENSE")) == (["RAJU A/L KUMAR"], ["RAJU A/L KUMAR", "TAN MEI LING"])
    assert (names("?q=mei"), names(f"?q={mine.number}"), names("?q=%25%27--")) == (["TAN MEI LING"], ["RAJU A/L KUMAR"], [])
    assert {"": "Tiada pilihan sepadan", "/en": "No election matches"}[prefix] in text_of(person.get(f"{LIST}?q=zzz"))


def test_a_list_does_not_ask_once_a_row(office: Office, maker: Person, django_assert_max_num_queries: object) -> None:
    for _ in range(20):
        record(office, office.hire())

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        maker.get(LIST)


@BOTH
def test_a_notice_ends_an_election_from_the_chosen_month(office: Office, prefix: str) -> None:
    election = elect(office, office.hire())
    person = signed_in(office.maker, prefix)
    assert {"": "Batalkan dengan notis", "/en": "Cancel by notice"}[prefix] in actions_of(person.get(address(election)))

    assert person.post(address(election, "cancel"), from_month="2026-12").status_code == 422
    answer = person.post(address(election, "cancel"), from_month="2026-12", document=pdf())

    assert answer.status_code == 302
    assert (latest().act, latest().from_month, latest().state) == ("CANCEL", date(2026, 12, 1), "DRAFT")


def test_a_choice_cannot_be_cancelled_and_has_a_copy_for_the_employer(office: Office, maker: Person) -> None:
    foreigner = office.hire(non_citizen=True)
    choice = elect(office, foreigner, wanted(ElectionKind.KWSP_16B, None, WageMonth(2025, 9)), on=date(2025, 9, 3))
    excess = elect(office, office.hire())

    page = maker.get(address(choice))

    assert "Batalkan dengan notis" not in actions_of(page)
    assert "Salinan majikan" in actions_of(page)
    assert maker.get(address(choice, "cancel")).status_code == 404
    assert foreigner.identity_number in text_of(maker.get(address(choice, "copy")))
    assert maker.get(address(excess, "copy")).status_code == 404


def test_the_signed_form_comes_back_as_an_attachment(office: Office, maker: Person) -> None:
    election = record(office, office.hire())

    answer = maker.client.get(address(election, "document"))

    assert answer.content == PDF.content
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert answer["Content-Disposition"] == 'attachment; filename="kwsp-17a.pdf"'
    bare = record(office, office.hire(), wanted(ElectionKind.EMPLOYER_EXCESS), form=None)
    assert maker.get(address(bare, "document")).status_code == 404


def test_another_employers_elections_do_not_exist(office: Office, make_office: object) -> None:
    other = make_office()  # type: ignore[operator]
    theirs = elect(other, other.hire())
    person = signed_in(office.maker)

    for act in ("", "cancel", "copy", "document"):
        assert person.get(address(theirs, act)).status_code == 404, act
    assert person.post(address(theirs), action="approve").status_code == 404
    assert person.get(f"{NEW}?member={theirs.member.number}").status_code == 404
    assert theirs.member.name not in text_of(person.get(f"{NEW}?q={theirs.member.number}"))


def test_a_checker_is_shown_the_list_and_no_form(office: Office, checker: Person) -> None:
    member = office.hire()

    assert "Rekod pilihan" not in actions_of(checker.get(LIST))
    assert "Peranan anda ialah meluluskan" in text_of(checker.get(f"{NEW}?member={member.number}"))
    answer = choose(checker, member)
    assert (answer.status_code, Election.objects.count()) == (422, 0)  # type: ignore[attr-defined]


class TestFiles:
    def upload(self, person: Person, *lines: str, document: SimpleUploadedFile | None = None, header: str = HEADER) -> object:
        fields: dict[str, object] = {"file": SimpleUploadedFile("pilihan.csv", "\r\n".join([header, *lines, ""]).encode(), "text/csv")}
        return person.post(FILE, **fields, **({"document": document} if document else {}))

    def line(self, member: object, choice: str = "EMP", percent: str = "5", month: str = "2026-11") -> str:
        return f"{member.number},{member.identity_number},{member.name},{choice},{percent},{month}"  # type: ignore[attr-defined]

    def test_a_good_file_is_sent_and_approved_as_a_whole(self, office: Office, maker: Person, checker: Person) -> None:
        people = [office.hire() for _ in range(3)]
        lines = [self.line(people[0]), self.line(people[1], "EM", "2.50"), self.line(people[2], percent="1", month="2027-01")]

        sent = self.upload(maker, *lines, document=pdf())
        batch = ElectionBatch.objects.get()
        assert sent["Location"] == f"/employer/elections/files/{batch.pk}/"  # type: ignore[index]
        page = maker.get(f"/employer/elections/files/{batch.pk}/")
        assert "Hantar 3 pilihan untuk kelulusan" in actions_of(page)
        assert maker.post(f"/employer/elections/files/{batch.pk}/", action="submit").status_code == 422
        assert maker.post(f"/employer/elections/files/{batch.pk}/", action="submit", declaration="on").status_code == 302
        assert maker.post(f"/employer/elections/files/{batch.pk}/", action="approve").status_code == 403
        address = f"/employer/elections/files/{batch.pk}/"
        first = checker.coded(address, action="approve")
        second = checker.post(address, action="approve", tac=digits_of(Challenge.objects.get()))
        assert (first.status_code, second.status_code) == (302, 302)

        found = batch.elections.order_by("pk").values_list("kind", "points", "state", "document_id")
        assert [(kind, str(points), state, document is not None) for kind, points, state, document in found] == [
            ("EMPLOYEE_EXCESS", "5.00", "APPROVED", True),
            ("EMPLOYER_EXCESS", "2.50", "APPROVED", False),
            ("EMPLOYEE_EXCESS", "1.00", "APPROVED", True),
        ]

    @BOTH
    def test_a_file_that_came_back_says_who_wrote_what_and_goes_out_again(self, office: Office, checker: Person, prefix: str) -> None:
        person = signed_in(office.maker, prefix)
        self.upload(person, *[self.line(office.hire(), "EM") for _ in range(2)])
        address = f"/employer/elections/files/{ElectionBatch.objects.get().pk}/"
        person.post(address, action="submit", declaration="on")

        checker.post(address, action="return", comment="Dua, bukan lima")

        page = text_of(person.get(address))
        assert "Dua, bukan lima" in page
        assert {"": "menulis pada", "/en": "wrote on"}[prefix] in page
        told = Notice.objects.get(code="ELECTION_FILE_RETURNED")
        notice_page = text_of(person.get(f"/employer/inbox/{told.pk}/"))
        assert {"": "2 pilihan dalam fail pilihan.csv dipulangkan", "/en": "2 elections of the file pilihan.csv were returned"}[prefix] in notice_page
        assert person.post(address, action="submit", declaration="on").status_code == 302

    @BOTH
    def test_faults_are_told_by_row_and_the_good_rows_are_kept(self, office: Office, prefix: str) -> None:
        good, noted, twice = office.hire(), office.hire(), office.hire()
        elect(office, noted)
        stranger = factories.MemberFactory(name="ZAINAB BINTI RAHSIA")
        lines = [
            self.line(good),
            self.line(noted, percent="0"),
            self.line(office.hire(), choice="BONUS", month="2026-09"),
            self.line(office.hire(), percent="banyak", month="2026-10"),
            self.line(office.hire(), month="2026-10"),
            self.line(office.hire(), month="November"),
            self.line(office.hire(), choice="KWSP 16B", percent=""),
            self.line(stranger),
            self.line(twice),
            self.line(twice, percent="6"),
            self.line(office.hire(), percent=""),
            self.line(office.hire()).replace("EMP", "EMP,EM"),
        ]
        person = signed_in(office.maker, prefix)

        self.upload(person, *lines, document=pdf())
        batch = ElectionBatch.objects.get()
        page = text_of(person.get(f"/employer/elections/files/{batch.pk}/"))

        told = {fault["line"]: [problem["code"] for problem in fault["problems"]] for fault in batch.faults}
        assert told == {
            4: ["CHOICE_FORM", "FROM_MONTH"],
            5: ["POINTS_FORM", "FROM_MONTH"],
            6: ["FROM_MONTH"],
            7: ["FROM_MONTH"],
            8: ["MUST_ANYWAY"],
            9: ["NUMBER_UNKNOWN", "IDENTITY_UNKNOWN"],
            10: ["ELECTION_TWICE"],
            11: ["ELECTION_TWICE"],
            12: ["POINTS_FORM"],
            13: ["FIELD_COUNT", "POINTS_FORM", "FROM_MONTH"],
        }
        assert [(row.member, row.act, row.state) for row in batch.elections.order_by("pk")] == [(good, "ELECT", "DRAFT"), (noted, "CANCEL", "DRAFT")]
        for words in {"": ("ditemui “BONUS”", "November 2026 hingga Januari 2027"), "/en": ("found “BONUS”", "November 2026 to January 2027")}[
            prefix
        ]:
            assert words in page, page
        assert "KWSP 17A" not in page

    def test_rows_that_nobody_filled_in_the_template_are_passed_over(self, office: Office, maker: Person) -> None:
        people = [office.hire(), office.hire()]
        template = maker.client.get("/employer/elections/template.csv").content.decode("utf-8-sig")
        number = people[1].number
        filled = re.sub(rf"^({number},[^\r\n]*),,,", r"\1,EM,3,2026-12", template, flags=re.MULTILINE)
        assert filled != template

        answer = maker.post(FILE, file=SimpleUploadedFile("pilihan.csv", filled.encode("utf-8-sig"), "text/csv"))

        assert answer.status_code == 302
        assert [(row.member, str(row.points)) for row in Election.objects.all()] == [(people[1], "3.00")]

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "Fail ini kosong"),
            (b"%PDF-1.7", "ditemui PDF"),
            (b"Nombor,Nama\r\n1,2\r\n", "Lajur tidak betul"),
            (HEADER.encode() + b"\r\n1,2,3,,,\r\n", "tiada pilihan"),
            (HEADER.encode() + b"\r\n" + b"1,2,A,EM,1,2026-11\r\n" * 10_001, "10000"),
        ],
    )
    def test_a_file_that_cannot_be_read_leaves_nothing(self, office: Office, maker: Person, content: bytes, code: str) -> None:
        answer = maker.post(FILE, file=SimpleUploadedFile("pilihan.csv", content, "text/csv"))

        assert (answer.status_code, ElectionBatch.objects.count()) == (422, 0)
        assert code in text_of(answer)

    def test_forms_are_needed_for_all_but_the_employers_share(self, office: Office, maker: Person) -> None:
        self.upload(maker, self.line(office.hire()), self.line(office.hire(), "EM"))

        batch = ElectionBatch.objects.get()
        assert [[problem["code"] for problem in fault["problems"]] for fault in batch.faults] == [["FORM_MISSING"]]
        assert batch.rows_good == 1

    def test_the_drafts_of_a_file_are_put_away_together(self, office: Office, maker: Person) -> None:
        self.upload(maker, self.line(office.hire(), "EM"), self.line(office.hire(), "EM"))
        batch = ElectionBatch.objects.get()

        maker.post(f"/employer/elections/files/{batch.pk}/", action="discard")

        assert set(batch.elections.values_list("state", flat=True)) == {"DISCARDED"}

    def test_another_employers_file_does_not_exist(self, office: Office, maker: Person, make_office: object) -> None:
        self.upload(maker, self.line(office.hire(), "EM"))
        stranger = signed_in(make_office().maker)  # type: ignore[operator]

        assert stranger.get(f"/employer/elections/files/{ElectionBatch.objects.get().pk}/").status_code == 404


@BOTH
def test_what_an_election_undoes_is_named_before_it_is_sent(office: Office, prefix: str) -> None:
    member = office.hire()
    elect(office, member)
    elect(office, member, wanted(points="7", month=WageMonth(2027, 1)))
    again = record(office, member, wanted(month=WageMonth(2026, 12)))

    page = text_of(signed_in(office.maker, prefix).get(f"/employer/elections/{again.pk}/"))

    assert {"": "+7.00 mata mulai Januari 2027", "/en": "+7.00 points from January 2027"}[prefix] in page


@BOTH
def test_a_member_reads_the_own_approved_elections_and_no_drafts(office: Office, prefix: str) -> None:
    user = factories.UserFactory()
    member, colleague = office.hire(user=user), office.hire()
    elect(office, member)
    elect(office, member, wanted(ElectionKind.EMPLOYER_EXCESS, "2.50"))
    elect(office, member, notice(ElectionKind.EMPLOYER_EXCESS, WageMonth(2026, 12)))
    record(office, member, wanted(points="42", month=WageMonth(2027, 1)))
    elect(office, colleague, wanted(points="33"))

    page = text_of(signed_in(user, prefix).get("/member/elections/"))

    assert {"": "Berkuat kuasa", "/en": "In force"}[prefix] in page
    assert {"": "Akan bermula", "/en": "Will begin"}[prefix] in page
    assert ("+5.00" in page, "+2.50" in page, "+42.00" in page, "+33.00" in page) == (True, True, False, False)


def test_an_election_for_a_month_ahead_that_a_notice_covers_is_not_announced(office: Office) -> None:
    user = factories.UserFactory()
    member = office.hire(user=user)
    elect(office, member)
    elect(office, member, wanted(points="7", month=WageMonth(2026, 12)))
    elect(office, member, notice())

    page = text_of(signed_in(user).get("/member/elections/"))

    assert ("Tidak lagi" in page, "Akan bermula" in page, "Berkuat kuasa" in page) == (True, False, False)


def test_what_waits_for_the_checker_stands_on_the_first_page(office: Office, checker: Person, maker: Person) -> None:
    submitted(office, office.hire())

    assert ("Pilihan caruman menunggu anda" in text_of(checker.get("/employer/")), "menunggu anda" in text_of(maker.get("/employer/"))) == (
        True,
        False,
    )


@BOTH
def test_member_and_employer_are_told_in_their_inboxes(office: Office, prefix: str) -> None:
    user = factories.UserFactory()
    member = office.hire(user=user)
    elect(office, member)
    elect(office, member, notice(month=WageMonth(2026, 12)))
    returned = submitted(office, office.hire(name="TAN MEI LING"))
    signed_in(office.checker).post(address(returned), action="return", comment="Tandatangan tiada")

    inbox = text_of(signed_in(user, prefix).get("/member/inbox/"))
    theirs = text_of(signed_in(office.maker, prefix).get("/employer/inbox/"))

    assert {"": "Pilihan caruman mulai gaji November 2026", "/en": "Election from the wages of November 2026"}[prefix] in inbox
    assert {"": "dibatalkan mulai gaji Disember 2026", "/en": "cancelled from the wages of December 2026"}[prefix] in inbox
    assert "TAN MEI LING" in theirs


def test_a_member_without_elections_is_told_how_to_make_one(office: Office) -> None:
    user = factories.UserFactory()
    office.hire(user=user)

    assert "KWSP 17A(AHL)/18A(AHL)" in text_of(signed_in(user).get("/member/elections/"))


def test_titles_name_the_page(office: Office, maker: Person) -> None:
    election = record(office, office.hire())

    titles = [title_of(maker.get(path)) for path in (LIST, NEW, FILE, address(election))]

    assert len(set(titles)) == 4
    assert pages.title_of(maker.get(LIST)).startswith("Pilihan caruman")
