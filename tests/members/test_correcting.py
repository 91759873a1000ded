"""The register is corrected by two officers: what it said is kept, what changed meanwhile is not overwritten."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.notify.models import Notice
from members.enums import Citizenship, IdentityKind
from members.identity import phones
from members.identity.enums import Bound
from members.identity.models import User
from members.models import CounterProposal, Member
from members.services import correcting, proposals, queue, registering
from members.services.correcting import Changes
from tests import phone
from tests.factories import MemberFactory, UserFactory
from tests.ledger.acts import together
from tests.members.counter import AT, ON, PDF, checklist

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(db: None) -> Member:
    return MemberFactory(name="ROHANI BINTI KASIM", birth_date=date(1990, 1, 1), identity_number="900101145678")


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(counter_officer=True)


@pytest.fixture
def supervisor(db: None) -> User:
    return UserFactory(supervisor=True)


def changes(member: Member, **changed: Any) -> Changes:
    same = {
        "name": member.name,
        "identity_kind": IdentityKind(member.identity_kind),
        "identity_number": member.identity_number,
        "birth_date": member.birth_date,
        "citizenship": Citizenship.CITIZEN,
        "citizenship_from": member.birth_date,
    }
    return Changes(**{**same, **changed})


def propose(member: Member, by: User, **changed: Any) -> CounterProposal:
    wanted = changes(member, **changed)
    return queue.propose_correction(
        member=member,
        changes=wanted,
        reason="Sijil kelahiran",
        papers=[PDF],
        checklist=checklist(paper=wanted.identity_kind),
        by=by,
        on=ON,
        at=AT,
    )


def approve(proposal: CounterProposal, by: User) -> CounterProposal:
    return queue.approve(proposal_id=proposal.pk, by=by, on=ON, at=AT)


def code(act: Callable[[], object]) -> str:
    with pytest.raises(proposals.NotAllowed) as refused:
        act()
    return refused.value.code


def test_nothing_changes_before_a_supervisor_approves(member: Member, officer: User, supervisor: User) -> None:
    proposal = propose(member, officer, name="Rohani binti Kassim")
    member.refresh_from_db()
    assert member.name == "ROHANI BINTI KASIM"

    approve(proposal, supervisor)

    member.refresh_from_db()
    assert (member.name, member.name_key) == ("Rohani binti Kassim", "ROHANIKASSIM")
    proposal.refresh_from_db()
    assert (proposal.before["name"], proposal.after["name"]) == ("ROHANI BINTI KASIM", "Rohani binti Kassim")
    [event] = AuditEvent.objects.filter(action="counter.approve")
    assert (event.data["before"], event.data["after"]) == ({"name": "ROHANI BINTI KASIM"}, {"name": "Rohani binti Kassim"})


def test_identity_and_birth_date_go_together(member: Member, officer: User, supervisor: User) -> None:
    approve(propose(member, officer, identity_number="890101145678", birth_date=date(1989, 1, 1)), supervisor)

    member.refresh_from_db()
    assert (member.identity_number, member.birth_date) == ("890101145678", date(1989, 1, 1))
    assert member.citizenships.get().from_date == date(1989, 1, 1), "what began with the birth begins with the corrected one"
    assert "890101145678" not in str(list(AuditEvent.objects.values_list("data", flat=True)))


def test_who_becomes_a_citizen_has_two_periods(officer: User, supervisor: User) -> None:
    member = MemberFactory(permanent_resident=True, identity_number="900101715678")
    since = date(2026, 10, 15)
    wanted = {"identity_kind": IdentityKind.MYKAD, "citizenship": Citizenship.CITIZEN, "citizenship_from": since}

    approve(propose(member, officer, **wanted), supervisor)

    periods = list(member.citizenships.order_by("from_date").values_list("status", "from_date", "to_date"))
    assert periods == [("PERMANENT_RESIDENT", date(1990, 1, 1), since), ("CITIZEN", since, None)]


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"birth_date": date(1991, 1, 1)}, ["IDENTITY_BIRTH_DATE", "CITIZENSHIP_DAY"]),
        ({"citizenship": Citizenship.NON_CITIZEN}, ["IDENTITY_CITIZENSHIP"]),
        ({"citizenship": Citizenship.CITIZEN, "citizenship_from": date(2026, 11, 3), "name": "x"}, ["CITIZENSHIP_DAY"]),
        ({"identity_number": "130101145678", "birth_date": date(2013, 1, 1), "citizenship_from": date(2013, 1, 1)}, ["BORN_AFTER_JOINING"]),
    ],
)
def test_what_does_not_agree_is_not_even_proposed(member: Member, officer: User, changed: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(registering.NotRegistrable) as refused:
        propose(member, officer, **changed)
    assert [refusal.code for refusal in refused.value.refusals] == codes


def test_another_members_identity_is_nobody_elses(member: Member, officer: User, supervisor: User) -> None:
    proposal = propose(member, officer, identity_number="900101149999")
    other = MemberFactory(identity_number="900101149999")

    with pytest.raises(registering.NotRegistrable) as refused:
        approve(proposal, supervisor)

    assert refused.value.holder == other.number
    proposal.refresh_from_db()
    assert proposal.state == "PROPOSED"


def test_nothing_to_correct_is_said(member: Member, officer: User) -> None:
    with pytest.raises(correcting.NothingChanged):
        propose(member, officer)


def test_the_member_is_told_what_was_corrected_and_the_greeting_follows(member: Member, officer: User, supervisor: User) -> None:
    member.user = UserFactory(name=member.name)
    member.save()
    phones.bind(user=member.user, number="+60123456789", how=Bound.COUNTER, by=None, at=AT)

    approve(propose(member, officer, name="Aminah binti Abdullah Baharu"), supervisor)

    member.user.refresh_from_db()
    assert member.user.name == "Aminah binti Abdullah Baharu"
    [text] = [text for text in phone.texts("+60123456789") if "daftar KWSP dibetulkan" in text]
    assert "nama" in text
    assert "Baharu" not in text
    assert Notice.objects.filter(whose="MEMBER", whose_id=member.pk, code="REGISTER_CORRECTED").count() == 1


def test_a_member_without_an_i_akaun_finds_it_in_the_inbox(member: Member, officer: User, supervisor: User) -> None:
    approve(propose(member, officer, name="Aminah binti Abdullah Baharu"), supervisor)

    assert Notice.objects.filter(whose="MEMBER", whose_id=member.pk, code="REGISTER_CORRECTED").count() == 1


def test_nobody_approves_the_own(member: Member, supervisor: User) -> None:
    proposal = propose(member, supervisor, name="Rohani")

    assert code(lambda: approve(proposal, supervisor)) == "OWN_WORK"
    assert code(lambda: queue.refuse(proposal_id=proposal.pk, comment="x", by=supervisor, on=ON, at=AT)) == "OWN_WORK"


def test_an_officer_decides_nothing_but_may_put_it_away(member: Member, officer: User) -> None:
    proposal = propose(member, officer, name="Rohani")
    colleague = UserFactory(counter_officer=True)

    assert code(lambda: approve(proposal, colleague)) == "NO_RIGHT"
    assert queue.withdraw(proposal_id=proposal.pk, by=colleague, on=ON, at=AT).state == "WITHDRAWN"
    assert code(lambda: approve(proposal, UserFactory(supervisor=True))) == "WRONG_STATE"


def test_what_changed_meanwhile_is_not_overwritten(member: Member, officer: User, supervisor: User) -> None:
    proposal = propose(member, officer, name="Rohani binti Kassim")
    Member.objects.filter(pk=member.pk).update(name="ROHANI KASIM")

    assert code(lambda: approve(proposal, supervisor)) == "STALE"
    member.refresh_from_db()
    assert member.name == "ROHANI KASIM"
    queue.refuse(proposal_id=proposal.pk, comment="Daftar sudah berubah", by=supervisor, on=ON, at=AT)


def test_one_correction_of_a_member_waits_at_a_time(member: Member, officer: User) -> None:
    propose(member, officer, name="Rohani")

    assert code(lambda: propose(member, officer, name="Rohana")) == "ANOTHER_WAITS"


@pytest.mark.parametrize("column", ["before", "after", "reason", "proposed_by_id", "member_id", "kind", "identity_check_id", "risks"])
def test_what_was_proposed_is_written_once(member: Member, officer: User, column: str) -> None:
    proposal = propose(member, officer, name="Rohani")

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        CounterProposal.objects.filter(pk=proposal.pk).update(**{column: getattr(proposal, column)})


def test_the_database_too_refuses_the_own_decision(member: Member, officer: User) -> None:
    proposal = propose(member, officer, name="Rohani")

    with pytest.raises(IntegrityError, match="proposal_decided_by_another"), transaction.atomic():
        CounterProposal.objects.filter(pk=proposal.pk).update(state="APPROVED", decided_by=officer, decided_on=ON, decided_at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_refused_decision_is_kept(member: Member, supervisor: User) -> None:
    proposal = propose(member, supervisor, name="Rohani")

    assert code(lambda: approve(proposal, supervisor)) == "OWN_WORK"

    event = AuditEvent.objects.get(refused=True, action="counter.approve")
    assert (event.data["code"], event.data["proposal"]) == ("OWN_WORK", proposal.pk)


@pytest.mark.django_db(transaction=True)
def test_of_supervisors_who_decide_at_once_one_does(member: Member, officer: User) -> None:
    supervisors = [UserFactory(supervisor=True) for _ in range(8)]
    proposal = propose(member, officer, name="Rohani")

    def decide(place: int) -> object:
        if place % 2:
            return approve(proposal, supervisors[place])
        return queue.refuse(proposal_id=proposal.pk, comment="Tidak", by=supervisors[place], on=ON, at=AT)

    found = together(8, decide)

    assert len([one for one in found if isinstance(one, CounterProposal)]) == 1
    assert {one.code for one in found if isinstance(one, proposals.NotAllowed)} == {"WRONG_STATE"}


def said(member: Member, proposal: CounterProposal) -> str:
    return " ".join(map(str, correcting.effects(member=member, before=proposal.before, after=proposal.after, on=ON)))


def test_what_follows_for_ages_and_accounts_is_said(officer: User) -> None:
    member = MemberFactory(birth_date=date(1972, 1, 1), identity_number="720101145678")

    words = said(member, propose(member, officer, identity_number="710101145678", birth_date=date(1971, 1, 1)))

    assert "Umur 55 dicapai pada 1 Jan 2026, bukan 1 Jan 2027." in words.replace("\xa0", " ")
    assert "Akaun Emas" in words


def test_what_follows_for_the_part_is_said(officer: User) -> None:
    member = MemberFactory(permanent_resident=True, identity_number="900101715678")
    wanted = {
        "identity_kind": IdentityKind.PASSPORT,
        "identity_country": "IDN",
        "identity_number": "C1234567",
        "citizenship": Citizenship.NON_CITIZEN,
    }

    words = said(member, propose(member, officer, **wanted, citizenship_from=member.birth_date))

    assert "Bahagian Jadual Ketiga bagi gaji November 2026: F, bukan A." in words.replace("\xa0", " ")


def test_a_name_alone_has_no_effect(member: Member, officer: User) -> None:
    assert said(member, propose(member, officer, name="Rohani")) == ""
