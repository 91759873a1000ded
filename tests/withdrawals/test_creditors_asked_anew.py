"""An account of an institution that an officer finds not to be as the document has it: while documents are asked for, and after it came back and was
asked for again. The member is told, gives another under a code of just that, and it is compared again."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Notice
from kwsp_portal.thumbprint import demo as reader
from members.identity import tac
from members.identity.enums import Purpose, Role
from members.identity.models import Approval, Challenge, User
from members.models import Payout
from tests import factories
from tests.factories import leave
from tests.factories import withdrawals as make
from tests.identity.conftest import person, sign_in_officer
from tests.identity.tac_codes import digits_of
from tests.members.conftest import sign_in
from tests.members.counter import PDF, checklist
from tests.withdrawals.people import AT, ON, saver, submit
from tests.withdrawals.sound import unsound
from tests.withdrawals.test_creditors import COLLEGE, OTHER, approve, code_of, draft, give, in_process, renewal_code
from tests.withdrawals.test_guards import refused
from tests.withdrawals.test_renewing import fresh, pay
from withdrawals.enums import Action, DocumentCode, Payee, State
from withdrawals.models import Application, Confirmation, CreditorAccount, Decision, OfficerRelative
from withdrawals.selectors import desk
from withdrawals.services import afterwards, applying, confirming, creditors, deciding, papers, renewing

__all__ = ["person"]

pytestmark = pytest.mark.django_db
WHY = "Nombor pada bil berakhir 9999"


def ask(found: Application, by: User, *, version: int | None = None, account: bool = True, **more: Any) -> Application:
    seen = fresh(found).version if version is None else version
    return deciding.ask(application_id=found.pk, version=seen, account=account, **{"comment": WHY, "by": by, "on": ON, **more})


def ask_account(found: Application, by: User, *, version: int | None = None, comment: str = WHY) -> Application:
    seen = fresh(found).version if version is None else version
    return deciding.ask_account(application_id=found.pk, version=seen, comment=comment, by=by, on=ON)


def answer(found: Application, *, by: User | None = None, **more: Any) -> Application:
    user = by or fresh(found).member.user
    assert user is not None
    return afterwards.answer(application_id=found.pk, by=user, **{"on": ON, "at": AT, **more})


def answering_code(found: Application) -> Approval:
    user = fresh(found).member.user
    assert user is not None
    return leave.as_rows(user=user, purpose=Purpose.WITHDRAWAL, shown=applying.shown(fresh(found), None), at=AT)


def standing(found: Application) -> CreditorAccount:
    return found.creditors.get(ended_on=None)


def check(found: Application, by: User) -> CreditorAccount:
    return creditors.check(application_id=found.pk, creditor_id=standing(found).pk, by=by, on=ON)


def asked_again() -> tuple[Application, User]:
    """Sent back by the bank, given another account, and asked for again under a code; nobody has compared it yet."""
    found, by = in_process()
    check(found, by)
    approve(found, by)
    pay(found, ON + timedelta(days=1), ends="CLOSED")
    give(found, OTHER, paper=PDF)
    asked: Any = {"application_id": found.pk, "to": Payee.INSTITUTION, "by": fresh(found).member.user, "on": ON, "at": AT}
    renewing.renew(**asked, approval=renewal_code(found))
    return fresh(found), by


def renew(found: Application, approval: Approval | None = None) -> Application:
    asked: Any = {"application_id": found.pk, "to": Payee.INSTITUTION, "by": fresh(found).member.user, "on": ON, "at": AT}
    return renewing.renew(**asked, approval=approval)


def test_with_the_documents_the_member_gives_the_right_account_under_a_code_and_it_is_compared_again() -> None:
    found, by = in_process()
    account = standing(found)
    check(found, by)
    assert code_of(lambda: give(found, OTHER)) == "WRONG_STATE", "nobody has asked for it"
    stale = fresh(found).version - 1
    assert code_of(lambda: ask(found, by, version=stale)) == "CHANGED"
    ask(found, by)
    assert code_of(lambda: ask(found, by)) == "WRONG_STATE", "a second click"

    told = Notice.objects.get(code="WITHDRAWAL_DOCUMENTS_ACCOUNT").figures
    assert (told["comment"], told["ending"], told["holder"]) == (WHY, "5678", COLLEGE.holder)
    event = AuditEvent.objects.get(action="withdrawal.creditor_refuse")
    assert (event.data["ending"], event.data["after"]) == ("5678", {"refused": by.name})
    assert code_of(lambda: answer(found)) == "ACCOUNT_ASKED"
    old = answering_code(found)
    assert code_of(lambda: give(found, OTHER, by=factories.UserFactory())) == "NO_RIGHT"
    given = give(found, OTHER)
    assert give(found, OTHER).version == given.version, "the same again"
    assert code_of(lambda: give(found, COLLEGE, version=given.version - 1)) == "CHANGED"
    event = AuditEvent.objects.filter(action="withdrawal.creditor", refused=False).latest("pk")
    assert (event.data["before"]["ending"], event.data["after"]["ending"]) == ("5678", "4567")
    assert code_of(lambda: answer(found)) == "NO_RIGHT", "without a code"
    with pytest.raises(tac.Refused):
        answer(found, approval=old)
    for_other = answering_code(found)
    give(found, COLLEGE)
    assert standing(found).pk != account.pk, "who insists on it gives it again, and it is compared again"
    with pytest.raises(tac.Refused):
        answer(found, approval=for_other)
    give(found, OTHER)
    code = answering_code(found)
    for _time in range(2):
        done = answer(found, approval=code, on=ON)
    assert (done.state, found.log.filter(action=Action.ANSWER).count()) == (State.IN_PROCESS, 1)
    assert code_of(lambda: give(found, COLLEGE)) == "WRONG_STATE"
    assert code_of(lambda: approve(found, by)) == "CREDITOR_UNCHECKED"
    assert code_of(lambda: creditors.check(application_id=found.pk, creditor_id=account.pk, by=by, on=ON)) == "CHANGED"
    check(found, by)
    approve(found, by)
    assert Decision.objects.filter(application=found).latest("pk").facts["creditor"]["ending"] == "4567"
    pay(found, ON + timedelta(days=1))
    assert (Payout.objects.get().ending, fresh(found).state) == ("4567", State.PAID)
    assert unsound() == []


def test_papers_alone_leave_the_account_and_need_no_code_and_what_names_none_is_not_asked_for_one() -> None:
    found, by = in_process()
    ask(found, by, account=False)
    assert code_of(lambda: give(found, OTHER)) == "WRONG_STATE"
    papers.add(application_id=found.pk, code=DocumentCode.RESULTS, upload=PDF, by=fresh(found).member.user, on=ON)  # type: ignore[arg-type]
    assert answer(found).state == State.IN_PROCESS
    assert Notice.objects.filter(code="WITHDRAWAL_DOCUMENTS").count() == 1

    by_order = submit(fresh(draft(saver())))
    deciding.take(application_id=by_order.pk, by=by, on=ON)
    assert code_of(lambda: ask(by_order, by)) == "NO_CREDITOR"
    assert fresh(by_order).state == State.IN_PROCESS


def test_the_charter_stands_still_and_after_an_appeal_the_account_is_still_wrong() -> None:
    found, by = in_process()
    due = fresh(found).due_on
    ask(found, by)
    deciding.refuse(application_id=found.pk, version=fresh(found).version, comment="Tiada jawapan", by=by, on=ON)
    approval = answering_code(found)
    user = fresh(found).member.user
    assert user is not None
    applying.appeal(application_id=found.pk, reason="Saya sakit", approval=approval, by=user, on=ON, at=AT)
    other = make.officer()
    deciding.take(application_id=found.pk, by=other, on=ON)
    assert code_of(lambda: check(found, other)) == "CHANGED"
    assert code_of(lambda: approve(found, other)) == "CREDITOR_UNCHECKED"
    ask(found, other)
    give(found, None)
    answer(found, approval=answering_code(found), on=ON + timedelta(days=7))
    assert fresh(found).due_on > due, "days that the member took do not count"
    approve(found, other)
    pay(found, ON + timedelta(days=8))
    assert (str(Payout.objects.get().holder), fresh(found).state) == ("Universiti Contoh", State.PAID)
    assert unsound() == []


def test_at_a_counter_the_account_that_was_asked_for_is_confirmed_on_a_notice_of_it() -> None:
    found, by = in_process()
    officer = factories.UserFactory(role=Role.COUNTER_OFFICER)
    ask(found, by)

    def notice() -> confirming.Notice:
        told = applying.shown(fresh(found), None)
        return confirming.Notice(digest=confirming.digest_of_act(Action.ANSWER, told), checklist=checklist())

    early = notice()
    give(found, OTHER, by=officer)
    assert code_of(lambda: answer(found, by=officer)) == "NO_RIGHT"
    assert code_of(lambda: answer(found, by=officer, notice=early)) == "NOTICE", "of the wrong account"
    right = notice()
    for _time in range(2):
        answer(found, by=officer, notice=right)
    assert (fresh(found).state, Confirmation.objects.get(act=Action.ANSWER).by) == (State.IN_PROCESS, officer)


def test_what_was_asked_for_again_to_a_wrong_account_waits_for_another_under_a_code_of_its_own() -> None:
    found, by = asked_again()
    due, officer = found.due_on, make.officer()
    assert code_of(lambda: ask_account(found, officer, version=found.version - 1)) == "CHANGED"
    assert code_of(lambda: ask_account(found, officer, comment=" ")) == "REASON_MISSING"
    assert found.member.user is not None
    for other, code in ((found.member.user, "NO_RIGHT"), (factories.UserFactory(role=Role.AUDITOR), "NO_RIGHT")):
        assert code_of(partial(ask_account, found, other)) == code
    numbered = {"identity_kind": found.member.identity_kind, "identity_number": found.member.identity_number}
    OfficerRelative.objects.create(officer=officer, **numbered, relation="SIBLING", declared_on=ON)
    assert code_of(lambda: ask_account(found, officer)) == "RELATIVE"
    own = User.objects.get(pk=found.member.user_id)
    own.role = Role.WITHDRAWAL_OFFICER
    assert code_of(lambda: ask_account(found, own)) == "OWN_CASE"
    officer = make.officer()
    wrong = standing(found)

    done = ask_account(found, officer)

    assert (done.state, done.due_on, desk.left_of(done, on=ON, known=())) == (State.RETURNED, due, None), "no clock of the charter runs"
    told = Notice.objects.get(code="WITHDRAWAL_ACCOUNT_ASKED").figures
    assert (told["comment"], told["ending"]) == (WHY, "4567")
    assert found.log.filter(action=Action.ASK_ACCOUNT, comment=WHY, note="4567", by=officer).count() == 1
    assert code_of(lambda: ask_account(found, by)) == "WRONG_STATE", "the colleague who already did it"
    assert code_of(lambda: check(found, by)) == "CHANGED"
    pay(found, ON + timedelta(days=2))
    assert fresh(found).state == State.RETURNED, "nothing goes to it"
    assert code_of(lambda: renew(found, renewal_code(found))) == "ACCOUNT_ASKED"
    for_wrong = renewal_code(found)
    give(found, COLLEGE._replace(number="514012349999"), paper=PDF)
    assert found.creditors.get(pk=wrong.pk).ended_on == ON
    with pytest.raises(tac.Refused):
        renew(found, for_wrong)
    renew(found, renewal_code(found))
    check(found, officer)
    pay(found, ON + timedelta(days=3))
    assert (fresh(found).state, Payout.objects.get(state="PAID").ending) == (State.PAID, "9999")
    assert unsound() == []


def test_what_was_compared_by_mistake_is_found_wrong_until_it_is_sent_and_an_order_takes_its_place() -> None:
    found, by = asked_again()
    check(found, by)
    ask_account(found, make.officer())
    pay(found, ON + timedelta(days=2))
    assert fresh(found).state == State.RETURNED
    give(found, None)
    renew(found, renewal_code(found))
    assert code_of(lambda: ask_account(found, by)) == "WRONG_STATE", "an order has no account"
    pay(found, ON + timedelta(days=3))
    assert (str(Payout.objects.get(state="PAID").holder), fresh(found).state) == ("Universiti Contoh", State.PAID)
    assert unsound() == []


def test_postgresql_holds_what_is_wrong_and_what_may_take_its_place() -> None:
    found, by = asked_again()
    other, _by = in_process()
    ask(other, by if other.officer_id == by.pk else fresh(other).officer)  # type: ignore[arg-type]
    payment = found.payments.get(state="RETURNED")
    again = f"UPDATE withdrawals_withdrawalpayment SET renewed_id = NULL WHERE id = {payment.pk}"
    assert refused(again) == "withdrawal_payment_renewed_came_back", "no account of it is wrong"
    update = f"UPDATE withdrawals_creditoraccount SET %s WHERE id = {standing(found).pk}"
    strangers = other.log.get(action=Action.ASK).pk
    assert refused(update % f"refusal_id = {strangers}") == "creditor_account_asked_anew", "a request of another"
    assert refused(update % f"refusal_id = {found.log.latest('pk').pk}") == "creditor_account_asked_anew", "no request"
    ask_account(found, make.officer())
    assert refused(update % "refusal_id = NULL") == "creditor_account_asked_anew"
    assert refused(update % f"checked_by_id = {by.pk}, checked_on = '{ON}'") == "creditor_account_stays", "it is wrong"
    columns = "application_id, bank, number, ending, holder, given_by_id, given_on"
    copied = f"INSERT INTO withdrawals_creditoraccount ({columns}) SELECT {columns} FROM withdrawals_creditoraccount WHERE application_id = "
    CreditorAccount.objects.filter(pk=standing(other).pk).update(ended_on=ON)
    CreditorAccount.objects.create(application=other, bank="MBBEMYKL", number="1", ending="0001", holder="X", given_by=by, given_on=ON)
    give(fresh(other), OTHER)
    answer(other, approval=answering_code(other))
    ask(other, fresh(other).officer, account=False)  # type: ignore[arg-type]
    CreditorAccount.objects.filter(pk=standing(other).pk).update(ended_on=ON)
    assert refused(f"{copied}{other.pk} LIMIT 1") == "creditor_account_in_time", "asked for before, and given"


def test_by_the_pages_of_the_member_the_counter_and_the_desk(
    client: Client, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    officer, desk_of = person("pegawai08", Role.WITHDRAWAL_OFFICER), Client()
    sign_in_officer(desk_of, officer.user_id)
    found = submit(fresh(give(draft(saver(user=factories.UserFactory(user_id="ahlipendidikan"))))))
    sign_in(client, "ahlipendidikan")
    here, there = f"/member/withdrawals/{found.number}/", f"/staff/withdrawals/{found.pk}/"

    def text(client: Client, address: str) -> str:
        answered = client.get(address)
        assert answered.status_code == 200, (address, answered.status_code)
        return " ".join(answered.content.decode().split())

    def version() -> int:
        return Application.objects.values_list("version", flat=True).get(pk=found.pk)

    deciding.take(application_id=found.pk, by=officer, on=ON)
    assert "minta akaun yang betul" in text(desk_of, there)
    asked = {"action": "ask", "account": "on", "comment": WHY, "version": version()}
    assert desk_of.post(f"{there}decide/", {**asked, "comment": ""}).status_code == 422
    for _time in range(2):
        assert desk_of.post(f"{there}decide/", asked).status_code == 302
    assert found.log.filter(action=Action.ASK).count() == 1
    assert "Tidak sama seperti pada dokumen" in text(desk_of, there)

    assert WHY in text(client, here)
    page = text(client, f"{here}answer/")
    assert f"{here}creditor/" in page
    assert "perlu dibetulkan" in page
    assert client.post(f"{here}answer/").status_code == 422
    page = text(client, f"{here}creditor/")
    assert WHY in page
    assert "Bank memulangkan" not in page
    typed = {"way": "ACCOUNT", "bank": "MBBEMYKL", "account": "5140 1234 9999", "holder": "Universiti Contoh", "version": version()}
    assert client.post(f"{here}creditor/", {**typed, "version": 0}).status_code == 422, "another window"
    assert client.post(f"{here}creditor/", typed)["Location"] == f"{here}answer/"
    assert "•••• 9999" in text(client, f"{here}answer/")

    counter, clerk = Client(), person("kaunter09", Role.COUNTER_OFFICER)
    sign_in_officer(counter, clerk.user_id)
    counter.post("/counter/", {"q": "30000000", "reason": "AT_COUNTER"})
    window = f"/counter/withdrawals/{found.number}/"
    assert "Teruskan ke notis" in text(counter, f"{window}answer/")
    assert counter.post(f"{window}answer/")["Location"] == f"{window}answer/notice/"
    page = text(counter, f"{window}answer/notice/")
    assert "Notis akaun penerima" in page
    assert "•••• 9999" in page
    assert counter.post(f"{window}answer/notice/", {"notice": "0" * 64}).status_code == 422

    client.post(f"{here}answer/", {"tac_send": "1"})
    assert client.post(f"{here}answer/", {"tac": "000000"}).status_code == 422
    assert client.post(f"{here}answer/", {"tac": digits_of(Challenge.objects.latest("pk"))})["Location"] == here
    assert fresh(found).state == State.IN_PROCESS
    for address in (f"{here}answer/", f"{here}creditor/"):
        assert client.get(address).status_code == 302
    assert counter.get(f"{window}answer/notice/").status_code == 302
    assert "Belum disemak" in text(desk_of, there)

    check(found, officer)
    approve(found, officer)
    pay(found, ON + timedelta(days=1), ends="CLOSED")
    give(found, OTHER, paper=PDF)
    assert found.documents.filter(code=DocumentCode.FEES).count() == 2
    assert found.number in text(desk_of, "/staff/withdrawals/?list=accounts")
    asked = {"action": "ask_account", "comment": WHY, "version": version()}
    for _time in range(2):
        assert desk_of.post(f"{there}decide/", asked)["Location"] == there
    assert found.log.filter(action=Action.ASK_ACCOUNT).count() == 1
    assert "Akaun penerima tidak sama seperti pada dokumen; akaun lain diminta (•••• 4567)" in text(desk_of, there)
    assert found.number not in text(desk_of, "/staff/withdrawals/?list=accounts"), "it waits for the member"
    assert WHY in text(client, here)
    assert "is not as the document has it" in text(client, f"/en{here}")
    assert client.get(f"{here}renew/")["Location"] == f"{here}creditor/"
    assert counter.get(f"{window}renew/")["Location"] == f"{window}creditor/"
    assert WHY in text(counter, window)
    assert WHY in text(client, f"{here}creditor/")

    reader.put(reader=clerk.get_username(), card=found.member.identity_number, own=True, at=clock.now())
    stranger = Client()
    sign_in(stranger, factories.MemberFactory(user=factories.UserFactory(user_id="ahlilain99")).user.user_id)  # type: ignore[union-attr]
    for address in ("answer/", "creditor/"):
        assert stranger.get(here + address).status_code == 404, "another's"
