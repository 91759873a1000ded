"""A bankruptcy at the counter: proposed with its paper, decided by another, and then known to the rules."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Notice
from members.enums import ProposalState
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member
from members.services import proposals
from tests import factories
from tests.identity.conftest import person, sign_in_officer
from tests.members.counter import PDF
from tests.withdrawals.people import AT, ON, saver
from withdrawals.enums import Channel, KindCode, Payee
from withdrawals.kinds import OF
from withdrawals.models import Bankruptcy
from withdrawals.selectors import facts as gathering
from withdrawals.services import bankruptcies

__all__ = ["person"]

pytestmark = pytest.mark.django_db
FROM = ON - timedelta(days=30)


@pytest.fixture
def member() -> Member:
    return saver()


@pytest.fixture
def officers() -> tuple[User, User]:
    return factories.UserFactory(role=Role.COUNTER_OFFICER), factories.UserFactory(role=Role.SUPERVISOR)


def payees(member: Member, kind: KindCode = KindCode.AGE_50) -> list[Payee]:
    return list(OF[kind].payees(gathering.gather(member, kind, on=ON, channel=Channel.COUNTER)))


def recorded(member: Member, officers: tuple[User, User], **days: object) -> Bankruptcy:
    officer, supervisor = officers
    said = {"from_date": FROM, "to_date": None, "reason": "Perintah mahkamah", "paper": PDF, **days}
    made = bankruptcies.propose(member=member, by=officer, on=ON, at=AT, **said)  # type: ignore[arg-type]
    return bankruptcies.decide(proposal_id=made.pk, state=ProposalState.APPROVED, by=supervisor, on=ON, at=AT)


def test_from_the_second_officer_on_what_is_due_is_paid_by_payment_order_until_it_ends(member: Member, officers: tuple[User, User]) -> None:
    officer, supervisor = officers
    made = bankruptcies.propose(member=member, from_date=FROM, to_date=None, reason="Perintah mahkamah", paper=PDF, by=supervisor, on=ON, at=AT)
    assert payees(member) == [Payee.ACCOUNT], "one officer alone records nothing"
    for who, code in ((supervisor, "OWN_WORK"), (officer, "NO_RIGHT")):
        with pytest.raises(proposals.NotAllowed, match=code):
            bankruptcies.decide(proposal_id=made.pk, state=ProposalState.APPROVED, by=who, on=ON, at=AT)
    other = factories.UserFactory(role=Role.SUPERVISOR)

    for _time in range(2):
        bankruptcies.decide(proposal_id=made.pk, state=ProposalState.APPROVED, by=other, on=ON, at=AT)

    assert payees(member) == [Payee.PAYMENT_ORDER]
    assert AuditEvent.objects.filter(action="bankruptcy.approve", refused=False).count() == 1
    assert Notice.objects.filter(whose_id=member.pk, code="WITHDRAWAL_BANKRUPT").count() == 1
    recorded(member, officers, to_date=ON - timedelta(days=1))
    assert payees(member) == [Payee.ACCOUNT], "discharged"


def test_a_mistake_ends_on_its_first_day_and_what_waits_waits_alone(member: Member, officers: tuple[User, User]) -> None:
    recorded(member, officers)
    recorded(member, officers, to_date=FROM)
    assert payees(member) == [Payee.ACCOUNT]
    said = {"member": member, "from_date": FROM, "reason": "Perintah", "paper": PDF, "by": officers[0], "on": ON, "at": AT}
    first = bankruptcies.propose(**said, to_date=None)  # type: ignore[arg-type]
    assert bankruptcies.propose(**said, to_date=None) == first, "a second click"  # type: ignore[arg-type]
    with pytest.raises(proposals.NotAllowed, match="ANOTHER_WAITS"):
        bankruptcies.propose(**said, to_date=ON)  # type: ignore[arg-type]
    for days, code in (({"from_date": ON + timedelta(days=1)}, "FROM_FUTURE"), ({"to_date": FROM - timedelta(days=1)}, "TO_BEFORE")):
        with pytest.raises(bankruptcies.WrongDays, match=code):
            recorded(saver(), officers, **days)


@pytest.fixture
def _now() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.mark.usefixtures("_now")
def test_by_the_pages_one_proposes_and_the_queue_brings_it_to_the_other(member: Member, person: Callable[..., User]) -> None:  # noqa: F811
    officer, supervisor = Client(), Client()
    for client, name, role in ((officer, "kaunter09", Role.COUNTER_OFFICER), (supervisor, "penyelia09", Role.SUPERVISOR)):
        sign_in_officer(client, person(name, role).user_id)
        client.post("/counter/", {"q": "30000000", "reason": "AT_COUNTER"})
    page = f"/counter/members/{member.number}/bankruptcy/"
    assert "Tiada apa-apa direkodkan" in officer.get(page).content.decode()
    form = {"from_date": "2026-10-11", "reason": "Perintah mahkamah"}
    assert officer.post(page, form).status_code == 422
    assert officer.post(page, {**form, "from_date": "2027-01-01", "papers": SimpleUploadedFile("a.pdf", PDF.content)}).status_code == 422

    made = officer.post(page, {**form, "papers": SimpleUploadedFile("a.pdf", PDF.content)})["Location"]

    assert made in supervisor.get("/counter/queue/").content.decode()
    assert supervisor.post(made, {"action": "refuse", "comment": ""}).status_code == 422
    assert supervisor.post(made, {"action": "approve"}).status_code == 302
    assert "Muflis: dibayar dengan Arahan Bayaran" in officer.get(f"/counter/members/{member.number}/withdrawals/").content.decode()
    assert "Mulai 11\xa0Okt\xa02026" in officer.get(page).content.decode()
    assert officer.post(made, {"action": "withdraw"}).status_code == 409
