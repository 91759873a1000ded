"""Receipting counters (seed 002, ruling 17a): the drawer, what may be taken and until when, cheques, the closing count, and each page of it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from contributions.enums import BounceWhy, CounterMode, CounterReceiptState, DrawerState, MatterKind, PaymentMethod, VoluntaryKind
from contributions.models import CounterDrawer, CounterReceipt, Payment, PaymentMatter, VoluntaryContribution, VoluntaryReturn
from contributions.rules import counter as rules
from contributions.services import counter, counter_drawers
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.notify.models import Notice
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.contributions import volunteering
from tests.contributions.crediting import standing
from tests.contributions.pages import Person, actions_of, signed_in, text_of
from tests.contributions.test_pages_corrections import as_officer, officer
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 10, 0, tzinfo=KL)
OWN, ISARAAN = VoluntaryKind.OWN_CHOICE, VoluntaryKind.ISARAAN
CASH, CHEQUE = CounterMode.CASH, CounterMode.CHEQUE
OF_CHEQUE = {"cheque_number": "123456", "cheque_bank": "MBBEMYKL"}
PLACE = "Kuala Lumpur"


@dataclass(frozen=True)
class Desk:
    """A counter officer with an open drawer, and a supervisor."""

    by: User
    supervisor: User
    drawer: CounterDrawer = field(init=False)

    def __post_init__(self) -> None:
        found = counter_drawers.open_drawer(place=PLACE, opening=Decimal("100.00"), by=self.by, on=ON, at=AT)
        object.__setattr__(self, "drawer", found)

    def take(self, member: Member, amount: str = "250.00", kind: VoluntaryKind = OWN, at: datetime = AT, **more: Any) -> CounterReceipt:
        token = more.pop("token", None) or uuid.uuid4()
        mode = CHEQUE if more.get("cheque_number") else CASH
        asked = counter.Asked(member=member, kind=kind, amount=Decimal(amount), mode=mode, **more)
        return counter.take(asked, token=token, by=self.by, at=at)

    def bounce(self, made: CounterReceipt) -> CounterReceipt:
        return counter.bounce(receipt_id=made.pk, why=BounceWhy.FUNDS, by=self.supervisor, on=ON, at=AT)

    def count(self, counted: str, said: str = "") -> CounterDrawer:
        return counter_drawers.count(drawer_id=self.drawer.pk, counted=Decimal(counted), said=said, by=self.by, at=AT)

    def see(self, note: str = "") -> CounterDrawer:
        return counter_drawers.see(drawer_id=self.drawer.pk, note=note, by=self.supervisor, on=ON)


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    yield Desk(officer("kaunter7", Role.COUNTER_OFFICER), officer("penyelia7", Role.SUPERVISOR))
    assert invariants.broken() == []


@pytest.fixture
def member(db: None) -> Member:
    return volunteering.member(name="AMINAH BINTI YUSOF")


def refused(desk: Desk, *args: Any, **more: Any) -> dict[str, dict[str, str]]:
    with pytest.raises(counter.NotTakeable) as found:
        desk.take(*args, **more)
    return {one.code: dict(one.details) for one in found.value.refusals}


class TestRule:
    @pytest.mark.parametrize(
        ("amount", "hour", "codes"),
        [
            ("500.00", (15, 0, 59), []),
            ("500.01", (9, 0, 0), ["COUNTER_ABOVE"]),
            ("500.00", (15, 1, 0), ["COUNTER_CLOSED"]),
            ("600.00", (16, 0, 0), ["COUNTER_ABOVE", "COUNTER_CLOSED"]),
        ],
    )
    @pytest.mark.parametrize("kind", list(VoluntaryKind))
    def test_cash_to_five_hundred_until_three(self, kind: VoluntaryKind, amount: str, hour: tuple[int, int, int], codes: list[str]) -> None:
        at = datetime(2026, 11, 12, *hour, tzinfo=KL)

        found = rules.refusals(kind=kind, mode=CASH, amount=Decimal(amount), at=at)

        assert [one.code for one in found] == codes
        assert all(one.provision for one in found)

    def test_a_cheque_has_neither_limit_nor_hour(self) -> None:
        late = datetime(2026, 11, 12, 23, 59, tzinfo=KL)

        assert rules.refusals(kind=OWN, mode=CHEQUE, amount=Decimal(99_999), at=late) == []

    def test_the_places_are_the_seed_s(self) -> None:
        assert {"Kuala Lumpur", "Muar"} <= set(rules.places())


class TestDrawer:
    def test_it_is_opened_once_by_an_officer_of_a_counter(self, desk: Desk) -> None:
        again = counter_drawers.open_drawer(place=PLACE, opening=Decimal("100.00"), by=desk.by, on=ON, at=AT)

        assert again == desk.drawer
        for given, code in (
            ({"opening": Decimal(50)}, "ANOTHER_OPEN"),
            ({"place": "Kota Bharu Lama"}, "NO_PLACE"),
            ({"by": factories.UserFactory(role=Role.INSPECTOR)}, "NO_RIGHT"),
        ):
            with pytest.raises(counter.NotAllowed, match=code):
                counter_drawers.open_drawer(**{"place": PLACE, "opening": Decimal("100.00"), "by": desk.by, "on": ON, "at": AT, **given})

    def test_counted_right_it_goes_to_the_bank_without_the_float_when_another_has_looked(self, desk: Desk, member: Member) -> None:
        desk.take(member, "250.00")
        desk.take(member, "49.95")
        with pytest.raises(counter.NotAllowed, match="WRONG_STATE"):
            desk.see()

        found = desk.count("399.95")
        assert (found.state, found.expected, found.difference, found.to_bank) == (DrawerState.COUNTED, Decimal("399.95"), 0, Decimal("299.95"))
        with pytest.raises(counter.NotAllowed, match="WRONG_STATE"):
            desk.count("399.95")
        with pytest.raises(counter.NotAllowed, match="NO_RIGHT"):
            counter_drawers.see(drawer_id=desk.drawer.pk, note="", by=desk.by, on=ON)
        with pytest.raises(counter.NotAllowed, match="NO_DRAWER"):
            desk.take(member)

        assert desk.see().seen_by == desk.supervisor
        volunteering.work()
        assert (standing()["COUNTER_CLEARING"], standing()["BANK"]) == (0, -29_995)

    @pytest.mark.parametrize(("counted", "to_bank", "stays"), [("340.00", 24_000, -1_000), ("360.50", 26_050, 1_050), ("99.00", 0, -25_000)])
    def test_a_difference_is_explained_twice_and_stays_on_the_counters_account(
        self, desk: Desk, member: Member, counted: str, to_bank: int, stays: int
    ) -> None:
        desk.take(member, "250.00")
        with pytest.raises(counter.NotAllowed, match="NOT_EXPLAINED"):
            desk.count(counted)
        desk.count(counted, "Salah bagi baki")
        with pytest.raises(counter.NotAllowed, match="NOT_EXPLAINED"):
            desk.see()

        desk.see("Dikira dua kali")

        volunteering.work()
        found = standing()
        assert (found.get("BANK", 0), found["COUNTER_CLEARING"]) == (-to_bank, stays)

    def test_a_supervisor_does_not_look_at_the_own_drawer(self, member: Member, desk: Desk) -> None:
        own = counter_drawers.open_drawer(place=PLACE, opening=Decimal(0), by=desk.supervisor, on=ON, at=AT)
        counter_drawers.count(drawer_id=own.pk, counted=Decimal(0), said="", by=desk.supervisor, at=AT)

        with pytest.raises(counter.NotAllowed, match="OWN_WORK"):
            counter_drawers.see(drawer_id=own.pk, note="", by=desk.supervisor, on=ON)

    def test_one_of_yesterday_takes_nothing_today(self, desk: Desk, member: Member) -> None:
        with pytest.raises(counter.NotAllowed, match="OTHER_DAY"):
            desk.take(member, at=AT + timedelta(days=1))

    def test_postgresql_keeps_what_was_counted_and_lets_nothing_into_a_closed_one(self, desk: Desk, member: Member) -> None:
        with pytest.raises(IntegrityError, match="drawer_moves"), transaction.atomic():
            CounterDrawer.objects.update(state="COUNTED", expected=Decimal(7_000), counted=Decimal(7_000), counted_at=AT)
        made = desk.take(member)
        desk.count("350.00")

        with pytest.raises(IntegrityError, match="drawer_moves"), transaction.atomic():
            CounterDrawer.objects.update(state="OPEN", expected=None, counted=None, counted_at=None)
        given = {"drawer": desk.drawer, "number": "X", "token": uuid.uuid4(), "member": member, "kind": OWN, "amount": 1}
        with pytest.raises(IntegrityError, match="counter_receipt_is_taken"), transaction.atomic():
            CounterReceipt.objects.create(**given, mode=CHEQUE, taken_at=AT, state="WAITS", **OF_CHEQUE)
        with pytest.raises(IntegrityError, match="counter_cheque_is_decided"), transaction.atomic():
            CounterReceipt.objects.filter(pk=made.pk).update(why="FUNDS")


class TestCash:
    def test_it_is_credited_once_however_often_the_button_is_pressed(self, desk: Desk, member: Member) -> None:
        token = uuid.uuid4()
        first, again = (desk.take(member, "250.00", token=token) for _ in range(2))
        volunteering.work()

        payment, found = Payment.objects.get(), VoluntaryContribution.objects.get()
        assert first == again
        assert (payment.method, payment.order_no, payment.started_by) == (PaymentMethod.COUNTER, first.number, desk.by)
        assert (found.member, found.paid_on, found.credited) == (member, ON, Decimal("250.00"))
        assert sum(volunteering.accounts_of(member).values()) == 25_000
        assert standing()["COUNTER_CLEARING"] == -25_000
        assert Notice.objects.filter(code="VOLUNTARY_CREDITED", whose_id=member.pk).count() == 1
        assert AuditEvent.objects.filter(action="counter.receipt.take", refused=False).count() == 1

    def test_every_reason_is_said_together_and_nothing_is_taken(self, desk: Desk, member: Member) -> None:
        found = refused(desk, member, "500.01", ISARAAN, at=AT.replace(hour=15, minute=30))

        assert set(found) == {"COUNTER_ABOVE", "COUNTER_CLOSED", "NOT_REGISTERED"}
        assert found["COUNTER_CLOSED"] == {"now": "15:30", "closes": "15:00"}
        assert (CounterReceipt.objects.count(), Payment.objects.count()) == (0, 0)
        assert AuditEvent.objects.filter(action="counter.receipt.take", refused=True).count() == 1

    def test_no_more_than_the_year_leaves(self, desk: Desk, member: Member) -> None:
        factories_of = {"member": member, "kind": OWN, "amount": Decimal(99_900), "paid_on": ON}
        VoluntaryContribution.objects.create(**factories_of, credited=Decimal(99_900), returned=Decimal(0), credited_on=ON)

        assert refused(desk, member, "100.01")["ABOVE_CEILING"]["room"] == "100.00"
        assert desk.take(member, "100.00").state == CounterReceiptState.PAID

    @pytest.mark.parametrize(("fields", "code"), [({"died_on": date(2026, 11, 1)}, "MEMBER_DIED"), ({"non_citizen": True}, "MEMBER_FOREIGN")])
    def test_who_cannot_be_credited_is_said_before_the_money(self, desk: Desk, fields: dict[str, Any], code: str) -> None:
        assert list(refused(desk, factories.MemberFactory(**fields))) == [code]

    def test_another_officer_s_page_takes_nothing_again(self, desk: Desk, member: Member) -> None:
        made = desk.take(member)
        other = officer("kaunter8", Role.COUNTER_OFFICER)
        counter_drawers.open_drawer(place=PLACE, opening=Decimal(0), by=other, on=ON, at=AT)

        with pytest.raises(counter.NotAllowed, match="OWN_WORK"):
            counter.take(counter.Asked(member=member, kind=OWN, amount=Decimal(1), mode=CASH), token=made.token, by=other, at=AT)


class TestCheque:
    def test_it_is_credited_when_it_is_cleared_as_of_the_day_on_which_it_was_taken(self, desk: Desk, member: Member) -> None:
        made = desk.take(member, "2500.00", **OF_CHEQUE)
        volunteering.work()
        assert (made.state, Payment.objects.count(), volunteering.accounts_of(member)) == (CounterReceiptState.WAITS, 0, {})
        assert Notice.objects.filter(code="VOLUNTARY_CHEQUE_WAITS", whose_id=member.pk).count() == 1
        with pytest.raises(counter.NotAllowed, match="NO_RIGHT"):
            counter.clear(receipt_id=made.pk, by=desk.by, on=ON, at=AT)

        later = AT + timedelta(days=2)
        found = counter.clear(receipt_id=made.pk, by=desk.supervisor, on=later.date(), at=later)
        with pytest.raises(counter.NotAllowed, match="WRONG_STATE"):
            counter.bounce(receipt_id=made.pk, why=BounceWhy.FUNDS, by=desk.supervisor, on=later.date(), at=later)
        volunteering.work()

        assert (found.state, found.decided_by) == (CounterReceiptState.PAID, desk.supervisor)
        brought = VoluntaryContribution.objects.get()
        assert (brought.paid_on, brought.credited) == (ON, Decimal("2500.00"))
        assert (standing()["COUNTER_CLEARING"], standing()["BANK"]) == (0, -250_000)

    def test_one_that_bounces_credits_nobody_and_the_member_is_told_why(self, desk: Desk, member: Member) -> None:
        made = desk.take(member, "2500.00", **OF_CHEQUE)
        desk.bounce(made)
        volunteering.work()

        assert (CounterReceipt.objects.get().state, Payment.objects.count()) == (CounterReceiptState.BOUNCED, 0)
        assert Notice.objects.get(code="VOLUNTARY_CHEQUE_BOUNCED").figures["bounce"] == "FUNDS"
        assert desk.count("100.00").difference == 0, "a cheque is no cash"

    def test_who_took_it_does_not_decide_it(self, desk: Desk, member: Member) -> None:
        own = counter_drawers.open_drawer(place=PLACE, opening=Decimal(0), by=desk.supervisor, on=ON, at=AT)
        asked = counter.Asked(member=member, kind=OWN, amount=Decimal(5), mode=CHEQUE, **OF_CHEQUE)
        made = counter.take(asked, token=uuid.uuid4(), by=desk.supervisor, at=AT)

        with pytest.raises(counter.NotAllowed, match="OWN_WORK"):
            counter.clear(receipt_id=made.pk, by=desk.supervisor, on=ON, at=AT)
        with pytest.raises(IntegrityError, match="counter_cheque_is_decided"), transaction.atomic():
            CounterReceipt.objects.filter(drawer=own).update(state="BOUNCED", why="FUNDS", decided_by=desk.supervisor, decided_on=ON)

    def test_two_that_clear_above_the_ceiling_give_the_rest_back(self, desk: Desk, member: Member) -> None:
        for made in [desk.take(member, "60000.00", **OF_CHEQUE) for _ in range(2)]:
            counter.clear(receipt_id=made.pk, by=desk.supervisor, on=ON, at=AT)
        volunteering.work()

        assert volunteering.sums(VoluntaryContribution.objects.all()) == (Decimal(100_000), Decimal(20_000))
        assert (VoluntaryReturn.objects.get().payer, PaymentMatter.objects.get().kind) == (member, MatterKind.VOLUNTARY_BACK)


@pytest.mark.django_db(transaction=True)
def test_of_four_clicks_at_once_one_takes_and_a_count_has_what_was_taken(member: Member) -> None:
    desk = Desk(officer("kaunter7", Role.COUNTER_OFFICER), officer("penyelia7", Role.SUPERVISOR))
    token = uuid.uuid4()

    def click(number: int) -> str:
        return desk.take(member, "250.00", token=token).number

    assert len(set(at_once(4, click))) == 1
    assert (CounterReceipt.objects.count(), Payment.objects.count()) == (1, 1)
    assert desk.count("350.00").difference == 0


class TestPages:
    DRAWERS, TAKE, QUEUE = "/counter/drawers/", "/counter/receipts/new/", "/counter/queue/"

    @pytest.fixture(params=["", "/en"])
    def each(self, request: pytest.FixtureRequest) -> Person:
        return as_officer(officer("kaunter9", Role.COUNTER_OFFICER), request.param)

    @pytest.fixture
    def me(self) -> Person:
        return as_officer(officer("kaunter9", Role.COUNTER_OFFICER))

    @pytest.fixture
    def supervisor(self) -> Person:
        return as_officer(officer("penyelia6", Role.SUPERVISOR))

    @pytest.fixture
    def morning(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[date]:
        """The last ten o'clock before everybody signed in: an officer's code is of its minute, and hours later nobody would still be signed in."""
        signed_in = clock.now().astimezone(KL)
        at = signed_in.replace(hour=10, minute=0, second=0, microsecond=0)
        if at > signed_in:
            at -= timedelta(days=1)
        before = clock.use_source(at.date)
        monkeypatch.setattr(clock, "now", lambda: at)
        yield at.date()
        clock.use_source(before)

    def said(self, member: Member, page: Any, **more: str) -> dict[str, str]:
        token = page.content.decode().split('name="token" value="')[1].split('"')[0]
        return {"token": token, "number": member.number, "kind": "OWN_CHOICE", "amount": "250", "mode": "CASH", **more}

    def test_the_counter_says_that_an_incentive_is_not_earned_any_more(self, me: Person, member: Member, morning: date) -> None:
        volunteering.register(member)
        me.post(self.DRAWERS, place=PLACE, opening="100")
        said = self.said(member, me.get(self.TAKE), kind="ISARAAN")
        title = "Caruman i-Saraan ini tidak mendapat insentif"
        assert title not in text_of(me.post(self.TAKE, **said))
        Member.objects.filter(pk=member.pk).update(birth_date=date(morning.year - 61, 1, 1))

        page = text_of(me.post(self.TAKE, **said))

        assert [title in page, "Di bawah had umur pada hari caruman" in page, "Terima RM 250.00" in page] == [True, True, True]

    def test_who_is_75_is_not_taken_from(self, me: Person, morning: date) -> None:
        me.post(self.DRAWERS, place=PLACE, opening="100")

        answer = me.post(self.TAKE, **self.said(factories.MemberFactory(aged_76=True), me.get(self.TAKE)))

        assert (answer.status_code, "75 tahun" in text_of(answer)) == (422, True)

    def test_from_the_empty_desk_to_the_count_that_a_supervisor_sees(self, each: Person, supervisor: Person, member: Member, morning: date) -> None:
        me = each
        assert me.get(self.TAKE).status_code == 200
        assert ("Open a drawer" in text_of(me.get(self.DRAWERS))) is bool(me.prefix)
        assert me.post(self.DRAWERS, place="", opening="").status_code == 422
        for _ in range(2):
            assert me.post(self.DRAWERS, place=PLACE, opening="100").status_code == 302
        assert me.post(self.DRAWERS, place=PLACE, opening="90").status_code == 409
        drawer = CounterDrawer.objects.get()
        form = me.get(self.TAKE)
        assert "RM 500.00" in text_of(form)
        said = self.said(member, form, payer_name="ALI BIN ABU", payer_identity="800101145555")

        check = me.post(self.TAKE, **said)
        assert "AM**** BI*** YU***" in text_of(check)
        assert member.name not in text_of(check)
        assert CounterReceipt.objects.count() == 0
        for _ in range(2):
            assert me.post(self.TAKE, **said, confirm="1").status_code == 302
        made = CounterReceipt.objects.get()
        shown = text_of(me.get(f"/counter/receipts/{made.number}/"))
        assert made.number in shown
        assert "ALI BIN ABU" in shown
        told = ("Borang itu sudah menjadi resit ini", "That form became this receipt already")
        assert not any(words in shown for words in told), "the second click said the same"
        changed = me.post(self.TAKE, **{**said, "amount": "300"}, confirm="1")
        assert (changed.status_code, CounterReceipt.objects.count()) == (302, 1)
        again = text_of(me.get(f"/counter/receipts/{made.number}/"))
        assert any(words in again for words in told), "who went back and changed it is told"

        own = f"{self.DRAWERS}{drawer.pk}/"
        assert "RM 350.00" in text_of(me.get(own))
        assert me.post(own, counted="340").status_code == 422
        for _ in range(2):
            assert me.post(own, counted="340", said="Salah bagi baki").status_code == 302
        assert me.post(f"{own}see/", note="x").status_code == 403
        assert "340.00" in text_of(supervisor.get(self.DRAWERS))
        queue = supervisor.get(self.QUEUE)
        assert f"{drawer.pk} Laci" in text_of(queue)
        assert f'href="{own}"' in queue.content.decode()
        assert 'class="nav__count">1<' in queue.content.decode()
        assert supervisor.post(f"{own}see/").status_code == 422
        for _ in range(2):
            assert supervisor.post(f"{own}see/", note="Dikira dua kali").status_code == 302
        assert "Dikira dua kali" in text_of(supervisor.get(own))
        assert "Laci" not in text_of(supervisor.get(self.QUEUE))
        assert "Diluluskan" in text_of(supervisor.get(f"{self.QUEUE}?state=APPROVED"))

    def test_the_hour_is_the_wall_s_and_the_day_the_business_date(self, me: Person, member: Member, morning: date) -> None:
        clock.use_source(lambda: ON)
        me.post(self.DRAWERS, place=PLACE, opening="0")

        assert me.post(self.TAKE, **self.said(member, me.get(self.TAKE)), confirm="1").status_code == 302

        assert CounterReceipt.objects.get().taken_at == datetime(2026, 11, 12, 10, 0, tzinfo=KL)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"number": "99999999"}, "Ditemui 99999999, dijangka nombor ahli yang ada"),
            ({"number": "12"}, "dijangka nombor ahli 8 angka"),
            ({"amount": "0"}, "dijangka jumlah lebih daripada sifar"),
            ({"amount": "-5"}, "dijangka jumlah seperti"),
            ({"amount": "1.234"}, "1.234"),
            ({"amount": "500.01"}, "dijangka paling banyak RM 500.00 tunai"),
            ({"mode": "CHEQUE"}, "dijangka nombor cek 6 hingga 12 angka"),
            ({"mode": "GOLD"}, "Pilih tunai atau cek"),
            ({"kind": "ISARAAN"}, "Ahli ini tidak berdaftar bagi insentif itu"),
        ],
    )
    def test_bad_input_is_said_beside_its_field(self, me: Person, member: Member, morning: date, more: dict[str, str], words: str) -> None:
        me.post(self.DRAWERS, place=PLACE, opening="0")

        answer = me.post(self.TAKE, **self.said(member, me.get(self.TAKE), **more))

        assert (answer.status_code, words in text_of(answer)) == (422, True)
        assert not CounterReceipt.objects.exists()

    @pytest.fixture
    def mine(self, member: Member) -> Person:
        return signed_in(volunteering.user_of(member))

    def test_a_cheque_is_cleared_by_a_supervisor_and_seen_by_the_member_at_each_step(
        self, me: Person, supervisor: Person, mine: Person, member: Member, morning: date
    ) -> None:
        me.post(self.DRAWERS, place=PLACE, opening="0")
        assert me.get(self.TAKE).content.decode().count(">UOB</option>") == 2, "once as the cheque's bank, once as the payer's"
        said = self.said(member, me.get(self.TAKE), mode="CHEQUE", amount="700", **OF_CHEQUE)
        me.post(self.TAKE, **said, confirm="1")
        made = CounterReceipt.objects.get()
        assert "Cek menunggu penjelasan bank" in text_of(mine.get("/member/voluntary/"))
        decide = f"/counter/receipts/{made.number}/cheque/"
        assert made.number in text_of(supervisor.get("/counter/cheques/"))
        assert "Bank menjelaskan cek ini" in actions_of(supervisor.get(f"/counter/receipts/{made.number}/"))
        assert supervisor.post(decide, action="bounce").status_code == 422
        assert me.post(decide, action="clear").status_code == 403

        for _ in range(2):
            assert supervisor.post(decide, action="clear").status_code == 302
        assert supervisor.post(decide, action="bounce", why="FUNDS").status_code == 409
        volunteering.work()

        page = text_of(mine.get("/member/voluntary/"))
        assert "Kaunter KWSP" in page
        assert "Cek menunggu" not in page
        assert mine.get(f"/member/voluntary/payments/{made.number}/").status_code == 200
        tax = text_of(mine.get(f"/member/voluntary/{morning.year}/tax/"))
        assert "Kaunter KWSP 1 700.00" in tax
        assert "Tiada cek menunggu" in text_of(supervisor.get("/counter/cheques/"))
