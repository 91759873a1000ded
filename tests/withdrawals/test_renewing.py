"""What came back from somebody else than the own account waits until the member asks for it again: an Arahan Bayaran that was not cashed, by the
pages and at a counter, of one payment and of a running plan."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.notify import kinds as notice_kinds
from kwsp_portal.notify.models import Notice
from kwsp_portal.thumbprint import demo as reader
from members.enums import PayoutKind
from members.identity.enums import Role
from members.identity.models import User
from members.models import BankAccount, Payout
from members.services import payout_files
from members.services.payouts import ORDER_BANK
from tests import factories
from tests.contributions.pages import signed_in
from tests.factories import withdrawals as make
from tests.guards.test_constraints import bankruptcy
from tests.identity.conftest import person, sign_in_officer
from tests.members.counter import checklist
from tests.withdrawals.sound import unsound
from tests.withdrawals.test_guards import refused
from tests.withdrawals.test_recurring import bank_pays, begun, kind, run, states
from withdrawals.enums import Action, ConfirmedBy, Payee, PaymentState, State
from withdrawals.models import Application, Confirmation
from withdrawals.services import confirming, moves, paying, renewing

__all__ = ["kind", "person"]

pytestmark = pytest.mark.django_db
ON = make.ON


def day(number: int) -> date:
    return ON + timedelta(days=number)


def at(on: date) -> datetime:
    return datetime.combine(on, time(9), KL)


def fresh(found: Application) -> Application:
    return Application.objects.select_related("member__user").get(pk=found.pk)


def pay(found: Application, on: date, *, ends: str = "PAID") -> None:
    """The day's run, its file, and the bank's word on it."""
    paying.process(application_id=found.pk, on=on, at=at(on))
    with transaction.atomic():
        payout_files._make(on)
    for payout in Payout.objects.filter(kind=PayoutKind.WITHDRAWAL, state="SENT"):
        result = payout_files.Result(ends)
        paid = ends == "PAID"
        payout_files._hear(
            payout_files.Answer(payout.number, payout.amount, result, f"B{payout.pk}" if paid else "", at(on) if paid else None), on, at(on)
        )


def came_back(on: date = ON + timedelta(days=1), **fields: Any) -> Application:
    """An Arahan Bayaran that nobody cashed."""
    found = make.approved(payee=Payee.PAYMENT_ORDER, **fields)
    pay(found, on, ends="REJECTED")
    found = fresh(found)
    assert found.state == State.RETURNED
    return found


def renew(found: Application, to: Payee = Payee.PAYMENT_ORDER, *, on: date = ON, by: User | None = None, **more: Any) -> Application:
    by = by or fresh(found).member.user
    assert by is not None
    return renewing.renew(application_id=found.pk, to=to, by=by, on=on, at=at(on), **more)


def why_not(found: Application, **asked: Any) -> str:
    with pytest.raises(moves.NotAllowed) as error, transaction.atomic():
        renew(found, **asked)
    return error.value.code


def payouts(found: Application) -> list[tuple[str, str]]:
    return list(Payout.objects.filter(ref__in=found.payments.values("pk")).order_by("pk").values_list("bank", "state"))


def test_an_order_that_was_not_cashed_is_sent_again_when_the_member_asks_and_never_by_itself() -> None:
    found = came_back()
    told = Notice.objects.get(code="WITHDRAWAL_ORDER_RETURNED")
    assert (told.whose_id, told.figures["order"]) == (found.member_id, found.payments.get().order_number)
    for number in (2, 3, 4):
        pay(found, day(number))
    assert (fresh(found).state, payouts(found)) == (State.RETURNED, [(ORDER_BANK, "RETURNED")])
    assert unsound() == []

    for _time in range(2):
        done = renew(found, on=day(5))

    assert (done.state, done.payee) == (State.RETURNED, Payee.PAYMENT_ORDER)
    assert found.log.filter(action=Action.RENEW).count() == 1, "a second click finds the first"
    assert Notice.objects.filter(code="WITHDRAWAL_RENEWED").count() == 1
    event = AuditEvent.objects.get(action="withdrawal.renew", refused=False)
    assert (event.actor_id, found.member.subject in event.subjects) == (found.member.user_id, True)
    pay(found, day(6), ends="CLOSED")
    assert [state for _bank, state in payouts(found)] == ["RETURNED", "RETURNED"]
    pay(found, day(7))
    assert len(payouts(found)) == 2, "what was asked for once is sent once"

    renew(found, on=day(8))
    pay(found, day(8))

    assert (fresh(found).state, fresh(found).paid) == (State.PAID, Decimal("1000.00"))
    assert Notice.objects.filter(code="WITHDRAWAL_ORDER_RETURNED").count() == 2
    assert unsound() == []


def test_in_its_place_the_own_account_is_named_but_not_by_a_bankrupt_or_without_one() -> None:
    found = came_back()
    BankAccount.objects.filter(member=found.member).update(state="REPLACED", ended_at=make.AT)
    assert why_not(found, to=Payee.ACCOUNT) == "NO_ACCOUNT"
    assert why_not(found, to=Payee.INSTITUTION) == "PAYEE"
    account = make.bank_account(found.member, ending="0042")
    decided = {"state": "APPROVED", "decided_by": factories.UserFactory(), "decided_on": ON, "decided_at": make.AT}
    bankruptcy(member=found.member, from_date=ON, **decided)
    assert renewing.ways(fresh(found), on=ON) == (Payee.PAYMENT_ORDER,)
    assert why_not(found, to=Payee.ACCOUNT) == "PAYEE"
    bankruptcy(member=found.member, from_date=ON, to_date=ON, **decided)

    done = renew(found, Payee.ACCOUNT, on=day(2))

    assert (done.payee, done.account) == (Payee.ACCOUNT, account)
    pay(found, day(2))
    assert (fresh(found).state, payouts(found)) == (State.PAID, [(ORDER_BANK, "RETURNED"), ("MBBEMYKL", "PAID")])
    assert why_not(found) == "WRONG_STATE"
    assert unsound() == []


def test_nobody_else_asks_for_it_and_nothing_is_asked_for_that_has_not_come_back() -> None:
    found = came_back()
    for role in (Role.MEMBER, Role.WITHDRAWAL_OFFICER, Role.AUDITOR):
        assert why_not(found, by=factories.UserFactory(role=role)) == "NO_RIGHT"
    to_account = make.approved()
    pay(to_account, day(2), ends="CLOSED")
    assert fresh(to_account).state == State.RETURNED
    assert why_not(to_account, to=Payee.ACCOUNT) == "NOTHING_BACK", "another account is registered, and it is sent by itself"
    other = make.approved(payee=Payee.PAYMENT_ORDER)
    pay(other, day(3), ends="REJECTED")
    one, two = found.payments.get(), other.payments.get()
    update = "UPDATE withdrawals_withdrawalpayment SET renewed_id = %s WHERE id = %s"
    strangers = Payout.objects.get(ref=two.pk).pk
    assert refused(update % (strangers, one.pk)) == "withdrawal_payment_renewed_came_back", "the payout of another"
    renew(found, on=day(2))
    assert refused(update % ("NULL", one.pk)) == "withdrawal_payment_renewed_came_back"


def test_an_instalment_of_a_plan_waits_alone_and_the_next_go_out(kind: str) -> None:
    found = begun(payee=Payee.PAYMENT_ORDER)
    run(ON)
    bank_pays(ON, ends="RETURNED")  # type: ignore[arg-type]
    assert set(payouts(found)) == {(ORDER_BANK, "RETURNED")}, "by order, though there is an account"
    run(day(1))
    run(date(2026, 12, 10))
    assert states(found) == ["RETURNED", "ORDERED", "PLANNED", "PLANNED"]
    bank_pays(date(2026, 12, 10))
    assert renewing.total(fresh(found)) == Decimal("300.00")

    renew(found, on=date(2026, 12, 11))
    run(date(2026, 12, 11))

    assert states(found) == ["ORDERED", "PAID", "PLANNED", "PLANNED"]
    assert Notice.objects.get(code="WITHDRAWAL_RENEWED").figures["amount"] == "300.00"
    bank_pays(date(2026, 12, 11))
    assert (states(found)[0], fresh(found).state) == (PaymentState.PAID, State.ACTIVE)
    assert unsound() == []


def test_at_a_counter_each_return_has_a_notice_of_its_own() -> None:
    found, officer = came_back(), factories.UserFactory(role=Role.COUNTER_OFFICER)

    def notice(to: Payee) -> confirming.Notice:
        told = renewing.shown(fresh(found), to)
        return confirming.Notice(digest=confirming.digest_of_act(Action.RENEW, told), checklist=checklist())

    assert why_not(found, by=officer) == "NO_RIGHT"
    assert why_not(found, by=officer, notice=notice(Payee.ACCOUNT)) == "NOTICE", "of another destination"
    first = notice(Payee.PAYMENT_ORDER)
    for _time in range(2):
        renew(found, by=officer, notice=first)
    pay(found, day(2), ends="REJECTED")
    assert why_not(found, by=officer, notice=first) == "NOTICE", "of the first return"
    renew(found, by=officer, notice=notice(Payee.PAYMENT_ORDER), on=day(3))
    kept = Confirmation.objects.filter(application=found)
    assert [(one.act, one.way, one.by) for one in kept] == [(Action.RENEW, ConfirmedBy.THUMB, officer)] * 2


def test_the_pages_say_what_waits_and_what_to_do(person: Callable[..., User], monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(clock, "business_date", lambda: day(2))
    found = came_back()
    assert found.member.user is not None
    own = signed_in(found.member.user).client
    here = f"/member/withdrawals/{found.number}/"

    def text(client: Client, address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return " ".join(answer.content.decode().split())

    assert f"{here}renew/" in text(own, here)
    assert "waits for you" in text(own, f"/en{here}")
    page = text(own, f"{here}renew/")
    assert "Arahan Bayaran baharu" in page
    assert "Ke akaun bank sendiri" in page
    assert "RM 1,000.00" in page
    answer = own.post(f"{here}renew/", {"to": "INSTITUTION"})
    assert answer.status_code == 422
    desk = Client()
    sign_in_officer(desk, person("pegawai08", Role.WITHDRAWAL_OFFICER).user_id)
    assert found.number in text(desk, "/staff/withdrawals/?list=returned")
    assert "menunggu ahli" in text(desk, f"/staff/withdrawals/{found.pk}/")
    counter, officer = Client(), person("kaunter09", Role.COUNTER_OFFICER)
    sign_in_officer(counter, officer.user_id)
    counter.post("/counter/", {"q": "30000000", "reason": "AT_COUNTER"})
    there = f"/counter/withdrawals/{found.number}/"
    assert f"{there}renew/" in text(counter, there)
    page = text(counter, f"{there}renew/?to=ACCOUNT")
    assert "Notis permintaan bayaran semula" in page
    assert "berakhir 6789" in page or "6789" in page
    digest = page.split('name="notice" value="')[1][:64]
    reader.put(reader=officer.get_username(), card=found.member.identity_number, own=True, at=clock.now())
    form = {"paper_number": found.member.identity_number, "seen": ["ORIGINAL", "LIKENESS", "REGISTER"], "notice": digest}
    for _time in range(2):
        assert counter.post(f"{there}renew/?to=ACCOUNT", form)["Location"] == there
    assert fresh(found).payee == Payee.ACCOUNT
    assert "Permintaan semula disahkan dengan" in text(counter, there)
    for client, address in ((own, f"{here}renew/"), (counter, f"{there}renew/")):
        assert client.get(address).status_code == 302, "nothing waits any more"

    again = came_back(day(2))
    assert again.member.user is not None
    other = signed_in(again.member.user).client
    for _time in range(2):
        assert other.post(f"/member/withdrawals/{again.number}/renew/", {"to": "PAYMENT_ORDER"})["Location"].endswith(f"{again.number}/")
    assert "Diminta semula" in text(other, f"/member/withdrawals/{again.number}/")
    assert other.get(f"{here}renew/").status_code == 404, "another's"


def test_the_page_and_the_notice_say_where_it_is_collected_and_cashed_and_what_becomes_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: day(1))
    found = make.approved(payee=Payee.PAYMENT_ORDER)
    paying.process(application_id=found.pk, on=day(1), at=make.AT)
    with transaction.atomic():
        payout_files._make(day(1))
    number, user = found.payments.get().order_number, found.member.user
    assert user is not None
    page = " ".join(signed_in(user).client.get(f"/member/withdrawals/{found.number}/").content.decode().split())
    (notice,) = Notice.objects.filter(code="WITHDRAWAL_ORDER_SENT")
    told = " ".join(notice_kinds.shown(notice.code, notice.figures).paragraphs)
    for said in (number, "di cawangan KWSP", "dengan kad pengenalan anda", "cawangan RHB", "Bank lain tidak menunaikannya", "meminta yang baharu"):
        assert said in page, said
        assert said in told, said
