"""Officers decide: who has a case, what is asked for, recommended, approved or refused; and who may not."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kwsp_portal.notify.models import Notice
from members.enums import IdentityKind
from members.identity.models import User
from members.ledger import balances
from members.ledger.enums import HolderKind
from members.models import OfficerIdentity
from tests.factories import withdrawals as make
from tests.factories.identity import UserFactory
from tests.withdrawals.sound import unsound
from withdrawals.enums import Action, DecisionPoint, DocumentCode, Relation, State
from withdrawals.models import Application
from withdrawals.services import deciding, holding, judging, moves, relatives
from withdrawals.services.moves import NotAllowed

pytestmark = pytest.mark.django_db
ON = make.ON


@pytest.fixture
def one() -> User:
    return make.officer()


@pytest.fixture
def two() -> User:
    return make.officer()


def taken(by: User, **fields: Any) -> Application:
    found = make.handed_in(**fields)
    deciding.take(application_id=found.pk, by=by, on=ON)
    return fresh(found)


def fresh(found: Application) -> Application:
    return Application.objects.select_related("member").get(pk=found.pk)


def decide(act: str, found: Application, by: User, **more: Any) -> Application:
    more |= {"at": make.AT} if act == "approve" else {}
    return getattr(deciding, act)(application_id=found.pk, version=fresh(found).version, by=by, on=more.pop("on", ON), **more)  # type: ignore[no-any-return]


def refused_with(code: str, act: str, found: Application, by: User, **more: Any) -> None:
    before = fresh(found)
    with pytest.raises(NotAllowed) as error:
        decide(act, found, by, **more)
    assert error.value.code == code
    assert (fresh(found).state, fresh(found).version, fresh(found).holds) == (before.state, before.version, before.holds)


def held(found: Application) -> int:
    pots = {pot.code: pot for pot in balances.pots_of(HolderKind.MEMBER, found.member_id)}
    return sum(pot.held_sen for pot in pots.values())


def told(found: Application) -> list[str]:
    return list(Notice.objects.filter(whose="MEMBER", whose_id=found.member_id).order_by("pk").values_list("code", flat=True))


class TestWhoHasIt:
    def test_it_is_taken_put_back_and_taken_by_a_colleague(self, one: User, two: User) -> None:
        found = taken(one)
        assert (found.state, found.officer_id) == (State.IN_PROCESS, one.pk)
        version = found.version
        deciding.take(application_id=found.pk, by=one, on=ON)
        assert fresh(found).version == version, "the second click changes nothing"

        deciding.take(application_id=found.pk, by=two, on=ON)
        assert fresh(found).officer_id == two.pk
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            deciding.put_back(application_id=found.pk, by=one, on=ON)
        deciding.put_back(application_id=found.pk, by=two, on=ON)

        assert (fresh(found).state, fresh(found).officer_id) == (State.SUBMITTED, None)
        assert unsound() == []

    def test_nobody_else_decides_what_an_officer_has(self, one: User, two: User) -> None:
        found = taken(one)
        for act, more in (("approve", {}), ("refuse", {"comment": "Tidak lengkap"}), ("ask", {"comment": "Penyata bank"})):
            refused_with("NO_RIGHT", act, found, two, **more)
        refused_with("NO_RIGHT", "approve", found, found.member.user)  # type: ignore[arg-type]
        refused_with("NO_RIGHT", "approve", found, UserFactory(role="SUPERVISOR"))


class TestNobodyDecidesTheOwnOrARelatives:
    def test_the_own_record(self, one: User) -> None:
        found = make.handed_in()
        member, named = found.member, UserFactory(role="ADMINISTRATOR")
        identity = {"identity_kind": member.identity_kind, "identity_number": member.identity_number}
        OfficerIdentity.objects.create(user=one, reason="Daftar pegawai", named_by=named, named_at=make.AT, **identity)
        with pytest.raises(NotAllowed, match="OWN_CASE"):
            deciding.take(application_id=found.pk, by=one, on=ON)
        assert deciding.allowed(found, one) == frozenset()

    def test_an_officer_who_has_the_own_case_approves_nothing_alone_or_as_the_second(self, one: User, two: User) -> None:
        """Who they are became known after the case was theirs."""
        small, large = make.handed_in(), make.handed_in(make.saver(sejahtera="90000.00"), asked="60000.00")
        for found, by in ((small, one), (large, two)):
            deciding.take(application_id=found.pk, by=by, on=ON)
        large.refresh_from_db()
        assert deciding.approve(application_id=large.pk, version=large.version, by=two, on=ON, at=make.AT).state == State.SECOND
        for found, by in ((small, one), (large, make.officer())):
            identity = {"identity_kind": found.member.identity_kind, "identity_number": found.member.identity_number}
            OfficerIdentity.objects.create(user=by, reason="Daftar pegawai", named_by=UserFactory(role="ADMINISTRATOR"), named_at=make.AT, **identity)
            found.refresh_from_db()
            for act in (deciding.approve, deciding.refuse):
                asked: dict[str, Any] = {"application_id": found.pk, "version": found.version, "comment": "Sebab", "by": by, "on": ON}
                with pytest.raises(NotAllowed, match="OWN_CASE"):
                    act(**asked, **({"at": make.AT} if act is deciding.approve else {}))  # type: ignore[operator]
            found.refresh_from_db()
            assert found.approved is None

    def test_a_declared_relative_until_it_ends(self, one: User) -> None:
        found = taken(one)
        number = found.member.identity_number
        declared = relatives.declare(
            kind=IdentityKind.MYKAD, number=f"{number[:6]}-{number[6:8]}-{number[8:]}", relation=Relation.SIBLING, by=one, on=ON
        )
        assert relatives.declare(kind=IdentityKind.MYKAD, number=number, relation=Relation.SIBLING, by=one, on=ON) == declared
        refused_with("RELATIVE", "approve", found, one)
        refused_with("RELATIVE", "refuse", found, one, comment="Tidak")

        with pytest.raises(NotAllowed, match="REASON_MISSING"):
            relatives.end(relative_id=declared.pk, reason=" ", by=one, on=ON)
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            relatives.end(relative_id=declared.pk, reason="Tersalah nombor", by=make.officer(), on=ON)
        relatives.end(relative_id=declared.pk, reason="Tersalah nombor", by=one, on=ON)
        assert decide("approve", found, one).state == State.APPROVED

    @pytest.mark.parametrize(("number", "code"), [("12345", "NUMBER_FORM"), ("", "NUMBER_FORM"), ("90010114567A", "NUMBER_FORM")])
    def test_a_number_of_another_form(self, one: User, number: str, code: str) -> None:
        with pytest.raises(NotAllowed, match=code):
            relatives.declare(kind=IdentityKind.MYKAD, number=number, relation=Relation.OTHER, by=one, on=ON)

    def test_only_officers_of_withdrawals_declare(self) -> None:
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            relatives.declare(kind=IdentityKind.MYKAD, number="900101145678", relation=Relation.OTHER, by=UserFactory(role="INSPECTOR"), on=ON)


class TestDocuments:
    def test_the_clock_stands_still_while_they_are_asked_for(self, one: User) -> None:
        found = taken(one)
        due = found.due_on
        decide("ask", found, one, comment="Penyata bank tiga bulan", papers=[DocumentCode.BANK])
        found = fresh(found)
        assert (found.state, found.waiting_since) == (State.DOCUMENTS, ON)
        assert told(found)[-1] == "WITHDRAWAL_DOCUMENTS"
        assert due == date(2026, 11, 17)
        refused_with("WRONG_STATE", "approve", found, one)

    def test_words_are_needed(self, one: User) -> None:
        found = taken(one)
        refused_with("REASON_MISSING", "ask", found, one, comment="  ")
        refused_with("REASON_MISSING", "refuse", found, one, comment="")


class TestOneOfficer:
    def test_approves_what_is_within_the_limit(self, one: User) -> None:
        found = taken(one)
        decide("approve", found, one)
        found = fresh(found)
        assert (found.state, found.approved, found.decided_by_id, held(found)) == (State.APPROVED, Decimal("1000.00"), one.pk, 1000_00)
        assert list(found.decisions.values_list("point", flat=True)) == [DecisionPoint.SUBMITTED, DecisionPoint.DECIDED]
        assert told(found) == ["WITHDRAWAL_APPROVED"]
        assert unsound() == []

    def test_less_is_approved_with_a_reason_and_the_rest_is_free(self, one: User) -> None:
        found = taken(one)
        refused_with("REASON_MISSING", "approve", found, one, amount=Decimal("600.00"))
        decide("approve", found, one, amount=Decimal("600.00"), comment="Sebahagian sahaja seperti surat anda")
        assert (fresh(found).approved, held(found)) == (Decimal("600.00"), 600_00)
        assert told(found) == ["WITHDRAWAL_APPROVED_LESS"]
        assert unsound() == []

    @pytest.mark.parametrize("amount", ["1000.01", "0", "-1", "10.005"])
    def test_never_more_than_asked_nor_half_a_sen(self, one: User, amount: str) -> None:
        refused_with("AMOUNT", "approve", taken(one), one, amount=Decimal(amount), comment="x")

    def test_refuses_with_words_and_the_money_is_free(self, one: User) -> None:
        found = taken(one)
        decide("refuse", found, one, comment="Nama dalam akaun bank berbeza.")
        found = fresh(found)
        assert (found.state, found.holds, held(found), found.approved) == (State.REFUSED, [], 0, None)
        assert Notice.objects.get(code="WITHDRAWAL_REFUSED").figures["comment"] == "Nama dalam akaun bank berbeza."
        assert unsound() == []

    def test_a_case_that_changed_meanwhile_is_looked_at_again(self, one: User) -> None:
        found = taken(one)
        deciding.put_back(application_id=found.pk, by=one, on=ON)
        deciding.take(application_id=found.pk, by=one, on=ON)
        with pytest.raises(NotAllowed, match="CHANGED"):
            deciding.approve(application_id=found.pk, version=found.version, by=one, on=ON, at=make.AT)
        assert fresh(found).state == State.IN_PROCESS

    def test_what_the_rules_stand_against_is_not_approved(self, one: User) -> None:
        found = taken(one)
        type(found.member).objects.filter(pk=found.member_id).update(died_on=ON - timedelta(days=1))
        refused_with("NOT_MET", "approve", found, one)


class TestTwoOfficers:
    @pytest.fixture
    def large(self, one: User) -> Application:
        return taken(one, member=make.saver(sejahtera="90000.00"), asked="50000.01")

    def test_the_limit_itself_is_one_officers(self, one: User) -> None:
        found = taken(one, member=make.saver(sejahtera="90000.00"), asked="50000.00")
        assert decide("approve", found, one).state == State.APPROVED

    def test_above_it_the_first_recommends_and_a_second_approves(self, one: User, two: User, large: Application) -> None:
        decide("approve", large, one, comment="Lengkap")
        large = fresh(large)
        assert (large.state, large.first_officer_id, large.approved) == (State.SECOND, one.pk, None)
        assert told(large) == []
        refused_with("OWN_WORK", "approve", large, one)
        refused_with("OWN_WORK", "refuse", large, one, comment="x")
        decide("approve", large, two)
        large = fresh(large)
        assert (large.state, large.decided_by_id, large.approved) == (State.APPROVED, two.pk, Decimal("50000.01"))
        assert unsound() == []

    def test_the_second_sends_it_back_and_the_first_may_then_approve_less(self, one: User, two: User, large: Application) -> None:
        decide("approve", large, one)
        decide("send_back", large, two, comment="Semak penyata bank sekali lagi")
        assert (fresh(large).state, fresh(large).first_officer_id, fresh(large).officer_id) == (State.IN_PROCESS, None, one.pk)
        decide("approve", large, one, amount=Decimal("100.00"), comment="Baki penyata hanya RM100")
        assert (fresh(large).state, fresh(large).approved) == (State.APPROVED, Decimal("100.00"))

    def test_the_second_refuses(self, one: User, two: User, large: Application) -> None:
        decide("approve", large, one)
        decide("refuse", large, two, comment="Dokumen palsu.")
        assert (fresh(large).state, held(large)) == (State.REFUSED, 0)


class TestAppeal:
    def test_it_goes_to_another_officer(self, one: User, two: User) -> None:
        found = taken(one)
        decide("refuse", found, one, comment="Tidak lengkap.")
        appealed(fresh(found))
        with pytest.raises(NotAllowed, match="DECIDED_BEFORE"):
            deciding.take(application_id=found.pk, by=one, on=ON)
        assert Action.TAKE not in deciding.allowed(fresh(found), one)
        deciding.take(application_id=found.pk, by=two, on=ON)
        assert decide("approve", found, two).state == State.APPROVED


def appealed(found: Application) -> None:
    """As applying.appeal leaves it."""
    found = moves.locked(found.pk)
    _facts, result = judging.judge(found, on=ON)
    found.holds = holding.hold(found, result.charges, on=ON)
    found.officer = found.first_officer = found.decided_by = found.decided_on = found.approved = None
    found.appeals += 1
    moves.move(found, Action.APPEAL, found.member.user, on=ON, comment="Saya hantar penyata baharu.")
