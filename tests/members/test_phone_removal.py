"""A TAC number is removed at the counter: with the person present, told to the number itself, once (members/services/removing.py)."""

from datetime import timedelta

import pytest

from kwsp_portal.audit.models import AuditEvent
from members.enums import ProposalKind, Risk
from members.identity import phones
from members.identity.enums import Bound, Role
from members.identity.models import User
from members.models import CounterProposal, IdentityCheck, Member, OfficerIdentity
from members.services import checking, proposals, queue, registering, removing
from members.services.own_record import OwnRecord
from tests.contributions.pages import Person, text_of
from tests.factories import MemberFactory, UserFactory
from tests.ledger.acts import together
from tests.members.counter import AT, ON, OTHER_PHONE, PHONE, checklist, issue, message_kinds, without_thumb
from tests.members.test_counter_pages import SEEN, at_the_counter, look, thumb

pytestmark = pytest.mark.django_db
LONG_AGO = AT - timedelta(days=90)


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(counter_officer=True)


@pytest.fixture
def active(db: None) -> Member:
    member = MemberFactory(name="ROHANI BINTI KASIM", number="39000042", identity_number="900101145678", user=UserFactory())
    phones.bind(user=member.user, number=PHONE, how=Bound.COUNTER, by=None, at=LONG_AGO)
    return member


def remove(member: Member, by: User, **changed: object) -> removing.Outcome:
    return removing.remove(member=member, by=by, **{"checklist": checklist(), "on": ON, "at": AT, **changed})  # type: ignore[arg-type]


def test_the_number_is_told_and_nobody_s_and_the_log_says_by_what(active: Member, officer: User) -> None:
    assert remove(active, officer) == removing.Outcome()

    assert phones.current(active.user) is None
    assert message_kinds(PHONE)[-1] == "PHONE_REMOVED"
    [check] = IdentityCheck.objects.filter(member=active)
    event = AuditEvent.objects.get(action="phone.remove")
    assert (event.actor_id, event.data["check"]) == (officer.pk, check.pk)
    assert f"user:{active.user_id}" in (event.target, *event.subjects)
    assert PHONE not in str(event.data)


def test_while_it_cools_off_the_number_before_it_is_told_too(active: Member, officer: User) -> None:
    phones.bind(user=active.user, number=OTHER_PHONE, how=Bound.COUNTER, by=None, at=AT - timedelta(hours=1))

    remove(active, officer)

    assert (message_kinds(PHONE)[-1], message_kinds(OTHER_PHONE)[-1]) == ("PHONE_REMOVED", "PHONE_REMOVED")


def test_the_number_that_follows_cools_off(active: Member, officer: User) -> None:
    """Whoever had the number removed at one counter is not, at the next, somebody who never had one."""
    remove(active, officer)

    issue(active, officer, phone=OTHER_PHONE, at=AT + timedelta(minutes=5))

    assert phones.cooling_until(active.user, at=AT + timedelta(hours=1)) is not None


def test_a_second_click_removes_nothing_more_and_tells_nobody_again(active: Member, officer: User) -> None:
    remove(active, officer)
    assert remove(active, UserFactory(counter_officer=True), at=AT + timedelta(seconds=20)) == removing.Outcome()
    with pytest.raises(removing.NoNumber):
        remove(active, officer, at=AT + timedelta(minutes=2))

    assert message_kinds(PHONE).count("PHONE_REMOVED") == 1
    assert AuditEvent.objects.filter(action="phone.remove", refused=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_officers_who_remove_at_once_one_does(active: Member) -> None:
    officers = [UserFactory(counter_officer=True) for _ in range(4)]

    together(4, lambda place: remove(active, officers[place]))

    assert message_kinds(PHONE).count("PHONE_REMOVED") == 1
    assert IdentityCheck.objects.filter(member=active).count() == 1


def test_without_a_print_a_supervisor_decides(active: Member, officer: User) -> None:
    proposal = remove(active, officer, checklist=without_thumb()).proposal

    assert proposal is not None
    assert (proposal.kind, proposal.risks) == (ProposalKind.PHONE, [Risk.NO_THUMB])
    assert phones.current(active.user) is not None
    supervisor = UserFactory(supervisor=True)
    queue.approve(proposal_id=proposal.pk, by=supervisor, on=ON, at=AT)
    assert phones.current(active.user) is None
    assert AuditEvent.objects.get(action="phone.remove").actor_id == supervisor.pk


def test_a_removal_that_waits_is_stale_once_the_number_is_another(active: Member, officer: User) -> None:
    proposal = remove(active, officer, checklist=without_thumb()).proposal
    assert proposal is not None
    phones.bind(user=active.user, number=OTHER_PHONE, how=Bound.COUNTER, by=None, at=AT)

    with pytest.raises(proposals.NotAllowed, match="STALE"):
        queue.approve(proposal_id=proposal.pk, by=UserFactory(supervisor=True), on=ON, at=AT)
    assert phones.current(active.user) is not None


def test_the_checklist_the_role_and_the_own_record(active: Member, officer: User) -> None:
    with pytest.raises(checking.Incomplete):
        remove(active, officer, checklist=checklist(seen=frozenset()))
    with pytest.raises(registering.NoRight):
        remove(active, UserFactory(administrator=True))
    OfficerIdentity.objects.create(
        user=officer,
        identity_kind="MYKAD",
        identity_number=active.identity_number,
        reason="Kad dilihat",
        named_by=UserFactory(administrator=True),
        named_at=AT,
    )
    with pytest.raises(OwnRecord):
        remove(active, officer)

    assert phones.current(active.user) is not None
    assert AuditEvent.objects.filter(action="phone.remove", refused=True, data__code="OWN_RECORD").count() == 1


ADDRESS = "/counter/members/39000042/phone/remove/"
FILLED = {"paper_number": "900101-14-5678", "seen": SEEN}


@pytest.mark.parametrize(("prefix", "words"), [("", "Keluarkan nombor TAC"), ("/en", "Remove the TAC number")])
def test_the_page_in_both_languages(active: Member, prefix: str, words: str) -> None:
    counter = at_the_counter(prefix=prefix)
    assert counter.client.get(f"{prefix}{ADDRESS}").headers["Location"].endswith("/counter/?reason=1")
    look(counter)

    assert words in text_of(counter.client.get(f"{prefix}/counter/members/39000042/"))
    page = text_of(counter.client.get(f"{prefix}{ADDRESS}"))

    assert words in page
    assert PHONE not in page


def test_on_the_page_it_is_done_once(active: Member) -> None:
    counter = at_the_counter()
    look(counter)
    wrong = counter.client.post(ADDRESS, {**FILLED, "paper_number": "900101145679"})
    assert (wrong.status_code, "900101145679" in wrong.content.decode()) == (422, True)
    thumb()

    for _click in range(2):
        done = counter.client.post(ADDRESS, FILLED)
        assert done.headers["Location"] == "/counter/members/39000042/"

    assert phones.current(active.user) is None
    assert message_kinds(PHONE).count("PHONE_REMOVED") == 1
    assert "tiada nombor TAC" in text_of(counter.client.get(ADDRESS))


def test_on_the_page_what_is_risky_waits(active: Member) -> None:
    counter = at_the_counter()
    look(counter)
    assert counter.client.post(ADDRESS, FILLED).status_code == 422

    sent = counter.client.post(ADDRESS, {**FILLED, "seen": [*SEEN, "SECOND_PAPER"], "without_thumb": "Cap ibu jari haus"})

    [proposal] = CounterProposal.objects.all()
    assert sent.headers["Location"] == f"/counter/queue/{proposal.pk}/"
    again = counter.client.post(ADDRESS, {**FILLED, "seen": [*SEEN, "SECOND_PAPER"], "without_thumb": "Cap ibu jari haus"})
    assert again.status_code == 409
    supervisor: Person = at_the_counter("penyelia9", Role.SUPERVISOR)
    page = text_of(supervisor.client.get(f"/counter/queue/{proposal.pk}/"))
    assert "Nombor TAC" in page
    assert supervisor.client.post(f"/counter/queue/{proposal.pk}/", {"action": "approve"}).status_code == 302
    assert phones.current(active.user) is None
