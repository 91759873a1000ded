"""`/khas/` (seed 004): each of the twenty-two questions is answered in both languages, and the rules and pages do what its answer says."""

import html
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import product

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation

from kwsp_portal.common import clock, rates
from kwsp_portal.common.clock import KL
from kwsp_portal.frame import khas_questions
from members.enums import Citizenship, ReplacementCause, SubAccount
from members.rules import accounts, allocation, replacing
from tests import factories
from tests.factories import withdrawals as apply
from tests.members.conftest import sign_in
from tests.statute.test_khas import PERSONS, somebody
from withdrawals import kinds
from withdrawals.enums import Channel, KindCode, Payee, State
from withdrawals.facts import Earlier
from withdrawals.kinds import khas_2022
from withdrawals.models import Application
from withdrawals.rules import khas

pytestmark = pytest.mark.django_db
OPEN = date(2022, 4, 10)
YOUNG = date(1990, 1, 15)
CODES = [one.code for one in khas_questions.QUESTIONS]


def read(client: Client, monkeypatch: pytest.MonkeyPatch, on: date = OPEN, prefix: str = "", query: str = "", status: int = 200) -> str:
    monkeypatch.setattr(clock, "business_date", lambda: on)
    answer = client.get(f"{prefix}/khas/{query}")
    assert answer.status_code == status
    return words_of(answer.content.decode())


def words_of(text: str) -> str:
    """A page without its marks."""
    assert "«undefined" not in text
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)).replace("\N{NO-BREAK SPACE}", " "))


def codes_of(**given: object) -> set[str]:
    return {refusal.code for refusal in kinds.evaluate(somebody(**given)).refusals}


def said(code: str, language: str = "ms") -> str:
    with translation.override(language):
        (found,) = [one for one in khas_questions.answered(OPEN) if one.code == code]
        return " ".join(found.texts).replace("\N{NO-BREAK SPACE}", " ")


def why_it_exists() -> None:
    assert khas.LAW.at("open", OPEN).value is True


def who_may_apply() -> None:
    for status in Citizenship:
        assert codes_of(citizenship=status, asked=Decimal(100)) == set()
    assert codes_of(birth_date=date(1967, 4, 10)) == {"AGE_BELOW"}
    assert "KHAS_SAVINGS" in codes_of(balances={SubAccount.PERSARAAN: Decimal("149.99")})
    assert "RM 150.00" in said("siapa")


def earlier_schemes_stand_in_nobodys_way() -> None:
    for kind, state in product((KindCode.AGE_50, KindCode.HOUSE_BUY), (State.PAID, State.REFUSED)):
        earlier = Earlier(kind=kind, state=state, applied_on=date(2021, 7, 12), asked=Decimal(5000), taken=Decimal(5000))
        assert codes_of(earlier=(earlier,), asked=Decimal(100)) == set()


def who_is_pensionable_may_apply_and_is_warned() -> None:
    assert "pensionable" not in {condition.code.lower() for condition in khas_2022.KIND.conditions}
    assert "syer Kerajaan" in said("berpencen")
    assert "Government's share" in said("berpencen", "en")


def how_much() -> None:
    found = kinds.evaluate(somebody(balances={SubAccount.PERSARAAN: Decimal(50_100), SubAccount.SEJAHTERA: Decimal(0)}))
    assert (found.least, found.most) == (50, 10_000)
    less = somebody(balances={SubAccount.PERSARAAN: Decimal(300)}, on=date(2022, 4, 20), applied_on=OPEN, asked=Decimal(5000))
    assert kinds.evaluate(less).most == 200, "by what is there when it is processed"
    assert all(amount in said("amaun") for amount in ("RM 50.00", "RM 10,000.00", "RM 100.00"))


def which_account_first() -> None:
    """The page's own example."""
    found = kinds.evaluate(somebody(asked=Decimal(7500)))
    assert [(charge.account, charge.amount) for charge in found.charges] == [(SubAccount.SEJAHTERA, 3000), (SubAccount.PERSARAAN, 4500)]


def what_stays_in_akaun_1() -> None:
    assert kinds.evaluate(somebody()).most == 7900
    assert kinds.evaluate(somebody(balances={SubAccount.PERSARAAN: Decimal(50), SubAccount.SEJAHTERA: Decimal(500)})).most == 500


def when_to_apply() -> None:
    days = [date(2022, 3, 31), date(2022, 4, 1), date(2022, 4, 30), date(2022, 5, 1)]
    assert [khas_2022.KIND.open_on(day) for day in days] == [False, True, True, False]


def online_only() -> None:
    assert [channel for channel in Channel if "CHANNEL" not in codes_of(channel=channel)] == [Channel.ONLINE]


def when_it_is_paid() -> None:
    application = {"applied_on": OPEN, "asked": Decimal(100)}
    assert codes_of(on=date(2022, 4, 19), **application) == {"TOO_EARLY_TO_DECIDE"}
    assert codes_of(on=date(2022, 4, 20), **application) == set()


def in_one_payment() -> None:
    assert not khas_2022.KIND.recurring(somebody())
    assert codes_of(asked=Decimal(100), **PERSONS["APPLIED"]) == {"ONCE"}


def to_which_account() -> None:
    assert codes_of(account_verified=False, asked=Decimal(100)) == {"NO_ACCOUNT"}
    assert list(khas_2022.KIND.payees(somebody())) == [Payee.ACCOUNT]
    for person in ("BANKRUPT", "CANNOT_OPEN"):
        assert list(khas_2022.KIND.payees(somebody(**PERSONS[person]))) == [Payee.PAYMENT_ORDER]
    assert codes_of(asked=Decimal(100), **PERSONS["WAS_REFUSED"]) == set(), "who opened an account applies again"


def it_cannot_be_cancelled() -> None:
    assert not khas_2022.KIND.cancellable


def it_cannot_be_amended() -> None:
    assert not khas_2022.KIND.changeable
    assert codes_of(asked=Decimal(200), **PERSONS["APPLIED"]) == {"ONCE"}, "nor by a second application"


def what_is_replaced() -> None:
    assert replacing.amount_sen(ReplacementCause.KHAS, 1_000_000, OPEN) == 1_200_000
    assert dict(replacing.split_sen(100_000, 100_000, YOUNG, OPEN)) == {SubAccount.PERSARAAN: 100_000}
    assert dict(allocation.split_sen(100_000, YOUNG, OPEN)) == {SubAccount.PERSARAAN: 70_000, SubAccount.SEJAHTERA: 30_000}
    assert all(words in said("ganti") for words in ("20%", "RM 2,000.00", "RM 12,000.00", "70% : 30%"))


def why_twenty_percent() -> None:
    """5 % a year for four years is more than a fifth; the announcement speaks of four to six."""
    assert khas.LAW.at("dividend", OPEN).value == Decimal("0.05")
    assert khas.at_55(amount=Decimal(10_000), years=4, dividend=Decimal("0.05")) > 12_000
    assert "5%" in said("mengapa-ganti")


def other_withdrawals_go_on() -> None:
    taken = Earlier(kind=KindCode.KHAS_2022, state=State.PAID, applied_on=OPEN, asked=Decimal(100), taken=Decimal(100))
    later = somebody(kind=KindCode.AGE_50, birth_date=date(1970, 1, 1), on=date(2022, 6, 1), earlier=(taken,), asked=Decimal(3000))
    assert kinds.evaluate(later).refusals == ()


def akaun_emas_is_never_used() -> None:
    assert SubAccount.EMAS not in khas_2022.ACCOUNTS
    assert accounts.opens_on("EMAS", birth_date=date(1970, 1, 1), on=OPEN) == date(2030, 1, 1)
    assert "55" in said("emas")
    assert "60" in said("emas")


def where_savings_are_seen() -> None:
    for name in ("member:home", "kiosk:start"):
        assert resolve(reverse(name))


def where_the_status_is_seen() -> None:
    assert khas.LAW.at("status_from", OPEN).value == date(2022, 4, 9)
    assert "9 Apr 2022" in said("semak-status")


def zakat() -> None:
    assert khas.zakat(amount=Decimal(10_000), on=OPEN) == 250
    assert all(words in said("zakat") for words in ("2.5%", "85 g", "haul"))


def whom_to_ask() -> None:
    assert all(words in said("hubungi") for words in ("www.kwsp.gov.my", "ELYA", "03-8922 4848"))


DOES: Mapping[str, Callable[[], None]] = {
    "mengapa": why_it_exists,
    "siapa": who_may_apply,
    "skim-lain": earlier_schemes_stand_in_nobodys_way,
    "berpencen": who_is_pensionable_may_apply_and_is_warned,
    "amaun": how_much,
    "akaun": which_account_first,
    "baki": what_stays_in_akaun_1,
    "bila": when_to_apply,
    "cara": online_only,
    "bila-dibayar": when_it_is_paid,
    "sekali": in_one_payment,
    "ke-akaun-bank": to_which_account,
    "batal": it_cannot_be_cancelled,
    "pinda": it_cannot_be_amended,
    "ganti": what_is_replaced,
    "mengapa-ganti": why_twenty_percent,
    "pengeluaran-lain": other_withdrawals_go_on,
    "emas": akaun_emas_is_never_used,
    "semak-simpanan": where_savings_are_seen,
    "semak-status": where_the_status_is_seen,
    "zakat": zakat,
    "hubungi": whom_to_ask,
}


def test_there_are_the_seeds_twenty_two_questions_and_each_has_its_test() -> None:
    assert len(CODES) == 22
    assert list(DOES) == CODES


@pytest.mark.parametrize("code", CODES)
def test_the_rules_do_what_the_answer_says(code: str) -> None:
    DOES[code]()


ENGLISH: Mapping[str, tuple[str, ...]] = {
    "mengapa": ("their needs and commitments", "endemic phase"),
    "siapa": ("below age 55", "a citizen, a permanent resident or neither", "total savings of at least RM 150.00", "on the day of the application"),
    "skim-lain": ("i-Lestari, i-Sinar or i-Citra", "Yes", "left in Account 1 and Account 2"),
    "berpencen": ("civil servants in the pension scheme", "Yes", "Government's share", "to be returned"),
    "amaun": ("at least RM 50.00", "at most RM 10,000.00", "RM 100.00 stays in Account 1", "on the day the application is processed"),
    "akaun": ("Account 2 is used up first; only then Account 1", "RM3,000 is taken from Account 2, RM4,500 from Account 1"),
    "baki": ("Why must RM 100.00 stay in Account 1", "remain a member", "Account 2 can still be taken"),
    "bila": ("From 1 Apr 2022 to 30 Apr 2022, both days included",),
    "cara": ("Online only", "on a phone", "no applications at counters or by post", "opens on 1 Apr 2022"),
    "bila-dibayar": ("From 20 Apr 2022",),
    "sekali": ("No.", "in one payment"),
    "ke-akaun-bank": (
        *("savings or current", "still active", "in your own name", "neither a joint account nor a company's", "Open one, then apply again"),
        *("cannot open a bank account and for bankrupts", "takes longer", "collect it at a branch", "RHB Bank"),
    ),
    "batal": ("No, not once it is sent",),
    "pinda": ("No, not once the application is sent",),
    "ganti": ("20% more", "For RM 10,000.00 that is RM 2,000.00 more, and RM 12,000.00 in all", "all new contributions go to Account 1", "70% : 30%"),
    "mengapa-ganti": ("why with 20% more", "5% a year on average", "four to six years"),
    "pengeluaran-lain": ("No, as long as something is left in Account 2", "housing, education, health", "is paid first"),
    "emas": ("No.", "after age 55", "opens at age 60"),
    "semak-simpanan": ("i-Akaun (Member)", "on a phone", "KWSP kiosks"),
    "semak-status": ("From 9 Apr 2022", "Status of an application", "history of withdrawals in i-Akaun (Member)"),
    "zakat": (
        "2.5%",
        "fully owned",
        "nisab",
        "85 g of gold",
        "basic needs of you and your dependants",
        "a year (haul)",
        "zakat authority of your state",
    ),
    "hubungi": ("www.kwsp.gov.my", "Ask ELYA", "social media", "03-8922 4848"),
}
"""What the seed says of each, as English readers read it."""
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
ACCOUNT = re.compile(r"(?:Akaun|Account) (1|2|Emas)\b")
NAMES = re.compile(r"i-Akaun|Akaun Emas|Arahan Bayaran|Pengeluaran Khas")
WORDS = "adalah akaun anda atau bagi boleh dalam dan dengan dikeluarkan hanya hingga ialah mulai pada simpanan tidak untuk yang"
MALAY = frozenset(WORDS.split())


@pytest.mark.parametrize("code", CODES)
def test_an_answer_is_in_both_languages_with_all_its_figures(code: str) -> None:
    malay, english = said(code), said(code, "en")

    assert malay != english
    assert "%(" not in malay + english
    assert [words for words in ENGLISH[code] if words not in english] == []
    for what in (NUMBER, ACCOUNT):
        assert sorted(what.findall(english)) == sorted(what.findall(malay)), "the same sums, days and accounts"


@pytest.mark.parametrize("code", CODES)
def test_each_sentence_of_an_answer_is_english(code: str) -> None:
    (asked,) = [one for one in khas_questions.QUESTIONS if one.code == code]
    texts = [asked.asked, *asked.paragraphs, *asked.items, *asked.after, *([asked.link_words] if asked.link else [])]
    for text in texts:
        with translation.override("ms"):
            malay = str(text)
        with translation.override("en"):
            english = str(text)
        assert english != malay, malay
        assert not MALAY & set(re.findall(r"[a-z-]+", NAMES.sub(" ", english).lower())), english


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_has_every_question_and_answer(client: Client, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    page = read(client, monkeypatch, prefix=prefix)

    with translation.override("en" if prefix else "ms"):
        answers = khas_questions.answered(OPEN)
    assert [one.code for one in answers] == CODES == list(ENGLISH)
    for number, one in enumerate(answers, 1):
        assert f"{number}. " + " ".join(one.texts).replace("\N{NO-BREAK SPACE}", " ") in page


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2022, 3, 31), "Not open yet"),
        (date(2022, 4, 1), "Applications are open"),
        (date(2022, 4, 30), "Applications are open"),
        (date(2022, 5, 1), "Closed"),
        (date(2017, 6, 1), "Not open yet"),
        (date(2026, 11, 23), "Closed"),
    ],
)
def test_it_always_says_whether_it_is_open(client: Client, monkeypatch: pytest.MonkeyPatch, on: date, words: str) -> None:
    assert words in read(client, monkeypatch, on, "/en")


@pytest.mark.parametrize(("on", "words"), [(date(2022, 4, 8), "can be looked up from 9 Apr 2022"), (date(2022, 4, 9), "Sign in to i-Akaun (Member)")])
def test_the_status_can_be_looked_up_from_9_april(client: Client, monkeypatch: pytest.MonkeyPatch, on: date, words: str) -> None:
    assert words in read(client, monkeypatch, on, "/en")


def test_who_is_signed_in_reads_the_own_status_here_from_9_april(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    own = factories.MemberFactory(user=factories.UserFactory(user_id="ahlikhas"))
    found, another = (
        Application.objects.create(
            number=number, member=member, kind=KindCode.KHAS_2022, state=State.SUBMITTED, asked=Decimal(7000), payee=Payee.PAYMENT_ORDER,
            drafted_on=OPEN, applied_on=OPEN, applied_at=clock.now(), due_on=OPEN, entered_by=own.user,
        )
        for number, member in (("PGL220410KHAS", own), ("PGL220410LAIN", factories.MemberFactory()))
    )  # fmt: skip
    sign_in(client, "ahlikhas")

    page = read(client, monkeypatch, date(2022, 4, 9))
    assert found.number in page
    assert "Dihantar" in page
    assert another.number not in page
    assert found.number not in read(client, monkeypatch, date(2022, 4, 8))


def test_in_i_akaun_the_status_is_shown_from_9_april_and_until_then_that_it_was_received(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seed 004: the history of withdrawals in i-Akaun, from 9 April; decided from the 20th."""
    member = apply.saver(
        user=factories.UserFactory(user_id="ahlikhas"), savings={SubAccount.SEJAHTERA: "3000.00"}, on=date(2022, 1, 5), birth_date=date(1971, 3, 5)
    )
    apply.replace_account(member, since=datetime(2022, 1, 5, tzinfo=KL))
    applied = date(2022, 4, 2)
    found = apply.handed_in(member, kind=KindCode.KHAS_2022, asked="700.00", on=applied, at=datetime(2022, 4, 2, 9, tzinfo=KL))
    sign_in(client, "ahlikhas")
    here = "/en/member/withdrawals/"
    before, after = "Its status is shown here from 9 Apr 2022", "decided by rule, without an officer, from 20 Apr 2022"

    page, done = f"{here}{found.number}/", f"{here}{found.number}/done/"
    for on in (date(2022, 4, 2), date(2022, 4, 8)):
        assert before in seen(client, monkeypatch, page, on)
        assert after not in seen(client, monkeypatch, page, on)
        assert "list of applications from 9 Apr 2022" in seen(client, monkeypatch, done, on)
        assert [tags(client, address) for address in (here, page)] == [["Received"], ["Received"]]
        assert state_words(client, on, monkeypatch) == "Received"
    for on in (date(2022, 4, 9), date(2022, 4, 19)):
        assert after in seen(client, monkeypatch, page, on)
        assert before not in seen(client, monkeypatch, page, on)
        assert "list of applications from" not in seen(client, monkeypatch, done, on)
        assert [tags(client, address) for address in (here, page)] == [["Sent"], ["Sent"]]
        assert state_words(client, on, monkeypatch) == "Sent"


def tags(client: Client, address: str) -> list[str]:
    """The states that a page shows."""
    return re.findall(r'<strong class="tag [^"]*">([^<]*)<', client.get(address).content.decode())


def seen(client: Client, monkeypatch: pytest.MonkeyPatch, address: str, on: date) -> str:
    """The words of a page on a day."""
    monkeypatch.setattr(clock, "business_date", lambda: on)
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return words_of(answer.content.decode())


def state_words(client: Client, on: date, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the API of the own applications says of the one that is there."""
    monkeypatch.setattr(clock, "business_date", lambda: on)
    (one,) = client.get("/api/v1/me/applications/", headers={"accept-language": "en"}).json()["applications"]
    return str(one["state_words"])


def test_what_the_sum_would_be_at_55(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = read(client, monkeypatch, prefix="/en", query="?amount=10,000&age=30&dividend=5%25")

    assert all(words in page for words in ("33,863", "23,863", "12,000", "RM 250.00"))
    assert "An assumption, not a promise" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?amount=49.99&age=30&dividend=5", "Found 49.99, expected 50.00 to 10000.00"),
        ("?amount=10000.01&age=30&dividend=5", "Found 10000.01, expected 50.00 to 10000.00"),
        ("?amount=1e4&age=30&dividend=5", "Found 1e4"),
        ("?amount=100&age=55&dividend=5", "Found 55, expected an age from 14 to 54"),
        ("?amount=100&age=&dividend=5", "expected an age from 14 to 54"),
        ("?amount=100&age=30&dividend=21", "Found 21.00, expected 0 to 20"),
        ("?amount=100&age=30&dividend=-1", "Found -1"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_expected(client: Client, monkeypatch: pytest.MonkeyPatch, query: str, words: str) -> None:
    assert words in read(client, monkeypatch, prefix="/en", query=query, status=422)


def test_every_figure_of_the_page_is_cited(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: OPEN)

    assert 'href="/law/khas_2022/"' in client.get("/khas/").content.decode()
    assert all(rates.citations(line.value.citation) for line in rates.lines_of(khas.LAW))
