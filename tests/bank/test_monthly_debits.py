"""A member's monthly direct debit: the rule of its day, applied for under a code, collected by file, credited, paused, refused, stopped."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from contributions.enums import IncentiveScheme, MandateState, MonthlyEnd, PaymentMethod, PaymentState, VoluntaryKind
from contributions.facts import VoluntaryFacts
from contributions.models import Mandate, Payment, PaymentMatter, VoluntaryContribution, VoluntaryOrder, VoluntaryReturn
from contributions.rules import monthly
from contributions.services import collecting, mandates
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import engine
from kwsp_portal.notify.models import Notice
from members.enums import Citizenship
from members.identity.models import Challenge
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.bank import stub
from tests.bank.bank_process import BankProcess
from tests.bank.test_portal_pays import portal_keys
from tests.contributions import volunteering
from tests.contributions.pages import Person, actions_of, signed_in, text_of
from tests.contributions.volunteering import ISARAAN, OWN, TOP_UP
from tests.factories import leave

__all__ = ["portal_keys"]

pytestmark = pytest.mark.django_db
HOME, NEW = "/member/voluntary/monthly/", "/member/voluntary/monthly/new/"
DAY = date.fromisoformat(stub.BUSINESS_DATE)
"""The day of collection, which is the bank's business date."""
BEFORE = DAY - timedelta(days=1)
FACTS = VoluntaryFacts(kind=OWN, amount=Decimal(200), birth_date=date(1990, 5, 1), citizenship=Citizenship.CITIZEN)
PAYEES = count(501)


@pytest.mark.parametrize(
    ("day", "on", "first"),
    [(5, date(2026, 3, 4), date(2026, 3, 5)), (5, date(2026, 3, 5), date(2026, 4, 5)), (28, date(2026, 12, 30), date(2027, 1, 28))],
)
def test_the_first_day_is_the_next_of_that_number_after_it_is_in_force(day: int, on: date, first: date) -> None:
    assert monthly.first_day(day=day, on=on) == first


@pytest.mark.parametrize(
    ("changes", "amount", "next_on", "ends"),
    [
        ({}, "200", date(2026, 4, 5), None),
        ({"credited": Decimal(99_800)}, "200", date(2026, 4, 5), None),
        ({"credited": Decimal("99800.01")}, "199.99", date(2026, 4, 5), None),
        ({"credited": Decimal(100_000)}, "0", date(2027, 1, 5), None),
        ({"died_on": date(2026, 3, 1)}, "0", date(2026, 4, 5), MonthlyEnd.DIED),
        ({"birth_date": date(1951, 3, 5)}, "0", date(2026, 4, 5), MonthlyEnd.TOO_OLD),
        ({"birth_date": date(1951, 3, 6)}, "200", date(2026, 4, 5), None),
        ({"citizenship": Citizenship.NON_CITIZEN}, "0", date(2026, 4, 5), MonthlyEnd.FOREIGN),
        ({"kind": ISARAAN}, "0", date(2026, 4, 5), MonthlyEnd.NO_MORE),
        ({"kind": ISARAAN, "schemes": frozenset({IncentiveScheme.ISARAAN})}, "200", date(2026, 4, 5), None),
    ],
)
def test_what_becomes_of_a_debit_on_its_day(changes: dict[str, Any], amount: str, next_on: date, ends: MonthlyEnd | None) -> None:
    decided = monthly.decide(FACTS._replace(**changes), day=5, on=date(2026, 3, 5))

    assert decided == (Decimal(amount), next_on, ends)
    assert decided.paused is (ends is None and amount == "0")


def test_a_month_whose_day_was_no_business_day_does_not_cost_the_next_month() -> None:
    # 28 February 2026 was a Saturday: its debit is in the file of 2 March, and March has its own.
    assert monthly.decide(FACTS, day=28, on=date(2026, 3, 2)) == (Decimal(200), date(2026, 3, 28), None)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[date]]:
    """Today, which a test moves on."""
    today = [BEFORE]
    before = clock.use_source(lambda: today[0])
    monkeypatch.setattr(clock, "now", lambda: _moment(BEFORE))
    yield today
    clock.use_source(before)


@pytest.fixture
def bank(settings: LazySettings, portal_keys: dict[str, Any], bank: BankProcess) -> Iterator[BankProcess]:
    """The demo bank. Its books know one file a day of each payee: each test is another one."""
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url, "seller_id": f"SE{next(PAYEES):08d}"}
    yield bank
    faulty(bank, mandate="NONE", collection="NONE")


@pytest.fixture
def member() -> Member:
    found = volunteering.member(name="AMINAH BINTI YUSOF", birth_date=date(1990, 5, 1))
    factories.TacPhoneFactory(user=found.user)
    return found


@pytest.fixture(params=["", "/en"])
def me(member: Member, request: pytest.FixtureRequest) -> Person:
    return signed_in(volunteering.user_of(member), request.param)


@pytest.fixture
def mine(member: Member) -> Person:
    return signed_in(volunteering.user_of(member))


def _moment(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 9, 30, tzinfo=KL)


def faulty(bank: BankProcess, **faults: str) -> None:
    bank.post(json.loads(bank.get("/demo/bank/direct-debit/?format=json").body)["action"], list(faults.items()))


def asked(member: Member, **changes: str) -> dict[str, str]:
    account = f"5{int(member.number):011d}"
    return {
        "whom": "self",
        "payee": "",
        "kind": "OWN_CHOICE",
        "amount": "200",
        "day": str(DAY.day),
        "bank": "MBBEMYKL",
        "account": account,
        **changes,
    }


def in_force(me: Person, member: Member, **changes: str) -> Mandate:
    """Applied for on the pages, verified by the bank."""
    assert me.coded(NEW, **asked(member, **changes)).status_code == 302
    mandates.sweep(on=BEFORE, at=_moment(BEFORE))
    found = Mandate.objects.get(member=member, kind=changes.get("kind", "OWN_CHOICE"), state=MandateState.ACTIVE)
    assert (found.next_on, found.active_from) == (DAY, BEFORE)
    return found


def collect(on: date) -> None:
    """What the workers do on a business day: the file, sent and answered, then the credits."""
    engine.open_run(programme=collecting.PROGRAMME, period=str(on), chunks=collecting.plan(str(on), on), on=on)
    counts = engine.Counts()
    while lease := engine.take([collecting.PROGRAMME]):
        engine.work_one(lease, counts)
    collecting.sweep(on=on, at=_moment(on))
    assert counts.failed + volunteering.work().failed == 0


def told(member: Member) -> list[str]:
    return list(Notice.objects.filter(whose="MEMBER", whose_id=member.pk, code__startswith="MONTHLY").order_by("pk").values_list("code", flat=True))


def test_from_the_empty_page_to_a_credit_every_month(at: list[date], bank: BankProcess, me: Person, member: Member) -> None:
    english = bool(me.prefix)
    assert ("No monthly debit" if english else "Tiada debit bulanan") in text_of(me.get(HOME))
    found = in_force(me, member)
    page = text_of(me.get(HOME))
    assert ("In force" if english else "Berkuat kuasa") in page
    assert "RM 200.00" in page
    assert found.account not in page
    assert told(member) == ["MONTHLY_ACTIVE"]

    at[0] = DAY
    for _ in range(2):
        collect(DAY)  # the second time nothing is due

    payment, credited = Payment.objects.get(), VoluntaryContribution.objects.get()
    assert (payment.method, payment.state, payment.mandate_id, payment.amount) == (PaymentMethod.DDA, PaymentState.APPROVED, found.pk, 200)
    assert (credited.member_id, credited.kind, credited.credited, credited.paid_on) == (member.pk, "OWN_CHOICE", 200, DAY)
    receipt = me.get(f"/member/voluntary/payments/{payment.order_no}/")
    assert ("Direct debit (DDA), Maybank" if english else "Debit terus (DDA), Maybank") in text_of(receipt)
    found.refresh_from_db()
    assert found.next_on == monthly.first_day(day=DAY.day, on=DAY)
    assert invariants.broken() == []


def test_a_second_click_finds_the_first_and_one_of_a_kind_is_open(at: list[date], bank: BankProcess, mine: Person, member: Member) -> None:
    said = asked(member)
    for _ in range(2):
        assert mine.coded(NEW, **said).status_code == 302
    assert Mandate.objects.count() == 1
    other = mine.post(NEW, **{**said, "amount": "300"}, tac_send="1")
    assert (other.status_code, "sudah ada debit bulanan" in text_of(other)) == (422, True)
    assert mine.coded(NEW, **{**said, "kind": "TOP_UP"}).status_code == 302
    assert AuditEvent.objects.filter(action="mandate.apply", refused=False).count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "ISARAAN"}, "tidak berdaftar bagi insentif itu"),
        ({"kind": "OTHER"}, "Pilih satu daripada jenis caruman"),
        ({"amount": "0"}, "Ditemui “0”, dijangka jumlah lebih daripada sifar"),
        ({"amount": "-5"}, "dijangka jumlah seperti"),
        ({"amount": "10.005"}, "10.005"),
        ({"amount": "100000.01"}, "dijangka paling banyak RM 100,000.00"),
        ({"day": "29"}, "Pilih satu hari dari 1 hingga 28"),
        ({"account": "123"}, "ditemui 3 angka, dijangka 12"),
        ({"account": ""}, "Masukkan nombor akaun anda"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(at: list[date], mine: Person, member: Member, wrong: dict[str, str], words: str) -> None:
    answer = mine.post(NEW, **asked(member, **wrong), tac_send="1")

    assert (answer.status_code, words in text_of(answer)) == (422, True), text_of(answer)
    assert not Mandate.objects.exists()


def test_a_debit_that_earns_no_incentive_says_so_before_the_code_and_in_the_list(
    at: list[date], bank: BankProcess, mine: Person, member: Member
) -> None:
    volunteering.register(member)
    title = "Caruman i-Saraan ini tidak mendapat insentif"
    assert title not in text_of(mine.post(NEW, **asked(member, kind="ISARAAN"), tac_send="1"))
    found = in_force(mine, member, kind="ISARAAN")
    assert title not in text_of(mine.get(HOME))
    Member.objects.filter(pk=member.pk).update(birth_date=date(1960, 1, 1))

    assert title in text_of(mine.get(HOME))
    mine.post(f"{HOME}{found.pk}/stop/")
    again = mine.post(NEW, **asked(member, kind="ISARAAN", amount="300"))
    assert (again.status_code, title in text_of(again)) == (200, True)


def test_the_code_is_for_that_amount_and_no_other(at: list[date], mine: Person, member: Member) -> None:
    mine.post(NEW, **asked(member), tac_send="1")
    digits = leave.digits_of(Challenge.objects.latest("pk"))
    answer = mine.post(NEW, **asked(member, amount="2000"), tac=digits)

    assert (answer.status_code, Mandate.objects.exists()) == (422, False)


@pytest.mark.parametrize(("fault", "reason"), [("NAME", "NAME"), ("CLOSED", "CLOSED"), ("REFUSED", "POLICY")])
def test_the_bank_refuses_the_account_and_says_why(at: list[date], bank: BankProcess, mine: Person, member: Member, fault: str, reason: str) -> None:
    faulty(bank, mandate=fault)
    mine.coded(NEW, **asked(member))
    mandates.sweep(on=BEFORE, at=_moment(BEFORE))

    assert [(one.state, one.reason) for one in Mandate.objects.all()] == [(MandateState.REFUSED, reason)]
    assert told(member) == ["MONTHLY_REFUSED"]
    page = text_of(mine.get(HOME))
    assert "Ditolak oleh bank" in page
    assert "nama majikan" not in page.partition("Debit bulanan terdahulu")[2]


def test_a_bank_that_is_silent_about_it_comes_before_an_officer_until_it_speaks(
    at: list[date], bank: BankProcess, mine: Person, member: Member
) -> None:
    faulty(bank, mandate="SILENT")
    mine.coded(NEW, **asked(member))
    later = BEFORE + mandates.SILENT_AFTER
    for _ in range(2):
        mandates.sweep(on=later, at=_moment(BEFORE))
    found = Mandate.objects.get()
    matter = PaymentMatter.objects.get(cause=f"mandate:{found.pk}")
    assert (found.state, matter.closed_on, found.number in matter.reason) == (MandateState.APPLIED, None, True)
    assert "Bank sedang mengesahkan" in text_of(mine.get(HOME))

    faulty(bank, mandate="NONE")
    mandates.sweep(on=later, at=_moment(BEFORE))
    matter.refresh_from_db()
    found.refresh_from_db()
    assert (found.state, found.next_on, matter.closed_on) == (MandateState.ACTIVE, monthly.first_day(day=DAY.day, on=later), later)


@pytest.mark.parametrize(
    ("fault", "state", "news"),
    [
        ("INSUFFICIENT", MandateState.ACTIVE, ["MONTHLY_DEBIT_REFUSED"]),
        ("CLOSED", MandateState.ENDED, ["MONTHLY_DEBIT_REFUSED", "MONTHLY_ENDED"]),
        ("NO_MANDATE", MandateState.ENDED, ["MONTHLY_DEBIT_REFUSED", "MONTHLY_ENDED"]),
    ],
)
def test_a_debit_that_the_bank_refuses_is_told_and_the_next_month_is_tried_while_it_stands(
    at: list[date], bank: BankProcess, mine: Person, member: Member, fault: str, state: MandateState, news: list[str]
) -> None:
    found = in_force(mine, member)
    faulty(bank, collection=fault)
    at[0] = DAY
    collect(DAY)

    payment = Payment.objects.get()
    found.refresh_from_db()
    assert (payment.state, found.state, told(member)[1:]) == (PaymentState.FAILED, state, news)
    assert not VoluntaryContribution.objects.exists()
    assert "Bulan hadapan debit itu dicuba lagi" in text_of(mine.get(f"/member/voluntary/payments/{payment.order_no}/"))
    later = monthly.first_day(day=DAY.day, on=DAY)
    faulty(bank, collection="NONE")
    collect(later)
    assert Payment.objects.count() == (2 if state is MandateState.ACTIVE else 1)


@pytest.mark.parametrize("fault", ["TORN", "ALTERED", "WRONG_TOTAL", "ROW_TWICE", "OTHER_AMOUNT", "LATE"])
def test_an_answer_that_is_not_believed_credits_nobody_until_a_good_one_comes(
    at: list[date], bank: BankProcess, mine: Person, member: Member, fault: str
) -> None:
    in_force(mine, member)
    faulty(bank, collection=fault)
    at[0] = DAY
    collect(DAY)
    waiting = Payment.objects.get()
    assert (waiting.state, VoluntaryContribution.objects.count()) == (PaymentState.PENDING, 0)
    receipt = f"/member/voluntary/payments/{waiting.order_no}/"
    assert "anda tidak perlu membuat apa-apa" in text_of(mine.get(receipt))
    assert actions_of(mine.get(receipt)) == []
    assert mine.post(f"{receipt}ask/")["Location"] == mine.get(f"{receipt}bank/")["Location"] == receipt
    assert mine.post(f"{receipt}cancel/").status_code == 409

    faulty(bank, collection="NONE")
    collecting.sweep(on=DAY, at=_moment(DAY))
    volunteering.work()
    assert VoluntaryContribution.objects.get().credited == 200


def test_the_year_s_ceiling_cuts_it_then_pauses_it_to_the_next_year(at: list[date], bank: BankProcess, mine: Person, member: Member) -> None:
    own, more = in_force(mine, member), in_force(mine, member, kind="TOP_UP")
    room(member, "250.00")
    at[0] = DAY
    collect(DAY)

    amounts = dict(Payment.objects.values_list("voluntary__kind", "amount"))
    assert amounts == {"OWN_CHOICE": 200, "TOP_UP": 50}, "two on a day share what is left"
    assert told(member)[2:] == ["MONTHLY_LESS"]
    assert not VoluntaryReturn.objects.exists()
    if (later := monthly.first_day(day=DAY.day, on=DAY)).year > DAY.year:
        return
    collect(later)
    own.refresh_from_db()
    more.refresh_from_db()
    assert own.next_on == more.next_on == date(DAY.year + 1, 1, DAY.day)
    assert told(member)[3:] == ["MONTHLY_PAUSED", "MONTHLY_PAUSED"]
    assert Payment.objects.count() == 2


def test_what_another_payment_took_meanwhile_goes_back(at: list[date], bank: BankProcess, mine: Person, member: Member) -> None:
    in_force(mine, member)
    faulty(bank, collection="LATE")
    at[0] = DAY
    collect(DAY)
    room(member, "150.00")
    faulty(bank, collection="NONE")
    collecting.sweep(on=DAY, at=_moment(DAY))
    volunteering.work()

    found = VoluntaryContribution.objects.get(payment__method=PaymentMethod.DDA)
    assert (found.credited, found.returned, VoluntaryReturn.objects.get().amount) == (150, 50, 50)
    assert not PaymentMatter.objects.exists(), "whoever allowed it has an i-Akaun, and is asked there for an account"


def test_it_ends_with_the_registration_that_it_was_for(at: list[date], bank: BankProcess, mine: Person, member: Member) -> None:
    held = volunteering.register(member, first=BEFORE - timedelta(days=30))
    found = in_force(mine, member, kind="ISARAAN")
    held.last, held.ended_why = BEFORE, "MEMBER"
    held.save(update_fields=["last", "ended_why"])
    at[0] = DAY
    collect(DAY)

    found.refresh_from_db()
    assert (found.state, found.reason, told(member)[1:]) == (MandateState.ENDED, "NO_MORE", ["MONTHLY_ENDED"])
    assert "tidak berdaftar lagi bagi insentif itu" in text_of(mine.get(HOME))
    mandates.sweep(on=DAY, at=_moment(DAY))
    found.refresh_from_db()
    assert found.told_bank, "the bank learns that nothing more is asked for"


def test_from_55_it_goes_to_akaun_emas(at: list[date], bank: BankProcess, mine: Person, member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(birth_date=date(DAY.year - 55, DAY.month, DAY.day))
    in_force(mine, member, kind="TOP_UP")
    at[0] = DAY
    collect(DAY)

    assert volunteering.accounts_of(member) == {"EMAS": 20_000}


def test_it_is_stopped_once_and_another_s_is_a_404(at: list[date], bank: BankProcess, mine: Person, member: Member) -> None:
    found, other = in_force(mine, member), volunteering.member()
    stranger = signed_in(volunteering.user_of(other))
    assert stranger.post(f"{HOME}{found.pk}/stop/").status_code == 404
    for _ in range(2):
        assert mine.post(f"{HOME}{found.pk}/stop/")["Location"] == HOME
    found.refresh_from_db()
    assert (found.state, found.ended_by_id) == (MandateState.ENDED, member.user_id)
    assert AuditEvent.objects.filter(action="mandate.stop").count() == 1
    page = mine.get(HOME)
    assert "Anda menghentikannya" in text_of(page)
    assert "panel--failed" not in page.content.decode(), "what one has done oneself is no failure"
    at[0] = DAY
    collect(DAY)
    assert not Payment.objects.exists()
    in_force_again = mine.coded(NEW, **asked(member))
    assert in_force_again.status_code == 302


def test_postgresql_keeps_a_debit_to_what_was_agreed(at: list[date], bank: BankProcess, mine: Person, member: Member) -> None:
    found = in_force(mine, member)
    at[0] = DAY
    collect(DAY)
    made = Payment.objects.get()

    def again(kind: VoluntaryKind = OWN, whose: Member = member, **changes: Any) -> Payment:
        asked_for = VoluntaryOrder.objects.create(member=whose, payer=whose, kind=kind)
        good = {"mandate": found, "collect_on": DAY + timedelta(days=1), "bank_code": made.bank_code, "amount": Decimal(200), "order_no": "2611AGAIN"}
        when = {"started_by": made.started_by, "started_on": DAY, "started_at": _moment(DAY)}
        return Payment.objects.create(method=PaymentMethod.DDA, voluntary=asked_for, **{**good, **when, **changes})

    other = volunteering.member()
    for wrong in ({"amount": Decimal(201)}, {"kind": TOP_UP}, {"whose": other}, {"bank_code": "CIBBMYKL"}):
        with pytest.raises(IntegrityError, match="no more than was agreed"), transaction.atomic():
            again(**wrong)
    with pytest.raises(IntegrityError, match="payment_monthly_debit_once"), transaction.atomic():
        again(collect_on=DAY)
    with pytest.raises(IntegrityError, match="expected a later day"), transaction.atomic():
        Mandate.objects.filter(pk=found.pk).update(next_on=BEFORE)
    assert again().collection_id is None


def room(member: Member, left: str) -> None:
    """What was credited already leaves so much of the year."""
    amount = Decimal(100_000) - Decimal(left)
    whole = {"member": member, "kind": OWN, "amount": amount, "paid_on": DAY, "credited": amount, "returned": Decimal(0), "credited_on": DAY}
    VoluntaryContribution.objects.create(**whole)
