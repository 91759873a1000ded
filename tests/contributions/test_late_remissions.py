"""KWSP remits a late payment charge wholly or in part: an officer puts it forward, a supervisor who is another decides, and the reason is kept."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.enums import DueKind, RemissionState
from contributions.models import Filing, LateCharge, LateRemission
from contributions.selectors import late_dues
from contributions.services import late_remissions
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import codes
from kwsp_portal.notify.models import Notice
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import invariants
from tests.contributions import paying
from tests.contributions.conftest import Office
from tests.contributions.crediting import standing
from tests.contributions.pages import text_of
from tests.contributions.paying import Bank
from tests.contributions.test_late_charges import day, paid, run
from tests.contributions.test_late_paying import BOTH, LATE, at, dues, pay
from tests.contributions.test_pages_corrections import as_officer, officer
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Banjir di Kelantan, pejabat ditutup"


@pytest.fixture
def charge(office: Office, bank: Bank) -> LateCharge:
    """RM14 for October, posted and unpaid."""
    paid(office.approved(), office, bank, LATE)
    run(LATE)
    return LateCharge.objects.get()


@pytest.fixture
def inspector() -> User:
    return officer("pemeriksa07", Role.INSPECTOR)


@pytest.fixture
def supervisor() -> User:
    return officer("penyelia07", Role.SUPERVISOR)


def propose(charge: LateCharge, by: User, amount: str = "4.00", reason: str = REASON) -> LateRemission:
    return late_remissions.propose(charge_id=charge.pk, amount=Decimal(amount), reason=reason, by=by, on=LATE)


def decide(found: LateRemission, by: User, *, approved: bool = True, comment: str = "Setuju") -> LateRemission:
    return late_remissions.decide(remission_id=found.pk, approved=approved, comment=comment, by=by, on=LATE)


def sound() -> None:
    assert invariants.broken() == []


def test_in_part_and_the_rest_is_still_owed(office: Office, charge: LateCharge, inspector: User, supervisor: User) -> None:
    found = decide(propose(charge, inspector), supervisor)

    assert (found.state, found.reason, found.comment) == (RemissionState.APPROVED, REASON, "Setuju")
    assert (standing()["LATE_CHARGE"], standing()["LATE_CHARGE_INCOME"]) == (-1_000, 1_000)
    filing = Filing.objects.get()
    assert dues(filing, LATE)[0] == (DueKind.CHARGE, Decimal("10.00"))
    (month,) = late_dues.charged_of(employer=office.employer)
    assert (month.charge, month.remitted, month.left) == (Decimal("14.00"), Decimal("4.00"), Decimal("17.57"))
    told = Notice.objects.get(code="LATE_REMITTED")
    assert (told.figures["amount"], told.figures["left"], told.figures["reason"]) == ("4.00", "10.00", REASON)
    assert AuditEvent.objects.filter(action="late.remission.decide", refused=False).count() == 1
    sound()


def test_wholly_and_nothing_is_left_but_the_members_dividend(charge: LateCharge, inspector: User, supervisor: User) -> None:
    decide(propose(charge, inspector, "14.00"), supervisor)

    assert dues(Filing.objects.get(), LATE) == [(DueKind.DIVIDEND, Decimal("7.57"))]
    assert standing()["LATE_CHARGE"] == 0
    sound()


def test_what_is_refused_or_withdrawn_changes_nothing_and_another_may_be_put_forward(charge: LateCharge, inspector: User, supervisor: User) -> None:
    decide(propose(charge, inspector), supervisor, approved=False, comment="Tiada bukti")
    late_remissions.withdraw(remission_id=propose(charge, inspector).pk, comment="Tersilap", by=inspector, on=LATE)
    propose(charge, inspector)

    assert standing()["LATE_CHARGE"] == -1_400
    states = [RemissionState.REFUSED, RemissionState.WITHDRAWN, RemissionState.PROPOSED]
    assert list(LateRemission.objects.values_list("state", flat=True)) == states
    sound()


@pytest.mark.parametrize(
    ("amount", "reason", "code"),
    [("14.01", REASON, "AMOUNT"), ("0.00", REASON, "AMOUNT"), ("-1.00", REASON, "AMOUNT"), ("4.00", "  ", "REASON_MISSING")],
)
def test_what_cannot_be_remitted_is_refused_and_it_is_kept(charge: LateCharge, inspector: User, amount: str, reason: str, code: str) -> None:
    with pytest.raises(late_remissions.NotAllowed, match=code):
        propose(charge, inspector, amount, reason)

    assert not LateRemission.objects.exists()
    assert AuditEvent.objects.filter(action="late.remission.propose", refused=True).count() == 1


def test_who_may_do_what(office: Office, charge: LateCharge, inspector: User, supervisor: User) -> None:
    for nobody in (office.checker, UserFactory(counter_officer=True)):
        with pytest.raises(late_remissions.NotAllowed, match="NO_RIGHT"):
            propose(charge, nobody)  # type: ignore[arg-type]
    found = propose(charge, supervisor)
    with pytest.raises(late_remissions.NotAllowed, match="PROPOSED_ALREADY"):
        propose(charge, inspector)
    for by, code in ((supervisor, "OWN_WORK"), (inspector, "NO_RIGHT")):
        with pytest.raises(late_remissions.NotAllowed, match=code):
            decide(found, by)
    other: User = UserFactory(supervisor=True)  # type: ignore[assignment]
    with pytest.raises(late_remissions.NotAllowed, match="REASON_MISSING"):
        decide(found, other, comment=" ")
    with pytest.raises(late_remissions.NotAllowed, match="NO_RIGHT"):
        late_remissions.withdraw(remission_id=found.pk, comment="x", by=other, on=LATE)
    decide(found, other)
    with pytest.raises(late_remissions.NotAllowed, match="WRONG_STATE"):
        decide(found, other)


def test_what_was_paid_meanwhile_is_not_remitted(office: Office, bank: Bank, charge: LateCharge, inspector: User, supervisor: User) -> None:
    found = propose(charge, inspector)
    order = paying.start(Filing.objects.get(), office.checker, at(LATE), late=BOTH)

    with pytest.raises(late_remissions.NotAllowed, match="AMOUNT"):
        decide(found, supervisor)
    paying.deliver(bank.ac(order, codes.INSUFFICIENT), at=at(LATE))
    decide(found, supervisor)
    assert pay(Filing.objects.get(), office, bank, LATE, [DueKind.CHARGE]).amount == Decimal("10.00")
    sound()


def test_a_late_00_of_a_payment_from_before_is_the_payers_credit(
    office: Office, bank: Bank, charge: LateCharge, inspector: User, supervisor: User
) -> None:
    order = paying.start(Filing.objects.get(), office.checker, at(LATE), late=[DueKind.CHARGE])
    paying.deliver(bank.ac(order, codes.INSUFFICIENT), at=at(LATE))
    decide(propose(charge, inspector), supervisor)

    paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=at(LATE)), at=at(LATE))

    assert standing()["CREDIT"] == 1_400
    sound()


def test_it_falls_with_its_charge(office: Office, bank: Bank, inspector: User, supervisor: User) -> None:
    filing = office.approved()
    first = paying.start(filing, office.checker, at(day(11, 14)))
    paying.deliver(bank.ac(first, codes.INSUFFICIENT), at=at(day(11, 14)))
    paid(filing, office, bank, day(11, 20))
    run(day(11, 20))
    decide(propose(LateCharge.objects.get(), inspector), supervisor)

    paying.deliver(bank.ac(first, codes.APPROVED, fpx_txn_time=at(day(11, 14))), at=at(day(11, 21)))
    run(LATE)

    assert LateRemission.objects.get().reversed_on is not None
    assert (standing()["LATE_CHARGE"], standing()["LATE_CHARGE_INCOME"]) == (0, 0)
    sound()


class TestHeldByPostgres:
    def change(self, statement: str) -> None:
        with pytest.raises(IntegrityError, match="late_remission"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_a_decision_stands(self, charge: LateCharge, inspector: User, supervisor: User) -> None:
        decide(propose(charge, inspector), supervisor)

        self.change("UPDATE contributions_lateremission SET state = 'REFUSED'")
        self.change("UPDATE contributions_lateremission SET comment = 'x'")

    def test_nobody_decides_the_own(self, charge: LateCharge, inspector: User) -> None:
        propose(charge, inspector)

        self.change(
            "UPDATE contributions_lateremission SET state = 'APPROVED', decided_by_id = proposed_by_id, decided_on = proposed_on, comment = 'x'"
        )


class TestPages:
    def test_put_forward_and_approved_by_another(self, charge: LateCharge, inspector: User, supervisor: User) -> None:
        person, boss = as_officer(inspector), as_officer(supervisor)
        address = f"/staff/late-charges/{charge.pk}/"
        assert address in person.get("/staff/late-charges/").content.decode()

        assert person.post(f"{address}decide/", action="propose", amount="15", reason=REASON).status_code == 422
        assert person.post(f"{address}decide/", action="propose", amount="4", reason="").status_code == 422
        for amount, status in (("RM 4.00", 302), ("4", 302), ("5", 409)):
            assert person.post(f"{address}decide/", action="propose", amount=amount, reason=REASON).status_code == status, (
                "the second is a second click"
            )
        seen = LateRemission.objects.get()
        page = boss.get(address)
        assert REASON in text_of(page)
        assert 'value="approve"' in page.content.decode()
        assert 'value="approve"' not in person.get(address).content.decode()
        assert f'name="remission" value="{seen.pk}"' in page.content.decode()
        for wrong, status in ((None, 400), ("satu", 400), (seen.pk + 1, 404)):
            given = {} if wrong is None else {"remission": wrong}
            assert boss.post(f"{address}decide/", action="approve", comment="Setuju", **given).status_code == status

        for person_, status in ((boss, 302), (boss, 302), (as_officer(officer("penyelia08", Role.SUPERVISOR)), 409)):
            assert person_.post(f"{address}decide/", action="approve", comment="Setuju", remission=seen.pk).status_code == status, "decided once"
        assert boss.post(f"{address}decide/", action="approve", comment="Sebab lain", remission=seen.pk).status_code == 409, "not what was kept"

        assert standing()["LATE_CHARGE"] == -1_000
        assert "10.00" in text_of(boss.get("/staff/late-charges/"))

    def test_what_is_approved_is_what_was_seen(self, charge: LateCharge, inspector: User, supervisor: User) -> None:
        """RM4 was on the page; while the supervisor reads it is withdrawn, and RM14 put forward."""
        address, seen = f"/staff/late-charges/{charge.pk}/decide/", propose(charge, inspector)
        late_remissions.withdraw(remission_id=seen.pk, comment="Tersilap", by=inspector, on=LATE)
        propose(charge, inspector, "14.00")

        answer = as_officer(supervisor).post(address, action="approve", comment="Setuju", remission=seen.pk)

        assert answer.status_code == 409
        assert standing()["LATE_CHARGE"] == -1_400
        sound()

    def test_nothing_to_show(self, supervisor: User) -> None:
        assert "Tiada caj lewat bayar" in text_of(as_officer(supervisor).get("/staff/late-charges/"))
