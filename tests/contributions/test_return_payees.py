"""What goes back of a voluntary contribution and has nowhere to go (ruling 19): two officers name whom it is paid to, the payer in another way or who
stands in the place of a payer who has died; each refusal, the second click, the colleague who already did it, and the pages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from contributions.enums import PayeeBasis
from contributions.models import PaymentMatter, ReturnPayee, VoluntaryReturn
from contributions.services import return_payees, voluntary_money
from contributions.services.counter_payers import Payer
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message, Notice
from members.enums import IdentityKind, PayoutState
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import invariants
from members.models import BankAccount, Member, OfficerIdentity, Payout
from members.services import payouts
from tests.contributions import volunteering
from tests.contributions.naming_payees import HEIR, approve, asked, propose
from tests.contributions.pages import Person, actions_of, signed_in, text_of
from tests.contributions.test_counter import ON, Desk
from tests.contributions.test_counter_payers import ALI, BANK, LATER, NUMBER, above, ordered
from tests.contributions.test_pages_corrections import as_officer, officer
from tests.contributions.test_pages_wrong_credits import paper
from tests.guards import test_constraints
from tests.jobs.threads import at_once
from tests.members import bank_names
from withdrawals.enums import Relation
from withdrawals.services import relatives

pytestmark = pytest.mark.django_db
DAY = LATER.date()
OTHER = {"bank": BANK, "account": "114123450000", "holder": "ALI BIN ABU"}
LIST, CLEARED = "/staff/return-payees/", "COUNTER_PAYER_CHEQUE_CLEARED"


@pytest.fixture(autouse=True)
def _told_bank(settings: LazySettings) -> None:
    settings.BANK_NAMES = {"gateway": "tests.members.bank_names.ToldBank"}
    bank_names.ASKED.clear()
    bank_names.NEXT.clear()


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    yield Desk(officer("kaunter7", Role.COUNTER_OFFICER), officer("penyelia7", Role.SUPERVISOR))
    assert invariants.broken() == []


@pytest.fixture
def inspector(db: None) -> User:
    return officer("pemeriksa7", Role.INSPECTOR)


@pytest.fixture
def member(db: None) -> Member:
    return volunteering.member(name="AMINAH BINTI YUSOF")


def refused(code: str, act: Any, *args: Any, **more: Any) -> None:
    with pytest.raises(return_payees.NotAllowed) as error:
        act(*args, **more)
    assert error.value.code == code


def back_of(payer: Payer, desk: Desk, member: Member) -> VoluntaryReturn:
    above(desk, member, payer)
    return VoluntaryReturn.objects.get()


class TestAStranger:
    """Nobody is a member here but who it was paid for."""

    def test_another_name_and_account_is_proposed_by_one_approved_by_another_and_ordered_once(
        self, desk: Desk, member: Member, inspector: User
    ) -> None:
        back, when = back_of(Payer(**ALI), desk, member), {"on": DAY, "at": LATER}
        said = asked(payee=Payer(**ALI, **OTHER))

        found = propose(back, said, by=desk.supervisor, **when)
        assert propose(back, said, by=desk.supervisor, **when) == found, "a second click"
        assert voluntary_money.order_waiting(**when) == 0, "what two officers are deciding goes nowhere"
        refused("ANOTHER_WAITS", propose, back, said, by=inspector, **when)
        refused("ANOTHER_WAITS", propose, back, asked(payee=Payer(**ALI)), by=desk.supervisor, **when)
        refused("OWN_WORK", approve, found, by=desk.supervisor, **when)
        refused("NO_RIGHT", approve, found, by=desk.by, **when)
        refused("COMMENT_MISSING", return_payees.refuse, payee_id=found.pk, comment=" ", by=inspector, on=DAY)
        assert return_payees.allowed(found=found, by=desk.supervisor) == {"withdraw"}
        assert return_payees.allowed(found=found, by=inspector) == {"approve", "refuse"}
        approve(found, by=inspector, **when)
        refused("WRONG_STATE", approve, found, by=inspector, **when)
        refused("ON_ITS_WAY", propose, back, said, by=desk.supervisor, **when)

        payout = Payout.objects.get()
        assert (payout.bank, str(payout.account), str(payout.holder), payout.amount) == (BANK, OTHER["account"], "ALI BIN ABU", 90)
        assert (payout.state, ReturnPayee.objects.get().payout) == (PayoutState.ORDERED, payout)
        assert [(one.code, one.to) for one in Message.objects.exclude(code=CLEARED)] == [("COUNTER_PAYER_ACCOUNT", ALI["phone"])]
        assert voluntary_money.order_waiting(**when) == 0
        for act in ("propose", "approve"):
            (event,) = AuditEvent.objects.filter(action=f"voluntary.return_payee.{act}", refused=False)
            assert (event.subjects[0], event.data["amount"], event.data["ending"]) == (member.subject, "90.00", "0000")

    def test_a_new_order_has_another_number_and_the_name_on_the_card(self, desk: Desk, member: Member, inspector: User) -> None:
        back = back_of(Payer(**{**ALI, "phone": ""}), desk, member)
        right = Payer(name="ALI BIN ABU BAKAR", identity=ALI["identity"])

        found = approve(propose(back, asked(payee=right), by=inspector, on=DAY, at=LATER), by=desk.supervisor, on=DAY, at=LATER)

        payout = Payout.objects.get()
        assert (payout.bank, str(payout.account), str(payout.holder)) == (payouts.ORDER_BANK, found.order_number, "ALI BIN ABU BAKAR")
        assert (found.order_number == back.order_number, voluntary_money.order_of(payout)) == (False, found.order_number)
        assert not Message.objects.exists(), "no telephone, nobody is told anything by it"
        assert "Dipulangkan kepada anda" not in text_of(signed_in(volunteering.user_of(member)).get("/member/voluntary/"))

    def test_the_heir_of_one_who_died_shows_when_and_the_certificate(self, desk: Desk, member: Member, inspector: User) -> None:
        back, when = back_of(Payer(**ALI), desk, member), {"by": inspector, "on": DAY, "at": LATER}
        heir = PayeeBasis.HEIR

        for code, said in (
            ("NOT_DEAD", asked(heir, HEIR)),
            ("NOT_DEAD", asked(heir, HEIR, died_on=DAY + timedelta(days=1))),
            ("THE_DEAD", asked(heir, Payer(**ALI), died_on=DAY)),
            ("PAPER_MISSING", asked(heir, HEIR, died_on=DAY, death_paper=None)),
            ("REASON_MISSING", asked(heir, HEIR, died_on=DAY, reason=" ")),
        ):
            refused(code, propose, back, said, **when)
        found = propose(back, asked(heir, HEIR, died_on=DAY), **when)
        approve(found, by=desk.supervisor, on=DAY, at=LATER)

        assert str(Payout.objects.get().holder) == HEIR.name
        told = Message.objects.exclude(code=CLEARED).get()
        assert (told.code, told.to, told.figures["order"]) == ("RETURN_HEIR_ORDER", HEIR.phone, found.order_number)

    def test_withdrawn_or_refused_it_goes_as_the_rules_say(self, desk: Desk, member: Member, inspector: User) -> None:
        back, when = back_of(Payer(**ALI), desk, member), {"on": DAY, "at": LATER}
        first = propose(back, asked(payee=Payer(**ALI, **OTHER)), by=inspector, **when)
        refused("NO_RIGHT", return_payees.withdraw, payee_id=first.pk, by=desk.supervisor, on=DAY)
        return_payees.withdraw(payee_id=first.pk, by=inspector, on=DAY)
        second = propose(back, asked(payee=Payer(**ALI, **OTHER)), by=inspector, **when)
        return_payees.refuse(payee_id=second.pk, comment="Akaun lain dalam surat.", by=desk.supervisor, on=DAY)
        refused("WRONG_STATE", return_payees.withdraw, payee_id=second.pk, by=inspector, on=DAY)

        assert (str(ordered().account), sorted(ReturnPayee.objects.values_list("state", flat=True))) == (
            back.order_number,
            ["REFUSED", "WITHDRAWN"],
        )

    def test_neither_the_own_money_nor_a_relative_s(self, desk: Desk, member: Member, inspector: User) -> None:
        back, when = back_of(Payer(**ALI), desk, member), {"on": DAY, "at": LATER}
        said = asked(PayeeBasis.HEIR, HEIR, died_on=DAY)
        given = {"identity_kind": IdentityKind.MYKAD, "reason": "x", "named_by": inspector, "named_at": LATER}
        for whose in (member.identity_number, ALI["identity"], HEIR.identity):
            OfficerIdentity.objects.create(user=officer(f"awak{whose[-4:]}", Role.INSPECTOR), identity_number=whose, **given)
            refused("OWN_RECORD", propose, back, said, by=User.objects.get(user_id=f"awak{whose[-4:]}"), **when)
        declared = relatives.declare(kind=IdentityKind.MYKAD, number=HEIR.identity, relation=Relation.SIBLING, by=desk.supervisor, on=DAY)
        refused("RELATIVE", propose, back, said, by=desk.supervisor, **when)

        found = propose(back, said, by=inspector, **when)
        refused("RELATIVE", approve, found, by=desk.supervisor, **when)
        assert return_payees.allowed(found=found, by=desk.supervisor) == set()
        relatives.end(relative_id=declared.pk, reason="Tersalah nombor.", by=desk.supervisor, on=DAY)
        assert approve(found, by=desk.supervisor, **when).payout is not None


class TestAMember:
    """Another member paid, whom the register knows."""

    @pytest.fixture
    def payer(self) -> Member:
        return volunteering.member(name="SITI BINTI ALI")

    @pytest.fixture
    def back(self, desk: Desk, member: Member, payer: Member) -> VoluntaryReturn:
        return back_of(Payer(name=payer.name, member=payer), desk, member)

    def test_of_who_has_died_the_administrator_is_paid(self, desk: Desk, payer: Member, back: VoluntaryReturn, inspector: User) -> None:
        when: dict[str, Any] = {"on": DAY, "at": LATER}
        said = asked(PayeeBasis.ADMINISTRATOR, Payer(name=HEIR.name, identity=HEIR.identity, phone=HEIR.phone, **{**OTHER, "holder": HEIR.name}))
        refused("NOT_DEAD", propose, back, said, by=inspector, **when)
        Member.objects.filter(pk=payer.pk).update(died_on=ON)
        assert voluntary_money.order_waiting(**when) == 0
        refused("DIED", propose, back, asked(), by=inspector, **when)
        assert PaymentMatter.objects.filter(closed_on=None).count() == 1

        found = propose(back, said, by=inspector, **when)
        assert (found.died_on, found.death_paper is not None) == (ON, True)
        approve(found, by=desk.supervisor, **when)

        payout = Payout.objects.get()
        assert (str(payout.holder), payout.amount, payout.ending) == (HEIR.name, 90, "0000")
        assert [(one.code, one.figures["ending"]) for one in Message.objects.all()] == [("RETURN_HEIR_ACCOUNT", "0000")]
        assert PaymentMatter.objects.filter(closed_on=None).count() == 0, "answered"
        assert not Notice.objects.filter(whose_id=payer.pk, code__startswith="VOLUNTARY_RETURN_ORDER").exists()

    def test_who_came_to_life_again_is_not_paid_to_another(self, desk: Desk, payer: Member, back: VoluntaryReturn, inspector: User) -> None:
        Member.objects.filter(pk=payer.pk).update(died_on=ON)
        found = propose(back, asked(PayeeBasis.NOMINEE, HEIR), by=inspector, on=DAY, at=LATER)
        Member.objects.filter(pk=payer.pk).update(identity_number=HEIR.identity)

        refused("THE_DEAD", approve, found, by=desk.supervisor, on=DAY, at=LATER)
        assert not Payout.objects.exists()

    def test_who_lives_and_has_no_account_is_paid_by_order_in_the_own_name(
        self, desk: Desk, payer: Member, back: VoluntaryReturn, inspector: User
    ) -> None:
        when: dict[str, Any] = {"on": DAY, "at": LATER}
        refused("MEMBER_ACCOUNT", propose, back, asked(payee=Payer(name="", **OTHER)), by=inspector, **when)
        found = propose(back, asked(), by=inspector, **when)
        good = {"state": "CURRENT", "match": "FULL", "holder": payer.name, "since": LATER, "asked_at": LATER, "due_at": LATER}
        good |= {"bank": BANK, "number": NUMBER, "ending": NUMBER[-4:], "cooling_until": LATER + timedelta(days=1)}
        theirs = BankAccount.objects.create(member=payer, **good)
        refused("COOLING", approve, found, by=desk.supervisor, **when)
        when = {"on": DAY + timedelta(days=1), "at": LATER + timedelta(days=1)}
        refused("HAS_ACCOUNT", approve, found, by=desk.supervisor, **when)
        BankAccount.objects.filter(pk=theirs.pk).update(state="REPLACED", ended_at=when["at"])
        approve(found, by=desk.supervisor, **when)

        payout = Payout.objects.get()
        assert (payout.bank, str(payout.account), str(payout.holder)) == (payouts.ORDER_BANK, found.order_number, payer.name)
        told = Notice.objects.get(whose_id=payer.pk, code="VOLUNTARY_RETURN_ORDER")
        assert told.figures["order"] == found.order_number
        me = signed_in(volunteering.user_of(payer))
        page = text_of(me.get(f"/member/voluntary/payments/{back.payment.order_no}/"))
        assert [f"Arahan Bayaran {found.order_number}" in page, "menunggu akaun bank anda" in page] == [True, False]

    def test_postgresql_holds_it(self, desk: Desk, payer: Member, back: VoluntaryReturn, inspector: User) -> None:
        found = propose(back, asked(), by=inspector, on=DAY, at=LATER)
        good = {"returned": back, "name": "A", "identity": "1", "reason": "x", "document": found.document, "proposed_by": inspector}
        good |= {"proposed_on": DAY}
        ReturnPayee.objects.filter(pk=found.pk).update(state="WITHDRAWN")
        for wrong in (
            {"basis": "PAYER", "bank": BANK, "account": NUMBER, "ending": "6789", "holder": "A"},
            {"basis": "HEIR", "died_on": ON, "death_paper": found.document},
        ):
            with pytest.raises(IntegrityError, match="of money that waits"), transaction.atomic():
                ReturnPayee.objects.create(**{**good, **wrong})
        with pytest.raises(IntegrityError, match="return_payee_is_final"), transaction.atomic():
            ReturnPayee.objects.filter(pk=found.pk).update(state="PROPOSED")
        again = propose(back, asked(), by=inspector, on=DAY, at=LATER)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            ReturnPayee.objects.filter(pk=again.pk).update(name="LAIN")

        def post_with_another_s() -> None:
            alien = test_constraints.payout(kind="VOLUNTARY", ref=back.pk + 1, amount=back.amount)
            ReturnPayee.objects.filter(pk=again.pk).update(state="POSTED", payout=alien, decided_by=desk.supervisor, decided_on=DAY)

        with pytest.raises(IntegrityError, match="expected its own"), transaction.atomic():
            post_with_another_s()


@pytest.mark.django_db(transaction=True)
def test_officers_at_once_propose_one_and_pay_it_once(member: Member) -> None:
    """Four clicks of two officers on either act, while the programme of the day looks for what may go."""
    desk, inspector = Desk(officer("kaunter7", Role.COUNTER_OFFICER), officer("penyelia7", Role.SUPERVISOR)), officer("pemeriksa7", Role.INSPECTOR)
    third, back = officer("pemeriksa8", Role.INSPECTOR), back_of(Payer(**ALI), desk, member)

    def proposes(number: int) -> str:
        try:
            said = asked(payee=Payer(**ALI, **OTHER))
            return str(propose(back, said, by=(inspector, desk.supervisor)[number % 2], on=DAY, at=LATER).pk)
        except return_payees.NotAllowed as error:
            return error.code

    outcomes = at_once(4, proposes)
    found = ReturnPayee.objects.get()
    assert sorted(outcomes) == sorted([str(found.pk)] * 2 + ["ANOTHER_WAITS"] * 2)

    def approves(number: int) -> str:
        if number == 0:
            return str(voluntary_money.order_waiting(on=DAY, at=LATER))
        try:
            return str(approve(found, by=third, on=DAY, at=LATER).state)
        except return_payees.NotAllowed as error:
            return error.code

    assert sorted(at_once(4, approves)) == ["0", "POSTED", "WRONG_STATE", "WRONG_STATE"]
    assert Payout.objects.get().ending == "0000"
    assert Message.objects.exclude(code=CLEARED).count() == 1
    assert AuditEvent.objects.filter(action="voluntary.return_payee.approve", refused=True).count() == 2
    assert invariants.broken() == []


class TestPages:
    @pytest.fixture(autouse=True)
    def _today(self) -> Iterator[None]:
        before = clock.use_source(lambda: DAY)
        yield
        clock.use_source(before)

    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_from_the_matter_to_the_payout(self, desk: Desk, member: Member, prefix: str) -> None:
        payer = volunteering.member(name="SITI BINTI ALI")
        back = back_of(Payer(name=payer.name, member=payer), desk, member)
        Member.objects.filter(pk=payer.pk).update(died_on=ON)
        voluntary_money.order_waiting(on=DAY, at=LATER)
        first, second = (as_officer(officer(name, role), prefix) for name, role in (("penyelia8", Role.SUPERVISOR), ("pemeriksa8", Role.INSPECTOR)))
        new = f"{LIST}new/{back.pk}/"
        matter = PaymentMatter.objects.get(closed_on=None)
        assert new in first.get(f"/staff/payments/{matter.pk}/").content.decode()
        assert back.payment.order_no in text_of(first.get(LIST))
        assert first.get(f"{LIST}?order_no={back.payment.order_no.lower()}")["Location"] == prefix + new
        assert first.get(f"{LIST}?order_no=TIADA1").status_code == 422
        said = {"basis": "ADMINISTRATOR", "name": HEIR.name, "identity": "900202-10-5566", "phone": "012-987 6543"}
        said |= {"reason": "Surat kuasa mentadbir.", "bank": BANK, "account": "1141 2345 0000", "token": self.token(first, new)}

        for more in ({"document": paper()}, {"death_paper": paper()}, {"document": paper(), "death_paper": paper(), "account": ""}):
            assert first.post(new, **{**said, **more}).status_code == 422, more
        bank_names.NEXT[:] = [bank_names.of("CHONG AH KAU"), "TIMEOUT", bank_names.of(HEIR.name)]
        for _wrong in range(2):
            assert first.post(new, **said, document=paper(), death_paper=paper()).status_code == 422
        made = first.post(new, **said, document=paper(), death_paper=paper())["Location"].removeprefix(prefix)
        page = text_of(first.get(made))
        for words in (payer.name, payer.number, HEIR.name, "•••• 0000", "90.00", "Surat kuasa mentadbir."):
            assert words in page, words
        assert HEIR.identity not in page
        assert "href" in second.get(new).content.decode()
        assert second.get(made + "document/").status_code == second.get(made + "death-certificate/").status_code == 200

        decide = made + "decide/"
        assert first.post(decide, action="approve").status_code == 403
        assert second.post(decide, action="refuse", comment=" ").status_code == 422
        assert any("90.00" in action for action in actions_of(second.get(made)))
        assert second.post(decide, action="approve").status_code == 302
        assert second.post(decide, action="approve").status_code == 302, "a second click"
        assert first.post(decide, action="withdraw").status_code == 409, "the colleague has decided"
        assert (Payout.objects.count(), str(Payout.objects.get().holder)) == (1, HEIR.name)
        assert second.get(new).status_code == 200
        assert second.post(new, **said, document=paper(), death_paper=paper()).status_code in (409, 422)
        assert Payout.objects.count() == 1

    def token(self, me: Person, new: str) -> str:
        return me.get(new).content.decode().split('name="token" value="')[1].split('"')[0]

    def test_a_stranger_and_a_living_member_have_their_own_forms(self, desk: Desk, member: Member) -> None:
        me = as_officer(officer("penyelia8", Role.SUPERVISOR))
        back = back_of(Payer(**ALI), desk, member)
        new = f"{LIST}new/{back.pk}/"
        page = me.get(new).content.decode()
        assert ['value="ALI BIN ABU"' in page, 'name="died_on"' in page, 'value="PAYER"' in page, 'value="HEIR"' in page] == [True] * 4
        said = {"token": self.token(me, new), "basis": "HEIR", "name": HEIR.name, "identity": HEIR.identity, "reason": "x", "document": paper()}
        answer = me.post(new, **said)
        assert (answer.status_code, "Masukkan tarikh pada sijil kematian" in text_of(answer)) == (422, True)
        assert "Lampirkan sijil kematian pembayar" in text_of(answer)
        assert me.post(new, **{**said, "basis": "PAYER", "document": paper(), "identity": "12"}).status_code == 422
        assert me.post(new, **{**said, "basis": "PAYER", "document": paper()}).status_code == 302
        assert "Arahan Bayaran" in text_of(me.get(f"{LIST}{ReturnPayee.objects.get().pk}/"))
