"""A monthly instalment that the bank has changed while the payments run: the member applies with the new statement, an officer decides it, and its
approval ends the running payments and holds what the new ones come to. No month is paid twice, and joint borrowers never come to more than the
loan's."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Notice
from members.enums import PayoutState
from members.identity.models import User
from members.models import Member
from tests.contributions.pages import signed_in
from tests.factories import withdrawals as make
from tests.withdrawals.people import AT, code_for, with_papers
from tests.withdrawals.sound import unsound
from tests.withdrawals.test_recurring import TestTheRealKinds, bank_pays, pot, run, states
from tests.withdrawals.test_renewing import at, fresh
from withdrawals.enums import Action, Channel, KindCode, State
from withdrawals.models import Application, ApplicationLog
from withdrawals.services import afterwards, applying, deciding, drafts, moves, paying
from withdrawals.services.drafts import Said
from withdrawals.views import words

pytestmark = pytest.mark.django_db
KIND = KindCode.HOUSE_INSTALMENT
LOAN = TestTheRealKinds.LOAN
ON, FIRST, SECOND = make.ON, date(2026, 11, 25), date(2026, 12, 25)
LATER = date(2026, 12, 1)
NEW = {"statement_on": "2026-11-28", "changed_on": "2026-11-15", "instalment": "1000.00", "balance": "89000.00", "monthly": "700.00", "months": 8}


def saver() -> Member:
    return make.saver(birth_date=date(1990, 1, 1))


def running(*members: Member, **more: Any) -> Application:
    """RM500 a month for six months, of which the first is paid; of the first of these."""
    plans = [make.approved(member, kind=KIND, asked="3000.00", particulars={**LOAN, **more}) for member in members]
    for found in plans:
        paying.process(application_id=found.pk, on=ON, at=AT)
    run(FIRST)
    bank_pays(FIRST)
    assert [states(found) for found in plans] == [["PAID", *["PLANNED"] * 5]] * len(plans)
    return fresh(plans[0])


def change(member: Member, *, on: date = LATER, asked: str = "5600.00", **more: Any) -> Application:
    """Handed in by the member under a code, with the new statement."""
    by = member.user
    assert by is not None
    found = drafts.begin(member=member, kind=KIND, by=by, on=on)
    told = {**{name: LOAN[name] for name in ("refinanced", "loan_ends_on", "paying")}, **NEW, **more}
    found = drafts.say(application_id=found.pk, version=found.version, said=Said(answers=told, asked=Decimal(asked)), by=by)
    with_papers(found, on=on)
    return applying.submit(application_id=found.pk, version=found.version, approval=code_for(found), by=by, on=on, at=AT)


def approve(found: Application, by: User, *, on: date = LATER, version: int | None = None) -> Application:
    seen = fresh(found).version if version is None else version
    return deciding.approve(application_id=found.pk, version=seen, by=by, on=on, at=at(on))


def test_its_approval_ends_the_running_payments_and_holds_what_the_new_ones_come_to() -> None:
    member, officer = saver(), make.officer()
    old = running(member)
    before, held = pot(old)
    assert held == 2_500_00

    new = change(member)

    assert (new.state, new.holds, pot(old)) == (State.SUBMITTED, [], (before, held)), "the running ones go on until it is decided"
    assert new.particulars["title"] == LOAN["title"], "what stays is there already"
    run(LATER)
    assert fresh(old).state == State.ACTIVE
    deciding.take(application_id=new.pk, by=officer, on=LATER)
    with pytest.raises(moves.NotAllowed, match="CHANGED"):
        approve(new, officer, version=0)
    approve(new, officer)
    with pytest.raises(moves.NotAllowed, match="WRONG_STATE"):
        approve(new, officer)

    old = fresh(old)
    assert (old.state, old.paid, old.holds, states(old)) == (State.CANCELLED, Decimal("500.00"), [], ["PAID", *["CANCELLED"] * 5])
    assert pot(old) == (before, 5_600_00)
    assert old.log.get(action=Action.GIVE_WAY).note == new.number
    told = Notice.objects.get(code="WITHDRAWAL_REPLACED")
    assert (told.whose_id, told.figures["paid"], told.figures["by_number"]) == (member.pk, "500.00", new.number)
    event = AuditEvent.objects.get(action="withdrawal.give_way", refused=False)
    assert (event.data["before"]["state"], event.data["after"]["state"]) == ("ACTIVE", "CANCELLED")
    paying.process(application_id=new.pk, on=LATER, at=at(LATER))
    assert [(one.due_on, one.amount) for one in new.payments.order_by("place")][:2] == [
        (SECOND, Decimal("700.00")),
        (date(2027, 1, 25), Decimal("700.00")),
    ]
    run(SECOND)
    bank_pays(SECOND)
    assert fresh(new).paid == Decimal("700.00")
    assert unsound() == []


def test_what_the_bank_has_not_answered_for_ends_first_and_no_month_is_paid_twice() -> None:
    member, officer = saver(), make.officer()
    old = running(member)
    new = change(member, on=SECOND, asked="5600.00", statement_on="2026-12-20")
    deciding.take(application_id=new.pk, by=officer, on=SECOND)
    run(SECOND)
    with pytest.raises(moves.NotAllowed, match="ON_ITS_WAY"):
        approve(new, officer, on=SECOND)
    assert (fresh(old).state, fresh(new).state) == (State.ACTIVE, State.IN_PROCESS)
    bank_pays(SECOND)

    approve(new, officer, on=SECOND)
    paying.process(application_id=new.pk, on=SECOND, at=at(SECOND))

    assert new.payments.earliest("place").due_on == date(2027, 1, 25), "December is paid already"
    assert unsound() == []


def test_a_payment_that_came_back_is_held_by_the_new_ones_and_a_change_that_is_refused_leaves_the_old() -> None:
    member, officer = saver(), make.officer()
    old = running(member)
    run(SECOND)
    bank_pays(SECOND, ends=PayoutState.RETURNED)
    assert states(old)[1] == "RETURNED"
    new = change(member, on=SECOND, statement_on="2026-12-20")
    deciding.take(application_id=new.pk, by=officer, on=SECOND)
    deciding.refuse(application_id=new.pk, version=fresh(new).version, comment="Penyata itu tidak lengkap", by=officer, on=SECOND)
    assert (fresh(old).state, pot(old)[1]) == (State.ACTIVE, 2_500_00)

    again = change(member, on=SECOND, statement_on="2026-12-21")
    with pytest.raises(applying.NotEligible, match="INSTALMENT_RUNNING"):
        change(member, on=SECOND, statement_on="2026-12-21")
    deciding.take(application_id=again.pk, by=officer, on=SECOND)
    approve(again, officer, on=SECOND)
    assert (fresh(old).state, states(old)[1], pot(old)[1]) == (State.CANCELLED, "CANCELLED", 5_600_00)
    assert unsound() == []


def test_joint_borrowers_never_come_to_more_than_the_new_instalment() -> None:
    one, other, officer = saver(), saver(), make.officer()
    running(one, other, together="SPOUSE", other_name="SITI")
    with pytest.raises(applying.NotEligible, match="MONTHLY_ABOVE"):
        change(one, asked="4008.00", monthly="501.00")  # RM1,000 now, of which the other has RM500
    new = change(one, asked="2400.00", monthly="300.00")
    with pytest.raises(applying.NotEligible, match="MONTHLY_ABOVE"):
        change(other, asked="4800.00", monthly="600.00")  # the first's RM500 still runs
    deciding.take(application_id=new.pk, by=officer, on=LATER)
    approve(new, officer)
    second = change(other, asked="5600.00", monthly="700.00")
    deciding.take(application_id=second.pk, by=officer, on=LATER)
    assert approve(second, officer).approved == Decimal("5600.00")
    assert unsound() == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"changed_on": None}, "INSTALMENT_RUNNING"),
        ({"changed_on": "2026-11-01"}, "INSTALMENT_RUNNING"),
        ({"changed_on": "2026-11-29"}, "CHANGE_NOT_STATED"),
        ({"title": "GRN 99999"}, "INSTALMENT_HOUSE"),
    ],
)
def test_what_the_bank_has_not_changed_since_is_not_changed(more: dict[str, Any], code: str) -> None:
    member = saver()
    old = running(member)
    with pytest.raises(applying.NotEligible, match=code):
        change(member, **more)
    assert fresh(old).state == State.ACTIVE


def test_cancelled_while_it_waits_each_ends_for_itself() -> None:
    member = saver()
    old = running(member)
    new = change(member)
    asked: Any = {"by": member.user, "on": LATER, "at": at(LATER)}
    with pytest.raises(moves.NotAllowed, match="NO_RIGHT"):
        afterwards.cancel(application_id=new.pk, **(asked | {"by": saver().user}))
    afterwards.cancel(application_id=new.pk, **asked)
    assert (fresh(new).state, fresh(old).state, pot(old)[1]) == (State.CANCELLED, State.ACTIVE, 2_500_00)
    assert Application.objects.filter(member=member, channel=Channel.ONLINE).count() == 2
    assert unsound() == []


def test_the_pages_lead_from_the_running_payments_to_the_change_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: LATER)
    member, officer = saver(), make.officer()
    old = running(member)
    assert member.user is not None
    client: Client = signed_in(member.user).client

    def text(address: str) -> str:
        answered = client.get(address)
        assert answered.status_code == 200, address
        return " ".join(answered.content.decode().split())

    here = f"/member/withdrawals/{old.number}/"
    page = text(here)
    assert "Bank menukar ansuran?" in page
    assert "/member/withdrawals/kinds/house-instalment/" in page
    assert "ditahan bagi bayaran yang sedang berjalan" in text("/member/withdrawals/kinds/house-instalment/")
    begun = client.post("/member/withdrawals/kinds/house-instalment/")["Location"]
    assert LOAN["address"] in text(f"{begun}about-1/" if begun.endswith("/apply/") else begun)
    new = change(member)
    assert Notice.objects.filter(code="WITHDRAWAL_RECEIVED").exists(), "which says that nothing is held for it yet"
    deciding.take(application_id=new.pk, by=officer, on=LATER)
    approve(new, officer)
    page = text(here)
    assert f"/member/withdrawals/{new.number}/" in page
    assert f"memberi laluan kepada permohonan {new.number}" in page
    assert "Pengeluaran Khas" not in page
    assert "gave way" in text(f"/en{here}")


@pytest.mark.parametrize(
    ("from_state", "note", "said"),
    [
        (State.ACTIVE, "PGL261201ABCDEF", "Bayaran berkala tamat: memberi laluan kepada permohonan PGL261201ABCDEF"),
        (State.ACTIVE, "", "Bayaran berkala tamat: tiada apa-apa lagi untuk dibayar"),
        (State.RETURNED, "MEMBER_DIED", "Ditolak: ahli telah meninggal dunia"),
        (State.APPROVED, "PGL220420ABCDEF", "Ditolak: wangnya dibayar sebagai Pengeluaran Khas"),
    ],
)
def test_history_says_to_what_it_gave_way(from_state: State, note: str, said: str) -> None:
    assert words.acted(ApplicationLog(action=Action.GIVE_WAY, from_state=from_state, note=note)) == said
