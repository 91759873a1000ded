"""At a counter and by post: the same rules and hold as the member's own way, under the print on the notice or a form that was scanned in."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.notify.models import Notice as Notice_
from members.enums import IdentityKind, SubAccount, Thumb
from members.identity.enums import Role
from members.identity.models import User
from members.models import IdentityCheck, Member, OfficerIdentity, Payout
from members.services import ages, bank_accounts, checking
from tests import factories
from tests.factories import withdrawals as make
from tests.ledger.acts import unsound
from tests.members import bank_names
from tests.members.counter import PDF, checklist, without_thumb
from tests.withdrawals.people import AGED_51, AT, ON, bank_account, code_for, drafted, handed_in, held, save, saver, submit
from withdrawals.enums import Action, Channel, ConfirmedBy, DocumentCode, KindCode, Relation, State
from withdrawals.models import Application, Confirmation
from withdrawals.selectors import applications as selectors
from withdrawals.services import afterwards, applying, confirming, deciding, drafts, moves, news, papers, paying, relatives
from withdrawals.services.confirming import Notice
from withdrawals.services.drafts import Said

pytestmark = pytest.mark.django_db
FORM_OF_POST = (DocumentCode.MYKAD, DocumentCode.FORM, DocumentCode.KWSP_3)


@pytest.fixture
def officer() -> User:
    return factories.UserFactory(role=Role.COUNTER_OFFICER)  # type: ignore[no-any-return]


@pytest.fixture
def member() -> Member:
    return saver()


def entered(member: Member, by: User, amount: str = "1000.00", *, kind: KindCode = KindCode.AGE_50, received_on: date | None = None) -> Application:
    """A draft that an officer has entered, with its amount."""
    channel = Channel.POST if received_on else Channel.COUNTER
    found = drafts.begin(member=member, kind=kind, by=by, on=ON, channel=channel, received_on=received_on)
    return drafts.say(application_id=found.pk, version=found.version, said=Said(asked=Decimal(amount)), by=by)


def scanned(found: Application, by: User, *codes: DocumentCode) -> Application:
    for code in codes:
        papers.add(application_id=found.pk, code=code, upload=PDF._replace(content=PDF.content + code.encode()), by=by, on=ON)
    return Application.objects.get(pk=found.pk)


def notice(found: Application, seen: checking.Checklist | None, **other: str) -> Notice:
    """What the member confirmed, of the application as it stands; `other` for something else."""
    return Notice(digest=confirming.digest_of(applying.shown(found, applying.account_for(found)) | other), checklist=seen)


def hand_in(found: Application, by: User, leave: Any) -> Application:
    return applying.submit(application_id=found.pk, version=found.version, approval=leave, by=by, on=ON, at=AT)


def refused(found: Application, act: Any) -> str:
    """The code of the refusal; nothing has changed by it."""
    with pytest.raises(moves.NotAllowed) as error, transaction.atomic():
        act()
    now = Application.objects.get(pk=found.pk)
    assert (now.state, held(found.member), Confirmation.objects.count(), IdentityCheck.objects.count()) == (found.state, {}, 0, 0)
    return error.value.code


def act_notice(found: Application, action: Action, seen: checking.Checklist | None) -> Notice:
    """What the member confirmed of an act on what was handed in."""
    account = found.account if action is Action.CANCEL else applying.account_for(found)
    return Notice(digest=confirming.digest_of_act(action, applying.shown(found, account)), checklist=seen)


def unchanged(found: Application, act: Any) -> str:
    """The code of the refusal of an act on what was handed in, by which nothing has changed."""
    before = Application.objects.get(pk=found.pk), held(found.member)
    with pytest.raises(moves.NotAllowed) as error, transaction.atomic():
        act()
    now = Application.objects.get(pk=found.pk)
    assert (now.state, now.version, held(found.member), Confirmation.objects.count()) == (before[0].state, before[0].version, before[1], 0)
    return error.value.code


class TestAtTheCounter:
    def test_the_print_on_the_notice_hands_it_in_with_the_money_held_and_what_was_seen_kept(self, member: Member, officer: User) -> None:
        found = entered(member, officer)

        done = hand_in(found, officer, notice(found, checklist()))

        assert (done.state, done.channel, done.applied_on, done.due_on) == (State.SUBMITTED, Channel.COUNTER, ON, ON + timedelta(days=7))
        assert held(member) == {"SEJAHTERA": 100_000}
        kept = Confirmation.objects.get(application=found)
        assert (kept.way, kept.by, kept.identity_check.thumb) == (ConfirmedBy.THUMB, officer, Thumb.MATCHED)  # type: ignore[union-attr]
        event = AuditEvent.objects.get(action="withdrawal.submit", refused=False)
        assert (event.actor_id, member.subject in event.subjects) == (officer.pk, True)
        assert unsound() == set()

        again = hand_in(found, officer, notice(found, checklist()))

        assert (again.pk, Confirmation.objects.count(), held(member)) == (done.pk, 1, {"SEJAHTERA": 100_000}), "a second click"

    def test_a_notice_of_another_amount_account_or_application_is_none(self, member: Member, officer: User) -> None:
        found = entered(member, officer)
        for other in ({"amount": "1001.00"}, {"kind": "FLEKSIBEL"}, {"account": "1"}, {"number": "PGL261110AAAAAA"}):
            leave = notice(found, checklist(), **other)
            assert refused(found, partial(hand_in, found, officer, leave)) == "NOTICE"
        printed = notice(found, checklist())
        bank_account(member, ending="1111")
        assert refused(found, lambda: hand_in(found, officer, printed)) == "NOTICE", "the account changed after the notice was read"

    def test_where_the_print_fails_the_thumbprint_form_is_asked_for_and_an_officer_decides(self, member: Member, officer: User) -> None:
        found = entered(member, officer, "200.00", kind=KindCode.FLEKSIBEL)
        assert refused(found, lambda: hand_in(found, officer, notice(found, without_thumb()))) == "PAPERS_MISSING"
        found = scanned(found, officer, DocumentCode.KWSP_3)
        with pytest.raises(checking.Incomplete):
            hand_in(found, officer, notice(found, checklist(thumb=Thumb.SILENT)))

        done = hand_in(found, officer, notice(found, without_thumb()))

        assert (done.state, Confirmation.objects.get().way) == (State.SUBMITTED, ConfirmedBy.KWSP_3), "no rule alone without a print"

        by_thumb = entered(saver(), officer, "200.00", kind=KindCode.FLEKSIBEL)
        assert hand_in(by_thumb, officer, notice(by_thumb, checklist())).state == State.APPROVED

    def test_who_has_no_mykad_signs_the_kind_s_own_form(self, officer: User) -> None:
        member = saver(identity_kind=IdentityKind.PASSPORT, identity_number="A1234567", identity_country="IDN")
        found = scanned(entered(member, officer), officer, DocumentCode.ID_COPY)
        seen = checklist(paper=IdentityKind.PASSPORT, thumb=Thumb.NOT_ASKED)
        assert refused(found, lambda: hand_in(found, officer, notice(found, seen))) == "PAPERS_MISSING"

        found = scanned(found, officer, DocumentCode.FORM)

        assert hand_in(found, officer, notice(found, seen)).state == State.SUBMITTED
        assert Confirmation.objects.get().way == ConfirmedBy.FORM

    def test_nobody_enters_for_the_own_record_or_a_declared_relative_or_from_another_office(self, member: Member, officer: User) -> None:
        found = entered(member, officer)
        leave = notice(found, checklist())
        named = {"identity_kind": member.identity_kind, "identity_number": member.identity_number, "reason": "Ujian", "named_at": AT}
        theirs = factories.UserFactory(role=Role.SUPERVISOR)
        OfficerIdentity.objects.create(user=theirs, named_by=factories.UserFactory(role=Role.ADMINISTRATOR), **named)
        assert refused(found, lambda: hand_in(found, theirs, leave)) == "OWN_CASE"
        assert refused(found, lambda: entered(member, theirs)) == "OWN_CASE"
        said = {"kind": IdentityKind(member.identity_kind), "number": member.identity_number, "by": officer, "on": ON}
        relatives.declare(relation=Relation.SIBLING, **said)
        assert refused(found, lambda: hand_in(found, officer, leave)) == "RELATIVE"
        assert refused(found, lambda: papers.add(application_id=found.pk, code=DocumentCode.BANK, upload=PDF, by=officer, on=ON)) == "RELATIVE"
        for role in (Role.WITHDRAWAL_OFFICER, Role.INSPECTOR, Role.ADMINISTRATOR):
            stranger = factories.UserFactory(role=role)
            assert refused(found, lambda by=stranger: hand_in(found, by, leave)) == "NO_RIGHT"
            assert refused(found, lambda by=stranger: entered(member, by)) == "NO_RIGHT"

    def test_neither_way_is_taken_for_the_other(self, member: Member, officer: User) -> None:
        own, theirs = drafted(member, kind=KindCode.AGE_50), entered(member, officer)
        assert own.pk != theirs.pk, "the member's draft is the member's"
        assert refused(own, lambda: hand_in(own, officer, notice(own, checklist()))) == "NO_RIGHT"
        assert refused(theirs, lambda: submit(theirs, code_for(theirs))) == "NO_RIGHT"
        assert refused(own, lambda: drafts.begin(member=member, kind=KindCode.AGE_50, by=officer, on=ON)) == "NO_RIGHT"

    def test_papers_that_were_asked_for_are_brought_to_the_counter(self, member: Member, officer: User) -> None:
        found = hand_in(first := entered(member, officer), officer, notice(first, checklist()))
        desk = factories.UserFactory(role=Role.WITHDRAWAL_OFFICER)
        deciding.take(application_id=found.pk, by=desk, on=ON)
        found.refresh_from_db()
        deciding.ask(application_id=found.pk, version=found.version, papers=[DocumentCode.BIRTH_DATE], comment="Sijil kelahiran", by=desk, on=ON)
        papers.add(application_id=found.pk, code=DocumentCode.BIRTH_DATE, upload=PDF, by=officer, on=ON)

        for _time in range(2):
            done = afterwards.answer(application_id=found.pk, by=officer, on=ON, at=AT)

        assert done.state == State.IN_PROCESS

    def test_who_has_no_i_akaun_is_paid_to_the_account_that_was_registered_there(self, officer: User) -> None:
        member = factories.MemberFactory(birth_date=AGED_51, user=None)
        save(member, {SubAccount.SEJAHTERA: "10000.00"})
        asked: dict[str, Any] = {"member": member, "bank": "MBBEMYKL", "number": "114123456789", "by": officer, "on": ON, "at": AT}
        row = bank_accounts.ask_at_counter(**asked, checklist=checklist())
        bank_accounts.record(account=row, answer=bank_names.of(member.name), at=AT)
        found = entered(member, officer)
        assert unchanged(found, lambda: hand_in(found, officer, notice(found, checklist()))) == "WAITS", "it cools off for a day"
        later = {"on": ON + timedelta(days=1), "at": AT + timedelta(days=1, seconds=1)}

        leave = notice(found, checklist())
        done = applying.submit(application_id=found.pk, version=found.version, approval=leave, by=officer, **later)
        desk = factories.UserFactory(role=Role.WITHDRAWAL_OFFICER)
        deciding.take(application_id=done.pk, by=desk, on=later["on"])
        done.refresh_from_db()
        deciding.approve(application_id=done.pk, version=done.version, by=desk, **later)
        paying.process(application_id=done.pk, **later)

        payout = Payout.objects.get()
        assert (str(payout.account), payout.bank, payout.amount) == ("114123456789", "MBBEMYKL", Decimal(1000))
        assert unsound() == set()


class TestWhatWasHandedIn:
    """Cancelled or appealed at a counter, by whatever way it came."""

    def cancel(self, found: Application, by: User, leave: Notice | None) -> Application:
        return afterwards.cancel(application_id=found.pk, by=by, on=ON, at=AT, notice=leave)

    def appeal(self, found: Application, by: User, leave: Any, reason: str = "Penyata bank dilampirkan") -> Application:
        return applying.appeal(application_id=found.pk, reason=reason, approval=leave, by=by, on=ON, at=AT)

    def turned_down(self, member: Member) -> Application:
        found, desk = handed_in(member, "1000.00", kind=KindCode.AGE_50), factories.UserFactory(role=Role.WITHDRAWAL_OFFICER)
        deciding.take(application_id=found.pk, by=desk, on=ON)
        found.refresh_from_db()
        return deciding.refuse(application_id=found.pk, version=found.version, comment="Tiada penyata bank", by=desk, on=ON)

    def test_the_print_on_the_notice_cancels_it_and_its_money_is_free(self, member: Member, officer: User) -> None:
        found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
        assert unchanged(found, lambda: self.cancel(found, officer, None)) == "NO_RIGHT", "an officer alone cancels nothing"
        assert unchanged(found, lambda: self.cancel(found, officer, notice(found, checklist()))) == "NOTICE", "that of the application is none"
        assert unchanged(found, lambda: self.cancel(found, officer, act_notice(found, Action.APPEAL, checklist()))) == "NOTICE"
        assert unchanged(found, lambda: self.cancel(found, officer, act_notice(found, Action.CANCEL, None))) == "CHECKLIST"
        stranger = factories.UserFactory(role=Role.WITHDRAWAL_OFFICER)
        assert unchanged(found, lambda: self.cancel(found, stranger, act_notice(found, Action.CANCEL, checklist()))) == "NO_RIGHT"

        for _time in range(2):
            done = self.cancel(found, officer, act_notice(found, Action.CANCEL, checklist()))

        assert (done.state, held(member)) == (State.CANCELLED, {})
        kept = Confirmation.objects.get(application=found)
        assert (kept.act, kept.way, kept.by, kept.identity_check.thumb) == (Action.CANCEL, ConfirmedBy.THUMB, officer, Thumb.MATCHED)  # type: ignore[union-attr]
        event = AuditEvent.objects.get(action="withdrawal.cancel", refused=False)
        assert (event.actor_id, member.subject in event.subjects) == (officer.pk, True)
        assert Notice_.objects.filter(whose_id=member.pk, code=news.CANCELLED).count() == 1
        assert unsound() == set()

    def test_where_the_print_fails_the_thumbprint_form_is_scanned_in_with_it(self, member: Member, officer: User) -> None:
        found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
        bare = act_notice(found, Action.CANCEL, without_thumb())
        assert unchanged(found, lambda: self.cancel(found, officer, bare)) == "PAPERS_MISSING"

        self.cancel(found, officer, replace(bare, form=PDF))

        assert Confirmation.objects.get().way == ConfirmedBy.KWSP_3
        assert found.documents.get().code == DocumentCode.KWSP_3

    def test_a_letter_cancels_and_appeals_with_kwsp_3_and_the_day_on_which_it_came(self, member: Member, officer: User) -> None:
        found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
        letter = replace(act_notice(found, Action.CANCEL, None), form=PDF, received_on=ON)
        for wrong, code in (
            (replace(letter, form=None), "PAPERS_MISSING"),
            (replace(letter, received_on=ON - timedelta(days=1)), "RECEIVED_ON"),
            (replace(letter, received_on=ON + timedelta(days=1)), "RECEIVED_ON"),
            (replace(letter, digest="0" * 64), "NOTICE"),
        ):
            assert unchanged(found, partial(self.cancel, found, officer, wrong)) == code

        self.cancel(found, officer, letter)

        kept = Confirmation.objects.get()
        assert (kept.act, kept.way, kept.received_on, kept.identity_check) == (Action.CANCEL, ConfirmedBy.KWSP_3, ON, None)
        assert found.documents.get().code == DocumentCode.KWSP_3
        assert held(member) == {}

        refused = self.turned_down(member)
        self.appeal(refused, officer, replace(act_notice(refused, Action.APPEAL, None), form=PDF, received_on=ON))
        assert (Application.objects.get(pk=refused.pk).state, held(member)) == (State.SUBMITTED, {"SEJAHTERA": 100_000})
        assert unsound() == set()

    def test_khas_is_cancelled_at_no_counter(self, officer: User) -> None:
        day, at = date(2022, 4, 2), AT.replace(year=2022, month=4, day=2)
        member = make.saver(birth_date=date(1990, 1, 15), on=day - timedelta(days=90))
        make.replace_account(member, since=at - timedelta(days=60))
        found = make.handed_in(member, kind=KindCode.KHAS_2022, asked="100.00", on=day, at=at)

        for by, leave in ((officer, act_notice(found, Action.CANCEL, checklist())), (member.user, None)):
            with pytest.raises(moves.NotAllowed, match="NOT_CANCELLABLE"):
                afterwards.cancel(application_id=found.pk, by=by, on=day, at=at, notice=leave)  # type: ignore[arg-type]

        assert Application.objects.get(pk=found.pk).state == State.SUBMITTED

    def test_the_print_on_the_notice_appeals_with_the_money_held_anew(self, member: Member, officer: User) -> None:
        found = self.turned_down(member)
        leave = act_notice(found, Action.APPEAL, checklist())
        assert unchanged(found, lambda: self.appeal(found, officer, leave, " ")) == "REASON_MISSING"
        assert unchanged(found, lambda: self.appeal(found, officer, code_for(found))) == "NO_RIGHT", "no officer has the member's code"
        assert unchanged(found, lambda: self.appeal(found, member.user, leave)) == "NO_RIGHT"  # type: ignore[arg-type]
        assert unchanged(found, lambda: self.appeal(found, officer, notice(found, checklist()))) == "NOTICE"

        for _time in range(2):
            done = self.appeal(found, officer, leave)

        assert (done.state, done.appeals, held(member)) == (State.SUBMITTED, 1, {"SEJAHTERA": 100_000})
        assert Confirmation.objects.get().act == Action.APPEAL
        assert selectors.page_of(done).reason == "Tiada penyata bank", "the member's own words are no reason given to them"
        assert unsound() == set()


class TestByPost:
    def test_its_time_runs_from_the_day_it_came_and_the_thumbprint_form_is_asked_for(self, member: Member, officer: User) -> None:
        came = ON - timedelta(days=4)
        found = entered(member, officer, received_on=came)
        assert refused(found, lambda: hand_in(found, officer, notice(found, None))) == "PAPERS_MISSING"
        found = scanned(found, officer, *FORM_OF_POST[:2])
        assert refused(found, lambda: hand_in(found, officer, notice(found, None))) == "PAPERS_MISSING"

        found = scanned(found, officer, *FORM_OF_POST)
        done = hand_in(found, officer, notice(found, None))

        assert (done.state, done.channel, done.applied_on) == (State.SUBMITTED, Channel.POST, came)
        assert done.due_on == came + timedelta(days=7), "five working days from a Friday"
        kept = Confirmation.objects.get()
        assert (kept.way, kept.identity_check) == (ConfirmedBy.KWSP_3, None)
        assert held(member) == {"SEJAHTERA": 100_000}
        assert unsound() == set()

    def test_who_may_have_it_is_asked_of_the_day_it_came(self, officer: User) -> None:
        """50 on the 9th: what came on the 6th came too early, however late it is keyed in."""
        member = saver(birth_date=date(1976, 11, 9))
        early = scanned(entered(member, officer, received_on=date(2026, 11, 6)), officer, *FORM_OF_POST)
        with pytest.raises(applying.NotEligible) as error:
            hand_in(early, officer, notice(early, None))
        assert [one.code for one in error.value.refusals] == ["AGE_FROM"]

        right = scanned(entered(member, officer, received_on=date(2026, 11, 9)), officer, *FORM_OF_POST)

        assert hand_in(right, officer, notice(right, None)).state == State.SUBMITTED

    def test_what_came_before_55_is_paid_of_what_stood_there_then_and_never_more(self, officer: User) -> None:
        """55 on the 8th, keyed in on the 10th, when all of it is on Akaun 55: Akaun 2 had RM10,000 on the 6th (ruling 26)."""
        member = saver(birth_date=date(1971, 11, 8))
        ages.bring_up(member_ids=[member.pk], on=ON, at=AT)
        found = scanned(entered(member, officer, "10000.01", received_on=date(2026, 11, 6)), officer, *FORM_OF_POST)
        with pytest.raises(applying.NotEligible) as error:
            hand_in(found, officer, notice(found, None))
        assert [one.code for one in error.value.refusals] == ["AMOUNT_ABOVE"]
        found = drafts.say(application_id=found.pk, version=found.version, said=Said(asked=Decimal(10_000)), by=officer)

        assert hand_in(found, officer, notice(found, None)).state == State.SUBMITTED
        assert held(member) == {"AKAUN_55": 1_000_000}

    @pytest.mark.parametrize("came", [ON + timedelta(days=1), ON - timedelta(days=61)])
    def test_a_day_to_come_or_long_gone_is_a_slip(self, member: Member, officer: User, came: date) -> None:
        with pytest.raises(moves.NotAllowed, match="RECEIVED_ON"):
            entered(member, officer, received_on=came)
        assert not Application.objects.exists()
