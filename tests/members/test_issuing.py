"""An i-Akaun for who is present: the number that codes go to, and a temporary password that only the phone sees (seed 000, ruling 31)."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction

from kwsp_portal.audit.models import AuditEvent
from members.enums import IdentityKind, Risk, Thumb
from members.identity import invitations, phones
from members.identity.enums import Bound
from members.identity.models import Invitation, User
from members.identity.models_tac import Standing, TacPhone
from members.ledger import posting
from members.models import CounterProposal, IdentityCheck, Member
from members.services import binding, checking, proposals, queue
from tests import phone as demo_phone
from tests.factories import MemberFactory, UserFactory
from tests.jobs.threads import meet_at
from tests.ledger.acts import contribution, together
from tests.members.counter import AT, ON, OTHER_PHONE, PHONE, checklist, issue, message_kinds, temporary, without_thumb

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def member(db: None) -> Member:
    return MemberFactory()


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(counter_officer=True)


@pytest.fixture
def supervisor(db: None) -> User:
    return UserFactory(supervisor=True)


@pytest.fixture
def active(db: None) -> Member:
    """Somebody whose i-Akaun is active, with a number bound some time ago."""
    member = MemberFactory(user=UserFactory())
    phones.bind(user=member.user, number=OTHER_PHONE, how=Bound.COUNTER, by=None, at=AT - timedelta(days=90))
    return member


def current(member: Member) -> str:
    member.refresh_from_db()
    found = phones.current(member.user)
    return found.number if found else ""


def risks(outcome: binding.Outcome) -> list[str]:
    assert outcome.proposal is not None
    return outcome.proposal.risks


class TestTheFirstTime:
    def test_the_number_is_bound_and_the_phone_is_told(self, member: Member, officer: User) -> None:
        outcome = issue(member, officer)

        assert outcome.invitation is not None
        assert current(member) == PHONE
        user_id, password = temporary()
        assert invitations.find(user_id=user_id, secret=password, on=ON) == outcome.invitation
        assert outcome.invitation.expires_on == ON + timedelta(days=30)
        [check] = IdentityCheck.objects.filter(member=member)
        assert (check.invitation, check.checked_by, check.thumb) == (outcome.invitation, officer, "MATCHED")

    def test_the_password_stands_nowhere_but_in_the_sms(self, member: Member, officer: User) -> None:
        issue(member, officer)

        _user_id, password = temporary()
        plain = invitations.normal(password)
        kept = [*User.objects.values_list(), *Invitation.objects.values_list(), *AuditEvent.objects.values_list(), *Session.objects.values_list()]
        from_notices = demo_phone.Message.objects.values_list("figures", "to", "cause", "reason")
        for text in (str(kept), str(list(from_notices))):
            assert password not in text
            assert plain not in text

    def test_the_language_is_the_persons(self, member: Member, officer: User) -> None:
        issue(member, officer, language="en")

        member.refresh_from_db()
        assert member.user is not None
        assert member.user.language == "en"
        assert "temporary password" in demo_phone.texts(PHONE)[0]

    def test_a_second_click_is_the_first_one(self, member: Member, officer: User) -> None:
        first, second = issue(member, officer), issue(member, officer, at=AT + timedelta(seconds=5))

        assert first.invitation == second.invitation
        assert Invitation.objects.count() == 1

    def test_of_two_officers_at_once_one_sends(self, member: Member, officer: User, supervisor: User) -> None:
        first, second = issue(member, officer), issue(member, supervisor, at=AT + timedelta(seconds=5))

        assert first.invitation == second.invitation

    def test_sent_again_the_earlier_password_is_dead(self, member: Member, officer: User) -> None:
        issue(member, officer)
        user_id, first = temporary()
        again = issue(member, officer, at=LATER)

        _same, second = temporary()
        with pytest.raises(invitations.Ended, match="VOIDED"):
            invitations.find(user_id=user_id, secret=first, on=ON)
        assert invitations.find(user_id=user_id, secret=second, on=ON) == again.invitation

    @pytest.mark.parametrize(
        ("changed", "codes"),
        [
            ({"died_on": ON}, ["MEMBER_DIED"]),
            ({"identity_kind": IdentityKind.MYPR, "identity_number": "123"}, ["NO_IDENTITY_NUMBER"]),
            ({"identity_number": "910101145678"}, ["IDENTITY_BIRTH_DATE"]),
        ],
    )
    def test_who_lacks_something_is_told_what(self, officer: User, changed: dict[str, Any], codes: list[str]) -> None:
        member = MemberFactory(**changed)

        with pytest.raises(binding.Lacking) as lacking:
            issue(member, officer, checklist=checklist(paper=IdentityKind(member.identity_kind)))

        assert [refusal.code for refusal in lacking.value.refusals] == codes
        member.refresh_from_db()
        assert (member.user, TacPhone.objects.count(), Invitation.objects.count()) == (None, 0, 0)

    def test_another_paper_than_the_registers_is_not_enough(self, member: Member, officer: User) -> None:
        with pytest.raises(checking.Incomplete, match="PAPER"):
            issue(member, officer, checklist=checklist(paper=IdentityKind.PASSPORT))


class TestTheNumber:
    def test_a_first_change_is_the_officers_and_the_old_number_is_told(self, active: Member, officer: User) -> None:
        outcome = issue(active, officer)

        assert (outcome.bound, outcome.invitation, outcome.proposal) == (True, None, None)
        assert current(active) == PHONE
        assert "PHONE_CHANGED" in message_kinds(OTHER_PHONE)

    def test_a_second_change_in_thirty_days_is_the_supervisors(self, active: Member, officer: User, supervisor: User) -> None:
        issue(active, officer)

        outcome = issue(active, officer, phone="+60177777777", at=AT + timedelta(days=29))

        assert risks(outcome) == [Risk.SECOND_CHANGE]
        assert current(active) == PHONE, "nothing is bound before the supervisor decides"
        queue.approve(proposal_id=outcome.proposal.pk, by=supervisor, on=ON, at=AT + timedelta(days=29))  # type: ignore[union-attr]
        assert current(active) == "+60177777777"

    def test_after_thirty_days_a_change_is_a_first_one_again(self, active: Member, officer: User) -> None:
        issue(active, officer)

        assert issue(active, officer, phone="+60177777777", at=AT + timedelta(days=30)).bound

    def test_the_number_of_another_is_the_supervisors(self, active: Member, member: Member, officer: User) -> None:
        """Somebody else's identity number with an own phone meets the counter's checks, and more of them where the phone is known."""
        assert risks(issue(member, officer, phone=OTHER_PHONE)) == [Risk.NUMBER_OF_ANOTHER]
        member.refresh_from_db()
        assert (member.user, Invitation.objects.count()) == (None, 0)

    def test_a_thumb_that_is_not_the_holders_is_the_supervisors(self, member: Member, officer: User) -> None:
        assert risks(issue(member, officer, checklist=without_thumb(Thumb.REFUSED))) == [Risk.THUMB_REFUSED]

    def test_without_a_print_an_active_i_akaun_is_the_supervisors(self, active: Member, officer: User, supervisor: User) -> None:
        """An officer alone, with a reason typed, would hand somebody's savings to whoever holds the new phone."""
        outcome = issue(active, officer, checklist=without_thumb())

        assert risks(outcome) == [Risk.NO_THUMB]
        assert current(active) == OTHER_PHONE
        queue.approve(proposal_id=outcome.proposal.pk, by=supervisor, on=ON, at=LATER)  # type: ignore[union-attr]
        assert current(active) == PHONE

    def test_without_a_print_savings_without_an_i_akaun_are_the_supervisors_too(self, member: Member, officer: User) -> None:
        with transaction.atomic():
            posting.post(contribution(1, member.pk, 100))

        assert risks(issue(member, officer, checklist=without_thumb())) == [Risk.NO_THUMB]

    def test_without_a_print_who_has_nothing_yet_is_the_officers(self, member: Member, officer: User) -> None:
        assert issue(member, officer, checklist=without_thumb()).bound

    def test_who_is_blocked_is_freed_by_the_supervisor(self, active: Member, officer: User, supervisor: User) -> None:
        Standing.objects.create(subject=f"user:{active.user_id}", wrong_in_a_row=30, blocked_at=AT, touched_at=AT)

        outcome = issue(active, officer, phone=OTHER_PHONE)

        assert risks(outcome) == [Risk.BLOCKED]
        queue.approve(proposal_id=outcome.proposal.pk, by=supervisor, on=ON, at=LATER)  # type: ignore[union-attr]
        assert not binding.blocked(active.user)
        assert current(active) == OTHER_PHONE

    def test_nobody_approves_the_number_they_asked_for(self, member: Member, supervisor: User) -> None:
        outcome = issue(member, supervisor, checklist=without_thumb(Thumb.REFUSED))

        with pytest.raises(proposals.NotAllowed, match="OWN_WORK"):
            queue.approve(proposal_id=outcome.proposal.pk, by=supervisor, on=ON, at=AT)  # type: ignore[union-attr]

    def test_a_number_that_changed_meanwhile_makes_the_proposal_stale(self, active: Member, officer: User, supervisor: User) -> None:
        outcome = issue(active, officer, checklist=without_thumb(Thumb.REFUSED))
        phones.bind(user=active.user, number="+60166666666", how=Bound.COUNTER, by=None, at=AT)  # type: ignore[arg-type]

        with pytest.raises(proposals.NotAllowed, match="STALE"):
            queue.approve(proposal_id=outcome.proposal.pk, by=supervisor, on=ON, at=AT)  # type: ignore[union-attr]
        assert CounterProposal.objects.get().state == "PROPOSED"

    @pytest.mark.django_db(transaction=True)
    def test_what_the_supervisor_was_not_told_makes_the_proposal_stale(self, active: Member, officer: User, supervisor: User) -> None:
        outcome = issue(active, officer, checklist=without_thumb())
        phones.bind(user=UserFactory(), number=PHONE, how=Bound.COUNTER, by=None, at=AT)

        with pytest.raises(proposals.NotAllowed, match="STALE"):
            queue.approve(proposal_id=outcome.proposal.pk, by=supervisor, on=ON, at=AT)  # type: ignore[union-attr]
        assert current(active) == OTHER_PHONE
        assert AuditEvent.objects.get(action="counter.approve").data["code"] == "STALE"

    def test_nothing_to_do_is_said(self, active: Member, officer: User) -> None:
        with pytest.raises(binding.NothingToDo):
            issue(active, officer, phone=OTHER_PHONE)


class TestAtTheKiosk:
    def test_it_does_the_same_alone(self, member: Member) -> None:
        outcome = issue(member, None)

        assert outcome.invitation is not None
        assert outcome.invitation.issued_by is None
        assert phones.current(outcome.invitation.user).how == Bound.KIOSK  # type: ignore[union-attr]
        assert IdentityCheck.objects.get().door == "KIOSK"

    def test_what_is_risky_leads_to_the_counter(self, active: Member, member: Member) -> None:
        with pytest.raises(binding.AtTheCounter):
            issue(member, None, phone=OTHER_PHONE)
        assert not CounterProposal.objects.exists()

    def test_without_the_right_thumb_there_is_nothing(self, member: Member) -> None:
        for thumb in (Thumb.SILENT, Thumb.REFUSED, Thumb.NOT_ASKED):
            with pytest.raises(checking.Incomplete):
                issue(member, None, checklist=checklist(thumb=thumb))
        assert not Invitation.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_refusal_outlives_the_act_it_stopped(self) -> None:
        with pytest.raises(binding.Lacking):
            issue(MemberFactory(died_on=ON), UserFactory(counter_officer=True))

        assert AuditEvent.objects.get(refused=True, action="counter.issue").data == {"codes": ["MEMBER_DIED"]}

    def test_two_counters_that_issue_at_once_leave_one_open_invitation(self) -> None:
        member, officers = MemberFactory(), [UserFactory(counter_officer=True) for _ in range(8)]

        found = together(8, lambda place: issue(member, officers[place]))

        assert [one for one in found if isinstance(one, Exception)] == []
        assert User.objects.filter(member=member).count() == 1
        assert Invitation.objects.filter(used_at=None, voided_at=None).count() == 1
        assert TacPhone.objects.filter(ended_at=None).count() == 1

    def test_one_number_asked_for_by_two_at_once_is_one_person_s_and_the_other_waits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        members, officers = [MemberFactory() for _ in range(2)], [UserFactory(counter_officer=True) for _ in range(2)]
        meet_at(monkeypatch, binding, "risks_of")

        found = together(2, lambda place: issue(members[place], officers[place]))

        assert sorted(one.bound for one in found if isinstance(one, binding.Outcome)) == [False, True]
        assert TacPhone.objects.filter(number=PHONE, ended_at=None).count() == 1
        assert CounterProposal.objects.get().risks == [Risk.NUMBER_OF_ANOTHER]

    def test_a_number_that_is_bound_during_the_approval_is_seen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        active, other = MemberFactory(user=UserFactory()), MemberFactory()
        phones.bind(user=active.user, number=OTHER_PHONE, how=Bound.COUNTER, by=None, at=AT - timedelta(days=90))
        outcome = issue(active, UserFactory(counter_officer=True), checklist=without_thumb())
        supervisor, officer = UserFactory(supervisor=True), UserFactory(counter_officer=True)
        acts = (
            lambda: queue.approve(proposal_id=outcome.proposal.pk, by=supervisor, on=ON, at=AT),  # type: ignore[union-attr]
            lambda: issue(other, officer),
        )
        meet_at(monkeypatch, binding, "risks_of")

        together(2, lambda place: acts[place]())

        assert TacPhone.objects.filter(number=PHONE, ended_at=None).count() == 1
        assert CounterProposal.objects.filter(state="PROPOSED").count() == 1, "the approval is stale, or the other one waits"
