"""The account of an institution or a lender: given with the application, bound into the code, compared with the document before it is approved,
paid through the file; asked for again when the bank sends it back."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Notice
from members.enums import PayoutKind
from members.identity import tac
from members.identity.enums import Purpose, Role
from members.identity.models import Approval, Challenge, User
from members.models import Member, Payout
from members.services.payouts import ORDER_BANK
from tests import factories
from tests.factories import leave
from tests.factories import withdrawals as make
from tests.identity.conftest import person, sign_in_officer
from tests.identity.tac_codes import digits_of
from tests.members.conftest import sign_in
from tests.members.counter import PDF, checklist
from tests.statute.withdrawal_cases import PEOPLE
from tests.withdrawals.people import AT, ON, code_for, saver, submit, with_papers
from tests.withdrawals.sound import unsound
from tests.withdrawals.test_guards import refused
from tests.withdrawals.test_renewing import fresh, pay
from withdrawals.enums import Action, DocumentCode, KindCode, Payee, State
from withdrawals.models import Application, CreditorAccount, Decision
from withdrawals.services import confirming, creditors, deciding, drafts, moves, renewing
from withdrawals.services.creditors import Given
from withdrawals.services.drafts import Said

__all__ = ["person"]

pytestmark = pytest.mark.django_db
COLLEGE = Given("MBBEMYKL", "514012345678", "UNIVERSITI CONTOH")
OTHER = Given("CIBBMYKL", "8001234567", "UNIVERSITI CONTOH")
LOAN = {"purpose": "LOAN", "loan_balance": "900.00"}


def draft(member: Member, **answers: Any) -> Application:
    """Fees, or a loan, to be paid straight; all but the account is there."""
    by = member.user
    assert by is not None
    found = drafts.begin(member=member, kind=KindCode.EDUCATION, by=by, on=ON)
    asked = Decimal(answers.get("loan_balance", "8000.00"))
    said = Said(answers={**PEOPLE[KindCode.EDUCATION]["answers"], **answers}, asked=asked, payee=Payee.INSTITUTION)
    return with_papers(drafts.say(application_id=found.pk, version=found.version, said=said, by=by))


def give(found: Application, given: Given | None = COLLEGE, *, by: User | None = None, **more: Any) -> Application:
    found = fresh(found)
    by = by or found.member.user
    assert by is not None
    asked = {"application_id": found.pk, "version": found.version, "on": ON, "by": by, **more}
    return creditors.give(given=given, **asked)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(moves.NotAllowed) as error, transaction.atomic():
        act()
    return error.value.code


def approve(found: Application, by: User) -> Application:
    found = fresh(found)
    return deciding.approve(application_id=found.pk, version=found.version, by=by, on=ON, at=AT)


def in_process() -> tuple[Application, User]:
    """Handed in with the college's account, and taken."""
    by = make.officer()
    found = submit(fresh(give(draft(saver()))))
    deciding.take(application_id=found.pk, by=by, on=ON)
    return fresh(found), by


def renewal_code(found: Application) -> Approval:
    user = fresh(found).member.user
    assert user is not None
    return leave.as_rows(user=user, purpose=Purpose.WITHDRAWAL, shown=renewing.shown(fresh(found), Payee.INSTITUTION), at=AT)


def test_the_code_is_of_just_this_account_and_what_was_given_is_kept_encrypted() -> None:
    found = draft(saver())
    by_order = code_for(found)
    found = fresh(give(found))
    with pytest.raises(tac.Refused):
        submit(found, by_order)
    for_college = code_for(found)
    assert give(found).version == found.version, "the same again changes nothing"
    found = fresh(give(found, OTHER))
    with pytest.raises(tac.Refused):
        submit(found, for_college)

    done = submit(found)

    assert done.state == State.SUBMITTED
    kept = CreditorAccount.objects.get(ended_on=None)
    assert (kept.bank, str(kept.number), kept.ending, str(kept.holder)) == (OTHER.bank, OTHER.number, "4567", OTHER.holder)
    assert Decision.objects.get(application=done).facts["creditor"] == {"id": kept.pk, "bank": OTHER.bank, "ending": "4567"}
    assert AuditEvent.objects.filter(action="withdrawal.creditor", refused=False).count() == 2
    assert code_of(lambda: give(done)) == "WRONG_STATE"
    told = Notice.objects.get(code="WITHDRAWAL_SUBMITTED")
    assert told.figures["to"] == f"INSTITUTION|CIMB|4567|{OTHER.holder}"


def test_only_what_is_paid_straight_has_one_and_only_its_member_gives_it() -> None:
    found = draft(saver())
    assert code_of(lambda: give(found, by=factories.UserFactory())) == "NO_RIGHT"
    assert code_of(lambda: give(found, version=99)) == "CHANGED"
    own = drafts.say(application_id=found.pk, version=found.version, said=Said(payee=Payee.ACCOUNT), by=found.member.user)  # type: ignore[arg-type]
    assert code_of(lambda: give(own)) == "PAYEE"


def test_nothing_is_approved_before_an_officer_has_compared_it_with_the_document_and_then_it_is_paid_through_the_file() -> None:
    found, by = in_process()
    account = found.creditors.get()
    assert code_of(lambda: approve(found, by)) == "CREDITOR_UNCHECKED"
    stranger = make.officer()
    check = partial(creditors.check, application_id=found.pk, creditor_id=account.pk, on=ON)
    assert code_of(lambda: check(by=stranger)) == "NO_RIGHT", "who has the case compares it"
    assert code_of(lambda: check(by=found.member.user)) == "NO_RIGHT"  # type: ignore[arg-type]
    assert code_of(lambda: creditors.check(application_id=found.pk, creditor_id=account.pk + 9, by=by, on=ON)) == "CHANGED"
    for _time in range(2):
        assert check(by=by).checked_by == by
    assert AuditEvent.objects.filter(action="withdrawal.creditor_check", refused=False).count() == 1

    approve(found, by)

    on = ON + timedelta(days=1)
    pay(found, on)
    payout = Payout.objects.get(kind=PayoutKind.WITHDRAWAL)
    assert (payout.bank, str(payout.account), str(payout.holder), payout.state) == (*COLLEGE, "PAID")
    assert (fresh(found).state, fresh(found).paid) == (State.PAID, Decimal("8000.00"))
    told = Notice.objects.get(code="WITHDRAWAL_CREDITED_SENT").figures
    assert (told["holder"], told["ending"]) == (COLLEGE.holder, "5678")
    assert unsound() == []


def test_what_the_bank_sends_back_asks_for_another_account_under_a_code_and_an_officer_looks_again() -> None:
    found, by = in_process()
    creditors.check(application_id=found.pk, creditor_id=found.creditors.get().pk, by=by, on=ON)
    approve(found, by)
    pay(found, ON + timedelta(days=1), ends="CLOSED")
    found = fresh(found)
    assert (found.state, found.creditors.get().ended_on) == (State.RETURNED, ON + timedelta(days=1))
    assert Notice.objects.get(code="WITHDRAWAL_STRAIGHT_RETURNED").figures["holder"] == COLLEGE.holder
    assert code_of(lambda: give(found, OTHER)) == "PAPERS_MISSING", "the document that names it comes with it"

    give(found, OTHER, paper=PDF)

    assert found.documents.filter(code=DocumentCode.FEES).count() == 2
    user = found.member.user
    asked: Any = {"application_id": found.pk, "to": Payee.INSTITUTION, "by": user, "on": ON, "at": AT}
    assert code_of(lambda: renewing.renew(**asked)) == "NO_RIGHT", "without a code"
    old = renewal_code(found)
    give(found, COLLEGE, paper=PDF)
    with pytest.raises(tac.Refused):
        renewing.renew(**asked, approval=old)
    assert code_of(lambda: renewing.renew(**(asked | {"to": Payee.ACCOUNT}), approval=old)) == "PAYEE"
    renewing.renew(**asked, approval=renewal_code(found))
    pay(found, ON + timedelta(days=2))
    assert fresh(found).state == State.RETURNED, "nobody has compared it with the document"
    creditors.check(application_id=found.pk, creditor_id=found.creditors.get(ended_on=None).pk, by=make.officer(), on=ON)
    pay(found, ON + timedelta(days=3))
    assert (fresh(found).state, Payout.objects.get(state="PAID").ending) == (State.PAID, "5678")
    assert unsound() == []


def test_at_a_counter_the_notice_is_of_the_account_and_without_one_it_is_an_order_in_its_name() -> None:
    found, officer = make.approved(kind=KindCode.EDUCATION, asked="900.00", particulars={**PEOPLE[KindCode.EDUCATION]["answers"], **LOAN},
                                   payee=Payee.INSTITUTION), factories.UserFactory(role=Role.COUNTER_OFFICER)  # fmt: skip
    pay(found, ON + timedelta(days=1), ends="REJECTED")

    def notice() -> confirming.Notice:
        told = renewing.shown(fresh(found), Payee.INSTITUTION)
        return confirming.Notice(digest=confirming.digest_of_act(Action.RENEW, told), checklist=checklist())

    by_order = notice()
    give(found, OTHER, by=officer, paper=PDF)
    asked: Any = {"application_id": found.pk, "to": Payee.INSTITUTION, "by": officer, "on": ON, "at": AT}
    assert code_of(lambda: renewing.renew(**asked, notice=by_order)) == "NOTICE"
    assert found.documents.filter(code=DocumentCode.LOAN_STATEMENT).count() == 1
    give(found, None, by=officer)
    renewing.renew(**asked, notice=by_order)
    pay(found, ON + timedelta(days=2))
    payout = Payout.objects.get(state="PAID")
    assert (payout.bank, str(payout.holder), fresh(found).state) == (ORDER_BANK, "Dana Contoh", State.PAID)


def test_postgresql_keeps_what_was_given() -> None:
    found, by = in_process()
    account = found.creditors.get()
    update = f"UPDATE withdrawals_creditoraccount SET %s WHERE id = {account.pk}"
    creditors.check(application_id=found.pk, creditor_id=account.pk, by=by, on=ON)
    assert refused(update % "checked_by_id = NULL, checked_on = NULL") == "creditor_account_stays"
    CreditorAccount.objects.filter(pk=account.pk).update(ended_on=ON)
    assert refused(update % "ended_on = NULL") == "creditor_account_stays"
    columns = "application_id, bank, number, ending, holder, given_by_id, given_on"
    copied = f"INSERT INTO withdrawals_creditoraccount ({columns}) SELECT {columns} FROM withdrawals_creditoraccount"
    assert refused(copied) == "creditor_account_in_time", "handed in, and not sent back"


def test_by_the_pages_from_the_guide_to_the_desk_and_again_after_it_came_back(
    client: Client, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    member = saver(user=factories.UserFactory(user_id="ahlipendidikan"))
    sign_in(client, "ahlipendidikan")
    found = draft(member)
    here = f"/member/withdrawals/{found.number}/"

    def text(client: Client, address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return " ".join(answer.content.decode().split())

    def version() -> int:
        return Application.objects.values_list("version", flat=True).get(pk=found.pk)

    answer = client.post(f"{here}apply/payment/", {"payee": "INSTITUTION", "version": version()})
    assert answer["Location"].endswith("/apply/creditor/")
    page = text(client, answer["Location"])
    assert "Ke akaun mana Universiti Contoh dibayar?" in page
    assert "Terus kepada institusi pengajian atau pemberi pinjaman" in text(client, f"{here}apply/payment/")
    typed = {"way": "ACCOUNT", "bank": "MBBEMYKL", "account": "5140-1234-5678", "holder": "Universiti Contoh"}
    for wrong, said in (
        ({"way": ""}, "Pilih cara bayaran"),
        ({"bank": ""}, "Pilih bank penerima"),
        ({"account": ""}, "Masukkan nombor akaun penerima"),
        ({"account": "123"}, "123"),
        ({"holder": " "}, "Masukkan nama pada akaun itu"),
    ):
        answer = client.post(f"{here}apply/creditor/", {**typed, "version": version(), **wrong})
        assert (answer.status_code, said in answer.content.decode()) == (422, True), said
    assert client.post(f"{here}apply/creditor/", {**typed, "version": 99}).status_code == 422, "another window"
    assert client.post(f"{here}apply/creditor/", {**typed, "version": version()}).status_code == 302
    page = text(client, f"{here}apply/check/")
    assert "Universiti Contoh, Maybank •••• 5678" in page
    assert "Dibayar kepada" in page
    found = submit(fresh(found))
    assert "•••• 5678" in text(client, here)

    officer, desk = person("pegawai08", Role.WITHDRAWAL_OFFICER), Client()
    sign_in_officer(desk, officer.user_id)
    deciding.take(application_id=found.pk, by=officer, on=ON)
    there = f"/staff/withdrawals/{found.pk}/"
    assert "514012345678" in text(desk, there)
    answer = desk.post(f"{there}decide/", {"action": "approve", "version": version()})
    assert (answer.status_code, "tandakan disemak" in answer.content.decode()) == (409, True)
    check = f"{there}creditors/{found.creditors.get().pk}/check/"
    for _time in range(2):
        assert desk.post(check).status_code == 302
    assert "Disemak dengan dokumen" in text(desk, there)
    assert "Compared with the document" in text(desk, f"/en{there}")
    assert desk.post(f"{there}creditors/1/check/").status_code == 409
    desk.post(f"{there}decide/", {"action": "approve", "version": version()})
    pay(found, ON + timedelta(days=1), ends="CLOSED")

    assert f"{here}creditor/" in text(client, here)
    page = text(client, f"{here}creditor/")
    assert "Bank memulangkan bayaran yang lalu" in page
    again = {**typed, "account": "5140 1234 9999", "version": version()}
    answer = client.post(f"{here}creditor/", again)
    assert (answer.status_code, "Muat naik dokumen yang menyatakan akaun itu" in answer.content.decode()) == (422, True)
    answer = client.post(f"{here}creditor/", {**again, "papers": SimpleUploadedFile("bil.pdf", PDF.content)})
    assert answer["Location"] == f"{here}renew/"
    assert "•••• 9999" in text(client, f"{here}renew/")
    client.post(f"{here}renew/", {"to": "INSTITUTION", "tac_send": "1"})
    assert client.post(f"{here}renew/", {"to": "INSTITUTION", "tac": "000000"}).status_code == 422
    assert client.post(f"{here}renew/", {"to": "INSTITUTION", "tac": digits_of(Challenge.objects.latest("pk"))})["Location"] == here
    assert found.log.filter(action=Action.RENEW).count() == 1
    assert "Belum disemak" in text(desk, there)
    assert "Diminta semula" in text(client, here)
    assert client.get(f"{here}creditor/").status_code == 302, "nothing waits any more"
