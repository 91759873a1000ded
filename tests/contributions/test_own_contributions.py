"""An officer who is a member corrects no filing with an own row in it."""

import pytest

from contributions.services import correction as corrections
from contributions.services.correction import NotAllowed
from members.enums import IdentityKind
from members.identity.models import User
from members.models import Member
from members.services import own_record
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.correcting import ON, REASON, credited, officers, prepare, was_never_a_citizen
from tests.contributions.paying import Bank

pytestmark = pytest.mark.django_db(transaction=True)


def is_now(user: User, member: Member) -> None:
    by = factories.UserFactory(administrator=True)
    kind = IdentityKind(member.identity_kind)
    own_record.name(user=user, kind=kind, number=member.identity_number, reason="Kad asal dilihat", by=by, at=user.joined_at)


def test_every_act_on_a_correction_is_another_officer_s(office: Office, bank: Bank) -> None:
    people, member = officers(), office.hire()
    filing = credited(office, bank, member)
    was_never_a_citizen(member)
    made = prepare(people, filing)
    is_now(people.supervisor, member)
    asked = {"correction_id": made.pk, "on": ON}

    for act in (corrections.propose, corrections.withdraw):
        with pytest.raises(NotAllowed, match="OWN_RECORD"):
            act(**asked, by=people.supervisor)
    assert not corrections.allowed(correction=made, by=people.supervisor)
    corrections.withdraw(**asked, by=people.inspector)
    with pytest.raises(NotAllowed, match="OWN_RECORD"):
        corrections.prepare(filing_ids=[filing.pk], as_at=ON, reason=REASON, by=people.supervisor, on=ON)

    again = prepare(people, filing, by=people.inspector)
    corrections.propose(correction_id=again.pk, by=people.inspector, on=ON)
    for decide, more in ((corrections.approve, {}), (corrections.refuse, {"comment": "Tidak"})):
        with pytest.raises(NotAllowed, match="OWN_RECORD"):
            decide(correction_id=again.pk, by=people.supervisor, on=ON, **more)
    other = officers().supervisor
    assert corrections.approve(correction_id=again.pk, by=other, on=ON).decided_by == other
