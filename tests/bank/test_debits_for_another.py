"""A monthly debit for another member on the pages: named by number, read masked, allowed under a code, collected, told to both what is theirs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contributions.enums import MandateState, PaymentMethod, ReturnWhy
from contributions.models import Mandate, Payment, VoluntaryContribution, VoluntaryReturn
from contributions.services import collecting, mandates, voluntary
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.notify.models import Notice
from members.identity.models import Challenge
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.bank.bank_process import BankProcess
from tests.bank.test_monthly_debits import BEFORE, DAY, HOME, NEW, _moment, asked, at, bank, collect, faulty, me, member, mine, room, told
from tests.bank.test_portal_pays import portal_keys
from tests.contributions import volunteering
from tests.contributions.pages import Person, signed_in, text_of, title_of
from tests.factories import leave

__all__ = ["at", "bank", "me", "member", "mine", "portal_keys"]

pytestmark = pytest.mark.django_db
MASKED = "LI* WE* MI**"


@pytest.fixture
def other() -> Member:
    return volunteering.member(name="LIM WEI MING", birth_date=date(1988, 2, 3))


def for_other(payer: Member, other: Member, **changes: str) -> dict[str, str]:
    return asked(payer, whom="other", payee=other.number, **changes)


def verified() -> None:
    mandates.sweep(on=BEFORE, at=_moment(BEFORE))
    assert set(Mandate.objects.values_list("state", flat=True)) == {MandateState.ACTIVE}


def test_from_the_number_to_a_credit_of_another_s_savings(at: list[date], bank: BankProcess, me: Person, member: Member, other: Member) -> None:
    english = bool(me.prefix)
    spaced = {**for_other(member, other), "payee": f" {other.number[:4]}-{other.number[4:]} "}
    check = me.post(NEW, **spaced)
    page = text_of(check)
    assert (check.status_code, MASKED in page, "RM 200.00" in page) == (200, True, True)
    assert ("name is masked" if english else "Nama itu bertopeng") in page
    assert "LIM WEI MING" not in check.content.decode()
    assert not Mandate.objects.exists()
    assert f'value="{asked(member)["account"]}"' in me.post(NEW, **spaced, change="1").content.decode()
    answer = me.coded(NEW, **spaced)
    assert answer.status_code == 302, text_of(answer)
    verified()
    home = me.get(HOME)
    assert [words in text_of(home) for words in (MASKED, other.number, "In force" if english else "Berkuat kuasa")] == [True] * 3
    assert "LIM WEI MING" not in home.content.decode()

    at[0] = DAY
    for _ in range(2):
        collect(DAY)  # the second time nothing is due

    payment, credited = Payment.objects.get(), VoluntaryContribution.objects.get()
    assert (payment.method, payment.voluntary.payer_id) == (PaymentMethod.DDA, member.pk)  # type: ignore[union-attr]
    assert (credited.member_id, credited.credited, volunteering.accounts_of(member)) == (other.pk, 200, {})
    assert (told(member), told(other)) == (["MONTHLY_ACTIVE"], [])
    news = {
        whose.pk: set(Notice.objects.filter(whose_id=whose.pk, code__startswith="VOLUNTARY").values_list("code", flat=True))
        for whose in (member, other)
    }
    assert news == {member.pk: {"VOLUNTARY_PAID_FOR"}, other.pk: {"VOLUNTARY_CREDITED"}}
    receipt = me.get(f"/member/voluntary/payments/{payment.order_no}/")
    assert [MASKED in text_of(receipt), "LIM WEI MING" in receipt.content.decode()] == [True, False]
    assert other.number in text_of(me.get("/member/inbox/"))

    theirs = signed_in(volunteering.user_of(other), me.prefix)
    assert ("No monthly debit" if english else "Tiada debit bulanan") in text_of(theirs.get(HOME))
    assert theirs.post(f"{HOME}{payment.mandate_id}/stop/").status_code == 404
    assert theirs.get(f"/member/voluntary/payments/{payment.order_no}/").status_code == 404
    year, log = text_of(theirs.get("/member/voluntary/")), text_of(theirs.get("/member/activity/"))
    assert ("Paid by somebody else" if english else "Dibayar oleh orang lain") in year
    assert ("Direct debit applied for" if english else "Debit terus dipohon") in log
    for words in (year, log):
        assert not any(one in words for one in ("Maybank", payment.bank_code, asked(member)["account"], "AMINAH"))
    assert invariants.broken() == []


def test_a_second_click_finds_the_first_and_the_own_debit_is_another(
    at: list[date], bank: BankProcess, mine: Person, member: Member, other: Member
) -> None:
    said = for_other(member, other)
    for _ in range(2):
        assert mine.coded(NEW, **said).status_code == 302
    again = mine.post(NEW, **{**said, "amount": "300"})
    assert (again.status_code, "sudah ada debit bulanan bagi ahli itu" in text_of(again)) == (422, True)
    for own in (asked(member), {**said, "payee": member.number, "kind": "TOP_UP"}):
        assert mine.coded(NEW, **own).status_code == 302
    assert set(Mandate.objects.values_list("kind", "whom")) == {("OWN_CHOICE", None), ("OWN_CHOICE", other.pk), ("TOP_UP", None)}
    found = Mandate.objects.get(whom=other)
    for _ in range(2):
        assert mine.post(f"{HOME}{found.pk}/stop/")["Location"] == HOME
    assert "Anda menghentikannya" in text_of(mine.get(HOME))
    assert set(Mandate.objects.filter(state=MandateState.ENDED)) == {found}


def test_the_number_is_somebody_s_and_the_code_is_for_that_member(
    at: list[date], mine: Person, member: Member, other: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, words in (
        ("12", "dijangka nombor ahli 8 angka"),
        ("", "dijangka nombor ahli 8 angka"),
        ("99999999", "dijangka nombor ahli yang ada"),
    ):
        answer = mine.post(NEW, **{**for_other(member, other), "payee": number})
        assert (answer.status_code, words in text_of(answer), title_of(answer).startswith("Ralat:")) == (422, True, True)

    mine.post(NEW, **for_other(member, other), tac_send="1")
    digits = leave.digits_of(Challenge.objects.latest("pk"))
    third = factories.MemberFactory()
    for said in (for_other(member, third), asked(member)):
        assert mine.post(NEW, **said, tac=digits).status_code == 422
    assert not Mandate.objects.exists()
    assert AuditEvent.objects.filter(action="voluntary.payee", subjects__contains=[other.subject]).count() == 1

    monkeypatch.setattr(voluntary, "ASKS_A_DAY", 3)
    answer = mine.post(NEW, **for_other(member, factories.MemberFactory()))
    assert (answer.status_code, "Terlalu banyak nombor ahli" in text_of(answer)) == (429, True)


@pytest.mark.parametrize(
    ("fields", "said", "words"),
    [
        ({"aged_76": True}, {}, "75 tahun"),
        ({"deceased": True}, {}, "tidak menerima"),
        ({"non_citizen": True}, {}, "warganegara"),
        ({}, {"kind": "ISARAAN"}, "tidak berdaftar"),
        ({}, {"amount": "100000.01"}, "melebihi apa yang tinggal di bawah had tahun ini bagi ahli itu"),
    ],
)
def test_who_cannot_be_debited_for_is_said_as_fpx_says_it(
    at: list[date], mine: Person, member: Member, fields: dict[str, Any], said: dict[str, str], words: str
) -> None:
    answer = mine.post(NEW, **for_other(member, factories.MemberFactory(**fields), **said), tac_send="1")

    assert (answer.status_code, words in text_of(answer)) == (422, True), text_of(answer)
    assert not Challenge.objects.exists()


def test_the_list_is_no_place_to_watch_another_s_incentive_or_ceiling_from(
    at: list[date], bank: BankProcess, mine: Person, member: Member, other: Member
) -> None:
    title = "Caruman i-Saraan ini tidak mendapat insentif"
    volunteering.register(other)
    said = for_other(member, other, kind="ISARAAN")
    assert title not in text_of(mine.post(NEW, **said))
    mine.coded(NEW, **said)
    verified()
    Member.objects.filter(pk=other.pk).update(birth_date=date(1960, 1, 1))
    room(other, "150.00")

    page = text_of(mine.get(HOME))

    assert [title in page, "150.00" in page, "RM 100,000.00 bagi akaun anda" in page] == [False, False, True]
    mine.post(f"{HOME}{Mandate.objects.get().pk}/stop/")
    again = text_of(mine.post(NEW, **said))
    assert [title in again, "had umur" in again, "Tanya ahli itu" in again] == [True, False, True]


def test_what_does_not_fit_under_the_ceiling_goes_back_to_each_who_paid_it(
    at: list[date], bank: BankProcess, mine: Person, member: Member, other: Member
) -> None:
    second = volunteering.member(birth_date=date(1991, 1, 1))
    factories.TacPhoneFactory(user=second.user)
    for payer, person in ((member, mine), (second, signed_in(volunteering.user_of(second)))):
        assert person.coded(NEW, **for_other(payer, other)).status_code == 302
    verified()
    faulty(bank, collection="LATE")
    at[0] = DAY
    collect(DAY)
    room(other, "250.00")
    faulty(bank, collection="NONE")
    collecting.sweep(on=DAY, at=_moment(DAY))
    volunteering.work()

    found = VoluntaryContribution.objects.filter(payment__method=PaymentMethod.DDA)
    assert sorted((one.credited, one.returned) for one in found) == [(50, 150), (200, 0)]
    back = VoluntaryReturn.objects.get()
    assert (back.amount, back.why, back.payer_id in (member.pk, second.pk)) == (150, ReturnWhy.CEILING, True)
    assert volunteering.owed_to(back.payer) == 150_00
    assert volunteering.owed_to(other) == 0
    assert volunteering.sums(found) == (Decimal(250), Decimal(150))
