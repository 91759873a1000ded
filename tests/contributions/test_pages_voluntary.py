"""Voluntary contributions as a browser without script pays and reads them, in both languages."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contributions.enums import IncentiveScheme, PaymentState
from contributions.models import EKasihSpan, IncentiveRegistration, Payment, VoluntaryContribution
from contributions.rules import incentive
from contributions.selectors import incentive_facts
from contributions.selectors import voluntary as selectors
from contributions.views import to_bank
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.bank.fpx.client import Bank as Listed
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.models import Member
from tests import factories
from tests.contributions import volunteering
from tests.contributions.pages import Person, actions_of, signed_in, text_of, title_of
from tests.contributions.paying import PAID_AT, Bank

pytestmark = pytest.mark.django_db
YEAR, PAY = "/member/voluntary/", "/member/voluntary/pay/"
ON = date(2026, 11, 12)
SAID = {"whom": "self", "payee": "", "kind": "OWN_CHOICE", "amount": "250", "bank": volunteering.BANK}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    monkeypatch.setattr(clock, "now", lambda: PAID_AT)
    banks = [Listed(code=volunteering.BANK, name="Maybank2u", online=True), Listed(code="BCBB0235", name="CIMB", online=False)]
    monkeypatch.setattr(to_bank, "bank_list", lambda _model: banks)
    yield
    clock.use_source(before)


@pytest.fixture
def member() -> Member:
    return volunteering.member(name="AMINAH BINTI YUSOF")


@pytest.fixture(params=["", "/en"])
def me(member: Member, request: pytest.FixtureRequest) -> Person:
    return signed_in(volunteering.user_of(member), request.param)


@pytest.fixture
def mine(member: Member) -> Person:
    return signed_in(volunteering.user_of(member))


def receipt(payment: Payment) -> str:
    return f"{YEAR}payments/{payment.order_no}/"


def test_from_the_empty_year_to_the_bank_and_a_receipt(bank: Bank, me: Person, member: Member) -> None:
    empty = me.get(YEAR)
    assert ("No voluntary contributions in 2026" if me.prefix else "Tiada caruman sukarela dalam tahun 2026") in text_of(empty)
    assert "RM 100,000.00" in text_of(empty)

    check = me.post(PAY, **SAID)
    assert check.status_code == 200
    assert "RM 250.00" in text_of(check)
    assert not Payment.objects.exists(), "nothing is made before it is confirmed"
    changed = me.post(PAY, **SAID, change="1")
    assert 'value="250"' in changed.content.decode()

    on_the_way = me.post(PAY, **SAID, confirm="1")
    payment = Payment.objects.get()
    assert on_the_way["Location"].endswith(f"{receipt(payment)}bank/")
    form = me.get(f"{receipt(payment)}bank/")
    assert 'name="fpx_txnAmount" value="250.00"' in form.content.decode()
    assert 'name="fpx_msgToken" value="01"' in form.content.decode()
    waits = me.get(receipt(payment))
    assert ("Awaiting the bank" if me.prefix else "Menunggu jawapan bank") in text_of(waits)

    volunteering.approve(bank, payment)
    soon = text_of(me.get(receipt(payment)))
    assert ("Payment received" if me.prefix else "Bayaran diterima") in soon
    volunteering.work()

    done, year = text_of(me.get(receipt(payment))), text_of(me.get(YEAR))
    assert "12 Nov 2026" in done
    assert "99,750" in year
    assert payment.order_no in year
    assert "250.00" in text_of(me.get(f"{YEAR}2026/tax/"))
    account = text_of(me.get("/member/accounts/PERSARAAN/"))
    assert ("Voluntary contribution" if me.prefix else "Caruman sukarela") in account
    assert "187.50" in account


def test_for_another_member_the_name_is_masked_until_the_end(bank: Bank, mine: Person, member: Member) -> None:
    other = factories.MemberFactory(name="LIM WEI MING")
    said = {**SAID, "whom": "other", "payee": f" {other.number[:4]}-{other.number[4:]} "}

    check = mine.post(PAY, **said)

    assert "LI* WE* MI**" in text_of(check)
    assert "LIM WEI MING" not in check.content.decode()
    mine.post(PAY, **said, confirm="1")
    payment = Payment.objects.get()
    volunteering.approve(bank, payment)
    volunteering.work()
    page = mine.get(receipt(payment)).content.decode()
    assert "LIM WEI MING" not in page
    assert other.number in text_of(mine.get(YEAR))
    assert sum(volunteering.accounts_of(other).values()) == 250_00
    assert volunteering.accounts_of(member) == {}


def test_what_another_has_left_under_the_ceiling_is_not_told(bank: Bank, mine: Person) -> None:
    other = volunteering.member()
    for _ in range(3):
        volunteering.credited(bank, other, "30000.00")
    volunteering.credited(bank, other, "9123.45")

    answer = mine.post(PAY, **{**SAID, "whom": "other", "payee": other.number, "amount": "1000"})

    assert answer.status_code == 422
    assert "876.55" not in answer.content.decode()
    assert "melebihi apa yang tinggal" in text_of(answer)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount": "0"}, "dijangka jumlah lebih daripada sifar"),
        ({"amount": "-5"}, "dijangka jumlah seperti"),
        ({"amount": "10.005"}, "dijangka jumlah seperti"),
        ({"amount": "NaN"}, "dijangka jumlah seperti"),
        ({"amount": ""}, "Masukkan jumlah"),
        ({"amount": "0.50"}, "had minimum FPX"),
        ({"amount": "30000.01"}, "RM 30,000.01 melebihi had FPX RM 30,000.00"),
        ({"kind": "ISARAAN"}, "tidak berdaftar"),
        ({"kind": "OTHER"}, "Pilih satu daripada jenis caruman"),
        ({"bank": "BCBB0235"}, "Pilih bank yang sedang dalam talian"),
        ({"whom": "other", "payee": "12"}, "dijangka nombor ahli 8 angka"),
        ({"whom": "other", "payee": "99999999"}, "dijangka nombor ahli yang ada"),
        ({"whom": ""}, "Pilih bagi siapa"),
    ],
)
def test_bad_input_is_said_beside_its_field_before_the_bank(mine: Person, said: dict[str, str], words: str) -> None:
    answer = mine.post(PAY, **{**SAID, **said}, confirm="1")

    assert answer.status_code == 422
    assert title_of(answer).startswith("Ralat:")
    assert words in text_of(answer)
    assert not Payment.objects.exists()


def test_above_the_ceiling_what_is_left_is_said(bank: Bank, mine: Person, member: Member) -> None:
    for _ in range(3):
        volunteering.credited(bank, member, "30000.00")

    answer = mine.post(PAY, **{**SAID, "amount": "10000.01"}, confirm="1")

    assert "dijangka paling banyak RM 10,000.00" in text_of(answer)
    volunteering.credited(bank, member, "10000.00")
    assert "sudah penuh. Caruman boleh dibayar semula tahun depan" in text_of(mine.post(PAY, **SAID, confirm="1"))


@pytest.mark.parametrize(
    ("fields", "words"), [({"aged_76": True}, "75 tahun"), ({"deceased": True}, "tidak menerima"), ({"non_citizen": True}, "warganegara")]
)
def test_who_cannot_be_paid_for_is_said(mine: Person, fields: dict[str, Any], words: str) -> None:
    other = factories.MemberFactory(**fields)

    answer = mine.post(PAY, **{**SAID, "whom": "other", "payee": other.number})

    assert answer.status_code == 422
    assert words in text_of(answer)


def test_a_second_click_finds_the_first_order(mine: Person) -> None:
    mine.post(PAY, **SAID, confirm="1")

    again = mine.post(PAY, **SAID, confirm="1")

    payment = Payment.objects.get()
    assert (again.status_code, payment.order_no in text_of(again)) == (409, True)


def test_a_bank_that_cannot_be_asked_makes_no_order(mine: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(to_bank, "bank_list", lambda _model: None)

    assert "FPX tidak dapat dihubungi" in text_of(mine.get(PAY))
    assert mine.post(PAY, **SAID, confirm="1").status_code == 503
    assert not Payment.objects.exists()


def test_an_order_is_asked_for_and_put_away_by_its_payer(bank: Bank, mine: Person) -> None:
    mine.post(PAY, **SAID, confirm="1")
    payment = Payment.objects.get()
    stranger = signed_in(volunteering.user_of(volunteering.member()))
    assert stranger.get(receipt(payment)).status_code == 404
    assert stranger.post(f"{receipt(payment)}cancel/").status_code == 404
    assert mine.post(f"{receipt(payment)}cancel/").status_code == 409, "the bank is silent"
    bank.answers.append(wire.encode(bank.ac(payment, codes.NOT_FOUND)))

    mine.post(f"{receipt(payment)}cancel/")

    payment.refresh_from_db()
    assert payment.state == PaymentState.FAILED
    assert "Bayaran tidak berjaya" in text_of(mine.get(receipt(payment)))
    assert f"{receipt(payment)}bank/" not in " ".join(str(action) for action in actions_of(mine.get(receipt(payment))))


def test_what_goes_back_is_shown_to_its_payer_with_what_it_waits_for(bank: Bank, mine: Person, member: Member) -> None:
    for _ in range(3):
        volunteering.credited(bank, member, "30000.00")
    two = [volunteering.start(member, "9000.00", kind) for kind in (volunteering.OWN, volunteering.TOP_UP)]
    for payment in two:
        volunteering.approve(bank, payment)
    volunteering.work()

    page, year = text_of(mine.get(receipt(two[1]))), text_of(mine.get(YEAR))

    assert "Melebihi had semua caruman sukarela dalam setahun: RM 8,000.00" in page
    assert "menunggu akaun bank anda" in page
    assert "Dipulangkan kepada anda" in year


def test_the_year_says_what_an_incentive_earned_and_what_earns_the_rest(bank: Bank, mine: Person, member: Member) -> None:
    volunteering.register(member)
    volunteering.credited(bank, member, "1000.00", volunteering.ISARAAN)
    volunteering.credited(bank, member, "500.00")

    page = text_of(mine.get(YEAR))

    assert "Insentif yang diperoleh setakat ini RM 200.00" in page
    assert "Caruman lagi untuk insentif penuh RM 1,500.00" in page
    tax = text_of(mine.get(f"{YEAR}2026/tax/"))
    assert "1,500.00" in tax
    assert "1,000.00" in tax


def test_what_of_the_year_s_figures_is_assumed_is_said_there(bank: Bank, me: Person, member: Member) -> None:
    volunteering.register(member)
    now, before = (text_of(me.get(f"{YEAR}?year={year}")) for year in (2026, 2023))

    words = (
        ("The first day was not found", "The rate of 2025 is taken to stand")
        if me.prefix
        else ("Hari mula tidak ditemui", "Kadar 2025 dianggap kekal")
    )
    assert [one in now for one in words] == [True, True]
    assert ("RM 100,000.00 a year (assumption)" if me.prefix else "RM 100,000.00 setahun (andaian)") in now
    assert not any(one in before for one in words)


@pytest.mark.parametrize("case", ["as it is", "cancelled", "aged 60", "employer", "i-Suri over", "last year", "little room"])
def test_what_would_earn_the_rest_is_said_only_while_it_would(
    bank: Bank, mine: Person, member: Member, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    isuri = case == "i-Suri over"
    registered = factories.IncentiveRegistrationFactory(member=member, isuri=isuri, first=date(2026, 1, 1))
    EKasihSpan.objects.create(member=member, first=date(2026, 1, 1))
    volunteering.credited(bank, member, "100.00", volunteering.ISURI if isuri else volunteering.ISARAAN)
    if case == "cancelled":
        IncentiveRegistration.objects.filter(pk=registered.pk).update(last=date(2026, 11, 11), ended_why="MEMBER", ended_by=member.user)
    if case == "aged 60":
        Member.objects.filter(pk=member.pk).update(birth_date=ON.replace(year=ON.year - 60))
    if case in ("employer", "i-Suri over"):
        monkeypatch.setattr(incentive_facts, "employer_months", lambda *_asked: {member.pk: {WageMonth(2026, 11)}})
    if case == "last year":
        clock.use_source(lambda: date(2027, 1, 5))
    for amount in ("30000.00", "30000.00", "30000.00", "9800.00") if case == "little room" else ():
        volunteering.credited(bank, member, amount)

    page = text_of(mine.get(f"{YEAR}?year=2026"))

    assert "Insentif yang diperoleh setakat ini" in page
    told = [words in page for words in ("Caruman lagi untuk insentif penuh RM 2,400.00", "Caruman RM 2,400.00 lagi")]
    assert told == [case == "as it is"] * 2
    assert ("baki insentif" in page) is (case == "as it is")


def test_who_earns_no_incentive_any_more_is_told_before_paying(bank: Bank, me: Person, member: Member) -> None:
    """Aged 60; and below it whose year's incentive, then whose lifetime's, is full. Another reads that it earns none, and not why."""
    volunteering.register(member)
    said = {**SAID, "kind": "ISARAAN"}
    title = "This i-Saraan contribution earns no incentive" if me.prefix else "Caruman i-Saraan ini tidak mendapat insentif"
    assert title not in text_of(me.post(PAY, **said))

    volunteering.credited(bank, member, "2500.00", volunteering.ISARAAN)
    full = text_of(me.post(PAY, **said))
    assert [title in full, ("incentive of this year is full" if me.prefix else "Insentif tahun ini sudah penuh") in full] == [True, True]
    assert title not in text_of(me.post(PAY, **SAID)), "a self contribution promises none"

    Member.objects.filter(pk=member.pk).update(birth_date=ON.replace(year=ON.year - 60))
    old = text_of(me.post(PAY, **said))
    assert [title in old, ("age limit" if me.prefix else "had umur") in old, "RM 250.00" in old] == [True, True, True]

    other = signed_in(volunteering.user_of(volunteering.member()), me.prefix)
    asked = text_of(other.post(PAY, **{**said, "whom": "other", "payee": member.number}))
    assert [title in asked, "age limit" in asked or "had umur" in asked] == [True, False]


def test_a_full_lifetime_says_so(bank: Bank, mine: Person, member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    volunteering.register(member)
    volunteering.credited(bank, member, "100.00", volunteering.ISARAAN)
    law = incentive.terms(IncentiveScheme.ISARAAN, 2026)
    gone = incentive.reckon(law=law, contributed=Decimal(100), before=incentive.Before(earlier_years=Decimal(5000)))
    monkeypatch.setattr(selectors, "_earned", lambda *_asked: gone)

    assert "Had insentif seumur hidup sudah dicapai" in text_of(mine.post(PAY, **{**SAID, "kind": "ISARAAN"}))


def test_the_home_promises_nothing_to_who_is_too_old(mine: Person, member: Member) -> None:
    volunteering.register(member)
    promise = "dikira bagi tahun ini"
    assert promise in text_of(mine.get("/member/"))
    Member.objects.filter(pk=member.pk).update(birth_date=ON.replace(year=ON.year - 60))

    page = text_of(mine.get("/member/"))

    assert promise not in page
    assert "i-Saraan anda sekarang tidak mendapat insentif Syarat yang tidak dipenuhi pada hari ini: Di bawah had umur pada hari caruman." in page


@pytest.mark.parametrize(("on", "account"), [(date(2024, 5, 10), "Akaun 1"), (date(2024, 5, 11), "Akaun Persaraan")])
def test_a_top_up_names_the_account_as_it_is_called_on_the_day(mine: Person, on: date, account: str) -> None:
    clock.use_source(lambda: on)

    assert f"Caruman Simpanan Tambahan, ke {account}" in text_of(mine.get(PAY))
    assert f"Semuanya ke {account}; dari umur 55 tahun ke Akaun Emas" in text_of(mine.post(PAY, **{**SAID, "kind": "TOP_UP"}))


def test_years_before_are_there_and_years_to_come_are_not(bank: Bank, mine: Person, member: Member) -> None:
    volunteering.credited(bank, member, "40.00", at=PAID_AT.replace(year=2024))

    assert "99,960" in text_of(mine.get(f"{YEAR}?year=2024"))
    assert "2024" in text_of(mine.get(YEAR))
    assert mine.get(f"{YEAR}?year=9999").status_code == 200
    assert mine.get(f"{YEAR}2027/tax/").status_code == 404
    assert VoluntaryContribution.objects.get().credited == Decimal(40)
