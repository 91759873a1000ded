"""The pages of a withdrawal: estimate, guide, handing in, the list and one application; what is another's, what is skipped, what is said."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from kwsp_portal.common import clock
from kwsp_portal.documents.services import Upload
from members.identity.models import Challenge
from members.models import BankAccount, Member
from tests import factories
from tests.identity.tac_codes import digits_of
from tests.members.conftest import sign_in
from tests.statute.withdrawal_cases import PEOPLE
from tests.withdrawals.people import AT, ON, bank_account, drafted, handed_in, held, saver, submit, with_papers
from withdrawals import explanations, labels
from withdrawals.enums import DocumentCode, KindCode, State
from withdrawals.kinds import listing
from withdrawals.models import Application, ApplicationDocument
from withdrawals.services import deciding, holding, news, papers

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/member/withdrawals/"
Queries = Callable[[int], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def member() -> Member:
    return saver(user=factories.UserFactory(user_id="ahlipengeluaran"))


@pytest.fixture
def client(member: Member, client: Client) -> Client:
    sign_in(client, "ahlipengeluaran")
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code, answer.get("Location"))
    return " ".join(answer.content.decode().split())


def at(found: Application, rest: str = "") -> str:
    return f"{HERE}{found.number}/{rest}"


def version(client: Client, address: str) -> str:
    return re.findall(r'name="version" value="(\d+)"', client.get(address).content.decode())[0]


def handed_in_by_pages(client: Client, kind: str, amount: str) -> str:
    """From the page of the kind to the confirmation; its address."""
    step = client.post(f"{HERE}kinds/{kind}/", follow=True).redirect_chain[-1][0]
    assert step.endswith("/apply/amount/"), step
    payment = client.post(step, {"amount": amount, "version": version(client, step)}).get("Location", "")
    assert payment.endswith("/apply/payment/"), payment
    following = client.post(payment, {"version": version(client, payment)}).get("Location", "")
    check = client.post(following).get("Location", "") if following.endswith("/documents/") else following
    assert check.endswith("/apply/check/"), check
    form = {"declared": "on", "version": version(client, check)}
    client.post(check, {**form, "tac_send": "1"})
    answer = client.post(check, {**form, "tac": digits_of(Challenge.objects.latest("pk"))})
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return str(answer["Location"])


def test_who_has_no_bank_account_reads_the_amounts_and_that_one_is_needed(client: Client, member: Member) -> None:
    BankAccount.objects.filter(member=member).update(state="REPLACED", ended_at=AT)

    estimate, kind = text(client, f"{HERE}estimate/"), text(client, f"{HERE}kinds/fleksibel/")

    for page in (estimate, kind):
        assert "2,000" in page
        assert "Akaun bank diperlukan untuk memohon" in page
        assert 'href="/member/bank-account/"' in page
    assert "Tiada jenis yang boleh dimohon sekarang" not in estimate


def test_from_the_estimate_to_the_confirmation_and_the_list(client: Client, member: Member) -> None:
    estimate = text(client, f"{HERE}estimate/")
    assert "2,000" in estimate
    assert "Pengeluaran Akaun Fleksibel" in estimate
    assert "10,000" in text(client, f"{HERE}kinds/age-50/")

    done = handed_in_by_pages(client, "fleksibel", "RM 120.50")

    found = Application.objects.get()
    assert done == at(found, "done/")
    assert (found.state, str(found.asked)) == (State.APPROVED, "120.50")
    assert found.number in text(client, done)
    assert found.number in text(client, done), "it may be loaded again"
    assert found.number in text(client, HERE)
    page = text(client, at(found))
    for words in (found.number, "120.50", "6789", "Lulus"):
        assert words in page
    assert held(member) == {"FLEKSIBEL": 12_050}
    assert f'href="{HERE}estimate/"' in text(client, "/member/")
    for address in (f"{HERE}estimate/", HERE, at(found), done, f"{HERE}kinds/age-50/"):
        assert "Withdrawal" in text(client, f"/en{address}"), address


def test_age_50_waits_for_an_officer_and_says_until_when(client: Client, member: Member) -> None:
    handed_in_by_pages(client, "age-50", "10000")

    found = Application.objects.get()
    assert (found.state, found.due_on) == (State.SUBMITTED, ON + timedelta(days=7))
    assert "17 Nov 2026" in text(client, at(found))


def test_straight_to_the_institution_needs_no_own_account_and_to_oneself_needs_one(client: Client, member: Member) -> None:
    BankAccount.objects.filter(member=member).update(state="REPLACED", ended_at=AT)
    found = drafted(member, "8000.00", kind=KindCode.EDUCATION, answers=PEOPLE[KindCode.EDUCATION]["answers"])
    amount, payment = at(found, "apply/amount/"), at(found, "apply/payment/")

    assert client.post(amount, {"amount": "8000.00", "version": version(client, amount)})["Location"] == payment
    client.post(payment, {"payee": "ACCOUNT", "version": version(client, payment)})
    assert client.get(at(found, "apply/documents/"))["Location"] == payment, "an own account that is not there"
    creditor = at(found, "apply/creditor/")
    assert client.post(payment, {"payee": "INSTITUTION", "version": version(client, payment)})["Location"] == creditor
    by_order = {"way": "ORDER", "bank": "", "account": "", "version": version(client, creditor)}
    assert client.post(creditor, by_order)["Location"] == at(found, "apply/documents/")
    assert "Universiti Contoh" in text(client, creditor)

    done = submit(with_papers(Application.objects.get()))
    assert (done.state, done.account) == (State.SUBMITTED, None)


def test_pages_are_not_skipped_by_their_address(client: Client, member: Member) -> None:
    found = drafted(member, kind=KindCode.FLEKSIBEL)
    Application.objects.filter(pk=found.pk).update(asked=None)

    for step in ("payment", "check", "documents", "about-9", "nonsense"):
        answer = client.get(at(found, f"apply/{step}/"))
        assert (answer.status_code, answer["Location"]) == (302, at(found, "apply/amount/"))
    answer = client.post(at(found, "apply/check/"), {"declared": "on", "tac_send": "1"})
    assert answer["Location"] == at(found, "apply/amount/")
    assert client.get(at(found, "done/"))["Location"] == at(found, "apply/")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Masukkan jumlah yang anda mohon"),
        ("0", "lebih daripada sifar"),
        ("12.345", "paling banyak dua tempat perpuluhan"),
        ("-5", "lebih daripada sifar"),
        ("abc", "dijangka jumlah seperti"),
        ("2000.01", "melebihi yang boleh dikeluarkan"),
        ("49.99", "kurang daripada amaun terendah"),
    ],
)
def test_an_amount_that_cannot_be_is_told_beside_the_field(client: Client, member: Member, typed: str, words: str) -> None:
    found = drafted(member)

    answer = client.post(at(found, "apply/amount/"), {"amount": typed, "version": found.version})

    assert answer.status_code == 422
    assert words in " ".join(answer.content.decode().split())
    assert "<title>Ralat:" in answer.content.decode()
    assert str(Application.objects.get().asked) == "200.00"


def test_another_window_is_told_and_loses_nothing(client: Client, member: Member) -> None:
    found = drafted(member)

    answer = client.post(at(found, "apply/amount/"), {"amount": "75", "version": "0"})

    assert answer.status_code == 422
    assert "tetingkap lain" in answer.content.decode()
    assert 'value="75"' in answer.content.decode()
    assert str(Application.objects.get().asked) == "200.00"


def test_one_answer_is_changed_and_it_comes_straight_back(client: Client, member: Member) -> None:
    found = drafted(member)
    check = text(client, at(found, "apply/check/"))
    assert "apply/amount/?back=check" in check

    answer = client.post(at(found, "apply/amount/?back=check"), {"amount": "75", "version": found.version})

    assert answer["Location"] == at(found, "apply/check/")


def test_without_the_declaration_no_code_is_sent_and_a_wrong_code_hands_nothing_in(client: Client, member: Member) -> None:
    found = drafted(member)
    check = at(found, "apply/check/")

    assert client.post(check, {"tac_send": "1", "version": found.version}).status_code == 422
    assert not Challenge.objects.exists()
    form = {"declared": "on", "version": found.version}
    client.post(check, {**form, "tac_send": "1"})
    assert client.post(check, {**form, "tac": "000000"}).status_code == 422
    digits = digits_of(Challenge.objects.latest("pk"))
    changed = client.post(at(found, "apply/amount/"), {"amount": "90", "version": found.version})
    assert changed.status_code == 302
    answer = client.post(check, {**form, "tac": digits, "version": found.version + 1})

    assert answer.status_code == 422, "the code was for another amount"
    assert Application.objects.get().state == State.DRAFT


def test_a_second_click_on_the_last_button_lands_on_the_confirmation(client: Client, member: Member) -> None:
    found = drafted(member)
    check, form = at(found, "apply/check/"), {"declared": "on", "version": found.version}
    client.post(check, {**form, "tac_send": "1"})
    form["tac"] = digits_of(Challenge.objects.latest("pk"))

    answers = [client.post(check, form)["Location"] for _time in range(2)]

    assert answers == [at(found, "done/")] * 2
    assert held(member) == {"FLEKSIBEL": 20_000}


def test_who_cannot_apply_reads_every_reason_and_what_would_change_it() -> None:
    young = saver(user=factories.UserFactory(user_id="ahlimuda"), birth_date=ON.replace(year=1977), fleksibel="0.00")
    young.bank_accounts.update(state="REPLACED", ended_at=AT)
    client = Client()
    sign_in(client, "ahlimuda")

    page = text(client, f"{HERE}kinds/age-50/")

    for words in ("10 Nov 2027", "genap 50 tahun", "Daftarkan akaun bank", 'href="/member/bank-account/"'):
        assert words in page, words
    assert "Mulakan permohonan" not in page
    estimate = text(client, f"{HERE}estimate/")
    assert "Akaun bank diperlukan untuk memohon" in estimate


def test_money_waits_while_the_account_is_new(client: Client, member: Member) -> None:
    found = drafted(member)
    bank_account(member, cools=timedelta(days=100_0))

    page = text(client, at(found, "apply/check/"))
    assert "Wang menunggu" in page
    assert "tac_send" not in page


def test_papers_are_added_shown_and_taken_away(client: Client, member: Member) -> None:
    found = drafted(member, "1000.00", kind=KindCode.AGE_50)
    here = at(found, "apply/documents/")
    assert "Sijil kelahiran" in text(client, here)

    sent = client.post(here, {"code": "BIRTH_DATE", "papers": SimpleUploadedFile("sijil.pdf", b"%PDF-1.4 sijil")})

    assert sent.status_code == 302
    row = ApplicationDocument.objects.get()
    assert "sijil.pdf" in text(client, here)
    assert client.get(at(found, f"documents/{row.pk}/")).content == b"%PDF-1.4 sijil"
    assert client.get(at(found, f"documents/{row.pk}/small/")).status_code == 204
    wrong = client.post(here, {"code": "BIRTH_DATE", "papers": SimpleUploadedFile("virus.exe", b"MZ")})
    assert wrong.status_code == 422
    assert "dijangka PDF, JPEG atau PNG" in " ".join(wrong.content.decode().split())
    assert client.post(at(found, f"documents/{row.pk}/remove/"))["Location"] == here
    assert "sijil.pdf" not in text(client, here)


def test_another_members_application_and_papers_are_not_there(client: Client, member: Member) -> None:
    other = saver()
    theirs, mine = handed_in(other, "1000.00", kind=KindCode.AGE_50), drafted(member)
    draft = drafted(other, "100.00")
    row = papers.add(application_id=draft.pk, code=DocumentCode.BANK, upload=Upload("x.pdf", b"%PDF-1.4"), by=other.user, on=ON)  # type: ignore[arg-type]
    for rest in ("", "apply/", "apply/amount/", "done/", "cancel/", "appeal/", "answer/", f"documents/{row.pk}/", f"documents/{row.pk}/small/"):
        assert client.get(at(theirs, rest)).status_code == 404
        assert client.get(f"{HERE}PGL000000AAAAAA/{rest}").status_code == 404
    for rest in (f"documents/{row.pk}/", f"documents/{row.pk}/small/"):
        assert client.get(at(mine, rest)).status_code == 404
    for rest in ("cancel/", "discard/", f"documents/{row.pk}/remove/"):
        assert client.post(at(theirs, rest)).status_code == 404
    assert client.post(at(mine, f"documents/{row.pk}/remove/")).status_code == 404
    assert theirs.number not in text(client, HERE)


def test_a_draft_is_thrown_away_and_an_application_is_cancelled(client: Client, member: Member) -> None:
    draft, found = drafted(member), handed_in(member, "1000.00", kind=KindCode.AGE_50)

    assert client.post(at(draft, "discard/"))["Location"] == HERE
    assert draft.number not in text(client, HERE)
    assert "Batalkan permohonan ini?" in text(client, at(found, "cancel/"))
    for _time in range(2):
        assert client.post(at(found, "cancel/"))["Location"] == at(found)

    assert "Dibatalkan" in text(client, at(found))
    assert held(member) == {}
    assert client.get(at(found, "cancel/"))["Location"] == at(found)


def test_what_was_refused_is_appealed_under_a_code(client: Client, member: Member) -> None:
    found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
    holding.release(found.holds, on=ON)
    Application.objects.filter(pk=found.pk).update(state=State.REFUSED, holds=[])
    here = at(found, "appeal/")
    assert "Buat rayuan" in text(client, at(found))
    assert client.post(here, {"reason": "", "tac_send": "1"}).status_code == 422
    client.post(here, {"reason": "Sila lihat semula", "tac_send": "1"})

    answer = client.post(here, {"reason": "Sila lihat semula", "tac": digits_of(Challenge.objects.latest("pk"))})

    assert answer["Location"] == at(found)
    page = text(client, at(found))
    assert "Sila lihat semula" in page
    assert "Sedang diproses" in page
    assert client.get(here)["Location"] == at(found)


def test_what_an_officer_asks_for_is_sent_from_the_page(client: Client, member: Member) -> None:
    found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
    officer = factories.UserFactory(role="WITHDRAWAL_OFFICER")
    version = deciding.take(application_id=found.pk, by=officer, on=ON).version
    deciding.ask(application_id=found.pk, version=version, comment="Sijil kelahiran", by=officer, on=ON)
    here = at(found, "answer/")
    assert "Pegawai meminta dokumen tambahan" in text(client, at(found))
    assert client.post(here).status_code == 422

    client.post(here, {"code": "BIRTH_DATE", "papers": SimpleUploadedFile("sijil.pdf", b"%PDF-1.4 sijil")})

    assert client.post(here)["Location"] == at(found)
    assert Application.objects.get().state == State.IN_PROCESS


def test_the_pages_ask_little(client: Client, member: Member, django_assert_max_num_queries: Queries) -> None:
    draft = drafted(member)
    found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
    pages = [HERE, f"{HERE}estimate/", f"{HERE}kinds/fleksibel/", at(found), at(found, "done/"), at(found, "cancel/"), "/member/"]
    pages += [at(draft, f"apply/{step}/") for step in ("amount", "payment", "check")]
    another = drafted(saver(user=factories.UserFactory(user_id="ahlidokumen")), "1000.00", kind=KindCode.AGE_50)
    visitor = Client()
    sign_in(visitor, "ahlidokumen")
    for asking, address in [*((client, page) for page in pages), (visitor, at(another, "apply/documents/")), (visitor, at(another, "apply/check/"))]:
        asking.get(address)
        with django_assert_max_num_queries(12):
            assert asking.get(address).status_code == 200, address


def test_everybody_reads_the_kinds_and_reckons(client: Client) -> None:
    stranger = Client()
    page = " ".join(stranger.get("/help/withdrawals/").content.decode().split())
    for words in ("Pengeluaran Umur 50 Tahun", "Pengeluaran Akaun Fleksibel", "KWSP 9B (AHL)", "hari bekerja"):
        assert words in page, words
    assert stranger.get("/calculators/withdrawal/").status_code == 200
    question = "?kind=fleksibel&birth_date=1990-05-31&fleksibel=300&amount=100"
    answer = " ".join(stranger.get(f"/calculators/withdrawal/{question}").content.decode().split())
    assert "300" in answer
    wrong = stranger.get("/calculators/withdrawal/?kind=fleksibel&birth_date=tak&fleksibel=3.000")
    assert wrong.status_code == 422
    assert stranger.get("/calculators/withdrawal/?kind=lain").status_code == 404
    assert stranger.get("/en/help/withdrawals/").status_code == 200


def test_the_list_and_the_desk_say_how_much_to_whom_on_what_authority_and_with_which_clauses(client: Client) -> None:
    """As each kind's module has it; Khas, which is closed, says when it is open only."""
    page = unescape(" ".join(client.get("/help/withdrawals/").content.decode().split()))
    for entry in listing.entries(ON):
        code = entry.kind.code
        said = [labels.HOW_MUCH[code], *labels.NOTES.get(code, ()), *(labels.PAYEE[one] for one in entry.payees)]
        said += [citation for condition in entry.conditions for citation in explanations.citations(condition.source)]
        assert [str(words) for words in said if entry.is_open and str(words) not in page] == [], code
        papers = [citation for checklist in entry.checklist for paper in checklist for citation in explanations.citations(paper.source)]
        assert [words for words in papers if words not in page] == [], code
    assert "Wang yang tidak digunakan bagi tujuannya dipulangkan kepada KWSP" in page
    for form, words in (("9H", "di kaunter dan melalui pos"), ("9C", "di kaunter dan melalui pos"), ("9P", "tanpa MyKad atau melalui pos")):
        assert re.search(rf"Borang {words}</dt>\s*<dd[^>]*>\s*KWSP {form} \(AHL\)", page), form


def test_a_least_of_one_sen_is_not_spoken_of_and_shared_money_is(client: Client) -> None:
    page = text(client, f"{HERE}estimate/")

    assert "Paling sedikit RM" in page.replace("\N{NO-BREAK SPACE}", " "), "of Akaun Fleksibel RM50"
    assert "0.01" not in page + text(client, f"{HERE}kinds/age-50/")
    assert "berkongsi wangnya" in page


@pytest.mark.parametrize(
    ("payee", "ms", "en"),
    [
        ("PAYMENT_ORDER", "dengan Arahan Bayaran", "by payment order (Arahan Bayaran)"),
        ("INSTITUTION", "terus kepada institusi atau pemberi pinjaman", "straight to the institution or lender"),
        (
            "INSTITUTION|Maybank|6789|Universiti Contoh",
            "terus kepada Universiti Contoh, Maybank berakhir 6789",
            "straight to Universiti Contoh, Maybank ending 6789",
        ),
        ("INSTITUTION|||Dana Contoh", "dengan Arahan Bayaran atas nama Dana Contoh", "by payment order in the name of Dana Contoh"),
        ("ACCOUNT", "ke Maybank berakhir 6789", "to Maybank ending 6789"),
    ],
)
def test_a_code_says_to_whom_whatever_way_it_is_paid(payee: str, ms: str, en: str) -> None:
    account = BankAccount(bank="MBBEMYKL", ending="6789") if payee == "ACCOUNT" else None
    for language, expected in (("ms", ms), ("en", en)):
        with translation.override(language):
            assert news.SHOW["to"](news.destination(payee, account)) == expected


def test_the_api_says_how_much_or_why_not(client: Client) -> None:
    ask = "/api/v1/calculators/withdrawal/"
    good = Client().get(ask, {"kind": "fleksibel", "birth_date": "1990-05-31", "fleksibel": "300.00"})
    assert good.status_code == 200, good.content
    assert (good.json()["amount"], good.json()["refusals"]) == ("300.00", [])
    assert good.json()["charges"] == [{"account": "FLEKSIBEL", "amount": "300.00"}]
    assert good.json()["citations"]

    loan = {"kind": "house_instalment", "birth_date": "1985-05-05", "citizenship": "non_citizen", "sejahtera": "900.00"}
    before, from_then, unsaid = (
        Client().get(ask, {**loan, **one}).json() for one in ({"member_since": day} for day in ("1998-07-31", "1998-08-01", ""))
    )
    assert (before["amount"], [one["code"] for one in before["refusals"]]) == ("900.00", [])
    assert [one["code"] for one in from_then["refusals"]] == ["STANDING"]
    assert unsaid["amount"] == "900.00"
    said = "Hari menjadi ahli tidak dinyatakan"
    assert [any(said in line for line in one["explanation"]) for one in (before, from_then, unsaid)] == [False, False, True]
    citizen = Client().get(ask, {**loan, "citizenship": "citizen"}).json()
    assert not any(said in line for line in citizen["explanation"]), "nobody asks a citizen"
    for wrong in ("2026-11-11", "1998-02-30", "1985-05-04"):
        assert Client().get(ask, {**loan, "member_since": wrong}).json()["errors"][0]["field"] == "member_since"
    page = Client().get("/calculators/withdrawal/", {**loan, "birth_date": "1985-05-05"}).content.decode()
    assert said in page
    assert 'name="member_since"' in page

    young = Client().get(ask, {"kind": "age_50", "birth_date": "1980-03-03", "sejahtera": "300.00"}).json()
    assert young["amount"] == "0.00"
    assert [(one["code"], one["until"]) for one in young["refusals"]] == [("AGE_FROM", "2030-03-03")]

    for asked, field, code in (
        ({}, "kind", "REQUIRED"),
        ({"kind": "x"}, "kind", "INVALID_CHOICE"),
        ({"kind": "age_50"}, "birth_date", "REQUIRED"),
        ({"kind": "age_50", "birth_date": "1980-03-03", "sejahtra": "1"}, "sejahtra", "UNKNOWN_PARAMETER"),
        ({"kind": "age_50", "birth_date": "1980-03-03", "sejahtera": "1.234"}, "sejahtera", "TOO_MANY_DECIMALS"),
        ({"kind": "age_50", "birth_date": "2980-03-03"}, "birth_date", "OUT_OF_RANGE"),
    ):
        bad = Client().get(ask, asked)
        assert bad.status_code == 400
        assert [(one["field"], one["code"]) for one in bad.json()["errors"]] == [(field, code)], bad.json()


def test_the_api_lists_the_own_applications(client: Client, member: Member) -> None:
    found, other = handed_in(member, "1000.00", kind=KindCode.AGE_50), handed_in(saver())

    listed = client.get("/api/v1/me/applications/").json()["applications"]

    assert [(one["number"], one["state"], one["asked"], one["paid"]) for one in listed] == [(found.number, "SUBMITTED", "1000.00", "0.00")]
    assert other.number not in str(listed)
    assert Client().get("/api/v1/me/applications/").status_code == 401


HOUSE = (
    {"title": "GRN 1234", "address": "1 Jalan Satu", "property": "TERRACE", "in_malaysia": "true"},
    {"house": "FIRST"},
    {"agreement_on": "2026-09-01", "price": "RM 200,000"},
    {"financing": "LOAN", "loan": "180000", "lender": "Bank Satu"},
    {"together": "ALONE"},
)


def test_a_kind_that_asks_much_asks_one_matter_a_page_and_takes_back_what_another_answer_made_void(client: Client, member: Member) -> None:
    step = client.post(f"{HERE}kinds/house-buy/", follow=True).redirect_chain[-1][0]
    assert step.endswith("/apply/about-1/")
    wrong = client.post(step, {**HOUSE[0], "in_malaysia": "", "version": version(client, step)})
    assert wrong.status_code == 422
    assert "Jawab soalan ini" in wrong.content.decode()

    for page in HOUSE:
        sent = client.post(step, {**page, "version": version(client, step)})
        assert sent.status_code == 302, (step, [line for line in sent.content.decode().split("\n") if "error" in line])
        following = sent["Location"]
        if following == step:  # the answers brought up more of the same matter
            following = client.post(step, {**page, "version": version(client, step)})["Location"]
        step = following

    found = Application.objects.get()
    assert step == at(found, "apply/amount/")
    assert (found.particulars["price"], found.particulars["loan"], found.particulars["in_malaysia"]) == ("200000.00", "180000.00", True)
    assert "10,000" in text(client, step)
    assert client.get(at(found, "apply/check/"))["Location"] == step
    change = at(found, "apply/about-4/") + "?back=check"
    answer = client.post(change, {"financing": "CASH", "version": version(client, change)})
    assert answer["Location"] == step, "the amount is not said yet"
    assert "loan" not in Application.objects.get().particulars
