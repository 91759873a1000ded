"""Who pays at a counter in a member's place: what is above the ceiling goes back to them (ruling 19), to an account that its bank has named, by
Arahan Bayaran, or as a member of ours; and nobody else is told that it is theirs."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from contributions.enums import ReturnState, ReturnWhy
from contributions.models import CounterPayer, CounterReceipt, PaymentMatter, VoluntaryContribution, VoluntaryReturn
from contributions.services import counter, voluntary_money
from contributions.services.counter_payers import Payer
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.names import AccountKind
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message, Notice
from members.enums import PayoutKind
from members.identity.enums import Role
from members.ledger import invariants
from members.models import Member, OfficerIdentity, Payout
from members.services import payouts
from members.services.own_record import OwnRecord
from tests.contributions import volunteering
from tests.contributions.pages import Person, signed_in, text_of
from tests.contributions.paying import Bank
from tests.contributions.test_counter import AT, OF_CHEQUE, ON, OWN, PLACE, Desk
from tests.contributions.test_pages_corrections import as_officer, officer
from tests.contributions.voluntary_reversing import approve, propose
from tests.members import bank_names

pytestmark = pytest.mark.django_db
BANK, NUMBER = "MBBEMYKL", "114123456789"
ALI: dict[str, Any] = {"name": "ALI BIN ABU", "identity": "800101145555", "phone": "+60123456789"}
ACCOUNT = {"bank": BANK, "account": NUMBER, "holder": "ALI BIN ABU"}
LATER = AT + timedelta(days=2)


@pytest.fixture(autouse=True)
def _told_bank(settings: LazySettings) -> Iterator[None]:
    settings.BANK_NAMES = {"gateway": "tests.members.bank_names.ToldBank"}
    bank_names.ASKED.clear()
    bank_names.NEXT.clear()
    yield
    assert bank_names.NEXT == []


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    yield Desk(officer("kaunter7", Role.COUNTER_OFFICER), officer("penyelia7", Role.SUPERVISOR))
    assert invariants.broken() == []


@pytest.fixture
def member() -> Member:
    return volunteering.member(name="AMINAH BINTI YUSOF")


def above(desk: Desk, member: Member, payer: Payer) -> CounterReceipt:
    """A cheque that clears when the year has room for RM10 of its RM100."""
    made = desk.take(member, "100.00", payer=payer, **OF_CHEQUE)
    given = {"member": member, "kind": OWN, "amount": Decimal(99_990), "paid_on": ON}
    VoluntaryContribution.objects.create(**given, credited=Decimal(99_990), returned=Decimal(0), credited_on=ON)
    counter.clear(receipt_id=made.pk, by=desk.supervisor, on=LATER.date(), at=LATER)
    assert volunteering.work().failed == 0
    return made


def ordered() -> Payout:
    assert [voluntary_money.order_waiting(on=LATER.date(), at=LATER) for _ in range(2)] == [1, 0]
    return Payout.objects.filter(kind=PayoutKind.VOLUNTARY).latest("pk")


class TestAStranger:
    def test_it_goes_to_the_account_that_its_bank_named_and_both_are_told(self, desk: Desk, member: Member) -> None:
        above(desk, member, Payer(**ALI, **ACCOUNT))

        back = VoluntaryReturn.objects.get()
        assert (back.amount, back.why, back.state, back.counter_payer) == (90, ReturnWhy.CEILING, ReturnState.HELD, CounterPayer.objects.get())
        (told,) = Notice.objects.filter(whose_id=member.pk, code__startswith="VOLUNTARY_RETURN")
        assert (told.code, told.figures["amount"]) == ("VOLUNTARY_RETURN_TO_PAYER", "90.00")
        payout = ordered()
        assert (payout.bank, str(payout.account), str(payout.holder), payout.amount) == (BANK, NUMBER, "ALI BIN ABU", 90)
        assert [(one.code, one.figures.get("ending")) for one in Message.objects.order_by("pk")] == [
            ("COUNTER_PAYER_CHEQUE_CLEARED", None),
            ("COUNTER_PAYER_ACCOUNT", "6789"),
        ]
        assert not PaymentMatter.objects.exists()
        assert "Dipulangkan kepada anda" not in text_of(signed_in(volunteering.user_of(member)).get("/member/voluntary/"))

    def test_without_an_account_by_arahan_bayaran_in_their_name(self, desk: Desk, member: Member) -> None:
        above(desk, member, Payer(**ALI))

        payout, back = ordered(), VoluntaryReturn.objects.get()

        assert (payout.bank, str(payout.account), str(payout.holder)) == (payouts.ORDER_BANK, back.order_number, "ALI BIN ABU")
        assert back.order_number in Message.objects.get(code="COUNTER_PAYER_ORDER").figures["order"]

    def test_of_a_member_who_has_died_it_is_still_the_payer_s(self, desk: Desk, member: Member) -> None:
        made = desk.take(member, "100.00", payer=Payer(**ALI), **OF_CHEQUE)
        Member.objects.filter(pk=member.pk).update(died_on=ON)
        counter.clear(receipt_id=made.pk, by=desk.supervisor, on=LATER.date(), at=LATER)
        assert volunteering.work().failed == 0

        assert (ordered().amount, PaymentMatter.objects.count()) == (100, 0)

    def test_what_two_officers_undo_is_the_payer_s_too(self, desk: Desk, member: Member) -> None:
        made = desk.take(member, "250.00", payer=Payer(**ALI))
        assert volunteering.work().failed == 0
        found = VoluntaryContribution.objects.select_related("payment__voluntary__payer").get(payment__order_no=made.number)

        proposed = propose(found, by=desk.supervisor, on=LATER.date())
        other = as_officer(officer("pemeriksa6", Role.INSPECTOR))
        for page in ("/staff/voluntary-reversals/", f"/staff/voluntary-reversals/{proposed.pk}/"):
            assert "ALI BIN ABU" in text_of(other.get(page)), page
        new = f"/staff/voluntary-reversals/new/{made.number}/"
        assert "wang itu kembali kepada ALI BIN ABU" in text_of(other.looks_at(new))
        approve(proposed, by=officer("pemeriksa7", Role.INSPECTOR), on=LATER.date())

        assert VoluntaryReturn.objects.get().counter_payer == CounterPayer.objects.get()
        assert (ordered().amount, str(ordered_holder())) == (250, "ALI BIN ABU")

    def test_what_waits_for_long_does_not_keep_it_from_its_turn(
        self, desk: Desk, member: Member, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A member without an account waits before it, as long as they like."""
        first = volunteering.credited(bank, volunteering.member(), "100.00", at=AT)
        assert first.payment is not None
        approve(propose(first, by=desk.supervisor, on=ON), by=officer("pemeriksa7", Role.INSPECTOR), on=ON)
        above(desk, member, Payer(**ALI))
        monkeypatch.setattr(voluntary_money, "MOST", 1)

        assert (VoluntaryReturn.objects.count(), ordered().amount) == (2, 90)

    def test_the_tax_statement_has_it_as_paid_by_another(self, desk: Desk, member: Member) -> None:
        desk.take(member, "250.00", payer=Payer(**ALI))
        assert volunteering.work().failed == 0

        page = text_of(signed_in(volunteering.user_of(member)).get(f"/member/voluntary/{ON.year}/tax/"))

        assert "250.00 0.00 250.00" in page or "0.00 250.00" in page

    def test_postgresql_holds_to_whom_it_goes(self, desk: Desk, member: Member) -> None:
        other = desk.take(member, "5.00", **OF_CHEQUE)
        made = above(desk, member, Payer(**ALI))
        payer, back = CounterPayer.objects.get(), VoluntaryReturn.objects.get()
        with pytest.raises(IntegrityError, match="found the counter payer"), transaction.atomic():
            VoluntaryReturn.objects.create(payment=back.payment, payer=member, why="DIFFERS", amount=Decimal(1), found_on=ON)
        for given in ({"receipt": other, "identity": "1"}, {"receipt": made, "member": member}):
            with pytest.raises(IntegrityError), transaction.atomic():
                CounterPayer.objects.create(**given)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            CounterPayer.objects.filter(pk=payer.pk).update(identity="2")


def ordered_holder() -> object:
    return Payout.objects.filter(kind=PayoutKind.VOLUNTARY).latest("pk").holder


def test_another_member_has_it_as_whatever_goes_back_to_payers(desk: Desk, member: Member) -> None:
    payer = volunteering.member(name="SITI BINTI ALI")
    above(desk, member, Payer(name=payer.name, member=payer))

    back = VoluntaryReturn.objects.get()
    assert (back.payer, back.counter_payer, volunteering.owed_to(payer)) == (payer, None, 90_00)
    told = Notice.objects.filter(whose_id=payer.pk).order_by("code").values_list("code", flat=True)
    assert list(told) == ["VOLUNTARY_PAID_FOR", "VOLUNTARY_PAYER_CHEQUE_WAITS", "VOLUNTARY_RETURN_CEILING"]
    assert not Notice.objects.filter(whose_id=member.pk, code__startswith="VOLUNTARY_RETURN").exists()
    page = text_of(signed_in(volunteering.user_of(payer)).get(f"/member/voluntary/payments/{back.payment.order_no}/"))
    assert "90.00" in page


class TestTheirCheque:
    """Who wrote a cheque for a member hears of it, too: of the own cheque, and nothing of the member's."""

    def test_another_member_s_that_waits_and_comes_back(self, desk: Desk, member: Member) -> None:
        payer = volunteering.member(name="SITI BINTI ALI")
        made = desk.take(member, "2500.00", payer=Payer(name=payer.name, member=payer), **OF_CHEQUE)
        me = signed_in(volunteering.user_of(payer))
        waiting = text_of(me.get("/member/voluntary/"))
        desk.bounce(made)

        assert ["Cek 123456" in waiting, f"Bagi ahli {member.number}." in waiting] == [True, True]
        for whom, codes in (
            (payer, ["VOLUNTARY_PAYER_CHEQUE_WAITS", "VOLUNTARY_PAYER_CHEQUE_BOUNCED"]),
            (member, ["VOLUNTARY_CHEQUE_WAITS", "VOLUNTARY_CHEQUE_BOUNCED"]),
        ):
            told = Notice.objects.filter(whose_id=whom.pk).order_by("pk")
            assert [one.code for one in told] == codes
            assert told[1].figures == {
                **{"amount": "2500.00", "cheque": "123456", "receipt": made.number, "bounce": "FUNDS", "kind": "OWN_CHOICE"},
                **({"number": member.number} if whom == payer else {}),
            }
        assert "Tiada apa-apa dikreditkan" in text_of(me.get(f"/member/voluntary/?year={ON.year}"))
        assert f"Bagi ahli {member.number}." not in text_of(signed_in(volunteering.user_of(member)).get("/member/voluntary/"))
        inbox = text_of(me.get("/member/inbox/"))
        assert f"Cek anda RM 2,500.00 bagi ahli {member.number} tidak dibayar oleh bank" in inbox
        assert member.name not in inbox

    @pytest.mark.parametrize("phone", [ALI["phone"], ""])
    def test_a_stranger_s_by_sms_and_without_a_telephone_the_desk_is_told_to_write(self, desk: Desk, member: Member, phone: str) -> None:
        made = [desk.take(member, "50.00", payer=Payer(**{**ALI, "phone": phone}), **OF_CHEQUE) for _ in range(2)]
        counter.clear(receipt_id=made[0].pk, by=desk.supervisor, on=LATER.date(), at=LATER)
        desk.bounce(made[1])
        assert volunteering.work().failed == 0

        told = Message.objects.order_by("pk")
        assert [(one.code, one.to) for one in told] == [
            ("COUNTER_PAYER_CHEQUE_CLEARED", phone),
            ("COUNTER_PAYER_CHEQUE_BOUNCED", phone),
        ][: 2 if phone else 0]
        for one, of in zip(told, made, strict=False):
            assert (one.figures["receipt"], one.figures["amount"], member.number in str(one.figures)) == (of.number, "50.00", False)
        page = text_of(as_officer(officer("penyelia8", Role.SUPERVISOR)).get(f"/counter/receipts/{made[1].number}/"))
        assert ("SMS ke +60•••••6789" if phone else "beritahu pembayar dengan surat atau di kaunter") in page

    def test_nobody_decides_the_own_cheque(self, desk: Desk, member: Member) -> None:
        payer = volunteering.member(name="SITI BINTI ALI")
        made = desk.take(member, "50.00", payer=Payer(name=payer.name, member=payer), **OF_CHEQUE)
        given = {"identity_kind": payer.identity_kind, "identity_number": payer.identity_number, "reason": "x"}
        OfficerIdentity.objects.create(user=desk.supervisor, **given, named_by=desk.by, named_at=AT)

        with pytest.raises(OwnRecord):
            desk.bounce(made)


class TestPages:
    TAKE = "/counter/receipts/new/"

    @pytest.fixture
    def me(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
        me = as_officer(officer("kaunter9", Role.COUNTER_OFFICER))
        at = clock.now().replace(hour=2, minute=0, second=0, microsecond=0)
        at = at if at <= clock.now() else at - timedelta(days=1)
        before = clock.use_source(at.date)
        monkeypatch.setattr(clock, "now", lambda: at)
        me.post("/counter/drawers/", place=PLACE, opening="0")
        yield me
        clock.use_source(before)

    def said(self, me: Person, member: Member, **more: str) -> dict[str, str]:
        token = me.get(self.TAKE).content.decode().split('name="token" value="')[1].split('"')[0]
        return {"token": token, "number": member.number, "kind": "OWN_CHOICE", "amount": "250", "mode": "CASH", **more}

    STRANGER = {"payer_name": "ALI BIN ABU", "payer_identity": "800101-14-5555", "payer_bank": BANK, "payer_account": "1141 2345 6789"}

    def test_a_stranger_and_the_account_that_the_bank_was_asked_about(self, me: Person, member: Member) -> None:
        said = self.said(me, member, **self.STRANGER, payer_phone="012-345 6789")

        check = text_of(me.post(self.TAKE, **said))
        for _second_click in range(2):
            assert me.post(self.TAKE, **said, confirm="1").status_code == 302

        assert ["Maybank •••• 6789" in check, "800101-14-5555" in check, "+60123456789" in check] == [True] * 3
        payer = CounterPayer.objects.get()
        assert (payer.identity, payer.phone, payer.ending, payer.holder) == ("800101145555", "+60123456789", "6789", "ALI BIN ABU")
        assert len({one.key for one in bank_names.ASKED}) == 1, "the same page asks the same question"
        shown = text_of(me.get(f"/counter/receipts/{CounterReceipt.objects.get().number}/"))
        assert ["ALI BIN ABU" in shown, "Maybank •••• 6789" in shown, "dipulangkan kepada pembayar" in shown] == [True] * 3

    def test_another_member_is_shown_masked(self, me: Person, member: Member) -> None:
        payer = volunteering.member(name="SITI BINTI ALI")
        said = self.said(me, member, payer_number=payer.number, payer_name="Lain")

        check = text_of(me.post(self.TAKE, **said))

        assert ["SI** BI*** AL*" in check, "Lain" in check] == [True, False]
        assert AuditEvent.objects.filter(action="counter.payee", subjects__contains=[payer.subject]).exists()
        assert me.post(self.TAKE, **said, confirm="1").status_code == 302
        assert CounterPayer.objects.get().member == payer

    def test_bad_input_is_said_beside_its_field(self, me: Person, member: Member) -> None:
        stranger = self.STRANGER
        for more, words in (
            ({"payer_number": member.number}, "Itu nombor ahli itu sendiri"),
            ({"payer_number": "99999999"}, "Ditemui 99999999, dijangka nombor ahli yang ada"),
            ({"payer_number": "12"}, "dijangka nombor ahli 8 angka"),
            ({"payer_name": "ALI"}, "Tulis nombor pada kad pengenalan"),
            ({"payer_identity": "800101145555"}, "Tulis nama orang yang membayar"),
            ({**stranger, "payer_identity": "12"}, "dijangka nombor MyKad 12 angka"),
            ({**stranger, "payer_account": ""}, "atau kosongkan kedua-duanya"),
            ({**stranger, "payer_account": "12"}, "Maybank"),
            ({**stranger, "payer_phone": "abc"}, "Itu bukan nombor telefon"),
        ):
            answer = me.post(self.TAKE, **self.said(me, member, **more))
            assert (answer.status_code, words in text_of(answer)) == (422, True), more
        bank_names.NEXT[:] = [bank_names.of("CHONG AH KAU"), bank_names.of("ALI BIN ABU", kind=AccountKind.JOINT), "TIMEOUT"]
        for words in ("pemegang akaun itu orang lain", "akaun bersama", "Bank tidak menjawab"):
            answer = me.post(self.TAKE, **self.said(me, member, **stranger), confirm="1")
            assert (answer.status_code, words in text_of(answer)) == (422, True), words
        assert AuditEvent.objects.filter(action="counter.payer.account", refused=True).count() == 2
        assert not CounterReceipt.objects.exists()
